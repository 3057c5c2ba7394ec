"""The only place that sets a group of readings side by side in a small table: value, change, target, standing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.cards import opening, standing
from components.marks import marked
from components.panel import panel
from metrics import Change, Reading, compare_many, metric, read_many
from queries.scope import LEVEL_NAMES

HEAD = ("指标", "数值", "环比", "目标", "状态")


def readings(asked: Address, title: str, codes: Sequence[str], requirements: str, note: str = "") -> Component:
    """A panel with one line per metric of `codes` (or ids), in that order; each value opens its identity card."""
    now = read_many(codes, asked)
    found = zip(now, compare_many(codes, asked, "previous", now), strict=True)
    lines = [_line(reading, change, asked) for reading, change in found]
    head = html.Thead(html.Tr([html.Th(cell, scope="col") for cell in HEAD]))
    table = html.Table([html.Caption(title), head, html.Tbody(lines)], className="grid readings")
    return panel(title, html.Div(table, className="scroll"), requirements=requirements, note=note)


def lines_of(found: Sequence[Reading], asked: Address) -> Component:
    """Readings one below the other, each number opening its card, with what it is made of where that is said."""
    has_detail = any(each.detail for each in found)
    head = ("指标", "数值", "目标", "状态", *(("由来",) if has_detail else ()))
    lines = []
    for each in found:
        line = _line(each, None, asked)
        if has_detail:
            line.children.append(html.Td(html.Span(each.detail, className="wrap")))
        lines.append(line)
    table = html.Table(
        [html.Thead(html.Tr([html.Th(cell, scope="col") for cell in head])), html.Tbody(lines)],
        className="grid readings",
    )
    return html.Div(table, className="scroll")


def _line(reading: Reading, change: Change | None, asked: Address) -> html.Tr:
    cells = [
        html.Th(reading.key_name or reading.name, scope="row", title=metric(reading.metric).meaning),
        html.Td(_value(reading, asked), className="figure-cell"),
        None
        if change is None
        else html.Td(change.text, className=f"moved is-{change.direction}", title=wording.against(change) or None),
        html.Td(_target(reading)),
        html.Td(standing(reading)),
    ]
    cells = [cell for cell in cells if cell is not None]
    return marked(
        html.Tr(cells),
        data_metric=reading.metric,
        data_state=reading.state,
        data_standing=reading.standing,
        data_data_time=wording.moment(reading.data_time, reading.until),
        data_stale_at=reading.stale_at.isoformat(timespec="seconds") if reading.stale_at else "",
    )


def _value(reading: Reading, asked: Address) -> Component:
    if not reading.is_known:
        return opening(reading, asked, wording.absence(reading, LEVEL_NAMES[metric(reading.metric).lowest]), "absent")
    return opening(reading, asked, [wording.value(reading), html.Small(reading.unit)])


def _target(reading: Reading) -> Any:
    """The target with where it comes from as its title; — without one."""
    if reading.target is None:
        return wording.UNKNOWN
    said = wording.target(reading.target, reading.decimals, reading.unit if reading.unit == "%" else "")
    return html.Span(said, title=reading.target.text or wording.target_basis(reading.target))
