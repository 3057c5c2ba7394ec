"""Demo rows of forecasts: low, middle and high values of crowds by hour, and of events and calls by day."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, drivers
from data.demo.overview.events import PER_WEEK
from data.demo.overview.place import Row, rows_to_table
from data.demo.spans import end_of
from data.demo.tourism.register import spot_ids
from data.demo.urban.hotline import PER_DAY
from data.divisions import CITY

_DAYS, _SPOTS, _AHEAD = 90, 8, 7


def make(city: City, drive: Drivers) -> pa.Table:
    """Issued every morning of the last days: the spots' load of that day by hour, events and calls of a week."""
    chance = city.chance("overview.forecast")
    end = end_of(drive)
    coming = drivers(city, end, end + timedelta(days=_AHEAD))
    crowd = np.concatenate([drive.crowd, coming.crowd])
    rows: list[Row] = []
    spots = list(spot_ids(city).values())[:_SPOTS]
    usual = chance.uniform(16, 34, len(spots))
    for index in range(max(0, drive.day_count - _DAYS), drive.day_count):
        issued = datetime.combine(drive.calendar[index].day_date, datetime.min.time()) + timedelta(hours=6)
        for spot, base in zip(spots, usual, strict=True):
            for hour in range(7, 19):
                mid = base * crowd[index] * float(np.exp(-(((hour - 11.5) / 3.2) ** 2))) * float(chance.normal(1, 0.06))
                when = issued.replace(hour=hour)
                rows.append(_row("spot_peak_load_ratio", CITY, spot, issued, when, mid, 0.15, "%", "YS-MX01"))
        for ahead in range(_AHEAD):
            day = issued.replace(hour=0) + timedelta(days=ahead)
            busy = 0.8 + 0.2 * float(crowd[index + ahead])
            spread = 0.1 + 0.02 * ahead
            events, calls = PER_WEEK / 7 * busy * city.scale, PER_DAY * 1.3 * busy * city.scale
            rows.append(_row("event_count", CITY, "all", issued, day, events, 3 * spread, "件", "YS-MX14"))
            rows.append(_row("hotline_call_count", CITY, "all", issued, day, calls, spread, "次", "YS-MX15"))
    return rows_to_table("overview.forecast", rows)


def _row(
    metric: str, place: str, thing: str, issued: datetime, target: datetime, mid: float, spread: float, unit: str,
    model: str,
) -> Row:  # fmt: skip
    return {
        "metric_id": metric, "place_code": place, "object_id": thing, "issued_at": issued, "target_at": target,
        "low_value": round(mid * (1 - spread), 1), "mid_value": round(mid, 1),
        "high_value": round(mid * (1 + spread), 1),
        "measure_unit": unit, "model_id": model, "model_version": "1.0",
    }  # fmt: skip
