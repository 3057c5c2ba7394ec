"""The one template of every figure, and the place on a page where a figure stands. Colours are named, never written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from components.marks import marked

Figure = dict[str, Any]
_AXIS = {
    "showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True, "automargin": True,
    "tickfont": {"color": "var(--mute)"},
}  # fmt: skip
TEMPLATE: Mapping[str, Any] = {
    "paper_bgcolor": "var(--clear)",
    "plot_bgcolor": "var(--clear)",
    "font": {"family": "var(--font)", "size": 12, "color": "var(--sub)"},
    "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
    "showlegend": False,
    "hovermode": "x",
    "dragmode": False,
    "hoverlabel": {
        "bgcolor": "var(--panel2)", "bordercolor": "var(--line)", "font": {"color": "var(--text)", "size": 12},
    },
    "xaxis": _AXIS,
    "yaxis": _AXIS | {"showgrid": True, "gridcolor": "var(--line)", "gridwidth": 1, "rangemode": "tozero"},
}  # fmt: skip
_CONFIG = {"displayModeBar": False, "responsive": True, "locale": "zh-CN", "showTips": False, "doubleClick": False}


def chart(name: str, figure: Figure, label: str) -> html.Div:
    """A figure's place on a page; the browser paints it in the theme's colours (`assets/paint.js`)."""
    return marked(
        html.Div(
            [
                dcc.Store(id={"chart": name, "part": "figure"}, data={"figure": figure, "config": _CONFIG}),
                html.Div(id={"chart": name, "part": "drawn"}),
            ],
            className="chart",
            role="img",
        ),
        aria_label=label,
    )


def layout(**changes: Any) -> Figure:
    """The template's layout, each axis and margin extended, not replaced."""
    return {
        key: {**TEMPLATE[key], **changes[key]} if key in changes and isinstance(TEMPLATE.get(key), Mapping)
        else changes.get(key, TEMPLATE.get(key))
        for key in TEMPLATE.keys() | changes.keys()
    }  # fmt: skip


def axis(**changes: Any) -> Figure:
    """A further axis of the template, for figures with several panels or with names along an axis."""
    return {**_AXIS, **changes}


def plain(name: str) -> str:
    """Names come from data and plotly reads tags in text: angle brackets must not reach it."""
    return name.replace("<", "‹").replace(">", "›")


def short(name: str, longest: int = 7) -> str:
    """A name cut to what has room."""
    whole = plain(name)
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"


def note(text: str, **where: Any) -> Figure:
    """A text in a figure, without an arrow."""
    return {"text": plain(text), "showarrow": False, "font": {"color": "var(--mute)", "size": 12}, **where}
