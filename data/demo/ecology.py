"""Demo rows of 生态环境: twelve air stations and sixteen river sections that follow the city's weather."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from shapely import Point

from data.demo.drivers import City, Drivers, Floats, table
from geo.boundaries import districts
from metrics.standards import water


@dataclass(frozen=True)
class _Place:
    name: str
    district: str
    load: float  # how dirty, 1 = the city's usual
    kind: str = "city"


STATIONS = (
    _Place("演示站·老街", "341002", 1.12, "national"),
    _Place("演示站·黎阳", "341002", 1.20, "national"),
    _Place("演示站·新城", "341002", 1.05, "national"),
    _Place("演示站·黄山区", "341003", 0.82),
    _Place("演示站·北大门", "341003", 0.60),
    _Place("演示站·徽州区", "341004", 1.10),
    _Place("演示站·歙县", "341021", 1.15),
    _Place("演示站·休宁", "341022", 0.95),
    _Place("演示站·黟县", "341023", 0.85),
    _Place("演示站·祁门", "341024", 0.88),
    _Place("演示站·山岳", "341003", 0.45, "micro"),
    _Place("演示站·古村", "341023", 0.80, "micro"),
)


@dataclass(frozen=True)
class _Section:
    name: str
    river: str
    district: str
    target: str
    load: float
    kind: str = "city"
    is_border: bool = False


SECTIONS = (  # from upstream to downstream
    _Section("演示断面·率水源", "率水", "341022", "Ⅱ", 0.55),
    _Section("演示断面·率水上", "率水", "341022", "Ⅱ", 0.65),
    _Section("演示断面·率水中", "率水", "341022", "Ⅱ", 0.75),
    _Section("演示断面·率水下", "率水", "341002", "Ⅲ", 1.05, "national"),
    _Section("演示断面·横江源", "横江", "341023", "Ⅱ", 0.70),
    _Section("演示断面·横江上", "横江", "341022", "Ⅱ", 0.80),
    _Section("演示断面·横江下", "横江", "341002", "Ⅲ", 1.15, "national"),
    _Section("演示断面·丰乐河", "丰乐河", "341004", "Ⅲ", 1.20),
    _Section("演示断面·练江", "练江", "341021", "Ⅲ", 1.25, "national"),
    _Section("演示断面·渐江上", "新安江", "341002", "Ⅲ", 1.10, "national"),
    _Section("演示断面·渐江下", "新安江", "341021", "Ⅲ", 1.15),
    _Section("演示断面·新安江上", "新安江", "341021", "Ⅲ", 1.00),
    _Section("演示断面·出境", "新安江", "341021", "Ⅱ", 0.85, "national", True),
    _Section("演示断面·阊江上", "阊江", "341024", "Ⅱ", 0.70),
    _Section("演示断面·阊江下", "阊江", "341024", "Ⅱ", 0.80, "national", True),
    _Section("演示断面·秧溪河", "秧溪河", "341003", "Ⅱ", 0.65),
)


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`."""
    return {
        "ecology.air_station": _stations(city),
        "ecology.air_hourly": air_hourly(city, drive),
        "ecology.water_section": _sections(city),
        "ecology.water_measure": _water_measure(city, drive),
    }


def _points(city: City, name: str, district_codes: list[str]) -> tuple[list[float], list[float]]:
    """A point inside each district near its label point, so that demo points never lie in a neighbour."""
    chance = city.chance(name)
    areas = {area.place_code: area for area in districts()}
    lon, lat = [], []
    for code in district_codes:
        centre_x, centre_y = areas[code].label_point
        for reach in np.geomspace(0.12, 0.002, 40):
            x, y = centre_x + chance.uniform(-reach, reach), centre_y + chance.uniform(-reach, reach)
            if areas[code].geometry.contains(Point(x, y)):
                break
        else:
            x, y = centre_x, centre_y
        lon.append(round(float(x), 5))
        lat.append(round(float(y), 5))
    return lon, lat


def _ids(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:02d}" for number in range(1, count + 1)]


