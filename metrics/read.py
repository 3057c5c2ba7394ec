"""The only place that turns rows into readings. Card, map, ranking, briefing and API all come through here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import pandas as pd

from data.contract import codes, contract
from data.divisions import CITY, children, name_of
from metrics.computed import FUNCTIONS, Result
from metrics.metric import Metric, level_reached, metric
from metrics.reading import Reading, Source
from queries import statement
from queries.assembler import PLACE_DIMENSIONS, Aggregate, DimensionError, Rows, assemble, assemble_quantile
from queries.runner import query, run
from queries.scope import Scope
from queries.snapshot import snapshot


@dataclass(frozen=True)
class Explanation:
    """The SQL behind a reading with the values it ran with."""

    sql: str
    binds: Mapping[str, object]


@dataclass(frozen=True)
class _Found:
    """What one row of an answer says of one metric, before scaling."""

    value: float | None
    numerator: float | None
    denominator: float | None
    n: int
    as_of: Any = None
    detail: str = ""


_NOTHING = _Found(None, None, None, 0)


def read(name: str, scope: Scope) -> Reading:
    """One metric, by id or code, in one scope; raises MetricError for an unknown name."""
    return read_many([name], scope)[0]


def read_many(names: Iterable[str], scope: Scope) -> list[Reading]:
    """Several metrics in the order asked; those over the same rows are read in one scan."""
    asked = [metric(name) for name in names]
    found: dict[str, _Found] = {}
    below = [each for each in asked if not level_reached(each, scope.level)]
    for rows, group in _by_rows(each for each in asked if each not in below).items():
        sql, binds = assemble(rows, [_aggregate(each) for each in group], scope)
        for _, row in query(sql, binds, scope).iterrows():
            found |= {each.id: _picked(row, index, each) for index, each in enumerate(group)}
    for each in asked:
        if each in below:
            continue
        if each.function:
            found[each.id] = _compute(each, scope)
        elif each.histogram:
            for _, row in query(*_statement(each, scope), scope).iterrows():
                found[each.id] = _picked(row, 0, each)
    return [_reading(each, scope, found.get(each.id, _NOTHING), is_below=each in below) for each in asked]


def read_groups(name: str, scope: Scope, by: str) -> list[Reading]:
    """One metric split by a declared dimension, each reading with `key` and `key_name`.

    Raises:
        DimensionError: the metric does not declare `by`.
        MetricError: no such metric.
    """
    asked = metric(name)
    if by not in asked.by:
        raise DimensionError(f"维度 {by!r} 未声明：{asked.name} 可用 {'、'.join(asked.by) or '(无)'}")
    if not level_reached(asked, scope.level):
        return []  # what may not be read here may not be read in parts either
    if asked.function:
        return _computed_groups(asked, scope, by)
    groups = []
    for _, row in query(*_statement(asked, scope, by), scope).iterrows():
        reading = _reading(asked, scope, _picked(row, 0, asked), is_below=False)
        groups.append(_keyed(reading, by, None if pd.isna(row["key"]) else str(row["key"]), asked))
    return groups


def explain(name: str, scope: Scope) -> Explanation:
    """The statement that `read` runs for this metric and the values it binds."""
    asked = metric(name)
    if asked.function:
        question = statement.question(asked.inputs)
        given: dict[str, object] = scope.binds() | {"ruler": scope.ruler}
        return Explanation(question.sql, {bind: given[bind] for bind in sorted(question.binds)})
    return Explanation(*_statement(asked, scope))


def _statement(asked: Metric, scope: Scope, by: str | None = None) -> tuple[str, dict[str, object]]:
    assert asked.rows is not None  # every metric that is not computed has rows
    if asked.histogram is not None:
        return assemble_quantile(asked.rows, asked.histogram, scope, by)
    return assemble(asked.rows, [_aggregate(asked)], scope, by)


def _by_rows(asked: Iterable[Metric]) -> dict[Rows, list[Metric]]:
    groups: dict[Rows, list[Metric]] = {}
    for each in asked:
        if each.rows is not None and each.aggregate is not None:
            groups.setdefault(replace(each.rows, by=()), []).append(each)
    # the dimensions do not change which rows are read, unless the scope filters on them: then each must declare it
    return {replace(rows, by=_shared(group)): group for rows, group in groups.items()}


def _shared(group: Sequence[Metric]) -> tuple[str, ...]:
    first, *rest = group
    return tuple(name for name in first.by if all(name in each.by for each in rest))


def _aggregate(asked: Metric) -> Aggregate:
    assert asked.aggregate is not None
    return asked.aggregate


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _picked(row: pd.Series[Any], index: int, asked: Metric) -> _Found:
    numerator, denominator = _number(row[f"v{index}"]), _number(row[f"d{index}"])
    n = int(_number(row[f"n{index}"]) or 0)
    if asked.kind != "ratio":
        return _Found(numerator, None, None, n, row[f"t{index}"])
    value = numerator / denominator if numerator is not None and denominator else None
    return _Found(value, numerator, denominator, n)


def _inputs(asked: Metric, scope: Scope) -> list[dict[str, Any]]:
    question = statement.question(asked.inputs)
    extra = {"ruler": scope.ruler} if "ruler" in question.binds else {}
    frame = run(asked.inputs, scope, **extra).astype(object)
    return frame.where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]


def _compute(asked: Metric, scope: Scope, rows: list[dict[str, Any]] | None = None) -> _Found:
    result: Result = FUNCTIONS[asked.function](_inputs(asked, scope) if rows is None else rows)
    return _Found(result.value, result.numerator, result.denominator, result.n, None, result.detail)


def _computed_groups(asked: Metric, scope: Scope, by: str) -> list[Reading]:
    """A computed metric by place: its inputs are read once per area, since what is computed does not add up."""
    level = by.removesuffix("_code")
    areas = [place.place_code for place in children(scope.area) if place.level == level]
    return [_keyed(read(asked.id, scope.drill(area)), by, area, asked) for area in areas]


def _keyed(reading: Reading, by: str, key: str | None, asked: Metric) -> Reading:
    if key is None:
        return replace(reading, key="", key_name="未填")
    if by in PLACE_DIMENSIONS:
        return replace(reading, key=key, key_name=_place_name(key, by))
    for table in asked.sources:
        column = next((each for each in contract(table).columns if each.name == by and each.codes), None)
        if column is not None:
            return replace(reading, key=key, key_name=codes(column.codes or "").get(key, key))
    return replace(reading, key=key, key_name=key)


def _place_name(key: str, by: str) -> str:
    """The place's name; a row that knows only a coarser place than asked for is a row of its own, never dropped."""
    if key == CITY:
        return "市直"
    return name_of(key) if len(key) == PLACE_DIMENSIONS[by] else f"{name_of(key)}(未分到下级)"


