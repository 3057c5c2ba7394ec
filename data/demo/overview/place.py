"""The only place that says how the demo of 总体态势 spreads over districts, 管委会 and what the city does itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from data.contract import contract
from data.demo.drivers import City, Drivers, table
from data.demo.people import people
from data.demo.spans import end_of
from data.divisions import CITY, children, division

DISTRICTS = tuple(each.place_code for each in children(CITY) if each.level == "district")
ZONES = tuple(each.place_code for each in children(CITY) if each.level == "functional_area")
REPORTING = (*DISTRICTS, *ZONES, CITY)  # what reports for itself; together they are the city
_SELF = 0.02  # what the city reports itself, beside its districts
_ZONE = 0.006  # what each 管委会 reports itself

Row = dict[str, Any]


def shares(city: City) -> np.ndarray:
    """The parts of REPORTING, by residents; they sum to 1."""
    home = people(city)
    resident = np.array([home.resident[home.district == code].sum() for code in DISTRICTS], dtype=float)
    rest = 1 - _SELF - _ZONE * len(ZONES)
    return np.concatenate([resident / resident.sum() * rest, np.full(len(ZONES), _ZONE), [_SELF]])


def somewhere(city: City, chance: np.random.Generator) -> str:
    """A township of a district by its people; now and then a 管委会 or only 本市."""
    area = REPORTING[int(chance.choice(len(REPORTING), p=shares(city)))]
    towns = children(area) if len(area) == 6 and area in DISTRICTS else ()
    return towns[int(chance.integers(len(towns)))].place_code if towns else area


def area_name(code: str) -> str:
    """屯溪区 for everything in it; 市 for what is the city's own."""
    return "市" if code == CITY else division(code[:6]).name


def government(code: str) -> str:
    """Who governs a place: its district's government, the 管委会 itself, or the city's office."""
    if code == CITY:
        return "市政府办公室"
    name = division(code[:6]).name
    return name if code[:6] in ZONES else f"{name}人民政府"


def end_at(drive: Drivers) -> datetime:
    """Midnight after the demo's last day."""
    return datetime.combine(end_of(drive), datetime.min.time())


def ago(drive: Drivers, days: int, hour: float) -> datetime:
    """So many days before the demo's last one, at this hour."""
    return end_at(drive) - timedelta(days=days + 1) + timedelta(hours=hour)


def rows_to_table(name: str, rows: list[Row]) -> pa.Table:
    """Rows as dicts in the contract's columns; what a row leaves out is unknown."""
    return table(
        name, {column: [_to_second(row.get(column)) for row in rows] for column in contract(name).column_names}
    )


def _to_second(value: Any) -> Any:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


def phone(number: int) -> str:
    """A number that cannot be dialled."""
    return f"0559-000-{number % 10_000:04d}"


def person(number: int) -> str:
    """A name that nobody takes for a real one."""
    return f"演示·{'王李张汪程吴胡方黄江洪许叶潘'[number % 14]}某"
