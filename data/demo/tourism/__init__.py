"""Demo rows of 智慧文旅: every table of the theme, over the days that the city's calendar, rain and holidays drive.

The stories it tells, with their names and days, stand in `stories`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.tourism import crowd, culture, market, promotion, register, visitor
from data.demo.tourism.season import season


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`; daily statistics begin a year earlier."""
    travel = season(city, drive)
    counted = crowd.crowd(city, travel)
    visits = visitor.visits(city, travel)
    merchants = market.merchants(city)
    venue = culture.culture_venue(city, drive)
    return {
        "tourism.scenic_spot": register.scenic_spot(city),
        "tourism.crowd_node": register.crowd_node(city),
        "tourism.scenic_daily": counted.scenic_daily,
        "tourism.scenic_flow": counted.scenic_flow,
        "tourism.node_flow": counted.node_flow,
        "tourism.camera_daily": counted.camera_daily,
        "tourism.visitor_daily": visitor.visitor_daily(city, travel, visits, counted.scenic_daily),
        "tourism.visitor_origin_daily": visitor.visitor_origin_daily(city, travel, visits),
        "tourism.behaviour_monthly": visitor.behaviour_monthly(city, travel, drive, visits),
        "tourism.revenue_monthly": visitor.revenue_monthly(city, travel, drive, visits),
        "tourism.lodging_daily": visitor.lodging_daily(city, travel, visits),
        "tourism.consumption_daily": visitor.consumption_daily(city, travel),
        "tourism.element": market.element(city, travel, merchants),
        "tourism.complaint": market.complaint(city, travel, merchants),
        "tourism.market_inspection": market.market_inspection(city, travel, merchants),
        "tourism.campaign": promotion.campaign(city, travel),
        "tourism.internet_daily": promotion.internet_daily(city, travel),
        "tourism.travel_notice": promotion.travel_notice(city, travel),
        "tourism.heritage": culture.heritage(city, drive),
        "tourism.culture_venue": venue,
        "tourism.culture_venue_monthly": culture.culture_venue_monthly(city, drive, venue),
        "tourism.culture_resource": culture.culture_resource(city, drive),
        "tourism.smart_assessment": culture.smart_assessment(city, travel),
    }
