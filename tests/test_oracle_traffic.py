"""交通: every metric recomputed in pandas from the stored rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from data.settings import settings
from metrics import metrics
from queries.snapshot import snapshot
from tests import tiny
from tests.oracle import Answer, Oracle, Question, Tables, check, share

CLASS_FLOW = {"express": 1200, "arterial": 600, "secondary": 300, "branch": 120, "highway": 400}
CLASS_SPEED = {"express": 80, "arterial": 50, "secondary": 40, "branch": 30, "highway": 60}


@pytest.fixture(scope="module", autouse=True)
def _demo(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield
    for kept in (details, links, moments, roads):
        kept.cache_clear()
    settings.cache_clear()


@cache
def details(snapshot_id: str) -> Tables:
    """Read once for all metrics: the largest table has millions of rows."""
    return Tables(snapshot(snapshot_id))


def rows(question: Question, table: str) -> pd.DataFrame:
    return details(question.scope.snapshot)[f"traffic.{table}"]


def daily(question: Question, table: str, *known: str, time: str = "day_date") -> pd.DataFrame:
    """The rows of the area and period in which all the `known` columns are."""
    return question.during(rows(question, table), time).dropna(subset=list(known))


def valid(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["data_flag"].fillna("N").isin(["N", "R"])]


def ratio(part: float, whole: float, times: float = 1.0) -> Answer:
    return Answer(times * part / whole if whole else None)


# --- roads ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Roads:
    """What the samples of an area and period came to."""

    actual: float
    free: float
    sampled: int
    expected: int
    congested_km: float
    sampled_km: float
    peak_km: float
    peak_h: float


@cache
def links(snapshot_id: str) -> pd.DataFrame:
    """Every sample (measured, moving, open, valid) with its place, day, hour, delay and weight."""
    speeds = details(snapshot_id)["traffic.link_speed"]
    register = details(snapshot_id)["traffic.road_link"].set_index("link_id")
    fine = (
        (speeds["speed_kmh"] > 0)
        & (speeds["sample_count"].fillna(1) > 0)
        & speeds["link_state"].fillna("normal").eq("normal")
        & speeds["data_flag"].fillna("N").isin(["N", "R"])
    ).fillna(False)
    taken = speeds.loc[fine, ["link_id", "observed_at", "speed_kmh", "flow_vph"]]
    own = register.loc[taken["link_id"]]
    speed = taken["speed_kmh"].to_numpy(float)
    free = own["free_speed_kmh"].fillna(own["road_class"].map(CLASS_SPEED)).to_numpy(float)
    flow = taken["flow_vph"].to_numpy(float, na_value=np.nan)
    weight = np.where(np.isnan(flow), own["road_class"].map(CLASS_FLOW).to_numpy(float), flow)
    length = own["length_km"].to_numpy(float)
    at = taken["observed_at"].to_numpy()
    return pd.DataFrame(
        {
            "at": at,
            "hour": taken["observed_at"].dt.hour.to_numpy(),
            "district": own["place_code"].str[:6].to_numpy(),
            "length": length,
            "distance": weight * length,
            "actual": weight * length / np.minimum(speed, free),
            "driven": weight * length / speed,
            "free": weight * length / free,
            "is_congested": speed / free <= 0.5,
        }
    )


@cache
def moments(snapshot_id: str) -> np.ndarray:
    """The moments at which any link of the city has a row."""
    return np.sort(details(snapshot_id)["traffic.link_speed"]["observed_at"].unique())


@cache
def roads(snapshot_id: str, prefix: str, since: datetime, until: datetime) -> Roads:
    register = details(snapshot_id)["traffic.road_link"]
    register = register[register["place_code"].str.startswith(prefix)]
    when = pd.DatetimeIndex(moments(snapshot_id))
    when = when[(when >= since) & (when < until)]
    expected = sum(
        int(((pd.isna(one.valid_from) | (pd.Timestamp(one.valid_from) <= when)) & pd.isna(one.valid_to)).sum())
        for one in register.itertuples()
    )
    every = links(snapshot_id)
    here = every[(every["at"] >= np.datetime64(since)) & (every["at"] < np.datetime64(until))]
    if prefix != "3410":
        here = here[here["district"] == prefix]
    peak = here[here["hour"].isin([7, 8, 17, 18])]
    return Roads(
        here["actual"].sum(), here["free"].sum(), len(here), expected, here.loc[here["is_congested"], "length"].sum(),
        here["length"].sum(), peak["distance"].sum(), peak["driven"].sum(),
    )  # fmt: skip


def of(question: Question) -> Roads:
    return roads(question.scope.snapshot, question.scope.prefix, question.since, question.until)


def is_enough(found: Roads) -> bool:
    return found.expected > 0 and found.sampled / found.expected >= 0.6


def performance(question: Question) -> Answer:
    found = of(question)
    if not is_enough(found):
        return Answer(None)
    delay = 1 - found.free / found.actual
    return Answer(float(np.interp(delay, [0, 0.3, 0.5, 0.6, 0.7, 1], [0, 2, 4, 6, 8, 10])), 1e-6)


def travel_time(question: Question) -> Answer:
    found = of(question)
    return Answer(found.actual / found.free) if is_enough(found) else Answer(None)


def congestion(question: Question) -> Answer:
    found = of(question)
    return share(found.congested_km, found.sampled_km)


def peak_speed(question: Question) -> Answer:
    found = of(question)
    return ratio(found.peak_km, found.peak_h)


def coverage(question: Question) -> Answer:
    found = of(question)
    return share(found.sampled, found.expected)


# --- junctions, incidents, control ------------------------------------------------------------------------------------


def junction_delay(question: Question) -> Answer:
    found = valid(daily(question, "junction_15min", "delay_s", "flow_vph", time="observed_at"))
    return ratio((found["delay_s"] * found["flow_vph"]).sum(), found["flow_vph"].sum())


def junction_spill(question: Question) -> Answer:
    found = valid(daily(question, "junction_15min", "spill_rate", time="observed_at"))
    return share(found["spill_rate"].sum(), len(found))


def open_incidents(question: Question) -> pd.DataFrame:
    every = question.inside(rows(question, "incident"))
    begun, over = every["occurred_at"] < question.until, every["cleared_at"] < question.until
    return every[begun & ~over & (every["status"] != "cancelled")]


def still_open(question: Question) -> Answer:
    return Answer(float(len(open_incidents(question))))


def overdue(question: Question) -> Answer:
    return Answer(float((open_incidents(question)["expected_clear_at"] < question.until).sum()))


def clear_time(question: Question) -> Answer:
    found = question.during(rows(question, "incident"), "cleared_at")
    found = found[
        found["kind"].isin(["accident", "congestion", "breakdown", "other"]) & (found["status"] != "cancelled")
    ]
    minutes = (found["cleared_at"] - found["occurred_at"]).dt.total_seconds() / 60
    return Answer(float(np.percentile(minutes, 90, method="inverted_cdf")) if len(found) else None, 5.0)


def control(question: Question) -> Answer:
    found = daily(question, "control_action", "delay_before_s", "delay_after_s", time="started_at")
    before, after = found["delay_before_s"].sum(), found["delay_after_s"].sum()
    return share(before - after, before)


def signals(question: Question) -> Answer:
    found = question.inside(rows(question, "junction"))
    known = found[found["has_signal"].fillna(False).astype(bool) & found["is_online"].notna()]
    known = known[pd.to_datetime(known["data_date"]) < question.until]
    return share(known["is_online"].astype(bool).sum(), len(known))


# --- corridors and parking --------------------------------------------------------------------------------------------


def scenic_time(question: Question) -> Answer:
    register = rows(question, "corridor")
    scenic = register.loc[register["kind"] == "scenic", "corridor_id"].unique()
    found = valid(daily(question, "corridor_time", "travel_min", "baseline_min", time="observed_at"))
    found = found[found["corridor_id"].isin(scenic) & (found["coverage_rate"].fillna(1) >= 0.6)]
    found = found[found["observed_at"].dt.hour.between(7, 18) & (found["baseline_min"] > 0)]
    return ratio(found["travel_min"].sum(), found["baseline_min"].sum())


def lots(question: Question) -> pd.DataFrame:
    register = rows(question, "parking_lot").set_index("lot_id")
    scenic = (register["kind"] == "scenic") | register["spot_id"].notna() | register["node_id"].notna()
    return register.assign(is_scenic=scenic)


def status(question: Question, column: str) -> pd.DataFrame:
    """The known five-minute values of connected lots, with the register's spaces."""
    found = valid(daily(question, "parking_status", column, time="observed_at"))
    register = lots(question)
    register = register[register["is_connected"].fillna(False).astype(bool)]
    return found.join(register[["space_count", "is_scenic"]], on="lot_id", how="inner")


