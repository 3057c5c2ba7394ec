"""Demo rows of what leaders gave out, the units' feedback, and data corrections (“这个数不对”)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.overview import stories
from data.demo.overview.place import Row, ago, end_at, government, rows_to_table, somewhere

PER_WEEK = 20
_MATTERS = (
    ("traffic", "市交通运输局", "节假日景区公路保畅"),
    ("urban", "市城市管理局", "背街小巷环境整治"),
    ("ecology", "市生态环境局", "断面水质异常排查"),
    ("safety", "市应急局", "重大隐患限期整改"),
    ("tourism", "市文化和旅游局", "旅游投诉集中办理"),
    ("livelihood", "市住房城乡建设局", "老旧小区供水改造"),
    ("community", "市民政局", "独居老人探访关爱"),
    ("overview", "市数据资源局", "数据共享责任清单兑现"),
    ("livelihood", "市卫生健康委", "乡镇卫生院药品保障"),
    ("urban", "市公安局", "停车秩序整治"),
)
_KINDS = ("instruction", "meeting", "inspection", "duty")
_ROLES = {
    "instruction": "市政府主要领导",
    "meeting": "市政府常务会议",
    "inspection": "市政府督查室",
    "duty": "市总值班室",
}


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """Assignments week by week; the newest week ends as the story says."""
    chance = city.chance("overview.assignment")
    end = end_at(drive)
    rows: list[Row] = []
    weeks = max(1, drive.day_count // 7)
    for back in range(weeks - 1, -1, -1):
        start = end - timedelta(days=7 * (back + 1))
        if back == 0:
            rows += _last_week(drive)
            continue
        for _ in range(max(1, round(PER_WEEK * city.scale))):
            issued = start + timedelta(days=int(chance.integers(0, 5)), hours=float(chance.uniform(8.5, 17.5)))
            rows.append(_old(chance, city, issued, end))
    rows.sort(key=lambda each: each["issued_at"])
    for number, row in enumerate(rows, 1):
        row["assignment_id"] = f"YS-JB-{number:05d}"
    feedback = [step for row in rows for step in _feedback(row)]
    return {
        "overview.assignment": rows_to_table("overview.assignment", rows),
        "overview.assignment_feedback": rows_to_table("overview.assignment_feedback", feedback),
        "overview.correction": rows_to_table("overview.correction", _corrections(city, drive)),
    }


def _matter(number: int, issued: datetime, due: datetime, place: str) -> Row:
    theme, unit, what = _MATTERS[number % len(_MATTERS)]
    kind = _KINDS[number % len(_KINDS)]
    return {
        "kind": kind, "title": f"演示·{what}", "content": f"请{unit}牵头落实“{what}”，按时反馈。", "theme": theme,
        "place_code": place, "issuer_role": _ROLES[kind], "issued_at": issued,
        "dispatched_at": issued + timedelta(hours=1), "due_at": due, "lead_unit": unit,
        "supporting_units": government(place) if number % 3 == 0 else None,
        "supervising_unit": "市政府办公室", "extension_count": int(number % 17 == 0), "return_count": 0,
    }  # fmt: skip


def _old(chance: np.random.Generator, city: City, issued: datetime, end: datetime) -> Row:
    due = (issued + timedelta(days=int(chance.choice([3, 5, 7, 15, 30])))).replace(hour=18, minute=0, second=0)
    row = _matter(int(chance.integers(0, 1000)), issued, due.replace(microsecond=0), somewhere(city, chance))
    allowed = due - issued
    closed = issued + allowed * float(np.exp(chance.normal(-0.55, 0.45)))
    if chance.random() < 0.01:
        return row | {"status": "cancelled"}
    return _closed(row, closed) if closed < end else row | {"status": "feedback", "feedback_at": _said(row, end)}


def _said(row: Row, end: datetime) -> datetime | None:
    said: datetime = row["dispatched_at"] + timedelta(days=1)
    return said if said < end else None


def _closed(row: Row, closed: datetime) -> Row:
    span = closed - row["dispatched_at"]
    return row | {
        "feedback_at": row["dispatched_at"] + span * 0.7, "reviewed_at": row["dispatched_at"] + span * 0.9,
        "closed_at": closed, "status": "closed", "outcome": "已办结销号",
    }  # fmt: skip


def _last_week(drive: Drivers) -> list[Row]:
    """12 done, 5 in hand, 2 due within two days of the demo's end, 1 overdue."""
    end = end_at(drive)
    parts = [part for part, count in stories.ASSIGNED_LAST_WEEK.items() for _ in range(count)]
    rows = []
    for number, part in enumerate(parts):
        issued = ago(drive, 6 - number % 4, 9 + number % 7)
        due = {
            "closed": end - timedelta(hours=30), "running": end + timedelta(days=5, hours=18),
            "near_due": end + timedelta(hours=18), "overdue": end - timedelta(hours=30),
        }[part]  # fmt: skip
        row = _matter(number, issued, due, stories.MAIN_PLACE if number % 5 == 0 else "3410")
        if part == "overdue":
            row |= {"lead_unit": stories.OVERDUE_UNIT, "theme": "traffic", "title": "演示·国省道安全隐患整改"}
        if part == "closed":
            row = _closed(row, issued + timedelta(days=1 + number % 2, hours=6))
        else:
            row |= {"status": "assigned" if part == "overdue" else "feedback"}
            row["feedback_at"] = None if part == "overdue" else _said(row, end)
        rows.append(row)
    return rows


