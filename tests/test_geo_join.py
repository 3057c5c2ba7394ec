"""Which district a point lies in, and what is wrong with one that lies in none."""

from __future__ import annotations

import csv
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo import boundaries, join

HANGZHOU = (120.15, 30.28)
SEATS = {
    "Yansi": "341004", "Wucheng": "341022", "Huangshan": "341002", "Qishan": "341024",
    "Huicheng": "341021", "Haiyang": "341022", "Gantang": "341003", "Biyang": "341023",
}  # fmt: skip


def haversine_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great-circle distance on a sphere of 6371.0 km: independent of pyproj, right to half a percent."""
    across, up = radians(other_lon - lon), radians(other_lat - lat)
    h = sin(up / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(across / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(h))


def test_each_district_is_found_at_its_label():
    areas = boundaries.full()
    lon, lat = np.array([area.label_point for area in areas]).T
    assert list(join.locate(lon, lat)) == [area.place_code for area in areas]


def test_a_point_is_ok_outside_swapped_missing_or_no_degrees():
    lon = [118.3, 120.15, 29.7, 0.0, None, np.nan, 39_528_000.0, np.inf, 118.3]
    lat = [29.7, 30.28, 118.3, 0.0, 29.7, np.nan, 3_286_000.0, 29.7, None]
    found = join.check(lon, lat)
    assert list(found.state) == [
        "ok", "outside", "swapped", "missing", "missing", "missing", "not_degrees", "not_degrees", "missing",
    ]  # fmt: skip
    assert list(found.place_code) == ["341002", *[None] * 8]
    assert list(np.isnan(found.distance_km)) == [False, False, *[True] * 7]


def test_a_swapped_pair_is_recognised_but_not_put_right():
    assert join.locate([29.7], [118.3])[0] is None


def test_the_distance_of_hangzhou_is_that_of_the_nearest_border_point():
    # By hand: the city's eastern border near (118.87, 30.14) lies 1.28° · cos 30.2° · 111.3 km = 123 km west of it.
    border = shapely.segmentize(shapely.union_all([area.geometry for area in boundaries.full()]).exterior, 0.002)
    nearest = min(haversine_km(*HANGZHOU, lon, lat) for lon, lat in border.coords)
    found = join.check([HANGZHOU[0]], [HANGZHOU[1]]).distance_km[0]
    assert found == pytest.approx(nearest, rel=0.004)
    assert found == pytest.approx(123, abs=2)


def test_a_point_just_over_the_border_counts_for_the_nearest_district():
    # 歙县 holds the easternmost vertex; 0.001° of longitude there is 96 m
    area = next(area for area in boundaries.full() if area.place_code == "341021")
    lon, lat = max(shapely.get_coordinates(area.geometry).tolist())
    found = join.check([lon + 0.001, lon + 0.002, lon + 0.003], [lat] * 3)
    assert list(found.state) == ["ok", "ok", "outside"]
    assert list(found.place_code) == ["341021", "341021", None]
    assert found.distance_km == pytest.approx([0.0966, 0.193, 0.290], rel=0.02)


def test_a_point_on_a_shared_border_belongs_to_the_first_in_official_order():
    first, second = (area.geometry for area in boundaries.full() if area.place_code in ("341002", "341004"))
    lon, lat = shapely.get_coordinates(shapely.intersection(first, second))[0]
    assert list(join.locate([lon], [lat])) == ["341002"]


def test_the_far_side_of_the_world_has_a_distance_too():
    found = join.check([-61.7, 179.9, 0.0], [-30.0, 89.9, 10.0])
    assert list(found.state) == ["outside"] * 3
    assert np.isfinite(found.distance_km).all()


def test_no_points_give_no_answers():
    found = join.check([], [])
    assert len(found.place_code) == len(found.state) == len(found.distance_km) == 0


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="equally long"):
        join.check([118.3, 118.4], [29.7])


def test_every_state_has_a_sentence_with_a_remedy():
    assert join.sentence("ok", 0.0) == ""
    assert join.sentence("outside", 123.84) == "坐标在本市之外，距市界约 123.8 公里；请核对坐标与坐标系"
    for state in ("swapped", "missing", "not_degrees"):
        assert "；请" in join.sentence(state, float("nan"))


def test_the_join_agrees_with_shapely_point_by_point():
    random = np.random.default_rng(341000)
    lon, lat = random.uniform(117.1, 119.0, 2000), random.uniform(29.3, 30.6, 2000)
    found = join.check(lon, lat)
    for x, y, code, distance in zip(lon, lat, found.place_code, found.distance_km, strict=True):
        inside = [area.place_code for area in boundaries.full() if area.geometry.contains(shapely.Point(x, y))]
        assert inside == ([code] if distance == 0 else [])


@pytest.mark.real
def test_the_seats_fall_into_their_counties(real_data: Path):
    with (real_data / "geonames_huangshan_places.csv").open(encoding="utf-8") as file:
        places = list(csv.DictReader(file))
    codes = join.locate([float(row["lon"]) for row in places], [float(row["lat"]) for row in places])
    assert {row["name"]: code for row, code in zip(places, codes, strict=True)} == SEATS
