"""The planted stories of 生态环境: the only place that says what the demo wants to be found, so that tests can name it.

- River: section YS-W09 (演示断面·练江) exceeds its ammonia limit from five to two days before the demo's end. The alert
  is raised at the first sample, traced against the upstream section to the food works on the tributary, an officer
  arrives within two hours, the works stop discharging, the water recovers, the case is closed with a fine.
- Air: the boundary monitor of the 徽州 park smells of solvent on the Wednesday of the same week; the source upwind is
  a paint works, confirmed by its own online monitor.
- The last evening: an alert from a waste-water works in 休宁县 at which nobody has arrived yet.
- Reservoirs: two small ones stand above their flood limit on the last day, whatever the weather.
- Diesel: one lorry is judged a high emitter on every day of the last week.
"""

from __future__ import annotations

RIVER_SECTION = "YS-W09"
RIVER_SECTION_ROW = 8  # where that section stands in data.demo.ecology.SECTIONS
RIVER_UPSTREAM = "YS-W08"
RIVER_ITEM = "nh3n"
RIVER_LIMIT = 1.0  # mg/L, class Ⅲ of GB 3838-2002: the section's target
RIVER_FROM, RIVER_TO = 5, 2  # days before the demo's end: data.demo.ecology spills the same days
RIVER_SOURCE = "YS-P001"
RIVER_SOURCE_NAME = "演示企业·练江食品01"
RIVER_EXCEEDANCE = "YS-E-RIVER"
AIR_SOURCE = "YS-P002"
AIR_SOURCE_NAME = "演示企业·徽州涂料02"
AIR_MONITOR = "YS-G-PARK"  # a boundary monitor of the park: in no register of air stations
AIR_ITEM = "nmhc"
AIR_LIMIT = 4.0  # mg/m³, GB 16297-1996 at the boundary
AIR_DAY = 4  # days before the demo's end
AIR_EXCEEDANCE = "YS-E-AIR"
WAITING_SOURCE = "YS-P003"
WAITING_SOURCE_NAME = "演示企业·休宁污水处理03"
WAITING_EXCEEDANCE = "YS-E-WAITING"
FULL_RESERVOIRS = ("YS-R061", "YS-R114")
SMOKY_VEHICLE = 0  # the row of the lorry among the diesel vehicles
