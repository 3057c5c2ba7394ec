"""The only place that says where the demo's safety rows lie: townships with shares, terrain and invented points.

People and points are those of the whole demo (`data.demo.people`), so that scenes agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import shapely

from data.demo.drivers import City, Floats
from data.demo.people import people
from data.demo.safety.columns import Bools, Ints, pick
from data.divisions import CITY, children, division
from geo.boundaries import districts

DISTRICTS = tuple(place.place_code for place in children(CITY) if place.level == "district")
ZONES = tuple(place.place_code for place in children(CITY) if place.level == "functional_area")
CITY_AND_DISTRICTS = (CITY, *DISTRICTS)  # 市本级 and the seven districts, as monthly and daily reports have them
_OWN_SHARE = 0.04  # what 市本级 reports itself, beside the districts
_BUSY = 1.6  # a town's people call more often than their number says: guests and commuters are there too


@dataclass(frozen=True, eq=False)
class Townships:
    """Every township in official order; `share` is its part of the city's happenings and sums to 1."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    district: Ints
    share: Floats
    is_mountain: Bools
    lon: Floats
    lat: Floats
    communities: tuple[tuple[str, ...], ...]

    def index(self, code: str) -> int:
        return self.codes.index(code)

    def draw(self, chance: np.random.Generator, count: int, share: Floats | None = None) -> Ints:
        """Townships drawn by their share."""
        return chance.choice(len(self.codes), count, p=self.share if share is None else share / share.sum())

    def code_column(self, township: Ints) -> pa.Array:
        return pick(self.codes, township)

    def fine_column(self, chance: np.random.Generator, township: Ints, fine: float) -> pa.Array:
        """The township's code, or for a part `fine` of the rows the code of a community in it."""
        codes = [*self.codes, *(code for group in self.communities for code in group)]
        sizes = np.array([len(group) for group in self.communities])
        first = len(self.codes) + np.concatenate([[0], np.cumsum(sizes)[:-1]])
        inner = (chance.random(len(township)) * sizes[township]).astype(int)
        is_fine = (chance.random(len(township)) < fine) & (sizes[township] > 0)
        return pick(codes, np.where(is_fine, first[township] + inner, township))

    def points(self, chance: np.random.Generator, township: Ints, reach: float = 0.025) -> tuple[Floats, Floats]:
        """A point near each row's township that lies in its district; the township's own point where none did."""
        lon = self.lon[township] + chance.normal(0, reach, len(township))
        lat = self.lat[township] + chance.normal(0, reach, len(township))
        inside = np.zeros(len(township), bool)
        for number, area in enumerate(_areas()):
            here = self.district[township] == number
            inside[here] = shapely.contains_xy(area, lon[here], lat[here])
        lon, lat = np.where(inside, lon, self.lon[township]), np.where(inside, lat, self.lat[township])
        return np.round(lon, 5), np.round(lat, 5)


@cache
def _areas() -> tuple[shapely.Geometry, ...]:
    by_code = {area.place_code: area.geometry for area in districts()}
    return tuple(by_code[code] for code in DISTRICTS)


@cache
def townships(city: City) -> Townships:
    """The townships of the reference with the demo's people; each lies where its first community does."""
    places = [place for code in DISTRICTS for place in children(code)]
    codes = tuple(place.place_code for place in places)
    home = people(city)
    order = np.argsort(codes)  # np.unique below gives them in the order of their codes
    seats, first, inverse = np.unique(home.subdistrict, return_index=True, return_inverse=True)
    found = order[np.searchsorted(np.array(codes)[order], seats)]
    resident, lon, lat = np.zeros(len(codes)), np.zeros(len(codes)), np.zeros(len(codes))
    resident[found] = np.bincount(inverse, weights=home.resident)
    lon[found], lat[found] = home.lon[first], home.lat[first]
    is_mountain = np.array([not _is_town(code) for code in codes])
    weight = resident * np.where(is_mountain, 1.0, _BUSY)
    return Townships(
        codes=codes,
        names=tuple(place.name for place in places),
        district=np.array([DISTRICTS.index(code[:6]) for code in codes]),
        share=weight / weight.sum(),
        is_mountain=is_mountain,
        lon=lon,
        lat=lat,
        communities=tuple(tuple(each.place_code for each in children(code)) for code in codes),
    )


@cache
def report_shares(city: City) -> Floats:
    """The parts of 市本级 and the seven districts in what they report."""
    towns = townships(city)
    inner = np.bincount(towns.district, weights=towns.share)
    return np.concatenate([[_OWN_SHARE], inner])


def _is_town(code: str) -> bool:
    """A street, a county seat, the plain towns around 屯溪 or a zone of industry; the scenic zone is a mountain."""
    tail = code[6:]
    return tail[0] == "0" or (tail in ("100", "400") and code != "341003400") or code in ("341002101", "341002102")


def district_name(code: str) -> str:
    """屯溪区 for 341002, 市 for the city itself."""
    return "市" if code == CITY else division(code).name
