"""The only place that draws the districts as a figure: paper and slides cannot use the live map, and never use tiles.

The classes are those of the map on the screen (`drill_map.steps`), so a district is the same shade on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from components import wording
from components.drill_map import Step, steps
from components.figures import Figure, layout
from geo.boundaries import LON_SCALE, Area, districts
from metrics import Reading

COARSE_M = 250.0  # half a millimetre at the size on paper
SMALL = "341002"  # 屯溪区: too small for words inside, so its label stands outside with a leader line
SMALL_LABEL = (118.66, 29.50)
ROOM = 0.22  # degrees to the right, for the label of the small district at the side
_DARK_PLACES = {1: "var(--map-ink-1)", 2: "var(--map-ink-2)"}


def district_figure(readings: Sequence[Reading], *, better: str, selected: str = "") -> tuple[Figure, list[Step]]:
    """The seven districts by one metric, each with its name and value; and the classes, for the legend beside it."""
    classes = steps(readings, better)
    place = {area: step.place for step in classes for area in step.areas}
    by_area = {each.key: each for each in readings}
    areas = districts(COARSE_M)
    chosen = [area for area in areas if area.place_code == selected]
    traces = [_outline(area, place.get(area.place_code), "var(--map-edge)", 1.2) for area in areas]
    traces += [_outline(area, place.get(area.place_code), "var(--text)", 2.2) for area in chosen]
    labels = [_label(area, by_area.get(area.place_code), place.get(area.place_code)) for area in areas]
    west, south, east, north = shapely.total_bounds([area.geometry for area in areas])
    hidden = {"visible": False, "showgrid": False, "fixedrange": True, "automargin": False}
    return {
        "data": traces,
        "layout": layout(
            annotations=labels,
            margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
            xaxis=hidden | {"range": [west, east + ROOM]},
            yaxis=hidden | {"range": [south, north], "scaleanchor": "x", "scaleratio": 1 / LON_SCALE,
                            "rangemode": "normal"},
        ),
    }, classes  # fmt: skip


def _outline(area: Area, place: int | None, edge: str, width: float) -> dict[str, Any]:
    lon: list[float | None] = []
    lat: list[float | None] = []
    for polygon in shapely.get_parts(area.geometry):
        for x, y in polygon.exterior.coords:
            lon.append(round(x, 4))
            lat.append(round(y, 4))
        lon.append(None)
        lat.append(None)
    return {
        "type": "scatter", "mode": "lines", "x": lon, "y": lat, "fill": "toself", "hoverinfo": "skip",
        "fillcolor": f"var(--map-{place})" if place else "var(--map-none)", "line": {"color": edge, "width": width},
    }  # fmt: skip


def _label(area: Area, reading: Reading | None, place: int | None) -> dict[str, Any]:
    """Name over value; unknown says “—”. 屯溪区 outside, with a line to it."""
    said = wording.UNKNOWN if reading is None else wording.value(reading)
    ink = "var(--map-ink)" if area.place_code == SMALL else _DARK_PLACES.get(place or 0, "var(--map-ink)")
    lon, lat = area.label_point
    label = {
        "text": f"{area.name}<br><b>{said}</b>", "xref": "x", "yref": "y", "font": {"size": 12, "color": ink},
        "align": "center", "x": lon, "y": lat, "showarrow": False,
    }  # fmt: skip
    if area.place_code != SMALL:
        return label
    return label | {
        "text": f"{area.name} <b>{said}</b>", "showarrow": True, "arrowhead": 0, "arrowwidth": 0.8,
        "arrowcolor": "var(--mute)", "axref": "x", "ayref": "y", "ax": SMALL_LABEL[0], "ay": SMALL_LABEL[1],
        "xanchor": "left",
    }  # fmt: skip
