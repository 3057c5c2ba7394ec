"""Demo rows of rivers: reaches with their chiefs (河长), and how often they were walked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo import ecology
from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import period, place
from data.demo.ecology_rest.column import by_row, values
from data.divisions import name_of

LEVELS = {"city": 10, "district": 110, "subdistrict": 430, "village": 650}
_DUE_A_MONTH = {"city": 1, "district": 1, "subdistrict": 3, "village": 4}
_POSTS = {"city": "市级河长", "district": "区县级河长", "subdistrict": "乡镇级河长", "village": "村级河长"}
_NAMES = "王李张汪程胡吴方黄许江余叶洪"


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    reaches = _reaches(city, drive)
    return {"ecology.river_reach": reaches, "ecology.river_patrol_monthly": _patrols(city, drive, reaches)}


def _reaches(city: City, drive: Drivers) -> pa.Table:
    """City chiefs have whole rivers, district chiefs their parts, townships and villages the stretches in them."""
    chance = city.chance("river_reach")
    names = list(place.RIVERS)
    section = {each.river: f"YS-W{row:02d}" for row, each in enumerate(ecology.SECTIONS, 1)}
    rows: list[dict[str, object]] = []
    for level, count in LEVELS.items():
        for number in range(count):
            river = names[number % len(names)]
            area = place.RIVERS[river][number // len(names) % len(place.RIVERS[river])]
            where = {
                "city": place.city_code(), "district": area,
                "subdistrict": place.every_subdistrict()[number % len(place.every_subdistrict())],
                "village": place.every_community()[number % len(place.every_community())],
            }[level]  # fmt: skip
            if level in ("subdistrict", "village"):
                river = next(
                    (each for each, passed in place.RIVERS.items() if where[:6] in passed and number % 3 == 0),
                    "演示支流",
                )
            owner = place.WATER_BUREAU if level == "city" else place.office(where, "水利局")
            rows.append(
                {
                    "reach_id": f"YS-RR{len(rows) + 1:04d}",
                    "name": f"{river}{'全段' if level == 'city' else name_of(where) + '段'}{number:03d}",
                    "river_name": river,
                    "river_order": number // len(names) + 1 if level == "district" else None,
                    "length_km": round(
                        float(
                            {"city": 60, "district": 18, "subdistrict": 5, "village": 2}[level]
                            * chance.uniform(0.5, 1.6)
                        ),
                        1,
                    ),
                    "place_code": where,
                    "chief_level": level,
                    "chief_post": _POSTS[level],
                    "officer_name": f"演示·{chance.choice(list(_NAMES))}某",
                    "supervising_unit": owner,
                    "section_id": section.get(river) if level == "city" else None,
                    "updated_date": period.register_date(drive),
                }
            )
    return by_row("ecology.river_reach", rows)


def _patrols(city: City, drive: Drivers, reaches: pa.Table) -> pa.Table:
    """Most reaches are walked as planned, some more often, a few not at all; a late file is simply not there."""
    chance = city.chance("river_patrol_monthly")
    months = period.months(drive, 5)
    level = reaches["chief_level"].to_pylist()
    planned = np.array([_DUE_A_MONTH[each] for each in level])[:, None] * np.ones(len(months), dtype=np.int64)
    shape = planned.shape
    keen = np.clip(chance.normal(1.0, 0.08, shape[0]), 0.6, 1.3)[:, None]
    walked = chance.binomial(planned * 2, np.clip(0.49 * keen, 0, 1), shape)
    walked = np.where(chance.random(shape) < 0.82, np.maximum(walked, planned), walked)
    walked = np.where(chance.random(shape) < 0.01, 0, walked)
    problems = chance.poisson(0.22 * walked)
    closed = chance.binomial(problems, np.linspace(0.97, 0.88, shape[1])[None, :])
    row, column = np.nonzero(chance.random(shape) > 0.006)
    at = (row, column)
    return table(
        "ecology.river_patrol_monthly",
        {
            "reach_id": values(reaches, "reach_id")[row],
            "place_code": values(reaches, "place_code")[row],
            "month_date": months[column],
            "patrol_planned_count": planned[at],
            "patrol_count": walked[at],
            "problem_count": problems[at],
            "problem_closed_count": closed[at],
        },
    )
