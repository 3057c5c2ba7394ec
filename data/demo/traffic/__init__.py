"""Demo rows of 交通: roads, corridors, parking, public transport and enforcement that follow weather and holidays.

The stories it tells stand in `stories`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.traffic import corridors, incidents, network, parking, roads, supervision, transit
from data.demo.traffic.columns import Tables

__all__ = ["make"]


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`; each is made when it is asked for.

    What is sampled by the minute is kept for recent days only: links for `roads.LINK_DAYS`, junctions for
    `roads.JUNCTION_DAYS`, parking for `parking.STATUS_DAYS`.
    """
    net, cross = network.links(city), network.junctions(city)
    found = incidents.incidents(city, drive, net)
    lots, lines = parking.lots(city), transit.lines(city)
    cars = parking.parking(city, drive, lots)
    rides = transit.rides(city, drive, lines)
    return Tables(
        {
            "traffic.link_speed": lambda: roads.link_speed(city, drive, net, found),
            "traffic.road_link": lambda: network.road_link(city, net),
            "traffic.corridor": lambda: network.corridor(city, net),
            "traffic.corridor_time": lambda: corridors.corridor_time(city, drive, found),
            "traffic.junction": lambda: network.junction(city, drive, cross),
            "traffic.junction_15min": lambda: roads.junction_15min(city, drive, cross),
            "traffic.incident": lambda: incidents.incident(city, drive, found),
            "traffic.control_action": lambda: incidents.control_action(city, drive, found, cross.ids),
            "traffic.parking_lot": lambda: parking.parking_lot(city, lots),
            "traffic.parking_status": lambda: parking.parking_status(city, drive, lots, cars),
            "traffic.parking_daily": lambda: parking.parking_daily(drive, lots, cars),
            "traffic.parking_demand": lambda: parking.parking_demand(city, drive),
            "traffic.bus_line": lambda: transit.bus_line(city, lines, transit.bus_stop(city)),
            "traffic.bus_stop": lambda: transit.bus_stop(city),
            "traffic.bus_daily": lambda: transit.bus_daily(city, drive, lines, rides),
            "traffic.card_trip_daily": lambda: transit.card_trip_daily(city, drive, lines, rides),
            "traffic.hub_daily": lambda: transit.hub_daily(city, drive),
            "traffic.checkpoint_hourly": lambda: supervision.checkpoint_hourly(city, drive),
            "traffic.enforcement_daily": lambda: supervision.enforcement_daily(city, drive),
            "traffic.vehicle_monitor_daily": lambda: supervision.vehicle_monitor_daily(city, drive),
            "traffic.vehicle_stock": lambda: supervision.vehicle_stock(city, drive),
            "traffic.waterway_daily": lambda: supervision.waterway_daily(city, drive),
        }
    )
