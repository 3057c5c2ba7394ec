"""The only place that spells names into SQL. Values are bound; only declared dimensions are ever written out.

A measure is an aggregate over a view. Measures that read the same rows are answered in one scan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from data.contract import codes, contracts
from queries.scope import FilterNotTaken, Scope
from queries.statement import FILTERS, Statement

_BOUND = re.compile(r"\$(since|until)\b")
_MEDIAN = 0.5
PLACE_DIMENSIONS = {"district_code": 6, "subdistrict_code": 9, "community_code": 12, "unit_grid_code": 15}


class DimensionError(ValueError):
    """A dimension that the metric does not declare."""


@dataclass(frozen=True)
class Rows:
    """Which rows a measure reads: a view, the column that dates a row, and how places match.

    `is_exact`: the view has a row of its own for each area (an AQI of the city is not a sum over districts), so the
    area must equal; otherwise every place inside the area counts. `ruler` names the column of the standard's edition.
    `period` replaces the half-open range over `day` where a stock is asked for (what is open at `$until`).
    """

    view: str
    day: str
    period: str = ""
    is_exact: bool = False
    ruler: str = ""
    where: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aggregate:
    """Numerator, denominator (empty where there is none), number of cases, day the value is of, days with rows."""

    numerator: str
    denominator: str
    n: str
    as_of: str = ""
    days: str = ""


@dataclass(frozen=True)
class Histogram:
    """A distribution kept as counts: bin k holds values from k × width up to, not including, (k + 1) × width."""

    bin: str
    count: str
    width: float
    share: float  # 0.5 the median, 0.9 the P90


def dimension(rows: Rows, name: str) -> str:
    """The SQL of a declared dimension; raises DimensionError otherwise."""
    if name == DAY and not rows.period:
        return f"cast({rows.day} as date)"
    if name not in rows.by:
        raise DimensionError(f"维度 {name!r} 未声明：可用 {'、'.join(rows.by) or '(无)'}")
    return _spelled(name)


def _spelled(name: str) -> str:
    """A declared dimension as text, so that a group's key and a filter's value are the same thing."""
    if name in PLACE_DIMENSIONS:
        return f"left(place_code, {PLACE_DIMENSIONS[name]})"
    return f"cast({name} as varchar)"


DAY = "day"  # the dimension every measure over a range of days has


def assemble(
    rows: Rows, aggregates: Sequence[Aggregate], scope: Scope, by: str | None = None
) -> tuple[str, dict[str, object]]:
    """One statement that answers all `aggregates` over `rows` in `scope`, optionally grouped by one dimension.

    Columns: `key` (only with `by`), then `v0, d0, n0, t0, k0, v1, …` in the order of the aggregates.

    Raises:
        DimensionError: `by` or a filter of the scope is not a declared dimension.
    """
    key = dimension(rows, by) if by else ""
    conditions, binds = _conditions(rows, scope, by)
    selected = ([f"    {key} as key"] if by else []) + _measured(aggregates)
    lines = ["select", ",\n".join(selected), f"from {rows.view}", "where", "    " + "\n    and ".join(conditions)]
    if by:
        lines += [f"group by {key}", "order by key"]
    return _with_used("\n".join(lines), binds)


def _measured(aggregates: Sequence[Aggregate]) -> list[str]:
    return [
        f"    {text or 'null'} as {name}{index}"
        for index, each in enumerate(aggregates)
        for name, text in (
            ("v", each.numerator),
            ("d", each.denominator),
            ("n", each.n),
            ("t", each.as_of),
            ("k", each.days),
        )
    ]


def assemble_periods(
    rows: Rows, aggregates: Sequence[Aggregate], scope: Scope, periods: Sequence[tuple[date, date]]
) -> tuple[str, dict[str, object]] | None:
    """As `assemble`, for many half-open periods in one statement: `key` is the period's place in `periods`.

    A period that holds no row has no line. What is added up over days that do not overlap is read in one scan; for the
    rest, a stock among them, every period stands beside the rows. None where the ruler may differ between periods.
    """
    if rows.ruler:
        return None
    parts = [rows.where, *(text for each in aggregates for text in (each.numerator, each.denominator, each.n))]
    lined = sorted(periods)
    overlap = any(earlier[1] > later[0] for earlier, later in pairwise(lined))
    if overlap or rows.period or any("$since" in part or "$until" in part for part in parts):
        return _beside_periods(rows, aggregates, scope, periods)
    binds: dict[str, object] = {"since": lined[0][0], "until": lined[-1][1]}
    cases = []
    for index, (since, until) in enumerate(periods):
        cases.append(f"        when {rows.day} >= $since_{index} and {rows.day} < $until_{index} then {index}")
        binds |= {f"since_{index}": since, f"until_{index}": until}
    conditions, given = _conditions(rows, scope, None)
    selected = ["    case\n" + "\n".join(cases) + "\n    end as key", *_measured(aggregates)]
    lines = ["select", ",\n".join(selected), f"from {rows.view}", "where", "    " + "\n    and ".join(conditions)]
    lines += ["group by 1", "having key is not null", "order by 1"]
    return _with_used("\n".join(lines), given | binds)


def _beside_periods(
    rows: Rows, aggregates: Sequence[Aggregate], scope: Scope, periods: Sequence[tuple[date, date]]
) -> tuple[str, dict[str, object]]:
    """Every row meets every period, as if each were asked alone: its bounds take the place of `$since` and `$until`.

    A period that is itself looked up in the rows is asked alone within the one statement: looked up per row and period
    it would cost more than all of them.
    """
    conditions, binds = _conditions(rows, scope, None)
    asked = ",\n    ".join(f"({index}, $since_{index}, $until_{index})" for index in range(len(periods)))
    for index, (since, until) in enumerate(periods):
        binds |= {f"since_{index}": since, f"until_{index}": until}
    if any("select" in condition for condition in conditions):
        sql, _ = assemble(rows, aggregates, scope)
        alone = [
            _BOUND.sub(rf"$\1_{index}", sql.replace("select", f"select\n    {index} as key,", 1))
            for index in range(len(periods))
        ]
        return _with_used("\nunion all\n".join(alone), binds)
    selected = ["    asked.asked_key as key", *_measured(aggregates)]
    lines = [
        "select", ",\n".join(selected), f"from {rows.view}",
        f"cross join (values\n    {asked}\n) as asked (asked_key, asked_since, asked_until)",
        "where", "    " + "\n    and ".join(conditions),
        "group by asked.asked_key, asked.asked_since, asked.asked_until", "order by 1",
    ]  # fmt: skip
    return _with_used(_BOUND.sub(r"asked.asked_\1", "\n".join(lines)), binds)


def assemble_quantile(
    rows: Rows, histogram: Histogram, scope: Scope, by: str | None = None
) -> tuple[str, dict[str, object]]:
    """One statement for a quantile over a histogram: the middle of the bin in which it falls (nearest rank).

    A median of an even number lies halfway between the bins of the two in the middle. Columns as those of `assemble`
    for one aggregate. Raises DimensionError as it does.
    """
    key = dimension(rows, by) if by else "''"
    conditions, binds = _conditions(rows, scope, by)
    where = "\n        and ".join(conditions)
    found = f"min(bin) filter (where reached >= {histogram.share} * n)"
    if histogram.share == _MEDIAN:
        found = f"({found} + min(bin) filter (where reached > {histogram.share} * n)) / 2.0"
    value = f"({found} + 0.5) * {histogram.width}"
    sql = f"""with counted as (
    select
        {key} as key,
        {histogram.bin} as bin,
        sum({histogram.count}) as n
    from {rows.view}
    where
        {where}
    group by 1, 2
),

