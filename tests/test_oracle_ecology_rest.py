"""生态环境 beyond air stations and sections: every metric recomputed in pandas from the stored rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.settings import settings
from tests import tiny
from tests.oracle import Answer, Oracle, Question, check, share
from tests.test_oracle_ecology import days, index

RANK = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5}
DAY_LIMITS = {"so2": 150, "no2": 80, "co": 4, "o3": 160}  # the concentration at AQI 100, both editions
PARTICLE_LIMITS = {"HJ 633-2012": {"pm25": 75, "pm10": 150}, "HJ 633-2026": {"pm25": 60, "pm10": 120}}


@pytest.fixture(scope="module", autouse=True)
def _demo(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield
    settings.cache_clear()


# --- which rows -------------------------------------------------------------------------------------------------------


def sound(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows flagged normal or corrected by hand; without a flag they are normal."""
    return rows[rows["data_flag"].fillna("N").isin(["N", "R"])]


def last_whole_month(question: Question, table: str) -> pd.DataFrame:
    """The area's rows of the newest month that any place reported and that was over when the period ended."""
    rows = question.tables[table]
    month = pd.to_datetime(rows["month_date"])
    over = month[month + pd.offsets.MonthBegin(1) <= question.until]
    return question.inside(rows[month == over.max()])


def last_whole_year(question: Question, table: str) -> pd.DataFrame:
    """All rows of the newest year that had ended before the period did."""
    rows = question.tables[table]
    return rows[rows["year"] == rows["year"][rows["year"] < question.scope.until.year].max()]


def own(question: Question, rows: pd.DataFrame) -> pd.DataFrame:
    """The area's own rows, where the city is no sum of its districts."""
    return rows[rows["place_code"] == question.scope.prefix]


def ratio(part: float, whole: float) -> Answer:
    return Answer(part / whole if whole else None)


def count_share(rows: pd.DataFrame, hits: pd.Series) -> Answer:
    return share(int(hits.fillna(False).astype(bool).sum()), len(rows))


# --- water ------------------------------------------------------------------------------------------------------------


def p_value(question: Question) -> Answer:
    sections = question.inside(question.tables["ecology.water_section"])["section_id"]
    factors = question.tables["ecology.compensation_factor"]
    year = question.scope.since.year
    factors = factors[(factors["year_from"] <= year) & (factors["year_to"].fillna(9999) >= year)]
    samples = sound(question.tables["ecology.water_measure"])
    samples = samples[(samples["observed_at"] >= question.since) & (samples["observed_at"] < question.until)]
    values = []
    for section in factors["section_id"].unique():
        if section in set(sections):
            mean = samples[samples["section_id"] == section][["codmn", "nh3n", "tp", "tn"]].mean()
            mine = factors[factors["section_id"] == section]
            terms = mine["factor_weight"] * mine["pollutant"].map(mean) / mine["base_concentration"]
            values.append(float(mine["k0"].iloc[0] * terms.sum()))
    return Answer(max(values, default=None), 1e-6)  # concentrations are read to nine decimals


def drinking_sources(question: Question) -> Answer:
    rows = question.tables["ecology.drinking_source_monthly"]
    month = pd.to_datetime(rows["month_date"])
    newest = month[month + pd.offsets.MonthBegin(1) <= question.until].max()
    recent = rows[(month <= newest) & (month > newest - pd.DateOffset(months=3))]
    last = recent.sort_values("month_date").groupby("drinking_source_id").tail(1)
    judged = question.inside(last)["is_compliant"].dropna()
    return share(int(judged.astype(bool).sum()), len(judged))


def groundwater(question: Question) -> Answer:
    wells = question.inside(question.tables["ecology.groundwater_well"]).set_index("well_id")
    samples = sound(question.tables["ecology.groundwater_measure"])
    samples = samples.assign(day=pd.to_datetime(samples["sampled_date"]))
    samples = samples[samples["day"] < question.until]
    samples = samples[samples["day"].dt.to_period("Q") == samples["day"].dt.to_period("Q").max()]
    last = samples.sort_values("day").groupby("well_id").tail(1).set_index("well_id")
    found = last["published_groundwater_class"].map(RANK).reindex(wells.index)
    wanted = wells["target_groundwater_class"].map(RANK)
    both = found.notna() & wanted.notna()
    return share(int((found <= wanted)[both].sum()), int(both.sum()))


