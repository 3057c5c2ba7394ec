"""The only place that draws the demo's road network: corridors, junctions and directed links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.tourism.register import node_ids, spot_ids
from data.demo.traffic import stories
from data.demo.traffic.columns import Bools, drawn
from data.demo.traffic.places import DISTRICTS, name_of, points, towns_of


@dataclass(frozen=True)
class Corridor:
    """One corridor; `crowd` and `commute`: how much holidays and rush hours slow it; tourism names spots and nodes."""

    name: str
    kind: str
    place_code: str
    start: str
    end: str
    length_km: float
    free_min: float
    crowd: float
    commute: float
    spot: str = ""
    node: str = ""


CORRIDORS = (
    Corridor("屯溪—汤口", "scenic", "341003102", "屯溪", "汤口（南大门换乘中心）", 60, 55, 0.46, 0.10, "黄山风景区"),
    Corridor("屯溪—宏村", "scenic", "341023101", "屯溪", "宏村", 64, 58, 0.42, 0.08, "宏村", "塔川"),
    Corridor("屯溪—西递", "scenic", "341023103", "屯溪", "西递", 55, 50, 0.30, 0.08, "西递"),
    Corridor("屯溪—太平湖", "scenic", "341003104", "屯溪", "太平湖", 92, 80, 0.15, 0.05, "太平湖"),
    Corridor("甘棠—北大门", "scenic", "341003400", "甘棠", "黄山北大门", 28, 36, 0.24, 0.06, "黄山风景区"),
    Corridor("屯溪—呈坎", "scenic", "341004103", "屯溪", "呈坎", 38, 40, 0.22, 0.10, "呈坎"),
    Corridor("屯溪—西溪南", "scenic", "341004101", "屯溪", "西溪南", 20, 25, 0.26, 0.12, "", "西溪南"),
    Corridor("屯溪—齐云山", "scenic", "341022101", "屯溪", "齐云山", 33, 35, 0.20, 0.10, "齐云山"),
    Corridor("歙县—深渡", "scenic", "341021101", "徽城", "深渡", 27, 32, 0.16, 0.08),
    Corridor("屯溪—徽州古城", "scenic", "341021100", "屯溪", "徽州古城", 28, 30, 0.22, 0.14, "徽州古城"),
    Corridor("祁门—牯牛降", "scenic", "341024104", "祁山", "牯牛降", 45, 60, 0.10, 0.04, "牯牛降"),
    Corridor("黄山北站—汤口", "scenic", "341003102", "黄山北站", "汤口", 62, 58, 0.36, 0.10, "黄山风景区"),
    Corridor("屯溪—岩寺", "commuter", "341004100", "屯溪", "岩寺", 14, 20, 0.05, 0.42),
    Corridor("屯溪—海阳", "commuter", "341022100", "屯溪", "海阳", 16, 22, 0.05, 0.36),
    Corridor("黎阳—高铁新区", "commuter", "341002103", "黎阳", "黄山北站", 8, 14, 0.12, 0.40),
    Corridor("屯光—新潭", "commuter", "341002103", "屯光", "新潭", 9, 16, 0.04, 0.44),
    Corridor("屯溪—杭州方向", "intercity", "341021114", "屯溪", "昱岭关", 85, 65, 0.18, 0.04),
    Corridor("屯溪—景德镇方向", "intercity", "341024100", "屯溪", "祁门西", 75, 62, 0.12, 0.04),
    Corridor("屯溪—宣城方向", "intercity", "341021", "屯溪", "歙县北", 40, 36, 0.12, 0.05),
    Corridor("屯溪—池州方向", "intercity", "341003100", "屯溪", "甘棠", 95, 80, 0.14, 0.04),
)
CORRIDOR_IDS = tuple(f"YS-C{number:02d}" for number in range(1, len(CORRIDORS) + 1))
DIRECTIONS = ("in", "out")
LINKS_PER_DIRECTION = 4

_LINKS = {"341002": 360, "341003": 45, "341004": 100, "341021": 50, "341022": 35, "341023": 25, "341024": 25}
_JUNCTIONS = {"341002": 54, "341003": 7, "341004": 15, "341021": 9, "341022": 6, "341023": 5, "341024": 4}
_ROADS = (  # of 屯溪区; elsewhere roads are numbered
    ("天都大道", "express"), ("齐云大道", "express"), ("迎宾大道", "arterial"), ("黄山东路", "arterial"),
    ("新安北路", "arterial"), ("前园南路", "arterial"), ("长干东路", "arterial"), ("花山路", "arterial"),
    ("徽州大道", "arterial"), ("跃进路", "secondary"), ("阳湖路", "secondary"), ("戴震路", "secondary"),
    ("滨江东路", "secondary"), ("社屋前路", "secondary"), ("昱中路", "secondary"), ("徽山路", "branch"),
    ("荷花池路", "branch"), ("珠塘路", "branch"), ("杨梅山路", "branch"), ("西镇街", "branch"),
)  # fmt: skip
_CLASSES = {"arterial": 0.25, "secondary": 0.4, "branch": 0.35}
FREE_SPEED = {"express": 75.0, "arterial": 48.0, "secondary": 38.0, "branch": 28.0, "highway": 72.0}
CAPACITY = {"express": 1500.0, "arterial": 900.0, "secondary": 480.0, "branch": 200.0, "highway": 260.0}
_STRESS = {"express": 0.8, "arterial": 1.0, "secondary": 0.9, "branch": 0.7, "highway": 0.3}
_SOURCES = {"probe": 0.42, "map": 0.26, "checkpoint": 0.15, "radar": 0.11, "video": 0.06}
_PROBES = {"341002": 1.0, "341003": 0.6, "341004": 0.9, "341021": 0.6, "341022": 0.55, "341023": 0.5, "341024": 0.1}


@dataclass(frozen=True)
class Links:
    """Directed links in the order of place and number; `stress` says how much load slows a link, `probes` how seen."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[str, ...]
    classes: tuple[str, ...]
    directions: tuple[str, ...]
    corridors: tuple[str, ...]
    sources: tuple[str, ...]
    length_km: Floats
    free_speed: Floats
    stress: Floats
    probes: Floats

    @property
    def count(self) -> int:
        return len(self.ids)

    @cached_property
    def capacity(self) -> Floats:
        return np.array([CAPACITY[each] for each in self.classes])


