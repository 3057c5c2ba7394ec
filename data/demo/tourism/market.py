"""The only place that draws the market of the demo's tourism: merchants, complaints and inspections.

Merchants are invented. A complaint is due at 17:30 on the fifth working day after it came; inspections run on workdays,
some of them by several units together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from data.calendar_days import days as calendar_days
from data.demo.drivers import City, Floats, table
from data.demo.people import near, people
from data.demo.tourism import stories
from data.demo.tourism.columns import Bools, Ints, Moments, coded, drawn, known, numbered
from data.demo.tourism.register import BUREAU, MOUNTAIN, spot_ids, spots, unit_of
from data.demo.tourism.season import Season

ELEMENT_COUNT = 9000
COMPLAINTS_A_DAY = 4.2
INSPECTIONS_A_WEEK = 100  # objects
LIMIT_WORKDAYS = 5
ACCEPTED, HANDLING, CLOSED, WITHDRAWN = range(4)  # states of a complaint
CITY = "3410"

# kind → category, share, unit of capacity, usual capacity
_ELEMENTS: dict[str, tuple[tuple[str, float, str, int], ...]] = {
    "eat": (("餐馆", 26, "餐位", 80), ("农家乐", 10, "餐位", 60)),
    "stay": (("民宿", 30, "床", 18), ("宾馆", 8, "床", 110), ("星级饭店", 0.5, "床", 320)),
    "go": (("旅行社", 2.2, "人", 40), ("旅游车队", 0.6, "座", 900), ("租车点", 1.2, "车", 15)),
    "see": (("观光点", 1.5, "人", 400),),
    "shop": (("土特产店", 12, "人", 20), ("茶叶店", 5, "人", 15), ("文房四宝店", 1.6, "人", 12)),
    "fun": (("演艺场馆", 0.2, "座", 600), ("户外运动点", 0.8, "人", 60), ("休闲吧", 1.4, "座", 40)),
}
_TRAVEL = {"341002": 0.24, "341003": 0.20, "341004": 0.09, "341021": 0.17, "341022": 0.09, "341023": 0.16,
           "341024": 0.05}  # fmt: skip

# code → name, element, share, what is said
CATEGORIES: dict[str, tuple[str, str, float, str]] = {
    "TS01": ("价格与诚信", "shop", 18, "反映所购商品价格与宣传不符，要求退款"),
    "TS02": ("住宿退订与卫生", "stay", 22, "反映房间与预订页面不符，退订不予退款"),
    "TS03": ("票务退改", "see", 14, "反映门票改期未予办理"),
    "TS04": ("排队与秩序", "see", 12, "反映排队时间过长，现场疏导不足"),
    "TS05": ("餐饮质量与价格", "eat", 12, "反映菜品质量与明码标价不符"),
    "TS06": ("导游与旅行社服务", "go", 9, "反映行程擅自变更，自费项目未事先说明"),
    "TS07": ("接驳与停车", "go", 7, "反映接驳车等候过久，停车收费不清"),
    "TS08": ("商品质量", "shop", 4, "反映土特产有质量问题"),
    "TS09": ("其他服务", "fun", 2, "反映演出临时取消，未及时告知"),
}  # fmt: skip
_CHANNELS = {"hotline_12345": 46.0, "app": 18.0, "web": 10.0, "public_snap": 6.0, "transfer": 8.0, "leader": 1.0,
             "media": 2.0, "other": 9.0}  # fmt: skip
_VIOLATIONS = ("未明码标价", "消防通道堵塞", "证照过期", "食品储存不规范", "合同未备案", "超范围经营")
_PARTNERS = ("市市场监管局", "市公安局", "市交通运输局", "市卫生健康委", "市消防救援支队")


@dataclass(frozen=True, eq=False)
class Merchants:
    """The places that serve travellers: ids, names, kinds, places, and how much business each does."""

    ids: list[str]
    names: list[str]
    kind: Ints
    category: Ints
    place: list[str]
    weight: Floats
    lon: Floats
    lat: Floats

    def of(self, kind: str) -> Ints:
        return np.flatnonzero(self.kind == list(_ELEMENTS).index(kind))


def merchants(city: City) -> Merchants:
    """The merchants, most of them where travellers go; the story's merchant is the first shop of 老街."""
    chance = city.chance("tourism merchants")
    home = people(city)
    count = max(60, round(ELEMENT_COUNT * city.scale))
    pull = np.array([_TRAVEL[code] for code in home.district]) * np.where(home.is_village, 1.0, 2.0)
    for code, factor in (("341003102", 14.0), ("341023101", 12.0), ("341023103", 7.0), ("341002004", 9.0),
                         ("341002102", 5.0), ("341004101", 5.0), ("341022101", 4.0), ("341021100", 3.0)):  # fmt: skip
        pull[np.char.startswith(home.code, code)] *= factor
    community = drawn(chance, list(pull), count)
    flat = [(kind, *each) for kind, group in _ELEMENTS.items() for each in group]
    category = drawn(chance, [share for *_, share, _, _ in flat], count)
    old_street = int(np.flatnonzero(np.char.startswith(home.code, stories.STORY_MERCHANT_PLACE))[0])
    shop = [each[1] for each in flat].index("土特产店")
    community[0], category[0] = old_street, shop
    lon, lat = near(city, "tourism element", community, np.full(count, 0.9))
    on_mountain = chance.random(count) < 0.006
    on_mountain[0] = False
    fine = chance.random(count) < 0.85
    place = [MOUNTAIN if up else str(code if deep else code[:9])
             for up, deep, code in zip(on_mountain, fine, home.code[community], strict=True)]  # fmt: skip
    lon[on_mountain], lat[on_mountain] = np.nan, np.nan
    towns = [_short(home.name[index]) for index in community]
    names = [f"演示{flat[each][1]}·{'山上' if up else town}{number % 1000 + 1:03d}"
             for number, (each, up, town) in enumerate(zip(category, on_mountain, towns, strict=True))]  # fmt: skip
    kinds = [list(_ELEMENTS).index(kind) for kind, *_ in flat]
    names[0] = stories.STORY_MERCHANT
    return Merchants(numbered("YS-YS", count, 5), names, np.array(kinds)[category], category, place,
                     chance.pareto(1.6, count) + 0.2, lon, lat)  # fmt: skip


