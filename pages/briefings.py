"""周报归档：每一期的编号、文件与校验值、与上周的差异、投递情况。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import briefing_page, shell
from components.shell import ids

register_page(__name__, path="/briefings", name="周报归档", order=21)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not read the archive."""
    return shell.page("周报归档", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> Component:
    return briefing_page.drawn(search)
