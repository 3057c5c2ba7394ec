"""总体态势：全市今天怎么样，有没有要马上拍板的事。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import shell
from components.awaited import awaited_tables
from components.shell import ids

register_page(__name__, path="/overview", name="总体态势", order=1)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("总体态势", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    return shell.panels(shell.scope(search, "overview"), awaited_tables)
