"""The only place that draws areas for which nobody gave us a border: a 示意 partition of a known polygon.

A child's points (its unit grids, its registered sites) say roughly where it lies; every spot of the parent belongs to
the child with the nearest point. A child without a point inside the parent gets a spot as far from all others as there
is. The same input gives the same borders and the children cover the parent without gaps; nobody may take them for real.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries import DEGREE_M, LON_SCALE

Points = NDArray[np.float64]  # shape (n, 2): lon, lat
_SAMPLES = 40  # spots tried per child, for those that need one
_HECTARE_M2 = 10_000.0


def partition(parent: Any, children: Sequence[str], points: Mapping[str, Points]) -> dict[str, Any]:
    """A polygon for each of `children` (codes, in order), together exactly `parent`. Degrees, CGCS2000.

    Nearness is measured on the plane (lon · cos 30°, lat). A child may get several parts where its points lie apart.
    """
    if not children:
        return {}
    shape = shapely.transform(parent, _flat)
    shapely.prepare(shape)
    seeds: list[Points] = []
    owners: list[int] = []
    homeless = []
    for index, code in enumerate(children):
        given = _flat(np.asarray(points.get(code, np.empty((0, 2))), dtype=np.float64).reshape(-1, 2))
        inside = given[shapely.contains_xy(shape, given)] if len(given) else given
        seeds.append(inside)
        owners += [index] * len(inside)
        if not len(inside):
            homeless.append(index)
    seeds.append(_far_spots(shape, np.concatenate(seeds), len(homeless), _SAMPLES * len(children)))
    owners += homeless
    placed: Points
    placed, first = np.unique(np.round(np.concatenate(seeds), 9), axis=0, return_index=True)
    cells = _cells(placed, shape)
    of = np.array(owners)[first]
    merged = [shapely.union_all(cells[of == index]) for index in range(len(children))]
    found = [shapely.intersection(area, shape, grid_size=1e-7) for area in merged]
    whole = _joined(found, [placed[of == index] for index in range(len(children))])
    return {code: shapely.transform(area, _degrees) for code, area in zip(children, whole, strict=True)}


def squares(lon: Points, lat: Points, area_ha: Points) -> Any:
    """Square cells of the given areas around their centres, in degrees; an array of polygons."""
    half = np.sqrt(area_ha * _HECTARE_M2) / DEGREE_M / 2
    return shapely.box(lon - half / LON_SCALE, lat - half, lon + half / LON_SCALE, lat + half)


def _joined(areas: Sequence[Any], seeds: Sequence[Points]) -> list[Any]:
    """Each area in one part, the one with most of its points; what was cut off goes to the longest neighbour."""
    kept: list[list[Any]] = []
    loose: list[tuple[int, Any]] = []
    for index, (area, own) in enumerate(zip(areas, seeds, strict=True)):
        parts = shapely.get_parts(area)
        inside = [int(shapely.intersects_xy(part, own).sum()) if len(own) else 0 for part in parts]
        main = max(range(len(parts)), key=lambda at: (inside[at], parts[at].area), default=None)
        kept.append([] if main is None else [parts[main]])
        loose += [(index, part) for at, part in enumerate(parts) if at != main]
    for index, part in sorted(loose, key=lambda each: -each[1].area):
        shared = [
            max((shapely.length(shapely.intersection(part.boundary, other.boundary)) for other in others), default=0.0)
            for others in kept
        ]
        best = max(range(len(kept)), key=shared.__getitem__)
        kept[best if shared[best] > 0 else index].append(part)
    return [shapely.union_all(parts) for parts in kept]


def _cells(placed: Points, shape: Any) -> Any:
    """Each point's nearest-neighbour cell, in the points' order, reaching beyond `shape` on all sides."""
    if len(placed) == 1:
        return np.array([shapely.box(*shape.bounds).buffer(1.0)])
    drawn = shapely.voronoi_polygons(shapely.multipoints(placed), extend_to=shapely.box(*shape.bounds).buffer(1.0))
    cells = shapely.get_parts(drawn)
    cell_of, point_of = np.empty(len(placed), dtype=np.intp), shapely.points(placed)
    point, cell = shapely.STRtree(cells).query(point_of, predicate="within")
    cell_of[point] = cell
    return cells[cell_of]


def _far_spots(shape: Any, taken: Points, count: int, samples: int) -> Points:
    """`count` spots inside `shape`, one after the other the farthest from those `taken` and from one another."""
    if not count:
        return np.empty((0, 2))
    west, south, east, north = shape.bounds
    step = sqrt(shape.area / samples)
    lon, lat = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    spots = np.column_stack([lon.ravel(), lat.ravel()])
    spots = spots[shapely.contains_xy(shape, spots)]
    if not len(taken):
        middle = shapely.get_coordinates(shapely.point_on_surface(shape))
        far = np.hypot(*(spots - middle).T)
        chosen = [spots[far.argmin()]]
        nearest = np.hypot(*(spots - chosen[0]).T)
    else:
        chosen = []
        tree = shapely.STRtree(shapely.points(taken))
        nearest = shapely.distance(shapely.points(spots), tree.geometries[tree.nearest(shapely.points(spots))])
    while len(chosen) < count:
        chosen.append(spots[nearest.argmax()])
        nearest = np.minimum(nearest, np.hypot(*(spots - chosen[-1]).T))
    return np.array(chosen)


def _flat(coordinates: Any) -> Any:
    return coordinates * np.array([LON_SCALE, 1.0])


def _degrees(coordinates: Any) -> Any:
    return coordinates / np.array([LON_SCALE, 1.0])
