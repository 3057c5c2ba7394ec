"""The only place that follows a number back to the files it came from (X-08), and a table forward to its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from data.contract import THEMES, Contract, contracts
from metrics.metric import Metric, metrics
from queries import statement
from queries.snapshot import Batch, Snapshot

_SHARING = ("无条件共享", "有条件共享", "不予共享")  # from the most open to the least
_SECURITY = ("一般", "重要", "敏感")


@dataclass(frozen=True)
class Lineage:
    """How a number came about: extracts → stored tables → what publishing built of them → the number → its page."""

    metric: Metric
    batches: tuple[tuple[str, Batch], ...]  # table, the extract that was loaded into it
    tables: tuple[str, ...]
    built: tuple[str, ...]  # rollups, derived tables and views between the tables and the number
    page: str


@dataclass(frozen=True)
class Sharing:
    """Core metadata of a metric: as its sources demand, the strictest of each."""

    category: str
    share_type: str
    security_level: str
    is_open: bool
    refresh_rule: str
    retention: str  # as its tables keep their rows: where they differ, every one of them
    storage_level: str


def lineage(asked: Metric, snap: Snapshot | None = None) -> Lineage:
    """The way of one metric; with a snapshot also the extracts that its tables hold."""
    built: dict[str, None] = {}
    tables: dict[str, None] = {}

    def follow(name: str) -> None:
        if name in _reads():
            for source in sorted(_reads()[name]):
                follow(source)
            built[name] = None
        else:
            tables[name] = None

    first = {asked.rows.view} if asked.rows else statement.question(asked.inputs).tables
    for name in (*asked.sources, *sorted(first)):
        follow(name)
    loaded = []
    if snap is not None:
        loaded = [(name, batch) for name in tables if name in snap.tables for batch in snap.tables[name].batches]
    return Lineage(asked, tuple(loaded), tuple(tables), tuple(built), f"/{asked.scene}")


def question_tables(name: str) -> tuple[str, ...]:
    """The stored tables that `queries/<name>.sql` is answered from, through what was built of them."""
    tables: dict[str, None] = {}

    def follow(table: str) -> None:
        for source in sorted(_reads().get(table, ())):
            follow(source)
        if table not in _reads() and table in contracts():
            tables[table] = None

    for table in sorted(statement.question(name).tables):
        follow(table)
    return tuple(tables)


def question_contracts(name: str) -> tuple[Contract, ...]:
    """The contracts whose rows `queries/<name>.sql` reads, through views and rollups; a derived table has its own."""
    found: dict[str, Contract] = {}

    def follow(table: str) -> None:
        if table in contracts():
            found[table] = contracts()[table]
        else:
            for source in sorted(_reads().get(table, ())):
                follow(source)

    for table in sorted(statement.question(name).tables):
        follow(table)
    return tuple(found.values())


def sharing(asked: Metric) -> Sharing:
    """How a metric may be shared."""
    sources = [contracts()[table].metadata for table in asked.sources]
    return Sharing(
        category=sources[0].category,
        share_type=max((each.share_type for each in sources), key=_SHARING.index),
        security_level=max((each.security_level for each in sources), key=_SECURITY.index),
        is_open=all(each.is_open for each in sources),
        refresh_rule=_each(contracts()[table].refresh.rule for table in asked.sources),
        retention=_each(each.retention for each in sources),
        storage_level=_each(each.storage_level for each in sources),
    )


def _each(values: Iterable[str]) -> str:
    return "；".join(dict.fromkeys(values))


@cache
def built_of(table: str) -> tuple[str, ...]:
    """Every rollup, view and derived table that stands on a table, the nearest first."""
    found: dict[str, None] = {}
    last = {table}
    while last:
        last = {name for name, read in _reads().items() if read & last and name not in found and name != table}
        found |= dict.fromkeys(sorted(last))
    return tuple(found)


def numbers_of(table: Contract) -> tuple[Metric, ...]:
    """The metrics that are read from a table, directly or through what was built of it."""
    return tuple(
        each for each in metrics() if table.table in lineage(each).tables or table.table in lineage(each).built
    )


def scene_tables(scene: str) -> tuple[str, ...]:
    """Every table that the numbers of a scene are read from."""
    assert scene in THEMES
    return tuple(dict.fromkeys(table for each in metrics(scene) for table in lineage(each).tables))


@cache
def _reads() -> dict[str, frozenset[str]]:
    """What each built name is built from: rollups and views by their SQL, derived tables by their contract."""
    found = {each.name: each.tables for each in (*statement.rollups(), *statement.views())}
    found |= {name: frozenset(each.built_from) for name, each in contracts().items() if each.built_from}
    return found
