"""What the numbers of 智慧文旅 say: counted by hand over a store of a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from data.settings import settings
from metrics import read, read_groups
from queries.runner import run
from queries.scope import Scope
from tests import tiny

MONDAY = date(2026, 11, 9)
HOLIDAY = [date(2026, 10, day) for day in range(1, 8)]  # 国庆 of 2026 has seven days, that of 2025 eight
Row = dict[str, Any]


def at(offset: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment `offset` days after Monday."""
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, hour, minute) + timedelta(days=offset)


def gate(spot: str, place: str, when: datetime, people: int | None, **other: Any) -> Row:
    return {"spot_id": spot, "place_code": place, "observed_at": when, "flow_source": "gate",
            "visitors_on_site": people, **other}  # fmt: skip


def survey(place: str, day: date, visits: int | None, overnight: int | None = None, **other: Any) -> Row:
    return {"place_code": place, "caliber": "survey", "day_date": day, "visitor_count": visits,
            "overnight_visitor_count": overnight, **other}  # fmt: skip


def complaint(number: int, place: str, **other: Any) -> Row:
    base = {"complaint_id": f"T{number}", "place_code": place, "channel": "app", "status": "closed",
            "handling_unit": "演示", "accepted_at": at(0, 9), "category_name": "价格"}  # fmt: skip
    return base | other


def origin(code: str, visits: int, **other: Any) -> Row:
    base = {"place_code": "3410", "object_id": "all", "origin_code": code, "origin_name": code,
            "is_yangtze_delta": code[:2] in ("31", "32", "33", "34"), "is_overseas": not code.isdigit(),
            "caliber": "phone_signalling", "day_date": MONDAY, "visitor_count": visits}  # fmt: skip
    return base | other


SPOT = {"name": "甲", "scenic_grade": "5A", "place_code": "341023", "instantaneous_capacity": 1000,
        "daily_capacity": 3000, "is_ticketed": True}  # fmt: skip
VILLAGE_DAYS = [(3, 40), (2, 60), (1, 80)]  # days before Friday, the most vehicles at eleven