def occupancy(question: Question) -> Answer:
    found = status(question, "occupied_count")
    return share(found["occupied_count"].sum(), found["space_count"].sum())


def tightest(question: Question) -> Answer:
    found = status(question, "free_count")
    found = found[found["is_scenic"]]
    if found.empty:
        return Answer(None)
    hourly = found.groupby([found["observed_at"].dt.floor("h"), "lot_id"])[["free_count", "space_count"]].mean()
    sums = hourly.groupby(level=0).sum()
    fair = sums[sums["space_count"] >= 0.6 * sums["space_count"].max()]
    return Answer(100 * float((fair["free_count"] / fair["space_count"]).min()))


def lot_days(question: Question, *known: str) -> pd.DataFrame:
    return daily(question, "parking_daily", *known).join(
        lots(question)[["space_count", "is_scenic"]], on="lot_id", how="inner"
    )


def turnover(question: Question) -> Answer:
    found = lot_days(question, "vehicle_in_count")
    return ratio(found["vehicle_in_count"].sum(), found["space_count"].sum())


def stay(question: Question) -> Answer:
    found = lot_days(question, "stay_hour", "vehicle_out_count")
    return ratio(found["stay_hour"].sum(), found["vehicle_out_count"].sum())


def full_hours(question: Question) -> Answer:
    found = lot_days(question, "full_min")
    found = found[found["is_scenic"]]
    return ratio(found["full_min"].sum() / 60, len(found))


