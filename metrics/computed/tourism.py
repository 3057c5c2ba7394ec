"""Computed metrics of 智慧文旅: the fullest spot, the concentration of origins, holidays on a comparable basis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from data.contract import codes
from metrics.computed.result import Result, Row, share
from metrics.standards.tourism import load_level

TOP_ORIGINS = 5


def peak_load(rows: Sequence[Row]) -> Result:
    """The highest ratio of people on site to approved instantaneous capacity at any spot; nodes are not spots."""
    return _fullest([row for row in rows if row["object_kind"] == "spot"], "peak_on_site", "instantaneous_capacity")


def daily_load(rows: Sequence[Row]) -> Result:
    """The highest ratio of a day's visits to approved daily capacity at any spot."""
    return _fullest(rows, "visitor_count", "daily_capacity")


def _fullest(rows: Sequence[Row], count: str, capacity: str) -> Result:
    known = [
        (found.ratio, found.level, row)
        for row in rows
        if (found := load_level(_whole(row[count]), _whole(row[capacity]))).ratio is not None
    ]
    if not known:
        return Result(None, 0)
    ratio, level, row = max(known, key=lambda each: each[0] or 0.0)
    when: datetime = row["peak_at"] if "peak_at" in row else row["day_date"]
    moment = f"{when:%m-%d %H:%M}" if "peak_at" in row else f"{when:%m-%d}"
    return Result(ratio, len(known), float(row[count]), float(row[capacity]), f"{row['name']} {moment}，{level}")


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def top_origin_share(rows: Sequence[Row]) -> Result:
    """The share of the five provinces most visitors come from; abroad counts in the whole, never as a province."""
    whole = sum(float(row["visitor_count"]) for row in rows)
    provinces = sorted((row for row in rows if not row["is_overseas"]), key=lambda row: -float(row["visitor_count"]))
    top, names = provinces[:TOP_ORIGINS], codes("origin_province")
    named = "、".join(names.get(row["origin_province"], row["origin_province"]) for row in top)
    return share(sum(float(row["visitor_count"]) for row in top), whole, named)


def holiday_growth(rows: Sequence[Row]) -> Result:
    """Change of the holiday's daily mean visits against last year's, over the days that both years have."""
    paired = [row for row in rows if row["visitor_count"] is not None and row["before_visitor_count"] is not None]
    if not paired:
        return Result(None, 0)
    now = sum(float(row["visitor_count"]) for row in paired) / len(paired)
    before = sum(float(row["before_visitor_count"]) for row in paired) / len(paired)
    if before == 0:
        return Result(None, len(paired))
    detail = f"{_holiday(rows)}，可比 {len(paired)} 天，日均 {now / 1e4:.2f} 对 {before / 1e4:.2f} 万人次"
    return Result(now / before - 1.0, len(paired), now, before, detail)


def holiday_overnight_share(rows: Sequence[Row]) -> Result:
    """Overnight visitors among the visitors of the holiday's days on which both are known."""
    known = [row for row in rows if row["visitor_count"] is not None and row["overnight_visitor_count"] is not None]
    stayed = sum(float(row["overnight_visitor_count"]) for row in known)
    visits = sum(float(row["visitor_count"]) for row in known)
    if not visits:
        return Result(None, 0)
    return Result(stayed / visits, len(known), stayed, visits, _holiday(rows))


def _holiday(rows: Sequence[Row]) -> str:
    first, last = rows[0]["day_date"], rows[-1]["day_date"]
    return f"{rows[0]['holiday_name']} {first:%Y-%m-%d}—{last:%m-%d}"


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {
    "peak_load": peak_load,
    "daily_load": daily_load,
    "top_origin_share": top_origin_share,
    "holiday_growth": holiday_growth,
    "holiday_overnight_share": holiday_overnight_share,
}
