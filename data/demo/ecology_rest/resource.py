"""Demo rows of land, water and wood: soil conservation, water use, natural resources, forest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import period, place
from data.demo.ecology_rest.column import by_tuple
from data.demo.ecology_rest.forecast import WATER_QUOTA_WAN_M3

SCENIC_LAND_HA = 16_060.0  # 黄山风景区 160.6 km²; inside 黄山区, reported by its own 管委会
CITY_COVER = 0.829
CHANGES_PER_MONTH = 200
_RESOURCES = {  # share of the land
    "mountain": 0.52, "surface_water": 0.021, "forest": 0.79, "farmland": 0.07, "garden": 0.052, "lake": 0.009,
    "grassland": 0.003, "wetland": 0.0011,
}  # fmt: skip
_WATER_USES = {"domestic": 0.21, "industry": 0.14, "agriculture": 0.61, "ecology": 0.04}
_FORESTS = {"arbor": 0.62, "bamboo": 0.16, "shrub": 0.10, "public_welfare": 0.52, "commercial": 0.36}
_CHANGES = {"felling": 0.42, "occupation": 0.18, "fire": 0.02, "pest": 0.17, "planting": 0.18, "other": 0.03}


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "ecology.soil_conservation_yearly": _soil_conservation(city, drive),
        "ecology.water_resource_monthly": _water_use(city, drive),
        "ecology.natural_resource_yearly": _natural_resources(city, drive),
        "ecology.forest_yearly": _forests(city, drive),
        "ecology.forest_change": _forest_changes(city, drive),
    }


def _parts() -> tuple[np.ndarray, np.ndarray]:
    """Districts and the scenic area that reports for itself, with the land each answers for; together the whole."""
    land = place.LAND_HA.copy()
    land[place.DISTRICTS.index("341003")] -= SCENIC_LAND_HA
    return place.places(place.SCENIC), np.append(land, SCENIC_LAND_HA)


def _soil_conservation(city: City, drive: Drivers) -> pa.Table:
    chance = city.chance("soil_conservation_yearly")
    parts, land = _parts()
    rows = []
    for step, year in enumerate(period.years(drive)):
        for code, ha in zip(parts, land, strict=True):
            eroded = round(float(ha * 0.113 * (1 - 0.02 * step) * chance.uniform(0.97, 1.03)), 0)
            approved = int(chance.poisson(3 + ha / 12_000))
            rows.append(
                (
                    code,
                    year,
                    date(year, 12, 31),
                    eroded,
                    round(float(eroded * chance.uniform(0.045, 0.07)), 0),
                    approved,
                    approved + int(chance.poisson(4)),
                )
            )
    names = (
        "place_code",
        "year",
        "data_date",
        "erosion_area_ha",
        "treated_area_ha",
        "plan_approved_count",
        "plan_checked_count",
    )
    return by_tuple("ecology.soil_conservation_yearly", names, rows)


def _water_use(city: City, drive: Drivers) -> pa.Table:
    """The months of the calendar years that the demo touches: use is held against the year's quota."""
    chance = city.chance("water_resource_monthly")
    months = period.months(drive, 20, before=drive.calendar[0].day_date.month - 1)
    parts = place.places(place.city_code())
    rows = []
    for kind, share in _WATER_USES.items():
        for code in parts:
            for month in months.tolist():
                number = month.month
                season = 1 + 0.9 * np.cos(2 * np.pi * (number - 7) / 12) if kind == "agriculture" else 1.0
                used = WATER_QUOTA_WAN_M3[str(code)] / 12 * 0.93 * share * season * chance.uniform(0.93, 1.07)
                permits = None if kind == "ecology" else int(20 + 60 * share)
                rows.append((code, kind, month, round(float(used), 1), permits))
    names = ("place_code", "water_use_kind", "month_date", "water_use_wan_m3", "permit_count")
    return by_tuple("ecology.water_resource_monthly", names, rows)


