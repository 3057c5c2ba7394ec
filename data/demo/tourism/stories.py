"""The only place that says which stories the demo of 文旅 tells, so that tests and the briefing can name them.

- 国庆拥挤: on 2026-10-03 宏村 is at or above 80 % of its approved capacity from mid-morning, and at or above 100 % for
  about an hour before noon; ticket sale stops, notices go out, complaints about queues follow. 宏村月沼 fills too.
- 无门票村落： 西溪南 has no approved capacity: only the vehicles that enter it are known; they peak before noon.
- 投诉集中: one invented merchant (STORY_MERCHANT) draws complaints over price all autumn; some are open past their
  limit.
- 脏数据： 西递 is counted by gates and by cameras, and the two contradict; a gate of 徽州古城 is out for half a day;
  three days of 祁门县's survey and one of the city's (LOST_DAYS) never came; the last day of one zone is late.
"""

from __future__ import annotations

from datetime import date

STORY_SPOT = "宏村"
STORY_NODE = "宏村月沼"
STORY_DAY = date(2026, 10, 3)
STORY_PEAK = 1.055  # of the approved capacity
STORY_VILLAGE = "西溪南"
STORY_MERCHANT = "演示土特产店·老街001"
STORY_MERCHANT_PLACE = "341002004"  # 老街街道
STORY_CATEGORY = "TS01"  # 价格与诚信

CONTRADICTING_SPOT = "西递"  # its cameras count about 7 % more than its gates
OUTAGE_SPOT, OUTAGE_DAYS_BEFORE_END, OUTAGE_HOURS = "徽州古城", 9, (8, 14)
LOST_DISTRICT = "341024"
LOST_DAYS = (date(2026, 8, 12), date(2026, 8, 13), date(2026, 8, 14))  # no survey of the district
LOST_CITY_DAY = date(2026, 8, 13)
LATE_ZONE = "3410F2"  # has not reported the last day
