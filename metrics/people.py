"""The only place that decides what may be told of few people: which places, which kinds and which periods.

A number about people (`suppress_below`) is withheld where fewer than that many are counted, where it is true of fewer,
or not true of fewer: 849 of 850 tells of one. What is withheld may not be worked out either, so the same holds for
- neighbours: the places withheld in a row hold together as many as must stand behind a number, and their parts go too;
- kinds: they are told for the whole city alone, for of a place and a kind both margins would be known;
- periods: two that differ by a day would tell that day. Only whole weeks (from Monday) and whole calendar months are
  told, and of several weeks or a month only where each part that weeks and months cut out of it may itself be told.
What `docs/decisions/0007-few-people.md` shows of this is why nothing smaller comes out of any two answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from metrics.metric import Metric, place_dimension
from metrics.reach import known_part
from queries.assembler import DAY, PLACE_DIMENSIONS, Aggregate, Rows, assemble_cells
from queries.runner import query
from queries.scope import CITY, Scope

WITHHELD = "涉及个人，人数少不显示"
NOT_THIS_PERIOD = "涉及个人，只看整周整月"
ONLY_WEEKS = "涉及个人，只看整周"
_WEEK = timedelta(days=7)
_WHOLE = ""  # the key of the one cell that a reading without groups has
Period = tuple[date, date]


class Parts(NamedTuple):
    """How many a number counts, of how many it is true, and of how many it could be; None where there is no such."""

    n: float = 0
    numerator: float | None = None
    denominator: float | None = None


Cells = Mapping[str, Parts]


def why_untold(asked: Metric, scope: Scope) -> str:
    """In words why the number of this place and period may not be told; empty when it may."""
    periods = blocks(asked, scope)
    if not periods:
        return ONLY_WEEKS if _is_moving(asked) else NOT_THIS_PERIOD
    parent = scope.parent()
    if parent is None:
        return WITHHELD if _hidden(asked, scope, periods, None) else ""
    above = scope.drill(parent)
    by = place_dimension(above.level)
    if by and scope.area in hidden(asked, above, by):
        return WITHHELD
    return why_untold(asked, above)  # the parts of what is withheld would tell it


def hidden(asked: Metric, scope: Scope, by: str) -> frozenset[str]:
    """The groups of a scope by a dimension that may not be told, in a period of which `blocks` knows the parts."""
    found = _hidden(asked, scope, blocks(asked, scope), by)
    upper = _dimension_above(by, scope)
    if upper:
        withheld = hidden(asked, scope, upper)
        keys = {key for cells in _cells(asked, scope, blocks(asked, scope), by) for key in cells}
        found |= {key for key in keys if key[: PLACE_DIMENSIONS[upper]] in withheld}
    return frozenset(found)


def blocks(asked: Metric, scope: Scope) -> tuple[Period, ...]:
    """The parts of a period of which each must bear being told; empty where the period may not be asked for.

    A number of the state at the period's end has no parts, but one that goes by the very day is told on Mondays only.
    """
    since, until = scope.since, scope.until
    if asked.rows is not None and asked.rows.period:
        return ((since, until),) if not _is_moving(asked) or until.weekday() == 0 else ()
    if since.weekday() == until.weekday() == 0:
        return tuple(_cut(since, until))
    if since.day == until.day == 1:
        return tuple(_cut(since - timedelta(since.weekday()), until + timedelta(-until.weekday() % 7), is_monthly=True))
    return ()


def _is_moving(asked: Metric) -> bool:
    """Whether a state goes by the very day, as a sum that is paid out day by day."""
    return asked.aggregate is not None and "$until" in asked.aggregate.numerator


def _cut(since: date, until: date, is_monthly: bool = False) -> Iterable[Period]:
    """The weeks from one Monday to another, each cut once more where a month begins in it if asked."""
    days = (since + timedelta(offset) for offset in range((until - since).days + 1))
    return pairwise(day for day in days if day.weekday() == 0 or (is_monthly and day.day == 1))


def _hidden(asked: Metric, scope: Scope, periods: Collection[Period], by: str | None) -> set[str]:
    cut = _dimension_above(by, scope) if by else ""
    length = PLACE_DIMENSIONS[cut] if cut else 0
    *parts, whole = _cells(asked, scope, periods, by)
    found: set[str] = set()
    for cells in parts:
        for row in _rows(cells, length):
            found |= _hidden_in(asked, row, ())
    for row in _rows(whole, length):
        found |= _hidden_in(asked, row, found & row.keys())
    return found


def _hidden_in(asked: Metric, cells: Cells, already: Collection[str]) -> set[str]:
    """In a row whose total may be known: what is small, and so much beside it that the rest of the total is not."""
    found = {*already, *(key for key, parts in cells.items() if _is_small(asked, parts))}
    together = [cells[key] for key in found if cells[key].n > 0]
    rest = sorted((parts.n, key) for key, parts in cells.items() if key not in found and parts.n > 0)
    while together and rest and (len(together) < 2 or _is_small(asked, _sum(together))):
        key = rest.pop(0)[1]
        found.add(key)
        together.append(cells[key])
    return found


def _is_small(asked: Metric, parts: Parts) -> bool:
    other = None if parts.numerator is None or parts.denominator is None else parts.denominator - parts.numerator
    return any(each is not None and 0 < each < asked.suppress_below for each in (parts.n, parts.numerator, other))


def _sum(found: Iterable[Parts]) -> Parts:
    columns = zip(*found, strict=True)
    n, numerator, denominator = (
        None if all(each is None for each in column) else sum(each or 0 for each in column) for column in columns
    )
    return Parts(n or 0, numerator, denominator)


def _rows(cells: Cells, length: int) -> list[Cells]:
    """The cells by the place of so many digits in which they lie: its own number is known, so each is a row."""
    rows: dict[str, dict[str, Parts]] = {}
    for key, parts in cells.items():
        rows.setdefault(key[:length], {})[key] = parts
    return list(rows.values())


def _dimension_above(by: str, scope: Scope) -> str:
    """The place dimension between the scope and a finer one; empty where there is none."""
    names = list(PLACE_DIMENSIONS)
    direct = place_dimension(scope.level)
    if by not in names or direct is None or names.index(by) <= names.index(direct):
        return ""
    return names[names.index(by) - 1]


def _cells(asked: Metric, scope: Scope, periods: Collection[Period], by: str | None) -> list[Cells]:
    """What stands behind the number by group: for each of several parts of the period, and last for the whole of it."""
    if not periods:
        return [{}]
    is_cut = len(periods) > 1
    first, last = min(since for since, _ in periods), max(until for _, until in periods)
    names = (by,) if by else ()
    rows, aggregate = _counting(asked, names)
    there = scope.period(first, last) if is_cut else known_part(asked, scope)
    frame = query(*assemble_cells(rows, aggregate, there, names, day=is_cut), scope)
    found: list[dict[str, list[Parts]]] = [{} for _ in range(len(periods) + 1 if is_cut else 1)]
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        key = str(row[by] or "") if by else _WHOLE
        parts = Parts(row["n0"] or 0, row["v0"], row["d0"])
        if is_cut:
            day = row[DAY].date() if hasattr(row[DAY], "date") else row[DAY]
            found[next(i for i, (since, until) in enumerate(periods) if since <= day < until)].setdefault(
                key, []
            ).append(parts)
            if not scope.since <= day < scope.until:
                continue
        found[-1].setdefault(key, []).append(parts)
    return [{key: _sum(parts) for key, parts in cells.items()} for cells in found]


def _counting(asked: Metric, by: tuple[str, ...]) -> tuple[Rows, Aggregate]:
    """The rows and what is counted of them; places may be asked for whether or not the metric is split by them."""
    assert asked.rows is not None  # a number about people is counted from rows
    rows = replace(asked.rows, by=by)
    if asked.histogram is not None:
        counted = f"sum({asked.histogram.count})"
        return rows, Aggregate("null", "", counted)
    assert asked.aggregate is not None
    return rows, asked.aggregate


def may_be_split(asked: Metric, scope: Scope, by: str) -> bool:
    """Whether a number about people may be split so: by place anywhere, by kind for the whole city."""
    return bool(blocks(asked, scope)) and (by in PLACE_DIMENSIONS or scope.area == CITY)
