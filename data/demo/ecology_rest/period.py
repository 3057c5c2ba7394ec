"""The only place that says which months, quarters and years have been reported when the demo ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from data.demo.drivers import City, Drivers

Days = npt.NDArray[np.datetime64]


def end(drive: Drivers) -> np.datetime64:
    """The first moment that has not come yet: midnight after the last day, in microseconds."""
    return np.datetime64(drive.days[-1] + 1, "us")


def end_date(drive: Drivers) -> date:
    return drive.calendar[-1].day_date + timedelta(days=1)


def months(drive: Drivers, due_day: int, before: int = 0) -> Days:
    """First days of the months reported so far: a month comes on `due_day` of the next. `before` adds earlier ones."""
    first = drive.days[0].astype("datetime64[M]") - before
    known = (drive.days[-1] - due_day + 1).astype("datetime64[M]")  # the month whose due day has come
    return np.arange(min(first, known - 1), known).astype("datetime64[D]")


def quarters(drive: Drivers, lag_days: int) -> Days:
    """First days of the quarters reported so far; a quarter comes `lag_days` after its end; two years of them."""
    known = (drive.days[-1] - lag_days).astype("datetime64[M]").astype(int)
    last = known - known % 3  # the quarter that holds that day is not over
    return np.arange(last - 24, last, 3).astype("datetime64[M]").astype("datetime64[D]")


def years(drive: Drivers, count: int = 3, published: tuple[int, int] = (3, 31)) -> list[int]:
    """The last years whose figures are out: a year is published on `published` of the next."""
    until = end_date(drive)
    newest = until.year - 1 if (until.month, until.day) > published else until.year - 2
    return list(range(newest - count + 1, newest + 1))


def register_date(drive: Drivers) -> date:
    """When monthly registers were last brought up to date: on the first of the last month."""
    last = drive.calendar[-1].day_date
    return last.replace(day=1)


def moment(day: date | np.datetime64, hour: float = 0.0) -> datetime:
    """A wall time on a day."""
    base = day if isinstance(day, date) else day.astype("datetime64[D]").astype(date)
    return datetime(base.year, base.month, base.day) + timedelta(minutes=round(hour * 60))


def volume(city: City, count: int, at_least: int = 1) -> int:
    """A number of things at the demo's scale."""
    return max(at_least, round(count * city.scale))
