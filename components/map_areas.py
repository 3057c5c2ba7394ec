"""The only place that decides which polygons a map shows for a scope: the parts of the area, and what lies around it.

Districts have real borders. Below them nobody gave us any: subdistricts and communities are a 示意 partition
(`geo.partition`) around the points that the snapshot knows, unit grids are squares around their centres. Each set has
an address of its own that holds its hash and may be kept for ever.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from threading import Lock

import flask
import numpy as np
import orjson
import shapely

from data.divisions import CITY, UnknownPlaceError, children, name_of
from geo.boundaries import DECIMALS, Area, districts
from geo.partition import partition, squares
from queries.runner import run
from queries.scope import CITY as CITY_AREA
from queries.scope import LEVELS, Scope, ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired

_FINE_M = 30.0  # how coarsely a district's border is drawn once the map has gone into it
_UNKNOWN_HA = 2.72  # a registered cell without an area is drawn as large as the plan's mean cell
_PAD = 0.04  # of the extent, on each side
_LEAST = 0.003  # degrees; a single cell is shown with what lies around it
_KEPT = 400
_BORDERS = "borders"  # in place of a snapshot, for polygons that no snapshot changes
_ANY_DAY = date(2000, 1, 1)  # polygons do not change with the period
Bounds = list[list[float]]


@dataclass(frozen=True, eq=False)
class Parts:
    """The polygons of everything right below one area."""

    of: str  # prefix of the area
    level: str  # of the parts
    areas: tuple[Area, ...]
    is_sketch: bool

    @cached_property
    def body(self) -> bytes:
        """The polygons as GeoJSON; properties `place_code`, `name`, `label` [lon, lat]."""
        features = [
            {
                "type": "Feature",
                "properties": {"place_code": area.place_code, "name": area.name, "label": area.label_point},
                "geometry": shapely.geometry.mapping(shapely.transform(area.geometry, _rounded)),
            }
            for area in self.areas
        ]
        return orjson.dumps({"type": "FeatureCollection", "features": features})

    @cached_property
    def digest(self) -> str:
        return sha256(self.body).hexdigest()[:16]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(area.place_code for area in self.areas)

    def find(self, code: str) -> Area | None:
        return next((area for area in self.areas if area.place_code == code), None)


class _Kept:
    """The newest sets of parts of this process, by snapshot and area: cutting them anew costs up to half a second."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, str], Parts] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, str]) -> Parts | None:
        with self._lock:
            return self._found.get(key)

    def put(self, key: tuple[str, str], parts: Parts) -> Parts:
        with self._lock:
            self._found[key] = parts
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return parts


_kept = _Kept()


def parts_of(scope: Scope) -> Parts:
    """The polygons right below the scope's area; none below a unit grid, nor in a 管委会, which has no borders."""
    key = (scope.snapshot, scope.prefix)
    scope = Scope(scope.area, _ANY_DAY, _ANY_DAY + timedelta(days=1), scope.snapshot)
    return _kept.get(key) or _kept.put(key, _cut(scope))


def own(scope: Scope) -> Area | None:
    """The scope's own polygon; None for the city and for what has no border."""
    above = scope.parent()
    return None if above is None else parts_of(scope.drill(above)).find(scope.prefix)


def bounds(scope: Scope) -> Bounds:
    """[[south, west], [north, east]] of the scope's area with a margin; the city's where it has no border."""
    area, inner = own(scope), parts_of(scope)
    shapes = [each.geometry for each in (inner.areas if inner.level == "unit_grid" and inner.areas else districts())]
    if area is not None and not (inner.level == "unit_grid" and inner.areas):  # cells are what there is to see
        shapes = [area.geometry]
    west, south, east, north = shapely.total_bounds(shapes)
    dx, dy = max((east - west) * _PAD, _LEAST - (east - west)), max((north - south) * _PAD, _LEAST - (north - south))
    return [[south - dy, west - dx], [north + dy, east + dx]]


def url(parts: Parts, scope: Scope) -> str:
    """The address of the polygons; it changes with their bytes."""
    source = scope.snapshot if parts.is_sketch else _BORDERS
    return f"/geo/{parts.digest}/{source}/{parts.of}.json"


def serve(server: flask.Flask) -> None:
    """Adds the immutable addresses of the polygons to `server`."""
    server.add_url_rule("/geo/<digest>/<source>/<area>.json", "areas", _answer)


def _answer(digest: str, source: str, area: str) -> flask.Response:
    try:
        parts = parts_of(Scope(CITY_AREA if area == CITY else area, _ANY_DAY, _ANY_DAY + timedelta(days=1), source))
    except (ScopeError, NoSnapshot, SnapshotExpired, UnknownPlaceError):
        flask.abort(404)
    if digest != parts.digest:
        flask.abort(404)
    response = flask.Response(parts.body, mimetype="application/json")  # geo+json would travel uncompressed
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(digest)
    response.make_conditional(flask.request)
    return response


def _cut(scope: Scope) -> Parts:
    of, level = scope.prefix, _next(scope.level)
    if level == "district":
        return Parts(of, level, districts(), is_sketch=False)
    if level == "":
        return Parts(of, level, (), is_sketch=True)
    if level == "unit_grid":
        return Parts(of, level, _cells(scope), is_sketch=True)
    codes = [place.place_code for place in children(of)]
    parent = next((a for a in districts(_FINE_M) if a.place_code == of), None) if level == "subdistrict" else own(scope)
    if parent is None or not codes:
        return Parts(of, level, (), is_sketch=True)
    found = partition(parent.geometry, codes, _points(scope, codes))
    areas = [Area(code, name_of(code), shape, _inside(shape)) for code, shape in found.items() if not shape.is_empty]
    return Parts(of, level, tuple(areas), is_sketch=True)


def _points(scope: Scope, codes: list[str]) -> dict[str, np.ndarray]:
    """What the snapshot knows of where each part lies: its cells, else its seat, else the middle of its sites."""
    frame = run("overview/place_seed", scope)
    known: dict[str, np.ndarray] = {}
    for code in codes:
        here = frame[frame["place_code"].str.startswith(code)]
        seat = here[here["place_code"] == code] if len(code) < 12 else here
        places = (seat if len(seat) else here)[["lon", "lat"]].to_numpy(dtype=float)
        has_cells = here["place_code"].duplicated().any()
        if len(places):
            known[code] = places if has_cells else places.mean(axis=0, keepdims=True)
    return known


def _cells(scope: Scope) -> tuple[Area, ...]:
    frame = run("urban/grid_map", scope).dropna(subset=["lon", "lat"])
    if frame.empty:
        return ()
    lon, lat = frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float)
    shapes = squares(lon, lat, frame["area_ha"].fillna(_UNKNOWN_HA).to_numpy(dtype=float))
    codes = frame["unit_grid_code"].tolist()
    return tuple(
        Area(code, code[-3:], shape, (float(x), float(y)))
        for code, shape, x, y in zip(codes, shapes, lon, lat, strict=True)
    )


def _next(level: str) -> str:
    index = LEVELS.index(level) + 1
    return LEVELS[index] if index < len(LEVELS) else ""


def _inside(shape: shapely.Geometry) -> tuple[float, float]:
    """A point for the label: the centre of the largest circle in the largest part."""
    largest = max(shapely.get_parts(shape), key=shapely.area)
    reach = float(np.sqrt(largest.area)) / 50
    lon, lat = shapely.maximum_inscribed_circle(largest, tolerance=reach).coords[0]
    return round(lon, DECIMALS), round(lat, DECIMALS)


def _rounded(coordinates: np.ndarray) -> np.ndarray:
    return np.round(coordinates, DECIMALS)
