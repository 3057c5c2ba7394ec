"""The only place that reads and writes the query part of a page's address, which is a page's whole state.

An `Address` is a `Scope` that also knows how it is being looked at. What only changes the look (view, map metric, open
card) takes no part in equality or `repr`, so it never reaches a cache key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode

from data.divisions import UnknownPlaceError, name_of
from metrics import Metric, Reading, metric
from metrics.filters import Dimension, check, of_scene
from queries.scope import CITY, Scope, ScopeError
from queries.snapshot import current_id, snapshot

VIEWS = {"desk": "桌面版", "wall": "大屏版", "print": "打印版"}
PARAMETERS = (
    "area",
    "until",
    "days",
    "view",
    "rotate",
    "asof",
    "unit",
    "metric",
    "item",
    "export",
    "n",
)  # in the order they are written
WEEK = 7
_SNAPSHOT_ID = re.compile(r"snap-[0-9a-f]{12}")
_PLACE = re.compile(r"3410(?:F[1-9]|\d{2}(?:\d{3}){0,3})")  # below the city
_OPTION = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LAST_YEAR = 2100
_LONGEST_NAME = 60
_LONGEST = 2000  # characters; a longer query was not written by us


@dataclass(frozen=True)
class Address(Scope):
    """What a page is asked for. `given` holds the parameters as they stand in the address, to write links from."""

    theme: str = field(default="", repr=False, compare=False)
    view: str = field(default="desk", repr=False, compare=False)
    metric: str = field(default="", repr=False, compare=False)  # what the map is coloured by
    item: str = field(default="", repr=False, compare=False)  # which of a panel's items is drawn
    dimensions: Mapping[str, Dimension] = field(default_factory=dict, repr=False, compare=False)  # what may filter it
    unit: str = field(default="", repr=False, compare=False)  # whose numbers the page of a unit shows
    given: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    search: str = field(default="", repr=False, compare=False)  # as it came, for the browser to know its answer by

    def link(self, **changes: object) -> str:
        """The query part with `changes`; None removes a parameter. `n` (an open card) is never carried along."""
        wanted = {key: value for key, value in self.given.items() if key != "n"}
        wanted |= {key: str(value) for key, value in changes.items() if value is not None}
        for key in (key for key, value in changes.items() if value is None):
            wanted.pop(key, None)
        if wanted.get("area") == CITY:
            del wanted["area"]
        if wanted.get("days") == str(WEEK):
            del wanted["days"]
        ordered = sorted(wanted, key=lambda name: (_order(name), name))
        return "?" + urlencode({name: wanted[name] for name in ordered})

    def card(self, reading: Reading) -> str | None:
        """The link that opens a reading's identity card over this page, with its own place and period.

        None for a part that no address can name: one kind of several, what lies in no district, what is not filled in.
        """
        if reading.key is None:
            if reading.area == self.area and metric(reading.metric).scene == self.theme:
                return self.link(n=reading.metric)
            place = reading.area
        elif _PLACE.fullmatch(reading.key) and len(reading.key) > len(self.prefix):
            place = reading.key
        else:
            return None
        return self.link(n=f"{reading.metric}.{place}.{reading.until:%Y%m%d}.{(reading.until - reading.since).days}")

    def at(self, since: date, until: date) -> str:
        """A link to the same page for another period."""
        return self.link(until=until.isoformat(), days=(until - since).days)

    def is_month(self) -> bool:
        """Whether the period is one whole calendar month."""
        return self.since.day == 1 and self.until == _next_month(self.since)

    def neighbours(self) -> tuple[str, str]:
        """Links to the period before and the period after; a month goes to a month."""
        if self.is_month():
            before = (self.since - timedelta(days=1)).replace(day=1)
            return self.at(before, self.since), self.at(self.until, _next_month(self.until))
        step = timedelta(days=self.days)
        return self.at(self.since - step, self.since), self.at(self.until, self.until + step)


def month_of(day: date) -> tuple[date, date]:
    """The half-open calendar month around `day`."""
    first = day.replace(day=1)
    return first, _next_month(first)


def week_of(day: date) -> tuple[date, date]:
    """The half-open week, Monday to Monday, around `day`."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=WEEK)


