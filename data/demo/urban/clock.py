"""The only place of the demo that counts time limits: work hours and work days by the calendar, 调休 included.

The working day is 08:00–12:00 and 14:00–18:00: assumed, the city's own hours are not in the plan. The view
`urban.work_clock` counts what is left of a limit by the same hours.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data import calendar_days
from data.demo.urban.column import DAY, Bools, Floats, Ints

HOUR = 3600
HALF = 4 * HOUR  # morning and afternoon are equally long
OPENS, BREAK = 8 * HOUR, 2 * HOUR
KINDS = ("urgent_hour", "work_hour", "work_day", "natural_day")
_SECONDS: Mapping[str, int] = {"urgent_hour": HOUR, "work_hour": HOUR, "work_day": 2 * HALF, "natural_day": DAY}
SECONDS = np.array([_SECONDS[kind] for kind in KINDS])
IS_WORKED = np.array([kind in ("work_hour", "work_day") for kind in KINDS])
_REACH = timedelta(days=240)  # limits run on beyond the demo's last day


@dataclass(frozen=True)
class WorkClock:
    """Worked seconds since a first day; `first` is that day's midnight in seconds of wall time."""

    first: int
    is_worked: Ints  # 1 on worked days
    before: Ints  # worked seconds before each day

    def worked(self, at: Ints) -> Ints:
        """Worked seconds up to each moment."""
        day, second = np.divmod(at - self.first, DAY)
        today = np.clip(second - OPENS, 0, HALF) + np.clip(second - OPENS - HALF - BREAK, 0, HALF)
        worked: Ints = self.before[day] + self.is_worked[day] * today
        return worked

    def moment(self, worked: Ints) -> Ints:
        """The first moment at which so many seconds were worked."""
        day = np.searchsorted(self.before + self.is_worked * 2 * HALF, worked)
        today = worked - self.before[day]
        found: Ints = self.first + day * DAY + OPENS + today + (today > HALF) * BREAK
        return found

    def after(self, at: Ints, limit: Ints | Floats, is_worked: Bools) -> Ints:
        """The moment `limit` seconds after `at`, counted in worked time where `is_worked`, else by the clock."""
        length = np.asarray(limit).astype(np.int64)
        return np.where(is_worked, self.moment(self.worked(at) + length), at + length)


def work_clock(since: date, until: date) -> WorkClock:
    """The clock of the days around a demo; days of years without a notice are presumed (they lie in the future)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", calendar_days.CalendarWarning)
        found = calendar_days.days(since - timedelta(days=30), until + _REACH)
    is_worked = np.array([day.is_workday for day in found], dtype=np.int64)
    before = np.concatenate([[0], np.cumsum(is_worked * 2 * HALF)[:-1]])
    return WorkClock(int(np.datetime64(found[0].day_date, "s").astype(np.int64)), is_worked, before)
