"""民生：群众反映最多的是什么，学位、看病、养老缺在哪里。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import shell
from components.awaited import awaited_tables
from components.shell import ids

register_page(__name__, path="/livelihood", name="民生", order=4)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("民生", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    return shell.panels(shell.scope(search, "livelihood"), awaited_tables)
