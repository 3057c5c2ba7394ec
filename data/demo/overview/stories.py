"""What is planted in the demo of 总体态势, so that tests, pages and briefing can name it.

Days are counted back from the last day of the demo (0 = the last day).

- 要拍板的事: three events are open at the end: the moving slope in 歙县 (15 of 164 people not yet moved), a crash with
  a death whose next report is overdue, and a burst water main that one unit has not closed in time.
- 上周交办: of the twenty things given out in the last week twelve are done, five in hand, two due within two days, one
  overdue — the 市交通运输局 is named.
- 城市一体: the forest fire and the slope carry the numbers of 城市安全, the crowd at 宏村 on 2026-10-03 is an event and
  an alert, and so is the exceedance at 演示断面·练江.
- 两处计数: on one day the file of the 12345 orders came in part only, and the daily count of the hotline is larger.
- 脏数据: one emergency's injured were never reported (unknown, not nobody), three district-days of 12345 are missing,
  a feed delivers nothing for three days, one event was closed before it was reported (a wrong clock).
"""

from __future__ import annotations

from datetime import date

from data.demo.safety.stories import FOREST_FIRE_DAYS_AGO, FOREST_FIRE_EVENT, FOREST_FIRE_PLACE, SLOPE, SLOPE_NEIGHBOUR

CROWD_EVENT, CROWD_ALERT = "YS-SJ-HC01", "YS-YJ-HC01"
CROWD_DAY = date(2026, 10, 3)
CROWD_SPOT = "宏村"
CROWD_PLACE = "341023101"  # 黟县宏村镇
RIVER_EVENT, RIVER_ALERT = "YS-SJ-LJ01", "YS-YJ-LJ01"
RIVER_PLACE = "341021"
CRASH_EVENT = "YS-SJ-JT01"
CRASH_PLACE = "341003"
MAIN_EVENT = "YS-SJ-GS01"
MAIN_PLACE = "341002004"
OPEN_EVENTS = (SLOPE.event_id, CRASH_EVENT, MAIN_EVENT)
SLOPE_PLANNED = SLOPE.planned + SLOPE_NEIGHBOUR.planned
SLOPE_MOVED = SLOPE.evacuated + SLOPE_NEIGHBOUR.evacuated

ASSIGNED_LAST_WEEK = {"closed": 12, "running": 5, "near_due": 2, "overdue": 1}
OVERDUE_UNIT = "市交通运输局"
SILENT_FEED = "YS-DJ-017"
SILENT_DAYS = 3
LOST_HOTLINE = (("341023", 9), ("341024", 30), ("341022", 31))  # area, days ago: 12345 did not report

__all__ = [
    "FOREST_FIRE_DAYS_AGO",
    "FOREST_FIRE_EVENT",
    "FOREST_FIRE_PLACE",
    "SLOPE",
]
