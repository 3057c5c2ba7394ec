"""The only place that shows parts ranked fairly: value, value pulled to the peers, interval as a bar, cases, rank."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import filtering, wording
from components.address import Address
from components.marks import marked
from components.panel import missing
from data.assessment import peers
from metrics import Metric
from metrics.fair import ALL, Placed, placed

VIEW = "fair"  # `item=fair` ranks the chosen share fairly
METHOD = (
    "收缩值把样本少的拉向同类平均（经验贝叶斯，Morris 1983、Kleinman 1973），名次按收缩值；"
    "横条为 95% 区间（Wilson 1927），竖线为收缩值；收缩值相同的并列：差别在偶然之内。"
)
HEADS = ("名次", "单位", "原值", "收缩值", "95% 区间", "样本")


def fair_body(asked: Address, shown: Metric, by: str) -> Component:
    """The table of the parts, group of peers by group; or why there is none."""
    refused = filtering.refusal(shown, asked)
    found = [] if refused else placed(shown.id, asked, by)
    if not found:
        return refused or missing("数据未到", "这段时间没有可比的数")
    low, high = _axis(found, shown.scale)
    sections: list[Any] = []
    for group, members in groupby(found, key=lambda each: each.peers):
        said = f"{group}（同类内排名）" if group != ALL else "未分同类的（一起排名）"
        head = html.Tr(html.Th(said, colSpan=len(HEADS)), className="peer-group")
        parts = list(members)
        ranks = [each.rank for each in parts]
        rows = [_row(asked, shown, each, ranks.count(each.rank) > 1, low, high) for each in parts]
        sections.append(html.Tbody([head, *rows]))
    heads = html.Thead(html.Tr([html.Th(name, scope="col") for name in HEADS]))
    said = f"横条的横轴 {wording.number(low, 0)}–{wording.number(high, 0)}{shown.unit}"
    table = html.Table([html.Caption(f"{shown.name} 公平排名，{said}"), heads, *sections], className="grid fair-table")
    return html.Div(table, className="scroll fair-scroll")


def fair_note(shown: Metric) -> str:
    """What was done to the values, and by whose formulas."""
    return f"样本少于 {shown.minimum_n} 的不排名（灰）。{METHOD}同类划分：{peers().basis}。"


def interval(low: float, high: float, at: float, start: float, end: float) -> Component:
    """A bar from `low` to `high` with a tick at `at`, on an axis from `start` to `end`."""
    width = end - start or 1.0

    def share(value: float) -> str:
        return f"{min(max((value - start) / width, 0.0), 1.0) * 100:.1f}%"

    bar = html.I(style={"left": share(low), "width": f"{max(high - low, 0.0) / width * 100:.1f}%"})
    return marked(html.Span([bar, html.B(style={"left": share(at)})], className="interval"), aria_hidden="true")


def _axis(found: Sequence[Placed], scale: float) -> tuple[float, float]:
    """Whole tens around the intervals of those who are ranked, or of all where nobody is."""
    ranked = [each for each in found if each.rank is not None] or list(found)
    low = min(each.low for each in ranked if each.low is not None)
    high = max(each.high for each in ranked if each.high is not None)
    step = scale / 10
    return math.floor(low / step) * step, min(math.ceil(high / step) * step, scale)


def _row(asked: Address, shown: Metric, each: Placed, is_shared: bool, low: float, high: float) -> Component:
    key, name = each.reading.key or "", each.reading.key_name or wording.UNKNOWN
    is_place = key.isdecimal() and len(key) > len("3410")
    drawn: Any = wording.UNKNOWN
    if each.low is not None and each.high is not None and each.shrunk is not None:
        ends = f"{wording.number(each.low, shown.decimals)}–{wording.number(each.high, shown.decimals)}"
        drawn = [interval(each.low, each.high, each.shrunk, low, high), html.Small(ends)]
    cells = [
        html.Td("样本不足" if each.rank is None else f"并列 {each.rank}" if is_shared else f"{each.rank}"),
        html.Th(dcc.Link(name, href=asked.link(area=key)) if is_place else name, scope="row"),
        html.Td(wording.number(each.value, shown.decimals)),
        html.Td(html.B(wording.number(each.shrunk, shown.decimals)) if each.rank is not None else wording.UNKNOWN),
        html.Td(drawn, className="interval-cell"),
        html.Td(wording.number(each.n, 0)),
    ]
    return marked(html.Tr(cells), data_state="too_few" if each.rank is None else "ok", data_key=key)
