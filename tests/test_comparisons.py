"""Which period a period is held against, and what the change between the two says: dates counted on a calendar."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import api
from data.calendar_days import holidays, spring_festival
from data.settings import settings
from metrics import compare_many, courses, history, read
from metrics import read as reading_of
from metrics.compare import compare
from queries.periods import other
from queries.scope import Scope
from tests import tiny


def held(since: str, until: str, which: str = "last_year", known_until: str | None = None) -> tuple[str, str, str]:
    """The other period of `since` to `until` as text."""
    known = date.fromisoformat(known_until) if known_until else None
    found = other(date.fromisoformat(since), date.fromisoformat(until), which, known)
    return found.since.isoformat(), found.until.isoformat(), found.words


# --- the same time last year ------------------------------------------------------------------------------------------


def test_an_ordinary_week_goes_back_52_weeks() -> None:
    assert held("2026-11-16", "2026-11-23") == ("2025-11-17", "2025-11-24", "")


def test_the_week_of_the_spring_festival_is_held_against_the_days_around_the_first_day_of_the_lunar_year() -> None:
    """正月初一 is 2026-02-17 and 2025-01-29: Monday the 16th is 除夕, so last year's week begins on 28 January."""
    assert held("2026-02-16", "2026-02-23") == ("2025-01-28", "2025-02-04", "按春节对齐")


def test_an_ordinary_week_is_not_held_against_last_years_festival() -> None:
    """52 weeks before 26 January 2026 is 27 January 2025, two days before 初一; 22 days before 初一 is 7 January."""
    assert held("2026-01-26", "2026-02-02") == ("2025-01-07", "2025-01-14", "按春节对齐")


def test_february_alone_is_aligned_and_with_january_it_need_not_be() -> None:
    assert held("2026-02-01", "2026-03-01") == ("2025-01-13", "2025-02-10", "按春节对齐")
    assert held("2026-01-01", "2026-03-01") == ("2025-01-01", "2025-03-01", "")
    assert held("2026-01-01", "2026-04-01") == ("2025-01-01", "2025-04-01", "")


def test_the_rush_begins_15_days_before_the_first_day_and_ends_24_after() -> None:
    assert held("2026-03-09", "2026-03-16")[2] == "按春节对齐"  # 13 March is the 24th day after
    assert held("2026-03-16", "2026-03-23") == ("2025-03-17", "2025-03-24", "")


def test_a_year_without_a_known_lunar_new_year_is_held_against_the_calendar() -> None:
    assert held("2031-01-20", "2031-01-27") == ("2030-01-21", "2030-01-28", "")


def test_a_whole_holiday_is_held_against_the_whole_holiday_though_longer() -> None:
    """国庆 2025 ran into 中秋 and had eight days, that of 2026 has seven."""
    assert held("2026-10-01", "2026-10-08") == ("2025-10-01", "2025-10-09", "按国庆节对齐")


def test_a_week_that_begins_before_the_holiday_keeps_its_distance() -> None:
    assert held("2026-09-28", "2026-10-05") == ("2025-09-28", "2025-10-05", "按国庆节对齐")
    assert held("2026-04-27", "2026-05-04") == ("2025-04-27", "2025-05-04", "按劳动节对齐")


def test_a_lunar_holiday_is_found_where_it_was() -> None:
    """端午 2026 is off from 19 June, that of 2025 from 31 May."""
    assert held("2026-06-15", "2026-06-22") == ("2025-05-27", "2025-06-03", "按端午节对齐")


def test_a_holiday_on_one_side_only_is_said() -> None:
    assert held("2026-09-21", "2026-09-28") == ("2025-09-22", "2025-09-29", "本期含中秋节")  # 2025: inside 国庆
    assert held("2026-06-01", "2026-06-08") == ("2025-06-02", "2025-06-09", "上年含端午节")


def test_months_and_years_go_by_the_calendar_and_a_leap_day_is_no_day_of_another_year() -> None:
    assert held("2024-10-01", "2024-11-01") == ("2023-10-01", "2023-11-01", "")
    assert held("2026-01-01", "2026-11-23") == ("2025-01-01", "2025-11-23", "")
    assert held("2023-03-01", "2024-02-29") == ("2022-03-01", "2023-03-01", "")


