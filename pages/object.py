"""对象：一件案件、一个事件、一个站点、一所学校……的事实、流转、位置、照片引用和相关对象。"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from dash import Input, Output, callback, html, register_page
from dash.development.base_component import Component

from components import object_page, shell
from components.address import Address
from components.shell import ids
from data.objects import Asked
from metrics.objects import facts
from queries.scope import ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired

PATH = "/object/"
register_page(__name__, path_template="/object/<kind>/<name>", name="对象", order=93)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page; which object is meant is read from the path."""
    return shell.page("对象", html.Div(id=at("body")))


def has(path: str) -> bool:
    """Whether there is such an object now."""
    try:
        kind, object_id = object_page.split(path)
        return bool(facts(kind, object_id, shell.scope("", kind.theme)))
    except (ScopeError, NoSnapshot, SnapshotExpired):
        return False


@callback(Output(at("body"), "children"), Input("address", "pathname"), shell.SCOPE)
def show(pathname: str, search: str | None) -> list[Component]:
    kind, object_id = object_page.split(unquote(pathname.removeprefix(PATH)))
    asked = shell.scope(search, kind.theme)
    row = object_page.found(kind, object_id, asked)
    name = object_page.called(kind, row, object_id)

    def fact_list(asked: Address) -> Component:
        return object_page.fact_list(asked, kind, row)

    def place(asked: Address) -> Component:
        return object_page.place(asked, kind, row, name)

    drawers: list[Callable[[Address], Component]] = [fact_list, place]
    if kind.flow is not None:
        drawers.append(_drawer("flow", kind.flow, object_id))
    if kind.photos:

        def photos(asked: Address) -> Component:
            return object_page.photos(kind, row)

        drawers.append(photos)
    drawers += [_drawer(f"related_{number}", each, object_id) for number, each in enumerate(kind.related, 1)]
    return shell.panels(asked, *drawers, title=f"{kind.title}：{name}")


def _drawer(name: str, wanted: Asked, object_id: str) -> Callable[[Address], Component]:
    def draw(asked: Address) -> Component:
        return object_page.related(asked, wanted, object_id)

    draw.__name__ = name
    return draw
