"""Demo rows of alerts: raised by rule, acknowledged by the desk on duty, some of them turned into an event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.ecology_rest import story as ecology_story
from data.demo.overview import stories
from data.demo.overview.place import Row, end_at, rows_to_table, somewhere
from data.demo.safety.stories import SLOPE

_ALERT_METRICS = {
    "tourism": ("spot_peak_load_ratio", "在园人数达到核定瞬时承载量的 80%", 80.0, "%"),
    "ecology": ("air_quality_index", "AQI 超过 100", 100.0, "无量纲"),
    "traffic": ("travel_time_index", "行程时间比超过 1.8", 1.8, "倍"),
    "safety": ("fire_device_normal_rate", "消防设施正常率低于 90%", 90.0, "%"),
    "urban": ("overdue_case_count", "超期未结案卷超过 50 件", 50.0, "件"),
    "livelihood": ("appeal_count", "诉求量超过同期 1.5 倍", 1.5, "倍"),
    "community": ("unreached_alert_count", "限时未到场告警多于 0 件", 0.0, "件"),
}
_DUTY_ROLE = "市城市运行值班岗"


def make(city: City, drive: Drivers, events: list[Row]) -> pa.Table:
    """Alerts by rule: some became the event of the same theme, a few are still in force."""
    chance, end = city.chance("overview.alert"), end_at(drive)
    rows: list[Row] = []
    for event in events:
        if not str(event["event_id"]).startswith("YS-SJ-0") or event["theme"] not in _ALERT_METRICS:
            continue
        if chance.random() > 0.5:
            continue
        raised = event["occurred_at"] - timedelta(minutes=int(chance.integers(2, 40)))
        if raised >= datetime.combine(drive.calendar[0].day_date, datetime.min.time()):
            rows.append(_alert(chance, event["theme"], event["place_code"], raised, event, end))
    for day in drive.calendar:
        start = datetime.combine(day.day_date, datetime.min.time())
        for _ in range(chance.poisson(6 * city.scale)):
            theme = list(_ALERT_METRICS)[int(chance.integers(len(_ALERT_METRICS)))]
            raised = start + timedelta(minutes=int(chance.integers(0, 1440)))
            rows.append(_alert(chance, theme, somewhere(city, chance), raised, None, end))
    rows.sort(key=lambda each: (each["raised_at"], each["place_code"], each["metric_id"]))
    for number, row in enumerate(rows, 1):
        row["alert_id"] = f"YS-YJ-{number:06d}"
    by_id = {event["event_id"]: event for event in events}
    rows += [
        _story_alert(stories.CROWD_ALERT, by_id.get(stories.CROWD_EVENT), "2", "spot_peak_load_ratio",
                     "在园人数达到核定瞬时承载量", 105.5, 100.0, "%", end),
        _story_alert(stories.RIVER_ALERT, by_id.get(stories.RIVER_EVENT), "3", "section_target_rate",
                     "断面氨氮超过目标类别限值", 1.62, ecology_story.RIVER_LIMIT, "mg/L", end),
        _story_alert("YS-YJ-BP02", by_id.get(SLOPE.event_id), "2", "not_evacuated_count",
                     "应转移而未转移的人数多于 0", float(stories.SLOPE_PLANNED - stories.SLOPE_MOVED), 0.0, "人", end),
    ]  # fmt: skip
    return rows_to_table("overview.alert", [row for row in rows if row])


def _alert(
    chance: np.random.Generator, theme: str, place: str, raised: datetime, event: Row | None, end: datetime
) -> Row:
    metric, rule, threshold, unit = _ALERT_METRICS[theme]
    is_low = "低于" in rule
    minutes = float(np.exp(chance.normal(1.6, 0.7)))
    acknowledged = raised + timedelta(seconds=int(minutes * 60)) if chance.random() < 0.985 else None
    closed = None if event is None else event["closed_at"]
    is_over = event is None or closed is not None
    cleared = max(raised + timedelta(hours=float(chance.gamma(1.4, 4))), closed or raised) if is_over else None
    row: Row = {
        "metric_id": metric, "theme": theme, "place_code": place, "rule_text": rule,
        "warning_level": str(chance.choice(["2", "3", "4"], p=[0.08, 0.32, 0.6])),
        "trigger_value": round(threshold * (float(chance.uniform(0.8, 0.98) if is_low else chance.uniform(1.02, 1.4)))
                               + (0 if threshold else 1), 1),
        "threshold_value": threshold, "measure_unit": unit, "raised_at": raised,
        "event_id": None if event is None else event["event_id"],
    }  # fmt: skip
    if acknowledged is not None and acknowledged < end:
        row |= {"acknowledged_at": acknowledged, "acknowledged_role": _DUTY_ROLE}
    if cleared is not None and cleared < end:
        row["cleared_at"] = cleared
    row["status"] = (
        "cleared" if "cleared_at" in row else "converted" if event is not None
        else "acknowledged" if "acknowledged_at" in row else "raised"
    )  # fmt: skip
    return row


def _story_alert(
    name: str, event: Row | None, level: str, metric: str, rule: str, value: float, limit: float, unit: str,
    end: datetime,
) -> Row:  # fmt: skip
    if event is None:
        return {}
    raised = event["occurred_at"] - timedelta(minutes=4)
    cleared: Any = event["closed_at"]
    return {
        "alert_id": name, "metric_id": metric, "theme": event["theme"], "place_code": event["place_code"],
        "object_id": event.get("spot_id") or event.get("object_id"), "warning_level": level, "rule_text": rule,
        "trigger_value": value, "threshold_value": limit, "measure_unit": unit, "raised_at": raised,
        "acknowledged_at": min(raised + timedelta(minutes=3), end - timedelta(seconds=1)),
        "acknowledged_role": _DUTY_ROLE, "cleared_at": cleared, "event_id": event["event_id"],
        "status": "cleared" if cleared else "converted",
    }  # fmt: skip
