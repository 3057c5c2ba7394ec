"""The only place that makes the city's vital signs (OV08): the readings of all scenes, scored and averaged.

A reading is never copied: each score comes from the reading itself, in the same scope. Floors, targets and weights are
those of the edition in force (`overview.pulse_weight`). City and domains are always given together, with coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from data.contract import THEMES
from metrics.computed.overview import domain_scores, score_of
from metrics.computed.result import Row
from metrics.metric import level_reached, metric
from metrics.read import read_many
from metrics.reading import Reading
from metrics.standards import vital_sign
from metrics.standards.vital_sign import Score
from queries.runner import run
from queries.scope import Scope

CODE = "OV08"  # the same score as a metric, for card, API and identity card


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
    valued: list[Row] = [
        {str(key): value for key, value in row.items()} | {"value": each.value}
        for row, each in zip(asked, readings, strict=True)
    ]
    scores = domain_scores(valued)
    parts: dict[str, list[Part]] = {theme: [] for theme in THEMES}
    for row, reading in zip(valued, readings, strict=True):
        held = (float(row["weight"]), float(row["target_value"]), float(row["floor_value"]))
        parts[str(row["theme"])].append(Part(reading, score_of(row), *held))
    domains = tuple(Domain(theme, scores[theme], _worst_first(each)) for theme, each in parts.items())
    return Pulse(vital_sign.city(scores), domains, str(rows[0]["version"]) if rows else "")


def _worst_first(parts: list[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (part.score is None, part.score or 0.0, part.reading.code)))
