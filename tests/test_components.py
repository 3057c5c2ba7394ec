"""What components show, from frozen readings and a handful of rows: no store, no server, no browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dash.development.base_component import Component

from components import address, air_calendar, figures, river, sentences, tokens, wording
from components.address import Address
from components.air_calendar import AirDay
from components.cards import Card, kpi_card, spark
from components.drill_map import Layer, Point, drill_map, steps
from components.river import Section
from metrics import Change, Reading, Source, Target
from metrics.computed.ecology import good_day_allowance
from queries.scope import ScopeError
from queries.snapshot import Snapshot, TableInfo

MONDAY, NEXT = date(2026, 11, 16), date(2026, 11, 23)
ASKED = Address("341000", MONDAY, NEXT, "snap-000000000001", theme="ecology")
READING = Reading(
    metric="good_air_day_rate", code="EN02", name="优良天数比例", value=97.25, unit="%", numerator=35, denominator=36,
    n=36, state="ok", target=Target(">=", 97.0, "proposed"), standing="met", area="341000", since=MONDAY, until=NEXT,
    data_time=datetime(2026, 11, 22, 23), loaded_at=datetime(2026, 11, 23, 6), stale_at=datetime(2026, 11, 24, 11),
    snapshot="snap-000000000001", sources=(Source("ecology.air_hourly", "市生态环境局", 100),), demo=True, decimals=1,
)  # fmt: skip
UNKNOWN = replace(READING, value=None, n=0, state="no_data", standing="none")
P_VALUE = replace(READING, metric="compensation_p_value", value=0.9271, unit="", decimals=3)
STILL = Change("持平", "flat", "", READING)
WARNING_MARKS = "▲■◆●"


def texts(component: Any) -> str:
    """Everything a component says, in reading order."""
    if component is None:
        return ""
    if isinstance(component, (list, tuple)):
        return " ".join(filter(None, map(texts, component)))
    return texts(getattr(component, "children", None)) if isinstance(component, Component) else str(component)


def parts(component: Component, name: str) -> list[Component]:
    """The components inside that carry this class name."""
    return [each for each in component._traverse() if name in str(getattr(each, "className", "")).split()]


def card(reading: Reading = READING) -> Component:
    return kpi_card(Card(reading, STILL, STILL, (95.0, None, 96.0, reading.value)), ASKED)


# --- numbers in words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [(4386, 0, "4,386"), (97.25, 1, "97.2"), (-3.5, 1, "\N{MINUS SIGN}3.5"), (-0.04, 1, "0.0"), (None, 1, "—")],
)
def test_a_number_has_thousands_a_true_minus_and_a_dash_when_unknown(
    value: float | None, decimals: int, said: str
) -> None:
    assert wording.number(value, decimals) == said


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (MONDAY, NEXT, "2026年第47周"),
        (date(2026, 2, 1), date(2026, 3, 1), "2026年2月"),
        (date(2026, 11, 1), date(2026, 11, 15), "2026年 14 天"),
    ],
)
def test_a_period_has_a_name(since: date, until: date, said: str) -> None:
    assert wording.period(since, until) == said


def test_a_period_is_said_with_both_its_ends() -> None:
    assert wording.span(MONDAY, NEXT) == "11月16日—11月22日"
    assert wording.span(date(2026, 12, 28), date(2027, 1, 4)) == "12月28日—2027年1月3日"


# --- cards ------------------------------------------------------------------------------------------------------------


def test_a_card_says_its_number_its_unit_its_state_and_whom_it_belongs_to() -> None:
    shown = card().to_plotly_json()["props"]
    assert (shown["data-metric"], shown["data-state"], shown["data-standing"]) == ("good_air_day_rate", "ok", "met")
    said = texts(card())
    assert "97.2 %" in said and "达标" in said and "环比 持平" in said and "≥97%" in said


def test_a_number_opens_its_identity_card() -> None:
    assert parts(card(), "value")[0].href == "?n=good_air_day_rate"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("state", "reason"), [("no_data", "数据未到"), ("too_few", "样本不足"), ("not_below", "本指标到区县")]
)
def test_a_card_without_a_number_says_why_and_never_shows_a_zero(state: str, reason: str) -> None:
    said = texts(card(replace(READING, value=None, state=state, standing="none", n=4)))
    assert said.split()[1] == "—" and reason in said and "0.0" not in said


def test_nothing_due_is_not_called_missing_data() -> None:
    said = texts(card(replace(READING, value=None, state="no_data", standing="none", n=0, has_nothing=True)))
    assert "本期无此项" in said and "数据未到" not in said


@pytest.mark.parametrize("standing", ["met", "near", "missed", "none"])
def test_a_target_never_borrows_the_marks_of_a_warning(standing: str) -> None:
    assert not set(texts(card(replace(READING, standing=standing)))) & set(WARNING_MARKS)


def test_a_card_carries_the_moment_from_which_it_is_stale() -> None:
    assert card().to_plotly_json()["props"]["data-stale-at"] == "2026-11-24T11:00:00"


def test_a_gap_in_the_past_breaks_the_sparkline() -> None:
    drawn = spark([1.0, 2.0, None, 3.0, 4.0])
    assert drawn is not None
    assert parts(drawn, "spark-line")[0].style["maskImage"].count("M") == 2  # type: ignore[attr-defined]
    assert spark([None, None, 1.0]) is None


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.fixture
def current(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot of two real and one demo table, without a store."""

    def table(name: str, until: date, is_demo: bool) -> TableInfo:
        return TableInfo(name, 1, "", "detail", date(2026, 1, 1), until, None, None, is_demo)

    tables = (
        table("ecology.air_hourly", date(2026, 11, 18), False),
        table("ecology.water_measure", date(2026, 11, 25), False),
        table("ecology.radiation_daily", date(2026, 12, 30), True),
    )
    made = Snapshot("snap-000000000001", datetime(2026, 12, 31), Path(), {each.table: each for each in tables})
    monkeypatch.setattr(address, "current_id", lambda: made.id)
    monkeypatch.setattr(address, "snapshot", lambda _: made)


