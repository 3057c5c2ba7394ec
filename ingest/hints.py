"""The only place that suspects a whole file of its coordinate system: a hint in words, never a correction.

A point in GCJ-02 lies about 500 m from where it is. One such point proves nothing; many that lie in their own district
only when they are read as GCJ-02 do. A sign test over the points whose verdict changes decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from geo import join
from ingest import places
from ingest.result import Remark

_POINTS = 5000  # of a sheet are looked at
_SHIFTED = {"gcj02": "GCJ-02（高德、腾讯）", "bd09": "BD-09（百度）"}
_AT_LEAST, _TO_ONE = 8, 8  # 8 better and at most 1 worse: by chance in fewer than 2 of 100 files that lie rightly
_DISTRICT = 6


@dataclass
class Hints:
    """The points of one sheet, as the sender wrote them, with the place codes of their rows ("" where unknown)."""

    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def add(self, lon: pa.Array, lat: pa.Array, codes: pa.Array | None) -> None:
        """Notes points; a missing half is left out when they are judged."""
        room = _POINTS - len(self.lon)
        if room > 0:
            self.lon += lon.cast(pa.float64()).fill_null(float("nan"))[:room].to_pylist()
            self.lat += lat.cast(pa.float64()).fill_null(float("nan"))[:room].to_pylist()
            given = pa.nulls(len(lon), pa.string()) if codes is None else codes
            self.code += given.fill_null("")[:room].to_pylist()

    def remarks(self, place: str) -> list[Remark]:
        """What the points say together; nothing where they say nothing."""
        if len(self.lon) < _AT_LEAST:
            return []
        lon, lat = np.array(self.lon), np.array(self.lat)
        as_written = join.check(lon, lat)
        swapped = int((as_written.state == join.SWAPPED).sum())
        if swapped * 2 > len(lon):
            sentence = f"{place} 的坐标疑似经纬度颠倒：{len(lon)} 个点中 {swapped} 个对调后才在本市；请对调两列的列名。"
            return [Remark("suspect_swapped", f"{place} 坐标", sentence)]
        fits = self._fits(as_written)
        found: tuple[int, str] | None = None
        for system in _SHIFTED:
            x, y = places.converted(pa.array(lon), pa.array(lat), system)
            read_so = self._fits(join.check(np.asarray(x), np.asarray(y)))
            better, worse = int((read_so & ~fits).sum()), int((fits & ~read_so).sum())
            if better >= max(_AT_LEAST, _TO_ONE * worse) and (found is None or better - worse > found[0]):
                found = better - worse, system
        if found is None:
            return []
        sentence = (
            f"{place} 的坐标疑似 {_SHIFTED[found[1]]}：按它换算后，多 {found[0]} 个点落在所填的区县（或本市）内；"
            f'请向来源核实，属实则在映射中写 coordinate_system = "{found[1]}" 后重新导入。'
        )
        return [Remark("suspect_gcj02" if found[1] == "gcj02" else "suspect_bd09", f"{place} 坐标", sentence)]

    def _fits(self, points: join.Check) -> np.ndarray:
        """Which points lie in the district of their row, or in the city where the row names none."""
        districts = [code[:_DISTRICT] if len(code) >= _DISTRICT else "" for code in self.code]
        return np.array(
            [
                there is not None and (not own or there == own)
                for there, own in zip(points.place_code, districts, strict=True)
            ]
        )