def _short(name: str) -> str:
    for tail in ("居委会", "村委会", "社区", "村"):
        name = name.removesuffix(tail)
    return name


def element(city: City, season: Season, every: Merchants) -> pa.Table:
    """The register of merchants."""
    chance = city.chance("tourism.element")
    flat = [each for group in _ELEMENTS.values() for each in group]
    count = len(every.ids)
    usual = np.array([size for *_, size in flat])[every.category]
    capacity = np.maximum(2, np.round(usual * np.exp(chance.normal(0, 0.5, count)))).astype(np.int64)
    return table(
        "tourism.element",
        {
            "element_id": every.ids,
            "element_kind": coded(list(_ELEMENTS), every.kind),
            "category_name": coded([name for name, *_ in flat], every.category),
            "name": every.names,
            "credit_code": [f"91{(code + '000000')[:6]}YS{number:08d}" for number, code in enumerate(every.place, 1)],
            "place_code": every.place,
            "lon": every.lon,
            "lat": every.lat,
            "capacity_count": known(capacity, chance.random(count) > 0.03),
            "measure_unit": coded([unit for _, _, unit, _ in flat], every.category),
            "credit_grade": coded(["A", "B", "C", "D", None], drawn(chance, [52, 34, 8, 1, 5], count)),
            "is_open": chance.random(count) > 0.06,
            "data_source_kind": coded(["government", "enterprise", "internet"], drawn(chance, [70, 18, 12], count)),
            "updated_date": season.days[-1] - chance.integers(0, 45, count),
        },
    )


@dataclass(frozen=True, eq=False)
class Cases:
    """Complaints in order of the day: day of the demo, category, and which of them belong to a story."""

    day: Ints
    category: Ints
    is_of_spot: Bools
    is_of_merchant: Bools


def _cases(city: City, chance: np.random.Generator, season: Season) -> Cases:
    """Complaints follow the visitors; the crowded day brings some over queues, one merchant some all autumn."""
    days = season.days[season.first :]
    pull = season.pull(1.25, 90.0)[season.first :]
    usual = np.repeat(np.arange(len(days)), chance.poisson(COMPLAINTS_A_DAY * city.scale * pull / pull.mean()))
    crowded = np.flatnonzero(days == np.datetime64(stories.STORY_DAY))
    queue = np.repeat(crowded[:, None] + np.arange(3), [14, 6, 3], axis=1).ravel()
    queue = queue[queue < len(days)]
    autumn = np.flatnonzero(chance.random(len(days)) < np.where(days >= days[-1] - 70, 0.24, 0.0))
    codes = list(CATEGORIES)
    category = np.concatenate(
        [
            drawn(chance, [share for _, _, share, _ in CATEGORIES.values()], len(usual)),
            np.full(len(queue), codes.index("TS04")),
            np.full(len(autumn), codes.index(stories.STORY_CATEGORY)),
        ]
    )
    story = np.repeat([0, 1, 2], [len(usual), len(queue), len(autumn)])
    day = np.concatenate([usual, queue, autumn])
    order = np.argsort(day, kind="stable")
    return Cases(day[order], category[order], story[order] == 1, story[order] == 2)