def reservoirs(question: Question) -> pd.DataFrame:
    """The registered reservoirs with the last valid level of the period's last day."""
    levels = sound(question.tables["ecology.reservoir_hourly"]).dropna(subset=["water_level_m"])
    last_day = question.until - timedelta(days=1)
    levels = levels[(levels["observed_at"] >= last_day) & (levels["observed_at"] < question.until)]
    last = levels.sort_values("observed_at").groupby("reservoir_id")["water_level_m"].last()
    registered = question.inside(question.tables["ecology.reservoir"])
    return registered.assign(level=registered["reservoir_id"].map(last))


def over_limit(question: Question) -> Answer:
    rows = reservoirs(question).dropna(subset=["flood_limit_level_m"])
    return count_share(rows, rows["level"] > rows["flood_limit_level_m"])


def reservoirs_heard(question: Question) -> Answer:
    rows = reservoirs(question)
    return count_share(rows, rows["level"].notna())


def over_warning(question: Question) -> Answer:
    stations = question.inside(question.tables["ecology.hydro_station"]).dropna(subset=["warning_water_level_m"])
    rows = sound(question.tables["ecology.hydro_hourly"])
    rows = rows[(rows["observed_at"] >= question.until - timedelta(days=1)) & (rows["observed_at"] < question.until)]
    highest = rows.groupby("hydro_station_id")["water_level_m"].max()
    top = highest.reindex(stations["hydro_station_id"]).set_axis(stations.index)
    return count_share(stations, top > stations["warning_water_level_m"])


def evacuated(question: Question) -> Answer:
    rows = question.during(question.tables["ecology.water_disaster_daily"], "day_date")
    return share(float(rows["evacuated_count"].sum()), float(rows["evacuate_planned_count"].sum()))


def water_quota(question: Question) -> Answer:
    year = (question.scope.until - timedelta(days=1)).year
    targets = question.tables["ecology.target_yearly"]
    targets = own(question, targets[(targets["metric_id"] == "EN42") & (targets["year"] == year)])
    rows = question.inside(question.tables["ecology.water_resource_monthly"])
    month = pd.to_datetime(rows["month_date"])
    rows = rows[(month.dt.year == year) & (month + pd.offsets.MonthBegin(1) <= question.until)]
    if targets.empty or rows.empty:
        return Answer(None)
    return share(float(rows["water_use_wan_m3"].sum()), float(targets["target_value"].iloc[0]))


def patrols(question: Question) -> Answer:
    rows = last_whole_month(question, "ecology.river_patrol_monthly")
    done = np.minimum(rows["patrol_count"], rows["patrol_planned_count"])
    return share(float(done.sum()), float(rows["patrol_planned_count"].sum()))


def river_problems(question: Question) -> Answer:
    rows = last_whole_month(question, "ecology.river_patrol_monthly")
    return share(float(rows["problem_closed_count"].sum()), float(rows["problem_count"].sum()))


# --- land and wood ----------------------------------------------------------------------------------------------------


def farmland(question: Question) -> Answer:
    rows = question.inside(last_whole_year(question, "ecology.soil_yearly"))
    rows = rows[rows["land_use"] == "farmland"]
    return share(rows["safe_use_area_ha"].sum(), rows["total_area_ha"].sum())


def erosion(question: Question) -> Answer:
    rows = question.inside(last_whole_year(question, "ecology.soil_conservation_yearly"))
    return share(rows["treated_area_ha"].sum(), rows["erosion_area_ha"].sum())


def patches(question: Question) -> Answer:
    rows = question.inside(last_whole_year(question, "ecology.natural_resource_yearly"))
    return share(float(rows["rectified_patch_count"].sum()), float(rows["patch_count"].sum()))


def newest_own(question: Question, rows: pd.DataFrame, column: str) -> float | None:
    rows = own(question, rows)
    rows = rows[pd.to_datetime(rows["data_date"]) < question.until].dropna(subset=[column])
    return float(rows.sort_values("data_date")[column].iloc[-1]) if len(rows) else None


def eco_quality(question: Question) -> Answer:
    return Answer(newest_own(question, question.tables["ecology.eco_quality_yearly"], "eco_quality_index"))


def redline(question: Question) -> Answer:
    rows = own(question, last_whole_year(question, "ecology.eco_quality_yearly"))
    return share(rows["disturbed_area_ha"].sum(), rows["eco_redline_area_ha"].sum())


def forest_cover(question: Question) -> Answer:
    rows = question.tables["ecology.forest_yearly"]
    cover = newest_own(question, rows[rows["forest_kind"] == "all"], "forest_cover_rate")
    return Answer(None if cover is None else 100 * cover)


def forest_checked(question: Question) -> Answer:
    rows = question.during(question.tables["ecology.forest_change"], "detected_at")
    return count_share(rows, rows["verified_at"] < question.until)


# --- sources ----------------------------------------------------------------------------------------------------------


