"""The demo of 民生: it agrees with itself and with the plan, tells its story, and ends at its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data.demo import livelihood, spans
from data.demo.drivers import City, drivers
from data.demo.livelihood import schooling, services
from data.demo.people import apportion, people
from data.divisions import division
from tests.demo_rules import detail_tables, faults

SINCE, UNTIL = date(2026, 5, 1), date(2026, 11, 23)
CITY = City(341000, scale=0.1)
NAMES = detail_tables("livelihood")


@cache
def tables() -> Mapping[str, pa.Table]:
    return livelihood.make(CITY, drivers(CITY, SINCE, UNTIL))


@cache
def frame(name: str) -> pd.DataFrame:
    return tables()[f"livelihood.{name}"].to_pandas()


def test_every_table_of_the_theme_is_made() -> None:
    assert sorted(tables()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rows_keep_their_contract_their_places_and_the_clock(name: str) -> None:
    assert faults(tables(), name, UNTIL, ahead=frozenset()) == []


def test_the_same_arguments_give_the_same_rows_and_another_seed_others() -> None:
    small = (date(2026, 11, 1), date(2026, 11, 9))
    first, again = (livelihood.make(CITY, drivers(CITY, *small)) for _ in range(2))
    assert all(first[name].equals(again[name]) for name in NAMES)
    other = livelihood.make(City(1, scale=0.1), drivers(City(1, scale=0.1), *small))
    assert not other["livelihood.health_daily"].equals(first["livelihood.health_daily"])


@pytest.mark.parametrize(
    ("since", "until"), [(date(2026, 2, 27), date(2026, 3, 1)), (date(2025, 12, 31), date(2026, 1, 2))]
)
def test_a_demo_of_two_days_holds_no_month_that_is_not_over(since: date, until: date) -> None:
    made = livelihood.make(CITY, drivers(CITY, since, until))
    for name, column in (("population_monthly", "month_date"), ("digital_village_quarterly", "quarter_date")):
        newest = made[f"livelihood.{name}"].to_pandas()[column].max()
        months = 1 if column == "month_date" else 3
        assert pd.Timestamp(newest) + pd.DateOffset(months=months) <= pd.Timestamp(until), name


# --- people -----------------------------------------------------------------------------------------------------------


def test_the_newest_month_counts_the_census_and_the_published_districts() -> None:
    rows = frame("population_monthly")
    newest = rows[rows["month_date"] == rows["month_date"].max()]
    assert newest["resident_count"].sum() == division("3410").population == 1_330_565
    by_district = newest.groupby(newest["place_code"].str[:6])["resident_count"].sum()
    assert (by_district["341002"], by_district["341003"]) == (291_188, 146_942)
    old = newest.loc[newest["age"] >= 60, "resident_count"].sum() / 1_330_565
    assert old == pytest.approx(0.241, abs=0.001)


def test_a_month_follows_from_the_one_before_and_what_happened_in_it() -> None:
    stock, flow = (
        frame("population_monthly"),
        frame("population_change_monthly").set_index(["month_date", "place_code"]),
    )
    by_town = stock.groupby(["month_date", stock["place_code"].str[:9]])["resident_count"].sum()
    before, after = sorted(stock["month_date"].unique())[-2:]
    moved = flow.loc[after]
    change = moved["birth_count"] - moved["death_count"] + moved["move_in_count"] - moved["move_out_count"]
    assert (by_town[before] + change == by_town[after]).all()


def test_the_three_scenarios_of_the_projection_keep_their_order() -> None:
    rows = frame("population_projection")
    total = rows.pivot_table(
        index=["model_version", "year"], columns="scenario", values="projected_count", aggfunc="sum"
    )
    assert ((total["low"] < total["mid"]) & (total["mid"] < total["high"])).all()


# --- schools ----------------------------------------------------------------------------------------------------------


def test_there_are_as_many_schools_and_pupils_as_the_plan_says() -> None:
    rows = frame("school_yearly")
    base = rows[(rows["school_year"] == 2026) & rows["school_stage"].isin(["primary", "junior", "senior"])]
    assert (base["school_id"].nunique(), base["student_count"].sum()) == (443, 175_000)


def test_the_planted_school_district_lacks_seats_in_every_scenario_and_no_other_district_of_the_city_does() -> None:
    rows = frame("seat_projection")
    next_autumn = rows[(rows["model_version"] == "2026") & (rows["school_year"] == 2027)]
    gap = next_autumn["eligible_count"] - next_autumn["seat_planned_count"]
    here = (next_autumn["place_code"] == schooling.SHORT_PLACE) & (next_autumn["school_stage"] == schooling.SHORT_STAGE)
    assert (gap[here] > 100).all() and here.sum() == 3
    mid = next_autumn[(next_autumn["scenario"] == "mid") & next_autumn["school_stage"].isin(["primary", "junior"])]
    total = gap[mid.index].groupby(mid["place_code"].str[:6]).sum()
    assert (total > 0).to_dict() == {code: code == "341002" for code in schooling.GROUPS}


def test_the_forty_school_districts_hold_every_community_once() -> None:
    rows = frame("school_district")
    now = rows[(rows["school_year"] == 2026) & (rows["school_stage"] == "primary")]
    codes = [code for text in now["place_codes_text"] for code in text.split("|")]
    assert len(now) == 40
    assert sorted(codes) == sorted(people(CITY).code)


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_service_items_count_as_the_plan_does() -> None:
    assert len(frame("service_item")) == services.ITEMS == 72_238


def test_the_newest_day_of_health_is_not_whole_yet() -> None:
    rows = frame("health_daily")
    per_day = rows.groupby("day_date").size()
    assert per_day.iloc[-1] < 0.95 * per_day.iloc[:-1].mean()


def test_units_of_the_city_stand_beside_the_districts() -> None:
    assert set(frame("service_handling_monthly")["place_code"].str.len()) == {4, 6}
    assert "3410F1" in set(frame("health_facility")["place_code"])


def test_every_community_knows_the_way_to_each_service() -> None:
    rows = frame("travel_time")
    by_service = rows.groupby(["access_service", "travel_mode"])["origin_place_code"].nunique()
    assert len(by_service) == 10 and (by_service == 764).all()


def test_parts_are_shared_out_without_losing_or_making_one() -> None:
    parts = apportion(np.array([1.0, 1.0, 1.0]), 10)
    assert sorted(parts) == [3, 3, 4]


def test_quarters_and_months_of_the_demo_are_over() -> None:
    drive = drivers(CITY, SINCE, UNTIL)
    assert str(spans.months(drive)[-1]) == "2026-10-01"
    assert [str(day) for day in spans.quarters(drive)] == ["2026-01-01", "2026-04-01", "2026-07-01"]
    assert spans.yearly(drive, 10, 1, 2) == [date(2025, 10, 1), date(2026, 10, 1)]
    assert spans.month_start(drive) == date(2026, 11, 1)
