"""The drill map, the one all-in-one component: districts by a metric, points of layers, and the way down and up.

Leaflet draws without any tile server. Polygons come from an address that holds their hash and may be kept for ever;
what changes (classes, labels, selection) travels in `hideout`; `assets/map.js` draws it with class names, so that the
theme colours it. Names from data reach the page as text only, never as HTML.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import dash_leaflet as dl
import flask
from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.marks import marked
from geo.boundaries import credit, districts, geojson, geojson_hash, outline
from metrics import Reading
from queries.scope import CITY as CITY_AREA

STEPS = 5
_PAD = 0.04  # of the extent, on each side
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


def serve(server: flask.Flask) -> None:
    """Adds the immutable address of the boundaries to `server`."""
    server.add_url_rule("/geo/<digest>/districts.json", "boundaries", _boundaries)


def _boundaries(digest: str) -> flask.Response:
    if digest != geojson_hash("district"):
        flask.abort(404)
    response = flask.Response(geojson("district"), mimetype="application/geo+json")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


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
    layers: Sequence[Layer],
    *,
    better: str,
    name: str,
    unit: str,
    is_demo: bool,
) -> html.Div:
    """The map of the seven districts; `readings` are one metric's by district, `is_demo` marks made-up points."""
    classes = steps(readings, better)
    placed = {area: step.place for step in classes for area in step.areas}
    by_area = {each.key: each for each in readings}
    hideout = {
        "classes": placed,
        "values": {key: wording.value(each) for key, each in by_area.items()},
        "selected": "" if asked.area == CITY_AREA else asked.area[:6],
        "unit": unit,
    }
    leaflet = dl.Map(
        [
            _districts(hideout),
            *(_points(layer, f"map-{layer.key}") for layer in layers),
            dl.ZoomControl(position="topright"),
        ],
        id="map",
        className="leaflet",
        bounds=_bounds(),
        zoomSnap=0.05, zoomDelta=0.5, minZoom=7, maxZoom=13, attributionControl=False, zoomControl=False,
        scrollWheelZoom=False, preferCanvas=False, keyboard=False, trackViewport=False,
    )  # fmt: skip
    return html.Div(
        [
            leaflet,
            _legend(classes, name, unit),
            _layers(layers),
            _unplaced(layers),
            _corner(is_demo),
        ],
        className="drill-map",
    )


def district_table(readings: Sequence[Reading], asked: Address) -> list[list[Any]]:
    """Rows for the table beside the map: a link down, and the value."""
    return [
        [dcc.Link(each.key_name or "", href=asked.link(area=each.key)), wording.value(each), wording.absence(each)]
        for each in readings
    ]


def _districts(hideout: dict[str, Any]) -> Component:
    return dl.GeoJSON(
        id="map-districts",
        url=f"/geo/{geojson_hash('district')}/districts.json",
        style={"variable": "dashExtensions.cockpit.style_district"},
        onEachFeature={"variable": "dashExtensions.cockpit.each_district"},
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


def _legend(classes: Sequence[Step], name: str, unit: str) -> html.Div:
    entries = [
        html.Li([html.I(className=f"swatch map-{step.place}"), html.Span(step.text), html.B(f"{len(step.areas)}")])
        for step in classes
    ]
    unknown = len(districts()) - sum(len(step.areas) for step in classes)
    if unknown:
        entries.append(html.Li([html.I(className="swatch map-none"), html.Span("无数"), html.B(f"{unknown}")]))
    head = f"{name}（{unit}）" if unit else name
    return html.Div([html.H4(head), html.Ul(entries)], className="map-legend legend-classes")


def _layers(layers: Sequence[Layer]) -> html.Ul:
    return html.Ul(
        [
            html.Li(
                marked(
                    html.Button(
                        [html.I(className=f"pin pin-{layer.key}"), layer.label, html.B(str(len(layer.points)))],
                        className="layer-switch",
                    ),
                    data_layer=layer.key,
                    aria_pressed="true",
                )
            )
            for layer in layers
        ],
        className="map-legend legend-layers",
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
    return html.Details(
        [html.Summary(f"坐标未提供 {len(rows)}"), html.Ul(rows)], className="unplaced", open=len(rows) <= 3
    )


def _corner(is_demo: bool) -> html.Div:
    drawn = credit()
    parts = [drawn.crs, drawn.source, f"审图号：{drawn.review_number or '待提供'}"]
    if is_demo:
        parts.insert(0, "点位为示意")
    return html.Div([html.Span(part) for part in parts], className="map-corner")


def _bounds() -> list[list[float]]:
    west, south, east, north = outline().geometry.bounds
    dx, dy = (east - west) * _PAD, (north - south) * _PAD
    return [[south - dy, west - dx], [north + dy, east + dx]]


def _round_up(width: float, decimals: int) -> float:
    """The next 1, 2, 2.5 or 5 times a power of ten that is at least `width` and shows in `decimals` places."""
    power = 10.0 ** math.floor(math.log10(width))
    rounded = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= width * (1 - 1e-9))
    return max(rounded, 10.0**-decimals)


def _joined(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(bottom for bottom, _ in spans), max(top for _, top in spans)
