"""Demo rows of 城管案件: a case runs from report to close as fast as its limit, its unit and the calendar let it.

THE PLANTED STORY. At STORY_POINT, a rubbish point in a lane of 老街社区 (the seventh cell of that community), 暴露垃圾
is reported STORY_CASES times within STORY_DAYS days: each case is closed in time, and the rubbish comes back. A dozen
other points repeat three to five times (REPEATED). What is a repeat: same kind, same 0.0005° square, ≥ 3 in 90 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.urban.clock import IS_WORKED, KINDS, SECONDS, WorkClock
from data.demo.urban.column import DAY, NEVER, Bools, Floats, Ints, draw, join, moments, numbered_by_day, pick
from data.demo.urban.component import Components
from data.demo.urban.matter import (
    CODES,
    IS_COMPONENT,
    IS_SEEN,
    IS_URGENT,
    LIMIT,
    LIMIT_KIND,
    MATTERS,
    ROLE,
    STANDARDS,
    coded,
    daily_factor,
)  # fmt: skip
from data.demo.urban.place import Grids, Sites, addresses
from data.demo.urban.unit import CENTRE, Units

PER_DAY = 300
STORY_CASES, STORY_DAYS = 9, 88
STORY_MATTER = "暴露垃圾"
STORY_ADDRESS = "老街社区演示巷口垃圾投放点"
REPEATED = ("暴露垃圾", "占道经营", "垃圾站（箱）满溢", "人行道违停", "店外经营", "乱堆杂物", "非法小广告",
            "暴露垃圾", "道路不洁", "占道经营", "非机动车乱停放", "垃圾站（箱）满溢")  # fmt: skip
SQUARE = 2000  # squares per degree: 0.0005°, about 50 m
CHANNELS = (
    "collector", "grid_officer", "hotline_12319", "hotline_12345", "wechat", "public_snap", "app", "web", "iot",
    "leader", "transfer", "province", "emergency_line", "media", "other", "video_ai",
)  # fmt: skip
_CHANNEL_SHARE = (58, 3, 6, 13, 6, 6, 2, 1, 1.2, 0.5, 1.1, 0.5, 0.4, 0.5, 0.2, 0)
VIDEO = CHANNELS.index("video_ai")
_CITIZEN = np.isin(CHANNELS, ["hotline_12319", "hotline_12345", "wechat", "public_snap", "app", "web"])
_PATROLLED = np.array([0, 0, 0, 0, 0, 1, 4, 9, 12, 11, 9, 5, 4, 8, 10, 9, 8, 6, 3, 2, 1, 0.5, 0, 0])
_ROUND_THE_CLOCK = np.array([2, 1, 1, 1, 1, 2, 5, 8, 9, 9, 8, 7, 6, 7, 8, 8, 9, 9, 8, 7, 6, 5, 4, 3.0])
NOT_FILED, CANCELLED, SUSPENDED = 1, 2, 3


@dataclass(frozen=True)
class Cases:
    """The cases, oldest report first. Moments are seconds of wall time; what lies after the clock is NEVER."""

    ids: pa.Array
    matter: Ints
    site: Ints
    channel: Ints
    unit: Ints
    component: Ints  # -1: none
    lon: Floats
    lat: Floats
    fate: Ints  # 0, NOT_FILED, CANCELLED, SUSPENDED
    is_story: Bools
    condition: Ints
    reported: Ints
    accepted: Ints
    filed: Ints
    dispatched: Ints
    handled: Ints
    verified: Ints
    closed: Ints
    due: Ints
    extended: Ints
    suspended: Ints
    rework: Ints
    returns: Ints

    @property
    def limit_at(self) -> Ints:
        """The limit that counts: the extended one where there is one."""
        return np.where(self.extended < NEVER, self.extended, self.due)


def cases(city: City, drive: Drivers, clock: WorkClock, place: Sites, unit: Units, stock: Components,
          found: Grids, story_site: int) -> Cases:  # fmt: skip
    """All cases of the days of `drive`."""
    chance = city.chance("urban.case")
    begun = _reports(city, drive, chance, place, stock)
    begun = _with_repeats(begun, drive, chance, place, found, story_site)
    order = np.argsort(begun.reported, kind="stable")
    begun = _Begun(*(getattr(begun, name)[order] for name in _Begun.__dataclass_fields__))
    return _run(begun, drive, chance, clock, place, unit)


@dataclass(frozen=True)
class _Begun:
    """What is known of a case when it is reported."""

    matter: Ints
    site: Ints
    component: Ints
    lon: Floats
    lat: Floats
    is_story: Bools
    channel: Ints
    reported: Ints


def _reports(city: City, drive: Drivers, chance: np.random.Generator, place: Sites, stock: Components) -> _Begun:
    weight = np.array([each.weight for each in MATTERS])
    expected = PER_DAY * city.scale * (weight / weight.sum())[:, None] * daily_factor(drive)
    counts = chance.poisson(expected)
    matter = np.repeat(np.arange(len(MATTERS)), counts.sum(axis=1))
    day = np.concatenate([np.repeat(np.arange(drive.day_count), row) for row in counts])
    size = len(matter)
    site = draw(chance, place.weight, size)
    component = np.full(size, -1)
    here = np.flatnonzero(IS_COMPONENT[matter])
    component[here] = stock.some(chance, matter[here])
    site[here] = stock.site[component[here]]
    reach = place.reach[site]
    lon = np.round(place.lon[site] + chance.uniform(-1, 1, size) * reach, 6)
    lat = np.round(place.lat[site] + chance.uniform(-1, 1, size) * reach, 6)
    lon[here], lat[here] = stock.lon[component[here]], stock.lat[component[here]]
    lost = chance.random(size) < 0.02
    lon[lost], lat[lost] = np.nan, np.nan
    channel = draw(chance, _CHANNEL_SHARE, size)
    in_cell = np.isfinite(place.lon[site]) & (place.reach[site] < 0.002)
    seen = IS_SEEN[matter] & in_cell & (chance.random(size) < 0.2 + 0.3 * day / drive.day_count)
    outage = day == max(drive.day_count - 102, 0)  # the video platform stood still for a day
    channel[seen & ~outage] = VIDEO
    hour = np.where(np.isin(channel, [0, 1]), draw(chance, _PATROLLED, size), draw(chance, _ROUND_THE_CLOCK, size))
    first = drive.days[0].astype("datetime64[s]").astype(np.int64)
    reported = first + day * DAY + hour * 3600 + chance.integers(0, 3600, size)
    return _Begun(matter, site, component, lon, lat, np.zeros(size, bool), channel, reported)


def _with_repeats(
    begun: _Begun, drive: Drivers, chance: np.random.Generator, place: Sites, found: Grids, story_site: int
) -> _Begun:
    """The planted story, and the other points that trouble comes back to."""
    names = [each.minor for each in MATTERS]
    busy = np.argsort(-place.weight[: len(found.codes)], kind="stable")[: len(REPEATED) * 3 : 3]
    plan = [(story_site, STORY_MATTER, STORY_CASES)]
    plan += [(int(at), name, 3 + index % 3) for index, (at, name) in enumerate(zip(busy, REPEATED, strict=True))]
    end = (drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64)
    span = min(STORY_DAYS, drive.day_count)
    added: dict[str, list[float]] = {name: [] for name in ("matter", "site", "lon", "lat", "is_story", "reported")}
    for at, name, times in plan:
        x, y = ((np.floor(place.lon[at] * SQUARE) + 0.5) / SQUARE, (np.floor(place.lat[at] * SQUARE) + 0.5) / SQUARE)
        for number in range(times):  # evenly spread, the last one two days before the end
            day = min(2 + round((times - 1 - number) * max(span - 4, 0) / (times - 1)), drive.day_count)
            added["matter"].append(names.index(name))
            added["site"].append(at)
            added["lon"].append(round(x + chance.uniform(-8e-5, 8e-5), 6))
            added["lat"].append(round(y + chance.uniform(-8e-5, 8e-5), 6))
            added["is_story"].append(at == story_site)
            added["reported"].append(end - day * DAY + 7 * 3600 + int(chance.integers(0, 4 * 3600)))
    more = len(added["site"])
    ints = {name: np.array(added[name], dtype=np.int64) for name in ("matter", "site", "reported")}
    return _Begun(
        np.concatenate([begun.matter, ints["matter"]]), np.concatenate([begun.site, ints["site"]]),
        np.concatenate([begun.component, np.full(more, -1)]), np.concatenate([begun.lon, added["lon"]]),
        np.concatenate([begun.lat, added["lat"]]), np.concatenate([begun.is_story, np.array(added["is_story"], bool)]),
        np.concatenate([begun.channel, draw(chance, _CHANNEL_SHARE, more)]),
        np.concatenate([begun.reported, ints["reported"]]),
    )  # fmt: skip


def _run(begun: _Begun, drive: Drivers, chance: np.random.Generator, clock: WorkClock, place: Sites,
         unit: Units) -> Cases:  # fmt: skip
    """From report to close."""
    size = len(begun.matter)
    end = (drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64)
    calm = ~begun.is_story
    handler = unit.handling(place, begun.site, ROLE[begun.matter])
    accepted = _office_hours(begun.reported, IS_URGENT[begun.matter]) + _wait(chance, size, 360, 20)
    is_citizen = _CITIZEN[begun.channel]
    filed = accepted + _wait(chance, size, 600, 60) + np.where(is_citizen, _wait(chance, size, 2400, 900), 0)
    fate = np.zeros(size, dtype=np.int64)
    fate[chance.random(size) < np.where(is_citizen, 0.10, 0.025)] = NOT_FILED
    fate[chance.random(size) < 0.009] = CANCELLED
    fate[chance.random(size) < 0.006] = SUSPENDED
    fate[begun.is_story] = 0
    condition = np.where(chance.random(size) < 0.12, 2, 1)
    kind = LIMIT_KIND[begun.matter]
    limit = (LIMIT[begun.matter] / condition * SECONDS[kind]).astype(np.int64)
    is_worked = IS_WORKED[kind]
    due = clock.after(filed, limit, is_worked)
    dispatched = filed + _wait(chance, size, 420, 40)
    returns = np.where((chance.random(size) < 0.035) & calm, 1, 0)
    rework = np.where((chance.random(size) < 0.028 + 0.12 * np.maximum(unit.pace[handler], 0)) & calm, 1, 0)
    rework += (rework > 0) & (chance.random(size) < 0.12)
    used = np.exp(chance.normal(-0.84 + unit.pace[handler], 0.44)) * (1 + 0.3 * returns + 0.35 * rework)
    used *= np.where(chance.random(size) < 0.009, chance.uniform(5, 30, size), 1.0)  # stuck
    used = np.where(calm, used, np.minimum(used, 0.8))
    asks = (used > 0.95) & (chance.random(size) < 0.28) & is_worked
    extended = np.where(asks, clock.after(due, limit * 0.75, is_worked), NEVER)
    extended = np.where(asks & (clock.after(filed, limit * 0.9, is_worked) < end), extended, NEVER)
    stages = [clock.after(dispatched, limit * used * share, is_worked) for share in (0.8, 0.94, 1.0)]
    suspended = clock.after(dispatched, limit * 0.5, is_worked)
    is_filed = (fate != NOT_FILED) & ((fate != CANCELLED) | (chance.random(size) < 0.5))
    goes_on = is_filed & (fate == 0)
    filed = _seen(filed, is_filed, end)
    accepted, dispatched = _seen(accepted, is_filed | True, end), _seen(dispatched, filed < NEVER, end)
    handled, verified, closed = (_seen(stage, goes_on, end) for stage in stages)
    is_filed_now = filed < NEVER
    return _with_dirt(
        Cases(
            ids=numbered_by_day("AJ", begun.reported, 5), matter=begun.matter, site=begun.site, channel=begun.channel,
            unit=handler, component=begun.component, lon=begun.lon, lat=begun.lat, fate=fate, is_story=begun.is_story,
            condition=condition, reported=begun.reported, accepted=accepted, filed=filed, dispatched=dispatched,
            handled=handled, verified=verified, closed=closed, due=np.where(is_filed_now, due, NEVER),
            extended=np.where(is_filed_now & goes_on, extended, NEVER),
            suspended=_seen(suspended, is_filed & (fate == SUSPENDED) & (dispatched < NEVER), end),
            rework=np.where(handled < NEVER, rework, 0), returns=np.where(handled < NEVER, returns, 0),
        ),
        chance,
    )  # fmt: skip


def _with_dirt(found: Cases, chance: np.random.Generator) -> Cases:
    """One in two thousand was closed, by a wrong clock, before it was filed: the pair contradicts itself."""
    wrong = (found.closed < NEVER) & (chance.random(len(found.closed)) < 0.0005) & ~found.is_story
    return replace(found, closed=np.where(wrong, found.filed - 1800, found.closed))


def _wait(chance: np.random.Generator, size: int, mean: int, least: int) -> Ints:
    return (chance.exponential(mean, size) + least).astype(np.int64)


def _office_hours(at: Ints, is_urgent: Bools) -> Ints:
    """The centre takes reports from 07:00 to 22:00, urgent ones at any hour."""
    second = at % DAY
    morning = at - second + 7 * 3600
    opened = np.where(second < 7 * 3600, morning, np.where(second >= 22 * 3600, morning + DAY, at))
    return np.where(is_urgent, at, opened)


def _seen(at: Ints, happens: Bools, end: int) -> Ints:
    return np.where(happens & (at < end), at, NEVER)


STATUSES = ("to_accept", "to_file", "not_filed", "to_dispatch", "handling", "to_verify", "to_close", "closed",
            "suspended", "cancelled")  # fmt: skip


def status(found: Cases) -> Ints:
    """Where each case stands at the end of the clock."""
    reached = [found.accepted < NEVER, found.filed < NEVER, found.dispatched < NEVER, found.handled < NEVER,
               found.verified < NEVER, found.closed < NEVER]  # fmt: skip
    state = np.select(reached[::-1], [STATUSES.index(name) for name in ("closed", "to_close", "to_verify", "handling",
                                                                        "to_dispatch", "to_file")], 0)  # fmt: skip
    state = np.where((found.fate == NOT_FILED) & reached[0], STATUSES.index("not_filed"), state)
    state = np.where((found.fate == SUSPENDED) & (found.suspended < NEVER), STATUSES.index("suspended"), state)
    return np.where((found.fate == CANCELLED) & reached[0], STATUSES.index("cancelled"), state)


def case(city: City, drive: Drivers, place: Sites, unit: Units, found: Cases, stock: Components,
         duty_ids: Sequence[str], detection_ids: pa.Array, order_ids: pa.Array) -> pa.Table:  # fmt: skip
    """The table of cases; the detection and the 12345 order a case came from are given per case."""
    chance = city.chance("urban.case detail")
    size = len(found.matter)
    in_grid = np.where(found.site < len(duty_ids), found.site, -1)
    standard, code = coded(found.matter, (found.reported // DAY).astype("datetime64[D]"))
    is_component = IS_COMPONENT[found.matter]
    is_filed, is_closed = found.filed < NEVER, found.closed < NEVER
    codes, minors = pick(CODES, code), pick([each.minor for each in MATTERS], found.matter)
    kind = np.where(is_filed, LIMIT_KIND[found.matter], -1)
    is_late = is_closed & (found.closed > found.limit_at)
    is_joint = is_filed & (chance.random(size) < 0.035)
    helper = draw(chance, np.ones(len(unit.names)), size)
    names = [*unit.names, CENTRE]
    is_rated = is_closed & _CITIZEN[found.channel] & (chance.random(size) < 0.45)
    good = chance.random(size) + 0.05 - 0.14 * is_late - 0.16 * (found.rework > 0)
    score = np.select([good > 0.42, good > 0.13, good > 0.06, good > 0.02], [5, 4, 3, 2], 1)
    appeals = is_late & (chance.random(size) < 0.35)
    prefix = pick([each[:6] if len(each) >= 6 and each.isdigit() else None for each in place.place_codes], found.site)
    numbered = np.where(np.char.str_len(np.array(CODES))[code] == 5, 0, -1)
    urgent = IS_URGENT[found.matter] | (found.condition == 2)
    text_address = addresses(place, found.site, 1 + np.arange(size) * 7919 % 90)
    address = pa.compute.if_else(pa.array(found.is_story), STORY_ADDRESS, text_address)
    return table(
        "urban.case",
        {
            "case_id": found.ids,
            "place_code": pick(place.place_codes, found.site),
            "unit_grid_code": pick(place.place_codes, in_grid),
            "duty_grid_id": pick(list(duty_ids), in_grid),
            "matter_kind": pick(["event", "component"], is_component),
            "type_code": codes,
            "standard_ref": pick(STANDARDS, standard),
            "matter_code": join(prefix, codes, pick([""], np.where(is_component, -1, numbered))),
            "matter_name": minors,
            "condition_no": np.where(is_filed, found.condition, np.nan),
            "component_id": stock.ids.take(pa.array(found.component, mask=found.component < 0)),
            "supervising_unit": pick([CENTRE], np.where(is_filed, 0, -1)),
            "address": address,
            "lon": found.lon,
            "lat": found.lat,
            "channel": pick(CHANNELS, found.channel),
            "detection_id": detection_ids,
            "order_id": order_ids,
            "title": join(minors, "（", pick(place.names, found.site), "）"),
            "status": pick(STATUSES, status(found)),
            "handling_unit": pick(names, np.where(found.dispatched < NEVER, found.unit, -1)),
            "lead_unit": pick(names, np.where(is_joint, found.unit, -1)),
            "supporting_units": pick(names, np.where(is_joint, helper, -1)),
            "is_joint": is_joint,
            "is_urgent": urgent,
            "is_verified": _verified(found),
            **{
                f"{name}_at": moments(getattr(found, name))
                for name in ("reported", "accepted", "filed", "dispatched", "handled", "verified", "closed", "due",
                             "suspended")
            },
            "limit_kind": pick(KINDS, kind),
            "limit_value": np.where(is_filed, LIMIT[found.matter] / found.condition, np.nan),
            "extended_due_at": moments(found.extended),
            "rework_count": found.rework,
            "return_count": found.returns,
            "extension_count": (found.extended < NEVER).astype(int),
            "appeal_count": appeals.astype(int),
            "is_appeal_upheld": pa.array(chance.random(size) < 0.3, mask=~appeals | (chance.random(size) < 0.05)),
            "supervision_count": np.where(is_filed & (found.limit_at < _end(drive)) & (is_late | ~is_closed),
                                          draw(chance, [0.6, 0.3, 0.1], size), 0),
            "photo_before_ref": join("P", found.ids, "A"),
            "photo_after_ref": join("P", found.ids, pick(["B"], np.where(found.handled < NEVER, 0, -1))),
            "satisfaction_score": pa.array(score, mask=~is_rated),
        },
    )  # fmt: skip


def damaged_components(found: Cases, count: int) -> Bools:
    """Which components an open case is about."""
    states = [STATUSES.index(name) for name in ("to_dispatch", "handling", "to_verify", "to_close")]
    is_open = (found.component >= 0) & np.isin(status(found), states)
    return np.isin(np.arange(count), found.component[is_open])


def _end(drive: Drivers) -> int:
    return int((drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64))


def _verified(found: Cases) -> pa.Array:
    """Citizens' reports are checked on site: those that were filed proved true."""
    is_checked = _CITIZEN[found.channel] & (
        (found.filed < NEVER) | (found.fate == NOT_FILED) & (found.accepted < NEVER)
    )
    return pa.array(found.filed < NEVER, mask=~is_checked)
