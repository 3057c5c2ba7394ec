"""The only place that writes the 催报单 for paper and as CSV: per unit, what it owes, since when, whom to call."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components import wording
from components.intake_address import Asked
from components.intake_board import STATES, overdue
from components.marks import marked
from components.panel import grid
from data.catalogue import UNCONFIRMED
from data.settings import settings
from metrics.arrivals import Arrival, Unit

COLUMNS = (
    "责任单位", "联系人", "表", "表名", "更新规则", "状态", "应到", "迟到（小时）", "最近数据", "最近入库", "上批行数",
    "通常行数", "隔离比例",
)  # fmt: skip
_HEAD = ("序号", "表", "更新规则", "应到", "最近数据", "迟到")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def reminders(asked: Asked, units: Sequence[Unit]) -> list[Component]:
    """A sheet per unit that owes something; the whole list, or the one unit that is asked for."""
    owing = [unit for unit in units if unit.owed and asked.unit in ("", unit.name)]
    if not owing:
        return [html.P(f"截至 {wording.full_moment(asked.now)}，没有要催报的表。", className="reminder")]
    return [_sheet(asked, unit) for unit in owing]


def _sheet(asked: Asked, unit: Unit) -> html.Section:
    addressed = unit.name if unit.name != UNCONFIRMED else "责任单位待确认（请数据主管部门先落实单位）"
    late = [each for each in unit.owed if each.late_by is not None]
    never = [f"{each.name}（{each.table}，{each.rule}）" for each in unit.owed if each.late_by is None]
    whose = "贵单位" if unit.name != UNCONFIRMED else "下列单位未定的表，"
    owed = f"截至 {wording.full_moment(asked.now)}，{whose}应报未报 {len(unit.owed)} 张，请尽快报送。"
    parts: list[Component] = [
        html.H1(f"{settings().city_name}城市运行数据催报单"),
        html.P([html.B(f"{addressed}："), f"联系人 {unit.contact or UNCONFIRMED}"]),
        html.P(owed),
    ]
    if late:
        parts.append(html.Div(_late(unit, late), className="scroll"))
    if never:
        parts.append(html.P([html.B(f"从未收到 {len(never)} 张："), "；".join(never) + "。"]))
    parts += [
        html.P("应到日逢节假日已顺延到下一个工作日。已报送的，请与数据主管部门核对。", className="aside"),
        html.P("催报人：　　　　　　　　日期：　　　　　　　　回执：", className="sign"),
    ]
    return marked(html.Section(parts, className="reminder"), data_unit=unit.name)


def _late(unit: Unit, late: Sequence[Arrival]) -> html.Table:
    """The tables that are late, with what makes them so; those that never came have nothing to show in columns."""
    rows = [
        (
            str(number), f"{each.name}（{each.table}）", each.rule, wording.full_moment(each.due_at),
            wording.full_moment(each.data_time or each.loaded_at), overdue(each.late_by),
        )
        for number, each in enumerate(late, 1)
    ]  # fmt: skip
    return grid(_HEAD, rows, f"{unit.name}迟报的表")


def sheet(units: Sequence[Unit]) -> str:
    """Every table of every unit as CSV for a table program: UTF-8 with its mark, and no cell that is a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for unit in units:
        for each in unit.arrivals:
            hours = "" if each.late_by is None else f"{each.late_by.total_seconds() / 3600:.1f}"
            moments = (each.due_at, each.data_time, each.loaded_at)
            due, data, loaded = (f"{at:%Y-%m-%d %H:%M}" if at else "" for at in moments)
            share = "" if each.quarantined_share is None else f"{each.quarantined_share:.4f}"
            counts = ("" if value is None else f"{value:g}" for value in (each.rows, each.usual))
            cells = (
                unit.name, unit.contact or UNCONFIRMED, each.table, each.name, each.rule, STATES[each.state], due,
                hours, data, loaded, *counts, share,
            )  # fmt: skip
            writer.writerow([_plain(cell) for cell in cells])
    return "\ufeff" + buffer.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
