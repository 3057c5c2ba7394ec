"""The only place that says where things of 生态环境 lie in the demo: districts and weights, offices, rivers, points."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import shapely

from data.demo.drivers import City, Floats
from data.divisions import CITY, children, name_of
from geo.boundaries import districts

Texts = npt.NDArray[np.str_]
Ints = npt.NDArray[np.int64]

DISTRICTS = ("341002", "341003", "341004", "341021", "341022", "341023", "341024")
# shares of the seven districts, assumed: where people live, where works stand, how much land and how much wood
PEOPLE = np.array([0.20, 0.11, 0.08, 0.30, 0.16, 0.06, 0.09])
WORKS = np.array([0.17, 0.08, 0.28, 0.22, 0.12, 0.05, 0.08])
LAND_HA = np.array([19_300, 177_500, 42_400, 212_200, 213_500, 85_700, 221_400], dtype=float)
SCENIC, ECONOMIC = "3410F1", "3410F2"  # 管委会 that report for themselves
RIVERS = {  # river: the districts it passes, from upstream to downstream
    "率水": ("341022", "341002"), "横江": ("341023", "341022", "341002"), "丰乐河": ("341004", "341021"),
    "练江": ("341021",), "新安江": ("341002", "341021"), "阊江": ("341024",), "秧溪河": ("341003",),
    "浦溪河": ("341003",), "漳河": ("341023",), "扬之河": ("341021",),
}  # fmt: skip
BUREAU, WATER_BUREAU, FOREST_BUREAU = "市生态环境局", "市水利局", "市林业局"


@cache
def subdistricts(area: str) -> tuple[str, ...]:
    """The subdistricts of a district, without the zones that only the statistics know."""
    return tuple(place.place_code for place in children(area) if not place.is_statistical_zone)


def draw_districts(chance: np.random.Generator, weights: Floats, count: int) -> Texts:
    """`count` districts by weight, every district at least once where there are enough, in no order."""
    first = np.array(DISTRICTS)[: min(count, len(DISTRICTS))]
    rest = chance.choice(DISTRICTS, size=count - len(first), p=weights / weights.sum())
    return chance.permutation(np.concatenate([first, rest]))


def draw_subdistricts(chance: np.random.Generator, areas: Texts) -> Texts:
    """A subdistrict for each district in `areas`."""
    return np.array([chance.choice(subdistricts(area)) for area in areas])


@cache
def every_subdistrict() -> tuple[str, ...]:
    """All subdistricts of the city in official order."""
    return tuple(code for area in DISTRICTS for code in subdistricts(area))


@cache
def every_community() -> tuple[str, ...]:
    """All communities and villages in official order."""
    return tuple(place.place_code for code in every_subdistrict() for place in children(code))


def places(*extra: str) -> Texts:
    """The seven districts, then what else reports for itself."""
    return np.array([*DISTRICTS, *extra])


def short(code: str) -> str:
    """屯溪 for 屯溪区; the full name of what is no district."""
    name = name_of(code[:6])
    return name[:-1] if code[:6] in DISTRICTS and len(name) > 2 and name != "黄山区" else name


def branch(code: str) -> str:
    """The office that watches a place: the district's branch of the bureau, or the bureau itself."""
    return f"黄山市{name_of(code[:6])}生态环境分局" if code[:6] in DISTRICTS else BUREAU


def office(code: str, field: str) -> str:
    """A district's own office of a field, `水利局` or `林业局`; the city's where no district is named."""
    return f"{name_of(code[:6])}{field}" if code[:6] in DISTRICTS else f"市{field}"


def points(city: City, name: str, codes: Texts) -> tuple[Floats, Floats]:
    """A point inside the district of each code; unknown for places without a polygon."""
    chance = city.chance(f"points {name}")
    lon, lat = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    owner = np.array([code[:6] for code in codes])
    for area in districts():
        rows = np.flatnonzero(owner == area.place_code)
        west, south, east, north = area.geometry.bounds
        while len(rows):
            x, y = chance.uniform(west, east, len(rows)), chance.uniform(south, north, len(rows))
            inside = shapely.contains_xy(area.geometry, x, y)
            lon[rows[inside]], lat[rows[inside]] = x[inside], y[inside]
            rows = rows[~inside]
    return np.round(lon, 5), np.round(lat, 5)


def draw_rivers(chance: np.random.Generator, codes: Texts) -> list[str]:
    """A river that passes the district of each code."""
    passing = {area: [river for river, passed in RIVERS.items() if area in passed] for area in DISTRICTS}
    return [str(chance.choice(passing[code[:6]])) for code in codes]


def city_code() -> str:
    """The city itself: 市直, or the city's own row where parts do not add up."""
    return CITY
