"""What the numbers of 城管 say, counted by hand over a store of a few rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.settings import settings
from metrics import read
from metrics.computed.urban import SCORES, points, score
from queries.runner import run
from queries.scope import Scope
from tests import tiny

MONDAY, NEXT = date(2026, 11, 9), date(2026, 11, 16)
GRID = "341002001001001"
LITTER = {"standard_ref": "GB/T 47678.5-2026", "matter_kind": "event", "type_code": "06010"}


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second)


def case(case_id: str, *, filed: datetime | None, due: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A case of one grid, reported an hour before it was filed, still in work unless told otherwise."""
    reported = (filed or at(10, 9)) - timedelta(hours=1)
    return {
        "case_id": case_id, "place_code": GRID, "unit_grid_code": GRID, "channel": "collector", "status": "handling",
        "handling_unit": "甲", "rework_count": 0, "reported_at": reported, "filed_at": filed, "due_at": due, **LITTER,
    } | ({"status": "closed", "handled_at": more["closed_at"]} if more.get("closed_at") else {}) | more  # fmt: skip


CASES = [
    # filed on the first second of the week, reported the evening before
    case("first", filed=at(9), due=at(10, 9), closed_at=at(10, 9)),  # closed on the stroke of its limit: in time
    case("late", filed=at(9, 10), due=at(10, 12), closed_at=at(10, 12, 0, 1), rework_count=2),  # a second too late
    case("extended", filed=at(9, 10), due=at(11, 10), extended_due_at=at(13, 10), closed_at=at(12, 10)),
    case("suspended", filed=at(9, 11), due=at(11, 11), status="suspended", suspended_at=at(10)),
    case("cancelled", filed=at(9, 11), due=at(11, 11), status="cancelled"),
    case("refused", filed=None, status="not_filed"),
    case("waiting", filed=None, status="to_file"),
    case("overdue", filed=at(9, 12), due=at(13, 18), channel="video_ai"),  # nobody has closed it yet
    case("slow", filed=at(9, 13), due=at(14, 12), closed_at=at(17, 9)),  # closed after the week
    case("due monday", filed=at(15, 12), due=at(16, 10)),
    case("due on the stroke", filed=at(15, 12), due=at(16)),  # midnight belongs to the next week
    case("from monday", filed=at(16), due=at(16, 20)),  # filed after the clock
    case("before", filed=at(2, 9), due=at(6, 9), closed_at=at(6, 8), place_code="341021", unit_grid_code=None),
    case("wrong clock", filed=at(12, 9), due=at(13, 9), closed_at=at(12, 8)),  # closed before it was filed
]
ORDERS = [
    # answered at once: no dispatch, no limit, no call back
    {"order_id": "a", "reported_at": at(9, 9), "closed_at": at(9, 9, 5), "status": "closed"},
    {"order_id": "b", "reported_at": at(9, 9), "dispatched_at": at(9, 10), "contacted_at": at(10, 10),
     "due_at": at(13, 10), "closed_at": at(13, 10), "status": "closed", "satisfaction_score": 5, "is_solved": True},
    {"order_id": "c", "reported_at": at(9, 9), "dispatched_at": at(9, 10), "contacted_at": at(10, 10, 0, 1),
     "due_at": at(13, 10), "closed_at": at(14, 10), "status": "closed", "satisfaction_score": 2, "is_solved": False},
    {"order_id": "d", "reported_at": at(9, 9), "dispatched_at": at(9, 10), "due_at": at(13, 10), "status": "handling"},
    # called back, and only one of the two questions was answered
    {"order_id": "e", "reported_at": at(9, 9), "dispatched_at": at(9, 10), "contacted_at": at(9, 11),
     "due_at": at(13, 10), "closed_at": at(12, 10), "status": "closed", "is_solved": True, "is_repeat": True},
    {"order_id": "f", "reported_at": at(9, 9), "dispatched_at": at(9, 10), "due_at": at(13, 10), "status": "cancelled"},
]  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        snapshot = tiny.fill(
            {
                "urban.case": CASES,
                "urban.hotline_order": [{"place_code": "341002", "topic_name": "市容环境"} | row for row in ORDERS],
                "urban.matter_type": [LITTER | {"major_name": "市容环境", "minor_name": "暴露垃圾"}],
            }
        )
        yield Scope("341000", MONDAY, NEXT, snapshot)
    settings.cache_clear()


def parts(name: str, scope: Scope) -> tuple[float | None, float | None]:
    reading = read(name, scope)
    return reading.numerator, reading.denominator


def test_a_week_begins_with_its_first_second_and_ends_before_the_next_monday(week: Scope) -> None:
    assert (
        read("filed_case_count", week).value == 10
    )  # not "from monday", not "before", not the two that were not filed
    assert read("filed_case_count", week.previous()).value == 1


