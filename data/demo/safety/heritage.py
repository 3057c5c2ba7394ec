"""Demo rows of old buildings and their fire protection: invented sites in the places where 徽州 has its villages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.safety.columns import Ints, known, people, phones, weighted
from data.demo.safety.places import townships
from data.demo.safety.stories import OFFLINE_VILLAGE

SITES = 420  # 规划：数百幢古建筑及文物
# more of them where the villages are: 宏村、西递、碧阳、呈坎、潜口、西溪南、徽城、许村、北岸、老街 and so on
_RICH = (
    "341023101", "341023103", "341023100", "341004103", "341004102", "341004101", "341021100", "341021106",
    "341021102", "341021113", "341002004", "341002102", "341022102", "341024104", "341024105",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sites:
    """The old buildings: id, township and number of fire devices of each; a sixth of them has none yet."""

    ids: tuple[str, ...]
    township: Ints
    device_count: Ints


@cache
def sites(city: City) -> Sites:
    """The plan's hundreds of sites, whatever the scale of the city."""
    chance = city.chance("safety heritage sites")
    codes = townships(city).codes
    weight = np.where(np.isin(codes, _RICH), 10.0, 0.6)
    township = np.sort(chance.choice(len(codes), SITES, p=weight / weight.sum()))
    devices = np.where(chance.random(SITES) < 0.16, 0, chance.integers(2, 8, SITES))
    return Sites(tuple(f"YS-GJ{number:04d}" for number in range(1, SITES + 1)), township, devices)


def heritage_fire(city: City, drive: Drivers) -> pa.Table:
    """One row per site: structure, devices, water and the minutes until the nearest team is there."""
    chance = city.chance("safety.heritage_fire")
    towns = townships(city)
    found = sites(city)
    township, count = found.township, SITES
    lon, lat = towns.points(chance, township, 0.008)
    is_mountain = towns.is_mountain[township]
    checked = drive.days[-1] - chance.integers(0, 160, count)
    never = chance.random(count) < 0.03
    return table(
        "safety.heritage_fire",
        {
            "heritage_id": found.ids,
            "name": [f"演示·{towns.names[place]}古建筑{number + 1}号" for number, place in enumerate(township)],
            "place_code": towns.code_column(township),
            "lon": lon,
            "lat": lat,
            "protection_level": weighted(
                chance, {"national": 12, "province": 28, "city": 20, "district": 30, "none": 10}, count
            ),
            "building_structure": weighted(chance, {"brick_wood": 70, "wood": 22, "mixed": 5, "brick_stone": 3}, count),
            "building_count": chance.integers(1, 9, count),
            "floor_area_m2": np.round(np.exp(chance.normal(6.0, 0.7, count))),
            "device_count": found.device_count,
            "is_connected": known(found.device_count > 0, chance.random(count) > 0.01),
            "has_hydrant": chance.random(count) < np.where(is_mountain, 0.62, 0.9),
            "water_distance_m": np.round(np.exp(chance.normal(4.6, 0.7, count))),
            "engine_reach_m": np.round(np.exp(chance.normal(4.0, 1.0, count))),
            "occupant_count": chance.poisson(4.0, count),
            "arrival_min": np.round(np.where(is_mountain, 17.0, 7.5) * np.exp(chance.normal(0, 0.3, count)), 1),
            "maintenance_unit": [f"演示·{towns.names[place]}文物管护组" for place in township],
            "contact_name": people(np.arange(count)),
            "contact_phone": phones(np.arange(count) + 5000),
            "last_checked_date": np.where(never, np.datetime64("NaT"), checked),
            "open_hazard_count": chance.poisson(np.where(township == towns.index(OFFLINE_VILLAGE), 0.6, 0.15)),
            "data_date": np.full(count, drive.days[-1]),
        },
    )
