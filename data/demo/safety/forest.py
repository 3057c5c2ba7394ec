"""Demo rows of forest fire in its three phases: danger and patrol before, hot spots during, assessment after."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.safety.columns import (
    Bools,
    Ints,
    Moments,
    back,
    known,
    known_by,
    later,
    moments,
    numbered,
    people,
    phones,
    pick,
    stamps,
    texts,
    weighted,
)
from data.demo.safety.places import townships
from data.demo.safety.stories import FOREST_FIRE_DAYS_AGO, FOREST_FIRE_EVENT, FOREST_FIRE_PLACE

_GRADES = ("1", "2", "3", "4", "5")
_BAN_GRADE = 4  # 火险四级（高度危险） and above: no fire in the field


def danger_index(city: City, drive: Drivers) -> Floats:
    """Fire danger 0–100 by day and township: dry days add up, rain takes them away, warm and busy days weigh more."""
    chance = city.chance("safety forest danger")
    towns = townships(city)
    rain, warm = drive.rain_mm, drive.temperature
    dry, spell = 6.0, np.zeros(len(rain))
    for day, fall in enumerate(rain):
        dry = min(14.0, dry + 1) if fall < 1 else max(0.0, dry - 0.9 * float(fall))
        spell[day] = dry
    month = drive.days.astype("datetime64[M]").astype(int) % 12 + 1
    is_season = np.isin(month, [10, 11, 12, 1, 2, 3, 4])
    base = 9.0 + 3.5 * spell + 0.6 * (warm - 5) + np.where(is_season, 9.0, -14.0) + 1.5 * (drive.crowd - 1)
    place = chance.normal(0, 6.0, len(towns.codes)) + np.where(towns.is_mountain, 4.0, -10.0)
    noise = chance.normal(0, 2.0, (len(rain), len(towns.codes)))
    index = np.round(np.clip(base[:, None] + place[None, :] + noise, 0, 100), 1)
    return index.astype(np.float64)


def grades(index: Floats) -> Ints:
    """Grade 1–5 of a danger index: five is the most dangerous."""
    return np.searchsorted([20, 40, 60, 80], index, side="right") + 1


def forest_fire_risk(city: City, drive: Drivers) -> pa.Table:
    """The danger of each township and day, issued the afternoon before."""
    chance = city.chance("safety.forest_fire_risk")
    towns = townships(city)
    index = danger_index(city, drive)
    day, place = (each.ravel() for each in np.indices(index.shape))
    issued = moments(drive.days[day] - 1, np.full(len(day), 16 * 3600 + 1800))
    grade = grades(index).ravel()
    moisture = 0.42 - 0.0036 * index.ravel() + chance.normal(0, 0.01, len(day))
    return table(
        "safety.forest_fire_risk",
        {
            "place_code": towns.code_column(place),
            "day_date": drive.days[day],
            "issued_at": stamps(issued),
            "fire_danger_index": index.ravel(),
            "fire_danger_grade": pick(_GRADES, grade - 1),
            "is_fire_ban": grade >= _BAN_GRADE,
            "fuel_moisture_ratio": np.round(np.clip(moisture, 0.05, 1), 2),
            "visitor_level": pick(["正常", "实名登记", "限制进山"], np.clip(grade - 3, 0, 2)),
        },
    )


def forest_patrol_daily(city: City, drive: Drivers) -> pa.Table:
    """Rangers, their terminals, drones and forest cameras, by township and day; more of them when it is dangerous."""
    chance = city.chance("safety.forest_patrol_daily")
    towns = townships(city)
    index = danger_index(city, drive)
    day, place = (each.ravel() for each in np.indices(index.shape))
    rangers = np.maximum(2, chance.poisson(np.where(towns.is_mountain, 22, 8)))[place]
    on_duty = chance.binomial(rangers, np.clip(0.82 + 0.0017 * index.ravel(), 0, 0.99))
    terminals = np.maximum(1, (rangers * 0.8).astype(int))
    cameras = chance.integers(1, 9, len(towns.codes))[place]
    found = chance.poisson(0.002 * index.ravel())
    return table(
        "safety.forest_patrol_daily",
        {
            "place_code": towns.code_column(place),
            "day_date": drive.days[day],
            "ranger_count": rangers,
            "ranger_on_duty_count": on_duty,
            "device_count": terminals,
            "online_count": chance.binomial(terminals, 0.94),
            "patrol_km": np.round(on_duty * chance.uniform(4, 9, len(day)), 1),
            "patrolled_rate": np.round(np.clip(on_duty / rangers * chance.uniform(0.8, 1.05, len(day)), 0, 1), 3),
            "drone_flight_count": chance.poisson(0.006 * index.ravel()),
            "camera_count": cameras,
            "camera_online_count": chance.binomial(cameras, 0.95),
            "found_count": found,
            "stopped_fire_count": chance.binomial(found, 0.9),
        },
    )


def forest_hot_spots(city: City, drive: Drivers) -> pa.Table:
    """Hot spots as they were found and checked; a few were forest fires, the planted one among them."""
    chance = city.chance("safety.forest_hot_spot")
    towns = townships(city)
    risk = danger_index(city, drive).mean(axis=1)
    calls = chance.poisson(600 / 365 * city.scale * np.clip(risk / risk.mean(), 0.2, 3))
    day = np.append(np.repeat(np.arange(drive.day_count), calls), back(drive, FOREST_FIRE_DAYS_AGO))
    count = len(day)
    township = towns.draw(chance, count, towns.share * np.where(towns.is_mountain, 3.0, 1.0))
    township[-1] = towns.index(FOREST_FIRE_PLACE)
    is_fire = chance.random(count) < 0.035
    is_fire[-1] = True
    second = chance.integers(8 * 3600, 20 * 3600, count)
    second[-1] = 13 * 3600 + 1260
    detected = moments(drive.days[day], second)
    until = drive.days[-1] + 1
    is_forgotten = chance.random(count) < 0.02
    verified = np.where(is_forgotten, np.datetime64("NaT"), later(detected, chance.uniform(8, 70, count)))
    verified[-1] = later(detected[-1:], np.array([14.0]))[0]
    verified = known_by(verified, until)
    is_checked = ~np.isnat(verified)
    is_fire &= is_checked
    course = _course(chance, detected, is_fire, until)
    lon, lat = towns.points(chance, township)
    numbers = np.arange(1, count + 1)
    is_planted = numbers == count
    return table(
        "safety.forest_hot_spot",
        {
            "hot_spot_id": numbered("YS-RD", numbers, 4),
            "finding_method": weighted(
                chance,
                {"remote_sensing": 46, "video": 22, "patrol": 14, "report": 12, "drone": 5, "aircraft": 1},
                count,
            ),
            "place_code": towns.code_column(township),
            "lon": lon,
            "lat": lat,
            "detected_at": stamps(detected),
            "verified_at": stamps(verified),
            "is_forest_fire": known(is_fire, is_checked),
            **course,
            "lead_unit": texts(pick(["市应急局"], np.zeros(count, int)), is_fire),
            "contact_name": texts(people(numbers), is_fire),
            "contact_phone": texts(phones(numbers + 3000), is_fire),
            "event_id": texts(pick([FOREST_FIRE_EVENT], np.zeros(count, int)), is_planted),
        },
    )


def _course(chance: np.random.Generator, detected: Moments, is_fire: Bools, until: np.datetime64) -> dict[str, object]:
    """What became of each forest fire: teams sent, fire out, area, assessment. Nothing where it was none."""
    count, never = len(detected), np.datetime64("NaT")
    sent = np.where(is_fire, later(detected, chance.uniform(10, 25, count)), never)
    arrived = later(sent, chance.uniform(15, 50, count))
    out = known_by(later(arrived, chance.uniform(40, 300, count)), until)
    is_out = ~np.isnat(out)
    assessed = detected.astype("datetime64[D]") + chance.integers(5, 25, count)
    is_assessed = is_out & (assessed < until)
    burned = np.round(np.exp(chance.normal(0.1, 0.8, count)), 2)
    zero = np.zeros(count, np.int64)
    return {
        "forest_fire_cause": texts(weighted(chance, {"farming": 40, "sacrifice": 22, "power_line": 10, "smoking": 8,
                                                     "lightning": 5, "unknown": 15}, count), is_out),
        "fire_phase": texts(pick(["during", "after"], is_out.astype(int)), is_fire),
        "dispatched_at": stamps(known_by(sent, until)),
        "arrived_at": stamps(known_by(arrived, until)),
        "extinguished_at": stamps(out),
        "event_grade": texts(pick(["4"], zero), is_out),
        "burned_area_ha": known(burned, is_out),
        "forest_loss_ha": known(np.round(burned * 0.4, 2), is_out),
        "dead_count": known(zero, is_fire),
        "injured_count": known(zero, is_fire),
        "missing_count": known(zero, is_fire),
        "person_sent_count": known(chance.integers(30, 140, count), is_fire),
        "assessed_date": np.where(is_assessed, assessed, never),
        "loss_wan": known(np.round(burned * 1.8, 2), is_assessed),
    }  # fmt: skip


def forest_water_points(city: City, drive: Drivers) -> pa.Table:
    """About four hundred places to draw water from."""
    chance = city.chance("safety.forest_water_point")
    towns = townships(city)
    count = max(12, round(400 * city.scale))
    township = towns.draw(chance, count, np.where(towns.is_mountain, 1.0, 0.2))
    lon, lat = towns.points(chance, township)
    numbers = np.arange(1, count + 1)
    return table(
        "safety.forest_water_point",
        {
            "water_point_id": numbered("YS-SY", numbers, 4),
            "name": numbered("演示·水源", numbers, 4),
            "kind": weighted(chance, {"pool": 60, "pond": 20, "tank": 10, "hydrant": 8, "helipad": 2}, count),
            "place_code": towns.code_column(township),
            "lon": lon,
            "lat": lat,
            "volume_m3": np.round(np.exp(chance.normal(4.4, 0.7, count))),
            "water_level_rate": known(np.round(chance.beta(6, 2.5, count), 2), chance.random(count) > 0.04),
            "is_usable": known(chance.random(count) < 0.93, chance.random(count) > 0.02),
            "is_vehicle_reachable": chance.random(count) < 0.55,
            "last_checked_date": np.where(
                chance.random(count) < 0.03, np.datetime64("NaT"), drive.days[-1] - chance.integers(0, 150, count)
            ),
        },
    )
