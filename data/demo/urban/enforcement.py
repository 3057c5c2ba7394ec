"""Demo rows of 行政执法: cases with their procedure, notices to other units, the list of items, the watch list."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pyarrow as pa

from data.contract import codes
from data.demo.drivers import City, Drivers, table
from data.demo.urban.clock import HALF, WorkClock
from data.demo.urban.column import DAY, NEVER, Ints, digits, draw, join, moments, numbered_by_day, only, pick
from data.demo.urban.place import SHARES
from data.divisions import children, name_of

DOMAINS = tuple(codes("enforcement_domain"))
_DOMAIN_SHARE = (30, 32, 8, 14, 6, 5, 3, 2)
_DISTRICTS = tuple(code for code in SHARES if code.isdigit() and len(code) == 6)
_TOWNSHIPS = tuple(each.place_code for code in _DISTRICTS for each in children(code) if each.level == "subdistrict")
_KINDS = ("simple", "ordinary", "hearing", "warning")
_LIMIT_DAYS = np.array([5, 60, 90, 15])  # work days to close, assumed
_PENALTIES = ("none", "warning", "fine", "confiscate", "suspend", "detain", "demolish")
_PENALTY_SHARE = (10, 26, 48, 5, 2, 4, 5)
ITEM_COUNT = 3000


def enforcement_item(city: City) -> pa.Table:
    """The list of items to supervise; most have a standard of discretion."""
    chance = city.chance("urban.enforcement_item")
    count = max(80, round(ITEM_COUNT * city.scale))
    domain = draw(chance, _DOMAIN_SHARE, count)
    labels = codes("enforcement_domain")
    return table(
        "urban.enforcement_item",
        {
            "item_id": join("JG", digits(np.arange(1, count + 1), 5)),
            "name": join(
                "演示事项·", pick([labels[each] for each in DOMAINS], domain), digits(np.arange(1, count + 1), 4)
            ),
            "enforcement_domain": pick(DOMAINS, domain),
            "responsible_unit": pick([f"演示·市{labels[each]}执法机构" for each in DOMAINS], domain),
            "legal_basis": pick(["演示，以公布的清单为准"], np.zeros(count)),
            "has_discretion_standard": chance.random(count) < 0.93,
            "valid_from": [date(2025, 1, 1)] * count,
        },
    )


def enforcement(city: City, drive: Drivers, clock: WorkClock) -> dict[str, pa.Table]:
    """Cases of eight fields and the notices that went from one unit to another."""
    chance = city.chance("urban.enforcement_case")
    items = max(80, round(ITEM_COUNT * city.scale))
    end = int((drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64))
    is_work = np.array([day.is_workday for day in drive.calendar])
    day = np.repeat(np.arange(drive.day_count), chance.poisson(30 * city.scale * np.where(is_work, 1.25, 0.42)))
    begin = int(drive.days[0].astype("datetime64[s]").astype(np.int64))
    filed = np.sort(begin + day * DAY + chance.integers(8 * 3600, 18 * 3600, len(day)))
    size = len(filed)
    kind, domain = draw(chance, [52, 36, 1, 11], size), draw(chance, _DOMAIN_SHARE, size)
    limit = _LIMIT_DAYS[kind] * 2 * HALF
    due = clock.after(filed, limit, kind >= 0)
    used = np.exp(chance.normal(-0.85, 0.45, size))
    decided = clock.after(filed, limit * used * 0.7, kind >= 0)
    closed = clock.after(filed, limit * used, kind >= 0)
    is_cancelled = chance.random(size) < 0.008
    decided, closed = (np.where((each < end) & ~is_cancelled, each, NEVER) for each in (decided, closed))
    penalty = np.where(kind == 3, 1, draw(chance, _PENALTY_SHARE, size))
    is_fined = (penalty == 2) & (decided < NEVER)
    status = np.select([is_cancelled, closed < NEVER, decided < NEVER, filed > end - 2 * DAY], [6, 4, 3, 0], 1)
    district = draw(chance, [SHARES[code] for code in _DISTRICTS], size)
    first, below = (np.array(each)[district] for each in zip(*_ranges(), strict=True))
    place = pick(_TOWNSHIPS, first + (chance.random(size) * below).astype(np.int64))
    labels = codes("enforcement_domain")
    units = [f"演示·{name_of(code)}{labels[each]}执法队" for code in _DISTRICTS for each in DOMAINS]
    ids = numbered_by_day("ZF", filed, 4)
    is_decided = decided < NEVER
    cases = table(
        "urban.enforcement_case",
        {
            "enforcement_id": ids,
            "place_code": place,
            "enforcement_domain": pick(DOMAINS, domain),
            "item_id": join("JG", digits(chance.integers(1, items + 1, size), 5)),
            "kind": pick(_KINDS, kind),
            "handling_unit": pick(units, district * len(DOMAINS) + domain),
            "filed_at": moments(filed),
            "decided_at": moments(decided),
            "closed_at": moments(closed),
            "due_at": moments(due),
            "status": pick(tuple(codes("enforcement_case_status")), status),
            "penalty_kind": pick(_PENALTIES, np.where(is_decided, penalty, -1)),
            "discretion_grade": pick(
                tuple(codes("discretion_grade")), np.where(is_decided, draw(chance, [6, 9, 22, 55, 8], size), -1)
            ),
            "fine_wan": pa.array(np.round(chance.gamma(1.3, 0.16, size) + 0.02, 2), mask=~is_fined),
            "is_mobile": chance.random(size) < 0.71,
            "is_off_site": chance.random(size) < np.where(domain == 3, 0.5, 0.1),
            "is_reconsidered": only(pa.array(chance.random(size) < 0.008), is_decided),
            "is_overturned": only(pa.array(chance.random(size) < 0.001), is_decided),
        },
    )
    return {
        "urban.enforcement_case": cases,
        "urban.enforcement_copy": _copies(city, clock, end, ids, place, filed, items),
    }


def _ranges() -> list[tuple[int, int]]:
    """For each district the place of its first township in _TOWNSHIPS and how many it has."""
    owner = [code[:6] for code in _TOWNSHIPS]
    return [(owner.index(code), owner.count(code)) for code in _DISTRICTS]


def _copies(
    city: City, clock: WorkClock, end: int, ids: pa.Array, place: pa.Array, filed: Ints, items: int
) -> pa.Table:
    """一家发现、抄告相关: a third of the cases go on to another unit, which owes a reply in ten work days."""
    chance = city.chance("urban.enforcement_copy")
    who = np.flatnonzero(chance.random(len(filed)) < 0.33)
    issued = filed[who] + chance.integers(3600, 30 * 3600, len(who))
    who, issued = who[issued < end], issued[issued < end]
    size = len(who)
    ten_days = np.full(size, 10 * 2 * HALF)
    due = clock.after(issued, ten_days, ten_days > 0)
    replied = clock.after(issued, ten_days * np.exp(chance.normal(-0.75, 0.55, size)), ten_days > 0)
    replied = np.where(replied < end, replied, NEVER)
    is_replied = replied < NEVER
    status = np.select([is_replied, due < end, issued < end - 3 * DAY, issued < end - DAY], [3, 4, 2, 1], 0)
    labels = codes("enforcement_domain")
    units = [f"演示·市{labels[each]}执法机构" for each in DOMAINS]
    sender = draw(chance, _DOMAIN_SHARE, size)
    receiver = (sender + chance.integers(1, len(DOMAINS), size)) % len(DOMAINS)
    is_acted = chance.random(size) < 0.86
    return table(
        "urban.enforcement_copy",
        {
            "notice_copy_id": join("CG", digits(np.arange(1, size + 1), 6)),
            "enforcement_id": only(ids.take(pa.array(who)), chance.random(size) < 0.9),
            "place_code": place.take(pa.array(who)),
            "item_id": join("JG", digits(chance.integers(1, items + 1, size), 5)),
            "sending_unit": pick(units, sender),
            "receiving_unit": pick(units, receiver),
            "issued_at": moments(issued),
            "due_at": moments(due),
            "replied_at": moments(replied),
            "status": pick(tuple(codes("enforcement_copy_status")), status),
            "is_acted": pa.array(is_acted, mask=~is_replied),
            "outcome": pick(["已核查，无违法情形", "已立案查处"], np.where(is_replied, is_acted, -1)),
        },
    )


def watch_list(city: City, drive: Drivers) -> pa.Table:
    """Subjects under closer watch: pseudonyms and industries, never names."""
    chance = city.chance("urban.watch_list")
    count = max(30, round(2000 * city.scale))
    first = np.datetime64("2023-01-01", "D")
    listed = first + (chance.random(count) * (drive.days[-1] - first).astype(int)).astype(int)
    removed = listed + chance.integers(90, 1100, count)
    is_removed = removed <= drive.days[-1]
    domain = draw(chance, [SHARES[code] for code in _DISTRICTS], count)
    return table(
        "urban.watch_list",
        {
            "subject_id": [hashlib.sha256(f"{city.seed} subject {n}".encode()).hexdigest()[:16] for n in range(count)],
            "place_code": pick(_DISTRICTS, domain),
            "kind": pick(tuple(codes("watch_list_kind")), draw(chance, [12, 58, 22, 8], count)),
            "industry_code": pick(
                ("F", "H", "O", "C", "E", "G", "L", "R"), draw(chance, [34, 22, 14, 8, 7, 6, 5, 4], count)
            ),
            "listed_date": listed,
            "removed_date": only(pa.array(removed), is_removed),
            "issuing_unit": pick([f"演示·{name_of(code)}市场监管执法队" for code in _DISTRICTS], domain),
            "inspection_count": chance.poisson(1.4, count),
            "violation_count": chance.poisson(0.2, count),
        },
    )