TABLES: dict[str, list[Row]] = {
    "tourism.scenic_spot": [
        {"spot_id": "甲", **SPOT},
        {"spot_id": "乙", **SPOT, "name": "乙", "scenic_grade": "4A", "place_code": "341021", "daily_capacity": None,
         "instantaneous_capacity": None},
        {"spot_id": "丙", **SPOT, "name": "丙", "scenic_grade": "none", "place_code": "341021"},
        {"spot_id": "丁", **SPOT, "name": "丁", "scenic_grade": "3A", "place_code": "341023"},
    ],
    "tourism.scenic_flow": [
        gate("甲", "341023", at(0, 10), 799),
        gate("甲", "341023", at(0, 10, 5), 9999, data_flag="I"),  # a counter that jumped: not valid
        # cameras see more than the gates of the same hour, and are not asked
        {**gate("甲", "341023", at(0, 10), 950), "flow_source": "camera"},
        gate("甲", "341023", at(1, 11), 800),
        # the gates are silent for this hour: the cameras stand in
        {**gate("甲", "341023", at(1, 12), 820), "flow_source": "camera"},
        gate("甲", "341023", at(1, 12), None, data_flag="M"),
        gate("乙", "341021", at(0, 10), 50_000),  # crowded, but without an approved capacity
        gate("甲", "341023", at(7), 5000),  # the first moment after the week
    ],
    "tourism.scenic_daily": [
        {"spot_id": "甲", "place_code": "341023", "day_date": MONDAY, "visitor_count": 2700},
        {"spot_id": "甲", "place_code": "341023", "day_date": MONDAY + timedelta(7), "visitor_count": 9000},
        {"spot_id": "乙", "place_code": "341021", "day_date": MONDAY, "visitor_count": 300},
    ],
    "tourism.crowd_node": [
        {"node_id": "村", "name": "村", "kind": "village", "place_code": "341004"},
        {"node_id": "桥", "name": "桥", "kind": "scenic_inner", "place_code": "341023", "instantaneous_capacity": 100},
    ],
    "tourism.node_flow": [
        *(
            {"node_id": "村", "place_code": "341004", "observed_at": at(4 - back, hour), "flow_source": "checkpoint",
             "vehicles_on_site": most // 2 if hour == 10 else most, "vehicle_in_count": most}
            for back, most in VILLAGE_DAYS for hour in (10, 11)
        ),
        {"node_id": "村", "place_code": "341004", "observed_at": at(4, 10), "flow_source": "checkpoint",
         "vehicles_on_site": 45, "vehicle_in_count": 70},
        {"node_id": "桥", "place_code": "341023", "observed_at": at(0, 10), "flow_source": "camera",
         "visitors_on_site": 300},
    ],
    "tourism.visitor_daily": [
        # the city's survey is its own: it is not 40 000 + 80 000
        survey("3410", MONDAY, 100_000, 30_000, revenue_wan=9000.0),
        survey("3410", MONDAY + timedelta(1), 100_000, None, revenue_wan=None),
        survey("341021", MONDAY, 40_000, 10_000),
        survey("341023", MONDAY, 80_000, 40_000),
        {**survey("3410", MONDAY, 70_000), "caliber": "phone_signalling", "stay_hour_sum": 2_100_000.0},
        {**survey("3410", MONDAY, 3_000), "caliber": "ticket"},
        *(survey("3410", day, 1200, 600) for day in HOLIDAY if day.day != 5),  # the fifth never came
        *(survey("3410", date(2025, 10, day), 1000 if day < 8 else 9999, 400) for day in range(1, 9)),
    ],
    "tourism.visitor_origin_daily": [
        origin("3301", 300), origin("3302", 100), origin("31", 200), origin("3201", 150), origin("3401", 100),
        origin("36", 60), origin("44", 50), origin("KOR", 40),
        origin("3301", 9000, place_code="341023"),  # the district's own row is no part of the city's
        origin("3301", 9000, caliber="ticket"),
    ],
    "tourism.complaint": [
        complaint(1, "341021", is_valid=True, due_at=at(0, 17, 30), closed_at=at(0, 17, 30)),  # to the minute
        complaint(2, "341021", is_valid=True, due_at=at(3, 17, 30), closed_at=at(3, 17, 31)),  # a minute late
        complaint(3, "3410", is_valid=True, due_at=at(4), status="handling"),  # 市直, due and never answered
        complaint(4, "341021", is_valid=False, due_at=at(4), closed_at=at(2)),
        complaint(5, "341021", due_at=at(4), closed_at=at(2), status="withdrawn"),
        complaint(6, "341021", due_at=at(7), closed_at=at(6)),  # due on the next Monday: not this week's
        complaint(7, "341021", due_at=at(8), closed_at=at(7)),  # closed at the very end: open for the week
        complaint(8, "341021", is_valid=False, status="handling"),  # found void: nobody waits for it
        complaint(9, "341021", is_valid=True, accepted_at=at(2, 9), closed_at=at(2, 10)),  # a day without a survey
    ],
    "tourism.smart_assessment": [
        {"spot_id": "甲", "place_code": "341023", "assessed_date": date(2025, 6, 1), "is_smart": False,
         "smart_standard": "演示"},
        {"spot_id": "甲", "place_code": "341023", "assessed_date": MONDAY + timedelta(6), "is_smart": True,
         "smart_standard": "演示"},
        {"spot_id": "丁", "place_code": "341023", "assessed_date": date(2025, 6, 1), "is_smart": True,
         "smart_standard": "演示"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill(TABLES))
    settings.cache_clear()


def on(week: Scope, offset: int) -> Scope:
    return week.period(MONDAY + timedelta(offset), MONDAY + timedelta(offset + 1))


# --- crowds ---------------------------------------------------------------------------------------------------------


def test_the_fullest_spot_is_named_with_its_moment_and_level(week: Scope) -> None:
    reading = read("TO01", week)
    assert (reading.numerator, reading.denominator, reading.value) == (820, 1000, 82.0)
    assert reading.detail == "甲 11-10 12:00，预警(80%)"


def test_where_gates_count_cameras_are_not_asked_and_a_faulty_reading_is_no_crowd(week: Scope) -> None:
    assert read("TO01", on(week, 0)).value == pytest.approx(79.9)


def test_a_spot_without_an_approved_capacity_has_no_ratio_however_full(week: Scope) -> None:
    reading = read("TO01", week.drill("341021"))
    assert (reading.value, reading.state) == (None, "no_data")


def test_a_node_inside_a_spot_is_not_a_spot(week: Scope) -> None:
    assert read("TO01", on(week, 0)).denominator == 1000  # 桥 stood at three times its capacity


def test_a_crowded_day_is_one_that_reached_eighty_percent(week: Scope) -> None:
    reading = read("TO16", week)
    assert (reading.numerator, reading.denominator) == (1, 2)  # Tuesday of 甲; 乙 has no capacity


def test_the_daily_load_is_that_of_the_fullest_day_inside_the_period(week: Scope) -> None:
    reading = read("TO02", week)
    assert (reading.numerator, reading.denominator, reading.detail) == (2700, 3000, "甲 11-09，限流(90%)")


def test_the_list_of_the_week_holds_nodes_and_what_has_no_capacity_stands_last(week: Scope) -> None:
    rows = run("tourism/crowd_peak", week)
    assert rows["name"].tolist() == ["桥", "甲", "乙", "村"]
    assert rows.set_index("name").loc["村", "peak_vehicles"] == 80


def crowd_at(week: Scope, moment: datetime) -> pd.DataFrame:
    return run("tourism/crowd_now", week, at=moment).set_index("name")


def test_a_village_is_foreseen_by_the_vehicles_of_comparable_days(week: Scope) -> None:
    # Friday after ten: 45 vehicles; earlier workdays had 20, 30 and 40 at ten, 40, 60 and 80 at eleven
    village = crowd_at(week, at(4, 11)).loc["村"]
    assert not village["is_people"]
    assert (village["last_load"], village["peak_load"], village["comparable_day_count"]) == (45, 45, 3)
    assert village["entered_count"] == 70
    assert village["expected_load"] == 90  # 60 on the mean day, and today runs at 45 ÷ 30 of it
    assert village["expected_hour_at"] == at(4, 11)
    assert not village["is_past_peak"]
    assert pd.isna(village["instantaneous_capacity"])


def test_nothing_that_comes_later_is_foreseen(week: Scope) -> None:
    early = crowd_at(week, at(4, 9)).loc["村"]
    assert pd.isna(early["last_load"])
    assert early["expected_load"] == 60  # the mean of 40, 60 and 80: nothing of today is known yet


def test_a_day_that_is_over_is_past_its_peak(week: Scope) -> None:
    village = crowd_at(week, at(4)).loc["村"]  # midnight asks about Thursday
    assert (village["peak_load"], village["peak_hour_at"]) == (80, at(3, 11))
    assert village["is_past_peak"]


def test_the_curve_of_a_day_follows_the_chosen_counters(week: Scope) -> None:
    rows = run("tourism/crowd_curve", week, day=MONDAY + timedelta(1), object_id="甲")
    assert rows["load"].tolist() == [800, 820]


# --- visitors -------------------------------------------------------------------------------------------------------


def test_the_citys_survey_is_its_own_and_calibers_are_never_added(week: Scope) -> None:
    assert read("TO03", on(week, 0)).value == pytest.approx(10.0)
    groups = read_groups("TO03", on(week, 0), "district_code")
    assert [(each.key, each.value) for each in groups] == [("341021", 4.0), ("341023", 8.0)]


def test_a_day_that_knows_only_one_side_leaves_both(week: Scope) -> None:
    overnight = read("TO04", week)
    assert (overnight.numerator, overnight.denominator, overnight.value) == (30_000, 100_000, 30.0)
    assert read("TO06", week).value == pytest.approx(900.0)  # 9 000 万元 over the one day's 100 000


def test_the_stay_is_the_phones(week: Scope) -> None:
    assert read("TO07", week).value == pytest.approx(30.0)


def test_the_five_provinces_are_summed_over_their_cities_and_abroad_is_in_the_whole(week: Scope) -> None:
    reading = read("TO09", on(week, 0).period(MONDAY, MONDAY + timedelta(1)))
    assert (reading.numerator, reading.denominator) == (910, 1000)  # 400 + 200 + 150 + 100 + 60
    assert reading.detail == "浙江、上海、江苏、安徽、江西"


def test_a_holiday_is_held_against_the_same_days_of_last_years(week: Scope) -> None:
    reading = read("TO13", week)
    assert (reading.n, reading.numerator, reading.denominator) == (6, 1200, 1000)  # no eighth day, no fifth
    assert reading.value == pytest.approx(20.0)
    assert read("TO14", week).value == pytest.approx(50.0)


def test_a_holiday_that_is_not_over_is_not_yet_compared(week: Scope) -> None:
    during = week.period(date(2026, 10, 1), date(2026, 10, 7))
    assert read("TO13", during).state == "no_data"  # 中秋 of 2026 has no counts


# --- complaints -----------------------------------------------------------------------------------------------------


def test_complaints_are_held_against_the_citys_own_visits_on_the_days_that_have_them(week: Scope) -> None:
    reading = read("TO10", week)
    assert (reading.numerator, reading.denominator) == (3, 200_000)  # 市直 counts; Wednesday has no survey
    assert reading.value == pytest.approx(0.15)
    assert read("TO10", week.drill("341021")).numerator == 2


def test_on_time_is_counted_over_what_fell_due_in_the_period(week: Scope) -> None:
    groups = {each.key_name: each for each in read_groups("TO11", week, "channel")}
    (reading,) = groups.values()
    assert (reading.numerator, reading.denominator) == (2, 4)  # 1 and 4 in time, 2 late, 3 unanswered


def test_open_is_what_was_not_closed_at_the_end_of_the_period(week: Scope) -> None:
    assert read("TO15", week).value == 2  # 3 and 7; 8 is void
    assert read("TO15", week.drill("341021")).value == 1


def test_the_lists_of_complaints_say_what_is_open_and_overdue(week: Scope) -> None:
    (category,) = run("tourism/complaint_category", week).to_dict("records")
    assert (category["accepted_count"], category["valid_count"]) == (7, 4)
    assert (category["open_count"], category["overdue_count"]) == (2, 1)
    assert run("tourism/complaint_open", week)["complaint_id"].tolist() == ["T3", "T7"]


# --- assessments ----------------------------------------------------------------------------------------------------


def test_a_spot_is_smart_by_its_newest_assessment_before_the_end_of_the_period(week: Scope) -> None:
    reading = read("TO12", week)
    assert (reading.numerator, reading.denominator) == (2, 3)  # 甲 and 丁; 乙 never assessed; 丙 is not graded
    before = read("TO12", on(week, 0))
    assert (before.numerator, before.denominator) == (1, 3)


# --- an empty store -------------------------------------------------------------------------------------------------


def test_without_rows_every_question_is_answered_with_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tiny.use(tmp_path_factory.mktemp("empty"), monkeypatch)
    empty = Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill({"tourism.scenic_spot": []}))
    assert read("TO01", empty).state == "no_data"
    assert read("TO10", empty).state == "no_data"
    assert len(run("tourism/crowd_now", empty, at=at(3, 11))) == 0
    settings.cache_clear()
