"""The only place that reads what a grid asks for: filter and sort models, which come from outside and are not trusted.

A code is asked for by its word, a place by its name or code, a moment by its day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from data.divisions import divisions
from metrics.table import Field, Table
from queries.paging import Condition, Sorting
from queries.scope import ScopeError

PAGE = 100
MOST_PAGE = 1000
_LONGEST = 4000
_NEGATIVE = {"notEqual": "equals", "notContains": "contains"}


@dataclass(frozen=True)
class Request:
    """The conditions and the order that a grid shows."""

    where: tuple[Condition, ...] = ()
    sort: tuple[Sorting, ...] = ()


def read(text: str | None, table: Table) -> Request:
    """The request in an export's `q`, as JSON; raises ScopeError."""
    if not text:
        return Request()
    try:
        given = json.loads(text) if len(text) <= _LONGEST else None
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ScopeError("q 不是表格的筛选和排序：从表格页上的“导出”进入")
    return request(given, table)


def request(given: Mapping[str, Any], table: Table) -> Request:
    """The request of a grid's `filterModel` and `sortModel`; raises ScopeError."""
    filters, order = given.get("filterModel") or {}, given.get("sortModel") or []
    if not isinstance(filters, dict) or not isinstance(order, list):
        raise ScopeError("表格的筛选或排序写法不对：刷新页面重来")
    fields = {each.name: each for each in table.fields}
    where = [part for name, model in filters.items() for part in _conditions(_known(fields, name), model)]
    return Request(tuple(where), tuple(_sorting(fields, each) for each in order))


def window(given: Mapping[str, Any]) -> tuple[int, int]:
    """The first row and the number of rows that a grid asks for; raises ScopeError."""
    start, end = given.get("startRow", 0), given.get("endRow", PAGE)
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end and end - start <= MOST_PAGE):
        raise ScopeError(f"行号 {start}–{end} 不行：一次最多 {MOST_PAGE} 行")
    return start, end - start


def _known(fields: Mapping[str, Field], name: object) -> Field:
    if not isinstance(name, str) or name not in fields:
        raise ScopeError(f"表格里没有列 {str(name)[:40]}：可用 {'、'.join(fields)}")
    return fields[name]


def _sorting(fields: Mapping[str, Field], given: object) -> Sorting:
    if not isinstance(given, dict) or given.get("sort") not in ("asc", "desc"):
        raise ScopeError("排序只有升序（asc）和降序（desc）")
    return Sorting(_known(fields, given.get("colId")).name, given["sort"] == "desc")


def _conditions(field: Field, model: Any) -> Iterator[Condition]:
    if not isinstance(model, dict) or not isinstance(model.get("type"), str):
        raise ScopeError(f"列“{field.label}”的筛选写法不对：每列一个条件")
    op = model["type"]
    if op in ("blank", "notBlank"):
        yield Condition(field.name, op)
    elif field.words:
        yield _by_word(field, op, _text(field, model))
    elif field.is_place:
        yield _by_place(field, op, _text(field, model))
    elif field.type in ("date", "timestamp"):
        yield from _by_day(field, op, model)
    elif field.type in ("integer", "real"):
        yield Condition(
            field.name, op, tuple(_number(field, model[key]) for key in ("filter", "filterTo") if _has(model, key))
        )
    else:
        yield Condition(field.name, op, (_text(field, model),))


def _has(model: Mapping[str, Any], key: str) -> bool:
    return model.get(key) is not None


def _text(field: Field, model: Mapping[str, Any]) -> str:
    value = model.get("filter")
    if not isinstance(value, str) or not value or len(value) > 200:
        raise ScopeError(f"列“{field.label}”：写 1 到 200 个字")
    return value


def _number(field: Field, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScopeError(f"列“{field.label}”：{str(value)[:40]} 不是数")
    return value


_SAYS: Mapping[str, Callable[[str, str], bool]] = {
    "equals": lambda word, said: word == said, "contains": lambda word, said: said in word,
    "startsWith": lambda word, said: word.startswith(said), "endsWith": lambda word, said: word.endswith(said),
}  # fmt: skip


def _by_word(field: Field, op: str, said: str) -> Condition:
    """The codes whose word fits; for the negative ones the codes that are left."""
    fits = _SAYS.get(_NEGATIVE.get(op, op))
    if fits is None:
        raise ScopeError(f"列“{field.label}”：不认识 {op[:40]} 这种比较")
    found = [code for code, word in field.words.items() if fits(word, said) is (op not in _NEGATIVE)]
    values: Sequence[object] = [code == "true" for code in found] if field.type == "boolean" else found
    return Condition(field.name, "in", tuple(values))


def _by_place(field: Field, op: str, said: str) -> Condition:
    if said.isascii():
        return Condition(field.name, op, (said,))
    fits = _SAYS.get(op)
    if fits is None:
        raise ScopeError(f"列“{field.label}”：地名只能按包含、等于、开头、结尾筛选")
    found = [place.place_code for place in divisions() if fits(place.name, said)]
    return Condition(field.name, "within", tuple(found)) if found else Condition(field.name, "in")


def _by_day(field: Field, op: str, model: Mapping[str, Any]) -> Iterator[Condition]:
    first = _day(field, model.get("dateFrom"))
    if op == "inRange":
        yield from _between(field, first, _day(field, model.get("dateTo")))
    elif op == "equals":
        yield from _between(field, first, first)
    elif op in ("lessThan", "greaterThan"):
        bound = first if op == "lessThan" else first + timedelta(days=1)
        yield Condition(field.name, "lessThan" if op == "lessThan" else "greaterThanOrEqual", (bound,))
    else:
        raise ScopeError(f"列“{field.label}”：不认识 {op[:40]} 这种比较")


def _between(field: Field, first: date, last: date) -> Iterator[Condition]:
    yield Condition(field.name, "greaterThanOrEqual", (first,))
    yield Condition(field.name, "lessThan", (last + timedelta(days=1),))


def _day(field: Field, value: Any) -> date:
    try:
        return datetime.fromisoformat(value).date()
    except (TypeError, ValueError):
        raise ScopeError(f"列“{field.label}”：{str(value)[:40]} 不是日期，写成 2026-11-23") from None
