"""The only place that turns the rows of a question into a list or a heat table people can act on, or says why not.

Named columns, words for codes, figures as people write them; a page declares its lists in a few words each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import filtering, object_link, wording
from components.address import Address
from components.frames import Row, rows
from components.matrix import Entry, matrix
from components.panel import awaited, grid, missing, panel
from components.table_source import LISTS, Shown, behind
from data.contract import code_lists, codes, contracts
from data.divisions import CITY, UnknownPlaceError, children, name_of
from metrics.lineage import question_tables
from queries.runner import run
from queries.scope import LEVEL_NAMES, LEVELS, FilterNotTaken
from queries.snapshot import snapshot

SHOWN = 10
MANY_COLUMNS = 8  # so many would be cut in half a row of a desk
# the four legal warning levels (突发事件应对法): shape and word, level 1 is the worst; used for warnings alone
WARNING_LEVELS = {"1": ("◆", "红"), "2": ("■", "橙"), "3": ("▲", "黄"), "4": ("●", "蓝")}
Binds = Callable[[Address], Mapping[str, object]]


def listing(
    asked: Address, title: str, question: str, columns: Mapping[str, str], *,
    requirements: str, empty: str, note: str = "", shown: int = SHOWN, slot: str = "", **binds: object,
) -> Component:  # fmt: skip
    """A panel with the first rows of `queries/<question>.sql`; `columns` maps its columns to headings, in order.

    Without rows it says `empty`, or which table has not arrived. Where its numbers come from is one click away.
    """
    found = rows(run(question, asked, **binds))
    if not found:
        return panel(title, absent_table(asked, question) or missing(empty), requirements=requirements, slot=slot)
    lines = [_cells(asked, row, columns) for row in found[:shown]]
    total = len(found) if slot else 0  # a list with a place on the wall
    body = html.Div(grid(list(columns.values()), lines, total=total), className="scroll")
    rest = f"共 {len(found)} 条，列前 {shown} 条。" if len(found) > shown else f"共 {len(found)} 条。"
    said = [rest + note, " ", source_link(asked, question)]
    rows_behind = behind(asked, question.replace("/", ".")) if question in LISTS else None
    return panel(
        title, body, requirements=requirements, note=said, slot=slot, behind=rows_behind,
        is_wide=len(columns) >= MANY_COLUMNS,
    )  # fmt: skip


def source_link(asked: Address, question: str) -> Component:
    """To the card that says where the numbers of a list come from."""
    return dcc.Link("口径与来源", href=asked.link(n=f"q.{question.replace('/', '.')}"), className="source-link")


def absent_table(asked: Address, question: str) -> Component | None:
    """Which table a question waits for, if any has not arrived."""
    there = snapshot(asked.snapshot).tables
    lacking = [name for name in question_tables(question) if name not in there and contracts()[name].layer == "detail"]
    return awaited(lacking[0]) if lacking else None


def _cells(asked: Address, row: Row, columns: Mapping[str, str]) -> list[Any]:
    return [
        _flagged(asked, name, row[name], object_link.linked(name, row, filtering.linked(
            asked, name, row[name], cell(name, row[name])
        )))
        for name in columns
    ]  # fmt: skip


def _flagged(asked: Address, name: str, value: Any, shown: Any) -> Any:
    """A report that was promised for a time now past, and has not come, says so: silence must not look like order."""
    if name != "next_report_at" or value is None or value >= datetime.combine(asked.until, time()):
        return shown
    return html.Span([shown, html.B("已过")], className="past-due")


def cell(name: str, value: Any) -> Any:
    """A value as people read it: codes in words, places by name, moments short, a rate in percent; — when unknown."""
    if value is None:
        return wording.UNKNOWN
    if name == "place_code" or name.endswith("_place_code"):
        try:
            return name_of(str(value))
        except UnknownPlaceError:
            return str(value)
    if name == "warning_level":
        return warning_level(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date) and name.endswith("month_date"):
        return f"{value:%Y-%m}"
    if isinstance(value, datetime) and not name.endswith("_date"):  # pandas reads a date as a moment
        return f"{value:%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer() and name.endswith(("_count", "_on_site", "_capacity")):
        return wording.number(value, 0)  # DuckDB sums whole numbers into a wide type that pandas reads as a float
    if isinstance(value, float) and name.endswith("population"):
        return wording.number(value, 0)  # people; shares of a cell's residents are no fractions of anybody
    if isinstance(value, float):
        if name.endswith(("_rate", "_ratio")):
            return f"{wording.number(value * 100, 1)}%"
        return wording.number(value, 2 if name == "score" or name.endswith("_points") else 1)
    if isinstance(value, int):
        return str(value) if name == "year" or name.endswith("_year") else wording.number(value, 0)
    return _word(name, str(value))


def warning_level(level: str) -> Component | str:
    """◆红 ■橙 ▲黄 ●蓝: shape and word always, colour besides."""
    if level not in WARNING_LEVELS:
        return level
    mark, word = WARNING_LEVELS[level]
    return html.Span([html.I(mark), f" {word}"], className=f"warning-level is-level-{level}")


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


def headings(names: Iterable[str]) -> dict[str, str]:
    """Headings from the contracts: the label of the first column that carries each name."""
    labels = {column.name: column.label for each in contracts().values() for column in each.columns}
    return {name: labels.get(name, name) for name in names}


def listed(
    name: str, title: str, question: str, columns: Mapping[str, str], *, requirements: str, empty: str,
    lowest: str = "unit_grid", binds: Binds = lambda asked: {}, **look: Any,
) -> Callable[[Address], Component]:  # fmt: skip
    """A drawer called `name`: the rows of `question`, unless it does not reach the area's level."""

    LISTS[question] = Shown(title, columns, binds)

    def draw(asked: Address) -> Component:
        if (too_deep := _below(asked, lowest)) is not None:
            return panel(title, too_deep, requirements=requirements, slot=look.get("slot", ""))
        given: dict[str, Any] = look | dict(binds(asked))
        try:
            return listing(asked, title, question, columns, requirements=requirements, empty=empty, **given)
        except FilterNotTaken:
            return filtering.not_taken(asked, title, look.get("slot", ""))

    draw.__name__ = name
    return draw


