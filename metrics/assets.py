"""The only place that counts the city's data assets, for catalogue and briefing alike: computed, never typed in.

When a table is due and whether it is late is decided here, for page, catalogue, intake and API.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.calendar_days import workday_from
from data.catalogue import STATES as SYSTEM_STATES
from data.catalogue import UNCONFIRMED, systems
from data.contract import Contract, contracts
from data.ledger import STATES as REQUIREMENT_STATES
from data.ledger import ledger
from metrics.metric import metrics
from queries.snapshot import Snapshot, TableInfo

_MACHINE_MINUTES = 24 * 60  # what is due within the day is sent by a machine, and machines keep no holidays


@dataclass(frozen=True)
class Freshness:
    """`state`: on_time | late | no_data | undated (a reference table); `late_at`: from when the table is late."""

    state: str
    late_at: datetime | None = None


@dataclass(frozen=True)
class Assets:
    """What the city has. Tables are those that departments deliver (detail tables), not what is built of them.

    Only real tables are judged for lateness: demo data stands still by design.
    """

    tables: int
    with_data: int
    demo: int
    judged: int
    on_time: int
    metrics: int
    scenes: int  # that have a metric
    unowned_tables: int
    unowned_metrics: int
    unowned_systems: int
    systems: Mapping[str, int]  # by state
    requirements: Mapping[str, int]  # by state

    @property
    def on_time_share(self) -> float | None:
        """On-time tables in percent of the judged ones; None when none can be judged."""
        return self.on_time / self.judged * 100 if self.judged else None


def freshness(table: Contract, info: TableInfo | None, now: datetime) -> Freshness:
    """Whether the newest row, or the load of a table without a time, is older than the contract allows."""
    if info is None or info.rows == 0:
        return Freshness("no_data")
    newest = info.data_time or info.loaded_at
    if newest is None:
        return Freshness("undated")
    late_at = due_at(table, newest)
    return Freshness("late" if now >= late_at else "on_time", late_at)


def due_at(table: Contract, newest: datetime) -> datetime:
    """From when on the row after `newest` is late: the contract's sla later.

    Where people deliver, a moment on a day that is not worked moves to the same hour of the next workday.
    """
    late_at = newest + timedelta(minutes=table.refresh.sla_minutes)
    if table.refresh.every_minutes is not None or table.refresh.sla_minutes < _MACHINE_MINUTES:
        return late_at
    return late_at + (workday_from(late_at.date()) - late_at.date())


def assets(snap: Snapshot | None, now: datetime) -> Assets:
    """The counts of a snapshot as of `now`; without a snapshot no table has data."""
    delivered = [each for each in contracts().values() if each.layer == "detail"]
    found = snap.tables if snap else {}
    filled = [each for each in delivered if each.table in found and found[each.table].rows]
    real = [each for each in filled if not found[each.table].is_demo]
    judged = [freshness(each, found[each.table], now).state for each in real]
    return Assets(
        tables=len(delivered),
        with_data=len(filled),
        demo=len(filled) - len(real),
        judged=judged.count("on_time") + judged.count("late"),
        on_time=judged.count("on_time"),
        metrics=len(metrics()),
        scenes=len({each.scene for each in metrics()}),
        unowned_tables=sum(each.owner.unit == UNCONFIRMED for each in delivered),
        unowned_metrics=sum(each.owner.unit == UNCONFIRMED for each in metrics()),
        unowned_systems=sum(each.owner == UNCONFIRMED for each in systems().values()),
        systems=_by_state(SYSTEM_STATES, Counter(each.state for each in systems().values())),
        requirements=_by_state(REQUIREMENT_STATES, Counter(each.state for each in ledger().values())),
    )


def _by_state(states: tuple[str, ...], counted: Counter[str]) -> dict[str, int]:
    return {state: counted[state] for state in states}
