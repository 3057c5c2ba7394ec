"""The only place that draws what the check said of an uploaded file: recognised as what, its first rows, its faults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.intake_visit import Visit
from components.marks import marked
from components.panel import missing, panel
from data.contract import contract
from data.rulebook import counted, rule

_SHOWN_FAULTS = 50


def recognised(visit: Visit) -> html.Section:
    found, table = visit["found"], contract(visit["table"])
    others = "、".join(found["sheets"])
    facts: list[tuple[str, Any]] = [
        (
            "工作表",
            f"{found['sheet']}（共有：{others}）" if len(found["sheets"]) > 1 else found["sheet"] or "—（不是工作簿）",
        ),
        ("表头", f"第 {found['header_row']} 行" if found["header_row"] else "列名取自文件本身"),
        ("数据", f"{found['rows']:,} 行"),
        (
            "映射",
            {"": "不需要：列名就是数据字典的列名", "recognised": "由文件识别得出"}.get(
                found["mapping"], found["mapping"]
            ),
        ),
        ("没有用到的列", "、".join(found["unmatched"]) or "无"),
    ]
    labels = {column.name: column.label for column in table.columns}
    if found["missing"]:
        facts.append(
            ("缺少的必填列", html.B("、".join(labels[name] for name in found["missing"]), className="is-worse"))
        )
    rows = [
        html.Tr(
            [html.Td(header), html.Td("→", className="aside"), html.Td([labels.get(name, name), " ", html.Code(name)])]
        )
        for name, header in found["matched"].items()
    ]
    body: list[Component] = [
        html.Dl([part for label, value in facts for part in (html.Dt(label), html.Dd(value))], className="facts"),
        html.Div(
            html.Table([html.Caption("列的对应"), html.Tbody(rows)], className="grid"), className="scroll matched"
        ),
    ]
    remarks = _sentences((*found["remarks"], *visit["result"].get("remarks", ())))
    if remarks:
        body.append(html.Ul([html.Li(said) for said in remarks], className="remarks"))
    return marked(panel("识别出了什么", body), data_panel="recognised")


def _sentences(remarks: Sequence[Any]) -> list[str]:
    """What people should know about how the file was read, each once."""
    told = (each["sentence"] if isinstance(each, dict) else str(each) for each in remarks if not _is_above(each))
    return list(dict.fromkeys(told))


def _is_above(remark: Any) -> bool:
    """What stands as a warning above is not said again."""
    return isinstance(remark, dict) and remark["rule"] == "replaces_demo"


def preview(visit: Visit) -> html.Section:
    found = visit["found"]
    header = found["header"]
    bad = {
        (fault["row"], name): fault["sentence"]
        for fault in visit["result"].get("faults", ())
        for name in fault.get("headers") or [found["matched"].get(fault["column"], "")]
    }
    rows = []
    for number, cells in zip(found["preview_rows"], found["preview"], strict=True):
        drawn = [html.Td(str(number), className="aside")]
        for name, cell in zip(header, cells, strict=True):
            fault = bad.get((number, name))
            drawn.append(
                html.Td(
                    [html.Span("✗ ", className="fault-mark") if fault else None, cell],
                    className="bad" if fault else "",
                    title=fault,
                )
            )
        rows.append(html.Tr(drawn))
    table = html.Table(
        [
            html.Caption("文件的前几行"),
            html.Thead(html.Tr([html.Th(name, scope="col") for name in ("行", *header)])),
            html.Tbody(rows),
        ],
        className="grid",
    )
    body = html.Div(table, className="scroll") if rows else missing("没有读出数据行")
    note = "标 ✗ 的单元格不合格，悬停看原因；全部问题见下表和退回表。" if bad else None
    return marked(panel("前几行", body, unit=f"{len(rows)} 行", note=note), data_panel="preview")


def faults(visit: Visit) -> html.Section:
    result = visit["result"]
    total = sum(result.get("quarantined", {}).values())
    labels = {column.name: column.label for column in contract(visit["table"]).columns}
    listed = result["faults"][:_SHOWN_FAULTS]
    rows = [
        html.Tr(
            [
                html.Td(str(fault["row"]), className="num"),
                html.Td("、".join(fault.get("headers") or []) or labels.get(fault["column"], fault["column"])),
                html.Td(html.Span(fault["value"][:60], className="bad")),
                html.Td(rule(fault["rule"]).name),
                html.Td(fault["sentence"], className="reason"),
            ]
        )
        for fault in listed
    ]
    table = html.Table(
        [
            html.Caption("不合格的单元格"),
            html.Thead(html.Tr([html.Th(label, scope="col") for label in ("行", "列", "值", "问题", "原因与办法")])),
            html.Tbody(rows),
        ],
        className="grid faults",
    )
    note = (
        f"列出前 {len(listed)} 处；全部在退回表里。"
        if len(result["faults"]) > len(listed) or total > len(listed)
        else None
    )
    return marked(
        panel("问题", html.Div(table, className="scroll"), unit=counted(result.get("quarantined", {})), note=note),
        data_panel="faults",
    )
