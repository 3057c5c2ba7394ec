"""The only place that makes the bench's extract: synthetic city-management cases, as a supplier would send them.

Deterministic: the same rows and seed give the same content, one random stream per million rows. Two years up to `NOW`,
in filing order, with growth, season, week and hour. Names of districts are real; everything else is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

NOW = np.datetime64("2026-11-16T00:00:00", "s")  # a Monday: the last full week ends here
DAYS = 731
START = NOW - np.timedelta64(DAYS * 86400, "s")
SEED = 341000
CHUNK = 1_000_000
ROW_GROUP = 250_000
# district: NBS code, share of the cases, box of degrees
DISTRICTS: dict[str, tuple[str, float, tuple[float, float, float, float]]] = {
    "屯溪区": ("341002", 0.30, (118.24, 29.66, 118.42, 29.80)),
    "黄山区": ("341003", 0.12, (117.85, 30.05, 118.35, 30.40)),
    "徽州区": ("341004", 0.10, (118.22, 29.80, 118.42, 30.05)),
    "歙县": ("341021", 0.20, (118.42, 29.55, 118.90, 30.10)),
    "休宁县": ("341022", 0.12, (117.95, 29.40, 118.24, 29.90)),
    "黟县": ("341023", 0.07, (117.80, 29.85, 118.12, 30.05)),
    "祁门县": ("341024", 0.09, (117.30, 29.60, 117.85, 30.10)),
}
NAMES = list(DISTRICTS)
SHARES = np.array([share for _, share, _ in DISTRICTS.values()])
CATEGORIES = ["市容环境", "违章停车", "市政设施", "违法建设", "街面秩序", "园林绿化",
              "噪声扰民", "环境保护", "水电气热", "物业管理", "消费维权", "其他诉求"]  # fmt: skip
CATEGORY_SHARES = np.array([0.18, 0.14, 0.12, 0.04, 0.11, 0.06, 0.08, 0.06, 0.07, 0.07, 0.04, 0.03])
LIMIT_HOURS = np.array([24, 4, 72, 168, 12, 72, 24, 72, 24, 120, 120, 168])
STATUSES = ["待受理", "待派遣", "处置中", "待核查", "已结案", "已作废"]
CLOSED, CANCELLED = 4, 5
SOURCES = ["12345热线", "12319热线", "网格员", "视频智能识别", "公众随手拍"]
GRIDS, TOWNS, KINDS = 2202, 100, 80
HOURLY = np.array([2, 1, 1, 1, 1, 2, 5, 12, 20, 24, 23, 18, 12, 13, 20, 22, 20, 16, 12, 10, 9, 7, 5, 3.0])
WEEKLY = np.array([1.1, 1.05, 1, 1, 1.05, 0.8, 0.7])


@dataclass(frozen=True)
class Places:
    """Which grid lies in which town and district, how busy and where it is; which kind belongs to which category."""

    towns: list[str]
    grids: list[str]
    grid_town: Any
    grid_district: Any
    weight: Any
    lon: Any
    lat: Any
    kinds: list[str]
    kind_category: Any


def places(seed: int) -> Places:
    chance = np.random.default_rng([seed, 10**6])
    towns_of = np.maximum(1, np.floor(SHARES * TOWNS).astype(int))
    towns_of[0] += TOWNS - towns_of.sum()
    town_district = np.repeat(np.arange(len(NAMES)), towns_of)
    grid_town = np.sort(chance.integers(0, TOWNS, GRIDS))
    grid_town[:TOWNS] = np.arange(TOWNS)
    grid_town.sort()
    grid_district = town_district[grid_town]
    weight = 1 / (1 + chance.permutation(GRIDS)) ** 0.35
    for district, share in enumerate(SHARES):
        here = grid_district == district
        weight[here] *= share / weight[here].sum()
    box = np.array([DISTRICTS[name][2] for name in NAMES])[grid_district]
    codes = [DISTRICTS[name][0] for name in NAMES]
    kind_category = np.sort(np.r_[np.arange(12), chance.integers(0, 12, KINDS - 12)])
    return Places(
        towns=[f"{NAMES[district]}乡镇{number:03d}" for number, district in enumerate(town_district)],
        grids=[f"{codes[district]}{grid:09d}" for grid, district in enumerate(grid_district)],
        grid_town=grid_town,
        grid_district=grid_district,
        weight=np.cumsum(weight / weight.sum()),
        lon=box[:, 0] + (box[:, 2] - box[:, 0]) * chance.random(GRIDS),
        lat=box[:, 1] + (box[:, 3] - box[:, 1]) * chance.random(GRIDS),
        kinds=[f"{CATEGORIES[category]}-{number:02d}" for number, category in enumerate(kind_category)],
        kind_category=kind_category,
    )


def course() -> tuple[Any, Any]:
    """Share of the cases filed by each second of the two years: growth, season, day of the week, hour."""
    hour = np.arange(DAYS * 24)
    day = hour // 24
    weekday = (START.astype("datetime64[D]").astype(int) + day + 3) % 7  # Monday = 0
    weight = (
        HOURLY[hour % 24] * WEEKLY[weekday] * (1 + 0.35 * day / DAYS) * (1 + 0.15 * np.sin(2 * np.pi * day / 365.25))
    )
    return np.r_[0, np.cumsum(weight) / weight.sum()], np.r_[hour, hour[-1] + 1] * 3600.0


def chunk(first: int, count: int, total: int, seed: int, where: Places, when: tuple[Any, Any]) -> pa.Table:
    chance = np.random.default_rng([seed, first])
    share = (np.arange(first, first + count) + chance.random(count)) / total
    filed = START + np.interp(share, *when).astype("timedelta64[s]")
    grid = np.searchsorted(where.weight, chance.random(count)).clip(0, GRIDS - 1)
    district = where.grid_district[grid]
    category = np.searchsorted(np.cumsum(CATEGORY_SHARES / CATEGORY_SHARES.sum()), chance.random(count)).clip(0, 11)
    first_kind = np.searchsorted(where.kind_category, np.arange(12))
    kinds_of = np.bincount(where.kind_category, minlength=12)
    kind = first_kind[category] + (chance.random(count) ** 1.5 * kinds_of[category]).astype(int)
    limit = LIMIT_HOURS[category]
    hours = limit * np.exp(chance.normal(-0.75 + 0.04 * district, 0.75, count))  # most in time
    hours = np.where(chance.random(count) < 0.004, hours * 40, hours)  # a long tail of stuck cases
    closed = filed + (hours * 3600).astype("timedelta64[s]")
    is_void = chance.random(count) < 0.015
    is_open = (closed > NOW) & ~is_void
    still = np.searchsorted([0.15, 0.3, 0.8], chance.random(count))
    status = np.where(is_void, CANCELLED, np.where(is_open, still, CLOSED))
    is_rated = (status == CLOSED) & (chance.random(count) < 0.35)
    is_satisfied = chance.random(count) < 0.93 - 0.02 * district
    source = np.searchsorted([0.4, 0.5, 0.8, 0.93], chance.random(count))
    return pa.table(
        {
            "case_id": pa.array([f"{number:09d}" for number in range(first, first + count)]),
            "filed_at": _moments(filed),
            "county": _words(district, NAMES),
            "township": _words(where.grid_town[grid], where.towns),
            "grid_id": _words(grid, where.grids),
            "category": _words(category, CATEGORIES),
            "subcategory": _words(kind, where.kinds),
            "status": _words(status, STATUSES),
            "source": _words(source, SOURCES),
            "lon": pa.array(np.round(where.lon[grid] + chance.normal(0, 0.004, count), 6)),
            "lat": pa.array(np.round(where.lat[grid] + chance.normal(0, 0.004, count), 6)),
            "due_at": _moments(filed + (limit * 3600).astype("timedelta64[s]")),
            "closed_at": _moments(closed, status != CLOSED),
            "satisfied": pa.array(is_satisfied, mask=~is_rated),
        }
    )


def write(path: Path, rows: int, seed: int = SEED) -> None:
    """The extract as one Parquet file of `rows` cases."""
    where, when, writer = places(seed), course(), None
    for first in range(0, rows, CHUNK):
        table = chunk(first, min(CHUNK, rows - first), rows, seed, where, when)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=ROW_GROUP)
    if writer is not None:
        writer.close()


def _words(index: Any, words: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(words)).cast(pa.string())


def _moments(seconds: Any, mask: Any = None) -> pa.Array:
    return pa.array(seconds.astype("datetime64[us]"), type=pa.timestamp("us"), mask=mask)
