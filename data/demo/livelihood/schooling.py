"""Demo rows of education: 443 schools with 175,000 pupils, forty 学区, and the seats they will need.

The planted story: 学区 新潭 in 屯溪区 has too few seats for 小学 in every scenario of next autumn; in the other six
districts the middle scenario leaves seats to spare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.livelihood.residents import migration
from data.demo.people import AGES, Ints, Texts, apportion, near, people
from data.divisions import children
from metrics.standards import population

SHORT_PLACE = "341002103"  # the story: 新潭镇, whose 学区 runs out of seats
SHORT_STAGE = "primary"
SHORT_SHARE = 0.76  # of the middle scenario's children find a seat there
SCHOOLS = {"primary": 262, "nine": 60, "junior": 81, "complete": 15, "senior": 25}  # 443 中小学, of the plan
OTHERS = {"kindergarten": 240, "vocational": 8, "special": 4}
PUPILS = {"primary": 92_000, "junior": 48_500, "senior": 34_500}  # 175,000 in the newest school year, of the plan
SMALL_PUPILS = {"kindergarten": 26_000, "vocational": 9_800, "special": 420}
GROUPS = {"341002": 8, "341003": 5, "341004": 4, "341021": 9, "341022": 6, "341023": 3, "341024": 5}  # forty 学区
STAGES = ("kindergarten", "primary", "junior")
CLASS_SIZE = {"kindergarten": 30, "primary": 45, "junior": 50, "senior": 50, "vocational": 45, "special": 12}
PER_TEACHER = {"kindergarten": 9, "primary": 15.5, "junior": 11.6, "senior": 11.9, "vocational": 15, "special": 3}
WORDS = {
    "kindergarten": "幼儿园", "primary": "小学", "nine": "九年一贯制学校", "junior": "初级中学",
    "complete": "完全中学", "senior": "高级中学", "vocational": "职业学校", "special": "特殊教育学校",
}  # fmt: skip
TEACHES = {"nine": ("primary", "junior"), "complete": ("junior", "senior")}
REGISTERED = {"nine": "junior", "complete": "senior"}  # the stage a school of two stages is registered under
MODEL_ID = "school_seat"
YEARS = 5


@dataclass(frozen=True)
class Schools:
    """One entry per school: what it is and in which community."""

    school_id: Texts
    form: Texts
    community: Ints
    lon: Floats
    lat: Floats


@dataclass(frozen=True)
class SchoolDistrict:
    """学区: its id, name, place (a subdistrict if it has only one, else the district) and communities."""

    id: str
    name: str
    place_code: str
    subdistricts: tuple[str, ...]


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "livelihood.school": _school(city, drive),
        "livelihood.school_district": _school_district(city, drive),
        "livelihood.school_yearly": yearly(city, drive),
        "livelihood.seat_projection": _seat_projection(city, drive),
    }


@cache
def schools(city: City) -> Schools:
    """Where the schools are: towns and populous villages have more. Never scaled: they are the plan's."""
    home, chance = people(city), city.chance("schools")
    form = np.repeat([*SCHOOLS, *OTHERS], [*SCHOOLS.values(), *OTHERS.values()])
    young = home.of_age(0, 18).astype(float)
    weight = young * np.where(home.is_village, 0.55, 1.0)
    first = chance.permutation(np.flatnonzero(home.resident > 1200))[: SCHOOLS["primary"]]
    rest = chance.choice(len(weight), size=len(form) - len(first), p=weight / weight.sum())
    community = np.concatenate([first, rest]).astype(np.int64)
    lon, lat = near(city, "schools", community, np.full(len(community), 0.8))
    return Schools(
        np.char.add("YS-S", np.char.zfill(np.arange(1, len(form) + 1).astype(str), 4)), form, community, lon, lat
    )


