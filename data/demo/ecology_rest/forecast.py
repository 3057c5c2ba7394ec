"""Demo rows that look ahead or count the year: air forecast, targets, carbon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pyarrow as pa

from data.demo import ecology
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.ecology_rest import period, place
from data.demo.ecology_rest.column import by_tuple, only, values
from metrics.standards import air

LEADS = 7
_ITEMS = ("pm25", "pm10", "so2", "no2", "co", "o3_8h")
_LEVEL_ENDS = (50, 100, 150, 200, 300)
SECTORS = {"energy": 0.06, "industry": 0.38, "transport": 0.24, "building": 0.17, "agriculture": 0.07, "waste": 0.03}
NET_YEAR_TCO2, SINK_YEAR_TCO2 = 5_200_000.0, -4_100_000.0  # invented
_TCO2_PER_TCE = 2.6
TARGETS = (  # metric, rule, the city's value, unit, districts' differences in their order
    ("EN02", ">=", 97.0, "%", (-0.5, 1.5, 0.0, 0.5, 1.0, 1.5, 1.5)),
    ("EN03", "<=", 28.0, "µg/m³", (1.0, -4.0, 0.0, 0.0, -2.0, -3.0, -2.0)),
    ("EN06", ">=", 100.0, "%", (0,) * 7),
    ("EN07", ">=", 100.0, "%", (0,) * 7),
    ("EN09", ">=", 100.0, "%", (0,) * 7),
    ("EN10", ">=", 96.0, "%", (0,) * 7),
    ("EN20", ">=", 85.0, "%", (0,) * 7),
    ("EN21", ">=", 93.0, "%", (0,) * 7),
    ("EN45", ">=", 82.9, "%", (-40.0, 3.0, -6.0, -2.0, 1.0, 1.5, 5.0)),
)
WATER_QUOTA_WAN_M3 = {"3410": 1500.0, "341002": 6500.0, "341003": 4200.0, "341004": 4800.0, "341021": 11500.0,
                      "341022": 8200.0, "341023": 3300.0, "341024": 5400.0}  # fmt: skip


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "ecology.air_forecast": _air_forecast(city, drive),
        "ecology.target_yearly": _targets(drive),
        "ecology.carbon_quarterly": _carbon(city, drive),
    }


def day_values(city: City, drive: Drivers) -> Floats:
    """What the stations measured, as station × day × item; a day's mean, of ozone its highest eight hours."""
    rows = ecology.air_hourly(city, drive)
    shape = (len(ecology.STATIONS), drive.day_count, 24)
    hours = [values(rows, item).reshape(shape) for item in _ITEMS]
    found = []
    for item, readings in zip(_ITEMS, hours, strict=True):
        enough = np.isfinite(readings).sum(axis=2) >= (14 if item == "o3_8h" else 20)
        filled = np.where(np.isfinite(readings), readings, 0.0)
        mean = filled.sum(axis=2) / np.maximum(1, np.isfinite(readings).sum(axis=2))
        found.append(np.where(enough, filled.max(axis=2) if item == "o3_8h" else mean, np.nan))
    return np.stack(found, axis=2)


def _air_forecast(city: City, drive: Drivers) -> pa.Table:
    """Every evening seven days ahead: near the truth for tomorrow, less so for each day after."""
    chance = city.chance("air_forecast")
    index = _indices(day_values(city, drive))
    places, days = index.shape
    ahead = np.concatenate([index, np.repeat(index[:, -1:], LEADS, axis=1)], axis=1)  # beyond the end nobody knows
    lead = np.arange(1, LEADS + 1)
    truth = ahead[:, np.arange(days)[:, None] + lead]  # place × day × lead
    middle = truth + chance.normal(size=truth.shape) * (4.5 + 2.5 * lead)
    reach = 8 + 2 * lead
    low = np.clip(np.round(middle - reach), 10, 480).astype(np.int64)
    high = np.clip(np.round(middle + reach), 20, 500).astype(np.int64)
    is_there = chance.random((places, days)) > 0.006
    row, day, step = np.nonzero(np.repeat(is_there[:, :, None], LEADS, axis=2))
    at = (row, day, step)
    warm = drive.temperature[day] > 22
    return table(
        "ecology.air_forecast",
        {
            "place_code": place.places(place.city_code())[row],
            "issued_at": drive.days[day].astype("datetime64[us]") + np.timedelta64(18, "h"),
            "forecast_date": drive.days[day] + 1 + step,
            "aqi_low": low[at],
            "aqi_high": high[at],
            "air_level_low": 1 + np.searchsorted(_LEVEL_ENDS, low[at]),
            "air_level_high": 1 + np.searchsorted(_LEVEL_ENDS, high[at]),
            "primary_pollutant": only(high[at] > 50, np.where(warm, "o3", "pm25")),
        },
    )


