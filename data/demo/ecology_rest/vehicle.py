"""Demo rows of diesel vehicles and their on-board diagnosis. Plates are masked before they ever reach a table."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import period, place, story
from data.demo.ecology_rest.column import values

VEHICLES, DAYS_KEPT = 3000, 365  # the contract keeps a year of days online
_STAGES, _NOX = ("3", "4", "5", "6"), (620.0, 430.0, 260.0, 95.0)


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    vehicles = _vehicles(city, drive)
    return {"ecology.diesel_vehicle": vehicles, "ecology.obd_daily": _days(city, drive, vehicles)}


def _vehicles(city: City, drive: Drivers) -> pa.Table:
    chance = city.chance("diesel_vehicle")
    count = period.volume(city, VEHICLES, at_least=200)
    area = place.draw_districts(chance, place.PEOPLE + place.WORKS, count)
    kind = chance.choice(
        ["freight", "construction", "bus", "sanitation", "other"], p=[0.58, 0.2, 0.12, 0.06, 0.04], size=count
    )
    stage = chance.choice(_STAGES, p=[0.03, 0.22, 0.43, 0.32], size=count)
    connected = chance.random(count) < np.where(stage == "3", 0.55, 0.93)
    kind[story.SMOKY_VEHICLE], stage[story.SMOKY_VEHICLE], connected[story.SMOKY_VEHICLE] = "freight", "4", True
    digits = chance.integers(0, 1000, count)
    letter = chance.choice(list("ABDEFG"), size=count)
    opened = drive.days[0] - chance.integers(30, 1500, count)
    return table(
        "ecology.diesel_vehicle",
        {
            "vehicle_id": [f"YS-V{sha256(f'demo vehicle {row}'.encode()).hexdigest()[:12]}" for row in range(count)],
            "plate_masked": [f"皖J{each}**{number:03d}" for each, number in zip(letter, digits, strict=True)],
            "kind": kind,
            "emission_stage": stage,
            "operator_name": [f"演示运输企业·{number:02d}" for number in chance.integers(1, 61, count)],
            "place_code": area,
            "is_obd_connected": connected,
            "opened_date": np.where(connected, opened, np.datetime64("NaT")),
            "updated_date": [period.register_date(drive)] * count,
        },
    )


def _days(city: City, drive: Drivers, vehicles: pa.Table) -> pa.Table:
    """A row for each day a connected vehicle ran. Few vehicles, most of them of old stages, are high emitters often."""
    chance = city.chance("obd_daily")
    days = min(drive.day_count, DAYS_KEPT)
    connected = values(vehicles, "is_obd_connected")
    row = np.flatnonzero(connected)
    works = np.array([1.0 if day.is_workday else 0.72 for day in drive.calendar])[-days:]
    home = values(vehicles, "place_code")
    ran = chance.random((len(row), days)) < 0.55 * works * np.clip(1 - drive.rain_mm[-days:] / 120, 0.4, 1)
    smoky = np.flatnonzero(row == story.SMOKY_VEHICLE)
    ran[smoky, -7:] = True
    at, day = np.nonzero(ran)
    count = len(at)
    stage = values(vehicles, "emission_stage")[row]
    usual = np.array([dict(zip(_STAGES, _NOX, strict=True))[each] for each in stage])
    worn = usual * np.where(chance.random(len(row)) < 0.02, 2.6, 1.0) * chance.lognormal(0, 0.18, len(row))
    worn[smoky] = 1500.0
    nox = np.round(worn[at] * np.exp(0.15 * chance.standard_normal(count)), 0)
    online = np.round(chance.gamma(4.0, 70.0, count).clip(8, 900), 0)
    exceeded = np.round(online * np.clip((nox - 700) / 1400, 0, 0.8) * chance.uniform(0.5, 1.0, count), 0)
    is_lost = chance.random(count) < 0.008
    is_lost[(at == (smoky[0] if len(smoky) else -1)) & (day >= days - 7)] = False
    elsewhere = chance.random(count) < 0.12
    codes = np.where(elsewhere, chance.choice(place.DISTRICTS, size=count), home[row][at])
    return table(
        "ecology.obd_daily",
        {
            "vehicle_id": values(vehicles, "vehicle_id")[row][at],
            "place_code": codes,
            "day_date": drive.days[-days:][day],
            "online_min": online,
            "mileage_km": np.round(online * chance.uniform(0.35, 0.75, count), 0),
            "nox_mean_ppm": np.where(is_lost, np.nan, nox),
            "exceed_min": np.where(is_lost, np.nan, exceeded),
            "obd_alarm_count": np.where(nox > 900, chance.poisson(0.6, count), chance.poisson(0.01, count)),
            "is_high_emission": pa.array(nox > 900, mask=is_lost),
            "data_flag": np.where(is_lost, "I", "N"),
        },
    )
