"""The only place that draws the demo's speeds and flows: links every 5 minutes, junctions every 15, recent days."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats
from data.demo.traffic import stories
from data.demo.traffic.columns import SLOTS, bump, coded, known, packed, slots
from data.demo.traffic.incidents import NOWHERE, Incidents
from data.demo.traffic.network import Junctions, Links

LINK_DAYS = 30
JUNCTION_DAYS = 60
QUARTERS = 96
_STATES = ("normal", "closed", "no_data", None, None)
_NORMAL, _CLOSED, _NO_DATA, _UNSAID, _UNSENT = range(5)  # unsent: a source without a sample mostly sends no row
_PER_HOUR = 12  # five-minute slots
_SLOWED = {"accident": 0.45, "congestion": 0.5, "breakdown": 0.65, "construction": 0.7, "landslide": 0.5, "event": 0.6}


def load(drive: Drivers, day: int, minutes: int) -> Floats:
    """How full the roads are over a day, 0–1: two rush hours on workdays, one long noon on free days."""
    hours = np.arange(0, 24, minutes / 60) + minutes / 120
    night = 0.05 + 0.4 * bump(hours, 13.5, 6.0)
    if drive.calendar[day].is_workday:
        return np.clip(night + 0.62 * bump(hours, 7.9, 0.95) + 0.62 * bump(hours, 17.7, 1.2), 0, 1)
    return np.clip(night + 0.25 * bump(hours, 11.0, 2.2) + 0.30 * bump(hours, 16.8, 2.2), 0, 1)


def link_speed(city: City, drive: Drivers, net: Links, found: Incidents) -> pa.Table:
    """Link speeds of the last days, in the order of link and time; numbers are kept narrow, day by day."""
    chance = city.chance("link_speed")
    days = range(max(0, drive.day_count - LINK_DAYS), drive.day_count)
    shape = (net.count, len(days) * SLOTS)
    speed, flow = np.zeros(shape, np.uint8), np.zeros(shape, np.int16)
    samples, state = np.zeros(shape, np.uint8), np.zeros(shape, np.int8)
    flag = np.zeros(shape, bool)
    for number, day in enumerate(days):
        part = np.s_[:, number * SLOTS : (number + 1) * SLOTS]
        _one_day(chance, drive, day, net, speed[part], flow[part], samples[part], state[part], flag[part])
    _closures(drive, days, net, found, speed, state)
    is_there = _delivered(chance, drive, days, net) & (state != _UNSENT)
    is_lost = (state == _NO_DATA) | (state == _CLOSED)
    speed[(state == _CLOSED)], samples[is_lost], flow[state == _CLOSED] = 0, 0, 0
    moments = np.broadcast_to(slots(drive.days[days[0]], len(days), 5), shape)[is_there]
    link = np.broadcast_to(np.arange(net.count)[:, None], shape)[is_there]
    has_flow = np.array([source != "map" for source in net.sources])[link] & (state[is_there] != _NO_DATA)
    source = np.where(
        (samples[is_there] == 0) & ~is_lost[is_there], net.count, link
    )  # no sample: what the map fills in
    return packed(
        "traffic.link_speed",
        {
            "link_id": coded(net.ids, link),
            "place_code": coded(net.places, link),
            "observed_at": moments,
            "speed_kmh": known(speed[is_there], ~is_lost[is_there]),
            "flow_vph": known(flow[is_there], has_flow),
            "sample_count": samples[is_there],
            "speed_source": coded((*net.sources, "map"), source),
            "link_state": coded(_STATES, state[is_there]),
            "data_flag": coded(("N", "I"), flag[is_there].astype(np.int8)),
        },
    )


def _one_day(
    chance: np.random.Generator, drive: Drivers, day: int, net: Links, speed: npt.NDArray[np.uint8],
    flow: npt.NDArray[np.int16], samples: npt.NDArray[np.uint8], state: npt.NDArray[np.int8],
    flag: npt.NDArray[np.bool_],
) -> None:  # fmt: skip
    """Fills one day's part of the arrays."""
    curve = load(drive, day, 5).astype(np.float32)
    scenic = np.array([bool(each) for each in net.corridors])
    busy = np.where(scenic, 0.5 * drive.crowd[day], 1.0)[:, None].astype(np.float32)
    wet = 1 + min(drive.rain_mm[day], 40.0) / 120
    per_slot = net.capacity[:, None].astype(np.float32) / _PER_HOUR * np.clip(curve * busy, 0, 1.3)
    cars = chance.poisson(per_slot).astype(np.int16)
    jam = (net.stress[:, None] * wet).astype(np.float32) * np.clip(curve * busy, 0, 1.3) ** np.float32(1.6)
    wobble = chance.standard_normal(cars.shape, dtype=np.float32)
    ratio = np.clip(1.02 - np.float32(0.55) * jam + np.float32(0.055) * wobble, 0.14, 1.12)
    np.copyto(speed, np.maximum(np.rint(ratio * net.free_speed[:, None].astype(np.float32)), 2), casting="unsafe")
    np.copyto(flow, cars * _PER_HOUR)
    seen = np.array([0.85 if each in ("checkpoint", "radar", "video") else 0.16 for each in net.sources]) * net.probes
    extra = np.array([0.8 if each in ("map", "probe") else 0.0 for each in net.sources]) * net.probes
    np.copyto(samples, np.minimum(chance.poisson(cars * seen[:, None] + extra[:, None]), 250), casting="unsafe")
    luck = chance.random(cars.shape, dtype=np.float32)
    silent = samples == 0
    state[silent & (luck < 0.55)] = _UNSENT
    state[silent & (luck < 0.05)] = _NO_DATA
    still = silent & (luck > 0.997)  # a source that writes 0 where it has nothing, and does not say why
    state[still], speed[still] = _UNSAID, 0
    odd = luck < 0.0006
    flag[odd], speed[odd] = True, 180  # declared invalid by its own source