def online_coverage(question: Question) -> Answer:
    rows = question.inside(question.tables["ecology.pollution_source"])
    rows = rows[rows["is_key"]]
    return count_share(rows, rows["is_monitored_online"])


def transmitted(question: Question) -> Answer:
    """Hours that came, of those due: from a series' first day to its last, and on while it is not 30 days silent."""
    rows = question.inside(question.tables["ecology.source_daily"])
    rows = rows.assign(day=pd.to_datetime(rows["day_date"]))
    newest = pd.to_datetime(question.tables["ecology.source_daily"]["day_date"]).max()
    now = rows[(rows["day"] >= question.since) & (rows["day"] < question.until)]
    span = rows.groupby(["source_id", "outlet_no", "pollutant"])["day"].agg(["min", "max"])
    heard_of = span["max"] >= newest - timedelta(days=30)
    last = span["max"].where(~heard_of, newest)
    first = span["min"].clip(lower=question.since)
    last = last.clip(upper=question.until - timedelta(days=1))
    due_days = ((last - first).dt.days + 1).clip(lower=0).sum()
    expected = now["expected_hour_count"].sum() + 24 * (due_days - len(now))
    return share(float(now["valid_hour_count"].sum()), float(expected))


def source_exceeds(question: Question) -> Answer:
    rows = question.during(question.tables["ecology.source_daily"], "day_date")
    return share(float(rows["exceed_hour_count"].sum()), float(rows["valid_hour_count"].sum()))


def findings(question: Question) -> pd.DataFrame:
    rows = question.during(question.tables["ecology.air_source_finding"], "detected_at")
    return rows[rows["is_confirmed"].fillna(True).astype(bool)]


def finding_count(question: Question) -> Answer:
    return Answer(float(len(findings(question))))


def findings_closed(question: Question) -> Answer:
    rows = findings(question)
    return count_share(rows, rows["handled_at"] < question.until)


def air_sources_watched(question: Question) -> Answer:
    rows = question.inside(question.tables["ecology.air_source"])
    rows = rows[rows["is_operating"].fillna(True).astype(bool)]
    return count_share(rows, rows["has_video"] | rows["has_sensor"])


def obd_connected(question: Question) -> Answer:
    rows = question.inside(question.tables["ecology.diesel_vehicle"])
    return count_share(rows, rows["is_obd_connected"])


def high_emitters(question: Question) -> Answer:
    rows = sound(question.during(question.tables["ecology.obd_daily"], "day_date")).dropna(subset=["is_high_emission"])
    return count_share(rows, rows["is_high_emission"])


# --- exceedances ------------------------------------------------------------------------------------------------------


def exceedances(question: Question) -> pd.DataFrame:
    rows = question.during(question.tables["ecology.exceedance"], "started_at")
    return rows[rows["status"] != "false_alarm"]


def exceedance_count(question: Question) -> Answer:
    return Answer(float(len(exceedances(question))))


def confirmed(question: Question) -> Answer:
    rows = exceedances(question)
    return count_share(rows, rows["is_confirmed"])


def arrival(question: Question) -> Answer:
    rows = exceedances(question).dropna(subset=["arrived_at"])
    minutes = sorted((rows["arrived_at"] - rows["raised_at"]).dt.total_seconds() / 60)
    return Answer(minutes[int(np.ceil(0.9 * len(minutes))) - 1] if minutes else None, 5.0)


def open_exceedances(question: Question) -> Answer:
    rows = question.inside(question.tables["ecology.exceedance"])
    rows = rows[(rows["status"] != "false_alarm") & (rows["started_at"] < question.until)]
    return Answer(float((~(rows["closed_at"] < question.until)).sum()))


# --- the year and the air ---------------------------------------------------------------------------------------------


def good_days_left(question: Question) -> Answer:
    """A day exceeds when a rounded concentration passes what stands for AQI 100 in the edition of its day."""
    year = (question.scope.until - timedelta(days=1)).year
    targets = question.tables["ecology.target_yearly"]
    targets = own(question, targets[(targets["metric_id"] == "EN02") & (targets["year"] == year)])
    if targets.empty:
        return Answer(None)
    so_far = replace(question, scope=question.scope.period(date(year, 1, 1), question.scope.until))
    exceeded = 0
    for day, row in days(so_far).iterrows():
        edition = "HJ 633-2026" if day >= date(2026, 3, 1) else "HJ 633-2012"
        limits = DAY_LIMITS | PARTICLE_LIMITS[edition]
        exceeded += any(np.round(row[item], 1 if item == "co" else 0) > limit for item, limit in limits.items())
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    allowed = int(np.floor(length * (100 - float(targets["target_value"].iloc[0])) / 100 + 1e-9))
    return Answer(float(allowed - exceeded))


