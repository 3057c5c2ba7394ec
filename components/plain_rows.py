"""The only place that sends a long table as text for `assets/rows.js` to draw; Dash takes minutes for so many cells.

Each cell is a text, or a text with the address that it leads to; nothing else can stand in one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from components.marks import marked

Cell = str | Component  # a dcc.Link


def plain_rows(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Component:
    """The place of a table with these headings and rows."""
    lines = [[[str(each.children), each.href] if isinstance(each, dcc.Link) else each for each in row] for row in rows]
    body = json.dumps({"head": list(head), "rows": lines}, ensure_ascii=False, separators=(",", ":"))
    return marked(html.Div(className="rows-place scroll"), data_rows=body)
