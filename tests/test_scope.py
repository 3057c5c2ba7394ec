"""A scope says what a question covers, and refuses what cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from queries.scope import Scope, ScopeError

WEEK = Scope("341000", date(2026, 11, 9), date(2026, 11, 16), "snap-x")


def test_the_city_covers_every_place_that_begins_with_3410() -> None:
    assert WEEK.prefix == "3410"
    assert WEEK.level == "city"


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("341002", "district"),
        ("341002001", "subdistrict"),
        ("341002001001", "community"),
        ("341002001001002", "unit_grid"),
    ],
)
def test_the_length_of_a_code_is_its_level(area: str, level: str) -> None:
    assert WEEK.drill(area).level == level
    assert WEEK.drill(area).prefix == area


def test_going_up_ends_at_the_city() -> None:
    steps = ["341002001001002"]
    while (parent := WEEK.drill(steps[-1]).parent()) is not None:
        steps.append(parent)
    assert steps == ["341002001001002", "341002001001", "341002001", "341002", "341000"]


@pytest.mark.parametrize("area", ["3410", "34100", "110000", "341002'; drop", "", "34100A", "341002001001002003"])
def test_a_place_outside_the_city_or_of_wrong_length_is_refused(area: str) -> None:
    with pytest.raises(ScopeError, match="area="):
        WEEK.drill(area)


def test_a_period_ends_after_it_begins_and_is_not_endless() -> None:
    with pytest.raises(ScopeError, match="不早于"):
        WEEK.period(date(2026, 11, 9), date(2026, 11, 9))
    with pytest.raises(ScopeError, match="过长"):
        WEEK.period(date(2000, 1, 1), date(2026, 1, 1))


def test_the_previous_period_has_the_same_length_and_ends_where_this_begins() -> None:
    assert (WEEK.previous().since, WEEK.previous().until) == (date(2026, 11, 2), date(2026, 11, 9))


def test_the_same_week_last_year_falls_on_the_same_weekdays() -> None:
    last = WEEK.last_year()
    assert last.since.weekday() == WEEK.since.weekday()
    assert (last.since, last.until) == (date(2025, 11, 10), date(2025, 11, 17))


def test_the_same_month_last_year_is_the_calendar_month() -> None:
    month = WEEK.period(date(2025, 8, 1), date(2025, 9, 1)).last_year()
    assert (month.since, month.until) == (date(2024, 8, 1), date(2024, 9, 1))
