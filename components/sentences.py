"""The only place that answers a scene's leading questions in a sentence, by fixed rules over readings and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.frames import Row
from components.marks import marked
from components.river import Section
from data.contract import contract
from metrics import Reading, metric
from queries.scope import LEVEL_NAMES

FEWEST_VALID_DAYS = 324  # a year with fewer valid days may not be judged (HJ 663); applied in proportion


@dataclass(frozen=True)
class Answer:
    """A question; its answer in parts (text and bold numbers); what stands behind it; how pressing it is."""

    question: str
    parts: tuple[str | Component, ...]
    detail: str
    state: str  # calm | attention | unknown


def strip(answers: Sequence[Answer], requirements: str) -> html.Section:
    """The answers side by side."""
    return marked(
        html.Section(
            [
                html.Div(
                    [html.H3(each.question), html.P(list(each.parts), className="said"), html.P(each.detail)],
                    className=f"answer is-{each.state}",
                )
                for each in answers
            ],
            className="answers",
        ),
        data_requirements=requirements,
    )


def figure(text: str, unit: str = "", href: str | None = None) -> Component:
    """A bold number in a sentence, linked where it has an identity card."""
    bold = html.B([text, html.Small(unit)] if unit else text)
    return dcc.Link(bold, href=href, className="number") if href else html.Span(bold, className="number")


def awaiting(question: str, table: str) -> Answer:
    """The answer while the table it needs has not arrived."""
    promised = contract(table)
    detail = f"等待《{promised.name}》（{promised.table}），由{promised.owner.unit}提供"
    return Answer(question, (figure("数据未到"),), detail, "unknown")


def good_day_budget(allowance: Reading, asked: Address) -> Answer:
    """How many more days may exceed before the year's target is lost; not said of a year with too few valid days."""
    question = "全年优良天数目标保不保得住？"
    if allowance.state == "not_below":
        return _below(question, allowance)
    new_year = date((allowance.until - timedelta(days=1)).year, 1, 1)
    passed = (allowance.until - new_year).days
    link = asked.link(n=allowance.metric)
    if 0 < allowance.n < passed * FEWEST_VALID_DAYS / 365:
        said = f"今年 {passed} 天中只有 {allowance.n} 个有效日；HJ 663 要求全年至少 {FEWEST_VALID_DAYS} 个"
        return Answer(question, (figure("样本不足", href=link),), said, "unknown")
    if allowance.value is None:
        if not allowance.detail:
            return awaiting(question, "ecology.air_hourly")
        return Answer(question, (figure(wording.absence(allowance), href=link),), allowance.detail, "unknown")
    days = figure(wording.number(abs(allowance.value), 0), allowance.unit, link)
    said = "还可超标" if allowance.value >= 0 else "目标已失，多超标"
    return Answer(question, (said, days), allowance.detail, "calm" if allowance.value > 0 else "attention")


def river_state(sections: Sequence[Section], p_value: Reading, asked: Address) -> Answer:
    """Whether the border sections hold their class, which sections do not or got worse, and the computed P value."""
    question = "新安江出境断面稳不稳，哪段在变差？"
    if not sections:
        return Answer(question, (figure("这里没有断面"),), "回到全市看", "unknown")
    known = [each for each in sections if each.found]
    if not known:
        return awaiting(question, "ecology.water_measure")
    link = asked.link(n="section_target_rate")
    judged = [each for each in known if each.standing != "none"]
    missed = [each.name for each in judged if each.standing == "missed"]
    worse = [each.name for each in known if each.course == "变差"]
    parts: list[str | Component] = []
    for each in [each for each in known if each.is_border][:1]:
        parts += ["出境断面", figure(each.found or "", "类", link)]
    if judged:
        parts += ["达标", figure(f"{len(judged) - len(missed)}/{len(judged)}", "个断面", link)]
    else:
        parts += ["有数", figure(f"{len(known)}", "个断面", link)]
    detail = [f"未达标：{_named(missed)}"] if missed else [] if judged else ["目标类别未登记，不判达标"]
    detail += [f"较上期变差：{_named(worse)}"] if worse else ["没有断面变差"]
    absent = wording.absence(p_value, LEVEL_NAMES[metric(p_value.metric).lowest])
    detail += [f"P 值{absent}" if absent else f"P 值 {wording.value(p_value)}（测算值，非考核结果）"]
    return Answer(question, tuple(parts), "；".join(detail), "attention" if missed or worse else "calm")


def exceedance_trace(found: Sequence[Reading], events: Sequence[Row], asked: Address) -> Answer:
    """Who caused the exceedances and who went to look: `found` are EN14 to EN17, `events` the rows of the cards."""
    question = "超标是谁造成的，谁去查了？"
    count, confirmed, arrival, still_open = found
    if count.state == "not_below":
        return _below(question, count)
    if not count.is_known:
        return awaiting(question, "ecology.exceedance")
    parts: list[str | Component] = []
    for name, each in (("超标", count), ("在办", still_open)):
        parts += [name, figure(wording.value(each), each.unit, asked.link(n=each.metric))]
    if not events:
        return Answer(question, tuple(parts), "统计期内没有登记的超标事件", "calm")
    waiting = [each for each in events if each["arrived_at"] is None and each["closed_at"] is None]
    if waiting:
        parts += ["未到场", figure(str(len(waiting)), "起")]
    detail = [_traced(events[0])]
    rates = (("查实", confirmed), ("到场 P90", arrival))
    detail += [f"{name} {wording.value(each)} {each.unit}".replace(" %", "%") for name, each in rates if each.is_known]
    return Answer(question, tuple(parts), "；".join(detail), "attention" if waiting else "calm")


def _traced(event: Row) -> str:
    """One exceedance in words: where, by whom as far as is known, who went and when."""
    suspect = "自身" if event["suspect_name"] == event["object_name"] else event["suspect_name"]
    blamed = "源未查明" if suspect is None else f"{'查实' if event['is_confirmed'] else '首疑'} {suspect}"
    arrived = "未到场" if event["arrived_at"] is None else f"{event['arrived_at']:%m-%d %H:%M} 到场"
    return f"{event['object_name']}：{blamed}，{event['handling_unit'] or '未派遣'} {arrived}"


def _below(question: str, reading: Reading) -> Answer:
    lowest = LEVEL_NAMES[metric(reading.metric).lowest]
    return Answer(question, (figure(f"本指标到{lowest}"),), f"回到{lowest}或全市看", "unknown")


def _named(names: Sequence[str], most: int = 3) -> str:
    return "、".join(names[:most]) + (f"等 {len(names)} 个" if len(names) > most else "")
