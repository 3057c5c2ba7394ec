"""The only place that says by what a number or a page may be filtered, and which values a filter may take.

A number takes a filter when it declares the dimension (`by`) and knows the values. What does not is 此筛选不适用: it is
never answered without the filter. A value that nothing on the page knows is refused with what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from data.contract import codes
from data.dimension import column_of, label
from data.divisions import UnknownPlaceError, divisions, name_of
from metrics.metric import Metric, metrics
from queries import statement
from queries.assembler import PLACE_DIMENSIONS, distinct
from queries.runner import query
from queries.scope import CITY, Scope, ScopeError

SAID = 12  # allowed values that a message names
_BOOLEAN = {"true": "是", "false": "否"}
_ANY_DAY = (date(2000, 1, 3), date(2000, 1, 10))  # the values of a dimension are those of the snapshot, of no period


@dataclass(frozen=True)
class Dimension:
    """A filter that can be set: its code list, or the views in which its values are found."""

    name: str
    label: str
    words: tuple[tuple[str, str], ...] = ()
    views: tuple[str, ...] = ()

    def values(self, snapshot: str) -> Mapping[str, str]:
        """Value → word: of the code list, the divisions, or what the snapshot holds."""
        return _values(self, snapshot)

    def word(self, value: str, snapshot: str) -> str | None:
        """The word of a value, None when it has no such value."""
        if self.name not in PLACE_DIMENSIONS:
            return self.values(snapshot).get(value)
        if len(value) > PLACE_DIMENSIONS[self.name]:
            return None
        try:  # a coarser place is the rows that know no finer one: 市直 stands beside the districts
            return name_of(value)
        except UnknownPlaceError:
            return None


@lru_cache(maxsize=512)  # a page asks for every cell that might be a link; a snapshot never changes
def _values(known: Dimension, snapshot: str) -> Mapping[str, str]:
    if known.name in PLACE_DIMENSIONS:
        levels = (known.name.removesuffix("_code"), "functional_area" if known.name == "district_code" else "")
        return {each.place_code: each.name for each in divisions() if each.level in levels}
    anywhere = Scope(CITY, *_ANY_DAY, snapshot)
    found = [query(distinct(view, known.name, (known.name,)), {}, anywhere)["value"] for view in known.views]
    return {str(value): str(value) for values in found for value in values} | dict(known.words)


def taken(asked: Metric) -> tuple[str, ...]:
    """The dimensions a number may be filtered by.

    None for counts of people that are withheld when small: several filtered answers would give away what one hides.
    A number with a row of its own for each area is not cut by place: the area of the page does that.
    """
    if asked.suppress_below:
        return ()
    if asked.function:
        return statement.question(asked.inputs).filters
    exact = asked.rows is not None and asked.rows.is_exact
    return tuple(name for name in asked.by if not (exact and name in PLACE_DIMENSIONS))


def dimension_of(asked: Metric, name: str) -> Dimension:
    """One of the dimensions that the metric takes, with its values."""
    column = column_of(name, asked.sources)
    words: Mapping[str, str] = {}
    if name.startswith("is_") or (column is not None and column.type == "boolean"):
        words = _BOOLEAN
    elif column is not None and column.codes:
        words = codes(column.codes)
    views = () if words or asked.rows is None else (asked.rows.view,)
    return Dimension(name, label(name, asked.sources), tuple(words.items()), views)


def takes(asked: Metric, scope: Scope) -> bool:
    """Whether the number can be read under every filter of the scope."""
    if not scope.filters:
        return True
    allowed = taken(asked)
    for name, values in scope.chosen.items():
        if name not in allowed:
            return False
        known = dimension_of(asked, name)
        if known.words and not set(values) <= {value for value, _ in known.words}:
            return False  # `kind` of another table: another list
    return True


def refusal_words(asked: Metric, scope: Scope) -> str:
    """Why the number cannot be read under the scope's filters, in a sentence."""
    known = of_scene(asked.scene)
    names = "、".join(known[name].label if name in known else label(name, asked.sources) for name in scope.chosen)
    return f"此筛选不适用：{asked.name}没有按 {names} 这样分的数；去掉筛选，或换一个指标"


@cache
def of_scene(scene: str) -> Mapping[str, Dimension]:
    """What a page of the scene may be filtered by: whatever one of its numbers takes."""
    found: dict[str, Dimension] = {}
    for asked in metrics(scene) if scene else ():
        for name in taken(asked):
            found[name] = _joined(found.get(name), dimension_of(asked, name))
    return found


def _joined(one: Dimension | None, other: Dimension) -> Dimension:
    if one is None:
        return other
    words = tuple((dict(one.words) | dict(other.words)).items())
    return Dimension(one.name, one.label, words, tuple(dict.fromkeys((*one.views, *other.views))))


def check(filters: Iterable[tuple[str, str]], allowed: Mapping[str, Dimension], snapshot: str, where: str) -> None:
    """Raises ScopeError for a filter that `where` does not have or a value that it does not know, and says what is."""
    for name, value in filters:
        if name not in allowed:
            names = "、".join(f"f.{each.name}（{each.label}）" for each in allowed.values()) or "（无）"
            raise ScopeError(f"f.{name[:40]}：{where}没有这个筛选；可用 {names}")
        if allowed[name].word(value, snapshot) is None:
            known = allowed[name].values(snapshot)
            said = "、".join(
                value if value == word else f"{value}（{word}）" for value, word in list(known.items())[:SAID]
            )
            rest = f" 等 {len(known)} 个" if len(known) > SAID else ""
            raise ScopeError(f"f.{name}={value[:40]}：{allowed[name].label}没有这个值；可用 {said or '（无）'}{rest}")


def check_metric(asked: Metric, scope: Scope) -> None:
    """Raises ScopeError when the metric cannot be read under the scope's filters: for who asks for this very number."""
    allowed = {name: dimension_of(asked, name) for name in taken(asked)}
    check(scope.filters, allowed, scope.snapshot, asked.name)
