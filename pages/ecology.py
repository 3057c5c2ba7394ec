"""生态环境：空气达不达标、水质稳不稳、哪里在变差。"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import air_calendar, figures, quality, river, sentences, shell, wording
from components.address import Address
from components.answering import not_filtered
from components.comparing import comparison_map
from components.deck import deck
from components.drill_map import Layer, Point
from components.frames import Row, rows
from components.listing import SHOWN, cell, listed, listing
from components.panel import grid, missing, panel, segments, table_twin
from components.readings_panel import readings
from components.river import Section
from components.shell import ids
from metrics import Reading, metric, read, read_groups, read_many
from metrics.quality import findings
from queries.runner import run
from queries.scope import CITY, FilterNotTaken

register_page(__name__, path="/ecology", name="生态环境", order=3)
LEADING = ("air_quality_index", "good_air_day_rate", "pm25_mean", "good_section_rate", "section_target_rate")
FOLLOWED = ("exceedance_count", "exceedance_confirmed_rate", "exceedance_arrival_p90", "open_exceedance_count")
ELEMENTS = ("EN01", "EN06", "EN20", "EN21", "EN22", "EN23")  # air, surface water, groundwater, soil, radiation, life
MAP_METRIC = "pm25_mean"
# item → label, unit, decimals, daily limit of GB 3095 grade II (2026-03-01 to 2030-12-31)
ITEMS: dict[str, tuple[str, str, int, float]] = {
    "pm25": ("PM2.5", "µg/m³", 0, 60), "pm10": ("PM10", "µg/m³", 0, 120), "o3_8h": ("O₃ 8小时", "µg/m³", 0, 160),
    "no2": ("NO₂", "µg/m³", 0, 80), "so2": ("SO₂", "µg/m³", 0, 150), "co": ("CO", "mg/m³", 1, 4),
}  # fmt: skip
POLLUTANTS = {
    **air_calendar.POLLUTANTS, **river.ITEMS,
    "codcr": "化学需氧量", "nmhc": "非甲烷总烃", "nox": "氮氧化物", "pm": "颗粒物",
}  # fmt: skip
DECIMALS = {"tco2": 0, "tce": 0, "m3": 0, "m": 2, "value": 2, "concentration": 2}  # by the last word of a column
CONTEXT_DAYS = 35  # a week alone is no trend: five weeks up to the end of the period
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("生态环境", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "ecology")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, sections, trend, days, events, elements, sources, air_grids, diesel,
        disclosure, campaigns, outlook, water, resources, published, data_quality,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    answers = (
        sentences.good_day_budget(read("good_day_allowance", asked), asked),
        _rivers(asked),
        _trace(asked),
    )
    return sentences.strip(answers, "HB-03 HB-10 HB-16")


def _rivers(asked: Address) -> sentences.Answer:
    try:
        return sentences.river_state(_sections(asked), read("compensation_p_value", asked), asked)
    except FilterNotTaken:
        return not_filtered("新安江出境断面稳不稳，哪段在变差？")


def _trace(asked: Address) -> sentences.Answer:
    try:
        events = rows(run("ecology/exceedance_card", asked))
    except FilterNotTaken:
        return not_filtered("超标是谁造成的，谁去查了？")
    return sentences.exceedance_trace(read_many(FOLLOWED, asked), events, asked)


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAP_METRIC, (_stations, _section_points), requirements="HB-03 HB-04 HB-05", slot="own")


def sections(asked: Address) -> Component:
    found = _sections(asked)
    note = "类别按统计期平均浓度单因子评价，总氮不参与河流定类。圆圈为目标，圆点为现状。"
    body = (
        river.table(found)
        if found
        else missing("这里没有登记的断面", "回到全市，或登记水质断面（ecology.water_section）")
    )
    return panel("断面水质，自上游至下游", body, requirements="HB-07 HB-16", note=note if found else None, slot="own")


def trend(asked: Address) -> Component:
    item = asked.item if asked.item in ITEMS else "pm25"
    label, unit, decimals, limit = ITEMS[item]
    wide = _with_context(asked)
    stations = run("ecology/air_trend", wide, item=item)
    main = [(row["day_date"], row[item]) for row in rows(run("ecology/air_day_value", wide, ruler=""))]
    tools = segments([(name, asked.link(item=key), key == item) for key, (name, *_) in ITEMS.items()])
    if not main and stations.empty:
        body: object = missing("数据未到", "这段时间没有有效的日均值")
        return panel("空气质量趋势", body, requirements="HB-03 HB-05", unit=unit, tools=tools, slot="own")
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
    return panel("空气质量趋势", body, requirements="HB-03 HB-05", unit=unit, tools=tools, slot="own")


def days(asked: Address) -> Component:
    wide = _with_context(asked)
    found = air_calendar.air_days(rows(run("ecology/air_calendar", wide)))
    if not found:
        body = missing("数据未到", "这段时间没有有效的 AQI 日报")
        return panel("AQI 日历", body, requirements="HB-03", slot="own")
    shown = [each for each in found if asked.since <= each.day < asked.until]
    drawn = [
        air_calendar.calendar(found, wide.since, asked.since, asked.until, asked),
        air_calendar.legend(shown, asked.days),
    ]
    return panel("AQI 日历", drawn, requirements="HB-03", unit="框内为本期", slot="own")


def events(asked: Address) -> Component:
    columns = {
        "warning_level": "级别", "object_name": "对象", "pollutant": "污染物",
        "measured_value": "实测", "limit_concentration": "限值", "measure_unit": "单位", "started_at": "开始",
        "suspect_name": "首疑源", "trace_side": "方位", "handling_unit": "处置单位", "arrived_at": "到场",
        "outcome": "结果",
    }  # fmt: skip
    found = rows(run("ecology/exceedance_card", asked))
    body = _table(found, columns) if found else missing("没有超标事件", "统计期内没有开始的，期末也没有未办结的")
    note = f"{_counted(found)}未办结的在前。{_said(asked, *FOLLOWED[1:])}"
    return panel("超标事件", body, requirements="HB-04 HB-10 HB-14", note=note if found else None)


def elements(asked: Address) -> Component:
    note = "依次为空气、地表水、地下水、土壤、辐射、生态状况；土壤、生态状况为年度评价。"
    return readings(asked, "六要素", ELEMENTS, requirements="HB-03 HB-05", note=note)


def sources(asked: Address) -> Component:
    columns = {
        "name": "污染源", "medium": "介质", "exceed_hour_count": "超标时", "valid_hour_count": "有效时",
        "expected_hour_count": "应有时", "supervising_unit": "监管单位",
    }  # fmt: skip
    said = _said(asked, "source_online_coverage_rate", "source_valid_hour_rate", "source_exceed_hour_rate")
    return listing(
        asked, "污染源在线监测", "ecology/source_ranking", columns, requirements="HB-01 HB-17",
        empty="这段时间没有污染源在线数据", note=said,
    )  # fmt: skip


def air_grids(asked: Address) -> Component:
    columns = {
        "name": "网格", "lead_unit": "牵头单位", "officer_name": "网格员", "station_count": "点位",
        "camera_count": "视频", "air_source_count": "登记源", "finding_count": "发现",
        "construction_dust_count": "建筑扬尘",
        "road_dust_count": "道路扬尘", "vehicle_exhaust_count": "机动车尾气", "park_voc_count": "园区 VOCs",
        "straw_burning_count": "秸秆焚烧", "fireworks_count": "烟花爆竹", "open_finding_count": "未处置",
    }  # fmt: skip
    note = _parts(asked, "air_finding_count", "air_source_kind")
    note += _said(asked, "air_finding_closed_rate", "air_source_monitored_rate")
    return listing(
        asked, "大气网格与六类源", "ecology/air_grid_state", columns, requirements="HB-08 HB-09",
        empty="这里没有登记的大气网格", note=note,
    )  # fmt: skip


def diesel(asked: Address) -> Component:
    columns = {
        "plate_masked": "号牌（脱敏）", "diesel_vehicle_kind": "用途", "emission_stage": "排放阶段",
        "operator_name": "所属单位", "high_emission_day_count": "高排放天数", "nox_mean_ppm": "NOx（ppm）",
        "exceed_min": "超标（分钟）",
    }  # fmt: skip
    return listing(
        asked, "高排放柴油车", "ecology/high_emission_vehicle", columns, requirements="HB-11",
        empty="这段时间没有判为高排放的车", note=_said(asked, "obd_connected_rate", "high_emission_day_rate"),
    )  # fmt: skip


def campaigns(asked: Address) -> Component:
    columns = {
        "pollution_field": "领域", "name": "任务", "pollution_task_status": "状态", "progress_rate": "进度",
        "due_date": "时限", "lead_unit": "牵头单位", "problem": "卡在哪",
    }  # fmt: skip
    return listing(
        asked, "四大攻坚", "ecology/campaign_task", columns, requirements="HB-12",
        empty="没有报送攻坚任务", note=_parts(asked, "pollution_task_on_track_rate", "pollution_field"),
    )  # fmt: skip


def outlook(asked: Address) -> Component:
    days_ahead = {"forecast_date": "日期", "aqi_low": "AQI 低", "aqi_high": "AQI 高", "primary_pollutant": "首要污染物"}
    carbon = {
        "quarter_date": "季度自", "carbon_sector": "领域", "emission_tco2": "排放（吨 CO₂）",
        "energy_tce": "能耗（吨标煤）", "is_preliminary": "初步",
    }  # fmt: skip
    course = rows(run("ecology/carbon_course", asked))
    last = [each for each in course if each["quarter_date"] == course[-1]["quarter_date"]]
    body = [
        _block("空气质量预报", rows(run("ecology/air_forecast_next", asked)), days_ahead, "期末以前没有发布的预报"),
        _block("碳排放与碳汇，最近一季", last, carbon, "期末以前没有整季的核算"),
    ]
    said = _said(asked, "air_forecast_hit_rate", "carbon_emission")
    return panel("预报与碳", body, requirements="HB-06", note=said)


def water(asked: Address) -> Component:
    reservoirs = {
        "name": "水库", "place_code": "所在地", "water_level_m": "水位（m）",
        "flood_limit_level_m": "汛限（m）", "over_limit_m": "超（m）", "responsible_unit": "责任单位",
    }  # fmt: skip
    gauges = {
        "name": "水文站", "river_name": "河流", "highest_level_m": "最高水位（m）",
        "warning_water_level_m": "警戒（m）", "over_warning_m": "超（m）",
    }  # fmt: skip
    chiefs = {
        "name": "河段", "chief_level": "河长层级", "officer_name": "河长", "patrol_planned_count": "应巡",
        "patrol_count": "已巡", "problem_count": "问题", "problem_closed_count": "办结",
    }  # fmt: skip
    over, warned = read_many(("reservoir_over_limit_rate", "over_warning_station_rate"), asked)
    body = [
        _block(f"超汛限水库{_of(over, '座')}", rows(run("ecology/reservoir_over_limit", asked)), reservoirs, "没有"),
        _block(f"超警戒水文站{_of(warned, '站')}", rows(run("ecology/hydro_over_warning", asked)), gauges, "没有"),
        _block(
            "河长履职，没有报送、没有巡够的在前", rows(run("ecology/river_chief", asked)), chiefs, "这里没有登记的河段"
        ),
    ]
    said = _said(
        asked, "reservoir_report_rate", "river_patrol_rate", "river_problem_closed_rate", "water_use_quota_rate",
        "erosion_treated_rate",
    )  # fmt: skip
    return panel("水务", body, requirements="HB-07", note=said)


def disclosure(asked: Address) -> Component:
    columns = {
        "name": "事项", "environment_element": "要素", "place_code": "区域", "due_date": "应公开",
        "disclosure_status": "状态", "owner_unit": "责任单位",
    }  # fmt: skip
    return listing(
        asked, "环境信息公开", "ecology/disclosure_due", columns, requirements="HB-13",
        empty="没有到期、逾期的公开事项", note=_said(asked, "disclosure_on_time_rate"),
    )  # fmt: skip


def resources(asked: Address) -> Component:
    land = {
        "resource_kind": "种类", "area_ha": "面积（公顷）", "change_ha": "较上年（公顷）", "patch_count": "疑似图斑",
        "rectified_patch_count": "已整改",
    }  # fmt: skip
    forest = {
        "forest_kind": "林地", "area_ha": "面积（公顷）", "stock_m3": "蓄积（m³）", "change_ha": "较上年（公顷）",
        "forest_cover_rate": "覆盖率",
    }  # fmt: skip
    body = [
        _block("山水林田湖草湿", rows(run("ecology/natural_resource_state", asked)), land, "没有整年的数据"),
        _block("森林，合计与分类不得相加", rows(run("ecology/forest_state", asked)), forest, "没有整年的数据"),
    ]
    said = _said(asked, "resource_patch_rectified_rate", "forest_cover_rate", "forest_change_checked_rate")
    return panel("自然资源与森林", body, requirements="HB-15 HB-18", note=said)


# What the bureau published, as it published it; where ours differs, the panel on data quality says so.
# fmt: off
published = listed(
    "published", "最近发布的值", "ecology/published_now",
    {"object_name": "对象", "name": "名称", "observed_at": "监测时间", "published_value": "发布值",
     "air_level": "级别", "primary_item": "首要污染物"},
    requirements="HB-03 HB-13", empty="这段时间没有发布值",
    note="发布值原样显示；与按标准计算不一致的，列在数据质量里。", shown=30,
)
# fmt: on


def data_quality(asked: Address) -> Component:
    return quality.tables(asked, findings(asked.snapshot))


def _with_context(asked: Address) -> Address:
    return replace(asked, since=asked.until - timedelta(days=max(asked.days, CONTEXT_DAYS)))


def _sections(asked: Address) -> list[Section]:
    return river.sections(rows(run("ecology/section_state", asked, before=asked.previous().since)))


def _section_points(asked: Address) -> Layer:
    return Layer("section", "水质断面", river.points(_sections(asked)))


def _stations(asked: Address) -> Layer:
    """Registered stations; one whose mean of the period is above the daily limit calls for attention."""
    points = []
    for row in rows(run("ecology/air_station_now", asked)):
        value = row["pm25"]
        state = "none" if value is None else "attention" if value > ITEMS["pm25"][3] else "ok"
        text = "数据未到" if value is None else f"PM2.5 {wording.number(value, 0)} µg/m³"
        points.append(Point(row["name"], row["lon"], row["lat"], state, text))
    return Layer("station", "空气站", tuple(points))


def _block(title: str, found: list[Row], columns: dict[str, str], empty: str) -> Component:
    """One of several tables of a panel, under its own small title; what it says when there is nothing to list."""
    body = _table(found, columns) if found else html.P(empty, className="absent")
    more = html.Span(_counted(found), className="unit") if len(found) > SHOWN else None
    return html.Div([html.H3([title, more]), body], className="block")


def _table(found: list[Row], columns: dict[str, str]) -> Component:
    lines = [[_cell(name, row[name]) for name in columns] for row in found[:SHOWN]]
    return html.Div(grid(list(columns.values()), lines), className="scroll")


def _cell(name: str, value: object) -> object:
    if name in ("pollutant", "primary_pollutant") and value is not None:
        return POLLUTANTS.get(str(value), str(value))
    if isinstance(value, float) and (decimals := DECIMALS.get(name.rsplit("_", 1)[-1])) is not None:
        return wording.number(value, decimals)
    return cell(name, value)


def _counted(found: list[Row]) -> str:
    whole = f"共 {wording.number(len(found), 0)} 条"
    return f"{whole}，列前 {SHOWN} 条。" if len(found) > SHOWN else f"{whole}。"


def _said(asked: Address, *names: str) -> str:
    """Readings in a line of small print: name, value, target."""
    return "，".join(_told(each.name, each) for each in read_many(names, asked)) + "。"


def _parts(asked: Address, name: str, by: str) -> str:
    """One number by kind, in a line of small print."""
    found = [_told(each.key_name or wording.UNKNOWN, each) for each in read_groups(name, asked, by)]
    return f"{metric(name).name}：{'，'.join(found)}。" if found else ""


def _told(name: str, each: Reading) -> str:
    if not each.is_known:
        return f"{name} {wording.absence(each)}"
    gap = "" if each.unit == "%" else " "
    wanted = wording.target(each.target, each.decimals, each.unit)
    return f"{name} {wording.value(each)}{gap}{each.unit}".rstrip() + (f"（{wanted}）" if wanted else "")


def _of(each: Reading, unit: str) -> str:
    """` 2/188 座`: what a ratio counts, of how many."""
    if not each.is_known:
        return f"（{wording.absence(each)}）"
    return f" {wording.number(each.numerator, 0)}/{wording.number(each.denominator, 0)} {unit}"
