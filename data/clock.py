"""The only place that knows what time it is: wall time of Asia/Shanghai, without a zone, as every table stores it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Beijing wall time, naive."""
    return datetime.now(_ZONE).replace(tzinfo=None)


def today() -> date:
    """The day in Beijing."""
    return now().date()
