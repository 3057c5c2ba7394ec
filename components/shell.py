"""The only place that decides what every page has around it: navigation, routing, the one data callback's shape.

Dash's own page container answers every change of the query with the empty layout again, so that a page would blink;
this shell routes by path alone, and a page keeps what it shows until the new panels are there. `wire` is called by
`create_app()`: callbacks of the shell belong to an app, not to a module.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dash
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, html
from dash.dependencies import ClientsideFunction
from dash.development.base_component import Component

from components import address, identity, masthead
from components.address import Address
from components.awaited import awaited_tables
from components.marks import marked
from components.panel import failed, message
from data.contract import THEMES, ContractError
from data.reference_csv import ReferenceFileError
from data.settings import settings
from metrics import MetricError
from queries.assembler import DimensionError
from queries.runner import QueryTimeout
from queries.scope import ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired, snapshot

log = logging.getLogger("cockpit.pages")
ROOT = Path(__file__).resolve().parent.parent
ASSETS, PAGES = ROOT / "assets", ROOT / "pages"
SCOPE = Input("scope", "data")  # the address's query without the open card: what a page's data callback listens to
Drawer = Callable[[Address], Component]
# a wrong address, an empty store, a statement that took too long: the sentence of the error says what to do
EXPLAINED = (
    ScopeError, DimensionError, MetricError, ContractError, ReferenceFileError,
    NoSnapshot, SnapshotExpired, QueryTimeout,
)  # fmt: skip


def ids(module: str) -> Callable[[str], str]:
    """`at = ids(__name__)`; `at("kpis")` → `urban-kpis`."""
    stem = module.rsplit(".", 1)[-1]
    return lambda name: f"{stem}-{name}"


def page(title: str, body: html.Div) -> html.Div:
    """A page before its numbers: title and quiet placeholders. It asks nothing of the store."""
    body.children = marked(
        html.Div(
            [html.Header(html.H1(title), className="masthead"), *(html.Div(className="panel") for _ in range(6))],
            className="drawn is-waiting",
        ),
        aria_busy="true",
    )
    return marked(html.Div(body, className="page"), data_page=str(body.id).rsplit("-", 1)[0], data_title=title)


def scope(search: str | None, theme: str) -> Address:
    """The address a page is asked for, read once; see `address.read` for what it raises."""
    return address.read(search, theme)


def panels(asked: Address, *drawers: Drawer, title: str = "") -> list[Component]:
    """The page for this address. Each panel is drawn on its own, and one that fails fails alone."""
    if asked.theme in THEMES and not _has_tables(asked):
        drawers = (awaited_tables,)
    drawn = [_draw(asked, drawer) for drawer in drawers]
    return [
        marked(
            html.Div(
                [masthead.masthead(asked, title or title_of(asked.theme)), *drawn, masthead.footer(asked)],
                className="drawn",
            ),
            data_search=asked.search,
            data_made_at=snapshot(asked.snapshot).made_at.isoformat(timespec="seconds"),
        )
    ]


def _has_tables(asked: Address) -> bool:
    """Whether anything of the page's theme has arrived: without, the page says what it waits for and from whom."""
    tables = snapshot(asked.snapshot).tables.values()
    return any(info.kind == "detail" and info.table.startswith(f"{asked.theme}.") for info in tables)


def title_of(theme: str) -> str:
    """The name under which the page of a theme is registered."""
    return next((str(p["name"]) for p in dash.page_registry.values() if _slug(p) == theme), theme)


def _draw(asked: Address, drawer: Drawer) -> Component:
    try:
        drawn = drawer(asked)
    except SnapshotExpired:
        raise  # the ground under all panels is gone: the page says so once
    except Exception as error:  # whatever it is, it must not take the other panels with it
        log.exception("panel %s of %s failed for %s", drawer.__name__, asked.theme, asked)
        drawn = failed(str(error) if isinstance(error, EXPLAINED) else "")
    setattr(drawn, "data-panel", drawer.__name__)
    return drawn


def explain(error: Exception) -> list[Component]:
    """What a page shows instead of its panels when its callback raised; `create_app()` gives this to Dash."""
    if isinstance(error, NoSnapshot):
        said = "运行 make demo 生成演示城市，或用 cockpit.py import 导入文件，再刷新这一页。"
        return [message("还没有数据", said, None, _search())]
    if isinstance(error, EXPLAINED):
        return [message("这个地址打不开", str(error), "?", _search())]
    log.exception("callback failed", exc_info=error)
    return [message("页面没有画出来", "系统出错，原因已写入日志：刷新页面重试，仍不行请联系运维。", "?", _search())]


def _search() -> str:
    return str(ctx.inputs.get("scope.data") or "")


