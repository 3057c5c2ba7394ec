"""The only place that says which period a period is held against: 环比, 同比, and the same number of days of both.

同比 goes by the calendar for whole months, months so far and years; weeks go back 364 days so that weekdays match.
Where the Spring Festival rush (正月初一 −15 to +24) or another holiday lies in either period, days are matched by their
distance from 正月初一 or from the holiday's first day. A period that holds the whole festival in both years (January
with February, a quarter, a year) needs none of it. 环比 of a month is the month before, of a month so far its days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data.calendar_days import Holiday, holidays, spring_festival

WHICH = ("previous", "last_year")
RUSH = (timedelta(days=-15), timedelta(days=25))  # 春运： 40 days around 正月初一, half-open
_CORE = (timedelta(days=-7), timedelta(days=8))  # a period with all of these in both years is not moved by the date
_WEEKS = timedelta(days=364)
_WEEK = 7
_LONGEST_ALIGNED = 31  # days; in a longer period one holiday's shift no longer decides
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Other:
    """The other period, half-open, and in words what was done so that the two can be compared; "" where nothing."""

    since: date
    until: date
    words: str = ""

    @property
    def days(self) -> int:
        return (self.until - self.since).days


def other(since: date, until: date, which: str, known_until: date | None = None) -> Other:
    """The period that `since` to `until` is held against; cut to as many days as are known of a running one."""
    found = _previous(since, until) if which == "previous" else _last_year(since, until)
    if known_until is None or not since < known_until < until:
        return found
    length = (known_until - since).days
    end = min(found.until, found.since + timedelta(days=length))
    return Other(found.since, end, _joined(found.words, f"各取前 {length} 天"))


def _previous(since: date, until: date) -> Other:
    if _is_months(since, until):
        months = (until.year - since.year) * 12 + until.month - since.month
        found = Other(_months_before(since, months), since)
    elif _is_month_so_far(since, until):
        first = _months_before(since, 1)
        until_there = min(first + (until - since), since)
        found = Other(first, until_there, f"上月前 {(until_there - first).days} 天")
    else:
        found = Other(since - (until - since), since)
    return Other(found.since, found.until, _joined(found.words, _difference(since, until, found, "上期")))


def _last_year(since: date, until: date) -> Other:
    if (since.day == 1 and (_is_months(since, until) or (until - since).days > _WEEK)) or until - since > _WEEKS:
        plain = Other(_year_before(since), _year_before(until))
    else:
        plain = Other(since - _WEEKS, until - _WEEKS)
    return (
        _by_spring(since, until, plain)
        or _by_holiday(since, until, plain)
        or Other(plain.since, plain.until, _difference(since, until, plain, "上年"))
    )


def _by_spring(since: date, until: date, plain: Other) -> Other | None:
    """The days as far from last year's 正月初一 as these are from this year's, where the rush is in either period."""
    for year in sorted({since.year, (until - _DAY).year, plain.since.year + 1, (plain.until - _DAY).year + 1}):
        now, then = spring_festival(year), spring_festival(year - 1)
        if now is None or then is None:
            continue
        if not (_touches(since, until, now, RUSH) or _touches(plain.since, plain.until, then, RUSH)):
            continue
        if _holds(since, until, now) and _holds(plain.since, plain.until, then):
            return None
        return Other(then + (since - now), then + (until - now), "按春节对齐")
    return None


def _by_holiday(since: date, until: date, plain: Other) -> Other | None:
    """The days around last year's run of the same festival; a whole holiday is held against the whole of the other."""
    if until - since > timedelta(days=_LONGEST_ALIGNED) or (since.day == 1 and (until - since).days > _WEEK):
        return None
    touched = holidays(since, until)
    if not touched:
        return None
    main = max(touched, key=lambda each: _shared(each, since, until))
    before = _same_festival(main, plain)
    if before is None:
        return None
    said = f"按{main.festival}对齐"
    if (since, until) == (main.since, main.until):
        return Other(before.since, before.until, said)
    moved = Other(before.since + (since - main.since), before.since + (until - main.since))
    return None if moved == plain else Other(moved.since, moved.until, said)


def _same_festival(main: Holiday, plain: Other) -> Holiday | None:
    around = holidays(plain.since - 40 * _DAY, plain.until + 40 * _DAY)  # a lunar date moves by a month at most
    return next((each for each in around if each.festival == main.festival), None)


def _difference(since: date, until: date, found: Other, whose: str) -> str:
    """What a reader must know when a holiday lies in only one of the two periods."""
    if (until - since).days > _LONGEST_ALIGNED:
        return ""
    now, then = set(_festivals(since, until)), set(_festivals(found.since, found.until))
    said = [f"本期含{'、'.join(sorted(now - then))}"] if now - then else []
    return _joined(*said, f"{whose}含{'、'.join(sorted(then - now))}" if then - now else "")


def _festivals(since: date, until: date) -> Iterator[str]:
    return (each.festival for each in holidays(since, until))


def _shared(holiday: Holiday, since: date, until: date) -> int:
    return (min(holiday.until, until) - max(holiday.since, since)).days


def _touches(since: date, until: date, first: date, window: tuple[timedelta, timedelta]) -> bool:
    return since < first + window[1] and first + window[0] < until


def _holds(since: date, until: date, first: date) -> bool:
    return since <= first + _CORE[0] and first + _CORE[1] <= until


def _is_months(since: date, until: date) -> bool:
    return since.day == 1 and until.day == 1


def _is_month_so_far(since: date, until: date) -> bool:
    """From the first of a month, and longer than a week: seven days are a week that happens to begin on a first."""
    return since.day == 1 and (until - since).days > _WEEK and (until - _DAY).replace(day=1) == since


def _months_before(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _year_before(day: date) -> date:
    """The same day of the year before; the day after 28 February for a leap day."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 3, 1)
    return day.replace(year=day.year - 1)


def _joined(*words: str) -> str:
    return "；".join(word for word in words if word)
