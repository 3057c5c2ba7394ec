"""The only place that reads `data/reference/pulse`: what the city's vital signs are scored against, by edition.

A metric's full score is its target (the metric file says it again, and a test holds the two together); its floor is
where the score is 0. Weights are within the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from data.contract import THEMES
from data.reference_csv import Row, rows

FOLDER = Path(__file__).resolve().parent / "reference" / "pulse"
DIRECTIONS = ("higher", "lower")


@dataclass(frozen=True)
class Weight:
    """One metric in one edition: its domain, weight, and the values that score 100 and 0."""

    version: str
    metric: str
    theme: str
    weight: float
    target: float
    floor: float
    unit: str
    direction: str
    valid_from: date
    valid_to: date | None
    source: str


def _number(row: Row, column: str) -> float:
    value = row.optional_number(column)
    if value is None:
        raise row.fault(f"{column} 为空", "请填写")
    return value


@cache
def weights(folder: Path = FOLDER) -> tuple[Weight, ...]:
    """Every edition's weights in the order of the file; raises ReferenceFileError."""
    columns = (
        *("version", "metric", "theme", "weight", "target", "floor", "unit", "direction"),
        *("valid_from", "valid_to", "source"),
    )
    found = []
    for row in rows(folder / "weights.csv", columns, key=("version", "metric")):
        direction, weight = row.choice("direction", DIRECTIONS), _number(row, "weight")
        target, floor = _number(row, "target"), _number(row, "floor")
        if floor == target or (floor > target) != (direction == "lower"):
            raise row.fault(f"零分值 {floor:g} 与满分值 {target:g} 不合方向", "越高越好时零分值要低，越低越好时要高")
        if not 0 < weight <= 1:
            raise row.fault(f"weight 的值 {weight:g} 不合规", "请写 0 到 1 之间的数")
        found.append(Weight(
            row.text("version"), row.text("metric"), row.choice("theme", THEMES), weight, target, floor,
            row.text("unit"), direction, row.day("valid_from"), row.optional_day("valid_to"), row.text("source"),
        ))  # fmt: skip
    return tuple(found)
