"""Demo rows of calls to 110, 119, 120 and 122 and of work accidents: no caller, no party, no police strength."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.safety.columns import (
    Bools,
    Ints,
    back,
    either,
    known,
    known_by,
    later,
    moments,
    numbered,
    pick,
    stamps,
    texts,
    weighted,
)
from data.demo.safety.heritage import sites
from data.demo.safety.places import Townships, townships


@dataclass(frozen=True)
class _Line:
    """A line's calls a day, what they are about, and minutes to arrive: median in town and in the mountains."""

    daily: float
    kinds: dict[str, float]
    urban_min: float
    mountain_min: float


LINES = {
    "110": _Line(
        400, {"criminal": 2, "security": 16, "dispute": 30, "traffic_accident": 6, "service": 24, "consult": 12,
              "invalid": 6, "other": 4}, 5.0, 13.0,
    ),
    "122": _Line(60, {"traffic_accident": 93, "consult": 4, "invalid": 3}, 7.5, 17.0),
    "120": _Line(55, {"medical": 64, "trauma": 24, "traffic_accident": 8, "other": 3, "invalid": 1}, 11.0, 24.0),
    "119": _Line(5, {"fire": 62, "rescue": 25, "service": 10, "invalid": 3}, 8.2, 19.0),
}  # fmt: skip
_BY_HOUR = np.array([3, 2, 2, 1, 1, 2, 3, 5, 6, 6, 6, 6, 6, 5, 5, 6, 6, 6, 6, 6, 6, 6, 5, 4], dtype=float)
_IMPOSSIBLE = 6  # calls whose arrival is dated before their dispatch


def alarm_calls(city: City, drive: Drivers) -> pa.Table:
    """Half a thousand calls a day, with the terrain and the weather in their response times."""
    chance = city.chance("safety.alarm_call")
    towns = townships(city)
    parts = [_drawn(chance, city, drive, towns, name, line) for name, line in LINES.items()]
    day, second, line, kind, township, minutes = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(day * 86_400 + second, kind="stable")
    day, second, line, kind, township, minutes = (each[order] for each in (day, second, line, kind, township, minutes))
    count, until = len(day), drive.days[-1] + 1
    kinds = sorted({name for each in LINES.values() for name in each.kinds})
    names = np.array(kinds)[kind]
    is_sent = ~np.isin(names, ["consult", "invalid"])
    received = moments(drive.days[day], second)
    dispatched = np.where(is_sent, later(received, np.exp(chance.normal(0.35, 0.4, count))), np.datetime64("NaT"))
    arrived = later(dispatched, minutes)
    arrived = np.where(chance.random(count) < 0.02, np.datetime64("NaT"), arrived)
    swapped = chance.choice(np.flatnonzero(~np.isnat(arrived)), _IMPOSSIBLE, replace=False)
    arrived[swapped] = dispatched[swapped] - np.timedelta64(300, "s")
    start = np.where(np.isnat(arrived), received, np.maximum(arrived, received))
    closed = known_by(later(start, np.exp(chance.normal(3.6, 0.6, count))), until)
    is_judged = chance.random(count) > np.where(day == drive.day_count - 1, 0.12, 0.008)
    is_valid = (names != "invalid") & (chance.random(count) > 0.01)
    is_coarse = chance.random(count) < 0.01  # known only to lie somewhere in the city
    lon, lat = towns.points(chance, township)
    is_harm = np.isin(names, ["traffic_accident", "fire", "rescue", "trauma"])
    is_fire = names == "fire"
    dead = _dead(chance, line, names, day, drive)
    is_reported = is_harm & (chance.random(count) > 0.02)
    loss = np.round(np.exp(chance.normal(-0.3, 1.1, count)), 2)
    return table(
        "safety.alarm_call",
        {
            "call_id": numbered("YS-JJ", np.arange(1, count + 1), 7),
            "call_line": pick(list(LINES), line),
            "kind": pick(kinds, kind),
            "place_code": _places(chance, towns, township, is_coarse),
            "lon": np.where(is_coarse, np.nan, np.round(lon, 3)),
            "lat": np.where(is_coarse, np.nan, np.round(lat, 3)),
            "is_mountain": known(towns.is_mountain[township], ~is_coarse),
            "received_at": stamps(received),
            "dispatched_at": stamps(known_by(dispatched, until)),
            "arrived_at": stamps(known_by(arrived, until)),
            "closed_at": stamps(closed),
            "is_valid": known(is_valid, is_judged),
            "is_joint": chance.random(count) < 0.06,
            "heritage_id": _heritage(chance, city, township, is_fire),
            "event_grade": texts(pick(["3", "4"], (dead < 3).astype(int)), is_reported & (dead > 0)),
            "dead_count": known(dead, is_reported),
            "injured_count": known(chance.poisson(0.12, count), is_reported),
            "missing_count": known(np.zeros(count, np.int64), is_reported),
            "loss_wan": known(loss, is_fire & (chance.random(count) < 0.8)),
        },
    )


