"""生态环境：空气达不达标、水质稳不稳、哪里在变差。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import air_calendar, figures, quality, river, sentences, shell, wording
from components.address import Address
from components.cards import cards, kpi_row
from components.drill_map import Layer, Point, district_table, drill_map
from components.frames import rows
from components.panel import choice, missing, panel, segments, table_twin
from components.river import Section
from components.shell import ids
from metrics import metric, metrics, read, read_groups
from metrics.quality import findings
from queries.runner import run
from queries.scope import CITY
from queries.snapshot import snapshot

register_page(__name__, path="/ecology", name="生态环境", order=3)
KPIS = (
    "air_quality_index", "good_air_day_rate", "pm25_mean", "ozone_p90",
    "air_composite_index", "good_section_rate", "section_target_rate", "air_valid_hour_rate",
)  # fmt: skip
MAP_METRIC = "pm25_mean"
# item → label, unit, decimals, daily limit of GB 3095 grade II (2026-03-01 to 2030-12-31)
ITEMS: dict[str, tuple[str, str, int, float]] = {
    "pm25": ("PM2.5", "µg/m³", 0, 60), "pm10": ("PM10", "µg/m³", 0, 120), "o3_8h": ("O₃ 8小时", "µg/m³", 0, 160),
    "no2": ("NO₂", "µg/m³", 0, 80), "so2": ("SO₂", "µg/m³", 0, 150), "co": ("CO", "mg/m³", 1, 4),
}  # fmt: skip
CONTEXT_DAYS = 35  # a week alone is no trend: five weeks up to the end of the period
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("生态环境", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "ecology")  # area, period and snapshot, read once
    return shell.panels(asked, questions, kpis, district_map, sections, trend, days, data_quality)


def questions(asked: Address) -> Component:
    january = date((asked.until - timedelta(days=1)).year, 1, 1)
    year = read("good_air_day_rate", asked.period(january, asked.until))
    p_values = [(str(row["name"]), float(row["p_value"])) for row in rows(run("ecology/compensation_index", asked))]
    is_followed = "ecology.exceedance" in snapshot(asked.snapshot).tables
    answers = (
        sentences.good_day_budget(year, asked),
        sentences.river_state(_sections(asked), p_values, asked),
        sentences.exceedance_trace(rows(run("ecology/exceedance_now", asked))[0] if is_followed else None),
    )
    return sentences.strip(answers, "HB-03 HB-10 HB-16")


def kpis(asked: Address) -> Component:
    return kpi_row(cards(KPIS, asked), asked)


def district_map(asked: Address) -> Component:
    chosen = metric(asked.metric or MAP_METRIC)
    readings = read_groups(chosen.id, asked.drill(CITY), "district_code")
    layers = (
        Layer("station", "空气站", _stations(asked)),
        Layer("section", "水质断面", river.points(_sections(asked))),
    )
    registers = (snapshot(asked.snapshot).tables.get(f"ecology.{name}") for name in ("air_station", "water_section"))
    is_demo = any(register.is_demo for register in registers if register)
    body = [
        drill_map(asked, readings, layers, better=chosen.better, name=chosen.name, unit=chosen.unit, is_demo=is_demo),
        table_twin(f"各区县{chosen.name}", ("区县", "值", "说明"), district_table(readings, asked)),
    ]
    others = [each for each in metrics("ecology") if "district_code" in each.by]
    options = [(each.name, asked.link(metric=each.id), each.id == chosen.id) for each in others]
    tools = choice(chosen.name, options, key=chosen.id)
    return panel("区县一张图", body, requirements="HB-03 HB-04 HB-05", tools=tools)


def sections(asked: Address) -> Component:
    found = _sections(asked)
    note = "类别按统计期平均浓度单因子评价，总氮不参与河流定类。圆圈为目标，圆点为现状。"
    body = (
        river.table(found)
        if found
        else missing("这里没有登记的断面", "回到全市，或登记水质断面（ecology.water_section）")
    )
    return panel("断面水质，自上游至下游", body, requirements="HB-07 HB-16", note=note if found else None)


def trend(asked: Address) -> Component:
    item = asked.item if asked.item in ITEMS else "pm25"
    label, unit, decimals, limit = ITEMS[item]
    wide = _with_context(asked)
    stations = run("ecology/air_trend", wide, item=item)
    main = [(row["day_date"], row[item]) for row in rows(run("ecology/air_day_value", wide, ruler=""))]
    tools = segments([(name, asked.link(item=key), key == item) for key, (name, *_) in ITEMS.items()])
    if not main and stations.empty:
        body: object = missing("数据未到", "这段时间没有有效的日均值")
        return panel("空气质量趋势", body, requirements="HB-03 HB-05", unit=unit, tools=tools)
    place = "全市均值" if asked.area == CITY else "本地均值"
    figure = figures.trend(
        stations, main, main_name=place, unit=unit, decimals=decimals,
        span=(wide.since, wide.until), limit=(limit, f"日限值 {limit:g}"), shade=(asked.since, asked.until),
    )  # fmt: skip
    twin = [[f"{day:%Y-%m-%d}", wording.number(value, decimals)] for day, value in main]
    body = [
        figures.chart("air-trend", figure, f"{label} 日均值：{place}与各站，数字见数据表"),
        table_twin(f"{label} {place}({unit})", ("日期", "值"), twin),
    ]
    return panel("空气质量趋势", body, requirements="HB-03 HB-05", unit=unit, tools=tools)


def days(asked: Address) -> Component:
    wide = _with_context(asked)
    found = air_calendar.air_days(rows(run("ecology/air_calendar", wide)))
    if not found:
        return panel("AQI 日历", missing("数据未到", "这段时间没有有效的 AQI 日报"), requirements="HB-03")
    shown = [each for each in found if asked.since <= each.day < asked.until]
    body = [air_calendar.calendar(found, wide.since, asked.since, asked.until), air_calendar.legend(shown)]
    return panel("AQI 日历", body, requirements="HB-03", unit="框内为本期")


def data_quality(asked: Address) -> Component:
    return quality.tables(asked, findings(asked.snapshot))


def _with_context(asked: Address) -> Address:
    return replace(asked, since=asked.until - timedelta(days=max(asked.days, CONTEXT_DAYS)))


def _sections(asked: Address) -> list[Section]:
    return river.sections(rows(run("ecology/section_state", asked, before=asked.previous().since)))


def _stations(asked: Address) -> tuple[Point, ...]:
    """Registered stations; one whose mean of the period is above the daily limit calls for attention."""
    points = []
    for row in rows(run("ecology/air_station_now", asked)):
        value = row["pm25"]
        state = "none" if value is None else "attention" if value > ITEMS["pm25"][3] else "ok"
        text = "数据未到" if value is None else f"PM2.5 {wording.number(value, 0)} µg/m³"
        points.append(Point(row["name"], row["lon"], row["lat"], state, text))
    return tuple(points)
