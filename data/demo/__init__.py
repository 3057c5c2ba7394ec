"""The demo city: invented rows for every table, so that the cockpit lives on an empty store. Marked 演示数据.

The same arguments give the same bytes: every random draw comes from a generator seeded by (seed, table).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

import pyarrow as pa

from data.clock import now, today
from data.demo import community, ecology, ecology_rest, livelihood, overview, safety, tourism, traffic, urban
from data.demo.drivers import City, Drivers, drivers
from ingest.publish import publish
from ingest.store import replace_demo

Maker = Callable[[City, Drivers], Mapping[str, pa.Table]]
MAKERS: Mapping[str, Maker] = {
    "智慧文旅": tourism.make,
    "生态环境": ecology.make,
    "生态环境（其余）": ecology_rest.make,
    "民生": livelihood.make,
    "社区": community.make,
    "城管": urban.make,
    "交通": traffic.make,
    "城市安全": safety.make,
    "总体态势": overview.make,
}


def last_monday(today: date) -> date:
    """The Monday of `today`'s week: what the demo builds up to by default."""
    return today - timedelta(days=today.weekday())


def build(
    days: int = 400,
    seed: int = 341000,
    scale: float = 1.0,
    until: date | None = None,
    progress: Callable[[str, float], None] = lambda step, share: None,
) -> str:
    """Make the demo city for `days` up to, not including, `until` and publish it; returns the snapshot's id.

    Tables that hold real rows are left alone: a demo never overwrites what a department sent.
    """
    end = until or last_monday(today())
    loaded = datetime.combine(end, time(6))
    if loaded > now():  # on a Monday before six: what has ended at midnight was loaded then
        loaded = datetime.combine(end, time())
    city = City(seed=seed, scale=scale)
    drive = drivers(city, end - timedelta(days=days), end)
    for index, (theme, make) in enumerate(MAKERS.items()):
        progress(theme, index / (len(MAKERS) + 1))
        for table, rows in make(city, drive).items():
            replace_demo(table, rows, loaded_at=loaded)
    progress("生成快照", len(MAKERS) / (len(MAKERS) + 1))
    snapshot_id = publish()
    progress("完成", 1.0)
    return snapshot_id
