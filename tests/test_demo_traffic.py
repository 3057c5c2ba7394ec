"""The demo of 交通: it agrees with itself, follows holidays, tells its stories, and ends at its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data.demo import traffic
from data.demo.drivers import City, Drivers, drivers
from data.demo.tourism import register
from data.demo.traffic import parking, roads, stories
from tests.demo_rules import detail_tables, faults

SINCE, UNTIL = date(2026, 8, 10), date(2026, 11, 23)
CITY = City(341000, scale=0.1)
NAMES = detail_tables("traffic")
AHEAD = frozenset({"expected_clear_at", "next_report_at"})
HOLIDAY = (datetime(2026, 10, 1), datetime(2026, 10, 8))


@cache
def drive() -> Drivers:
    return drivers(CITY, SINCE, UNTIL)


@cache
def tables() -> Mapping[str, pa.Table]:
    made = traffic.make(CITY, drive())
    return {name: made[name] for name in made}


@cache
def frame(name: str) -> pd.DataFrame:
    whole = tables()[f"traffic.{name}"]
    plain = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column.combine_chunks()
        for column in whole.columns
    ]
    return pa.table(plain, names=whole.column_names).to_pandas()


def test_every_table_of_the_theme_is_made() -> None:
    assert sorted(tables()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rows_keep_their_contract_their_places_and_the_clock(name: str) -> None:
    assert faults(tables(), name, UNTIL, AHEAD) == []


def test_the_same_arguments_give_the_same_rows_and_another_seed_others() -> None:
    small = (date(2026, 11, 10), date(2026, 11, 16))
    first, again = (traffic.make(CITY, drivers(CITY, *small)) for _ in range(2))
    assert all(first[name].equals(again[name]) for name in NAMES)
    other = traffic.make(City(1, scale=0.1), drivers(City(1, scale=0.1), *small))
    assert not other["traffic.link_speed"].equals(first["traffic.link_speed"])


def test_what_is_sampled_by_the_minute_is_kept_for_recent_days() -> None:
    kept = {"link_speed": roads.LINK_DAYS, "junction_15min": roads.JUNCTION_DAYS, "parking_status": parking.STATUS_DAYS}
    for name, days in kept.items():
        assert frame(name)["observed_at"].min() == pd.Timestamp(UNTIL) - pd.Timedelta(days=days)


# --- it hangs together ------------------------------------------------------------------------------------------------


def test_references_lead_to_rows_that_are_there() -> None:
    links, corridors = set(frame("road_link")["link_id"]), set(frame("corridor")["corridor_id"])
    junctions, lots = set(frame("junction")["junction_id"]), set(frame("parking_lot")["lot_id"])
    incidents, actions = frame("incident"), frame("control_action")
    assert set(incidents["link_id"].dropna()) <= links
    assert set(incidents["corridor_id"].dropna()) <= corridors
    assert set(actions["incident_id"].dropna()) <= set(incidents["incident_id"])
    assert set(actions["junction_id"].dropna()) <= junctions
    assert set(frame("road_link")[["from_junction_id", "to_junction_id"]].stack().dropna()) <= junctions
    assert {each for row in frame("corridor")["link_ids"] for each in row.split("|")} <= links
    assert set(frame("parking_daily")["lot_id"]) <= lots
    assert set(frame("parking_lot")["spot_id"].dropna()) <= set(register.spot_ids(CITY).values())
    assert set(frame("corridor")["node_id"].dropna()) <= set(register.node_ids().values())
    stops = {each for row in frame("bus_line")["stop_ids"].dropna() for each in row.split("|")}
    assert stops <= set(frame("bus_stop")["stop_id"])


def test_bus_rides_by_card_add_up_to_those_of_the_lines_of_each_place() -> None:
    lines = frame("bus_daily")
    complete = lines.groupby("place_code")["passenger_count"].transform(lambda count: count.notna().all())
    lines = lines[complete & (pd.to_datetime(lines["day_date"]) < pd.Timestamp(2026, 11, 22))]  # before the late day
    cards = frame("card_trip_daily").query("trip_mode == 'bus'")
    paid = cards.groupby(["place_code", "day_date"])["passenger_count"].sum()
    ridden = lines.groupby(["place_code", "day_date"])["passenger_count"].sum()
    assert len(ridden) > 0
    assert (paid.loc[ridden.index] == ridden).all()


def test_a_lots_day_is_the_sum_of_its_five_minutes() -> None:
    status = frame("parking_status").assign(day_date=lambda rows: rows["observed_at"].dt.date)
    status = status.groupby(["lot_id", "day_date"])["vehicle_in_count"].agg(["sum", "count"])
    whole = status[status["count"] == 288]["sum"]
    daily = frame("parking_daily").set_index(["lot_id", "day_date"])["vehicle_in_count"].loc[whole.index]
    wrong = daily[daily != whole]
    assert len(whole) > 400
    assert wrong.index.get_level_values("lot_id").unique().tolist() == [stories.CONTRADICTING_LOT]


def test_what_drives_in_less_what_drives_out_is_what_stands() -> None:
    lot = frame("parking_status").query("lot_id == 'YS-P003'").set_index("observed_at")
    change = lot["occupied_count"].diff()
    steps = lot.index.to_series().diff() == pd.Timedelta(minutes=5)
    flow = lot["vehicle_in_count"] - lot["vehicle_out_count"]
    known = steps & change.notna() & flow.notna()
    assert known.sum() > 1000
    assert (change[known] == flow[known]).all()


def test_a_baseline_is_the_median_of_the_workdays_of_four_weeks_at_that_time() -> None:
    rows = frame("corridor_time").query("corridor_id == 'YS-C01' and travel_direction == 'in'").set_index("observed_at")
    at = pd.Timestamp(2026, 11, 18, 8, 0)
    work = {each.day_date for each in drive().calendar if each.is_workday}
    before = [at - pd.Timedelta(days=back) for back in range(1, 29)]
    values = [rows["travel_min"].get(moment, np.nan) for moment in before if moment.date() in work]
    assert rows.loc[at, "baseline_min"] == pytest.approx(np.nanmedian(values), abs=0.06)


def test_an_incident_is_reported_reached_and_cleared_in_that_order() -> None:
    rows = frame("incident")
    times = rows[["occurred_at", "reported_at", "arrived_at", "cleared_at"]]
    for earlier, later in (("occurred_at", "reported_at"), ("reported_at", "arrived_at"), ("arrived_at", "cleared_at")):
        both = times[[earlier, later]].dropna()
        assert (both[earlier] <= both[later]).all()
    is_open = rows["cleared_at"].isna()
    assert set(rows.loc[is_open, "status"]) <= {"reported", "handling"}
    assert rows.loc[is_open, "next_report_at"].notna().all()
    assert rows.loc[is_open, "contact_phone"].str.startswith("0559-000-").all()


def test_a_vehicle_comes_from_here_from_the_province_or_from_outside() -> None:
    rows = frame("checkpoint_hourly")
    assert (rows["local_count"] + rows["province_count"] + rows["outside_count"] == rows["vehicle_count"])[
        rows["vehicle_count"].notna()
    ].all()
    assert rows.loc[~rows["is_online"], "vehicle_count"].isna().all()  # away is unknown, not zero


def test_holidays_bring_guests_and_rain_stops_boats() -> None:
    rows = frame("checkpoint_hourly")
    rows = rows[rows["place_code"] == "341003102"]
    holiday = rows[rows["observed_at"].between(*HOLIDAY, inclusive="left")]["outside_count"].mean()
    usual = rows[rows["observed_at"] >= pd.Timestamp(2026, 11, 2)]["outside_count"].mean()
    assert holiday > 2 * usual
    boats = frame("waterway_daily").merge(
        pd.DataFrame({"day_date": [each.day_date for each in drive().calendar], "rain": drive().rain_mm})
    )
    assert not boats.loc[boats["rain"] > 45, "is_navigable"].fillna(False).any()


# --- stories ----------------------------------------------------------------------------------------------------------


def test_the_car_park_of_the_story_is_full_every_noon_of_the_holiday_and_last_weekend() -> None:
    days = frame("parking_daily").query(f"lot_id == '{stories.FULL_LOT}'").set_index("day_date")["full_min"]
    assert (days[date(2026, 10, 1) : date(2026, 10, 7)] >= 120).all()
    assert (days[date(2026, 11, 21) : date(2026, 11, 22)] >= 120).all()
    assert (days[date(2026, 11, 16) : date(2026, 11, 20)] == 0).all()


def test_its_queue_reaches_the_road_with_a_cause() -> None:
    rows = frame("incident").query("incident_cause == 'parking_full' and corridor_id == 'YS-C02'")
    spilled = set(rows["occurred_at"].dt.date)
    assert {date(2026, 10, day) for day in range(1, 8)} | {date(2026, 11, 21), date(2026, 11, 22)} <= spilled


@pytest.mark.parametrize("corridor", stories.CROWDED_CORRIDORS)
def test_the_way_to_the_mountain_and_the_village_takes_about_twice_its_time(corridor: str) -> None:
    rows = frame("corridor_time").query(f"corridor_id == '{corridor}' and travel_direction == 'in'")
    first_days = rows[rows["observed_at"].between(datetime(2026, 10, 1), datetime(2026, 10, 4), inclusive="left")]
    assert 1.8 < (first_days["travel_min"] / first_days["baseline_min"]).max() < 2.8
    week = rows[rows["observed_at"] >= pd.Timestamp(2026, 11, 16)]
    worst = (week["travel_min"] / week["baseline_min"]).max()
    assert worst > 1.6 if corridor == stories.LEAVES_CORRIDOR else worst < 1.6


def test_the_open_incidents_of_the_stories_are_open_at_the_end() -> None:
    rows = frame("incident").set_index("incident_id")
    for name in (stories.ROCKFALL, stories.NIGHT_ACCIDENT, stories.LATE_ROADWORKS):
        assert pd.isna(rows.loc[name, "cleared_at"])
    assert rows.loc[stories.LATE_ROADWORKS, "expected_clear_at"] < pd.Timestamp(UNTIL)
    assert rows.loc[stories.ROCKFALL, "expected_clear_at"] > pd.Timestamp(UNTIL)
    assert rows.loc[stories.NIGHT_ACCIDENT, "incident_cause"] == "unknown"


def test_the_empty_line_carries_fewest() -> None:
    sums = frame("bus_daily").groupby("line_id")[["passenger_count", "vehicle_km"]].sum()
    assert (sums["passenger_count"] / sums["vehicle_km"]).idxmin() == stories.EMPTY_LINE


def test_one_district_is_sampled_too_thinly_and_the_city_well_enough() -> None:
    rows = frame("link_speed")
    sampled = rows[(rows["sample_count"] > 0) & (rows["speed_kmh"] > 0)]
    links = frame("road_link")["place_code"].str[:6].value_counts()
    share = sampled["place_code"].str[:6].value_counts() / links / rows["observed_at"].nunique()
    assert share[stories.THINLY_SAMPLED_DISTRICT] < 0.5
    assert (sampled.shape[0] / (links.sum() * rows["observed_at"].nunique())) > 0.65


def test_dirt_is_where_it_was_put() -> None:
    hours = frame("link_speed")["observed_at"]
    outage = pd.Timestamp(UNTIL) - pd.Timedelta(days=stories.OUTAGE_DAYS_BEFORE_END)
    since, until = (outage + pd.Timedelta(hours=hour) for hour in stories.OUTAGE_HOURS)
    assert not hours.between(since, until, inclusive="left").any()
    for name in ("bus_daily", "parking_daily"):
        days = set(frame(name)["day_date"])
        assert not days & {date(2026, *day) for day in stories.LOST_DAYS}
    lot = frame("parking_lot").set_index("lot_id").loc[stories.OUTDATED_LOT, "space_count"]
    seen = frame("parking_status").query(f"lot_id == '{stories.OUTDATED_LOT}'").dropna(subset=["free_count"])
    assert len(seen) > 1000
    assert (seen["free_count"] + seen["occupied_count"] == lot + stories.SPACES_NOT_IN_REGISTER).all()
    still = frame("link_speed").query("speed_kmh == 0")
    assert len(still) > 0
    assert still["link_state"].isna().all()