def _drawn(
    chance: np.random.Generator, city: City, drive: Drivers, towns: Townships, name: str, line: _Line
) -> tuple[Ints, Ints, Ints, Ints, Ints, Floats]:
    """Day, second, line, kind, township and minutes to arrive of one line's calls."""
    wet, free = drive.rain_mm / 20.0, drive.crowd - 1.0
    busy = {
        "110": 1.0 + 0.08 * free,
        "122": 1.0 + 0.25 * np.clip(wet, 0, 2) + 0.25 * free,
        "120": 1.0 + np.abs(drive.temperature - 17.0) / 60.0,
        "119": np.clip(1.25 - 0.5 * wet, 0.5, None),
    }[name]
    calls = chance.poisson(line.daily * city.scale * busy)
    day = np.repeat(np.arange(drive.day_count), calls)
    count = len(day)
    hour = chance.choice(24, count, p=_BY_HOUR / _BY_HOUR.sum())
    second = hour * 3600 + chance.integers(0, 3600, count)
    kinds = sorted({kind for each in LINES.values() for kind in each.kinds})
    share = np.array([line.kinds.get(kind, 0.0) for kind in kinds])
    kind = chance.choice(len(kinds), count, p=share / share.sum())
    township = towns.draw(chance, count)
    usual = np.where(towns.is_mountain[township], line.mountain_min, line.urban_min)
    minutes = usual * (1.0 + 0.006 * drive.rain_mm[day]) * np.exp(chance.normal(0, 0.42, count))
    number = np.full(count, list(LINES).index(name))
    return day, second, number, kind, township, minutes


def _dead(chance: np.random.Generator, line: Ints, names: np.ndarray, day: Ints, drive: Drivers) -> Ints:
    """People killed: few, mostly one at a time, on the road more often when it is wet."""
    on_road = (names == "traffic_accident") & (line == list(LINES).index("122"))
    risk = np.where(on_road, 0.0022 * (1 + drive.rain_mm[day] / 40), np.where(names == "fire", 0.004, 0.0))
    killed = (chance.random(len(day)) < risk).astype(np.int64)
    return killed * np.where(chance.random(len(day)) < 0.06, chance.integers(2, 4, len(day)), 1)


def _places(chance: np.random.Generator, towns: Townships, township: Ints, is_coarse: Bools) -> pa.Array:
    fine = towns.fine_column(chance, township, 0.4)
    return either(is_coarse, "3410", fine)


def _heritage(chance: np.random.Generator, city: City, township: Ints, is_fire: Bools) -> pa.Array:
    """A few fires touch an old building in the same township."""
    found = sites(city)
    codes, first = np.unique(found.township, return_index=True)
    place = np.clip(np.searchsorted(codes, township), 0, len(codes) - 1)
    touched = is_fire & (codes[place] == township) & (chance.random(len(township)) < 0.02)
    return texts(pick(found.ids, first[place]), touched)


def work_accidents(city: City, drive: Drivers) -> pa.Table:
    """About forty a year; the newest is under investigation, and one has not reported its casualties yet."""
    chance = city.chance("safety.work_accident")
    towns = townships(city)
    count = max(4, round(40 * drive.day_count / 365 * city.scale))
    day = np.sort(chance.integers(0, back(drive, 20) + 1, count))
    day[-1], day[-2] = back(drive, 3), back(drive, 11)
    township = towns.draw(chance, count)
    dead = np.where(chance.random(count) < 0.45, 1, 0) * np.where(chance.random(count) < 0.05, 2, 1)
    dead[-2:] = 0
    injured = chance.poisson(0.9, count)
    injured[-1] = 1
    occurred = moments(drive.days[day], chance.integers(6 * 3600, 19 * 3600, count))
    closed = later(occurred, chance.uniform(45, 110, count) * 1440)
    until = drive.days[-1] + 1
    is_closed = closed < until
    reported = np.ones(count, bool)
    reported[-2] = False
    return table(
        "safety.work_accident",
        {
            "accident_id": numbered("YS-SG", np.arange(1, count + 1), 4),
            "kind": weighted(
                chance,
                {
                    "work": 30,
                    "road": 34,
                    "construction": 16,
                    "fire": 5,
                    "mine": 3,
                    "hazchem": 1,
                    "special_equipment": 4,
                    "tourism": 4,
                    "other": 3,
                },
                count,
            ),
            "place_code": towns.code_column(township),
            "industry_code": weighted(chance, {"C": 30, "E": 25, "G": 25, "B": 5, "N": 10}, count),
            "occurred_at": stamps(occurred),
            "reported_at": stamps(later(occurred, chance.uniform(12, 70, count))),
            "event_grade": texts(pick(["3", "4"], (dead < 3).astype(int)), reported),
            "dead_count": known(dead, reported),
            "injured_count": known(injured, reported),
            "missing_count": known(np.zeros(count, np.int64), reported),
            "loss_wan": known(np.round(np.exp(chance.normal(3.5, 0.9, count)), 1), is_closed),
            "status": pick(["closed", "investigating", "reported"], np.where(is_closed, 0, np.where(reported, 1, 2))),
            "closed_at": stamps(known_by(closed, until)),
            "lead_unit": pick(["市应急局", "市公安局"], (chance.random(count) < 0.3).astype(int)),
        },
    )
