"""Demo rows of what a community has: facilities, care institutions and teams, compounds, pilots, delivery points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.people import Anything, Flags, Ints, Texts, apportion, near, people
from data.divisions import name_of

HAS = {  # kind of facility: share of towns' communities and of villages that have one
    "service_center": (1.0, 1.0), "clinic": (0.97, 0.98), "market": (1.0, 0.95), "sports": (0.99, 0.95),
    "elder_station": (0.95, 0.9), "canteen": (0.9, 0.78), "childcare": (0.88, 0.7), "culture": (0.9, 0.7),
}  # fmt: skip
FACILITY_WORDS = {
    "service_center": "服务中心", "clinic": "卫生服务站", "market": "便民店", "sports": "健身场地",
    "elder_station": "养老服务站", "canteen": "老年食堂", "childcare": "托育点", "culture": "文化活动室",
}  # fmt: skip
INSTITUTIONS = {"nursing_home": 96, "combined": 18, "county": 7, "subdistrict": 109, "day_center": 30,
                "service_station": 32, "medical_care": 8}  # fmt: skip
BEDS = {
    "nursing_home": 6500,
    "combined": 1350,
    "county": 230,
    "subdistrict": 890,
    "day_center": 150,
    "medical_care": 240,
}
INSTITUTION_WORDS = {
    "nursing_home": "养老院", "combined": "医养结合中心", "county": "县级养老服务中心", "subdistrict": "养老服务中心",
    "day_center": "日间照料中心", "service_station": "养老服务站", "medical_care": "护理院",
}  # fmt: skip
COMPOUNDS = 600
DELIVERY_POINTS = {"locker": 352, "robot_station": 22, "drone_pad": 18, "hub": 8}
DELIVERY_MODE = {"locker": "locker", "robot_station": "robot", "drone_pad": "drone", "hub": "robot"}


@dataclass(frozen=True)
class Institutions:
    """One entry per care institution; `form` splits the centres by level."""

    institution_id: Texts
    form: Texts
    community: Ints
    lon: Floats
    lat: Floats
    bed: Ints


@dataclass(frozen=True)
class Facilities:
    """One entry per community facility."""

    community_facility_id: Texts
    kind: Texts
    community: Ints
    lon: Floats
    lat: Floats
    is_open: Flags


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "community.facility": _facility(city, drive),
        "community.care_institution": _institution(city, drive),
        "community.care_team": _team(city, drive),
        "community.compound": _compound(city, drive),
        "community.pilot": _pilot(city, drive),
        "community.delivery_point": _delivery_point(city, drive),
        "community.delivery_daily": _delivery_daily(city, drive),
    }


def _short(name: str) -> str:
    return name.removesuffix("村委会").removesuffix("社区居委会")


def ids(prefix: str, count: int) -> Texts:
    """YS-… numbered from one."""
    return np.char.add(prefix, np.char.zfill(np.arange(1, count + 1).astype(str), 5))


@cache
def facilities(city: City) -> Facilities:
    """Towns have nearly everything, villages lack a canteen or a nursery here and there."""
    home, chance = people(city), city.chance("facilities")
    kinds, places = [], []
    for name, (town, village) in HAS.items():
        has = np.flatnonzero(chance.random(len(home.code)) < np.where(home.is_village, village, town))
        kinds.append(np.full(len(has), name))
        places.append(has)
    kind, community = np.concatenate(kinds), np.concatenate(places).astype(np.int64)
    lon, lat = near(city, "facilities", community, np.where(home.is_village[community], 0.8, 0.55))
    return Facilities(ids("YS-F", len(kind)), kind, community, lon, lat, chance.random(len(kind)) < 0.985)


@cache
def institutions(city: City) -> Institutions:
    """A centre in every district and subdistrict, homes where elders are. Never scaled."""
    home, chance = people(city), city.chance("institutions")
    form = np.repeat(list(INSTITUTIONS), list(INSTITUTIONS.values()))
    old = home.of_age(60).astype(float)
    community = chance.choice(len(old), len(form), p=old / old.sum())
    for name, level in (("county", home.district), ("subdistrict", home.subdistrict)):
        community[form == name] = [
            int(np.argmax(np.where(level == code, home.resident, -1))) for code in np.unique(level)
        ]
    bed, size = np.zeros(len(form), dtype=np.int64), chance.lognormal(0.0, 0.5, len(form))
    for name, total in BEDS.items():
        bed[form == name] = apportion(size[form == name], total)
    lon, lat = near(city, "institutions", community, np.full(len(form), 0.9))
    return Institutions(ids("YS-I", len(form)), form, community, lon, lat, bed)


def _facility(city: City, drive: Drivers) -> pa.Table:
    all_, home, chance = facilities(city), people(city), city.chance("facility")
    count = len(all_.kind)
    unplaced = chance.random(count) < 0.01
    floor = np.round(chance.lognormal(4.9, 0.5, count))
    return table(
        "community.facility",
        {
            "community_facility_id": all_.community_facility_id,
            "name": [
                f"演示·{_short(home.name[at])}{FACILITY_WORDS[str(kind)]}"
                for at, kind in zip(all_.community, all_.kind, strict=True)
            ],
            "kind": all_.kind,
            "place_code": home.code[all_.community],
            "lon": np.where(unplaced, np.nan, all_.lon),
            "lat": np.where(unplaced, np.nan, all_.lat),
            "floor_area_m2": floor,
            "capacity_person_count": np.where(
                np.isin(all_.kind, ["canteen", "elder_station", "childcare"]), np.ceil(floor / 4), np.nan
            ),
            "is_open": all_.is_open,
            "is_accessible": chance.random(count) < 0.62,
            "data_date": [spans.month_start(drive)] * count,
        },
    )


def _institution(city: City, drive: Drivers) -> pa.Table:
    all_, home, chance = institutions(city), people(city), city.chance("care_institution")
    count = len(all_.form)
    is_center = np.isin(all_.form, ["county", "subdistrict"])
    has_beds = all_.bed > 0
    used = np.floor(all_.bed * np.clip(chance.normal(0.56, 0.14, count), 0.05, 1.0))
    staff = np.where(has_beds, np.ceil(used / 3.4) + 3, 4)
    star = np.where(np.isin(all_.form, ["nursing_home", "combined"]), chance.integers(1, 6, count), 0)
    return table(
        "community.care_institution",
        {
            "institution_id": all_.institution_id,
            "name": [
                f"演示·{_short(home.name[at])}{INSTITUTION_WORDS[str(form)]}{number:03d}"
                for number, (at, form) in enumerate(zip(all_.community, all_.form, strict=True), 1)
            ],
            "place_code": home.code[all_.community],
            "lon": all_.lon,
            "lat": all_.lat,
            "kind": np.where(is_center, "care_center", all_.form),
            "center_level": np.select(
                [is_center, all_.form == "service_station"], [all_.form, np.full(count, "community")], "none"
            ),
            "operator_name": np.where(chance.random(count) < 0.7, "演示·区县民政公办单位", "演示·康养服务公司"),
            "bed_count": np.where(has_beds, all_.bed, np.nan),
            "nursing_bed_count": np.where(
                has_beds, np.floor(all_.bed * np.clip(chance.normal(0.53, 0.12, count), 0, 1)), np.nan
            ),
            "occupied_bed_count": np.where(has_beds, used, np.nan),
            "elder_count": np.where(has_beds, used, np.nan),
            "staff_count": staff,
            "nursing_staff_count": np.floor(staff * 0.6),
            "star_grade": np.where((star > 0) & (chance.random(count) < 0.7), star, np.nan),
            "is_medical_combined": np.isin(all_.form, ["combined", "medical_care"]) | (chance.random(count) < 0.12),
            "is_open": chance.random(count) > 0.02,
            "has_safety_monitoring": chance.random(count) < 0.83,
            "data_date": [spans.month_start(drive)] * count,
        },
    )


def _team(city: City, drive: Drivers) -> pa.Table:
    """A rescue team and a nursing team in every subdistrict; social workers, volunteers and medics by district."""
    home, chance = people(city), city.chance("care_team")
    towns, districts = np.unique(home.subdistrict), np.unique(home.district)
    place = np.concatenate([np.tile(towns, 3), np.tile(districts, 6)])
    kind = np.concatenate(
        [
            np.repeat(["rescue", "nurse", "volunteer"], len(towns)),
            np.repeat(["social_worker", "medic", "housekeeper", "nurse", "volunteer", "rescue"], len(districts)),
        ]
    )
    members = chance.integers(5, 22, len(place)) + np.where(np.char.str_len(place) == 6, 14, 0)
    words = {
        "rescue": "应急救援队", "nurse": "护理队", "volunteer": "志愿队", "social_worker": "社工队", "medic": "医护队",
        "housekeeper": "家政队",
    }  # fmt: skip
    certified = np.floor(members * np.where(np.isin(kind, ["nurse", "medic", "social_worker"]), 0.78, 0.35))
    return table(
        "community.care_team",
        {
            "team_id": [team_id(str(code), str(each)) for code, each in zip(place, kind, strict=True)],
            "name": [f"演示·{name_of(code)}{words[str(each)]}" for code, each in zip(place, kind, strict=True)],
            "place_code": place,
            "kind": kind,
            "member_count": members,
            "certified_count": certified,
            "on_duty_count": np.floor(members * chance.uniform(0.6, 1.0, len(place))),
            "served_elder_count": chance.integers(20, 260, len(place)),
            "data_date": [spans.month_start(drive)] * len(place),
        },
    )


def team_id(place_code: str, kind: str) -> str:
    """The id of a place's team of a kind."""
    return f"YS-T-{place_code}-{kind}"


