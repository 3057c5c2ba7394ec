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
from urllib.parse import unquote

import dash
import flask
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, html
from dash.dependencies import ClientsideFunction
from dash.development.base_component import Component

from components import address, answers, filtering, identity, masthead, plain, search, wall
from components.address import Address
from components.awaited import awaited_tables
from components.marks import marked
from components.panel import failed, message
from components.rail import rail, said, slug
from data.clock import now
from data.contract import THEMES, ContractError
from data.reference_csv import ReferenceFileError
from metrics import MetricError
from metrics.scene_state import next_late, scene_states
from queries.assembler import DimensionError
from queries.runner import QueryTimeout
from queries.scope import FilterNotTaken, ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired, current_id, snapshot

log = logging.getLogger("cockpit.pages")
ROOT = Path(__file__).resolve().parent.parent
ASSETS, PAGES = ROOT / "assets", ROOT / "pages"
ANY_PATH = "/<path:path>"  # where Dash opens the window, whatever the path
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
    name = str(body.id).rsplit("-", 1)[0]
    scene = {"data_scene": name} if name in THEMES else {}
    return marked(html.Div(body, className="page"), data_page=name, data_title=title, **scene)


def scope(search: str | None, theme: str) -> Address:
    """The address a page is asked for, read once; see `address.read` for what it raises."""
    return address.read(search, theme)


def panels(asked: Address, *drawers: Drawer, title: str = "") -> list[Component]:
    """The page for this address. Each panel is drawn on its own, and one that fails fails alone."""
    if asked.theme in THEMES and not snapshot(asked.snapshot).loaded(asked.theme):
        drawers = (awaited_tables,)
    drawn = [_draw(asked, drawer) for drawer in drawers]
    answers.keep()
    page = html.Div(
        [
            masthead.masthead(asked, title or title_of(asked.theme)),
            filtering.chips(asked),
            *drawn,
            masthead.footer(asked),
        ],
        className="drawn",
    )
    return [
        marked(
            plain.settle(page),
            data_search=asked.search,
            data_snapshot=asked.snapshot,
            data_made_at=snapshot(asked.snapshot).made_at.isoformat(timespec="seconds"),
        )
    ]


def title_of(theme: str) -> str:
    """The name under which the page of a theme is registered."""
    return next((str(p["name"]) for p in dash.page_registry.values() if slug(p) == theme), theme)


def _draw(asked: Address, drawer: Drawer) -> Component:
    try:
        drawn = drawer(asked)
    except SnapshotExpired:
        raise  # the ground under all panels is gone: the page says so once
    except FilterNotTaken:
        drawn = filtering.not_taken(asked)
    except Exception as error:  # whatever it is, it must not take the other panels with it
        log.exception("panel %s of %s failed for %s", drawer.__name__, asked.theme, asked)
        answers.spoil()
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
    """The whole window: navigation, the routed page, the identity card's place, search, the wall's bar, help."""
    return html.Div(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="scope"),
            dcc.Store(id="card"),
            dcc.Store(id="theme"),
            dcc.Store(id="snapshot"),
            rail(list(dash.page_registry.values())),
            html.Main(html.Div(id="page"), className="stage"),
            html.Div(id="identity"),
            search.box(),
            wall.bar(),
            _help(),
        ],
        className="frame",
    )


def wire(app: Dash) -> None:
    """Fit `app` with the shell's callbacks and addresses, and with those that pages bring along (`serve(server)`)."""
    search.serve(app.server)
    wall.serve(app.server)
    for registered in dash.page_registry.values():
        serve = getattr(sys.modules[str(registered["module"])], "serve", None)
        if serve is not None:
            serve(app.server)

    @app.callback(Output("page", "children"), Input("address", "pathname"))
    def route(pathname: str | None) -> Any:
        answers.keep()  # a layout asks nothing of the store
        return _layout(pathname or "/")

    @app.callback(
        Output("identity", "children"), Input("card", "data"), State("scope", "data"), prevent_initial_call=True
    )
    def open_card(name: str | None, search: str | None) -> list[Component]:
        answers.keep()
        return [] if not name else [identity.drawer(name, search)]

    @app.callback(Output({"state": ALL}, "children"), Input("snapshot", "data"), State({"state": ALL}, "id"))
    def stand(snapshot_id: str | None, scenes: list[dict[str, str]]) -> list[list[Component]]:
        """How each scene stands: asked when the window opens, and again only when a page is of another snapshot."""
        try:
            shown, moment = snapshot_id or current_id(), now()
            found = {each.scene: said(each, moment) for each in scene_states(shown)}
            answers.keep()
            if (late_at := next_late(shown, moment)) is not None:
                answers.until(late_at)
        except (NoSnapshot, SnapshotExpired):
            found = {}
        return [found.get(each["state"], []) for each in scenes]

    def absent(response: flask.Response) -> flask.Response:
        """The window opens for every address, but one that no page has is answered as what it is: not found."""
        rule = flask.request.url_rule
        if rule is not None and rule.rule == ANY_PATH and response.status_code == 200 and not _has(flask.request.path):
            response.status_code = 404
        return response

    app.server.after_request(absent)

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
    clientside(
        "paint", Output({"chart": MATCH, "part": "drawn"}, "children"),
        Input({"chart": MATCH, "part": "figure"}, "data"), Input("theme", "data"),
    )  # fmt: skip


def _layout(pathname: str) -> Any:
    registered = _registered(pathname)
    if registered is None:
        said = f"{pathname[:80]} 不是本系统的地址：从导航选一个场景，或按 / 搜索指标、地名和数据表。"
        return message("没有这个页面", said, link="/overview")
    layout = registered["layout"]
    return layout() if callable(layout) else layout


def _registered(pathname: str) -> Any:
    """The page at this path; None when there is none."""
    pathname = "/overview" if pathname == "/" else pathname.rstrip("/")
    for registered in dash.page_registry.values():
        template = registered["path_template"]
        if registered["path"] == pathname or (template and _fits(pathname, str(template))):
            return registered
    return None


def _has(pathname: str) -> bool:
    """Whether this path shows something: a page, and what the page of many things says it has (`has(rest)`)."""
    registered = _registered(pathname)
    if registered is None or not registered["path_template"]:
        return registered is not None
    has = getattr(sys.modules[str(registered["module"])], "has", None)
    return has is None or bool(has(unquote(pathname.removeprefix(str(registered["path_template"]).split("<", 1)[0]))))


def _fits(pathname: str, template: str) -> bool:
    return pathname.startswith(template.split("<", 1)[0]) and pathname.count("/") == template.count("/")


def _help() -> html.Div:
    keys = (
        ("1 – 8", "八个场景"), ("← →", "上一个、下一个区县"), ("Esc", "回上一级，或关闭窗口"),
        ("[ ]", "上一期、下一期"), ("/", "搜索、查数码"),
        ("F", "全屏"), ("空格", "大屏暂停、继续轮播"), ("?", "这张表"),
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
