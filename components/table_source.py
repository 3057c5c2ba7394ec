"""The only place that knows what a table's address means: a contract's table, a question's list, a number's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components import address
from components.address import Address
from components.panel import Behind
from data.contract import contracts
from metrics import Metric, MetricError, metric
from metrics.filters import Dimension, dimension_of, of_scene, taken
from metrics.lineage import question_tables
from metrics.metric import level_reached
from metrics.table import Table, filters_of, of_contract, of_metric, of_question
from queries import statement
from queries.scope import ScopeError


@dataclass(frozen=True)
class Shown:
    """A list as a page shows it: title, columns, the values it binds beside the scope."""

    title: str
    columns: Mapping[str, str]
    binds: Callable[[Address], Mapping[str, object]]


LISTS: dict[str, Shown] = {}  # by question; filled while the pages are imported


def link(asked: Address, name: str) -> str:
    """The table's address for what the page shows."""
    return f"/table/{name}{_scope(asked)}"


def export(asked: Address, name: str, kind: str) -> str:
    """The address of the table as a file."""
    return f"/export/{name}.{kind}{_scope(asked)}"


def _scope(asked: Address) -> str:
    """The whole scope, the period written out: a table of another theme may have another last full week."""
    return asked.link(until=asked.until.isoformat(), days=asked.days, view=None, metric=None, item=None, export=None)


def behind(asked: Address, name: str) -> Behind | None:
    """The rows of a table as a panel's menu offers them; None where it does not know a filter that is on."""
    if not takes(name, asked):
        return None
    return Behind(link(asked, name), export(asked, name, "csv"), export(asked, name, "xlsx"))


def behind_number(asked: Address, shown: Metric) -> Behind | None:
    """The rows that a number adds up; None where it does not add up rows or may not show them here."""
    has_rows = shown.kind in ("sum", "ratio") and not shown.suppress_below and level_reached(shown, asked.level)
    return behind(asked, f"{shown.scene}.{shown.id}") if has_rows else None


def allowed(name: str) -> tuple[str, Mapping[str, Dimension]]:
    """The theme of a table and what it may be filtered by; raises ScopeError when there is no such table."""
    theme, _, stem = name.partition(".")
    if name in contracts():
        return theme, filters_of(contracts()[name])
    if f"{theme}/{stem}" in LISTS:
        known = of_scene(theme)
        return theme, {each: known[each] for each in statement.question(f"{theme}/{stem}").filters}
    try:
        asked = metric(stem)
    except MetricError:
        asked = None
    if asked is None or asked.scene != theme:
        raise ScopeError(f"没有表 {name[:60]}：从一块清单或数字身份证的“查看明细”进入，表名见数据目录")
    return theme, {each: dimension_of(asked, each) for each in taken(asked)}


def table(name: str, search: str | None) -> tuple[Address, Table]:
    """The table of an address, with the address as it was read.

    Raises:
        ScopeError: no such table, or a scope that it cannot be asked for.
        NoSnapshot, SnapshotExpired: as `address.read`.
    """
    theme, known = allowed(name)
    asked = address.read(search, theme, known)
    stem = name.partition(".")[2]
    if name in contracts():
        return asked, of_contract(contracts()[name], asked)
    if (question := f"{theme}/{stem}") in LISTS:
        shown = LISTS[question]
        return asked, of_question(
            question, shown.title, shown.columns, asked, shown.binds(asked), question_tables(question)
        )
    return asked, of_metric(metric(stem), asked)


def takes(name: str, asked: Address) -> bool:
    """Whether the table knows every filter that is on."""
    return set(asked.chosen) <= set(allowed(name)[1])
