"""The only place that shows what state a scene's tables are in: rows, times, what was held back, what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.panel import grid, missing, panel
from data.contract import contract
from metrics.quality import Finding
from queries.snapshot import TableInfo, snapshot

_COLUMNS = ("数据表", "责任单位", "行数", "数据时间", "入库时间", "隔离", "不一致", "性质")


def tables(asked: Address, findings: Sequence[Finding]) -> Component:
    """The loaded tables of the scene; a finding is named beside the table it is about."""
    loaded = [
        info
        for info in snapshot(asked.snapshot).tables.values()
        if info.table.startswith(f"{asked.theme}.") and info.kind == "detail"
    ]
    body: Any = missing("还没有本场景的数据表", "用 cockpit.py import 导入，或 make demo 生成演示城市")
    if loaded:
        rows = [
            _row(info, [each for each in findings if info.table in (each.table, each.other_table)]) for info in loaded
        ]
        body = html.Div(grid(_COLUMNS, rows), className="scroll")
    note = (
        "被隔离的行不计入任何数字；发布值与计算值、两张表的说法或先后次序不一致时，数值照原样显示，由责任单位核对。"
        "点任一数字看它的质量核对。"
    )
    return panel("数据质量", body, requirements="X-08 X-11", note=note)


def _row(info: TableInfo, found: Sequence[Finding]) -> list[Any]:
    held, differing = sum(info.quarantined.values()), sum(each.count for each in found)
    said = "\n".join(each.sentence for each in found)
    return [
        contract(info.table).name,
        contract(info.table).owner.unit,
        f"{info.rows:,}",
        wording.full_moment(info.data_time),
        wording.full_moment(info.loaded_at),
        html.Span(f"{held:,} 行", className="is-worse" if held else ""),
        html.Span(f"{differing:,} 条", className="is-worse", title=said) if differing else _compared(info),
        "演示" if info.is_demo else "真实",
    ]


def _compared(info: TableInfo) -> str:
    """None found is a finding too, where published values are compared at all."""
    is_compared = any(column.startswith("published_") for column in contract(info.table).column_names)
    return "0 条" if is_compared else wording.UNKNOWN
