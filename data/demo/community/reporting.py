"""Demo rows of the burden on the grassroots: which fields which unit asks for, and how grid officers spend a month.

Planted: 户数, 常住人口, 60 岁以上人数 and other plain facts are asked for by several units again and again, though the
shared platform holds them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, table
from data.demo.people import Anything, apportion, people
from data.divisions import CITY

COMMON = (
    "户数", "常住人口", "户籍人口", "60岁以上人数", "独居老人数", "低保户数", "残疾人数", "流动人口", "党员人数",
    "网格员姓名", "联系电话", "耕地面积", "村集体收入", "留守儿童数", "高血压患者数", "矛盾纠纷数", "危房户数",
    "外出务工人数", "脱贫户数", "志愿者人数",
)  # fmt: skip
UNITS = {  # forms asked for, domain, how willingly the unit takes what the platform has
    "市民政局": (26, "civil", 0.3),
    "市卫生健康委": (24, "health", 0.2),
    "市委组织部": (18, "party", 0.15),
    "市农业农村局": (22, "rural", 0.25),
    "市公安局": (16, "population", 0.3),
    "市委政法委": (14, "other", 0.35),
    "市人力资源社会保障局": (15, "civil", 0.2),
    "市地方金融监管局": (8, "finance", 0.1),
    "市应急局": (13, "other", 0.15),
    "市统计局": (10, "population", 0.5),
    "市残联": (9, "civil", 0.1),
    "市妇联": (8, "other", 0.05),
    "市住房城乡建设局": (9, "other", 0.2),
    "市市场监管局": (8, "other", 0.25),
}
FIELDS = 30  # of a form
CYCLES = ("weekly", "monthly", "quarterly", "half_year", "yearly", "once")


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "community.report_field": _field(city, drive),
        "community.grid_workload": _workload(city, drive),
    }


def _field(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("report_field")
    start = np.datetime64(drive.days[0], "D")
    available = {name: bool(chance.random() < 0.75) for name in COMMON}
    districts = np.unique(home.district)
    rows = []
    number = 0
    for unit, (forms, domain, willing) in UNITS.items():
        for form in range(forms):
            number += 1
            place = str(chance.choice(districts)) if chance.random() < 0.22 else CITY
            asked = int(np.char.startswith(home.code, place).sum())
            begins = start - int(chance.integers(30, 1200))
            ends = start + int(chance.integers(60, 380)) if chance.random() < 0.07 else None
            cycle = str(chance.choice(CYCLES, p=[0.08, 0.42, 0.24, 0.08, 0.14, 0.04]))
            shared = chance.choice(len(COMMON), 6, replace=False)
            for place_in_form in range(FIELDS):
                is_common = place_in_form < len(shared)
                name = (
                    COMMON[int(shared[place_in_form])]
                    if is_common
                    else f"{unit[1:]}专项{form + 1:02d}-{place_in_form + 1:02d}"
                )
                known = available[name] if is_common else bool(chance.random() < 0.12)
                rows.append(
                    {
                        "form_id": f"YS-B{number:03d}",
                        "form_name": f"演示·{unit.removeprefix('市')}基层报表{form + 1:02d}",
                        "field_name": name if chance.random() < 0.8 else f"{name}（本期）",
                        "standard_field": None if not is_common and chance.random() < 0.1 else name,
                        "requesting_unit": unit,
                        "grassroots_domain": domain,
                        "report_cycle": cycle,
                        "place_code": place,
                        "reporting_unit_count": asked,
                        "is_available": known,
                        "is_on_demand": known and bool(chance.random() < willing),
                        "source_system": "演示·基层基础信息共享平台" if known else None,
                        "valid_from": begins.astype(object),
                        "valid_to": None if ends is None else ends.astype(object),
                    }
                )
    return table("community.report_field", {name: [row[name] for row in rows] for name in rows[0]})


def _workload(city: City, drive: Drivers) -> pa.Table:
    """A row per grid and month that is over; the grids of a community share out its people and officers."""
    home, chance = people(city), city.chance("grid_workload")
    grids = np.maximum(1, np.round(home.resident / 580)).astype(np.int64)
    at = np.repeat(np.arange(len(grids)), grids)
    number = np.arange(len(at)) - np.repeat(np.cumsum(grids) - grids, grids) + 1
    household, population = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
    for community in range(len(grids)):
        here = at == community
        household[here] = apportion(np.ones(grids[community]), int(home.household[community]))
        population[here] = apportion(np.ones(grids[community]), int(home.resident[community]))
    count = len(at)
    parts: dict[str, list[Anything]] = {}
    for month in spans.months(drive):
        reported = chance.poisson(population / 55)
        closed = chance.binomial(reported, 0.955)
        transferred = chance.binomial(reported, 0.2)
        lost = chance.random(count) < 0.01  # an officer's log that was never handed in
        part = {
            "basic_grid_id": np.char.add(home.code[at], np.char.add("-G", np.char.zfill(number.astype(str), 2))),
            "place_code": home.code[at], "month_date": np.full(count, month), "household_count": household,
            "population": population, "grid_officer_count": np.ones(count, dtype=np.int64), "reported_count": reported,
            "self_handled_count": np.minimum(reported - transferred, closed), "transferred_count": transferred,
            "closed_count": closed, "overdue_count": chance.binomial(reported - closed, 0.5),
            "visit_count": chance.poisson(household * 0.32),
            "patrol_hour": np.where(lost, np.nan, np.round(chance.normal(46, 7, count).clip(8, 90), 1)),
            "form_fill_hour": np.where(lost, np.nan, np.round(chance.normal(23, 6, count).clip(2, 60), 1)),
        }  # fmt: skip
        for name, values in part.items():
            parts.setdefault(name, []).append(values)
    return table("community.grid_workload", {name: np.concatenate(values) for name, values in parts.items()})
