"""The only place that draws what the demo's watchers count: checkpoints, enforcement, monitored vehicles, waterways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.traffic.columns import coded, either, known, packed
from data.demo.traffic.places import (
    ARRIVALS,
    CITY_AND_DISTRICTS,
    DISTRICTS,
    ECONOMIC_ZONE,
    SHARES,
    TOWNS,
    towns_of,
)
from data.demo.traffic.roads import load
from data.divisions import children

_CHECKPOINTS = 60
_DIRECTIONS = ("in", "out")


def checkpoint_hourly(city: City, drive: Drivers) -> pa.Table:
    """Vehicles by checkpoint, direction and hour: counts only; some checkpoints are away for days."""
    chance = city.chance("checkpoint_hourly")
    count = max(8, round(_CHECKPOINTS * city.scale))
    weight = np.array([SHARES[town[:6]] / len(towns_of(town[:6])) for town in TOWNS])
    place = np.sort(chance.choice(len(TOWNS), count, p=weight / weight.sum()))
    place[0] = TOWNS.index(ARRIVALS)  # one always watches the way to the mountain
    place = np.sort(place)
    scenic = np.array([TOWNS[each] in ("341003102", "341023101", "341023103", "341003104") for each in place])
    hours = drive.day_count * 24
    curve = np.concatenate([load(drive, day, 60) for day in range(drive.day_count)])
    crowd = np.repeat(drive.crowd, 24)
    size = 420 * np.exp(chance.normal(0, 0.35, count)) * np.where(scenic, 0.5, 1.0)
    pull = np.where(scenic[:, None], 0.5 + 0.5 * crowd, 0.85 + 0.15 * crowd)
    shape = (count, len(_DIRECTIONS), hours)
    vehicles = chance.poisson((size[:, None] * curve * pull)[:, None, :] * np.array([1.0, 0.97])[:, None], shape)
    guests = np.clip(np.where(scenic[:, None], 0.42, 0.1) * crowd**0.6, 0, 0.85)[:, None, :]
    outside = chance.binomial(vehicles, guests * 0.72)
    province = chance.binomial(vehicles - outside, np.clip(guests * 0.4, 0, 1))
    away = np.zeros(shape, bool)
    for number in chance.integers(0, count, 3 * count):
        begin = int(chance.integers(0, hours))
        away[number, :, begin : begin + int(chance.integers(20, 24 * 9))] = True
    there = ~away.ravel()
    row = np.repeat(np.arange(count), len(_DIRECTIONS) * hours)
    way = np.tile(np.repeat(np.arange(len(_DIRECTIONS)), hours), count)
    moments = drive.hours.astype("datetime64[us]")
    return packed(
        "traffic.checkpoint_hourly",
        {
            "checkpoint_id": coded([f"YS-N{number:03d}" for number in range(1, count + 1)], row),
            "place_code": coded([TOWNS[each] for each in place], row),
            "travel_direction": coded(_DIRECTIONS, way),
            "observed_at": np.tile(moments, count * len(_DIRECTIONS)),
            "vehicle_count": known(vehicles.ravel().astype(np.int16), there),
            "local_count": known((vehicles - outside - province).ravel().astype(np.int16), there),
            "province_count": known(province.ravel().astype(np.int16), there),
            "outside_count": known(outside.ravel().astype(np.int16), there),
            "large_vehicle_count": known(chance.binomial(vehicles, 0.07).ravel().astype(np.int16), there),
            "recognised_count": known(chance.binomial(vehicles, 0.965).ravel().astype(np.int16), there),
            "is_online": there,
            "data_flag": coded(("N", "M"), (~there).astype(np.int8)),
        },
    )


@dataclass(frozen=True)
class _Enforcement:
    """One kind of enforcement: in how many townships, vehicles checked a day, violations per vehicle, devices."""

    towns: int
    checked: float
    share: float
    processed: float
    devices: float


_ENFORCEMENT = {
    "overload": _Enforcement(18, 60, 0.012, 0.97, 0.4),
    "e_police": _Enforcement(26, 5200, 0.0022, 0.88, 6),
    "checkpoint": _Enforcement(26, 2600, 0.0008, 0.92, 2),
    "roadside": _Enforcement(60, 22, 0.06, 0.99, 0),
    "off_site": _Enforcement(14, 900, 0.0012, 0.74, 1.5),
    "emission": _Enforcement(12, 9, 0.05, 0.95, 0.5),
    "waterway": _Enforcement(5, 6, 0.02, 0.98, 0),
}


def enforcement_daily(city: City, drive: Drivers) -> pa.Table:
    """Enforcement by township and kind; 市直 and 经开区 report for themselves."""
    chance = city.chance("enforcement_daily")
    towns = [*TOWNS, *(place.place_code for code in DISTRICTS for place in children(code)[4:14])]
    towns = list(dict.fromkeys(towns))
    parts = []
    for kind, rule in _ENFORCEMENT.items():
        places = [
            *towns[: rule.towns],
            "3410",
            *([ECONOMIC_ZONE] if kind in ("overload", "e_police", "roadside") else []),
        ]
        shape = (drive.day_count, len(places))
        checked = chance.poisson(rule.checked * city.scale * np.exp(chance.normal(0, 0.3, len(places))), shape)
        violations = chance.binomial(checked, rule.share)
        devices = np.broadcast_to(np.round(rule.devices * chance.uniform(0.6, 1.5, len(places))).astype(int), shape)
        loads = kind == "overload"
        parts.append(
            {
                "place_code": np.tile(np.array(places, dtype=object), drive.day_count),
                "kind": np.full(checked.size, kind, dtype=object),
                "day_date": np.repeat(drive.days, len(places)),
                "checked_count": checked.ravel(),
                "violation_count": violations.ravel(),
                "processed_count": chance.binomial(violations, rule.processed).ravel(),
                "overloaded_count": np.where(loads, violations, -1).ravel(),
                "unloaded_ton": np.where(loads, np.round(violations * chance.uniform(4, 14, shape), 1), np.nan).ravel(),
                "device_count": devices.ravel(),
                "online_count": chance.binomial(devices, 0.97).ravel(),
            }
        )
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    overloaded = whole["overloaded_count"]
    return table("traffic.enforcement_daily", {**whole, "overloaded_count": known(overloaded, overloaded >= 0)})


_VEHICLES = {  # kind: stock in the city, share on the monitoring platform
    "car": (232_000, 0.0), "coach": (1_150, 1.0), "tour_coach": (1_420, 1.0), "bus": (980, 1.0), "taxi": (2_300, 1.0),
    "truck_light": (29_500, 0.03), "truck_heavy": (6_900, 0.92), "hazmat": (310, 1.0), "engineering": (1_650, 0.4),
    "school_bus": (260, 1.0), "motorcycle": (88_000, 0.0), "other": (3_400, 0.0),
}  # fmt: skip


def vehicle_stock(city: City, drive: Drivers) -> pa.Table:
    """Vehicles by place and kind at the ends of the last three years."""
    chance = city.chance("vehicle_stock")
    last = drive.days[-1].astype(object).year - 1
    rows = []
    for code, share in SHARES.items():
        for kind, (stock, _) in _VEHICLES.items():
            size = stock * share * chance.uniform(0.85, 1.15)
            for year in range(last - 2, last + 1):
                grown = int(size * 1.035 ** (year - last))
                rows.append((code, year, kind, grown, int(grown * (0.13 if kind in ("car", "bus", "taxi") else 0.02))))
    return table(
        "traffic.vehicle_stock",
        {
            "place_code": [row[0] for row in rows],
            "year": [row[1] for row in rows],
            "vehicle_kind": [row[2] for row in rows],
            "vehicle_count": [row[3] for row in rows],
            "new_energy_count": [row[4] for row in rows],
            "data_date": np.array([f"{row[1]}-12-31" for row in rows], dtype="datetime64[D]"),
        },
    )


def vehicle_monitor_daily(city: City, drive: Drivers) -> pa.Table:
    """Monitored vehicles by place and kind: online, alarms, alarms handled. One district's last two days are late."""
    chance = city.chance("vehicle_monitor_daily")
    kinds = {kind: stock * share for kind, (stock, share) in _VEHICLES.items() if share}
    place_share = np.array([0.06, *(0.94 * share for share in SHARES.values())])
    size = np.round(place_share[:, None] * np.array(list(kinds.values()))).astype(int).ravel()
    shape = (drive.day_count, len(size))
    vehicles = np.broadcast_to(size, shape)
    work = np.array([day.is_workday for day in drive.calendar])[:, None]
    online = chance.binomial(vehicles, np.where(work, 0.87, 0.79))
    speeding, fatigue = chance.poisson(online * 0.012), chance.poisson(online * 0.003)
    places = np.repeat(np.array(CITY_AND_DISTRICTS, dtype=object), len(kinds))
    keep = np.ones(shape, bool)
    keep[-2:, places == "341024"] = False
    pick = keep.ravel()
    return table(
        "traffic.vehicle_monitor_daily",
        {
            "place_code": np.tile(places, drive.day_count)[pick],
            "vehicle_kind": np.tile(np.array(list(kinds) * len(CITY_AND_DISTRICTS), dtype=object), drive.day_count)[
                pick
            ],
            "day_date": np.repeat(drive.days, len(size))[pick],
            "vehicle_count": vehicles.ravel()[pick],
            "vehicle_online_count": online.ravel()[pick],
            "speeding_count": speeding.ravel()[pick],
            "fatigue_count": fatigue.ravel()[pick],
            "handled_alarm_count": chance.binomial(speeding + fatigue, 0.955).ravel()[pick],
        },
    )


