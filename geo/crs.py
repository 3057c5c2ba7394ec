"""The only place that converts between the coordinate systems of Chinese maps.

Stored coordinates are CGCS2000 (EPSG:4490). It differs from WGS-84 by decimetres at most, so here the two are one and
nothing is converted between them. GCJ-02 (高德, 腾讯) and BD-09 (百度) are shifted: in 黄山市 GCJ-02 by 552–597 m.

The forward formulas are the public ones (the algorithm itself is not published; every open implementation agrees to
1e-7°). They have no closed inverse: the inverse is found by iteration, and a round trip stays far below 0.1 m.
Outside the algorithm's rectangle (72.004–137.8347°E, 0.8293–55.8271°N) GCJ-02 equals WGS-84 and points come back
unchanged; within a kilometre of its edge there is no unique inverse. The rectangle is coarse: parts of the neighbouring
countries lie inside and are shifted too.

All functions take longitude and latitude in degrees (numbers, lists or arrays of equal shape) and return two float
arrays of that shape. NaN stays NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

_AXIS_M = 6378245.0  # Krasovsky 1940, as in the public formula
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ORIGIN_LON, _ORIGIN_LAT = 105.0, 35.0
_BAIDU = np.pi * 3000 / 180
_ROUNDS = 5  # each round shrinks the error some hundredfold, from about 1,000 m


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS-84 or CGCS2000 to GCJ-02; unchanged outside the rectangle."""
    x, y = _arrays(lon, lat)
    inside = _inside(x, y)
    shift_x, shift_y = _shift(np.where(inside, x, _ORIGIN_LON), np.where(inside, y, _ORIGIN_LAT))
    return np.asarray(np.where(inside, x + shift_x, x)), np.asarray(np.where(inside, y + shift_y, y))


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 to WGS-84 or CGCS2000; unchanged outside the rectangle."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 to BD-09, everywhere."""
    x, y = _arrays(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU)
    return np.asarray(radius * np.cos(angle) + 0.0065), np.asarray(radius * np.sin(angle) + 0.006)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """BD-09 to GCJ-02, everywhere."""
    return _invert(gcj02_to_bd09, lon, lat)


def _arrays(lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"longitudes {x.shape} and latitudes {y.shape}: give one latitude per longitude")
    return x, y


def _inside(x: Degrees, y: Degrees) -> NDArray[np.bool_]:
    return np.asarray((x >= _WEST) & (x <= _EAST) & (y >= _SOUTH) & (y <= _NORTH))


def _invert(forward: Callable[[Degrees, Degrees], Pair], lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Start at the target and step back by what the forward transform overshoots: the shift varies slowly."""
    target_x, target_y = _arrays(lon, lat)
    x, y = target_x, target_y
    for _ in range(_ROUNDS):
        forward_x, forward_y = forward(x, y)
        x, y = x - (forward_x - target_x), y - (forward_y - target_y)
    return np.asarray(x), np.asarray(y)


def _shift(lon: Degrees, lat: Degrees) -> Pair:
    """The GCJ-02 shift in degrees: a polynomial with waves, in metres, scaled to the Krasovsky ellipsoid."""
    x, y = lon - _ORIGIN_LON, lat - _ORIGIN_LAT
    root, product = np.sqrt(np.abs(x)), x * y
    common = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * product + 0.1 * root
    east += 2 / 3 * (common + _waves(x, 20, 1) + _waves(x, 40, 3) + _waves(x, 150, 12) + _waves(x, 300, 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * product + 0.2 * root
    north += 2 / 3 * (common + _waves(y, 20, 1) + _waves(y, 40, 3) + _waves(y, 160, 12) + _waves(y, 320, 30))
    sine = np.sin(np.radians(lat))
    flattening = 1 - _ECCENTRICITY_SQUARED * sine**2
    parallel = _AXIS_M / np.sqrt(flattening) * np.cos(np.radians(lat))
    meridian = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / flattening**1.5
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _waves(along: Degrees, amplitude: float, period: float) -> Degrees:
    return np.asarray(amplitude * np.sin(np.pi * along / period))
