"""The only place that draws who is where at which minute: spots, nodes, their daily reports and their cameras.

The visits of a day come first; entries and exits are drawn over its hours so that they add up to the day, nobody leaves
before he came, and everybody is out at night. Five-minute counts are kept for the last 60 days and for 国庆; the days
before are hourly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import City, Floats, table
from data.demo.tourism import stories
from data.demo.tourism.columns import Bools, Ints, Moments, coded, known
from data.demo.tourism.register import FINE_SPOTS, Node, Spot, node_ids, nodes, spot_ids, spots
from data.demo.tourism.season import Season

SLOTS = 288  # five-minute slots of a day
FINE_DAYS = 60
_KINDS = ("scenic_inner", "village", "street", "shopping", "hub")
_HOURS = {"scenic_inner": (6.5, 17.5), "village": (7.0, 19.0), "street": (8.0, 21.5), "shopping": (9.0, 21.0),
          "hub": (6.5, 20.5)}  # fmt: skip
_STAYS = {"scenic_inner": 0.8, "village": 2.6, "street": 1.5, "shopping": 1.3, "hub": 0.5}
_DRAW = {"scenic_inner": 0.85, "village": 1.0, "street": 0.6, "shopping": 0.35, "hub": 0.85}
_LATE_CURVE = ("street", "shopping")


@dataclass(frozen=True)
class Curve:
    """How entries and exits of a place spread over the slots of a day; each sums to 1."""

    enter: Floats
    leave: Floats

    @property
    def fullest(self) -> float:
        """The share of a day's visits that is inside at the fullest moment."""
        return float((np.cumsum(self.enter) - np.cumsum(self.leave)).max())


@dataclass(frozen=True)
class Flow:
    """Counts of places × days × slots: entries, exits, and who is inside."""

    entered: Ints
    left: Ints

    @property
    def inside(self) -> Ints:
        found: Ints = np.cumsum(self.entered, axis=2) - np.cumsum(self.left, axis=2)
        return found


@dataclass(frozen=True)
class Crowd:
    """Everything of the theme that is counted on the spot."""

    scenic_daily: pa.Table
    scenic_flow: pa.Table
    node_flow: pa.Table
    camera_daily: pa.Table


def curve(hours: tuple[float, float], stay: float, is_late: bool = False) -> Curve:
    """Two waves of arrivals between opening and an hour before closing; who stays too long leaves at closing."""
    slot = np.arange(SLOTS) / 12.0
    first, second = ((14.5, 2.2), (19.2, 1.2)) if is_late else ((9.9, 1.05), (13.8, 1.25))
    enter = 0.62 * np.exp(-(((slot - first[0]) / first[1]) ** 2)) + 0.38 * np.exp(
        -(((slot - second[0]) / second[1]) ** 2)
    )
    enter[(slot <= hours[0]) | (slot > hours[1] - 0.75)] = 0.0
    enter /= enter.sum()
    stays = np.exp(-((np.arange(1, 150) / 12.0 - stay) ** 2) / (2 * (0.35 * stay) ** 2))
    leave = np.convolve(enter, np.concatenate([[0.0], stays / stays.sum()]))[:SLOTS]
    close = int((hours[1] + 0.5) * 12)
    leave[close] += 1.0 - leave[: close + 1].sum()
    leave[close + 1 :] = 0.0
    return Curve(enter, np.clip(leave, 0.0, None) / np.clip(leave, 0.0, None).sum())


def draw(chance: np.random.Generator, visits: Ints, curves: Sequence[Curve], hourly: bool) -> Flow:
    """Entries and exits of places × days; hourly counts are labelled by the end of their hour, as all are."""

    def shares(each: Floats) -> Floats:
        return np.concatenate([each[:1], each[1:277].reshape(23, 12).sum(axis=1)]) if hourly else each

    def counts(every: list[Floats]) -> Ints:
        share = np.stack([shares(each) for each in every])
        return chance.multinomial(visits, (share / share.sum(axis=1, keepdims=True))[:, None, :])

    entered, left = counts([each.enter for each in curves]), counts([each.leave for each in curves])
    gone = np.minimum(np.cumsum(left, axis=2), np.cumsum(entered, axis=2))  # nobody leaves before he came
    return Flow(entered, np.diff(gone, axis=2, prepend=0))


