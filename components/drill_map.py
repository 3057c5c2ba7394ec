"""The drill map, the one all-in-one component: areas by a metric, layers over them, and the way down and up.

Leaflet draws without any tile server. Polygons come from an address that holds their hash and may be kept for ever
(`map_areas`), points from one that holds the snapshot (`map_layers`); what changes (classes, labels, selection) travels
in `hideout`; `assets/map.js` draws it with class names, so that the theme colours it. Names from data reach the page as
text only, never as HTML.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from components import map_areas, map_layers, map_tiles, wording
from components.address import Address
from components.map_areas import Parts
from components.marks import marked
from data.layers import LayerFile
from geo.boundaries import credit
from metrics import Reading
from queries.scope import CITY as CITY_AREA

WHOLE = 100.0  # percent
STEPS = 5
TINTS = 6  # how many layers can be told apart by their ink
_CLASS_PLACES = {1: (5,), 2: (2, 5), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}


@dataclass(frozen=True)
class Point:
    """A registered thing with a place on the map, or without one when `lon` or `lat` is None.

    `state` is ok | attention | none (no value in the period).
    """

    name: str
    lon: float | None
    lat: float | None
    state: str
    text: str


@dataclass(frozen=True)
class Layer:
    """Points of one kind: `key` names its mark in CSS (`station`, `section`)."""

    key: str
    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Step:
    """One class of the choropleth: `place` 1 (most ink) to 5, its text, the districts in it."""

    place: int
    text: str
    areas: tuple[str, ...]


def steps(readings: Sequence[Reading], better: str) -> list[Step]:
    """Classes of equal, round width, worst first; one class when all values show alike."""
    known = [(each.key or "", each.value, each.decimals) for each in readings if each.value is not None]
    if not known:
        return []
    decimals = known[0][2]
    low, high = min(value for _, value, _ in known), max(value for _, value, _ in known)
    if round(low, decimals) == round(high, decimals):
        return [Step(_CLASS_PLACES[1][0], wording.number(low, decimals), tuple(key for key, _, _ in known))]
    width = _round_up((high - low) / STEPS, decimals)
    start = math.floor(low / width + 1e-9) * width
    edges = [start + width * index for index in range(math.ceil((high - start) / width + 1e-9) + 1)]
    if readings[0].unit == "%" and high <= WHOLE:  # a class of more than all would be read as a fault
        edges = [*(edge for edge in edges[:-1] if edge < WHOLE), min(edges[-1], WHOLE)]
    spans = list(pairwise(edges))
    groups = spans if better == "higher" else spans[::-1]
    groups = groups[:STEPS] if len(groups) <= STEPS else [*groups[: STEPS - 1], _joined(groups[STEPS - 1 :])]
    result = []
    for place, (bottom, top) in zip(_CLASS_PLACES[len(groups)], groups, strict=True):
        areas = tuple(key for key, value, _ in known if bottom <= value < top or (value == top == edges[-1]))
        text = f"{wording.number(bottom, decimals)}–{wording.number(top, decimals)}"
        result.append(Step(place, text, areas))
    return result


def drill_map(
    asked: Address,
    readings: Sequence[Reading],
    layers: Sequence[Layer] = (),
    *,
    better: str,
    name: str,
    unit: str,
    is_demo: bool,
    parent: str = CITY_AREA,
    notice: str = "",
) -> html.Div:
    """The map of the scope's area; `readings` are one metric's over the parts of `parent`, the scope's area or above.

    `is_demo` marks made-up points, `notice` says what the map cannot show.
    """
    coloured, inner = map_areas.parts_of(asked.drill(parent)), map_areas.parts_of(asked)
    classes = steps([each for each in readings if each.key in coloured.codes], better)
    by_area = {each.key: each for each in readings}
    painted = {
        "classes": {area: step.place for step in classes for area in step.areas},
        "values": {key: wording.value(each) for key, each in by_area.items() if key in coloured.codes},
        "unit": unit,
        "look": "painted",
        "selected": _on_path(coloured, asked),
    }
    sets = [(coloured, painted)]
    if coloured.of != inner.of:
        sets.append((inner, {"look": "open"}))
    elif (above := asked.parent()) is not None:
        around = map_areas.parts_of(asked.drill(above))
        sets.insert(0, (around, {"look": "around", "selected": _on_path(around, asked)}))
    bounds = map_areas.bounds(asked)
    leaflet = dl.Map(
        [
            *(_polygons(parts, hideout, asked) for parts, hideout in sets),
            *(_points(layer, f"map-{layer.key}") for layer in layers),
            dl.ZoomControl(position="topright"),
        ],
        id="map",
        className="leaflet",
        bounds=bounds,
        zoomSnap=0.05, zoomDelta=0.5, minZoom=7, maxZoom=18, attributionControl=False, zoomControl=False,
        scrollWheelZoom=False, preferCanvas=False, keyboard=False, trackViewport=False,
    )  # fmt: skip
    is_sketch = any(parts.is_sketch and parts.areas for parts, _ in sets)
    drawn = html.Div(
        [
            leaflet,
            _legend(classes, name, unit, len(coloured.areas)),
            html.Div(
                [html.Div(className="map-key"), _layers(layers, *map_layers.declared(asked.theme))],
                className="map-legend legend-foot",
            ),
            html.Div(className="map-time"),
            html.Div(className="map-card"),
            html.P(notice, className="map-notice", role="status") if notice else None,
            _unplaced(layers),
            _corner(is_demo, is_sketch),
        ],
        className="drill-map",
    )
    return marked(
        drawn,
        data_bounds=json.dumps(bounds),
        data_layers=json.dumps(map_layers.offered(asked), ensure_ascii=False),
        data_since=f"{asked.since}",
        **map_tiles.ground(bounds),
        data_until=f"{asked.until}",
    )


def _on_path(parts: Parts, asked: Address) -> str:
    """Which of the parts the scope's area is or lies in; empty where none is."""
    return next((code for code in parts.codes if asked.area.startswith(code)), "")


