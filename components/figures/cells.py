"""Many small things side by side: days as a calendar, two dimensions crossed, one little chart per place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from components.figures.template import Figure, axis, layout, note, plain, short

WEEKDAYS = "一二三四五六日"
_INKS = [
    [0.0, "var(--map-5)"],
    [0.25, "var(--map-4)"],
    [0.5, "var(--map-3)"],
    [0.75, "var(--map-2)"],
    [1.0, "var(--map-1)"],
]
_COLUMNS = 4


def matrix(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float | None]], *, unit: str,
    decimals: int = 0,
) -> Figure:  # fmt: skip
    """Two dimensions crossed, more ink for more, ink from zero; an unknown pair stays empty. First row on top."""
    known = [value for line in values for value in line if value is not None]
    return {
        "data": [
            {
                "type": "heatmap", "x": [plain(each) for each in columns], "y": [plain(each) for each in rows],
                "z": [list(line) for line in values], "colorscale": _INKS, "showscale": False, "xgap": 2, "ygap": 2,
                "zmin": min([*known, 0.0]), "zmax": max([*known, 0.0]) or 1, "hoverongaps": False,
                "hovertemplate": f"%{{y}}，%{{x}}：%{{z:,.{decimals}f}} {unit}<extra></extra>",
            }
        ],
        "layout": layout(
            hovermode="closest",
            xaxis={"type": "category", "side": "top"},
            yaxis=axis(type="category", autorange="reversed"),
        ),
    }  # fmt: skip


def calendar(days: Mapping[date, float | None], *, since: date, until: date, unit: str, decimals: int = 0) -> Figure:
    """Days as cells, a column per week from Monday, weekdays as rows; a day without a number stays empty."""
    monday = since - timedelta(days=since.weekday())
    weeks = [monday + timedelta(days=7 * index) for index in range((until - monday).days // 7 + 1)]
    weeks = [week for week in weeks if week < until]
    values = [[days.get(week + timedelta(days=weekday)) for week in weeks] for weekday in range(7)]
    names = [[f"{week + timedelta(days=weekday):%-m月%-d日}" for week in weeks] for weekday in range(7)]
    figure = matrix(
        [f"周{name}" for name in WEEKDAYS], [f"{week}" for week in weeks], values, unit=unit, decimals=decimals
    )
    figure["data"][0] |= {
        "customdata": names,
        "hovertemplate": f"%{{customdata}}：%{{z:,.{decimals}f}} {unit}<extra></extra>",
    }
    every = max(len(weeks) // 8, 1)
    figure["layout"]["xaxis"] |= {
        "tickvals": [f"{week}" for week in weeks[::every]],
        "ticktext": [f"{week:%-m-%-d}" for week in weeks[::every]],
    }
    return figure


def small_multiples(
    lines: Sequence[tuple[str, Sequence[float | None]]], *, since: date, unit: str, decimals: int = 0
) -> Figure:
    """One small daily line per place, all with one scale from zero, so that heights compare; names above each."""
    known = [value for _, line in lines for value in line if value is not None]
    top, bottom = max([*known, 0.0]) * 1.05 or 1, min([*known, 0.0])
    count = min(_COLUMNS, max(len(lines), 1))
    depth = max(-(-len(lines) // count), 1)
    figure: Figure = {"data": [], "layout": layout(hovermode="closest", annotations=[])}
    for index, (name, line) in enumerate(lines):
        number = "" if index == 0 else str(index + 1)
        left, above = (index % count) / count, 1 - (index // count) / depth
        right, below = left + 0.92 / count, above - 0.92 / depth
        figure["data"].append(
            {
                "type": "scatter", "mode": "lines", "x0": f"{since}", "dx": 86_400_000, "y": list(line),
                "xaxis": f"x{number}", "yaxis": f"y{number}", "line": {"color": "var(--series-1)", "width": 1.6},
                "hovertemplate": f"%{{x|%-m月%-d日}} %{{y:,.{decimals}f}} {unit}<extra>{plain(name)}</extra>",
            }
        )  # fmt: skip
        figure["layout"][f"xaxis{number}"] = axis(
            domain=[left, right], anchor=f"y{number}", type="date", showticklabels=False
        )
        figure["layout"][f"yaxis{number}"] = axis(
            domain=[max(below, 0), above - 0.14 / depth], anchor=f"x{number}", range=[bottom, top], nticks=3,
            showgrid=True, gridcolor="var(--line)", showticklabels=index % count == 0,
        )  # fmt: skip
        figure["layout"]["annotations"].append(
            note(short(name), xref="paper", x=left, yref="paper", y=above, xanchor="left", yanchor="top")
        )
    return figure
