"""Computed metrics of 交通: road indices from additive sums, and the tightest hour of scenic parking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metrics.computed.result import Result, Row
from metrics.standards import traffic

LEAST_REPORTED = 0.6  # of the most spaces reported in any hour: below it an hour is no fair comparison


def road_performance(rows: Sequence[Row]) -> Result:
    """TPI of the area's links over the period; withheld where too few links had a sample."""
    sums = _sums(rows)
    network = traffic.of_sums(sums)
    return Result(
        network.tpi, sums.sampled_count, sums.capped_vehicle_h - sums.free_vehicle_h, sums.capped_vehicle_h,
        _said(rows, network),
    )  # fmt: skip


def road_travel_time(rows: Sequence[Row]) -> Result:
    """TTI of the area's links over the period; withheld as the TPI is."""
    sums = _sums(rows)
    network = traffic.of_sums(sums)
    tti = network.tti if network.is_publishable else None
    return Result(tti, sums.sampled_count, sums.capped_vehicle_h, sums.free_vehicle_h, _said(rows, network))


def tightest_parking(rows: Sequence[Row]) -> Result:
    """The smallest share of free spaces in any hour of the period, and which hour that was."""
    most = max((row["space_count"] for row in rows), default=0)
    fair = [row for row in rows if row["space_count"] and row["space_count"] >= LEAST_REPORTED * most]
    if not fair:
        return Result(None, 0)
    worst = min(fair, key=lambda row: (row["free_count"] / row["space_count"], row["hour_at"]))
    free, spaces = float(worst["free_count"]), float(worst["space_count"])
    said = f"{worst['hour_at']:%m-%d %H 时}，剩 {free:.0f} 个，共 {spaces:.0f} 个"
    return Result(free / spaces, len(fair), free, spaces, said)


def _sums(rows: Sequence[Row]) -> traffic.Sums:
    row = rows[0]
    hours = ("capped_vehicle_h", "free_vehicle_h", "vehicle_h", "vehicle_km", "sampled_km", "congested_km")
    return traffic.Sums(
        **{name: float(row[name] or 0) for name in hours},
        sampled_count=int(row["sampled_count"] or 0),
        link_count=int(row["link_count"] or 0),
    )


def _said(rows: Sequence[Row], network: traffic.Network) -> str:
    sampled = rows[0]["sampled_count"]
    if not sampled:
        return ""
    covered = f"覆盖率 {network.coverage:.0%}"
    if not network.is_publishable:
        return f"{covered}，低于 {traffic.LEAST_COVERAGE:.0%}，不发布"
    assumed = rows[0]["assumed_flow_count"] / sampled
    return f"{network.level}，{covered}" + (f"，{assumed:.0%} 的样本用默认流量" if assumed else "")


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {
    "road_performance": road_performance,
    "road_travel_time": road_travel_time,
    "tightest_parking": tightest_parking,
}