@cache
def school_districts() -> tuple[SchoolDistrict, ...]:
    """Forty groups of neighbouring subdistricts."""
    found: list[SchoolDistrict] = []
    for district, count in GROUPS.items():
        places = children(district)
        for group in np.array_split(np.arange(len(places)), count):
            members = [places[int(index)] for index in group]
            number = len(found) + 1
            place = members[0].place_code if len(members) == 1 else district
            name = members[0].name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
            found.append(
                SchoolDistrict(
                    f"YS-D{number:02d}", f"演示·{name}学区", place, tuple(each.place_code for each in members)
                )
            )
    return tuple(found)


def _stage(form: str) -> str:
    return REGISTERED.get(form, form)


def _school(city: City, drive: Drivers) -> pa.Table:
    home, all_, chance = people(city), schools(city), city.chance("school")
    count = len(all_.form)
    of = {code: each.id for each in school_districts() for code in each.subdistricts}
    subdistrict = home.subdistrict[all_.community]
    names = [f"演示·{home.name[place].removesuffix('村委会').removesuffix('社区居委会')}{WORDS[str(form)]}{number:03d}"
             for number, (place, form) in enumerate(zip(all_.community, all_.form, strict=True), 1)]  # fmt: skip
    unplaced = chance.random(count) < 0.02  # coordinates that were never delivered
    is_base = np.isin(all_.form, list(SCHOOLS))
    return table(
        "livelihood.school",
        {
            "school_id": all_.school_id,
            "name": names,
            "school_stage": [_stage(str(form)) for form in all_.form],
            "is_public": chance.random(count) < np.where(is_base, 0.97, 0.62),
            "is_boarding": np.isin(all_.form, ["junior", "complete", "senior", "vocational"]),
            "place_code": home.code[all_.community],
            "lon": np.where(unplaced, np.nan, all_.lon),
            "lat": np.where(unplaced, np.nan, all_.lat),
            "school_district_id": [of[code] if base else None for code, base in zip(subdistrict, is_base, strict=True)],
            "site_area_m2": np.round(chance.lognormal(9.2, 0.6, count)),
            "is_open": np.ones(count, dtype=bool),
            "updated_date": [spans.yearly(drive, 10, 1, 1)[0]] * count,
        },
    )


def _school_district(city: City, drive: Drivers) -> pa.Table:
    home = people(city)
    rows = [
        {
            "school_district_id": each.id,
            "school_stage": stage,
            "school_year": day.year,
            "school_district_name": each.name,
            "place_code": each.place_code,
            "place_codes_text": "|".join(home.code[np.isin(home.subdistrict, each.subdistricts)]),
        }
        for day in spans.yearly(drive, 9, 1, 2)
        for each in school_districts()
        for stage in STAGES
    ]
    return table("livelihood.school_district", {name: [row[name] for row in rows] for name in rows[0]})


