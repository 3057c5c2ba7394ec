"""Demo rows of exceedances and their suspects. What exceeded is read from what was measured, so both agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from data.contract import contract
from data.demo import ecology
from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import forecast, period, place, story
from data.demo.ecology_rest.column import values

PM25_DAY_LIMIT = 60.0
_LIMITS = {"codcr": 50.0, "nh3n": 5.0, "tp": 0.5, "tn": 15.0, "so2": 50.0, "nox": 100.0, "pm": 20.0, "nmhc": 60.0}
_CHAIN = ("raised_at", "dispatched_at", "arrived_at", "handled_at", "closed_at")
_STATUS = dict(zip(_CHAIN, ("tracing", "dispatched", "arrived", "handled", "closed"), strict=True))
_FIELDS = ("pollutant", "measured_value", "limit_concentration", "measure_unit")
Event = dict[str, Any]


@dataclass(frozen=True)
class _Suspects:
    """Where suspects are taken from: the registers of air sources and of pollution sources, by district."""

    air: Mapping[str, list[str]]
    works: Mapping[str, list[str]]


def make(
    city: City, drive: Drivers, sources: pa.Table, daily: pa.Table, air_sources: pa.Table
) -> Mapping[str, pa.Table]:
    """`sources`, `daily`, `air_sources`: the demo's own pollution_source, source_daily and air_source."""
    chance = city.chance("exceedance")
    names = dict(zip(sources["source_id"].to_pylist(), sources["name"].to_pylist(), strict=True))
    suspects = _Suspects(_by_district(air_sources, "air_source_id"), _by_district(sources, "source_id"))
    events = [*_of_sources(chance, daily, names), *_of_stations(chance, city, drive), *_planted(city, drive)]
    events.sort(key=lambda event: (event["started_at"], event["exceedance_id"]))
    end = period.moment(period.end_date(drive))
    events = [_until(event, end) for event in events if event["raised_at"] < end]
    candidates = [row for event in events for row in _candidates(chance, event, suspects)]
    return {
        "ecology.exceedance": _table("ecology.exceedance", events),
        "ecology.trace_candidate": _table("ecology.trace_candidate", candidates),
    }


def _table(name: str, rows: list[Event]) -> pa.Table:
    return table(name, {key: [row.get(key) for row in rows] for key in contract(name).column_names})