def crowd(city: City, season: Season) -> Crowd:
    """The tables, from the same visits."""
    chance = city.chance("tourism crowd")
    every = spots(city)
    visits = _visits(chance, season, every)
    scenic_flow, peak = _scenic_flow(city, season, every, visits)
    return Crowd(
        _scenic_daily(city, season, every, visits, peak), scenic_flow, _node_flow(city, season), _cameras(city, season)
    )


def spot_curve(spot: Spot) -> Curve:
    return curve(spot.hours, spot.stay, is_late=spot.hours[1] > 20)


def _story_index(season: Season) -> int | None:
    found = np.flatnonzero(season.days == np.datetime64(stories.STORY_DAY))
    return int(found[0]) if len(found) else None


def _visits(chance: np.random.Generator, season: Season, every: Sequence[Spot]) -> Ints:
    """Visits of each spot and day; who must reserve cannot be more than the approved daily capacity."""
    famous = np.array([spot.grade == "5A" for spot in every])
    pull = np.where(famous[:, None], season.pull(0.8), season.pull(0.68, 28.0))
    usual = np.array([spot.visits for spot in every])[:, None] * 1e4 / 365
    count = np.round(usual * pull * np.exp(chance.normal(0, 0.07, pull.shape))).astype(np.int64)
    limit = np.array([spot.daily if spot.daily and spot.grade == "5A" else 10**9 for spot in every])
    day = _story_index(season)
    for number, spot in enumerate(every):
        if spot.name == stories.STORY_SPOT and day is not None:
            count[number, day] = round(stories.STORY_PEAK * spot.instantaneous / spot_curve(spot).fullest)
    found: Ints = np.minimum(count, limit[:, None])
    return found


def _is_fine(days: Moments) -> Bools:
    golden = (days >= np.datetime64(date(2026, 10, 1))) & (days < np.datetime64(date(2026, 10, 8)))
    found: Bools = (days > days[-1] - FINE_DAYS) | golden
    return found


def _moments(days: Moments, hourly: bool) -> Moments:
    step = 60 if hourly else 5
    minutes = np.arange(0, 24 * 60, step).astype("timedelta64[m]")
    found: Moments = (days.astype("datetime64[m]")[:, None] + minutes).astype("datetime64[us]")
    return found


def _scenic_flow(city: City, season: Season, every: Sequence[Spot], visits: Ints) -> tuple[pa.Table, Ints]:
    """The counts, and for each spot and day of the demo the most people inside at once."""
    chance = city.chance("tourism.scenic_flow")
    days = season.days[season.first :]
    mine = visits[:, season.first :]
    is_fine = _is_fine(days)
    main, minor = np.arange(len(every)) < FINE_SPOTS, np.arange(len(every)) >= FINE_SPOTS
    peak = np.zeros(mine.shape, np.int64)
    parts = []
    for places, when, hourly in (
        (main, is_fine, False),
        (main, ~is_fine, True),
        (minor, np.full(len(days), True), True),
    ):
        which = np.flatnonzero(places)
        if not len(which) or not when.any():
            continue
        flow = draw(chance, mine[np.ix_(which, when)], [spot_curve(every[int(index)]) for index in which], hourly)
        inside = flow.inside
        peak[np.ix_(which, when)] = inside.max(axis=2)
        parts.append(_scenic_rows(city, chance, every, which, days[when], hourly, flow, inside))
    return pa.concat_tables(parts, promote_options="none").unify_dictionaries(), peak


