"""The only place that writes the catalogue as a workbook (`/catalogue.xlsx?asof=`): one sheet a kind, true types.

Tables are judged at the time their snapshot was made, so that the same snapshot gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import flask
import xlsxwriter

from components import catalogue_data as held
from components import catalogue_plan as planned
from components.catalogue_address import ground
from components.catalogue_head import SHEET
from components.catalogue_item import Column, Ground, Value
from components.catalogue_kinds import KINDS, THEME
from components.masthead import DEMO
from data.clock import now
from data.contract import code_lists, contracts
from data.plan import indicators
from data.settings import settings
from metrics import metrics
from metrics.assets import Assets, assets
from metrics.lineage import lineage
from metrics.quality import findings
from queries.scope import ScopeError
from queries.snapshot import SnapshotExpired, snapshot

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FRONT = "说明"
_IMMUTABLE = "private, max-age=31536000, immutable"
_EPOCH = datetime(2000, 1, 1)  # the file's own date where no snapshot gives one: the same bytes every time

CODES = (Column("代码表", 26), Column("代码", 16), Column("名称", 40), Column("用它的字段", 11), Column("字段", 60))
WAYS = (
    Column("查数码", 9), Column("指标", 30), Column("次序", 6), Column("环节", 12), Column("名称", 40),
    Column("责任单位", 18),
)  # fmt: skip
FINDINGS = (
    Column("表", 28), Column("名称", 20), Column("对照的表", 28), Column("对照名称", 20), Column("处数", 8),
    Column("说明", 90), Column("请谁核对", 24),
)  # fmt: skip
TARGETS = (
    Column("编号", 8), Column("指标", 30), Column("组", 24), Column("单位", 8), Column("基期年", 8),
    Column("基期值", 10), Column("规划", 10), Column("目标年", 8), Column("时期", 20), Column("比较", 8),
    Column("目标值", 10), Column("照录", 16), Column("把握", 12), Column("出处", 14), Column("定于", 12),
    Column("备注", 50),
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its columns, its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Ground], Iterable[Sequence[Value]]]


def _of(kind: str, name: str) -> Sheet:
    """The sheet of a kind: id and name, then its columns."""
    shown = KINDS[kind]
    columns = (Column("编号", 30 if kind in ("table", "column", "metric") else 12), Column("名称", 30), *shown.columns)
    return Sheet(name, columns, lambda at: [(each.id, each.name, *each.cells) for each in shown.items(at)])


def _code_rows(_: Ground) -> Iterable[Sequence[Value]]:
    users = held.code_users()
    for name, listed in code_lists().items():
        used = users.get(name, ())
        places = "、".join(f"{table.table}.{field.name}" for table, field in used) or None
        for code, label in listed.items():
            yield name, code, label, len(used), places


def _target_rows(_: Ground) -> Iterable[Sequence[Value]]:
    for each in indicators().values():
        for target in each.targets:
            rule = target.rule
            yield (
                each.id, each.name, each.group, each.unit or None, each.base_year, each.base_value, target.plan,
                target.year, target.period, None if rule.op == "text" else rule.op, rule.value, rule.text,
                planned.CONFIDENCES[target.confidence], target.basis, target.decided_on, target.note or None,
            )  # fmt: skip


def _ways(_: Ground) -> Iterable[Sequence[Value]]:
    """Every step of every metric's way, from its tables to its page."""
    for each in metrics():
        way = lineage(each)
        steps = [("表", name) for name in way.tables] + [("汇总与派生", name) for name in way.built]
        for order, (kind, name) in enumerate((*steps, ("指标", each.id), ("页面", way.page)), 1):
            held_by = contracts()[name].owner.unit if name in contracts() else None
            yield each.code, each.name, order, kind, name, held_by


def _findings(at: Ground) -> Iterable[Sequence[Value]]:
    """What the tables say against themselves and one another, all themes."""
    for each in findings(at.snapshot.id) if at.snapshot else ():
        other = contracts()[each.other_table].name if each.other_table else None
        yield (
            each.table, contracts()[each.table].name, each.other_table or None, other, each.count, each.sentence,
            "、".join(each.owners),
        )  # fmt: skip


def _theme_of_tables(at: Ground) -> Iterable[Sequence[Value]]:
    """The tables, each after its theme database."""
    databases = {each.id: THEME.cell(each, "主题库") for each in THEME.items(at)}
    for each in KINDS["table"].items(at):
        yield (databases[each.themes[0]], each.id, each.name, *each.cells)


SHEETS = (
    Sheet("主题库与表", (Column("主题库", 30), Column("表", 30), Column("名称", 26), *held.TABLE), _theme_of_tables),
    _of("column", "字段"),
    _of("metric", "指标"),
    Sheet("代码表", CODES, _code_rows),
    _of("system", "系统目录"),
    _of("change", "变更记录"),
    Sheet("来龙去脉", WAYS, _ways),
    Sheet("不一致", FINDINGS, _findings),
    Sheet("规划指标", TARGETS, _target_rows),
    _of("target", "正文目标"),
    _of("task", "重点任务"),
    _of("baseline", "基线事实"),
    _of("requirement", "需求台账"),
)