@pytest.mark.usefixtures("current")
def test_a_page_without_a_period_shows_the_last_full_week_of_its_real_tables() -> None:
    asked = address.read("", "ecology")
    assert (asked.since, asked.until) == (date(2026, 11, 16), date(2026, 11, 23))


@pytest.mark.usefixtures("current")
@pytest.mark.parametrize(
    "search",
    [
        "?area=3410", "?area=999999", "?area=341099", "?area=<script>", "?until=gestern", "?until=2026-13-01",
        "?days=0", "?days=-1", "?days=1e9", "?days=99999", "?until=0001-01-01", "?view=hologram", "?asof=../../etc",
        "?metric=a;b", "?f.A=1", "?" + "x" * 3000,
    ],
)  # fmt: skip
def test_a_forged_address_is_refused_in_words(search: str) -> None:
    with pytest.raises(ScopeError) as refused:
        address.read(search, "ecology")
    assert len(str(refused.value)) < 200


@pytest.mark.usefixtures("current")
def test_an_address_is_kept_by_its_links_but_for_what_they_change() -> None:
    asked = address.read("?area=341002&until=2026-11-23&view=wall&n=pm25_mean&unknown=1", "ecology")
    assert asked.link(area="341003") == "?area=341003&until=2026-11-23&view=wall"
    assert asked.link(area="341000", n="ozone_p90") == "?until=2026-11-23&view=wall&n=ozone_p90"


@pytest.mark.usefixtures("current")
def test_how_a_page_is_looked_at_is_no_part_of_the_question() -> None:
    desk, wall = (address.read(f"?until=2026-11-23&view={view}", "ecology") for view in ("desk", "wall"))
    assert desk == wall and repr(desk) == repr(wall)


