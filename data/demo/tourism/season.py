"""The only place that says how many travel on which day: season, holidays, rain, and a slow growth.

Daily statistics reach a year further back than the rest of the demo, so that a holiday finds the same one of last year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.demo.drivers import City, Drivers, Floats, drivers
from data.demo.tourism.columns import Bools

_MONTHS = (0.70, 0.85, 1.05, 1.25, 1.12, 0.92, 1.10, 1.15, 0.95, 1.28, 1.12, 0.75)
_HOLIDAY_DAY = (0.82, 1.08, 1.18, 1.12, 1.0, 0.88, 0.66)  # from the first to the last day of a long holiday
_USUAL = 1.16  # the mean of the daily factor over a year, so that yearly visits come out
_GROWTH = 0.055  # a year
_YEAR_ZERO = date(2026, 1, 1)


@dataclass(frozen=True)
class Season:
    """The days of the demo with a year before them; `first` is where the demo itself begins."""

    drive: Drivers
    first: int

    @property
    def days(self) -> npt.NDArray[np.datetime64]:
        return self.drive.days

    @property
    def is_holiday(self) -> Bools:
        return np.array([bool(day.holiday_name) for day in self.drive.calendar])

    @property
    def is_free(self) -> Bools:
        return np.array([not day.is_workday for day in self.drive.calendar])

    def pull(self, crowd: float, rain: float = 40.0) -> Floats:
        """The daily factor: `crowd` is how strongly holidays draw, `rain` the mm after which a third still come."""
        month = np.array([day.day_date.month for day in self.drive.calendar])
        day_no = np.array([day.holiday_day_no or 0 for day in self.drive.calendar])
        within = np.where(day_no > 0, np.array(_HOLIDAY_DAY)[np.clip(day_no - 1, 0, len(_HOLIDAY_DAY) - 1)], 1.0)
        years = (self.days - np.datetime64(_YEAR_ZERO)).astype(float) / 365.25
        wet = np.clip(np.exp(-self.drive.rain_mm / rain), 0.3, 1.0)
        draw = (self.drive.crowd * within) ** crowd
        found: Floats = np.array(_MONTHS)[month - 1] * draw * wet * (1 + _GROWTH) ** years / _USUAL
        return found


def season(city: City, drive: Drivers) -> Season:
    """The season over the days of `drive` and the year before."""
    since = drive.calendar[0].day_date - timedelta(days=366)
    until = drive.calendar[-1].day_date + timedelta(days=1)
    whole = drivers(city, since, until)
    return Season(whole, whole.day_count - drive.day_count)
