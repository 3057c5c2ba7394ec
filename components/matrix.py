"""The only place that draws a heat table: two dimensions crossed, the number in its cell, more ink for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from dash import dcc, html

from components import wording

STEPS = 4  # classes of ink that carry a readable number in both themes

Entry = tuple[str, Any]  # key, label (text or a link)


def matrix(
    caption: str, rows: Sequence[Entry], columns: Sequence[Entry], values: Mapping[tuple[str, str], float | None], *,
    otherwise: float | None = None, decimals: int = 0, links: Mapping[tuple[str, str], str] | None = None,
) -> list[html.Table | html.Ul]:  # fmt: skip
    """The table and its legend. `otherwise` is what a pair without a value is: 0 where rows are counted, else unknown.

    Classes are of equal width from 0 to the largest value; zero and unknown get no ink.
    `links` says where a click on a cell leads.
    """
    hrefs = links or {}
    width = class_width([value for value in values.values() if value is not None], decimals)
    head = [html.Td(), *(html.Th(label, scope="col") for _, label in columns)]
    body = [
        html.Tr(
            [
                html.Th(label, scope="row"),
                *(
                    _cell(values.get((key, column), otherwise), width, decimals, hrefs.get((key, column)))
                    for column, _ in columns
                ),
            ]
        )
        for key, label in rows
    ]
    table = html.Table([html.Caption(caption), html.Thead(html.Tr(head)), html.Tbody(body)], className="matrix")
    return [table, _legend(width, decimals)]


def class_width(values: Sequence[float], decimals: int) -> float:
    """The width of a class that shows in `decimals` places; 0 when nothing is above zero."""
    unit = 10**decimals
    return ceil(max([*values, 0.0]) * unit / STEPS - 1e-9) / unit


def class_of(value: float | None, width: float) -> int:
    """1 (most ink) to STEPS; 0 for zero, unknown and what is below zero."""
    if value is None or value <= 0 or width <= 0:
        return 0
    return STEPS + 1 - min(ceil(value / width - 1e-9), STEPS)


def _cell(value: float | None, width: float, decimals: int, href: str | None = None) -> html.Td:
    said = wording.number(value, decimals)
    return html.Td(dcc.Link(said, href=href) if href and value else said, className=f"heat-{class_of(value, width)}")


def _legend(width: float, decimals: int) -> html.Ul:
    entries = [
        html.Li([html.I(className=f"swatch heat-{STEPS + 1 - step}"), f"≤{wording.number(width * step, decimals)}"])
        for step in range(1, STEPS + 1 if width else 1)
    ]
    return html.Ul(entries, className="heat-legend")
