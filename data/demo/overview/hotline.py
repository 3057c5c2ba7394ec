"""Demo rows of the six hotlines by day and of sensors by day.

110, 119, 120 and 122 are counted from the demo's own calls, 12345 from its own orders, so that 总体态势 says what
城市安全 and 城管 say. One day contradicts: of its orders only a part ever arrived, while the hotline counted them all.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.overview import stories
from data.demo.overview.place import DISTRICTS, REPORTING, shares
from data.demo.people import apportion
from data.demo.safety.calls import alarm_calls
from data.demo.safety.stories import OFFLINE_DAYS, WEAK_CAMERA_DISTRICT
from data.demo.safety.video import CAMERAS
from data.demo.urban import orders
from data.demo.urban.hotline import LATE_FILE
from data.demo.urban.hotline import PER_DAY as ORDERS_A_DAY

_CALLS_PER_ORDER = 1.3  # callers who hang up or only ask
_CITY_MANAGEMENT_SHARE = 0.06  # 12319 beside 12345
_SATISFIED = 4  # of five
_WEEK = 7
_SENSORS = {  # theme and kind → planned, installed in all, usual share online
    ("safety", "camera"): (CAMERAS, CAMERAS, 0.955), ("safety", "fire"): (4_200, 3_610, 0.962),
    ("safety", "forest"): (310, 266, 0.93), ("safety", "weather"): (168, 160, 0.985),
    ("safety", "water"): (240, 221, 0.972), ("ecology", "environment"): (640, 588, 0.968),
    ("ecology", "water"): (96, 92, 0.975), ("tourism", "crowd"): (260, 214, 0.957),
    ("traffic", "traffic"): (1_450, 1_212, 0.948), ("urban", "facility"): (5_800, 4_390, 0.951),
    ("community", "care"): (9_000, 7_240, 0.936), ("livelihood", "facility"): (820, 655, 0.96),
}  # fmt: skip


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """Hotlines and sensors."""
    return {"overview.hotline_daily": _hotlines(city, drive), "overview.sensor_coverage": _sensors(city, drive)}


def _hotlines(city: City, drive: Drivers) -> pa.Table:
    parts = [
        _emergency(city, drive),
        _citizens(city, drive),
        _city_management(city, drive),
    ]
    rows = pd.concat(parts, ignore_index=True).sort_values(["day_date", "call_line", "place_code"])
    counts = {name: pa.array(rows[name].astype("Int64")) for name in rows.columns if name.endswith("_count")}
    return table(
        "overview.hotline_daily",
        {
            "day_date": rows["day_date"].to_numpy().astype("datetime64[D]"), "place_code": rows["place_code"].tolist(),
            "call_line": rows["call_line"].tolist(), **counts,
        },
    )  # fmt: skip


def _emergency(city: City, drive: Drivers) -> pd.DataFrame:
    """Counted from the calls themselves: received, valid and dealt with, by day and by what reports it."""
    chance = city.chance("overview.hotline emergency")
    calls = alarm_calls(city, drive).select(["call_line", "place_code", "received_at", "closed_at", "is_valid"])
    rows = calls.to_pandas()
    rows["place_code"] = rows["place_code"].str[:6]
    rows["day_date"] = rows["received_at"].dt.normalize()
    rows["is_valid"] = rows["is_valid"].fillna(False).astype(bool)
    keys = ["day_date", "place_code", "call_line"]
    found: pd.DataFrame = (
        rows.groupby(keys).agg(call_count=("is_valid", "size"), order_count=("is_valid", "sum")).reset_index()
    )
    closed = rows[rows["is_valid"] & rows["closed_at"].notna()].assign(
        day_date=lambda each: each["closed_at"].dt.normalize()
    )
    found = found.merge(closed.groupby(keys).size().rename("closed_count").reset_index(), how="left", on=keys)
    found["closed_count"] = found["closed_count"].fillna(0)
    found["answered_count"] = chance.binomial(found["call_count"], 0.992)
    found["answered_in_15s_count"] = chance.binomial(found["answered_count"], 0.975)
    found["call_transferred_count"] = chance.binomial(found["answered_count"], 0.012)
    return found


def _citizens(city: City, drive: Drivers) -> pd.DataFrame:
    """12345: what became of the orders, counted from the orders themselves, with the calls around them."""
    chance = city.chance("overview.hotline 12345")
    counts = _order_counts(city, drive)
    late = drive.day_count - LATE_FILE
    if late >= _WEEK:  # the hotline counted the whole day, here as the one a week before
        counts["order_count"][late] = np.maximum(counts["order_count"][late], counts["order_count"][late - _WEEK])
    rows = _rows(drive, "12345", _around(chance, counts["order_count"], drive) | counts)
    for area, days_ago in stories.LOST_HOTLINE:  # a day that was not reported has no row
        if days_ago < drive.day_count:
            day = drive.days[-1 - days_ago].astype("datetime64[s]")
            rows = rows[~((rows["place_code"] == area) & (rows["day_date"] == day))]
    return rows


def _order_counts(city: City, drive: Drivers) -> dict[str, np.ndarray]:
    """Orders by day of each step and by who reports them: days × REPORTING."""
    columns = ["place_code", "status", "reported_at", "due_at", "closed_at", "is_solved", "satisfaction_score"]
    rows = orders(city, drive).select(columns).to_pandas()
    rows = rows[rows["status"] != "cancelled"]
    place = rows["place_code"].str[:6].map({code: index for index, code in enumerate(REPORTING)}).to_numpy()

    def counted(moment: str, which: pd.Series | None = None) -> np.ndarray:
        at = rows[moment].to_numpy().astype("datetime64[D]")
        there = ~np.isnat(at) if which is None else ~np.isnat(at) & which.to_numpy(dtype=bool, na_value=False)
        day = (at[there] - drive.days[0]).astype(np.int64)
        inside = (day >= 0) & (day < drive.day_count)
        found = np.zeros((drive.day_count, len(REPORTING)), dtype=np.int64)
        np.add.at(found, (day[inside], place[there][inside]), 1)
        return found

    answered = rows["is_solved"].notna()
    return {
        "order_count": counted("reported_at"), "due_count": counted("due_at"),
        "on_time_count": counted("due_at", rows["closed_at"] <= rows["due_at"]),
        "closed_count": counted("closed_at"), "revisited_count": counted("closed_at", answered),
        "solved_count": counted("closed_at", answered & rows["is_solved"].eq(True)),
        "satisfied_count": counted("closed_at", rows["satisfaction_score"] >= _SATISFIED),
    }  # fmt: skip


def _city_management(city: City, drive: Drivers) -> pd.DataFrame:
    """12319: a small line beside 12345, whose orders the demo does not keep one by one."""
    chance = city.chance("overview.hotline 12319")
    order = chance.poisson(ORDERS_A_DAY * city.scale * _CITY_MANAGEMENT_SHARE * _mood(drive)[:, None] * shares(city))
    due = chance.poisson(order * 0.62)
    closed = chance.binomial(order, 0.97)
    visited = chance.binomial(closed, 0.61)
    counts = {
        "order_count": order, "due_count": due, "on_time_count": chance.binomial(due, 0.976), "closed_count": closed,
        "revisited_count": visited, "solved_count": chance.binomial(visited, 0.905),
        "satisfied_count": chance.binomial(visited, 0.952),
    }  # fmt: skip
    return _rows(drive, "12319", _around(chance, order, drive) | counts)


def _mood(drive: Drivers) -> np.ndarray:
    """How much people call on each day: more on Mondays, in crowds and in rain."""
    weekday = np.array([1.15, 1.08, 1.04, 1.02, 1.0, 0.78, 0.72])[(drive.days.astype(int) + 3) % 7]
    mood: np.ndarray = weekday * (0.9 + 0.1 * drive.crowd) * (0.96 + 0.04 * drive.rain_mm / 8.0)
    return mood


def _around(chance: np.random.Generator, order: np.ndarray, drive: Drivers) -> dict[str, np.ndarray]:
    """The calls that the orders came from, and those that hung up or only asked."""
    call = order + chance.poisson(order * (_CALLS_PER_ORDER - 1) + 0.05)
    busy = np.clip(0.975 - 0.03 * (_mood(drive)[:, None] - 1), 0.8, 0.99)
    answered = np.maximum(chance.binomial(call, busy), np.minimum(order, call))
    return {
        "call_count": call, "answered_count": answered, "answered_in_15s_count": chance.binomial(answered, 0.93),
        "call_transferred_count": chance.binomial(answered, 0.018),
    }  # fmt: skip


def _rows(drive: Drivers, line: str, counts: Mapping[str, np.ndarray]) -> pd.DataFrame:
    rows = pd.DataFrame({name: values.ravel() for name, values in counts.items()})
    rows.insert(0, "day_date", np.repeat(drive.days.astype("datetime64[s]"), len(REPORTING)))
    rows.insert(1, "place_code", np.tile(np.array(REPORTING, dtype=object), drive.day_count))
    rows.insert(2, "call_line", line)
    return rows


def _sensors(city: City, drive: Drivers) -> pa.Table:
    """What is planned, built and online: building goes on slowly, storms and one weak district take cameras offline."""
    chance = city.chance("overview.sensor_coverage")
    part = shares(city)[: len(DISTRICTS)]
    days, places, kinds = drive.day_count, len(DISTRICTS), len(_SENSORS)
    planned = np.array([apportion(part, each[0]) for each in _SENSORS.values()])
    final = np.array([apportion(part, each[1]) for each in _SENSORS.values()])
    grown = 1 - 0.06 * np.linspace(1, 0, days)
    grown = np.where(np.array([name[1] == "camera" for name in _SENSORS])[:, None], 1.0, grown)  # the plan's number
    installed = np.floor(final[:, None, :] * grown[:, :, None] + 1e-9).astype(np.int64)
    usual = np.array([each[2] for each in _SENSORS.values()])[:, None, None]
    share = np.clip(usual - 0.0006 * drive.rain_mm[None, :, None] + chance.normal(0, 0.004, installed.shape), 0, 1)
    weak = DISTRICTS.index(WEAK_CAMERA_DISTRICT)
    share[0, :, weak] -= 0.05
    share[1, -OFFLINE_DAYS:, DISTRICTS.index("341023")] -= 0.04
    online = chance.binomial(installed, np.clip(share, 0, 1))
    keys = list(_SENSORS)
    kind = np.repeat(np.arange(kinds), days * places)
    day = np.tile(np.repeat(drive.days, places), kinds)
    place = np.tile(np.array(DISTRICTS, dtype=object), kinds * days)
    is_lost = chance.random(len(kind)) < 0.002  # a theme's report that did not come: unknown, not nothing
    order = np.lexsort((kind, place.astype(str), day))
    return table(
        "overview.sensor_coverage",
        {
            "day_date": day[order],
            "place_code": place[order],
            "theme": pa.array([key[0] for key in keys]).take(pa.array(kind[order])),
            "sensor_kind": pa.array([key[1] for key in keys]).take(pa.array(kind[order])),
            "planned_count": np.repeat(planned[:, None, :], days, axis=1).ravel()[order],
            "installed_count": installed.ravel()[order],
            "online_count": pa.array(online.ravel()[order], mask=is_lost[order]),
        },
    )
