"""A city's own layers: read, brought to CGCS2000 by the declared system, or refused with file, fault and remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient

import api
from components import city_layers
from data.settings import settings
from geo import crs
from geo.vector import VectorError, read
from tests import tiny

EVIL = "<script>window.ran=1</script>"
POINTS = [(118.30, 29.71), (118.34, 29.83)]  # in 屯溪区 and in 徽州区


def frame(points: list[tuple[float, float]] = POINTS, **columns: list[Any]) -> geopandas.GeoDataFrame:
    given = columns or {"code": ["A1", "A2"], "name": ["一号", EVIL]}
    return geopandas.GeoDataFrame(given, geometry=shapely.points(points), crs="EPSG:4326")


def write(folder: Path, data: geopandas.GeoDataFrame, name: str = "own.geojson") -> Path:
    file = folder / name
    data.to_file(file)
    return file


@pytest.mark.parametrize("name", ["own.geojson", "own.gpkg", "own.shp"])
def test_each_format_gives_the_same_points(tmp_path: Path, name: str) -> None:
    found = read(write(tmp_path, frame(), name), crs="WGS-84", kind="points", columns=("code",))
    assert shapely.get_coordinates(found.geometry) == pytest.approx(np.array(POINTS))
    assert found.columns == {"code": ["A1", "A2"]}


@pytest.mark.parametrize("declared", ["GCJ-02", "BD-09"])
def test_a_shifted_file_is_brought_back_to_where_things_are(tmp_path: Path, declared: str) -> None:
    lon, lat = crs.wgs84_to_gcj02(*np.array(POINTS).T)
    if declared == "BD-09":
        lon, lat = crs.gcj02_to_bd09(lon, lat)
    file = write(tmp_path, frame(list(zip(lon.tolist(), lat.tolist(), strict=True))))
    found = read(file, crs=declared, kind="points", columns=())
    assert shapely.get_coordinates(found.geometry) == pytest.approx(np.array(POINTS), abs=1e-6)  # a decimetre


def test_a_projected_file_is_converted_by_its_own_system(tmp_path: Path) -> None:
    file = write(tmp_path, frame().to_crs("EPSG:4548"), "own.gpkg")  # CGCS2000, 3-degree belt at 117°
    found = read(file, crs="CGCS2000", kind="points", columns=())
    assert shapely.get_coordinates(found.geometry) == pytest.approx(np.array(POINTS), abs=1e-6)


def test_what_is_wrong_is_said_with_file_and_remedy(tmp_path: Path) -> None:
    def fault(data: geopandas.GeoDataFrame, kind: str = "points", columns: tuple[str, ...] = ()) -> str:
        with pytest.raises(VectorError) as caught:
            read(write(tmp_path, data), crs="WGS-84", kind=kind, columns=columns)
        assert str(caught.value).startswith("own.geojson") and "请" in str(caught.value)
        return str(caught.value)

    assert "没有列 owner" in fault(frame(), columns=("owner",))
    assert "不是面" in fault(frame(), kind="areas")
    assert "在本市之外" in fault(frame([(29.71, 118.30), (118.3, 29.7)]))
    bow = shapely.Polygon([(118.3, 29.7), (118.4, 29.8), (118.4, 29.7), (118.3, 29.8)])
    assert "图形无效" in fault(geopandas.GeoDataFrame(geometry=[bow], crs="EPSG:4326"), kind="areas")
    broken = tmp_path / "broken.geojson"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(VectorError, match=r"broken\.geojson.*读不出来"):
        read(broken, crs="WGS-84", kind="points", columns=())


DECLARED = """
[[layer]]
id = "city_toilet"
title = "公厕"
scene = "urban"
file = "own.geojson"
crs = "WGS-84"
key = "code"
name = "name"
columns = { code = "编号" }

[[layer]]
id = "city_zone"
title = "管理区"
scene = "urban"
kind = "areas"
file = "gone.geojson"
crs = "WGS-84"
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    tiny.use(tmp_path, monkeypatch)
    tiny.fill({})
    folder = tmp_path / "layers"
    folder.mkdir()
    write(folder, frame())
    (folder / "toilet.toml").write_text(DECLARED.split('[[layer]]\nid = "city_zone"')[0], encoding="utf-8")
    (folder / "zone.toml").write_text(
        '[[layer]]\nid = "city_zone"' + DECLARED.split('id = "city_zone"')[1], encoding="utf-8"
    )
    yield api.server().test_client()


def ask(client: FlaskClient, path: str, area: str = "341000", **query: str) -> Any:
    when = {"since": "2026-11-16", "until": "2026-11-23", "area": area}
    return client.get(f"/api/v1/points/{path}", query_string=when | query)


def test_a_dropped_file_is_a_layer_and_a_missing_one_costs_itself_alone(client: FlaskClient) -> None:
    body = ask(client, "city_toilet").get_json()
    assert (body["id"], body["name"]) == (["A1", "A2"], ["一号", EVIL])
    assert ask(client, "city_toilet", area="341002").get_json()["id"] == ["A1"]
    found, faults = city_layers.of_theme("urban")
    assert [each.declared.id for each in found] == ["city_toilet"]
    assert len(faults) == 1 and "zone.toml" in faults[0] and "gone.geojson" in faults[0]


def test_only_declared_columns_leave_the_server(client: FlaskClient) -> None:
    assert [row["label"] for row in ask(client, "city_toilet/A2").get_json()["rows"]] == ["编号"]


def test_a_file_may_be_kept_for_ever_only_under_its_own_version(client: FlaskClient) -> None:
    snapshot = client.get("/api/v1/snapshot").get_json()["id"]
    (layer,), _ = city_layers.of_theme("urban")
    assert "immutable" in ask(client, "city_toilet", asof=snapshot, version=layer.digest).headers["Cache-Control"]
    assert ask(client, "city_toilet", asof=snapshot).headers["Cache-Control"] == "no-cache"
    file = settings().store / "layers" / "own.geojson"
    file.write_text(json.dumps(json.loads(file.read_text())) + "\n", encoding="utf-8")
    (changed,), _ = city_layers.of_theme("urban")
    assert changed.digest != layer.digest
