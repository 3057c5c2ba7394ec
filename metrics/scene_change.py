"""The only place that sets scenes and places side by side: how each scene's leading number moved, and where most.

Read once for a snapshot, place and period: the overview's table, sentence and tiles are cut from the same cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from metrics.compare import Change, compare, earlier_scope
from metrics.metric import metric
from metrics.read import read, read_groups
from metrics.reading import Reading
from queries.scope import CITY, Scope

# the number that stands for each scene
LEADS: Mapping[str, str] = {
    "overview": "event_on_time_rate", "tourism": "complaint_rate_per_10k", "ecology": "section_target_rate",
    "livelihood": "appeal_solved_rate", "community": "unreached_alert_count", "urban": "on_time_closure_rate",
    "traffic": "overdue_incident_count", "safety": "major_hazard_overdue_count",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One scene's leading number in one place (a district, a 管委会 or 市直), beside the period before."""

    scene: str
    reading: Reading
    change: Change

    @property
    def place(self) -> str:
        return self.reading.key or ""

    @property
    def weight(self) -> float:
        """How much worse, against what it was (a count from nothing: against one); 0 when it is not worse."""
        earlier = self.change.earlier
        if self.change.judgement != "向差" or earlier is None or earlier.value is None or self.reading.value is None:
            return 0.0
        return abs(self.reading.value - earlier.value) / max(abs(earlier.value), 1.0)


def leads(scope: Scope) -> tuple[Cell, ...]:
    """The leading number of every scene in the scope's own area."""
    return _leads(_plain(scope))


def cells(scope: Scope) -> tuple[Cell, ...]:
    """Every place that reports a leading number in both periods, scene by scene; always of the whole city."""
    return _cells(_plain(scope.drill(CITY)))


def worst(scope: Scope, most: int = 3) -> list[Cell]:
    """The places that got worse most, at most one per place and scene, the worst first."""
    found = [each for each in cells(scope) if each.weight > 0]
    return sorted(found, key=lambda each: (-each.weight, each.scene, each.place))[:most]


def _plain(scope: Scope) -> Scope:
    """Without what a page adds to a scope: the same question has the same answer on every page."""
    return Scope(scope.area, scope.since, scope.until, scope.snapshot, scope.principal, scope.filters, scope.ruler)


@lru_cache(maxsize=64)
def _leads(scope: Scope) -> tuple[Cell, ...]:
    before = earlier_scope(scope, "previous")
    found = []
    for scene, name in LEADS.items():
        now = read(name, scope)
        found.append(Cell(scene, now, compare(now, read(name, before))))
    return tuple(found)


@lru_cache(maxsize=64)
def _cells(scope: Scope) -> tuple[Cell, ...]:
    before = earlier_scope(scope, "previous")
    found = []
    for scene, name in LEADS.items():
        if "district_code" not in metric(name).by:
            continue
        past = {each.key: each for each in read_groups(name, before, "district_code")}
        found += [
            Cell(scene, now, compare(now, past[now.key]))
            for now in read_groups(name, scope, "district_code")
            if now.key in past
        ]
    return tuple(found)