def _reading(asked: Metric, scope: Scope, found: _Found, *, is_below: bool) -> Reading:
    snap = snapshot(scope.snapshot)
    tables = [snap.tables[table] for table in asked.sources if table in snap.tables]
    dated = [info for info in tables if info.data_time is not None]
    covered = bool(dated) and all(
        info.since is not None and info.until is not None and info.since < scope.until and scope.since < info.until
        for info in dated
    )
    value = None if found.value is None else found.value * asked.scale
    if is_below:
        state, value = "not_below", None
    elif found.n == 0 and not (asked.kind == "sum" and covered):
        state, value = "no_data", None
    elif asked.kind == "sum" and found.n == 0:
        state, value = "ok", 0.0  # the table covers the period and holds no such row: a measured zero
    elif value is None:
        state = "no_data"
    elif found.n < asked.minimum_n:
        state, value = "too_few", None
    else:
        state = "ok"
    data_time = min((info.data_time for info in dated if info.data_time), default=None)
    end = datetime.combine(scope.until, time())
    is_final = all(info.until is not None and info.until >= scope.until for info in dated)
    loads = [info.loaded_at for info in tables if info.loaded_at is not None]
    known = state in ("ok", "stale")
    return Reading(
        metric=asked.id, code=asked.code, name=asked.name, value=value, unit=asked.unit,
        numerator=found.numerator, denominator=found.denominator, n=found.n, state=state, target=asked.target,
        standing=standing(asked, value, scope) if known else "none", area=scope.area, since=scope.since,
        until=scope.until, data_time=None if data_time is None or state == "no_data" else min(data_time, end),
        loaded_at=max(loads, default=None),
        stale_at=None if is_final or data_time is None else data_time + timedelta(minutes=asked.stale_minutes),
        snapshot=scope.snapshot,
        sources=tuple(
            Source(table, contract(table).owner.unit, snap.tables[table].rows if table in snap.tables else 0)
            for table in asked.sources
        ),
        demo=any(info.is_demo for info in tables), decimals=asked.decimals, detail=_detail(found),
    )  # fmt: skip


def _detail(found: _Found) -> str:
    if found.detail:
        return found.detail
    return f"{pd.Timestamp(found.as_of):%Y-%m-%d} 的值" if found.as_of is not None and not pd.isna(found.as_of) else ""


def standing(asked: Metric, value: float | None, scope: Scope) -> str:
    """`met`, `near` (missed by at most the declared margin), `missed`, or `none` where nothing is to be judged."""
    if value is None or asked.target is None:
        return "none"
    if asked.target_period == "year" and not (scope.days >= 365 or (scope.since.month, scope.since.day) == (1, 1)):
        return "none"
    if asked.target.met_by(value):
        return "met"
    return "near" if abs(value - asked.target.value) <= asked.near_margin else "missed"