def _closures(
    drive: Drivers, days: range, net: Links, found: Incidents, speed: npt.NDArray[np.uint8], state: npt.NDArray[np.int8]
) -> None:
    """Incidents slow their link while they last; closures close it."""
    begin = drive.days[days[0]].astype("datetime64[m]")
    first = (found.occurred - begin).astype(int) // 5
    last = -(-(found.cleared - begin).astype(int) // 5)
    for number in np.flatnonzero((found.link != NOWHERE) & (last > 0) & ~found.is_false):
        span = np.s_[found.link[number], max(0, first[number]) : last[number]]
        if found.kind[number] == "closure":
            state[span] = _CLOSED
        else:
            speed[span] = np.rint(speed[span] * _SLOWED.get(found.kind[number], 0.9)).astype(np.uint8)


def _delivered(chance: np.random.Generator, drive: Drivers, days: range, net: Links) -> npt.NDArray[np.bool_]:
    """Rows that came: links away for a while are missing whole, single rows get lost, and once nothing came at all."""
    there = chance.random((net.count, len(days) * SLOTS), dtype=np.float32) > 0.002
    for link in chance.choice(net.count, max(1, net.count // 25), replace=False):
        begin = int(chance.integers(0, there.shape[1]))
        there[link, begin : begin + int(chance.integers(60, 5 * SLOTS))] = False
    day = len(days) - stories.OUTAGE_DAYS_BEFORE_END
    if day >= 0:
        since, until = (day * SLOTS + hour * _PER_HOUR for hour in stories.OUTAGE_HOURS)
        there[:, since:until] = False
    return there


def junction_15min(city: City, drive: Drivers, cross: Junctions) -> pa.Table:
    """Junctions every quarter of an hour over the last days."""
    chance = city.chance("junction_15min")
    days = range(max(0, drive.day_count - JUNCTION_DAYS), drive.day_count)
    count = len(cross.ids)
    curve = np.concatenate([load(drive, day, 15) for day in days])[None, :]
    wet = np.repeat(1 + np.minimum(drive.rain_mm[days[0] :], 40.0) / 150, QUARTERS)[None, :]
    size = np.clip(chance.normal(1, 0.3, count), 0.4, 2.0)[:, None]
    flow = chance.poisson(620 * size * curve / 4) * 4
    sat = np.clip(cross.stress[:, None] * (0.12 + 0.78 * curve) * wet + chance.normal(0, 0.05, flow.shape), 0.02, 1.6)
    cycle = np.where(cross.has_signal, chance.choice([80, 90, 100, 120], count), 0)[:, None]
    delay = np.where(cross.has_signal[:, None], 9 + 26 * sat**2 + 60 * np.clip(sat - 0.92, 0, None), 4 + 12 * sat**2)
    delay *= np.exp(chance.normal(0, 0.12, flow.shape))
    spill = np.round(np.clip((sat - 1.02) * 0.8, 0, 0.9), 2)
    lost = chance.random(flow.shape) < 0.01
    for number in chance.choice(count, max(1, count // 12), replace=False):
        begin = int(chance.integers(0, flow.shape[1]))
        lost[number, begin : begin + int(chance.integers(40, 6 * QUARTERS))] = True
    uncounted = chance.random(flow.shape) < 0.01
    junction = np.repeat(np.arange(count), flow.shape[1])
    there = ~lost.ravel()
    return packed(
        "traffic.junction_15min",
        {
            "junction_id": coded(cross.ids, junction),
            "place_code": coded(cross.places, junction),
            "observed_at": np.tile(slots(drive.days[days[0]], len(days), 15), count),
            "delay_s": known(np.round(delay, 1).ravel(), there),
            "queue_m": known(np.round(np.clip(sat, 0, 1.5) * flow * 0.09, -1).ravel(), there),
            "saturation": known(np.round(sat, 2).ravel(), there),
            "spill_rate": known(spill.ravel(), there),
            "cycle_s": known(np.broadcast_to(cycle, flow.shape).ravel(), cross.has_signal[junction]),
            "flow_vph": known(flow.ravel(), there & ~uncounted.ravel()),
            "data_flag": coded(("N", "M"), (~there).astype(np.int8)),
        },
    )
