"""Demo rows of the air's fine management: the grid, the sources of six kinds, and what was found burning or dusty."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.ecology_rest import period, place, story
from data.demo.ecology_rest.column import only, values
from data.divisions import name_of

SOURCES, FINDINGS_PER_DAY = 800, 20
KINDS = ("construction_dust", "road_dust", "vehicle_exhaust", "park_voc", "straw_burning", "fireworks")
_SHARES = (0.26, 0.16, 0.10, 0.12, 0.24, 0.12)
_NAMES = ("演示工地", "演示路段", "演示车队场站", "演示园区企业", "演示禁烧地块", "演示禁放点")
_WATCHERS = ("市住房和城乡建设局", "市城市管理局", "市公安局", "市生态环境局", "市农业农村局", "市公安局")
_WATCHED = (0.86, 0.58, 0.62, 0.90, 0.52, 0.44)  # share of each kind with video
_METHODS = ("video", "remote_sensing", "sensor", "patrol", "report")
_HOW_FOUND = ((35, 2, 28, 25, 10), (10, 2, 33, 40, 15), (30, 0, 20, 40, 10), (5, 2, 63, 20, 10), (45, 25, 5, 15, 10),
              (30, 0, 5, 25, 40))  # fmt: skip
_OUTCOMES = ("责令整改并覆盖", "洒水保洁", "劝返复检", "责令检修", "灭火并教育", "劝阻并收缴")


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    sources = air_sources(city, drive)
    return {
        "ecology.air_grid": _grid(city, sources),
        "ecology.air_source": sources,
        "ecology.air_source_finding": _findings(city, drive, sources),
    }


def grid_id(code: str) -> str:
    """One grid per subdistrict: its number is the place's."""
    return f"YS-AG{code[4:9]}"


def air_sources(city: City, drive: Drivers) -> pa.Table:
    """The list of sources. Park works with dangerous chemicals, such as the story's, stop at the subdistrict."""
    chance = city.chance("air_source")
    count = period.volume(city, SOURCES, at_least=60)
    kind = chance.choice(len(KINDS), p=_SHARES, size=count)
    kind[0] = KINDS.index("park_voc")
    area = place.draw_districts(chance, place.WORKS + place.LAND_HA / place.LAND_HA.sum(), count)
    area[0] = "341004"
    code = place.draw_subdistricts(chance, area)
    lon, lat = place.points(city, "air_source", code)
    hidden = (kind == KINDS.index("park_voc")) & (chance.random(count) < 0.5)
    hidden[0] = True
    lon[hidden], lat[hidden] = np.nan, np.nan
    video, sensor = chance.random(count) < np.array(_WATCHED)[kind], chance.random(count) < 0.28
    begun = chance.integers(20, 600, count)
    is_open = chance.random(count) < 0.86
    is_site = kind == 0
    last = drive.days[-1]
    name = [
        f"{_NAMES[each]}·{place.short(where)}{row:03d}"
        for row, (each, where) in enumerate(zip(kind, code, strict=True), 1)
    ]
    name[0] = story.AIR_SOURCE_NAME
    return table(
        "ecology.air_source",
        {
            "air_source_id": [f"YS-AS{row:04d}" for row in range(1, count + 1)],
            "kind": np.array(KINDS)[kind],
            "name": name,
            "air_grid_id": [grid_id(where) for where in code],
            "source_id": [story.AIR_SOURCE] + [None] * (count - 1),
            "place_code": code,
            "lon": lon,
            "lat": lat,
            "has_video": video,
            "has_sensor": sensor | (np.arange(count) == 0),
            "responsible_unit": [f"{each}责任单位" for each in name],
            "supervising_unit": np.array(_WATCHERS)[kind],
            "is_operating": [None if row % 97 == 41 else bool(each) for row, each in enumerate(is_open)],
            "started_date": np.where(is_site, last - begun, np.datetime64("NaT")),
            "ended_date": np.where(is_site & ~is_open, last - np.minimum(begun - 1, 9), np.datetime64("NaT")),
            "updated_date": [period.register_date(drive)] * count,
        },
    )


def _grid(city: City, sources: pa.Table) -> pa.Table:
    chance = city.chance("air_grid")
    codes = place.every_subdistrict()
    held = dict(zip(*np.unique(values(sources, "place_code"), return_counts=True), strict=True))
    watched = values(sources.filter(sources["has_video"]), "place_code")
    seen = dict(zip(*np.unique(watched, return_counts=True), strict=True))
    return table(
        "ecology.air_grid",
        {
            "air_grid_id": [grid_id(code) for code in codes],
            "name": [f"{name_of(code)}大气网格" for code in codes],
            "place_code": codes,
            "lead_unit": [
                f"{name_of(code)}人民政府" if name_of(code)[-1] in "镇乡" else f"{name_of(code)}办事处"
                for code in codes
            ],
            "officer_name": [f"演示·{chance.choice(list('王李张汪程胡吴方'))}某" for _ in codes],
            "area_ha": np.round(chance.lognormal(9.0, 0.4, len(codes)), 0),
            "station_count": chance.integers(0, 4, len(codes)),
            "air_source_count": [int(held.get(code, 0)) for code in codes],
            "camera_count": [int(seen.get(code, 0)) + int(chance.integers(0, 4)) for code in codes],
        },
    )


