"""Bars with their numbers in words at their ends, for paper and slides, where nothing can be hovered over."""

from __future__ import annotations

from collections.abc import Sequence

from components.figures.template import Figure, layout, short


def worded_bars(entries: Sequence[tuple[str, float | None, str]], *, unit: str) -> Figure:
    """Bars lying down, in the order given: `entries` are name, value and the value in words, which stands at its end.

    What is unknown has no bar and says so; nothing is drawn as 0 that is not.
    """
    names = [short(name, 12) for name, _, _ in entries]
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
