"""Demo rows of public services: items, points, handling, reviews, questions, cards, topics of appeals, benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, table
from data.demo.people import Anything, apportion, near, people
from data.demo.urban.topic import TOPICS
from data.divisions import CITY, name_of

ITEMS = 72_238  # 项办事资源及事项, of the plan
PER_PLACE = {"district": 1500, "subdistrict": 160, "community": 55}  # the city's own hold the rest
ITEM_KINDS = {"licence": 0.16, "confirmation": 0.1, "payment": 0.12, "public_service": 0.5, "real_estate": 0.02,
              "enterprise": 0.03, "project": 0.03, "other": 0.04}  # fmt: skip
CITY_UNITS = ("市数据资源局", "市人力资源社会保障局", "市公安局", "市自然资源和规划局", "市市场监管局", "市卫生健康委",
              "市民政局", "市住房城乡建设局", "市农业农村局", "市税务局")  # fmt: skip
HANDLED = {"online": 21_000, "mobile": 16_000, "window": 24_000, "self_service": 3_200, "agent": 1_400}  # cases a month
REVIEWS = (0.885, 0.09, 0.019, 0.0042, 0.0018)  # 非常满意 … 非常不满意
CARDS = {  # kind: issued and held in the newest month, the base, the unit, what the base is
    "social_security": (1_402_000, 1_293_000, 1_330_565, "待确认", "常住人口"),
    "e_social_security": (905_000, 872_000, 1_330_565, "待确认", "常住人口"),
    "ankang_code": (1_724_000, 1_724_000, 985_143, "市数据资源局", "省定申领基数；规划基期 172.4 万、175%"),
    "e_health": (968_000, 968_000, 1_330_565, "市卫生健康委", "常住人口"),
}
CARD_USES = {  # uses a month
    "social_security": {"medical": 310_000, "social_security": 82_000, "traffic": 96_000, "tourism": 9_000,
                        "culture": 6_500},
    "e_social_security": {"medical": 118_000, "social_security": 41_000, "government": 12_000},
    "ankang_code": {"government": 26_000, "medical": 38_000, "traffic": 14_000, "tourism": 5_000, "education": 3_000,
                    "utility": 7_500},
    "e_health": {"medical": 139_000},
}  # fmt: skip
KNOWN = {
    ("LI05", "national"): (7.23, "张/千人"),
    ("LI06", "national"): (3.40, "人/千人"),
}  # 2023, the only verified ones
DEMO_BENCHMARKS = {  # indicator: unit, decimals, around what; every value but the two above is invented and says so
    "LI02": ("%", 1, 88.0), "LI05": ("张/千人", 2, 7.0), "LI06": ("人/千人", 2, 3.3), "LI07": ("%", 1, 79.0),
    "LI10": ("%", 1, 88.0), "LI11": ("%", 1, 97.0), "LI12": ("%", 1, 93.0), "LI13": ("人/班", 1, 37.5),
    "LI14": ("人/班", 1, 44.5), "LI15": ("", 1, 15.8), "LI16": ("", 1, 12.4), "LI27": ("%", 1, 95.0),
    "LI30": ("㎡/人", 2, 2.7), "LI33": ("%", 1, 76.0),
}  # fmt: skip
REQUIRED = {  # what is asked for, by level, and where it stands
    ("LI10", "province"): (90.0, "规划附件1 K13（2025 年，推定列位）"),
    ("LI27", "province"): (95.0, "规划附件1 K09（2025 年，推定列位）"),
    ("LI13", "national"): (45.0, "标准班额，凭记忆，待核"), ("LI14", "national"): (50.0, "标准班额，凭记忆，待核"),
    ("LI15", "national"): (19.0, "中央编办发〔2014〕72号，凭记忆，待核"),
    ("LI16", "national"): (13.5, "中央编办发〔2014〕72号，凭记忆，待核"),
}  # fmt: skip


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "livelihood.service_item": _item(city, drive),
        "livelihood.service_point": _point(city, drive),
        "livelihood.service_handling_monthly": _handling(city, drive),
        "livelihood.service_review_monthly": _review(city, drive),
        "livelihood.consult_monthly": _consult(city, drive),
        "livelihood.card_monthly": _card(city, drive),
        "livelihood.card_use_monthly": _card_use(city, drive),
        "livelihood.appeal_topic": _topic(),
        "livelihood.benchmark": _benchmark(city, drive),
    }


def _item(city: City, drive: Drivers) -> pa.Table:
    """Every level lists its own items; the same code stands at many places."""
    home, chance = people(city), city.chance("service_item")
    levels = {"district": np.unique(home.district), "subdistrict": np.unique(home.subdistrict), "community": home.code}
    own = ITEMS - sum(PER_PLACE[level] * len(places) for level, places in levels.items())
    place = np.concatenate(
        [np.full(own, CITY), *(np.repeat(places, PER_PLACE[level]) for level, places in levels.items())]
    )
    level = np.repeat(["city", *levels], [own, *(PER_PLACE[each] * len(places) for each, places in levels.items())])
    number = np.concatenate(
        [np.arange(own), *(np.tile(np.arange(PER_PLACE[each]), len(places)) for each, places in levels.items())]
    )
    code = np.char.add(np.char.add(np.char.upper(level.astype("U1")), "-"), np.char.zfill(number.astype(str), 5))
    kind = chance.choice(list(ITEM_KINDS), 4096, p=list(ITEM_KINDS.values()))[
        (number * 7 + np.char.str_len(level)) % 4096
    ]
    unit = np.where(level == "city", np.array(CITY_UNITS)[number % len(CITY_UNITS)], "待确认")
    online = chance.random(ITEMS) < np.select([level == "city", level == "district"], [0.972, 0.951], 0.933)

    def marked(share: float) -> pa.Array:
        return pa.array(chance.random(ITEMS) < share, mask=chance.random(ITEMS) < 0.004)

    legal = np.where(chance.random(ITEMS) < 0.4, 1, chance.integers(3, 41, ITEMS))
    return table(
        "livelihood.service_item",
        {
            "service_item_code": np.char.add("YS", code),
            "place_code": place,
            "name": np.char.add("演示事项", code),
            "kind": kind,
            "service_level": level,
            "owner_unit": unit,
            "is_fully_online": online,
            "is_immediate": marked(0.46),
            "is_nearby": marked(0.38),
            "is_once": marked(0.985),
            "is_smart_approval": marked(0.07),
            "is_holiday_served": marked(0.1),
            "legal_limit_day": legal.astype(float),
            "promised_limit_day": np.ceil(legal * 0.42),
            "updated_date": np.full(ITEMS, spans.month_start(drive), dtype="M8[D]"),
        },
    )


def _point(city: City, drive: Drivers) -> pa.Table:
    """One hall for the city and each district, one for each subdistrict, one in every community; kiosks in towns."""
    home, chance = people(city), city.chance("service_point")
    towns = np.unique(home.subdistrict)
    place = np.concatenate(
        [["341002103004"], np.unique(home.district), towns, home.code, home.code[~home.is_village][:24]]
    )
    level = np.repeat(
        ["city", "district", "subdistrict", "community", "community"], [1, 7, len(towns), len(home.code), 24]
    )
    at = np.array([int(np.flatnonzero(np.char.startswith(home.code, code))[0]) for code in place])
    lon, lat = near(city, "service points", at, np.full(len(at), 0.7))
    kiosk = np.arange(len(place)) >= len(place) - 24
    return table(
        "livelihood.service_point",
        {
            "service_point_id": np.char.add("YS-Z", np.char.zfill(np.arange(1, len(place) + 1).astype(str), 4)),
            "name": [
                f"演示·{name_of(code)}{'自助服务点' if alone else '政务服务点'}"
                for code, alone in zip(place, kiosk, strict=True)
            ],
            "service_level": level,
            "place_code": place,
            "lon": lon,
            "lat": lat,
            "is_24h": kiosk | (np.isin(level, ["city", "district"])),
            "is_age_friendly": pa.array(chance.random(len(place)) < 0.71, mask=chance.random(len(place)) < 0.02),
            "item_count": np.select(
                [level == "city", level == "district", level == "subdistrict"], [2278, 1500, 160], 55
            ),
            "self_service_count": np.where(kiosk, 2, np.where(level == "district", 8, np.nan)),
            "is_open": chance.random(len(place)) < 0.99,
            "updated_date": [spans.month_start(drive)] * len(place),
        },
    )


def _places(city: City) -> tuple[list[tuple[str, str]], Anything]:
    """Who handles cases: each district's window under its own name, ten units of the city; and their shares."""
    home = people(city)
    areas, index = np.unique(home.district, return_inverse=True)
    who = [(str(code), f"{name_of(str(code))}政务服务中心") for code in areas] + [(CITY, unit) for unit in CITY_UNITS]
    share = np.append(np.bincount(index, home.resident), np.full(len(CITY_UNITS), 0.018 * home.resident.sum()))
    return who, share


