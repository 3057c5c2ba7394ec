"""Demo rows of events, their tasks and their reports: about forty events a week, each with one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.ecology_rest import story as ecology_story
from data.demo.overview import alerts, stories
from data.demo.overview.place import Row, ago, area_name, end_at, government, person, phone, rows_to_table, somewhere
from data.demo.safety.stories import SLOPE
from data.demo.tourism.register import spot_ids

PER_WEEK = 40
_LOCAL = "属地"


@dataclass(frozen=True)
class _Sort:
    """A sort of event: what it is called, who leads and helps, hours allowed and taken, how often there are several."""

    theme: str
    kind: str
    category: str
    weight: float
    lead: str  # _LOCAL is the government of the place
    helpers: tuple[str, ...]
    limit_h: float
    taken_h: float
    joint: float
    cause: str
    emergency: str | None = None
    mood: str = ""  # what brings it: rain or crowds


_SORTS = (
    _Sort("urban", "operation", "道路塌陷与积水", 12, "市住房城乡建设局", ("市公安局", _LOCAL),
          24, 9, 0.45, "排水管网淤堵", None, "rain"),
    _Sort("urban", "operation", "市政设施损坏", 14, "市住房城乡建设局", ("市城市管理局",),
          48, 20, 0.2, "设施老化"),
    _Sort("urban", "operation", "违法建设与占道", 10, "市城市管理局", ("市自然资源和规划局", _LOCAL),
          72, 40, 0.4, "源头管控不足"),
    _Sort("traffic", "operation", "道路拥堵处置", 12, "市公安局", ("市交通运输局",),
          6, 1.6, 0.35, "车流集中", None, "crowd"),
    _Sort("traffic", "emergency", "道路交通事故", 7, "市公安局", ("市卫生健康委", "市应急局"),
          24, 7, 0.8, "弯道超速", "accident", "rain"),
    _Sort("safety", "emergency", "火灾事故", 5, "市消防救援支队", ("市应急局", "市卫生健康委"),
          24, 6, 0.7, "电气故障", "accident"),
    _Sort("safety", "emergency", "地质灾害险情", 3, _LOCAL, ("市自然资源和规划局", "市应急局"),
          72, 30, 0.9, "降雨诱发", "natural", "rain"),
    _Sort("ecology", "environment", "水质超标", 4, "市生态环境局", ("市水利局", _LOCAL),
          72, 36, 0.6, "企业排放"),
    _Sort("ecology", "environment", "大气异味与扬尘", 6, "市生态环境局", ("市城市管理局",),
          48, 20, 0.35, "施工管理不到位"),
    _Sort("tourism", "crowd", "景区客流过大", 5, "市文化和旅游局", ("市公安局", "市交通运输局"),
          12, 4, 0.85, "预约错峰不足", None, "crowd"),
    _Sort("livelihood", "appeal", "供水供气中断", 9, "市住房城乡建设局", (_LOCAL,),
          24, 10, 0.25, "管网老化"),
    _Sort("livelihood", "appeal", "欠薪与劳资诉求", 6, "市人力资源社会保障局", ("市住房城乡建设局",),
          120, 70, 0.3, "合同不规范"),
    _Sort("community", "appeal", "邻里与物业纠纷", 7, _LOCAL, ("市住房城乡建设局",),
          120, 60, 0.25, "物业服务不到位"),
)  # fmt: skip
_CHAIN = ("reported_at", "accepted_at", "filed_at", "dispatched_at", "handled_at", "verified_at", "closed_at")
_STATUS = ("reported", "accepted", "filed", "dispatched", "handled", "verifying", "closed")


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """Events in order of time, and what hangs on them."""
    chance = city.chance("overview.event")
    end = end_at(drive)
    drawn = [_cut(event, end) for event in _drawn(chance, city, drive)]
    drawn[len(drawn) // 2]["closed_at"] = drawn[len(drawn) // 2]["occurred_at"] - timedelta(hours=1)  # a wrong clock
    drawn[len(drawn) // 2]["status"] = "closed"
    for number, event in enumerate(drawn, 1):
        event["event_id"] = f"YS-SJ-{number:06d}"
    events = sorted([*drawn, *_planted(city, drive)], key=lambda each: (each["occurred_at"], each["event_id"]))
    events = [event for event in events if event["occurred_at"] < end]
    tasks = [task for event in events for task in _tasks(event, end)]
    reports = [report for event in events if event["kind"] == "emergency" for report in _reports(event, end)]
    return {
        "overview.event": rows_to_table("overview.event", events),
        "overview.event_task": rows_to_table("overview.event_task", tasks),
        "overview.event_report": rows_to_table("overview.event_report", reports),
        "overview.alert": alerts.make(city, drive, events),
    }


def _drawn(chance: np.random.Generator, city: City, drive: Drivers) -> list[Row]:
    weight = np.array([sort.weight for sort in _SORTS])
    events = []
    for index, day in enumerate(drive.calendar):
        mood = {"": 1.0, "rain": 0.5 + drive.rain_mm[index] / 12.0, "crowd": 0.35 + 0.65 * drive.crowd[index]}
        share = weight * np.array([mood[sort.mood] for sort in _SORTS])
        count = chance.poisson(PER_WEEK / 7 * city.scale * share.sum() / weight.sum())
        for number in np.sort(chance.choice(len(_SORTS), count, p=share / share.sum())):
            start = datetime.combine(day.day_date, datetime.min.time())
            occurred = start + timedelta(minutes=int(np.clip(chance.normal(13.5, 4.5), 0, 23.9) * 60))
            events.append(_one(chance, city, _SORTS[number], occurred))
    return events


def _one(chance: np.random.Generator, city: City, sort: _Sort, occurred: datetime) -> Row:
    place = somewhere(city, chance)
    area = area_name(place)
    is_joint = bool(chance.random() < sort.joint)
    local = government(place)
    helpers = [local if name == _LOCAL else name for name in sort.helpers][
        : 1 + int(chance.integers(len(sort.helpers)))
    ]
    lead = local if sort.lead == _LOCAL else sort.lead
    steps = np.cumsum([4, 12, 8, 10]) * chance.uniform(0.4, 1.8)
    taken = sort.taken_h * float(np.exp(chance.normal(0, 0.6)))
    moments = [occurred + timedelta(minutes=int(step)) for step in steps]
    handled = moments[1] + timedelta(hours=taken)
    verified = handled + timedelta(hours=float(chance.uniform(0.3, 3)))
    closed = verified + timedelta(minutes=int(chance.integers(10, 120)))
    number = int(chance.integers(0, 9000))
    is_emergency = sort.emergency is not None
    dead = int(chance.random() < 0.02) if is_emergency else None
    planned = int(chance.integers(12, 180)) if sort.category.startswith("地质") else None
    fate = chance.random()
    row: Row = {
        "title": f"演示·{area}{sort.category}",
        "theme": sort.theme, "kind": sort.kind, "category_name": sort.category,
        "emergency_kind": sort.emergency, "event_grade": ("3" if dead else "4") if is_emergency else None,
        "place_code": place, "address": f"演示路段{number % 200 + 1}号附近" if chance.random() < 0.8 else None,
        "occurred_at": occurred, "due_at": moments[1] + timedelta(hours=sort.limit_h),
        **dict(zip(_CHAIN, [*moments, handled, verified, closed], strict=True)),
        "lead_unit": lead, "supporting_units": "|".join(helpers) if is_joint else None, "is_joint": is_joint,
        "supervising_unit": "市政府办公室" if is_emergency else None,
        "contact_name": person(number), "contact_phone": phone(number),
        "dead_count": dead,
        "injured_count": int(chance.poisson(0.8)) if is_emergency and chance.random() < 0.97 else None,
        "missing_count": 0 if is_emergency else None,
        "involved_count": int(chance.integers(2, 60)) if is_emergency else None,
        "evacuate_planned_count": planned, "evacuated_count": planned,
        "loss_wan": round(float(np.exp(chance.normal(0.5, 1.0))), 2) if is_emergency else None,
        "cause_name": sort.cause if chance.random() < 0.9 else None,
        "rework_count": int(chance.random() < 0.05), "return_count": int(chance.random() < 0.06),
        "extension_count": int(chance.random() < 0.04),
        "satisfaction_score": int(chance.choice([5, 4, 3, 2, 1], p=[0.5, 0.3, 0.1, 0.06, 0.04]))
        if chance.random() < 0.55 else None,
        "score": round(float(np.clip(chance.normal(88, 6), 40, 100)), 1),
        "outcome": "已处置完毕", "source_system": f"{sort.theme}.演示来源", "object_id": f"YS-LY-{number:05d}",
        "_fate": "cancelled" if fate < 0.015 else "suspended" if fate < 0.02 else "",
    }  # fmt: skip
    return row


def _cut(event: Row, end: datetime) -> Row:
    """What is known of an event when the demo ends; a void or suspended one is never closed."""
    fate = event.pop("_fate", "")
    known = [name for name in _CHAIN if event.get(name) is not None and event[name] < end]
    if fate:
        known = known[:3]
    for name in _CHAIN:
        if name not in known:
            event[name] = None
    event["status"] = fate or (_STATUS[_CHAIN.index(known[-1])] if known else "reported")
    if event["closed_at"] is None:
        for name in ("satisfaction_score", "score", "outcome", "loss_wan"):
            event[name] = None
        if event["kind"] == "emergency" and not fate:
            event.setdefault("next_report_at", end + timedelta(hours=2))
    return event


def _planted(city: City, drive: Drivers) -> list[Row]:
    """The events that other scenes tell of, and the three that wait for a decision."""
    end = end_at(drive)
    slope_at = ago(drive, SLOPE.days_ago, 19.25)
    crash_at, main_at = ago(drive, 0, 17.6), ago(drive, 2, 8.2)
    fire_at = ago(drive, stories.FOREST_FIRE_DAYS_AGO, 14.4)
    river_at = ago(drive, ecology_story.RIVER_FROM - 1, 0.9)
    crowd_at = datetime.combine(stories.CROWD_DAY, datetime.min.time()) + timedelta(hours=11, minutes=5)
    base: Row = {"is_joint": True, "rework_count": 0, "return_count": 0, "extension_count": 0}
    events = [
        base | _flow(slope_at, 26, None) | {
            "event_id": SLOPE.event_id, "title": "演示·歙县斜坡位移加速", "theme": "safety", "kind": "emergency",
            "emergency_kind": "natural", "event_grade": "4", "category_name": "地质灾害险情",
            "place_code": SLOPE.place_code, "lead_unit": "歙县人民政府",
            "supporting_units": "市自然资源和规划局|市应急局|市公安局", "contact_name": person(1),
            "contact_phone": phone(1), "dead_count": 0, "injured_count": 0, "missing_count": 0,
            "involved_count": stories.SLOPE_PLANNED, "evacuate_planned_count": stories.SLOPE_PLANNED,
            "evacuated_count": stories.SLOPE_MOVED, "next_report_at": end, "cause_name": "降雨诱发",
            "source_system": "城市安全", "object_id": SLOPE.alert_id,
        },
        base | _flow(crash_at, 24, None) | {
            "event_id": stories.CRASH_EVENT, "title": "演示·景区公路两车相撞", "theme": "traffic", "kind": "emergency",
            "emergency_kind": "accident", "event_grade": "4", "category_name": "道路交通事故",
            "place_code": stories.CRASH_PLACE, "lead_unit": "市公安局",
            "supporting_units": "市卫生健康委|市应急局", "contact_name": person(2), "contact_phone": phone(2),
            "dead_count": 1, "injured_count": 3, "missing_count": 0, "involved_count": 6,
            "next_report_at": ago(drive, 0, 22.0), "source_system": "公共交通", "object_id": "YS-JT-000001",
        },
        base | _flow(main_at, 36, None) | {
            "event_id": stories.MAIN_EVENT, "title": "演示·老街供水主管破裂", "theme": "livelihood",
            "kind": "operation", "category_name": "供水供气中断", "place_code": stories.MAIN_PLACE,
            "lead_unit": "市住房城乡建设局", "supporting_units": "屯溪区人民政府|市公安局",
            "contact_name": person(3), "contact_phone": phone(3), "involved_count": 1_900,
            "next_report_at": ago(drive, 0, 18.0), "cause_name": "管网老化", "source_system": "12345 热线",
            "object_id": "YS-GD-000001",
        },
        base | _flow(fire_at, 48, 9.0) | {
            "event_id": stories.FOREST_FIRE_EVENT, "title": "演示·祁门县凫峰镇森林火情", "theme": "safety",
            "kind": "emergency", "emergency_kind": "natural", "event_grade": "4", "category_name": "火灾事故",
            "place_code": stories.FOREST_FIRE_PLACE, "lead_unit": "祁门县人民政府",
            "supporting_units": "市林业局|市消防救援支队|市应急局", "contact_name": person(4),
            "contact_phone": phone(4), "dead_count": 0, "injured_count": 0, "missing_count": 0,
            "cause_name": "农事用火", "outcome": "明火扑灭，留守看护", "score": 91.0, "source_system": "城市安全",
            "object_id": stories.FOREST_FIRE_EVENT,
        },
        base | _flow(river_at, 120, 62.0) | {
            "event_id": stories.RIVER_EVENT, "title": "演示·演示断面·练江氨氮超标", "theme": "ecology",
            "kind": "environment", "category_name": "水质超标", "place_code": stories.RIVER_PLACE,
            "lead_unit": "市生态环境局", "supporting_units": "市水利局|歙县人民政府", "contact_name": person(5),
            "contact_phone": phone(5), "cause_name": "企业排放", "outcome": "责任企业停止排放，水质恢复", "score": 93.0,
            "source_system": "生态环境", "object_id": ecology_story.RIVER_EXCEEDANCE,
        },
        base | _flow(crowd_at, 8, 3.5) | {
            "event_id": stories.CROWD_EVENT, "title": "演示·宏村客流达到核定承载量", "theme": "tourism",
            "kind": "crowd", "category_name": "景区客流过大", "place_code": stories.CROWD_PLACE,
            "spot_id": spot_ids(city)[stories.CROWD_SPOT], "lead_unit": "市文化和旅游局",
            "supporting_units": "黟县人民政府|市公安局|市交通运输局", "contact_name": person(6),
            "contact_phone": phone(6), "involved_count": 9_000, "cause_name": "预约错峰不足",
            "outcome": "停止售票、分流引导", "score": 90.0, "satisfaction_score": 3, "source_system": "智慧文旅",
            "object_id": spot_ids(city)[stories.CROWD_SPOT],
        },
    ]  # fmt: skip
    first = datetime.combine(drive.calendar[0].day_date, datetime.min.time())
    unknown: Row = {"evacuate_planned_count": None, "evacuated_count": None}
    events = [_cut(unknown | event, end) for event in events if first <= event["occurred_at"] < end]
    return events


def _flow(occurred: datetime, limit_h: float, taken_h: float | None) -> Row:
    """The moments of an event; without `taken_h` it is being dealt with."""
    steps = [occurred + timedelta(minutes=minutes) for minutes in (6, 12, 18, 25)]
    after = [None] * 3 if taken_h is None else [steps[1] + timedelta(hours=taken_h + more) for more in (0, 1, 1.5)]
    due = steps[1] + timedelta(hours=limit_h)
    return {"occurred_at": occurred, "due_at": due, **dict(zip(_CHAIN, [*steps, *after], strict=True))}


def _tasks(event: Row, end: datetime) -> list[Row]:
    """One task for the unit that leads and one for each that helps."""
    if event["dispatched_at"] is None:
        return []
    units = [event["lead_unit"], *(event["supporting_units"] or "").split("|")]
    tasks = []
    for step, unit in enumerate((unit for unit in units if unit), 1):
        sent = event["dispatched_at"]
        row: Row = {
            "event_id": event["event_id"], "step_no": step, "place_code": event["place_code"], "handling_unit": unit,
            "is_lead": step == 1, "dispatched_at": sent, "due_at": event["due_at"],
            "return_count": event["return_count"] if step == 1 else 0,
            "rework_count": event["rework_count"] if step == 1 else 0,
            "extension_count": event["extension_count"] if step == 1 else 0,
            "contact_name": event["contact_name"] if step == 1 else None,
            "contact_phone": event["contact_phone"] if step == 1 else None,
        }  # fmt: skip
        moments = (
            ("acknowledged_at", sent + timedelta(minutes=5 + 3 * step)),
            ("arrived_at", sent + timedelta(minutes=25 + 11 * step)),
            ("feedback_at", event["handled_at"]),
        )
        row |= {name: moment for name, moment in moments if moment is not None and moment < end}
        reached = [name for name, _ in moments if name in row]
        row["status"] = (
            "closed" if event["status"] == "closed"
            else {"acknowledged_at": "acknowledged", "arrived_at": "arrived", "feedback_at": "handled"}[reached[-1]]
            if reached else "dispatched"
        )  # fmt: skip
        row["feedback"] = "已处置，现场恢复" if "feedback_at" in row else None
        tasks.append(row)
    return tasks


def _reports(event: Row, end: datetime) -> list[Row]:
    """The first report within half an hour, one or two more, and the last when the event is closed."""
    first = event["reported_at"]
    if first is None:
        return []
    last = event["closed_at"] if event["closed_at"] and event["closed_at"] > first else None
    moments = [first, first + timedelta(hours=2)] + ([last] if last else [first + timedelta(hours=5)])
    moments = sorted(moment for moment in moments if moment < end)
    if not last and event.get("next_report_at"):
        moments = [moment for moment in moments if moment < event["next_report_at"]] or [first]
    rows = []
    for number, moment in enumerate(moments, 1):
        is_newest = number == len(moments)
        share = 1.0 if is_newest else number / (len(moments) + 1)
        row: Row = {name: event.get(name) for name in (
            "event_id", "place_code", "event_grade", "dead_count", "injured_count", "missing_count", "involved_count",
            "evacuate_planned_count", "contact_name", "contact_phone",
        )}  # fmt: skip
        moved = event.get("evacuated_count")
        row |= {
            "report_no": number,
            "reported_at": moment,
            "evacuated_count": None if moved is None else int(moved * share),
            "owner_unit": event["lead_unit"],
            "content": "终报：处置结束" if is_newest and last else f"第{number}报：正在处置",
            "next_report_at": event.get("next_report_at") if is_newest else moments[number],
        }
        rows.append(row)
    return rows