def _stations(city: City) -> pa.Table:
    lon, lat = _points(city, "air_station", [place.district for place in STATIONS])
    return table(
        "ecology.air_station",
        {
            "station_id": _ids("YS-A", len(STATIONS)),
            "name": [place.name for place in STATIONS],
            "place_code": [place.district for place in STATIONS],
            "kind": [place.kind for place in STATIONS],
            "lon": lon,
            "lat": lat,
            "is_in_city_mean": [place.kind == "national" for place in STATIONS],
        },
    )


def air_hourly(city: City, drive: Drivers) -> pa.Table:
    """The hours of every air station; what exceeds or is forecast elsewhere in the demo is read from here."""
    chance = city.chance("air_hourly")
    hours = drive.hours
    count, stations = len(hours), len(STATIONS)
    day = np.repeat(np.arange(drive.day_count), 24)
    hour = np.tile(np.arange(24), drive.day_count)
    load = np.array([place.load for place in STATIONS])[:, None]
    still = drive.stagnation[day]
    washed = np.exp(-drive.rain_mm[day] / 25.0)
    warm = np.clip((drive.temperature[day] - 5.0) / 25.0, 0.0, 1.2)
    rush = 1.0 + 0.18 * (np.exp(-((hour - 8) ** 2) / 8.0) + np.exp(-((hour - 20) ** 2) / 14.0))
    slow = _smooth(chance.normal(0.0, 0.28, (stations, count)))
    pm25 = load * (6.0 + 52.0 * still * washed) * rush * np.exp(slow)
    pm10 = pm25 * (1.45 + 0.1 * chance.normal(size=(stations, count))) + 4.0
    no2 = load * (7.0 + 20.0 * still) * rush**1.8 * np.exp(0.8 * slow)
    so2 = load * (4.0 + 5.0 * still) * np.exp(0.5 * slow)
    co = 0.35 + load * 0.45 * still * rush * np.exp(0.4 * slow)
    sun = np.clip(np.sin((hour - 7) / 12.0 * np.pi), 0.0, 1.0) * warm * np.exp(-drive.rain_mm[day] / 15.0)
    o3 = (28.0 + 118.0 * sun + 10.0 * warm) * (1.15 - 0.12 * load) * np.exp(0.35 * slow)
    o3_8h = _trailing_mean(o3, 8)
    values = {"pm25": pm25, "pm10": pm10, "so2": so2, "no2": no2, "co": co, "o3": o3, "o3_8h": o3_8h}
    rounded = {
        name: np.round(np.clip(each, 1 if name != "co" else 0.1, None), 1 if name == "co" else 0)
        for name, each in values.items()
    }
    lost = chance.random((stations, count)) < 0.012
    for station in range(stations):  # each station is out for maintenance a few whole days a year
        for begin in chance.choice(drive.day_count, size=max(1, drive.day_count // 130), replace=False):
            lost[station, begin * 24 + 6 : begin * 24 + 6 + int(chance.integers(5, 40))] = True
    flag = np.where(lost, "M", "N")
    for name, each in rounded.items():
        gap = chance.random((stations, count)) < 0.004 if name != "o3_8h" else np.zeros((stations, count), bool)
        rounded[name] = np.where(lost | gap, np.nan, each)
    return table(
        "ecology.air_hourly",
        {
            "station_id": np.repeat(_ids("YS-A", stations), count),
            "place_code": np.repeat([place.district for place in STATIONS], count),
            "observed_at": np.tile(hours.astype("datetime64[us]"), stations),
            **{name: each.ravel() for name, each in rounded.items()},
            "data_flag": flag.ravel(),
        },
    )


def _smooth(noise: Floats) -> Floats:
    """Noise that changes over hours rather than jumps."""
    kernel = np.exp(-np.arange(12) / 4.0)
    kernel /= np.sqrt((kernel**2).sum())
    return np.apply_along_axis(lambda row: np.convolve(row, kernel)[: len(row)], 1, noise)


def _trailing_mean(values: Floats, width: int) -> Floats:
    total = np.cumsum(np.pad(values, ((0, 0), (width, 0)), mode="edge"), axis=1)
    return (total[:, width:] - total[:, :-width]) / width


def _sections(city: City) -> pa.Table:
    lon, lat = _points(city, "water_section", [section.district for section in SECTIONS])
    return table(
        "ecology.water_section",
        {
            "section_id": _ids("YS-W", len(SECTIONS)),
            "name": [section.name for section in SECTIONS],
            "place_code": [section.district for section in SECTIONS],
            "river_name": [section.river for section in SECTIONS],
            "water_body": ["river"] * len(SECTIONS),
            "kind": [section.kind for section in SECTIONS],
            "lon": lon,
            "lat": lat,
            "target_class": [section.target for section in SECTIONS],
            "river_order": list(range(1, len(SECTIONS) + 1)),
            "is_border": [section.is_border for section in SECTIONS],
        },
    )


def water_values(city: City, drive: Drivers) -> dict[str, Floats]:
    """What each section (rows) measured every four hours (columns), NaN where it was under maintenance."""
    chance = city.chance("water_measure")
    count, sections = drive.day_count * 6, len(SECTIONS)
    day = np.repeat(np.arange(drive.day_count), 6)
    load = np.array([section.load for section in SECTIONS])[:, None]
    soaked = _smooth_rain(drive.rain_mm)[day]
    wobble = np.exp(_smooth(chance.normal(0.0, 0.16, (sections, count))))
    turbidity = load * (6.0 + 2.6 * soaked) * wobble
    values = {
        "water_temperature": np.clip(drive.temperature[day] * 0.7 + 5.5, 2, 32)
        + 0.2 * chance.normal(size=(sections, count)),
        "ph": 7.4 + 0.12 * chance.normal(size=(sections, count)),
        "do": np.clip(13.6 - 0.21 * drive.temperature[day] - 0.7 * (load - 0.8), 4.5, 14)
        + 0.2 * chance.normal(size=(sections, count)),
        "conductivity": 130.0 * load * wobble,
        "turbidity": turbidity,
        "codmn": load * (1.55 + 0.035 * soaked) * wobble,
        "nh3n": load * (0.085 + 0.002 * soaked) * wobble**1.5,
        "tp": load * (0.042 + 0.0012 * soaked) * wobble,
        "tn": load * (1.25 + 0.012 * soaked) * wobble,
    }
    spill = slice(max(0, count - 6 * 5), count - 6 * 2)  # the planted exceedance: a tributary in the last full week
    values["nh3n"][8, spill] *= 26.0
    values["tp"][8, spill] *= 3.0
    values["nh3n"][10, spill] *= 7.0  # and what is left of it downstream
    decimals = {
        "water_temperature": 1,
        "ph": 2,
        "do": 2,
        "conductivity": 1,
        "turbidity": 1,
        "codmn": 2,
        "nh3n": 3,
        "tp": 3,
        "tn": 2,
    }
    lost = chance.random((sections, count)) < 0.015
    return {name: np.where(lost, np.nan, np.round(each, decimals[name])) for name, each in values.items()}


def water_times(drive: Drivers) -> npt.NDArray[np.datetime64]:
    """When the sections measure: every four hours from midnight."""
    return np.arange(drive.days[0].astype("datetime64[h]"), drive.days[-1].astype("datetime64[h]") + 24, 4)


def _water_measure(city: City, drive: Drivers) -> pa.Table:
    shown, times = water_values(city, drive), water_times(drive)
    sections, count = shown["ph"].shape
    lost = np.isnan(shown["ph"])
    return table(
        "ecology.water_measure",
        {
            "section_id": np.repeat(_ids("YS-W", sections), count),
            "place_code": np.repeat([section.district for section in SECTIONS], count),
            "observed_at": np.tile(times.astype("datetime64[us]"), sections),
            "method": ["auto"] * (sections * count),
            **{name: each.ravel() for name, each in shown.items()},
            "station_state": np.where(lost, "maintenance", "normal").ravel(),
            "data_flag": np.where(lost, "M", "N").ravel(),
            "published_class": _published_classes(shown),
        },
    )


def _published_classes(values: Mapping[str, Floats]) -> list[str | None]:
    """The class each sample would be published with."""
    items = ("ph", "do", "codmn", "nh3n", "tp")
    columns = [values[item].ravel() for item in items]
    return [
        water.classify(dict(zip(items, sample, strict=True)), body="river").water_class
        for sample in zip(*columns, strict=True)
    ]


def _smooth_rain(rain: Floats) -> Floats:
    """Rain of the last days as the river remembers it, mm."""
    return np.convolve(rain, [0.55, 0.3, 0.15])[: len(rain)]
