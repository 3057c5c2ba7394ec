"""The only place that says how many people live where in the demo, how old they are, and where communities lie.

The newest month counts 1,330,565 residents, the census of 2020 (60+ 24.10 %, 65+ 18.11 %, 0–14 14.32 %): no later
figure is verified. 屯溪区 and 黄山区 hold their published census counts; the other five districts' shares are assumed.
Parts add up to wholes at every level and in every month.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.demo.drivers import City, Floats
from data.divisions import CITY, children, division
from geo.boundaries import LON_SCALE, districts

Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]
Anything = npt.NDArray[Any]

AGES = 101  # 0 … 100 and over
SEXES = ("1", "2")
REST = {"341004": 0.108, "341021": 0.413, "341022": 0.245, "341023": 0.085, "341024": 0.149}  # assumed, add up to 1
BANDS = ((0, 15, 0.1432), (15, 60, 0.6158), (60, 65, 0.0599), (65, 80, 0.145), (80, AGES, 0.0361))  # census shares
_SHAPE = (
    [0, 6, 12, 17, 22, 30, 38, 50, 58, 60, 66, 72, 80, 90, 100],
    [5, 9.8, 11, 9, 7, 10, 12, 17, 18, 11, 14, 10, 6, 2, 0.2],
)
KM = 1 / 111.195  # a kilometre in degrees of latitude


@dataclass(frozen=True)
class People:
    """One entry per community: codes, kind, point, residents, households; and residents by age and sex."""

    code: Texts
    name: list[str]
    is_village: Flags
    lon: Floats
    lat: Floats
    resident: Ints
    household: Ints
    structure: Ints  # community × age × sex

    @property
    def subdistrict(self) -> Texts:
        return self.code.astype("U9")

    @property
    def district(self) -> Texts:
        return self.code.astype("U6")

    def of_age(self, first: int, after: int = AGES) -> Ints:
        """Residents per community from age `first` up to, not including, `after`."""
        found: Ints = self.structure[:, first:after].sum(axis=(1, 2))
        return found


def apportion(weights: Floats, total: int) -> Ints:
    """`total` in whole numbers by weight (largest remainder), so that the parts add up to it."""
    exact = weights / weights.sum() * total
    parts: Ints = np.floor(exact).astype(np.int64)
    parts[np.argsort(parts - exact, kind="stable")[: total - parts.sum()]] += 1
    return parts


def apportion_rows(weights: Floats, totals: Ints) -> Ints:
    """`apportion` for each row of a table of weights and its total."""
    exact = weights / weights.sum(axis=1, keepdims=True) * totals[:, None]
    parts: Ints = np.floor(exact).astype(np.int64)
    missing = totals - parts.sum(axis=1)
    rank = np.argsort(np.argsort(parts - exact, axis=1, kind="stable"), axis=1, kind="stable")
    found: Ints = parts + (rank < missing[:, None])
    return found


@cache
def people(city: City) -> People:
    """The people of the newest month. Never scaled: they are the plan's."""
    chance = city.chance("people")
    places = [
        place for area in _districts() for subdistrict in children(area) for place in children(subdistrict.place_code)
    ]
    code = np.array([place.place_code for place in places])
    name = [place.name for place in places]
    is_village = np.array([each.endswith("村委会") for each in name])
    weight = chance.lognormal(0.0, 0.35, len(code)) * np.where(is_village, 1.0, 3.4)
    weight[[each.endswith(("生活区", "虚拟社区")) for each in name]] *= 0.05
    resident = np.zeros(len(code), dtype=np.int64)
    for area, total in _district_totals().items():
        here = code.astype("U6") == area
        resident[here] = apportion(weight[here], total)
    household = np.maximum(1, np.round(resident / np.where(is_village, 2.62, 2.46))).astype(np.int64)
    lon, lat = _points(city, code)
    return People(code, name, is_village, lon, lat, resident, household, _structure(city, resident, is_village))


