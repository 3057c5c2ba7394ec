"""Demo rows of 城市安全: every table of the theme, one module per field; `stories` says what is planted and where.

Sizes are those of the contracts, times the scale of the city; what the plan fixes (26 907 cameras and their parts,
hundreds of old buildings) stays whatever the scale. Weather, drought and holidays are those of the whole demo city.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.safety import calls, command, fire, forest, health, heritage, resource, risk, video, warning

MAKERS: Mapping[str, Callable[[City, Drivers], pa.Table]] = {
    "safety.alarm_call": calls.alarm_calls,
    "safety.camera": video.cameras,
    "safety.camera_coverage": video.camera_coverage,
    "safety.conference": command.conferences,
    "safety.device_trust_daily": video.device_trust,
    "safety.drill": command.drills,
    "safety.duty_roster": command.duty_roster,
    "safety.earthquake": warning.earthquakes,
    "safety.emergency_supply": resource.emergency_supplies,
    "safety.emergency_team": resource.emergency_teams,
    "safety.feeder_daily": video.feeders,
    "safety.fire_iot": fire.fire_iot,
    "safety.fire_unit": fire.fire_units,
    "safety.fire_work_monthly": fire.fire_work_monthly,
    "safety.forest_fire_risk": forest.forest_fire_risk,
    "safety.forest_hot_spot": forest.forest_hot_spots,
    "safety.forest_patrol_daily": forest.forest_patrol_daily,
    "safety.forest_water_point": forest.forest_water_points,
    "safety.geohazard_point": warning.geohazard_points,
    "safety.hazard": risk.hazards,
    "safety.hazard_feed_daily": warning.hazard_feeds,
    "safety.heritage_fire": heritage.heritage_fire,
    "safety.key_goods_monthly": health.key_goods_monthly,
    "safety.medical_rescue_daily": health.medical_rescue_daily,
    "safety.press_release": command.press_releases,
    "safety.public_health_daily": health.public_health_daily,
    "safety.risk_score_daily": risk.risk_scores,
    "safety.risk_source": risk.risk_sources,
    "safety.shelter": resource.shelters,
    "safety.social_risk_monthly": risk.social_risk_monthly,
    "safety.supply_dispatch": resource.supply_dispatches,
    "safety.team_reach": resource.team_reach,
    "safety.video_record_daily": video.video_records,
    "safety.warning_notice": warning.warning_notices,
    "safety.work_accident": calls.work_accidents,
    "safety.work_safety_coverage": health.work_safety_coverage,
}


class _Tables(Mapping[str, pa.Table]):
    """Each table is made when it is asked for, so that never two lie in memory."""

    def __init__(self, city: City, drive: Drivers) -> None:
        self._city, self._drive = city, drive

    def __getitem__(self, name: str) -> pa.Table:
        return MAKERS[name](self._city, self._drive)

    def __iter__(self) -> Iterator[str]:
        return iter(MAKERS)

    def __len__(self) -> int:
        return len(MAKERS)


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`."""
    return _Tables(city, drive)