def test_filed_cases_are_held_against_reported_ones(week: Scope) -> None:
    assert parts("filing_rate", week) == (10, 12)  # "first" was reported on Sunday, "from monday" on Sunday evening


def test_what_is_due_counts_and_not_what_was_opened(week: Scope) -> None:
    # first late extended overdue slow wrong-clock; suspended and cancelled leave both sides
    assert parts("closure_rate", week) == (5, 6)
    assert parts("on_time_closure_rate", week) == (3, 6)  # first, extended, wrong clock
    assert parts("handling_rate", week) == (5, 6)


def test_a_rate_over_fewer_than_thirty_cases_is_withheld(week: Scope) -> None:
    reading = read("on_time_closure_rate", week)
    assert (reading.value, reading.state) == (None, "too_few")


def test_a_case_reworked_twice_is_one_case(week: Scope) -> None:
    assert parts("rework_rate", week) == (1, 4)  # handled within the week: first, late, extended, wrong clock
    assert read("reworked_case_count", week).value == 1


def test_the_backlog_is_what_was_open_at_the_last_midnight(week: Scope) -> None:
    # overdue, slow (closed on the 17th), due monday, due on the stroke
    assert read("open_case_count", week).value == 4
    assert read("overdue_case_count", week).value == 2  # overdue and slow
    assert read("near_limit_case_count", week).value == 2  # due monday, and the one due at midnight itself


def test_the_backlog_of_another_midnight_is_another_one(week: Scope) -> None:
    tuesday = week.period(MONDAY, date(2026, 11, 10))
    # first, late, extended, overdue, slow: filed on Monday and not yet closed
    assert read("open_case_count", tuesday).value == 5
    assert read("overdue_case_count", tuesday).value == 0
    assert read("near_limit_case_count", tuesday).value == 2  # first and late, due that Tuesday


def test_nothing_open_is_a_known_zero(week: Scope) -> None:
    assert read("open_case_count", week.drill("341021")).value == 0


def test_what_the_machine_found_is_a_share_of_what_was_filed(week: Scope) -> None:
    assert parts("smart_discovery_rate", week) == (1, 10)


def test_a_median_leaves_out_what_was_closed_before_it_was_filed(week: Scope) -> None:
    assert read("closure_hour_median", week).n == 3  # first, late, extended


def test_a_grid_is_the_lowest_place_that_cases_know(week: Scope) -> None:
    assert read("filed_case_count", week.drill(GRID)).value == 10
    assert read("hotline_on_time_rate", week.drill(GRID)).state == "not_below"


def test_an_order_that_was_answered_at_once_has_no_limit_and_no_contact_to_miss(week: Scope) -> None:
    assert parts("hotline_on_time_rate", week) == (2, 4)  # b and e; d is open, c late, f cancelled
    assert parts("hotline_response_rate", week) == (2, 4)  # b on the stroke of 24 hours, e; c a second later, d never


def test_no_call_back_is_no_bad_mark(week: Scope) -> None:
    assert parts("hotline_satisfaction_rate", week) == (1, 2)  # b and c were rated, e was not
    assert parts("hotline_solved_rate", week) == (2, 3)
    assert read("dissatisfied_order_count", week).value == 1
    assert read("repeat_order_count", week).value == 1


def test_the_list_of_what_falls_due_says_in_whose_hands_and_how_many_work_hours_are_left(week: Scope) -> None:
    found = run("urban/case_due", week).set_index("case_id")
    assert list(found.index) == ["overdue", "slow", "due on the stroke", "due monday"]  # the nearest limit first
    # Friday 18:00 was the end of work; Saturday is none; Monday 10:00 is two hours into the morning
    assert found["work_hours_left"].tolist() == [0, 0, 0, 2]
    assert found["hours_left"].tolist() == [-54, -36, 0, 10]
    assert found["is_overdue"].tolist() == [True, True, False, False]
    by_unit = run("urban/case_due_unit", week).iloc[0]
    assert (by_unit["handling_unit"], by_unit["overdue_count"], by_unit["due_today_count"]) == ("甲", 2, 2)


def test_a_part_of_a_score_equals_the_metric_of_its_name(week: Scope) -> None:
    found = run("urban/score_part", week).set_index("part")
    assert set(found.index) == {part for each in SCORES.values() for part in each}
    for part in found.index:
        reading = read(part, week)
        if reading.denominator:
            assert (found.loc[part, "numerator"], found.loc[part, "denominator"]) == (
                reading.numerator, reading.denominator,
            ), part  # fmt: skip


# --- places that trouble comes back to --------------------------------------------------------------------------------


