"""The only place that draws the demo's traffic incidents and what was done about them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.traffic import stories
from data.demo.traffic.columns import Bools, Ints, Moments, drawn, either, known
from data.demo.traffic.network import CORRIDOR_IDS, CORRIDORS, Links
from data.demo.traffic.places import SHARES, TOWNS, points
from data.divisions import children

PER_DAY = 38.0
NOWHERE = -1  # not on a registered link or corridor
_KINDS = {
    "accident": 0.46, "congestion": 0.26, "breakdown": 0.12, "construction": 0.05, "closure": 0.02, "weather": 0.02,
    "landslide": 0.004, "event": 0.01, "waterway": 0.006, "other": 0.05,
}  # fmt: skip
_MINUTES = {
    "accident": 42, "congestion": 38, "breakdown": 30, "construction": 1500, "closure": 220, "weather": 260,
    "landslide": 1300, "event": 200, "waterway": 110, "other": 45,
}  # fmt: skip
_CAUSES = {
    "accident": {"crash": 0.86, "weather": 0.06, "illegal_parking": 0.02, "unknown": 0.06},
    "congestion": {"volume": 0.52, "illegal_parking": 0.18, "signal": 0.1, "parking_full": 0.08, "unknown": 0.12},
    "breakdown": {"vehicle": 1.0},
    "construction": {"roadwork": 1.0},
    "closure": {"roadwork": 0.5, "weather": 0.3, "other": 0.2},
    "weather": {"weather": 1.0},
    "landslide": {"geology": 1.0},
    "event": {"volume": 0.8, "other": 0.2},
    "waterway": {"weather": 0.4, "other": 0.6},
    "other": {"other": 0.6, "unknown": 0.4},
}
_QUEUE_M = {"accident": 260, "congestion": 420, "construction": 180, "closure": 300, "landslide": 350, "event": 350}
_HOURS = np.array([1, 0.6, 0.5, 0.5, 0.6, 1, 2.5, 7, 8, 6, 5.5, 5.5, 5, 5, 5.5, 6, 7, 9, 8, 5, 4, 3, 2.2, 1.5])
POLICE, ROADS = "市公安局交警支队", "市交通运输局"
_CONTACTS = 12


@dataclass(frozen=True)
class Incidents:
    """One entry per incident, in order of time. `cleared` is when it ends, though that may lie after the demo."""

    ids: npt.NDArray[np.object_]
    kind: npt.NDArray[np.object_]
    cause: npt.NDArray[np.object_]
    place: npt.NDArray[np.object_]
    road: npt.NDArray[np.object_]
    link: Ints
    corridor: Ints
    direction: npt.NDArray[np.object_]
    occurred: Moments  # to the minute
    expected: Moments
    cleared: Moments
    is_false: Bools
    queue_m: Floats

    def __len__(self) -> int:
        return len(self.ids)


def incidents(city: City, drive: Drivers, net: Links) -> Incidents:
    """Chance incidents and those of the stories."""
    both = [_by_chance(city, drive, net), _planted(city, drive, net)]
    joined = {each.name: np.concatenate([getattr(part, each.name) for part in both]) for each in fields(Incidents)}
    order = np.argsort(joined["occurred"], kind="stable")
    return Incidents(**{name: values[order] for name, values in joined.items()})


def _by_chance(city: City, drive: Drivers, net: Links) -> Incidents:
    chance = city.chance("incident")
    busy = PER_DAY * city.scale * (1 + 0.25 * (drive.rain_mm > 10)) * drive.crowd**0.25
    day = np.repeat(np.arange(drive.day_count), chance.poisson(busy))
    count = len(day)
    hour = chance.choice(24, count, p=_HOURS / _HOURS.sum())
    minute = np.minimum(hour * 60 + chance.integers(0, 60, count), 23 * 60 + 20)
    occurred = (drive.days[day].astype("datetime64[m]") + minute.astype("timedelta64[m]")).astype("datetime64[m]")
    kind = drawn(chance, _KINDS, count)
    kind[(kind == "weather") & (drive.rain_mm[day] < 2)] = "other"
    weight = net.stress * net.length_km**0.5
    link = chance.choice(net.count, count, p=weight / weight.sum())
    link[(chance.random(count) < 0.18) | (kind == "waterway")] = NOWHERE
    on_link = link != NOWHERE
    home = _anywhere(chance, count)
    corridor = np.array([CORRIDOR_IDS.index(each) if each else NOWHERE for each in net.corridors])[link]
    cause = np.empty(count, dtype=object)
    for name, causes in _CAUSES.items():
        cause[kind == name] = drawn(chance, causes, int((kind == name).sum()))
    crowded = (drive.crowd[day] > 2.5) & (kind == "congestion") & (cause == "volume")
    cause[crowded] = "peak"
    lasts = np.array([_MINUTES[each] for each in kind]) * np.exp(chance.normal(0, 0.45, count))
    guessed = np.ceil(lasts * np.exp(chance.normal(0, 0.3, count)) / 5) * 5 + 5
    expected = occurred + guessed.astype("timedelta64[m]")
    expected[chance.random(count) < 0.12] = np.datetime64("NaT")
    queue = np.array([_QUEUE_M.get(each, 0) for each in kind]) * np.exp(chance.normal(0, 0.6, count))
    return Incidents(
        ids=np.array([f"YS-J{number:06d}" for number in range(1, count + 1)], dtype=object),
        kind=kind,
        cause=cause,
        place=either(on_link, np.array(net.places, dtype=object)[link], home),
        road=either(on_link, np.array(net.names, dtype=object)[link], None),
        link=link,
        corridor=np.where(on_link, corridor, NOWHERE),
        direction=either(on_link, np.array(net.directions, dtype=object)[link], None),
        occurred=occurred,
        expected=expected,
        cleared=occurred + np.maximum(8, lasts).astype("timedelta64[m]"),
        is_false=chance.random(count) < 0.02,
        queue_m=np.where(queue > 0, np.round(queue, -1), np.nan),
    )


def _anywhere(chance: np.random.Generator, count: int) -> npt.NDArray[np.object_]:
    """Townships all over the city by its people; a few cases know no more than the city."""
    district = drawn(chance, SHARES, count)
    found = np.full(count, "3410", dtype=object)
    for code in SHARES:
        here = np.flatnonzero(district == code)
        codes = np.array([place.place_code for place in children(code)], dtype=object)
        found[here] = codes[chance.integers(0, len(codes), len(here))]
    found[chance.random(count) < 0.02] = "3410"
    return found


def _planted(city: City, drive: Drivers, net: Links) -> Incidents:
    """The incidents of the stories: full car parks, the rockfall, the night accident, the late roadworks."""
    end = (drive.days[-1] + 1).astype("datetime64[m]")
    rows: list[dict[str, Any]] = [
        _row(net, stories.ROCKFALL, "landslide", "geology", stories.ROCKFALL_CORRIDOR, end - 4640, 7200, None, 450),
        _row(net, stories.NIGHT_ACCIDENT, "accident", "unknown", "", end - 62, 100, 150, 320, "迎宾大道"),
        _row(net, stories.LATE_ROADWORKS, "construction", "roadwork", "", end - 9300, 6900, None, 160, "长干东路"),
    ]
    for number in spill_days(drive):
        begin = drive.days[number].astype("datetime64[m]") + 640
        name = f"YS-J-FULL{drive.days[number].astype(object):%y%m%d}"
        rows.append(_row(net, name, "congestion", "parking_full", "YS-C02", begin, 240, 285, 1800))
    rows = [row for row in rows if row["occurred"] >= drive.days[0]]
    typed = {each.name: [row[each.name] for row in rows] for each in fields(Incidents)}
    moments = {name: np.array(typed.pop(name), dtype="datetime64[m]") for name in ("occurred", "expected", "cleared")}
    numbers = {name: np.array(typed.pop(name), dtype=int) for name in ("link", "corridor")}
    queue, false = np.array(typed.pop("queue_m"), dtype=float), np.array(typed.pop("is_false"), dtype=bool)
    rest = {name: np.array(values, dtype=object) for name, values in typed.items()}
    return Incidents(**rest, **moments, **numbers, queue_m=queue, is_false=false)


def spill_days(drive: Drivers) -> list[int]:
    """The days on which the full lot's queue reaches the road: 国庆, and the weekends when the leaves turn."""
    return [
        number
        for number, day in enumerate(drive.calendar)
        if (day.holiday_name == "国庆节")
        or (not day.is_workday and day.day_date.month == stories.LEAVES_MONTH and day.holiday_name is None)
    ]


