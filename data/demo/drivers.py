"""What drives the whole demo city: its days, weather and holidays. All themes read the same, so scenes agree."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.calendar_days import CalendarDay, days
from data.contract import contract
from ingest.derived import arrow_schema

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class City:
    """The size of the city and the seed of all its chances."""

    seed: int
    scale: float = 1.0

    def chance(self, name: str) -> np.random.Generator:
        """A generator of its own for each name, so that a new table does not disturb the others."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])


@dataclass(frozen=True)
class Drivers:
    """Daily drivers, one value per day: rain mm, mean temperature ℃, stagnant air 0–1, holiday crowd factor ≥ 1."""

    calendar: tuple[CalendarDay, ...]
    rain_mm: Floats
    temperature: Floats
    stagnation: Floats
    crowd: Floats

    @property
    def day_count(self) -> int:
        return len(self.calendar)

    @cached_property
    def days(self) -> npt.NDArray[np.datetime64]:
        return np.array([day.day_date for day in self.calendar], dtype="datetime64[D]")

    @cached_property
    def hours(self) -> npt.NDArray[np.datetime64]:
        """Every full hour of the days, as labels."""
        return np.arange(self.days[0], self.days[-1] + 1, dtype="datetime64[h]")


def drivers(city: City, since: date, until: date) -> Drivers:
    """The drivers of the days from `since` up to, not including, `until`.

    Drawn per calendar date, so that a longer demo holds the same weather on the days it shares with a shorter one.
    """
    calendar = tuple(days(since, until))
    rain, temperature, stagnation, crowd = [], [], [], []
    for day in calendar:
        chance = city.chance(f"weather {day.day_date}")
        season = np.cos(2 * np.pi * (day.day_date.timetuple().tm_yday - 197) / 365.25)  # +1 in mid July
        is_wet = chance.random() < 0.34 + 0.16 * np.cos(2 * np.pi * (day.day_date.timetuple().tm_yday - 165) / 365.25)
        fall = chance.gamma(0.8, 16.0) if is_wet else 0.0
        spell = city.chance(f"spell {day.day_date.toordinal() // 5}").random()  # a cold snap lasts about five days
        snap = spell > 0.86 and season < 0.2
        rain.append(fall)
        temperature.append(16.5 + 12.0 * season - (7.0 if snap else 0.0) + chance.normal(0, 2.0))
        stagnation.append(np.clip(0.35 - 0.25 * season + (0.35 if snap else 0.0) - 0.012 * fall, 0.0, 1.0))
        free = not day.is_workday
        crowd.append(1.0 + (0.5 if free else 0.0) + (1.6 if day.holiday_name and free else 0.0))
    return Drivers(calendar, *(np.array(each, dtype=float) for each in (rain, temperature, stagnation, crowd)))


def table(name: str, columns: dict[str, object]) -> pa.Table:
    """An Arrow table in the contract's column order and types; what is not given is unknown (null)."""
    schema = arrow_schema(name)
    count = len(next(iter(columns.values())))  # type: ignore[arg-type]
    unknown = set(columns) - set(contract(name).column_names)
    if unknown:
        raise KeyError(f"{name}: no such columns {sorted(unknown)}")
    arrays = [
        pa.array(columns[field.name], type=field.type, from_pandas=True)
        if field.name in columns
        else pa.nulls(count, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
