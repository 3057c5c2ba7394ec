"""Demo rows of what warns the city: notices by place with evacuations, five feeds, geohazard points, earthquakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.contract import codes
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.safety.columns import back, known, known_by, moments, numbered, people, phones, pick, stamps, weighted
from data.demo.safety.forest import danger_index, grades
from data.demo.safety.places import CITY_AND_DISTRICTS, DISTRICTS, Townships, townships
from data.demo.safety.stories import SLOPE, SLOPE_NEIGHBOUR, Evacuation

_WEATHER, _EMERGENCY, _FORESTRY = "市气象局", "市应急局", "市森林防灭火指挥部办公室"


@dataclass(frozen=True)
class _Notice:
    """One warning before it is spread over its places."""

    day: int
    hour: float
    lasts_h: float
    kind: str
    level: str | None
    places: tuple[str, ...]
    unit: str = _WEATHER
    group: str = "natural"
    fire_grade: str | None = None
    planned: tuple[int | None, ...] = ()


def warning_notices(city: City, drive: Drivers) -> pa.Table:
    """Every warning by place. What weather, drought and holidays bring, and the planted slope that is still moving."""
    chance = city.chance("safety.warning_notice")
    towns = townships(city)
    local = drive.rain_mm[:, None] * np.exp(chance.normal(-0.05, 0.35, (drive.day_count, len(DISTRICTS))))
    notices = [
        *_rain(chance, drive, towns, local),
        *_cold_and_heat(chance, drive),
        *_forest(city, drive, towns),
        *_holidays(drive),
    ]
    notices.sort(key=lambda each: (each.day, each.hour, each.kind, each.places))
    rows = [row for number, notice in enumerate(notices, 1) for row in _spread(chance, drive, number, notice)]
    for row in rows:
        if isinstance(planned := row["evacuate_planned_count"], int):
            row["evacuated_count"] = planned + 6  # the contradiction: more moved than planned
            break
    rows += [_slope(drive, story) for story in (SLOPE, SLOPE_NEIGHBOUR)]
    return table("safety.warning_notice", {name: [row[name] for row in rows] for name in rows[0]})


def _spread(chance: np.random.Generator, drive: Drivers, number: int, notice: _Notice) -> list[dict[str, object]]:
    issued = drive.days[notice.day].astype("datetime64[s]") + np.timedelta64(int(notice.hour * 3600), "s")
    cleared = issued + np.timedelta64(int(notice.lasts_h * 3600), "s")
    until = drive.days[-1] + 1
    if issued >= until:
        return []
    is_open = bool(cleared >= until)
    planned = notice.planned or (None,) * len(notice.places)
    label = codes("hazard_kind")[notice.kind]
    level = f"{codes('warning_level')[notice.level]}" if notice.level else "提示"
    grade = f"·火险{codes('fire_danger_grade')[notice.fire_grade]}" if notice.fire_grade else ""
    return [
        {
            "alert_id": f"YS-YJ-{number:05d}",
            "place_code": place,
            "emergency_kind": notice.group,
            "hazard_kind": notice.kind,
            "warning_level": notice.level,
            "fire_danger_grade": notice.fire_grade,
            "title": f"演示·{label}{level}{grade}",
            "issuing_unit": notice.unit,
            "issued_at": issued.astype("datetime64[us]"),
            "cleared_at": None if is_open else cleared.astype("datetime64[us]"),
            "lead_unit": _EMERGENCY if people_ is not None else notice.unit,
            "evacuate_planned_count": people_,
            "evacuated_count": _moved(chance, people_, is_open),
            "next_report_at": until.astype("datetime64[us]") if is_open and people_ else None,
            "event_id": None,
        }
        for place, people_ in zip(notice.places, planned, strict=True)
    ]


def _moved(chance: np.random.Generator, planned: int | None, is_open: bool) -> int | None:
    """People moved so far: all of them once the warning is over, unknown where a township has not reported."""
    if planned is None or chance.random() < 0.04:
        return None
    return int(chance.binomial(planned, 0.9)) if is_open else planned


def _slope(drive: Drivers, story: Evacuation) -> dict[str, object]:
    issued = drive.days[back(drive, story.days_ago)].astype("datetime64[us]") + np.timedelta64(19 * 3600 + 1200, "s")
    return {
        "alert_id": story.alert_id,
        "place_code": story.place_code,
        "emergency_kind": "natural",
        "hazard_kind": "geology",
        "warning_level": "2",
        "fire_danger_grade": None,
        "title": "演示·地质灾害橙色预警（斜坡位移加速）",
        "issuing_unit": "市自然资源和规划局",
        "issued_at": issued,
        "cleared_at": None,
        "lead_unit": "歙县人民政府",
        "evacuate_planned_count": story.planned,
        "evacuated_count": story.evacuated,
        "next_report_at": (drive.days[-1] + 1).astype("datetime64[us]"),
        "event_id": story.event_id,
    }


def _step(value: float, cuts: tuple[float, ...]) -> str | None:
    """4 (蓝) to 1 (红) by how many cuts are reached; None below the first."""
    reached = sum(value >= cut for cut in cuts)
    return str(5 - reached) if reached else None


def _rain(chance: np.random.Generator, drive: Drivers, towns: Townships, local: Floats) -> list[_Notice]:
    """Rainstorm by district; torrents and slopes by township with people to move; thunder, fog and ice by the city."""
    found = []
    month = drive.days.astype("datetime64[M]").astype(int) % 12 + 1
    soaked = np.stack([np.convolve(each, np.ones(3))[: drive.day_count] for each in local.T], axis=1)
    for day, place in zip(*np.nonzero(local >= 25), strict=True):
        district = DISTRICTS[place]
        level = _step(float(local[day, place]), (25, 38, 55, 80))
        found.append(_Notice(int(day), chance.uniform(2, 14), chance.uniform(5, 20), "rainstorm", level, (district,)))
        if soaked[day, place] >= 55:
            hill = np.flatnonzero(np.char.startswith(np.array(towns.codes), district) & towns.is_mountain)
            chosen = np.sort(chance.choice(hill, min(len(hill), 4), replace=False))
            kind = "mountain_torrent" if chance.random() < 0.5 else "geology"
            hit = _step(float(soaked[day, place]), (40, 55, 70, 120))
            moved = tuple(int(each) for each in chance.integers(8, 90, len(chosen)))
            places = tuple(towns.codes[each] for each in chosen)
            unit = "市水利局" if kind == "mountain_torrent" else "市自然资源和规划局"
            lasts = chance.uniform(18, 48)
            found.append(_Notice(int(day), chance.uniform(8, 18), lasts, kind, hit, places, unit, planned=moved))
    for day in range(drive.day_count):
        if month[day] in (4, 5, 6, 7, 8, 9) and drive.rain_mm[day] > 12 and chance.random() < 0.5:
            found.append(
                _Notice(day, chance.uniform(11, 17), 6.0, "thunder", str(chance.choice(["3", "4"])), DISTRICTS)
            )
        if month[day] in (10, 11, 12, 1, 2, 3) and drive.rain_mm[day] < 1 and chance.random() < 0.12:
            found.append(
                _Notice(day, 5.5, 5.0, "fog", "3" if chance.random() < 0.8 else "2", ("341002", "341004", "341021"))
            )
        if drive.temperature[day] < 1 and drive.rain_mm[day] > 1:
            found.append(_Notice(day, 20.0, 14.0, "ice", "3", DISTRICTS))
    return found


def _cold_and_heat(chance: np.random.Generator, drive: Drivers) -> list[_Notice]:
    found = []
    drop = np.concatenate([[0.0, 0.0], drive.temperature[:-2] - drive.temperature[2:]])
    for day in range(drive.day_count):
        if drop[day] >= 7 and drive.temperature[day] < 12:
            level = "3" if drop[day] >= 10 else "4"
            found.append(_Notice(day, 16.0, 40.0, "cold", level, DISTRICTS))
        if drive.temperature[day] >= 29.2:
            level = "2" if drive.temperature[day] >= 31 else "3"
            found.append(_Notice(day, 9.0, 30.0, "heat", level, DISTRICTS))
        if drive.stagnation[day] > 0.9 and chance.random() < 0.4:
            found.append(_Notice(day, 17.0, 36.0, "air", "3", DISTRICTS, "市生态环境局"))
    return found


def _forest(city: City, drive: Drivers, towns: Townships) -> list[_Notice]:
    """One warning per district and dry spell, as long as a third of its townships are at grade 4."""
    grade = grades(danger_index(city, drive))
    found = []
    for number, _ in enumerate(DISTRICTS):
        here = np.flatnonzero(towns.district == number)
        is_high = (grade[:, here] >= 4).mean(axis=1) >= 0.34
        day = 0
        while day < drive.day_count:
            if not is_high[day]:
                day += 1
                continue
            end = day
            while end + 1 < drive.day_count and is_high[end + 1]:
                end += 1
            spell = grade[day : end + 1][:, here]
            places = tuple(towns.codes[each] for each in here[(spell >= 4).mean(axis=0) >= 0.5])
            worst = "5" if (spell >= 5).mean() > 0.25 else "4"
            level = "1" if worst == "5" else "2"
            lasts = (end - day + (1 if end < drive.day_count - 1 else 3)) * 24.0
            if places:
                found.append(_Notice(day, 10.0, lasts, "forest_fire", level, places, _FORESTRY, fire_grade=worst))
            day = end + 1
    return found


def _holidays(drive: Drivers) -> list[_Notice]:
    """Crowds in the scenic area (no colour: a matter of public order) and traffic on the first day of a holiday."""
    found = []
    for number, day in enumerate(drive.calendar):
        if day.holiday_name and not day.is_workday:
            found.append(
                _Notice(number, 9.5, 7.0, "crowd", None, ("3410F1", "341003102"), "黄山风景区管委会", group="social")
            )
            if day.holiday_day_no == 1:
                found.append(_Notice(number, 7.0, 12.0, "traffic", "3", DISTRICTS, "市公安局", group="accident"))
    return found


def hazard_feeds(city: City, drive: Drivers) -> pa.Table:
    """Five departments' monitoring networks by place and day: online, beyond the limit, warnings sent."""
    chance = city.chance("safety.hazard_feed_daily")
    names = list(codes("hazard_source"))
    day, place, source = (each.ravel() for each in np.indices((drive.day_count, len(CITY_AND_DISTRICTS), len(names))))
    installed = np.maximum(1, chance.poisson(np.array([26, 14, 40, 22, 2])[None, :], (8, 5)))
    devices = installed[place, source]
    is_absent = chance.random(len(day)) < 0.004
    online = np.where(is_absent, 0, chance.binomial(devices, 0.955))
    wet = np.clip(drive.rain_mm / 40, 0, 2)[day]
    exceeded = chance.poisson(wet * np.array([1.6, 1.2, 0.9, 0.0, 0.0])[source] + np.where(source == 3, 0.02, 0))
    is_late = ~is_absent & (chance.random(len(day)) < 0.02)
    last = moments(drive.days[day], np.where(is_late, 15 * 3600, 23 * 3600 + 3300))
    return table(
        "safety.hazard_feed_daily",
        {
            "hazard_source": pick(names, source),
            "place_code": pick(CITY_AND_DISTRICTS, place),
            "day_date": drive.days[day],
            "device_count": devices,
            "online_count": online,
            "exceed_count": known(exceeded, ~is_absent),
            "issued_notice_count": known(chance.binomial(exceeded, 0.3), ~is_absent),
            "feed_state": pick(["normal", "late", "interrupted"], np.where(is_absent, 2, is_late.astype(int))),
            "last_data_at": stamps(np.where(is_absent, np.datetime64("NaT"), last)),
        },
    )


