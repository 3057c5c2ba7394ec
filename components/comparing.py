"""The only place that sets areas and days side by side for one chosen number: map, ranking and course agree on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from components import figures, filtering, wording
from components.address import Address
from components.cards import opening
from components.drill_map import Layer, district_table, drill_map
from components.fair_order import VIEW as FAIR
from components.fair_order import fair_body, fair_note
from components.map_areas import parts_of
from components.marks import marked
from components.panel import awaited, choice, missing, panel, segments, table_twin
from components.table_source import behind_number
from data.calendar_days import days as calendar_days
from data.divisions import divisions, name_of
from metrics import Metric, Reading, metric, metrics, read_daily, read_groups
from metrics.fair import is_rankable
from metrics.metric import level_reached, place_dimension
from queries import periods
from queries.scope import CITY, LEVEL_NAMES, LEVELS, FilterNotTaken, Scope
from queries.snapshot import snapshot

HABIT_WEEKS = 8  # what is usual for a weekday is what it was in so many weeks before
CONTEXT_DAYS = 35  # a week alone is no course: five weeks up to the end of the period
BY = "by_"  # `item=by_channel` lays the number out by a dimension instead of by place
MOST_BARS = 25
WORST = "worst"  # `item=worst` orders a ranking by need instead of by the official order


def chosen(asked: Address, default: str) -> Metric:
    """The number that map, ranking and course are about: the address's, else the page's own."""
    return metric(asked.metric or default)


def comparison_map(
    asked: Address,
    default: str,
    layers: Sequence[Callable[[Address], Layer]] = (),
    *,
    requirements: str,
    slot: str = "map",
) -> Component:
    """The parts of the area by the chosen number, with the scene's layers; what the number cannot split, it says.

    A layer that does not know the page's filters is left out, and the panel says so.
    """
    drawn = _narrowed(asked, layers)
    shown = chosen(asked, default)
    parent, by = _split(asked, shown)
    readings = read_groups(shown.id, asked.drill(parent), by) if by else []
    on_map = [each for each in readings if each.key and each.key.isdecimal() and len(each.key) > len("3410")]
    body = [
        drill_map(
            asked, on_map, drawn, better=shown.better if shown.target else "lower", name=shown.name, unit=shown.unit,
            is_demo=any(each.demo for each in readings), parent=parent, notice=_notice(asked, shown, parent),
        ),
        table_twin(f"{name_of(parent)}：{shown.name}", ("地方", "值", "说明"), district_table(on_map, asked)),
    ]  # fmt: skip
    return panel(
        "一张图", body, requirements=requirements, tools=_picker(asked, shown), slot=slot,
        behind=behind_number(asked, shown), note="点位没有按此筛选的数，未画。" if len(drawn) < len(layers) else None,
    )  # fmt: skip


def _narrowed(asked: Address, layers: Sequence[Callable[[Address], Layer]]) -> list[Layer]:
    found = []
    for each in layers:
        with suppress(FilterNotTaken):
            found.append(each(asked))
    return found


def _notice(asked: Address, shown: Metric, parent: str) -> str:
    """Why the parts of the area carry no number; empty where they do, and where there are none."""
    if shown.lowest != LEVELS[-1] and LEVELS.index(asked.level) >= LEVELS.index(shown.lowest):
        return f"本指标到{LEVEL_NAMES[shown.lowest]}"
    return "本指标没有分到这一级" if parent != asked.area and parts_of(asked).areas else ""


def _split(asked: Address, shown: Metric) -> tuple[str, str]:
    """The area, on the way up from the scope's, whose parts the number can be split into, and the dimension for it."""
    area: str | None = asked.area
    while area is not None:
        here = asked.drill(area)
        by = place_dimension(here.level)
        if by is not None and by in shown.by and level_reached(shown, here.level) and parts_of(here).areas:
            return area, by
        area = here.parent()
    return CITY, ""


def ranking(asked: Address, default: str, *, requirements: str) -> Component:
    """The parts of the area by the chosen number, in the official order or, on a switch, by need."""
    shown = chosen(asked, default)
    split = asked.item.removeprefix(BY) if asked.item.startswith(BY) else ""
    if split in dict(filtering.splits(shown)):
        return _composition(asked, shown, split, requirements)
    by = place_dimension(asked.level)
    if by is None or by not in shown.by:
        by = "district_code" if asked.level == "city" else None
    if by is None or by not in shown.by:
        return panel(
            "下级对比",
            missing("本指标没有分到这一级", "换一个指标，或回到上一级"),
            requirements=requirements,
            slot="ranking",
        )
    if asked.item == FAIR and is_rankable(shown.id):
        return panel(
            f"{shown.name}：公平排名", fair_body(asked, shown, by), requirements=requirements, unit=shown.unit,
            tools=_orders(asked, shown), note=fair_note(shown), slot="ranking", behind=behind_number(asked, shown),
        )  # fmt: skip
    readings = read_groups(shown.id, asked, by)
    ordered = _by_need(readings, shown) if asked.item == WORST else officially(readings)
    tools = _orders(asked, shown)
    title = f"{shown.name}：{'各区县' if by == 'district_code' else '各下级'}"
    if not ordered:
        absent = filtering.refusal(shown, asked) or _nothing(shown, asked)
        return panel(title, absent, requirements=requirements, tools=tools, slot="ranking")
    top = max((each.value or 0.0 for each in ordered), default=0.0)
    rows = [_bar(each, top, _place_link(each, asked), asked) for each in ordered]
    body = html.Table([html.Caption(title), html.Tbody(rows)], className="ranking")
    note = "条形自 0 起；市直与管委会单列，不并入任何区县。样本不足的不排。"
    return panel(
        title, body, requirements=requirements, unit=shown.unit, tools=tools, note=note, slot="ranking",
        behind=behind_number(asked, shown),
    )  # fmt: skip


