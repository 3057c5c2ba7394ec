"""The demo of 生态环境 beyond air stations and sections: keeps its contracts, hangs together, tells its stories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data.demo import ecology, ecology_rest
from data.demo.drivers import City, drivers
from data.demo.ecology_rest import forecast, story
from tests.demo_rules import detail_tables, faults

UNTIL = date(2026, 11, 23)
CITY = City(341000, scale=0.1)
DRIVE = drivers(CITY, UNTIL - timedelta(days=150), UNTIL)
AHEAD = frozenset({"due_date", "forecast_date"})  # days that may lie after the demo's end
OTHERS = {"ecology.air_station", "ecology.air_hourly", "ecology.water_section", "ecology.water_measure"}


@pytest.fixture(scope="module")
def tables() -> Mapping[str, pa.Table]:
    return ecology_rest.make(CITY, DRIVE)


@pytest.fixture(scope="module")
def frames(tables: Mapping[str, pa.Table]) -> dict[str, pd.DataFrame]:
    return {name.removeprefix("ecology."): rows.to_pandas() for name, rows in tables.items()}


def test_both_makers_together_make_every_table_of_the_theme(tables: Mapping[str, pa.Table]) -> None:
    assert sorted([*tables, *OTHERS]) == detail_tables("ecology")


def test_the_same_arguments_give_the_same_rows(tables: Mapping[str, pa.Table]) -> None:
    again = ecology_rest.make(City(341000, scale=0.1), DRIVE)
    assert [name for name, rows in tables.items() if not rows.equals(again[name])] == []


@pytest.mark.parametrize("count", [1, 8])
def test_a_demo_of_a_few_days_has_every_table_too(count: int, tables: Mapping[str, pa.Table]) -> None:
    assert ecology_rest.make(CITY, drivers(CITY, UNTIL - timedelta(days=count), UNTIL)).keys() == tables.keys()


# --- contracts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(detail_tables("ecology")) - OTHERS))
def test_the_rows_keep_their_contract_their_places_and_their_clock(name: str, tables: Mapping[str, pa.Table]) -> None:
    assert faults(tables, name, UNTIL, AHEAD) == []


def test_plates_are_masked_and_what_must_not_be_found_has_no_coordinates(frames: dict[str, pd.DataFrame]) -> None:
    assert frames["diesel_vehicle"]["plate_masked"].str.fullmatch(r"皖J[A-Z]\*\*\d{3}").all()
    assert not {"lon", "lat"} & {*frames["drinking_source"], *frames["reservoir"], *frames["groundwater_well"]}
    chemical = frames["pollution_source"]["industry_name"].isin(["精细化工", "电镀", "医药制造", "印染"])
    assert frames["pollution_source"].loc[chemical, "lon"].isna().all()
    assert (
        frames["pollution_source"]
        .loc[~chemical & frames["pollution_source"]["place_code"].str.isdigit(), "lon"]
        .notna()
        .all()
    )


def test_the_number_of_reservoirs_does_not_shrink_with_the_demo(frames: dict[str, pd.DataFrame]) -> None:
    assert len(frames["reservoir"]) == 188


# --- it hangs together ------------------------------------------------------------------------------------------------


def test_every_foreign_id_is_registered(frames: dict[str, pd.DataFrame]) -> None:
    sections = {f"YS-W{row:02d}" for row in range(1, len(ecology.SECTIONS) + 1)}
    homes = {
        ("source_daily", "source_id"): frames["pollution_source"]["source_id"],
        ("exceedance", "source_id"): frames["pollution_source"]["source_id"],
        ("trace_candidate", "source_id"): frames["pollution_source"]["source_id"],
        ("trace_candidate", "air_source_id"): frames["air_source"]["air_source_id"],
        ("trace_candidate", "exceedance_id"): frames["exceedance"]["exceedance_id"],
        ("trace_candidate", "section_id"): sections,
        ("exceedance", "section_id"): sections,
        ("river_reach", "section_id"): sections,
        ("compensation_factor", "section_id"): sections,
        ("air_source", "air_grid_id"): frames["air_grid"]["air_grid_id"],
        ("air_source_finding", "air_grid_id"): frames["air_grid"]["air_grid_id"],
        ("air_source_finding", "air_source_id"): frames["air_source"]["air_source_id"],
        ("obd_daily", "vehicle_id"): frames["diesel_vehicle"]["vehicle_id"],
        ("reservoir_hourly", "reservoir_id"): frames["reservoir"]["reservoir_id"],
        ("hydro_hourly", "hydro_station_id"): frames["hydro_station"]["hydro_station_id"],
        ("river_patrol_monthly", "reach_id"): frames["river_reach"]["reach_id"],
        ("groundwater_measure", "well_id"): frames["groundwater_well"]["well_id"],
        ("drinking_source_monthly", "drinking_source_id"): frames["drinking_source"]["drinking_source_id"],
    }
    lost = {where: set(frames[where[0]][where[1]].dropna()) - set(home) for where, home in homes.items()}
    assert {where: ids for where, ids in lost.items() if ids} == {}


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("exceedance", ["started_at", "raised_at", "dispatched_at", "arrived_at", "handled_at", "closed_at"]),
        ("air_source_finding", ["detected_at", "dispatched_at", "arrived_at", "handled_at"]),
        ("forest_change", ["detected_at", "verified_at"]),
    ],
)
def test_no_step_of_a_case_comes_before_the_one_it_follows(
    name: str, steps: list[str], frames: dict[str, pd.DataFrame]
) -> None:
    rows = frames[name]
    for before, after in pairwise(steps):
        both = rows.dropna(subset=[after])
        assert (both[after] >= both[before]).all(), f"{after} without or before {before}"


def test_a_verdict_is_given_only_once_somebody_dealt_with_the_case(frames: dict[str, pd.DataFrame]) -> None:
    rows = frames["exceedance"]
    waiting = rows[rows["handled_at"].isna() & (rows["status"] != "false_alarm")]
    assert waiting[["is_confirmed", "outcome", "responsible_unit", "fine_wan"]].isna().all(axis=None)


def test_an_exceedance_of_a_source_is_what_its_monitor_said(frames: dict[str, pd.DataFrame]) -> None:
    daily = frames["source_daily"]
    hours = daily.set_index(["source_id", "pollutant", "day_date"])["exceed_hour_count"]
    events = frames["exceedance"].query("environment_element == 'source'")
    assert len(events) > 3
    for event in events.itertuples():
        assert hours.loc[(event.source_id, event.pollutant, event.started_at.date())].max() > 0


def test_suspects_share_no_more_than_the_whole_blame(frames: dict[str, pd.DataFrame]) -> None:
    assert frames["trace_candidate"].groupby("exceedance_id")["contribution_rate"].sum().max() <= 1.0001
    assert set(frames["exceedance"]["exceedance_id"]) == set(frames["trace_candidate"]["exceedance_id"])


def test_a_grid_counts_the_sources_that_lie_in_it(frames: dict[str, pd.DataFrame]) -> None:
    counted = frames["air_source"]["air_grid_id"].value_counts()
    grids = frames["air_grid"].set_index("air_grid_id")["air_source_count"]
    assert (grids == counted.reindex(grids.index).fillna(0)).all()


def test_all_six_kinds_of_air_source_are_found_in_a_year() -> None:
    year = drivers(CITY, UNTIL - timedelta(days=365), UNTIL)
    kinds = ecology_rest.air_source.make(CITY, year)["ecology.air_source_finding"]["air_source_kind"]
    assert len(kinds.unique()) == 6


def test_what_became_of_waste_adds_up_to_what_was_made(frames: dict[str, pd.DataFrame]) -> None:
    waste = frames["solid_waste_monthly"]
    ways = waste[["utilised_ton", "disposed_ton", "stored_ton", "transferred_ton"]].sum(axis=1)
    assert np.allclose(ways, waste["generated_ton"], atol=0.2)


def test_the_citys_forest_is_the_sum_of_its_districts(frames: dict[str, pd.DataFrame]) -> None:
    rows = frames["forest_yearly"].query("forest_kind == 'all'")
    districts = rows[rows["place_code"].isin(ecology_rest.place.DISTRICTS)].groupby("year")["area_ha"].sum()
    city = rows[rows["place_code"] == "3410"].set_index("year")["area_ha"]
    assert np.allclose(districts, city)


def test_reservoirs_stand_higher_after_rain(frames: dict[str, pd.DataFrame]) -> None:
    rows = frames["reservoir_hourly"].query("data_flag == 'N'")
    usual = rows.groupby("reservoir_id")["water_level_m"].transform("mean")
    level = (rows["water_level_m"] - usual).groupby(rows["observed_at"].dt.date).mean()
    month_of_rain = pd.Series(DRIVE.rain_mm).rolling(20, min_periods=1).sum()
    assert np.corrcoef(level, month_of_rain)[0, 1] > 0.5


# --- the stories ------------------------------------------------------------------------------------------------------


def told(frames: dict[str, pd.DataFrame], name: str) -> pd.Series:
    return frames["exceedance"].set_index("exceedance_id").loc[name]


def test_the_river_story_is_told_by_the_section_the_works_and_the_card(frames: dict[str, pd.DataFrame]) -> None:
    card = told(frames, story.RIVER_EXCEEDANCE)
    measured = ecology.water_values(CITY, DRIVE)[story.RIVER_ITEM][story.RIVER_SECTION_ROW]
    assert f"YS-W{story.RIVER_SECTION_ROW + 1:02d}" == card["section_id"]
    assert card["measured_value"] == np.nanmax(measured[-42:]) > card["limit_concentration"]
    assert (card["started_at"], card["ended_at"]) == (datetime(2026, 11, 18), datetime(2026, 11, 21))
    assert card["arrived_at"] - card["raised_at"] < timedelta(hours=2)
    assert (card["is_confirmed"], card["responsible_unit"]) == (True, story.RIVER_SOURCE_NAME)
    works = frames["source_daily"].query(f"source_id == '{story.RIVER_SOURCE}' and pollutant == '{story.RIVER_ITEM}'")
    above = works[works["exceed_hour_count"] == 24]["day_date"]
    assert set(above) >= {date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)}
    suspects = frames["trace_candidate"].query(f"exceedance_id == '{story.RIVER_EXCEEDANCE}'")
    assert suspects.iloc[0]["source_id"] == story.RIVER_SOURCE
    assert story.RIVER_UPSTREAM in set(suspects["section_id"])


def test_the_air_story_ends_at_the_paint_works_upwind(frames: dict[str, pd.DataFrame]) -> None:
    card = told(frames, story.AIR_EXCEEDANCE)
    first = frames["trace_candidate"].query(f"exceedance_id == '{story.AIR_EXCEEDANCE}' and rank_no == 1").iloc[0]
    source = frames["air_source"].set_index("air_source_id").loc[first["air_source_id"]]
    assert (source["name"], source["kind"], source["source_id"]) == (
        story.AIR_SOURCE_NAME,
        "park_voc",
        story.AIR_SOURCE,
    )
    assert (first["trace_side"], card["responsible_unit"], card["status"]) == (
        "upwind",
        story.AIR_SOURCE_NAME,
        "closed",
    )


def test_on_the_last_evening_one_alert_still_waits_for_somebody_to_arrive(frames: dict[str, pd.DataFrame]) -> None:
    card = told(frames, story.WAITING_EXCEEDANCE)
    assert card["status"] == "dispatched" and pd.isna(card["arrived_at"])
    assert card["started_at"] == frames["exceedance"]["started_at"].max()


def test_two_reservoirs_stand_above_their_limit_whatever_the_weather(frames: dict[str, pd.DataFrame]) -> None:
    limits = frames["reservoir"].set_index("reservoir_id")["flood_limit_level_m"]
    last = frames["reservoir_hourly"].query("observed_at >= '2026-11-22'").set_index("reservoir_id")["water_level_m"]
    assert all((last[name] > limits[name]).all() for name in story.FULL_RESERVOIRS)


def test_one_lorry_is_a_high_emitter_every_day_of_the_last_week(frames: dict[str, pd.DataFrame]) -> None:
    lorry = frames["diesel_vehicle"]["vehicle_id"].iloc[story.SMOKY_VEHICLE]
    days = frames["obd_daily"].query(f"vehicle_id == '{lorry}'").tail(7)
    assert list(days["day_date"]) == [date(2026, 11, day) for day in range(16, 23)]
    assert days["is_high_emission"].all()


def test_the_targets_name_metrics_that_exist() -> None:
    from metrics import metric

    assert all(metric(code).scene == "ecology" for code, *_ in forecast.TARGETS)