# --- the period before ------------------------------------------------------------------------------------------------


def test_a_month_is_held_against_the_month_before_and_a_month_so_far_against_its_same_days() -> None:
    assert held("2026-08-01", "2026-09-01", "previous") == ("2026-07-01", "2026-08-01", "")
    assert held("2026-11-01", "2026-11-23", "previous") == ("2026-10-01", "2026-10-23", "上月前 22 天；上期含国庆节")
    assert held("2026-03-01", "2026-03-31", "previous")[:2] == ("2026-02-01", "2026-03-01")  # February has no 30th


def test_seven_days_from_a_first_are_a_week_and_not_a_month_so_far() -> None:
    assert held("2026-06-01", "2026-06-08", "previous") == ("2026-05-25", "2026-06-01", "")


def test_a_period_whose_data_ends_early_is_held_against_as_many_days() -> None:
    assert held("2026-11-16", "2026-11-23", "previous", "2026-11-20") == ("2026-11-09", "2026-11-13", "各取前 4 天")
    assert held("2026-11-01", "2026-12-01", "last_year", "2026-11-23") == ("2025-11-01", "2025-11-23", "各取前 22 天")
    assert held("2026-11-16", "2026-11-23", "previous", "2026-12-01") == ("2026-11-09", "2026-11-16", "")


# --- the calendar behind it -------------------------------------------------------------------------------------------


def test_the_calendar_tells_runs_of_days_off() -> None:
    (run,) = holidays(date(2025, 10, 6), date(2025, 10, 7))  # 中秋 itself, inside the run of 国庆
    assert (run.festival, run.since, run.until) == ("国庆节", date(2025, 10, 1), date(2025, 10, 9))
    assert holidays(date(2026, 11, 16), date(2026, 11, 23)) == []
    assert (spring_festival(2026), spring_festival(2031)) == (date(2026, 2, 17), None)


# --- what the change says ---------------------------------------------------------------------------------------------


def visitors(first: date, counts: list[int | None]) -> list[dict[str, Any]]:
    """One row a day in one spot; a day that is None has no row."""
    return [
        {"spot_id": "甲", "place_code": "341003", "day_date": first + timedelta(index), "visitor_count": count}
        for index, count in enumerate(counts)
        if count is not None
    ]


def calls(first: date, counts: list[int]) -> list[dict[str, Any]]:
    return [
        {"place_code": "341002", "day_date": first + timedelta(index), "call_line": "12345", "call_count": count}
        for index, count in enumerate(counts)
    ]


TABLES: dict[str, list[dict[str, Any]]] = {
    "tourism.scenic_daily": [
        *visitors(date(2025, 10, 1), [10_000] * 8),  # eight days of holiday: 8 万
        *visitors(date(2026, 10, 1), [11_000] * 7),  # seven days: 7.7 万, and 10 % more a day
        *visitors(date(2026, 11, 2), [1_000] * 7),
        *visitors(date(2026, 11, 9), [1_000, None, 1_000, 1_000, 1_000, 1_000, 1_000]),  # one day was not reported
        *visitors(date(2026, 11, 16), [1_000, 1_000]),  # the week still runs
    ],
    "overview.hotline_daily": [
        *calls(date(2026, 11, 2), [1] * 7),
        *calls(date(2026, 11, 9), [1, 1, 1, 1, 1, 1, 3]),
    ],
}


