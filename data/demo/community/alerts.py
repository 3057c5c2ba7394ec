"""Demo rows of remote care: alerts from raising to arrival, and the devices behind them.

The planted story: in the night three days before the demo's end, eleven alerts in one mountain township found nobody on
the road; eight were never reached, three far too late. Elsewhere nearly everyone is reached in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo import spans
from data.demo.community.places import team_id
from data.demo.community.register import Elders, elders, pseudonyms, texts
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.people import Anything, Ints, people
from data.divisions import name_of

UNREACHED_PLACE = "341022211"  # the story: 白际乡, whose night team did not turn out
UNREACHED_ALERTS, NEVER_REACHED = 11, 8  # of the alerts of that night
UNREACHED_NIGHTS_BACK = 4  # the night that begins this many days before the demo's end
ALERTS_A_DAY = 300
KINDS = {  # share of alerts, false alarms among them, real ones that need somebody there
    "sos": (0.30, 0.10, 0.75), "fall": (0.14, 0.18, 0.95), "no_motion": (0.22, 0.24, 0.6), "gas": (0.04, 0.15, 1.0),
    "smoke": (0.06, 0.25, 1.0), "bed_exit": (0.10, 0.16, 0.5), "vital": (0.11, 0.12, 0.7), "other": (0.03, 0.3, 0.4),
}  # fmt: skip
LATE, LOST = 0.004, 0.3  # share of arrivals that miss their limit, and of those that never come
UNHEARD = 0.0004  # share of alerts that nobody acknowledges, so that nobody is sent
LIMIT_MIN = (20, 40)  # minutes to arrive: towns, villages
DEVICE_KINDS = ("sos", "motion", "smoke", "door", "fall_radar", "gas", "bed", "wearable", "water")
_MINUTE = 60


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {"community.care_alert": _alert(city, drive), "community.care_device_daily": _device(city, drive)}


def unreached_night(drive: Drivers) -> tuple[datetime, datetime]:
    """When the story's alerts are raised: from nine in the evening to five in the morning."""
    evening = datetime.combine(spans.end_of(drive), time(21)) - timedelta(days=UNREACHED_NIGHTS_BACK)
    return evening, evening + timedelta(hours=8)


def _alert(city: City, drive: Drivers) -> pa.Table:
    home, all_, chance = people(city), elders(city), city.chance("care_alert")
    cold = np.clip((8.0 - drive.temperature) / 10.0, 0.0, 1.0)
    daily = chance.poisson(ALERTS_A_DAY * city.scale * (1.0 + 0.15 * cold))
    day = np.repeat(np.arange(drive.day_count), daily)
    count = len(day)
    hours = np.interp(np.arange(24), [0, 4, 7, 12, 19, 23], [0.7, 0.6, 1.3, 1.0, 1.2, 0.8])
    second = chance.choice(24, count, p=hours / hours.sum()) * 3600 + chance.integers(0, 3600, count)
    raised = drive.days[day].astype("M8[s]") + second
    elder = chance.integers(0, len(all_.community), count)
    kind = chance.choice(list(KINDS), count, p=[each[0] for each in KINDS.values()])
    is_false = chance.random(count) < _of(kind, 1)
    needs = ~is_false & (chance.random(count) < _of(kind, 2))
    wait = np.round(15 + chance.exponential(70, count))
    slow = chance.random(count)
    wait = np.where(slow < 0.032, chance.integers(301, 1500, count), wait)
    is_village = home.is_village[all_.community[elder]]
    limit = np.where(is_village, LIMIT_MIN[1], LIMIT_MIN[0]) * _MINUTE
    ride = np.exp(chance.normal(np.where(is_village, 2.5, 2.05), 0.42)) * (1 + drive.rain_mm[day] / 80.0) * _MINUTE
    arrival = np.minimum(np.round(wait + 60 + ride), limit - chance.integers(5, 240, count))
    late = chance.random(count) < LATE
    arrival = np.where(late, limit + chance.integers(60, 2700, count), arrival)
    wait = np.minimum(wait, np.where(needs, arrival - 30, wait))
    unheard = slow < UNHEARD
    never = unheard | (late & (chance.random(count) < LOST))
    closed = np.where(needs, arrival + chance.integers(600, 5400, count), wait + chance.integers(120, 1500, count))
    told = (chance.random(count) > 0.01) & ((drive.day_count - day) * 24 * 3600 - second > 7200)
    steps = {
        "acknowledged_at": np.where(unheard, -1.0, wait), "dispatched_at": np.where(needs & ~unheard, wait + 20, -1.0),
        "arrived_at": np.where(needs & ~never, arrival, -1.0),
        "closed_at": np.where(needs & never, arrival + 7200, closed),
    }  # fmt: skip
    outcome = np.where(
        needs & ~never,
        chance.choice(
            ["ok", "home_care", "hospital", "family", "rescue", "other"], count, p=[0.45, 0.3, 0.1, 0.08, 0.04, 0.03]
        ),
        "ok",
    )
    rows = {
        "elder": elder, "kind": kind, "raised": raised, "due": np.where(needs, limit, -1.0), "outcome": outcome,
        "is_false": is_false, "told": told, **steps,
    }  # fmt: skip
    story = _story(city, drive, all_)
    whole = {name: np.concatenate([values, story[name]]) for name, values in rows.items()}
    order = np.argsort(whole["raised"], kind="stable")
    return _alert_table(city, drive, {name: values[order] for name, values in whole.items()})


def _of(kind: npt.NDArray[np.str_], part: int) -> Floats:
    found: Floats = np.select([kind == name for name in KINDS], [each[part] for each in KINDS.values()], 0.0)
    return found