def forecasts(question: Question) -> Answer:
    rows = own(question, question.tables["ecology.air_forecast"])
    target = pd.to_datetime(rows["forecast_date"])
    rows = rows[(rows["issued_at"].dt.normalize() + timedelta(days=1) == target)]
    rows = rows.sort_values("issued_at").groupby("forecast_date").tail(1).set_index("forecast_date")
    hits = []
    for day, values in days(question).iterrows():
        aqi = index(values)
        if aqi is not None and day in rows.index:
            hits.append(rows.loc[day, "aqi_low"] <= aqi <= rows.loc[day, "aqi_high"])
    return share(sum(hits), len(hits))


def dose_rate(question: Question) -> Answer:
    rows = sound(question.during(question.tables["ecology.radiation_daily"], "day_date"))
    return ratio(rows["dose_rate_mean_ngyh"].sum(), rows["dose_rate_mean_ngyh"].count())


def carbon(question: Question) -> Answer:
    rows = question.tables["ecology.carbon_quarterly"]
    quarter = pd.to_datetime(rows["quarter_date"])
    newest = quarter[quarter + pd.DateOffset(months=3) <= question.until].max()
    here = question.inside(rows[quarter == newest])
    return Answer(float(here["emission_tco2"].sum()) / 10_000 if len(here) else None)


# --- campaigns --------------------------------------------------------------------------------------------------------


def tasks_on_track(question: Question) -> Answer:
    rows = last_whole_month(question, "ecology.pollution_task")
    rows = rows[rows["status"] != "not_started"]
    return count_share(rows, rows["status"].isin(["on_track", "done"]))


def task_progress(question: Question) -> Answer:
    progress = last_whole_month(question, "ecology.pollution_task")["progress_rate"].dropna()
    return Answer(100 * float(progress.mean()) if len(progress) else None)


def waste(question: Question, kind: str) -> pd.DataFrame:
    rows = last_whole_month(question, "ecology.solid_waste_monthly")
    return rows[rows["waste_kind"] == kind]


def utilised(question: Question) -> Answer:
    rows = waste(question, "general_industrial")
    return share(rows["utilised_ton"].sum(), rows["generated_ton"].sum())


def hazardous_stored(question: Question) -> Answer:
    return Answer(float(waste(question, "hazardous")["stored_ton"].sum()))


def disclosed(question: Question) -> Answer:
    rows = question.during(question.tables["ecology.disclosure"], "due_date")
    rows = rows[rows["status"] != "not_public"]
    return count_share(rows, pd.to_datetime(rows["published_date"]) <= pd.to_datetime(rows["due_date"]))


ORACLES: dict[str, Oracle] = {
    "compensation_p_value": p_value,
    "drinking_source_compliance_rate": drinking_sources,
    "source_online_coverage_rate": online_coverage,
    "source_valid_hour_rate": transmitted,
    "good_day_allowance": good_days_left,
    "exceedance_count": exceedance_count,
    "exceedance_confirmed_rate": confirmed,
    "exceedance_arrival_p90": arrival,
    "open_exceedance_count": open_exceedances,
    "reservoir_over_limit_rate": over_limit,
    "reservoir_report_rate": reservoirs_heard,
    "groundwater_target_rate": groundwater,
    "farmland_safe_use_rate": farmland,
    "radiation_dose_mean": dose_rate,
    "eco_quality_index": eco_quality,
    "redline_disturbed_rate": redline,
    "air_forecast_hit_rate": forecasts,
    "carbon_emission": carbon,
    "source_exceed_hour_rate": source_exceeds,
    "air_finding_count": finding_count,
    "air_finding_closed_rate": findings_closed,
    "air_source_monitored_rate": air_sources_watched,
    "obd_connected_rate": obd_connected,
    "high_emission_day_rate": high_emitters,
    "pollution_task_on_track_rate": tasks_on_track,
    "pollution_task_progress": task_progress,
    "industrial_waste_utilisation_rate": utilised,
    "hazardous_waste_stored": hazardous_stored,
    "disclosure_on_time_rate": disclosed,
    "river_patrol_rate": patrols,
    "river_problem_closed_rate": river_problems,
    "over_warning_station_rate": over_warning,
    "disaster_evacuated_rate": evacuated,
    "water_use_quota_rate": water_quota,
    "erosion_treated_rate": erosion,
    "resource_patch_rectified_rate": patches,
    "forest_cover_rate": forest_cover,
    "forest_change_checked_rate": forest_checked,
}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str) -> None:
    check(ORACLES, name)
