"""Demo rows of health: institutions, their daily totals, chronic care, and the use of 健康黄山."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.people import Anything, Ints, Texts, apportion, near, people
from data.divisions import CITY, name_of

COUNTS = {"hospital": 28, "community_centre": 12, "public_health": 10, "clinic": 190}
BEDS = {"hospital": 6450, "township": 2080, "community_centre": 170}
DOCTORS = {
    "hospital": 2300,
    "township": 860,
    "community_centre": 130,
    "public_health": 80,
    "clinic": 230,
    "village": 690,
}
WORDS = {
    "hospital": "医院", "township": "卫生院", "community_centre": "社区卫生服务中心", "public_health": "疾控与妇幼机构",
    "clinic": "诊所", "village": "村卫生室",
}  # fmt: skip
REPORTING_SMALL = 255  # village clinics that report daily; the larger institutions all do
FEVER_CLINICS = 46
CHRONIC = {"hypertension": (0.36, 0.46), "diabetes": (0.11, 0.145), "copd": (0.035, 0.05), "stroke": (0.03, 0.045),
           "coronary": (0.05, 0.07)}  # fmt: skip
PLATFORM = {  # uses in a month, users per use, records held (the plan's base figures)
    "appointment": (92_000, 0.62, 0), "chronic": (21_000, 0.7, 0), "public_health": (34_000, 0.8, 0),
    "payment": (128_000, 0.55, 0), "record": (26_000, 0.75, 0), "card": (140_000, 0.6, 968_000),
    "ehr": (0, 0.0, 1_234_700), "emr": (0, 0.0, 1_588_300),
}  # fmt: skip


@dataclass(frozen=True)
class Facilities:
    """One entry per institution; `community` is -1 where only the city (or a 管委会) is known as its place."""

    facility_id: Texts
    kind: Texts
    community: Ints
    place_code: Texts
    lon: Floats
    lat: Floats
    bed: Ints
    doctor: Ints


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "livelihood.health_facility": _facility(city, drive),
        "livelihood.health_daily": _daily(city, drive),
        "livelihood.chronic_care_quarterly": _chronic(city, drive),
        "livelihood.health_platform_monthly": _platform(city, drive),
    }


@cache
def facilities(city: City) -> Facilities:
    """A health centre in every subdistrict, a clinic in every village, hospitals where the people are. Never scaled."""
    home, chance = people(city), city.chance("health facilities")
    towns = [
        int(np.argmax(np.where(home.subdistrict == code, home.resident, -1))) for code in np.unique(home.subdistrict)
    ]
    weight = home.resident * np.where(home.is_village, 0.15, 1.0)
    drawn = {kind: chance.choice(len(weight), count, p=weight / weight.sum()) for kind, count in COUNTS.items()}
    for number, code in enumerate(np.unique(home.district)):  # every district has a hospital
        drawn["hospital"][number] = int(np.argmax(np.where(home.district == code, home.resident, -1)))
    groups = {**drawn, "township": np.array(towns), "village": np.flatnonzero(home.is_village)}
    kind = np.repeat(list(groups), [len(each) for each in groups.values()])
    community = np.concatenate(list(groups.values())).astype(np.int64)
    count = len(kind)
    bed, doctor = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    size = chance.lognormal(0.0, 0.6, count)
    for name, total in BEDS.items():
        bed[kind == name] = apportion(size[kind == name], total)
    for name, total in DOCTORS.items():
        doctor[kind == name] = apportion(size[kind == name] + (1.0 if name == "village" else 0.3), total)
    place = home.code[community]
    lon, lat = near(city, "health", community, np.full(count, 0.6))
    place[np.flatnonzero(kind == "public_health")[:2]] = CITY  # run by the city: no district has them
    place[np.flatnonzero(kind == "clinic")[0]] = f"{CITY}F1"  # on the mountain, reported by its 管委会
    ids = np.char.add("YS-H", np.char.zfill(np.arange(1, count + 1).astype(str), 4))
    return Facilities(ids, kind, np.where(np.char.str_len(place) == 12, community, -1), place, lon, lat, bed, doctor)


def _facility(city: City, drive: Drivers) -> pa.Table:
    all_, chance, home = facilities(city), city.chance("health_facility"), people(city)
    count = len(all_.kind)
    has_beds = np.isin(all_.kind, list(BEDS))
    lost = chance.random(count) < 0.015
    level = np.where(all_.kind == "hospital", np.where(all_.bed > 500, "3", np.where(all_.bed > 150, "2", "1")), "none")
    names = [
        f"演示·{(name_of(code) if at < 0 else home.name[at]).removesuffix('村委会').removesuffix('社区居委会')}"
        f"{WORDS[str(kind)]}{number:04d}"
        for number, (code, at, kind) in enumerate(zip(all_.place_code, all_.community, all_.kind, strict=True), 1)
    ]
    return table(
        "livelihood.health_facility",
        {
            "facility_id": all_.facility_id,
            "name": names,
            "kind": all_.kind,
            "facility_level": level,
            "place_code": all_.place_code,
            "lon": np.where(lost, np.nan, all_.lon),
            "lat": np.where(lost, np.nan, all_.lat),
            "bed_count": np.where(has_beds, all_.bed, np.nan),
            "doctor_count": all_.doctor,
            "nurse_count": np.round(all_.doctor * np.where(all_.kind == "hospital", 1.35, 0.7)),
            "has_ehr": np.where(all_.kind == "clinic", chance.random(count) < 0.4, True),
            "is_contracted_service": np.isin(all_.kind, ["township", "community_centre", "village"]),
            "is_open": chance.random(count) > np.where(np.isin(all_.kind, ["village", "clinic"]), 0.015, 0.0),
            "updated_date": [spans.month_start(drive)] * count,
        },
    )


def _daily(city: City, drive: Drivers) -> pa.Table:
    all_, chance = facilities(city), city.chance("health_daily")
    small = np.flatnonzero(all_.kind == "village")[: round(REPORTING_SMALL * min(city.scale, 1.0))]
    index = np.concatenate([np.flatnonzero(np.isin(all_.kind, list(BEDS))), small])
    kind, bed, days = all_.kind[index], all_.bed[index], drive.day_count
    cold = np.clip((14.0 - drive.temperature) / 14.0, 0.0, 1.2)
    open_days = np.array([1.0 if day.is_workday else 0.74 for day in drive.calendar])
    usual = np.select(
        [kind == "hospital", kind == "township", kind == "community_centre"], [bed * 1.7, 44.0, 75.0], 7.0
    )
    seen = chance.poisson(usual[:, None] * (open_days * (1.0 + 0.22 * cold))[None, :])
    has_fever = np.isin(np.arange(len(index)), np.flatnonzero(bed > 15)[:FEVER_CLINICS])
    fever = chance.binomial(seen, np.clip(0.016 + 0.03 * cold + 0.006 * chance.random(days), 0, 1)[None, :])
    opened = np.where(kind == "hospital", np.round(bed * 1.03), bed)
    full = np.where(kind == "hospital", 0.86, 0.52)[:, None] * (0.95 + 0.1 * cold)[None, :]
    wave = np.cumsum(chance.normal(0, 0.006, (len(index), days)), axis=1)
    stay = np.round(opened[:, None] * np.clip(full + wave - wave.mean(axis=1, keepdims=True), 0.05, 1.06))
    is_sent = chance.random((len(index), days)) >= 0.012
    is_sent[:, -1] &= chance.random(len(index)) >= 0.12  # the newest day: some files are still on their way
    has_beds, is_hospital = (bed > 0)[:, None], (kind == "hospital")[:, None]
    shape = (len(index), days)

    def column(values: Anything, known: Anything | bool = True) -> Floats:
        found: Floats = np.where(np.broadcast_to(known, shape), np.broadcast_to(values, shape), np.nan)[is_sent]
        return found

    place, facility = (
        np.broadcast_to(each[index][:, None], shape)[is_sent] for each in (all_.place_code, all_.facility_id)
    )
    return table(
        "livelihood.health_daily",
        {
            "facility_id": facility,
            "place_code": place,
            "day_date": np.broadcast_to(drive.days, shape)[is_sent],
            "outpatient_count": column(seen),
            "inpatient_count": column(stay, has_beds),
            "open_bed_count": column(opened[:, None], has_beds),
            "fever_count": column(fever, has_fever[:, None]),
            "online_outpatient_count": column(np.floor(seen * 0.06), is_hospital),
            "appointment_count": column(np.floor(seen * 0.56), is_hospital),
        },
    )


def _chronic(city: City, drive: Drivers) -> pa.Table:
    home, chance, quarters = people(city), city.chance("chronic"), spans.quarters(drive)
    code, index = np.unique(home.subdistrict, return_inverse=True)
    old = np.bincount(index, home.of_age(60))
    columns: dict[str, list[Anything]] = {}
    for number, quarter in enumerate(quarters):
        for kind, (low, high) in CHRONIC.items():
            managed = np.round(old * chance.uniform(low, high, len(code)) * (0.94 + 0.012 * number))
            share = np.clip(chance.normal(0.78, 0.06, len(code)), 0.4, 1.0)
            standard = np.round(managed * share)
            part = {
                "place_code": code, "chronic_kind": np.full(len(code), kind),
                "quarter_date": np.full(len(code), quarter),
                "managed_count": managed, "standard_managed_count": standard,
                "controlled_count": np.round(standard * np.clip(chance.normal(0.7, 0.05, len(code)), 0.3, 1.0)),
                "contracted_count": np.round(managed * 0.82),
            }  # fmt: skip
            for name, values in part.items():
                columns.setdefault(name, []).append(values)
    return table(
        "livelihood.chronic_care_quarterly", {name: np.concatenate(values) for name, values in columns.items()}
    )


def _platform(city: City, drive: Drivers) -> pa.Table:
    """The districts, and 3410 for users whom the platform places in no district."""
    home, months = people(city), spans.months(drive)
    areas, index = np.unique(home.district, return_inverse=True)
    share = np.append(np.bincount(index, home.resident), 0.04 * home.resident.sum())
    rows = []
    for number, month in enumerate(months):
        growth = 1 - 0.012 * (len(months) - 1 - number)
        for kind, (uses, users, held) in PLATFORM.items():
            parts, records = apportion(share, round(uses * growth)), apportion(share, round(held * growth))
            for area, used, kept in zip([*areas, CITY], parts, records, strict=True):
                rows.append(
                    {
                        "place_code": str(area),
                        "health_service_kind": kind,
                        "month_date": month.astype(object),
                        "user_count": round(int(used) * users) if uses else None,
                        "use_count": int(used) if uses else None,
                        "amount_wan": round(int(used) * 0.0121, 2) if kind == "payment" else None,
                        "health_record_count": int(kept) if held else None,
                    }
                )
    return table("livelihood.health_platform_monthly", {name: [row[name] for row in rows] for name in rows[0]})
