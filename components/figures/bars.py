"""Bars, always from zero: rankings, targets, flows and pyramids. One unit per figure; the worst is what is inked."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

from components.figures.template import Figure, axis, layout, note, plain, short

Bar = tuple[str, float | None]
_ROOM = 1.18  # times the longest bar: its number stands behind it


def ranking(rows: Sequence[Bar], *, unit: str, decimals: int = 0, marked: str = "") -> Figure:
    """Horizontal bars in the given order, first on top, the number behind each; `marked` is the one that is inked.

    An unknown value keeps its line, with — in place of a bar.
    """
    names = [plain(name) for name, _ in rows]
    inks = ["var(--series-1)" if name == plain(marked) or not marked else "var(--series-quiet)" for name in names]
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": names, "x": [value for _, value in rows],
                "marker": {"color": inks}, "hovertemplate": f"%{{y}} %{{x:,.{decimals}f}} {unit}<extra></extra>",
                "text": [_said(value, decimals) for _, value in rows], "textposition": "outside", "cliponaxis": False,
            }
        ],
        "layout": _lying(names, [value for _, value in rows]),
    }  # fmt: skip


def target_bars(rows: Sequence[tuple[str, float | None, float, bool | None]], *, unit: str = "%") -> Figure:
    """What is reached of each target: name, reached and target in `unit`, whether it is met. The target is a mark."""
    names = [plain(name) for name, *_ in rows]
    inks = ["var(--series-1)" if is_met is False else "var(--series-quiet)" for *_, is_met in rows]
    texts = ["var(--panel)" if is_met is False else "var(--text)" for *_, is_met in rows]
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": names, "x": [value for _, value, _, _ in rows],
                "marker": {"color": inks}, "hovertemplate": f"%{{y}} %{{x:,.1f}} {unit}<extra></extra>", "width": 0.6,
                "text": [_said(value, 1) for _, value, _, _ in rows],
                "textposition": "inside", "insidetextanchor": "start", "textfont": {"color": texts},
            },
            {
                "type": "scatter", "mode": "markers", "y": names, "x": [target for _, _, target, _ in rows],
                "marker": {"symbol": "line-ns", "size": 16, "line": {"width": 2.5, "color": "var(--text)"}},
                "hovertemplate": f"目标 %{{x:,.1f}} {unit}<extra></extra>",
            },
        ],
        "layout": _lying(names, [value for _, *both, _ in rows for value in both]),
    }  # fmt: skip


def funnel(steps: Sequence[Bar], *, unit: str) -> Figure:
    """A flow from its first step down: the number at each step, and its share of the step before."""
    names = [plain(name) for name, _ in steps]
    said = []
    for index, (_, value) in enumerate(steps):
        before = steps[index - 1][1] if index else None
        share = f"，为上一步的 {value / before:.1%}" if value is not None and before else ""
        said.append(f"{_said(value, 0)}{share}")
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": names, "x": [value for _, value in steps], "width": 0.72,
                "marker": {"color": "var(--series-1)"}, "text": said, "textposition": "outside", "cliponaxis": False,
                "hovertemplate": f"%{{y}} %{{x:,.0f}} {unit}<extra></extra>",
            }
        ],
        "layout": _lying(names, [value for _, value in steps], room=1.6),
    }  # fmt: skip


def pyramid(rows: Sequence[tuple[str, float, float]], *, left: str, right: str, unit: str) -> Figure:
    """Two groups back to back by band, youngest first; both sides have one scale, and numbers without a sign."""
    names = [plain(name) for name, *_ in rows]
    top = max((value for _, *both in rows for value in both), default=0.0) * 1.02
    step = _round_down(top / 2)
    ticks = [step * part for part in (-2, -1, 0, 1, 2)]

    def side(name: str, values: Sequence[float], sign: int, ink: str) -> Figure:
        return {
            "type": "bar", "orientation": "h", "name": plain(name), "y": names, "x": [sign * each for each in values],
            "customdata": list(values), "marker": {"color": ink},
            "hovertemplate": f"%{{y}} {plain(name)} %{{customdata:,.0f}} {unit}<extra></extra>",
        }  # fmt: skip

    return {
        "data": [
            side(left, [one for _, one, _ in rows], -1, "var(--series-1)"),
            side(right, [other for _, _, other in rows], 1, "var(--series-3)"),
        ],
        "layout": layout(
            barmode="relative", bargap=0.12, hovermode="closest",
            annotations=[
                note(left, xref="paper", x=0.02, yref="paper", y=1, xanchor="left", yanchor="top"),
                note(right, xref="paper", x=0.98, yref="paper", y=1, xanchor="right", yanchor="top"),
            ],
            xaxis={"range": [-top, top], "tickvals": ticks, "ticktext": [f"{abs(each):,.0f}" for each in ticks]},
            yaxis={"type": "category", "showgrid": False},
        ),
    }  # fmt: skip


def _round_down(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten that is at most `value`."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return max(power * factor for factor in (1, 2, 5) if power * factor <= value)


def _lying(names: Sequence[str], values: Sequence[float | None], room: float = _ROOM) -> Figure:
    """The layout of horizontal bars: from zero, the first on top, with room for the numbers behind them."""
    known = [value for value in values if value is not None]
    return layout(
        hovermode="closest",
        margin={"r": 16},
        xaxis={"range": [min([*known, 0.0]) * room, max([*known, 0.0]) * room or 1], "showticklabels": False},
        yaxis=axis(
            type="category", autorange="reversed", tickvals=list(names), ticktext=[short(each, 14) for each in names],
            showgrid=False,
        ),
    )  # fmt: skip


def _said(value: float | None, decimals: int) -> str:
    return "—" if value is None else f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")
