"""The only place that puts the archive's page together: head, what to choose from, the list or one issue, foot."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import briefing_detail, briefing_list
from components.briefing_address import read
from components.briefing_archive import issued
from components.marks import marked
from components.masthead import DEMO


def drawn(search: str | None) -> Component:
    """The whole page; raises ScopeError for an address that cannot be."""
    asked = read(search, issued())
    natures = {each.demo for each in ([asked.open] if asked.open else asked.every)} - {"real"}
    mark = DEMO["demo" if natures == {"demo"} else "mixed"] if natures else None
    tools = html.Div(html.Span(mark, className="demo-mark"), className="masthead-tools") if mark else None
    head = html.Header([html.H1("周报归档"), tools], className="masthead")
    foot = html.Footer(
        [
            html.Span("编号不重用，签发后不改；更正另发新号。所引快照长期保留，可打开当时的页面。"),
            html.Span(f"共 {len(asked.every)} 个编号"),
        ],
        className="page-foot",
    )
    if asked.open is not None:
        body = briefing_detail.panels(asked, asked.open)
    else:
        body = [briefing_list.tools(asked), *briefing_list.weeks(asked)]
    return marked(html.Div([head, *body, foot], className="drawn"), data_search=asked.search)
