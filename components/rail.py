"""The only place that draws the navigation: every page, and how each scene stands in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.marks import marked
from data.contract import THEMES
from data.settings import settings
from metrics.scene_state import SceneState, late_tables

Page = Mapping[str, Any]  # an entry of Dash's page registry
UNIT = "/unit"
_DEMO = {"demo": "演示", "mixed": "部分演示"}


def slug(page: Page) -> str:
    """The name of a page's file, which is the scene's."""
    return str(page["module"]).rsplit(".", 1)[-1]


def rail(registered: Sequence[Page]) -> html.Nav:
    """The scenes with the place of their states, the other pages, and what concerns the whole window."""
    pages = [page for page in registered if not page["path_template"]]
    scenes = [page for page in pages if slug(page) in THEMES]
    others = [page for page in pages if slug(page) not in THEMES]
    return marked(
        html.Nav(
            [
                html.A("跳到正文", href="#page", className="skip"),
                html.Div([html.Span(f"{settings().city_name}城市运行"), html.Span("一网统管")], className="brand"),
                marked(
                    html.Button(["搜索、查数码", html.Kbd("/")], id="search-switch", className="quiet search-switch"),
                    aria_haspopup="dialog",
                ),
                html.Ul([_scene(page, str(order)) for order, page in enumerate(scenes, 1)], className="scenes"),
                html.Ul([html.Li(_link(page, str(page["name"]))) for page in others], className="others"),
                html.Div(
                    [
                        html.A("大屏轮播", href="/wall", className="quiet", id="wall-switch"),
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


def said(state: SceneState, moment: datetime) -> list[Component]:
    """A scene in words: its worst standing, what is overdue, whether it is a demonstration."""
    counts = state.counts
    words = {
        "missed": f"{counts['missed']} 项未达标",
        "near": f"{counts['near']} 项接近",
        "met": "都达标",
        "none": "不判达标",
        "unknown": "数据未到",
    }
    parts: list[Component] = [
        html.Span(
            [html.I(className="mark") if state.worst in wording.STANDINGS else None, words[state.worst]],
            className=f"standing is-{state.worst}",
        )
    ]
    if state.readings and (late := late_tables(state.readings[0].snapshot, state.scene, moment)):
        parts.append(html.Span(f"{len(late)} 表逾期", className="nav-late"))
    if state.demo in _DEMO:
        parts.append(html.Span(_DEMO[state.demo], className="nav-demo"))
    return parts


def _scene(page: Page, key: str) -> html.Li:
    label = html.Span([str(page["name"]), html.Kbd(key)], className="nav-name")
    return html.Li(_link(page, [label, html.Span(id={"state": slug(page)}, className="nav-state")]))


def _link(page: Page, label: Any) -> dcc.Link:
    return dcc.Link(label, href=page["path"], id={"nav": page["path"]}, className="nav-link")
