"""Lines over days: the area's own before others, with what is usual, what is aimed at and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from components.figures.template import Figure, layout, note, plain, short

_BESIDE = 1.01  # of the axes' width: where a line's name begins
_LETTER = 12.5  # pixels that a Chinese letter of a chart takes
Band = Sequence[tuple[date, float | None, float | None]]  # day, lowest, highest


def trend(
    frame: pd.DataFrame, main: Sequence[tuple[date, float | None]], *, main_name: str, unit: str, decimals: int,
    span: tuple[date, date], limit: tuple[float, str] | None = None, shade: tuple[date, date] | None = None,
    band: Band = (), events: Sequence[tuple[date, str]] = (),
) -> Figure:  # fmt: skip
    """Daily lines: the area's own boldly, the highest of the others named, the rest quiet behind.

    `frame` has `name`, `day_date`, `value`, one row per line and day; `span` is the half-open period drawn, `shade` the
    one that the page is about; `limit` is a value and what it is. `band` is what is usual, lowest and highest per day,
    drawn behind all lines; `events` are named days. All lines share one day axis.
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
    traces = _band(band, days, decimals)
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
        shapes.append(
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": limit[0], "y1": limit[0],
                "line": {"color": "var(--mute)", "width": 1, "dash": "4px,4px"},
            }
        )  # fmt: skip
        marks.append(
            {
                "xref": "paper", "x": _BESIDE, "y": limit[0], "text": limit[1], "showarrow": False, "xanchor": "left",
                "yanchor": "middle", "font": {"color": "var(--mute)", "size": 12},
            }
        )  # fmt: skip
    for day, said in events:
        shapes.append(
            {
                "type": "line", "xref": "x", "x0": f"{day}", "x1": f"{day}", "yref": "paper", "y0": 0, "y1": 1,
                "line": {"color": "var(--mute)", "width": 1, "dash": "2px,3px"},
            }
        )  # fmt: skip
        marks.append(note(short(said, 10), xref="x", x=f"{day}", yref="paper", y=1, yanchor="bottom", xanchor="left"))
    return {
        "data": traces,
        "layout": layout(
            annotations=_apart([mark for mark in marks if mark]),
            shapes=shapes,
            margin={"r": _room(marks)},
            xaxis={"tickformat": "%-m-%-d", "nticks": 6, "hoverformat": "%-m月%-d日"},
            yaxis={"nticks": 5, "tickformat": ",d"},
        ),
    }


def has_band(figure: Figure) -> bool:
    """Whether a trend shows what is usual."""
    return any(trace.get("fill") == "tonexty" for trace in figure["data"])


def _band(band: Band, days: pd.DatetimeIndex, decimals: int) -> list[Figure]:
    """The usual range as an area between two lines without ink; a day without a range has no area."""
    if not band:
        return []
    low, high = (
        pd.Series({pd.Timestamp(each[0]): each[side] for each in band}, dtype="float64").reindex(days)
        for side in (1, 2)
    )
    edges = [_line(each, "常见范围", "var(--clear)", 0, "", decimals) | {"hoverinfo": "skip"} for each in (low, high)]
    return [edges[0], edges[1] | {"fill": "tonexty", "fillcolor": "var(--shade)"}]


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
        "name": plain(name),
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
        "xref": "paper", "x": _BESIDE, "y": float(known.iloc[-1]), "yref": "y", "text": short(name), "showarrow": False,
        "xanchor": "left", "yanchor": "middle", "font": {"color": colour, "size": 12}, "align": "left",
    }  # fmt: skip


def _room(marks: Sequence[Figure | None]) -> int:
    """Pixels right of the axes for the names at the lines' ends: what the longest needs, not what one could."""
    names = [str(mark["text"]) for mark in marks if mark and mark.get("x") == _BESIDE]
    widths = [sum(0.6 if letter.isascii() else 1.0 for letter in name) for name in names]
    return round(_LETTER * max(widths, default=0.0)) + 14


def _apart(marks: list[Figure]) -> list[Figure]:
    """End labels that would lie on one another are pushed to either side."""
    ends = sorted((mark for mark in marks if mark.get("x") == _BESIDE), key=lambda mark: mark["y"])
    for below, above in pairwise(ends):
        span = max(abs(above["y"]), 1.0)
        if (above["y"] - below["y"]) / span < 0.12:
            below["yshift"], above["yshift"] = -8, 8
    return marks