def serve(server: flask.Flask) -> None:
    """Adds the workbook's address to `server`."""
    server.add_url_rule(SHEET, "catalogue_xlsx", _answer)


def _answer() -> flask.Response:
    asof = flask.request.args.get("asof")
    try:
        seen = ground(asof, now(), is_still=True)
    except ScopeError as error:
        return flask.Response(str(error), 400, mimetype="text/plain")
    except SnapshotExpired as error:
        return flask.Response(str(error), 410, mimetype="text/plain")
    response = flask.Response(workbook(seen.snapshot.id if seen.snapshot else ""), mimetype=MEDIA_TYPE)
    name = f"catalogue-{seen.snapshot.id if seen.snapshot else 'empty'}.xlsx"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = _IMMUTABLE if asof else "no-cache"
    response.add_etag()
    response.make_conditional(flask.request)
    return response


@lru_cache(maxsize=2)
def workbook(snapshot_id: str) -> bytes:
    """The workbook of a snapshot, or of an empty store; raises SnapshotExpired."""
    snap = snapshot(snapshot_id) if snapshot_id else None
    at = Ground(snap, snap.made_at if snap else _EPOCH)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": f"{settings().city_name}数据目录", "created": at.now})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "title": book.add_format({"bold": True, "font_size": 16}),
            "bold": book.add_format({"bold": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
            "plain": book.add_format({"valign": "top"}),
        }
        front = book.add_worksheet(FRONT)
        filled = {sheet.name: _write(book, formats, sheet, at) for sheet in SHEETS}
        _front(front, formats, at, filled)
    return buffer.getvalue()


def _write(book: Any, formats: dict[str, Any], sheet: Sheet, at: Ground) -> int:
    """Writes a sheet; returns the number of its rows."""
    page = book.add_worksheet(sheet.name)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(0, index, column.label, formats["head"])
    count = 0
    for count, row in enumerate(sheet.rows(at), 1):
        for index, value in enumerate(row):
            _put(page, count, index, value, formats)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, max(count, 1), len(sheet.columns) - 1)
    return count


def _put(page: Any, row: int, column: int, value: Value, formats: dict[str, Any]) -> None:
    """One cell by its type; text is text, whatever it begins with; nothing stays empty."""
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value, formats["plain"])
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value, formats["moment"])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, str):
        page.write_string(row, column, value, formats["plain"])
    else:
        page.write_number(row, column, value, formats["plain"])


def _front(page: Any, formats: dict[str, Any], at: Ground, filled: dict[str, int]) -> None:
    """What this is, of when, demo or real, and what is in it."""
    snap = at.snapshot
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 24)
    page.set_column(2, 5, 12)
    page.write_string(0, 0, f"{settings().city_name}数据目录", formats["title"])
    mark = "库中还没有快照" if snap is None else DEMO.get(snap.demo, "真实数据")
    lines: list[tuple[str, Value]] = [
        ("性质", mark), ("快照", snap.id if snap else None), ("快照生成", snap.made_at if snap else None),
        ("数据截至（不含）", snap.until if snap else None), *_counts(assets(snap, at.now)),
    ]  # fmt: skip
    row = 2
    for label, value in lines:
        page.write_string(row, 0, label, formats["bold"])
        _put(page, row, 1, value, formats)
        row += 1
    row = _sheet_list(page, formats, row + 1, filled)
    row = _theme_list(page, formats, row + 1, at)
    for note in (
        "及时性按快照生成的时间判断；演示数据的表不判及时。",
        "表的状态取自快照；名称、口径、责任单位等文字取自程序所带的合同、指标文件、规划参考表和需求台账。",
        "“待确认”是规划没有写明，不猜；空格是没有或未知，不是 0。",
    ):
        row += 1
        page.write_string(row, 0, note)


def _counts(counted: Assets) -> list[tuple[str, Value]]:
    share = counted.on_time_share
    return [
        ("部门报送的表", counted.tables), ("其中有数据", counted.with_data), ("其中演示", counted.demo),
        ("判及时的真实表", counted.judged), ("按时", counted.on_time),
        ("按时率（%）", None if share is None else round(share, 1)), ("指标", counted.metrics),
        ("责任单位待确认：表", counted.unowned_tables), ("责任单位待确认：指标", counted.unowned_metrics),
        ("责任单位待确认：系统", counted.unowned_systems),
        *((f"系统：{state}", count) for state, count in counted.systems.items()),
        *((f"需求：{planned.STATES[state]}", count) for state, count in counted.requirements.items()),
    ]  # fmt: skip


def _sheet_list(page: Any, formats: dict[str, Any], row: int, filled: dict[str, int]) -> int:
    for index, label in enumerate(("工作表", "行数")):
        page.write_string(row, index, label, formats["head"])
    for name, count in filled.items():
        row += 1
        page.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        page.write_number(row, 1, count)
    return row + 1


def _theme_list(page: Any, formats: dict[str, Any], row: int, at: Ground) -> int:
    labels = ("主题库", "表", "有数据的表", "字段", "指标")
    for index, label in enumerate(("主题", *labels)):
        page.write_string(row, index, label, formats["head"])
    for each in THEME.items(at):
        row += 1
        for index, value in enumerate((each.name, *(THEME.cell(each, label) for label in labels))):
            _put(page, row, index, value, formats)
    return row + 1
