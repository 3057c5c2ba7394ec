"""The only place that sums a scene up in a word: how its numbers stand at the end of its last full week.

A snapshot does not change, so it is asked once for each; what depends on the clock (lateness) is left to the reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from data.contract import THEMES, contract
from metrics.assets import freshness
from metrics.metric import metrics
from metrics.read import read_many
from metrics.reading import Reading
from queries.scope import CITY, Scope
from queries.snapshot import snapshot

WORST_FIRST = ("missed", "near", "met", "none")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class SceneState:
    """One scene: the readings of its last full week. `worst` is unknown when it has no number at all."""

    scene: str
    readings: tuple[Reading, ...]
    demo: str  # demo | mixed | real | "" without data

    @property
    def known(self) -> tuple[Reading, ...]:
        return tuple(each for each in self.readings if each.is_known)

    @property
    def worst(self) -> str:
        """`missed`, `near`, `met`, `none`, or `unknown`."""
        return min((each.standing for each in self.known), key=WORST_FIRST.index, default="unknown")

    @property
    def counts(self) -> Mapping[str, int]:
        """Known readings by standing."""
        return Counter(each.standing for each in self.known)


@lru_cache(maxsize=8)
def scene_states(snapshot_id: str) -> tuple[SceneState, ...]:
    """Every scene in order. Raises SnapshotExpired."""
    return tuple(_state(snapshot_id, scene) for scene in THEMES)


def late_tables(snapshot_id: str, scene: str, moment: datetime) -> list[timedelta]:
    """How long each real table of the scene is overdue by its contract; demo data stands still by design."""
    late = []
    for info in snapshot(snapshot_id).loaded(scene):
        found = freshness(contract(info.table), info, moment)
        if not info.is_demo and found.state == "late" and found.late_at is not None:
            late.append(moment - found.late_at)
    return late


def next_late(snapshot_id: str, moment: datetime) -> datetime | None:
    """When the next real table will be overdue, if nothing arrives: until then `late_tables` counts the same."""
    loaded = [info for info in snapshot(snapshot_id).loaded("") if not info.is_demo]
    due = [freshness(contract(info.table), info, moment).late_at for info in loaded]
    return min((each for each in due if each is not None and each > moment), default=None)


def _state(snapshot_id: str, scene: str) -> SceneState:
    snap = snapshot(snapshot_id)
    tables = snap.loaded(scene)
    if not tables:
        return SceneState(scene, (), "")
    until = snap.last_full_week([each.table for each in tables])
    scope = Scope(CITY, until - WEEK, until, snapshot_id)
    return SceneState(scene, tuple(read_many([each.id for each in metrics(scene)], scope)), snap.demo_of(scene))
