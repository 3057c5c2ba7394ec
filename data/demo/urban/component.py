"""Demo rows of 城市部件 and 市政物联终端: what stands in each unit grid, and which of it can report itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.urban.column import Bools, Floats, Ints, digits, draw, join, only, pick
from data.demo.urban.matter import COMPONENTS, LOCAL, MATTERS, ROLE
from data.demo.urban.place import Sites, addresses
from data.demo.urban.unit import Units
from geo.boundaries import LON_SCALE

_PER_GRID = 136  # 30 万个（假定）÷ 2202 格
_STOCK = {  # how common each kind is among the components
    "上水井盖": 8, "污水井盖": 13, "雨水箅子": 16, "电力井盖": 6, "通信井盖": 12, "路灯": 11, "燃气井盖": 3,
    "消火栓": 1, "交通护栏": 4, "交通标志牌": 4, "交通信号灯": 0.5, "人行道": 3, "果皮箱": 3, "垃圾箱": 2.5,
    "公共厕所": 0.1, "行道树": 20, "绿地护栏": 2, "花钵": 1, "宣传栏": 0.8, "休闲座椅": 1.5,
}  # fmt: skip
_STATUSES = ("intact", "damaged", "lost", "abandoned", "removed")
_DEVICES = (  # kind, share, the component it sits on, share online
    ("manhole", 0.34, "污水井盖", 0.955), ("level", 0.14, "雨水箅子", 0.94), ("pressure", 0.08, "上水井盖", 0.965),
    ("gas", 0.08, "燃气井盖", 0.97), ("light", 0.22, "路灯", 0.98), ("bin", 0.10, "垃圾箱", 0.91),
    ("air", 0.04, "", 0.93),
)  # fmt: skip


@dataclass(frozen=True)
class Components:
    """The components, in order of grid. `kind` is an index into COMPONENTS; `site` is the unit grid's."""

    ids: pa.Array
    kind: Ints
    site: Ints
    lon: Floats
    lat: Floats

    def some(self, chance: np.random.Generator, matter: Ints) -> Ints:
        """A component of each kind asked for, drawn at random."""
        order = np.argsort(self.kind, kind="stable")
        first = np.searchsorted(self.kind[order], np.arange(len(COMPONENTS) + 1))
        kind = np.searchsorted(COMPONENTS, matter)
        size = np.diff(first)[kind]
        return order[first[kind] + (chance.random(len(matter)) * size).astype(np.int64)]


def components(city: City, place: Sites, grid_count: int) -> Components:
    """Components spread over the unit grids, more in busy ones."""
    chance = city.chance("urban.city_component")
    weight = np.sqrt(place.weight[:grid_count])
    count = max(len(COMPONENTS) * 4, round(grid_count * _PER_GRID * city.scale))
    site = np.sort(draw(chance, weight, count))
    kind = draw(chance, [_STOCK[MATTERS[index].minor] for index in COMPONENTS], count)
    kind[: len(COMPONENTS)] = np.arange(len(COMPONENTS))  # however small the city, each kind is there
    reach = place.reach[site]
    lon = place.lon[site] + chance.uniform(-1, 1, count) * reach / LON_SCALE
    lat = place.lat[site] + chance.uniform(-1, 1, count) * reach
    code = pick([MATTERS[index].code for index in COMPONENTS], kind)
    district = pick([each[:6] for each in place.place_codes], site)
    ids = join(district, code, digits(np.arange(1, count + 1), 6))
    return Components(ids, kind, site, np.round(lon, 6), np.round(lat, 6))


