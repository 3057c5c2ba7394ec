"""Demo rows of command: duty roster, conferences, press releases, drills.

Every name and telephone number is invented and looks it. The police is not on the roster.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.safety.columns import (
    back,
    known,
    known_by,
    later,
    moments,
    numbered,
    people,
    phones,
    pick,
    stamps,
    texts,
    weighted,
)
from data.demo.safety.places import DISTRICTS, ZONES, district_name
from data.demo.safety.stories import ABSENT_UNIT, FOREST_FIRE_EVENT, SLOPE, UNCONFIRMED_UNIT
from data.divisions import name_of

_CITY_UNITS = (
    "市政府办公室", "市应急局", "市消防救援支队", "市水利局", "市自然资源和规划局", "市林业局", "市交通运输局",
    "市卫生健康委", "市住房城乡建设局", "市文化和旅游局", "市气象局", "市生态环境局", "市城市管理局", "市农业农村局",
)  # fmt: skip
_UNIT_KINDS = ("人民政府", "应急局", "消防救援大队")
_CONFERENCES = {"routine": 45, "video_command": 25, "consultation": 20, "drill": 6, "expert": 4}
_RELEASES = {"notice": 60, "first": 12, "update": 12, "final": 8, "rumour": 4, "briefing": 4}
_DRILLED = {"forest_fire": 24, "fire": 22, "flood": 14, "geology": 14, "traffic": 8, "crowd": 8, "hazchem": 5,
            "epidemic": 5}  # fmt: skip
_PLANS = ("突发事件总体应急预案", "森林火灾应急预案", "地质灾害应急预案")
_POSTS = (("leader", "full"), ("chief", "day"), ("officer", "night"))  # role and shift of each unit's rows


def _units() -> list[tuple[str, str]]:
    """Every unit on duty with its place: the city's, three in each district, the three 管委会."""
    inner = [(f"{district_name(code)}{kind}", code) for code in DISTRICTS for kind in _UNIT_KINDS]
    return [*((unit, "3410") for unit in _CITY_UNITS), *inner, *((name_of(code), code) for code in ZONES)]


def duty_roster(city: City, drive: Drivers) -> pa.Table:
    """Who leads and who watches in each unit on each day, handed over in the morning and now and then checked."""
    chance = city.chance("safety.duty_roster")
    units = _units()
    day, unit, post = (each.ravel() for each in np.indices((drive.day_count, len(units), len(_POSTS))))
    count, last, until = len(day), drive.day_count - 1, drive.days[-1] + 1
    shift = np.array([each for _, each in _POSTS])[post]
    start = moments(drive.days[day], np.where(shift == "night", 18, 8) * 3600)
    end = later(start, np.where(shift == "full", 24.0, np.where(shift == "day", 10.0, 14.0)) * 60)
    handed = later(end, chance.uniform(0, 25, count))
    is_over = handed < until
    confirmed = chance.random(count) > 0.012
    is_checked = chance.random(count) < 0.12
    present = chance.random(count) < 0.985
    absent = (day == last) & (unit == _position(units, ABSENT_UNIT)) & (post == 0)
    is_checked |= absent
    present &= ~absent
    open_end = (day == last - 1) & (unit == _position(units, UNCONFIRMED_UNIT)) & (post == 2)
    confirmed &= ~open_end
    handed = np.where(open_end, np.datetime64("NaT"), known_by(handed, until))
    person = unit * 7 + (day * 5 + post * 3) % 19
    return table(
        "safety.duty_roster",
        {
            "shift_id": numbered("YS-ZB", np.arange(1, count + 1), 6),
            "issued_at": stamps(moments(drive.days[day] - 1, np.full(count, 17 * 3600))),
            "day_date": drive.days[day],
            "duty_shift": pick(["full", "day", "night"], post),
            "on_duty_unit": pick([name for name, _ in units], unit),
            "place_code": pick([place for _, place in units], unit),
            "duty_role": pick([role for role, _ in _POSTS], post),
            "contact_name": people(person),
            "contact_phone": phones(unit * 3 + post + 1),
            "started_at": stamps(start),
            "ended_at": stamps(known_by(end, until)),
            "handed_over_at": stamps(handed),
            "is_handover_confirmed": known(confirmed & is_over, is_over),
            "is_checked_in": known(present, is_checked),
        },
    )


def _position(units: list[tuple[str, str]], wanted: str) -> int:
    return [name for name, _ in units].index(wanted)


