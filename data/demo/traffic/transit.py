"""The only place that draws the demo's public transport: lines, stops, days of lines, cards and hubs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.people import near, people
from data.demo.tourism.register import spot_ids
from data.demo.traffic import stories
from data.demo.traffic.columns import Ints, known
from data.demo.traffic.corridors import lost_days
from data.demo.traffic.network import CORRIDORS
from data.demo.traffic.places import DISTRICTS
from data.demo.urban.place import grids
from geo.boundaries import DEGREE_M, LON_SCALE

_STOPS, _IN_TOWN = 900, 0.42
_BARE_M = 380.0  # how far stops keep away from the unserved communities
_TRIPS = {"urban": 62, "rural": 22, "tourist": 14, "custom": 4, "night": 8}
_RIDERS = {"urban": 17.0, "rural": 9.5, "tourist": 13.0, "custom": 24.0, "night": 6.0}  # per trip
_SPEED = {"urban": 17.5, "rural": 27.0, "tourist": 41.0, "custom": 24.0, "night": 21.0}
_OPERATORS = {"urban": "演示公交集团", "rural": "演示城乡公交公司", "tourist": stories.LATE_OPERATOR}


@dataclass(frozen=True)
class Lines:
    """Bus lines in the order of their ids; `riders` is the usual number of passengers per trip."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    places: tuple[str, ...]
    operators: tuple[str, ...]
    spots: tuple[str, ...]
    length_km: Floats
    trips: Ints
    riders: Floats


def lines(city: City) -> Lines:
    """Sixty lines, whatever the scale: 30 in towns, 18 to the countryside, 8 to scenic spots, 4 others."""
    chance = city.chance("bus_line")
    kinds = ("urban",) * 30 + ("rural",) * 18 + ("tourist",) * 8 + ("custom",) * 2 + ("night",) * 2
    urban = ["341002"] * 18 + ["341004"] * 4 + ["341021"] * 3 + ["341022"] * 2 + ["341003", "341023", "341024"]
    rural = ["341021"] * 6 + ["341022"] * 4 + ["341003"] * 3 + ["341024"] * 2 + ["341004", "341023", "3410"]
    places = (*urban, *rural, *["3410"] * 8, "341002", "341004", "341002", "341002")
    scenic = [each for each in CORRIDORS if each.kind == "scenic"]
    names, spots, lengths = [], [], []
    for number, kind in enumerate(kinds, 1):
        corridor = scenic[(number - 49) % len(scenic)]
        words = {"urban": f"演示{number}路", "rural": f"演示城乡{number}路", "custom": f"演示定制{number}路"}
        names.append(words.get(kind, f"演示旅游专线·{corridor.end}" if kind == "tourist" else f"演示夜{number}路"))
        spots.append(corridor.spot if kind == "tourist" else "")
        mean = {"urban": 11.0, "rural": 24.0, "custom": 14.0, "night": 12.0}.get(kind, corridor.length_km)
        lengths.append(mean if kind == "tourist" else round(mean * float(np.exp(chance.normal(0, 0.25))), 1))
    riders = np.array([_RIDERS[kind] for kind in kinds]) * np.exp(chance.normal(0, 0.35, len(kinds)))
    trips = np.array([_TRIPS[kind] for kind in kinds]) * np.exp(chance.normal(0, 0.25, len(kinds)))
    ids = tuple(f"YS-B{number:02d}" for number in range(1, len(kinds) + 1))
    empty = ids.index(stories.EMPTY_LINE)
    names[empty], riders[empty], trips[empty] = stories.EMPTY_LINE_NAME, 0.9, 18
    return Lines(
        ids, tuple(names), kinds, places, tuple(_OPERATORS.get(kind, "演示公交集团") for kind in kinds), tuple(spots),
        np.array(lengths), np.maximum(2, np.round(trips)).astype(int), riders,
    )  # fmt: skip