def _scenic_rows(
    city: City, chance: np.random.Generator, every: Sequence[Spot], which: Ints, days: Moments, hourly: bool,
    flow: Flow, inside: Ints,
) -> pa.Table:  # fmt: skip
    moments = np.broadcast_to(_moments(days, hourly), inside.shape)
    spot = np.broadcast_to(which[:, None, None], inside.shape)
    flag = np.where(chance.random(inside.shape) < 0.003, 1, 0)  # N, M
    flag[chance.random(inside.shape) < 0.00004] = 2  # I: a counter that jumped
    names = [each.name for each in every]
    out = names.index(stories.OUTAGE_SPOT)
    hour = (moments - moments.astype("datetime64[D]")).astype("timedelta64[h]").astype(int)
    day = season_day(moments)
    is_out = (spot == out) & (day == days[-1] - stories.OUTAGE_DAYS_BEFORE_END)
    flag[is_out & (hour >= stories.OUTAGE_HOURS[0]) & (hour < stories.OUTAGE_HOURS[1])] = 1
    flag[day == np.datetime64(stories.STORY_DAY)] = 0
    shown = np.where(flag == 2, inside * 7 + 5000, inside)
    is_gate = np.array([each.is_ticketed for each in every])[spot]
    rows = [(spot, moments, np.where(is_gate, 0, 1), flow.entered, flow.left, shown, flag)]
    if stories.CONTRADICTING_SPOT in names:  # counted twice, and differently
        here = spot == names.index(stories.CONTRADICTING_SPOT)
        more = np.round(inside * 1.07).astype(np.int64)
        rows.append(
            tuple(each[here] for each in (spot, moments, np.ones_like(spot), flow.entered, flow.left, more, flag))
        )
    column = [np.concatenate([np.ravel(each) for each in columns]) for columns in zip(*rows, strict=True)]
    is_known = column[6] != 1
    return pa.table(
        {
            "spot_id": coded(list(spot_ids(city).values()), column[0]),
            "place_code": coded([each.place_code for each in every], column[0]),
            "observed_at": pa.array(column[1]),
            "flow_source": coded(["gate", "camera"], column[2]),
            "visitor_in_count": known(column[3], is_known),
            "visitor_out_count": known(column[4], is_known),
            "visitors_on_site": known(column[5], is_known),
            "data_flag": coded(["N", "M", "I"], column[6]),
        }
    )