def conferences(city: City, drive: Drivers) -> pa.Table:
    """About three hundred a year; the one on the planted slope is still running."""
    chance = city.chance("safety.conference")
    count = max(6, round(300 * drive.day_count / 365 * city.scale))
    day = np.sort(chance.integers(0, back(drive, 1) + 1, count))
    day[-1] = drive.day_count - 1
    asked = moments(drive.days[day], chance.integers(8 * 3600, 20 * 3600, count))
    asked[-1] = drive.days[-1].astype("datetime64[s]") + np.timedelta64(22 * 3600, "s")
    failed = chance.random(count) < 0.02
    failed[-1] = False
    start = np.where(failed, np.datetime64("NaT"), later(asked, chance.uniform(3, 40, count)))
    length = chance.uniform(15, 110, count)
    length[-1] = 300.0
    until = drive.days[-1] + 1
    end = known_by(later(start, length), until)
    invited = chance.integers(5, 22, count)
    connected = np.where(failed, 0, chance.binomial(invited, 0.96))
    connected[-1] = invited[-1] - 1
    status = np.where(failed, 2, np.isnat(end).astype(int))
    place = np.append(chance.choice(8, count - 1, p=[0.5, *[0.5 / 7] * 7]), 4)
    return table(
        "safety.conference",
        {
            "conference_id": numbered("YS-HS", np.arange(1, count + 1), 4),
            "event_id": texts(pick([SLOPE.event_id], np.zeros(count, int)), np.arange(count) == count - 1),
            "kind": weighted(chance, _CONFERENCES, count),
            "place_code": pick(("3410", *DISTRICTS), place),
            "title": numbered("演示·会商", np.arange(1, count + 1), 4),
            "lead_unit": pick(["市应急局", *(f"{district_name(code)}应急局" for code in DISTRICTS)], place),
            "requested_at": stamps(asked),
            "started_at": stamps(start),
            "ended_at": stamps(end),
            "status": pick(["ended", "running", "failed"], status),
            "invited_unit_count": invited,
            "connected_unit_count": connected,
            "absent_units": texts(pick(_CITY_UNITS, chance.integers(0, len(_CITY_UNITS), count)), connected < invited),
        },
    )


def press_releases(city: City, drive: Drivers) -> pa.Table:
    """About a hundred a year; the newest tells of the planted forest fire and is waiting for approval."""
    chance = city.chance("safety.press_release")
    count = max(4, round(100 * drive.day_count / 365 * city.scale))
    day = np.sort(chance.integers(0, back(drive, 2) + 1, count))
    day[-2:] = back(drive, 2)
    submitted = moments(drive.days[day], chance.integers(8 * 3600, 18 * 3600, count))
    is_pending = np.arange(count) == count - 1
    issued = np.where(is_pending, np.datetime64("NaT"), later(submitted, chance.uniform(10, 150, count)))
    is_story = np.arange(count) >= count - 2
    return table(
        "safety.press_release",
        {
            "release_id": numbered("YS-FB", np.arange(1, count + 1), 4),
            "event_id": texts(pick([FOREST_FIRE_EVENT], np.zeros(count, int)), is_story),
            "kind": weighted(chance, _RELEASES, count),
            "place_code": ["3410"] * count,
            "title": numbered("演示·应急信息发布", np.arange(1, count + 1), 4),
            "issuing_unit": pick(["市应急局", "市政府办公室", "市气象局"], chance.integers(0, 3, count)),
            "submitted_at": stamps(submitted),
            "issued_at": stamps(issued),
            "status": pick(["published", "approving"], is_pending.astype(int)),
            "media": pick(["政府网站|政务新媒体", "政务新媒体", "广播电视|政务新媒体"], chance.integers(0, 3, count)),
        },
    )


def drills(city: City, drive: Drivers) -> pa.Table:
    """About sixty a year, on paper, by simulation and in the field."""
    chance = city.chance("safety.drill")
    count = max(3, round(60 * drive.day_count / 365 * city.scale))
    start = moments(drive.days[np.sort(chance.integers(0, drive.day_count, count))], np.full(count, 9 * 3600))
    problems = chance.poisson(3.0, count)
    return table(
        "safety.drill",
        {
            "drill_id": numbered("YS-YL", np.arange(1, count + 1), 4),
            "kind": weighted(chance, {"tabletop": 45, "simulation": 25, "field": 30}, count),
            "name": numbered("演示·应急演练", np.arange(1, count + 1), 4),
            "hazard_kind": weighted(chance, _DRILLED, count),
            "place_code": pick(("3410", *DISTRICTS), chance.integers(0, 8, count)),
            "plan_name": pick(_PLANS, chance.integers(0, 3, count)),
            "scenario_text": ["演示情景"] * count,
            "started_at": stamps(start),
            "ended_at": stamps(later(start, chance.uniform(60, 260, count))),
            "lead_unit": ["市应急局"] * count,
            "supporting_units": ["市消防救援支队|市卫生健康委"] * count,
            "involved_count": chance.integers(20, 260, count),
            "score": np.round(chance.uniform(72, 98, count), 1),
            "problem_count": problems,
            "rectified_count": chance.binomial(problems, 0.85),
        },
    )
