"""The only place that knows which days are worked, which are holidays and how far a day lies from 正月初一.

Years for which `holidays.csv` has rows follow the State Council's notice. Any other year is presumed Monday to Friday
(`is_fallback`) and says so once in a warning. `override.csv` corrects single days of any year.
Sources and check date: `data/reference/calendar/calendar.md`.
"""

from __future__ import annotations

import warnings
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from data.reference_csv import Row, rows

FOLDER = Path(__file__).resolve().parent / "reference" / "calendar"
DAY_KINDS = ("workday", "weekend", "holiday", "makeup_workday")
HALF_LUNAR_YEAR = 176  # days; the shortest lunar year has 353
_DAY = timedelta(days=1)


class CalendarWarning(UserWarning):
    """A year without an official notice: its days are presumed, not known."""


@dataclass(frozen=True)
class CalendarDay:
    """One day.

    `holiday_name` is empty on a make-up workday: people work then. `holiday_day_no` counts through a run of holidays,
    also where 国庆节 and 中秋节 join. `spring_offset` counts days from the nearest 正月初一 (0 = 初一, −1 = 除夕;
    of two equally near the earlier), so it runs on through New Year; None beyond the table of spring festivals.
    """

    day_date: date
    day_kind: str
    is_workday: bool
    holiday_name: str | None
    holiday_day_no: int | None
    spring_offset: int | None
    iso_week: str
    is_fallback: bool


@dataclass(frozen=True)
class Holiday:
    """One run of days off, half-open; a run of two festivals is called after the one with more days."""

    festival: str
    since: date
    until: date


@dataclass(frozen=True)
class _Entry:
    day_kind: str
    festival: str | None


@dataclass(frozen=True)
class Calendar:
    """What the reference files say: named days, years with a notice, first days of lunar years (ascending)."""

    folder: Path
    entries: Mapping[date, _Entry]
    announced: frozenset[int]
    springs: tuple[date, ...]

    def day(self, day_date: date) -> CalendarDay:
        """The day, without a warning when it is presumed."""
        entry = self.entries.get(day_date)
        presumed = "workday" if day_date.isoweekday() <= 5 else "weekend"
        kind = entry.day_kind if entry else presumed
        is_holiday = kind == "holiday"
        year, week, _ = day_date.isocalendar()
        return CalendarDay(
            day_date=day_date,
            day_kind=kind,
            is_workday=kind in ("workday", "makeup_workday"),
            holiday_name=entry.festival if entry and is_holiday else None,
            holiday_day_no=self._day_no(day_date) if is_holiday else None,
            spring_offset=self.spring_offset(day_date),
            iso_week=f"{year:04d}-W{week:02d}",
            is_fallback=entry is None and day_date.year not in self.announced,
        )

    def _day_no(self, day_date: date) -> int:
        first = day_date
        while (entry := self.entries.get(first - _DAY)) and entry.day_kind == "holiday":
            first -= _DAY
        return (day_date - first).days + 1

    def spring_offset(self, day_date: date) -> int | None:
        """Days from the nearest 正月初一; None where a nearer one may lie beyond the table."""
        place = bisect_left(self.springs, day_date)
        around = self.springs[max(place - 1, 0) : place + 1]
        offset = min(((day_date - spring).days for spring in around), key=lambda days: (abs(days), -days), default=None)
        return offset if offset is not None and (len(around) == 2 or abs(offset) <= HALF_LUNAR_YEAR) else None

    def holiday_around(self, day_date: date) -> Holiday | None:
        """The run of days off that `day_date` belongs to."""
        if not self._is_off(day_date):
            return None
        since = day_date - (self._day_no(day_date) - 1) * _DAY
        until = day_date + _DAY
        while self._is_off(until):
            until += _DAY
        names = [self.entries[since + offset * _DAY].festival or "" for offset in range((until - since).days)]
        return Holiday(max(names, key=names.count), since, until)

    def _is_off(self, day_date: date) -> bool:
        entry = self.entries.get(day_date)
        return entry is not None and entry.day_kind == "holiday"


def read(folder: Path) -> Calendar:
    """The calendar of the files in `folder`.

    Raises:
        ReferenceFileError: names file, line, fault and remedy.
    """
    notices = rows(folder / "holidays.csv", ("day_date", "day_kind", "festival"))
    official = _entries(notices, ("holiday", "makeup_workday"))
    corrections = rows(folder / "override.csv", ("day_date", "day_kind", "festival", "source"))
    for row in corrections:
        row.text("source")
    springs: list[date] = []
    for row in rows(folder / "spring_festival.csv", ("year", "first_day")):
        first = row.day("first_day")
        if first.year != row.integer("year"):
            raise row.fault(f"正月初一 {first} 不在 {row.text('year')} 年", "请更正年份或日期")
        if springs and first.year != springs[-1].year + 1:
            raise row.fault(f"{springs[-1].year} 年之后是 {first.year} 年", "请按年份逐年列出，不重不漏")
        springs.append(first)
    return Calendar(
        folder=folder,
        entries=official | _entries(corrections, DAY_KINDS),
        announced=frozenset(day.year for day in official),
        springs=tuple(springs),
    )


def _entries(records: list[Row], kinds: tuple[str, ...]) -> dict[date, _Entry]:
    found: dict[date, _Entry] = {}
    for row in records:
        day_date = row.day("day_date")
        if day_date in found:
            raise row.fault(f"{day_date} 出现了两次", "请保留一行")
        found[day_date] = _Entry(row.choice("day_kind", kinds), row.optional("festival"))
    return found


@cache
def _calendar() -> Calendar:
    return read(FOLDER)


@cache
def _warn(year: int) -> None:
    """Says once per year and process that the year is presumed."""
    warnings.warn(
        f"{year} 年没有放假通知，按周一至周五推定工作日；请把该年通知逐日写入 {_calendar().folder / 'holidays.csv'}",
        CalendarWarning,
        stacklevel=3,
    )


def day(day_date: date) -> CalendarDay:
    """One calendar day. Warns once per year (CalendarWarning) when the day is presumed."""
    found = _calendar().day(day_date)
    if found.is_fallback:
        _warn(day_date.year)
    return found


def days(since: date, until: date) -> list[CalendarDay]:
    """The days from `since` up to, not including, `until`."""
    return [day(since + timedelta(days=offset)) for offset in range((until - since).days)]


def holidays(since: date, until: date) -> list[Holiday]:
    """The runs of days off that share a day with the half-open period, as the notices announce them."""
    around = (_calendar().holiday_around(since + timedelta(days=offset)) for offset in range((until - since).days))
    return list(dict.fromkeys(each for each in around if each is not None))


def spring_festival(year: int) -> date | None:
    """正月初一 of a year; None beyond the table."""
    return next((first for first in _calendar().springs if first.year == year), None)


def workday_from(day_date: date) -> date:
    """The day itself, or the next one that is worked; years without a notice are presumed, without a warning."""
    while not _calendar().day(day_date).is_workday:
        day_date += _DAY
    return day_date
