"""数据目录：有哪些表、指标和系统，归谁管，新不新，从哪里来到哪里去。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import catalogue, catalogue_address, shell
from components.shell import ids
from data.clock import now

register_page(__name__, path="/catalogue", name="数据目录", order=20)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("数据目录", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> Component:
    return catalogue.drawn(catalogue_address.read(search, now()))