def _handling(city: City, drive: Drivers) -> pa.Table:
    chance = city.chance("service_handling")
    who, share = _places(city)
    rows = []
    for month in spans.months(drive):
        for channel, total in HANDLED.items():
            for kind, part in ITEM_KINDS.items():
                counts = apportion(share, round(total * part * float(chance.uniform(0.92, 1.08))))
                for (place, unit), accepted in zip(who, counts, strict=True):
                    if accepted == 0:
                        continue
                    closed = int(chance.binomial(accepted, 0.975))
                    late = int(chance.binomial(closed, 0.006))
                    hours = round(closed * float(chance.uniform(9, 30)), 1)
                    rows.append((place, unit, kind, channel, month.astype(object), int(accepted), closed, closed - late,
                                 late, hours, int(chance.binomial(closed, 0.011))))  # fmt: skip
    names = ("place_code", "owner_unit", "service_item_kind", "service_channel", "month_date", "accepted_count",
             "closed_count", "on_time_count", "overdue_count", "handling_hour_sum", "supervised_count")  # fmt: skip
    return table("livelihood.service_handling_monthly", dict(zip(names, zip(*rows, strict=True), strict=True)))


def _review(city: City, drive: Drivers) -> pa.Table:
    chance = city.chance("service_review")
    who, share = _places(city)
    rows = []
    for month in spans.months(drive):
        for channel, total in HANDLED.items():
            for (place, unit), handled in zip(who, apportion(share, total), strict=True):
                given = chance.multinomial(int(chance.binomial(handled, 0.83)), REVIEWS)
                bad = int(given[3] + given[4])
                rows.append((place, unit, channel, month.astype(object), int(handled), *map(int, given),
                             int(chance.binomial(bad, 0.96))))  # fmt: skip
    names = ("place_code", "owner_unit", "service_channel", "month_date", "reviewable_count",
             "very_satisfied_review_count", "satisfied_review_count", "fair_review_count", "bad_review_count",
             "very_bad_review_count", "rectified_review_count")  # fmt: skip
    return table("livelihood.service_review_monthly", dict(zip(names, zip(*rows, strict=True), strict=True)))


