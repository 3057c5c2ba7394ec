"""The only place that draws why a number changed: the sentence, and folded away the steps from then to now."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from metrics import Metric
from metrics.why import AGAINST, Cell, Why, why
from metrics.why_words import amount, name, sentence

STEPS = 8  # cells with a bar of their own; the others stand together


def section(shown: Metric, asked: Address) -> list[Component]:
    """What changed against the period before and against last year; of what cannot be taken apart, the reason once."""
    found = [why(shown.id, asked, against) for against in AGAINST]
    if len({each.absent for each in found}) == 1 and found[0].absent:
        return [html.P(sentence(found[0]))]
    return [part for each in found for part in _drawn(each, asked)]


def _drawn(found: Why, asked: Address) -> list[Component]:
    said = html.P(sentence(found), className="why-said")
    if found.absent or not found.dimensions:
        return [html.P([html.B(f"比{AGAINST[found.against]} "), sentence(found)]) if found.absent else said]
    title = f"从{AGAINST[found.against]}到本期：按{' × '.join(found.labels[:2])}"
    return [said, html.Details([html.Summary(title), _waterfall(found, asked)], className="why-steps")]


def _waterfall(found: Why, asked: Address) -> Component:
    cells = found.by(2)
    steps = [(name(each), each.effect, _halves(found, each)) for each in cells[:STEPS]]
    if rest := cells[STEPS:]:
        steps.append((f"其余 {len(rest)} 组", sum(each.effect for each in rest), ""))
    start, end = found.before.value or 0.0, found.now.value or 0.0
    levels = [start]
    for _, effect, _ in steps:
        levels.append(levels[-1] + effect)
    low, high = min(*levels, end), max(*levels, end)
    rows = [_row(AGAINST[found.against], low, start, low, high, wording.value(found.before), "", "is-end")]
    for (said, effect, halves), level in zip(steps, levels, strict=False):
        way = "is-up" if effect > 0 else "is-down"
        rows.append(_row(said, level, level + effect, low, high, amount(found, effect, signed=True), halves, way))
    rows.append(_row("本期", low, end, low, high, wording.value(found.now), "", "is-end"))
    note = "各步相加等于总变化；条形不自 0 起，只比步子大小。"
    if found.metric.kind == "ratio":
        note += "“自身”是这一格自己的率变了，“占比”是它在总数里的分量变了。"
    table = html.Table([html.Caption("变化的拆分"), html.Tbody(rows)], className="ranking why-table")
    return html.Div([table, html.P([note, html.A("逐格数据（JSON）", href=_data(found, asked))], className="why-note")])


def _data(found: Why, asked: Address) -> str:
    period = {"area": asked.area, "since": asked.since, "until": asked.until, "against": found.against}
    filters = {f"f.{name}": ",".join(values) for name, values in asked.chosen.items()}
    return f"/api/v1/metrics/{found.metric.id}/why?{urlencode(period | filters)}"


def _row(
    said: str, since: float, until: float, low: float, high: float, value: str, halves: str, way: str
) -> Component:
    width = (high - low) or 1.0
    left, length = (min(since, until) - low) / width * 100, abs(until - since) / width * 100
    bar = html.Span(html.I(style={"marginLeft": f"{left:.2f}%", "width": f"{length:.2f}%"}), className="bar")
    return html.Tr(
        [
            html.Th(said, scope="row"),
            html.Td(bar, className="bar-cell"),
            html.Td(value, className="figure-cell"),
            html.Td(halves, className="why-halves"),
        ],
        className=way,
    )


def _halves(found: Why, cell: Cell) -> str:
    if found.metric.kind != "ratio":
        return (
            f"{wording.number(cell.before, found.metric.decimals)} → {wording.number(cell.now, found.metric.decimals)}"
        )
    return f"自身 {amount(found, cell.rate, signed=True)}，占比 {amount(found, cell.mix, signed=True)}"