def bus_stop(city: City) -> pa.Table:
    """Stops: in the two towns in pairs among the unit grids, elsewhere near where people live."""
    chance = city.chance("bus_stop")
    home = people(city)
    count = max(60, round(_STOPS * city.scale))
    pairs = round(count * _IN_TOWN / 2)
    codes, lon, lat = _in_town(chance, pairs)
    outside = ~np.isin(home.code, np.unique(codes)) & ~np.isin(home.code, np.array(stories.UNSERVED_COMMUNITIES))
    weight = home.resident * outside
    rural = chance.choice(len(home.code), count - 2 * pairs, p=weight / weight.sum())
    rural_lon, rural_lat = near(city, "bus_stop", rural, np.full(len(rural), 1.2))
    place = np.concatenate([codes, home.code[rural]])
    order = np.argsort(place, kind="stable")
    place = place[order]
    x, y = np.concatenate([lon, rural_lon])[order], np.concatenate([lat, rural_lat])[order]
    named = dict(zip(home.code, home.name, strict=True))
    unlocated = chance.random(count) < 0.02
    return table(
        "traffic.bus_stop",
        {
            "stop_id": _stop_ids(count),
            "name": [f"{_short(named[code])}站{number % 4 + 1}" for number, code in enumerate(place)],
            "place_code": place,
            "lon": np.where(unlocated, np.nan, x),
            "lat": np.where(unlocated, np.nan, y),
            "has_shelter": chance.random(count) < 0.45,
            "has_e_board": chance.random(count) < 0.22,
            "is_open": pa.array(chance.random(count) < 0.985, mask=chance.random(count) < 0.01),
        },
    )


def _in_town(chance: np.random.Generator, pairs: int) -> tuple[npt.NDArray[np.str_], Floats, Floats]:
    """Communities and points of stops on both sides of streets: anywhere in the cells but near the unserved ones."""
    cells = grids()
    community = np.array([code[:12] for code in cells.codes])
    here = np.column_stack([cells.lon * LON_SCALE, cells.lat]) * DEGREE_M
    bare = here[np.isin(community, stories.UNSERVED_COMMUNITIES)]
    nearest = np.min(np.hypot(*(here[:, None, :] - bare[None, :, :]).transpose(2, 0, 1)), axis=1)
    cell = np.repeat(chance.choice(np.flatnonzero(nearest > _BARE_M), pairs, replace=False), 2)
    jitter = chance.uniform(-60, 60, (2, len(cell))) / DEGREE_M
    lon, lat = cells.lon[cell] + jitter[0] / LON_SCALE, cells.lat[cell] + jitter[1]
    return community[cell], np.round(lon, 5), np.round(lat, 5)


def _stop_ids(count: int) -> list[str]:
    return [f"YS-T{number:03d}" for number in range(1, count + 1)]


def _short(name: str) -> str:
    for ending in ("居委会", "村委会", "社区", "居民委员会", "村民委员会"):
        name = name.removesuffix(ending)
    return name


def bus_line(city: City, register: Lines, stops: pa.Table) -> pa.Table:
    """The register; a line's stops lie in its own district, those of a cross-district line anywhere."""
    chance = city.chance("bus_line stops")
    stop_ids = np.array(stops["stop_id"].to_pylist())
    home = np.array(stops["place_code"].to_pylist())
    served = []
    for place, length in zip(register.places, register.length_km, strict=True):
        near_by = stop_ids[np.char.startswith(home, place)]
        number = min(len(near_by), max(2, int(length / 0.9)), 36)
        served.append("|".join(np.sort(chance.choice(near_by, number, replace=False))) if number else None)
    night = np.array(register.kinds) == "night"
    return table(
        "traffic.bus_line",
        {
            "line_id": register.ids,
            "name": register.names,
            "kind": register.kinds,
            "place_code": register.places,
            "length_km": register.length_km,
            "stop_count": [0 if each is None else each.count("|") + 1 for each in served],
            "first_departure": np.where(night, "19:00", "06:10"),
            "last_departure": np.where(night, "23:30", "19:20"),
            "headway_min": np.round(np.where(night, 270, 790) / register.trips, 1),
            "vehicle_count": np.maximum(1, np.round(register.trips * register.length_km / 180)).astype(int),
            "operator_name": register.operators,
            "spot_id": [spot_ids(city).get(spot) for spot in register.spots],
            "stop_ids": served,
            "valid_from": np.full(len(register.ids), np.datetime64("2023-01-01")),
        },
    )


@dataclass(frozen=True)
class Rides:
    """Day × line: what was planned, run and carried."""

    planned: Ints
    run: Ints
    on_time: Ints
    riders: Ints


def rides(city: City, drive: Drivers, register: Lines) -> Rides:
    """Lines on every day: holidays fill those to scenic spots, rain delays them all."""
    chance = city.chance("bus_daily")
    shape = (drive.day_count, len(register.ids))
    kind = np.array(register.kinds)
    work = np.array([day.is_workday for day in drive.calendar])[:, None]
    planned = np.broadcast_to(np.where((kind == "custom") & ~work, 0, register.trips), shape).astype(int)
    wet = np.minimum(drive.rain_mm, 60)[:, None]
    run = chance.binomial(planned, np.clip(0.992 - wet / 1500, 0, 1))
    late = 0.93 - wet / 400 - 0.05 * (drive.crowd[:, None] > 2.5) - np.where(kind == "tourist", 0.05, 0.0)
    on_time = chance.binomial(run, np.clip(late, 0, 1))
    crowd = drive.crowd[:, None]
    demand = np.where(kind == "tourist", 0.55 * crowd**0.9, np.where(work, 1.05, 0.82)) * (1 - wet / 250)
    return Rides(planned, run, on_time, chance.poisson(run * register.riders * demand))


