"""The only place that makes blocks: readings, the screen's figures and rows of questions; ready, empty or failed.

Nothing is computed here. A block whose making raises is `failed` with the reason; one without anything to show is
`empty` and says why; nothing is left blank.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from briefing.content import EMPTY, FAILED, Block, Column, Line, Table
from components import figures, wording
from components.comparing import day_course, officially
from components.district_figure import district_figure
from components.frames import Row, rows
from components.listing import cell
from data.briefing import FigureText, ListText
from data.contract import codes, contract
from metrics import Metric, Reading, compare, earlier_scope, history, metric, read_groups, read_many
from metrics.contribution import place_of
from queries import statement
from queries.runner import run
from queries.scope import CITY, Scope
from queries.snapshot import TableInfo, snapshot

log = logging.getLogger("cockpit.briefing")
PERIODS = 8  # in a figure of past weeks
MOST_BARS = 8
_WHOLE = ("_count", "_on_site", "_capacity")


def guarded(name: str, kind: str, title: str, make: Callable[[], Block]) -> Block:
    """What `make` makes; a failed block, with the reason, when it raises."""
    try:
        return make()
    except Exception as fault:  # whatever it was: the issue stops and names this block
        log.exception("block %s failed", name)
        return Block(name, kind, title, FAILED, reason=f"{type(fault).__name__}：{fault}")


def lines(names: Sequence[str], scope: Scope) -> tuple[Line, ...]:
    """Readings with 环比 and 同比; those that are not read as far down as the area are left out."""
    asked = list(dict.fromkeys(names))
    now = read_many(asked, scope)
    week = read_many(asked, earlier_scope(scope, "previous"))
    year = read_many(asked, earlier_scope(scope, "last_year"))
    return tuple(
        Line(a, compare(a, b), compare(a, c))
        for a, b, c in zip(now, week, year, strict=True)
        if a.state != "not_below"
    )  # fmt: skip


def numbers(name: str, title: str, found: Sequence[Line], requirements: str = "") -> Block:
    """A KPI table."""
    if not found:
        return Block(name, "kpi_table", title, EMPTY, "这里的指标只到上一级，见全市版")
    return Block(name, "kpi_table", title, requirements=requirements, lines=tuple(found))


def district_map(name: str, shown: Metric, scope: Scope) -> Block:
    """The districts by one number; in a district's edition its own outline is bold."""
    title = f"各区县{shown.name}" + (f"（{shown.unit}）" if shown.unit else "")
    found = read_groups(shown.id, scope.drill(CITY), "district_code") if "district_code" in shown.by else []
    readings = [each for each in officially(found) if each.key and each.key.isdecimal() and len(each.key) == 6]
    if not any(each.is_known for each in readings):
        return Block(name, "map", title, EMPTY, _why_none(shown, scope))
    selected = scope.area[:6] if scope.area != CITY else ""
    drawn, classes = district_figure(readings, better=shown.better if shown.target else "lower", selected=selected)
    legend = [{"place": step.place, "text": step.text, "count": len(step.areas)} for step in classes if step.areas]
    return Block(
        name, "map", title, requirements=" ".join(shown.requirements),
        figure=drawn | {"legend": legend}, table=_readings_table(readings, "区县", shown),
    )  # fmt: skip


def figure(name: str, asked: FigureText, scope: Scope) -> Block:
    """A figure of the screen with the numbers it is drawn from."""
    shown = metric(asked.metric)
    make = {"course": _course, "parts": _parts, "weeks": _weeks}[asked.draw]
    return replace(make(name, shown, asked, scope), requirements=" ".join(shown.requirements))


def _course(name: str, shown: Metric, asked: FigureText, scope: Scope) -> Block:
    title = _titled(shown, "近五周逐日")
    drawn = day_course(shown, scope)
    if not any(each.is_known for _, each, _ in drawn.days):
        return _weeks(name, shown, asked, scope)  # what has no daily value still has its past weeks
    columns = (
        Column("day_date", "日期", "date"),
        Column("value", "本年", "number", shown.decimals),
        Column("past", "上年同期", "number", shown.decimals),
    )
    table = tuple((day, each.value, past) for day, each, past in drawn.days)
    note = "粗线为本年，灰线为上年同期，浅底为本周。"
    return Block(name, "figure", title, note=note, figure=drawn.figure, table=Table(columns, table, len(table)))


def _weeks(name: str, shown: Metric, asked: FigureText, scope: Scope) -> Block:
    title = _titled(shown, f"近 {PERIODS} 周")
    found = history(shown.id, scope, PERIODS)
    if not any(each.is_known for each in found):
        return Block(name, "figure", title, EMPTY, _why_none(shown, scope))
    last_days = [each.until - timedelta(days=1) for each in found]
    entries = [
        (f"{day.month}-{day.day}", each.value, wording.value(each)) for day, each in zip(last_days, found, strict=True)
    ]
    limit = (shown.target.value, "目标") if shown.target and shown.target_period == "any" else None
    drawn = figures.columns(entries, unit=shown.unit, limit=limit)
    columns = (Column("until", "周日", "date"), Column("value", shown.name, "number", shown.decimals))
    table = tuple((day, each.value) for day, each in zip(last_days, found, strict=True))
    return Block(name, "figure", title, figure=drawn, table=Table(columns, table, len(table)))