def space_gap(question: Question) -> Answer:
    found = question.inside(rows(question, "parking_demand")).dropna(subset=["demand_count", "space_count"])
    found = found[pd.to_datetime(found["data_date"]) < question.until]
    newest = found.sort_values("data_date").groupby(["place_code", "parking_area_kind"]).tail(1)
    gap = (newest["demand_count"] - newest["space_count"]).clip(lower=0)
    return Answer(float(gap.sum()) if len(newest) else None)


# --- public transport -------------------------------------------------------------------------------------------------


def bus(question: Question, part: str, whole: str, times: float) -> Answer:
    found = daily(question, "bus_daily", part, whole)
    return ratio(found[part].sum(), found[whole].sum(), times)


def passengers(question: Question) -> Answer:
    found = daily(question, "bus_daily", "passenger_count")
    return Answer(float(found["passenger_count"].sum()))


def cards(question: Question) -> Answer:
    found = daily(question, "card_trip_daily", "passenger_count")
    found = found[found["card_region"].isin(["local", "province", "delta"])]
    away = found[found["card_region"] != "local"]
    return share(away["passenger_count"].sum(), found["passenger_count"].sum())


def hubs(question: Question) -> Answer:
    found = daily(question, "hub_daily", "passenger_in_count", "passenger_out_count")
    return Answer(float(found["passenger_in_count"].sum() + found["passenger_out_count"].sum()))


@cache
def reach(snapshot_id: str) -> pd.DataFrame:
    """Each unit grid with its people and the distance to its nearest open stop on the ellipsoid."""
    tables = details(snapshot_id)
    grid = tables["urban.unit_grid"]
    grid = grid[grid["valid_to"].isna() & grid["is_in_service"].fillna(True).astype(bool)].dropna(subset=["lon", "lat"])
    stop = tables["traffic.bus_stop"]
    stop = stop[stop["is_open"].fillna(True).astype(bool)].dropna(subset=["lon", "lat"])
    community = tables["community.community"].set_index("place_code")["population"].astype(float)
    code = grid["place_code"].str[:12]
    people = code.map(community) * grid["area_ha"] / grid["area_ha"].groupby(code).transform("sum")
    width = len(stop)
    far = []
    for one in grid.itertuples():
        _, _, metres = Geod(ellps="GRS80").inv(
            np.full(width, one.lon), np.full(width, one.lat), stop["lon"].to_numpy(), stop["lat"].to_numpy()
        )
        far.append(metres.min())
    return pd.DataFrame({"place_code": grid["place_code"], "people": people, "metres": far}).dropna()


