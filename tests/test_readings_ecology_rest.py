"""What the numbers of 生态环境 beyond air stations and sections say: counted by hand over a store of a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.settings import settings
from metrics import metrics, read, read_groups
from queries.runner import run
from queries.scope import Scope
from tests import tiny

MONDAY = date(2026, 11, 9)  # the week ends before 2026-11-16 00:00
Row = dict[str, Any]


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of November 2026."""
    return datetime(2026, 11, day, hour, minute)


def outlet(source: str, day: date, valid: int, expected: int = 24, exceeded: int = 0) -> Row:
    return {
        "source_id": source, "outlet_no": "1", "medium": "water", "place_code": "341021100", "pollutant": "nh3n",
        "day_date": day, "expected_hour_count": expected, "valid_hour_count": valid, "exceed_hour_count": exceeded,
    }  # fmt: skip


def exceedance(name: str, started: datetime, raised: int | None = None, arrived: int | None = None, **more: Any) -> Row:
    """`raised`, `arrived`: minutes after the start."""

    def after(minutes: int | None) -> datetime | None:
        return None if minutes is None else started + timedelta(minutes=minutes)

    given = {"environment_element": "air", "place_code": "341002", "pollutant": "pm25", "status": "dispatched"}
    times = {"started_at": started, "raised_at": after(raised), "arrived_at": after(arrived)}
    return {"exceedance_id": name, **given, **times, **more}


def hours(day: date, pm25: float) -> list[Row]:
    clean = {"pm10": 40.0, "so2": 6.0, "no2": 20.0, "co": 0.6, "o3": 60.0, "o3_8h": 60.0}
    start = datetime(day.year, day.month, day.day)
    return [
        {
            "station_id": "甲",
            "place_code": "341002",
            "observed_at": start + timedelta(hours=hour),
            "pm25": pm25,
            **clean,
        }
        for hour in range(24)
    ]


def task(name: str, month: date, status: str, progress: float | None) -> Row:
    return {
        "pollution_task_id": name, "month_date": month, "pollution_field": "water", "name": name,
        "place_code": "341002", "lead_unit": "市生态环境局", "progress_rate": progress, "status": status,
    }  # fmt: skip


def drinking(source: str, month: int, is_compliant: bool | None) -> Row:
    return {
        "drinking_source_id": source, "place_code": "341022100", "month_date": date(2026, month, 1),
        "is_compliant": is_compliant,
    }  # fmt: skip


def disclosure(name: str, due: int, published: int | None, status: str = "published") -> Row:
    return {
        "disclosure_id": name, "place_code": "3410", "name": name, "environment_element": "air", "period_kind": "week",
        "due_date": date(2026, 11, due), "published_date": published and date(2026, 11, published),
        "owner_unit": "市生态环境局", "status": status, "updated_date": date(2026, 11, 15),
    }  # fmt: skip


def forecast(issued: datetime, day: int, low: int, high: int) -> Row:
    return {
        "place_code": "3410",
        "issued_at": issued,
        "forecast_date": date(2026, 11, day),
        "aqi_low": low,
        "aqi_high": high,
    }


def level(reservoir: str, moment: datetime, height: float, flag: str = "N") -> Row:
    return {
        "reservoir_id": reservoir, "place_code": "341022100", "observed_at": moment, "water_level_m": height,
        "data_flag": flag,
    }  # fmt: skip


def factor(item: str, weight: float, base: float | None) -> Row:
    return {
        "round_name": "现行", "section_id": "出境", "pollutant": item, "k0": 0.9, "factor_weight": weight,
        "base_concentration": base, "year_from": 2024, "source": "甲文号",
    }  # fmt: skip