_WATERWAYS = (  # name, kind, place, vessels, passengers a day
    ("新安江山水画廊段", "tourist", "341021101", 24, 900), ("深渡—街口段", "tourist", "341021101", 12, 260),
    ("太平湖主湖区", "tourist", "341003104", 20, 620), ("太平湖支汊", "reservoir", "341003104", 5, 60),
    ("渐江屯溪段", "tourist", "341002004", 8, 240), ("率水屯溪段", "cargo", "341002102", 3, 0),
    ("横江休宁段", "tourist", "341022100", 4, 70), ("横江齐云山竹筏段", "tourist", "341022101", 10, 180),
    ("月潭湖库区", "reservoir", "341022110", 4, 40), ("练江歙县段", "tourist", "341021100", 6, 110),
    ("坑口渡口", "ferry", "341021200", 2, 120), ("小川渡口", "ferry", "341021207", 2, 90),
    ("武阳渡口", "ferry", "341021204", 2, 80), ("新溪口渡口", "ferry", "341021208", 2, 70),
    ("街口渡口", "ferry", "341021111", 2, 60), ("阊江祁门段", "cargo", "341024100", 2, 0),
    ("丰乐湖库区", "reservoir", "341004103", 3, 30), ("奇墅湖", "reservoir", "341023101", 5, 90),
)  # fmt: skip