def _story(city: City, drive: Drivers, all_: Elders) -> dict[str, Anything]:
    """Eleven alerts of one night: acknowledged or not, somebody is sent, and nobody comes in time."""
    chance, count = city.chance("unreached"), UNREACHED_ALERTS
    begin, end = unreached_night(drive)
    there = np.flatnonzero(np.isin(all_.community, np.flatnonzero(people(city).subdistrict == UNREACHED_PLACE)))
    raised = np.datetime64(begin, "s") + np.sort(chance.integers(0, int((end - begin).total_seconds()), count))
    nobody = np.arange(count) < NEVER_REACHED
    wait = np.where(nobody & (np.arange(count) % 3 == 0), -1.0, chance.integers(60, 290, count))
    arrival = np.where(nobody, -1.0, chance.integers(65, 150, count) * _MINUTE)
    return {
        "elder": chance.choice(there, count, replace=len(there) < count), "raised": raised,
        "kind": np.array(["sos", "fall", "vital", "bed_exit"])[np.arange(count) % 4],
        "due": np.full(count, float(LIMIT_MIN[1] * _MINUTE)), "is_false": np.zeros(count, dtype=bool),
        "told": np.ones(count, dtype=bool), "outcome": np.where(nobody, "family", "hospital"),
        "acknowledged_at": wait, "dispatched_at": np.where(wait < 0, -1.0, wait + 60), "arrived_at": arrival,
        "closed_at": np.where(np.arange(count) == 1, -1.0, chance.integers(9, 14, count) * 3600.0),
    }  # fmt: skip


def _alert_table(city: City, drive: Drivers, rows: Mapping[str, Anything]) -> pa.Table:
    """Seconds after raising become times; what lies beyond the demo's clock has not happened yet."""
    home, all_ = people(city), elders(city)
    until = np.datetime64(spans.end_of(drive), "s")
    raised, count = rows["raised"], len(rows["raised"])

    def moment(name: str) -> pa.Array:
        after = rows[name]
        at = raised + after.astype("m8[s]")
        return pa.array(at.astype("M8[us]"), mask=(after < 0) | (at >= until))

    seats, index = np.unique(home.subdistrict, return_inverse=True)
    seat = index[all_.community[rows["elder"]]]
    units = np.array([f"演示·{name_of(code)}养老服务中心" for code in seats])
    teams = np.array([team_id(str(code), "rescue") for code in seats])
    is_open = (rows["closed_at"] < 0) | (raised + rows["closed_at"].astype("m8[s]") >= until)
    is_there = (rows["arrived_at"] >= 0) & (raised + rows["arrived_at"].astype("m8[s]") < until)
    due = raised + rows["due"].astype(
        "m8[s]"
    )  # a limit may lie ahead of the clock: it is known when the alert is raised
    return table(
        "community.care_alert",
        {
            "care_alert_id": np.char.add("YS-A", np.char.zfill(np.arange(1, count + 1).astype(str), 7)),
            "elder_id": texts(pseudonyms(city, "elder", len(all_.community))[rows["elder"]]),
            "place_code": home.code[all_.community[rows["elder"]]],
            "kind": rows["kind"],
            "raised_at": raised.astype("M8[us]"),
            **{name: moment(name) for name in ("acknowledged_at", "dispatched_at", "arrived_at", "closed_at")},
            "due_at": pa.array(due.astype("M8[us]"), mask=rows["due"] < 0),
            "handling_unit": units[seat],
            "team_id": pa.array(teams[seat], mask=~is_there),
            "is_false_alarm": pa.array(rows["is_false"], mask=~rows["told"]),
            "care_outcome": pa.array(rows["outcome"], mask=is_open),
        },
    )


def _device(city: City, drive: Drivers) -> pa.Table:
    """Four kinds or so in every community; a few communities' files for the newest day are not in yet."""
    home, chance = people(city), city.chance("care_device")
    reach = np.array([0.95, 0.75, 0.62, 0.5, 0.4, 0.32, 0.22, 0.16, 0.08])
    has = chance.random((len(home.code), len(DEVICE_KINDS))) < reach * min(city.scale, 1.0)
    at, kind = (each.astype(np.int64) for each in np.nonzero(has))
    installed = 1 + chance.poisson(home.of_age(60)[at] / 180)
    shape = (len(at), drive.day_count)
    online = chance.binomial(np.broadcast_to(installed[:, None], shape), chance.beta(60, 2.2, len(at))[:, None])
    gone = installed[:, None] - online
    here = chance.random(shape) >= 0.008
    here[:, -1] &= (chance.random(len(home.code)) >= 0.05)[at]
    row = np.broadcast_to(np.arange(len(at))[:, None], shape)[here]

    def flat(values: Ints) -> Ints:
        return np.broadcast_to(values, shape)[here]

    return table(
        "community.care_device_daily",
        {
            "place_code": _named(home.code, at[row]),
            "kind": _named(np.array(DEVICE_KINDS), kind[row]),
            "day_date": np.broadcast_to(drive.days, shape)[here],
            "device_count": flat(installed[:, None]),
            "online_count": flat(online),
            "anomaly_count": flat(chance.binomial(online, 0.013)),
            "offline_over_24h_count": flat(chance.binomial(gone, 0.55)),
            "covered_elder_count": flat(np.minimum(installed, home.of_age(60)[at])[:, None]),
            "alarm_count": flat(chance.poisson(0.04 * online)),
        },
    )


def _named(words: npt.NDArray[np.str_], index: Ints) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(index), pa.array(words)).cast(pa.string())