TABLES: dict[str, list[Row]] = {
    "ecology.source_daily": [
        # 乙 reports Monday, is silent on Tuesday, reports Wednesday, and then nothing more until the table ends
        outlet("乙", MONDAY, 24),
        outlet("乙", MONDAY + timedelta(2), 18, exceeded=3),
        # 丙 stands still on Thursday, works on Friday: the table's last day
        outlet("丙", MONDAY + timedelta(3), 0, expected=0),
        outlet("丙", MONDAY + timedelta(4), 23),
        # 丁 was last heard of 31 days before the table's last day: nothing is due of it any more
        outlet("丁", MONDAY + timedelta(4 - 31), 24),
    ],
    "ecology.exceedance": [
        exceedance("前", at(8, 23), 5, 65, closed_at=at(9, 10)),  # began before the week, closed in it
        exceedance("查实", at(9), 10, 71, closed_at=at(10), is_confirmed=True, handled_at=at(9, 9), status="closed"),
        exceedance("未结", at(12, 8), 10, 30, closed_at=at(16), is_confirmed=False, status="closed"),  # then
        exceedance("未到场", at(15, 23, 59), 5),
        exceedance("误报", at(13), 5, 10, status="false_alarm"),
        exceedance("后", at(16), 5, 10),  # begins at the end: belongs to the next week
        *(exceedance(f"又{row}", at(11, row), 10, 32) for row in range(8)),  # 22 minutes each
    ],
    "ecology.trace_candidate": [
        {"exceedance_id": "查实", "rank_no": 2, "place_code": "341002", "trace_side": "nearby", "calculated_at": at(9)},
        {
            "exceedance_id": "查实",
            "rank_no": 1,
            "place_code": "341002",
            "source_id": "乙",
            "trace_side": "upwind",
            "contribution_rate": 0.8,
            "calculated_at": at(9),
        },
    ],
    "ecology.pollution_source": [
        {
            "source_id": "乙",
            "medium": medium,
            "name": "乙厂",
            "place_code": "341021100",
            "is_key": is_key,
            "is_monitored_online": is_online,
            "updated_date": date(2026, 11, 1),
        }
        for medium, is_key, is_online in (("water", True, True), ("air", True, False), ("noise", False, False))
    ],
    "ecology.air_station": [{"station_id": "甲", "name": "甲", "place_code": "341002"}],
    # 30 µg/m³ → AQI 43, 80 → above 100; in February 70 was within the limit of the edition then in force (75)
    "ecology.air_hourly": [
        *hours(date(2026, 2, 3), 70.0),
        *hours(date(2026, 11, 9), 80.0),
        *hours(date(2026, 11, 10), 30.0),
        *hours(date(2026, 11, 15), 90.0),
    ],
    "ecology.target_yearly": [
        {
            "place_code": "3410",
            "metric_id": "EN02",
            "year": 2026,
            "target_rule": ">=",
            "target_value": 99.4,
            "measure_unit": "%",
            "source": "甲文号",
        },
        {
            "place_code": "3410",
            "metric_id": "EN42",
            "year": 2026,
            "target_rule": "<=",
            "target_value": 1000.0,
            "measure_unit": "万立方米",
            "source": "甲文号",
        },
    ],
    "ecology.water_resource_monthly": [
        {"place_code": place, "water_use_kind": "domestic", "month_date": month, "water_use_wan_m3": amount}
        for place, month, amount in (
            ("341002", date(2025, 12, 1), 500.0),  # last year's
            ("341002", date(2026, 9, 1), 300.0),
            ("3410", date(2026, 10, 1), 50.0),  # 市直, a part of the city
            ("341002", date(2026, 11, 1), 70.0),  # November is not over
        )
    ],
    "ecology.reservoir": [
        {
            "reservoir_id": name,
            "name": name,
            "kind": kind,
            "place_code": "341022100",
            "flood_limit_level_m": limit,
            "updated_date": date(2026, 4, 1),
        }
        for name, kind, limit in (
            ("甲", "large", 100.0),
            ("乙", "small_2", 50.0),
            ("丙", "small_2", 50.0),
            ("丁", "small_2", None),
        )
    ],
    "ecology.reservoir_hourly": [
        level("甲", at(15, 8), 101.0),
        level("甲", at(15, 20), 100.0),  # at the limit, not above it
        level("乙", at(15, 20), 50.2),
        level("乙", at(15, 21), 10.0, "I"),  # invalid: the level before stands
        level("丙", at(14, 20), 60.0),  # above, but no word on the last day
        level("丙", at(16, 0), 60.0),  # after the period
        level("丁", at(15, 20), 70.0),  # has no limit
    ],
    "ecology.drinking_source_monthly": [
        drinking("按月", 10, True),
        drinking("按季", 8, False),  # August still counts in October
        drinking("太旧", 7, True),  # July does not
        drinking("未定", 10, None),
        drinking("按月", 11, False),  # November is not over
    ],
    "ecology.groundwater_well": [
        {"well_id": name, "name": name, "place_code": "341023100", "target_groundwater_class": wanted}
        for name, wanted in (("甲", "Ⅳ"), ("乙", "Ⅲ"), ("丙", None), ("丁", "Ⅲ"))
    ],
    "ecology.groundwater_measure": [
        {"well_id": name, "place_code": "341023100", "sampled_date": day, "published_groundwater_class": found}
        for name, day, found in (
            ("甲", date(2026, 8, 5), "Ⅲ"),
            ("乙", date(2026, 8, 5), "Ⅴ"),
            ("乙", date(2026, 9, 5), "Ⅱ"),  # sampled again in the quarter: the last one counts
            ("丙", date(2026, 8, 5), "Ⅴ"),  # no target
            ("丁", date(2026, 5, 5), "Ⅱ"),  # an earlier quarter
        )
    ],
    "ecology.pollution_task": [
        task("一", date(2026, 10, 1), "late", 0.5),
        task("二", date(2026, 10, 1), "done", 1.0),
        task("三", date(2026, 10, 1), "not_started", None),
        task("一", date(2026, 11, 1), "done", 1.0),
    ],
    "ecology.river_patrol_monthly": [
        {
            "reach_id": name,
            "place_code": "341002001001",
            "month_date": date(2026, 10, 1),
            "patrol_planned_count": 4,
            "patrol_count": walked,
        }
        for name, walked in (("勤", 9), ("懒", 1))
    ],
    "ecology.disclosure": [
        disclosure("当日", 9, 9),
        disclosure("迟", 10, 11),
        disclosure("未公开", 11, None, "late"),
        disclosure("不公开", 12, None, "not_public"),
        disclosure("下周", 16, 15),
    ],
    "ecology.air_forecast": [
        forecast(at(8, 8), 9, 10, 20),
        forecast(at(8, 18), 9, 118, 119),  # the evening's issue replaces the morning's; its upper end is hit
        forecast(at(9, 18), 10, 44, 60),  # the day came to 43
        forecast(at(13, 18), 15, 0, 500),  # two days ahead: not a next-day forecast
    ],
    "ecology.carbon_quarterly": [
        {"place_code": place, "carbon_sector": sector, "quarter_date": quarter, "emission_tco2": amount}
        for place, sector, quarter, amount in (
            ("341002", "industry", date(2026, 7, 1), 50_000.0),
            ("3410", "transport", date(2026, 7, 1), 20_000.0),
            ("341002", "sink", date(2026, 7, 1), -40_000.0),
            ("341002", "industry", date(2026, 4, 1), 90_000.0),
            ("341002", "industry", date(2026, 10, 1), 90_000.0),  # the quarter is not over
        )
    ],
    "ecology.water_section": [{"section_id": "出境", "name": "出境", "place_code": "341021"}],
    "ecology.water_measure": [
        {
            "section_id": "出境",
            "place_code": "341021",
            "observed_at": at(day, 8),
            "method": "auto",
            "codmn": codmn,
            "nh3n": 0.1,
            "tp": 0.026,
            "tn": 1.1,
            "data_flag": flag,
        }
        for day, codmn, flag in ((9, 1.6, None), (10, 1.8, "R"), (11, 99.0, "I"), (16, 99.0, "N"))
    ],
    "ecology.compensation_factor": [
        factor("codmn", 0.22, 1.9),
        factor("nh3n", 0.22, 0.14),
        factor("tp", 0.28, 0.03),
        factor("tn", 0.28, 1.3),
        {**factor("tn", 0.99, 9.0), "round_name": "旧", "year_from": 2018, "year_to": 2023},
    ],
}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill(TABLES))
    settings.cache_clear()