def bus_daily(city: City, drive: Drivers, register: Lines, found: Rides) -> pa.Table:
    """Lines day by day; the last day of one operator is late, two days a year never came."""
    chance = city.chance("bus_daily rest")
    keep = np.broadcast_to(~lost_days(drive)[:, None], found.run.shape).copy()
    keep[-1, np.array([each == stories.LATE_OPERATOR for each in register.operators])] = False
    pick = keep.ravel()
    line = np.tile(np.arange(len(register.ids)), drive.day_count)[pick]
    run = found.run.ravel()[pick]
    ids, places = np.array(register.ids, dtype=object), np.array(register.places, dtype=object)
    speed = np.array([_SPEED[kind] for kind in register.kinds])[line] * np.clip(
        chance.normal(1, 0.04, len(line)), 0.8, 1.2
    )
    full = np.array([0.62 if kind == "urban" else 0.45 for kind in register.kinds])[line] * register.riders[line] / 14
    return table(
        "traffic.bus_daily",
        {
            "line_id": ids[line],
            "place_code": places[line],
            "day_date": np.repeat(drive.days, len(register.ids))[pick],
            "trip_planned_count": found.planned.ravel()[pick],
            "trip_run_count": run,
            "trip_on_time_count": known(found.on_time.ravel()[pick], chance.random(len(line)) > 0.004),
            "passenger_count": known(found.riders.ravel()[pick], chance.random(len(line)) > 0.003),
            "vehicle_km": np.round(run * register.length_km[line], 1),
            "operating_speed_kmh": np.where(run > 0, np.round(speed, 1), np.nan),
            "peak_full_ratio": np.where(
                run > 0, np.round(np.clip(full + chance.normal(0, 0.06, len(line)), 0.02, 1.4), 2), np.nan
            ),
            "complaint_count": chance.poisson(0.02, len(line)),
        },
    )


_PAID = {  # trip mode, card, where it was issued: share of the rides
    ("bus", "bus_card", "local"): 0.3, ("bus", "social_card", "local"): 0.17, ("bus", "social_card", "province"): 0.01,
    ("bus", "transit_union", "local"): 0.08, ("bus", "transit_union", "province"): 0.02,
    ("bus", "transit_union", "delta"): 0.03, ("bus", "qr", "local"): 0.22, ("bus", "qr", "province"): 0.03,
    ("bus", "qr", "delta"): 0.06, ("bus", "qr", "other"): 0.02, ("bus", "cash", "other"): 0.06,
}  # fmt: skip
_BESIDES = {  # place: rides a day by mode, paid by code
    ("341003", "ferry"): 260, ("341021", "ferry"): 420, ("341002", "bike"): 900, ("341004", "bike"): 180,
    ("341002", "coach"): 1100, ("341003", "coach"): 700, ("341002", "parking"): 1500, ("341023", "parking"): 380,
}  # fmt: skip
_REGIONS = {"local": 0.55, "province": 0.15, "delta": 0.22, "other": 0.08}


def card_trip_daily(city: City, drive: Drivers, register: Lines, found: Rides) -> pa.Table:
    """What riders paid with: bus rides add up to those of the lines of each place, every day that came."""
    chance = city.chance("card_trip_daily")
    places = ("3410", *DISTRICTS)
    home = np.array(register.places)
    rows: list[tuple[str, str, str, str]] = []
    counts: list[npt.NDArray[np.int64]] = []
    for place in places:
        total = found.riders[:, home == place].sum(axis=1)
        split = chance.multinomial(total, list(_PAID.values()))
        rows += [(place, *paid) for paid in _PAID]
        counts += list(split.T)
    for (place, mode), usual in _BESIDES.items():
        for region, share in _REGIONS.items():
            boost = drive.crowd if region != "local" else np.ones(drive.day_count)
            rows.append((place, mode, "qr", region))
            counts.append(chance.poisson(usual * share * boost))
    came = ~lost_days(drive)
    value = np.array(counts).T[came]
    cheap = np.array([{"social_card": 0.7, "bus_card": 0.25}.get(row[2], 0.02) for row in rows])
    days = drive.days[came]
    columns: dict[str, object] = {
        name: [row[number] for row in rows] * len(days)
        for number, name in enumerate(("place_code", "trip_mode", "card_kind", "card_region"))
    }
    columns["day_date"] = np.repeat(days, len(rows))
    columns["passenger_count"] = value.ravel()
    columns["discounted_count"] = chance.binomial(value, cheap).ravel()
    return table("traffic.card_trip_daily", columns)


