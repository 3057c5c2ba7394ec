"""The only place that draws the clerk's desk: the upload form, the history, and why there is none of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.intake_address import PATH, Asked, importable
from components.marks import marked
from components.masthead import DEMO
from components.panel import missing, panel
from data.contract import Contract, contract

TABLES_ID, WHO_ID, TABLE_ID = "intake-tables", "intake-who", "intake-table"
SEPARATOR = " · "
EVENTS = {
    "check:checked": "上传，检查完", "check:refused": "上传，整份拒收", "check:failed": "检查出错",
    "import:begun": "开始入库", "import:published": "入库并发布", "import:checked": "入库未成",
    "import:interrupted": "入库中断，已恢复", "undo:begun": "开始撤销", "undo:undone": "撤销",
    "undo:published": "撤销未成",
}  # fmt: skip
STATES = {
    "checking": "检查中", "checked": "待发布", "refused": "已拒收", "failed": "出错", "importing": "发布中",
    "published": "已发布", "undoing": "撤销中", "undone": "已撤销",
}  # fmt: skip


def masthead(asked: Asked) -> html.Header:
    """Title, the current snapshot, the demo mark."""
    snap, mark = asked.snapshot, None
    if snap is not None and snap.demo in DEMO:
        mark = marked(html.Span(DEMO[snap.demo], className="demo-mark"), data_demo=snap.demo)
    when = f"现在的快照 {snap.id}，{wording.full_moment(snap.made_at)} 生成" if snap else "库中还没有快照"
    tools = html.Div([mark, html.Span(when, className="data-time")], className="masthead-tools")
    return html.Header([html.H1("数据入库"), tools], className="masthead")


def footer(asked: Asked) -> html.Footer:
    """What keeps the loading safe, in one line."""
    left = "先检查，后入库，再整体发布：任何一步中断，已发布的快照都不变。原文件、姓名、校验值和前后快照都记录在案。"
    return html.Footer(html.Span(left), className="page-foot")


def waiting(sentence: str) -> html.Div:
    """What lies in the tables and has not been published, above everything else."""
    return marked(
        html.Div(html.P(sentence, className="warning"), className="outcome"), data_panel="waiting", role="status"
    )


def off() -> html.Section:
    """Why nothing can be uploaded, and how to allow it."""
    body = missing(
        "本服务没有开启网页入库",
        "请管理员用设置 COCKPIT_INTAKE=on 启动（建议另起一个只给数据专员用的服务，见运维手册“网页入库”），"
        "或用命令行 cockpit.py import 导入。",
    )
    return marked(panel("上传", body), data_panel="off")


def read_only() -> html.Section:
    """The service may not write where the files would go."""
    body = missing("数据目录不可写", "本服务的帐号没有写权限：请管理员按运维手册“网页入库”另起可写的服务。")
    return marked(panel("上传", body), data_panel="off")


def upload(asked: Asked, mappings: Sequence[str], max_mb: int) -> html.Section:
    """Table, mapping, name, file; `assets/intake.js` sends it."""
    table = asked.table
    options = [html.Option(value=option(each)) for each in importable().values()]
    picker = dcc.Input(
        id=TABLE_ID, name="table", type="text", list=TABLES_ID, value=option(table) if table else "",
        placeholder="输入表名、单位或编号的一部分，从列表里选", autoComplete="off",
    )  # fmt: skip
    fields = [
        html.Label("① 哪张表", htmlFor=TABLE_ID),
        html.Div([picker, html.Datalist(options, id=TABLES_ID), _about(table) if table else None]),
        html.Label("② 怎样对应", htmlFor="intake-mapping"),
        html.Div(_mapping_choice(mappings)),
        html.Label("③ 您的姓名", htmlFor=WHO_ID),
        html.Div(who_field()),
        html.Span("④ 文件", className="label"),
        html.Div(
            [
                marked(
                    html.Button(
                        [html.Span("选择文件，或拖到这里", className="ask"), html.Span(className="chosen")],
                        className="drop",
                        type="button",
                    ),
                    data_drop="1",
                ),
                html.P(f"XLS、XLSX、CSV、Parquet、GeoJSON，可压缩；不超过 {max_mb} MB", className="aside"),
            ]
        ),
    ]
    send = html.Div(
        [html.Button("上传并检查", type="submit", className="primary"), html.P(className="said", role="alert")],
        className="actions",
    )
    form = html.Form(
        [html.Div(fields, className="fields"), html.Progress(max="100", value="0", hidden=True), send],
        className="upload",
    )
    note = "上传只检查，不入库；看过结果再决定。"
    return marked(
        panel("上传", marked(form, data_limit_mb=str(max_mb)), requirements="X-01", note=note), data_panel="upload"
    )


def option(table: Contract) -> str:
    """How a table stands in the picker: its name, its unit, its id last."""
    return f"{table.name}{SEPARATOR}{table.owner.unit}{SEPARATOR}{table.table}"


def who_field() -> dcc.Input:
    """The name of who loads; typed in while nobody logs in."""
    return dcc.Input(
        id=WHO_ID, name="who", type="text", maxLength=40, placeholder="姓名，记入入库记录", autoComplete="name"
    )


def _about(table: Contract) -> html.P:
    return html.P(
        [
            f"{table.meaning}。{table.owner.unit}，{table.refresh.rule}。",
            html.A("下载模板", href=f"{PATH}/templates/{table.table}.xlsx", download=""),
            " · ",
            dcc.Link("字段说明", href=f"/catalogue?kind=table&open={table.table}"),
        ],
        className="aside about",
    )


def _mapping_choice(mappings: Sequence[str]) -> html.Div:
    """Buttons that are pressed: neither a select nor radio buttons are among the tags that Dash has."""
    choices = [("", "自动识别"), *((name, name) for name in mappings)]
    return marked(
        html.Div(
            [
                marked(
                    html.Button(label, type="button", className="choice"),
                    data_mapping=name,
                    aria_pressed=str(not name).lower(),
                )
                for name, label in choices
            ],
            className="ways",
            role="group",
            id="intake-mapping",
        ),
        aria_label="映射",
    )


def history(asked: Asked, visits: Iterable[Mapping[str, Any]], journal: Sequence[Mapping[str, Any]]) -> html.Section:
    """The files on their way and the journal: who did what, when, and what came of it."""
    rows = [_visit_row(asked, each) for each in visits]
    body: list[Component]
    if rows:
        head = html.Thead(html.Tr([html.Th(label, scope="col") for label in ("文件", "状态", "谁", "何时")]))
        table = html.Table([html.Caption("最近的入库"), head, html.Tbody(rows)], className="grid")
        body = [html.Div(table, className="scroll recent"), _journal(journal)]
    else:
        body = [
            missing("还没有人在网页上入库", "上传的文件会列在这里，随时可以回来接着做"),
            _journal(journal) if journal else html.Div(),
        ]
    return marked(panel("入库记录", body), data_panel="history")


def _visit_row(asked: Asked, visit: Mapping[str, Any]) -> html.Tr:
    state = "已中断" if visit["is_stuck"] else STATES[visit["state"]]
    look = (
        "is-pressing"
        if visit["is_stuck"] or visit["state"] in ("refused", "failed")
        else "is-fine"
        if visit["state"] == "published"
        else "is-half"
    )
    name = [html.B(visit["file"]), html.Code(contract(visit["table"]).name)]
    return html.Tr(
        [
            html.Td(
                dcc.Link(name, href=PATH + asked.link(visit=visit["id"], table=None), className="entry"),
                className="name",
            ),
            html.Td(html.Span([html.I(className="dot"), state], className=f"state {look}")),
            html.Td(visit["decided_by"] or visit["who"]),
            html.Td(visit["at"][5:16].replace("T", " ")),
        ]
    )


def _journal(lines: Sequence[Mapping[str, Any]]) -> html.Details:
    head = html.Thead(
        html.Tr([html.Th(label, scope="col") for label in ("时间", "谁", "做了什么", "文件", "新收", "隔离", "快照")])
    )
    rows = [
        html.Tr(
            [
                html.Td(line["at"].replace("T", " ")),
                html.Td(line["who"]),
                html.Td(EVENTS.get(line["event"], line["event"])),
                html.Td(
                    line["file"],
                    className="wrap",
                    title=f"{line['table']} · SHA-256 {line['sha256']} · 映射 {line['mapping'] or '无'}",
                ),
                html.Td("" if line["accepted"] is None else f"{line['accepted']:,}", className="num"),
                html.Td("" if line["accepted"] is None else f"{line['quarantined']:,}", className="num"),
                html.Td(
                    f"{line['snapshot_before'] or '—'} → {line['snapshot_after']}" if line["snapshot_after"] else ""
                ),
            ]
        )
        for line in lines
    ]
    table = html.Table([html.Caption("入库日志"), head, html.Tbody(rows)], className="grid")
    return html.Details(
        [html.Summary(f"日志（最近 {len(rows)} 条，只增不改）"), html.Div(table, className="scroll")], className="twin"
    )
