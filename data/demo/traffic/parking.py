"""The only place that draws the demo's parking: lots, five-minute counts, days, and supply against demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.tourism.register import node_ids, spot_ids
from data.demo.traffic import stories
from data.demo.traffic.columns import SLOTS, Bools, Ints, bump, coded, known, packed, slots
from data.demo.traffic.corridors import lost_days
from data.demo.traffic.places import MOUNTAIN, SHARES, TOWNS, name_of, points, towns_of
from data.divisions import children

STATUS_DAYS = 60
_SLOT_H = 5 / 60


@dataclass(frozen=True)
class _Lot:
    name: str
    place_code: str
    kind: str
    spaces: int
    spot: str = ""
    node: str = ""


_NAMED = (  # never thinned: the stories and the scenic spots' own
    _Lot(stories.FULL_LOT_NAME, "341023101", "scenic", 620, "宏村", "塔川"),
    _Lot("演示停车场·宏村2号（临时）", "341023101", "temporary", 400, "宏村", "塔川"),
    _Lot("演示停车场·汤口换乘中心", "341003102", "transit", 2100, "黄山风景区"),
    _Lot("演示停车场·汤口寨西", "341003102", "scenic", 1150, "黄山风景区"),
    _Lot("演示停车场·慈光阁", MOUNTAIN, "scenic", 180, "黄山风景区"),
    _Lot("演示停车场·松谷庵", MOUNTAIN, "scenic", 260, "黄山风景区"),
    _Lot("演示停车场·西递", "341023103", "scenic", 520, "西递"),
    _Lot("演示停车场·呈坎", "341004103", "scenic", 480, "呈坎"),
    _Lot("演示停车场·西溪南", "341004101", "scenic", 210, "", "西溪南"),
    _Lot("演示停车场·齐云山", "341022101", "scenic", 560, "齐云山"),
    _Lot("演示停车场·徽州古城", "341021100", "scenic", 430, "徽州古城"),
    _Lot("演示停车场·老街东", "341002004", "public", 320),
    _Lot("演示停车场·太平湖", "341003104", "scenic", 380, "太平湖"),
    _Lot("演示停车场·牯牛降", "341024104", "scenic", 240, "牯牛降"),
    _Lot("演示停车场·深渡码头", "341021101", "scenic", 260),
    _Lot("演示停车场·黄山北站", "341002103", "transit", 900),
)
_OTHERS = 104
_KINDS = {"public": 0.45, "roadside": 0.35, "shared": 0.14, "temporary": 0.06}
_SPACES = {"public": 170, "roadside": 55, "shared": 110, "temporary": 90}
_CHURN = {"public": 0.24, "roadside": 0.4, "shared": 0.16, "scenic": 0.12, "temporary": 0.1, "transit": 0.2}


@dataclass(frozen=True)
class Lots:
    """Lots in the order of their ids; `full` is how full a workday's noon finds them."""

    ids: tuple[str, ...]
    lots: tuple[_Lot, ...]
    full: Floats
    is_connected: Bools

    @property
    def spaces(self) -> Ints:
        return np.array([lot.spaces for lot in self.lots])

    def is_kind(self, *kinds: str) -> Bools:
        return np.array([lot.kind in kinds for lot in self.lots])


def lots(city: City) -> Lots:
    """The register's lots: the named ones, and others by the districts' people."""
    chance = city.chance("parking_lot")
    found = list(_NAMED)
    count = round(_OTHERS * city.scale)
    weights = np.array(
        [SHARES[town[:6]] * (3 if town[:6] == "341002" else 1) / len(towns_of(town[:6])) for town in TOWNS]
    )
    for number, town in enumerate(np.array(TOWNS)[chance.choice(len(TOWNS), count, p=weights / weights.sum())], 1):
        kind = list(_KINDS)[int(chance.choice(len(_KINDS), p=list(_KINDS.values())))]
        spaces = int(np.clip(_SPACES[kind] * np.exp(chance.normal(0, 0.45)), 12, 900))
        found.append(_Lot(f"演示停车场·{name_of(str(town))}{number}", str(town), kind, spaces))
    size = len(found)
    connected = np.array([lot in _NAMED for lot in found]) | (chance.random(size) < 0.84)
    connected[int(stories.OUTDATED_LOT[-3:]) - 1 :][:1] = True
    full = np.where([lot.kind == "roadside" for lot in found], 0.9, 0.8) * np.clip(
        chance.normal(1, 0.12, size), 0.5, 1.25
    )
    return Lots(tuple(f"YS-P{number:03d}" for number in range(1, size + 1)), tuple(found), full, connected)


