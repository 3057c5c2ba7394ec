"""交通：哪里堵、为什么堵、多久能通。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import shell
from components.awaited import awaited_tables
from components.shell import ids

register_page(__name__, path="/traffic", name="交通", order=7)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("交通", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    return shell.panels(shell.scope(search, "traffic"), awaited_tables)
