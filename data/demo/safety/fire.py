"""Demo rows of fire protection: units, their devices' states and alarms, and the monthly work of the fire brigade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.safety.columns import (
    Bools,
    Ints,
    Moments,
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
from data.demo.safety.heritage import sites
from data.demo.safety.places import CITY_AND_DISTRICTS, report_shares, townships
from data.demo.safety.stories import OFFLINE_DAYS, OFFLINE_VILLAGE
from data.demo.spans import months

_KINDS = {"smoke": 46, "water_pressure": 16, "electric": 12, "manual": 8, "host": 6, "water_level": 5, "video": 4,
          "heat": 2, "gas": 1}  # fmt: skip
_SILENT, _SILENT_DAYS = 6, 20  # devices that nobody has heard of for so long
_STATES = ("normal", "fault", "offline", "shielded", "alarm")
_NORMAL, _FAULT, _OFFLINE, _SHIELDED, _ALARM = range(5)
_UNIT_KINDS = {"hotel": 30, "mall": 10, "school": 12, "hospital": 6, "entertainment": 8, "elder_care": 6,
               "transport": 3, "office": 6, "library": 3, "high_rise": 6, "factory": 5, "warehouse": 2,
               "scenic": 3}  # fmt: skip


@dataclass(frozen=True)
class _Devices:
    """Every device of the fire platform: where it stands and whom it protects."""

    township: Ints
    kind: pa.Array
    unit: Ints  # −1 for a device on an old building
    site: Ints  # −1 for a device in a unit

    @property
    def count(self) -> int:
        return len(self.township)


def _unit_count(city: City) -> int:
    return max(20, round(600 * city.scale))


def _unit_devices(city: City) -> Ints:
    """Devices of each unit; a fifth of the units is not connected."""
    chance = city.chance("safety fire unit devices")
    count = _unit_count(city)
    return np.where(chance.random(count) < 0.2, 0, chance.integers(2, 8, count))


def _unit_townships(city: City) -> Ints:
    return townships(city).draw(city.chance("safety fire unit places"), _unit_count(city))


def fire_units(city: City, drive: Drivers) -> pa.Table:
    """The units of fire safety priority (消防安全重点单位), invented."""
    chance = city.chance("safety.fire_unit")
    towns, township, devices = townships(city), _unit_townships(city), _unit_devices(city)
    count = len(township)
    lon, lat = towns.points(chance, township, 0.012)
    never = chance.random(count) < 0.02
    checked = drive.days[-1] - chance.integers(0, 200, count)
    numbers = np.arange(1, count + 1)
    return table(
        "safety.fire_unit",
        {
            "fire_unit_id": numbered("YS-XF", numbers, 4),
            "name": numbered("演示·重点单位", numbers, 4),
            "kind": weighted(chance, _UNIT_KINDS, count),
            "place_code": towns.fine_column(chance, township, 0.7),
            "address": numbered("演示路", numbers, 4),
            "lon": lon,
            "lat": lat,
            "building_height_m": np.round(np.exp(chance.normal(2.8, 0.5, count)), 1),
            "floor_area_m2": np.round(np.exp(chance.normal(8.2, 0.8, count))),
            "device_count": devices,
            "is_connected": known(devices > 0, chance.random(count) > 0.01),
            "has_micro_station": chance.random(count) < 0.82,
            "contact_name": people(numbers),
            "contact_phone": phones(numbers + 4000),
            "last_checked_date": np.where(never, np.datetime64("NaT"), checked),
            "open_hazard_count": chance.poisson(0.25, count),
            "data_date": np.full(count, drive.days[-1]),
        },
    )


def _devices(city: City) -> _Devices:
    found, unit_devices = sites(city), _unit_devices(city)
    unit = np.repeat(np.arange(len(unit_devices)), unit_devices)
    site = np.repeat(np.arange(len(found.ids)), found.device_count)
    township = np.concatenate([_unit_townships(city)[unit], found.township[site]])
    return _Devices(
        township=township,
        kind=weighted(city.chance("safety device kinds"), _KINDS, len(township)),
        unit=np.concatenate([unit, np.full(len(site), -1)]),
        site=np.concatenate([np.full(len(unit), -1), site]),
    )


def fire_iot(city: City, drive: Drivers) -> pa.Table:
    """A heartbeat of each device a day with its state, and every alarm with its verification and its end."""
    chance = city.chance("safety.fire_iot")
    devices = _devices(city)
    state = _daily_states(chance, drive, devices, city)
    beat = 2 * chance.integers(0, 21_600, devices.count)  # an even second of the first half of the day
    is_heard = chance.random(state.shape) > 0.006
    is_heard[chance.choice(devices.count, _SILENT, replace=False), -_SILENT_DAYS:] = False
    device, day = np.nonzero(is_heard)
    heartbeat = moments(drive.days[day], beat[device])
    alarm = _alarms(chance, drive, (state == _NORMAL) & is_heard)
    until = drive.days[-1] + 1
    start = moments(drive.days[alarm.day], alarm.second)
    end = later(start, chance.uniform(4, 60, len(start)))
    rows_device = np.concatenate([device, alarm.device, alarm.device])
    observed = np.concatenate([heartbeat, start, end])
    status = np.concatenate([state[device, day], np.full(len(start), _ALARM), np.full(len(start), _NORMAL)])
    is_alarm = np.zeros(len(rows_device), bool)
    is_alarm[len(device) : len(device) + len(start)] = True
    answered, verified, is_true = _verification(chance, start, until)
    blank = np.datetime64("NaT", "s")

    def of_alarms(values: Moments) -> Moments:
        whole = np.full(len(rows_device), blank)
        whole[is_alarm] = values
        return stamps(whole)

    truth, is_verified = np.zeros(len(rows_device), bool), np.zeros(len(rows_device), bool)
    truth[is_alarm], is_verified[is_alarm] = is_true, ~np.isnat(verified)
    unit, site = devices.unit[rows_device], devices.site[rows_device]
    found, towns = sites(city), townships(city)
    unit_ids = numbered("YS-XF", np.arange(1, _unit_count(city) + 1), 4)
    return table(
        "safety.fire_iot",
        {
            "device_id": numbered("YS-XFW", np.arange(1, devices.count + 1), 5).take(pa.array(rows_device)),
            "kind": devices.kind.take(pa.array(rows_device)),
            "fire_unit_id": texts(unit_ids.take(pa.array(np.clip(unit, 0, None))), unit >= 0),
            "heritage_id": texts(pick(found.ids, np.clip(site, 0, None)), site >= 0),
            "place_code": towns.code_column(devices.township[rows_device]),
            "observed_at": stamps(observed),
            "status": pick(_STATES, status),
            "acknowledged_at": of_alarms(answered),
            "verified_at": of_alarms(verified),
            "is_true_fire": known(truth, is_verified),
        },
    )


def _daily_states(chance: np.random.Generator, drive: Drivers, devices: _Devices, city: City) -> Ints:
    """The state of each device on each day: most are well, what breaks stays so for some days."""
    state = np.zeros((devices.count, drive.day_count), dtype=np.int8)
    now = chance.choice(4, devices.count, p=[0.945, 0.025, 0.02, 0.01]).astype(np.int8)
    for day in range(drive.day_count):
        draw = chance.random(devices.count)
        fails, heals = draw < 0.0045, draw > 0.91
        worse = chance.choice(np.array([_FAULT, _OFFLINE, _SHIELDED], np.int8), devices.count, p=[0.5, 0.35, 0.15])
        now = np.where((now == _NORMAL) & fails, worse, np.where((now != _NORMAL) & heals, _NORMAL, now))
        state[:, day] = now
    village = townships(city).index(OFFLINE_VILLAGE)
    state[(devices.township == village) & (devices.site >= 0), -OFFLINE_DAYS:] = _OFFLINE
    return state.astype(np.int64)


@dataclass(frozen=True)
class _Alarms:
    device: Ints
    day: Ints
    second: Ints


def _alarms(chance: np.random.Generator, drive: Drivers, is_well: Bools) -> _Alarms:
    """About one alarm a day for each 130 devices that are well.

    At an odd second of the afternoon and over before midnight: no two rows of a device coincide.
    """
    is_alarm = (chance.random(is_well.shape) < 1 / 130) & is_well
    device, day = np.nonzero(is_alarm)
    return _Alarms(device, day, 43_201 + 2 * chance.integers(0, 19_500, len(device)))


def _verification(chance: np.random.Generator, start: Moments, until: np.datetime64) -> tuple[Moments, Moments, Bools]:
    """When each alarm was answered and verified, and whether it was a fire; a few are never verified."""
    count = len(start)
    answered = later(start, np.exp(chance.normal(0.6, 0.7, count)))
    answered = np.where(chance.random(count) < 0.01, np.datetime64("NaT"), known_by(answered, until))
    verified = later(answered, np.exp(chance.normal(2.0, 0.7, count)))
    verified = np.where(chance.random(count) < 0.04, np.datetime64("NaT"), known_by(verified, until))
    return answered, verified, chance.random(count) < 0.18


def fire_work_monthly(city: City, drive: Drivers) -> pa.Table:
    """Three kinds of work by month in the city's own units and the districts."""
    chance = city.chance("safety.fire_work_monthly")
    month, place, kind = (
        each.ravel() for each in np.meshgrid(np.arange(len(months(drive))), np.arange(8), np.arange(3), indexing="ij")
    )
    size = report_shares(city)[place] * np.array([900, 600, 600])[kind] * city.scale
    units = np.maximum(1, np.round(size)).astype(int)
    done = chance.binomial(units, np.array([0.93, 0.9, 0.96])[kind])
    problems = chance.poisson(done * np.array([0.5, 0.25, 0.3])[kind])
    facilities = units * 9
    has_facilities = kind == 1
    return table(
        "safety.fire_work_monthly",
        {
            "place_code": pick(CITY_AND_DISTRICTS, place),
            "month_date": months(drive)[month],
            "fire_work_kind": pick(["self_check", "facility", "supervision"], kind),
            "unit_count": units,
            "done_unit_count": done,
            "inspection_count": done + chance.poisson(done * 0.3),
            "problem_count": problems,
            "rectified_count": chance.binomial(problems, 0.91),
            "compliant_count": known(chance.binomial(facilities, 0.94), has_facilities),
            "facility_count": known(facilities, has_facilities),
            "penalty_count": chance.poisson(problems * np.array([0.0, 0.02, 0.08])[kind]),
        },
    )
