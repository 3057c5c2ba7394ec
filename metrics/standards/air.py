"""The only place that turns air concentrations into AQI, level, primary pollutant and composite index.

Sources. No official PDF was opened; [V] = seen in a second-hand source that cites the clause, [M] = from memory.
- Index, breakpoints, rounding up, primary pollutant: HJ 633-2026 table 3, formulas (1)(2), 4.2.6 [V]; HJ 633-2012
  reproduced on 291 published hours of 黄山, 2020. Only PM2.5 and PM10 moved between the editions.
- Concentrations are first rounded half to even (GB/T 8170): µg/m³ to integers [V], CO to one decimal [M].
- Above the table an index stays at its last node: 500 in general; HJ 633-2026 says 200 for SO2 1-h and 300 for O3 8-h
  above 800 µg/m³ [V]. HJ 633-2012 does not compute these two [M]; the item then counts as missing.
- Missing items: an AQI of at most 100 is not published, above 100 it is (HJ 633-2026 5.3.1) [V, one source]. Applied to
  both editions, although monitoring sites did publish such hours in 2020: a clean day must not rest on a gap.
- Composite index and percentiles: HJ 663-2013 [V]. The HJ 663-2026 weights are unverified, so every weight is 1.
  The 2026 limits are those of GB 3095-2026 until 2030-12-31; from 2031 they tighten again.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.standards import present, usable

ITEMS = ("pm25", "pm10", "so2", "no2", "co", "o3")  # µg/m³, co in mg/m³
EDITION_2012, EDITION_2026 = "HJ 633-2012", "HJ 633-2026"
EDITIONS = (EDITION_2012, EDITION_2026)
PERIODS = ("hour", "day")
CATEGORIES = ("优", "良", "轻度污染", "中度污染", "重度污染", "严重污染")  # levels 1 to 6

_FIRST_DAY_OF_2026_EDITION = date(2026, 3, 1)
_LEVEL_ENDS = (50, 100, 150, 200, 300)
_INDICES = (0, 50, 100, 150, 200, 300, 400, 500)

# Concentration at each index above; a shorter row ends early. The hourly report uses the daily row for particles.
_PARTICLES: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    EDITION_2012: {"pm25": (0, 35, 75, 115, 150, 250, 350, 500), "pm10": (0, 50, 150, 250, 350, 420, 500, 600)},
    EDITION_2026: {"pm25": (0, 35, 60, 115, 150, 250, 350, 500), "pm10": (0, 50, 120, 250, 350, 420, 500, 600)},
}
_GASES: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "hour": {
        "so2": (0, 150, 500, 650, 800),
        "no2": (0, 100, 200, 700, 1200, 2340, 3090, 3840),
        "co": (0, 5, 10, 35, 60, 90, 120, 150),
        "o3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    },
    "day": {
        "so2": (0, 50, 150, 475, 800, 1600, 2100, 2620),
        "no2": (0, 40, 80, 180, 280, 565, 750, 940),
        "co": (0, 2, 4, 14, 24, 36, 48, 60),
        "o3": (0, 100, 160, 215, 265, 800),  # daily maximum 8-hour mean
    },
}
# GB 3095 grade II: annual means, but the daily limit for CO and the 8-hour limit for O3.
_COMPOSITE_LIMITS: Mapping[str, Mapping[str, float]] = {
    EDITION_2012: {"pm25": 35, "pm10": 70, "so2": 60, "no2": 40, "co": 4, "o3": 160},
    EDITION_2026: {"pm25": 30, "pm10": 60, "so2": 60, "no2": 40, "co": 4, "o3": 160},
}


@dataclass(frozen=True)
class AirQuality:
    """One assessed hour or day. `iaqi` holds the items that could be computed; the rest is None when unpublished."""

    iaqi: dict[str, int]
    aqi: int | None
    level: int | None
    category: str | None
    primary: tuple[str, ...]


@dataclass(frozen=True)
class CompositeIndex:
    """综合指数: the sum of the six single indices, None unless all six are known."""

    index: float | None
    single: dict[str, float]


def edition_on(day: date) -> str:
    """The edition in force on a day."""
    return EDITION_2026 if day >= _FIRST_DAY_OF_2026_EDITION else EDITION_2012


def assess(values: Mapping[str, float | None], *, edition: str, period: str) -> AirQuality:
    """AQI of six concentrations, µg/m³ (co in mg/m³).

    `o3` is the 1-hour mean when `period` is "hour", the daily maximum 8-hour mean when it is "day". Absent, NaN and
    negative readings are missing. Raises ValueError for an unknown edition or period.
    """
    _allow("edition", edition, EDITIONS)
    _allow("period", period, PERIODS)
    nodes = {**_PARTICLES[edition], **_GASES[period]}
    iaqi: dict[str, int] = {}
    for item, reading in present(values, ITEMS).items():
        index = _index(rounded(item, reading), nodes[item], capped_early=edition == EDITION_2026)
        if index is not None:
            iaqi[item] = index
    highest = max(iaqi.values(), default=None)
    if highest is None or (highest <= 100 and len(iaqi) < len(ITEMS)):
        return AirQuality(iaqi, aqi=None, level=None, category=None, primary=())
    level = bisect_left(_LEVEL_ENDS, highest) + 1
    primary = tuple(item for item, index in iaqi.items() if index == highest) if highest > 50 else ()
    return AirQuality(iaqi, aqi=highest, level=level, category=CATEGORIES[level - 1], primary=primary)


def rounded(item: str, concentration: float) -> Fraction:
    """GB/T 8170: half to even, on the decimal number that was written down and not on its binary neighbour."""
    return round(Fraction(repr(float(concentration))), 1 if item == "co" else 0)


def composite_index(means: Mapping[str, float | None], *, edition: str) -> CompositeIndex:
    """综合指数 of a period: means of pm25, pm10, so2, no2, the 95th percentile of co, the 90th of daily o3 maxima."""
    _allow("edition", edition, EDITIONS)
    limits = _COMPOSITE_LIMITS[edition]
    single = {item: mean / limits[item] for item, mean in present(means, ITEMS).items()}
    return CompositeIndex(math.fsum(single.values()) if len(single) == len(ITEMS) else None, single)


def percentile(values: Iterable[float | None], p: float) -> float | None:
    """The `p` quantile (0 to 1) by linear interpolation at (n-1)p, as HJ 663 asks; None without a usable value."""
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p!r}: use a share from 0 to 1, 0.9 for the 90th percentile")
    ordered = sorted(value for value in map(usable, values) if value is not None)
    if not ordered:
        return None
    position = round((len(ordered) - 1) * p, 9)  # 10 * 0.7 must be rank 7, not 6.999…
    below = math.floor(position)
    above = math.ceil(position)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _index(concentration: Fraction, nodes: tuple[int, ...], *, capped_early: bool) -> int | None:
    """IAQI by formula (2), rounded up. Exact fractions, so that a whole number never becomes the next one."""
    last = len(nodes) - 1
    if concentration > nodes[last]:
        return _INDICES[last] if capped_early or len(nodes) == len(_INDICES) else None
    high = max(1, next(k for k, node in enumerate(nodes) if concentration <= node))
    low = high - 1
    slope = Fraction(_INDICES[high] - _INDICES[low], nodes[high] - nodes[low])
    return math.ceil(slope * (concentration - nodes[low]) + _INDICES[low])


def _allow(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} = {value!r}: use one of {', '.join(allowed)}")
