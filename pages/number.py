"""数字身份证：一个数字的口径、算法、来源与核对，有自己的地址。"""

from __future__ import annotations

from dash import Input, Output, callback, html, register_page
from dash.development.base_component import Component

from components import identity, shell
from components.address import Address
from components.marks import marked
from components.shell import ids
from metrics import MetricError, metric

register_page(__name__, path_template="/n/<name>", name="数字身份证", order=90)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page; which number is meant is read from the path, since a query may not overrule it."""
    return shell.page("数字身份证", html.Div(id=at("body")))


def has(name: str) -> bool:
    """Whether there is a number of that name."""
    try:
        metric(name)
    except MetricError:
        return False
    return True


@callback(Output(at("body"), "children"), Input("address", "pathname"), shell.SCOPE)
def show(pathname: str, search: str | None) -> list[Component]:
    shown = metric(pathname.rsplit("/", 1)[-1])
    asked = shell.scope(search, shown.scene)

    def number(asked: Address) -> Component:
        card = html.Article(identity.content(shown, asked), className="panel number-page")
        return marked(card, data_requirements=" ".join(shown.requirements))

    return shell.panels(asked, number, title=shown.name)
