"""What the numbers of 社区 say where it is easy to be wrong: counted by hand over a store of a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.settings import settings
from metrics import metric, read, read_groups
from queries.runner import run
from queries.scope import Scope, ScopeError
from tests import tiny

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 10, 12)
SUNDAY_NIGHT = datetime(2026, 11, 15, 23, 50)
PLACE, OTHER = "341002100201", "341021100201"
CIRCLE = ("service_center", "elder_station", "canteen", "clinic", "childcare", "sport", "market")


def alert(number: int, raised: datetime, answer: float | None, arrival: float | None, **values: Any) -> dict[str, Any]:
    """An alert acknowledged and reached after so many seconds and minutes."""
    return {
        "care_alert_id": f"A{number}", "place_code": PLACE, "kind": "sos", "raised_at": raised,
        "acknowledged_at": None if answer is None else raised + timedelta(seconds=answer),
        "arrived_at": None if arrival is None else raised + timedelta(minutes=arrival), **values,
    }  # fmt: skip


def service(number: int, ordered: datetime, hours: float | None, **values: Any) -> dict[str, Any]:
    return {
        "care_order_id": f"O{number}", "place_code": PLACE, "service_kind": "day_care", "charge_kind": "free",
        "ordered_at": ordered, "closed_at": None if hours is None else ordered + timedelta(hours=hours), **values,
    }  # fmt: skip


FAR = "341024001001"  # a place where enough elders live alone to be told


def elder(number: int, device: bool | None, contract: bool | None, alone: bool = True) -> dict[str, Any]:
    return {"elder_id": f"E{number}", "place_code": PLACE, "is_living_alone": alone, "has_care_device": device,
            "has_service_contract": contract}  # fmt: skip


def subsidy(month: int, payable: int, paid: int, paid_on: date | None) -> dict[str, Any]:
    return {"place_code": "341002100", "month_date": date(2026, month, 1), "kind": "service", "payable_count": payable,
            "paid_count": paid, "due_date": date(2026, month, 10), "paid_date": paid_on}  # fmt: skip


def field(form: str, name: str, unit: str, place: str = "3410", **values: Any) -> dict[str, Any]:
    return {
        "form_id": form, "form_name": form, "field_name": f"{name}{form}", "standard_field": name,
        "requesting_unit": unit, "place_code": place, "is_available": True, "is_on_demand": False, **values,
    }  # fmt: skip


def inspection(number: int, home: str, on: date, result: str, done: date | None) -> dict[str, Any]:
    return {"inspection_id": f"J{number}", "institution_id": home, "place_code": PLACE, "kind": "fire",
            "inspected_date": on, "inspection_result": result, "rectified_date": done,
            "due_date": on + timedelta(days=30)}  # fmt: skip


TABLES: dict[str, list[dict[str, Any]]] = {
    "community.community": [
        {"place_code": PLACE, "name": "甲", "population": 1000, "elder_60_count": 200, "household_count": 400,
         "grid_officer_count": 2},
        {"place_code": OTHER, "name": "乙", "population": 500, "elder_60_count": 50, "household_count": 300},
    ],
    "community.care_institution": [
        {"institution_id": "一", "name": "一院", "place_code": PLACE, "kind": "nursing_home", "bed_count": 10,
         "nursing_bed_count": 4},
        {"institution_id": "二", "name": "二院", "place_code": PLACE, "kind": "nursing_home", "bed_count": 99,
         "is_open": False},
        {"institution_id": "三", "name": "三院", "place_code": PLACE, "kind": "medical_care", "bed_count": 50,
         "nursing_bed_count": 50},
    ],
    "community.facility": [
        {"community_facility_id": f"F-{kind}", "kind": "other", "place_code": PLACE, "is_open": None} for kind in CIRCLE
    ] + [{"community_facility_id": "F-shut", "kind": "market", "place_code": OTHER, "is_open": False}],
    "livelihood.travel_time": [
        {"origin_place_code": place, "access_service": kind, "facility_id": f"F-{kind}", "travel_mode": "walk",
         "place_code": place, "duration_min": 15.0, "method_version": "m", "data_date": date(2026, 6, 30)}
        for place in (PLACE, OTHER) for kind in CIRCLE if (place, kind) != (OTHER, "market")
    ] + [{"origin_place_code": OTHER, "access_service": "market", "facility_id": "F-shut", "travel_mode": "walk",
          "place_code": OTHER, "duration_min": 1.0, "method_version": "m", "data_date": date(2026, 6, 30)}],
    "community.elder": [
        elder(1, True, False), elder(2, False, False), elder(3, None, True), elder(4, None, None),
        elder(5, None, False), elder(6, False, False, alone=False),
        *(
            elder(ten + number, device, contract) | {"place_code": FAR}
            for ten in (10, 20)
            for number, device, contract in (
                (1, True, False), (2, False, False), (3, None, True), (4, None, None), (5, None, False),
            )
        ),
    ],
    "community.care_alert": [
        alert(1, NOON, 300, 20, due_at=NOON + timedelta(minutes=20)),  # answered and reached to the second
        alert(2, NOON, 301, 21, due_at=NOON + timedelta(minutes=20), is_false_alarm=False),
        alert(3, NOON, None, None, due_at=NOON + timedelta(minutes=20)),  # nobody has judged it: it counts as true
        alert(4, NOON, 10, None, due_at=NOON + timedelta(minutes=20), is_false_alarm=True),
        alert(5, NOON, 10, None),  # settled by telephone
        alert(6, SUNDAY_NIGHT, 10, None, due_at=datetime(2026, 11, 16, 0, 10)),  # due in the next week
        alert(7, datetime(2026, 11, 16, 8), 10, 5, due_at=datetime(2026, 11, 16, 8, 20), is_false_alarm=False),
    ] + [alert(10 + minute, datetime(2026, 11, 1, 8), 5, minute) for minute in range(1, 21)],
    "community.care_order": [
        service(1, datetime(2026, 11, 8, 12), 24, satisfaction_score=4),  # to the minute
        service(2, datetime(2026, 11, 8, 12), 24.5, satisfaction_score=None),
        service(3, datetime(2026, 11, 8, 12), None, is_cancelled=True),
        service(4, datetime(2026, 11, 15, 12), None),  # has time until Monday
        service(5, datetime(2026, 11, 16, 9), 1),
    ],
    "community.care_inspection": [
        inspection(1, "一", date(2026, 10, 1), "fail", None), inspection(2, "一", date(2026, 11, 2), "fail", None),
        inspection(3, "二", date(2026, 10, 1), "fail", date(2026, 11, 12)),
        inspection(4, "三", date(2026, 10, 1), "rectify", None),
    ],
    "community.elder_subsidy": [
        subsidy(9, 100, 100, date(2026, 9, 9)), subsidy(10, 100, 98, date(2026, 10, 15)), subsidy(11, 200, 0, None),
    ],
    "community.report_field": [
        field("表1", "户数", "甲局"), field("表2", "户数", "乙局"), field("表3", "户数", "甲局", is_available=None),
        field("表4", "人口", "甲局"), field("表5", "人口", "甲局"),  # twice, but by one unit
        field("表6", "党员", "甲局"), field("表7", "党员", "乙局", is_on_demand=True),
        field("表8", "耕地", "甲局"), field("表9", "耕地", "乙局", valid_to=date(2026, 11, 15)),
        field("表10", "危房", "甲局"), field("表11", "危房", "乙局", "341002"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, date(2026, 11, 16), tiny.fill(TABLES))
    settings.cache_clear()


# --- registers --------------------------------------------------------------------------------------------------------


def test_beds_are_those_of_open_homes_for_elders(week: Scope) -> None:
    assert read("CO02", week).value == 1000 * 10 / 250
    nursing = read("CO23", week)
    assert (nursing.numerator, nursing.denominator) == (4, 10)


def test_a_community_without_officers_on_record_is_in_neither_half(week: Scope) -> None:
    assert read("CO10", week).value == 400 / 2


def test_an_elder_alone_of_whom_nothing_is_known_is_in_neither_half(week: Scope) -> None:
    assert tiny.counted("CO09", week.drill(FAR[:6])) == (4, 8)  # 11, 13, 21, 23 of all but 14, 24


def test_where_one_place_alone_is_withheld_its_neighbour_is_too_and_the_city_is_told(week: Scope) -> None:
    """The city's number less the neighbour's would be that of the few, whether asked in a row or one by one."""
    assert read("CO09", week).is_known
    assert [each.state for each in read_groups("CO09", week, "district_code")] == ["too_few", "too_few"]
    assert [read("CO09", week.drill(area)).state for area in (PLACE[:6], FAR[:6])] == ["too_few", "too_few"]


def test_of_fewer_than_five_elders_neither_value_nor_parts_are_told(week: Scope) -> None:
    reading = read("CO09", week.drill(PLACE))
    assert (reading.value, reading.numerator, reading.denominator, reading.n) == (None, None, None, 0)


def test_the_circle_needs_all_seven_and_open_ones(week: Scope) -> None:
    reading = read("CO03", week)
    assert (reading.numerator, reading.denominator) == (1000, 1500)


# --- alerts -----------------------------------------------------------------------------------------------------------


def test_an_answer_at_five_minutes_sharp_is_in_time(week: Scope) -> None:
    assert tiny.counted("CO04", week) == (3, 5)  # 1, 5, 6 of 1, 2, 3, 5, 6


def test_a_false_alarm_is_one_that_was_found_to_be(week: Scope) -> None:
    assert tiny.counted("CO05", week) == (1, 6)


def test_the_unreached_count_on_the_day_somebody_had_to_be_there(week: Scope) -> None:
    assert read("CO11", week).value == 2  # 2 a minute late, 3 never; 6 is due on Monday
    assert read("CO11", week.period(date(2026, 11, 16), date(2026, 11, 23))).value == 1


def test_a_week_without_a_late_arrival_is_a_measured_nought(week: Scope) -> None:
    reading = read("CO11", week.period(date(2026, 11, 2), date(2026, 11, 9)))
    assert (reading.value, reading.state, reading.standing) == (0.0, "ok", "met")


def test_the_unreached_are_listed_by_place_and_unit_and_never_by_person(week: Scope) -> None:
    (row,) = run("community/unreached_alert", week).to_dict("records")
    assert (row["place_code"], row["unreached_count"], row["never_count"], row["longest_late_min"]) == (
        "341002100",
        2,
        1,
        1,
    )
    assert "elder_id" not in row and "kind" not in row
    assert (row["last_raised_date"].hour, row["last_raised_date"].minute) == (0, 0)


def test_neither_the_count_nor_the_list_of_the_unreached_is_cut_by_what_happened_to_one_elder(week: Scope) -> None:
    assert "kind" not in metric("CO11").by
    with pytest.raises(ScopeError):
        run("community/unreached_alert", replace(week, filters=(("kind", "fall"),)))


def test_the_eighteenth_of_twenty_arrivals_is_the_p90(week: Scope) -> None:
    reading = read("CO06", week.period(date(2026, 10, 26), date(2026, 11, 2)))
    assert (reading.value, reading.n) == (18.5, 20)  # the middle of minute eighteen


# --- services ---------------------------------------------------------------------------------------------------------


def test_an_order_is_judged_when_its_day_is_over(week: Scope) -> None:
    reading = read("CO07", week)  # 1 of 1, 2; 3 was cancelled, 4 has time until Monday
    assert (reading.numerator, reading.denominator) == (1, 2)
    assert (
        read("CO07", week.period(date(2026, 11, 16), date(2026, 11, 17))).denominator is None
    )  # the clock stands at ten


def test_no_rating_is_no_bad_rating(week: Scope) -> None:
    reading = read("CO08", week)
    assert (reading.numerator, reading.denominator) == (1, 1)


def test_a_subsidy_is_held_against_the_newest_month_due(week: Scope) -> None:
    assert (read("CO12", week).numerator, read("CO12", week).denominator) == (0, 200)
    october = week.period(date(2026, 10, 5), date(2026, 10, 12))
    assert (read("CO12", october).numerator, read("CO12", october).denominator) == (0, 100)  # paid on the 15th
    later = week.period(date(2026, 10, 12), date(2026, 10, 19))
    assert tiny.counted("CO12", later) == (98, 100)
    assert read("CO12", later).value is None  # it would tell of two people
    assert len(run("community/unpaid_subsidy", week)) == 1


def test_a_failed_home_counts_once_until_it_is_put_right(week: Scope) -> None:
    assert read("CO13", week).value == 1
    assert read("CO13", week.period(date(2026, 11, 5), date(2026, 11, 12))).value == 2  # 二 was put right on the 12th
    rows = run("community/failed_institution", week).to_dict("records")
    assert [(row["name"], row["inspected_date"].date(), row["is_overdue"]) for row in rows] == [
        ("一院", date(2026, 10, 1), True),
        ("一院", date(2026, 11, 2), False),
    ]


# --- forms ------------------------------------------------------------------------------------------------------------


def test_a_field_is_repeated_when_two_units_ask_and_people_still_fill_it_in(week: Scope) -> None:
    reading = read("CO14", week)  # 户数, 危房; 人口 by one unit, 党员 on demand, 耕地 until Sunday
    assert (reading.value, reading.n, reading.detail) == (2, 5, "最多：危房（2 家）、户数（2 家）")


def test_a_form_of_the_city_is_filled_in_in_every_district(week: Scope) -> None:
    assert read("CO14", week.drill("341002")).value == 2
    assert read("CO14", week.drill("341021")).value == 1  # 危房 is asked twice only in 341002


def test_the_units_that_ask_are_listed_with_what_the_platform_has(week: Scope) -> None:
    rows = run("community/repeated_field", week).to_dict("records")
    assert [(row["requesting_unit"], row["repeated_field_count"], row["form_count"]) for row in rows] == [
        ("乙局", 2, 2),
        ("甲局", 2, 3),
    ]
