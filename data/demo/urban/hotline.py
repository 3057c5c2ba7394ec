"""Demo rows of 12345 工单: calls by population and topic; those that became cases keep their link."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.drivers import City, Drivers, table
from data.demo.urban.case import CHANNELS, Cases
from data.demo.urban.clock import HALF, WorkClock
from data.demo.urban.column import DAY, NEVER, Bools, Floats, Ints, draw, join, moments, numbered_by_day, only, pick
from data.demo.urban.place import AREAS, Sites
from data.demo.urban.topic import CITY_MANAGEMENT, TOPICS
from data.divisions import children, name_of

PER_DAY = 600
_POPULATION = {  # share of the calls, after population; the 管委会 and 市直 answer for themselves
    "341002": 0.27, "341003": 0.11, "341004": 0.08, "341021": 0.235, "341022": 0.125, "341023": 0.06,
    "341024": 0.085, "3410": 0.02, "3410F1": 0.009, "3410F2": 0.004, "3410F3": 0.002,
}  # fmt: skip
_KINDS = ("consult", "help", "complain", "report", "suggest", "praise")
_KIND_SHARE = (44, 27, 19, 5, 4, 1)
_LINKED_KIND = _KINDS.index("complain")
_CHANNELS = ("hotline_12345", "wechat", "app", "web", "province", "transfer", "emergency_line")
_CHANNEL_SHARE = (74, 7, 6, 8, 2, 1.5, 1.5)
_LINES = ("110", "119", "120", "122")
_HOURS = np.array([1, 0.6, 0.4, 0.4, 0.5, 1, 3, 6, 11, 12, 11, 8, 6, 7, 10, 10, 10, 9, 8, 7, 6, 5, 3, 2.0])
LATE_FILE = 60  # days before the end: of that day only a part ever arrived


def hotline_order(
    city: City, drive: Drivers, clock: WorkClock, place: Sites, found: Cases
) -> tuple[pa.Table, pa.Array]:
    """The orders, and for each case the id of the order it came from."""
    chance = city.chance("urban.hotline_order")
    end = int((drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64))
    codes, weight, area_of = _places()
    topic, day = _topics(city, drive, chance)
    begin = int(drive.days[0].astype("datetime64[s]").astype(np.int64))
    reported = begin + day * DAY + draw(chance, _HOURS, len(day)) * 3600 + chance.integers(0, 3600, len(day))
    is_kept = (day != drive.day_count - LATE_FILE) | (reported % DAY < 9 * 3600)
    topic, reported = topic[is_kept], reported[is_kept]
    linked = np.flatnonzero(found.channel == CHANNELS.index("hotline_12345"))
    more = len(topic)
    topic = np.concatenate([topic, np.array(CITY_MANAGEMENT)[found.matter[linked] % len(CITY_MANAGEMENT)]])
    early = found.reported[linked] - 120 - chance.exponential(500, len(linked)).astype(np.int64)
    reported = np.concatenate([reported, np.maximum(early, begin)])
    case = np.concatenate([np.full(more, -1), linked])
    order = np.argsort(reported, kind="stable")
    topic, reported, case = topic[order], reported[order], case[order]
    ids = numbered_by_day("GD", reported, 5)
    by_case = np.full(len(found.channel), -1)
    by_case[case[case >= 0]] = np.flatnonzero(case >= 0)
    drawn = draw(chance, weight, len(case))
    own = pick(codes, drawn)
    area = np.where(case >= 0, place.area[found.site[case]], area_of[drawn])
    of_case = pc.utf8_slice_codeunits(pick(place.place_codes, np.where(case >= 0, found.site[case], -1)), 0, 12)
    rows = _Orders(chance, clock, end, topic, reported, area, found.closed, case)
    return table(
        "urban.hotline_order", {"order_id": ids, "place_code": pc.coalesce(of_case, own), **rows.columns(),
                                "case_id": found.ids.take(pa.array(case, mask=case < 0))},
    ), ids.take(pa.array(by_case, mask=by_case < 0))  # fmt: skip


def _topics(city: City, drive: Drivers, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Topic and day of each order that stands alone."""
    weekday = np.array([1.15, 1.08, 1.04, 1.02, 1.0, 0.78, 0.72])[(drive.days.astype(int) + 3) % 7]
    month = drive.days.astype("datetime64[M]").astype(int) % 12 + 1
    moods: dict[str, Floats] = {
        "": np.ones(drive.day_count),
        "crowd": 0.75 + 0.25 * drive.crowd,
        "rain": 0.8 + 0.2 * drive.rain_mm / 8.0,
        "summer": np.clip((drive.temperature - 4.0) / 12.0, 0.3, 1.8),
        "august": np.where(np.isin(month, [6, 7, 8]), 2.6, 0.7),
    }
    weight = np.array([topic.weight for topic in TOPICS])
    share = (weight / weight.sum())[:, None] * np.array([moods[topic.mood] for topic in TOPICS]) * weekday
    counts = chance.poisson(PER_DAY * 0.95 * city.scale * share)
    return (
        np.repeat(np.arange(len(TOPICS)), counts.sum(axis=1)),
        np.concatenate([np.repeat(np.arange(drive.day_count), row) for row in counts]),
    )