def links(city: City) -> Links:
    """The directed links, in pairs; `City.scale` thins them, but every corridor and every named road keeps one."""
    chance = city.chance("road_link")
    rows: list[tuple[str, str, str, str, str, float]] = []  # place, road, class, corridor, direction, length
    for district in DISTRICTS:
        towns = towns_of(district)
        pairs = max(len(_ROADS) if district == "341002" else 5, round(_LINKS[district] / 2 * city.scale))
        for number in range(pairs):
            if district == "341002":
                road, kind = _ROADS[number % len(_ROADS)]
                town = towns[int(chance.integers(len(towns)))]
            else:
                town = towns[0] if chance.random() < 0.7 else towns[int(chance.integers(len(towns)))]
                kind = str(drawn(chance, _CLASSES, 1)[0])
                road = f"演示路·{name_of(town)}{number % 12 + 1}路"
            length = round(float(np.clip(chance.lognormal(-0.55, 0.45), 0.15, 2.5)), 2)
            rows += [(town, road, kind, "", direction, length) for direction in DIRECTIONS]
    watched_links = max(1, round(LINKS_PER_DIRECTION * min(city.scale, 1.0)))
    for corridor_id, corridor in zip(CORRIDOR_IDS, CORRIDORS, strict=True):
        for direction in DIRECTIONS:
            places = ("341002100", "341002100", corridor.place_code, corridor.place_code)[-watched_links:]
            length = round(
                min(corridor.length_km / LINKS_PER_DIRECTION, float(chance.uniform(1.2, 3.0))), 2
            )  # watched part
            rows += [(place, corridor.name, "highway", corridor_id, direction, length) for place in places]
    rows.sort(key=lambda row: row[0])  # as the store sorts, so that the largest table arrives in order
    count = len(rows)
    classes = tuple(row[2] for row in rows)
    thin = np.array([_PROBES[row[0][:6]] for row in rows])
    jam = np.array([1.55 if row[1] in stories.BOTTLENECKS else 1.0 for row in rows])
    source = drawn(chance, _SOURCES, count)
    source[thin < 0.2] = "probe"
    return Links(
        ids=tuple(f"YS-L{number:04d}" for number in range(1, count + 1)),
        names=tuple(row[1] for row in rows),
        places=tuple(row[0] for row in rows),
        classes=classes,
        directions=tuple(row[4] for row in rows),
        corridors=tuple(row[3] for row in rows),
        sources=tuple(str(each) for each in source),
        length_km=np.array([row[5] for row in rows]),
        free_speed=np.round(np.array([FREE_SPEED[each] for each in classes]) * chance.uniform(0.9, 1.1, count)),
        stress=np.array([_STRESS[each] for each in classes]) * np.clip(chance.normal(1, 0.25, count), 0.4, 1.6) * jam,
        probes=thin,
    )


