"""Demo rows of 生态环境 beyond air stations and river sections. What is planted to be found stands in `story`."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.ecology_rest import (
    air_source,
    campaign,
    compensation,
    element,
    exceedance,
    forecast,
    hydro,
    reservoir,
    resource,
    river,
    source,
    vehicle,
)


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme that `data.demo.ecology` does not make, for the days of `drive`."""
    tables: dict[str, pa.Table] = {}
    for subject in (
        element,
        source,
        air_source,
        vehicle,
        forecast,
        campaign,
        compensation,
        reservoir,
        river,
        hydro,
        resource,
    ):
        tables |= subject.make(city, drive)
    seen = (tables[f"ecology.{name}"] for name in ("pollution_source", "source_daily", "air_source"))
    tables |= exceedance.make(city, drive, *seen)
    return tables
