"""The only place that says what stands in a table of rows: of a contract's table, a question, or the rows of a number.

It asks the same view, scope and filters as the card, chart or list it belongs to; what is personal leaves it masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from data.contract import Column, Contract, code_lists, codes, contracts
from data.dimension import names as dimension_names
from metrics.filters import Dimension, dimension_of, of_scene, refusal_words, takes
from metrics.lineage import question_contracts
from metrics.metric import Metric, level_reached
from metrics.reach import known_part
from queries import statement
from queries.assembler import PLACE_DIMENSIONS, assemble_cells, choose, narrow
from queries.paging import Condition, Rows, Sorting, assemble_page, assemble_total, quoted
from queries.runner import query, stream
from queries.scope import CITY, LEVEL_NAMES, Scope, ScopeError
from security.masking import mask

SENSITIVE = "敏感"
YES_NO = {"true": "是", "false": "否"}
_PLACES = ("place_code", *PLACE_DIMENSIONS)


@dataclass(frozen=True)
class Field:
    """One column: name, heading, type, unit, the words of its codes, and its PII level (`none` is open)."""

    name: str
    label: str
    type: str
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    pii: str = "none"

    @property
    def is_place(self) -> bool:
        return self.name in _PLACES or self.name.endswith("_place_code")


@dataclass(frozen=True)
class Table:
    """Rows that can be paged through and exported: what they are called, their columns, where they come from."""

    name: str
    title: str
    grain: str
    fields: tuple[Field, ...]
    rows: Rows
    scope: Scope
    sources: tuple[str, ...]

    def page(
        self, where: Sequence[Condition], sort: Sequence[Sorting], start: int, count: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Rows `start` to `start + count` as dicts, masked, and how many there are in all."""
        found = self._masked(query(*assemble_page(self.rows, where, sort, start, count), self.scope))
        names = [each.name for each in self.fields]
        return [dict(zip(names, row, strict=True)) for row in zip(*found, strict=True)], self.total(where)

    def every(self, where: Sequence[Condition], sort: Sequence[Sorting]) -> Iterator[list[list[Any]]]:
        """All rows under the conditions, piece by piece: the values of each field in turn, masked."""
        for piece in stream(*assemble_page(self.rows, where, sort), self.scope):
            yield self._masked(piece)

    def total(self, where: Sequence[Condition]) -> int:
        """How many rows there are under the conditions."""
        return int(query(*assemble_total(self.rows, where), self.scope)["total"].iloc[0])

    def _masked(self, frame: pd.DataFrame) -> list[list[Any]]:
        plain = frame.astype(object)
        plain = plain.where(plain.notna(), None)
        return [
            [mask(value, each.pii) for value in plain[each.name]] if each.pii != "none" else list(plain[each.name])
            for each in self.fields
        ]


def filters_of(held: Contract) -> dict[str, Dimension]:
    """What a contract's table may be filtered by: its coded columns, its units, and its place."""
    found = {}
    for each in held.columns:
        words = _field(each).words
        if each.pii == "none" and (words or each.name in of_scene(held.theme)):
            found[each.name] = Dimension(
                each.name, each.label, tuple(words.items()), () if words else (quoted(held.table),)
            )
    if "place_code" in held.column_names:
        found |= {name: Dimension(name, dimension_names()[name]) for name in PLACE_DIMENSIONS}
    return found


def of_contract(held: Contract, scope: Scope) -> Table:
    """The rows of a contract's table in the scope; a table without a time stands for all times.

    Raises:
        ScopeError: the table has no places and the scope is not the city, or it lacks a filter of the scope.
    """
    conditions: list[str] = []
    binds: dict[str, object] = {}
    if held.time:
        conditions += [f'"{held.time}" >= $since', f'"{held.time}" < $until']
        binds |= {"since": scope.since, "until": scope.until}
    if "place_code" in held.column_names:
        conditions.append("starts_with(place_code, $area)")
        binds["area"] = scope.prefix
    elif scope.area != CITY:
        raise ScopeError(f"《{held.name}》没有地点，不能只看一个地方：回到全市看")
    chosen, values = choose(scope, tuple(filters_of(held)), f"《{held.name}》")
    where = " and ".join([*conditions, *chosen]) or "true"
    fields = tuple(_field(each) for each in held.columns)
    order = tuple(dict.fromkeys([*([f"-{held.time}"] if held.time else []), *held.key]))
    return Table(
        held.table, held.name, held.grain, fields,
        _rows(f'select * from {quoted(held.table)} where {where}', {**binds, **values}, fields, order),  # noqa: S608
        scope, (held.table,),
    )  # fmt: skip


def of_object(held: Contract, key: str, object_id: str, scope: Scope) -> Table:
    """The row of a contract's table that has this key, whatever its time and place."""
    fields = tuple(_field(each) for each in held.columns)
    if key not in held.column_names:
        raise ScopeError(f"《{held.name}》没有列 {key}")
    sql = f'select * from {quoted(held.table)} where "{key}" = $id'  # noqa: S608
    rows = _rows(sql, {"id": object_id}, fields, held.key)
    return Table(held.table, held.name, held.grain, fields, rows, scope, (held.table,))


