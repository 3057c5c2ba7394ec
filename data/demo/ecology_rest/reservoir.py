"""Demo rows of reservoirs: 188 of them, whose levels follow the rain."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.ecology_rest import place, story
from data.demo.ecology_rest.column import values
from data.divisions import name_of

RESERVOIRS = 188  # the number that the news of June 2024 gave; never scaled
KINDS = ("large", "medium", "small_1", "small_2")
_COUNTS = (2, 8, 38, 140)
_CAPACITY = ((11_000.0, 25_000.0), (1_000.0, 8_000.0), (100.0, 900.0), (10.0, 95.0))  # 万立方米
_SEASON = ((4, 15), (9, 30))  # 汛期: the big ones report every hour, the others morning and evening


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    rows, kind, limit, capacity = _register(city, drive)
    return {"ecology.reservoir": rows, "ecology.reservoir_hourly": _levels(city, drive, rows, kind, limit, capacity)}


def _register(city: City, drive: Drivers) -> tuple[pa.Table, np.ndarray, Floats, Floats]:
    chance = city.chance("reservoir")
    kind = np.repeat(np.arange(len(KINDS)), _COUNTS)
    code = place.draw_subdistricts(chance, place.draw_districts(chance, place.LAND_HA, RESERVOIRS))
    low, high = np.array(_CAPACITY).T
    capacity = np.round(np.exp(chance.uniform(np.log(low[kind]), np.log(high[kind]))), 1)
    limit = np.round(120 + chance.gamma(2.0, 60, RESERVOIRS), 2)
    updated = [day.day_date for day in drive.calendar if (day.day_date.month, day.day_date.day) == (4, 1)]
    rows = table(
        "ecology.reservoir",
        {
            "reservoir_id": [f"YS-R{number:03d}" for number in range(1, RESERVOIRS + 1)],
            "name": [f"演示水库·{place.short(where)}{number:03d}" for number, where in enumerate(code, 1)],
            "kind": np.array(KINDS)[kind],
            "river_name": place.draw_rivers(chance, code),
            "place_code": code,
            "storage_capacity_wan_m3": capacity,
            "flood_limit_level_m": limit,
            "supervising_unit": [place.office(where, "水利局") for where in code],
            "responsible_unit": [f"{name_of(where)}水库管理所" for where in code],
            "updated_date": [updated[-1] if updated else drive.calendar[0].day_date] * RESERVOIRS,
        },
    )
    return rows, kind, limit, capacity


def soaked(rain: Floats) -> Floats:
    """The rain that a reservoir still holds, mm: each day's decays by a tenth a day."""
    held = np.zeros(len(rain))
    for day, fall in enumerate(rain):
        held[day] = (held[day - 1] * 0.9 if day else 20.0) + fall
    return held


def _levels(city: City, drive: Drivers, rows: pa.Table, kind: np.ndarray, limit: Floats, capacity: Floats) -> pa.Table:
    """A level every morning and evening; in the flood season every hour for the large and medium ones."""
    chance = city.chance("reservoir_hourly")
    held = soaked(drive.rain_mm)
    first, last = _SEASON
    in_season = np.array([first <= (each.day_date.month, each.day_date.day) <= last for each in drive.calendar])
    room = chance.gamma(3.0, 1.1, RESERVOIRS) + 0.9  # metres below the limit when dry
    answer = chance.uniform(0.014, 0.034, RESERVOIRS)  # metres per mm held
    full = np.isin(values(rows, "reservoir_id"), story.FULL_RESERVOIRS)
    parts = []
    for clock in range(24):
        is_regular = clock in (8, 20)
        for big in (True, False):
            which = np.flatnonzero((kind < 2) == big)
            days = np.flatnonzero(np.full(len(held), True) if is_regular else in_season & big)
            parts.append(
                (np.repeat(which, len(days)), np.tile(days, len(which)), np.full(len(which) * len(days), clock))
            )
    row, day, hour = (np.concatenate([part[column] for part in parts]) for column in range(3))
    before = np.concatenate([held[:1], held[:-1]])
    wet = before[day] + (held[day] - before[day]) * (hour + 1) / 24
    level = limit[row] - room[row] + answer[row] * wet + 0.03 * chance.standard_normal(len(row))
    level = np.where(full[row] & (day >= len(held) - 7), limit[row] + 0.35, level)  # the story's two
    level = np.round(level, 2)
    stored = capacity[row] * np.clip(0.68 + 0.05 * (level - limit[row]), 0.08, 0.98)
    inflow = capacity[row] * (0.0002 + 0.00016 * drive.rain_mm[day]) * chance.uniform(0.8, 1.2, len(row))
    outflow = np.where(level > limit[row], 1.25 * inflow, 0.9 * inflow)
    is_lost = chance.random(len(row)) < 0.006
    is_silent = (kind[row] == 3) & (row % 29 == 5) & (day % 11 == 3)  # a few small ones miss a day now and then
    is_bad = chance.random(len(row)) < 0.0008
    is_told = full[row] & (day >= len(held) - 7)
    is_lost, is_bad = is_lost & ~is_told, is_bad & ~is_told
    keep = ~is_silent
    codes, ids = (values(rows, name) for name in ("place_code", "reservoir_id"))
    return table(
        "ecology.reservoir_hourly",
        {
            "reservoir_id": ids[row][keep],
            "place_code": codes[row][keep],
            "observed_at": (drive.days[day].astype("datetime64[h]") + hour)[keep].astype("datetime64[us]"),
            "water_level_m": np.where(is_lost, np.nan, np.where(is_bad, level + 60, level))[keep],
            "storage_wan_m3": np.where(is_lost, np.nan, np.round(stored, 1))[keep],
            "inflow_m3s": np.where(is_lost | (kind[row] == 3), np.nan, np.round(inflow, 2))[keep],
            "outflow_m3s": np.where(is_lost | (kind[row] == 3), np.nan, np.round(outflow, 2))[keep],
            "data_flag": np.where(is_lost, "M", np.where(is_bad, "I", "N"))[keep],
        },
    )
