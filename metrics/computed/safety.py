"""Computed metrics of 城市安全: rates over people and vehicles, and how soon the nearest rescue team is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metrics.computed.result import Result, Row, share

WITHIN_MIN = 30.0


def fires_per_resident(rows: Sequence[Row]) -> Result:
    """Fires over residents: those of the newest month where there is one, else those of the census."""
    row = rows[0]
    if row["resident_count"] is not None:
        people, basis = float(row["resident_count"]), f"{row['resident_month']:%Y-%m} 常住人口"
    elif row["census_count"] is not None:
        people, basis = float(row["census_count"]), f"{int(row['census_year'])} 年普查人口"
    else:
        people, basis = 0.0, ""
    return _per(row["fire_count"], people, f"按{basis} {people:,.0f} 人" if basis else "没有人口数")


def road_deaths_per_vehicle(rows: Sequence[Row]) -> Result:
    """People killed on the road over the motor vehicles of the newest year."""
    row = rows[0]
    vehicles = float(row["vehicle_count"] or 0)
    basis = f"按 {int(row['vehicle_year'])} 年末 {vehicles:,.0f} 辆" if vehicles else "没有机动车保有量"
    return _per(row["dead_count"], vehicles, basis)


def slowest_nearest_team(rows: Sequence[Row]) -> Result:
    """Minutes until the nearest team is in the township that waits longest; rows come slowest first."""
    if not rows:
        return Result(None, 0)
    slowest = rows[0]
    where = slowest["place_name"] or slowest["place_code"]
    return Result(float(slowest["arrival_min"]), len(rows), detail=f"最慢：{where}({slowest['team_name']})")


def reached_in_time(rows: Sequence[Row]) -> Result:
    """The share of townships that a team reaches within half an hour."""
    late = [str(row["place_name"] or row["place_code"]) for row in rows if row["arrival_min"] > WITHIN_MIN]
    return share(len(rows) - len(late), len(rows), f"到不了：{'、'.join(late)}" if late else "")


def _per(count: float | None, whole: float, detail: str) -> Result:
    """A rate whose every case counts: known over a known whole, even when nothing happened."""
    if count is None or not whole:
        return Result(None, 0, detail=detail)
    return Result(float(count) / whole, int(whole), float(count), whole, detail)


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {
    "fires_per_resident": fires_per_resident,
    "road_deaths_per_vehicle": road_deaths_per_vehicle,
    "slowest_nearest_team": slowest_nearest_team,
    "reached_in_time": reached_in_time,
}
