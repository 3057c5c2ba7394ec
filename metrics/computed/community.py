"""Computed metrics of 社区: fields that several units ask the grassroots for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from metrics.computed.result import Result, Row

NAMED = 3  # of the most repeated fields, in the detail


def repeated_fields(rows: Sequence[Row]) -> Result:
    """Standard fields asked for by two units or more, among all that are asked for; one row per field and unit."""
    units: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        units[str(row["standard_field"])].add(str(row["requesting_unit"]))
    repeated = sorted(
        ((field, len(asking)) for field, asking in units.items() if len(asking) >= 2),
        key=lambda each: (-each[1], each[0]),
    )
    most = "、".join(f"{field}（{count} 家）" for field, count in repeated[:NAMED])
    return Result(float(len(repeated)) if units else None, len(units), detail=f"最多：{most}" if most else "")


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {"repeated_fields": repeated_fields}
