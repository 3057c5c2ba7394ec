"""The only place that answers the three questions of 城管 in a sentence: what is due, who is last, what repeats.

The rules read readings and rows; they never compute a number of their own.
"""

from __future__ import annotations

from components import sentences
from components.address import Address
from components.answering import Said, calls, from_rows, not_filtered, number
from components.frames import Row, rows
from components.sentences import Answer, figure
from data.contract import codes
from data.divisions import name_of
from metrics import metric, read, read_many
from queries.runner import run
from queries.scope import FilterNotTaken
from queries.snapshot import snapshot

CASE, SCORE = "urban.case", "urban.assessment_score"


def answers(asked: Address) -> tuple[Answer, ...]:
    """The answers to questions 16, 17 and 18, in this order."""
    return _due(asked), _ranked(asked), _repeated(asked)


def judged(asked: Address) -> list[Row]:
    """The ranked units of the first group that has at least two of them here, best first."""
    ranked = [row for row in rows(run("urban/assessment_rank", asked, fewest=fewest())) if row["rank_no"] is not None]
    names = dict.fromkeys(row["assessment_group"] for row in ranked)
    groups = [[row for row in ranked if row["assessment_group"] == name] for name in names]
    comparable = [sorted(group, key=lambda row: row["rank_no"]) for group in groups if len(group) > 1]
    return comparable[0] if comparable else []


def fewest() -> int:
    """Due cases below which nobody is ranked: the sample that 按期结案率 needs."""
    return metric("on_time_closure_rate").minimum_n


def _due(asked: Address) -> Answer:
    overdue, today = read_many(("overdue_case_count", "near_limit_case_count"), asked)

    def say(found: list[Row]) -> Said:
        parts = ("今日到期", number(asked, today), "已超期", number(asked, overdue))
        if not found:
            return parts, "截至统计期末零点没有超期，也没有今日到期的案件", "calm"
        worst = found[0]
        left = worst["least_work_hours_left"]
        counts = f"超期 {worst['overdue_count']:.0f} 件、今日到期 {worst['due_today_count']:.0f} 件"
        detail = f"最多：{worst['handling_unit']}，{counts}"
        detail += "" if left is None else f"，最近一件 {worst['next_limit_at']:%H:%M} 到期，剩 {left:.1f} 工时"
        return parts, detail, calls(overdue)

    return from_rows("今天哪些件要超期，在谁手里？", asked, "urban/case_due_unit", CASE, say)


def _ranked(asked: Address) -> Answer:
    question = "本月谁第一、谁垫底，凭什么扣分？"
    try:
        found = judged(asked)
    except FilterNotTaken:
        return not_filtered(question)
    if SCORE not in snapshot(asked.snapshot).tables:
        return sentences.awaiting(question, SCORE)
    if not found:
        return Answer(question, (figure("这里没有可比的单位"),), "被考核单位不足两个，回到上一级看", "unknown")
    first, last = found[0], found[-1]
    parts = (
        f"第一 {_called(first)}", figure(f"{first['score']:g}", "分"),
        f"垫底 {_called(last)}", figure(f"{last['score']:g}", "分"),
    )  # fmt: skip
    lost = rows(run("urban/assessment_deduction_rule", asked, unit=last["assessed_unit"]))
    reasons = "、".join(
        f"{row['rule_name']} {row['deducted_points']:g} 分（{row['item_count']} 次）" for row in lost[:3]
    )
    group = codes("assessment_group")[first["assessment_group"]]
    detail = f"{last['month_date']:%Y-%m} {group}；垫底扣 {last['deducted_points']:g} 分：{reasons or '没有逐条登记'}"
    return Answer(question, parts, detail, "attention")


def _repeated(asked: Address) -> Answer:
    places = read("repeat_place_count", asked)

    def say(found: list[Row]) -> Said:
        if not found:
            return ("反复点位", number(asked, places)), "90 天内没有同点同类立案三次的点位", "calm"
        worst = found[0]
        parts = ("反复点位", number(asked, places), f"{worst['address']}", figure(str(worst["case_count"]), "次"))
        detail = f"90 天内{worst['kind_name']}立案 {worst['case_count']} 次，最近 {worst['last_filed_at']:%m-%d}"
        detail += f"，还有 {worst['open_count']} 件未结" if worst["open_count"] else "，每次都已结案"
        return parts, f"{detail}；{worst['handling_unit']}", "attention"

    return from_rows("老问题为什么反复，在哪几个点？", asked, "urban/repeat_place", CASE, say)


def _called(row: Row) -> str:
    """A district's or township's unit by its place; others by their own name."""
    by_place = row["assessment_group"] in ("district", "subdistrict")
    return name_of(row["place_code"]) if by_place else str(row["assessed_unit"])
