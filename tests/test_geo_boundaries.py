"""The boundaries: seven districts without gaps, and how a city's own file takes their place or is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from math import radians, sin
from pathlib import Path
from typing import Any

import pytest
import shapely

from data.settings import Settings
from geo import boundaries as b

DISTRICTS = {
    "341002": "屯溪区", "341003": "黄山区", "341004": "徽州区", "341021": "歙县",
    "341022": "休宁县", "341023": "黟县", "341024": "祁门县",
}  # fmt: skip


@pytest.fixture
def other_settings() -> Iterator[None]:
    """For a test that exchanges the settings: what was read by them is forgotten before and after."""
    b.full.cache_clear()
    b.geojson.cache_clear()
    yield
    b.full.cache_clear()
    b.geojson.cache_clear()


@pytest.fixture
def packaged() -> dict[str, Any]:
    """The packaged districts as a city's own file would hold them."""
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": area.place_code, "name": area.name},
            "geometry": json.loads(shapely.to_geojson(area.geometry)),
        }
        for area in b.full()
    ]
    return {"type": "FeatureCollection", "features": features}


def write(folder: Path, collection: Any) -> Path:
    file = folder / "own.geojson"
    file.write_text(json.dumps(collection), encoding="utf-8")
    return file


def reshape(collection: dict[str, Any], code: str, change: Callable[[Any], Any]) -> None:
    feature = next(feature for feature in collection["features"] if feature["properties"]["adcode"] == code)
    geometry = shapely.from_geojson(json.dumps(feature["geometry"]))
    feature["geometry"] = json.loads(shapely.to_geojson(change(geometry)))


def sphere_km2(polygon: Any) -> float:
    """An area by the shoelace formula on Lambert's cylinder: x = λ, y = sin φ."""
    total = 0.0
    for part in shapely.get_parts(polygon):
        points = [(radians(lon), sin(radians(lat))) for lon, lat in part.exterior.coords]
        total += abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(points))) / 2
    return total * 6371.0072**2


def test_the_seven_districts_stand_in_official_order():
    assert {area.place_code: area.name for area in b.districts()} == DISTRICTS
    assert [area.place_code for area in b.districts()] == list(DISTRICTS)


def test_the_city_measures_9687_square_kilometres():
    areas = [b.area_km2(area.geometry) for area in b.full()]
    assert sum(areas) == pytest.approx(9687, abs=1)
    assert sum(areas) == pytest.approx(sum(sphere_km2(area.geometry) for area in b.full()), rel=0.004)


@pytest.mark.parametrize("tolerance_m", [0, 100, 500, 2000])
def test_generalised_districts_leave_no_gaps_and_do_not_overlap(tolerance_m: float):
    polygons = [area.geometry for area in b.districts(tolerance_m)]
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    union = shapely.union_all(polygons)
    assert union.geom_type == "Polygon"
    assert not list(union.interiors)
    assert union.area == pytest.approx(sum(polygon.area for polygon in polygons), rel=1e-9)
    assert max(shapely.intersection(one, other).area for one, other in combinations(polygons, 2)) == 0


def test_generalising_drops_vertices_and_hardly_any_area():
    full, coarse = b.full(), b.districts(1000)
    assert sum(shapely.get_num_coordinates([area.geometry for area in coarse])) < 600
    assert sum(shapely.get_num_coordinates([area.geometry for area in full])) == 886
    for before, after in zip(full, coarse, strict=True):
        assert b.area_km2(after.geometry) == pytest.approx(b.area_km2(before.geometry), rel=0.02)


def test_a_label_lies_well_inside_its_district():
    for area in b.districts():
        point = shapely.Point(area.label_point)
        assert area.geometry.contains(point)
        assert area.geometry.boundary.distance(point) > 0.03  # 3 km


def test_the_map_file_holds_rounded_whitelisted_and_closed_districts():
    collection = json.loads(b.geojson("district"))
    assert [feature["properties"]["place_code"] for feature in collection["features"]] == list(DISTRICTS)
    for feature in collection["features"]:
        assert set(feature["properties"]) == {"place_code", "name", "label"}
    polygons = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in collection["features"]]
    assert shapely.coverage_is_valid(polygons)
    coordinates = shapely.get_coordinates(polygons)
    assert (coordinates.round(5) == coordinates).all()
    outline = shapely.from_geojson(json.dumps(json.loads(b.geojson("city"))["features"][0]["geometry"]))
    assert outline.equals(shapely.union_all(polygons))


def test_the_same_boundaries_give_the_same_bytes():
    first, digest = b.geojson("district"), b.geojson_hash("district")
    b.full.cache_clear()
    b.geojson.cache_clear()
    assert b.geojson("district") == first
    assert b.geojson_hash("district") == digest != b.geojson_hash("city")
    assert len(digest) == 16


def test_there_are_no_polygons_below_the_district():
    with pytest.raises(ValueError, match="没有边界"):
        b.geojson("subdistrict")


