"""Demo rows of water levels, flow and rain, and of what floods and droughts did. All of it follows the city's rain."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import place
from data.demo.ecology_rest.column import only, values

STATIONS, GAUGED = 300, 60  # the first sixty measure level, the rest only rain
RAIN_DAYS = 30  # a rain gauge's dry hours of longer ago are not kept in the demo
DISASTER_RAIN_MM = 45.0


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    stations = _stations(city)
    return {
        "ecology.hydro_station": stations,
        "ecology.hydro_hourly": _hours(city, drive, stations),
        "ecology.water_disaster_daily": _disasters(city, drive),
    }


def _stations(city: City) -> pa.Table:
    chance = city.chance("hydro_station")
    number = np.arange(STATIONS)
    code = place.draw_subdistricts(chance, place.draw_districts(chance, place.LAND_HA, STATIONS))
    kind = np.where(number < 24, "flow", np.where(number < GAUGED, "level", "rain"))
    has_level = number < GAUGED
    warning = np.where(has_level, np.round(125 + chance.uniform(0, 60, STATIONS), 1), np.nan)
    lon, lat = place.points(city, "hydro_station", code)
    hidden = (number % 4 == 1) | has_level  # not cleared for publication
    return table(
        "ecology.hydro_station",
        {
            "hydro_station_id": [f"YS-H{each:03d}" for each in number + 1],
            "name": [
                f"演示{'水文站' if each != 'rain' else '雨量站'}·{place.short(where)}{row:03d}"
                for row, (each, where) in enumerate(zip(kind, code, strict=True), 1)
            ],
            "kind": kind,
            "river_name": only(has_level, place.draw_rivers(chance, code)),
            "place_code": code,
            "lon": np.where(hidden, np.nan, lon),
            "lat": np.where(hidden, np.nan, lat),
            "warning_water_level_m": warning,
            "guarantee_water_level_m": warning + 1.8,
        },
    )


def _hours(city: City, drive: Drivers, stations: pa.Table) -> pa.Table:
    """A day's rain falls within a few hours; rivers rise after it and fall over a day or two."""
    chance = city.chance("hydro_hourly")
    days = drive.day_count
    middle = chance.integers(0, 20, days)
    hour = np.arange(24)
    fall = np.exp(-((hour[None, :] - middle[:, None]) ** 2) / 12.0)
    fall = (fall / fall.sum(axis=1, keepdims=True) * drive.rain_mm[:, None]).ravel()
    held = np.zeros(len(fall))
    for step in range(1, len(held)):
        held[step] = held[step - 1] * 0.965 + fall[step]
    count = days * 24
    gauged = np.arange(GAUGED)
    recent = min(days, RAIN_DAYS) * 24
    row = np.concatenate([np.repeat(gauged, count), np.repeat(np.arange(GAUGED, STATIONS), recent)])
    at = np.concatenate(
        [np.tile(np.arange(count), GAUGED), np.tile(np.arange(count - recent, count), STATIONS - GAUGED)]
    )
    warning = values(stations, "warning_water_level_m")
    below, answer = chance.uniform(1.4, 3.4, STATIONS), chance.uniform(0.022, 0.045, STATIONS)
    local = chance.lognormal(0, 0.25, (STATIONS, days))
    level = warning[row] - below[row] + answer[row] * held[at] * local[row, at // 24]
    level = level + 0.01 * chance.standard_normal(len(row))
    rain = fall[at] * local[row, at // 24]
    is_flow = row < 24
    flow = np.round(8 + 60 * (answer[row] * held[at]) ** 1.6, 1)
    is_lost = chance.random(len(row)) < 0.008
    has_level = row < GAUGED
    codes, ids = (values(stations, name) for name in ("place_code", "hydro_station_id"))
    hours = drive.hours.astype("datetime64[us]")
    return table(
        "ecology.hydro_hourly",
        {
            "hydro_station_id": ids[row],
            "place_code": codes[row],
            "observed_at": hours[at],
            "water_level_m": np.where(has_level & ~is_lost, np.round(level, 2), np.nan),
            "flow_m3s": np.where(is_flow & ~is_lost, flow, np.nan),
            "rain_mm": np.where(is_lost, np.nan, np.round(rain, 1)),
            "data_flag": np.where(is_lost, "M", "N"),
        },
    )


def _disasters(city: City, drive: Drivers) -> pa.Table:
    """A row a day and unit, zero where nothing happened. Heavy rain floods fields and moves people; drought creeps."""
    chance = city.chance("water_disaster_daily")
    parts = place.places(place.SCENIC, place.ECONOMIC, "3410F3", place.city_code())
    weights = np.append(place.LAND_HA / place.LAND_HA.sum(), [0.03, 0.0, 0.0, 0.0])
    shape = (len(parts), drive.day_count)
    excess = np.clip(drive.rain_mm - DISASTER_RAIN_MM, 0, None) / 10
    hit = chance.random(shape) < np.where(excess > 0, 0.7, 0.0)[None, :]
    force = np.where(hit, excess[None, :] * weights[:, None] * 7, 0.0) * chance.uniform(0.5, 1.5, shape)
    dry = np.array([drive.rain_mm[max(0, day - 29) : day + 1].sum() for day in range(drive.day_count)])
    warm = drive.temperature > 18
    thirst = np.where((dry < 25) & warm, (25 - dry) / 25, 0.0)[None, :] * weights[:, None]
    planned = np.round(260 * force).astype(np.int64)
    moved = np.round(planned * chance.uniform(0.9, 1.0, shape)).astype(np.int64)
    row, column = np.nonzero(chance.random(shape) > 0.003)
    at = (row, column)
    return table(
        "ecology.water_disaster_daily",
        {
            "place_code": parts[row],
            "day_date": drive.days[column],
            "flooded_area_ha": np.round(90 * force, 1)[at],
            "drought_area_ha": np.round(600 * thirst, 1)[at],
            "water_short_count": np.round(900 * thirst).astype(np.int64)[at],
            "danger_spot_count": chance.poisson(1.2 * force)[at],
            "evacuate_planned_count": planned[at],
            "evacuated_count": moved[at],
            "loss_wan": np.round(210 * force, 1)[at],
        },
    )