def _feedback(row: Row) -> list[Row]:
    if row.get("feedback_at") is None:
        return []
    first: Row = {
        "assignment_id": row["assignment_id"], "step_no": 1, "place_code": row["place_code"],
        "owner_unit": row["lead_unit"], "feedback_at": row["feedback_at"], "progress_rate": 0.6,
        "feedback": "已制定方案，正在实施。", "problem": "资金尚未到位" if row["extension_count"] else None,
        "status": "accepted" if row.get("reviewed_at") else "pending", "reviewed_at": row.get("reviewed_at"),
    }  # fmt: skip
    if row.get("closed_at") is None:
        return [first]
    early = first | {"feedback_at": row["dispatched_at"] + (row["feedback_at"] - row["dispatched_at"]) / 2}
    early |= {"reviewed_at": row["feedback_at"], "status": "accepted"}
    done = first | {"step_no": 2, "progress_rate": 1.0, "feedback": "已办结，请予销号。", "evidence": "演示·佐证材料"}
    return [early, done]


def _corrections(city: City, drive: Drivers) -> list[Row]:
    """About five a week: most answered within five days, half of them right."""
    chance = city.chance("overview.correction")
    end = end_at(drive)
    metrics = ("air_quality_index", "visitor_count", "hotline_answer_rate", "camera_online_rate", "bus_on_time_rate")
    rows: list[Row] = []
    for day in drive.calendar:
        for _ in range(chance.poisson(5 / 7 * city.scale)):
            raised = datetime.combine(day.day_date, datetime.min.time()) + timedelta(hours=float(chance.uniform(8, 18)))
            handled = raised + timedelta(days=float(chance.gamma(2.0, 1.2)))
            closed = handled + timedelta(days=float(chance.uniform(0.2, 2)))
            row: Row = {
                "correction_id": f"YS-JC-{len(rows) + 1:04d}", "metric_id": str(chance.choice(metrics)),
                "place_code": somewhere(city, chance)[:6], "raised_at": raised,
                "raised_role": str(chance.choice(["区县值班岗", "市直部门数据专员", "市领导联络岗"])),
                "content": "页面数与本单位台账不一致", "handling_unit": "市数据资源局",
                "due_at": raised + timedelta(days=5), "status": "handling",
            }  # fmt: skip
            if handled < end:
                is_right = bool(chance.random() < 0.5)
                row |= {"handled_at": handled, "status": "answered", "is_confirmed": is_right}
                row["outcome"] = "属实，已改正并重新发布" if is_right else "口径不同，已说明"
            if closed < end:
                row |= {"closed_at": closed, "status": "closed"}
            rows.append(row)
    last = ago(drive, 0, 10)
    rows.append({
        "correction_id": f"YS-JC-{len(rows) + 1:04d}", "metric_id": "visitor_count",
        "table_name": "tourism.visitor_daily", "place_code": "341023", "raised_at": last, "raised_role": "区县值班岗",
        "content": "接待人次少计一日", "handling_unit": "市文化和旅游局", "due_at": last + timedelta(days=5),
        "status": "raised",
    })  # fmt: skip
    return rows