def _nothing(shown: Metric, asked: Address) -> Component:
    """Why there are no bars: a table that has not come, or a period without anything to compare."""
    return _lacking(shown, asked) or missing("这段时间没有可比的数", "换一个统计期，或换一个指标")


def _lacking(shown: Metric, asked: Address) -> Component | None:
    there = snapshot(asked.snapshot).tables
    lacking = [name for name in shown.sources if name not in there]
    return awaited(lacking[0]) if lacking else None


def _orders(asked: Address, shown: Metric) -> Component:
    """How the bars stand: places by order or need, or the number by one of its other dimensions."""
    by = [
        (f"按{label}", asked.link(item=BY + name), asked.item == BY + name) for name, label in filtering.splits(shown)
    ]
    split = next((label for label, _, current in by if current), "")
    orders = {WORST: "最需关注在前"} | ({FAIR: "公平排名"} if is_rankable(shown.id) else {})
    places = segments(
        [
            ("行政区划序", asked.link(item=None), not split and asked.item not in orders),
            *((label, asked.link(item=order), asked.item == order) for order, label in orders.items()),
        ]
    )
    if not by:
        return places
    return html.Div(
        [places, choice(split or "按其他维度", by, key=f"{shown.id} {asked.item}")], className="panel-tools"
    )


def _composition(asked: Address, shown: Metric, by: str, requirements: str) -> Component:
    """The number by a dimension that is not a place, the largest first; a click on a bar filters the page."""
    label = dict(filtering.splits(shown))[by]
    title, tools = f"{shown.name}：按{label}", _orders(asked, shown)
    found = sorted(read_groups(shown.id, asked, by), key=lambda each: (not each.is_known, -(each.value or 0.0)))
    if not found:
        absent = filtering.refusal(shown, asked) or _nothing(shown, asked)
        return panel(title, absent, requirements=requirements, tools=tools, slot="ranking")
    top = max((each.value or 0.0 for each in found), default=0.0)
    rows = [
        _bar(each, top, filtering.linked(asked, by, each.key, each.key_name or wording.UNKNOWN), asked)
        for each in found[:MOST_BARS]
    ]
    body = html.Table([html.Caption(title), html.Tbody(rows)], className="ranking")
    rest = f"共 {len(found)} 组，列前 {MOST_BARS} 组。" if len(found) > MOST_BARS else ""
    return panel(
        title, body, requirements=requirements, unit=shown.unit, tools=tools, slot="ranking",
        behind=behind_number(asked, shown),
        note=f"条形自 0 起；点一条，整页只看这一组，再点一次恢复。{rest}",
    )  # fmt: skip


def course(asked: Address, default: str, *, requirements: str) -> Component:
    """The chosen number day by day over five weeks: what is usual behind it, the same weeks of last year in grey."""
    shown = chosen(asked, default)
    drawn = day_course(shown, asked)
    title = f"{shown.name}：逐日"
    if not any(each.is_known for _, each, _ in drawn.days):
        said = "这个指标没有逐日值" if not drawn.days else "这段时间没有数"
        absent = filtering.refusal(shown, asked) or _lacking(shown, asked) or missing(said, "看数字身份证里的近 8 期")
        return panel(title, absent, requirements=requirements, slot="course")
    year_ago = drawn.year_ago
    twin = [
        [_day_link(day, asked), wording.value(each), wording.number(past, shown.decimals)]
        for day, each, past in drawn.days
    ]
    body = [
        figures.chart(
            f"{asked.theme}-course",
            drawn.figure,
            f"{shown.name} 逐日值，灰线为{year_ago}，底纹为常见范围，数字见数据表",
        ),
        table_twin(f"{shown.name} 逐日", ("日期", "本年", year_ago), twin),
    ]
    return panel(
        title, body, requirements=requirements, unit=shown.unit, note=drawn.note, slot="course",
        behind=behind_number(asked, shown),
    )  # fmt: skip


