"""The only place that reads the divisions reference and knows how place codes nest.

A place is named by the prefix of its 统计局 (NBS) code: city `3410` (shown as `341000`), district 6, subdistrict 9,
community 12, unit grid 15 digits. The three 管委会 are reporting units beside the districts; their codes `3410F1`…
are our own, and the letter keeps them from being taken for an NBS code. 民政部 (MCA) codes are a crosswalk column and
never a key: 13 of them are also the NBS code of a different township, so outside records join by county and name.
Sources and check date: `data/reference/divisions.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path

from data.reference_csv import Row, rows

FOLDER = Path(__file__).resolve().parent / "reference"
FILES = ("divisions.csv", "townships.csv", "communities.csv")
CITY = "3410"
CITY_DISPLAY = "341000"
DIGITS = {"city": 4, "district": 6, "subdistrict": 9, "community": 12, "unit_grid": 15}
LEVELS = ("city", "district", "subdistrict", "community", "functional_area")  # unit grids are the city's own table
_FUNCTIONAL_AREA = re.compile(rf"{CITY}F[1-9]")


class UnknownPlaceError(LookupError):
    """A place code that the reference does not hold."""


@dataclass(frozen=True)
class Division:
    """One place of the reference. `official_order` ranks it among its siblings (行政区划序); None means unknown."""

    place_code: str
    name: str
    level: str
    parent_code: str | None
    mca_code: str | None
    official_order: int
    population: int | None
    population_year: int | None
    valid_from: date
    valid_to: date | None
    source: str

    @property
    def display_code(self) -> str:
        """The code people know: `341000` for the city, else the place code."""
        return CITY_DISPLAY if self.place_code == CITY else self.place_code

    @property
    def is_statistical_zone(self) -> bool:
        """True for the township-like units (风景区, 开发区 …) that only the NBS counts; 民政部 knows none."""
        return self.level == "subdistrict" and self.mca_code is None


_COLUMNS = tuple(field.name for field in fields(Division))


def read(paths: Iterable[Path]) -> dict[str, Division]:
    """The places in force in `paths`, by place code: parents first, siblings in official order.

    Raises:
        ReferenceFileError: names file, line, fault and remedy.
    """
    found: dict[str, tuple[Row, Division]] = {}
    for path in paths:
        for row in rows(path, _COLUMNS):
            place = _division(row)
            if place.valid_to is not None:
                continue  # an ended version stays in the file for the record
            if place.place_code in found:
                first = found[place.place_code][0]
                fault = f"{place.place_code} 已在 {first.path.name} 第 {first.line} 行出现"
                raise row.fault(fault, "请保留一行现行的，旧的填停用日 valid_to")
            found[place.place_code] = (row, place)
    _check_family(found)
    places = [place for _, place in found.values()]
    ordered = sorted(places, key=lambda p: (LEVELS.index(p.level), p.parent_code or "", p.official_order))
    return {place.place_code: place for place in ordered}


def _division(row: Row) -> Division:
    code, level = row.text("place_code"), row.choice("level", LEVELS)
    if level == "functional_area":
        fits, parent, shape = _FUNCTIONAL_AREA.fullmatch(code) is not None, CITY, f"{CITY}F 加一位数字"
    else:
        fits = code.isascii() and code.isdigit() and len(code) == DIGITS[level] and code.startswith(CITY)
        parent, shape = _prefix_above(code), f"以 {CITY} 开头的 {DIGITS[level]} 位数字"
    if not fits:
        raise row.fault(f"代码“{code}”与级别 {level} 不符", f"应为{shape}（文本，不要让表格软件改成数值）")
    if row.cells["parent_code"] != parent:
        raise row.fault(f"{code} 的上级代码“{row.cells['parent_code']}”不对", f"应为“{parent}”")
    place = Division(
        place_code=code,
        name=row.text("name"),
        level=level,
        parent_code=row.optional("parent_code"),
        mca_code=row.optional("mca_code"),
        official_order=row.integer("official_order"),
        population=row.optional_integer("population"),
        population_year=row.optional_integer("population_year"),
        valid_from=row.day("valid_from"),
        valid_to=row.optional_day("valid_to"),
        source=row.text("source"),
    )
    if (place.population is None) != (place.population_year is None):
        raise row.fault("人口与人口年份只填了一个", "请两个都填，或两个都留空")
    return place


def _check_family(found: Mapping[str, tuple[Row, Division]]) -> None:
    """Every parent exists; no two siblings share a name or rank; no MCA code stands twice."""
    seen: dict[tuple[str, ...], Row] = {}
    for row, place in found.values():
        if place.parent_code is not None and place.parent_code not in found:
            raise row.fault(f"找不到上级 {place.parent_code}", "请先在参考表中写上级，或更正代码")
        above = place.parent_code or ""
        marks = [(above, "名称", place.name), (above, "行政区划序", str(place.official_order))]
        if place.mca_code is not None:
            marks.append(("", "民政部代码", place.mca_code))
        for mark in marks:
            if mark in seen:
                first = f"{seen[mark].path.name} 第 {seen[mark].line} 行"
                raise row.fault(f"{mark[1]}“{mark[2]}”与 {first}重复", "请更正其中一行")
            seen[mark] = row


def _prefix_above(code: str) -> str:
    """The next shorter prefix of a numeric code; empty above the city."""
    return next((code[:length] for length in sorted(DIGITS.values(), reverse=True) if length < len(code)), "")


@cache
def _places() -> Mapping[str, Division]:
    return read(FOLDER / name for name in FILES)


@cache
def _by_parent() -> Mapping[str, tuple[Division, ...]]:
    groups: dict[str, list[Division]] = {}
    for place in _places().values():
        groups.setdefault(place.parent_code or "", []).append(place)
    return {parent: tuple(group) for parent, group in groups.items()}


@cache
def _by_names() -> Mapping[tuple[str, str], Division]:
    places = _places()
    found: dict[tuple[str, str], Division] = {}
    for place in places.values():
        if place.level == "district":
            found[place.name, ""] = place
        elif place.level == "subdistrict" and place.parent_code is not None:
            found[places[place.parent_code].name, place.name] = place
    return found


def prefix(code: str) -> str:
    """`341000` → `3410`; every other code is its own prefix."""
    return CITY if code == CITY_DISPLAY else code


def divisions() -> tuple[Division, ...]:
    """Every place in force, parents before children, siblings in official order."""
    return tuple(_places().values())


def division(code: str) -> Division:
    """The place of `code` (`341000` or a prefix); raises UnknownPlaceError."""
    try:
        return _places()[prefix(code)]
    except KeyError:
        raise UnknownPlaceError(f"行政区划参考表中没有代码“{code}”；请用统计局代码（不是民政部代码）") from None


def children(code: str) -> tuple[Division, ...]:
    """The places right below `code`, in official order; of the city: seven districts, then the three 管委会."""
    return _by_parent().get(division(code).place_code, ())


def _known(code: str) -> tuple[Division, bool]:
    """The finest reference place of `code`, and whether `code` is a unit grid inside it."""
    is_grid = code.isascii() and code.isdigit() and len(code) == DIGITS["unit_grid"]
    return division(code[: DIGITS["community"]] if is_grid else code), is_grid


def name_of(code: str) -> str:
    """The name of a place; of a unit grid its community's name and its own three digits."""
    place, is_grid = _known(code)
    return f"{place.name} {code[-3:]} 网格" if is_grid else place.name


def level_of(code: str) -> str:
    """city | district | subdistrict | community | unit_grid | functional_area."""
    place, is_grid = _known(code)
    return "unit_grid" if is_grid else place.level


def parent(code: str) -> str | None:
    """The prefix one level up; None above the city."""
    place, is_grid = _known(code)
    return place.place_code if is_grid else place.parent_code


def breadcrumb(code: str) -> tuple[Division, ...]:
    """The places from the city down to `code`; of a unit grid down to its community."""
    place, _ = _known(code)
    path = [place]
    while path[0].parent_code is not None:
        path.insert(0, division(path[0].parent_code))
    return tuple(path)


def by_name(county: str, township: str = "") -> Division | None:
    """The district `county`, or its `township`, by full official names; None when the reference has no such pair."""
    return _by_names().get((county.strip(), township.strip()))


def mca_to_nbs(county: str, name: str) -> str | None:
    """The NBS code of the township that 民政部 records as (`county`, `name`); None when it records none of that name.

    The MCA code itself is deliberately not asked for: the same digits may be another township's NBS code.
    """
    place = by_name(county, name)
    return place.place_code if place is not None and place.mca_code is not None else None