def _parts(name: str, shown: Metric, asked: FigureText, scope: Scope) -> Block:
    title = _titled(shown, "分布")
    found = sorted(read_groups(shown.id, scope, asked.by), key=lambda each: (-(each.value or 0.0), each.key or ""))
    drawn = [each for each in found if each.value]
    if not drawn:
        return Block(name, "figure", title, EMPTY, _why_none(shown, scope, nothing=bool(found)))
    note = f"列前 {MOST_BARS} 项，共 {len(drawn)} 项。" if len(drawn) > MOST_BARS else ""
    entries = [(each.key_name or each.key or "", each.value, wording.value(each)) for each in drawn[:MOST_BARS]]
    table = _readings_table(drawn, "分项", shown)
    return Block(name, "figure", title, note=note, figure=figures.worded_bars(entries, unit=shown.unit), table=table)


def ranking(name: str, shown: Metric, scope: Scope) -> Block:
    """The parts of the area by one number, in the official order."""
    by = place_of(scope)
    title = _titled(shown, "各区县" if by == "district_code" else "各乡镇街道")
    if by is None or by not in shown.by:
        return Block(name, "figure", title, EMPTY, "本指标没有分到这一级")
    found = officially(read_groups(shown.id, scope, by))
    if not any(each.is_known for each in found):
        return Block(name, "figure", title, EMPTY, _why_none(shown, scope))
    entries = [
        (each.key_name or each.key or "", each.value, wording.value(each) if each.is_known else wording.absence(each))
        for each in found
    ]
    drawn = figures.worded_bars(entries, unit=shown.unit)
    return Block(name, "figure", title, figure=drawn, table=_readings_table(found, "地方", shown))


def listed(name: str, asked: ListText, scope: Scope, *, shown: int | None = None, theme: str = "") -> Block:
    """The first rows of a question; of one that spans the scenes, `theme` keeps a scene's own."""
    binds = {"before": scope.previous().since} if "before" in statement.question(asked.question).binds else {}
    found = rows(run(asked.question, scope, **binds))
    if theme:
        found = [row for row in found if row["theme"] == theme]
    base = Block(name, "list", asked.title, requirements=asked.requirements)
    if not found:
        return replace(base, state=EMPTY, reason=awaited(asked.table, scope) or asked.empty)
    most = shown or asked.shown
    counted = f"共 {len(found)} 条，列前 {most} 条。" if len(found) > most else f"共 {len(found)} 条。"
    return replace(base, note=counted + asked.note, table=table(found, asked, most))


def table(found: Sequence[Row], asked: ListText, most: int) -> Table:
    """Rows as a table: words for codes and places, numbers as numbers."""
    columns = tuple(_column(name, label, [row[name] for row in found], asked) for name, label in asked.columns.items())
    body = tuple(tuple(_raw(column, row[column.name], asked) for column in columns) for row in found[:most])
    return Table(columns, body, len(found))


def _column(name: str, label: str, values: Sequence[Any], asked: ListText) -> Column:
    """The same choice as `listing.cell` makes on the screen, for a whole column."""
    known = [each for each in values if each is not None]
    if not known or any(isinstance(each, (str, bool)) for each in known) or name in asked.codes:
        return Column(name, label)
    if isinstance(known[0], datetime) and not name.endswith("_date"):
        return Column(name, label, "moment")
    if isinstance(known[0], date):
        return Column(name, label, "date")
    if name in asked.decimals:
        return Column(name, label, "number", asked.decimals[name])
    if name.endswith(("_rate", "_ratio")):
        return Column(name, label, "percent", 1)
    is_whole = all(isinstance(each, int) for each in known) or (
        name.endswith(_WHOLE) and all(float(each).is_integer() for each in known)
    )
    if is_whole:
        return Column(name, label, "number", 0)
    return Column(name, label, "number", 2 if name == "score" or name.endswith("_points") else 1)


def _raw(column: Column, value: Any, asked: ListText) -> Any:
    if value is None or column.kind != "text":
        return value
    if column.name in asked.codes:
        return codes(asked.codes[column.name]).get(str(value), str(value))
    if column.name in asked.words:
        return asked.words[column.name].get(str(value), str(value))
    return cell(column.name, value)


def awaited(name: str, scope: Scope) -> str:
    """`数据未到，应于…` when a table has nothing of the period; empty when it has, or is a register."""
    info: TableInfo | None = snapshot(scope.snapshot).tables.get(name)
    promised = contract(name)
    due = datetime.combine(scope.until, datetime.min.time()) + timedelta(minutes=promised.refresh.sla_minutes)
    said = f"应于 {due:%Y-%m-%d %H:%M} 前由{promised.owner.unit}提供《{promised.name}》"
    if info is None:
        return f"数据未到，{said}"
    if (
        info.until is not None
        and info.until <= scope.since
        and datetime.combine(info.until, datetime.min.time()) + timedelta(minutes=promised.refresh.sla_minutes)
        <= datetime.combine(scope.until, datetime.min.time())
    ):
        return f"数据未到（最新到 {info.until - timedelta(days=1):%Y-%m-%d}），{said}"
    return ""


def _why_none(shown: Metric, scope: Scope, *, nothing: bool = False) -> str:
    """Why a metric has nothing to draw: its table has not arrived, or there was nothing."""
    if nothing:
        return "统计期内没有"
    reasons = [reason for name in shown.sources if (reason := awaited(name, scope))]
    return reasons[0] if reasons else "统计期内没有可用的数"


def _titled(shown: Metric, what: str) -> str:
    return f"{shown.name}{what}" + (f"（{shown.unit}）" if shown.unit else "")


def _readings_table(readings: Sequence[Reading], label: str, shown: Metric) -> Table:
    columns = (Column("name", label), Column("value", shown.name, "number", shown.decimals))
    return Table(columns, tuple((each.key_name or each.key, each.value) for each in readings), len(readings))
