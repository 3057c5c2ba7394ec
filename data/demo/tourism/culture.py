"""The only place that draws heritage, culture venues, digital collections and smart-spot assessments of the demo.

Old buildings are those of the safety theme's fire watch, under the same ids and in the same places: one source.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.people import near, people
from data.demo.safety.heritage import heritage_fire
from data.demo.spans import months, yearly
from data.demo.tourism.columns import coded, drawn, numbered
from data.demo.tourism.register import MOUNTAIN, Spot, spot_ids, spots, unit_of
from data.demo.tourism.season import Season

HERITAGE_COUNT = 3000  # with the old buildings
RESOURCE_COUNT = 500
MEETS_SMART = (0.62, 0.70, 0.79)  # of the A-grade spots, by the yearly assessments, oldest first
_KINDS = {"immovable": 34.0, "movable": 30.0, "intangible": 14.0, "village": 12.0}
_NAMES = {"immovable": "古民居", "movable": "馆藏文物", "intangible": "传统技艺", "village": "传统村落"}
_DYNASTIES = ("明", "清", "民国", "宋", "当代")
_RESERVE = ("341002", "341004", "341021", "341022", "341023", "341024", "341003")  # 徽州文化生态保护区 within the city
_RESOURCES = {"gazetteer": ("地方志", "黄山史志"), "creative": ("文创产品", "徽州文创"),
              "revolutionary": ("革命文物数据集", "红色皖南"), "other": ("数字展览", "数字徽州")}  # fmt: skip


def heritage(city: City, drive: Drivers) -> pa.Table:
    """The heritage of 徽州: old buildings of the fire watch, then invented items of the other kinds."""
    chance = city.chance("tourism.heritage")
    old = heritage_fire(city, drive).select(["heritage_id", "name", "place_code", "protection_level", "lon", "lat"])
    old_rows = old.to_pydict()
    first = len(old_rows["heritage_id"])
    extra = max(80, round((HERITAGE_COUNT - first) * city.scale))
    home = people(city)
    community = chance.integers(0, len(home.code), extra)
    kind = drawn(chance, list(_KINDS.values()), extra)
    kinds, labels = list(_KINDS), list(_NAMES.values())
    lon, lat = near(city, "tourism heritage", community, np.full(extra, 0.7))
    hidden = (kind != 0) | (chance.random(extra) < 0.4)  # only what is immovable and open to visitors has a point
    count = first + extra
    is_old = np.arange(count) < first
    all_kind = np.concatenate([np.full(first, len(kinds)), kind])
    digital = drawn(chance, [30, 26, 44], count)
    collection = np.where(all_kind == 1, chance.integers(1, 60, count), 1)
    done = np.where(digital == 2, collection, np.where(digital == 1, (collection * 0.5).astype(int), 0))
    place = [*old_rows["place_code"], *home.code[community]]
    state = drawn(chance, [14, 40, 42, 4], count)
    level = np.array(["national", "province", "city", "district", "none"])[drawn(chance, [3, 9, 16, 32, 40], extra)]
    return table(
        "tourism.heritage",
        {
            "heritage_id": [*old_rows["heritage_id"], *numbered("YS-YC", extra, 5)],
            "name": [*old_rows["name"], *(f"演示·{labels[one]}{number:04d}" for number, one in enumerate(kind, 1))],
            "kind": coded([*kinds, "old_building"], all_kind),
            "protection_level": [*old_rows["protection_level"], *level],
            "batch_text": [f"第{number}批" for number in chance.integers(1, 9, count)],
            "dynasty_text": coded(_DYNASTIES, drawn(chance, [18, 52, 18, 4, 8], count)),
            "place_code": [str(code) for code in place],
            "lon": [*old_rows["lon"], *np.where(hidden, np.nan, lon)],
            "lat": [*old_rows["lat"], *np.where(hidden, np.nan, lat)],
            "is_world_heritage": [str(code).startswith(("341023101200", "341023103200")) and bool(one)
                                  for code, one in zip(place, is_old, strict=True)],
            "is_revolutionary": chance.random(count) < 0.05,
            "is_eco_reserve": [str(code).startswith(_RESERVE) for code in place],
            "collection_count": collection,
            "digital_state": coded(["none", "partial", "done"], digital),
            "digitised_count": done,
            "conservation_state": coded(["none", "monitored", "protected", "urgent"], state),
            "responsible_unit": [unit_of(str(code)[:6]) for code in place],
            "updated_date": drive.days[-1] - chance.integers(0, 95, count),
        },
    )  # fmt: skip


def culture_venue(city: City, drive: Drivers) -> pa.Table:
    """Libraries, culture centres and museums of the districts, a station per township, a centre per village."""
    chance = city.chance("tourism.culture_venue")
    home = people(city)
    seats = np.unique(home.subdistrict, return_index=True)
    areas = np.unique(home.district, return_index=True)
    listed = [(kind, str(code), int(at)) for code, at in zip(*areas, strict=True)
              for kind in ("library", "culture_centre", "museum")]  # fmt: skip
    listed += [("township", str(code), int(at)) for code, at in zip(*seats, strict=True)]
    villages = np.flatnonzero(home.is_village)
    listed += [
        ("village", str(home.code[at]), int(at)) for at in villages[: max(20, round(len(villages) * city.scale))]
    ]
    count = len(listed)
    kinds = np.array([kind for kind, *_ in listed])
    lon, lat = near(city, "tourism venue", np.array([at for *_, at in listed]), np.full(count, 0.5))
    size = {"library": 5200.0, "culture_centre": 3600.0, "museum": 6800.0, "township": 620.0, "village": 210.0}
    digital = {"library": 1.0, "culture_centre": 0.97, "museum": 0.95, "township": 0.78, "village": 0.55}
    usual = np.array([size[kind] for kind in kinds])
    return table(
        "tourism.culture_venue",
        {
            "venue_id": numbered("YS-CG", count, 4),
            "name": [_venue_name(kind, at, home.name, code) for kind, code, at in listed],
            "kind": list(kinds),
            "place_code": [code for _, code, _ in listed],
            "lon": lon,
            "lat": lat,
            "open_area_m2": np.round(usual * np.exp(chance.normal(0, 0.3, count)), 0),
            "is_open": chance.random(count) > 0.025,
            "is_free_open": chance.random(count) > np.where(kinds == "museum", 0.2, 0.0),
            "is_digital_service": chance.random(count) < np.array([digital[kind] for kind in kinds]),
            "updated_date": drive.days[-1] - chance.integers(0, 95, count),
        },
    )


_VENUES = {"library": "图书馆", "culture_centre": "文化馆", "museum": "博物馆", "township": "文化站",
           "village": "综合文化服务中心"}  # fmt: skip


def _venue_name(kind: str, at: int, names: list[str], code: str) -> str:
    place = (
        unit_of(code[:6]).removesuffix("文化和旅游局（演示）")
        if len(code) == 6
        else names[at]
        if len(code) == 12
        else code
    )
    return f"演示·{place}{_VENUES[kind]}"


def culture_venue_monthly(city: City, drive: Drivers, venue: pa.Table) -> pa.Table:
    """What each venue did in the months that are over; a few reports are missing."""
    chance = city.chance("tourism.culture_venue_monthly")
    every = months(drive)
    kinds = np.array(venue["kind"].to_pylist())
    usual = {"library": 9000, "culture_centre": 5200, "museum": 12000, "township": 520, "village": 130}
    mean = np.array([usual[kind] for kind in kinds])[:, None] * np.ones(len(every))
    count = chance.poisson(mean * np.exp(chance.normal(0, 0.2, mean.shape)))
    online = chance.poisson(mean * np.array(venue["is_digital_service"].to_pylist())[:, None] * 1.4)
    activity = chance.poisson(np.array([usual[kind] for kind in kinds])[:, None] / 260 + 0.8, mean.shape)
    place, month = (np.ravel(each) for each in np.indices(mean.shape))
    kept = chance.random(len(place)) > 0.01
    return table(
        "tourism.culture_venue_monthly",
        {
            "venue_id": coded(venue["venue_id"].to_pylist(), place[kept]),
            "place_code": coded(venue["place_code"].to_pylist(), place[kept]),
            "month_date": every[month[kept]],
            "visitor_count": count.ravel()[kept],
            "activity_count": activity.ravel()[kept],
            "online_visit_count": online.ravel()[kept],
        },
    )


def culture_resource(city: City, drive: Drivers) -> pa.Table:
    """The catalogue of digital collections: local gazetteers, creative products, revolutionary relics."""
    chance = city.chance("tourism.culture_resource")
    count = max(40, round(RESOURCE_COUNT * city.scale))
    kind = drawn(chance, [30, 36, 14, 20], count)
    kinds = list(_RESOURCES)
    codes = ("3410", "341002", "341003", "341004", "341021", "341022", "341023", "341024")
    place = drawn(chance, [20, 14, 10, 10, 16, 10, 14, 6], count)
    collection = np.maximum(1, np.round(chance.lognormal(4.0, 1.0, count))).astype(np.int64)
    done = chance.binomial(collection, np.clip(chance.beta(5, 2, count), 0, 1))
    return table(
        "tourism.culture_resource",
        {
            "resource_code": [f"YS3410-WH-{number:05d}" for number in range(1, count + 1)],
            "name": [f"演示·{_RESOURCES[kinds[one]][0]}{number:03d}" for number, one in enumerate(kind, 1)],
            "kind": coded(kinds, kind),
            "brand_name": coded([_RESOURCES[each][1] for each in kinds], kind),
            "place_code": coded(codes, place),
            "owner_unit": ["待确认" if kinds[one] == "gazetteer" else unit_of(codes[at])
                           for one, at in zip(kind, place, strict=True)],
            "collection_count": collection,
            "digitised_count": done,
            "is_open": chance.random(count) < 0.7,
            "updated_date": drive.days[-1] - chance.integers(0, 95, count),
        },
    )  # fmt: skip


def smart_assessment(city: City, season: Season) -> pa.Table:
    """Yearly assessments of the graded spots, in June; who once meets the standard keeps it, a few lose it again."""
    chance = city.chance("tourism.smart_assessment")
    graded = [
        (key, spot) for key, spot in zip(spot_ids(city).values(), spots(city), strict=True) if spot.grade != "none"
    ]
    readiness = chance.random(len(graded)) - np.array([_head_start(spot) for _, spot in graded])
    order = np.argsort(np.argsort(readiness)) / len(graded)
    dates: list[date] = yearly(season.drive, 6, 25, len(MEETS_SMART))
    rows = []
    for year, (day, share) in enumerate(zip(dates, MEETS_SMART, strict=True)):
        for number, (key, spot) in enumerate(graded):
            is_new = year == 0 and number % 17 == 16  # graded later: no assessment in the first year
            if not is_new:
                score = np.clip(96 - 34 * order[number] - 3 * (len(dates) - 1 - year) + chance.normal(0, 1.0), 40, 100)
                rows.append((key, spot.place_code, day, bool(order[number] < share), round(float(score), 1)))
    return table(
        "tourism.smart_assessment",
        {
            "spot_id": [row[0] for row in rows],
            "place_code": [row[1] for row in rows],
            "assessed_date": [row[2] for row in rows],
            "is_smart": [row[3] for row in rows],
            "smart_standard": ["演示：省智慧景区评定办法（以现行文本为准）"] * len(rows),
            "score": [row[4] for row in rows],
        },
    )


def _head_start(spot: Spot) -> float:
    return {"5A": 0.9, "4A": 0.45}.get(spot.grade, 0.0) + (0.2 if spot.place_code == MOUNTAIN else 0.0)