def frame() -> html.Div:
    """The whole window: navigation, the routed page, the identity card's place, help."""
    return html.Div(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="scope"),
            dcc.Store(id="card"),
            dcc.Store(id="theme"),
            _rail(),
            html.Main(html.Div(id="page"), className="stage"),
            html.Div(id="identity"),
            _help(),
        ],
        className="frame",
    )


def wire(app: Dash) -> None:
    """Fit `app` with the shell's callbacks, and with the addresses that pages bring along (`serve(server)`)."""
    for registered in dash.page_registry.values():
        serve = getattr(sys.modules[str(registered["module"])], "serve", None)
        if serve is not None:
            serve(app.server)

    @app.callback(Output("page", "children"), Input("address", "pathname"))
    def route(pathname: str | None) -> Any:
        return _layout(pathname or "/")

    @app.callback(
        Output("identity", "children"), Input("card", "data"), State("scope", "data"), prevent_initial_call=True
    )
    def open_card(name: str | None, search: str | None) -> list[Component]:
        return [] if not name else [identity.drawer(name, search)]

    def clientside(function: str, *wires: Any, **options: Any) -> None:
        app.clientside_callback(ClientsideFunction("cockpit", function), *wires, **options)

    clientside(
        "split", Output("scope", "data"), Output("card", "data"), Input("address", "search"),
        State("scope", "data"), State("card", "data"),
    )  # fmt: skip
    clientside(
        "navigate", Output({"nav": ALL}, "href"), Output({"nav": ALL}, "className"),
        Input("address", "pathname"), Input("address", "search"), State({"nav": ALL}, "id"),
    )  # fmt: skip
    clientside("switch_theme", Output("theme", "data"), Input("theme-switch", "n_clicks"))
    clientside("paint", Output({"chart": MATCH}, "children"), Input({"figure": MATCH}, "data"), Input("theme", "data"))


def _layout(pathname: str) -> Any:
    pathname = "/overview" if pathname == "/" else pathname.rstrip("/")
    for registered in dash.page_registry.values():
        template = registered["path_template"]
        if registered["path"] == pathname or (template and _fits(pathname, str(template))):
            layout = registered["layout"]
            return layout() if callable(layout) else layout
    return message("没有这个页面", f"{pathname[:80]} 不是本系统的地址：从导航选一个场景。", link="/overview")


def _fits(pathname: str, template: str) -> bool:
    return pathname.startswith(template.split("<", 1)[0]) and pathname.count("/") == template.count("/")


def _slug(registered: Any) -> str:
    return str(registered["module"]).rsplit(".", 1)[-1]


def _rail() -> html.Nav:
    registered = [p for p in dash.page_registry.values() if not p["path_template"]]
    scenes = [p for p in registered if _slug(p) in THEMES]
    others = [p for p in registered if _slug(p) not in THEMES]

    def link(entry: Any, key: str = "") -> html.Li:
        label = [html.Span(str(entry["name"])), html.Kbd(key)] if key else str(entry["name"])
        return html.Li(dcc.Link(label, href=entry["path"], id={"nav": entry["path"]}, className="nav-link"))

    return marked(
        html.Nav(
            [
                html.A("跳到正文", href="#page", className="skip"),
                html.Div([html.Span(f"{settings().city_name}城市运行"), html.Span("一网统管")], className="brand"),
                html.Ul([link(entry, str(order)) for order, entry in enumerate(scenes, 1)], className="scenes"),
                html.Ul([link(entry) for entry in others], className="others"),
                html.Div(
                    [
                        html.Button("深色 / 浅色", id="theme-switch", className="quiet", title="切换深色与浅色"),
                        marked(html.Button("快捷键 ?", id="help-switch", className="quiet"), aria_expanded="false"),
                    ],
                    className="rail-foot",
                ),
            ],
            className="rail",
        ),
        aria_label="场景",
    )


def _help() -> html.Div:
    keys = (
        ("1 – 8", "八个场景"), ("← →", "上一个、下一个区县"), ("Esc", "回上一级，或关闭窗口"),
        ("[ ]", "上一期、下一期"), ("F", "全屏"), ("?", "这张表"),
    )  # fmt: skip
    rows = [html.Tr([html.Td(html.Kbd(key)), html.Td(does)]) for key, does in keys]
    card = marked(
        html.Div(
            [
                html.H2("快捷键"),
                html.Table(html.Tbody(rows)),
                marked(html.Button("关闭", className="quiet"), data_close="help"),
            ],
            className="help-card",
            role="dialog",
        ),
        aria_label="快捷键",
    )
    return html.Div(card, id="help", className="help", hidden=True)
