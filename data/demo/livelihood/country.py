"""Demo rows of the countryside, finance and sport: villages by quarter, 两库一平台, sports venues and their use."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, table
from data.demo.people import Anything, apportion, near, people

RURAL = {  # indicator: unit, a value per village resident (or a plain value), is it per person
    "R01": ("农村居民人均可支配收入", "元", 24_800.0, False), "R02": ("粮食播种面积", "亩", 0.62, True),
    "R03": ("茶园面积", "亩", 0.66, True), "R04": ("茶叶产量", "吨", 0.031, True),
    "R05": ("菊花种植面积", "亩", 0.035, True),
    "R06": ("农民合作社", "家", 0.0031, True), "R07": ("家庭农场", "个", 0.0046, True),
    "R08": ("村级集体经营性收入", "万元", 0.036, True), "R09": ("农产品加工产值", "万元", 0.92, True),
    "R10": ("高标准农田面积", "亩", 0.41, True), "R11": ("卫生厕所普及率", "%", 93.0, False),
    "R12": ("农村自来水普及率", "%", 94.0, False), "R13": ("农机总动力", "千瓦", 0.9, True),
    "R14": ("土地流转面积", "亩", 0.34, True),
    "R15": ("乡村民宿", "家", 0.0022, True), "R16": ("返乡创业人数", "人", 0.006, True),
}  # fmt: skip
VENUES = {"stadium": 9, "gym": 22, "pool": 26, "field": 820, "trail": 150, "outdoor": 1890, "other": 83}  # 3,000
AREA_M2 = {"stadium": 21_000, "gym": 3_600, "pool": 1_200, "field": 640, "trail": 5_200, "outdoor": 420, "other": 700}
VENUE_WORDS = {"stadium": "体育场", "gym": "体育馆", "pool": "游泳馆", "field": "球场", "trail": "健身步道",
               "outdoor": "健身场地", "other": "运动场所"}  # fmt: skip


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "livelihood.digital_village_quarterly": _village(city, drive),
        "livelihood.rural_yearly": _rural(city, drive),
        "livelihood.finance_monthly": _finance(city, drive),
        "livelihood.sport_venue": _venue(city, drive),
        "livelihood.sport_venue_monthly": _venue_use(city, drive),
    }


def _joined(parts: list[dict[str, Anything]]) -> dict[str, object]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _village(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("digital_village")
    at = np.flatnonzero(home.is_village)
    count = len(at)
    base, has_station = chance.normal(0, 1, count), chance.random(count)
    parts: list[dict[str, Anything]] = []
    quarters = spans.quarters(drive)
    for number, quarter in enumerate(quarters):
        back = len(quarters) - 1 - number
        station = np.where(has_station < 0.938 - 0.012 * back, 1.0, 0.0)
        station[chance.random(count) < 0.01] = np.nan  # not reported
        broadband = np.clip(0.86 + 0.05 * base - 0.01 * back, 0.3, 1.0)
        sewage = np.clip(0.55 + 0.12 * base - 0.02 * back, 0.05, 1.0)
        parts.append(
            {
                "place_code": home.code[at], "quarter_date": np.full(count, quarter),
                "household_count": home.household[at],
                "broadband_rate": np.round(broadband, 3), "has_5g": has_station < 0.9 - 0.015 * back,
                "station": station, "ecommerce_wan": np.round(chance.lognormal(2.3, 1.0, count), 1),
                "sewage_rate": np.round(sewage, 3),
                "digital_index": np.round(np.clip(66 + 7 * base - 1.2 * back + 4 * np.nan_to_num(station), 0, 100), 1),
            }
        )  # fmt: skip
    whole = _joined(parts)
    station = np.asarray(whole.pop("station"))
    return table(
        "livelihood.digital_village_quarterly",
        whole | {"has_service_station": pa.array(station == 1, mask=np.isnan(station))},
    )


def _rural(city: City, drive: Drivers) -> pa.Table:
    """By subdistrict and year; the newest year is the one whose yearbook is out."""
    home, chance = people(city), city.chance("rural")
    code, index = np.unique(home.subdistrict, return_inverse=True)
    rural = np.bincount(index, home.resident * home.is_village)
    parts: list[dict[str, Anything]] = []
    for published in spans.yearly(drive, 7, 31, 3):
        for indicator, (name, unit, around, is_per_person) in RURAL.items():
            factor = chance.lognormal(0.0, 0.15, len(code))
            value = (
                around * factor * rural
                if is_per_person
                else np.minimum(around * factor, 100 if unit == "%" else np.inf)
            )
            parts.append(
                {
                    "place_code": code, "indicator_id": np.full(len(code), indicator), "name": np.full(len(code), name),
                    "year": np.full(len(code), published.year - 1),
                    "data_date": np.full(len(code), published, dtype="M8[D]"),
                    "value": np.round(value, 1), "measure_unit": np.full(len(code), unit),
                }
            )  # fmt: skip
    return table("livelihood.rural_yearly", _joined(parts))


def _finance(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("finance")
    areas, index = np.unique(home.district, return_inverse=True)
    weight = np.bincount(index, home.resident * np.where(home.is_village, 1.0, 2.2))
    share = weight / weight.sum()
    months = spans.months(drive)
    parts: list[dict[str, Anything]] = []
    for number, month in enumerate(months):
        growth = 1 - 0.006 * (len(months) - 1 - number)
        deposit, loan = 21_900_000 * share * growth, 17_200_000 * share * growth
        asked = apportion(weight * chance.uniform(0.9, 1.1, len(areas)), 1240)
        granted = chance.binomial(asked, 0.71)
        parts.append(
            {
                "place_code": areas, "month_date": np.full(len(areas), month), "deposit_wan": np.round(deposit, 1),
                "loan_wan": np.round(loan, 1), "agri_loan_wan": np.round(0.41 * loan, 1),
                "small_enterprise_loan_wan": np.round(0.36 * loan, 1),
                "nonperforming_rate": np.round(chance.uniform(0.008, 0.016, len(areas)), 4),
                "application_count": asked, "granted_count": granted, "granted_wan": np.round(granted * 118.0, 1),
            }
        )  # fmt: skip
    return table("livelihood.finance_monthly", _joined(parts))


def _sites(city: City) -> tuple[Anything, Anything]:
    home, chance = people(city), city.chance("sport venues")
    kind = np.repeat(list(VENUES), list(VENUES.values()))
    weight = home.resident * np.where(home.is_village, 0.8, 1.3)
    return kind, chance.choice(len(weight), len(kind), p=weight / weight.sum())


def _venue(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("sport_venue")
    kind, at = _sites(city)
    count = len(kind)
    lon, lat = near(city, "sport venues", at, np.full(count, 0.9))
    size = np.array([AREA_M2[str(each)] for each in kind]) * chance.lognormal(0.0, 0.3, count)
    is_public = np.isin(kind, ["outdoor", "trail", "field"])
    return table(
        "livelihood.sport_venue",
        {
            "venue_id": np.char.add("YS-V", np.char.zfill(np.arange(1, count + 1).astype(str), 4)),
            "name": [
                f"演示·{home.name[i].removesuffix('村委会').removesuffix('社区居委会')}{VENUE_WORDS[str(k)]}"
                for i, k in zip(at, kind, strict=True)
            ],
            "kind": kind,
            "place_code": home.code[at],
            "lon": lon,
            "lat": lat,
            "site_area_m2": pa.array(np.round(size), mask=chance.random(count) < 0.01),
            "is_open": chance.random(count) < 0.97,
            "is_free_open": is_public | (chance.random(count) < 0.25),
            "is_digital_service": np.arange(count) < 200,
            "is_age_friendly": pa.array(chance.random(count) < 0.6, mask=chance.random(count) < 0.03),
            "updated_date": [spans.month_start(drive)] * count,
        },
    )


def _venue_use(city: City, drive: Drivers) -> pa.Table:
    """The venues on the platform; cold months see fewer people."""
    home, chance = people(city), city.chance("sport_venue_monthly")
    kind, at = _sites(city)
    index = np.arange(200)
    parts: list[dict[str, Anything]] = []
    for month in spans.months(drive):
        season = 1.0 + 0.3 * np.cos(2 * np.pi * (int(month.astype("M8[M]").astype(int)) % 12 - 6) / 12)
        usual = np.array([AREA_M2[str(each)] for each in kind[index]]) ** 0.6 * 12 * season
        people_there = chance.poisson(usual)
        parts.append(
            {
                "venue_id": np.char.add("YS-V", np.char.zfill((index + 1).astype(str), 4)),
                "place_code": home.code[at[index]],
                "month_date": np.full(len(index), month), "attendance_count": people_there,
                "booking_used_count": chance.binomial(people_there, 0.22),
                "event_count": chance.poisson(1.1, len(index)),
                "fitness_test_count": chance.poisson(9, len(index)), "revenue_wan": np.round(people_there * 0.0016, 2),
            }
        )  # fmt: skip
    return table("livelihood.sport_venue_monthly", _joined(parts))
