"""The only place that assembles pages of rows: declared columns in, values bound, one order that never wavers.

What is sorted or filtered by must be declared and open: a column that is masked on the way out could otherwise be
read by asking often enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queries.scope import ScopeError

_COMPARED = {
    "equals": "=", "notEqual": "<>", "lessThan": "<", "lessThanOrEqual": "<=", "greaterThan": ">",
    "greaterThanOrEqual": ">=",
}  # fmt: skip
_TEXT = {"contains": "contains", "startsWith": "starts_with", "endsWith": "ends_with"}
MOST_CONDITIONS = 20


@dataclass(frozen=True)
class Rows:
    """Rows to be paged through: a statement with its values, the columns that may be shown and those that may be asked.

    `order` is the last word on the order, a list of column names; a leading `-` is descending. Without it the rows stay
    as the statement orders them.
    """

    sql: str
    binds: Mapping[str, object]
    shown: tuple[str, ...]
    asked: Mapping[str, str]  # column → text | integer | real | boolean | date | timestamp
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """One column against a value; `inRange` has two, `in` and `within` (prefixes) any number."""

    column: str
    op: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class Sorting:
    """One column of the order asked for."""

    column: str
    is_descending: bool = False


def assemble_page(
    rows: Rows, where: Sequence[Condition], sort: Sequence[Sorting], start: int = 0, count: int | None = None
) -> tuple[str, dict[str, object]]:
    """The statement for rows `start` to `start + count` (all where None) under the conditions, in the order asked.

    Raises:
        ScopeError: a column that is not declared or a comparison that its type does not know.
    """
    conditions, binds = _where(rows, where)
    order = [f"{_column(rows, each.column)} {'desc' if each.is_descending else 'asc'} nulls last" for each in sort]
    order += [f"{quoted(name.removeprefix('-'))}{' desc nulls last' if name[0] == '-' else ''}" for name in rows.order]
    if not rows.order:
        order.append("source_order")
    names = ", ".join(quoted(name) for name in rows.shown)
    numbered = "" if rows.order else ", row_number() over () as source_order"
    sql = f"select {names} from (select *{numbered} from ({rows.sql}\n)) where {conditions} order by {', '.join(order)}"  # noqa: S608
    if count is not None:
        sql += " limit $page_count offset $page_start"
        binds |= {"page_count": count, "page_start": start}
    return sql, {**rows.binds, **binds}


def assemble_total(rows: Rows, where: Sequence[Condition]) -> tuple[str, dict[str, object]]:
    """The statement that counts the rows under the conditions, as `total`; raises as `assemble_page` does."""
    conditions, binds = _where(rows, where)
    return f"select count(*) as total from ({rows.sql}\n) where {conditions}", {**rows.binds, **binds}  # noqa: S608


def _where(rows: Rows, where: Sequence[Condition]) -> tuple[str, dict[str, object]]:
    if len(where) > MOST_CONDITIONS:
        raise ScopeError(f"表格筛选有 {len(where)} 个条件：最多 {MOST_CONDITIONS} 个")
    binds: dict[str, object] = {}
    found = ["true"]
    for index, each in enumerate(where):
        names = [f"where_{index}_{position}" for position in range(len(each.values))]
        found.append(_condition(_column(rows, each.column), rows.asked[each.column], each, [f"${n}" for n in names]))
        binds |= dict(zip(names, each.values, strict=True))
    return " and ".join(found), binds


def _condition(column: str, kind: str, asked: Condition, names: Sequence[str]) -> str:
    op, given = asked.op, len(names)
    if op in ("blank", "notBlank") and not given:
        return f"{column} is {'not ' if op == 'notBlank' else ''}null"
    if op == "in":
        return f"{column} in ({', '.join(names)})" if given else "false"
    if op == "within" and given and kind == "text":
        return "(" + " or ".join(f"starts_with({column}, {name})" for name in names) + ")"
    if op == "inRange" and given == 2 and kind not in ("text", "boolean"):
        return f"{column} between {names[0]} and {names[1]}"
    if op in _COMPARED and given == 1 and (kind != "text" or op in ("equals", "notEqual")):
        return f"{column} {_COMPARED[op]} {names[0]}"
    if kind == "text" and given == 1 and op in (*_TEXT, "notContains"):
        said = f"{_TEXT.get(op, 'contains')}(lower({column}), lower({names[0]}))"
        return said if op in _TEXT else f"not {said}"
    raise ScopeError(f"表格筛选 {asked.column[:40]}：不认识 {op[:40]} 这种比较")


def _column(rows: Rows, name: str) -> str:
    if name not in rows.asked:
        raise ScopeError(f"列 {name[:40]!r} 不能排序或筛选：可用 {'、'.join(rows.asked) or '（无）'}")
    return quoted(name)


def quoted(name: str) -> str:
    """A declared name as SQL writes it, also where it is one of SQL's own words: `urban.case`."""
    return ".".join(f'"{part}"' for part in name.split("."))
