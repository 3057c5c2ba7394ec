"""The only place that says which scenic spots and crowd nodes the demo has: what they are, how many come, how many fit.

Names and grades of the best-known spots are public, and so are the visits of 黄山风景区 (457.46 万人次 in 2023); the
other visits are rough. Every capacity is invented: the approved figures come from the authority's document.
Other themes name spots and nodes by `spot_id` and `node_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, table
from data.demo.people import near, people
from data.demo.tourism.columns import known, numbered
from data.divisions import division

BUREAU = "市文化和旅游局"
MOUNTAIN = "3410F1"  # 黄山风景区管委会 reports for itself: neither 黄山市 nor 黄山区
FINE_SPOTS = 20  # the first so many are counted every five minutes, the others every hour


@dataclass(frozen=True)
class Spot:
    """One spot: yearly visits in 万人次, hours stayed, approved capacities (0 = none), opening hours, ticket in 元."""

    name: str
    place_code: str
    grade: str
    visits: float
    stay: float
    instantaneous: int
    daily: int
    hours: tuple[float, float] = (7.5, 17.5)
    price: int = 0  # 0: no ticket
    alias: str = ""
    is_world_heritage: bool = False
    point: tuple[float, float] | None = None

    @property
    def is_ticketed(self) -> bool:
        return self.price > 0


_PUBLIC = (
    Spot("黄山风景区", MOUNTAIN, "5A", 457.46, 6.5, 38000, 50000, (6.0, 17.5), 190, "黄山", True, (118.168, 30.13)),
    Spot("宏村", "341023101200", "5A", 300.0, 3.2, 15000, 45000, (7.0, 17.5), 94, "皖南古村落—西递宏村", True,
         (117.981, 29.999)),
    Spot("西递", "341023103200", "5A", 95.0, 2.6, 6000, 18000, (7.0, 17.5), 94, "皖南古村落—西递宏村", True,
         (117.988, 29.905)),
    Spot("徽州古城", "341021100", "5A", 110.0, 2.5, 5500, 17000, (8.0, 18.0), 60, "古徽州文化旅游区",
         point=(118.436, 29.868)),
    Spot("棠樾牌坊群·鲍家花园", "341021104210", "5A", 45.0, 2.2, 2400, 7500, (7.5, 17.5), 80, "古徽州文化旅游区",
         point=(118.378, 29.877)),
    Spot("呈坎", "341004103200", "5A", 55.0, 2.4, 3200, 10000, (7.5, 17.5), 85, "古徽州文化旅游区",
         point=(118.262, 29.925)),
    Spot("唐模", "341004102203", "5A", 35.0, 2.2, 1600, 5000, (7.5, 17.5), 60, "古徽州文化旅游区"),
    Spot("潜口民宅", "341004102200", "5A", 12.0, 1.8, 700, 2200, (8.0, 17.0), 50, "古徽州文化旅游区",
         point=(118.31, 29.873)),
    Spot("齐云山", "341022101", "4A", 70.0, 4.0, 4500, 11000, (7.5, 17.5), 55, point=(118.033, 29.812)),
    Spot("太平湖", "341003104", "4A", 60.0, 3.0, 3200, 10000, price=50, point=(118.05, 30.37)),
    Spot("牯牛降", "341024104", "4A", 35.0, 3.5, 2400, 6000, price=70, point=(117.5, 30.03)),
    Spot("新安江山水画廊", "341021101", "4A", 40.0, 3.0, 2200, 7000, price=80, point=(118.53, 29.8)),
    Spot("翡翠谷", "341003102200", "4A", 45.0, 2.8, 2500, 8000, price=75, point=(118.19, 30.09)),
    Spot("花山谜窟", "341002100", "4A", 40.0, 2.6, 2000, 6500, price=90, point=(118.39, 29.75)),
    Spot("屯溪老街", "341002004001", "4A", 620.0, 1.6, 18000, 90000, (8.0, 21.5), point=(118.308, 29.713)),
)  # fmt: skip
_INVENTED = {  # subdistricts of the invented spots
    "4A": ("341002102", "341003103", "341021113", "341022110", "341023100"),
    "3A": ("341002101", "341002103", "341003100", "341003101", "341003105", "341004100", "341004101", "341004202",
           "341021102", "341021106", "341021108", "341021109", "341022100", "341022102", "341022103", "341022210",
           "341023102", "341024100", "341024104", "341024105"),
    "2A": ("341003106", "341021112", "341021203", "341022211", "341023104", "341024204", "341024210"),
    "none": ("341002104", "341003201", "341004201", "341021111", "341021207", "341021212", "341022106", "341022204",
             "341022209", "341023202", "341024106", "341024109", "341024206"),
}  # fmt: skip
_VISITS = {"4A": 28.0, "3A": 13.0, "2A": 5.0, "none": 3.0}


@dataclass(frozen=True)
class Node:
    """One crowd node: thousands of people (for a village: vehicles) on an ordinary day; capacity 0 = not approved."""

    name: str
    kind: str
    place_code: str
    load: float
    instantaneous: int = 0
    spot: str = ""
    point: tuple[float, float] | None = None

    @property
    def is_by_vehicle(self) -> bool:
        """A village without tickets is watched by the vehicles that enter it; its people nobody counts."""
        return self.kind == "village"


_NODES = (
    Node("光明顶", "scenic_inner", MOUNTAIN, 6.0, 6000, "黄山风景区", (118.165, 30.13)),
    Node("迎客松", "scenic_inner", MOUNTAIN, 6.5, 5000, "黄山风景区"),
    Node("西海大峡谷", "scenic_inner", MOUNTAIN, 4.0, 8000, "黄山风景区"),
    Node("始信峰", "scenic_inner", MOUNTAIN, 5.0, 4500, "黄山风景区"),
    Node("云谷索道上站", "scenic_inner", MOUNTAIN, 4.5, 0, "黄山风景区"),
    Node("玉屏索道下站", "scenic_inner", MOUNTAIN, 4.0, 0, "黄山风景区"),
    Node("宏村月沼", "scenic_inner", "341023101200", 5.5, 2600, "宏村", (117.982, 30.0)),
    Node("宏村南湖", "scenic_inner", "341023101200", 6.0, 4500, "宏村", (117.981, 29.998)),
    Node("西溪南", "village", "341004101200", 1.6, 0, "", (118.25, 29.83)),
    Node("石潭", "village", "341021109218", 0.5),
    Node("坡山", "village", "341021108213", 0.4),
    Node("阳产", "village", "341021101", 0.5),
    Node("卖花渔村", "village", "341021113", 0.3),
    Node("木梨硔", "village", "341022106", 0.35),
    Node("塔川", "village", "341023101204", 0.9, 0, "", (118.01, 30.0)),
    Node("屏山", "village", "341023101209", 0.45),
    Node("碧山", "village", "341023100209", 0.5),
    Node("许村", "village", "341021106200", 0.3),
    Node("昌溪", "village", "341021203200", 0.25),
    Node("历溪", "village", "341024104211", 0.3),
    Node("屯溪老街牌坊入口", "street", "341002004001", 9.0, 0, "屯溪老街"),
    Node("黎阳in巷", "street", "341002102", 7.0, 9000),
    Node("渔梁街", "street", "341021100008", 2.4),
    Node("万安老街", "street", "341022102002", 1.8),
    Node("演示街区·碧阳", "street", "341023100", 2.0),
    Node("演示街区·甘棠", "street", "341003100", 1.6),
    Node("演示购物中心·昱东", "shopping", "341002001", 5.0),
    Node("演示购物中心·昱中", "shopping", "341002002", 4.4),
    Node("演示土特产市场·黎阳", "shopping", "341002102", 2.0),
    Node("演示购物中心·岩寺", "shopping", "341004100", 1.8),
    Node("演示购物中心·徽城", "shopping", "341021100", 2.6),
    Node("演示购物中心·海阳", "shopping", "341022100", 1.7),
    Node("演示购物中心·祁山", "shopping", "341024100", 1.5),
    Node("汤口换乘中心", "hub", "341003102001", 8.5, 12000, "黄山风景区", (118.185, 30.075)),
    Node("黄山北站集散点", "hub", "341002103", 9.0, 0, "", (118.29, 29.76)),
    Node("屯溪客运集散点", "hub", "341002103", 3.0),
    Node("宏村停车场换乘点", "hub", "341023101200", 4.5, 0, "宏村"),
    Node("甘棠集散点", "hub", "341003100", 1.6),
    Node("深渡码头", "hub", "341021101001", 2.0),
    Node("祁门集散点", "hub", "341024100", 1.2),
)


def spots(city: City) -> tuple[Spot, ...]:
    """The spots that are counted: those of public name always, the invented ones by the scale of the city."""
    found = list(_PUBLIC)
    for grade, codes in _INVENTED.items():
        for number, code in enumerate(codes[: max(1, round(len(codes) * min(city.scale, 1.0)))]):
            name = division(code).name.removesuffix("镇").removesuffix("乡").removesuffix("街道")
            visits = _VISITS[grade] * (1.5 - number / len(codes))
            has_capacity = grade != "none" and not (grade == "3A" and number % 7 == 3)  # not approved for all
            at_once = round(visits * 70, -2) if has_capacity else 0
            found.append(
                Spot(f"演示景区·{name}", code, grade, visits, 2.0 + number % 3 * 0.4, int(at_once), int(at_once * 3),
                     price=40 if grade in ("4A", "3A") else 0)
            )  # fmt: skip
    return tuple(found)


def nodes() -> tuple[Node, ...]:
    """The crowd nodes; all of them at any scale."""
    return _NODES


@cache
def spot_ids(city: City) -> dict[str, str]:
    """Spot → its id, by name: YS-JQ01 is 黄山风景区, YS-JQ02 宏村."""
    names = [spot.name for spot in spots(city)]
    return dict(zip(names, numbered("YS-JQ", len(names), 2), strict=True))


def node_ids() -> dict[str, str]:
    """Node → its id, by name."""
    return dict(zip([node.name for node in _NODES], numbered("YS-JD", len(_NODES), 2), strict=True))


def scenic_spot(city: City) -> pa.Table:
    """The register of spots."""
    every = spots(city)
    lon, lat = _points(city, "scenic_spot", [(spot.place_code, spot.point) for spot in every])
    chance = city.chance("tourism.scenic_spot")
    at_once, daily = np.array([spot.instantaneous for spot in every]), np.array([spot.daily for spot in every])
    has_capacity = at_once > 0
    ticketed = np.array([spot.is_ticketed for spot in every])
    approved = np.datetime64("2024-03-01") + chance.integers(0, 300, len(every))
    return table(
        "tourism.scenic_spot",
        {
            "spot_id": list(spot_ids(city).values()),
            "name": [spot.name for spot in every],
            "alias_names": [spot.alias or None for spot in every],
            "scenic_grade": [spot.grade for spot in every],
            "place_code": [spot.place_code for spot in every],
            "lon": lon,
            "lat": lat,
            "area_ha": [16060.0 if spot.name == "黄山风景区" else None for spot in every],  # 160.6 km², published
            "instantaneous_capacity": known(at_once, has_capacity),
            "daily_capacity": known(daily, has_capacity),
            "capacity_document": ["演示批文（承载量为虚构）" if each else None for each in has_capacity],
            "approved_date": known(approved, has_capacity),
            "open_time": [_clock(spot.hours[0]) for spot in every],
            "close_time": [_clock(spot.hours[1]) for spot in every],
            "is_ticketed": ticketed,
            "is_reservation_required": [spot.grade == "5A" for spot in every],
            "is_world_heritage": [spot.is_world_heritage for spot in every],
            "is_open": [True] * len(every),
            "operator_name": [
                "黄山风景区管委会" if spot.name == "黄山风景区" else f"演示·{spot.name.removeprefix('演示景区·')}管理处"
                for spot in every
            ],
            "supervising_unit": [_supervisor(spot.place_code) for spot in every],
        },
    )


def crowd_node(city: City) -> pa.Table:
    """The register of crowd nodes."""
    lon, lat = _points(city, "crowd_node", [(node.place_code, node.point) for node in _NODES])
    at_once = np.array([node.instantaneous for node in _NODES])
    ids = spot_ids(city)
    return table(
        "tourism.crowd_node",
        {
            "node_id": list(node_ids().values()),
            "name": [node.name for node in _NODES],
            "kind": [node.kind for node in _NODES],
            "spot_id": [ids.get(node.spot) for node in _NODES],
            "place_code": [node.place_code for node in _NODES],
            "lon": lon,
            "lat": lat,
            "instantaneous_capacity": known(at_once, at_once > 0),
            "daily_capacity": known(at_once * 4, at_once > 0),
            "capacity_document": ["演示批文（承载量为虚构）" if each else None for each in at_once > 0],
            "operator_name": [f"演示·{node.name.split('·')[-1]}运营单位" for node in _NODES],
            "supervising_unit": [_supervisor(node.place_code) for node in _NODES],
            "is_open": [True] * len(_NODES),
        },
    )


def unit_of(place_code: str) -> str:
    """The culture and tourism bureau that answers for a place; the 管委会 and the city answer for themselves."""
    if place_code == "3410":
        return BUREAU
    name = division(place_code[:6]).name
    return name if place_code.startswith("3410F") else f"{name}文化和旅游局（演示）"


def _supervisor(place_code: str) -> str:
    return unit_of(place_code[:6])


def _clock(hour: float) -> str:
    return f"{int(hour):02d}:{int(hour % 1 * 60):02d}"


def _points(
    city: City, name: str, every: list[tuple[str, tuple[float, float] | None]]
) -> tuple[list[float | None], list[float | None]]:
    """Public points as they are; others near a community of the place; none on the mountain, which has no polygon."""
    home = people(city)
    index = np.array([int(np.argmax(np.char.startswith(home.code, code))) for code, _ in every])
    lon, lat = near(city, f"tourism {name}", index, np.full(len(every), 0.8))
    xs: list[float | None] = []
    ys: list[float | None] = []
    for number, (code, point) in enumerate(every):
        is_unknown = point is None and code.startswith("3410F")
        xs.append(None if is_unknown else point[0] if point else float(lon[number]))
        ys.append(None if is_unknown else point[1] if point else float(lat[number]))
    return xs, ys
