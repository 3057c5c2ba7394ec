"""The only place that turns rows into readings. Card, map, ranking, briefing and API all come through here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd

from data.contract import contract
from data.divisions import CITY, children, name_of
from metrics import people
from metrics.computed import FUNCTIONS, Result
from metrics.filters import dimension_of, takes
from metrics.metric import Metric, level_reached, metric
from metrics.reach import known_part, reached
from metrics.reading import Reading, Source, Target
from queries import statement
from queries.assembler import (
    DAY,
    PLACE_DIMENSIONS,
    Aggregate,
    DimensionError,
    Rows,
    assemble,
    assemble_periods,
    assemble_quantile,
    narrow,
)
from queries.runner import query, run
from queries.scope import Scope
from queries.snapshot import TableInfo, snapshot


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
    days: int | None = None
    of: tuple[Reading, ...] = ()  # the readings it is made of: as old as the oldest, demo if one of them is


_NOTHING = _Found(None, None, None, 0)


def read(name: str, scope: Scope) -> Reading:
    """One metric, by id or code, in one scope; raises MetricError for an unknown name."""
    return read_many([name], scope)[0]


def read_many(names: Iterable[str], scope: Scope) -> list[Reading]:
    """Several metrics in the order asked; those over the same rows are read in one scan."""
    asked = [metric(name) for name in names]
    found: dict[str, _Found] = {}
    barred = {each.id: why for each in asked if (why := _barred(each, scope))}
    for rows, group in _by_rows((each for each in asked if each.id not in barred), scope.snapshot):
        sql, binds = assemble(rows, [_aggregate(each) for each in group], known_part(group[0], scope))
        for _, row in query(sql, binds, scope).iterrows():
            found |= {each.id: _picked(row, index, each) for index, each in enumerate(group)}
    for each in asked:
        if each.id in barred:
            continue
        if each.function:
            found[each.id] = _compute(each, scope)
        elif each.histogram:
            for _, row in query(*_statement(each, scope), scope).iterrows():
                found[each.id] = _picked(row, 0, each)
    readings = [_reading(each, scope, found.get(each.id, _NOTHING), barred.get(each.id, "")) for each in asked]
    return [_told(each, reading, scope) for each, reading in zip(asked, readings, strict=True)]


def _barred(asked: Metric, scope: Scope) -> str:
    """The state of a metric that may not be read here at all; empty when it may."""
    if not level_reached(asked, scope.level):
        return "not_below"
    return "" if takes(asked, scope) else "not_filterable"


def read_periods(names: Iterable[str], scopes: Sequence[Scope]) -> list[list[Reading]]:
    """For each scope, all alike but for period and ruler, what `read_many` reads; aggregates in one statement."""
    asked = [metric(name) for name in names]
    batched: dict[str, dict[int, _Found]] = {}
    if len(scopes) > 1:
        for rows, group in _by_rows((each for each in asked if not _barred(each, scopes[0])), scopes[0].snapshot):
            batched |= _in_one_scan(rows, group, [known_part(group[0], scope) for scope in scopes])
    readings: list[dict[str, Reading]] = []
    for index, scope in enumerate(scopes):
        done = {
            each.id: _told(each, _reading(each, scope, batched[each.id][index]), scope)
            for each in asked
            if index in batched.get(each.id, {})
        }
        rest = [each.id for each in asked if each.id not in done]
        readings.append(done | dict(zip(rest, read_many(rest, scope), strict=True)))
    return [[found[each.id] for each in asked] for found in readings]


def _in_one_scan(rows: Rows, group: Sequence[Metric], scopes: Sequence[Scope]) -> dict[str, dict[int, _Found]]:
    """By metric and place in `scopes`; nothing where one statement cannot answer. Empty periods are asked once."""
    aggregates = [_aggregate(each) for each in group]
    assembled = assemble_periods(rows, aggregates, scopes[0], [(scope.since, scope.until) for scope in scopes])
    if assembled is None:
        return {}
    lines = {int(row["key"]): row for _, row in query(*assembled, scopes[0]).iterrows()}
    without = next((index for index in range(len(scopes)) if index not in lines), None)
    if without is not None:
        ((_, nothing),) = query(*assemble(rows, aggregates, scopes[without]), scopes[without]).iterrows()
        lines = {index: lines.get(index, nothing) for index in range(len(scopes))}
    return {
        each.id: {index: _picked(row, place, each) for index, row in lines.items()} for place, each in enumerate(group)
    }


def read_groups(name: str, scope: Scope, by: str) -> list[Reading]:
    """One metric split by a declared dimension, each reading with `key` and `key_name`.

    Raises:
        DimensionError: the metric does not declare `by`.
        MetricError: no such metric.
    """
    asked = metric(name)
    if by not in asked.by:
        raise DimensionError(f"维度 {by!r} 未声明：{asked.name} 可用 {'、'.join(asked.by) or '(无)'}")
    if _barred(asked, scope) or (asked.suppress_below and not people.may_be_split(asked, scope, by)):
        return []  # what may not be read here may not be read in parts either
    if asked.function:
        return _computed_groups(asked, scope, by)
    groups = []
    for _, row in query(*_statement(asked, scope, by), scope).iterrows():
        reading = _reading(asked, scope, _picked(row, 0, asked))
        groups.append(_keyed(reading, by, None if pd.isna(row["key"]) else str(row["key"]), asked))
    return _of_people(asked, groups, scope, by) if asked.suppress_below else groups


def read_daily(name: str, scope: Scope) -> list[tuple[date, Reading]]:
    """One metric day by day, the days that have a row; empty for what has no daily value (computed, a stock, a class).

    Raises:
        MetricError: no such metric.
    """
    asked = metric(name)
    if asked.rows is None or asked.rows.period or asked.suppress_below or _barred(asked, scope):
        return []  # of few people the days would tell what the period withholds
    found = []
    for _, row in query(*_statement(asked, scope, DAY), scope).iterrows():
        day = pd.Timestamp(row["key"]).date()
        there = scope.period(day, day + timedelta(days=1))
        found.append((day, _reading(asked, there, _picked(row, 0, asked))))
    return found


def explain(name: str, scope: Scope) -> Explanation:
    """The statement that `read` runs for this metric and the values it binds."""
    asked = metric(name)
    if asked.function:
        question = statement.question(asked.inputs)
        sql, values = narrow(question, scope)
        given: dict[str, object] = scope.binds() | {"ruler": scope.ruler}
        return Explanation(sql, {bind: given[bind] for bind in sorted(question.binds)} | values)
    return Explanation(*_statement(asked, scope))


def _statement(asked: Metric, scope: Scope, by: str | None = None) -> tuple[str, dict[str, object]]:
    assert asked.rows is not None  # every metric that is not computed has rows
    scope = known_part(asked, scope)
    if asked.histogram is not None:
        return assemble_quantile(asked.rows, asked.histogram, scope, by)
    return assemble(asked.rows, [_aggregate(asked)], scope, by)


def _by_rows(asked: Iterable[Metric], snapshot_id: str) -> list[tuple[Rows, list[Metric]]]:
    groups: dict[tuple[Rows, date | None], list[Metric]] = {}
    for each in asked:
        if each.rows is not None and each.aggregate is not None:
            groups.setdefault(
                (replace(each.rows, by=()), reached(each, snapshot_id) if each.is_due_dated else None), []
            ).append(each)
    # the dimensions do not change which rows are read, unless the scope filters on them: then each must declare it
    return [(replace(rows, by=_shared(group)), group) for (rows, _), group in groups.items()]


def _shared(group: Sequence[Metric]) -> tuple[str, ...]:
    first, *rest = group
    return tuple(name for name in first.by if all(name in each.by for each in rest))


def _aggregate(asked: Metric) -> Aggregate:
    assert asked.aggregate is not None
    return asked.aggregate


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(f"{value:.12g}")  # threads add up in any order: the last digits are noise


def _picked(row: pd.Series[Any], index: int, asked: Metric) -> _Found:
    numerator, denominator = _number(row[f"v{index}"]), _number(row[f"d{index}"])
    n = int(_number(row[f"n{index}"]) or 0)
    if asked.kind != "ratio":
        days = _number(row[f"k{index}"])
        return _Found(numerator, None, None, n, row[f"t{index}"], days=None if days is None else int(days))
    value = numerator / denominator if numerator is not None and denominator else None
    return _Found(value, numerator, denominator, n)


def _inputs(asked: Metric, scope: Scope) -> list[dict[str, Any]]:
    question = statement.question(asked.inputs)
    extra = {"ruler": scope.ruler} if "ruler" in question.binds else {}
    frame = run(asked.inputs, scope, **extra).astype(object)
    return frame.where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]


def _compute(asked: Metric, scope: Scope) -> _Found:
    rows = _inputs(asked, scope)
    of: tuple[Reading, ...] = ()
    if asked.of_readings:
        rows, of = _with_readings(rows, scope)
    result: Result = FUNCTIONS[asked.function](rows)
    return _Found(result.value, result.numerator, result.denominator, result.n, None, result.detail, of=of)


def _with_readings(rows: list[dict[str, Any]], scope: Scope) -> tuple[list[dict[str, Any]], tuple[Reading, ...]]:
    """Each row with the `value` of the metric it names; metrics that are not read this far down are left out."""
    here = [row for row in rows if level_reached(metric(str(row["metric_id"])), scope.level)]
    readings = read_many([str(row["metric_id"]) for row in here], scope)
    return [row | {"value": each.value} for row, each in zip(here, readings, strict=True)], tuple(readings)


def _computed_groups(asked: Metric, scope: Scope, by: str) -> list[Reading]:
    """A computed metric by place: its inputs are read once per area, since what is computed does not add up."""
    level = by.removesuffix("_code")
    places = [place for place in children(scope.area) if place.level in (level, "functional_area")]
    read_there = [(place, read(asked.id, scope.drill(place.place_code))) for place in places]
    return [
        _keyed(reading, by, place.place_code, asked)
        for place, reading in read_there
        if place.level == level or reading.n  # a 管委会 reports some numbers and not others
    ]


def _keyed(reading: Reading, by: str, key: str | None, asked: Metric) -> Reading:
    if key is None:
        return replace(reading, key="", key_name="未填")
    if by in PLACE_DIMENSIONS:
        return replace(reading, key=key, key_name=_place_name(key, by))
    return replace(reading, key=key, key_name=dict(dimension_of(asked, by).words).get(key, key))


def _place_name(key: str, by: str) -> str:
    """The place's name; a row that knows only a coarser place than asked for is a row of its own, never dropped."""
    if key == CITY:
        return "市直"
    return name_of(key) if len(key) == PLACE_DIMENSIONS[by] else f"{name_of(key)}(未分到下级)"


