"""The only place that makes panels of the chart library: each a figure with its numbers as a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dash.development.base_component import Component

from components import figures, wording
from components.address import Address
from components.comparing import chosen
from components.figures import Figure
from components.frames import Row, rows
from components.map_areas import parts_of
from components.panel import missing, panel, table_twin
from data.divisions import name_of
from metrics import Metric, Reading, read_daily
from queries.runner import run

CALENDAR_DAYS = 84  # twelve weeks: enough to see a weekday's habit, few enough to read
MULTIPLES_DAYS = 35
_MOST = 12  # small lines; more are no longer told apart
_STEPS = {
    "reported_count": "上报", "accepted_count": "受理", "filed_count": "立案", "dispatched_count": "派遣",
    "handled_count": "处置", "closed_count": "结案",
}  # fmt: skip
_OLDEST = 90


def day_calendar(asked: Address, default: str, *, requirements: str) -> Component:
    """The chosen number day by day over twelve weeks, as a calendar: habits of weekdays and days that stand out."""
    shown = chosen(asked, default)
    wide = replace(asked, since=asked.until - timedelta(days=max(asked.days, CALENDAR_DAYS)))
    days = [(day, each) for day, each in read_daily(shown.id, wide) if each.is_known]
    title = f"{shown.name}：日历"
    if not days:
        return _absent(title, requirements)
    figure = figures.calendar(
        {day: each.value for day, each in days}, since=wide.since, until=wide.until, unit=shown.unit,
        decimals=shown.decimals,
    )  # fmt: skip
    twin = [[f"{day:%Y-%m-%d}", wording.value(each)] for day, each in days]
    return _drawn(asked, "calendar", title, figure, ("日期", "值"), twin, requirements, shown.unit)


def place_lines(asked: Address, default: str, *, requirements: str) -> Component:
    """One small line per place below the area, all on one scale."""
    shown = chosen(asked, default)
    wide = replace(asked, since=asked.until - timedelta(days=max(asked.days, MULTIPLES_DAYS)))
    span = [wide.since + timedelta(days=offset) for offset in range(wide.days)]
    lines = _lines(asked, shown, wide, span)
    title = f"{shown.name}：各地逐日"
    if not any(value is not None for _, line in lines for value in line):
        return _absent(title, requirements)
    figure = figures.small_multiples(lines, since=wide.since, unit=shown.unit, decimals=shown.decimals)
    twin = [
        [f"{day:%Y-%m-%d}", *(wording.number(line[index], shown.decimals) for _, line in lines)]
        for index, day in enumerate(span)
    ]
    return _drawn(asked, "places", title, figure, ("日期", *(n for n, _ in lines)), twin, requirements, shown.unit)


def place_days(asked: Address, default: str, *, requirements: str) -> Component:
    """Places crossed with the days of the period: where and when it stood out."""
    shown = chosen(asked, default)
    wide = asked if asked.days >= 7 else replace(asked, since=asked.until - timedelta(days=7))
    span = [wide.since + timedelta(days=offset) for offset in range(wide.days)][-31:]
    lines = _lines(asked, shown, wide, span)
    title = f"{shown.name}：各地 × 日"
    if not any(value is not None for _, line in lines for value in line):
        return _absent(title, requirements)
    heads = [f"{day:%-m-%-d}" for day in span]
    figure = figures.matrix(
        [name for name, _ in lines], heads, [line for _, line in lines], unit=shown.unit, decimals=shown.decimals
    )
    twin = [[name, *(wording.number(value, shown.decimals) for value in line)] for name, line in lines]
    return _drawn(asked, "place-days", title, figure, ("地方", *heads), twin, requirements, shown.unit)


def case_flow(asked: Address, *, requirements: str) -> Component:
    """How far the cases that were reported in the period have come."""
    (row,) = rows(run("urban/case_funnel", asked))
    if not row["reported_count"]:
        return _absent("案件流转", requirements)
    steps = [(name, float(row[column])) for column, name in _STEPS.items()]
    twin = [[name, wording.number(value, 0)] for name, value in steps]
    figure = figures.funnel(steps, unit="件")
    return _drawn(asked, "flow", "案件流转：本期上报的走到哪一步", figure, ("环节", "件"), twin, requirements, "件")


def population(asked: Address, *, requirements: str) -> Component:
    """Residents by age and sex."""
    found = rows(run("livelihood/population_pyramid", asked))
    bands = [(_band(row), float(row["male_count"] or 0), float(row["female_count"] or 0)) for row in found]
    if not bands:
        return _absent("人口金字塔", requirements)
    figure = figures.pyramid(bands, left="男", right="女", unit="人")
    twin = [[name, wording.number(one, 0), wording.number(other, 0)] for name, one, other in bands]
    month = f"{found[-1]['month_date']:%Y年%-m月}"
    return _drawn(asked, "pyramid", f"人口金字塔（{month}）", figure, ("岁", "男", "女"), twin, requirements, "人")


def plan_targets(asked: Address, *, requirements: str) -> Component:
    """What is reached of the plan's targets that are shares of a hundred: one unit, so that they may stand together."""
    found = [row for row in rows(run("overview/plan_ledger", asked)) if _is_share(row)]
    if not found:
        return _absent("规划目标（百分比指标）", requirements)
    bars = [(str(row["name"]), row["value"], float(row["target_value"]), row["is_met"]) for row in found]
    twin = [[name, wording.number(value, 1), wording.number(target, 1)] for name, value, target, _ in bars]
    figure = figures.target_bars(bars)
    return _drawn(asked, "targets", "规划目标（百分比指标）", figure, ("指标", "现值", "目标"), twin, requirements, "%")


def ranked(asked: Address, title: str, bars: Sequence[tuple[str, float | None]], *, unit: str) -> Component:
    """A ranking of what a panel lists as its table anyway."""
    return figures.chart(f"{asked.theme}-ranked", figures.ranking(bars, unit=unit), f"{title}，数字见表")


def _lines(asked: Address, shown: Metric, wide: Address, span: Sequence[date]) -> list[tuple[str, list[float | None]]]:
    found = []
    for area in parts_of(asked).areas[:_MOST]:
        values: dict[date, Reading] = dict(read_daily(shown.id, replace(wide, area=area.place_code)))
        found.append((name_of(area.place_code), [values[day].value if day in values else None for day in span]))
    return found


def _band(row: Row) -> str:
    first = int(row["first_age"])
    return f"{first}+" if first >= _OLDEST else f"{first}–{first + 4}"


def _is_share(row: Row) -> bool:
    return str(row["measure_unit"]) == "%" and row["target_value"] is not None


def _absent(title: str, requirements: str) -> Component:
    return panel(title, missing("数据未到", "这段时间没有可画的数"), requirements=requirements)


def _drawn(
    asked: Address, key: str, title: str, figure: Figure, head: Sequence[str], twin: Sequence[Sequence[Any]],
    requirements: str, unit: str,
) -> Component:  # fmt: skip
    body = [
        figures.chart(f"{asked.theme}-{key}", figure, f"{title}，数字见数据表"),
        table_twin(title, head, twin),
    ]
    return panel(title, body, requirements=requirements, unit=unit)