def parts(name: str, scope: Scope) -> tuple[float | None, float | None]:
    found = read(name, scope)
    return found.numerator, found.denominator


# --- sources ----------------------------------------------------------------------------------------------------------


def test_days_that_were_never_sent_count_as_due_and_a_standstill_does_not(week: Scope) -> None:
    # 乙: Monday 24, Tuesday silent 24, Wednesday 24, silent to Friday 48; 丙: Thursday 0, Friday 24; 丁: nothing
    assert parts("EN11", week) == (24 + 18 + 23, 24 + 24 + 24 + 48 + 24)


def test_a_source_silent_for_more_than_thirty_days_was_due_only_while_it_spoke(week: Scope) -> None:
    earlier = week.period(MONDAY + timedelta(4 - 31), MONDAY)
    assert parts("EN11", earlier) == (24, 24)


def test_hours_above_the_limit_are_held_against_valid_hours(week: Scope) -> None:
    assert parts("EN27", week) == (3, 24 + 18 + 23)


def test_the_register_counts_each_medium_of_a_key_source(week: Scope) -> None:
    assert parts("EN10", week) == (1, 2)


# --- exceedances ------------------------------------------------------------------------------------------------------


def test_an_exceedance_belongs_to_the_period_in_which_it_began_and_a_false_alarm_to_none(week: Scope) -> None:
    assert read("EN14", week).value == 3 + 8


