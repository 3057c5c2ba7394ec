"""The only place that says how freely a road network runs: DTP, TTI, TPI, their levels, and when they may be published.

Sources. No official PDF was opened; [V] = seen in two independent second-hand sources, [P] = our proposal.
- Network sums T = Σ q·L/v and Tf = Σ q·L/vf [V]; TTI = T/Tf, delay share DTP = 1 − Tf/T. Speed is capped at free flow.
- GB/T 33171-2016 annex C [V]: DTP 0–0.3–0.5–0.6–0.7–1 is TPI 0–2–4–6–8–10. Linear inside a bin is a convention of
  projects, not text of the standard. A link's own level follows v/vf by the same cuts, since its DTP is 1 − v/vf.
- Speed 0 means closed or no probe, which the number alone cannot tell: the link is shown apart and is no sample.
- Where a link has no flow or free speed of its own, defaults of its road class stand in [P].
- Below 60 % of links with a sample no index is published [P].

Everything a period or an area needs is in `Sums`, which add up: links to district to city, 5 minutes to a week. The
index of a larger whole is always `of_sums` of added sums, never an average of indices.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from metrics.standards import usable

LEVELS = ("畅通", "基本畅通", "轻度拥堵", "中度拥堵", "严重拥堵")
LEAST_COVERAGE = 0.6
CONGESTED = 0.5  # v/vf at or below this is congested: 轻度拥堵 or worse

_CUTS = (0.0, 0.3, 0.5, 0.6, 0.7, 1.0)  # DTP, inclusive below
_TPI = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
DEFAULT_FLOW_VPH: Mapping[str, float] = {
    "express": 1200,
    "arterial": 600,
    "secondary": 300,
    "branch": 120,
    "highway": 400,
}
DEFAULT_FREE_SPEED_KMH: Mapping[str, float] = {
    "express": 80,
    "arterial": 50,
    "secondary": 40,
    "branch": 30,
    "highway": 60,
}
FLOW_OF_UNKNOWN_CLASS = 100.0


@dataclass(frozen=True)
class Link:
    """One directed link at one moment: km/h, km, vehicles per hour. `speed` is None without a sample, 0 when still."""

    speed: float | None
    free_speed: float | None
    length_km: float
    flow: float | None = None
    road_class: str | None = None


@dataclass(frozen=True)
class LinkState:
    """How one link runs. `is_still`: speed 0, closed or without a probe; show it apart from congestion."""

    dtp: float | None
    level: str | None
    is_still: bool


@dataclass(frozen=True)
class Sums:
    """What adds up over links, moments and places. Vehicle hours are weighted by flow; `_km` by link length alone.

    `capped_vehicle_h` takes no speed above free flow and is T of the index; `vehicle_h` takes speeds as they are.
    """

    capped_vehicle_h: float = 0.0
    free_vehicle_h: float = 0.0
    vehicle_h: float = 0.0
    vehicle_km: float = 0.0
    sampled_km: float = 0.0
    congested_km: float = 0.0
    sampled_count: int = 0
    link_count: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Sums)))


@dataclass(frozen=True)
class Network:
    """How a network runs. `coverage` is the share of links with a sample; too little of it and `tpi` is withheld.

    `dtp`, `tti`, `speed_kmh` (total distance ÷ total time) and `congested_share` (of sampled kilometres) describe what
    was sampled, and are None when nothing was.
    """

    tpi: float | None
    dtp: float | None
    tti: float | None
    level: str | None
    coverage: float
    speed_kmh: float | None
    congested_share: float | None

    @property
    def is_publishable(self) -> bool:
        """Whether enough links had a sample for an index of the whole."""
        return self.coverage >= LEAST_COVERAGE


def tpi(links: Sequence[Link]) -> Network:
    """The network of these links at one moment."""
    return of_sums(sums(links))


def sums(links: Iterable[Link]) -> Sums:
    """What these links add up to."""
    return sum((_sums(link) for link in links), Sums())


def of_sums(found: Sums) -> Network:
    """The network whose links, moments or parts came to these sums."""
    coverage = found.sampled_count / found.link_count if found.link_count else 0.0
    if not found.sampled_count or not found.free_vehicle_h:
        return Network(None, None, None, None, coverage, None, None)
    dtp = _clean(max(1 - found.free_vehicle_h / found.capped_vehicle_h, 0.0))
    is_enough = coverage >= LEAST_COVERAGE
    return Network(
        tpi=tpi_of_dtp(dtp) if is_enough else None,
        dtp=dtp,
        tti=found.capped_vehicle_h / found.free_vehicle_h,
        level=level_of_dtp(dtp) if is_enough else None,
        coverage=coverage,
        speed_kmh=found.vehicle_km / found.vehicle_h,
        congested_share=found.congested_km / found.sampled_km if found.sampled_km else None,
    )


def tpi_of_dtp(dtp: float) -> float:
    """TPI 0–10 of a delay share 0–1, linear inside the bins of annex C; raises ValueError outside 0–1."""
    place = _bin(dtp)
    share = (_clean(dtp) - _CUTS[place]) / (_CUTS[place + 1] - _CUTS[place])
    return _TPI[place] + share * (_TPI[place + 1] - _TPI[place])


def level_of_dtp(dtp: float) -> str:
    """The level of a delay share 0–1; a cut belongs to the worse level. Raises ValueError outside 0–1."""
    return LEVELS[_bin(dtp)]


def link_state(speed: float | None, free_speed: float | None, road_class: str | None = None) -> LinkState:
    """One link by its own speed; unknown without a speed or a free speed."""
    moving, free = usable(speed), _free_speed(free_speed, road_class)
    if moving is None or free is None:
        return LinkState(None, None, is_still=False)
    dtp = _clean(1 - min(moving, free) / free)
    return LinkState(dtp, level_of_dtp(dtp), is_still=moving == 0)


def _sums(link: Link) -> Sums:
    speed, free = usable(link.speed), _free_speed(link.free_speed, link.road_class)
    if not speed or free is None:  # no sample; or still, which is no sample either
        return Sums(link_count=1)
    flow = usable(link.flow)
    if flow is None:
        flow = DEFAULT_FLOW_VPH.get(link.road_class or "", FLOW_OF_UNKNOWN_CLASS)
    distance = flow * link.length_km
    return Sums(
        capped_vehicle_h=distance / min(speed, free),
        free_vehicle_h=distance / free,
        vehicle_h=distance / speed,
        vehicle_km=distance,
        sampled_km=link.length_km,
        congested_km=link.length_km if speed <= CONGESTED * free else 0.0,
        sampled_count=1,
        link_count=1,
    )


def _free_speed(free_speed: float | None, road_class: str | None) -> float | None:
    return usable(free_speed) or DEFAULT_FREE_SPEED_KMH.get(road_class or "")


def _bin(dtp: float) -> int:
    if not (math.isfinite(dtp) and 0 <= dtp <= 1):
        raise ValueError(f"dtp = {dtp!r}: a delay share lies between 0 and 1")
    return min(bisect_right(_CUTS, _clean(dtp)) - 1, len(LEVELS) - 1)


def _clean(dtp: float) -> float:
    """Without the noise of binary fractions, or 1 − 35/50 would not be 0.3 and miss its level by a hair."""
    return round(dtp, 9)
