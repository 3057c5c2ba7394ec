"""明细表：一张表、一块清单或一个数字背后的每一行，可排序、筛选、导出。"""

from __future__ import annotations

from dash import Input, Output, callback, html, register_page
from dash.development.base_component import Component

from components import shell, table_grid, table_source
from components.address import Address
from components.shell import ids
from queries.scope import ScopeError

register_page(__name__, path_template="/table/<name>", name="明细表", order=91)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page; which table is meant is read from the path."""
    return shell.page("明细表", html.Div(id=at("body")))


def has(name: str) -> bool:
    """Whether there is a table of that name."""
    try:
        table_source.allowed(name)
    except ScopeError:
        return False
    return True


@callback(Output(at("body"), "children"), Input("address", "pathname"), shell.SCOPE)
def show(pathname: str, search: str | None) -> list[Component]:
    name = pathname.rsplit("/", 1)[-1]
    asked, shown = table_source.table(name, search)

    def table(asked: Address) -> Component:
        return table_grid.body(name, asked, shown)

    return shell.panels(asked, table, title=shown.title)
