"""Demo rows of 社区: who lives there, what there is, care and its alerts, and the forms that are asked for."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from data.demo.community import alerts, care, places, register, reporting
from data.demo.drivers import City, Drivers


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`."""
    parts = (register, places, alerts, care, reporting)
    return {name: rows for part in parts for name, rows in part.tables(city, drive).items()}
