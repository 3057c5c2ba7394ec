"""Coordinate systems: published reference points, round trips over 黄山 and what happens outside China."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo import crs

EARTH = Geod(ellps="WGS84")
TRANSFORMS = (crs.wgs84_to_gcj02, crs.gcj02_to_wgs84, crs.gcj02_to_bd09, crs.bd09_to_gcj02)
ROUND_TRIPS = ((crs.wgs84_to_gcj02, crs.gcj02_to_wgs84), (crs.gcj02_to_bd09, crs.bd09_to_gcj02))
longitudes, latitudes = st.floats(117.19, 118.91), st.floats(29.39, 30.53)  # the city's bounding box


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(EARTH.inv(*a, *b)[2])


def point(transform: Callable[..., crs.Pair], lon: float, lat: float) -> tuple[float, float]:
    x, y = transform(lon, lat)
    return float(x), float(y)


@pytest.mark.parametrize(
    ("transform", "start", "end"),
    [
        # test points of eviltransform (MIT): Shanghai, Shenzhen, Beijing
        (crs.wgs84_to_gcj02, (121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        (crs.wgs84_to_gcj02, (113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        (crs.wgs84_to_gcj02, (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        # test points of wandergis/coordtransform (MIT)
        (crs.wgs84_to_gcj02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        (crs.gcj02_to_bd09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
    ],
)
def test_the_public_reference_points_come_out(
    transform: Callable[..., crs.Pair], start: tuple[float, float], end: tuple[float, float]
) -> None:
    assert point(transform, *start) == pytest.approx(end, abs=1e-10)


@pytest.mark.parametrize(("there", "back"), ROUND_TRIPS)
@given(longitudes, latitudes)
def test_a_round_trip_over_huangshan_stays_within_a_tenth_of_a_metre(
    there: Callable[..., crs.Pair], back: Callable[..., crs.Pair], lon: float, lat: float
) -> None:
    assert metres(point(back, *point(there, lon, lat)), (lon, lat)) < 0.1
    assert metres(point(there, *point(back, lon, lat)), (lon, lat)) < 0.1


@given(longitudes, latitudes)
def test_gcj02_lies_some_six_hundred_metres_away_all_over_the_city(lon: float, lat: float) -> None:
    assert 545 < metres(point(crs.wgs84_to_gcj02, lon, lat), (lon, lat)) < 610


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(117.71937, 29.84431), (118.13056, 30.29694), (118.17698, 29.78612), (117.94638, 29.92885)],
    ids=["祁山", "甘棠", "海阳", "碧阳"],
)
def test_gcj02_lies_570_to_586_metres_away_at_four_county_seats(lon: float, lat: float) -> None:
    assert 570 < metres(point(crs.wgs84_to_gcj02, lon, lat), (lon, lat)) < 586


@pytest.mark.parametrize("transform", [crs.wgs84_to_gcj02, crs.gcj02_to_wgs84])
@pytest.mark.parametrize(
    "abroad", [(-0.1276, 51.5074), (139.767125, 35.681236), (72.0, 30.0), (118.0, 56.0), (0.0, 0.0)]
)
def test_outside_the_rectangle_gcj02_is_wgs84(transform: Callable[..., crs.Pair], abroad: tuple[float, float]) -> None:
    assert point(transform, *abroad) == abroad


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_arrays_lists_and_single_numbers_give_the_same(transform: Callable[..., crs.Pair]) -> None:
    lon, lat = [118.3125, 117.9], [29.71139, -33.9]  # the second lies outside China
    arrays = transform(np.array(lon), np.array(lat))
    assert [part.tolist() for part in transform(lon, lat)] == [part.tolist() for part in arrays]
    singly = [point(transform, *pair) for pair in zip(lon, lat, strict=True)]
    assert list(zip(*(part.tolist() for part in arrays), strict=True)) == singly
    assert all(isinstance(part, np.ndarray) and part.shape == () for part in transform(lon[0], lat[0]))


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_shape_is_kept_and_the_input_left_alone(transform: Callable[..., crs.Pair]) -> None:
    lon, lat = np.full((2, 3), 118.3), np.full((2, 3), 29.7)
    x, y = transform(lon, lat)
    assert x.shape == y.shape == (2, 3)
    assert (lon == 118.3).all()
    assert (lat == 29.7).all()
    assert [part.size for part in transform([], [])] == [0, 0]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_an_unknown_place_stays_unknown(transform: Callable[..., crs.Pair]) -> None:
    x, y = transform([math.nan, 118.3], [math.nan, 29.7])
    assert np.isnan(x).tolist() == np.isnan(y).tolist() == [True, False]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_longitude_without_its_latitude_is_refused(transform: Callable[..., crs.Pair]) -> None:
    with pytest.raises(ValueError, match="one latitude per longitude"):
        transform([118.3, 118.4], [29.7])