def waterway_daily(city: City, drive: Drivers) -> pa.Table:
    """Waterways by day: closed in heavy rain and now and then for fog; busiest on free days."""
    chance = city.chance("waterway_daily")
    shape = (drive.day_count, len(_WATERWAYS))
    flood = np.broadcast_to((drive.rain_mm > 45)[:, None], shape)
    fog = (chance.random(shape) < 0.008) & ~flood
    shut = flood | fog
    crowd = drive.crowd[:, None]
    vessels = np.where(shut, 0, chance.binomial(np.array([row[3] for row in _WATERWAYS]), 0.85, shape))
    riders = np.where(shut, 0, chance.poisson(np.array([row[4] for row in _WATERWAYS]) * crowd * 0.7, shape))
    cargo = np.array([row[1] == "cargo" for row in _WATERWAYS])
    tons = np.where(shut | ~cargo, 0.0, np.round(chance.gamma(4, 60, shape), 1))
    reason = either(flood, "强降雨", either(fog, "大雾", None))
    columns = {
        "waterway_id": [f"YS-V{number:02d}" for number in range(1, len(_WATERWAYS) + 1)],
        "name": [row[0] for row in _WATERWAYS],
        "waterway_kind": [row[1] for row in _WATERWAYS],
        "place_code": [row[2] for row in _WATERWAYS],
    }
    return table(
        "traffic.waterway_daily",
        {name: values * drive.day_count for name, values in columns.items()}
        | {
            "day_date": np.repeat(drive.days, len(_WATERWAYS)),
            "is_navigable": pa.array(~shut.ravel(), mask=chance.random(shut.size) < 0.003),
            "closure_reason": reason.ravel(),
            "vessel_count": vessels.ravel(),
            "vessel_checked_count": np.minimum(chance.poisson(1.2, shape), vessels).ravel(),
            "passenger_count": riders.ravel(),
            "cargo_ton": known(tons.ravel(), np.tile(cargo, drive.day_count)),
            "incident_count": (chance.random(shape) < 0.002).astype(int).ravel(),
            "rescue_vessel_count": np.tile(chance.integers(1, 4, len(_WATERWAYS)), drive.day_count),
        },
    )
