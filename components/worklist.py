"""The only place that turns what has to be done into lists by unit: on screen, as a table, as one sheet per unit.

The lists are questions in SQL; a unit's sheet carries its own head, since it is handed out alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from dash import dcc, html
from dash.development.base_component import Component

from components import filtering
from components.address import Address
from components.frames import Row, rows
from components.listing import absent_table, cell, source_link
from components.marks import marked
from components.masthead import DEMO
from components.object_link import linked
from components.panel import missing, panel, segments
from components.plain_rows import plain_rows
from components.table_source import LISTS, Shown, behind
from data.divisions import name_of
from metrics.lineage import question_tables
from queries.runner import run
from queries.scope import FilterNotTaken, ScopeError
from queries.snapshot import snapshot

THEME = "urban"
UNIT = "handling_unit"
MOST = 150  # rows on a page of the screen
PRINTED = 3000  # rows on paper: a unit's sheet has all of its rows, and so much paper is a mistake
PAGE = "page_"  # `item=page_2` is the second page
NO_UNIT = "未写处置单位"


class Worklist(NamedTuple):
    """A list to be worked off: its question, its columns beside the unit's, whether it is about the period."""

    title: str
    question: str
    columns: dict[str, str]
    requirements: str
    empty: str
    is_of_period: bool = False


WORKLISTS = {
    "due": Worklist(
        "限时案件：超期、今日到期、三日内到期", "urban/worklist_due",
        {"due_stage": "缓急", "work_hours_left": "剩余工时", "limit_at": "时限", "case_id": "案卷号", "title": "案件",
         "address": "地点", "case_status": "状态", "supervision_count": "督办"},
        "CG-08", "没有超期和三日内到期的案件",
    ),
    "repeat": Worklist(
        "反复点位：90 天内同点同类三次及以上", "urban/repeat_place",
        {"address": "地点", "kind_name": "小类", "case_count": "立案", "open_count": "未结",
         "last_filed_at": "最近立案", "last_case_id": "最近一件", "photo_case_id": "前后照片见案卷"},
        "CG-05", "90 天内没有同点同类立案三次的点位",
    ),
    "rework": Worklist(
        "不满意与返工案件", "urban/worklist_rework",
        {"worklist_reason": "事由", "satisfaction_score": "满意度", "rework_count": "返工", "closed_at": "结案",
         "case_id": "案卷号", "title": "案件", "address": "地点"},
        "CG-05 CG-06", "这段时间没有不满意或返工的案件", True,
    ),
    "order_due": Worklist(
        "限时 12345 工单：超期、今日到期、三日内到期", "urban/worklist_order_due",
        {"due_stage": "缓急", "hours_left": "剩余小时", "due_at": "时限", "order_id": "工单号", "title": "工单",
         "topic_name": "主题", "place_code": "地点", "return_count": "退回"},
        "CG-06", "没有超期和三日内到期的工单",
    ),
    "order_unhappy": Worklist(
        "不满意、未解决的 12345 工单", "urban/worklist_order_unhappy",
        {"worklist_reason": "事由", "satisfaction_score": "满意度", "closed_at": "办结", "callback_at": "回访",
         "order_id": "工单号", "title": "工单", "topic_name": "主题", "place_code": "地点"},
        "CG-06", "这段时间没有不满意或未解决的工单", True,
    ),
}  # fmt: skip
for _each in WORKLISTS.values():  # each has its table and its files; a list that a page already shows keeps its own
    LISTS.setdefault(_each.question, Shown(_each.title, {UNIT: "处置单位"} | _each.columns, lambda asked: {}))


def find(name: str) -> Worklist:
    """The list of that name; raises ScopeError with the names there are."""
    if name not in WORKLISTS:
        raise ScopeError(f"没有办理单 {name[:40]}：可用 {'、'.join(WORKLISTS)}")
    return WORKLISTS[name]


def link(asked: Address, name: str) -> str:
    """The address of a list for what the page shows."""
    return f"/worklist/{name}" + asked.link(metric=None, item=None, view=None, export=None)


def links(asked: Address) -> Component:
    """Every list, for the pages that lead to them."""
    return html.Ul(
        [html.Li(dcc.Link(each.title, href=link(asked, name))) for name, each in WORKLISTS.items()],
        className="worklist-links",
    )


