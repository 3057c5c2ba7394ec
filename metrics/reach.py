"""The only place that says how far a snapshot knows a metric, and which part of a period that leaves."""

from __future__ import annotations

from datetime import date, timedelta

from metrics.metric import Metric
from queries.scope import Scope
from queries.snapshot import snapshot


def known_part(asked: Metric, scope: Scope) -> Scope:
    """The part of a period that had run when the tables were loaded; the period itself when it was over.

    Rows dated ahead (a limit that falls due next week) are no part of what has happened: a rate over them would judge
    cases that still have time.
    """
    newest = reached(asked, scope.snapshot) if asked.is_due_dated else None
    if newest is None or not scope.since < newest < scope.until:
        return scope
    return scope.period(scope.since, newest)


def reached(asked: Metric, snapshot_id: str) -> date | None:
    """The first day of which it is not known whole whether a limit on it was kept. None where nothing is dated.

    That is the day on which the tables were loaded, or where their rows end if later: a quiet register is known up to
    its last load, and publishing it again a week later tells nothing of that week. Never after the snapshot was made.
    """
    snap = snapshot(snapshot_id)
    ends = [
        max(info.until, info.loaded_at.date() if info.loaded_at else info.until)
        for info in (snap.tables[table] for table in asked.sources if table in snap.tables)
        if info.until is not None
    ]
    return min([*ends, snap.made_at.date() + timedelta(days=1)]) if ends else None


def known_until(asked: Metric, snapshot_id: str) -> date | None:
    """The first day that the metric's tables do not know whole, None for registers: a period past it still runs."""
    tables = snapshot(snapshot_id).tables
    ends = [tables[table].until for table in asked.sources if table in tables]
    return min((end for end in ends if end is not None), default=None)