def by_district(
    name: str, title: str, question: str, columns: tuple[str, str], *, requirements: str
) -> Callable[[Address], Component]:
    """A drawer called `name`: kinds × districts, the official order across; `columns` names the kind and its count."""
    kind, count = columns

    def draw(asked: Address) -> Component:
        try:
            found = rows(run(question, asked))
        except FilterNotTaken:
            return filtering.not_taken(asked, title)
        if not found:
            body = absent_table(asked, question) or missing("这段时间没有")
            return panel(title, body, requirements=requirements)
        there = {row["district_code"] for row in found}
        places: list[Entry] = [(each.place_code, each.name) for each in children(CITY) if each.place_code in there]
        places += [(CITY, "市直")] if CITY in there else []
        names = list(dict.fromkeys(str(row[kind]) for row in found))
        kinds: list[Entry] = [(each, filtering.linked(asked, kind, each, each)) for each in names]
        values = {(str(row[kind]), row["district_code"]): row[count] for row in found}
        links = {
            (each, place): filtering.only(asked, kind, each, area=place)
            for each in names
            if filtering.can_filter(asked, kind, each)
            for place, _ in places
            if place != CITY
        }
        body = html.Div(matrix(title, kinds, places, values, otherwise=0, links=links), className="scroll")
        return panel(title, body, requirements=requirements, unit="件", note=source_link(asked, question))

    draw.__name__ = name
    return draw


def absence(asked: Address, table: str, lowest: str = "unit_grid") -> Component | None:
    """Why nothing can be read here, if so: the table has not arrived, or it does not reach this level."""
    if table not in snapshot(asked.snapshot).tables:
        return awaited(table)
    return _below(asked, lowest)


def _below(asked: Address, lowest: str) -> Component | None:
    if LEVELS.index(asked.level) <= LEVELS.index(lowest):
        return None
    return missing(f"本表到{LEVEL_NAMES[lowest]}", f"回到{LEVEL_NAMES[lowest]}看")