def unserved(question: Question) -> Answer:
    found = question.inside(reach(question.scope.snapshot))
    doubtful = found.loc[(found["metres"] - 500).abs() < 5, "people"].sum()
    return Answer(float(found.loc[found["metres"] > 500, "people"].sum()) if len(found) else None, doubtful)


def served(question: Question) -> Answer:
    found = question.inside(reach(question.scope.snapshot))
    whole = found["people"].sum()
    doubtful = found.loc[(found["metres"] - 500).abs() < 5, "people"].sum()
    value = share(found.loc[found["metres"] <= 500, "people"].sum(), whole).value
    return Answer(value, 100 * doubtful / whole if whole else 0.0)


# --- watchers ---------------------------------------------------------------------------------------------------------


def overload(question: Question) -> Answer:
    found = daily(question, "enforcement_daily", "overloaded_count", "checked_count")
    found = found[found["kind"] == "overload"]
    return share(found["overloaded_count"].sum(), found["checked_count"].sum())


def processed(question: Question) -> Answer:
    found = daily(question, "enforcement_daily", "processed_count", "violation_count")
    return share(found["processed_count"].sum(), found["violation_count"].sum())


def vehicles_online(question: Question) -> Answer:
    found = daily(question, "vehicle_monitor_daily", "vehicle_online_count", "vehicle_count")
    return share(found["vehicle_online_count"].sum(), found["vehicle_count"].sum())


def alarms(question: Question) -> Answer:
    found = daily(question, "vehicle_monitor_daily", "handled_alarm_count", "speeding_count", "fatigue_count")
    return share(found["handled_alarm_count"].sum(), found["speeding_count"].sum() + found["fatigue_count"].sum())


def waterways(question: Question) -> Answer:
    found = daily(question, "waterway_daily", "is_navigable")
    return share(found["is_navigable"].astype(bool).sum(), len(found))


def checkpoints(question: Question) -> Answer:
    found = daily(question, "checkpoint_hourly", "is_online", time="observed_at")
    return share(found["is_online"].astype(bool).sum(), len(found))


def recognition(question: Question) -> Answer:
    found = valid(daily(question, "checkpoint_hourly", "recognised_count", "vehicle_count", time="observed_at"))
    return share(found["recognised_count"].sum(), found["vehicle_count"].sum())


def outsiders(question: Question) -> Answer:
    origins = ["local_count", "province_count", "outside_count"]
    found = valid(daily(question, "checkpoint_hourly", *origins, time="observed_at"))
    return share(found["outside_count"].sum(), found[origins].sum().sum())


ORACLES: dict[str, Oracle] = {
    "road_performance_index": performance,
    "travel_time_index": travel_time,
    "congested_road_share": congestion,
    "peak_speed": peak_speed,
    "link_coverage_rate": coverage,
    "junction_delay": junction_delay,
    "junction_spill_rate": junction_spill,
    "bus_on_time_rate": lambda q: bus(q, "trip_on_time_count", "trip_run_count", 100),
    "bus_trip_completion_rate": lambda q: bus(q, "trip_run_count", "trip_planned_count", 100),
    "bus_riders_per_100km": lambda q: bus(q, "passenger_count", "vehicle_km", 100),
    "parking_occupancy_rate": occupancy,
    "parking_turnover": turnover,
    "open_incident_count": still_open,
    "overdue_incident_count": overdue,
    "incident_clear_p90": clear_time,
    "scenic_travel_time_ratio": scenic_time,
    "scenic_free_space_rate": tightest,
    "scenic_parking_full_hour": full_hours,
    "unserved_population": unserved,
    "stop_coverage_rate": served,
    "parking_space_gap": space_gap,
    "average_parking_hour": stay,
    "signal_online_rate": signals,
    "control_delay_reduction": control,
    "overload_rate": overload,
    "violation_processed_rate": processed,
    "monitored_vehicle_online_rate": vehicles_online,
    "vehicle_alarm_handled_rate": alarms,
    "waterway_open_rate": waterways,
    "checkpoint_online_rate": checkpoints,
    "plate_recognition_rate": recognition,
    "outside_vehicle_share": outsiders,
    "bus_passenger_count": passengers,
    "visiting_card_share": cards,
    "hub_passenger_count": hubs,
}


def test_every_metric_of_the_theme_has_an_oracle() -> None:
    assert ORACLES.keys() == {each.id for each in metrics("traffic")}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str) -> None:
    check(ORACLES, name)
