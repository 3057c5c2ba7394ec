"""The independent oracle: every metric once more, in pandas, from the stored rows and the 口径 in words.

Nothing here reads the metric's SQL, its rollups or its views. `check` compares for the city, each district and three
periods; a theme's test module gives one function per metric.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from metrics import metric, read
from metrics.metric import level_reached
from queries.scope import Scope
from queries.snapshot import Snapshot, current_id, snapshot

DISTRICTS = ("341002", "341003", "341004", "341021", "341022", "341023", "341024")
PERIODS = {
    "the last full week": (date(2026, 11, 16), date(2026, 11, 23)),
    "the week of 国庆": (date(2026, 10, 1), date(2026, 10, 8)),
    "a month": (date(2026, 8, 1), date(2026, 9, 1)),
}


class Tables:
    """The detail tables of a snapshot as pandas frames, read once each."""

    def __init__(self, snap: Snapshot) -> None:
        self._snap = snap
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, table: str) -> pd.DataFrame:
        """The rows of `<theme>.<table>`; only what was loaded or is reference, never what was built."""
        info = self._snap.tables[table]
        assert info.kind in ("detail", "reference"), f"{table} is built: the oracle counts details"
        if table not in self._frames:
            self._frames[table] = pd.read_parquet(self._snap.folder / f"{table}.parquet")
        return self._frames[table]


@dataclass(frozen=True)
class Question:
    """One metric's question: the tables, the area's prefix and the half-open period as wall time."""

    tables: Tables
    scope: Scope

    @cached_property
    def since(self) -> datetime:
        return datetime.combine(self.scope.since, datetime.min.time())

    @cached_property
    def until(self) -> datetime:
        return datetime.combine(self.scope.until, datetime.min.time())

    def inside(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows whose place lies in the area."""
        return frame[frame["place_code"].str.startswith(self.scope.prefix)]

    def during(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        """The rows inside the area whose `column` lies in the period."""
        here = self.inside(frame)
        moment = pd.to_datetime(here[column])
        return here[(moment >= self.since) & (moment < self.until)]


@dataclass(frozen=True)
class Answer:
    """What the oracle counts: the value in the displayed unit, None when unknown, and how far off it may be."""

    value: float | None
    tolerance: float = 0.0


Oracle = Callable[[Question], Answer]


def share(part: float, whole: float) -> Answer:
    """A percentage; unknown over nothing."""
    return Answer(100.0 * part / whole if whole else None)


def disagreements(name: str, oracle: Oracle, tables: Tables, snapshot_id: str) -> list[str]:
    """Where `metrics.read` and the oracle differ, in words; empty when they agree everywhere."""
    asked = metric(name)
    found = []
    for label, (since, until) in PERIODS.items():
        for area in ("341000", *DISTRICTS):
            scope = Scope(area, since, until, snapshot_id)
            if not level_reached(asked, scope.level):
                continue
            reading, answer = read(name, scope), oracle(Question(tables, scope))
            if reading.state == "too_few" or (reading.value is None and answer.value is None):
                continue  # too few cases: the value is withheld on purpose
            if reading.value is None or answer.value is None:
                found.append(f"{name} {label} {area}: read {reading.value} ({reading.state}), oracle {answer.value}")
            elif not math.isclose(reading.value, answer.value, rel_tol=1e-9, abs_tol=answer.tolerance + 1e-9):
                found.append(f"{name} {label} {area}: read {reading.value}, oracle {answer.value}")
    return found


def check(oracles: Mapping[str, Oracle], name: str) -> None:
    """Assert that a metric and its oracle agree, and that the oracle knew at least one value."""
    snapshot_id = current_id()
    tables = Tables(snapshot(snapshot_id))
    assert disagreements(name, oracles[name], tables, snapshot_id) == []
    known = [
        oracles[name](Question(tables, Scope("341000", since, until, snapshot_id))).value
        for since, until in PERIODS.values()
    ]
    assert any(value is not None for value in known), f"{name}: the oracle never knew a value; the test proves nothing"