def body(asked: Address, name: str) -> Component:
    """The list by unit, those with most to do first; filtered by the address as its question allows."""
    shown = find(name)
    tools = html.Div(
        [
            segments([(_short(each.title), link(asked, key), key == name) for key, each in WORKLISTS.items()]),
            dcc.Link("打印：每单位一张", href=asked.link(view="print"), className="quiet"),
        ],
        className="panel-tools",
    )
    try:
        found = rows(run(shown.question, asked))
    except FilterNotTaken:
        return filtering.not_taken(asked, shown.title)
    if not found:
        absent = absent_table(asked, shown.question) or missing(shown.empty)
        return panel(shown.title, absent, requirements=shown.requirements, tools=tools)
    found.sort(key=lambda row: str(row[UNIT] or NO_UNIT))
    units = [(unit, list(members)) for unit, members in groupby(found, key=lambda row: str(row[UNIT] or NO_UNIT))]
    units.sort(key=lambda each: (-_overdue(each[1]), -len(each[1]), each[0]))
    most = PRINTED if asked.view == "print" else MOST
    pages = -(-len(found) // most)
    page = _page(asked, pages)
    first, last = (page - 1) * most, min(page * most, len(found))
    sheets, passed = [], 0
    for unit, members in units:
        begin, end = max(first - passed, 0), min(last - passed, len(members))
        if begin < end:
            sheets.append(_sheet(asked, shown, unit, members, begin, end))
        passed += len(members)
    rest = f"，第 {page} 页共 {pages} 页：第 {first + 1}–{last} 条" if pages > 1 else ""
    note = [f"共 {len(units)} 个单位、{len(found)} 条{rest}；超期多的单位在前，单位内按时限或时间。", " ",
            source_link(asked, shown.question)]  # fmt: skip
    drawn = [_index(asked, units), *sheets, _turn(asked, page, pages)]
    return panel(
        shown.title, drawn, requirements=shown.requirements, tools=tools, note=note,
        behind=behind(asked, shown.question.replace("/", ".")),
    )  # fmt: skip


def _page(asked: Address, pages: int) -> int:
    """The page of the address; the first where there is no such page, as after a filter that leaves fewer."""
    said = asked.item.removeprefix(PAGE) if asked.item.startswith(PAGE) else ""
    return int(said) if said.isdecimal() and 1 <= int(said) <= pages else 1


def _turn(asked: Address, page: int, pages: int) -> Component | None:
    """Every page of a long list, the one shown marked."""
    if pages == 1:
        return None
    found = [(str(each), asked.link(item=f"{PAGE}{each}"), each == page) for each in range(1, pages + 1)]
    return marked(html.Nav([html.Span("页"), segments(found)], className="page-turn"), aria_label="翻页")


def _index(asked: Address, units: Sequence[tuple[str, Sequence[Row]]]) -> Component | None:
    """Every unit with its count, each a link to its own list."""
    if len(units) == 1:
        return None
    lines = [
        html.Li([filtering.linked(asked, UNIT, unit, unit), html.Span(_counted(members), className="unit")])
        for unit, members in units
    ]
    return html.Details([html.Summary(f"按单位看（{len(units)} 个）"), html.Ul(lines)], className="unit-index")


def _counted(members: Sequence[Row]) -> str:
    overdue = _overdue(members)
    return f"{len(members)} 条" + (f"，已超期 {overdue}" if overdue else "")


def _sheet(asked: Address, shown: Worklist, unit: str, members: Sequence[Row], begin: int, end: int) -> Component:
    fits = members[begin:end]
    said = _counted(members) + (f"，这里是第 {begin + 1}–{end} 条" if len(fits) < len(members) else "")
    head = html.H3([filtering.linked(asked, UNIT, unit, unit), html.Span(said, className="unit")])
    lines = [[linked(name, row, str(cell(name, row[name]))) for name in shown.columns] for row in fits]
    foot = html.P(_foot(asked, shown), className="sheet-foot")
    table = plain_rows(list(shown.columns.values()), lines)
    return marked(html.Section([head, table, foot], className="sheet"), data_unit=unit)


def _foot(asked: Address, shown: Worklist) -> str:
    infos = [snapshot(asked.snapshot).tables.get(table) for table in question_tables(shown.question)]
    when = f"统计期 {asked.since:%Y-%m-%d} 至 {asked.until:%Y-%m-%d}（不含）" if shown.is_of_period else ""
    parts = [
        shown.title, f"范围 {name_of(asked.area)}", when or f"截至 {asked.until:%Y-%m-%d} 0 时",
        f"快照 {asked.snapshot}",
        DEMO["demo"] if any(info is not None and info.is_demo for info in infos) else "",
    ]  # fmt: skip
    return "；".join(part for part in parts if part)


def _overdue(members: Sequence[Row]) -> int:
    return sum(row.get("due_stage") == "已超期" for row in members)


def _short(title: str) -> str:
    return title.split("：", 1)[0]


def urban_lists(asked: Address) -> Component:
    """The panel of a page that leads to every list."""
    note = "按处置单位分列，可导出、可逐单位打印。"
    return panel("办理单", links(asked), requirements="CG-05 CG-06 CG-08", note=note)
