"""The only place that says what the details of a catalogue entry look like: head, sentence, panels, links."""

from __future__ import annotations

from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from components.catalogue_address import Asked
from components.catalogue_item import Kind
from components.marks import marked
from components.panel import panel
from metrics import Metric


@dataclass(frozen=True)
class Detail:
    """The details of one entry: what it is in a sentence, a mark beside its name, and its panels in reading order."""

    name: str
    code: str
    lead: str
    panels: tuple[Component, ...]
    mark: Component | None = None


def block(name: str, title: str, body: object, duties: str, *, unit: str = "") -> Component:
    """A panel of the details with its name."""
    return marked(panel(title, body, requirements=duties, unit=unit), data_panel=name)


def head(asked: Asked, kind: Kind, shown: Detail) -> Component:
    """The way back to the list, the name, and what it is."""
    back = dcc.Link(f"‹ {kind.label}", href=asked.link(open=None), className="back")
    title = html.Div([html.H2(shown.name), html.Code(shown.code), shown.mark], className="entry-title")
    return marked(
        html.Section([back, title, html.P(shown.lead)], className="entry-head"),
        data_panel="head",
        data_entry=shown.code,
        data_requirements="X-13",
    )


def entry(asked: Asked, kind: str, name: str, said: str) -> Component:
    """A link to another entry: its name, and its id below."""
    return dcc.Link([html.B(said), html.Code(name)], href=asked.to(kind, name), className="entry")


def identity_link(asked: Asked, shown: Metric) -> Component:
    """The way to the number itself."""
    return dcc.Link("数字身份证 ›", href=asked.elsewhere(f"/n/{shown.id}"), className="to identity-link")


def duration(minutes: int) -> str:
    """`3 小时`, `2 天`, `30 分钟`."""
    if minutes % 1440 == 0:
        return f"{minutes // 1440} 天"
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"