def _compound(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("compound")
    towns = np.flatnonzero(~home.is_village)
    share = home.household[towns] / home.household[towns].sum()
    at = towns[chance.choice(len(towns), COMPOUNDS, p=share)]
    is_old = chance.random(COMPOUNDS) < 0.37
    status = np.where(
        is_old,
        chance.choice(["none", "planned", "building", "built", "accepted"], COMPOUNDS, p=[0.2, 0.18, 0.14, 0.2, 0.28]),
        chance.choice(
            ["none", "planned", "building", "built", "accepted"], COMPOUNDS, p=[0.08, 0.06, 0.06, 0.24, 0.56]
        ),
    )
    is_built = np.isin(status, ["built", "accepted"])
    camera = np.where(status == "none", chance.integers(0, 6, COMPOUNDS), chance.integers(8, 60, COMPOUNDS))
    accepted = np.datetime64(spans.month_start(drive)) - chance.integers(30, 1500, COMPOUNDS)
    return table(
        "community.compound",
        {
            "compound_id": ids("YS-C", COMPOUNDS),
            "name": [f"演示·{_short(home.name[index])}小区{number:03d}" for number, index in enumerate(at, 1)],
            "place_code": home.code[at],
            "household_count": chance.integers(80, 1400, COMPOUNDS),
            "building_count": chance.integers(3, 42, COMPOUNDS),
            "is_old": is_old,
            "status": status,
            "camera_count": camera,
            "camera_online_count": chance.binomial(camera, 0.955),
            "has_access_control": is_built | (chance.random(COMPOUNDS) < 0.2),
            "has_fire_channel_monitor": is_built & (chance.random(COMPOUNDS) < 0.6),
            "is_connected": is_built & (chance.random(COMPOUNDS) < 0.86),
            "accepted_date": pa.array(accepted, mask=status != "accepted"),
            "data_date": [spans.month_start(drive)] * COMPOUNDS,
        },
    )


def _pilot(city: City, drive: Drivers) -> pa.Table:
    home, chance, count = people(city), city.chance("pilot"), 60
    kind = chance.choice(["smart_community", "peace_compound", "security_compound", "smart_elder_care"], count)
    status = chance.choice(
        ["planned", "building", "running", "accepted", "stopped"], count, p=[0.1, 0.22, 0.2, 0.45, 0.03]
    )
    at = chance.choice(np.flatnonzero(~home.is_village), count)
    words = {"smart_community": "智慧社区试点", "peace_compound": "平安小区试点", "security_compound": "安防小区试点",
             "smart_elder_care": "智慧养老示范点"}  # fmt: skip
    units = {"smart_community": "市委政法委", "peace_compound": "市公安局", "security_compound": "市公安局",
             "smart_elder_care": "市民政局"}  # fmt: skip
    start = np.datetime64(spans.month_start(drive)) - chance.integers(200, 1400, count)
    accepted = np.minimum(start + chance.integers(150, 500, count), np.datetime64(spans.month_start(drive)))
    return table(
        "community.pilot",
        {
            "pilot_id": ids("YS-P", count),
            "name": [f"演示·{_short(home.name[i])}{words[str(k)]}" for i, k in zip(at, kind, strict=True)],
            "kind": kind,
            "place_code": home.code[at],
            "status": status,
            "lead_unit": [units[str(each)] for each in kind],
            "started_date": pa.array(start, mask=status == "planned"),
            "planned_date": start + chance.integers(300, 700, count),
            "accepted_date": pa.array(accepted, mask=status != "accepted"),
            "investment_wan": np.round(chance.lognormal(3.9, 0.6, count), 1),
        },
    )


def _points(city: City) -> tuple[Texts, Ints]:
    home, chance = people(city), city.chance("delivery_point")
    kind = np.repeat(list(DELIVERY_POINTS), list(DELIVERY_POINTS.values()))
    weight = home.resident * np.where(home.is_village, 0.25, 1.0)
    return kind, chance.choice(len(weight), len(kind), p=weight / weight.sum())


def _delivery_point(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("delivery_point detail")
    kind, at = _points(city)
    count = len(kind)
    lon, lat = near(city, "delivery", at, np.full(count, 0.7))
    words = {"locker": "快件箱", "robot_station": "无人车站", "drone_pad": "无人机起降点", "hub": "配送枢纽"}
    return table(
        "community.delivery_point",
        {
            "delivery_point_id": ids("YS-L", count),
            "name": [f"演示·{_short(home.name[i])}{words[str(k)]}" for i, k in zip(at, kind, strict=True)],
            "kind": kind,
            "place_code": home.code[at],
            "lon": lon,
            "lat": lat,
            "operator_name": np.where(chance.random(count) < 0.5, "演示·邮政物流", "演示·末端配送公司"),
            "slot_count": np.where(kind == "locker", chance.integers(24, 120, count), chance.integers(1, 8, count)),
            "vehicle_count": np.where(kind == "locker", np.nan, chance.integers(1, 6, count)),
            "is_online": pa.array(chance.random(count) < 0.96, mask=chance.random(count) < 0.01),
            "installed_date": np.datetime64(spans.month_start(drive)) - chance.integers(120, 1800, count),
            "data_date": [spans.month_start(drive)] * count,
        },
    )


def _delivery_daily(city: City, drive: Drivers) -> pa.Table:
    """Rain and holidays thin the flights; some point-days never arrive."""
    home, chance = people(city), city.chance("delivery_daily")
    kind, at = _points(city)
    index = np.arange(len(kind))[: max(40, round(len(kind) * min(city.scale, 1.0)))]
    shape = (len(index), drive.day_count)
    usual = np.select([kind[index] == "locker", kind[index] == "robot_station"], [62.0, 40.0], 18.0)
    usual = usual * chance.lognormal(0.0, 0.4, len(index))
    flies = kind[index] == "drone_pad"
    weather = np.where(flies[:, None], np.exp(-drive.rain_mm / 6.0)[None, :], 1.0 - 0.1 * (drive.rain_mm > 20)[None, :])
    parcels = chance.poisson(usual[:, None] * weather)
    is_locker = (kind[index] == "locker")[:, None]
    trips = np.where(is_locker, np.nan, np.ceil(parcels / np.where(flies[:, None], 1.5, 9.0)))
    here = chance.random(shape) >= 0.015
    here[:, -1] &= chance.random(len(index)) >= 0.05

    def flat(values: Anything) -> Anything:
        found: Anything = np.broadcast_to(values, shape)[here]
        return found

    return table(
        "community.delivery_daily",
        {
            "delivery_point_id": flat(ids("YS-L", len(kind))[index][:, None]),
            "place_code": flat(home.code[at][index][:, None]),
            "delivery_mode": flat(np.array([DELIVERY_MODE[str(each)] for each in kind[index]])[:, None]),
            "day_date": np.broadcast_to(drive.days, shape)[here],
            "parcel_count": flat(parcels),
            "delivery_trip_count": flat(trips),
            "failed_count": flat(chance.binomial(parcels, 0.013)),
            "distance_km": flat(np.round(trips * 3.4, 1)),
            "elder_parcel_count": flat(chance.binomial(parcels, 0.11)),
        },
    )
