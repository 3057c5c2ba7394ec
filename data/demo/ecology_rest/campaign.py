"""Demo rows of the four campaigns: their tasks month by month, solid waste, and what must be disclosed."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.ecology_rest import period, place
from data.demo.ecology_rest.column import by_row, by_tuple

TASKS_PER_FIELD = 20
_FIELDS = {
    "water": ("入河排污口整治", "城镇污水管网改造", "农村生活污水治理", "小流域综合治理", "水源地规范化建设"),
    "air": ("工业园区 VOCs 治理", "建筑工地扬尘管控", "秸秆综合利用", "柴油货车淘汰", "餐饮油烟整治"),
    "soil": ("受污染耕地安全利用", "建设用地准入管理", "化肥农药减量", "涉重金属排查", "地下水污染防治"),
    "solid_waste": ("危险废物规范化管理", "医疗废物收集处置", "生活垃圾分类", "建筑垃圾消纳", "农膜回收"),
}
_LETTERS = {"water": "W", "air": "A", "soil": "T", "solid_waste": "G"}
_LEADS = {"water": "市水利局", "air": "市生态环境局", "soil": "市农业农村局", "solid_waste": "市城市管理局"}
_PROBLEMS = ("资金未到位", "用地手续未办结", "施工单位进度滞后", "配套管网未通", "台账不全")
_WASTES = {  # tons a month for the city; shares used, disposed, stored, transferred
    "general_industrial": (46_000.0, (0.91, 0.05, 0.03, 0.01)),
    "hazardous": (1_150.0, (0.22, 0.18, 0.12, 0.48)),
    "medical": (205.0, (0.0, 1.0, 0.0, 0.0)),
    "domestic": (31_500.0, (0.08, 0.92, 0.0, 0.0)),
    "construction": (68_000.0, (0.58, 0.38, 0.04, 0.0)),
    "agricultural": (21_000.0, (0.93, 0.05, 0.02, 0.0)),
}
_DISCLOSED = (  # what, element, period, machine readable
    ("空气质量日报", "air", "week", True), ("空气质量月报与排名", "air", "month", True),
    ("地表水水质月报", "surface_water", "month", True), ("县级水源地水质状况", "surface_water", "month", True),
    ("地下水环境状况", "groundwater", "quarter", False), ("土壤环境信息", "soil", "quarter", False),
    ("辐射环境自动监测", "radiation", "week", True), ("生态质量状况", "eco", "quarter", False),
    ("重点排污单位监督性监测", "source", "month", True), ("碳排放核算结果", "carbon", "quarter", False),
)  # fmt: skip


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "ecology.pollution_task": _tasks(city, drive),
        "ecology.solid_waste_monthly": _solid_waste(city, drive),
        "ecology.disclosure": _disclosures(city, drive),
    }


def _tasks(city: City, drive: Drivers) -> pa.Table:
    """Twenty tasks a field and year. Each runs to its year's end; some start late, fall behind or catch up."""
    chance = city.chance("pollution_task")
    months: list[date] = period.months(drive, 10).tolist()
    units = (*place.DISTRICTS, place.city_code(), place.SCENIC, place.ECONOMIC)
    rows: list[dict[str, object]] = []
    for year in sorted({month.year for month in months}):
        for field, names in _FIELDS.items():
            for number in range(1, TASKS_PER_FIELD + 1):
                where = units[int(chance.integers(0, len(units)))]
                is_city = where == place.city_code()
                title = names[number % len(names)]
                task: dict[str, object] = {
                    "pollution_task_id": f"YS-T{year}-{_LETTERS[field]}{number:02d}",
                    "pollution_field": field,
                    "name": f"{'全市' if is_city else place.short(where)}{title}（演示{number:02d}）",
                    "place_code": where,
                    "lead_unit": _LEADS[field] if is_city else place.branch(where),
                    "supporting_units": "市发展和改革委员会|市财政局" if number % 3 == 0 else None,
                }
                due = int(chance.choice([9, 10, 11, 12], p=[0.1, 0.15, 0.15, 0.6]))
                task["due_date"] = date(year, due, calendar.monthrange(year, due)[1])
                course = _course(chance, due)
                for month in (each for each in months if each.year == year):
                    progress, status = course[month.month - 1]
                    worry = _PROBLEMS[(number + month.month // 4) % len(_PROBLEMS)]
                    rows.append(
                        task
                        | {
                            "month_date": month,
                            "progress_rate": progress,
                            "status": status,
                            "problem": worry if status in ("late", "at_risk") else None,
                            "evidence": f"演示文号〔{year}〕{number}号" if status == "done" else None,
                        }
                    )
    return by_row("ecology.pollution_task", rows)


def _course(chance: np.random.Generator, due: int) -> list[tuple[float, str]]:
    """Progress and status of a task in each month of its year, due at the end of month `due`."""
    pace, begin = chance.normal(1.06, 0.1), int(chance.integers(1, 4))
    jitter = np.cumsum(chance.normal(0, 0.015, 12))
    course = []
    for month in range(1, 13):
        planned = min(1.0, max(0.0, (month - begin + 1) / (due - begin + 1)))
        progress = round(float(np.clip(planned * pace + jitter[month - 1], 0.0, 1.0)), 2) if planned else 0.0
        behind = planned - progress
        if progress in (0.0, 1.0):
            status = "done" if progress else "not_started"
        elif behind > 0.12 or planned >= 1:
            status = "late"
        else:
            status = "at_risk" if behind > 0.05 else "on_track"
        course.append((progress, status))
    return course


def _solid_waste(city: City, drive: Drivers) -> pa.Table:
    """Seven districts, and under the city itself what its own plant took in; one district's file of a month is late."""
    chance = city.chance("solid_waste_monthly")
    months = period.months(drive, 15)
    parts = place.places(place.city_code())
    weights = {
        "general_industrial": place.WORKS,
        "hazardous": place.WORKS,
        "agricultural": place.LAND_HA / place.LAND_HA.sum(),
    }
    rows = []
    for kind, (total, shares) in _WASTES.items():
        share = np.append(0.97 * weights.get(kind, place.PEOPLE), 0.03)
        for row, code in enumerate(parts):
            for step, month in enumerate(months.tolist()):
                if row == 5 and kind == "construction" and step == len(months) - 3:
                    continue
                made = round(float(total * share[row] * chance.uniform(0.92, 1.08)), 1)
                ways = np.round(made * np.array(shares) * chance.uniform(0.97, 1.03, 4), 1)
                ways[int(np.argmax(shares))] += round(made - float(ways.sum()), 1)  # the ways add up to what was made
                rows.append((code, kind, month, made, *(round(float(each), 1) for each in ways)))
    names = (
        "place_code",
        "waste_kind",
        "month_date",
        "generated_ton",
        "utilised_ton",
        "disposed_ton",
        "stored_ton",
        "transferred_ton",
    )
    return by_tuple("ecology.solid_waste_monthly", names, rows)


def _disclosures(city: City, drive: Drivers) -> pa.Table:
    """What was due: nearly all in time, a few late, one overdue at the end, one that the law keeps back."""
    chance = city.chance("disclosure")
    last = drive.calendar[-1].day_date
    dues: dict[str, list[date]] = {"week": [], "month": [], "quarter": []}
    for each in drive.calendar:
        dues["week"] += [each.day_date] if each.day_date.weekday() == 1 else []
        dues["month"] += [each.day_date] if each.day_date.day == 15 else []
        dues["quarter"] += [each.day_date] if each.day_date.day == 20 and each.day_date.month % 3 == 1 else []
    dues["month"].append(last + timedelta(days=12))  # one is still to come
    rows = []
    for number, (name, element, how_often, is_machine) in enumerate(_DISCLOSED, 1):
        for area in (place.city_code(), *(place.DISTRICTS if how_often == "month" else ())):
            for due in dues[how_often]:
                kept_back = name == "土壤环境信息" and due.month == 7
                lag = int(chance.choice([-3, -2, -1, 0, 2, 6], p=[0.2, 0.3, 0.26, 0.17, 0.05, 0.02]))
                is_missing = kept_back or (number == 4 and area == "341024" and due > last - timedelta(days=20))
                published = None if is_missing or due + timedelta(days=lag) > last else due + timedelta(days=lag)
                status = (
                    "not_public" if kept_back else "published" if published else "late" if due <= last else "pending"
                )
                rows.append(
                    {
                        "disclosure_id": f"YS-D{number:02d}-{area}",
                        "place_code": area,
                        "name": name,
                        "environment_element": element,
                        "period_kind": how_often,
                        "due_date": due,
                        "published_date": published,
                        "publish_url": None,
                        "is_open_data": is_machine,
                        "is_masked": element == "source",
                        "is_machine_readable": is_machine if published else None,
                        "open_format": "CSV" if is_machine and published else None,
                        "owner_unit": place.BUREAU if area == place.city_code() else place.branch(area),
                        "status": status,
                        "updated_date": min(last, published or last),
                    }
                )
    return by_row("ecology.disclosure", rows)