def read_card(name: str, search: str | None) -> tuple[Metric, Address]:
    """The number and the scope that an open card (`n=metric` or `n=metric.area.until.days`) is about.

    Raises as `read` does, and MetricError for an unknown number.
    """
    wanted, *where = name.split(".")
    shown = metric(wanted)
    given = dict(reversed(parse_qsl((search or "").lstrip("?"))))
    if len(where) == 3:
        area, until, days = where
        given |= {"area": area, "until": f"{until[:4]}-{until[4:6]}-{until[6:]}", "days": days}
    elif where:
        raise ScopeError(f"n={name[:60]}：写成 指标.区划代码.截止日.天数，如 pm25_mean.341002.20261123.7")
    return shown, read("?" + urlencode(given), shown.scene)


def read(search: str | None, theme: str, allowed: Mapping[str, Dimension] | None = None) -> Address:
    """The address in `search` (`?area=…&until=…`) for a page of `theme`.

    `allowed` is what the page may be filtered by, where that is not what the numbers of its theme take.

    Raises:
        ScopeError: a value or a filter that cannot be: which, and what is allowed.
        NoSnapshot: the store is empty.
        SnapshotExpired: `asof` names a snapshot that is not kept.
    """
    if search and len(search) > _LONGEST:
        raise ScopeError(f"地址太长（{len(search)} 个字符）：从左侧导航重新进入")
    given = dict(reversed(parse_qsl((search or "").lstrip("?"))))  # of a repeated parameter the first counts
    filters = _filters(search)
    given |= {f"f.{name}": ",".join(v for n, v in filters if n == name) for name in dict(filters)}
    snap = snapshot(_asof(given))
    days = _whole(given, "days", WEEK)
    until = (
        _day(given, "until") if "until" in given else snap.last_full_week([each.table for each in snap.loaded(theme)])
    )
    if until.year > _LAST_YEAR:
        raise ScopeError(f"until={until}：最晚到 {_LAST_YEAR} 年")
    try:
        since = until - timedelta(days=days)
    except OverflowError:
        raise ScopeError(f"until={given.get('until')}、days={days}：早于公元元年") from None
    address = Address(
        area=given.get("area", CITY),
        since=since,
        until=until,
        snapshot=snap.id,
        filters=filters,
        theme=theme,
        dimensions=of_scene(theme) if allowed is None else allowed,
        view=_choice(given, "view", tuple(VIEWS)),
        metric=_option(given, "metric"),
        item=_option(given, "item"),
        unit=given.get("unit", "")[:_LONGEST_NAME],
        given={key: value for key, value in given.items() if _is_ours(key)},
        search=search or "",
    )
    try:
        name_of(address.area)
    except UnknownPlaceError:
        raise ScopeError(f"area={address.area} 不在行政区划参考表中：用统计局代码（不是民政部代码）") from None
    if filters:
        check(filters, address.dimensions, snap.id, "本页")
    return address


def _filters(search: str | None) -> tuple[tuple[str, str], ...]:
    """`f.channel=app,web` as pairs; an empty one stays, to be refused: it must not leave a number unfiltered."""
    pairs = parse_qsl((search or "").lstrip("?"), keep_blank_values=True)
    found = {(key[2:], value) for key, text in pairs if key.startswith("f.") for value in text.split(",")}
    return tuple(sorted(found))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _is_ours(key: str) -> bool:
    return key in PARAMETERS or key.startswith("f.")


def _order(key: str) -> int:
    return PARAMETERS.index(key) if key in PARAMETERS else len(PARAMETERS)


def _asof(given: Mapping[str, str]) -> str:
    asof = given.get("asof")
    if asof is None:
        return current_id()
    if not _SNAPSHOT_ID.fullmatch(asof):
        raise ScopeError(f"asof={asof[:40]} 不是快照编号：形如 snap- 加 12 位十六进制数")
    return asof


def _whole(given: Mapping[str, str], key: str, default: int) -> int:
    text = given.get(key)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) > 0):
        raise ScopeError(f"{key}={text[:40]} 不是天数：写 1、7、30 这样的正整数")
    return int(text)


def _day(given: Mapping[str, str], key: str) -> date:
    text = given[key]
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ScopeError(f"{key}={text[:40]} 不是日期：写成 2026-11-23") from None


def _choice(given: Mapping[str, str], key: str, allowed: tuple[str, ...]) -> str:
    value = given.get(key, allowed[0])
    if value not in allowed:
        raise ScopeError(f"{key}={value[:40]}：可用 {'、'.join(allowed)}")
    return value


def _option(given: Mapping[str, str], key: str) -> str:
    value = given.get(key, "")
    if value and not _OPTION.fullmatch(value):
        raise ScopeError(f"{key}={value[:40]} 不是名称：小写字母、数字和下划线")
    return value