def _row(
    net: Links, name: str, kind: str, cause: str, corridor: str, occurred: np.datetime64, expected_min: int,
    lasts_min: int | None, queue_m: float, road: str = "",
) -> dict[str, Any]:  # fmt: skip
    """One incident of a story, on the last link of its corridor or road; None: not cleared while the demo lasts."""
    on = [
        number
        for number in range(net.count)
        if net.directions[number] == "in"
        and (net.corridors[number] == corridor if corridor else net.names[number] == road)
    ]
    link = on[-1]
    place = CORRIDORS[CORRIDOR_IDS.index(corridor)].place_code if corridor else net.places[link]
    return {
        "ids": name, "kind": kind, "cause": cause, "place": place, "road": net.names[link], "link": link,
        "corridor": CORRIDOR_IDS.index(corridor) if corridor else NOWHERE, "direction": "in", "occurred": occurred,
        "expected": occurred + expected_min, "cleared": occurred + (lasts_min or 60 * 24 * 30), "is_false": False,
        "queue_m": queue_m,
    }  # fmt: skip


def incident(city: City, drive: Drivers, found: Incidents) -> pa.Table:
    """The table as it stands at the end of the demo: nothing in it has happened later."""
    chance = city.chance("incident report")
    count, end = len(found), (drive.days[-1] + 1).astype("datetime64[m]")
    reported = found.occurred + chance.integers(1, 7, count).astype("timedelta64[m]")
    arrived = reported + chance.gamma(4, 4.5, count).astype("timedelta64[m]")
    arrived = np.minimum(arrived, found.cleared)
    is_open, is_there = found.cleared >= end, arrived < end
    arrived = np.where(is_there & ~found.is_false & (chance.random(count) < 0.97), arrived, np.datetime64("NaT"))
    status = either(is_open, either(is_there, "handling", "reported"), "cleared")
    crash = found.kind == "accident"
    injured = np.where(crash, chance.poisson(0.12, count), 0)
    dead = np.where(crash & (chance.random(count) < 0.0015), 1, 0)
    grave = crash & ((dead > 0) | (injured > 0))
    contact = chance.integers(1, _CONTACTS + 1, count)
    where = points(city, "incident", [place if place in TOWNS else "341002001" for place in found.place])
    located = np.isin(found.place, np.array(TOWNS, dtype=object)) & (chance.random(count) < 0.92)
    lanes = np.isin(found.kind, np.array(["accident", "construction", "landslide", "breakdown"], dtype=object))
    link_ids = np.array([f"YS-L{number + 1:04d}" for number in range(max(found.link) + 1)], dtype=object)
    columns: dict[str, object] = {
        "incident_id": found.ids,
        "kind": found.kind,
        "incident_cause": found.cause,
        "place_code": found.place,
        "road_name": found.road,
        "link_id": either(found.link == NOWHERE, None, link_ids[found.link]),
        "corridor_id": either(found.corridor == NOWHERE, None, np.array(CORRIDOR_IDS)[found.corridor]),
        "lon": np.where(located, where.lon, np.nan),
        "lat": np.where(located, where.lat, np.nan),
        "travel_direction": found.direction,
        "occurred_at": found.occurred.astype("datetime64[us]"),
        "reported_at": reported.astype("datetime64[us]"),
        "arrived_at": arrived.astype("datetime64[us]"),
        "expected_clear_at": found.expected.astype("datetime64[us]"),
        "cleared_at": np.where(is_open, np.datetime64("NaT"), found.cleared).astype("datetime64[us]"),
        "status": either(found.is_false & ~is_open, "cancelled", status),
        "queue_m": found.queue_m,
        "closed_lane_count": known(np.where(chance.random(count) < 0.8, 1, 2), lanes),
        "event_grade": either(dead > 0, "4", None),
        "dead_count": known(dead, grave),
        "injured_count": known(injured, grave),
        "lead_unit": either(found.kind == "waterway", ROADS, POLICE),
        "handling_unit": either(np.isin(found.kind, ["construction", "landslide", "waterway"]), ROADS, POLICE),
        "contact_name": [f"演示·{'王李张汪程吴胡方黄江洪许'[number - 1]}某" for number in contact],
        "contact_phone": [f"0559-000-{number:04d}" for number in contact],
        "next_report_at": np.where(is_open, end + 30, np.datetime64("NaT")).astype("datetime64[us]"),
        "note": either(found.cause == "parking_full", "引导至临时停车场，接驳车每 15 分钟一班", None),
    }
    return table("traffic.incident", columns)


