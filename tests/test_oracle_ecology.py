"""生态环境: every metric recomputed in pandas from the stored rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.settings import settings
from metrics import metrics
from tests import tiny
from tests.oracle import Answer, Oracle, Question, check, share

BREAKPOINTS = pd.read_csv(Path(__file__).parent / "vectors" / "aqi_breakpoints.csv", comment="#")
LIMITS = {"Ⅰ": (7.5, 2.0, 0.15, 0.02), "Ⅱ": (6.0, 4.0, 0.5, 0.1), "Ⅲ": (5.0, 6.0, 1.0, 0.2)}  # do ≥, codmn nh3n tp ≤


@pytest.fixture(scope="module", autouse=True)
def _demo(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield
    settings.cache_clear()


def days(question: Question) -> pd.DataFrame:
    """The valid day values of the area: station days with enough hours, averaged over the stations."""
    stations = question.tables["ecology.air_station"]
    stations = question.inside(stations)
    if question.scope.prefix == "3410":
        stations = stations[stations["is_in_city_mean"].fillna(True).astype(bool)]
    rows = question.during(question.tables["ecology.air_hourly"], "observed_at")
    rows = rows[rows["station_id"].isin(stations["station_id"]) & rows["data_flag"].fillna("N").isin(["N", "R"])]
    rows = rows.assign(day=rows["observed_at"].dt.date)
    by = rows.groupby(["station_id", "day"])
    frame = pd.DataFrame(
        {item: by[item].mean().where(by[item].count() >= 20) for item in ("pm25", "pm10", "so2", "no2", "co")}
    )
    top, hours = by["o3_8h"].max(), by["o3_8h"].count()
    frame["o3"] = top.where((hours >= 14) | (top > 160))
    return frame.groupby("day").mean()


def index(day: pd.Series) -> float | None:
    """The AQI of one day from the published breakpoint table of 2026; None when an item is missing and it is ≤ 100."""
    worst = []
    for item, name in {"pm25": "PM2.5", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3"}.items():
        if pd.isna(day[item]):
            continue
        value = float(np.round(day[item], 1 if item == "co" else 0))  # numpy rounds half to even, as GB/T 8170
        averaging = "8h" if item == "o3" else "24h"
        table = BREAKPOINTS[
            (BREAKPOINTS.standard == "HJ 633-2026")
            & (BREAKPOINTS.pollutant == name)
            & (BREAKPOINTS.averaging == averaging)
        ]
        row = table[(table.bp_lo <= value) & (value <= table.bp_hi)].iloc[0]
        slope = (row.iaqi_hi - row.iaqi_lo) / (row.bp_hi - row.bp_lo)
        worst.append(int(np.ceil(round(row.iaqi_lo + slope * (value - row.bp_lo), 9))))
    if not worst or (len(worst) < 6 and max(worst) <= 100):
        return None
    return float(max(worst))


def indices(question: Question) -> list[float]:
    found = [index(day) for _, day in days(question).sort_index().iterrows()]
    return [value for value in found if value is not None]


def latest_index(question: Question) -> Answer:
    found = indices(question)
    return Answer(found[-1] if found else None)


def good_days(question: Question) -> Answer:
    found = indices(question)
    return share(sum(value <= 100 for value in found), len(found))


def particles(question: Question) -> Answer:
    mean = days(question)["pm25"].mean()
    return Answer(None if pd.isna(mean) else float(mean))


def ozone(question: Question) -> Answer:
    values = days(question)["o3"].dropna()
    return Answer(float(np.percentile(values, 90)) if len(values) else None, 1e-6)


def composite(question: Question) -> Answer:
    found = days(question)
    if found.empty:
        return Answer(None)
    co, o3 = np.percentile(found["co"].dropna(), 95), np.percentile(found["o3"].dropna(), 90)
    means = found[["so2", "no2", "pm10", "pm25"]].mean()
    total = means.so2 / 60 + means.no2 / 40 + means.pm10 / 60 + means.pm25 / 30 + co / 4 + o3 / 160
    return Answer(float(total), 1e-6)


def section_classes(question: Question) -> pd.Series:
    """Rank 1–3 of each section's mean concentrations, 4 for anything worse than Ⅲ."""
    sections = question.inside(question.tables["ecology.water_section"]).set_index("section_id")
    rows = question.tables["ecology.water_measure"]
    rows = rows[(rows["observed_at"] >= question.since) & (rows["observed_at"] < question.until)]
    rows = rows[rows["section_id"].isin(sections.index) & rows["data_flag"].fillna("N").isin(["N", "R"])]
    means = rows.groupby("section_id")[["do", "codmn", "nh3n", "tp", "ph"]].mean().dropna(how="all")

    def rank(row: pd.Series) -> int:
        for number, (do, codmn, nh3n, tp) in enumerate(LIMITS.values(), 1):
            if row.do >= do and row.codmn <= codmn and row.nh3n <= nh3n and row.tp <= tp and 6 <= row.ph <= 9:
                return number
        return 4

    return means.apply(rank, axis=1) if len(means) else pd.Series(dtype=int)


def good_sections(question: Question) -> Answer:
    kinds = question.tables["ecology.water_section"].set_index("section_id")["kind"]
    ranks = section_classes(question)
    ranks = ranks[kinds.reindex(ranks.index).fillna("national").isin(["national", "unknown"])]
    return share((ranks <= 3).sum(), len(ranks))


def sections_on_target(question: Question) -> Answer:
    ranks = section_classes(question)
    targets = question.tables["ecology.water_section"].set_index("section_id")["target_class"].reindex(ranks.index)
    wanted = targets.map({"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3})
    return share((ranks <= wanted).sum(), wanted.notna().sum())


def valid_hours(question: Question) -> Answer:
    stations = question.inside(question.tables["ecology.air_station"])
    rows = question.during(question.tables["ecology.air_hourly"], "observed_at")
    valid = rows[rows["data_flag"].fillna("N").isin(["N", "R"]) & rows["pm25"].notna()]
    return share(len(valid), len(stations) * 24 * question.scope.days)


ORACLES: dict[str, Oracle] = {
    "air_quality_index": latest_index,
    "good_air_day_rate": good_days,
    "pm25_mean": particles,
    "ozone_p90": ozone,
    "air_composite_index": composite,
    "good_section_rate": good_sections,
    "section_target_rate": sections_on_target,
    "air_valid_hour_rate": valid_hours,
}


def test_every_metric_of_the_theme_has_one_oracle() -> None:
    from tests.test_oracle_ecology_rest import ORACLES as REST  # which takes its air days from here

    assert sorted([*ORACLES, *REST]) == sorted(each.id for each in metrics("ecology"))


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str) -> None:
    check(ORACLES, name)
