"""Demo rows of what stands ready: teams and their reach, supplies and their dispatch, shelters."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.contract import codes
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.safety.columns import (
    Bools,
    Ints,
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
from data.demo.safety.places import DISTRICTS, Townships, district_name, townships
from data.demo.safety.stories import REMOTE_TOWNSHIP, SLOPE, SLOPE_NEIGHBOUR

TEAM_KINDS = {"fire": 22, "forest": 22, "flood": 18, "medical": 14, "mountain": 10, "volunteer": 22, "power": 10,
              "gas": 6, "communication": 8, "engineering": 10, "hazchem": 2, "mine": 2}  # fmt: skip
_ITEMS = (  # kind, name, unit, what a depot usually holds
    ("flood", "编织袋", "条", 9000), ("flood", "抽水泵", "台", 12), ("flood", "冲锋舟", "艘", 3),
    ("flood", "救生衣", "件", 160), ("flood", "土工布", "平方米", 1500), ("forest_fire", "风力灭火机", "台", 24),
    ("forest_fire", "防火服", "套", 60), ("forest_fire", "水枪", "支", 40), ("forest_fire", "油锯", "台", 10),
    ("fire", "消防水带", "盘", 60), ("fire", "空气呼吸器", "套", 12), ("relief", "帐篷", "顶", 40),
    ("relief", "棉被", "床", 220), ("relief", "折叠床", "张", 120), ("relief", "方便食品", "箱", 90),
    ("relief", "饮用水", "箱", 150), ("medical", "急救包", "个", 80), ("medical", "担架", "副", 14),
    ("medical", "口罩", "只", 6000), ("communication", "卫星电话", "部", 3), ("communication", "对讲机", "部", 20),
    ("power", "发电机", "台", 5), ("power", "照明灯塔", "座", 2), ("rescue", "破拆工具", "套", 6),
    ("rescue", "救援绳", "根", 40), ("rescue", "生命探测仪", "台", 1), ("engineering", "挖掘机", "台", 2),
    ("engineering", "装载机", "台", 1), ("transport", "运兵车", "辆", 3), ("transport", "越野车", "辆", 2),
)  # fmt: skip
_SHELTER_KINDS = {"village": 45, "school": 25, "indoor": 15, "outdoor": 8, "stadium": 3, "hotel": 4}
_PERISHABLE = ("棉被", "方便食品", "饮用水", "急救包", "口罩")


def _teams(city: City) -> tuple[Ints, Ints, Bools]:
    """Township, kind and standby of each team."""
    chance = city.chance("safety teams")
    towns = townships(city)
    count = max(24, round(150 * city.scale))
    weight = np.array(list(TEAM_KINDS.values()))
    township = towns.draw(chance, count, towns.share**0.6)
    kind = chance.choice(len(weight), count, p=weight / weight.sum())
    return township, kind, chance.random(count) < 0.93


def emergency_teams(city: City, drive: Drivers) -> pa.Table:
    """About 150 teams that save people, and those that mend lines and pipes."""
    chance = city.chance("safety.emergency_team")
    towns = townships(city)
    township, kind, is_ready = _teams(city)
    count = len(kind)
    numbers = np.arange(1, count + 1)
    names = list(TEAM_KINDS)
    titles = codes("emergency_team_kind")
    return table(
        "safety.emergency_team",
        {
            "team_id": numbered("YS-DW", numbers, 3),
            "name": [
                f"演示·{towns.names[place]}{titles[names[each]]}队" for place, each in zip(township, kind, strict=True)
            ],
            "kind": pick(names, kind),
            "place_code": towns.code_column(township),
            "member_count": chance.integers(8, 45, count),
            "vehicle_count": chance.integers(1, 7, count),
            "lead_unit": pick([f"{district_name(code)}应急局" for code in DISTRICTS], towns.district[township]),
            "contact_name": people(numbers),
            "contact_phone": phones(numbers + 200),
            "is_on_standby": is_ready,
            "data_date": np.full(count, drive.days[-1]),
        },
    )


def team_reach(city: City, drive: Drivers) -> pa.Table:
    """Minutes of every team to every township over winding roads."""
    chance = city.chance("safety.team_reach")
    towns = townships(city)
    township, _, _ = _teams(city)
    team, goal = (each.ravel() for each in np.indices((len(township), len(towns.codes))))
    road = _road_km(towns, township[team], goal) * np.exp(chance.normal(0, 0.08, len(team)))
    speed = np.where(towns.is_mountain[goal], 34.0, 44.0)
    minutes = 3.0 + road / speed * 60 + np.where(goal == towns.index(REMOTE_TOWNSHIP), 62.0, 0.0)
    drilled = minutes * np.exp(chance.normal(0.05, 0.1, len(team)))
    return table(
        "safety.team_reach",
        {
            "team_id": numbered("YS-DW", team + 1, 3),
            "place_code": towns.code_column(goal),
            "arrival_min": np.round(minutes, 1),
            "distance_km": np.round(road, 1),
            "drilled_min": known(np.round(drilled, 1), chance.random(len(team)) < 0.03),
            "data_date": np.full(len(team), drive.days[-1]),
        },
    )


def _road_km(towns: Townships, start: Ints, goal: Ints) -> Floats:
    east = (towns.lon[start] - towns.lon[goal]) * 96.5
    north = (towns.lat[start] - towns.lat[goal]) * 111.0
    found: Floats = 1.6 * np.hypot(east, north) + 1.5
    return found


def _depots(city: City) -> Ints:
    count = max(10, round(100 * city.scale))
    return townships(city).draw(city.chance("safety depots"), count)


def emergency_supplies(city: City, drive: Drivers) -> pa.Table:
    """Each depot's thirty kinds of supplies against the least it must hold."""
    chance = city.chance("safety.emergency_supply")
    towns, depots = townships(city), _depots(city)
    depot, item = (each.ravel() for each in np.indices((len(depots), len(_ITEMS))))
    usual = np.array([each for *_, each in _ITEMS], dtype=float)[item]
    least = np.maximum(1, np.round(usual * 0.6))
    stock = np.round(least * np.exp(chance.normal(0.45, 0.28, len(depot))))
    perishes = np.isin(np.array([name for _, name, *_ in _ITEMS])[item], _PERISHABLE)
    expiry = drive.days[-1] + chance.integers(-20, 700, len(depot))
    return table(
        "safety.emergency_supply",
        {
            "depot_id": numbered("YS-CK", depot + 1, 3),
            "depot_name": numbered("演示·应急仓库", depot + 1, 3),
            "place_code": towns.code_column(depots[depot]),
            "kind": pick([kind for kind, *_ in _ITEMS], item),
            "item_name": pick([name for _, name, *_ in _ITEMS], item),
            "quantity": stock,
            "minimum_quantity": known(least, chance.random(len(depot)) > 0.03),
            "measure_unit": pick([unit for _, _, unit, _ in _ITEMS], item),
            "expiry_date": np.where(perishes, expiry, np.datetime64("NaT")),
            "lead_unit": pick([f"{district_name(code)}应急局" for code in DISTRICTS], towns.district[depots[depot]]),
            "contact_name": people(depot),
            "contact_phone": phones(depot + 700),
            "is_shared_to_province": chance.random(len(depot)) < 0.72,
            "data_date": np.full(len(depot), drive.days[-1]),
        },
    )


