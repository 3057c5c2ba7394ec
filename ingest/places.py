"""The only place of the import that judges where a row lies: its place code, its coordinates.

Codes are 统计局 (NBS) codes of the divisions reference; a code that only 民政部 uses is named as such with the code to
write instead. Coordinates are converted to CGCS2000 first and judged by `geo`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import divisions
from geo import crs, join

CITY = divisions.CITY
CGCS2000 = "cgcs2000"
SUBDISTRICT = 9  # digits of a subdistrict's code
_PADDED = 12  # digits of the full 统计用区划代码; coarser places are padded with zeros
_TO_CGCS2000: Mapping[str, Callable[[Any, Any], tuple[Any, Any]]] = {
    CGCS2000: lambda lon, lat: (lon, lat),
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": crs.gcj02_to_wgs84,
    "bd09": lambda lon, lat: crs.gcj02_to_wgs84(*crs.bd09_to_gcj02(lon, lat)),
}
SYSTEMS = tuple(_TO_CGCS2000)
TRUE = (CGCS2000, "wgs84")  # not shifted
RULES = {join.OUTSIDE: "outside_city", join.SWAPPED: "swapped_coordinates", join.NOT_DEGREES: "not_degrees",
         join.MISSING: "missing_coordinates"}  # fmt: skip


@cache
def _by_mca_code() -> Mapping[str, divisions.Division]:
    return {place.mca_code: place for place in divisions.divisions() if place.mca_code is not None}


@cache
def _by_name() -> Mapping[str, str]:
    """Place codes of the names that only one place of the city has; 黄山市, 黄山区 and 黄山风景区 are three."""
    named: dict[str, list[str]] = {}
    for place in divisions.divisions():
        named.setdefault(place.name, []).append(place.place_code)
    return {"全市": CITY} | {name: codes[0] for name, codes in named.items() if len(codes) == 1}


def stored(text: str) -> str | None:
    """A place code as it is stored: `341000` is `3410`, a twelve-digit code loses its padding; None if unknown.

    The full name of a place serves as well, where no other place of the city is called so.
    """
    code = "".join(unicodedata.normalize("NFKC", text).split())
    if code in _by_name():
        return _by_name()[code]
    padded = [code.removesuffix(zeros) for zeros in ("000", "000000")] if len(code) == _PADDED else []
    for form in (code, *padded):
        try:
            divisions.level_of(form)
        except divisions.UnknownPlaceError:
            continue
        return divisions.prefix(form)
    return None


def fault_of(code: str) -> tuple[str, str]:
    """What is wrong with a place code that is not stored: rule and the end of a sentence."""
    place = _by_mca_code().get(code.removesuffix("000") if len(code) == _PADDED else code)
    if place is not None:
        return "mca_code", f"是民政部代码（{place.name}）；请改用统计局代码 {place.place_code}"
    return "bad_place_code", "不是本市的统计用区划代码；请填统计局代码（市 3410、区县 6、乡镇 9、社区 12、网格 15 位）"


def stored_codes(texts: pa.Array) -> tuple[pa.Array, np.ndarray[Any, np.dtype[np.object_]]]:
    """Place codes as stored, and per cell the rule that it breaks (None where it breaks none)."""
    encoded = pc.dictionary_encode(texts)
    unique = encoded.dictionary.to_pylist()
    codes = pa.array([stored(text) for text in unique], pa.string())
    rules = pa.array([fault_of(text)[0] if stored(text) is None else None for text in unique], pa.string())
    return codes.take(encoded.indices), rules.take(encoded.indices).to_numpy(zero_copy_only=False)


def converted(lon: pa.Array, lat: pa.Array, system: str) -> tuple[pa.Array, pa.Array]:
    """Coordinates in CGCS2000; a pair with a missing half becomes missing."""
    x, y = _TO_CGCS2000[system](_floats(lon), _floats(lat))
    return pa.array(x, pa.float64(), from_pandas=True), pa.array(y, pa.float64(), from_pandas=True)


def located(lon: pa.Array, lat: pa.Array) -> join.Check:
    """What `geo` says about each point; null coordinates are `missing`."""
    return join.check(_floats(lon), _floats(lat))


def sentence(points: join.Check, index: int) -> str:
    """Fault and remedy of one point, for the end of a sentence."""
    return join.sentence(str(points.state[index]), float(points.distance_km[index]))


def _floats(column: pa.Array) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
