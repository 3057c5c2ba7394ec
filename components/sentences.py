"""The only place that answers a scene's leading questions in a sentence, by fixed rules over readings and rows."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.address import Address
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


def good_day_budget(year: Reading, asked: Address) -> Answer:
    """How many more days may exceed before the year's target is lost, from the year's good and valid days so far.

    A year has 365 or 366 days; days without a valid AQI are named and not guessed.
    """
    question = "全年优良天数目标保不保得住？"
    if year.state == "not_below":
        lowest = LEVEL_NAMES[metric(year.metric).lowest]
        return Answer(question, (figure(f"本指标到{lowest}"),), f"回到{lowest}或全市看", "unknown")
    if year.target is None or year.numerator is None or not year.denominator:
        return awaiting(question, "ecology.air_hourly")
    this_year = year.since.year
    allowed = floor((366 if calendar.isleap(this_year) else 365) * (100 - year.target.value) / 100 + 1e-9)
    bad = int(year.denominator - year.numerator)
    unknown = (year.until - year.since).days - int(year.denominator)
    elapsed = int(year.denominator) + unknown
    if year.denominator < elapsed * FEWEST_VALID_DAYS / 365:
        said = f"今年 {elapsed} 天中只有 {int(year.denominator)} 个有效日；HJ 663 要求全年至少 {FEWEST_VALID_DAYS} 个"
        return Answer(question, (figure("样本不足", href=asked.link(n=year.metric)),), said, "unknown")
    left = allowed - bad
    basis = f"{wording.target(year.target, 0, '%')}（{wording.target_basis(year.target)}）"
    tail = f"今年 {int(year.denominator)} 个有效日中超标 {bad} 天；目标 {basis}，全年限 {allowed} 天"
    if unknown:
        tail += f"；另有 {unknown} 天无有效数据"
    link = asked.link(n=year.metric)
    if left >= 0:
        return Answer(question, ("还可超标", figure(str(left), "天", link)), tail, "calm" if left > 0 else "attention")
    return Answer(question, ("目标已失，多超标", figure(str(-left), "天", link)), tail, "attention")


def river_state(sections: Sequence[Section], p_values: Sequence[tuple[str, float]], asked: Address) -> Answer:
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
    detail += [f"{name} P 值 {value:.3f}（测算值，非考核结果）" for name, value in p_values[:1]] or ["P 值数据未到"]
    return Answer(question, tuple(parts), "；".join(detail), "attention" if missed or worse else "calm")


def exceedance_trace(row: dict[str, Any] | None) -> Answer:
    """How far the exceedances of the period have been followed up; None while the table has not arrived."""
    question = "超标是谁造成的，谁去查了？"
    if row is None:
        return awaiting(question, "ecology.exceedance")
    count, waiting = int(row["exceedance_count"]), int(row["waiting_count"])
    if count == 0:
        return Answer(question, ("超标", figure("0", "起")), "统计期内没有登记的超标事件", "calm")
    detail = f"到场 {int(row['arrived_count'])} 起，查实责任源 {int(row['confirmed_count'])} 起"
    detail += f"，办结 {int(row['closed_count'])} 起" + (f";{waiting} 起还没有人到场" if waiting else "")
    return Answer(question, ("超标", figure(str(count), "起")), detail, "attention" if waiting else "calm")


def _named(names: Sequence[str], most: int = 3) -> str:
    return "、".join(names[:most]) + (f"等 {len(names)} 个" if len(names) > most else "")