def yearly(city: City, drive: Drivers) -> pa.Table:
    """A row per school, stage and school year; the newest year has the plan's pupils, earlier ones a few more."""
    all_, home = schools(city), people(city)
    pairs = [(number, stage) for number, form in enumerate(all_.form) for stage in TEACHES.get(form, (form,))]
    school, stage = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    chance = city.chance("school_yearly")
    crowd = home.of_age(3, 18)[all_.community[school]] ** 0.5
    weight = (
        crowd * chance.lognormal(0.0, 0.4, len(school)) * np.where(np.isin(all_.form[school], list(TEACHES)), 0.7, 1)
    )
    district = home.district[all_.community[school]]
    for code in np.unique(district):  # children go to school in their own district
        weight[district == code] *= home.of_age(6, 18)[home.district == code].sum() / weight[district == code].sum()
    in_town = district == "341002"
    slack = np.where(in_town, chance.uniform(0.92, 1.08, len(school)), chance.uniform(1.02, 1.32, len(school)))
    filled = np.where(in_town, 0.98, chance.uniform(0.66, 0.9, len(school)))
    strength = chance.uniform(0.9, 1.18, len(school))
    is_smart = (chance.random(len(all_.form)) < 0.9)[school]
    lost = chance.random(len(school)) < 0.006
    size = np.array([CLASS_SIZE[each] for each in stage])
    parts = []
    days = spans.yearly(drive, 10, 1, 3)
    for back, day in zip(range(len(days) - 1, -1, -1), days, strict=True):
        pupils = np.zeros(len(school), dtype=np.int64)
        for name, total in {**PUPILS, **SMALL_PUPILS}.items():
            here = stage == name
            pupils[here] = apportion(weight[here], round(total * 1.012**back))
        seats = np.ceil(pupils * slack / size) * size
        classes = np.maximum(1, np.ceil(pupils / (size * filled)))
        large = np.where(in_town & (size >= 45) & (pupils / classes > 44), np.round(classes * 0.06), 0)
        teachers = np.maximum(2, np.round(pupils / np.array([PER_TEACHER[each] for each in stage]) * strength))
        parts.append(
            {
                "school_id": all_.school_id[school],
                "school_stage": stage,
                "school_year": np.full(len(school), day.year),
                "place_code": home.code[all_.community[school]],
                "data_date": np.full(len(school), day, dtype="M8[D]"),
                "seat_count": np.where(lost, np.nan, seats),
                "student_count": pupils,
                "class_count": classes,
                "large_class_count": large,
                "teacher_count": np.where(np.roll(lost, 3), np.nan, teachers),
                "is_smart": is_smart & (chance.random(len(all_.form)) > 0.05 * back)[school],
            }
        )
    return table(
        "livelihood.school_yearly", {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    )


def _seat_projection(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("seats")
    rows = []
    areas = school_districts()
    shares = chance.uniform(1.06, 1.30, (len(areas), len(STAGES)))
    for issued in spans.yearly(drive, 10, 20, 2):
        for area, slack in zip(areas, shares, strict=True):
            ages = home.structure[np.isin(home.subdistrict, area.subdistricts)].sum(axis=(0, 2))
            is_short = area.subdistricts == (SHORT_PLACE,)
            net = 0.045 if is_short else migration(area.place_code[:6])
            for stage, share in zip(STAGES, slack, strict=True):
                in_town = area.place_code.startswith("341002")
                if in_town:
                    share = SHORT_SHARE if is_short and stage == SHORT_STAGE else 1.0 + (share - 1.06) / 8
                middle = _eligible(ages, stage, 1, net)
                classes = round(middle * share / CLASS_SIZE[stage] + (0.0 if in_town else 0.5))
                seats = max(1, classes) * CLASS_SIZE[stage]
                for ahead in range(1, YEARS + 1):
                    extra = 2 * CLASS_SIZE[stage] if is_short and stage == SHORT_STAGE and ahead >= 3 else 0
                    for scenario, side in zip(population.SCENARIOS, (-1, 0, 1), strict=True):
                        rows.append(
                            {
                                "school_district_id": area.id,
                                "school_stage": stage,
                                "school_year": issued.year + ahead,
                                "scenario": scenario,
                                "place_code": area.place_code,
                                "eligible_count": round(_eligible(ages, stage, ahead, net + side * 0.02)),
                                "seat_planned_count": seats + extra,
                                "model_id": MODEL_ID,
                                "model_version": str(issued.year),
                                "issued_at": datetime.combine(issued, time(9)),
                            }
                        )
    return table("livelihood.seat_projection", {name: [row[name] for row in rows] for name in rows[0]})


def _eligible(ages: Ints, stage: str, ahead: int, net_migration: float) -> float:
    """Children who enter `stage` in the autumn `ahead` years on; those not yet born follow the falling births."""
    age = population.ENTRY_AGE[stage] - ahead
    cohort = float(ages[age]) if 0 <= age < AGES else float(ages[0]) * 0.96**-age
    return population.entering(cohort, years=ahead, survival=0.9996, net_migration=net_migration)