def geohazard_points(city: City, drive: Drivers) -> pa.Table:
    """About fifteen hundred slopes and slides with whom they threaten and who watches them."""
    chance = city.chance("safety.geohazard_point")
    towns = townships(city)
    count = max(40, round(1500 * city.scale))
    township = towns.draw(chance, count, np.where(towns.is_mountain, 1.0, 0.1))
    lon, lat = towns.points(chance, township)
    numbers = np.arange(1, count + 1)
    has_monitor = chance.random(count) < 0.42
    is_online = chance.random(count) < 0.94
    households = chance.poisson(3.2, count)
    seen = drive.days[-1] - np.where(is_online, 0, chance.integers(1, 20, count))
    return table(
        "safety.geohazard_point",
        {
            "geohazard_id": numbered("YS-DZ", numbers, 4),
            "name": numbered("演示·地灾点", numbers, 4),
            "kind": weighted(
                chance, {"landslide": 45, "collapse": 25, "slope": 20, "debris_flow": 8, "subsidence": 2}, count
            ),
            "place_code": towns.fine_column(chance, township, 0.9),
            "lon": lon,
            "lat": lat,
            "threatened_household_count": households,
            "threatened_count": households * 3 + chance.integers(0, 3, count) * (households > 0),
            "has_auto_monitor": has_monitor,
            "is_online": known(is_online, has_monitor),
            "last_seen_at": stamps(np.where(has_monitor, moments(seen, np.full(count, 79_200)), np.datetime64("NaT"))),
            "contact_name": people(numbers),
            "contact_phone": phones(numbers + 6000),
            "shelter_id": numbered("YS-BN", chance.integers(1, max(12, round(500 * city.scale)) + 1, count), 3),
            "status": weighted(chance, {"monitored": 86, "controlled": 9, "relocated": 4, "cancelled": 1}, count),
            "last_checked_date": drive.days[-1] - chance.integers(0, 120, count),
        },
    )


def earthquakes(city: City, drive: Drivers) -> pa.Table:
    """The few tremors that are felt, most of them outside the city."""
    chance = city.chance("safety.earthquake")
    count = max(2, round(5 * drive.day_count / 365))
    occurred = moments(
        drive.days[np.sort(chance.integers(0, drive.day_count, count))], chance.integers(0, 86_400, count)
    )
    return table(
        "safety.earthquake",
        {
            "earthquake_id": numbered("YS-DQ", np.arange(1, count + 1), 3),
            "place_code": ["3410"] * count,
            "epicentre": pick(["演示·市域外东北", "演示·市域外西南", "演示·市域内"], chance.integers(0, 3, count)),
            "lon": np.round(chance.uniform(117.3, 119.4, count), 2),
            "lat": np.round(chance.uniform(29.3, 30.8, count), 2),
            "occurred_at": stamps(known_by(occurred, drive.days[-1] + 1)),
            "magnitude": np.round(chance.uniform(1.2, 3.4, count), 1),
            "depth_km": np.round(chance.uniform(5, 14, count)),
            "intensity": known(np.full(count, 2), chance.random(count) < 0.4),
        },
    )
