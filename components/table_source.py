"""The only place that knows what a table's address means: a contract's table, a question's list, a number's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components import address
from components.address import Address
from data.contract import contracts
from metrics import MetricError, metric
from metrics.filters import Dimension, dimension_of, of_scene, taken
from metrics.table import Table, filters_of, of_contract, of_metric, of_question
from queries import statement
from queries.scope import ScopeError


@dataclass(frozen=True)
class Shown:
    """A list as a page shows it: title, columns, the values it binds beside the scope, the table it is about."""

    title: str
    columns: Mapping[str, str]
    binds: Callable[[Address], Mapping[str, object]]
    table: str


LISTS: dict[str, Shown] = {}  # by question; filled while the pages are imported


def link(asked: Address, name: str) -> str:
    """The table's address for what the page shows."""
    return f"/table/{name}{asked.link(view=None, metric=None, item=None)}"


def export(asked: Address, name: str, kind: str) -> str:
    """The address of the table as a file."""
    return f"/export/{name}.{kind}{asked.link(view=None, metric=None, item=None)}"


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
        return asked, of_question(question, shown.title, shown.columns, asked, shown.binds(asked), (shown.table,))
    return asked, of_metric(metric(stem), asked)


def takes(name: str, asked: Address) -> bool:
    """Whether the table knows every filter that is on."""
    return set(asked.chosen) <= set(allowed(name)[1])