def test_the_packaged_boundaries_are_credited_and_have_no_review_number(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(b, "settings", Settings)
    assert b.credit() == b.Credit("天地图（国家地理信息公共服务平台）", "CGCS2000(EPSG:4490)", None)


def test_a_citys_own_file_replaces_them_and_is_not_credited_to_their_source(
    monkeypatch: pytest.MonkeyPatch, other_settings: None, tmp_path: Path, packaged: dict[str, Any]
):
    for code in DISTRICTS:
        reshape(packaged, code, lambda polygon: shapely.segmentize(polygon, 0.002))  # many more vertices
    file = write(tmp_path, packaged)
    own = Settings(boundary_file=file, boundary_review="皖S(2026)0号")
    monkeypatch.setattr(b, "settings", lambda: own)
    b.full.cache_clear()
    assert [area.place_code for area in b.full()] == list(DISTRICTS)
    assert shapely.get_num_coordinates([area.geometry for area in b.full()]).sum() > 2 * 886
    assert b.credit() == b.Credit("本市边界文件 own.geojson", "CGCS2000(EPSG:4490)", "皖S(2026)0号")
    named = Settings(boundary_file=file, boundary_credit="黄山市自然资源和规划局")
    monkeypatch.setattr(b, "settings", lambda: named)
    assert b.credit().source == "黄山市自然资源和规划局"


def test_hairline_gaps_and_overlaps_of_digitising_are_closed(tmp_path: Path, packaged: dict[str, Any]):
    five_metres = b.degrees(5)
    reshape(packaged, "341002", lambda polygon: polygon.buffer(-five_metres))
    reshape(packaged, "341023", lambda polygon: polygon.buffer(five_metres))
    areas = b.read(write(tmp_path, packaged))
    polygons = [area.geometry for area in areas]
    assert shapely.coverage_is_valid(polygons)
    assert not list(shapely.union_all(polygons).interiors)


def overlap(collection: dict[str, Any]) -> None:
    reshape(collection, "341002", lambda polygon: polygon.buffer(b.degrees(300)))


def gap(collection: dict[str, Any]) -> None:
    hole = shapely.Point(118.28942, 29.74145).buffer(b.degrees(500))
    reshape(collection, "341002", lambda polygon: polygon.difference(hole))


def bow_tie(collection: dict[str, Any]) -> None:
    ring = [[118.0, 29.7], [118.1, 29.8], [118.1, 29.7], [118.0, 29.8], [118.0, 29.7]]
    collection["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [ring]}


def swapped(collection: dict[str, Any]) -> None:
    reshape(collection, "341002", lambda polygon: shapely.transform(polygon, lambda points: points[:, ::-1]))


def small(collection: dict[str, Any]) -> None:
    reshape(collection, "341024", lambda polygon: polygon.intersection(shapely.box(117.6, 29, 119, 31)))


def first(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(collection: dict[str, Any]) -> None:
        collection["features"][0]["properties"][key] = value

    return change


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda collection: collection["features"].pop(), "缺少 341024 祁门县"),
        (first("adcode", "330100"), "第 1 个要素：代码“330100”不是本市区县"),
        (first("adcode", "341003"), "第 1 个要素：341003 的名称是“屯溪区”，参考表是“黄山区”"),
        (lambda collection: collection["features"].append(collection["features"][0]), "第 8 个要素：341002 出现了两次"),
        (lambda collection: collection["features"][0].update(geometry=None), "第 1 个要素(屯溪区)：不是面"),
        (bow_tie, "第 1 个要素(屯溪区)：图形无效（Self-intersection"),
        (swapped, "第 1 个要素(屯溪区)：范围 29.6575–29.838, 118.187–118.402 超出本市；请核对经纬度次序"),
        (overlap, "屯溪区与徽州区重叠"),
        (gap, "区县之间有空隙（约在 118.2894, 29.7415）"),
        (small, "与公布的 9678 相差超过 2%"),
        (
            lambda collection: collection.update(crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
            "坐标系是 EPSG:3857；请转换为 CGCS2000",
        ),
        (lambda collection: collection.pop("features"), "不是 GeoJSON 的 FeatureCollection"),
    ],
)
def test_a_faulty_boundary_file_is_refused_with_file_fault_and_remedy(
    tmp_path: Path, packaged: dict[str, Any], spoil: Callable[[dict[str, Any]], Any], fault: str
):
    spoil(packaged)
    file = write(tmp_path, packaged)
    with pytest.raises(b.BoundaryError) as error:
        b.read(file)
    assert str(error.value).startswith(str(file))
    assert fault in str(error.value)


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path):
    with pytest.raises(b.BoundaryError, match=r"none\.geojson：打不开.*请核对设置 boundary_file"):
        b.read(tmp_path / "none.geojson")
    (tmp_path / "bad.geojson").write_text("PK", encoding="utf-8")
    with pytest.raises(b.BoundaryError, match=r"bad\.geojson：不是 GeoJSON"):
        b.read(tmp_path / "bad.geojson")


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(b, "find_spec", lambda _: None)
    with pytest.raises(b.BoundaryError, match="make install"):
        b.packaged_file()


@pytest.mark.real
@pytest.mark.parametrize("name", ["tianditu_wgs84", "amap_towgs84"])
def test_both_public_boundary_files_would_serve(name: str, real_data: Path):
    areas = b.read(real_data / f"boundary_huangshan_{name}.geojson")
    assert sum(b.area_km2(area.geometry) for area in areas) == pytest.approx(9678, rel=0.002)
    for mine, theirs in zip(b.full(), areas, strict=True):
        assert shapely.hausdorff_distance(mine.geometry, theirs.geometry) < b.degrees(3000)
