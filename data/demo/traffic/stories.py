"""The only place that says which stories the demo of 交通 tells, so that tests and the briefing can name them.

- 停车场饱和: the lot at 宏村 is full around noon on every day of 国庆, and again at the weekends of November, when the
  leaves of 塔川 turn. Its queue spills onto 屯溪—宏村, with an incident of cause `parking_full` each time.
- 走廊： 屯溪—汤口 takes about twice its weekday time towards the mountain on the first days of 国庆, and homewards on
  the last ones; 屯溪—宏村 as well, and again at the weekends of November.
- 塌方: a rockfall narrows 祁门—牯牛降 three days before the end; it is not cleared, and says when it will be.
- 夜间事故: an accident an hour before the end whose cause is not known yet, with a contact and a next report.
- 占道施工: roadworks that have run past their expected end: overdue, still open.
- 没人坐的线路: a rural line with hardly a passenger per trip.
- 没车坐的社区: two communities at the edge of the town with hardly a stop within 500 m.
- 采样不足： 祁门县 has too few probes for an index; it is withheld there.
- 瓶颈: three roads of 屯溪 that jam at every rush hour.
- 脏数据: three hours without any link speed; two August days that bus, parking and corridor data never came for; a
  parking lot whose daily count contradicts its own five-minute counts; a lot whose free and occupied spaces do not add
  up to its register; the last day of one bus operator late; checkpoints that are away for days; speeds of 0.
"""

from __future__ import annotations

FULL_LOT = "YS-P001"
FULL_LOT_NAME = "演示停车场·宏村1号"
CROWDED_CORRIDORS = ("YS-C01", "YS-C02")  # 屯溪—汤口, 屯溪—宏村
LEAVES_CORRIDOR, LEAVES_MONTH = "YS-C02", 11

ROCKFALL, ROCKFALL_CORRIDOR = "YS-J-ROCKFALL", "YS-C11"
NIGHT_ACCIDENT = "YS-J-NIGHT"
LATE_ROADWORKS = "YS-J-ROADWORKS"

EMPTY_LINE, EMPTY_LINE_NAME = "YS-B31", "演示城乡31路"
UNSERVED_COMMUNITIES = ("341002103004", "341002104400")  # 高铁社区, 龙井社区（奕棋）
THINLY_SAMPLED_DISTRICT = "341024"
BOTTLENECKS = ("新安北路", "前园南路", "长干东路")

OUTAGE_DAYS_BEFORE_END, OUTAGE_HOURS = 12, (2, 5)  # no link speed at all
LOST_DAYS = ((8, 12), (8, 13))  # month, day: never came
CONTRADICTING_LOT, CONTRADICTED_DAYS_BEFORE_END = "YS-P012", 4
OUTDATED_LOT, SPACES_NOT_IN_REGISTER = "YS-P020", 30
LATE_OPERATOR = "演示城际客运公司"
