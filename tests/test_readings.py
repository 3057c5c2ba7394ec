"""What a reading says: counted by hand over a store of a few rows."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.settings import settings
from metrics import MetricError, compare_many, explain, history, metric, read, read_groups, read_many
from queries.assembler import DimensionError
from queries.scope import Scope
from queries.snapshot import snapshot
from tests import tiny

read_module = importlib.import_module("metrics.read")  # the package's own `read` is the function
MONDAY = date(2026, 11, 9)


def hours(station: str, place: str, day: date, count: int, pm25: float, o3: float = 60.0) -> list[dict[str, Any]]:
    """The first `count` hours of a day, each with the same six values."""
    return [
        {
            "station_id": station,
            "place_code": place,
            "observed_at": datetime(day.year, day.month, day.day, hour),
            "pm25": pm25,
            "pm10": 40.0,
            "so2": 6.0,
            "no2": 20.0,
            "co": 0.6,
            "o3": o3,
            "o3_8h": o3,
        }
        for hour in range(count)
    ]


def sample(section: str, place: str, at: datetime, **values: float) -> dict[str, Any]:
    return {"section_id": section, "place_code": place, "observed_at": at, "method": "auto", **values}


TABLES: dict[str, list[dict[str, Any]]] = {
    "ecology.air_station": [
        {"station_id": "甲", "name": "甲", "place_code": "341002"},
        {"station_id": "乙", "name": "乙", "place_code": "341021"},
    ],
    "ecology.air_hourly": [
        # Monday: both stations whole. PM2.5 30 and 50, mean 40 → IAQI (100−50)/(60−35)×(40−35)+50 = 60
        *hours("甲", "341002", MONDAY, 24, 30.0),
        *hours("乙", "341021", MONDAY, 24, 50.0),
        # Tuesday: 乙 has 19 hours and does not count. PM2.5 80 → IAQI (150−100)/(115−60)×(80−60)+100 = 118.2 → 119
        *hours("甲", "341002", MONDAY + timedelta(1), 24, 80.0),
        *hours("乙", "341021", MONDAY + timedelta(1), 19, 10.0),
        # Wednesday: no station has 20 hours
        *hours("甲", "341002", MONDAY + timedelta(2), 15, 20.0),
        *hours("乙", "341021", MONDAY + timedelta(2), 15, 20.0),
    ],
    "ecology.water_section": [
        {"section_id": "上", "name": "上", "place_code": "341022", "target_class": "Ⅱ"},
        {"section_id": "下", "name": "下", "place_code": "341021", "target_class": "Ⅱ"},
        {"section_id": "旁", "name": "旁", "place_code": "341021"},
        {"section_id": "空", "name": "空", "place_code": "341021", "target_class": "Ⅱ"},
    ],
    "ecology.water_measure": [
        # mean ammonia (0.2 + 0.6) / 2 = 0.4 → Ⅱ, though one of the two samples is Ⅲ
        sample("上", "341022", datetime(2026, 11, 9, 4), nh3n=0.2, do=8.0),
        sample("上", "341022", datetime(2026, 11, 9, 8), nh3n=0.6, do=8.0),
        sample("下", "341021", datetime(2026, 11, 10, 4), nh3n=0.8, do=8.0),  # Ⅲ: good, but not its target Ⅱ
        sample("旁", "341021", datetime(2026, 11, 10, 4), nh3n=1.9, do=8.0),  # Ⅴ, and no target
    ],
}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill(TABLES))
    settings.cache_clear()


def on(week: Scope, offset: int) -> Scope:
    return week.period(MONDAY + timedelta(offset), MONDAY + timedelta(offset + 1))


def test_the_air_of_a_city_day_is_the_mean_over_its_valid_stations(week: Scope) -> None:
    assert read("EN01", on(week, 0)).value == 60
    assert read("EN01", on(week, 1)).value == 119


def test_a_day_without_twenty_hours_has_no_air_quality_index(week: Scope) -> None:
    reading = read("EN01", on(week, 2))
    assert (reading.value, reading.state) == (None, "no_data")


def test_the_index_of_a_week_is_that_of_its_latest_valid_day_and_says_which(week: Scope) -> None:
    reading = read("EN01", week)
    assert (reading.value, reading.n, reading.detail) == (119, 2, "2026-11-10 的值")


def test_a_district_has_its_own_index(week: Scope) -> None:
    assert read("EN01", on(week, 0).drill("341021")).value == 80  # (100−50)/(60−35)×(50−35)+50


def test_good_days_are_counted_over_the_days_that_have_an_index(week: Scope) -> None:
    reading = read("good_air_day_rate", week)
    assert (reading.numerator, reading.denominator, reading.value) == (1, 2, 50.0)


def test_the_mean_of_particles_leaves_out_invalid_days(week: Scope) -> None:
    assert read("pm25_mean", week).value == (40 + 80) / 2


def test_hours_that_never_came_count_as_due(week: Scope) -> None:
    reading = read("EN12", week)
    assert (reading.numerator, reading.denominator) == (24 + 24 + 24 + 19 + 15 + 15, 2 * 3 * 24)


def test_a_section_is_classed_by_the_mean_of_the_period(week: Scope) -> None:
    reading = read("EN06", week)  # 上 Ⅱ, 下 Ⅲ, 旁 Ⅴ; 空 has no sample and is not asked
    assert (reading.numerator, reading.denominator) == (2, 3)
    assert reading.detail == "未达Ⅲ类：旁"


def test_a_section_without_a_target_is_not_held_against_one(week: Scope) -> None:
    reading = read("EN07", week)
    assert (reading.numerator, reading.denominator, reading.detail) == (1, 2, "未达标：下")


def test_drilling_into_a_district_narrows_the_count(week: Scope) -> None:
    assert [read("EN06", week.drill(area)).denominator for area in ("341022", "341021", "341002")] == [1, 2, 0]


def test_a_share_of_nothing_is_unknown_and_not_zero(week: Scope) -> None:
    reading = read("EN06", week.drill("341002"))
    assert (reading.value, reading.state) == (None, "no_data")


def test_below_its_lowest_level_a_metric_says_so(week: Scope) -> None:
    assert read("EN01", week.drill("341002001")).state == "not_below"


def test_groups_follow_the_districts_and_add_up_where_they_can(week: Scope) -> None:
    groups = read_groups("EN12", week, "district_code")
    assert [(each.key, each.key_name, each.numerator) for each in groups] == [
        ("341002", "屯溪区", 24 + 24 + 15),
        ("341021", "歙县", 24 + 19 + 15),
    ]
    assert sum(each.denominator or 0 for each in groups) == read("EN12", week).denominator


def test_an_undeclared_dimension_is_refused(week: Scope) -> None:
    with pytest.raises(DimensionError, match="district_code"):
        read_groups("EN02", week, "station_id")


def test_an_unknown_metric_is_refused(week: Scope) -> None:
    with pytest.raises(MetricError, match="EN99"):
        read("EN99", week)


def test_code_and_id_name_the_same_metric(week: Scope) -> None:
    assert read("EN02", week) == read("good_air_day_rate", week)


def test_many_read_together_equal_each_read_alone(week: Scope) -> None:
    names = ["EN01", "EN02", "EN03", "EN04", "EN05", "EN06", "EN07", "EN12"]
    assert read_many(names, week) == [read(name, week) for name in names]


def test_an_annual_limit_says_nothing_of_a_week(week: Scope) -> None:
    assert read("EN03", week).standing == "none"
    assert read("EN03", week.period(date(2026, 1, 1), date(2026, 11, 16))).standing == "missed"  # 60 against 30


def test_a_target_missed_by_no_more_than_the_margin_is_near(week: Scope) -> None:
    assert read("EN12", on(week, 0)).standing == "met"  # 100 %
    assert read("EN12", on(week, 1)).standing == "missed"  # 43 of 48: 89.6 % against 95 with a margin of 3


def test_demo_rows_are_marked_in_every_reading_and_its_sources_named(week: Scope) -> None:
    reading = read("EN06", week)
    assert reading.demo
    assert [(each.table, each.owner, each.rows) for each in reading.sources] == [
        ("ecology.water_measure", "市生态环境局", 4),
        ("ecology.water_section", "市生态环境局", 4),
    ]


def test_a_period_the_data_does_not_reach_the_end_of_ages(week: Scope) -> None:
    reading = read("EN12", week)  # the newest hour is Wednesday 14:00, due again within 26 hours
    assert reading.data_time == datetime(2026, 11, 11, 14)
    assert reading.stale_at == datetime(2026, 11, 11, 14) + timedelta(hours=26)
    assert read("EN12", on(week, 0)).stale_at is None  # Monday is final


def test_a_change_of_a_rate_is_said_in_points_and_of_nothing_known_as_unknown(week: Scope) -> None:
    (change,) = compare_many(["EN12"], on(week, 1), "previous")
    assert change.text == "−10.4 个百分点"  # 89.58 shown as 89.6, against 100.0
    assert change.judgement == "向差"
    assert compare_many(["EN12"], week, "previous")[0].text == "—"


def test_history_ends_with_the_present_period(week: Scope) -> None:
    values = [each.value for each in history("EN01", on(week, 1), 3)]
    assert values == [None, 60, 119]


def test_the_explanation_is_the_statement_that_ran(week: Scope) -> None:
    found = explain("EN12", week.drill("341021"))
    assert "from ecology.air_station_day" in found.sql
    assert found.binds == {"area": "341021", "since": MONDAY, "until": MONDAY + timedelta(7)}


def test_both_sides_of_a_comparison_use_one_edition_of_the_standard(week: Scope) -> None:
    """PM2.5 70 is 良 by the edition of 2012 (94) and 轻度污染 by that of 2026 (110)."""
    assert read("EN02", replace(week, ruler="HJ 633-2026")).value == 50.0
    assert read("EN02", replace(week, ruler="HJ 633-2012")).value is None  # days of 2026 have no row of 2012


def test_a_count_of_few_people_is_withheld_whole_and_cannot_be_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three, nine and twenty hours: the three are too few, and the nine go with them, or the total would tell."""
    tiny.use(tmp_path, monkeypatch)
    rows = [*hours("甲", "341002", MONDAY, 3, 30.0), *hours("乙", "341003", MONDAY, 9, 30.0)]
    stations = [
        {"station_id": name, "name": name, "place_code": place}
        for name, place in (("甲", "341002"), ("乙", "341003"), ("丙", "341021"))
    ]
    made = tiny.fill(
        {"ecology.air_station": stations, "ecology.air_hourly": [*rows, *hours("丙", "341021", MONDAY, 20, 30.0)]}
    )
    asked = metric("air_valid_hour_rate")
    assert asked.aggregate is not None
    counted = replace(asked.aggregate, n="sum(valid_hour_count)")
    private = replace(asked, kind="sum", aggregate=replace(counted, denominator=""), suppress_below=5, minimum_n=1)
    monkeypatch.setattr(read_module, "metric", lambda _: private)
    scope = Scope("341000", MONDAY, MONDAY + timedelta(7), made)
    groups = read_module.read_groups("EN12", scope, "district_code")
    assert [(each.key, each.state, each.n, each.numerator) for each in groups] == [
        ("341002", "too_few", 0, None),
        ("341003", "too_few", 0, None),
        ("341021", "ok", 20, None),
    ]


def test_a_quiet_week_of_rare_events_is_known_to_be_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.use(tmp_path, monkeypatch)
    accident = {
        "accident_id": "甲", "place_code": "341002", "occurred_at": datetime(2026, 11, 2, 9), "dead_count": 1,
        "injured_count": 0, "event_grade": "4",
    }  # fmt: skip
    made = tiny.fill({"safety.work_accident": [accident]})
    assert snapshot(made).tables["safety.work_accident"].until == tiny.LOADED.date()
    assert read("SA11", Scope("341000", MONDAY, MONDAY + timedelta(7), made)).value == 0
