"""Demo rows of pollution sources: the register, and what their online monitors say day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import period, place, story

SOURCES = 150
INDUSTRIES = (  # name, stays without coordinates, share
    ("食品加工", False, 0.14), ("茶叶加工", False, 0.14), ("印染", True, 0.08), ("精细化工", True, 0.16),
    ("医药制造", True, 0.08), ("电镀", True, 0.06), ("水泥建材", False, 0.08), ("污水处理", False, 0.16),
    ("汽车零部件", False, 0.07), ("规模养殖", False, 0.03),
)  # fmt: skip
ITEMS = {"water": ("codcr", "nh3n", "tp", "tn"), "air": ("so2", "nox", "pm", "nmhc")}
_MASS_KG = {"codcr": 9.0, "nh3n": 0.6, "tp": 0.08, "tn": 2.2, "so2": 6.0, "nox": 11.0, "pm": 2.5, "nmhc": 3.0}


@dataclass(frozen=True)
class Register:
    """The register as arrays, one entry per source and medium."""

    source: np.ndarray
    medium: np.ndarray
    place_code: np.ndarray
    is_online: np.ndarray
    rows: pa.Table


def register(city: City, drive: Drivers) -> Register:
    chance = city.chance("pollution_source")
    count = period.volume(city, SOURCES, at_least=40)
    area = place.draw_districts(chance, place.WORKS, count)
    code = place.draw_subdistricts(chance, area)
    industry = chance.choice(len(INDUSTRIES), p=[share for _, _, share in INDUSTRIES], size=count)
    area[:3], code[:3] = ("341021", "341004", "341022"), ("341021400", "341004400", "341022100")
    industry[:3] = (0, 3, 7)
    code[3:5] = place.ECONOMIC  # two works that the economic zone reports itself
    source = np.array([f"YS-P{number:03d}" for number in range(1, count + 1)])
    name = [
        f"演示企业·{place.short(where)}{INDUSTRIES[kind][0]}{number:03d}"
        for number, (where, kind) in enumerate(zip(code, industry, strict=True), 1)
    ]
    name[:3] = story.RIVER_SOURCE_NAME, story.AIR_SOURCE_NAME, story.WAITING_SOURCE_NAME
    has = {
        "water": chance.random(count) < 0.75,
        "air": (chance.random(count) < 0.5) & (industry != 7),
        "soil": chance.random(count) < 0.06,
        "noise": chance.random(count) < 0.03,
    }
    has["water"][[0, 2]], has["air"][1], has["air"][[0, 2]] = True, True, False
    has["water"] |= ~(has["water"] | has["air"] | has["soil"] | has["noise"])  # everyone has at least one medium
    owner = np.concatenate([np.flatnonzero(each) for each in has.values()])
    medium = np.repeat(list(has), [each.sum() for each in has.values()])
    order = np.lexsort((medium, owner))
    owner, medium = owner[order], medium[order]
    measurable = np.isin(medium, list(ITEMS))
    is_key = measurable & ((chance.random(len(owner)) < 0.72) | (owner < 3))
    is_online = measurable & ((chance.random(len(owner)) < np.where(is_key, 0.968, 0.35)) | (owner < 3))
    lon, lat = place.points(city, "pollution_source", code)
    hidden = np.array([INDUSTRIES[kind][1] for kind in industry])
    lon[hidden], lat[hidden] = np.nan, np.nan  # works with dangerous chemicals stop at the subdistrict
    names = np.array(name)
    rows = table(
        "ecology.pollution_source",
        {
            "source_id": source[owner],
            "medium": medium,
            "name": names[owner],
            "credit_code": [f"91341000YS{number:08d}" for number in owner + 1],
            "industry_name": [INDUSTRIES[industry[each]][0] for each in owner],
            "place_code": code[owner],
            "lon": lon[owner],
            "lat": lat[owner],
            "is_key": is_key,
            "is_monitored_online": is_online,
            "responsible_unit": names[owner],
            "supervising_unit": [place.branch(code[each]) for each in owner],
            "updated_date": [period.register_date(drive)] * len(owner),
        },
    )
    return Register(source[owner], medium, code[owner], is_online, rows)


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    known = register(city, drive)
    return {"ecology.pollution_source": known.rows, "ecology.source_daily": daily(city, drive, known)}


def daily(city: City, drive: Drivers, known: Register) -> pa.Table:
    """One row per outlet, pollutant and day. Outages lose hours, late files lose days, standstills are due nothing."""
    chance = city.chance("source_daily")
    online = np.flatnonzero(known.is_online)
    outlets = chance.choice([1, 2], p=[0.7, 0.3], size=len(online))
    entry = np.repeat(online, outlets * 4)
    outlet = np.concatenate([np.repeat(np.arange(1, each + 1), 4) for each in outlets])
    item = np.array(
        [name for row, each in zip(online, outlets, strict=True) for name in ITEMS[known.medium[row]] * each]
    )
    series, days = len(entry), drive.day_count
    works = np.repeat(
        np.arange(len(online)), outlets * 4
    )  # outlets of one works stand still and lose their line together
    rests = (chance.random((len(online), days)) < 0.025)[works]
    outage = (chance.random((len(online), days)) < 0.05)[works]
    lost = np.where(outage, chance.integers(1, 20, (series, days)), chance.binomial(24, 0.012, (series, days)))
    expected = np.where(rests, 0, 24)
    valid = np.clip(expected - lost, 0, 24)
    weak = chance.random(len(online))[works] < 0.12  # an eighth of the works exceed more often than the others
    exceeds = chance.random((series, days)) < np.where(weak, 0.008, 0.001)[:, None]
    exceeded = np.where(exceeds, np.minimum(chance.integers(1, 7, (series, days)), valid), 0)
    _plant(known, entry, outlet, item, days, expected, valid, exceeded)
    size = chance.lognormal(0.0, 0.7, len(online))[works] * np.array([_MASS_KG[name] for name in item])
    mass = np.round(size[:, None] * valid / 24 * chance.uniform(0.75, 1.25, (series, days)), 1)
    is_late = (chance.random((len(online), days)) < 0.004)[works]
    is_late[np.isin(known.source[entry], [story.RIVER_SOURCE, story.AIR_SOURCE, story.WAITING_SOURCE])] = False
    row, column = np.nonzero(~is_late)
    return table(
        "ecology.source_daily",
        {
            "source_id": known.source[entry][row],
            "outlet_no": outlet[row].astype(str),
            "medium": known.medium[entry][row],
            "place_code": known.place_code[entry][row],
            "pollutant": item[row],
            "day_date": drive.days[column],
            "expected_hour_count": expected[row, column],
            "valid_hour_count": valid[row, column],
            "exceed_hour_count": exceeded[row, column],
            "emission_kg": mass[row, column],
        },
    )


def _plant(
    known: Register, entry: np.ndarray, outlet: np.ndarray, item: np.ndarray, days: int, *hours: np.ndarray
) -> None:
    """The stories' hours: expected, valid, exceeded."""
    planted = [(story.RIVER_SOURCE, story.RIVER_ITEM, day, 24) for day in range(story.RIVER_FROM, story.RIVER_TO, -1)]
    planted += [(story.AIR_SOURCE, story.AIR_ITEM, story.AIR_DAY, 5), (story.WAITING_SOURCE, "codcr", 1, 4)]
    for source, name, before_end, exceeded in planted:
        if before_end <= days:
            here = (known.source[entry] == source) & (item == name) & (outlet == 1)
            for each, value in zip(hours, (24, 24, exceeded), strict=True):
                each[here, days - before_end] = value
