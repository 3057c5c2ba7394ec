"""Figures as plain dicts: pure functions of a frame, with one template. Colours are named, never written (`tokens`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
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
            [dcc.Store(id={"figure": name}, data={"figure": figure, "config": _CONFIG}), html.Div(id={"chart": name})],
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


def trend(
    frame: pd.DataFrame, main: Sequence[tuple[date, float | None]], *, main_name: str, unit: str, decimals: int,
    span: tuple[date, date], limit: tuple[float, str] | None = None, shade: tuple[date, date] | None = None,
) -> Figure:  # fmt: skip
    """Daily lines: the area's own boldly, the highest of the others named, the rest quiet behind.

    `frame` has `name`, `day_date`, `value`, one row per line and day; `span` is the half-open period drawn, `shade` the
    one that the page is about; `limit` is a value and what it is. All lines share one day axis.
    """
    days = pd.date_range(span[0], span[1] - timedelta(days=1), freq="D")
    wide = frame.pivot_table(index="day_date", columns="name", values="value", aggfunc="mean", dropna=False)
    wide.index = pd.to_datetime(wide.index)
    wide = wide.reindex(days)
    period = (
        wide if shade is None else wide[(wide.index >= pd.Timestamp(shade[0])) & (wide.index < pd.Timestamp(shade[1]))]
    )
    means = period.mean().dropna()
    highest = str(means.idxmax()) if len(means) > 1 else ""
    hover = f"%{{y:,.{decimals}f}} {unit}"
    traces = []
    for name in sorted(wide.columns, key=lambda each: str(each) == highest):  # the highest is drawn over the others
        colour, width = ("var(--series-1)", 2.0) if str(name) == highest else ("var(--series-quiet)", 1.1)
        traces.append(_line(wide[name], str(name), colour, width, hover, decimals))
    own = pd.Series({pd.Timestamp(day): value for day, value in main}, dtype="float64").reindex(days)
    traces.append(_line(own, main_name, "var(--series-2)", 2.6, hover, decimals))
    marks = [_end_label(own, main_name, "var(--series-2)")]
    if highest:
        marks.append(_end_label(wide[highest], highest, "var(--series-1)"))
    shapes: list[Figure] = []
    if shade is not None:
        shapes.append(
            {
                "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 0}, "layer": "below",
                "fillcolor": "var(--shade)", "x0": f"{shade[0]}", "x1": f"{shade[1] - timedelta(days=1)}",
            }
        )  # fmt: skip
    if limit is not None:
        lines, words = _limit(limit)
        shapes, marks = shapes + lines, marks + list(words)
    return {
        "data": traces,
        "layout": layout(
            annotations=_apart([mark for mark in marks if mark]),
            shapes=shapes,
            margin={"r": 96},
            xaxis={"tickformat": "%-m-%-d", "nticks": 6, "hoverformat": "%-m月%-d日"},
            yaxis={"nticks": 5, "tickformat": ",d"},
        ),
    }


def bars(entries: Sequence[tuple[str, float | None, str]], *, unit: str) -> Figure:
    """Bars lying down, in the order given: `entries` are name, value and the value in words, which stands at its end.

    What is unknown has no bar and says so; nothing is drawn as 0 that is not.
    """
    names = [_short(name, 12) for name, _, _ in entries]
    known = [value for _, value, _ in entries if value is not None]
    top = max([*known, 0.0])
    least = min([*known, 0.0])
    trace = {
        "type": "bar", "orientation": "h", "y": list(range(len(entries))), "x": [value for _, value, _ in entries],
        "marker": {"color": "var(--series-1)", "line": {"width": 0}}, "width": 0.62,
        "hovertemplate": f"%{{x}} {unit}<extra></extra>",
    }  # fmt: skip
    words = [
        {
            "x": max(value or 0.0, 0.0), "y": index, "xref": "x", "yref": "y", "text": word, "showarrow": False,
            "xanchor": "left", "xshift": 4, "font": {"color": "var(--text)", "size": 12},
        }
        for index, (_, value, word) in enumerate(entries)
    ]  # fmt: skip
    room = (top - least) * 0.2 or 1.0  # for the words at the ends
    return {
        "data": [trace],
        "layout": layout(
            annotations=words,
            xaxis={"range": [least, top + room], "showticklabels": False},
            yaxis={
                "tickvals": list(range(len(entries))), "ticktext": names, "showgrid": False, "autorange": "reversed",
                "rangemode": "normal", "tickfont": {"color": "var(--text)"},
            },
        ),
    }  # fmt: skip


def columns(
    entries: Sequence[tuple[str, float | None, str]], *, unit: str, limit: tuple[float, str] | None = None
) -> Figure:
    """Standing bars period by period, the last one in the colour of what the page is about; `limit` as in `trend`."""
    last = len(entries) - 1
    trace = {
        "type": "bar", "x": list(range(len(entries))), "y": [value for _, value, _ in entries], "width": 0.62,
        "marker": {
            "color": ["var(--series-2)" if index == last else "var(--series-1)" for index in range(len(entries))],
            "line": {"width": 0},
        },
        "hovertemplate": f"%{{y}} {unit}<extra></extra>",
    }  # fmt: skip
    words = [
        {
            "x": index, "y": max(value or 0.0, 0.0), "xref": "x", "yref": "y", "text": word, "showarrow": False,
            "yanchor": "bottom", "font": {"color": "var(--text)", "size": 12},
        }
        for index, (_, value, word) in enumerate(entries)
    ]  # fmt: skip
    shapes, marks = _limit(limit) if limit is not None else ([], [])
    top = max([value for _, value, _ in entries if value is not None] + [limit[0] if limit else 0.0, 0.0])
    return {
        "data": [trace],
        "layout": layout(
            annotations=[*words, *marks],
            shapes=shapes,
            margin={"r": 40 if limit else 8},
            xaxis={"tickvals": list(range(len(entries))), "ticktext": [name for name, _, _ in entries]},
            yaxis={"nticks": 5, "range": [0, top * 1.16 or 1.0]},
        ),
    }


def _limit(limit: tuple[float, str]) -> tuple[list[Figure], list[Figure]]:
    """A dashed line at a value, and what it is, at its right end."""
    line = {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": limit[0], "y1": limit[0],
        "line": {"color": "var(--mute)", "width": 1, "dash": "4px,4px"},
    }  # fmt: skip
    word = {
        "xref": "paper", "x": 1.01, "y": limit[0], "text": limit[1], "showarrow": False, "xanchor": "left",
        "yanchor": "middle", "font": {"color": "var(--mute)", "size": 12},
    }  # fmt: skip
    return [line], [word]


def _line(series: pd.Series[Any], name: str, colour: str, width: float, hover: str, decimals: int) -> Figure:
    """One line on the shared day axis: three numbers instead of a list of dates, which would be most of the bytes."""
    known = [not pd.isna(value) for value in series]
    alone = [
        is_known and not any(known[max(index - 1, 0) : index] + known[index + 1 : index + 2])
        for index, is_known in enumerate(known)
    ]  # a day between two days without a value has no line to stand on: it gets a dot
    dots = {"marker": {"size": [5 if each else 0 for each in alone], "color": colour, "line": {"width": 0}}}
    return {
        "type": "scatter",
        "mode": "lines+markers" if any(alone) else "lines",
        **(dots if any(alone) else {}),
        "name": _plain(name),
        "x0": f"{series.index[0]:%Y-%m-%d}",
        "dx": 86_400_000,
        "y": [None if pd.isna(value) else round(float(value), decimals + 1) for value in series],
        "line": {"color": colour, "width": width},
        "hovertemplate": hover,
        "connectgaps": False,
    }


def _end_label(series: pd.Series[Any], name: str, colour: str) -> Figure | None:
    """The line's name at its last point, in place of a legend."""
    known = series.dropna()
    if known.empty:
        return None
    return {
        "xref": "paper", "x": 1.01, "y": float(known.iloc[-1]), "yref": "y", "text": _short(name), "showarrow": False,
        "xanchor": "left", "yanchor": "middle", "font": {"color": colour, "size": 12}, "align": "left",
    }  # fmt: skip


def _short(name: str, longest: int = 7) -> str:
    plain = _plain(name)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _plain(name: str) -> str:
    """Names come from data and plotly reads tags in text: angle brackets must not reach it."""
    return name.replace("<", "‹").replace(">", "›")


def _apart(marks: list[Figure]) -> list[Figure]:
    """End labels that would lie on one another are pushed to either side."""
    ends = sorted((mark for mark in marks if mark.get("x") == 1.01), key=lambda mark: mark["y"])
    for below, above in pairwise(ends):
        span = max(abs(above["y"]), 1.0)
        if (above["y"] - below["y"]) / span < 0.12:
            below["yshift"], above["yshift"] = -8, 8
    return marks