@pytest.mark.usefixtures("current")
def test_after_a_month_comes_a_month() -> None:
    asked = address.read("?until=2026-03-01&days=28", "ecology")
    assert asked.neighbours() == ("?until=2026-02-01&days=31", "?until=2026-04-01&days=31")


# --- sentences --------------------------------------------------------------------------------------------------------


def allowance(good: int, valid: int, until: date = NEXT) -> Reading:
    """EN13 as its function counts it from the days of the year so far, for a target of 97 %."""
    new_year = date(until.year, 1, 1)
    row = {
        "year": until.year, "year_day_count": 365, "passed_day_count": (until - new_year).days,
        "valid_day_count": valid, "exceeded_day_count": valid - good, "target_value": 97.0,
    }  # fmt: skip
    result = good_day_allowance([row])
    return replace(
        READING, metric="good_day_allowance", value=result.value, unit="天", n=result.n, detail=result.detail,
        state="ok" if result.n else "no_data", decimals=0,
    )  # fmt: skip


def test_the_days_that_may_still_exceed_are_counted_by_hand() -> None:
    # 365 days × 3 % = 10.95: ten days may exceed; eight of 326 did
    answer = sentences.good_day_budget(allowance(318, 326), ASKED)
    assert (texts(list(answer.parts)), answer.state) == ("还可超标 2 天", "calm")


def test_a_lost_target_says_by_how_much() -> None:
    answer = sentences.good_day_budget(allowance(310, 326), ASKED)
    assert texts(list(answer.parts)).endswith("6 天") and answer.state == "attention"


def test_a_budget_that_is_used_up_calls_for_attention() -> None:
    answer = sentences.good_day_budget(allowance(316, 326), ASKED)
    assert (texts(list(answer.parts)), answer.state) == ("还可超标 0 天", "attention")


def test_a_year_with_too_few_valid_days_is_not_judged() -> None:
    answer = sentences.good_day_budget(allowance(1, 1), ASKED)
    assert (texts(list(answer.parts)), answer.state) == ("样本不足", "unknown")


def test_a_year_without_a_target_is_not_judged() -> None:
    answer = sentences.good_day_budget(replace(UNKNOWN, metric="good_day_allowance", detail="没有下达目标"), ASKED)
    assert (texts(list(answer.parts)), answer.detail, answer.state) == ("数据未到", "没有下达目标", "unknown")


def section(
    name: str, found: str | None, wanted: str | None, before: str | None = "Ⅱ", border: bool = False
) -> Section:
    return Section(name, "新安江", found, wanted, before, (), border, None)


def test_the_river_is_told_by_its_border_its_misses_and_what_got_worse() -> None:
    found = [section("上", "Ⅱ", "Ⅱ"), section("中", "Ⅳ", "Ⅲ"), section("街口", "Ⅱ", "Ⅱ", border=True)]
    answer = sentences.river_state(found, P_VALUE, ASKED)
    assert texts(list(answer.parts)) == "出境断面 Ⅱ 类 达标 2/3 个断面"
    assert "中" in answer.detail and "0.927" in answer.detail and "测算值" in answer.detail
    assert answer.state == "attention"


def test_a_river_without_targets_is_not_judged() -> None:
    answer = sentences.river_state([section("浦口", "Ⅲ", None)], replace(P_VALUE, value=None, state="no_data"), ASKED)
    assert "不判达标" in answer.detail and "P 值数据未到" in answer.detail


def test_a_place_below_the_lowest_level_is_not_called_missing_data() -> None:
    below = replace(allowance(0, 0), value=None, state="not_below")
    assert texts(list(sentences.good_day_budget(below, ASKED).parts)) == "本指标到区县"
    assert texts(list(sentences.river_state([], P_VALUE, ASKED).parts)) == "这里没有断面"


