"""Demo rows of 城管: cases over 2,202 unit grids with their flow, 12345 orders, detections, and the six sub-systems.

The planted story (a lane where rubbish comes back) is told in `case.py`; its constants are exported here for tests and
the briefing. The 12345 topics are exported for 民生, whose table of topics must know the same codes.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.urban import (
    assessment,
    case,
    component,
    detection,
    enforcement,
    flow,
    hotline,
    matter,
    place,
    subsystem,
    unit,
)  # fmt: skip
from data.demo.urban.case import STORY_ADDRESS, STORY_CASES, STORY_DAYS, STORY_MATTER
from data.demo.urban.clock import work_clock
from data.demo.urban.topic import TOPICS

__all__ = ["STORY_ADDRESS", "STORY_CASES", "STORY_DAYS", "STORY_MATTER", "TOPICS", "make", "orders"]


def orders(city: City, drive: Drivers) -> pa.Table:
    """`urban.hotline_order` alone, for 总体态势, which counts the same orders by day."""
    grids = place.grids()
    sites = place.sites(city, grids)
    clock = work_clock(drive.days[0].item(), drive.days[-1].item())
    stock = component.components(city, sites, len(grids.codes))
    cases = case.cases(city, drive, clock, sites, unit.units(city), stock, grids, place.story_grid(grids))
    return hotline.hotline_order(city, drive, clock, sites, cases)[0]


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`."""
    grids = place.grids()
    count = len(grids.codes)
    sites = place.sites(city, grids)
    units = unit.units(city)
    clock = work_clock(drive.days[0].item(), drive.days[-1].item())
    stock = component.components(city, sites, count)
    cases = case.cases(city, drive, clock, sites, units, stock, grids, place.story_grid(grids))
    detections, detection_ids = detection.ai_detection(city, drive, sites, cases, count)
    orders, order_ids = hotline.hotline_order(city, drive, clock, sites, cases)
    damaged = case.damaged_components(cases, len(stock.kind))
    return {
        "urban.unit_grid": place.unit_grid(grids),
        "urban.matter_type": matter.matter_type(),
        "urban.matter_limit": matter.matter_limit(),
        "urban.city_component": component.city_component(city, drive, sites, units, stock, damaged),
        "urban.iot_device": component.iot_device(city, drive, sites, units, stock),
        "urban.case": case.case(city, drive, sites, units, cases, stock, grids.duty_ids, detection_ids, order_ids),
        "urban.case_flow": flow.case_flow(city, drive, sites, units, cases),
        "urban.appeal": flow.appeal(city, drive, clock, sites, units, cases),
        "urban.ai_detection": detections,
        "urban.hotline_order": orders,
        "urban.assessment_rule": assessment.assessment_rule(),
        **assessment.assessments(city, drive, units, cases),
        "urban.province_upload": assessment.province_upload(city, drive),
        "urban.street_light_daily": subsystem.street_light_daily(city, drive),
        "urban.sanitation_daily": subsystem.sanitation_daily(city, drive),
        "urban.sanitation_facility": subsystem.sanitation_facility(city, sites, count),
        **subsystem.flood(city, drive, sites, count),
        "urban.pipe_network": subsystem.pipe_network(city, drive),
        "urban.pipe_monitor_daily": subsystem.pipe_monitor_daily(city, drive),
        "urban.pipe_incident": subsystem.pipe_incident(city, drive, sites, count),
        "urban.market_supervision": subsystem.market_supervision(city, drive),
        "urban.enforcement_item": enforcement.enforcement_item(city),
        **enforcement.enforcement(city, drive, clock),
        "urban.watch_list": enforcement.watch_list(city, drive),
    }
