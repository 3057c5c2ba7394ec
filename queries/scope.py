"""The only place that says what a question covers: area, period, snapshot, who asks, and filters.

A scope is a value: it travels with every query and sits in every cache key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from queries import periods

CITY = "341000"  # how the city is written in addresses
_CITY_PREFIX = "3410"  # how its places begin
LEVELS = ("city", "district", "subdistrict", "community", "unit_grid")
LEVEL_NAMES = {
    "city": "市",
    "district": "区县",
    "subdistrict": "乡镇街道",
    "community": "社区（村）",
    "unit_grid": "单元网格",
}
_LENGTH_LEVEL = {6: "district", 9: "subdistrict", 12: "community", 15: "unit_grid"}
_PARENT_LENGTH = {15: 12, 12: 9, 9: 6}
_FUNCTIONAL_AREA = re.compile(r"3410F[1-9]")  # the three 管委会: reporting units beside the districts
_FILTER_NAME = re.compile(r"[a-z][a-z0-9_]*")
MAX_DAYS = 3660


class ScopeError(ValueError):
    """A scope that cannot be: which value, and what is allowed."""


class FilterNotTaken(ScopeError):
    """A question that does not know a filter of the scope: to answer without it would be a wrong number."""


@dataclass(frozen=True)
class Scope:
    """Area (NBS code), half-open period of days, snapshot id, principal, filters on declared dimensions, ruler."""

    area: str
    since: date
    until: date
    snapshot: str
    principal: str = "public"
    filters: tuple[tuple[str, str], ...] = ()
    ruler: str = ""  # edition of a standard that both sides of a comparison use; "" = the one in force

    def __post_init__(self) -> None:
        is_code = self.area.isascii() and self.area.isdecimal() and len(self.area) in _LENGTH_LEVEL
        if not (self.area == CITY or is_code or _FUNCTIONAL_AREA.fullmatch(self.area)):
            raise ScopeError(
                f"area={self.area!r} 不是统计用区划代码：写 {CITY}(全市)或 6、9、12、15 位数字，管委会写 3410F1–3410F3"
            )
        if not self.area.startswith(_CITY_PREFIX):
            raise ScopeError(f"area={self.area!r} 不在本市：代码以 {_CITY_PREFIX} 开头")
        if self.since >= self.until:
            raise ScopeError(f"since={self.since} 不早于 until={self.until}：统计期含起始日、不含截止日")
        if self.days > MAX_DAYS:
            raise ScopeError(f"统计期 {self.days} 天过长：最多 {MAX_DAYS} 天")
        for name, _ in self.filters:
            if not _FILTER_NAME.fullmatch(name):
                raise ScopeError(f"筛选项 f.{name[:40]} 不是字段名：小写字母、数字和下划线")
        # in whatever order they were clicked: one question, one cache key
        object.__setattr__(self, "filters", tuple(sorted(set(self.filters))))

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The filters by dimension: any of the values counts."""
        return {name: tuple(v for n, v in self.filters if n == name) for name in dict(self.filters)}

    @property
    def prefix(self) -> str:
        """What `place_code` begins with inside this area."""
        return _CITY_PREFIX if self.area == CITY else self.area

    @property
    def level(self) -> str:
        return level_of(self.area)

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    def drill(self, area: str) -> Scope:
        """The same question for another area."""
        return replace(self, area=area)

    def period(self, since: date, until: date) -> Scope:
        """The same question for another period."""
        return replace(self, since=since, until=until)

    def previous(self) -> Scope:
        """环比: see `queries.periods`."""
        return self._held_against("previous")

    def last_year(self) -> Scope:
        """同比: see `queries.periods`."""
        return self._held_against("last_year")

    def _held_against(self, which: str) -> Scope:
        found = periods.other(self.since, self.until, which)
        return self.period(found.since, found.until)

    def parent(self) -> str | None:
        """The area one level up, or None at the top."""
        if self.area == CITY:
            return None
        length = len(self.area)
        return CITY if length == 6 else self.area[: _PARENT_LENGTH[length]]

    def binds(self) -> dict[str, object]:
        """The values every statement may bind."""
        return {"area": self.prefix, "since": self.since, "until": self.until}


def level_of(area: str) -> str:
    """`city`, `district`, `subdistrict`, `community` or `unit_grid`; raises ScopeError."""
    if area in (CITY, _CITY_PREFIX):
        return "city"
    try:
        return _LENGTH_LEVEL[len(area)]
    except KeyError:
        raise ScopeError(f"area={area!r} 不是 6、9、12、15 位代码") from None
