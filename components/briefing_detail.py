"""The only place that shows one issue: what it is and said, its files and hashes, what changed, who got it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.briefing_address import FORMATS, Asked, kind_of
from components.briefing_archive import Change, Issued, changes, corrected_by, deliveries, week_before
from components.briefing_files import address
from components.briefing_list import name, size
from components.marks import marked
from components.masthead import DEMO
from components.panel import grid, missing, panel

_STATES = {"waiting": "待发", "sending": "发送中", "sent": "已送达", "failed": "失败", "unsure": "不确定，待人核对"}


def panels(asked: Asked, issue: Issued) -> list[Component]:
    """The panels of one issue."""
    before, old = week_before(issue, asked.every), _corrected(asked, issue)
    drawn = [_about(asked, issue), _said(issue), _files(issue), _changes("与上周的差异", issue, before, "上周")]
    if old:
        drawn.append(_changes(f"与被更正的 {old.number} 的差异", issue, old, "更正前"))
    drawn.append(_deliveries(issue))
    return drawn


def _corrected(asked: Asked, issue: Issued) -> Issued | None:
    return next((each for each in asked.every if each.number == issue.corrects), None)


def _about(asked: Asked, issue: Issued) -> Component:
    after = corrected_by(issue, asked.every)
    page = f"/{issue.scene or 'overview'}?area={issue.area}&until={issue.until}&asof={issue.snapshot}"
    facts: list[tuple[str, object]] = [
        ("编号", html.Code(issue.number)),
        ("期号", f"{issue.year}年第 {issue.issue} 期，总第 {issue.total} 期"),
        ("版", name(issue)),
        ("统计期", f"{issue.since:%Y-%m-%d} 至 {issue.until:%Y-%m-%d}（不含止日）"),
        ("签发", f"{issue.signer}，{wording.full_moment(issue.issued_at)}"),
        ("数据性质", DEMO.get(issue.demo, "真实数据")),
        ("快照", dcc.Link([html.Code(issue.snapshot), " 打开当时的页面"], href=page, className="to")),
    ]
    if issue.corrects:
        facts.append(("更正说明", [f"{issue.note}，更正 ", _to(asked, issue.corrects)]))
    if after:
        facts.append(("已更正", ["以 ", _to(asked, after.number), f" 为准：{after.note}"]))
    rows = [part for label, said in facts for part in (html.Dt(label), html.Dd(said))]
    back = dcc.Link("‹ 全部期号", href=asked.link(open=None), className="back to")
    return _named("about", panel(issue.title, html.Dl(rows, className="facts"), tools=back))


def _to(asked: Asked, number: str) -> dcc.Link:
    return dcc.Link(number, href=asked.link(open=number), className="to")


def _said(issue: Issued) -> Component:
    body: Component = html.Div([html.P(each) for each in issue.summary], className="briefing-said")
    return _named("summary", panel("要情", body if issue.summary else missing("这一期没有要情")))


def _files(issue: Issued) -> Component:
    rows = [
        [
            html.A(
                issue.called(each), href=address(issue.number, each), target="_blank", rel="noopener", className="to"
            ),
            FORMATS.get(each.format, each.format),
            size(each.size),
            html.Span(
                [html.Code(each.sha256), marked(html.Button("复制", className="quiet"), data_copy=each.sha256)],
                className="briefing-hash",
            ),
        ]
        for each in issue.files
    ]
    table = grid(("文件", "格式", "大小", "SHA-256"), rows)
    note = "下载时逐一核对校验值，与签发时不一致的不给。"
    return _named("files", panel("文件", html.Div(table, className="scroll"), note=note))


def _changes(title: str, issue: Issued, before: Issued | None, label: str) -> Component:
    if before is None:
        return _named("changes", panel(title, missing("没有上一周同一版的期号", "从第二期起列出")))
    found = changes(issue, before)
    total = f"{len(found)} / {len(issue.numbers)} 项指标与 {before.number} 不同"
    body: Component = missing("印出的指标都一样") if not found else html.Div(_table(found, label), className="scroll")
    return _named("changes" if label == "上周" else "corrections", panel(title, body, unit=total))


def _table(found: Sequence[Change], label: str) -> Component:
    rows = [[each.name, each.before, each.now, each.step or wording.UNKNOWN] for each in found]
    return grid(("指标", label, "本期", "变化"), rows)


def _deliveries(issue: Issued) -> Component:
    found = [each for each in deliveries() if each.get("number") == issue.number]
    if not found:
        said = (
            "区县、场景版只归档不投递" if kind_of(issue) != "city" else "没有投递：投递默认关闭，见 docs/operations.md"
        )
        return _named("deliveries", panel("投递", missing(said)))
    rows = [
        [{"mail": "邮件", "wecom": "企业微信"}.get(each["channel"], each["channel"]), each["recipient"],
         _STATES[each["state"]], each["attempts"], _answer(each)]
        for each in found
    ]  # fmt: skip
    table = grid(("渠道", "收件", "状态", "次数", "对方最后的答复"), rows)
    return _named("deliveries", panel("投递", html.Div(table, className="scroll")))


def _answer(each: Mapping[str, Any]) -> Component | str:
    """What the other side said, and by what id a person may send it again."""
    said = str(each["said"]) or wording.UNKNOWN
    if each["state"] not in ("failed", "unsure"):
        return said
    return html.Span([said, "　补发编号 ", html.Code(each["message"])])


def _named(where: str, drawn: Component) -> Component:
    return marked(drawn, data_panel=where)