def complaint(city: City, season: Season, every: Merchants) -> pa.Table:
    """One row per complaint. What names no place is the city's own (市直)."""
    chance = city.chance("tourism.complaint")
    cases = _cases(city, chance, season)
    count = len(cases.day)
    minute = (np.clip(chance.normal(14.5, 3.2, count), 7, 22.5) * 60).astype("timedelta64[m]")
    accepted: Moments = season.days[season.first :][cases.day].astype("datetime64[m]") + minute
    merchant = np.where(cases.is_of_merchant, 0, _accused(chance, every, cases.category))
    merchant[cases.is_of_spot] = -1
    spot = next(each for each in spots(city) if each.name == stories.STORY_SPOT)
    place = [spot.place_code if crowded else every.place[one] if one >= 0 else CITY
             for one, crowded in zip(merchant, cases.is_of_spot, strict=True)]  # fmt: skip
    due, closed, status = _handling(chance, season, accepted, cases.is_of_merchant)
    is_closed = status == CLOSED
    valid = (chance.random(count) < 0.64) | cases.is_of_merchant | cases.is_of_spot
    is_judged = is_closed | (chance.random(count) < 0.5)
    reached = is_closed & (chance.random(count) < 0.7)
    channel = drawn(chance, list(_CHANNELS.values()), count)
    ids = numbered("YS-TS", count, 6)
    return table(
        "tourism.complaint",
        {
            "complaint_id": ids,
            "place_code": place,
            "element_kind": coded([kind for _, kind, _, _ in CATEGORIES.values()], cases.category),
            "category_code": coded(list(CATEGORIES), cases.category),
            "category_name": coded([name for name, *_ in CATEGORIES.values()], cases.category),
            "element_id": [every.ids[one] if one >= 0 else None for one in merchant],
            "merchant_name": [every.names[one] if one >= 0 else spot.name if crowded else None
                              for one, crowded in zip(merchant, cases.is_of_spot, strict=True)],
            "spot_id": [spot_ids(city)[spot.name] if each else None for each in cases.is_of_spot],
            "channel": coded(list(_CHANNELS), channel),
            "order_id": [f"YS12345-T{key[-6:]}" if number == 0 else None
                         for key, number in zip(ids, channel, strict=True)],
            "content": coded([f"演示：{said}。" for *_, said in CATEGORIES.values()], cases.category),
            "accepted_at": accepted.astype("datetime64[us]"),
            "due_at": due,
            "closed_at": closed,
            "status": coded(["accepted", "handling", "closed", "withdrawn"], status),
            "is_valid": known(valid, is_judged),
            "is_solved": known(chance.random(count) < 0.87, reached),
            "satisfaction_score": known(drawn(chance, [3, 5, 14, 38, 40], count) + 1, reached),
            "refund_wan": known(np.round(chance.gamma(1.2, 0.05, count), 3), reached & valid),
            "handling_unit": [unit_of(code if code == CITY else code[:6]) for code in place],
        },
    )  # fmt: skip


def _accused(chance: np.random.Generator, every: Merchants, category: Ints) -> Ints:
    """A merchant of the category's kind, the busier the more often; -1 for one complaint in nine, which names none."""
    found = np.full(len(category), -1)
    for number, (_, kind, _, _) in enumerate(CATEGORIES.values()):
        here, pool = np.flatnonzero(category == number), every.of(kind)
        if len(here) and len(pool):
            found[here] = pool[drawn(chance, list(every.weight[pool]), len(here))]
    found[chance.random(len(found)) < 0.11] = -1
    return found


