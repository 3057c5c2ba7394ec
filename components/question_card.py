"""The only place that says where the numbers of a list come from: the question, its SQL with its values, its tables."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.panel import grid
from data.contract import contract
from data.divisions import name_of
from metrics.lineage import question_tables
from queries import statement
from queries.assembler import narrow
from queries.snapshot import snapshot

PREFIX = "q."


def question_of(name: str) -> str:
    """`q.urban.case_due` → `urban/case_due`."""
    return name.removeprefix(PREFIX).replace(".", "/", 1)


def content(question: str, asked: Address) -> list[Component]:
    """The sections of the card. Raises StatementError for a question that does not exist."""
    found = statement.question(question)
    answers, _, more = found.answers.partition("：")
    sql, narrowed = narrow(found, asked)
    known = {name: value for name, value in asked.binds().items() if name in found.binds} | narrowed
    others = sorted(found.binds - known.keys())
    binds = [part for name, value in known.items() for part in (html.Dt(f"${name}"), html.Dd(str(value)))]
    binds += [part for name in others for part in (html.Dt(f"${name}"), html.Dd("随页面上的选择"))]
    return [
        html.Div(
            [
                html.B(answers),
                html.P(more),
                html.P(f"{name_of(asked.area)} · {wording.span(asked.since, asked.until)}"),
            ],
            className="identity-value",
        ),
        html.Section([html.H3("来源表"), html.Div(_tables(question, asked))]),
        html.Section(
            [
                html.H3("怎么查的"),
                html.Div(
                    [
                        html.P(f"一行是：{found.grain}；查询文件 queries/{question}.sql，代入的值："),
                        html.Dl(binds),
                        html.Pre(html.Code(sql), className="sql", tabIndex="0"),
                    ]
                ),
            ]
        ),
    ]


def _tables(question: str, asked: Address) -> Component:
    there = snapshot(asked.snapshot).tables
    lines = []
    for name in question_tables(question):
        info, held = there.get(name), contract(name)
        lines.append(
            [
                dcc.Link(held.name, href=f"/catalogue?kind=table&open={name}"),
                held.owner.unit,
                f"{info.rows:,}" if info else "数据未到",
                wording.full_moment(info.data_time if info else None),
                wording.full_moment(info.loaded_at if info else None),
                "演示" if info and info.is_demo else "",
            ]
        )
    return grid(("表", "责任单位", "行数", "数据时间", "入库时间", ""), lines)
