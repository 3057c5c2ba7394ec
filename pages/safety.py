"""城市安全：哪些预警在生效，隐患还有几处没改。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import shell
from components.awaited import awaited_tables
from components.shell import ids

register_page(__name__, path="/safety", name="城市安全", order=8)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("城市安全", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    return shell.panels(shell.scope(search, "safety"), awaited_tables)
