"""The only place that turns the rows of a question into a list people can act on: named columns, words for codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.frames import Row, rows
from components.panel import grid, missing, panel
from data.contract import code_lists, codes, contracts
from data.divisions import UnknownPlaceError, name_of
from queries.runner import run

SHOWN = 10


def listing(
    asked: Address, title: str, question: str, columns: Mapping[str, str], *,
    requirements: str, empty: str, note: str = "", shown: int = SHOWN, slot: str = "", **binds: object,
) -> Component:  # fmt: skip
    """A panel with the first rows of `queries/<question>.sql`; `columns` maps its columns to headings, in order."""
    found = rows(run(question, asked, **binds))
    if not found:
        return panel(title, missing(empty), requirements=requirements, slot=slot)
    body = html.Div(grid(list(columns.values()), [_cells(row, columns) for row in found[:shown]]), className="scroll")
    rest = f"共 {len(found)} 条，列前 {shown} 条。" if len(found) > shown else f"共 {len(found)} 条。"
    return panel(title, body, requirements=requirements, note=rest + note, slot=slot)


def _cells(row: Row, columns: Mapping[str, str]) -> list[Any]:
    return [cell(name, row[name]) for name in columns]


def cell(name: str, value: Any) -> Any:
    """A value as people read it: codes in words, places by name, moments short, a rate in percent; — when unknown."""
    if value is None:
        return wording.UNKNOWN
    if name == "place_code" or name.endswith("_place_code"):
        try:
            return name_of(str(value))
        except UnknownPlaceError:
            return str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime) and not name.endswith("_date"):  # pandas reads a date as a moment
        return f"{value:%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer() and name.endswith(("_count", "_on_site", "_capacity")):
        return wording.number(value, 0)  # DuckDB sums whole numbers into a wide type that pandas reads as a float
    if isinstance(value, float):
        if name.endswith(("_rate", "_ratio")):
            return f"{wording.number(value * 100, 1)}%"
        return wording.number(value, 2 if name == "score" or name.endswith("_points") else 1)
    if isinstance(value, int):
        return wording.number(value, 0)
    return _word(name, str(value))


def _word(name: str, value: str) -> str:
    """The Chinese word of a code, where all contracts that know the column use one list for it."""
    words = _code_list(name)
    return value if words is None else codes(words).get(value, value)


@cache
def _code_list(name: str) -> str | None:
    """The list whose codes a column holds; None for a column of plain words."""
    if name in code_lists():  # a column called as a code list holds its codes
        return name
    lists = {column.codes for each in contracts().values() for column in each.columns if column.name == name}
    return next(iter(lists)) if len(lists) == 1 else None


def headings(names: Sequence[str]) -> dict[str, str]:
    """Headings from the contracts: the label of the first column that carries each name."""
    labels = {column.name: column.label for each in contracts().values() for column in each.columns}
    return {name: labels.get(name, name) for name in names}