def _indices(measured: Floats) -> Floats:
    """The AQI of each district's day and, in the last row, the city's; a day without one repeats the day before."""
    owner = np.array([station.district for station in ecology.STATIONS])
    groups = [owner == area for area in place.DISTRICTS]
    groups.append(np.array([station.kind == "national" for station in ecology.STATIONS]))
    found = np.full((len(groups), measured.shape[1]), np.nan)
    for row, group in enumerate(groups):
        known = np.isfinite(measured[group])
        mean = np.where(known, measured[group], 0).sum(axis=0) / np.maximum(1, known.sum(axis=0))
        last = 50.0
        for day in range(measured.shape[1]):
            reading = dict(zip(air.ITEMS, mean[day], strict=True))
            aqi = air.assess(reading, edition=air.EDITION_2026, period="day").aqi if known[:, day].any() else None
            last = found[row, day] = float(aqi) if aqi is not None else last
    return found


def _targets(drive: Drivers) -> pa.Table:
    """This year's and last year's targets. Only the rate of online monitoring is the plan's; the rest is invented."""
    last = period.end_date(drive) - timedelta(days=1)
    rows = []
    for year in range(drive.calendar[0].day_date.year, last.year + 1):
        for metric, rule, value, unit, differences in TARGETS:
            source = "规划附件1(2025 年 96%)" if metric == "EN10" else "演示目标，非下达文件"
            for area, difference in zip((place.city_code(), *place.DISTRICTS), (0.0, *differences), strict=True):
                rows.append((area, metric, year, rule, round(value + difference, 1), unit, source))
        for area, quota in WATER_QUOTA_WAN_M3.items():
            whole = sum(WATER_QUOTA_WAN_M3.values()) if area == place.city_code() else quota
            rows.append((area, "EN42", year, "<=", whole, "万立方米", "演示目标，非下达文件"))
    names = ("place_code", "metric_id", "year", "target_rule", "target_value", "measure_unit", "source")
    return by_tuple("ecology.target_yearly", names, rows)


def _carbon(city: City, drive: Drivers) -> pa.Table:
    """Seven districts, and what no district holds (电力调入、铁路) under the city itself; the parts add up."""
    chance = city.chance("carbon_quarterly")
    quarters = period.quarters(drive, 45)
    parts = place.places(place.city_code())
    weights = np.append(0.88 * (place.WORKS + place.PEOPLE) / 2, 0.12)
    woods = np.append(place.LAND_HA / place.LAND_HA.sum(), 0.0)
    season = np.array([1.12, 0.93, 1.0, 0.95])[(quarters.astype("datetime64[M]").astype(int) // 3) % 4]
    rows = []
    for sector, share in {**SECTORS, "sink": 0.0}.items():
        for row, code in enumerate(parts):
            if sector == "sink" and not woods[row]:
                continue
            for step, quarter in enumerate(quarters.tolist()):
                drift = 1.0 - 0.004 * step + chance.normal(0, 0.012)
                year = SINK_YEAR_TCO2 * woods[row] if sector == "sink" else NET_YEAR_TCO2 * share * weights[row]
                emitted = round(float(year / 4 * season[step] * drift), 0)
                used = None if sector in ("sink", "agriculture", "waste") else round(emitted / _TCO2_PER_TCE, 0)
                rows.append((code, sector, quarter, used, emitted, step == len(quarters) - 1, "演示核算口径 1.0"))
    names = (
        "place_code",
        "carbon_sector",
        "quarter_date",
        "energy_tce",
        "emission_tco2",
        "is_preliminary",
        "definition_version",
    )
    return by_tuple("ecology.carbon_quarterly", names, rows)