def _season(drive: Drivers) -> Floats:
    """How much of each kind (columns) a day (rows) brings: dust when dry, straw at harvest, fireworks at New Year."""
    month = np.array([day.day_date.month for day in drive.calendar])
    offset = np.array([99 if day.spring_offset is None else day.spring_offset for day in drive.calendar])
    dry = np.exp(-drive.rain_mm / 6.0)
    working = np.array([1.0 if day.is_workday else 0.5 for day in drive.calendar])
    warm = np.clip((drive.temperature - 5) / 20, 0.1, 1.4)
    harvest = np.where(np.isin(month, [5, 6, 10, 11]), 3.2, 0.35)
    festive = np.where((offset >= -3) & (offset <= 15), 14.0, np.where(np.isin(month, [1, 2]), 1.6, 0.25))
    return np.stack(
        [0.34 * dry * working, 0.20 * dry, np.full(len(dry), 0.13), 0.12 * warm, 0.15 * dry * harvest, 0.05 * festive],
        axis=1,
    )


def _findings(city: City, drive: Drivers, sources: pa.Table) -> pa.Table:
    """Found, sent, reached, dealt with: each step later than the one before, and none later than the demo's end."""
    chance = city.chance("air_source_finding")
    counts = chance.poisson(_season(drive) * period.volume(city, FINDINGS_PER_DAY))
    counts[-1, 0] += 1  # the last evening always brings one, so that the last day is full
    day = np.repeat(np.arange(drive.day_count), counts.sum(axis=1))
    kind = np.concatenate([np.repeat(np.arange(len(KINDS)), row) for row in counts])
    count = len(day)
    hour = np.where(
        kind == 5,
        chance.normal(20.5, 2.0, count),
        np.where(kind == 4, chance.normal(16.5, 2.2, count), chance.normal(13, 3.2, count)),
    )
    minute = np.round(np.clip(hour, 0.2, 23.7) * 60).astype(np.int64)
    minute[np.flatnonzero((day == drive.day_count - 1) & (kind == 0))[-1]] = 19 * 60 + 35
    detected = drive.days[day].astype("datetime64[m]") + minute
    source_kind = np.array([KINDS.index(each) for each in sources["kind"].to_pylist()])
    source = np.array([chance.choice(np.flatnonzero(source_kind == each)) for each in kind])
    known = chance.random(count) < np.array([0.9, 0.85, 0.6, 0.95, 0.4, 0.3])[kind]
    codes = values(sources, "place_code")[source]
    lon, lat = place.points(city, "air_source_finding", codes)
    method = np.array([chance.choice(_METHODS, p=np.array(_HOW_FOUND[each]) / 100) for each in kind])
    is_false = chance.random(count) < np.where(np.isin(method, ["video", "remote_sensing", "sensor"]), 0.12, 0.03)
    sent = detected + chance.integers(3, 40, count)
    reached = sent + chance.gamma(2.5, 16, count).astype(np.int64) + 6
    done = reached + chance.gamma(1.2, 260, count).astype(np.int64) + 15
    end = period.end(drive).astype("datetime64[m]")
    never = np.datetime64("NaT")
    step = {name: np.where(each < end, each, never) for name, each in (("sent", sent), ("reached", reached))}
    step["done"] = np.where((done < end) & ~is_false, done, never)
    has = {name: ~np.isnat(each) for name, each in step.items()}
    verdict = has["reached"]  # whether it is true is known on the spot
    status = np.select(
        [is_false & verdict, has["done"], has["reached"], has["sent"]],
        ["false_alarm", "closed", "handling", "dispatched"],
        "detected",
    )
    ids = values(sources, "air_source_id")[source]
    return table(
        "ecology.air_source_finding",
        {
            "finding_id": [f"YS-F{number:06d}" for number in range(1, count + 1)],
            "air_source_kind": np.array(KINDS)[kind],
            "finding_method": method,
            "air_source_id": only(known, ids),
            "air_grid_id": [grid_id(code) for code in codes],
            "place_code": codes,
            "lon": np.where(known, np.nan, lon),  # of a known source the list holds the point
            "lat": np.where(known, np.nan, lat),
            "detected_at": detected.astype("datetime64[us]"),
            "is_confirmed": [None if not seen else not false for seen, false in zip(verdict, is_false, strict=True)],
            "dispatched_at": step["sent"].astype("datetime64[us]"),
            "arrived_at": step["reached"].astype("datetime64[us]"),
            "handled_at": step["done"].astype("datetime64[us]"),
            "handling_unit": only(has["sent"], [f"{name_of(code)}大气网格" for code in codes]),
            "outcome": only(has["done"], np.array(_OUTCOMES)[kind]),
            "status": status,
        },
    )