def parking_lot(city: City, register: Lots) -> pa.Table:
    """The register."""
    chance = city.chance("parking_lot places")
    where = points(
        city, "parking_lot", [lot.place_code if lot.place_code in TOWNS else "341003102" for lot in register.lots]
    )
    on_mountain = np.array([lot.place_code == MOUNTAIN for lot in register.lots])
    spaces = register.spaces
    return table(
        "traffic.parking_lot",
        {
            "lot_id": register.ids,
            "name": [lot.name for lot in register.lots],
            "kind": [lot.kind for lot in register.lots],
            "place_code": [lot.place_code for lot in register.lots],
            "lon": np.where(on_mountain, np.nan, where.lon),
            "lat": np.where(on_mountain, np.nan, where.lat),
            "space_count": spaces,
            "charging_space_count": (spaces * chance.uniform(0.02, 0.12, len(spaces))).astype(int),
            "accessible_space_count": np.ceil(spaces * 0.015).astype(int),
            "spot_id": [spot_ids(city).get(lot.spot) for lot in register.lots],
            "node_id": [node_ids().get(lot.node) for lot in register.lots],
            "is_connected": register.is_connected,
            "is_open": np.ones(len(spaces), bool),
            "operator_name": [f"演示停车公司{number % 3 + 1}" for number in range(len(spaces))],
        },
    )


def _target(drive: Drivers, day: int, register: Lots) -> Floats:
    """How full each lot would be in each slot if there were room for all, lot × slot."""
    hours = np.arange(SLOTS) / 12
    date, crowd = drive.calendar[day], float(drive.crowd[day])
    scenic = np.clip(bump(hours, 12.6, 3.1) * 1.05, 0, 1) * (0.2 + 0.32 * (crowd - 1)) + 0.02
    daily = 0.3 + 0.7 * np.clip(bump(hours, 10.8, 3.2) + bump(hours, 16.0, 3.0), 0, 1)
    evening = 0.45 + 0.55 * np.clip(bump(hours, 19.8, 3.0) + 0.6 * bump(hours, 11.5, 3.5), 0, 1)
    town = daily if date.is_workday else evening
    found = np.where(register.is_kind("scenic", "temporary")[:, None], scenic, register.full[:, None] * town)
    found[register.is_kind("transit")] = scenic * 0.7 + 0.22 * daily
    is_story = date.holiday_name == "国庆节" or (date.day_date.month == stories.LEAVES_MONTH and not date.is_workday)
    if is_story:
        found[0] = 1.5 * np.clip(bump(hours, 12.7, 3.0), 0, 1) + 0.03  # 宏村1号
        found[1] = 0.8 * bump(hours, 13.2, 2.6)
    wet: Floats = np.where(register.is_kind("scenic"), 0.82, 1.06) if drive.rain_mm[day] > 15 else np.ones(len(found))
    filled: Floats = found * wet[:, None]
    return filled


@dataclass(frozen=True)
class Parking:
    """Five-minute counts of the last days (lot × slot) and the totals of every day (day × lot)."""

    first_day: int
    occupied: npt.NDArray[np.int16]
    arrived: npt.NDArray[np.int16]
    left: npt.NDArray[np.int16]
    day_in: Ints
    day_out: Ints
    day_hours: Floats
    day_peak: Ints
    day_full: Ints


def parking(city: City, drive: Drivers, register: Lots) -> Parking:
    """Day by day from the cars that stood there the evening before: in less out is what stands."""
    chance = city.chance("parking_status")
    size, spaces = len(register.ids), register.spaces[:, None]
    first_day = max(0, drive.day_count - STATUS_DAYS)
    width = (drive.day_count - first_day) * SLOTS
    occupied, arrived, left = (np.zeros((size, width), np.int16) for _ in range(3))
    day_in, day_out, day_peak, day_full = (np.zeros((drive.day_count, size), int) for _ in range(4))
    day_hours = np.zeros((drive.day_count, size))
    churn = np.array([_CHURN[lot.kind] for lot in register.lots])[:, None] * spaces / 12
    standing = np.round(0.3 * spaces).astype(int)
    for day in range(drive.day_count):
        share = np.clip(_target(drive, day, register) * chance.normal(1, 0.04, (size, 1)), 0, 1)
        beside = (spaces * chance.uniform(0, 0.02, (size, 1))).astype(int)
        beside[int(drive.calendar[day].holiday_name == "国庆节") :] = 0  # only 宏村1号 lets cars stand in its aisles
        stands = np.round(np.where(share >= 1, spaces + beside, share * spaces)).astype(int)
        change = np.diff(stands, axis=1, prepend=standing)
        through = chance.poisson(churn * np.minimum(share, 0.9))
        into, out = np.maximum(change, 0) + through, np.maximum(-change, 0) + through
        standing = stands[:, -1:]
        if day >= first_day:
            part = np.s_[:, (day - first_day) * SLOTS : (day - first_day + 1) * SLOTS]
            occupied[part], arrived[part], left[part] = stands, into, out
        day_in[day], day_out[day], day_hours[day] = into.sum(axis=1), out.sum(axis=1), stands.sum(axis=1) * _SLOT_H
        day_peak[day], day_full[day] = stands.max(axis=1), 5 * (stands >= spaces).sum(axis=1)
    return Parking(first_day, occupied, arrived, left, day_in, day_out, np.round(day_hours, 1), day_peak, day_full)


