"""The only place that shows who stands where: 考核 (by the 考核办法, each lost point listed) or 公平 (a share, fairly).

Both come computed from `metrics`; what was published stands beside it as published, and a difference is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.fair_order import fair_body, fair_note
from components.frames import rows
from components.marks import marked
from components.masthead import DEMO
from components.panel import choice, grid, missing, panel, segments
from components.table_source import behind_number
from data.assessment import Assessment, assessment
from metrics import Metric, metric, metrics
from metrics.assessment import Deduction, Mark, Standing, month, standings
from metrics.fair import is_rankable
from queries.runner import run
from queries.snapshot import snapshot

FAIR = "league_fair"  # `item=league_fair` shows the fair view; any other item the assessment
SHARE = "on_time_closure_rate"
BY = "district_code"
CASE = "urban.case"
REQUIREMENTS = "CG-05"


def league(asked: Address) -> Component:
    """One panel, two views, switched in the address."""
    return _fair(asked) if asked.item == FAIR else _assessed(asked)


def _switch(asked: Address) -> Component:
    is_fair = asked.item == FAIR
    return segments(
        [("考核", asked.link(item=None), not is_fair), ("公平", asked.link(item=FAIR, metric=None), is_fair)]
    )


def _fair(asked: Address) -> Component:
    share = metric(asked.metric) if asked.metric else metric(SHARE)
    if not _fits(share):
        share = metric(SHARE)
    others = [(each.name, asked.link(item=FAIR, metric=each.id), each.id == share.id) for each in metrics("urban")
              if _fits(each)]  # fmt: skip
    tools = html.Div([_switch(asked), choice(share.name, others, key=share.id)], className="panel-tools")
    return panel(
        f"公平排名：{share.name}", fair_body(asked, share, BY), requirements=REQUIREMENTS, unit=share.unit, tools=tools,
        note=fair_note(share), behind=behind_number(asked, share),
    )  # fmt: skip


def _fits(share: Metric) -> bool:
    return is_rankable(share.id) and BY in share.by


def _assessed(asked: Address) -> Component:
    rules, now = assessment(), month(asked)
    found = [each for each in standings(asked) if each.place_code.startswith(asked.prefix)]
    title = f"考核排名：{now.since.year}年{now.since.month}月"
    if not found:
        return panel(
            title, missing("这里没有被考核的单位", "回到全市看"), requirements=REQUIREMENTS, tools=_switch(asked)
        )
    published = _published(asked, rules)
    grouped = [(name, list(members)) for name, members in groupby(found, key=lambda each: each.group)]
    body = [_group(name, members, rules, published, index == 0) for index, (name, members) in enumerate(grouped)]
    different = sum(each.rank is not None and published.get(each.unit, each.rank) != each.rank for each in found)
    return panel(
        title, html.Div(body, className="scroll league"), requirements=REQUIREMENTS, tools=_switch(asked),
        unit="分，满分 100", note=_note(asked, rules, different),
    )  # fmt: skip


def _note(asked: Address, rules: Assessment, different: int) -> list[Any]:
    info = snapshot(asked.snapshot).tables.get(CASE)
    said = f"依据：{rules.edition}，{rules.basis}。应结案少于 {rules.fewest} 件的不排名（灰，样本不足）；"
    said += "申诉成立、挂账、作废的不计。名次是全市同组内的，不随页面筛选变。"
    said += (
        f"有 {different} 个单位的公布名次与按本办法重算的不同：已在行内标出，以公布为准，差在哪一项展开看。"
        if different
        else "公布名次与按本办法重算的一致。"
    )
    faults = rows(run("urban/assessment_check", asked, fewest=rules.fewest))
    if faults:
        units = "、".join(dict.fromkeys(str(row["assessed_unit"]) for row in faults))
        said += f"公布的名次或扣分与公布的得分自相不符：{units}。"
    return [said, html.B(DEMO["demo"]) if info is not None and info.is_demo else None]


def _published(asked: Address, rules: Assessment) -> dict[str, int]:
    """The rank that was published for the same month, by unit; the month that has none gives none."""
    since = month(asked).since
    found = rows(run("urban/assessment_rank", asked, fewest=rules.fewest))
    return {
        str(row["assessed_unit"]): int(row["rank_no"])
        for row in found
        if row["rank_no"] is not None and (row["month_date"].year, row["month_date"].month) == (since.year, since.month)
    }


def _group(
    name: str, members: Sequence[Standing], rules: Assessment, published: dict[str, int], is_open: bool
) -> Component:
    head = html.Div(
        [html.Span(each) for each in ("名次", "升降", "单位", "得分", "应结案", "公布名次")], className="league-head"
    )
    ranked = sum(each.rank is not None for each in members)
    said = f"{rules.groups.get(name, name)}（{ranked} 个排名，{len(members) - ranked} 个样本不足）"
    body = [head, *(_unit(each, published.get(each.unit)) for each in members)]
    return marked(html.Details([html.Summary(said), *body], open=is_open, className="league-group"), data_group=name)


def step_words(step: int | None) -> str:
    """`▲ 升 2`, `▼ 降 1`, `持平`; — without a rank in both months."""
    if step is None:
        return wording.UNKNOWN
    return f"▲ 升 {step}" if step > 0 else f"▼ 降 {-step}" if step < 0 else "持平"


def _unit(each: Standing, published: int | None) -> Component:
    is_ranked = each.rank is not None
    differs = is_ranked and published is not None and published != each.rank
    row = html.Summary(
        [
            html.Span(html.B(str(each.rank)) if is_ranked else "样本不足"),
            html.Span(step_words(each.step)),
            html.Span(each.unit),
            html.Span(html.B(wording.number(each.score, 2))),
            html.Span(wording.number(each.due_count, 0)),
            html.Span([wording.UNKNOWN if published is None else str(published), " 不同" if differs else ""],
                      className="is-worse" if differs else ""),
        ],
        className="league-row",
    )  # fmt: skip
    lines = [_item(mark) for mark in each.marks]
    items = grid(("项目", "实际", "得分/满分", "失分", "口径"), lines)
    detail = [items, _besides(each.deductions, each.deducted)]
    return marked(
        html.Details([row, html.Div(detail, className="league-detail")]),
        data_unit=each.unit, data_state="ok" if is_ranked else "too_few",
    )  # fmt: skip


def _item(mark: Mark) -> list[Any]:
    share = wording.UNKNOWN if mark.share is None else f"{wording.number(mark.share * 100, 1)}%"
    return [
        mark.item.name,
        f"{share}（{mark.numerator}/{mark.denominator}）" if mark.denominator else "没有件，不计分也不扣分",
        f"{wording.number(mark.earned, 2)}/{wording.number(mark.item.weight, 0)}",
        wording.number(mark.lost, 2),
        mark.item.text,
    ]


def _besides(deductions: Sequence[Deduction], deducted: float) -> Component:
    if not deductions:
        return html.P("没有另行扣分。")
    lines = [html.Li(f"{each.rule}：扣 {each.points:g} 分　{each.reason}") for each in deductions]
    return html.Div([html.P(f"另行扣分，合计扣 {deducted:g} 分："), html.Ul(lines)])