ranked as (
    select
        key,
        bin,
        sum(n) over (partition by key order by bin) as reached,
        sum(n) over (partition by key) as n
    from counted
)

select
    key,
    {value} as v0,
    null as d0,
    max(n) as n0,
    null as t0,
    null as k0
from ranked
group by key
order by key"""  # noqa: S608 - names come from a metric file, values are bound
    return _with_used(sql, binds)


def assemble_cells(
    rows: Rows, aggregate: Aggregate, scope: Scope, by: Sequence[str], day: bool = False
) -> tuple[str, dict[str, object]]:
    """One statement for the finest rows behind a measure: a row per combination of `by` on which something stands.

    Columns: the names of `by`, `day` where asked, and `v0, d0, n0` as those of `assemble`. Raises DimensionError.
    """
    keys = {name: dimension(rows, name) for name in (*by, *([DAY] if day and not rows.period else []))}
    conditions, binds = _conditions(rows, scope, None)
    selected = [f"    {spelled} as {name}" for name, spelled in keys.items()]
    selected += [
        f"    {aggregate.numerator} as v0",
        f"    {aggregate.denominator or 'null'} as d0",
        f"    {aggregate.n} as n0",
    ]
    lines = ["select", ",\n".join(selected), f"from {rows.view}", "where", "    " + "\n    and ".join(conditions)]
    if keys:
        lines += [f"group by {', '.join(keys.values())}", f"order by {', '.join(keys)}"]
    return _with_used("\n".join(lines), binds)


def _conditions(rows: Rows, scope: Scope, by: str | None) -> tuple[list[str], dict[str, object]]:
    binds = scope.binds()
    conditions = [f"({rows.period})"] if rows.period else [f"{rows.day} >= $since", f"{rows.day} < $until"]
    if not rows.is_exact:
        conditions.append("starts_with(place_code, $area)")
    elif by in PLACE_DIMENSIONS:
        conditions += ["starts_with(place_code, $area)", f"length(place_code) = {PLACE_DIMENSIONS[by or '']}"]
    else:
        conditions.append("place_code = $area")
    if rows.ruler:
        conditions.append("is_in_force" if not scope.ruler else f"{rows.ruler} = $ruler")
        if scope.ruler:
            binds["ruler"] = scope.ruler
    if rows.where:
        conditions.append(f"({rows.where})")
    for name in scope.chosen:
        dimension(rows, name)  # refuses what is not declared
    narrowed, values = _narrowed(scope)
    return conditions + narrowed, binds | values


def _narrowed(scope: Scope) -> tuple[list[str], dict[str, object]]:
    """A condition per dimension of the scope's filters, already known to be declared, and the values they bind."""
    binds = {f"filter_{index}": value for index, (_, value) in enumerate(scope.filters)}
    conditions = []
    for name in scope.chosen:
        names = ", ".join(f"$filter_{index}" for index, (each, _) in enumerate(scope.filters) if each == name)
        conditions.append(f"{_spelled(name)} in ({names})")
    return conditions, dict(binds)