def parking_status(city: City, drive: Drivers, register: Lots, cars: Parking) -> pa.Table:
    """The five-minute counts of connected lots; sensors miss some hours, and one lot's register is out of date."""
    chance = city.chance("parking_status gaps")
    size, width = cars.occupied.shape
    there = np.repeat(register.is_connected[:, None], width, axis=1)
    for lot in chance.choice(size, max(1, size // 6), replace=False):
        begin = int(chance.integers(0, width))
        there[lot, begin : begin + int(chance.integers(24, 3 * SLOTS))] = False
    lost = chance.random((size, width), dtype=np.float32) < 0.004
    contradicted = drive.day_count - stories.CONTRADICTED_DAYS_BEFORE_END - cars.first_day
    if contradicted >= 0:  # nothing is missing where the two counts contradict
        whole = np.s_[register.ids.index(stories.CONTRADICTING_LOT), contradicted * SLOTS : (contradicted + 1) * SLOTS]
        there[whole], lost[whole] = True, False
    spaces = register.spaces.copy()
    if stories.OUTDATED_LOT in register.ids:
        spaces[register.ids.index(stories.OUTDATED_LOT)] += stories.SPACES_NOT_IN_REGISTER
    free = np.maximum(spaces[:, None] - cars.occupied, 0)
    lot = np.repeat(np.arange(size), width)[there.ravel()]
    measured = ~lost[there]
    return packed(
        "traffic.parking_status",
        {
            "lot_id": coded(register.ids, lot),
            "place_code": coded([each.place_code for each in register.lots], lot),
            "observed_at": np.broadcast_to(slots(drive.days[cars.first_day], width // SLOTS, 5), (size, width))[there],
            "occupied_count": known(cars.occupied[there], measured),
            "free_count": known(free[there].astype(np.int16), measured),
            "vehicle_in_count": known(cars.arrived[there], measured),
            "vehicle_out_count": known(cars.left[there], measured),
            "data_flag": coded(("N", "M"), (~measured).astype(np.int8)),
        },
    )


def parking_daily(drive: Drivers, register: Lots, cars: Parking) -> pa.Table:
    """Days of connected lots; two days a year never came, and one lot once contradicts its own five-minute counts."""
    day_in = cars.day_in.copy()
    wrong = drive.day_count - stories.CONTRADICTED_DAYS_BEFORE_END
    if wrong >= 0:
        day_in[wrong, register.ids.index(stories.CONTRADICTING_LOT)] += 500
    keep = (~lost_days(drive)[:, None] & register.is_connected[None, :]).ravel()
    lot = np.tile(np.arange(len(register.ids)), drive.day_count)[keep]
    return packed(
        "traffic.parking_daily",
        {
            "lot_id": coded(register.ids, lot),
            "place_code": coded([each.place_code for each in register.lots], lot),
            "day_date": np.repeat(drive.days, len(register.ids))[keep],
            "vehicle_in_count": day_in.ravel()[keep],
            "vehicle_out_count": cars.day_out.ravel()[keep],
            "stay_hour": cars.day_hours.ravel()[keep],
            "peak_occupied_count": cars.day_peak.ravel()[keep],
            "full_min": cars.day_full.ravel()[keep].astype(float),
        },
    )


_NEED = {
    "old_compound": 1.6,
    "hospital": 1.5,
    "school": 1.35,
    "commercial": 1.2,
    "scenic": 1.25,
    "transport": 1.1,
    "other": 0.95,
}


def parking_demand(city: City, drive: Drivers) -> pa.Table:
    """The surveys of the last two years: supply and demand by township and kind of area."""
    chance = city.chance("parking_demand")
    last = drive.days[-1].astype(object)
    years = [last.year - 1, last.year] if last.month >= 7 else [last.year - 2, last.year - 1]
    places = [(town, share) for district, share in SHARES.items() for town in _surveyed(district)]
    rows = []
    for town, share in places:
        size = share * 9000 / len(_surveyed(town[:6]))
        for kind, need in _NEED.items():
            space = int(size * chance.uniform(0.08, 0.22))
            for back, year in enumerate(reversed(years)):
                demand = int(space * need * chance.uniform(0.92, 1.12) * (0.96 if back else 1))
                supply = int(space * (0.97 if back else 1))
                rows.append((town, year, kind, supply, demand, int(supply * chance.uniform(0.02, 0.15))))
    return table(
        "traffic.parking_demand",
        {
            "place_code": [row[0] for row in rows],
            "year": [row[1] for row in rows],
            "parking_area_kind": [row[2] for row in rows],
            "space_count": [row[3] for row in rows],
            "demand_count": [row[4] for row in rows],
            "shareable_count": [row[5] for row in rows],
            "data_date": np.array([f"{row[1]}-06-30" for row in rows], dtype="datetime64[D]"),
            "evidence": ["演示数据，非调查结果"] * len(rows),
        },
    )


def _surveyed(district: str) -> list[str]:
    return [place.place_code for place in children(district)][: 6 if district == "341002" else 3]