def test_what_is_closed_at_the_end_of_the_period_or_later_was_still_open(week: Scope) -> None:
    assert read("EN17", week).value == 2 + 8  # 未结, 未到场 and the eight
    assert read("EN17", week.period(MONDAY - timedelta(7), MONDAY)).value == 1  # 前


def test_those_not_yet_proven_stay_in_the_denominator(week: Scope) -> None:
    assert parts("EN15", week) == (1, 11)


def test_the_arrival_is_measured_from_the_alert_and_only_where_somebody_arrived(week: Scope) -> None:
    # 22 minutes eight times, 20 once, 61 once: nine of ten are 22 or less → the bin of 20 to 25
    reading = read("EN16", week)
    assert (reading.value, reading.n) == (22.5, 10)


def test_the_card_shows_the_open_ones_first_and_names_the_first_suspect(week: Scope) -> None:
    cards = run("ecology/exceedance_card", week)
    assert "误报" not in set(cards["exceedance_id"]) and "前" not in set(cards["exceedance_id"])
    assert cards["exceedance_id"].iloc[-1] == "查实"
    proven = cards.set_index("exceedance_id").loc["查实"]
    assert (proven["suspect_name"], proven["trace_side"], proven["arrival_min"]) == ("乙厂", "upwind", 61)


# --- the year ---------------------------------------------------------------------------------------------------------


def test_the_days_left_are_those_the_year_allows_less_those_that_exceeded(week: Scope) -> None:
    reading = read("EN13", week)  # 365 × 0.6 % = 2.19 → 2 allowed; 9 and 15 November exceeded, 3 February did not
    assert (reading.value, reading.n, reading.standing) == (0, 4, "met")
    assert reading.detail == "2026 年目标 99.4%，全年最多超标 2 天，已超标 2 天，另有 315 天无有效数据"


def test_a_period_asks_for_the_year_of_its_last_day(week: Scope) -> None:
    assert read("EN13", week.period(MONDAY, MONDAY + timedelta(1))).value == 1
    assert read("EN13", week.period(date(2026, 12, 31), date(2027, 1, 1))).value == 0