def narrow(question: Statement, scope: Scope) -> tuple[str, dict[str, object]]:
    """A question's text with the scope's filters where it says `$filters`, and the values they bind.

    Raises:
        FilterNotTaken: the question's header does not declare a filter of the scope, or the value is a code of
            another list than its column holds (`kind` of another table): no row would be an answer to another question.
    """
    conditions, binds = choose(scope, question.filters, "这一块")
    for name, values in scope.chosen.items():
        if not set(values) <= (_held(question, name) or set(values)):
            raise FilterNotTaken(f"此筛选不适用：这一块的 {name} 没有 {'、'.join(values)}")
    return question.sql.replace(FILTERS, "(" + " and ".join(conditions or ["true"]) + ")"), binds


def _held(question: Statement, name: str) -> set[str]:
    """The codes that a column of the question's tables can hold; empty where they do not say, or not as one."""
    known = [contracts()[table] for table in question.tables if table in contracts()]
    lists = {column.codes for each in known for column in each.columns if column.name == name}
    only = lists.pop() if len(lists) == 1 else None
    return set(codes(only)) if only else set()


def choose(scope: Scope, declared: Sequence[str], where: str) -> tuple[list[str], dict[str, object]]:
    """The scope's filters as conditions on the declared columns; raises FilterNotTaken, naming `where`."""
    unknown = [name for name in scope.chosen if name not in declared]
    if unknown:
        taken = "、".join(declared) or "（无）"
        raise FilterNotTaken(f"此筛选不适用：{where}没有按 {'、'.join(unknown)} 分的数，可用 {taken}")
    return _narrowed(scope)


def distinct(view: str, name: str, declared: Sequence[str]) -> str:
    """The statement for the values that a declared dimension takes in `view`; raises DimensionError."""
    spelled = dimension(Rows(view, "", by=tuple(declared)), name)
    return f"select distinct {spelled} as value from {view} where {spelled} is not null order by 1 limit 5000"  # noqa: S608


def _with_used(sql: str, binds: dict[str, object]) -> tuple[str, dict[str, object]]:
    """Only the binds that the statement names: DuckDB refuses one too many."""
    return sql, {name: value for name, value in binds.items() if re.search(rf"\${name}\b", sql)}
