"""The only place that shows one object: facts, course against its limits, place, photos by reference, what belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import table_words, wording
from components.address import Address
from components.drill_map import Layer, Point, drill_map
from components.object_link import linked
from components.panel import grid, missing, panel
from components.table_source import link as table_link
from data import objects
from data.divisions import UnknownPlaceError, name_of
from data.objects import Asked, Kind
from metrics.objects import Fact, answers, facts
from metrics.table import Field
from queries.scope import ScopeError
from queries.snapshot import snapshot

MOST = 50  # rows of what belongs to an object


def split(path: str) -> tuple[Kind, str]:
    """Kind and id of `case/AJ2026…`; raises ScopeError with the kinds there are."""
    name, _, object_id = path.partition("/")
    kind = objects.find(name)
    if kind is None:
        known = "、".join(f"{each.id}（{each.title}）" for each in objects.kinds().values())
        raise ScopeError(f"没有对象类别 {name[:40]}：可用 {known}")
    return kind, object_id


def found(kind: Kind, object_id: str, asked: Address) -> dict[str, Fact]:
    """The object's facts; raises ScopeError, which says where to look, when there is none."""
    row = facts(kind, object_id, asked)
    if not row:
        raise ScopeError(
            f"没有编号为 {object_id[:60]} 的{kind.title}：编号照清单或明细表里的写，区分大小写；"
            f"全部{kind.title}见 /table/{kind.table}，数据到 {asked.until:%Y-%m-%d}"
        )
    return row


def called(kind: Kind, row: Mapping[str, Fact], object_id: str) -> str:
    """Its name, or its id where the name is unknown or personal."""
    fact = row[kind.name]
    return object_id if fact.value is None or fact.field.pii != "none" else str(fact.value)


def fact_list(asked: Address, kind: Kind, row: Mapping[str, Fact]) -> Component:
    """Every column of the contract that is filled; what is empty is counted, what is personal is masked."""
    filled = [each for each in row.values() if each.value is not None and each.field.name not in kind.photos]
    lines: list[Any] = []
    for each in filled:
        lines += [html.Dt(each.field.label), html.Dd(_value(each.field, each.value))]
    empty = [each.field.label for each in row.values() if each.value is None and each.field.name not in kind.photos]
    masked = any(each.field.pii != "none" for each in filled)
    note = [f"未填 {len(empty)} 项：{'、'.join(empty)}。" if empty else "", "个人信息已遮盖。" if masked else "", " ",
            dcc.Link(f"全部{kind.title}", href=table_link(asked, kind.table), className="source-link")]  # fmt: skip
    return panel("登记事实", html.Dl(lines, className="facts"), requirements="", note=note)


def place(asked: Address, kind: Kind, row: Mapping[str, Fact], name: str) -> Component:
    """The object on the map; what is personal is only named by its place."""
    lon, lat = row.get("lon"), row.get("lat")
    code = str(row["place_code"].value) if "place_code" in row and row["place_code"].value else "3410"
    said = _place(code)
    if lon is None or lat is None or lon.value is None or lat.value is None:
        return panel("位置", missing(said, "坐标未提供"), requirements="")
    if lon.field.pii != "none":
        return panel("位置", missing(said, "坐标属个人信息，不在地图上标出"), requirements="")
    info = snapshot(asked.snapshot).tables.get(kind.table)
    point = Point(name, float(lon.value), float(lat.value), "attention", said)
    area = code[:6] if len(code) >= 6 else asked.area
    drawn = drill_map(
        replace(asked, area=area), [], (Layer("station", kind.title, (point,)),), better="neither", name=kind.title,
        unit="", is_demo=info is not None and info.is_demo,
    )  # fmt: skip
    return panel("位置", drawn, requirements="", unit=said)


def photos(kind: Kind, row: Mapping[str, Fact]) -> Component:
    """The references that are registered; the files themselves stay where they were taken."""
    lines = []
    for column, word in kind.photos.items():
        value = row[column].value
        names = str(value).split("|") if value is not None else []
        lines += [[word, each, "文件未入库，按引用编号向处置单位调取"] for each in names] or [[word, "—", "没有登记"]]
    return panel("照片", html.Div(grid(("时点", "引用编号", "说明"), lines), className="scroll"), requirements="")


def related(asked: Address, wanted: Asked, object_id: str) -> Component:
    """Its course, or what belongs to it: each line a way on, a step past its limit marked."""
    table, found = answers(wanted, object_id, asked, MOST)
    if not found:
        return panel(wanted.title, missing("没有登记"), requirements="")
    lines = [[linked(each.name, row, _value(each, row[each.name])) for each in table.fields]
             for row in found]  # fmt: skip
    drawn = grid([each.label for each in table.fields], lines)
    for line, row in zip(drawn.children[2].children, found, strict=True):
        if row.get("is_overdue"):
            line.className = "is-late"
    note = f"列前 {MOST} 条。" if len(found) == MOST else f"共 {len(found)} 条。"
    return panel(wanted.title, html.Div(drawn, className="scroll"), requirements="", note=note)


def _value(field: Field, value: Any) -> str:
    if value is None:
        return wording.UNKNOWN
    said = table_words.cell(field, value)
    return f"{said} {field.unit}" if field.unit and not field.unit.startswith(("按", "无", "度")) else said


def _place(code: str) -> str:
    try:
        return name_of(code)
    except UnknownPlaceError:
        return code
