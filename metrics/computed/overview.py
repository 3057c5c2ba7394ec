"""The vital signs of the city (OV08) from the readings that the edition of weights in force asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from data.catalogue import scenes
from data.contract import THEMES
from metrics.computed.result import Result, Row
from metrics.standards import vital_sign
from metrics.standards.vital_sign import Score


def score_of(row: Row) -> float | None:
    """The score of one metric's reading (`value`, in the displayed unit) between its floor and its full score."""
    return vital_sign.score(row["value"], float(row["floor_value"]), float(row["target_value"]))


def domain_scores(rows: Sequence[Row]) -> dict[str, Score]:
    """The score of each of the eight domains, from the weighted readings of its metrics."""
    return {
        theme: vital_sign.domain(
            {str(row["metric_id"]): score_of(row) for row in rows if row["theme"] == theme},
            {str(row["metric_id"]): float(row["weight"]) for row in rows if row["theme"] == theme},
        )
        for theme in THEMES
    }


def vital_sign_score(rows: Sequence[Row]) -> Result:
    """The plain mean of the domains; `n` counts the metrics that are known, the detail names the weakest domain."""
    domains = domain_scores(rows)
    whole = vital_sign.city(domains)
    known = {theme: found.value for theme, found in domains.items() if found.value is not None}
    if whole.value is None:
        return Result(None, 0, detail=f"八个领域只有 {len(known)} 个有分" if rows else "")
    weakest = min(known, key=lambda theme: known[theme])
    detail = f"{len(known)}/{len(domains)} 个领域有分，最低：{scenes()[weakest].name} {known[weakest]:.1f}"
    return Result(whole.value, sum(row["value"] is not None for row in rows), detail=detail)


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {"vital_sign_score": vital_sign_score}