def district_table(readings: Sequence[Reading], asked: Address) -> list[list[Any]]:
    """Rows for the table beside the map: a link down, and the value."""
    return [
        [dcc.Link(each.key_name or "", href=asked.link(area=each.key)), wording.value(each), wording.absence(each)]
        for each in readings
    ]


def _polygons(parts: Parts, hideout: dict[str, Any], asked: Address) -> Component:
    return dl.GeoJSON(
        id=f"map-{hideout['look']}",
        url=map_areas.url(parts, asked),
        style={"variable": "dashExtensions.cockpit.style_area"},
        onEachFeature={"variable": "dashExtensions.cockpit.each_area"},
        hideout=hideout,
    )


def _points(layer: Layer, component_id: str) -> Component:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
            "properties": {"name": point.name, "text": point.text, "state": point.state, "layer": layer.key},
        }
        for point in layer.points
        if point.lon is not None and point.lat is not None
    ]
    return dl.GeoJSON(
        id=component_id,
        data={"type": "FeatureCollection", "features": features},
        pointToLayer={"variable": "dashExtensions.cockpit.point"},
        onEachFeature={"variable": "dashExtensions.cockpit.each_point"},
    )


def _legend(classes: Sequence[Step], name: str, unit: str, count: int) -> html.Div:
    entries = [
        html.Li([html.I(className=f"swatch map-{step.place}"), html.Span(step.text), html.B(f"{len(step.areas)}")])
        for step in classes
    ]
    unknown = count - sum(len(step.areas) for step in classes)
    if unknown:
        entries.append(html.Li([html.I(className="swatch map-none"), html.Span("无数"), html.B(f"{unknown}")]))
    head = f"{name}（{unit}）" if unit else name
    return html.Div([html.H4(head), html.Ul(entries)], className="map-legend legend-classes")


def _layers(layers: Sequence[Layer], declared: Sequence[LayerFile], faults: Sequence[str]) -> html.Ul | None:
    """The panel of layers: those that the page computed, then those of the registry; counts come with the points."""
    switches = [
        _switch(layer.key, f"pin pin-{layer.key}", layer.label, str(len(layer.points)), is_on=True) for layer in layers
    ]
    switches += [
        marked(
            _switch(layer.id, f"mark mark-{layer.kind} tint-{index % TINTS + 1}", layer.title, "", is_on=layer.is_on),
            data_requirements=" ".join(layer.requirements),
        )
        for index, layer in enumerate(declared)
    ]
    lines = [html.Li(each) for each in switches] + [html.Li(each, className="layer-fault") for each in faults]
    return html.Ul(lines, className="legend-layers") if lines else None


def _switch(key: str, mark: str, label: str, count: str, *, is_on: bool) -> html.Button:
    return marked(
        html.Button([html.I(className=mark), label, html.B(count)], className="layer-switch"),
        data_layer=key,
        aria_pressed=str(is_on).lower(),
    )


def _unplaced(layers: Sequence[Layer]) -> html.Div | None:
    rows = [
        html.Li([html.I(className=f"pin pin-{layer.key} is-{point.state}"), point.name, html.Span(point.text)])
        for layer in layers
        for point in layer.points
        if point.lon is None or point.lat is None
    ]
    if not rows:
        return None
    return html.Details([html.Summary(f"坐标未提供 {len(rows)}"), html.Ul(rows)], className="unplaced")


def _corner(is_demo: bool, is_sketch: bool) -> html.Div:
    drawn = credit()
    source = drawn.source.split("（", 1)[0]  # in full in the page's foot
    parts = [drawn.crs, source, f"审图号：{drawn.review_number or '待提供'}", *map_tiles.credit()]
    if is_sketch:
        parts.insert(0, "区县以下界线为示意")
    if is_demo:
        parts.insert(0, "点位为示意")
    return html.Div([html.Span(part) for part in parts], className="map-corner")


def _round_up(width: float, decimals: int) -> float:
    """The next 1, 2, 2.5 or 5 times a power of ten that is at least `width` and shows in `decimals` places."""
    power = 10.0 ** math.floor(math.log10(width))
    rounded = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= width * (1 - 1e-9))
    return max(rounded, 10.0**-decimals)


def _joined(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(bottom for bottom, _ in spans), max(top for _, top in spans)