def season_day(moments: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """The day of each moment."""
    return moments.astype("datetime64[D]")


def _scenic_daily(city: City, season: Season, every: Sequence[Spot], visits: Ints, peak: Ints) -> pa.Table:
    """One row per spot and day, a year further back than the counts; two small spots are late with the last day."""
    chance = city.chance("tourism.scenic_daily")
    shape = visits.shape
    fullest = np.array([spot_curve(spot).fullest for spot in every])[:, None]
    most = np.round(visits * fullest).astype(np.int64)
    most[:, season.first :] = peak
    spot, day = np.broadcast_to(np.arange(shape[0])[:, None], shape), np.broadcast_to(np.arange(shape[1]), shape)
    kept = ~((day == shape[1] - 1) & (spot >= shape[0] - 2)) & (chance.random(shape) > 0.0015)
    spot, day, count, most = spot[kept], day[kept], visits[kept], most[kept]
    capacity = np.array([each.instantaneous for each in every])[spot]
    quota = np.array([each.daily for each in every])[spot]
    price = np.array([each.price for each in every])[spot]
    reserved = np.array([each.grade == "5A" for each in every])[spot]
    booked = np.minimum(np.round(count * chance.uniform(1.0, 1.06, len(count))), quota).astype(np.int64)
    revenue = np.round(count * price * chance.uniform(0.58, 0.66, len(count)) / 1e4, 2)  # concessions, free days
    return table(
        "tourism.scenic_daily",
        {
            "spot_id": coded(list(spot_ids(city).values()), spot),
            "place_code": coded([each.place_code for each in every], spot),
            "day_date": season.days[day],
            "visitor_count": count,
            "peak_visitors_on_site": most,
            "quota_count": known(quota, reserved),
            "reserved_count": known(booked, reserved),
            "ticket_revenue_wan": known(revenue, price > 0),
            "is_sale_stopped": known(most >= capacity, (price > 0) & (capacity > 0)),
            "data_source_kind": coded(["enterprise"], np.zeros(len(spot), np.int64)),
        },
    )


def _node_flow(city: City, season: Season) -> pa.Table:
    """Counts of the nodes: people, or vehicles where only they are known."""
    chance = city.chance("tourism.node_flow")
    every = nodes()
    days = season.days[season.first :]
    visits = _node_visits(chance, season, every)[:, season.first :]
    curves = [curve(_HOURS[node.kind], _STAYS[node.kind], node.kind in _LATE_CURVE) for node in every]
    is_fine = _is_fine(days)
    parts = [
        _node_rows(chance, every, days[when], hourly, draw(chance, visits[:, when], curves, hourly))
        for when, hourly in ((is_fine, False), (~is_fine, True))
        if when.any()
    ]
    return pa.concat_tables(parts, promote_options="none").unify_dictionaries()


def _node_visits(chance: np.random.Generator, season: Season, every: Sequence[Node]) -> Ints:
    pulls = {kind: season.pull(_DRAW[kind], 60.0 if kind == "shopping" else 35.0) for kind in _KINDS}
    usual = np.array([node.load * 1000 for node in every])[:, None]
    pull = np.stack([pulls[node.kind] for node in every])
    count: Ints = np.round(usual * pull * np.exp(chance.normal(0, 0.08, pull.shape))).astype(np.int64)
    day = _story_index(season)
    for number, node in enumerate(every):
        if node.name == stories.STORY_NODE and day is not None:
            shape = curve(_HOURS[node.kind], _STAYS[node.kind])
            count[number, day] = round(stories.STORY_PEAK * node.instantaneous / shape.fullest)
    return count


def _node_rows(chance: np.random.Generator, every: Sequence[Node], days: Moments, hourly: bool, flow: Flow) -> pa.Table:
    inside = flow.inside
    moments = np.ravel(np.broadcast_to(_moments(days, hourly), inside.shape))
    node = np.ravel(np.broadcast_to(np.arange(len(every))[:, None, None], inside.shape))
    is_lost = (chance.random(len(node)) < 0.003) & (season_day(moments) != np.datetime64(stories.STORY_DAY))
    is_vehicle = np.array([each.is_by_vehicle for each in every])[node]
    entered, left, now = (np.ravel(each) for each in (flow.entered, flow.left, inside))
    people, vehicles = ~is_lost & ~is_vehicle, ~is_lost & is_vehicle
    source = np.array([2 if each.is_by_vehicle else int(each.kind == "hub") for each in every])[node]
    return pa.table(
        {
            "node_id": coded(list(node_ids().values()), node),
            "place_code": coded([each.place_code for each in every], node),
            "observed_at": pa.array(moments),
            "flow_source": coded(["camera", "gate", "checkpoint"], source),
            "visitor_in_count": known(entered, people),
            "visitor_out_count": known(left, people),
            "visitors_on_site": known(now, people),
            "vehicle_in_count": known(entered, vehicles),
            "vehicle_out_count": known(left, vehicles),
            "vehicles_on_site": known(now, vehicles),
            "data_flag": coded(["N", "M"], is_lost.astype(np.int64)),
        }
    )


def _cameras(city: City, season: Season) -> pa.Table:
    """How many cameras of each spot and node are online; no positions."""
    chance = city.chance("tourism.camera_daily")
    every = [
        (key, spot.place_code, 6 + spot.visits / 2.5)
        for (_, key), spot in zip(spot_ids(city).items(), spots(city), strict=True)
    ]
    every += [
        (key, node.place_code, 4 + 2 * node.load) for (_, key), node in zip(node_ids().items(), nodes(), strict=True)
    ]
    days = season.days[season.first :]
    count = np.round([size for *_, size in every]).astype(np.int64)[:, None].repeat(len(days), axis=1)
    quality = np.clip(chance.normal(0.965, 0.02, len(every)), 0.86, 0.998)[:, None]
    online = chance.binomial(count, np.broadcast_to(quality, count.shape))
    place = np.repeat(np.arange(len(every)), len(days))
    return table(
        "tourism.camera_daily",
        {
            "place_code": coded([code for _, code, _ in every], place),
            "object_id": coded([key for key, *_ in every], place),
            "day_date": np.tile(days, len(every)),
            "camera_count": count.ravel(),
            "camera_online_count": online.ravel(),
        },
    )