def supply_dispatches(city: City, drive: Drivers) -> pa.Table:
    """About two hundred orders a year; those of the last days go to the planted slope."""
    chance = city.chance("safety.supply_dispatch")
    towns, depots = townships(city), _depots(city)
    count, planted = max(6, round(200 * drive.day_count / 365 * city.scale)), 3
    day = np.sort(chance.integers(0, back(drive, 3) + 1, count))
    day = np.append(day, [drive.day_count - 1] * planted)
    whole = count + planted
    issued = moments(drive.days[day], chance.integers(6 * 3600, 20 * 3600, whole))
    sent = later(issued, chance.uniform(15, 90, whole))
    arrived = later(sent, chance.uniform(25, 240, whole))
    until = drive.days[-1] + 1
    issued[-planted:] = moments(drive.days[day[-planted:]], np.array([28_800, 32_400, 82_800]))
    sent[-planted:] = issued[-planted:] + np.timedelta64(1800, "s")
    arrived[-planted:] = sent[-planted:] + np.timedelta64(5400, "s")
    is_arrived, is_sent = arrived < until, sent < until
    township = towns.draw(chance, whole)
    township[-planted:] = towns.index(SLOPE.place_code)
    item = chance.integers(0, len(_ITEMS), whole)
    item[-planted:] = [11, 12, 14]  # 帐篷、棉被、方便食品
    usual = np.array([each for *_, each in _ITEMS])[item]
    is_story = np.arange(whole) >= count
    return table(
        "safety.supply_dispatch",
        {
            "supply_dispatch_id": numbered("YS-DD", np.arange(1, whole + 1), 4),
            "event_id": texts(pick([SLOPE.event_id], np.zeros(whole, int)), is_story),
            "depot_id": numbered("YS-CK", chance.integers(1, len(depots) + 1, whole), 3),
            "item_name": pick([name for _, name, *_ in _ITEMS], item),
            "quantity": np.maximum(1, np.round(usual * chance.uniform(0.1, 0.5, whole))),
            "measure_unit": pick([unit for _, _, unit, _ in _ITEMS], item),
            "place_code": towns.code_column(township),
            "issued_at": stamps(issued),
            "dispatched_at": stamps(known_by(sent, until)),
            "arrived_at": stamps(known_by(arrived, until)),
            "receiving_unit": pick([f"{name}人民政府" for name in towns.names], township),
            "status": pick(["ordered", "on_the_way", "arrived"], is_sent.astype(int) + is_arrived),
        },
    )


def shelters(city: City, drive: Drivers) -> pa.Table:
    """About five hundred places of refuge; two near the planted slope hold the people who were moved."""
    chance = city.chance("safety.shelter")
    towns = townships(city)
    count = max(12, round(500 * city.scale))
    township = towns.draw(chance, count, towns.share**0.5)
    township[:2] = [towns.index(SLOPE.place_code), towns.index(SLOPE_NEIGHBOUR.place_code)]
    held = np.zeros(count, np.int64)
    held[:2] = [SLOPE.evacuated, SLOPE_NEIGHBOUR.evacuated]
    lon, lat = towns.points(chance, township, 0.012)
    numbers = np.arange(1, count + 1)
    capacity = np.maximum(150, np.round(np.exp(chance.normal(5.6, 0.7, count)), -1)).astype(int)
    return table(
        "safety.shelter",
        {
            "shelter_id": numbered("YS-BN", numbers, 3),
            "name": numbered("演示·安置点", numbers, 3),
            "kind": weighted(chance, _SHELTER_KINDS, count),
            "place_code": towns.fine_column(chance, township, 0.9),
            "address": numbered("演示路", numbers + 500, 4),
            "lon": lon,
            "lat": lat,
            "capacity_person_count": capacity,
            "sheltered_count": held,
            "is_open": held > 0,
            "lead_unit": pick([f"{name}人民政府" for name in towns.names], township),
            "data_date": np.full(count, drive.days[-1]),
        },
    )