def test_a_table_that_has_not_arrived_is_named_with_its_owner() -> None:
    answer = sentences.exceedance_trace([UNKNOWN] * 4, [], ASKED)
    assert answer.state == "unknown" and "ecology.exceedance" in answer.detail and "市生态环境局" in answer.detail


def followed(count: float, still_open: float) -> list[Reading]:
    """EN14 to EN17: how many, how many traced, how fast, how many open."""
    names = ("exceedance_count", "exceedance_confirmed_rate", "exceedance_arrival_p90", "open_exceedance_count")
    values = ((count, "起", 0), (83.3, "%", 1), (168.0, "分钟", 0), (still_open, "起", 0))
    return [
        replace(READING, metric=name, value=value, unit=unit, decimals=decimals)
        for name, (value, unit, decimals) in zip(names, values, strict=True)
    ]


WAITED_FOR: dict[str, Any] = {
    "object_name": "甲厂", "suspect_name": "乙厂", "is_confirmed": None, "handling_unit": "休宁分局",
    "arrived_at": None, "closed_at": None,
}  # fmt: skip
VISITED = WAITED_FOR | {"is_confirmed": True, "arrived_at": datetime(2026, 11, 17, 9, 30)}


def test_an_exceedance_at_which_nobody_arrived_calls_for_attention_and_is_told() -> None:
    answer = sentences.exceedance_trace(followed(12, 1), [WAITED_FOR, VISITED], ASKED)
    assert texts(list(answer.parts)) == "超标 12 起 在办 1 起 未到场 1 起" and answer.state == "attention"
    assert answer.detail == "甲厂：首疑 乙厂，休宁分局 未到场；查实 83.3%；到场 P90 168 分钟"


def test_an_exceedance_that_was_looked_into_says_by_whom_and_when() -> None:
    answer = sentences.exceedance_trace(followed(1, 0), [VISITED], ASKED)
    assert "甲厂：查实 乙厂，休宁分局 11-17 09:30 到场" in answer.detail and answer.state == "calm"


def test_a_week_without_exceedances_is_calm() -> None:
    answer = sentences.exceedance_trace(followed(0, 0), [], ASKED)
    assert texts(list(answer.parts)) == "超标 0 起 在办 0 起" and answer.state == "calm"


# --- water and air ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "wanted", "standing"),
    [("Ⅱ", "Ⅲ", "met"), ("Ⅲ", "Ⅲ", "met"), ("劣Ⅴ", "Ⅴ", "missed"), (None, "Ⅱ", "none"), ("Ⅱ", None, "none")],
)
def test_a_class_is_compared_by_rank(found: str | None, wanted: str | None, standing: str) -> None:
    assert section("甲", found, wanted).standing == standing


def test_a_section_without_data_says_so() -> None:
    assert "数据未到" in texts(river.table([section("甲", None, "Ⅱ")]))


def test_only_a_day_from_level_three_on_is_filled_and_a_day_without_aqi_shows_a_dash() -> None:
    days = [AirDay(date(2026, 11, 16), 100, 2), AirDay(date(2026, 11, 17), 101, 3, ("pm25",))]
    drawn = air_calendar.calendar(days, MONDAY, MONDAY, NEXT)
    assert len(parts(drawn, "air-2")) == len(parts(drawn, "air-3")) == 1
    assert [texts(each).split() for each in parts(drawn, "filled")] == [["17", "101"]]
    assert texts(drawn).count("—") == 5


# --- the map ----------------------------------------------------------------------------------------------------------


def district(key: str, value: float | None) -> Reading:
    return replace(READING, value=value, key=key, key_name=key, decimals=1)


@pytest.mark.parametrize("better", ["higher", "lower", "neither"])
@pytest.mark.parametrize("values", [(97.3, 89.0, 92.7, 90.2, 99.2, 97.7, 98.1), (0.0, 0.1), (5.0,) * 7, (-3.0, 40.0)])
def test_every_known_district_is_in_exactly_one_class(values: tuple[float, ...], better: str) -> None:
    classes = steps([district(str(index), value) for index, value in enumerate(values)], better)
    assert sorted(area for step in classes for area in step.areas) == sorted(map(str, range(len(values))))
    assert len(classes) <= 5 and [step.place for step in classes] == sorted({step.place for step in classes})


