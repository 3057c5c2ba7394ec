"""The only place that answers the leading questions of the scenes built of shared parts, in a sentence by fixed rules.

The rules read readings and rows; they never compute a number of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.frames import Row, rows
from components.sentences import Answer, awaiting, figure
from metrics import Reading, compare_many, read
from queries.runner import run
from queries.scope import FilterNotTaken
from queries.snapshot import snapshot

Said = tuple[tuple[str | Component, ...], str, str]  # parts, what stands behind them, calm | attention


def from_rows(
    question: str, asked: Address, name: str, table: str, say: Callable[[list[Row]], Said], **binds: object
) -> Answer:
    """The answer of a list: `say` gets the rows of `queries/<name>.sql`; 数据未到 while `table` has not arrived."""
    if table not in snapshot(asked.snapshot).tables:
        return awaiting(question, table)
    try:
        return Answer(question, *say(rows(run(name, asked, **binds))))
    except FilterNotTaken:
        return not_filtered(question)


def not_filtered(question: str) -> Answer:
    """The answer that has no part for the page's filters."""
    return Answer(question, ("此筛选不适用",), "去掉筛选再看", "unknown")


def number(asked: Address, reading: Reading) -> Component:
    """A reading in a sentence, linked to its identity card; its absence in words."""
    if reading.state == "too_few" and not reading.n:  # withheld, in words too long for a figure
        return figure(wording.UNKNOWN, wording.absence(reading), asked.card(reading))
    if not reading.is_known:
        return figure(wording.absence(reading), href=asked.card(reading))
    return figure(wording.value(reading), reading.unit, asked.card(reading))


def moved(asked: Address, name: str) -> str:
    """`环比 +3.1%，同比 −0.2 个百分点` of a metric."""
    (week,) = compare_many([name], asked, "previous")
    (year,) = compare_many([name], asked, "last_year")
    return "，".join(
        f"{label} {each.text}" + (f"（{each.alignment}）" if each.alignment else "")
        for label, each in (("环比", week), ("同比", year))
    )


def calls(reading: Reading) -> str:
    """Whether a reading calls for attention."""
    return "unknown" if not reading.is_known else "attention" if reading.standing in ("missed", "near") else "calm"


def reading_of(asked: Address, name: str) -> Reading:
    """One reading of the page's scope."""
    return read(name, asked)
