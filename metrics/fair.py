"""The only place that ranks the parts of a share fairly: minimum n, shrinkage to peers of the same kind, interval.

The formulas are those of `metrics.standards.fair_ranking`; which districts are peers says `peer_group.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.assessment import peers
from metrics.metric import metric
from metrics.read import read_groups
from metrics.reading import Reading
from metrics.standards import fair_ranking
from queries.scope import Scope

ALL = "全部"


@dataclass(frozen=True)
class Placed:
    """One part in the fair order. Values are in the displayed unit; `rank` is None where the sample is too small."""

    reading: Reading
    peers: str
    n: float
    value: float | None
    shrunk: float | None
    low: float | None
    high: float | None
    rank: int | None


def is_rankable(name: str) -> bool:
    """A share can be ranked fairly; a sum or an index has no cases to weigh."""
    asked = metric(name)
    return asked.kind == "ratio" and asked.better != "neither" and bool(asked.by)


def placed(name: str, scope: Scope, by: str) -> list[Placed]:
    """The parts of a share, group of peers by group, best first; those under the metric's minimum n last, unranked.

    Raises:
        DimensionError: the metric does not declare `by`.
    """
    asked = metric(name)
    groups: dict[str, list[Reading]] = {}
    for each in read_groups(name, scope, by):
        if each.key is not None and each.numerator is not None and each.denominator:
            groups.setdefault(_peers(each.key, by), []).append(each)
    found: list[Placed] = []
    for group, readings in sorted(groups.items(), key=lambda each: list(_names()).index(each[0])):
        parts = [
            fair_ranking.Part(str(each.key), *_within(each.numerator or 0.0, each.denominator or 0.0))
            for each in readings
        ]
        judged = fair_ranking.fair(parts)
        rows = [
            Placed(each, group, row.n, *_scaled(asked.scale, row), None)
            for each, row in zip(readings, judged, strict=True)
        ]
        found += _ranked(rows, asked.minimum_n, asked.better == "higher")
    return found


def _peers(key: str, by: str) -> str:
    if by != "district_code":
        return ALL
    return peers().groups.get(peers().places.get(key, ""), ALL)


def _names() -> tuple[str, ...]:
    return (*peers().groups.values(), ALL)


def _within(numerator: float, denominator: float) -> tuple[float, float]:
    return min(max(numerator, 0.0), denominator), denominator


def _scaled(scale: float, row: fair_ranking.Fair) -> tuple[float | None, float | None, float | None, float | None]:
    def shown(value: float | None) -> float | None:
        return None if value is None else value * scale

    return shown(row.share), shown(row.shrunk), shown(row.low), shown(row.high)


def _ranked(rows: list[Placed], fewest: int, is_higher_better: bool) -> list[Placed]:
    """Best first; what is under the fewest cases last and without a rank; equal values share one."""
    enough = [each for each in rows if each.n >= fewest and each.shrunk is not None]
    small = [each for each in rows if each not in enough]
    sign = -1 if is_higher_better else 1
    enough.sort(key=lambda each: (sign * (each.shrunk or 0.0), str(each.reading.key)))
    made = []
    for each in enough:
        better = sum(sign * round(other.shrunk or 0, 9) < sign * round(each.shrunk or 0, 9) for other in enough)
        made.append(replace(each, rank=better + 1))
    return made + sorted(small, key=lambda each: str(each.reading.key))