class Course(NamedTuple):
    """A number day by day: the figure, per day its reading with last year's value (None when unknown), and which."""

    figure: figures.Figure
    days: list[tuple[date, Reading, float | None]]
    year_ago: str
    note: str


def day_course(shown: Metric, scope: Scope) -> Course:
    """Five weeks up to the end of the scope's period, beside the same weeks of last year; for screen and paper."""
    wide = replace(scope, since=scope.until - timedelta(days=max(scope.days, CONTEXT_DAYS)))
    habit = read_daily(shown.id, replace(wide, since=wide.since - timedelta(weeks=HABIT_WEEKS)))
    days = [(day, each) for day, each in habit if day >= wide.since]
    found = periods.other(wide.since, wide.until, "last_year")
    before = wide.period(found.since, found.until)
    year_ago = f"上年同期（{found.words}）" if "对齐" in found.words else "上年同期"
    past = [(day + (wide.since - before.since), each.value) for day, each in read_daily(shown.id, before)]
    frame = pd.DataFrame(
        [{"name": year_ago, "day_date": day, "value": value} for day, value in past],
        columns=["name", "day_date", "value"],
    )
    figure = figures.trend(
        frame, [(day, each.value) for day, each in days], main_name="本年", unit=shown.unit, decimals=shown.decimals,
        span=(wide.since, wide.until), shade=(scope.since, scope.until),
        limit=(shown.target.value, "目标") if shown.target and shown.target_period == "any" else None,
        band=_usual({day: each.value for day, each in habit}, wide), events=_holidays(wide),
    )  # fmt: skip
    earlier = dict(past)
    usual = f"底纹为常见范围：此前 {HABIT_WEEKS} 周同一星期几的最低到最高。"
    return Course(
        figure, [(day, each, earlier.get(day)) for day, each in days], year_ago,
        usual if figures.has_band(figure) else "",
    )  # fmt: skip


def _usual(values: Mapping[date, float | None], wide: Scope) -> list[tuple[date, float | None, float | None]]:
    """The lowest and highest of the same weekday in the weeks before; unknown where half of them are missing."""
    band: list[tuple[date, float | None, float | None]] = []
    for offset in range(wide.days):
        day = wide.since + timedelta(days=offset)
        known = [
            value
            for week in range(1, HABIT_WEEKS + 1)
            if (value := values.get(day - timedelta(weeks=week))) is not None
        ]
        is_enough = len(known) > HABIT_WEEKS / 2
        band.append((day, min(known) if is_enough else None, max(known) if is_enough else None))
    return band if any(low is not None for _, low, _ in band) else []


def _holidays(wide: Scope) -> list[tuple[date, str]]:
    """The first day of each holiday in the course: a jump there needs no other reason."""
    found = calendar_days(wide.since, wide.until)
    return [(each.day_date, each.holiday_name) for each in found if each.holiday_name and each.holiday_day_no == 1]


def _picker(asked: Address, shown: Metric) -> Component:
    others = [each for each in metrics(asked.theme) if "district_code" in each.by]
    options = [(each.name, asked.link(metric=each.id), each.id == shown.id) for each in others]
    return choice(shown.name, options, key=shown.id)


def officially(readings: Sequence[Reading]) -> list[Reading]:
    """In the order of the official list; what knows no finer place comes last."""
    order = {place.place_code: index for index, place in enumerate(divisions())}
    return sorted(readings, key=lambda each: order.get(each.key or "", len(order)) if each.key != "3410" else 10**6)


def _by_need(readings: Sequence[Reading], shown: Metric) -> list[Reading]:
    """The worst first; where nothing is judged, the largest first; unknown last."""
    sign = 1.0 if shown.better == "higher" else -1.0
    return sorted(readings, key=lambda each: (not each.is_known, sign * (each.value or 0.0), each.key or ""))


def _day_link(day: date, asked: Address) -> dcc.Link:
    return dcc.Link(f"{day:%Y-%m-%d}", href=asked.at(day, day + timedelta(days=1)), title="整页只看这一天")


def _place_link(each: Reading, asked: Address) -> Any:
    name = each.key_name or wording.UNKNOWN
    is_place = each.key and each.key.isdecimal() and len(each.key) > len("3410")
    return dcc.Link(name, href=asked.link(area=each.key)) if is_place else name


def _bar(each: Reading, top: float, name: Any, asked: Address) -> Component:
    share = max((each.value or 0.0) / top, 0.0) if top > 0 and each.value is not None else 0.0
    bar = html.Span(html.I(style={"width": f"{share * 100:.1f}%"}), className="bar")
    cells = [
        html.Th(name, scope="row"),
        marked(html.Td(bar, className="bar-cell"), aria_hidden="true"),
        html.Td(
            opening(each, asked, wording.value(each) if each.is_known else wording.absence(each)),
            className="figure-cell",
        ),
        html.Td(wording.STANDINGS.get(each.standing, ""), className=f"standing is-{each.standing}"),
    ]
    return marked(html.Tr(cells), data_state=each.state)