def of_question(
    name: str, title: str, columns: Mapping[str, str], scope: Scope, binds: Mapping[str, object], sources: Sequence[str]
) -> Table:
    """The rows of a question, its columns under the headings of the list that shows them.

    Raises:
        FilterNotTaken: the question does not declare a filter of the scope.
    """
    asked = statement.question(name)
    sql, values = narrow(asked, scope)
    given = {**scope.binds(), **binds}
    whole = {**{bind: given[bind] for bind in asked.binds}, **values}
    types = dict(zip(*_described(sql, whole, scope), strict=True))
    fields = tuple(_named(asked, column, label, types[column], sources) for column, label in columns.items())
    return Table(name.replace("/", "."), title, asked.answers, fields, _rows(sql, whole, fields), scope, tuple(sources))


def of_metric(asked: Metric, scope: Scope) -> Table:
    """The rows that a sum or ratio adds up: one per day, finest place and combination of its dimensions.

    Raises:
        ScopeError: the number is no sum or ratio, is withheld when small, ends above this level, or lacks a filter.
    """
    if asked.rows is None or asked.aggregate is None or asked.kind not in ("sum", "ratio"):
        raise ScopeError(f"{asked.name}不是可逐行相加的数：看它的来源表")
    if asked.suppress_below:
        raise ScopeError(f"{asked.name}涉及个人，人数少时隐去，不给逐行的表")
    if not level_reached(asked, scope.level):
        raise ScopeError(f"{asked.name}到{LEVEL_NAMES[asked.lowest]}：回到上一级看")
    if not takes(asked, scope):
        raise ScopeError(refusal_words(asked, scope))
    by = tuple(name for name in asked.by if not (asked.rows.is_exact and name in PLACE_DIMENSIONS))
    places = [name for name in by if name in PLACE_DIMENSIONS]
    kept = (*places[-1:], *(name for name in by if name not in PLACE_DIMENSIONS))  # the finest place holds the others
    sql, binds = assemble_cells(asked.rows, asked.aggregate, known_part(asked, scope), kept, day=True)
    fields = [] if asked.rows.period else [Field("day", "日期", "date")]
    for name in kept:
        known = dimension_of(asked, name)
        fields.append(Field(name, known.label, "text", words=dict(known.words)))
    if asked.kind == "sum":
        fields.append(Field("v0", asked.name, "real", asked.unit if asked.scale == 1 else ""))
    else:
        fields += [Field("v0", "分子", "real"), Field("d0", "分母", "real")]
    fields.append(Field("n0", "样本数", "integer"))
    found = f"select * from ({sql}\n) where n0 <> 0 or coalesce(v0, 0) <> 0"  # noqa: S608
    order = tuple(each.name for each in fields if each.name not in ("v0", "d0", "n0"))
    rows = _rows(found, binds, tuple(fields), order or ("v0",))
    return Table(f"{asked.scene}.{asked.id}", f"{asked.name}：逐行", "每日、每地、每类一行", tuple(fields), rows, scope,
                 asked.sources)  # fmt: skip


def _rows(sql: str, binds: Mapping[str, object], fields: Sequence[Field], order: tuple[str, ...] = ()) -> Rows:
    open_ = {each.name: each.type for each in fields if each.pii == "none"}
    return Rows(sql, binds, tuple(each.name for each in fields), open_, order)


def _field(column: Column) -> Field:
    words: Mapping[str, str] = codes(column.codes) if column.codes else YES_NO if column.type == "boolean" else {}
    return Field(column.name, column.label, column.type, column.unit, words, column.pii)


def _named(asked: statement.Statement, name: str, label: str, kind: str, sources: Sequence[str]) -> Field:
    """A column of a question: its codes are those of the contracts that know its name, its own first."""
    lists = {column.codes for column in _columns(name, sources) or _columns(name, contracts())}
    only = name if name in code_lists() else next(iter(lists)) if len(lists) == 1 else None
    words = codes(only) if only and kind == "text" else YES_NO if kind == "boolean" else {}
    return Field(name, label, kind, "", words, _pii(asked, name))


def _columns(name: str, tables: Iterable[str]) -> list[Column]:
    known = [contracts()[each] for each in tables if each in contracts()]
    return [column for each in known for column in each.columns if column.name == name]


def _pii(asked: statement.Statement, name: str) -> str:
    """What the tables the question reads say of this column, not others of the same name: a table equals its list.

    A sum or count is nobody's value any more, except where the table it is read from is sensitive as a whole.
    """
    is_summed = re.search(rf"\b(?:sum|count)\((?:(?!\bas\b)[^,])*\bas {re.escape(name)}\b", asked.sql)
    levels = [
        column.pii
        for each in question_contracts(asked.name)
        if not is_summed or each.metadata.security_level == SENSITIVE
        for column in each.columns
        if column.name == name
    ]
    return max(levels, default="none", key=("none", "L1", "L2", "L3").index)


def _described(sql: str, binds: Mapping[str, object], scope: Scope) -> tuple[list[str], list[str]]:
    """The columns of a statement and their types, as its answer has them."""
    frame = query(f"describe {sql}", binds, scope)
    return [str(name) for name in frame["column_name"]], [_kind(str(kind)) for kind in frame["column_type"]]


def _kind(kind: str) -> str:
    kind = kind.lower()
    if kind.startswith("timestamp"):
        return "timestamp"
    if kind in ("date", "boolean"):
        return kind
    if kind in ("double", "float") or kind.startswith("decimal"):
        return "real"
    return "integer" if kind.endswith("int") or kind == "integer" else "text"
