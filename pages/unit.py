"""我的单位：一个单位负责的指标、手里的交办、该报的数据表；也在这里选定自己的单位或区县。"""

from __future__ import annotations

from urllib.parse import urlencode

from dash import Output, callback, dcc, html, register_page
from dash.development.base_component import Component

from components import shell, wording
from components.address import Address
from components.deck import deck
from components.listing import listing
from components.marks import marked
from components.panel import grid, missing, panel
from components.shell import ids
from data.clock import now
from data.divisions import children
from metrics.assets import freshness
from metrics.ownership import numbers_of, tables_of, units
from queries.scope import CITY
from queries.snapshot import snapshot

register_page(__name__, path="/unit", name="我的单位", order=15)
STATES = {"on_time": "按时", "late": "逾期", "no_data": "数据未到", "undated": "参考表，不判"}
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("我的单位", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "unit")  # area, period and snapshot, read once
    if asked.unit not in units():
        return shell.panels(asked, choose)
    return shell.panels(asked, own, kpis, assignments, tables, title=asked.unit)


def choose(asked: Address) -> Component:
    """Every district and every unit that answers for something; the choice is kept in the browser."""
    districts = [
        html.Li([dcc.Link(place.name, href=f"/overview?area={place.display_code}"), _keep(f"area={place.place_code}")])
        for place in children(CITY)
        if place.level == "district"
    ]
    named = [
        html.Li([dcc.Link(unit, href=asked.link(unit=unit)), html.Small(_held(unit)), _keep(urlencode({"unit": unit}))])
        for unit in units()
    ]
    said = "没有这个单位；" if asked.unit else ""
    body = [
        html.H3("区县"), html.Ul(districts, className="choices"),
        html.H3("市直单位"), html.Ul(named, className="choices"),
    ]  # fmt: skip
    note = f"{said}选定后打开首页就到自己的单位；只记在这个浏览器里。单位名取自指标和合同的责任单位。"
    return panel("选定我的单位", body, requirements="", note=note)


def own(asked: Address) -> Component:
    """What the page is about, and the way to make it one's own."""
    body = html.P(
        [
            f"{_held(asked.unit)}　", _keep(urlencode({"unit": asked.unit})), "　",
            dcc.Link("换一个单位", href=asked.link(unit=None), className="quiet"),
        ],
        className="own-unit",
    )  # fmt: skip
    return panel(asked.unit, body, requirements="")


def kpis(asked: Address) -> Component:
    names = [each.id for each in numbers_of(asked.unit)]
    if not names:
        return panel("负责的指标", missing("没有写明由本单位负责的指标"), requirements="")
    return deck(asked, names=names)


def assignments(asked: Address) -> Component:
    columns = {"title": "事项", "is_lead": "牵头", "lead_unit": "承办单位", "due_at": "时限", "is_overdue": "逾期"}
    return listing(
        asked, "手里的交办", "overview/assignment_unit", columns, requirements="OV-17 OV-22", unit=asked.unit,
        empty="没有未销号的交办", slot="lead", shown=20,
    )  # fmt: skip


def tables(asked: Address) -> Component:
    found = snapshot(asked.snapshot).tables
    lines = []
    for table in tables_of(asked.unit):
        info = found.get(table.table)
        is_demo = info is not None and info.is_demo
        state = "演示" if is_demo else STATES[freshness(table, info, now()).state]
        lines.append(
            [
                dcc.Link(table.name, href=f"/catalogue?kind=table&open={table.table}"),
                table.refresh.rule,
                wording.full_moment(info.data_time if info else None),
                html.Span(state, className="is-worse" if state in ("逾期", "数据未到") else ""),
            ]
        )
    if not lines:
        return panel("该报的数据表", missing("没有写明由本单位报送的表"), requirements="", slot="second")
    body = html.Div(grid(("数据表", "更新", "数据时间", "状态"), lines), className="scroll")
    return panel("该报的数据表", body, requirements="OV-04", slot="second")


def _held(unit: str) -> str:
    return f"指标 {len(numbers_of(unit))} 个，数据表 {len(tables_of(unit))} 张"


def _keep(own_query: str) -> Component:
    return marked(html.Button("设为我的单位", className="quiet"), data_own=own_query, aria_pressed="false")
