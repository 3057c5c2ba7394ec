"""办理单：今天要办、快到期、超期、反复、不满意的件，按处置单位分列，可导出、可逐单位打印。"""

from __future__ import annotations

from dash import Input, Output, callback, html, register_page
from dash.development.base_component import Component

from components import shell, worklist
from components.address import Address
from components.shell import ids

register_page(__name__, path_template="/worklist/<name>", name="办理单", order=92)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page; which list is meant is read from the path."""
    return shell.page("办理单", html.Div(id=at("body")))


def has(name: str) -> bool:
    """Whether there is a list of that name."""
    return name in worklist.WORKLISTS


@callback(Output(at("body"), "children"), Input("address", "pathname"), shell.SCOPE)
def show(pathname: str, search: str | None) -> list[Component]:
    name = pathname.rsplit("/", 1)[-1]
    title = worklist.find(name).title
    asked = shell.scope(search, worklist.THEME)

    def sheets(asked: Address) -> Component:
        return worklist.body(asked, name)

    return shell.panels(asked, sheets, title=title)