def _consult(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("consult")
    areas, index = np.unique(home.district, return_inverse=True)
    share = np.append(np.bincount(index, home.resident), 0.2 * home.resident.sum())
    asked = {"website": 1800, "hall": 3600, "wechat": 2400, "hotline": 8200, "robot": 5200}
    rows = []
    for month in spans.months(drive):
        for channel, total in asked.items():
            for place, count in zip(
                [*areas, CITY], apportion(share, round(total * chance.uniform(0.9, 1.1))), strict=True
            ):
                auto = int(count) if channel == "robot" else int(chance.binomial(count, 0.12))
                replied = int(chance.binomial(count, 0.985))
                rows.append((str(place), channel, month.astype(object), int(count), auto, replied,
                             int(chance.binomial(replied, 0.97)), int(chance.binomial(replied, 0.31))))  # fmt: skip
    names = ("place_code", "consult_channel", "month_date", "question_count", "auto_answered_count", "replied_count",
             "on_time_reply_count", "satisfied_count")  # fmt: skip
    return table("livelihood.consult_monthly", dict(zip(names, zip(*rows, strict=True), strict=True)))


def _card(city: City, drive: Drivers) -> pa.Table:
    """The districts; holders whom a card's register places in no district stand under 3410, without a base."""
    home, months = people(city), spans.months(drive)
    areas, index = np.unique(home.district, return_inverse=True)
    resident = np.bincount(index, home.resident).astype(float)
    rows = []
    for number, month in enumerate(months):
        share = 1 - 0.0016 * (len(months) - 1 - number)
        for kind, (issued, held, base, unit, words) in CARDS.items():
            weight = np.append(resident, 0.012 * resident.sum())
            counts = zip(apportion(weight, round(issued * share)), apportion(weight, round(held * share)), strict=True)
            bases = [*map(int, apportion(resident, base)), None]
            for place, (out, holders), of in zip([*areas, CITY], counts, bases, strict=True):
                rows.append((str(place), kind, month.astype(object), unit, int(out), int(holders), of, words,
                             "merged" if kind == "ankang_code" else "running"))  # fmt: skip
    names = ("place_code", "citizen_card_kind", "month_date", "owner_unit", "issued_count", "holder_count",
             "base_count", "definition", "status")  # fmt: skip
    return table("livelihood.card_monthly", dict(zip(names, zip(*rows, strict=True), strict=True)))


def _card_use(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("card_use")
    areas, index = np.unique(home.district, return_inverse=True)
    weight = np.bincount(index, home.resident).astype(float)
    rows = []
    for month in spans.months(drive):
        for kind, scenes in CARD_USES.items():
            for scene, total in scenes.items():
                uses = apportion(weight, round(total * chance.uniform(0.9, 1.1)))
                points = apportion(weight, 19_100) if kind == "ankang_code" else [None] * len(areas)  # 1.91 万个
                for place, used, checked in zip(areas, uses, points, strict=True):
                    rows.append((str(place), kind, scene, month.astype(object), CARDS[kind][3], int(used),
                                 None if checked is None else int(checked) // len(scenes)))  # fmt: skip
    names = (
        "place_code",
        "citizen_card_kind",
        "card_scene",
        "month_date",
        "owner_unit",
        "use_count",
        "check_point_count",
    )
    return table("livelihood.card_use_monthly", dict(zip(names, zip(*rows, strict=True), strict=True)))


def _topic() -> pa.Table:
    return table(
        "livelihood.appeal_topic",
        {
            "topic_code": [each.code for each in TOPICS],
            "name": [each.name for each in TOPICS],
            "topic_group": [each.group for each in TOPICS],
            "valid_from": [date(2024, 1, 1)] * len(TOPICS),
        },
    )


def _benchmark(city: City, drive: Drivers) -> pa.Table:
    """Three levels for each indicator that has any: what is, and where a demand is known, what is asked for."""
    chance = city.chance("benchmark")
    day = spans.yearly(drive, 6, 30, 1)[0]
    rows = []
    for indicator, (unit, decimals, about) in DEMO_BENCHMARKS.items():
        for level in ("national", "yangtze_delta", "province"):
            value = round(about * float(chance.uniform(0.97, 1.03)), decimals)
            known = KNOWN.get((indicator, level))
            source = "国家统计局 2023 年公报（转引）" if known else "演示数据，非公布值"
            rows.append(
                (
                    indicator,
                    level,
                    "actual",
                    2023 if known else day.year - 1,
                    known[0] if known else value,
                    unit,
                    source,
                    day,
                )
            )
            if (asked := REQUIRED.get((indicator, level))) is not None:
                rows.append((indicator, level, "requirement", 2025, asked[0], unit, asked[1], day))
    names = ("metric_id", "benchmark_level", "benchmark_kind", "year", "value", "measure_unit", "source", "data_date")
    return table("livelihood.benchmark", dict(zip(names, zip(*rows, strict=True), strict=True)))
