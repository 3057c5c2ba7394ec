"""The only place that draws what stands above every view of the catalogue: head, data assets, tabs, search, foot."""

from __future__ import annotations

from collections.abc import Mapping

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.catalogue_address import PATH, Asked
from components.catalogue_item import Kind
from components.catalogue_kinds import KINDS, THEME
from components.catalogue_plan import STATES
from components.marks import marked
from components.masthead import DEMO
from data.contract import THEMES, contracts
from metrics.assets import Assets
from metrics.dictionary import TITLES

SHEET = f"{PATH}.xlsx"
SEARCH_ID = "catalogue-search"
_HINT = "名称、编号、查数码、字段名、责任单位……"


def masthead(asked: Asked) -> html.Header:
    """Title, the snapshot the states are of, the demo mark, the download."""
    snap = asked.ground.snapshot
    mark, when, past = None, html.Span("库中还没有快照", className="data-time"), None
    if snap is not None:
        if snap.demo in DEMO:
            mark = marked(html.Span(DEMO[snap.demo], className="demo-mark"), data_demo=snap.demo)
        when = html.Span(["快照生成 ", html.B(wording.full_moment(snap.made_at))], className="data-time")
        if "asof" in asked.given:
            back = dcc.Link("看现在", href=asked.link(asof=None))
            past = html.Span([f"快照 {snap.id} 当时的状态 · ", back], className="past-mark")
    sheet = html.A("下载 XLSX", href=f"{SHEET}?asof={snap.id}" if snap else SHEET, className="quiet", download="")
    return html.Header(
        [html.H1("数据目录"), html.Div([mark, when, past, sheet], className="masthead-tools")], className="masthead"
    )


def strip(asked: Asked, counted: Assets) -> html.Section:
    """The data assets in six counts, each a link to what it counts."""
    absent, late = counted.tables - counted.with_data, counted.judged - counted.on_time
    share = wording.number(counted.on_time_share, 1)
    real = counted.with_data - counted.demo
    judged = f"{counted.judged} 张真实表中迟到 {late} 张" if counted.judged else "还没有真实表可判"
    beside = len(contracts()) - counted.tables
    held = f"真实 {real} · 演示 {counted.demo} · 未到 {absent}；另有派生与参考表 {beside} 张"
    worst = "迟到" if late else "按时" if counted.judged else "演示"
    done = counted.requirements["works"]
    states = " · ".join(f"{STATES[state]} {count}" for state, count in counted.requirements.items() if state != "works")
    cells = (
        ("有数据的表", f"{counted.with_data}", f"/ {counted.tables} 张",
         held, asked.link(kind="table", q="状态：数据未到 层：明细")),
        ("按时率", share, "%" if counted.judged else "", judged, asked.link(kind="table", q=f"状态：{worst} 层：明细")),
        ("责任单位待确认", f"{counted.unowned_tables}", "张表",
         f"另有指标 {counted.unowned_metrics} 个、系统 {counted.unowned_systems} 个",
         asked.link(kind="table", q="责任单位：待确认 层：明细")),
        ("指标", f"{counted.metrics}", "个", f"覆盖 {counted.scenes} / {len(THEMES)} 个场景",
         asked.link(kind="metric")),
        ("系统", f"{sum(counted.systems.values())}", "个",
         " · ".join(f"{state} {count}" for state, count in counted.systems.items()), asked.link(kind="system")),
        ("需求已实现", f"{done}", f"/ {sum(counted.requirements.values())} 条", states,
         asked.link(kind="requirement")),
    )  # fmt: skip
    drawn = [
        dcc.Link(
            [
                html.H3(label),
                html.P([html.Span(value, className="figure"), html.Span(unit, className="unit")]),
                html.P(said, className="said"),
            ],
            href=href,
            className="asset",
        )
        for label, value, unit, said, href in cells
    ]
    return marked(
        html.Section(drawn, className="panel assets"), data_panel="assets", data_requirements="OV-03 X-08 X-11"
    )


def tools(asked: Asked, counts: Mapping[str, int]) -> html.Section:
    """Search, theme, and a tab for each kind with the number of its entries that the search finds."""
    return marked(
        html.Section([_tabs(asked, counts), html.Div([_form(asked), _themes(asked)], className="catalogue-tools")]),
        data_panel="tools",
        data_requirements="X-13",
    )


def _tabs(asked: Asked, counts: Mapping[str, int]) -> html.Nav:
    def tab(label: str, count: int | None, kind: Kind | None) -> Component:
        is_current = (asked.kind.key if asked.kind and asked.kind is not THEME else "") == (kind.key if kind else "")
        name = f"{'is-current ' if is_current else ''}{'is-none' if count == 0 else ''}".strip()
        number = None if count is None else html.Span(f"{count:,}", className="count")
        link = dcc.Link([label, number], href=asked.link(kind=kind.key if kind else None, open=None), className=name)
        return marked(link, aria_current="page") if is_current else link

    whole = tab("全部" if asked.q else "总览", sum(counts.values()) if asked.q else None, None)
    rest = [tab(kind.label, counts[kind.key], kind) for kind in KINDS.values() if kind is not THEME]
    return marked(html.Nav([whole, *rest], className="catalogue-tabs"), aria_label="目录的种类")


def _form(asked: Asked) -> html.Form:
    """A plain form, so that it works by loading the page anew; `assets/catalogue.js` spares the loading."""
    kept = {key: value for key, value in asked.given.items() if key not in ("q", "open", "page")}
    clear = dcc.Link("清除", href=asked.link(q=None, open=None), className="clear") if asked.q else None
    field = dcc.Input(
        id=SEARCH_ID, name="q", type="text", value=asked.q, placeholder=_HINT, maxLength=80, autoComplete="off"
    )
    return html.Form(
        [
            html.Label("搜索目录", htmlFor=SEARCH_ID),
            field,
            *(dcc.Input(type="hidden", name=name, value=value) for name, value in kept.items()),
            clear,
            html.Button("搜索", type="submit", className="quiet"),
        ],
        action=PATH,
        method="GET",
        className="find",
        role="search",
    )


def _themes(asked: Asked) -> html.Details:
    options = [("所有主题", ""), *((TITLES[theme], theme) for theme in ("common", *THEMES))]
    entries = [
        html.Li(
            dcc.Link(
                label,
                href=asked.link(theme=theme or None, open=None),
                className="is-current" if theme == asked.theme else "",
            )
        )
        for label, theme in options
    ]
    shown = TITLES[asked.theme] if asked.theme else "所有主题"
    return html.Details(
        [html.Summary(shown, title="只看一个主题"), html.Ul(entries, className="menu")],
        className="picker",
        key=f"theme-{asked.theme}",
    )


def footer(asked: Asked) -> html.Footer:
    """Where the catalogue's words come from."""
    snap = asked.ground.snapshot
    left = "计数由合同、指标文件、规划参考表和需求台账现算；“待确认”是规划没有写明，不猜。演示数据的表不判及时。"
    right = f"快照 {snap.id}" if snap else "还没有快照：运行 make demo，或用 cockpit.py import 导入文件"
    return html.Footer([html.Span(left), html.Span(right)], className="page-foot")
