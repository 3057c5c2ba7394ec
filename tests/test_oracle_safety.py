"""城市安全: every metric recomputed in pandas from the stored rows and the 口径 in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.settings import settings
from metrics import metrics
from tests import tiny
from tests.oracle import Answer, Oracle, Question, Tables, check, share

RESCUE = ["fire", "forest", "flood", "medical", "mountain", "hazchem", "mine"]
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module", autouse=True)
def _demo(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield
    settings.cache_clear()


def yes(column: pd.Series) -> pd.Series:
    """True where it says so; unknown is not yes."""
    return column.fillna(False).astype(bool)


def day_of(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column)


# --- calls ------------------------------------------------------------------------------------------------------------


def valid_police_calls(question: Question) -> Answer:
    calls = question.during(question.tables["safety.alarm_call"], "received_at")
    return Answer(float((yes(calls["is_valid"]) & (calls["call_line"] == "110")).sum()))


def arrival(question: Question, quantile: float, line: str | None = None, urban: bool = False) -> Answer:
    """The nearest-rank quantile of the minutes from dispatch to arrival; of the median the usual one."""
    calls = question.during(question.tables["safety.alarm_call"], "received_at")
    if line:
        calls = calls[calls["call_line"] == line]
    if urban:
        calls = calls[calls["is_mountain"].notna() & ~yes(calls["is_mountain"])]
    minutes = (calls["arrived_at"] - calls["dispatched_at"]).dt.total_seconds().dropna() / 60
    minutes = minutes[minutes >= 0]
    if minutes.empty:
        return Answer(None)
    if quantile == 0.5:
        return Answer(float(np.median(minutes)), 0.5)
    ranked = np.sort(minutes.to_numpy())
    return Answer(float(ranked[int(np.ceil(quantile * len(ranked))) - 1]), 0.5)


def fires_per_resident(question: Question) -> Answer:
    calls = question.during(question.tables["safety.alarm_call"], "received_at")
    fires = (yes(calls["is_valid"]) & (calls["call_line"] == "119") & (calls["kind"] == "fire")).sum()
    people = question.inside(question.tables["livelihood.population_monthly"])
    month = pd.to_datetime(people["month_date"])
    newest = people[month == month[month < question.until].max()]
    return Answer(10_000 * fires / newest["resident_count"].sum())


def road_deaths_per_vehicle(question: Question) -> Answer:
    calls = question.during(question.tables["safety.alarm_call"], "received_at")
    calls = calls[(calls["call_line"] == "122") & calls["is_valid"].fillna(True).astype(bool)]
    stock = question.inside(question.tables["traffic.vehicle_stock"])
    stock = stock[pd.to_datetime(stock["data_date"]) < question.until]
    vehicles = stock[stock["year"] == stock["year"].max()]["vehicle_count"].sum()
    return Answer(10_000 * calls["dead_count"].sum() / vehicles)


def work_deaths(question: Question) -> Answer:
    rows = question.during(question.tables["safety.work_accident"], "occurred_at")
    if len(rows) and rows["dead_count"].isna().all():
        return Answer(None)
    return Answer(float(rows["dead_count"].sum()))


# --- fire protection --------------------------------------------------------------------------------------------------


@cache
def last_reports(tables: Tables, until: datetime) -> pd.DataFrame:
    """The last report of each device before the end; silent for more than seven days is offline."""
    rows = tables["safety.fire_iot"][["device_id", "place_code", "observed_at", "status"]]
    rows = rows[rows["observed_at"] < until]
    newest = rows.loc[rows.groupby("device_id")["observed_at"].idxmax()]
    age = rows["observed_at"].max().normalize() - newest["observed_at"].dt.normalize()
    return newest.assign(status=newest["status"].where(age <= 7 * DAY, "offline"))


def normal_devices(question: Question) -> Answer:
    newest = question.inside(last_reports(question.tables, question.until))
    return share((newest["status"] == "normal").sum(), len(newest))


def false_alarms(question: Question) -> Answer:
    rows = question.tables["safety.fire_iot"]
    rows = question.during(rows[rows["status"].eq("alarm") & rows["is_true_fire"].notna()], "observed_at")
    return share((~rows["is_true_fire"].astype(bool)).sum(), len(rows))


def registered(question: Question, table: str) -> pd.DataFrame:
    """A register's rows in the area; none when it speaks of a day a week or more after the period's last."""
    rows = question.inside(question.tables[table])
    spoken = pd.to_datetime(rows["data_date"])
    return rows[spoken.isna() | (spoken < question.until + 6 * DAY)]


def connected(table: str) -> Oracle:
    def oracle(question: Question) -> Answer:
        rows = registered(question, table)
        return share(yes(rows["is_connected"]).sum(), len(rows))

    return oracle


# --- months -----------------------------------------------------------------------------------------------------------


def monthly(table: str, part: str, whole: str, **wanted: str) -> Oracle:
    """Part over whole in the newest month that is over and reported."""

    def oracle(question: Question) -> Answer:
        every = question.tables[table]
        month = pd.to_datetime(every["month_date"])
        over = month[month + pd.offsets.MonthBegin(1) <= question.until]
        if over.empty:
            return Answer(None)
        rows = question.inside(every[month == over.max()])
        for column, value in wanted.items():
            rows = rows[rows[column] == value]
        return share(rows[part].sum(), rows[whole].sum())

    return oracle


def daily(table: str, part: str, whole: str) -> Oracle:
    """Part over whole, added up over the days of the period."""

    def oracle(question: Question) -> Answer:
        rows = question.during(question.tables[table], "day_date")
        rows = rows[rows[part].notna()]
        return share(rows[part].sum(), rows[whole].sum())

    return oracle


# --- video ------------------------------------------------------------------------------------------------------------


def cameras_online(question: Question) -> Answer:
    rows = registered(question, "safety.camera")
    return share(yes(rows["is_online"]).sum(), len(rows))


def safe_city_cameras(question: Question) -> Answer:
    rows = registered(question, "safety.camera")
    return Answer(float(yes(rows["is_safe_city"]).sum()) if len(rows) else None)


def availability(question: Question) -> Answer:
    rates = question.during(question.tables["safety.feeder_daily"], "day_date")["availability_rate"].dropna()
    return Answer(100 * rates.mean() if len(rates) else None)


# --- hazards and risk -------------------------------------------------------------------------------------------------


def majors(question: Question) -> pd.DataFrame:
    rows = question.inside(question.tables["safety.hazard"])
    return rows[(rows["hazard_grade"] == "major") & (rows["status"] != "cancelled")]


def rectified_majors(question: Question) -> Answer:
    rows = majors(question)
    due = day_of(rows["due_date"])
    rows = rows[(due < question.until) & (due >= question.until - 365 * DAY)]
    return share((day_of(rows["rectified_date"]) < question.until).sum(), len(rows))


def open_majors(question: Question) -> pd.DataFrame:
    rows = majors(question)
    is_done = day_of(rows["rectified_date"]) < question.until
    return rows[(day_of(rows["found_date"]) < question.until) & ~is_done]


def open_major_count(question: Question) -> Answer:
    return Answer(float(len(open_majors(question))))


def overdue_majors(question: Question) -> Answer:
    return Answer(float((day_of(open_majors(question)["due_date"]) < question.until).sum()))


def unchecked_sources(question: Question) -> Answer:
    rows = registered(question, "safety.risk_source")
    if rows.empty:
        return Answer(None)
    ended = day_of(rows["valid_to"]) < question.until
    begun = ~(day_of(rows["valid_from"]) >= question.until)
    checked = day_of(rows["last_checked_date"])
    is_late = checked.isna() | (checked < question.until - 90 * DAY)
    return Answer(float((is_late & begun & ~ended).sum()))


def scores(question: Question) -> pd.DataFrame:
    rows = question.during(question.tables["safety.risk_score_daily"], "day_date")
    return rows.dropna(subset=["hazard", "exposure", "vulnerability", "control", "score"])


def risk_index(question: Question) -> Answer:
    found = scores(question)["score"]
    return Answer(float(found.mean()) if len(found) else None, 1e-6)


def high_risks(question: Question) -> Answer:
    found = scores(question)
    newest = question.during(question.tables["safety.risk_score_daily"], "day_date")["day_date"].max()
    return Answer(float((found[found["day_date"] == newest]["score"] >= 60).sum()))


# --- warnings ---------------------------------------------------------------------------------------------------------


def in_force(question: Question) -> pd.DataFrame:
    rows = question.inside(question.tables["safety.warning_notice"])
    return rows[(rows["issued_at"] < question.until) & ~(rows["cleared_at"] < question.until)]


def evacuations(question: Question) -> tuple[float, float]:
    """People moved (no more than planned, none where nothing is reported) and people to move."""
    rows = in_force(question)
    rows = rows[rows["evacuate_planned_count"].notna()]
    planned = rows["evacuate_planned_count"].astype(float)
    moved = np.minimum(rows["evacuated_count"].astype(float).fillna(0), planned)
    return float(moved.sum()), float(planned.sum())


def not_evacuated(question: Question) -> Answer:
    rows = in_force(question)
    if len(rows) and rows["evacuate_planned_count"].isna().all():
        return Answer(None)  # nobody has said whether anyone must leave
    moved, planned = evacuations(question)
    return Answer(planned - moved)


# --- forest, duty, teams, supplies ------------------------------------------------------------------------------------


def forest_fires(question: Question) -> Answer:
    rows = question.during(question.tables["safety.forest_hot_spot"], "detected_at")
    return Answer(float(yes(rows["is_forest_fire"]).sum()))


def high_fire_danger(question: Question) -> Answer:
    every = question.tables["safety.forest_fire_risk"]
    when = pd.to_datetime(every["day_date"])
    newest = when[(when >= question.since) & (when < question.until)].max()
    rows = question.inside(every[when == newest])
    return Answer(float(rows["fire_danger_grade"].isin(["4", "5"]).sum()))


def duty_present(question: Question) -> Answer:
    checked = question.during(question.tables["safety.duty_roster"], "day_date")["is_checked_in"].dropna()
    return share(checked.astype(bool).sum(), len(checked))


def nearest(question: Question) -> pd.Series:
    """Minutes of the nearest rescue team on standby, by township."""
    teams = question.tables["safety.emergency_team"]
    spoken = pd.to_datetime(teams["data_date"])
    teams = teams[yes(teams["is_on_standby"]) & teams["kind"].isin(RESCUE) & (spoken < question.until + 6 * DAY)]
    reach = question.inside(question.tables["safety.team_reach"])
    return reach[reach["team_id"].isin(teams["team_id"])].groupby("place_code")["arrival_min"].min()


def slowest(question: Question) -> Answer:
    minutes = nearest(question)
    return Answer(float(minutes.max()) if len(minutes) else None)


def reached(question: Question) -> Answer:
    minutes = nearest(question)
    return share((minutes <= 30).sum(), len(minutes))


def short_supplies(question: Question) -> Answer:
    rows = registered(question, "safety.emergency_supply")
    return Answer(float((rows["quantity"] < rows["minimum_quantity"]).sum()) if len(rows) else None)


def reported_cases(question: Question) -> Answer:
    rows = question.during(question.tables["safety.public_health_daily"], "day_date")
    return Answer(float(rows["reported_case_count"].sum()))


ORACLES: dict[str, Oracle] = {
    "valid_police_call_count": valid_police_calls,
    "arrival_p90": lambda question: arrival(question, 0.9),
    "arrival_median": lambda question: arrival(question, 0.5),
    "police_arrival_p90": lambda question: arrival(question, 0.9, "110", urban=True),
    "fire_arrival_p90": lambda question: arrival(question, 0.9, "119", urban=True),
    "ambulance_arrival_p90": lambda question: arrival(question, 0.9, "120", urban=True),
    "fire_per_10k_resident": fires_per_resident,
    "road_dead_per_10k_vehicle": road_deaths_per_vehicle,
    "work_accident_dead_count": work_deaths,
    "fire_device_normal_rate": normal_devices,
    "false_fire_alarm_rate": false_alarms,
    "fire_unit_connected_rate": connected("safety.fire_unit"),
    "heritage_connected_rate": connected("safety.heritage_fire"),
    "fire_hazard_rectified_rate": monthly("safety.fire_work_monthly", "rectified_count", "problem_count"),
    "camera_online_rate": cameras_online,
    "safe_city_camera_count": safe_city_cameras,
    "camera_coverage_rate": monthly("safety.camera_coverage", "covered_site_count", "due_site_count"),
    "video_qualified_rate": daily("safety.video_record_daily", "qualified_count", "sampled_count"),
    "device_trusted_rate": daily("safety.device_trust_daily", "trusted_count", "device_count"),
    "feeder_availability_rate": availability,
    "major_hazard_rectified_rate": rectified_majors,
    "major_hazard_open_count": open_major_count,
    "major_hazard_overdue_count": overdue_majors,
    "unchecked_risk_source_count": unchecked_sources,
    "safety_risk_index": risk_index,
    "high_risk_place_count": high_risks,
    "social_risk_solved_rate": monthly("safety.social_risk_monthly", "solved_count", "accepted_count"),
    "high_risk_firm_coverage_rate": monthly(
        "safety.work_safety_coverage", "connected_count", "enterprise_count", enterprise_class="high_risk"
    ),
    "key_goods_traceable_rate": monthly("safety.key_goods_monthly", "traceable_enterprise_count", "enterprise_count"),
    "warning_in_force_count": lambda question: Answer(float(in_force(question)["alert_id"].nunique())),
    "warned_place_count": lambda question: Answer(float(in_force(question)["place_code"].nunique())),
    "evacuated_rate": lambda question: share(*evacuations(question)),
    "not_evacuated_count": not_evacuated,
    "hazard_feed_online_rate": daily("safety.hazard_feed_daily", "online_count", "device_count"),
    "ranger_on_duty_rate": daily("safety.forest_patrol_daily", "ranger_on_duty_count", "ranger_count"),
    "forest_fire_count": forest_fires,
    "high_fire_danger_place_count": high_fire_danger,
    "nearest_team_min": slowest,
    "team_reach_30min_rate": reached,
    "duty_present_rate": duty_present,
    "supply_short_count": short_supplies,
    "reported_case_count": reported_cases,
    "ambulance_free_rate": daily("safety.medical_rescue_daily", "ambulance_free_count", "ambulance_count"),
}


def test_every_metric_of_the_theme_has_an_oracle() -> None:
    assert ORACLES.keys() == {each.id for each in metrics("safety")}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str) -> None:
    check(ORACLES, name)