def test_without_a_target_nobody_says_how_many_days_are_left(week: Scope) -> None:
    reading = read("EN13", week.drill("341002"))
    assert (reading.value, reading.state) == (None, "no_data")


def test_water_use_counts_whole_months_of_this_year_with_the_citys_own_part(week: Scope) -> None:
    assert parts("EN42", week) == (300 + 50, 1000)


# --- water ------------------------------------------------------------------------------------------------------------


def test_a_reservoir_is_over_its_limit_by_its_last_valid_level_of_the_last_day(week: Scope) -> None:
    assert parts("EN18", week) == (1, 3)  # 乙 of 甲 乙 丙; 丁 has no limit
    assert list(run("ecology/reservoir_over_limit", week)["name"]) == ["乙"]


def test_a_reservoir_that_said_nothing_on_the_last_day_lowers_the_report_rate(week: Scope) -> None:
    assert parts("EN19", week) == (3, 4)
    assert [(each.key_name, each.numerator, each.denominator) for each in read_groups("EN19", week, "kind")] == [
        ("大型", 1, 1),
        ("小（2）型", 2, 3),
    ]


def test_a_drinking_source_keeps_its_result_for_three_months(week: Scope) -> None:
    assert parts("EN09", week) == (1, 2)  # 按月 in October, 按季 of August; 太旧 and 未定 on neither side


def test_groundwater_is_held_against_its_target_by_the_last_sample_of_the_last_season(week: Scope) -> None:
    assert parts("EN20", week) == (2, 2)  # 甲 Ⅲ for Ⅳ, 乙 Ⅱ for Ⅲ


def test_walking_one_river_twice_does_not_stand_in_for_another(week: Scope) -> None:
    assert parts("EN38", week) == (4 + 1, 8)


def test_the_p_value_follows_the_agreement_in_force_and_says_that_it_is_no_assessment(week: Scope) -> None:
    reading = read("EN08", week)  # the vector P04: means 1.7, 0.1, 0.026, 1.1
    assert reading.value == pytest.approx(0.7502, abs=5e-5)
    assert reading.detail == "测算值，非考核结果：出境（现行）0.750"


def test_a_round_without_all_items_gives_no_p_value(week: Scope) -> None:
    reading = read("EN08", week.period(date(2020, 1, 1), date(2020, 2, 1)))
    assert (reading.value, reading.state) == (None, "no_data")


# --- air, carbon, campaigns -------------------------------------------------------------------------------------------


def test_the_forecast_of_the_evening_before_is_the_one_that_counts(week: Scope) -> None:
    assert run("ecology/air_calendar", week)["aqi"].tolist() == [119, 43, 128]
    assert parts("EN25", week)[1] == 2
    assert read("EN25", week).numerator == 1


def test_carbon_is_net_of_the_last_whole_quarter(week: Scope) -> None:
    assert read("EN26", week).value == 3.0  # 5 + 2 − 4 万吨
    assert read("EN26", week.drill("341002")).value == 1.0


def test_a_task_is_judged_in_the_last_whole_month_once_it_has_begun(week: Scope) -> None:
    assert parts("EN33", week) == (1, 2)
    assert parts("EN34", week) == (1.5, 2)  # the one without a figure does not count as nothing done
    groups = read_groups("EN33", week, "pollution_field")
    assert [(each.key_name, each.denominator) for each in groups] == [("水", 2)]


def test_what_the_law_keeps_back_is_not_late(week: Scope) -> None:
    assert parts("EN37", week) == (1, 3)


def test_without_a_single_row_every_number_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.use(tmp_path, monkeypatch)
    nothing = Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill({}))
    readings = [read(each.id, nothing) for each in metrics("ecology")]
    assert [each.code for each in readings if each.value is not None or each.state != "no_data"] == []
    settings.cache_clear()