def test_the_worst_class_has_the_most_ink() -> None:
    readings = [district("good", 99.0), district("bad", 80.0)]
    assert steps(readings, "higher")[0].areas == ("bad",)
    assert steps(readings, "lower")[0].areas == ("good",)


def test_a_district_without_a_number_is_counted_apart() -> None:
    drawn = drill_map(ASKED, [district("341002", None)], [], better="lower", name="甲", unit="", is_demo=False)
    assert "无数 7" in texts(drawn)


def test_a_point_without_coordinates_is_listed_beside_the_map_and_its_name_stays_text() -> None:
    evil = Point("<img src=x onerror=alert(1)>", None, None, "ok", "Ⅱ 类")
    drawn = drill_map(ASKED, [], [Layer("station", "站", (evil,))], better="lower", name="甲", unit="", is_demo=True)
    assert "坐标未提供 1" in texts(drawn) and evil.name in texts(drawn)
    assert "点位为示意" in texts(drawn) and "审图号" in texts(drawn)


# --- figures and colours ----------------------------------------------------------------------------------------------


def figure(name: str = "黎阳") -> figures.Figure:
    frame = pd.DataFrame({"name": [name] * 2, "day_date": [MONDAY, date(2026, 11, 18)], "value": [30.0, 50.0]})
    return figures.trend(
        frame,
        [(MONDAY, 40.0)],
        main_name="全市均值",
        unit="µg/m³",
        decimals=0,
        span=(MONDAY, NEXT),
        limit=(60.0, "限值"),
    )


def test_a_trend_draws_one_line_per_station_and_the_areas_own_on_one_day_axis() -> None:
    lines = figure()["data"]
    assert [line["name"] for line in lines] == ["黎阳", "全市均值"]
    assert lines[0]["y"] == [30.0, None, 50.0, None, None, None, None]
    assert {line["x0"] for line in lines} == {"2026-11-16"} and {len(line["y"]) for line in lines} == {7}


def test_a_day_between_gaps_is_still_seen() -> None:
    assert figure()["data"][0]["marker"]["size"][:3] == [5, 0, 5]


def test_a_name_from_data_brings_no_tags_into_a_figure() -> None:
    assert not re.search(r"[<>]", str(figure("<b onmouseover=alert(1)>x</b>")["data"]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_a_figure_is_a_token_of_both_themes(theme: str) -> None:
    assert "var(" in str(figure())
    painted = {key: value for key, value in figure()["layout"].items() if key != "font"}
    assert "var(" not in str(tokens.paint({"data": figure()["data"], "layout": painted}, theme))


def test_the_stylesheet_holds_the_tokens_as_they_are() -> None:
    assert tokens.STYLESHEET.read_text(encoding="utf-8") == tokens.stylesheet(), "python -m components.tokens"


def styles() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(tokens.ASSETS.glob("*.css"))}


def test_every_variable_a_stylesheet_uses_is_defined() -> None:
    whole = "\n".join(styles().values())
    assert set(re.findall(r"var\((--[\w-]+)", whole)) - set(re.findall(r"(--[\w-]+)\s*:", whole)) == set()


def test_colours_are_written_in_the_tokens_alone() -> None:
    found = [
        name for name, css in styles().items() if name != "00-tokens.css" and re.search(r"#[0-9a-fA-F]{3,8}\b", css)
    ]
    assert found == []


@pytest.mark.parametrize("feature", [":has(", "@container", "color-mix(", "@layer", "&:", "& ", "@scope", "subgrid"])
def test_the_stylesheets_stay_within_chrome_100(feature: str) -> None:
    plain = {name: re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL) for name, css in styles().items()}
    assert [name for name, css in plain.items() if feature in css] == []
