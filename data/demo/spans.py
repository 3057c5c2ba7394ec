"""The only place that says which months, quarters and school years the demo holds: whole ones, none after its clock."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from data.demo.drivers import Drivers

Days = npt.NDArray[np.datetime64]


def end_of(drive: Drivers) -> date:
    """The first day the demo does not hold."""
    last: date = drive.calendar[-1].day_date
    return date.fromordinal(last.toordinal() + 1)


def months(drive: Drivers) -> Days:
    """First days of the months from the one the demo begins in to the last one that is over; at least one."""
    end = np.datetime64(end_of(drive), "M")
    first = min(drive.days[0].astype("datetime64[M]"), end - 1)
    return np.arange(first, end).astype("datetime64[D]")


def quarters(drive: Drivers) -> Days:
    """First days of the quarters that are over, from the one before the demo begins."""
    last = _quarter(np.datetime64(end_of(drive), "M"))
    first = min(_quarter(drive.days[0].astype("datetime64[M]")), last) - 3
    return np.arange(first, last, 3).astype("datetime64[D]")


def _quarter(month: np.datetime64) -> np.datetime64:
    number = int(month.astype("datetime64[M]").astype(int))  # months since January 1970
    return np.datetime64(number - number % 3, "M")


def yearly(drive: Drivers, month: int, day: int, count: int) -> list[date]:
    """The last `count` anniversaries of a day of the year before the demo's end, oldest first."""
    end = end_of(drive)
    newest = end.year if date(end.year, month, day) < end else end.year - 1
    return [date(newest - back, month, day) for back in range(count - 1, -1, -1)]


def month_start(drive: Drivers) -> date:
    """The newest first of a month that the demo's clock has seen: what monthly registers are dated."""
    return date.fromordinal(end_of(drive).toordinal() - 1).replace(day=1)