_ACTIONS = {"accident": "diversion", "construction": "guidance", "landslide": "one_way", "weather": "closure"}


def control_action(city: City, drive: Drivers, found: Incidents, junction_ids: tuple[str, ...]) -> pa.Table:
    """Measures for some incidents, and signal timing at junctions: more of both when the city is full."""
    chance = city.chance("control_action")
    end = (drive.days[-1] + 1).astype("datetime64[m]")
    day = (found.occurred.astype("datetime64[D]") - drive.days[0]).astype(int)
    answered = (chance.random(len(found)) < 0.05 * drive.crowd[day]) | (found.cause == "parking_full")
    rows: list[tuple[str, int, Any, Any, int, str]] = []  # kind, incident, from, to, junction, place
    for number in np.flatnonzero(answered & ~found.is_false).tolist():
        full = found.cause[number] == "parking_full"
        for kind in ("temporary_parking", "shuttle") if full else (_ACTIONS.get(found.kind[number], "guidance"),):
            begin = found.occurred[number] + int(chance.integers(10, 30))
            over = found.cleared[number] + int(chance.integers(0, 20))
            if begin < end:
                rows.append((kind, number, begin, max(over, begin + 5), NOWHERE, found.place[number]))
    for number, times in enumerate(chance.poisson(2.0 * drive.crowd * city.scale**0.5).tolist()):
        for _ in range(times):
            begin = drive.days[number].astype("datetime64[m]") + int(chance.choice([425, 690, 1020]))
            where = int(chance.integers(len(junction_ids)))
            place = f"3410{junction_ids[where][4:6]}"
            rows.append(("signal", NOWHERE, begin, begin + int(chance.integers(45, 150)), where, place))
    rows.sort(key=lambda row: (row[2], row[0]))
    count = len(rows)
    cause = np.array([row[1] for row in rows], dtype=int)
    stopped = np.array([row[3] for row in rows], dtype="datetime64[m]")
    before = np.round(chance.normal(58, 14, count).clip(20), 1)
    measured = chance.random(count) < 0.85
    known_links = [f"YS-L{link + 1:04d}" if link != NOWHERE else None for link in found.link]
    corridors = [CORRIDOR_IDS[each] if each != NOWHERE else None for each in found.corridor]
    columns: dict[str, object] = {
        "action_id": [f"YS-M{number:05d}" for number in range(1, count + 1)],
        "kind": [row[0] for row in rows],
        "place_code": [row[5] for row in rows],
        "junction_id": [None if row[4] == NOWHERE else junction_ids[row[4]] for row in rows],
        "link_id": [known_links[each] if each != NOWHERE else None for each in cause],
        "corridor_id": [corridors[each] if each != NOWHERE else None for each in cause],
        "incident_id": [found.ids[each] if each != NOWHERE else None for each in cause],
        "started_at": np.array([row[2] for row in rows], dtype="datetime64[us]"),
        "ended_at": np.where(stopped < end, stopped, np.datetime64("NaT")).astype("datetime64[us]"),
        "reason": ["高峰流量大，调整配时" if each == NOWHERE else "处置交通事件" for each in cause],
        "handling_unit": [POLICE] * count,
        "delay_before_s": np.where(measured, before, np.nan),
        "delay_after_s": np.where(
            measured, np.round(before * chance.normal(0.84, 0.1, count).clip(0.5, 1.2), 1), np.nan
        ),
    }
    return table("traffic.control_action", columns)
