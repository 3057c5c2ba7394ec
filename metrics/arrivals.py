"""The only place that says what has arrived from whom and who must be reminded: the rows of the 催报 board.

When a table is due is `metrics.assets.due_at`'s to say. Demo data is never reminded of: nobody delivers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from data.catalogue import UNCONFIRMED
from data.contract import THEMES, Contract, contracts
from metrics.assets import freshness
from queries.snapshot import Batch, Snapshot, TableInfo

LATE, NEVER, ON_TIME, UNDATED, DEMO = "late", "never", "on_time", "undated", "demo"
_ORDER = (LATE, NEVER, ON_TIME, UNDATED, DEMO)
_LOOKED_BACK, _ENOUGH = 8, 3  # loads before the last one that make the usual, and how few of them make none
_FAR_OFF = 0.5  # a load with less than half or more than double the usual rows is worth a question


@dataclass(frozen=True)
class Arrival:
    """One table of one unit. `rows` are those of its last load, `usual` the median of the loads before it.

    `state`: late | never (nothing ever came) | on_time | undated (a register without a time) | demo.
    `late_by` and `due_at` are None where nothing says when the next delivery is due.
    """

    table: str
    name: str
    unit: str
    contact: str
    rule: str
    state: str
    due_at: datetime | None = None
    late_by: timedelta | None = None
    data_time: datetime | None = None
    loaded_at: datetime | None = None
    rows: int | None = None
    usual: float | None = None
    quarantined_share: float | None = None

    @property
    def is_owed(self) -> bool:
        """Whether the unit is to be reminded."""
        return self.state in (LATE, NEVER)

    @property
    def is_odd(self) -> bool:
        """Whether the last load holds far fewer or far more rows than usual."""
        if self.rows is None or not self.usual:
            return False
        return not _FAR_OFF <= self.rows / self.usual <= 1 / _FAR_OFF


@dataclass(frozen=True)
class Unit:
    """What one unit delivers, the latest first."""

    name: str
    contact: str
    arrivals: tuple[Arrival, ...]

    @property
    def owed(self) -> tuple[Arrival, ...]:
        return tuple(each for each in self.arrivals if each.is_owed)

    @property
    def worst(self) -> timedelta:
        """How late its latest table is; nothing when none is."""
        return max((each.late_by for each in self.arrivals if each.late_by is not None), default=timedelta(0))

    def count(self, state: str) -> int:
        return sum(each.state == state for each in self.arrivals)


def units(snap: Snapshot | None, now: datetime) -> list[Unit]:
    """Every unit that delivers a table, the one with the latest table first; as of `now`."""
    found = snap.tables if snap else {}
    by_unit: dict[str, list[Arrival]] = {}
    for table in contracts().values():
        if table.layer == "detail" and table.theme in THEMES:  # what comes with the product is nobody's to deliver
            by_unit.setdefault(table.owner.unit, []).append(_arrival(table, found.get(table.table), now))
    listed = [
        Unit(name, next((each.contact for each in arrivals if each.contact), ""), tuple(sorted(arrivals, key=_latest)))
        for name, arrivals in by_unit.items()
    ]
    return sorted(listed, key=lambda unit: (-unit.worst, -unit.count(NEVER), unit.name == UNCONFIRMED))


def _latest(arrival: Arrival) -> tuple[int, timedelta, str]:
    return _ORDER.index(arrival.state), -(arrival.late_by or timedelta(0)), arrival.table


def _arrival(table: Contract, info: TableInfo | None, now: datetime) -> Arrival:
    owner = table.owner
    known = (table.table, table.name, owner.unit, owner.contact, table.refresh.rule)
    if info is None or info.rows == 0:
        return Arrival(*known, NEVER)
    if info.is_demo:
        return Arrival(*known, DEMO, None, None, info.data_time, info.loaded_at)
    fresh = freshness(table, info, now)
    late_by = now - fresh.late_at if fresh.late_at is not None and fresh.state == "late" else None
    last, usual = _last(info.batches)
    return Arrival(
        *known,
        state=LATE if late_by is not None else ON_TIME if fresh.late_at is not None else UNDATED,
        due_at=fresh.late_at,
        late_by=late_by,
        data_time=info.data_time,
        loaded_at=info.loaded_at,
        rows=last.rows if last else None,
        usual=usual,
        quarantined_share=sum(last.quarantined.values()) / last.rows if last and last.rows else None,
    )


def _last(batches: Sequence[Batch]) -> tuple[Batch | None, float | None]:
    """The newest load, and the usual rows of those before it; None while too few came to say."""
    if not batches:
        return None, None
    *before, last = sorted(batches, key=lambda batch: batch.loaded_at)
    recent = [batch.rows for batch in before[-_LOOKED_BACK:]]
    return last, median(recent) if len(recent) >= _ENOUGH else None
