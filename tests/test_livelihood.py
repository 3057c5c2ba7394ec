"""What the numbers of 民生 say where it is easy to be wrong: counted by hand over a store of a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from data.settings import settings
from metrics import read, read_groups
from queries.runner import run
from queries.scope import Scope
from tests import tiny

MONDAY = date(2026, 11, 9)
TOWN, VILLAGE, FAR = "341002100201", "341021100201", "341021100202"


def seats(
    district: str, place: str, year: int, issued: datetime, seat_count: int, *children: int
) -> list[dict[str, Any]]:
    """The three scenarios of one 学区 for 小学 in one autumn."""
    return [
        {
            "school_district_id": district, "place_code": place, "school_stage": "primary", "school_year": year,
            "scenario": scenario, "eligible_count": count, "seat_planned_count": seat_count, "model_id": "m",
            "model_version": str(issued.year), "issued_at": issued,
        }
        for scenario, count in zip(("low", "mid", "high"), children, strict=True)
    ]  # fmt: skip


def year_of(school: str, stage: str, year: int, **values: Any) -> dict[str, Any]:
    return {
        "school_id": school, "school_stage": stage, "school_year": year, "place_code": TOWN,
        "data_date": date(year, 10, 1), **values,
    }  # fmt: skip


def people(place: str, month: int, *ages: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {"place_code": place, "age": age, "sex": "1", "month_date": date(2026, month, 1), "resident_count": count}
        for age, count in ages
    ]


def order(number: int, accepted: datetime, **values: Any) -> dict[str, Any]:
    return {
        "order_id": f"G{number}", "place_code": TOWN, "topic_code": "0601", "reported_at": accepted,
        "accepted_at": accepted, "is_valid": True, "status": "handling", **values,
    }  # fmt: skip


TABLES: dict[str, list[dict[str, Any]]] = {
    "livelihood.seat_projection": [
        *seats("甲", "341002", 2027, datetime(2025, 10, 20), 100, 90, 95, 99),  # superseded
        *seats("甲", "341002", 2027, datetime(2026, 10, 20), 100, 110, 120, 130),
        *seats("甲", "341002", 2026, datetime(2025, 10, 20), 100, 100, 105, 110),
        *seats("乙", "341021", 2027, datetime(2026, 10, 20), 100, 60, 70, 80),
        *seats("丙", "341021", 2027, datetime(2026, 12, 1), 100, 900, 900, 900),  # not known yet in November
    ],
    "livelihood.school_district": [
        {"school_district_id": "甲", "school_stage": "primary", "school_year": 2026, "school_district_name": "甲学区",
         "place_code": "341002"},
    ],
    "livelihood.school_yearly": [
        year_of("一", "primary", 2025, seat_count=100, student_count=120, class_count=2, is_smart=False),
        year_of("一", "primary", 2026, seat_count=100, student_count=90, class_count=2, is_smart=False),
        year_of("一", "junior", 2026, seat_count=100, student_count=60, class_count=2, is_smart=True),
        year_of("二", "primary", 2026, seat_count=None, student_count=500, class_count=10, is_smart=None),
        year_of("三", "kindergarten", 2026, seat_count=10, student_count=999, class_count=1, is_smart=True),
        year_of("四", "senior", 2024, seat_count=10, student_count=10, class_count=1, is_smart=True),  # reports no more
    ],
    "livelihood.population_monthly": [
        *people(TOWN, 9, (30, 900)), *people(TOWN, 10, (5, 400), (70, 600)),
        *people(VILLAGE, 9, (70, 500)),  # October is late
        *people(FAR, 6, (70, 7)),  # June is too old for November
    ],
    "livelihood.health_facility": [
        {"facility_id": "市院", "name": "市院", "kind": "hospital", "place_code": TOWN, "bed_count": 12,
         "is_open": True, "updated_date": date(2026, 11, 1)},
        {"facility_id": "关", "name": "关", "kind": "hospital", "place_code": VILLAGE, "bed_count": 99,
         "is_open": False, "updated_date": date(2026, 11, 1)},
        {"facility_id": "市直", "name": "市直", "kind": "hospital", "place_code": "3410", "bed_count": 3,
         "updated_date": date(2026, 11, 1)},
    ],
    "livelihood.health_daily": [
        {"facility_id": "市院", "place_code": TOWN, "day_date": MONDAY, "inpatient_count": 30, "open_bed_count": 40,
         "outpatient_count": 200, "fever_count": 4},
        {"facility_id": "关", "place_code": VILLAGE, "day_date": MONDAY, "inpatient_count": 9, "outpatient_count": 100},
    ],
    "livelihood.travel_time": [
        {"origin_place_code": origin, "access_service": "health", "facility_id": site, "travel_mode": "drive",
         "place_code": TOWN, "duration_min": minutes, "method_version": "m", "data_date": date(2026, 6, 30)}
        for origin, site, minutes in (
            (TOWN, "市院", 5.0), (VILLAGE, "市院", 30.0), (VILLAGE, "关", 2.0), (FAR, "市院", 31.0), (FAR, "关", 1.0),
        )
    ],
    "livelihood.card_monthly": [
        {"place_code": place, "citizen_card_kind": "social_security", "month_date": date(2026, 10, 1),
         "owner_unit": "待确认", "status": "running", "holder_count": held, "base_count": base}
        for place, held, base in (("341002", 9000, 10_000), ("341021", 4500, 5000), ("3410", 750, None))
    ],
    "livelihood.appeal_topic": [
        {"topic_code": "0601", "name": "物业服务", "topic_group": "物业", "valid_from": date(2024, 1, 1)},
    ],
    "urban.hotline_order": [
        order(1, datetime(2026, 11, 6, 9), due_at=datetime(2026, 11, 9, 12)),  # taken last week, due now, still open
        order(2, datetime(2026, 11, 9, 9), due_at=datetime(2026, 11, 10, 9), closed_at=datetime(2026, 11, 10, 9),
              callback_at=datetime(2026, 11, 11, 9), is_solved=True, satisfaction_score=4, is_repeat=True),
        order(3, datetime(2026, 11, 9, 9), due_at=datetime(2026, 11, 10, 9), closed_at=datetime(2026, 11, 10, 9, 1),
              callback_at=datetime(2026, 11, 11, 9), is_solved=None, satisfaction_score=None),
        order(4, datetime(2026, 11, 9, 9), due_at=datetime(2026, 11, 10, 9), is_valid=False),
        order(5, datetime(2026, 11, 9, 9), due_at=datetime(2026, 11, 10, 9), status="cancelled"),
        order(6, datetime(2026, 11, 15, 20), due_at=datetime(2026, 11, 15, 23)),  # due after the newest row
        order(7, datetime(2026, 11, 9, 9), due_at=datetime(2026, 11, 20, 9), topic_code="9999", topic_name="新分类"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, date(2026, 11, 16), tiny.fill(TABLES))
    settings.cache_clear()


# --- seats ------------------------------------------------------------------------------------------------------------


def test_spare_seats_elsewhere_lower_the_rate_but_not_the_shortage(week: Scope) -> None:
    rate = read("LI01", week)
    assert (rate.numerator, rate.denominator, rate.value) == (20 - 30, 200, -5.0)
    assert read("LI18", week).value == 20


def test_the_largest_gap_names_the_school_district_and_its_band(week: Scope) -> None:
    reading = read("LI19", week)
    assert (reading.value, reading.detail) == (20, "甲学区小学，2027 年秋季，低—高情景 10—30 个")
    assert read("LI19", week.drill("341021")).value == -30  # seats to spare


def test_a_forecast_that_was_not_out_yet_or_is_superseded_is_not_read(week: Scope) -> None:
    september = week.period(date(2026, 9, 2), date(2026, 9, 9))
    assert (read("LI01", september).numerator, read("LI01", september).denominator) == (-5, 100)  # of October 2025


def test_the_next_autumn_is_the_one_that_has_not_begun(week: Scope) -> None:
    assert read("LI01", week.period(date(2026, 8, 1), date(2026, 9, 1))).numerator == 5  # autumn 2026
    assert read("LI01", week.period(date(2026, 8, 2), date(2026, 9, 2))).numerator == -5  # autumn 2027


def test_the_list_of_gaps_gives_three_scenarios_of_each_school_district(week: Scope) -> None:
    rows = run("livelihood/seat_gap", week).to_dict("records")
    assert [(row["school_district_name"], row["low_gap"], row["mid_gap"], row["high_gap"]) for row in rows] == [
        ("甲学区", 10, 20, 30),
        ("乙", -40, -30, -20),
    ]


# --- schools ----------------------------------------------------------------------------------------------------------


def test_a_school_year_holds_from_its_data_date_to_the_next(week: Scope) -> None:
    assert read("LI02", week.period(date(2026, 9, 24), date(2026, 10, 1))).value == 120.0
    reading = read("LI02", week)  # of 一 alone: 二 has no seats on record, 三 is a kindergarten
    assert (reading.numerator, reading.denominator) == (150, 200)


def test_a_school_that_stopped_reporting_drops_out_after_eighteen_months(week: Scope) -> None:
    assert read("LI03", week.period(date(2026, 3, 25), date(2026, 4, 1))).numerator == 120 + 10  # 四 of October 2024
    assert read("LI03", week.period(date(2026, 3, 26), date(2026, 4, 2))).numerator == 120


def test_a_school_of_two_stages_is_one_school(week: Scope) -> None:
    reading = read("LI10", week)
    assert (reading.numerator, reading.denominator, reading.state) == (1, 1, "too_few")


def test_groups_bear_the_names_of_the_stages(week: Scope) -> None:
    groups = read_groups("LI03", week, "school_stage")
    assert [(each.key_name, each.value) for each in groups] == [("初中", 30.0), ("小学", (90 + 500) / 12)]


# --- people and health ------------------------------------------------------------------------------------------------


def test_residents_are_those_of_the_newest_month_that_is_over_at_each_place(week: Scope) -> None:
    assert read("LI35", week).value == 1000 + 500  # the late village keeps September, June is too old
    assert read("LI35", week.period(date(2026, 10, 20), date(2026, 10, 31))).value == 900 + 500  # October runs


def test_a_closed_hospital_has_no_beds_and_one_of_the_city_is_in_no_district(week: Scope) -> None:
    assert read("LI05", week).value == 1000 * 15 / 1500
    assert read("LI05", week.drill("341002")).value == 1000 * 12 / 1000


def test_a_ward_that_reports_only_half_of_a_pair_is_in_neither_half(week: Scope) -> None:
    beds = read("LI07", week)
    assert (beds.numerator, beds.denominator) == (30, 40)
    assert tiny.counted("LI09", week) == (4, 200)


def test_holders_whom_no_district_has_count_for_the_city(week: Scope) -> None:
    reading = read("LI11", week)
    assert (reading.numerator, reading.denominator, reading.value) == (14_250, 15_000, 95.0)
    assert read("LI11", week.drill("341021")).value == 90.0


# --- reach ------------------------------------------------------------------------------------------------------------


def test_a_closed_site_is_not_near_and_thirty_minutes_are_reached(week: Scope) -> None:
    assert read("LI25", week).value == 7  # the far village, by its newest month; the village reaches in 30 sharp
    assert [row["health_unreached_count"] for row in run("livelihood/unreached_township", week).to_dict("records")] == [
        7
    ]


def test_low_access_is_held_against_the_mean_of_people(week: Scope) -> None:
    # R = 12 beds / (1000 × 1 + 500 × 0.22) = 0.01081; scores 0.01081, 0.00238, 0; mean over 1507 people 0.00796
    reading = read("LI08", week)
    assert (reading.numerator, reading.denominator) == (500 + 7, 1507)


# --- appeals ----------------------------------------------------------------------------------------------------------


def test_appeals_count_on_the_day_they_were_taken_and_invalid_ones_never(week: Scope) -> None:
    assert read("LI20", week).value == 4  # 2, 3, 6, 7
    assert read("LI20", week.previous()).value == 1


def test_what_falls_due_counts_whether_closed_or_not_and_only_once_it_is_due(week: Scope) -> None:
    reading = read("LI23", week)  # 1 open, 2 on the minute, 3 a minute late; 6 and 7 are due after the newest row
    assert (reading.numerator, reading.denominator) == (1, 3)


def test_a_call_back_without_an_answer_is_no_dissatisfaction(week: Scope) -> None:
    solved, satisfied = read("LI21", week), read("LI24", week)
    assert (solved.numerator, solved.denominator) == (1, 1)
    assert (satisfied.numerator, satisfied.denominator) == (1, 1)


def test_the_five_topics_say_how_many_and_how_they_changed(week: Scope) -> None:
    rows = run("livelihood/appeal_top", week, before=date(2026, 11, 2)).fillna(0).to_dict("records")
    assert [
        (row["topic_group"], row["order_count"], row["before_count"], row["repeat_order_count"]) for row in rows
    ] == [
        ("物业", 3, 1, 1),
        ("新分类", 1, 0, 0),  # a code that the table of topics does not know keeps the hotline's own word
    ]
