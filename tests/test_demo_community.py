"""The demo of 社区: it agrees with itself and with 民生, tells its stories, and ends at its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest

from data.demo import community
from data.demo.community import alerts, care
from data.demo.drivers import City, Drivers, drivers
from data.demo.people import people
from tests.demo_rules import detail_tables, faults

SINCE, UNTIL = date(2026, 8, 1), date(2026, 11, 23)
CITY = City(341000, scale=0.1)
NAMES = detail_tables("community")
AHEAD = frozenset({"due_at", "due_date", "planned_date", "valid_to"})  # limits and plans


@cache
def drive() -> Drivers:
    return drivers(CITY, SINCE, UNTIL)


@cache
def tables() -> Mapping[str, pa.Table]:
    return community.make(CITY, drive())


@cache
def frame(name: str) -> pd.DataFrame:
    return tables()[f"community.{name}"].to_pandas()


def test_every_table_of_the_theme_is_made() -> None:
    assert sorted(tables()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rows_keep_their_contract_their_places_and_the_clock(name: str) -> None:
    assert faults(tables(), name, UNTIL, AHEAD) == []


def test_the_same_arguments_give_the_same_rows_and_another_seed_others() -> None:
    small = (date(2026, 11, 1), date(2026, 11, 9))
    first, again = (community.make(CITY, drivers(CITY, *small)) for _ in range(2))
    assert all(first[name].equals(again[name]) for name in NAMES)
    other = community.make(City(1, scale=0.1), drivers(City(1, scale=0.1), *small))
    assert not other["community.care_alert"].equals(first["community.care_alert"])


# --- registers --------------------------------------------------------------------------------------------------------


def test_communities_add_up_to_the_city_and_its_elders() -> None:
    rows = frame("community")
    assert (len(rows), rows["population"].sum()) == (764, 1_330_565)
    assert rows["elder_60_count"].tolist() == people(CITY).of_age(60).tolist()
    assert (rows["elder_80_count"] <= rows["elder_65_count"]).all() and (
        rows["elder_65_count"] <= rows["elder_60_count"]
    ).all()


def test_an_elder_lives_in_a_registered_household_of_the_same_community_which_counts_them() -> None:
    elders, households = frame("elder"), frame("household").set_index("household_id")
    home = households.loc[elders["household_id"]]
    assert (home["place_code"].to_numpy() == elders["place_code"].to_numpy()).all()
    counted = elders.groupby("household_id").size().reindex(households.index, fill_value=0)
    assert (counted == households["elder_member_count"]).all()
    assert (home["is_elder_living_alone"].to_numpy() == elders["is_living_alone"].to_numpy()).mean() > 0.999


def test_pseudonyms_are_sixteen_hex_digits_and_say_nothing() -> None:
    assert frame("elder")["elder_id"].str.fullmatch("[0-9a-f]{16}").all()
    assert set(frame("care_alert")["elder_id"]) <= set(frame("elder")["elder_id"])


def test_beds_in_use_are_no_more_than_beds() -> None:
    rows = frame("care_institution").dropna(subset=["bed_count"])
    assert (rows["occupied_bed_count"] <= rows["bed_count"]).all() and (
        rows["nursing_bed_count"] <= rows["bed_count"]
    ).all()


# --- flows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("care_alert", ("raised_at", "acknowledged_at", "dispatched_at", "arrived_at", "closed_at")),
        ("care_order", ("ordered_at", "accepted_at", "arrived_at", "closed_at")),
    ],
)
def test_steps_follow_one_another(name: str, steps: tuple[str, ...]) -> None:
    rows = frame(name)
    for earlier, later in ((a, b) for index, a in enumerate(steps) for b in steps[index + 1 :]):
        both = rows.dropna(subset=[earlier, later])
        assert (both[earlier] <= both[later]).all(), f"{later} before {earlier}"


def test_what_is_still_open_has_no_end() -> None:
    recent = frame("care_order")
    recent = recent[recent["ordered_at"] >= pd.Timestamp(UNTIL) - timedelta(hours=8)]
    assert (
        recent["closed_at"].isna().any() and (recent["satisfaction_score"].notna() <= recent["closed_at"].notna()).all()
    )


def test_a_false_alarm_asks_nobody_to_come() -> None:
    rows = frame("care_alert")
    judged = rows[rows["is_false_alarm"] == True]  # noqa: E712 - None is not false
    assert judged["due_at"].isna().all() and judged["arrived_at"].isna().all()


def test_device_counts_fit_one_another_and_some_reports_are_missing() -> None:
    rows = frame("care_device_daily")
    assert (rows["online_count"] <= rows["device_count"]).all() and (
        rows["anomaly_count"] <= rows["online_count"]
    ).all()
    pairs = rows.groupby(["place_code", "kind"]).size()
    assert (pairs < drive().day_count).any()


# --- stories ----------------------------------------------------------------------------------------------------------


def test_one_night_in_one_township_nobody_came_in_time() -> None:
    rows = frame("care_alert")
    begin, end = alerts.unreached_night(drive())
    late = rows[rows["arrived_at"].isna() | (rows["arrived_at"] > rows["due_at"])].dropna(subset=["due_at"])
    there = late[late["place_code"].str.startswith(alerts.UNREACHED_PLACE) & late["raised_at"].between(begin, end)]
    assert len(there) == alerts.UNREACHED_ALERTS
    assert there["arrived_at"].isna().sum() == alerts.NEVER_REACHED
    week = late[late["due_at"] >= pd.Timestamp(UNTIL) - timedelta(days=7)]
    by_town = week["place_code"].str[:9].value_counts()
    assert by_town.index[0] == alerts.UNREACHED_PLACE and by_town.iloc[0] > 3 * by_town.iloc[1:].sum()


def test_three_failed_institutions_are_not_put_right_and_two_of_them_are_late() -> None:
    rows = frame("care_inspection")
    old = pd.to_datetime(rows["inspected_date"]) <= pd.Timestamp(UNTIL) - timedelta(days=min(care.FAILED_DAYS_BACK))
    open_ = rows[(rows["inspection_result"] == "fail") & rows["rectified_date"].isna() & old]
    overdue = pd.to_datetime(open_["due_date"]) < pd.Timestamp(UNTIL)
    assert overdue.sum() == 2 and len(open_) >= 3


def test_the_unpaid_subsidy_stands_in_the_newest_month_due() -> None:
    rows = frame("elder_subsidy")
    newest = rows[rows["month_date"] == rows["month_date"].max()]
    unpaid = newest[newest["paid_date"].isna()]
    story = unpaid[(unpaid["place_code"] == care.UNPAID_PLACE) & (unpaid["kind"] == care.UNPAID_KIND)]
    assert len(story) == 1 and story["paid_count"].tolist() == [0]


def test_plain_facts_are_asked_for_by_many_units() -> None:
    rows = frame("report_field").dropna(subset=["standard_field"])
    units = rows.groupby("standard_field")["requesting_unit"].nunique()
    assert units["户数"] >= 5 and len(rows["form_id"].unique()) == 200
