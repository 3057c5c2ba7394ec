"""The demo of 总体态势: it keeps its contracts, agrees with the other scenes and tells its stories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data.contract import contracts
from data.demo import overview
from data.demo.drivers import City, drivers
from data.demo.overview import stories
from data.demo.safety.calls import alarm_calls
from data.demo.safety.video import CAMERAS
from data.pulse import weights
from metrics import metric, metrics
from tests.demo_rules import detail_tables, faults

SINCE, UNTIL = date(2026, 8, 1), date(2026, 11, 23)
CITY = City(341000, scale=0.3)
DRIVE = drivers(CITY, SINCE, UNTIL)
NAMES = detail_tables("overview")
AHEAD = frozenset({"due_at", "next_report_at", "forecast_date", "target_at", "valid_to"})
END = pd.Timestamp(UNTIL)


@cache
def tables() -> Mapping[str, pa.Table]:
    return overview.make(CITY, DRIVE)


@cache
def frame(name: str) -> pd.DataFrame:
    return tables()[f"overview.{name}"].to_pandas()


def test_every_table_of_the_theme_is_made() -> None:
    assert sorted(tables()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rows_keep_their_contract_and_their_clock(name: str) -> None:
    assert faults(tables(), name, UNTIL, AHEAD) == []


def test_the_same_arguments_give_the_same_rows() -> None:
    short = drivers(CITY, date(2026, 11, 9), UNTIL)
    first, again = overview.make(CITY, short), overview.make(CITY, short)
    assert all(first[name].equals(again[name]) for name in NAMES)


# --- it hangs together ------------------------------------------------------------------------------------------------


def test_the_emergency_lines_are_the_calls_of_the_safety_scene() -> None:
    calls = alarm_calls(CITY, DRIVE).to_pandas()
    found = frame("hotline_daily").query("call_line in ('110', '119', '120', '122')")
    assert found["call_count"].sum() == len(calls)
    mine = found.groupby("call_line")["call_count"].sum()
    assert (mine == calls.groupby("call_line").size()).all()


def test_a_hotlines_parts_never_exceed_their_whole() -> None:
    rows = frame("hotline_daily")
    for part, whole in (
        ("answered_count", "call_count"),
        ("order_count", "call_count"),
        ("answered_in_15s_count", "answered_count"),
        ("on_time_count", "due_count"),
        ("solved_count", "revisited_count"),
    ):
        both = rows.dropna(subset=[part, whole])
        assert (both[part] <= both[whole]).all(), part


def test_the_stations_mean_rain_and_temperature_are_the_citys() -> None:
    rows = frame("weather_hourly")
    rows = rows.assign(day=rows["observed_at"].dt.normalize())
    rain = rows.groupby("day")["rain_mm"].sum() / rows["weather_station_id"].nunique()
    assert np.allclose(rain, DRIVE.rain_mm, atol=0.002)
    assert np.allclose(rows.groupby("day")["temperature_c"].mean(), DRIVE.temperature, atol=0.05)


def test_video_is_the_plans_number_and_no_more_is_online_than_built() -> None:
    rows = frame("sensor_coverage")
    last = rows[(pd.to_datetime(rows["day_date"]) == END - pd.Timedelta(days=1)) & (rows["sensor_kind"] == "camera")]
    assert last["installed_count"].sum() == CAMERAS == 26_907
    both = rows.dropna(subset=["online_count"])
    assert (both["online_count"] <= both["installed_count"]).all()


def test_the_districts_economy_adds_up_to_the_citys() -> None:
    register = frame("economy_indicator").set_index("indicator_id")
    summed = register.index[register["is_cumulative"]]
    rows = frame("economy_monthly")
    rows = rows[rows["indicator_id"].isin(summed)]
    whole = rows[rows["place_code"] == "3410"].set_index(["indicator_id", "month_date"])["value"]
    parts = rows[rows["place_code"] != "3410"].groupby(["indicator_id", "month_date"])["value"].sum()
    assert np.allclose(whole.sort_index(), parts.sort_index(), atol=0.04)
    assert register["economy_source"].nunique() == 9


def test_there_is_an_asset_for_every_table_of_the_cockpit() -> None:
    assert set(frame("data_asset")["table_name"].dropna()) == set(contracts())


def test_every_task_and_report_belongs_to_an_event_and_every_alert_to_a_metric() -> None:
    events = set(frame("event")["event_id"])
    for name in ("event_task", "event_report"):
        assert set(frame(name)["event_id"]) <= events
    alerts = frame("alert")
    assert set(alerts["event_id"].dropna()) <= events
    known = {each.id for each in metrics()}
    assert set(alerts["metric_id"]) | set(frame("forecast")["metric_id"]) <= known


def test_steps_come_one_after_another_save_for_one_wrong_clock() -> None:
    rows = frame("event")
    chain = ["occurred_at", "reported_at", "accepted_at", "filed_at", "dispatched_at", "handled_at", "closed_at"]
    backwards = sum(
        ((rows[later] < rows[earlier]).astype(int) for earlier, later in pairwise(chain)),
        start=pd.Series(0, rows.index),
    )
    assert (backwards > 0).sum() == 1


# --- the stories ------------------------------------------------------------------------------------------------------


def test_three_events_wait_for_a_decision() -> None:
    rows = frame("event").set_index("event_id")
    waiting = rows.loc[list(stories.OPEN_EVENTS)]
    assert waiting["closed_at"].isna().all()
    assert waiting[["lead_unit", "contact_name", "contact_phone", "next_report_at"]].notna().all().all()
    slope = rows.loc[stories.SLOPE.event_id]
    assert slope["evacuate_planned_count"] - slope["evacuated_count"] == 15
    assert rows.loc[stories.CRASH_EVENT, "dead_count"] == 1
    assert rows.loc[stories.CRASH_EVENT, "next_report_at"] < END
    assert rows.loc[stories.MAIN_EVENT, "due_at"] < END


def test_what_other_scenes_tell_is_an_event_and_an_alert_here() -> None:
    events, alerts = frame("event").set_index("event_id"), frame("alert").set_index("alert_id")
    assert stories.FOREST_FIRE_EVENT in events.index
    assert events.loc[stories.CROWD_EVENT, "occurred_at"].date() == stories.CROWD_DAY
    assert alerts.loc[stories.CROWD_ALERT, "event_id"] == stories.CROWD_EVENT
    assert alerts.loc[stories.RIVER_ALERT, "event_id"] == stories.RIVER_EVENT


def test_last_weeks_twenty_assignments_end_as_told() -> None:
    rows = frame("assignment")
    week = rows[rows["issued_at"] >= END - pd.Timedelta(days=7)]
    is_open = week["closed_at"].isna()
    soon = END + pd.Timedelta(days=2)
    told = {
        "closed": int((~is_open).sum()),
        "running": int((is_open & (week["due_at"] >= soon)).sum()),
        "near_due": int((is_open & (week["due_at"] >= END) & (week["due_at"] < soon)).sum()),
        "overdue": int((is_open & (week["due_at"] < END)).sum()),
    }
    assert told == stories.ASSIGNED_LAST_WEEK
    assert week.loc[is_open & (week["due_at"] < END), "lead_unit"].tolist() == [stories.OVERDUE_UNIT]


def test_the_silent_feed_brings_nothing_on_its_last_days() -> None:
    rows = frame("integration_daily").query("integration_id == @stories.SILENT_FEED").sort_values("day_date")
    assert (rows["received_batch_count"].tail(stories.SILENT_DAYS) == 0).all()
    assert rows["received_batch_count"].iloc[-stories.SILENT_DAYS - 1] > 0


# --- the weights of the vital signs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", weights(), ids=lambda each: each.metric)
def test_a_full_score_is_the_metrics_target(weight: object) -> None:
    each = next(found for found in weights() if found is weight)
    asked = metric(each.metric)
    assert asked.scene == each.theme
    assert asked.target is not None
    assert (asked.target.value, asked.better, asked.unit or "无量纲") == (each.target, each.direction, each.unit)


def test_the_weights_of_a_domain_are_equal_and_all_eight_domains_have_some() -> None:
    rows = frame("pulse_weight")
    assert rows["theme"].nunique() == 8
    assert (rows.groupby(["version", "theme"])["weight"].nunique() == 1).all()
    assert np.allclose(rows.groupby(["version", "theme"])["weight"].sum(), 1, atol=1e-4)
