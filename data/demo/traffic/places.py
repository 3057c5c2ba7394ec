"""The only place that says where the demo's traffic lies: towns with roads, how large they are, and invented points.

Town centres are public geography, to about a kilometre; every point drawn around them is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely

from data.demo.drivers import City, Floats
from data.divisions import division
from geo.boundaries import districts

# Shares of the city's people; 屯溪区 and 黄山区 after the census of 2020, the others rough
SHARES = {
    "341002": 0.219,
    "341003": 0.110,
    "341004": 0.073,
    "341021": 0.277,
    "341022": 0.166,
    "341023": 0.060,
    "341024": 0.095,
}
DISTRICTS = tuple(SHARES)
CITY_AND_DISTRICTS = ("3410", *DISTRICTS)  # 市直 and the seven districts, as daily reports have them
MOUNTAIN, ECONOMIC_ZONE = "3410F1", "3410F2"  # 管委会 that report for themselves
ARRIVALS = "341003102"  # 汤口镇, below the mountain

# subdistrict → centre, spread in km
_TOWNS: dict[str, tuple[float, float, float]] = {
    "341002001": (118.325, 29.718, 0.7),
    "341002002": (118.316, 29.716, 0.7),
    "341002003": (118.309, 29.719, 0.8),
    "341002004": (118.304, 29.711, 0.7),
    "341002100": (118.344, 29.725, 1.6),
    "341002101": (118.316, 29.700, 1.4),
    "341002102": (118.290, 29.708, 1.6),
    "341002103": (118.283, 29.735, 2.0),
    "341002104": (118.235, 29.725, 2.0),
    "341003100": (118.136, 30.277, 1.5),
    "341003102": (118.185, 30.075, 1.5),
    "341003103": (118.250, 30.125, 1.5),
    "341003104": (118.060, 30.380, 2.0),
    "341004100": (118.336, 29.827, 1.6),
    "341004101": (118.290, 29.830, 1.2),
    "341004102": (118.310, 29.865, 1.2),
    "341004103": (118.270, 29.925, 1.2),
    "341021100": (118.437, 29.867, 1.8),
    "341021101": (118.630, 29.825, 1.5),
    "341022100": (118.188, 29.787, 1.6),
    "341022101": (118.035, 29.810, 1.5),
    "341023100": (117.938, 29.925, 1.4),
    "341023101": (117.985, 30.000, 1.2),
    "341023103": (117.995, 29.905, 1.2),
    "341024100": (117.717, 29.857, 1.6),
    "341024104": (117.570, 29.960, 1.5),
}
TOWNS = tuple(_TOWNS)
_KM_PER_DEGREE = (96.5, 111.2)  # at 30° north


@dataclass(frozen=True)
class Points:
    """Invented points: degrees, one per asked place."""

    lon: Floats
    lat: Floats


def towns_of(district: str) -> tuple[str, ...]:
    """The towns of a district that have roads in the demo."""
    return tuple(town for town in TOWNS if town.startswith(district))


def name_of(place_code: str) -> str:
    """The name of a place without its kind: 汤口镇 → 汤口."""
    name = division(place_code).name
    return name.removesuffix("街道").removesuffix("镇").removesuffix("区").removesuffix("县") if len(name) > 2 else name


def points(city: City, name: str, towns: Sequence[str]) -> Points:
    """A point around the centre of each town, inside its district; drawn nearer until it is."""
    chance = city.chance(f"traffic points {name}")
    centre = np.array([_TOWNS[town][:2] for town in towns])
    reach = np.array([_TOWNS[town][2] for town in towns])[:, None] / np.array(_KM_PER_DEGREE)
    found = centre + np.clip(chance.normal(0, 0.6, centre.shape), -1.6, 1.6) * reach
    home = np.array([town[:6] for town in towns])
    for code, area in _areas().items():
        mine = np.flatnonzero(home == code)
        for _ in range(6):
            outside = mine[~shapely.contains_xy(area, found[mine, 0], found[mine, 1])]
            found[outside] = (found[outside] + centre[outside]) / 2
    return Points(np.round(found[:, 0], 5), np.round(found[:, 1], 5))


@cache
def _areas() -> dict[str, shapely.Geometry]:
    return {area.place_code: area.geometry for area in districts()}
