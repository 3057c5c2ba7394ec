"""The only place that makes the city's vital signs (OV08): the readings of all scenes, scored and averaged.

A reading is never copied: each score comes from the reading itself, in the same scope. Floors, targets and weights are
those of the edition in force (`overview.pulse_weight`). City and domains are always given together, with coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from data.contract import THEMES
from metrics.metric import level_reached, metric
from metrics.read import read_many
from metrics.reading import Reading
from metrics.standards import vital_sign
from metrics.standards.vital_sign import Score
from queries.runner import run
from queries.scope import Scope

CODE, NAME = "OV08", "城市体征指数"
MEANING = (
    "每个指标按“零分值→满分值”线性计分，限在 0–100；领域得分为已有指标按权重的平均，已有权重不足 60% 的领域不出分；"
    "全市为八个领域已有得分的等权平均，有分领域不足 60% 时不出分。"
    "没有全国统一公式，属本项目建议，须与领域得分同时列出。"
)


@dataclass(frozen=True)
class Part:
    """One metric of a domain: its reading, its score (None when unknown) and its weight."""

    reading: Reading
    score: float | None
    weight: float
    target: float
    floor: float


@dataclass(frozen=True)
class Domain:
    """One scene's score with the parts it comes from, the worst first."""

    theme: str
    score: Score
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Pulse:
    """The city's (or a district's) score beside its domains; `version` is the edition of the weights, "" for none."""

    score: Score
    domains: tuple[Domain, ...]
    version: str

    @property
    def demo(self) -> bool:
        return any(part.reading.demo for domain in self.domains for part in domain.parts)


def pulse(scope: Scope) -> Pulse:
    """The vital signs of the scope's area and period. Metrics that are not read this far down do not count against it.

    Worked out once for a snapshot, place and period. Raises MetricError where the weights name a metric that does not
    exist.
    """
    return _pulse(Scope(scope.area, scope.since, scope.until, scope.snapshot, scope.principal, scope.filters))


@lru_cache(maxsize=64)
def _pulse(scope: Scope) -> Pulse:
    rows = run("overview/pulse_weight", scope).to_dict("records")
    asked = [row for row in rows if level_reached(metric(str(row["metric_id"])), scope.level)]
    readings = read_many([str(row["metric_id"]) for row in asked], scope)
    parts: dict[str, list[Part]] = {theme: [] for theme in THEMES}
    for row, reading in zip(asked, readings, strict=True):
        target, floor = float(row["target_value"]), float(row["floor_value"])
        found = vital_sign.score(reading.value, floor, target)
        parts[str(row["theme"])].append(Part(reading, found, float(row["weight"]), target, floor))
    domains = tuple(_domain(theme, each) for theme, each in parts.items())
    whole = vital_sign.city({each.theme: each.score for each in domains})
    return Pulse(whole, domains, str(rows[0]["version"]) if rows else "")


def _domain(theme: str, parts: list[Part]) -> Domain:
    found = vital_sign.domain(
        {part.reading.metric: part.score for part in parts}, {part.reading.metric: part.weight for part in parts}
    )
    worst = sorted(parts, key=lambda part: (part.score is None, part.score or 0.0, part.reading.code))
    return Domain(theme, found, tuple(worst))
