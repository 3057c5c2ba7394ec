"""The only place that draws the demo's travel times: corridors every quarter of an hour against their own weekdays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats
from data.demo.traffic import stories
from data.demo.traffic.columns import Bools, bump, coded, known, packed, slots
from data.demo.traffic.incidents import NOWHERE, Incidents
from data.demo.traffic.network import CORRIDOR_IDS, CORRIDORS, DIRECTIONS
from data.demo.traffic.roads import QUARTERS, load

BASELINE_DAYS, FEWEST_WORKDAYS = 28, 5
_LEAVES_BOOST = 4.0


def corridor_time(city: City, drive: Drivers, found: Incidents) -> pa.Table:
    """Travel times of all days; the baseline is the median of the workdays of the four weeks before."""
    chance = city.chance("corridor_time")
    ways = [(number, direction) for number in range(len(CORRIDORS)) for direction in DIRECTIONS]
    shape = (len(ways), drive.day_count, QUARTERS)
    open_now = _open_incidents(drive, found, ways)
    minutes = np.empty(shape, np.float32)
    for place, (number, direction) in enumerate(ways):
        minutes[place] = CORRIDORS[number].free_min * _slowness(drive, number, direction)
    wet = 1 + np.minimum(drive.rain_mm, 50)[None, :, None] / 500
    minutes *= wet * np.exp(chance.normal(0, 0.03, shape)) * (1 + 0.12 * np.minimum(open_now, 3))
    closed_way = ways.index((CORRIDOR_IDS.index(stories.ROCKFALL_CORRIDOR), "in"))
    minutes[closed_way] *= np.where(open_now[closed_way] > 0, 1.3, 1.0)
    minutes[chance.random(shape) < 0.012] = np.nan
    minutes = np.round(minutes, 1)
    baseline = np.round(_weekday_medians(minutes, drive), 1)
    is_there = np.ones(shape, bool)
    is_there[:, lost_days(drive)] = False
    keep = is_there.ravel()
    way = np.repeat(np.arange(len(ways)), drive.day_count * QUARTERS)[keep]
    moments = np.tile(slots(drive.days[0], drive.day_count, 15), len(ways))[keep]
    cover = np.clip(
        0.62 + 0.34 * np.sqrt(np.concatenate([load(drive, day, 15) for day in range(drive.day_count)])), 0, 1
    )
    cover = np.clip(np.tile(cover, len(ways))[keep] + chance.normal(0, 0.03, len(way)), 0, 1)
    measured = ~np.isnan(minutes.ravel()[keep])
    return packed(
        "traffic.corridor_time",
        {
            "corridor_id": coded([CORRIDOR_IDS[number] for number, _ in ways], way),
            "travel_direction": coded([direction for _, direction in ways], way),
            "place_code": coded([CORRIDORS[number].place_code for number, _ in ways], way),
            "observed_at": moments,
            "travel_min": known(_tenths(minutes)[keep], measured),
            "baseline_min": known(_tenths(baseline)[keep], ~np.isnan(baseline.ravel()[keep])),
            "coverage_rate": np.round(np.where(measured, cover, 0.0), 2),
            "incident_count": open_now.ravel()[keep].astype(np.int8),
            "data_flag": coded(("N", "M"), (~measured).astype(np.int8)),
        },
    )


def lost_days(drive: Drivers) -> Bools:
    """The days that never came, once a year."""
    return np.array([(day.day_date.month, day.day_date.day) in stories.LOST_DAYS for day in drive.calendar])


def _tenths(values: npt.NDArray[np.float32]) -> Floats:
    return np.asarray(np.round(values.ravel().astype(np.float64), 1), dtype=np.float64)


def _slowness(drive: Drivers, number: int, direction: str) -> Floats:
    """Travel time over free flow, day × quarter."""
    each = CORRIDORS[number]
    hours = np.arange(QUARTERS) / 4 + 0.125
    towards, back = bump(hours, 10.2, 2.3), bump(hours, 16.6, 2.2)
    rush = {"in": (0.9, 0.5), "out": (0.5, 0.9)}[direction]
    commute = rush[0] * bump(hours, 7.9, 1.0) + rush[1] * bump(hours, 17.8, 1.2)
    found = np.empty((drive.day_count, QUARTERS))
    for day, date in enumerate(drive.calendar):
        extra = drive.crowd[day] - 1
        leaves = (
            CORRIDOR_IDS[number] == stories.LEAVES_CORRIDOR
            and date.day_date.month == stories.LEAVES_MONTH
            and not date.is_workday
        )
        boost = _LEAVES_BOOST if leaves else 1.0
        first_half = date.holiday_day_no is None or date.holiday_day_no <= 4
        share = (1.0, 0.45) if first_half else (0.5, 1.0)
        crowd = share[0] * towards if direction == "in" else share[1] * back
        usual = each.commute * commute if date.is_workday else 0.35 * each.commute * bump(hours, 14, 4)
        found[day] = 1.02 + usual + each.crowd * extra * boost * crowd
    return found


def _open_incidents(drive: Drivers, found: Incidents, ways: list[tuple[int, str]]) -> npt.NDArray[np.int64]:
    """How many incidents are open on each corridor and direction at the start of each quarter."""
    steps = np.zeros((len(ways), drive.day_count * QUARTERS + 1), np.int64)
    begin = drive.days[0].astype("datetime64[m]")
    first = np.clip(-(-(found.occurred - begin).astype(int) // 15), 0, steps.shape[1] - 1)
    after = np.clip(-(-(found.cleared - begin).astype(int) // 15), 0, steps.shape[1] - 1)
    place = {way: number for number, way in enumerate(ways)}
    for number in np.flatnonzero((found.corridor != NOWHERE) & ~found.is_false):
        way = place[int(found.corridor[number]), str(found.direction[number])]
        steps[way, first[number]] += 1
        steps[way, after[number]] -= 1
    counts: npt.NDArray[np.int64] = steps[:, :-1].cumsum(axis=1)
    return counts.reshape(len(ways), drive.day_count, QUARTERS)


def _weekday_medians(minutes: npt.NDArray[np.float32], drive: Drivers) -> npt.NDArray[np.float32]:
    """For each day the median, quarter by quarter, of the workdays in the four weeks before it; NaN over too few."""
    found = np.full_like(minutes, np.nan)
    work = np.array([day.is_workday for day in drive.calendar]) & ~lost_days(drive)
    for day in range(drive.day_count):
        before = np.flatnonzero(work[max(0, day - BASELINE_DAYS) : day]) + max(0, day - BASELINE_DAYS)
        if len(before) < FEWEST_WORKDAYS:
            continue
        ordered = np.sort(minutes[:, before], axis=1)  # NaN last
        count = (~np.isnan(ordered)).sum(axis=1, keepdims=True)
        low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0), axis=1)
        high = np.take_along_axis(ordered, np.minimum(count // 2, len(before) - 1), axis=1)
        found[:, day] = ((low + high) / 2)[:, 0]
    return found
