"""The only place that decides what a panel looks like, also when it has nothing to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from components.marks import marked
from data.contract import contract


@dataclass(frozen=True)
class Behind:
    """The rows behind a panel: the address of their table and of the two files."""

    table: str
    csv: str
    xlsx: str


def panel(
    title: str,
    body: Any,
    *,
    requirements: str = "",
    unit: str = "",
    note: Any = None,
    tools: Any = None,
    slot: str = "",
    behind: Behind | None = None,
    is_wide: bool = False,
) -> html.Section:  # fmt: skip
    """A titled block. `tools` are its switches, `note` a line below; `shell.panels` adds its name.

    `slot` is its place on the wall (map, course, ranking, lead, second); a panel without one is for the desk alone.
    `behind` are the rows it is drawn from; one that `is_wide` has a row of the desk for itself.
    """
    head = [
        html.H2(title),
        html.Span(unit, className="unit") if unit else None,
        tools,
        _menu(title, behind),
        None if slot else _fold(title),
    ]
    looks = ["panel", f"slot-{slot}" if slot else "can-fold", *(["is-wide"] if is_wide else [])]
    return marked(
        html.Section(
            [
                html.Header([part for part in head if part is not None], className="panel-head"),
                html.Div(body, className="panel-body"),
                html.Footer(note, className="panel-note") if note else None,
            ],
            className=" ".join(looks),
        ),
        data_requirements=requirements,
    )


def _fold(title: str) -> html.Button:
    """On a phone what is not on a scene's first screen is a line until it is asked for; `assets/panel.js` opens it."""
    return marked(html.Button("展开", className="quiet fold"), aria_expanded="false", aria_label=f"{title}：展开")


def _menu(title: str, behind: Behind | None) -> html.Details:
    """What can be taken away from a panel; `assets/panel.js` answers the buttons and hides what it cannot give."""
    rows: list[Any] = []
    if behind is not None:
        rows = [
            dcc.Link("查看明细", href=behind.table),
            html.A("明细 CSV", href=behind.csv),
            html.A("明细 XLSX", href=behind.xlsx),
        ]
    asked = (("csv", "本块数字 CSV"), ("png", "本块图 PNG"), ("svg", "本块图 SVG"), ("link", "复制本块链接"))
    rows += [marked(html.Button(said), data_take=kind) for kind, said in asked]
    said = marked(html.Summary("⋯", title="明细、导出、链接"), aria_label=f"{title}：明细、导出、链接")
    return html.Details(
        [said, html.Ul([html.Li(each) for each in rows], className="menu")], className="picker panel-menu"
    )


def grid(head: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = "", total: int = 0) -> html.Table:
    """A plain table; cells are text or components.

    With `total` (how many rows there are, shown or not) it may stand on the wall, where each row becomes a small block:
    its cells then carry the headings that they lose.
    """
    cell = _labelled if total else _plain
    table = html.Table(
        [
            html.Caption(caption) if caption else None,
            html.Thead(html.Tr([html.Th(cell, scope="col") for cell in head])),
            html.Tbody([html.Tr([cell(each, label) for each, label in zip(row, head, strict=True)]) for row in rows]),
        ],
        className="grid is-stacked" if total else "grid",
    )
    return marked(table, data_total=str(total)) if total else table


def _plain(content: Any, label: str) -> html.Td:
    return html.Td(content)


def _labelled(content: Any, label: str) -> html.Td:
    return marked(html.Td(content), data_label=label)


def table_twin(caption: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> html.Details:
    """The figure's numbers as a table, folded away: for screen readers and for who wants to copy them."""
    table = html.Div(grid(head, rows, caption), className="twin-scroll")
    return html.Details([html.Summary("数据表"), table], className="twin")


def missing(reason: str, remedy: str = "") -> html.Div:
    """What stands where a figure cannot: why, and what would fill it."""
    return html.Div([html.B(reason), html.Span(remedy)] if remedy else html.B(reason), className="missing")


def awaited(table: str) -> html.Div:
    """`数据未到`, with the table that is waited for, who owns it and when it is due."""
    promised = contract(table)
    return missing(
        "数据未到", f"等待《{promised.name}》（{promised.table}），{promised.owner.unit}，{promised.refresh.rule}更新"
    )


def failed(sentence: str = "") -> html.Section:
    """In place of a panel that could not be drawn."""
    said = sentence or "这一块没有画出来，其余数字不受影响；原因已写入日志。刷新页面重试，仍不行请联系运维。"
    return marked(
        html.Section(
            html.Div(missing("没有画出来", said), className="panel-body"), className="panel is-failed", role="alert"
        ),
        data_error=said,
        data_requirements="",
    )


def message(title: str, sentence: str, link: str | None = None, search: str = "") -> html.Div:
    """A whole page that says one thing, with the way on; `search` is the query it answers."""
    return marked(
        html.Div(
            html.Section(
                [
                    html.H1(title),
                    html.P(sentence),
                    dcc.Link("去掉这些条件，看现在的数" if link == "?" else "回到总体态势", href=link)
                    if link
                    else None,
                ],
                className="message",
                role="alert",
            ),
            className="drawn is-message",
        ),
        data_error=sentence,
        data_search=search,
    )


Option = tuple[str, str, bool]  # label, link, is it the present one


def segments(options: Sequence[Option]) -> html.Div:
    """A few choices side by side, each a link."""
    return html.Div(
        [dcc.Link(label, href=href, className="is-current" if current else "") for label, href, current in options],
        className="segments",
    )


def choice(shown: str, options: Sequence[Option], key: str) -> html.Details:
    """One of many: a menu of links that closes when the choice (`key`) changes."""
    entries = [
        html.Li(dcc.Link(label, href=href, className="is-current" if current else ""))
        for label, href, current in options
    ]
    return html.Details([html.Summary(shown), html.Ul(entries, className="menu")], className="picker", key=key)