@pytest.fixture(scope="module")
def snapshot_id(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield tiny.fill(TABLES)
    settings.cache_clear()


def over(snapshot_id: str, since: str, until: str) -> Scope:
    return Scope("341000", date.fromisoformat(since), date.fromisoformat(until), snapshot_id)


def test_holidays_of_unequal_length_are_compared_by_the_day(snapshot_id: str) -> None:
    (change,) = compare_many(["TO24"], over(snapshot_id, "2026-10-01", "2026-10-08"), "last_year")
    assert (change.text, change.basis) == ("+10.0%", "按国庆节对齐；按日均可比（有效 7 天对 8 天）")
    assert change.earlier is not None
    assert change.earlier.value == 8.0  # what was read stays as it was


def test_a_day_that_was_not_reported_does_not_look_like_a_fall(snapshot_id: str) -> None:
    (change,) = compare_many(["TO24"], over(snapshot_id, "2026-11-09", "2026-11-16"), "previous")
    assert (change.text, change.basis) == ("持平", "按日均可比（有效 6 天对 7 天）")


def test_a_running_week_is_held_against_its_same_days(snapshot_id: str) -> None:
    (change,) = compare_many(["TO24"], over(snapshot_id, "2026-11-16", "2026-11-23"), "previous")
    assert (change.text, change.basis) == ("持平", "各取前 2 天；按日均可比（有效 2 天对 1 天）")
    assert change.earlier is not None
    assert (change.earlier.since, change.earlier.until) == (date(2026, 11, 9), date(2026, 11, 11))


def test_small_counts_move_by_cases(snapshot_id: str) -> None:
    (change,) = compare_many(["OV15"], over(snapshot_id, "2026-11-09", "2026-11-16"), "previous")
    assert change.text == "+2 次"


@pytest.mark.parametrize(
    ("before", "now", "said"), [(4, 54, "+50 次"), (54, 4, "−50 次"), (40, 60, "+50.0%"), (0, 60, "+60 次")]
)
def test_a_change_from_or_to_a_small_count_is_said_in_cases(before: int, now: int, said: str, snapshot_id: str) -> None:
    """From 4 to 54 is fifty more, not +1250%; between two larger counts a percentage says more."""
    reading = replace(read("OV15", over(snapshot_id, "2026-11-09", "2026-11-16")), valid_days=None)
    assert compare(replace(reading, value=now), replace(reading, value=before)).text == said


def test_a_period_before_all_data_is_no_basis(snapshot_id: str) -> None:
    (change,) = compare_many(["TO24"], over(snapshot_id, "2026-11-09", "2026-11-16"), "last_year")
    assert (change.text, change.direction) == ("—", "unknown")


def test_a_course_says_what_single_comparisons_say(snapshot_id: str) -> None:
    week = over(snapshot_id, "2026-11-09", "2026-11-16")
    (course,) = courses(["TO24"], week, 3)
    assert course.reading == read("TO24", week)
    assert [each.value for each in course.past] == [each.value for each in history("TO24", week, 3)]
    assert [course.previous] == compare_many(["TO24"], week, "previous")
    assert [course.last_year] == compare_many(["TO24"], week, "last_year")


def test_a_course_of_eight_periods_is_read_at_once(snapshot_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The eight and the same of last year together; 环比 and 同比 are among them, so that changes cost nothing more."""
    asked: list[Scope] = []

    def counted(names: list[str], scopes: list[Scope]) -> list[Any]:
        asked.extend(scopes)
        return [[reading_of(name, scope) for name in names] for scope in scopes]

    compare = importlib.import_module("metrics.compare")  # the function has its name
    monkeypatch.setattr(compare, "read_periods", counted)
    monkeypatch.setattr(compare, "read_many", None)
    courses(["OV15", "TO24"], over(snapshot_id, "2026-11-02", "2026-11-09"), 8)
    assert len(asked) == len(set(asked)) == 16


def test_the_interface_gives_a_comparison_only_where_it_is_asked_for(snapshot_id: str) -> None:
    client = api.server().test_client()
    path = "/api/v1/metrics/TO24?since=2026-10-01&until=2026-10-08"
    assert "comparison" not in client.get(path).get_json()
    found = client.get(f"{path}&compare=last_year").get_json()["comparison"]
    assert (found["since"], found["until"], found["value"], found["text"]) == (
        "2025-10-01",
        "2025-10-09",
        8.0,
        "+10.0%",
    )
    (group,) = client.get(f"{path}&compare=last_year&by=district_code").get_json()["groups"]
    assert (group["key"], group["comparison"]["text"]) == ("341003", "+10.0%")
