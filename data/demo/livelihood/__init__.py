"""Demo rows of 民生: people and their projection, schools, health, reach, public services, the countryside, sport."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.livelihood import country, health, reach, residents, schooling, services


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`."""
    parts = (residents, schooling, health, reach, services, country)
    return {name: rows for part in parts for name, rows in part.tables(city, drive).items()}