def spot(case_id: str, filed: datetime, lon: float = 118.33710, **more: Any) -> dict[str, Any]:
    return case(case_id, filed=filed, due=filed, lon=lon, lat=29.71210) | more


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    old = {"standard_ref": "GB/T 30428.2-2013", "type_code": "0102"}
    rows = [
        spot("1", datetime(2026, 6, 30, 8), **old),  # the same kind by its code of 2013
        spot("2", datetime(2026, 8, 18), photo_after_ref="P2"),  # the first second of the 90 days before 11-16
        spot("3", at(1, 8), photo_before_ref="P3A", photo_after_ref="P3B"),
        spot("4", at(15, 23, 59)),
        spot("5", at(15, 8), lon=118.33750),  # the next square
        spot("6", at(15, 9), status="cancelled"),
        spot("7", at(15, 9), type_code="06012"),  # another kind
        case("8", filed=at(15, 9)),  # nobody knows where
    ]
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        kinds = [
            LITTER | {"major_name": "市容环境", "minor_name": "暴露垃圾"},
            LITTER | old | {"major_name": "市容环境", "minor_name": "暴露垃圾", "successor_code": "06010"},
        ]
        yield Scope("341000", MONDAY, NEXT, tiny.fill({"urban.case": rows, "urban.matter_type": kinds}))
    settings.cache_clear()


def test_a_place_repeats_when_one_kind_was_filed_three_times_in_ninety_days(places: Scope) -> None:
    assert read("repeat_place_count", places).value == 1
    (row,) = run("urban/repeat_place", places).to_dict("records")
    assert (row["kind_name"], row["case_count"], row["last_case_id"]) == ("暴露垃圾", 3, "4")  # 2, 3 and 4
    assert (row["photo_case_id"], row["photo_before_ref"], row["photo_after_ref"]) == ("3", "P3A", "P3B")


def test_a_day_later_the_first_of_the_three_is_out_of_the_ninety_days(places: Scope) -> None:
    assert read("repeat_place_count", places.period(MONDAY, date(2026, 11, 17))).value == 0


def test_a_code_of_the_old_standard_is_the_same_kind(places: Scope) -> None:
    september = places.period(date(2026, 9, 21), date(2026, 9, 28))
    assert read("repeat_place_count", september).value == 0  # only 1 and 2
    assert run("urban/repeat_place", september).empty


# --- grids over any period --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    """On the n-th of November n cases in one grid, and one in another."""
    rows = [case(f"{day}-{n}", filed=at(day, 9)) for day in range(1, 29) for n in range(day)]
    rows += [case(f"other {day}", filed=at(day, 9), place_code=GRID[:-1] + "2", unit_grid_code=GRID[:-1] + "2")
             for day in range(1, 29)]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, NEXT, tiny.fill({"urban.case": rows}))
    settings.cache_clear()


@pytest.mark.parametrize(
    ("since", "until"), [(9, 16), (10, 12), (2, 23), (4, 11), (4, 20), (8, 9), (9, 10), (7, 17), (1, 29), (15, 16)]
)
def test_the_busiest_grids_are_counted_alike_by_weeks_and_by_days(grids: Scope, since: int, until: int) -> None:
    found = run("urban/grid_top", grids.period(date(2026, 11, since), date(2026, 11, until)))
    counted = Counter({GRID: sum(range(since, until)), GRID[:-1] + "2": until - since})
    assert dict(zip(found["unit_grid_code"], found["filed_count"], strict=True)) == counted


def test_the_mean_of_seven_days_looks_back_beyond_the_period(grids: Scope) -> None:
    trend = run("urban/case_trend", grids)
    assert trend["filed_count"].tolist() == [day + 1 for day in range(9, 16)]
    assert trend["mean_of_7_days"].tolist() == [day + 1 - 3 for day in range(9, 16)]


# --- the five scores --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "target", "floor", "earned"),
    [(100, 95, 60, 100.0), (95, 95, 60, 100.0), (77.5, 95, 60, 50.0), (60, 95, 60, 0.0), (40, 95, 60, 0.0),
     (0, 0, 100, 100.0), (25, 0, 100, 75.0)],
)  # fmt: skip
def test_points_follow_the_published_vectors(value: float, target: float, floor: float, earned: float) -> None:
    assert points(value, floor, target) == earned


def row(part: str, numerator: float | None, denominator: float | None) -> dict[str, Any]:
    return {"part": part, "numerator": numerator, "denominator": denominator}


def test_a_score_is_the_mean_of_its_known_parts() -> None:
    found = score("closed_loop_score", [row("closure_rate", 98, 100), row("case_satisfaction_rate", 70, 100)])
    assert (found.value, found.n, found.detail) == (50.0, 2, "结案率 100 分、案件满意率 0 分")


def test_a_score_on_fewer_than_six_tenths_of_its_parts_is_unknown() -> None:
    assert score("closed_loop_score", [row("closure_rate", 98, 100)]).value is None
    few = [row("closure_rate", 98, 100), row("case_satisfaction_rate", 5, 5), row("hotline_solved_rate", None, None)]
    assert score("closed_loop_score", few).value is None  # five answers are no sample