def _by_district(rows: pa.Table, key: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, name in zip(rows["place_code"].to_pylist(), rows[key].to_pylist(), strict=True):
        held = found.setdefault(code[:6], [])
        if name not in held:
            held.append(name)
    return found


def _flow(chance: np.random.Generator, started: datetime, code: str, is_false: bool) -> Event:
    """When an alert was raised, sent out, reached, dealt with and closed. At night and in the hills it takes longer."""
    raised = started + timedelta(minutes=int(chance.integers(8, 40)))
    slow = (1.5 if raised.hour < 7 or raised.hour >= 21 else 1.0) * (1.0 if code[:6] in ("341002", "341004") else 1.3)
    sent = raised + timedelta(minutes=int(chance.integers(4, 25) * slow))
    reached = sent + timedelta(minutes=int((16 + chance.gamma(2.2, 13)) * slow))
    if is_false:
        return {"raised_at": raised, "dispatched_at": sent, "arrived_at": reached, "_false": True}
    handled = reached + timedelta(minutes=int(60 + chance.gamma(1.4, 700)))
    closed = handled + timedelta(minutes=int(240 + chance.gamma(1.5, 1600)))
    return {
        "raised_at": raised,
        "dispatched_at": sent,
        "arrived_at": reached,
        "handled_at": handled,
        "closed_at": closed,
    }


def _until(event: Event, end: datetime) -> Event:
    """What was known of an event when the demo ends: later steps have not happened, and so neither has their result."""
    known = {step: event[step] for step in _CHAIN if step in event and event[step] is not None and event[step] < end}
    rest = {key: value for key, value in event.items() if key not in _CHAIN}
    if rest.get("ended_at") is not None and rest["ended_at"] >= end:
        rest["ended_at"] = None
    is_false = rest.pop("_false", False) and "arrived_at" in known
    if "handled_at" not in known:
        for key in ("is_confirmed", "responsible_unit", "outcome", "fine_wan"):
            rest[key] = None
    if "closed_at" not in known:
        rest["fine_wan"] = None
    if is_false:
        rest |= {"is_confirmed": False, "outcome": "现场复核为仪器故障，按误报销案"}
    status = "false_alarm" if is_false else _STATUS[[step for step in _CHAIN if step in known][-1]]
    return {**rest, **known, "status": status}


def _judged(chance: np.random.Generator, unit: str | None, share: float) -> Event:
    """Whether the cause was proven, by whom, and what followed."""
    if chance.random() > share:
        return {"is_confirmed": False, "outcome": "未查实责任源，加密监测"}
    fined = chance.random() < 0.3
    return {
        "is_confirmed": True,
        "responsible_unit": unit,
        "outcome": "立案处罚并限期整改" if fined else "责令立即改正，复测达标",
        "fine_wan": round(float(chance.uniform(1.0, 12.0)), 1) if fined else None,
    }


def _level(ratio: float) -> str:
    return "2" if ratio > 2.0 else "3" if ratio > 1.5 else "4"


def _of_sources(chance: np.random.Generator, daily: pa.Table, names: Mapping[str, str]) -> list[Event]:
    """One event per outlet, pollutant and day with hours above the limit; the stories' works have their own."""
    hours = values(daily, "exceed_hour_count")
    told = (story.RIVER_SOURCE, story.AIR_SOURCE, story.WAITING_SOURCE)
    events = []
    for row in daily.take(np.flatnonzero(hours > 0)).to_pylist():
        if row["source_id"] in told:
            continue
        begun = int(chance.integers(0, 25 - row["exceed_hour_count"]))
        started = period.moment(row["day_date"], begun)
        is_false = chance.random() < 0.08
        limit, ratio = _LIMITS[row["pollutant"]], float(chance.uniform(1.05, 2.3))
        reading = (row["pollutant"], round(limit * ratio, 2), limit, "mg/m³" if row["medium"] == "air" else "mg/L")
        events.append(
            {
                "exceedance_id": f"YS-E-{row['source_id'][3:]}-{row['outlet_no']}-{row['pollutant']}-{started:%Y%m%d}",
                "environment_element": "source",
                "source_id": row["source_id"],
                "place_code": row["place_code"],
                **dict(zip(_FIELDS, reading, strict=True)),
                "warning_level": _level(ratio),
                "started_at": started,
                "ended_at": started + timedelta(hours=row["exceed_hour_count"]),
                "trace_method": "online",
                "handling_unit": place.branch(row["place_code"]),
                **_flow(chance, started, row["place_code"], is_false),
                **_judged(chance, names[row["source_id"]], 0.9),
            }
        )
    return events


def _of_stations(chance: np.random.Generator, city: City, drive: Drivers) -> list[Event]:
    """Runs of days on which a station's particles exceed the daily limit."""
    means = forecast.day_values(city, drive)[:, :, 0]
    events = []
    for row, station in enumerate(ecology.STATIONS):
        above = np.append(means[row] > PM25_DAY_LIMIT, False)
        begun: int | None = None
        for day, is_above in enumerate(above):
            if is_above and begun is None:
                begun = day
            if is_above or begun is None:
                continue
            peak = float(np.nanmax(means[row, begun:day]))
            started = period.moment(drive.days[begun], 9)
            reading = ("pm25", round(peak, 1), PM25_DAY_LIMIT, "µg/m³")
            events.append(
                {
                    "exceedance_id": f"YS-E-A{row + 1:02d}-pm25-{started:%Y%m%d}",
                    "environment_element": "air",
                    "station_id": f"YS-A{row + 1:02d}",
                    "place_code": station.district,
                    **dict(zip(_FIELDS, reading, strict=True)),
                    "warning_level": _level(peak / PM25_DAY_LIMIT),
                    "started_at": started,
                    "ended_at": period.moment(drive.days[day - 1], 24),
                    "wind_direction_deg": float(chance.integers(0, 360)),
                    "wind_speed_ms": round(float(chance.gamma(2, 0.6)), 1),
                    "trace_method": "wind",
                    "handling_unit": place.branch(station.district),
                    **_flow(chance, started, station.district, False),
                    **_judged(chance, None, 0.35),
                }
            )
            begun = None
    return events


def _planted(city: City, drive: Drivers) -> list[Event]:
    """The three stories of the last week, told to the minute; a demo shorter than a week has none."""
    if drive.day_count < 7:
        return []
    end = period.moment(period.end_date(drive))

    def at(days: int, hour: float) -> datetime:
        return period.moment(end.date() - timedelta(days=days), hour)

    spill = slice(-6 * story.RIVER_FROM, -6 * story.RIVER_TO)
    peak = float(np.nanmax(ecology.water_values(city, drive)[story.RIVER_ITEM][story.RIVER_SECTION_ROW, spill]))
    river = (story.RIVER_ITEM, peak, story.RIVER_LIMIT, "mg/L")
    smell = (story.AIR_ITEM, 6.3, story.AIR_LIMIT, "mg/m³")
    works = ("codcr", 92.0, _LIMITS["codcr"], "mg/L")
    return [
        {
            "exceedance_id": story.RIVER_EXCEEDANCE,
            "environment_element": "surface_water",
            "section_id": story.RIVER_SECTION,
            "place_code": "341021",
            **dict(zip(_FIELDS, river, strict=True)),
            "warning_level": "2",
            "started_at": at(story.RIVER_FROM, 0),
            "ended_at": at(story.RIVER_TO, 0),
            "trace_method": "upstream",
            "raised_at": at(story.RIVER_FROM, 0.25),
            "dispatched_at": at(story.RIVER_FROM, 0.5),
            "arrived_at": at(story.RIVER_FROM, 2.0),
            "handled_at": at(story.RIVER_TO + 1, 17.0),
            "closed_at": at(story.RIVER_TO, 16.0),
            "handling_unit": place.branch("341021"),
            "responsible_unit": story.RIVER_SOURCE_NAME,
            "is_confirmed": True,
            "outcome": "上游企业废水处理设施故障超标排放，责令停排整改；断面已恢复Ⅲ类以内，立案处罚",
            "fine_wan": 18.0,
        },
        {
            "exceedance_id": story.AIR_EXCEEDANCE,
            "environment_element": "air",
            "object_id": story.AIR_MONITOR,
            "place_code": "341004400",
            **dict(zip(_FIELDS, smell, strict=True)),
            "warning_level": "3",
            "started_at": at(story.AIR_DAY, 14),
            "ended_at": at(story.AIR_DAY, 19),
            "wind_direction_deg": 45.0,
            "wind_speed_ms": 1.4,
            "trace_method": "wind",
            "raised_at": at(story.AIR_DAY, 14.2),
            "dispatched_at": at(story.AIR_DAY, 14.4),
            "arrived_at": at(story.AIR_DAY, 15.1),
            "handled_at": at(story.AIR_DAY, 18.5),
            "closed_at": at(story.AIR_DAY - 2, 11),
            "handling_unit": place.branch("341004"),
            "responsible_unit": story.AIR_SOURCE_NAME,
            "is_confirmed": True,
            "outcome": "喷涂车间活性炭未更换，责令停产更换，复测达标",
        },
        {
            "exceedance_id": story.WAITING_EXCEEDANCE,
            "environment_element": "source",
            "source_id": story.WAITING_SOURCE,
            "place_code": "341022100",
            **dict(zip(_FIELDS, works, strict=True)),
            "warning_level": "3",
            "started_at": at(1, 20),
            "trace_method": "online",
            "raised_at": at(1, 20.5),
            "dispatched_at": at(1, 21),
            "handling_unit": place.branch("341022"),
        },
    ]


def _candidates(chance: np.random.Generator, event: Event, suspects: _Suspects) -> list[Event]:
    """The suspects of an event, the likeliest first; shares of blame that do not exceed the whole."""
    area = event["place_code"][:6]
    base = {
        "exceedance_id": event["exceedance_id"],
        "model_id": "YS-M-TRACE",
        "model_version": "演示 1.0",
        "calculated_at": event["raised_at"] + timedelta(minutes=6),
    }
    found: list[Event]
    if event["exceedance_id"] == story.RIVER_EXCEEDANCE:
        others = [each for each in suspects.works[area] if each != story.RIVER_SOURCE][:2]
        found = [{"source_id": story.RIVER_SOURCE, "distance_km": 6.2, "contribution_rate": 0.78, "_is": True}]
        found += [{"source_id": each, "distance_km": 9.5 + 3 * row, "contribution_rate": 0.09 - 0.04 * row}
                  for row, each in enumerate(others)]  # fmt: skip
        found += [{"section_id": story.RIVER_UPSTREAM, "distance_km": 21.0, "contribution_rate": 0.04}]
        side = "upstream"
    elif event["exceedance_id"] == story.AIR_EXCEEDANCE:
        first = suspects.air[area][0]  # the paint works is the first air source of its district
        found = [
            {
                "air_source_id": first,
                "source_id": story.AIR_SOURCE,
                "distance_km": 0.8,
                "contribution_rate": 0.71,
                "_is": True,
            }
        ]
        found += [{"air_source_id": each, "distance_km": 1.5 + row, "contribution_rate": 0.12 - 0.05 * row}
                  for row, each in enumerate(suspects.air[area][1:3])]  # fmt: skip
        side = "upwind"
    elif event["environment_element"] == "source":
        found = [
            {
                "source_id": event["source_id"],
                "distance_km": 0.0,
                "contribution_rate": 1.0,
                "_is": event.get("is_confirmed"),
            }
        ]
        side = "nearby"
    else:
        near = suspects.air.get(area, [])
        picked = chance.permutation(len(near))[: int(chance.integers(3, 6))]
        shares = np.sort(chance.dirichlet(np.full(len(picked) + 1, 1.5))[:-1])[::-1]
        found = [
            {"air_source_id": near[each], "distance_km": round(float(chance.gamma(2, 2.0)), 1),
             "contribution_rate": round(float(share), 2), "_is": event.get("is_confirmed") if row == 0 else False}
            for row, (each, share) in enumerate(zip(picked, shares, strict=True))
        ]  # fmt: skip
        side = "upwind"
    return [
        {**base, "rank_no": rank, "place_code": event["place_code"], "trace_side": side,
         **{key: value for key, value in each.items() if key != "_is"}, "is_confirmed": each.get("_is", False)}
        for rank, each in enumerate(found, 1)
    ]  # fmt: skip
