"""The only place that writes a table's cells and its foot line in words, the same on screen and in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from components import masthead, wording
from components.address import Address
from data.divisions import UnknownPlaceError, name_of
from metrics.table import Field, Table
from queries.snapshot import snapshot


def heading(field: Field) -> str:
    """`剩余工时（小时）`."""
    return f"{field.label}（{field.unit}）" if field.unit else field.label


def plain(field: Field, value: Any) -> Any:
    """A value as a file holds it: words for codes, places by name and code, numbers, dates and moments as they are."""
    if value is None or field.pii != "none":
        return value
    if field.is_place:
        try:
            return f"{name_of(str(value))}（{value}）"
        except UnknownPlaceError:
            return str(value)
    if field.words:
        return field.words.get(str(value).lower() if isinstance(value, bool) else str(value), str(value))
    if field.type == "date" and isinstance(value, datetime):
        return value.date()  # pandas knows only moments
    if isinstance(value, float) and value.is_integer():
        return int(value)  # DuckDB sums whole numbers into a wide type that pandas reads as a float
    return value


def column(field: Field, values: Sequence[Any], shape: Callable[[Any], Any] = lambda value: value) -> list[Any]:
    """Many values of one column as `plain` has them, shaped for a file; most columns hold few different ones."""
    seen: dict[Any, Any] = {}
    for value in values:
        if value not in seen:
            seen[value] = shape(plain(field, value))
    return [seen[value] for value in values]


def cell(field: Field, value: Any) -> str:
    """A value as the screen shows it; — when unknown."""
    said = plain(field, value)
    if said is None:
        return wording.UNKNOWN
    if isinstance(said, datetime):
        return f"{said:%Y-%m-%d %H:%M}"
    if isinstance(said, int) and not isinstance(said, bool):
        return wording.number(said, 0)
    return wording.number(said, 4).rstrip("0") if isinstance(said, float) else str(said)


def foot(asked: Address, table: Table, count: int, narrowed: bool) -> str:
    """`共 412 行；…`: what the rows cover, of which snapshot, and whether they are demo data."""
    snap = snapshot(asked.snapshot)
    infos = [snap.tables[name] for name in table.sources if name in snap.tables]
    filters = [
        f"{known.label}＝{known.word(value, asked.snapshot) or value}"
        for name, value in asked.filters
        if (known := asked.dimensions.get(name)) is not None
    ]
    data_time = max((info.data_time for info in infos if info.data_time), default=None)
    demo = {info.is_demo for info in infos}
    parts = [
        f"共 {count} 行",
        f"范围 {name_of(asked.area)}",
        _period(asked, table),
        f"筛选 {'、'.join(filters)}" if filters else "",
        "另有表格内的筛选" if narrowed else "",
        f"数据时间 {wording.full_moment(data_time)}",
        f"快照 {asked.snapshot}",
        "个人信息已遮盖" if any(field.pii != "none" for field in table.fields) else "",
        masthead.DEMO["mixed" if len(demo) == 2 else "demo"] if True in demo else "",
    ]
    return "；".join(part for part in parts if part)


def _period(asked: Address, table: Table) -> str:
    """The period as far as the rows know one: a register of today has none, a list of what is open has only an end."""
    if "since" in table.rows.binds:
        return f"统计期 {asked.since:%Y-%m-%d} 至 {asked.until:%Y-%m-%d}（不含）"
    return f"截至 {asked.until:%Y-%m-%d} 0 时" if "until" in table.rows.binds else "登记现状，不分统计期"
