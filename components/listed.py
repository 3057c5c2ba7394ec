"""The only place that makes panels out of a few words: rows of a question as a list or a heat table, or why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import cards, filtering, wording
from components.address import Address
from components.frames import rows
from components.listing import listing
from components.matrix import Entry, matrix
from components.panel import awaited, grid, missing, panel
from components.table_source import LISTS, Shown
from data.divisions import CITY, children
from metrics import Reading
from queries.runner import run
from queries.scope import LEVEL_NAMES, LEVELS, FilterNotTaken
from queries.snapshot import snapshot

Binds = Callable[[Address], Mapping[str, object]]


def listed(
    name: str, title: str, question: str, table: str, columns: Mapping[str, str], *, requirements: str, empty: str,
    lowest: str = "unit_grid", binds: Binds = lambda asked: {}, **look: Any,
) -> Callable[[Address], Component]:  # fmt: skip
    """A drawer called `name`: the rows of `question`, unless `table` is missing or does not reach the area's level."""

    LISTS[question] = Shown(title, columns, binds, table)

    def draw(asked: Address) -> Component:
        absent = absence(asked, table, lowest)
        if absent is not None:
            return panel(title, absent, requirements=requirements, slot=look.get("slot", ""))
        given: dict[str, Any] = look | dict(binds(asked))
        try:
            return listing(asked, title, question, columns, requirements=requirements, empty=empty, **given)
        except FilterNotTaken:
            return filtering.not_taken(asked, title, look.get("slot", ""))

    draw.__name__ = name
    return draw


def by_district(
    name: str, title: str, question: str, table: str, columns: tuple[str, str], *, requirements: str
) -> Callable[[Address], Component]:
    """A drawer called `name`: kinds × districts, the official order across; `columns` names the kind and its count."""
    kind, count = columns

    def draw(asked: Address) -> Component:
        try:
            found = rows(run(question, asked))
        except FilterNotTaken:
            return filtering.not_taken(asked, title)
        if not found:
            body = absence(asked, table) or missing("这段时间没有")
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
        return panel(title, body, requirements=requirements, unit="件")

    draw.__name__ = name
    return draw


def absence(asked: Address, table: str, lowest: str = "unit_grid") -> Component | None:
    """Why nothing can be read here, if so: the table has not arrived, or it does not reach this level."""
    if table not in snapshot(asked.snapshot).tables:
        return awaited(table)
    if LEVELS.index(asked.level) > LEVELS.index(lowest):
        return missing(f"本表到{LEVEL_NAMES[lowest]}", f"回到{LEVEL_NAMES[lowest]}看")
    return None


def readings_table(asked: Address, found: Sequence[Reading]) -> Component:
    """Readings one below the other, each with its identity card, target, standing and what it is made of."""
    has_detail = any(each.detail for each in found)
    lines = [
        [
            dcc.Link(each.key_name or each.name, href=asked.link(n=each.metric)),
            f"{wording.value(each)} {each.unit}" if each.is_known else wording.absence(each),
            wording.target(each.target, each.decimals, each.unit),
            cards.standing(each),
            *([html.Span(each.detail, className="wrap")] if has_detail else []),
        ]
        for each in found
    ]
    head = ("指标", "值", "目标", "状态", *(("由来",) if has_detail else ()))
    return html.Div(grid(head, lines), className="scroll")