@dataclass(frozen=True)
class _Hub:
    name: str
    kind: str
    place_code: str
    arrivals: float
    trips: int
    crowd: float  # how much holidays bring


_HUBS = (
    _Hub("黄山北站", "rail", "341002103", 14500, 150, 0.8),
    _Hub("黄山站", "rail", "341002100", 1300, 18, 0.3),
    _Hub("绩溪方向歙县北站", "rail", "341021100", 2300, 44, 0.5),
    _Hub("祁门站", "rail", "341024100", 600, 12, 0.3),
    _Hub("黄山屯溪国际机场", "airport", "341002104", 1500, 26, 0.5),
    _Hub("演示汽车客运总站", "coach", "341002103", 2400, 190, 0.5),
    _Hub("演示汤口客运站", "coach", "341003102", 1700, 90, 1.0),
    _Hub("演示甘棠客运站", "coach", "341003100", 700, 60, 0.3),
    _Hub("演示岩寺客运站", "coach", "341004100", 420, 40, 0.2),
    _Hub("演示歙县客运站", "coach", "341021100", 1300, 110, 0.2),
    _Hub("演示休宁客运站", "coach", "341022100", 650, 70, 0.2),
    _Hub("演示黟县客运站", "coach", "341023100", 540, 50, 0.6),
    _Hub("演示祁门客运站", "coach", "341024100", 460, 46, 0.2),
    _Hub("演示汤口换乘中心", "tourist", "341003102", 6200, 420, 1.6),
    _Hub("演示宏村集散中心", "tourist", "341023101", 1900, 80, 1.5),
    _Hub("演示屯溪旅游集散中心", "tourist", "341002004", 1100, 60, 1.2),
    _Hub("演示深渡码头", "pier", "341021101", 380, 24, 0.9),
    _Hub("演示太平湖码头", "pier", "341003104", 300, 22, 1.1),
)


def hub_daily(city: City, drive: Drivers) -> pa.Table:
    """Passengers of hubs: more arrive as a holiday begins, more leave as it ends; wind and rain stop some trips."""
    chance = city.chance("hub_daily")
    shape = (drive.day_count, len(_HUBS))
    usual = np.array([hub.arrivals for hub in _HUBS]) * city.scale
    pull = 1 + np.array([hub.crowd for hub in _HUBS]) * (drive.crowd[:, None] - 1)
    early = np.array([day.holiday_day_no is not None and day.holiday_day_no <= 3 for day in drive.calendar])[:, None]
    late = np.array([day.holiday_day_no is not None and day.holiday_day_no > 4 for day in drive.calendar])[:, None]
    into = chance.poisson(usual * pull * (1 + 0.2 * early - 0.15 * late) * np.exp(chance.normal(0, 0.05, shape)))
    out = chance.poisson(usual * pull * (1 - 0.15 * early + 0.2 * late) * np.exp(chance.normal(0, 0.05, shape)))
    trips = np.array([hub.trips for hub in _HUBS])
    wet = np.minimum(drive.rain_mm, 80)[:, None]
    runs = np.broadcast_to(trips, shape)
    cancelled = chance.binomial(runs, np.clip(0.001 + wet / 4000, 0, 1))
    delayed = chance.binomial(runs - cancelled, np.clip(0.03 + wet / 700, 0, 1))
    unknown = chance.random(shape) < 0.004
    names = {name: [getattr(hub, field) for hub in _HUBS] for name, field in _HUB_FIELDS.items()}
    return table(
        "traffic.hub_daily",
        {"hub_id": [f"YS-H{number:02d}" for number in range(1, len(_HUBS) + 1)] * drive.day_count}
        | {name: values * drive.day_count for name, values in names.items()}
        | {
            "day_date": np.repeat(drive.days, len(_HUBS)),
            "passenger_in_count": known(into.ravel(), ~unknown.ravel()),
            "passenger_out_count": known(out.ravel(), ~unknown.ravel()),
            "trip_count": runs.ravel(),
            "delayed_trip_count": delayed.ravel(),
            "cancelled_trip_count": cancelled.ravel(),
        },
    )


_HUB_FIELDS = {"name": "name", "hub_kind": "kind", "place_code": "place_code"}
