"""The only place that says what a scene without any data waits for: its tables, their owners, what has arrived."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.panel import grid, panel
from data.contract import Contract, contracts
from queries.snapshot import TableInfo, snapshot


def awaited_tables(asked: Address) -> Component:
    """尚未接入： every table of the scene by its contract."""
    tables = snapshot(asked.snapshot).tables
    promised = [each for each in contracts().values() if each.theme == asked.theme and each.layer == "detail"]
    rows = [_row(each, tables.get(each.table)) for each in promised]
    body = html.Div(grid(("数据表", "内容", "责任单位", "更新", "状态"), rows), className="scroll")
    arrived = sum(1 for each in promised if each.table in tables)
    duties = sorted({duty for each in promised for duty in each.requirements})
    note = f"需要 {len(promised)} 张表，快照中已有 {arrived} 张；到一张，它的数字就上屏。"
    return panel("尚未接入", body, requirements=" ".join(duties), note=note, slot="own")


def _row(promised: Contract, found: TableInfo | None) -> list[Any]:
    state: Any = html.Span("数据未到", className="absent")
    if found is not None:
        state = f"{'演示' if found.is_demo else '真实'} {found.rows:,} 行，{wording.full_moment(found.data_time)}"
    return [
        [promised.name, html.Br(), html.Code(promised.table)],
        html.Span(promised.meaning, className="wrap"),
        promised.owner.unit,
        promised.refresh.rule,
        state,
    ]
