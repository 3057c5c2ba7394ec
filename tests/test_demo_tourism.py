"""The demo of 智慧文旅: it agrees with itself, tells its stories, and ends at its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest

from data.contract import codes, contract, contracts
from data.demo import tourism
from data.demo.drivers import City, drivers
from data.demo.tourism import stories
from data.demo.tourism.register import node_ids, spot_ids
from data.divisions import division

SINCE, UNTIL = date(2026, 8, 1), date(2026, 11, 23)
CITY = City(341000, scale=0.1)


@cache
def tables() -> Mapping[str, pa.Table]:
    return tourism.make(CITY, drivers(CITY, SINCE, UNTIL))


@cache
def frame(name: str) -> pd.DataFrame:
    """Rows as pandas, codes as plain text."""
    found = tables()[f"tourism.{name}"]
    plain = [column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column for column in found]
    return pa.table(plain, names=found.column_names).to_pandas()


NAMES = sorted(name for name, each in contracts().items() if each.theme == "tourism" and each.layer == "detail")


def test_every_table_of_the_theme_is_made() -> None:
    assert sorted(tables()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rows_keep_their_contract(name: str) -> None:
    rows, target = frame(name.removeprefix("tourism.")), contract(name)
    assert len(rows) > 0
    assert not rows.duplicated(list(target.key)).any()
    for column in target.columns:
        values = rows[column.name].dropna()
        assert not column.required or len(values) == len(rows), f"{column.name} must be filled"
        if column.codes:
            assert set(values) <= set(codes(column.codes)), column.name
        if column.minimum is not None and len(values):
            assert values.min() >= column.minimum, column.name
        if column.maximum is not None and len(values):
            assert values.max() <= column.maximum, column.name


@pytest.mark.parametrize("name", NAMES)
def test_every_place_is_one_of_the_city(name: str) -> None:
    if "place_code" in contract(name).column_names:
        assert all(division(code) for code in frame(name.removeprefix("tourism."))["place_code"].unique())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_happens_after_the_clock(name: str) -> None:
    rows, end = frame(name.removeprefix("tourism.")), pd.Timestamp(UNTIL)
    later = ("due_at", "due_date")  # a limit may lie ahead
    for column in contract(name).columns:
        if column.type in ("date", "timestamp") and column.name not in later:
            values = pd.to_datetime(rows[column.name]).dropna()
            assert values.empty or values.max() < end, column.name


def test_the_same_arguments_give_the_same_rows_and_another_seed_others() -> None:
    small = (date(2026, 11, 1), date(2026, 11, 9))
    first, again = (tourism.make(CITY, drivers(CITY, *small)) for _ in range(2))
    assert all(first[name].equals(again[name]) for name in NAMES)
    other = City(1, scale=0.1)
    assert not first["tourism.visitor_daily"].equals(
        tourism.make(other, drivers(other, *small))["tourism.visitor_daily"]
    )


def test_who_enters_leaves_and_the_days_entries_are_the_days_visits() -> None:
    flow = frame("scenic_flow")
    gates = flow[(flow["flow_source"] == "gate") & (flow["data_flag"] == "N")]
    known = gates.assign(day=gates["observed_at"].dt.normalize()).groupby(["spot_id", "day"])
    sums = known[["visitor_in_count", "visitor_out_count"]].sum()
    whole = known.size().eq(known.size().groupby(level=0).transform("max"))  # days without a lost or invalid reading
    sums = sums[whole & (known.size() == 288)]
    assert len(sums) > 100
    assert (sums["visitor_in_count"] == sums["visitor_out_count"]).all()
    daily = frame("scenic_daily").assign(day=lambda rows: pd.to_datetime(rows["day_date"]))
    counted = sums.join(daily.set_index(["spot_id", "day"])["visitor_count"], how="inner")
    assert (counted["visitor_in_count"] == counted["visitor_count"]).all()


def test_nobody_is_inside_at_night_and_never_fewer_than_nobody() -> None:
    flow = frame("scenic_flow")
    valid = flow[flow["data_flag"] == "N"]
    assert valid["visitors_on_site"].min() == 0
    night = valid[valid["observed_at"].dt.hour.isin([0, 1, 2, 3, 23])]
    assert (night["visitors_on_site"] == 0).all()


def test_the_ticket_counts_of_places_are_those_of_their_spots() -> None:
    visitor = frame("visitor_daily")
    tickets = visitor[visitor["caliber"] == "ticket"].set_index(["place_code", "day_date"])["visitor_count"]
    daily = frame("scenic_daily")
    assert tickets["3410"].equals(daily.groupby("day_date")["visitor_count"].sum())
    mine = daily[daily["place_code"].str.startswith("341023")].groupby("day_date")["visitor_count"].sum()
    assert (tickets["341023"][mine.index] == mine).all()


def test_the_citys_survey_is_no_sum_of_the_districts() -> None:
    survey = frame("visitor_daily").query("caliber == 'survey'").pivot(index="day_date", columns="place_code")
    counts = survey["visitor_count"].dropna()
    assert (counts.drop(columns="3410").sum(axis=1) > counts["3410"]).all()


def test_origins_are_no_more_than_the_phones_seen() -> None:
    seen = frame("visitor_daily").query("caliber == 'phone_signalling'")
    seen = seen.set_index(["place_code", "day_date"])["visitor_count"]
    origins = frame("visitor_origin_daily").groupby(["place_code", "day_date"])["visitor_count"].sum()
    both = pd.concat([seen, origins], axis=1, keys=["seen", "origin"]).dropna()
    assert (both["origin"] <= both["seen"]).all()
    assert frame("visitor_origin_daily")["visitor_count"].min() >= 5


def test_a_month_of_behaviour_adds_up_to_the_months_visits() -> None:
    rows = frame("behaviour_monthly")
    sums = rows.groupby(["place_code", "month_date", "behaviour_dimension"])["visitor_count"].sum().unstack()
    assert (sums.nunique(axis=1) == 1).all()


def test_open_complaints_have_no_end_and_closed_ones_no_end_before_their_start() -> None:
    rows = frame("complaint")
    is_open = rows["status"].isin(["accepted", "handling"])
    assert rows.loc[is_open, "closed_at"].isna().all()
    assert rows.loc[~is_open, "closed_at"].notna().all()
    assert (rows["closed_at"].dropna() > rows.loc[rows["closed_at"].notna(), "accepted_at"]).all()
    assert (rows["due_at"] > rows["accepted_at"]).all()
    assert (rows["place_code"] == "3410").any(), "市直 complaints are a row of their own"


def test_a_complaint_of_the_eve_of_the_holiday_is_due_after_it() -> None:
    rows = frame("complaint")
    eve = rows[rows["accepted_at"].dt.date == date(2026, 9, 30)]
    # 国庆 ends on the 7th, the 10th is worked: 8, 9, 10, 12, 13 October
    assert len(eve) == 0 or (eve["due_at"] == datetime(2026, 10, 13, 17, 30)).all()


def test_a_5a_spot_is_overcrowded_for_about_an_hour_on_a_day_of_the_golden_week() -> None:
    spot = spot_ids(CITY)[stories.STORY_SPOT]
    register = frame("scenic_spot").set_index("spot_id").loc[spot]
    flow = frame("scenic_flow")
    mine = flow[(flow["spot_id"] == spot) & (flow["observed_at"].dt.date == stories.STORY_DAY)]
    load = mine.set_index("observed_at")["visitors_on_site"] / register["instantaneous_capacity"]
    assert register["scenic_grade"] == "5A"
    assert len(load) == 288
    assert 45 <= 5 * (load >= 1.0).sum() <= 90
    assert load[load >= 0.8].index.min() < load[load >= 1.0].index.min()
    notices = frame("travel_notice").query("kind == 'capacity'")
    assert set(notices["spot_id"]) == {spot}
    assert notices["issued_at"].min() >= load[load >= 0.8].index.min()
    day = frame("scenic_daily").set_index(["spot_id", "day_date"]).loc[(spot, stories.STORY_DAY)]
    assert day["is_sale_stopped"]
    assert day["peak_visitors_on_site"] == mine["visitors_on_site"].max()


def test_a_village_without_tickets_is_known_by_its_vehicles_alone() -> None:
    village = node_ids()[stories.STORY_VILLAGE]
    register = frame("crowd_node").set_index("node_id").loc[village]
    flow = frame("node_flow").query("node_id == @village")
    assert pd.isna(register["instantaneous_capacity"])
    assert flow["visitors_on_site"].isna().all()
    assert flow["vehicles_on_site"].max() > 1000


def test_one_merchant_is_complained_of_all_autumn() -> None:
    rows = frame("complaint")
    mine = rows[rows["merchant_name"] == stories.STORY_MERCHANT]
    assert len(mine) >= 8
    assert mine["closed_at"].isna().any()
    assert set(mine["category_code"]) == {stories.STORY_CATEGORY}


def test_the_last_year_of_a_holiday_is_there() -> None:
    survey = frame("visitor_daily").query("caliber == 'survey' and place_code == '3410'")
    assert survey["day_date"].min() < date(2025, 10, 1)
