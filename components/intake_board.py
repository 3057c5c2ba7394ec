"""The only place that draws the 催报 board: what is due from whom, what arrived, how late, how much, how good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.intake_address import ONLY, PATH, Asked
from components.marks import marked
from components.panel import missing, panel, segments
from data.catalogue import UNCONFIRMED
from metrics.arrivals import DEMO, LATE, NEVER, ON_TIME, UNDATED, Arrival, Unit

STATES = {LATE: "迟到", NEVER: "从未收到", ON_TIME: "按时", UNDATED: "不定期", DEMO: "演示，不催"}
_LOOKS = {LATE: "is-pressing", NEVER: "is-absent", ON_TIME: "is-fine", UNDATED: "is-half", DEMO: "is-demo"}
_OWED = {LATE: "迟到", NEVER: "从未收到"}
_OPEN_ROWS = 60
HEAD = ("表", "状态", "应到", "最近数据", "最近入库", "上批行数", "通常", "隔离")
_RULE = "应到＝最近一行数据的时间＋合同时限；人工报送的表应到日逢节假日顺延到下一个工作日，机器报送的不顺延。"
_NOTE = "没有发布放假通知的年份按周一至周五推定。通常＝此前最近 8 批的中位数。演示数据的表不判迟到。"


def board(asked: Asked, units: Sequence[Unit], can_load: bool) -> html.Section:
    """The units, the one with the latest table first; those that owe nothing are folded away."""
    chosen = [unit for unit in units if not asked.unit or unit.name == asked.unit]
    shown = [unit for unit in chosen if asked.only or unit.owed or asked.unit]
    options = [(label, PATH + asked.link(only=key or None), asked.only == key) for key, label in ONLY.items()]
    tools = html.Div(
        [
            segments(options),
            dcc.Link("全部单位", href=PATH + asked.link(unit=None), className="quiet") if asked.unit else None,
            html.A("打印催报单", href=PATH + asked.link(view="print", visit=None, table=None), className="quiet"),
            html.A("CSV", href=f"{PATH}/reminders.csv", className="quiet", download="reminders.csv"),
        ],
        className="board-tools",
    )
    body: list[Component] = [html.P(summary(units), className="board-said")]
    if shown:
        body += _units(asked, shown, can_load)
    else:
        body.append(missing("现在没有要催的", "选“全部”看每个单位的每张表"))
    drawn = panel("催报板", body, requirements="X-11", tools=tools, note=_RULE + _NOTE)
    return marked(drawn, data_panel="board")


def _units(asked: Asked, units: Sequence[Unit], can_load: bool) -> list[Component]:
    """The latest units are open, as far as a page can be read; the others are a line to open."""
    drawn, rows = list[Component](), 0
    for unit in units:
        is_open = bool(asked.unit) or (bool(unit.count(LATE)) and rows + _shown(asked, unit) <= _OPEN_ROWS)
        rows += _shown(asked, unit) if is_open else 0
        drawn.append(_unit(asked, unit, is_open, can_load))
    return drawn


def _shown(asked: Asked, unit: Unit) -> int:
    return len(unit.arrivals) if asked.only else unit.count(LATE)


def summary(units: Sequence[Unit]) -> list[Component | str]:
    """How things stand, in one sentence."""
    late, never, on_time, demo = (sum(unit.count(state) for unit in units) for state in (LATE, NEVER, ON_TIME, DEMO))
    owing = sum(bool(unit.count(LATE)) for unit in units)
    worst = max((unit.worst for unit in units), default=timedelta(0))
    said: list[Component | str] = ["迟到 ", html.B(f"{late} 张表")]
    said += [f"，涉及 {owing} 个单位，最久 {overdue(worst)}；"] if late else ["；"]
    said += ["从未收到 ", html.B(f"{never} 张"), f"；按时 {on_time} 张；演示数据 {demo} 张，不催。"]
    return said


def overdue(late_by: timedelta | None) -> str:
    """`3 天 4 小时`, `5 小时`, `40 分钟`; — when not late."""
    if late_by is None:
        return wording.UNKNOWN
    minutes = int(late_by.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时"
    days, hours = divmod(minutes // 60, 24)
    return f"{days} 天 {hours} 小时" if hours and days < 10 else f"{days} 天"


def _unit(asked: Asked, unit: Unit, is_open: bool, can_load: bool) -> html.Div:
    """A line that opens the unit; below it its tables, where it is open."""
    owed = [f"{word} {count} 张" for state, word in _OWED.items() if (count := unit.count(state))]
    line = dcc.Link(
        [
            html.B(unit.name if unit.name != UNCONFIRMED else "责任单位待确认"),
            html.Span("，".join(owed) or "没有要催的", className="is-worse" if unit.count(LATE) else ""),
            html.Span(f"最久 {overdue(unit.worst)}" if unit.worst else ""),
            html.Span(f"共 {len(unit.arrivals)} 张 · 联系人 {unit.contact or UNCONFIRMED}", className="aside"),
        ],
        href=PATH + asked.link(unit=None if asked.unit else unit.name),
        className="unit-line is-open" if is_open else "unit-line",
    )
    parts: list[Component] = [line]
    if is_open:
        rows = [each for each in unit.arrivals if asked.only or asked.unit or each.state == LATE]
        head = html.Thead(html.Tr([html.Th(label, scope="col", className=_side(label)) for label in HEAD]))
        body = html.Tbody([_row(asked, each, can_load) for each in rows])
        table = html.Table([html.Caption(f"{unit.name}报送的表"), head, body], className="grid arrivals")
        parts.append(html.Div(table, className="scroll"))
    return marked(html.Div(parts, className="unit-block"), data_unit=unit.name)


def _side(label: str) -> str:
    return "num" if label in ("上批行数", "通常", "隔离") else ""


def _row(asked: Asked, arrival: Arrival, can_load: bool) -> html.Tr:
    late = f" {overdue(arrival.late_by)}" if arrival.late_by is not None else ""
    state = html.Span(
        [html.I(className="dot"), STATES[arrival.state] + late], className=f"state {_LOOKS[arrival.state]}"
    )
    name = [html.B(arrival.name), html.Code(f"{arrival.table} · {arrival.rule}")]
    target = (
        PATH + asked.link(table=arrival.table, visit=None)
        if can_load
        else f"/catalogue?kind=table&open={arrival.table}"
    )
    rows = wording.number(arrival.rows, 0)
    cells = (
        html.Td(dcc.Link(name, href=target, className="entry"), className="name"),
        html.Td(state),
        html.Td(wording.full_moment(arrival.due_at)),
        html.Td(wording.full_moment(arrival.data_time)),
        html.Td(wording.full_moment(arrival.loaded_at)),
        html.Td(html.B(f"{rows} ≠", title="与通常相差一倍以上") if arrival.is_odd else rows, className="num"),
        html.Td(wording.number(arrival.usual, 0), className="num"),
        html.Td(share(arrival.quarantined_share), className="num"),
    )
    for label, cell in zip(HEAD, cells, strict=True):
        marked(cell, data_label=label)
    return marked(html.Tr(list(cells)), data_table=arrival.table, data_state=arrival.state)


def share(value: float | None) -> str:
    """`1.3%`; a share too small to show is not none: `<0.1%`."""
    if value is None:
        return wording.UNKNOWN
    return "<0.1%" if 0 < value < 0.001 else f"{value:.1%}"