def _natural_resources(city: City, drive: Drivers) -> pa.Table:
    chance = city.chance("natural_resource_yearly")
    parts, land = _parts()
    years = period.years(drive)
    rows = []
    for kind, share in _RESOURCES.items():
        for row, (code, ha) in enumerate(zip(parts, land, strict=True)):
            usual = round(float(ha * share * chance.uniform(0.85, 1.15)), 0)
            for step, year in enumerate(years):
                change = round(float(usual * chance.normal(0, 0.0006)), 1)
                patches = int(chance.poisson(0.3 + 14 * share * (row < len(place.DISTRICTS))))
                done = int(chance.binomial(patches, 0.96 - 0.06 * (step == len(years) - 1)))
                rows.append((code, kind, year, date(year, 12, 31), usual + change, change, patches, done))
    names = (
        "place_code",
        "resource_kind",
        "year",
        "data_date",
        "area_ha",
        "change_ha",
        "patch_count",
        "rectified_patch_count",
    )
    return by_tuple("ecology.natural_resource_yearly", names, rows)


def _forests(city: City, drive: Drivers) -> pa.Table:
    """Each place's own total; the city's row is the districts' sum, a 管委会's row is a part of its district's."""
    chance = city.chance("forest_yearly")
    cover = np.array([0.43, 0.855, 0.77, 0.81, 0.839, 0.846, 0.889])
    cover *= CITY_COVER * place.LAND_HA.sum() / (cover * place.LAND_HA).sum()  # the districts make up the city
    years = period.years(drive)
    own = {code: float(ha * share) for code, ha, share in zip(place.DISTRICTS, place.LAND_HA, cover, strict=True)}
    own |= {place.SCENIC: SCENIC_LAND_HA * 0.98, place.ECONOMIC: 900.0, "3410F3": 350.0}
    land = dict(zip(place.DISTRICTS, place.LAND_HA, strict=True))
    land |= {
        place.SCENIC: SCENIC_LAND_HA,
        place.ECONOMIC: 2_600.0,
        "3410F3": 900.0,
        place.city_code(): place.LAND_HA.sum(),
    }
    rows = []
    for step, year in enumerate(years):
        drift = {code: round(ha * (1 + 0.0004 * step), 1) for code, ha in own.items()}
        drift[place.city_code()] = round(sum(drift[area] for area in place.DISTRICTS), 1)
        for code, whole in drift.items():
            for kind, share in {"all": 1.0, **_FORESTS}.items():
                area = round(whole * share, 1)
                rate = round(whole / land[code], 4) if kind == "all" else None
                change = round(area * 0.0004, 1) if step else None
                rows.append(
                    (code, kind, year, date(year, 12, 31), area, round(area * chance.uniform(62, 70), 0), rate, change)
                )
    names = ("place_code", "forest_kind", "year", "data_date", "area_ha", "stock_m3", "forest_cover_rate", "change_ha")
    return by_tuple("ecology.forest_yearly", names, rows)


def _forest_changes(city: City, drive: Drivers) -> pa.Table:
    """Patches seen from above; each is checked on the ground within some weeks, so the newest are not yet."""
    chance = city.chance("forest_change")
    count = max(30, round(CHANGES_PER_MONTH * city.scale * drive.day_count / 30.4))
    day = np.sort(chance.integers(0, drive.day_count, count))
    detected = drive.days[day].astype("datetime64[m]") + chance.integers(8 * 60, 18 * 60, count)
    kind = chance.choice(list(_CHANGES), p=list(_CHANGES.values()), size=count)
    code = place.draw_subdistricts(chance, place.draw_districts(chance, place.LAND_HA, count))
    checked = detected + chance.gamma(2.2, 6.5 * 1440, count).astype(np.int64)
    end = period.end(drive).astype("datetime64[m]")
    is_checked = checked < end
    is_valid = chance.random(count) < np.where(np.isin(kind, ["occupation", "felling"]), 0.86, 0.95)
    bad = np.isin(kind, ["occupation", "other"]) & is_valid
    status = np.where(
        ~is_checked, "detected", np.where(~bad, "verified", np.where(chance.random(count) < 0.7, "closed", "handling"))
    )
    return table(
        "ecology.forest_change",
        {
            "change_id": [f"YS-FC{number:05d}" for number in range(1, count + 1)],
            "kind": kind,
            "place_code": code,
            "detected_at": detected.astype("datetime64[us]"),
            "area_ha": np.round(chance.gamma(1.1, 0.6, count) + 0.05, 2),
            "stock_m3": np.where(kind == "felling", np.round(chance.gamma(2, 20, count), 0), np.nan),
            "verified_at": np.where(is_checked, checked, np.datetime64("NaT")).astype("datetime64[us]"),
            "is_confirmed": pa.array(is_valid, mask=~is_checked),
            "handling_unit": [place.office(where, "林业局") for where in code],
            "status": status,
        },
    )