def road_link(city: City, net: Links) -> pa.Table:
    """The register of links; every twentieth has no free speed of its own and takes its class's."""
    number = np.arange(net.count)
    crossing = {district: _junction_ids(city, district) for district in DISTRICTS}
    chance = city.chance("road_link ends")
    ends = [chance.choice(crossing[place[:6]], 2) if len(place) >= 6 else (None, None) for place in net.places]
    lanes = {"express": 3, "arterial": 2, "secondary": 2, "branch": 1, "highway": 2}
    return table(
        "traffic.road_link",
        {
            "link_id": net.ids,
            "road_name": net.names,
            "place_code": net.places,
            "road_class": net.classes,
            "length_km": net.length_km,
            "lane_count": [lanes[each] for each in net.classes],
            "free_speed_kmh": np.where(number % 20 == 7, np.nan, net.free_speed),
            "travel_direction": net.directions,
            "from_junction_id": [end[0] for end in ends],
            "to_junction_id": [end[1] for end in ends],
            "is_main_urban": [place[:6] in ("341002", "341004") and not c for place, c in _paired(net)],
            "corridor_id": [each or None for each in net.corridors],
            "valid_from": np.full(net.count, np.datetime64("2022-01-01")),
        },
    )


def _paired(net: Links) -> Sequence[tuple[str, str]]:
    return list(zip(net.places, net.corridors, strict=True))


def corridor(city: City, net: Links) -> pa.Table:
    """The register of corridors, a row for each direction."""
    rows = []
    for corridor_id, each in zip(CORRIDOR_IDS, CORRIDORS, strict=True):
        for direction in DIRECTIONS:
            on_it = [
                link
                for link, corridor_, way in zip(net.ids, net.corridors, net.directions, strict=True)
                if (corridor_, way) == (corridor_id, direction)
            ]
            rows.append(
                {
                    "corridor_id": corridor_id,
                    "travel_direction": direction,
                    "name": each.name,
                    "kind": each.kind,
                    "place_code": each.place_code,
                    "spot_id": spot_ids(city).get(each.spot),
                    "node_id": node_ids().get(each.node),
                    "start_name": each.start if direction == "in" else each.end,
                    "end_name": each.end if direction == "in" else each.start,
                    "length_km": each.length_km,
                    "free_min": each.free_min,
                    "link_ids": "|".join(on_it),
                }
            )
    return table("traffic.corridor", {name: [row[name] for row in rows] for name in rows[0]})


@dataclass(frozen=True)
class Junctions:
    """Junctions in the order of place and number."""

    ids: tuple[str, ...]
    places: tuple[str, ...]
    has_signal: Bools
    stress: Floats


def junctions(city: City) -> Junctions:
    """The junctions, most of them in 屯溪区."""
    chance = city.chance("junction")
    ids: list[str] = []
    places: list[str] = []
    for district in DISTRICTS:
        towns = towns_of(district)
        found = _junction_ids(city, district)
        ids += found
        places += [towns[number % len(towns)] if district == "341002" else towns[0] for number in range(len(found))]
    count = len(ids)
    return Junctions(
        tuple(ids), tuple(places), chance.random(count) < 0.85, np.clip(chance.normal(1, 0.3, count), 0.3, 2)
    )


def _junction_ids(city: City, district: str) -> list[str]:
    count = max(2, round(_JUNCTIONS[district] * city.scale))
    return [f"YS-K{district[4:]}{number:02d}" for number in range(1, count + 1)]


def junction(city: City, drive: Drivers, cross: Junctions) -> pa.Table:
    """The register of junctions: most signals report in, a few do not."""
    chance = city.chance("junction state")
    count, end = len(cross.ids), drive.days[-1] + 1
    where = points(city, "junction", cross.places)
    connected = cross.has_signal & (chance.random(count) < 0.82)
    online = connected & (chance.random(count) < 0.95)
    away = np.where(online, chance.integers(1, 8, count), chance.integers(60, 60 * 96, count))
    seen = end.astype("datetime64[m]") - away.astype("timedelta64[m]")
    control = np.where(connected, drawn(chance, {"actuated": 0.5, "adaptive": 0.3, "fixed": 0.2}, count), "fixed")
    return table(
        "traffic.junction",
        {
            "junction_id": cross.ids,
            "name": [f"演示路口·{name_of(p)}{i}" for i, p in enumerate(cross.places, 1)],
            "place_code": cross.places,
            "lon": where.lon,
            "lat": where.lat,
            "has_signal": cross.has_signal,
            "is_connected": connected,
            "is_online": pa.array(online, mask=~connected),
            "last_seen_at": pa.array(seen.astype("datetime64[us]"), mask=~connected),
            "junction_control": np.where(cross.has_signal, control, "none"),
            "has_e_police": cross.has_signal & (chance.random(count) < 0.6),
            "data_date": np.full(count, drive.days[-1]),
        },
    )
