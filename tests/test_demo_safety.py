"""The demo of 城市安全: complete, repeatable, never ahead of its clock, and with its planted stories in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data.contract import code_lists, contract, contracts
from data.demo import safety
from data.demo.drivers import City, Drivers, drivers
from data.demo.safety import heritage, stories, video
from data.divisions import division

UNTIL = date(2026, 11, 23)
CITY = City(341000, scale=0.1)
TABLES = tuple(name for name in contracts() if name.startswith("safety."))


@pytest.fixture(scope="module")
def drive() -> Drivers:
    return drivers(CITY, UNTIL - timedelta(days=120), UNTIL)


@pytest.fixture(scope="module")
def made(drive: Drivers) -> Mapping[str, pa.Table]:
    return dict(safety.make(CITY, drive))


def frame(made: Mapping[str, pa.Table], name: str) -> pd.DataFrame:
    return made[f"safety.{name}"].to_pandas()


def test_every_table_of_the_theme_has_rows(made: Mapping[str, pa.Table]) -> None:
    assert set(made) == set(TABLES)
    assert [name for name, rows in made.items() if rows.num_rows == 0] == []


def test_the_same_arguments_give_the_same_rows(made: Mapping[str, pa.Table], drive: Drivers) -> None:
    again = safety.make(CITY, drive)
    assert [name for name, rows in made.items() if not rows.equals(again[name])] == []


@pytest.mark.parametrize("name", TABLES)
def test_the_rows_keep_their_contract(made: Mapping[str, pa.Table], name: str) -> None:
    rows, promised = made[name].to_pandas(), contract(name)
    assert not rows.duplicated(list(promised.key)).any()
    for column in promised.columns:
        values = rows[column.name].dropna()
        if column.required:
            assert len(values) == len(rows), f"{column.name} is required"
        if column.codes:
            assert set(values) <= set(code_lists()[column.codes]), column.name
        if column.minimum is not None:
            assert (values >= column.minimum).all(), column.name
        if column.maximum is not None:
            assert (values <= column.maximum).all(), column.name


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_later_than_the_clock(made: Mapping[str, pa.Table], name: str) -> None:
    plans = {"due_date", "expiry_date", "next_report_at", "valid_to"}  # what lies ahead on purpose
    for column in contract(name).columns:
        if column.type in ("date", "timestamp") and column.name not in plans:
            moments = pd.to_datetime(made[name][column.name].to_pandas()).dropna()
            assert (moments < pd.Timestamp(UNTIL)).all(), column.name


@pytest.mark.parametrize("name", TABLES)
def test_every_place_is_in_the_reference(made: Mapping[str, pa.Table], name: str) -> None:
    for code in set(made[name]["place_code"].to_pylist()):
        assert division(code).place_code == code


def test_people_and_numbers_are_plainly_invented(made: Mapping[str, pa.Table]) -> None:
    for name, rows in made.items():
        for person in rows["contact_name"].drop_null().to_pylist() if "contact_name" in rows.column_names else ():
            assert person.startswith("演示·"), name
        for phone in rows["contact_phone"].drop_null().to_pylist() if "contact_phone" in rows.column_names else ():
            assert phone.startswith("0559-000-"), name


def test_what_the_plan_fixes_stands_at_any_scale(made: Mapping[str, pa.Table]) -> None:
    cameras = frame(made, "camera")
    assert len(cameras) == video.CAMERAS == 26_907
    assert (cameras["kind"] == "3").sum() == 18_771
    assert cameras["is_safe_city"].sum() == 4_780
    assert cameras["is_shared_to_governance"].sum() == 17_489
    assert cameras["is_shared_to_video_network"].sum() == 5_175
    assert len(frame(made, "heritage_fire")) == heritage.SITES


def test_the_coverage_of_the_newest_month_counts_the_cameras_of_the_register(made: Mapping[str, pa.Table]) -> None:
    cover, cameras = frame(made, "camera_coverage"), frame(made, "camera")
    newest = cover[cover["month_date"] == cover["month_date"].max()]
    counted = newest[newest["place_class"] == "school"].set_index("place_code")["camera_count"]
    schools = cameras[(cameras["camera_scene"] == "school") & (cameras["place_code"] != "3410")]
    registered = schools["place_code"].str[:9].value_counts()
    assert counted[counted > 0].to_dict() == registered.to_dict()


def test_open_work_has_no_end(made: Mapping[str, pa.Table]) -> None:
    hazards = frame(made, "hazard")
    assert set(hazards[hazards["closed_date"].notna()]["status"]) <= {"closed", "cancelled"}
    assert hazards[hazards["status"].isin(["open", "rectifying"])]["rectified_date"].isna().all()
    fires = frame(made, "forest_hot_spot")
    assert fires[fires["fire_phase"] == "during"]["extinguished_at"].isna().all()


def test_the_published_scores_follow_their_terms_but_for_the_planted_ones(made: Mapping[str, pa.Table]) -> None:
    rows = frame(made, "risk_score_daily")
    product = 100 * rows["hazard"] * rows["exposure"] * rows["vulnerability"] * (1 - rows["control"])
    assert ((rows["score"] - product).abs() > 0.051).sum() == 5
    assert rows[rows[["hazard", "exposure", "vulnerability", "control"]].isna().any(axis=1)]["score"].isna().all()


def test_rain_brings_warnings_and_drought_brings_fire_danger(made: Mapping[str, pa.Table], drive: Drivers) -> None:
    rain = pd.Series(drive.rain_mm, index=pd.to_datetime(drive.days))
    storms = frame(made, "warning_notice").query("hazard_kind == 'rainstorm'")["issued_at"].dt.normalize()
    assert rain[storms.unique()].min() > rain.median()
    danger = frame(made, "forest_fire_risk").groupby("day_date")["fire_danger_index"].mean()
    soaked = rain.rolling(7, min_periods=1).sum()
    assert np.corrcoef(danger.to_numpy(), soaked.to_numpy())[0, 1] < -0.3


# --- the planted stories ----------------------------------------------------------------------------------------------


def test_people_near_the_moving_slope_are_not_all_out_yet(made: Mapping[str, pa.Table]) -> None:
    notices = frame(made, "warning_notice")
    slope = notices[notices["alert_id"] == stories.SLOPE.alert_id].set_index("place_code")
    assert slope["cleared_at"].isna().all() and (slope["warning_level"] == "2").all()
    left = slope["evacuate_planned_count"] - slope["evacuated_count"]
    assert left.to_dict() == {stories.SLOPE.place_code: 15, stories.SLOPE_NEIGHBOUR.place_code: 0}
    held = frame(made, "shelter").query("is_open")["sheltered_count"].sum()
    assert held == slope["evacuated_count"].sum()


def test_one_row_says_that_more_people_moved_than_were_to(made: Mapping[str, pa.Table]) -> None:
    notices = frame(made, "warning_notice")
    assert (notices["evacuated_count"] > notices["evacuate_planned_count"]).sum() == 1


def test_the_forest_fire_was_put_out_and_is_being_assessed(made: Mapping[str, pa.Table]) -> None:
    fire = frame(made, "forest_hot_spot").query("event_id == @stories.FOREST_FIRE_EVENT").iloc[0]
    assert fire["place_code"] == stories.FOREST_FIRE_PLACE and fire["is_forest_fire"]
    assert fire["fire_phase"] == "after" and fire["assessed_date"] is None


def test_three_supervised_hazards_are_overdue(made: Mapping[str, pa.Table]) -> None:
    hazards = frame(made, "hazard").set_index("supervision_no")
    for story in stories.OVERDUE_HAZARDS:
        row = hazards.loc[story.supervision_no]
        assert row["due_date"] < UNTIL and row["rectified_date"] is None and row["hazard_grade"] == "major"


def test_somebody_was_not_at_the_post_and_a_handover_is_open(made: Mapping[str, pa.Table]) -> None:
    roster = frame(made, "duty_roster")
    today = roster[roster["day_date"] == UNTIL - timedelta(days=1)]
    absent = today[(today["on_duty_unit"] == stories.ABSENT_UNIT) & (today["duty_role"] == "leader")].iloc[0]
    assert not absent["is_checked_in"]
    last_night = roster[
        (roster["day_date"] == UNTIL - timedelta(days=2)) & (roster["on_duty_unit"] == stories.UNCONFIRMED_UNIT)
    ]
    assert last_night.set_index("duty_role")["handed_over_at"].isna().to_dict()["officer"]


def test_the_devices_of_the_village_are_silent_and_the_weak_district_lags(made: Mapping[str, pa.Table]) -> None:
    devices = frame(made, "fire_iot")
    since = pd.Timestamp(UNTIL) - pd.Timedelta(days=stories.OFFLINE_DAYS)
    village = devices[(devices["place_code"] == stories.OFFLINE_VILLAGE) & devices["heritage_id"].notna()]
    assert set(village[village["observed_at"] >= since]["status"]) == {"offline"}
    cameras = frame(made, "camera").dropna(subset=["is_online"])
    rate = cameras["is_online"].astype(bool).groupby(cameras["place_code"].str[:6]).mean().drop("3410")
    assert rate.idxmin() == stories.WEAK_CAMERA_DISTRICT


def test_the_remote_township_waits_longer_than_an_hour(made: Mapping[str, pa.Table]) -> None:
    reach = frame(made, "team_reach").groupby("place_code")["arrival_min"].min()
    assert reach.idxmax() == stories.REMOTE_TOWNSHIP and reach.max() > 60


def test_one_feed_is_interrupted_at_the_end(made: Mapping[str, pa.Table]) -> None:
    feed = frame(made, "feeder_daily").query("system_id == @stories.INTERRUPTED_SYSTEM").sort_values("day_date")
    assert (feed["feed_state"].tail(stories.INTERRUPTED_DAYS) == "interrupted").all()
