"""Demo rows of 总体态势: every table of the theme, one module per field; `stories` says what is planted and where.

Events, alerts and hotlines are those of the whole demo city: they carry the numbers of the other scenes' stories.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from data.demo.drivers import City, Drivers
from data.demo.overview import assignments, economy, events, hotline, outlook, registers, weather


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """The detail tables of the theme for the days of `drive`."""
    return {
        **events.make(city, drive),
        **assignments.make(city, drive),
        **economy.make(city, drive),
        **hotline.make(city, drive),
        **registers.make(city, drive),
        **weather.make(city, drive),
        "overview.forecast": outlook.make(city, drive),
    }