def _handling(
    chance: np.random.Generator, season: Season, accepted: Moments, is_story: Bools
) -> tuple[Moments, Moments, Ints]:
    """When each is due and closed, and its state; nothing is closed after the demo's clock."""
    end = (season.days[-1] + 1).astype("datetime64[m]")
    due = due_at(season, accepted)
    count = len(accepted)
    limit = (due - accepted).astype(float)
    late = chance.random(count) < np.where(is_story, 0.45, 0.035)
    over = np.where(is_story, 9.0, 1.05 + chance.gamma(1.5, 0.8, count))  # some of the story's stay open
    took = limit * np.where(late, over, np.clip(chance.gamma(2.4, 0.19, count), 0.02, 0.99))
    closed = accepted + np.round(took).astype("timedelta64[m]")
    is_new = end - accepted < np.timedelta64(24 * 60, "m")
    is_withdrawn = (chance.random(count) < 0.03) & ~is_story
    is_open = closed >= end
    status = np.where(is_open, np.where(is_new, ACCEPTED, HANDLING), np.where(is_withdrawn, WITHDRAWN, CLOSED))
    closed = np.where(is_open, np.datetime64("NaT"), closed).astype("datetime64[us]")
    return due.astype("datetime64[us]"), closed, status


def due_at(season: Season, accepted: Moments) -> Moments:
    """17:30 on the fifth working day after the day of acceptance."""
    first: date = season.drive.calendar[season.first].day_date
    last: date = season.drive.calendar[-1].day_date
    known_days = calendar_days(first, last + timedelta(days=25))
    work = np.array([day.day_date for day in known_days if day.is_workday], dtype="datetime64[D]")
    place = np.searchsorted(work, accepted.astype("datetime64[D]"), side="right") + LIMIT_WORKDAYS - 1
    found: Moments = work[place].astype("datetime64[m]") + (17 * 60 + 30)
    return found


def market_inspection(city: City, season: Season, every: Merchants) -> pa.Table:
    """Inspections on workdays and, before holidays, more of them; a sixth is joint."""
    chance = city.chance("tourism.market_inspection")
    calendar = season.drive.calendar[season.first :]
    open_days = np.array([day.is_workday for day in calendar])
    soon = np.array(
        [any(later.holiday_name for later in calendar[number : number + 8]) for number in range(len(calendar))]
    )
    per_day = chance.poisson(np.where(open_days, INSPECTIONS_A_WEEK / 5 * city.scale * np.where(soon, 1.5, 0.9), 0.6))
    day = np.repeat(np.arange(len(calendar)), per_day)
    count = len(day)
    group = np.concatenate([np.arange(size) // 4 for size in per_day]) if count else np.zeros(0, np.int64)
    inspection = [f"YS-JC{str(season.days[season.first + one]).replace('-', '')}-{number + 1:02d}"
                  for one, number in zip(day, group, strict=True)]  # fmt: skip
    joint_key = {key: chance.random() < 0.17 for key in dict.fromkeys(inspection)}
    is_joint = np.array([joint_key[key] for key in inspection])
    merchant = np.concatenate([chance.choice(len(every.ids), size, replace=False) for size in per_day])
    days = season.days[season.first :][day]
    started = days.astype("datetime64[m]") + (9 * 60 + group * 55 + chance.integers(0, 40, count))
    passed = chance.random(count) > np.where(is_joint, 0.13, 0.09)
    judged = chance.random(count) > 0.015
    failed = judged & ~passed
    due = days + 15
    rectified = days + np.round(chance.gamma(3.0, 3.2, count)).astype(np.int64)
    is_rectified = failed & (rectified <= season.days[-1])
    fine = failed & (chance.random(count) < 0.22)
    status = np.where(~failed, 0, np.where(~is_rectified, 1, np.where(fine, 3, 2)))
    partner = drawn(chance, [1.0] * len(_PARTNERS), count)
    lead = [BUREAU if joint or code == MOUNTAIN else unit_of(code[:6])
            for joint, code in zip(is_joint, (every.place[one] for one in merchant), strict=True)]  # fmt: skip
    return table(
        "tourism.market_inspection",
        {
            "inspection_id": inspection,
            "element_id": [every.ids[one] for one in merchant],
            "element_kind": coded(list(_ELEMENTS), every.kind[merchant]),
            "place_code": [every.place[one] for one in merchant],
            "started_at": started.astype("datetime64[us]"),
            "lead_unit": lead,
            "supporting_units": [_PARTNERS[one] if joint else None
                                 for one, joint in zip(partner, is_joint, strict=True)],
            "is_joint": is_joint,
            "is_passed": known(passed, judged),
            "violation_name": known(np.array(_VIOLATIONS)[chance.integers(0, len(_VIOLATIONS), count)], failed),
            "fine_wan": known(np.round(chance.gamma(2.0, 0.15, count), 2), fine),
            "due_date": known(due, failed),
            "rectified_date": known(rectified, is_rectified),
            "status": coded(["checked", "rectifying", "rectified", "penalised"], status),
        },
    )  # fmt: skip
