"""What is planted in the demo of 城市安全, so that tests and briefing can name it.

Days are counted back from the last day of the demo (0 = the last day). In the default demo (until 2026-11-23) all of it
lies in the last full week.

- A slope near a village moves: an orange geological warning is in force, 128 people must leave and 15 have not yet.
- Two weeks without rain: forest-fire danger grade 4 (火险四级 · 橙色预警) in many townships, and one small forest fire.
- Three supervised major hazards are past their due date, each with unit and supervision number; one lies with a 管委会.
- One unit's leader on duty was not at the post when checked, and one handover was never confirmed.
- The fire devices of one heritage village are offline; the cameras of one district are often so.
- One township has no rescue team on standby within an hour.
Contradictions that a careful reader finds: more people evacuated than planned in one row, a published risk score that
its terms do not give, a risk source whose open hazards differ from the register of hazards, calls "arrived" before they
were dispatched.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Evacuation:
    """A warning in force with people still to be moved."""

    alert_id: str
    event_id: str
    place_code: str
    days_ago: int
    planned: int
    evacuated: int


@dataclass(frozen=True)
class OverdueHazard:
    """A supervised major hazard past its due date."""

    supervision_no: str
    title: str
    risk_domain: str
    place_code: str
    responsible_unit: str
    supervising_unit: str
    found_days_ago: int
    due_days_ago: int


SLOPE = Evacuation("YS-YJ-BP01", "YS-SJ-BP01", "341021209", days_ago=1, planned=128, evacuated=113)  # 歙县璜田乡
SLOPE_NEIGHBOUR = Evacuation("YS-YJ-BP01", "YS-SJ-BP01", "341021210", days_ago=1, planned=36, evacuated=36)  # 长陔乡
FOREST_FIRE_EVENT = "YS-SJ-LH01"
FOREST_FIRE_PLACE = "341024107"  # 祁门县凫峰镇
FOREST_FIRE_DAYS_AGO = 3

OVERDUE_HAZARDS = (
    OverdueHazard(
        "黄安督〔演示〕11号", "演示·疏散楼梯被占用", "fire", "341002004", "演示商业公司甲", "市消防救援支队", 75, 9
    ),
    OverdueHazard(
        "黄安督〔演示〕12号", "演示·古村落电线老化", "fire", "341023101", "演示古村公司", "市文化和旅游局", 64, 4
    ),
    OverdueHazard(
        "黄安督〔演示〕13号", "演示·除尘系统缺陷", "work_safety", "3410F2", "演示机电公司乙", "市应急局", 50, 2
    ),
)

ABSENT_UNIT = "休宁县应急局"  # the leader on duty was not at the post on the last day
UNCONFIRMED_UNIT = "市林业局"  # the last night's handover was never confirmed
OFFLINE_VILLAGE = "341023101"  # 黟县宏村镇: fire devices offline for the last OFFLINE_DAYS days
OFFLINE_DAYS = 5
WEAK_CAMERA_DISTRICT = "341024"  # 祁门县
REMOTE_TOWNSHIP = "341022211"  # 休宁县白际乡
INTERRUPTED_SYSTEM = "Z20-10"  # its feed is interrupted on the last INTERRUPTED_DAYS days
INTERRUPTED_DAYS = 3