def _reading(asked: Metric, scope: Scope, found: _Found, barred: str = "") -> Reading:
    snap = snapshot(scope.snapshot)
    tables = [snap.tables[table] for table in asked.sources if table in snap.tables]
    dated = [info for info in tables if info.data_time is not None]
    covered = bool(dated) and all(
        info.since is not None and info.until is not None and info.since < scope.until and scope.since < info.until
        for info in dated
    )
    value = None if found.value is None else found.value * asked.scale
    if barred:
        state, value = barred, None
    elif found.n == 0 and not (asked.kind == "sum" and covered and not asked.is_empty_unknown):
        state, value = "no_data", None
    elif found.n == 0:
        state, value = "ok", 0.0  # the table covers the period and holds no such row: a measured zero
    elif value is None:
        state = "no_data"
    elif found.n < asked.minimum_n:
        state, value = "too_few", None
    else:
        state = "ok"
    known_of = [each for each in found.of if each.is_known]
    times = [info.data_time for info in dated] if not asked.of_readings else [each.data_time for each in known_of]
    data_time = min((time for time in times if time), default=None)
    end = datetime.combine(scope.until, time())
    is_final = all(info.until is not None and info.until >= scope.until for info in dated)
    loads = [info.loaded_at for info in tables if info.loaded_at is not None]
    known = state in ("ok", "stale")
    has_come = len(tables) == len(asked.sources) and all(info.rows for info in tables) and (covered or not dated)
    return Reading(
        metric=asked.id, code=asked.code, name=asked.name, value=value, unit=asked.unit,
        numerator=found.numerator, denominator=found.denominator, n=found.n, state=state,
        target=target_of(asked, scope),
        standing=standing(asked, value, scope) if known else "none", area=scope.area, since=scope.since,
        until=scope.until, data_time=None if data_time is None or state == "no_data" else min(data_time, end),
        loaded_at=max(loads, default=None),
        stale_at=(
            min((each.stale_at for each in known_of if each.stale_at), default=None)
            if asked.of_readings
            else None if is_final or data_time is None else data_time + timedelta(minutes=asked.stale_minutes)
        ),
        snapshot=scope.snapshot,
        sources=tuple(
            Source(table, contract(table).owner.unit, snap.tables[table].rows if table in snap.tables else 0)
            for table in asked.sources
        ),
        demo=any(info.is_demo for info in tables) or any(each.demo for each in known_of),
        decimals=asked.decimals, detail=_detail(asked, scope, found),
        valid_days=_valid_days(asked, scope, found, dated),
        has_nothing=has_come and found.n == 0 and value is None,
    )  # fmt: skip


