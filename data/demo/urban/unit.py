"""The only place that names the demo's handling units: who answers for which kind of matter in which area.

All names are invented and say so (演示·); the plan names no unit of city management.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.drivers import City
from data.demo.urban.column import Floats, Ints
from data.demo.urban.place import AREAS, SHARES, Sites
from data.divisions import children, name_of

ROLES = ("order", "clean", "municipal", "green", "street", "traffic", "light", "water", "power", "gas", "telecom")
CENTRE = "演示·市城市管理监督指挥中心"
PATROL = "演示·市城管信息采集队"
_OFFICE = {
    "order": "城市管理执法大队",
    "clean": "环境卫生管理所",
    "municipal": "市政设施养护所",
    "green": "园林绿化养护所",
}
_CITY_WIDE = {
    "traffic": ("演示·市交警大队", "bureau"), "light": ("演示·市路灯管理所", "public_company"),
    "water": ("演示·市供水公司", "public_company"), "power": ("演示·市供电公司", "public_company"),
    "gas": ("演示·市燃气公司", "public_company"), "telecom": ("演示·市通信管线公司", "public_company"),
}  # fmt: skip
_SLOW = {
    "演示·歙县环境卫生管理所": 0.28,
    "演示·市通信管线公司": 0.34,
    "演示·屯溪区新潭镇": 0.22,
}  # who is last, and why


@dataclass(frozen=True)
class Units:
    """Every unit that handles cases. `pace`: how much of a limit it uses, as a logarithm; higher is slower."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    place_codes: tuple[str, ...]
    pace: Floats
    of_area: Ints  # area × role → unit
    of_township: dict[str, int]

    def handling(self, place: Sites, site: Ints, role: Ints) -> Ints:
        """The unit for each case, by its place and the role its kind calls for."""
        township = np.array([self.of_township.get(code[:9], -1) for code in place.place_codes])[site]
        found = self.of_area[place.area[site], role]
        return np.where((role == ROLES.index("street")) & (township >= 0), township, found)


def units(city: City) -> Units:
    """The units of all areas, in official order."""
    found: dict[str, tuple[str, str]] = {}
    table: dict[tuple[int, str], str] = {}
    for index, area in enumerate(AREAS):
        is_district = area.isdigit() and len(area) == 6
        place = name_of(area) if area != "3410" else "市直"
        for role in ROLES:
            if role in _CITY_WIDE:
                name, group = _CITY_WIDE[role]
                found.setdefault(name, (group, "3410"))
            elif is_district:
                office = role if role in _OFFICE else "order"
                name, group = f"演示·{place}{_OFFICE[office]}", "district" if office == "order" else "maintenance"
                found.setdefault(name, (group, area))
            else:
                name = "演示·市直城市管理处" if area == "3410" else f"演示·{place}城市管理办公室"
                found.setdefault(name, ("bureau", area))
            table[index, role] = name
    townships = {}
    for area in ("341002", "341004"):
        for each in children(area):
            name = f"演示·{name_of(area)}{each.name}"
            townships[each.place_code] = name
            found[name] = ("subdistrict", each.place_code)
    names = tuple(found)
    chance = city.chance("urban units")
    pace = chance.normal(0, 0.10, len(names)) + np.array([_SLOW.get(name, 0.0) for name in names])
    of_area = np.array([[names.index(table[index, role]) for role in ROLES] for index in range(len(SHARES))])
    return Units(
        names, tuple(group for group, _ in found.values()), tuple(place for _, place in found.values()), pace, of_area,
        {code: names.index(name) for code, name in townships.items()},
    )  # fmt: skip
