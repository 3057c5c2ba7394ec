"""The only place that reads a city's own vector files (GeoJSON, GeoPackage, Shapefile) and brings them to CGCS2000.

The coordinate system is declared, never guessed: GCJ-02 and BD-09 cannot be told from WGS-84 by looking. A projected
file says its own system inside and is converted by it. What lies outside the city after that was declared wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.boundaries import CITY_BOX
from geo.crs import bd09_to_gcj02, gcj02_to_wgs84

GEODETIC = ("CGCS2000", "WGS-84")  # the same to a decimetre
SHIFTED = ("GCJ-02", "BD-09")
MAX_FEATURES = 200_000
_KINDS = {"points": (0, 4), "areas": (3, 6), "cells": (0, 4)}  # of shapely's type ids
_WORDS = {"points": "点", "areas": "面", "cells": "点"}


class VectorError(Exception):
    """A file that cannot be put on the map: file, fault and remedy."""


@dataclass(frozen=True, eq=False)
class Features:
    """Geometries in degrees (CGCS2000) and the asked columns, one entry per feature."""

    geometry: Any
    columns: dict[str, list[Any]]


def read(path: Path, *, crs: str, kind: str, columns: Sequence[str]) -> Features:
    """The features of `path`; `crs` is one of CGCS2000, WGS-84, GCJ-02, BD-09, `kind` points or areas.

    Raises:
        VectorError: names file, fault and remedy.
    """
    try:
        info = pyogrio.read_info(path)
        if missing := [name for name in columns if name not in info["fields"]]:
            fields = "、".join(info["fields"]) or "(无)"
            raise VectorError(f"{path.name}：没有列 {'、'.join(missing)}；文件里有 {fields}，请改 columns、key 或 name")
        if info["features"] > MAX_FEATURES:
            raise VectorError(f"{path.name}：有 {info['features']} 个要素，最多 {MAX_FEATURES}；请拆分或抽稀")
        meta, _, shapes, fields = pyogrio.raw.read(path, columns=list(columns))
    except pyogrio.errors.DataSourceError as error:
        raise VectorError(f"{path.name}：读不出来（{error}）；请重新导出为 GeoJSON、GeoPackage 或 Shapefile") from error
    geometry = shapely.force_2d(shapely.from_wkb(shapes))
    _check(geometry, path, kind)
    placed = shapely.transform(geometry, _converter(meta["crs"], crs, path))
    _inside(placed, path, crs)
    by_name = dict(zip(meta["fields"], fields, strict=True))
    return Features(placed, {name: [_plain(value) for value in by_name[name].tolist()] for name in columns})


def _check(geometry: Any, path: Path, kind: str) -> None:
    if not len(geometry):
        raise VectorError(f"{path.name}：没有要素；请核对导出范围")
    kinds = shapely.get_type_id(geometry)
    if wrong := np.flatnonzero(~np.isin(kinds, _KINDS[kind]) | shapely.is_empty(geometry)).tolist():
        remedy = f"请核对 kind，或导出{_WORDS[kind]}"
        raise VectorError(f"{path.name} 第 {wrong[0] + 1} 个要素：不是{_WORDS[kind]}；{remedy}")
    if kind == "areas" and (broken := np.flatnonzero(~shapely.is_valid(geometry)).tolist()):
        reason = shapely.is_valid_reason(geometry[broken[0]])
        raise VectorError(f"{path.name} 第 {broken[0] + 1} 个要素：图形无效（{reason}）；请修复拓扑后导出")


def _converter(inside: str | None, declared: str, path: Path) -> Any:
    """From the file's coordinates to CGCS2000; coordinates are an array of shape (n, 2)."""
    try:
        found = CRS.from_user_input(inside) if inside else None
    except CRSError as error:
        raise VectorError(f"{path.name}：文件里的坐标系读不懂（{inside}）；请转换为 CGCS2000 经纬度") from error
    if declared in SHIFTED:
        return _unshift(declared)
    if found is not None and found.is_projected:
        step = Transformer.from_crs(found, CRS.from_epsg(4490), always_xy=True)
        return lambda xy: np.column_stack(step.transform(xy[:, 0], xy[:, 1]))
    return lambda xy: xy


def _unshift(declared: str) -> Any:
    def convert(xy: Any) -> Any:
        lon, lat = xy[:, 0], xy[:, 1]
        if declared == "BD-09":
            lon, lat = bd09_to_gcj02(lon, lat)
        return np.column_stack(gcj02_to_wgs84(lon, lat))

    return convert


def _inside(geometry: Any, path: Path, crs: str) -> None:
    west, south, east, north = CITY_BOX
    bounds = shapely.bounds(geometry)
    out = (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
    if where := np.flatnonzero(out).tolist():
        x, y = bounds[where[0]][:2]
        fault = f"第 {where[0] + 1} 个要素在本市之外（{x:.4f}, {y:.4f}），共 {len(where)} 个"
        raise VectorError(f"{path.name}：{fault}；请核对经纬度次序和 crs = {crs!r}")


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value
