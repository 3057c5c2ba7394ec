"""Demo rows of care as a service: orders, inspections of institutions, subsidies and the money behind them.

Planted: three institutions failed an inspection and have not put it right, two of them past the day that was set; one
subsidy of one subdistrict was not paid when it was due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.community.places import ids, institutions, team_id
from data.demo.community.register import elders
from data.demo.drivers import City, Drivers, table
from data.demo.people import Anything, Ints, people
from data.divisions import CITY

ORDERS_A_DAY = 500
ITEMS = {
    "day_care": ("助餐", "日托"), "life_care": ("助浴", "助洁", "起居照料"), "health": ("测压随访", "康复指导"),
    "housekeeping": ("保洁", "维修"), "comfort": ("陪聊", "心理疏导"),
}  # fmt: skip
INSPECTIONS = {"fire": 0.26, "food": 0.2, "building": 0.1, "service": 0.2, "fund": 0.07, "medical": 0.07, "joint": 0.1}
INSPECTORS = {
    "fire": "市消防救援支队",
    "food": "市市场监管局",
    "building": "市住房城乡建设局",
    "medical": "市卫生健康委",
}
FAILED_DAYS_BACK = (52, 38, 9)  # the story: failed and not put right; 30 days were set, so two are overdue
UNPAID_PLACE, UNPAID_KIND = "341024206", "service"  # the subsidy that was not paid in the newest month due
SUBSIDIES = {"senior_age": (0.46, 66), "service": (0.055, 100), "nursing": (0.04, 140), "comprehensive": (0.02, 120),
             "other": (0.006, 200)}  # fmt: skip
DUE_DAY = 20  # of each month
FUND_KINDS = ("construction", "operation", "insurance", "purchase", "renovation", "other")
FUND_SOURCES = ("central", "province", "city", "county", "lottery", "other")


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "community.care_order": _order(city, drive),
        "community.care_inspection": _inspection(city, drive),
        "community.elder_subsidy": _subsidy(city, drive),
        "community.elder_fund": _fund(city, drive),
    }


def _order(city: City, drive: Drivers) -> pa.Table:
    home, all_, chance = people(city), elders(city), city.chance("care_order")
    busy = np.array([1.08 if day.is_workday else 0.8 for day in drive.calendar])
    daily = chance.poisson(ORDERS_A_DAY * city.scale * busy)
    day = np.repeat(np.arange(drive.day_count), daily)
    count = len(day)
    second = np.sort(chance.integers(7 * 3600, 20 * 3600, count))
    chance.shuffle(second)
    ordered = drive.days[day].astype("M8[s]") + second
    at = all_.community[chance.integers(0, len(all_.community), count)]
    number = chance.choice(len(ITEMS), count, p=[0.34, 0.24, 0.16, 0.19, 0.07])
    charge = chance.choice(["free", "low", "paid"], count, p=[0.37, 0.41, 0.22])
    accepted = 60 + np.round(chance.exponential(1500, count))
    arrived = accepted + np.round(np.exp(chance.normal(8.6, 0.75, count)))
    closed = arrived + chance.integers(900, 9000, count)
    slow = chance.random(count) < 0.062  # the next day but one
    arrived, closed = arrived + slow * 90_000, closed + slow * 90_000
    cancelled = chance.random(count) < 0.027
    until = np.datetime64(spans.end_of(drive), "s")

    def moment(after: Anything, unless: Anything) -> pa.Array:
        when = ordered + after.astype("m8[s]")
        return pa.array(when.astype("M8[us]"), mask=unless | (when >= until))

    done = ~cancelled & (ordered + closed.astype("m8[s]") < until)
    score = chance.choice([5, 4, 3, 2, 1], count, p=[0.7, 0.25, 0.03, 0.013, 0.007])
    fee = np.select(
        [charge == "low", charge == "paid"], [chance.integers(5, 30, count), chance.integers(30, 160, count)], 0
    )
    items = np.array([[words[turn % len(words)] for turn in range(6)] for words in ITEMS.values()])
    towns, town = np.unique(home.subdistrict, return_inverse=True)
    nurses = np.array([team_id(str(code), "nurse") for code in towns])
    centres = institutions(city)
    is_centre = centres.form == "subdistrict"
    centre = centres.institution_id[is_centre][np.argsort(home.subdistrict[centres.community[is_centre]])]
    return table(
        "community.care_order",
        {
            "care_order_id": np.char.add("YS-O", np.char.zfill(np.arange(1, count + 1).astype(str), 7)),
            "place_code": home.code[at],
            "institution_id": pa.array(centre[town[at]], mask=chance.random(count) < 0.35),
            "team_id": nurses[town[at]],
            "service_kind": np.array(list(ITEMS))[number],
            "service_item": items[number, chance.integers(0, 6, count)],
            "charge_kind": charge,
            "ordered_at": ordered.astype("M8[us]"),
            "accepted_at": moment(accepted, cancelled),
            "arrived_at": moment(arrived, cancelled),
            "closed_at": moment(closed, cancelled),
            "due_at": (ordered + np.timedelta64(24, "h")).astype("M8[us]"),
            "fee_yuan": fee.astype(float),
            "subsidized_yuan": np.round(fee * np.where(charge == "low", 0.5, 0.0), 2),
            "is_cancelled": cancelled,
            "satisfaction_score": pa.array(score, mask=~done | (chance.random(count) < 0.58)),
        },
    )


def _inspection(city: City, drive: Drivers) -> pa.Table:
    """Four a year for each institution, on working days; failures are put right within weeks, but for the story's."""
    home, all_, chance = people(city), institutions(city), city.chance("care_inspection")
    end = spans.end_of(drive)
    workdays = np.array([day.is_workday for day in drive.calendar])
    count = round(4 * len(all_.form) * drive.day_count / 365)
    inspected = np.sort(chance.choice(drive.days[workdays], count))
    result = chance.choice(["pass", "rectify", "fail"], count, p=[0.83, 0.152, 0.018])
    found = np.select(
        [result == "rectify", result == "fail"], [chance.integers(1, 6, count), chance.integers(3, 9, count)], 0
    )
    done = inspected + chance.integers(5, 20, count)
    is_done = (found > 0) & (done < np.datetime64(end, "D"))
    usual = {
        "who": chance.integers(0, len(all_.form), count),
        "kind": chance.choice(list(INSPECTIONS), count, p=list(INSPECTIONS.values())),
        "inspected_date": inspected, "inspection_result": result, "problem_count": found,
        "rectified_count": np.where(is_done, found, found // 2), "due_date": inspected + chance.integers(15, 31, count),
        "rectified_date": done, "is_done": is_done, "is_penalized": (result == "fail") & (chance.random(count) < 0.6),
    }  # fmt: skip
    story = _failed(end, np.flatnonzero(all_.form == "nursing_home"))
    rows = {name: np.concatenate([values, story[name]]) for name, values in usual.items()}
    who = rows.pop("who")
    is_done = rows.pop("is_done")
    return table(
        "community.care_inspection",
        rows
        | {
            "inspection_id": ids("YS-J", len(who)),
            "institution_id": all_.institution_id[who],
            "place_code": home.code[all_.community[who]],
            "inspecting_unit": [INSPECTORS.get(str(each), "市民政局") for each in rows["kind"]],
            "due_date": pa.array(rows["due_date"], mask=rows["problem_count"] == 0),
            "rectified_date": pa.array(rows["rectified_date"], mask=~is_done),
        },
    )


def _failed(end: date, homes: Ints) -> Mapping[str, Anything]:
    """The story's inspections: failed weeks ago and never put right; the last one still has time."""
    back = np.array(FAILED_DAYS_BACK).astype("m8[D]")
    inspected = np.busday_offset(np.datetime64(end, "D") - back, 0, roll="backward")
    count = len(inspected)
    return {
        "who": homes[[11, 40, 77]], "kind": np.array(["fire", "food", "service"]), "inspected_date": inspected,
        "inspection_result": np.full(count, "fail"), "problem_count": np.array([7, 5, 4]),
        "rectified_count": np.array([2, 0, 1]), "due_date": inspected + 30, "rectified_date": inspected,
        "is_done": np.zeros(count, dtype=bool), "is_penalized": np.array([True, False, False]),
    }  # fmt: skip


def _subsidy(city: City, drive: Drivers) -> pa.Table:
    """Every month that was due before the demo's end, from the one before the demo begins."""
    home, chance = people(city), city.chance("elder_subsidy")
    code, index = np.unique(home.subdistrict, return_inverse=True)
    old = np.bincount(index, home.of_age(60))
    end = np.datetime64(spans.end_of(drive), "D")
    months = np.arange(drive.days[0].astype("M8[M]") - 1, end.astype("M8[M]") + 1)
    months = months[months.astype("M8[D]") + (DUE_DAY - 1) < end]
    parts: dict[str, list[Anything]] = {}
    for month in months:
        for kind, (share, yuan) in SUBSIDIES.items():
            payable = np.round(old * share * chance.uniform(0.97, 1.03, len(code)))
            due = month.astype("M8[D]") + (DUE_DAY - 1)
            paid_on = due - chance.integers(0, 6, len(code)) + (chance.random(len(code)) < 0.005) * 9
            unpaid = (paid_on >= end) | ((month == months[-1]) & (code == UNPAID_PLACE) & (kind == UNPAID_KIND))
            paid = np.where(unpaid, 0, payable - chance.binomial(payable.astype(int), 0.004))
            part = {
                "place_code": code, "month_date": np.full(len(code), month.astype("M8[D]")),
                "kind": np.full(len(code), kind),
                "payable_count": payable, "paid_count": paid, "payable_amount_wan": np.round(payable * yuan / 1e4, 4),
                "paid_amount_wan": np.round(paid * yuan / 1e4, 4), "due_date": np.full(len(code), due),
                "paid_date": paid_on, "unpaid": unpaid, "stopped_count": chance.poisson(payable * 0.002),
            }  # fmt: skip
            for name, values in part.items():
                parts.setdefault(name, []).append(values)
    whole = {name: np.concatenate(values) for name, values in parts.items()}
    paid_date = pa.array(whole["paid_date"], mask=whole.pop("unpaid"))
    return table("community.elder_subsidy", whole | {"paid_date": paid_date})


def _fund(city: City, drive: Drivers) -> pa.Table:
    """The districts, and 3410 for what the city spends itself; the running year stands at its last full quarter."""
    home, chance = people(city), city.chance("elder_fund")
    last = spans.quarters(drive)[-1].astype("M8[M]")
    closes = ((last + 3).astype("M8[D]") - 1).astype(object)
    places = [*np.unique(home.district), CITY]
    rows = []
    for day in (date(closes.year - 1, 12, 31), closes):
        passed = day.month / 12
        for place in places:
            for kind in FUND_KINDS:
                for source in FUND_SOURCES:
                    if chance.random() < 0.25:
                        continue  # not every purse pays for everything
                    budget = round(float(chance.lognormal(4.4, 0.8)), 1)
                    allocated = round(budget * min(1.0, passed * float(chance.uniform(0.95, 1.25))), 1)
                    rows.append(
                        {
                            "place_code": str(place),
                            "year": day.year,
                            "kind": kind,
                            "fund_source": source,
                            "budget_wan": budget,
                            "allocated_wan": allocated,
                            "spent_wan": round(allocated * float(chance.uniform(0.72, 0.99)), 1),
                            "data_date": day,
                        }
                    )
    return table("community.elder_fund", {name: [row[name] for row in rows] for name in rows[0]})