def _valid_days(asked: Metric, scope: Scope, found: _Found, dated: Sequence[TableInfo]) -> int | None:
    """On how many days of the period a volume was counted: days that were reported, or that its tables cover."""
    if not asked.is_daily_volume:
        return None
    if found.days is not None and asked.is_empty_unknown:
        return found.days
    since = max([scope.since, *(info.since for info in dated if info.since is not None)])
    until = min([scope.until, *(info.until for info in dated if info.until is not None)])
    return max((until - since).days, 0)


def _withheld(reading: Reading, why: str) -> Reading:
    """A reading of too few people: neither the value nor what it could be worked out from, but in words why."""
    return replace(
        reading, value=None, state="too_few", standing="none", numerator=None, denominator=None, n=0, detail=why
    )


def _told(asked: Metric, reading: Reading, scope: Scope) -> Reading:
    """The reading, or of few people that it is withheld: see `metrics.people`."""
    if not asked.suppress_below or reading.state not in ("ok", "too_few", "no_data"):
        return reading
    why = people.why_untold(asked, scope)
    return _withheld(reading, why) if why and (reading.n or why != people.WITHHELD) else reading


def _of_people(asked: Metric, groups: list[Reading], scope: Scope, by: str) -> list[Reading]:
    """The groups of a number about people: a place read alone says no more than in the row of its neighbours."""
    why = people.why_untold(asked, scope)
    hidden = people.hidden(asked, scope, by)
    return [
        _withheld(each, why or people.WITHHELD) if each.n > 0 and (why or each.key in hidden) else each
        for each in groups
    ]