def city_component(
    city: City, drive: Drivers, place: Sites, unit: Units, found: Components, is_damaged: Bools
) -> pa.Table:
    """The register; what an open case is about is damaged."""
    chance = city.chance("urban.city_component state")
    count = len(found.kind)
    matter = np.array(COMPONENTS)[found.kind]
    status = draw(chance, [97.2, 1.6, 0.4, 0.3, 0.5], count)
    status = np.where(is_damaged, 1, status)
    has_changed = (status > 0) | (chance.random(count) < 0.04)
    first = np.datetime64("2021-01-01", "D")
    initial = first + chance.integers(0, 1400, count)
    age = np.maximum((drive.days[-1] - initial).astype(int), 1)
    changed = initial + np.minimum((age * (0.3 + 0.7 * chance.random(count))).astype(int), age)
    unit_index = unit.handling(place, found.site, ROLE[matter])
    is_sensed = np.isin(matter, [i for i in COMPONENTS if MATTERS[i].minor in {each[2] for each in _DEVICES}])
    grid = pick(place.place_codes, found.site)
    name = pick([each.minor for each in MATTERS], matter)
    owner = pick(unit.names, unit_index)
    return table(
        "urban.city_component",
        {
            "component_id": found.ids,
            "name": name,
            "matter_kind": pick(["component"], np.zeros(count)),
            "type_code": pick([each.code for each in MATTERS], matter),
            "standard_ref": pick([LOCAL], np.zeros(count)),
            "place_code": grid,
            "unit_grid_code": grid,
            "address": addresses(place, found.site, 1 + np.arange(count) % 60),
            "lon": found.lon,
            "lat": found.lat,
            "supervising_unit": owner,
            "property_unit": only(owner, chance.random(count) < 0.85),
            "maintenance_unit": owner,
            "status": pick(_STATUSES, status),
            "initial_date": initial,
            "changed_date": only(pa.array(changed), has_changed),
            "has_sensor": only(pa.array(is_sensed & (chance.random(count) < 0.03)), chance.random(count) < 0.97),
            "source_system": pick(["演示普查", "演示更新"], has_changed.astype(int)),
        },
    )


def iot_device(city: City, drive: Drivers, place: Sites, unit: Units, found: Components) -> pa.Table:
    """Terminals on components; some have been silent for a while, of a few nothing is known."""
    chance = city.chance("urban.iot_device")
    count = max(40, round(5000 * city.scale))
    kind = draw(chance, [share for _, share, *_ in _DEVICES], count)
    minor = [carrier for *_, carrier, _ in _DEVICES]
    carrier = np.full(count, -1)
    by_name = {MATTERS[index].minor: index for index in COMPONENTS}
    for index, name in enumerate(minor):
        here = kind == index
        if name:
            carrier[here] = found.some(chance, np.full(here.sum(), by_name[name]))
    site = np.where(carrier >= 0, found.site[carrier], draw(chance, place.weight[: found.site.max() + 1], count))
    end = (drive.days[-1] + 1).astype("datetime64[s]")
    is_online = chance.random(count) < np.array([share for *_, share in _DEVICES])[kind]
    silent = np.where(
        is_online, chance.integers(1, 1800, count), chance.exponential(9 * 86400, count).astype(int) + 7200
    )
    seen = np.maximum(end - silent.astype("timedelta64[s]"), drive.days[0].astype("datetime64[s]"))
    is_known = chance.random(count) < 0.985
    grid = pick(place.place_codes, site)
    reach = place.reach[site]
    own_lon = np.round(place.lon[site] + chance.uniform(-1, 1, count) * reach, 6)
    matter = np.array([by_name[name] if name else by_name["宣传栏"] for name in minor])[kind]
    return table(
        "urban.iot_device",
        {
            "device_id": join("YS-D", digits(np.arange(1, count + 1), 5)),
            "component_id": pa.array(found.ids).take(pa.array(carrier, mask=carrier < 0)),
            "kind": pick([name for name, *_ in _DEVICES], kind),
            "place_code": grid,
            "unit_grid_code": grid,
            "lon": np.where(carrier >= 0, found.lon[carrier], own_lon),
            "lat": np.where(carrier >= 0, found.lat[carrier], np.round(place.lat[site], 6)),
            "maintenance_unit": pick(unit.names, unit.handling(place, site, ROLE[matter])),
            "installed_date": [date(2024, 1, 1) if old else date(2025, 6, 1) for old in chance.random(count) < 0.5],
            "is_online": only(pa.array(is_online), is_known),
            "last_seen_at": only(pa.array(seen.astype("datetime64[us]")), is_known),
            "is_abnormal": only(pa.array(chance.random(count) < 0.03), is_known),
            "alarm_count": chance.poisson(0.02, count),
            "data_date": [drive.days[-1].item()] * count,
        },
    )