def spread(people_: People, resident: Ints) -> Ints:
    """Residents by age and sex of communities that hold `resident` people, aged as in the newest month."""
    flat = people_.structure.reshape(len(resident), -1).astype(float)
    return apportion_rows(flat, resident).reshape(len(resident), AGES, len(SEXES))


def near(city: City, name: str, community: Ints, reach_km: Floats) -> tuple[Floats, Floats]:
    """A point within about `reach_km` of each community's own, in the same district."""
    home = people(city)
    return _inside(city, name, home.district[community], home.lon[community], home.lat[community], reach_km)


def _districts() -> list[str]:
    return [place.place_code for place in children(CITY) if place.level == "district"]


def _district_totals() -> dict[str, int]:
    known = {area: count for area in _districts() if (count := division(area).population) is not None}
    whole = division(CITY).population or 0
    rest = apportion(np.array(list(REST.values())), whole - sum(known.values()))
    return known | {area: int(count) for area, count in zip(REST, rest, strict=True)}


def _structure(city: City, resident: Ints, is_village: Flags) -> Ints:
    """The city's ages are the census's; towns are younger, villages older by what the towns take."""
    age = np.arange(AGES)
    whole = np.interp(age, *_SHAPE)
    for first, after, share in BANDS:
        whole[first:after] *= share / whole[first:after].sum()
    town = whole * np.exp(-0.012 * (age - 44))
    town /= town.sum()
    weight = resident[~is_village].sum() / resident.sum()
    village = (whole - weight * town) / (1 - weight)
    chance = city.chance("ages")
    tilt = np.exp(chance.normal(0.0, 0.0035, len(resident))[:, None] * (age - 44))
    profile = np.where(is_village[:, None], village, town) * tilt * resident[:, None]
    for _ in range(8):  # ages add up to the census again, communities to their residents
        profile *= whole * resident.sum() / profile.sum(axis=0)
        profile *= (resident / profile.sum(axis=1))[:, None]
    male = np.interp(age, [0, 14, 30, 60, 75, 100], [0.53, 0.53, 0.51, 0.5, 0.48, 0.32])
    both = np.stack([profile * male, profile * (1 - male)], axis=2)
    return apportion_rows(both.reshape(len(resident), -1), resident).reshape(len(resident), AGES, len(SEXES))


def _points(city: City, code: Texts) -> tuple[Floats, Floats]:
    """Township seats anywhere in their district, communities around their seat."""
    seats, index = np.unique(code.astype("U9"), return_inverse=True)
    middle = {area.place_code: area.label_point for area in districts()}
    x, y = (np.array([middle[seat[:6]][axis] for seat in seats]) for axis in (0, 1))
    lon, lat = _inside(city, "seats", seats.astype("U6"), x, y, np.full(len(seats), 24.0))
    reach = np.where(np.char.startswith(code, "341002"), 2.2, 6.5)
    return _inside(city, "communities", code.astype("U6"), lon[index], lat[index], reach)


def _inside(city: City, name: str, area: Texts, x: Floats, y: Floats, reach_km: Floats) -> tuple[Floats, Floats]:
    """A point near each given one and inside its district; what stays outside after many draws is the given one."""
    chance = city.chance(f"points {name}")
    lon, lat = x.copy(), y.copy()
    shapes = {each.place_code: each.geometry for each in districts()}
    open_ = np.ones(len(x), dtype=bool)
    for attempt in range(12):
        shrink = 0.8**attempt * reach_km[open_] * KM
        angle, distance = chance.uniform(0, 2 * np.pi, open_.sum()), np.sqrt(chance.random(open_.sum())) * shrink
        new_x, new_y = x[open_] + distance * np.cos(angle) / LON_SCALE, y[open_] + distance * np.sin(angle)
        fits = np.zeros(len(new_x), dtype=bool)
        for code, shape in shapes.items():
            here = area[open_] == code
            fits[here] = shapely.contains_xy(shape, new_x[here], new_y[here])
        where = np.flatnonzero(open_)[fits]
        lon[where], lat[where] = new_x[fits], new_y[fits]
        open_[where] = False
        if not open_.any():
            break
    return np.round(lon, 5), np.round(lat, 5)