def _detail(asked: Metric, scope: Scope, found: _Found) -> str:
    if found.detail:
        return found.detail
    end = known_part(asked, scope).until
    if end < scope.until and asked.kind in ("sum", "ratio"):
        return f"到 {end - timedelta(days=1):%m-%d} 为止"
    if asked.kind == "ratio" and asked.rows is not None and asked.rows.is_exact and 0 < found.n < scope.days:
        return f"{scope.days} 天中 {found.n} 天有效"
    return f"{pd.Timestamp(found.as_of):%Y-%m-%d} 的值" if found.as_of is not None and not pd.isna(found.as_of) else ""


def target_of(asked: Metric, scope: Scope) -> Target | None:
    """The target that the period is held against; None when its standard was not in force at the period's end."""
    since = asked.target.since if asked.target else None
    return None if since is not None and scope.until <= since else asked.target


def standing(asked: Metric, value: float | None, scope: Scope) -> str:
    """`met`, `near` (missed by at most the declared margin), `missed`, or `none` where nothing is to be judged."""
    target = target_of(asked, scope)
    if value is None or target is None:
        return "none"
    if asked.target_period == "year" and not (scope.days >= 365 or (scope.since.month, scope.since.day) == (1, 1)):
        return "none"
    if target.met_by(value):
        return "met"
    return "near" if abs(value - target.value) <= asked.near_margin else "missed"