def _places() -> tuple[list[str], Floats, Ints]:
    """Communities, townships and whole units: code, share of the calls, index of the area in AREAS."""
    codes: list[str] = []
    weight: list[float] = []
    for area, share in _POPULATION.items():
        townships = (
            [each.place_code for each in children(area) if each.level == "subdistrict"] if len(area) == 6 else []
        )
        below = [each.place_code for township in townships for each in children(township)]
        if not below:
            codes.append(area)
            weight.append(share)
            continue
        for group, part in ((below, 0.62), (townships, 0.3), ([area], 0.08)):
            codes += group
            weight += [share * part / len(group)] * len(group)
    areas = [AREAS.index(code[:6] if code[:6] in AREAS else code) for code in codes]
    return codes, np.array(weight), np.array(areas, dtype=np.int64)


class _Orders:
    """How each order went on, from acceptance to the call back."""

    def __init__(
        self, chance: np.random.Generator, clock: WorkClock, end: int, topic: Ints, reported: Ints, area: Ints,
        case_closed: Ints, case: Ints,
    ) -> None:  # fmt: skip
        size = len(topic)
        self._area = area
        self._chance, self._end, self._topic, self._reported = chance, end, topic, reported
        self._is_linked = case >= 0
        self._kind = np.where(self._is_linked, _LINKED_KIND, draw(chance, _KIND_SHARE, size))
        self._is_void = (chance.random(size) < 0.006) & ~self._is_linked  # 作废
        is_direct = (self._kind == 0) & (chance.random(size) < 0.72) & ~self._is_void
        self._accepted = reported + 30 + chance.exponential(150, size).astype(np.int64)
        dispatched = np.where(is_direct, NEVER, self._accepted + 120 + chance.exponential(2400, size).astype(np.int64))
        days = np.array([topic.days for topic in TOPICS])[topic]
        days = np.where(self._kind == 0, np.minimum(days, 1), days)
        base = np.where(dispatched < NEVER, dispatched, reported)
        limit = days * 2 * HALF
        pace = np.array([0.16 * np.sin(7 * index) for index in range(len(TOPICS))])[topic]
        used = np.exp(chance.normal(-1.0 + pace, 0.47, size)) * np.where(chance.random(size) < 0.004, 7, 1)
        closed = clock.after(base, limit * used, days > 0)
        of_case = case_closed[case]
        closed = np.where(self._is_linked & (of_case < NEVER), of_case + 3600, closed)
        closed = np.where(is_direct, self._accepted + 200, closed)
        backwards = chance.random(size) < 0.0003  # a wrong clock: closed before it was reported
        closed = np.where(backwards, reported - 900, closed)
        self._due = np.where(dispatched < NEVER, clock.after(base, limit, days > 0), NEVER)
        self._late = (closed > self._due) & (self._due < NEVER)
        contacted = dispatched + np.exp(chance.normal(9.4, 1.0, size)).astype(np.int64)
        self._dispatched = self._seen(dispatched, ~self._is_void)
        self._due = np.where(self._dispatched < NEVER, self._due, NEVER)
        self._contacted = self._seen(contacted, self._dispatched < NEVER)
        self._closed = self._seen(closed, ~self._is_void)
        called = self._closed + chance.exponential(30 * 3600, size).astype(np.int64) + 1800
        self._called = self._seen(called, (self._closed < NEVER) & ~is_direct & (chance.random(size) < 0.92))

    def _seen(self, at: Ints, happens: Bools) -> Ints:
        return np.where(happens & (at < self._end), at, NEVER)

    def columns(self) -> dict[str, object]:
        """What the contract asks for, besides id, place and case."""
        chance, size = self._chance, len(self._topic)
        is_valid_answer = (self._called < NEVER) & (chance.random(size) < 0.74)
        mark = chance.random(size) - 0.2 * self._late - 0.05 * np.sin(5 * self._topic)
        score = np.select([mark > 0.3, mark > 0.02, mark > -0.02, mark > -0.06], [5, 4, 3, 2], 1)
        is_solved = chance.random(size) > 0.1 + 0.12 * self._late + 0.05 * np.cos(3 * self._topic)
        steps = [self._dispatched < NEVER, self._contacted < NEVER, self._closed < NEVER, self._called < NEVER]
        status = np.select(
            [self._is_void, steps[3], steps[2] & (self._dispatched < NEVER), steps[2], steps[1], steps[0]],
            [5, 4, 3, 4, 2, 1], 0,
        )  # fmt: skip
        subtopics = tuple(dict.fromkeys(name for topic in TOPICS for name in topic.subtopics))
        table_of = np.array(
            [[subtopics.index(topic.subtopics[i % len(topic.subtopics)]) for i in range(6)] for topic in TOPICS]
        )
        sub = table_of[self._topic, chance.integers(0, 6, size)]
        is_repeat = chance.random(size) < 0.07
        name, part = pick([topic.name for topic in TOPICS], self._topic), pick(subtopics, sub)
        given = self._dispatched < NEVER
        seats = ["市" if area == "3410" else name_of(area) for area in AREAS]
        offices = [f"演示·{seat}{topic.office}" for seat in seats for topic in TOPICS]
        transferred = (chance.random(size) < 0.008) & ~self._is_linked
        return {
            "channel": pick(_CHANNELS, np.where(self._is_linked, 0, draw(chance, _CHANNEL_SHARE, size))),
            "kind": pick(_KINDS, self._kind),
            "topic_code": pick([topic.code for topic in TOPICS], self._topic),
            "topic_name": name,
            "subtopic_name": part,
            "title": join(name, "：", part),
            "reported_at": moments(self._reported),
            "accepted_at": moments(self._seen(self._accepted, self._accepted > 0)),
            "dispatched_at": moments(self._dispatched),
            "contacted_at": moments(self._contacted),
            "due_at": moments(self._due),
            "closed_at": moments(self._closed),
            "callback_at": moments(self._called),
            "handling_unit": only(pick(offices, self._area * len(TOPICS) + self._topic), given),
            "status": pick(("to_dispatch", "dispatched", "handling", "to_callback", "closed", "cancelled"), status),
            "is_valid": ~self._is_void & (chance.random(size) < 0.988),
            "is_repeat": is_repeat,
            "repeat_count": np.where(is_repeat, 1 + chance.poisson(0.4, size), 0),
            "return_count": np.where(given & (chance.random(size) < 0.05), 1, 0),
            "extension_count": np.where(given & (chance.random(size) < 0.03), 1, 0),
            "is_solved": pa.array(is_solved, mask=~is_valid_answer),
            "satisfaction_score": pa.array(score, mask=~is_valid_answer | (chance.random(size) < 0.06)),
            "transferred_line": pick(_LINES, np.where(transferred, draw(chance, [6, 1, 1, 3], size), -1)),
        }
