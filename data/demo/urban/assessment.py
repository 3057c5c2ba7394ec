"""Demo rows of 考核 and 省平台上报: rules, the points each unit lost month by month, for which case, its rank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.urban.case import CANCELLED, SUSPENDED, Cases
from data.demo.urban.column import DAY, NEVER, Bools, Floats, Ints, digits, draw, join, moments, pick
from data.demo.urban.unit import Units

Months = npt.NDArray[np.datetime64]
EDITION = "演示·2026年版"
FEWEST = 30  # due cases below which a unit has no rank
GROUPS = ("district", "bureau", "public_company", "subdistrict", "maintenance")
_BREACHES = (  # id, name, points per breach, full points
    ("overdue", "超期结案或超期未结", 0.20, 12.0), ("rework", "核查不合格返工", 0.25, 8.0),
    ("late_return", "退单不当", 0.15, 4.0), ("visit", "现场抽查不合格", 0.50, 6.0),
)  # fmt: skip
_OTHER_RULES = ("处置率", "结案率", "队伍到岗", "台账资料", "信息报送", "舆情处置", "应急响应", "群众满意度")


def assessment_rule() -> pa.Table:
    """The rules of the edition, the same for each group of units."""
    rows = [
        (f"{group[:2].upper()}-{number:02d}", name, group, full, each)
        for group in GROUPS
        for number, (name, full, each) in enumerate(
            [(name, full, each) for _, name, each, full in _BREACHES] + [(name, 8.0, 0.5) for name in _OTHER_RULES], 1
        )
    ]
    return table(
        "urban.assessment_rule",
        {
            "rule_edition": [EDITION] * len(rows),
            "rule_id": [row[0] for row in rows],
            "name": [row[1] for row in rows],
            "assessment_group": [row[2] for row in rows],
            "full_points": [row[3] for row in rows],
            "points_per_breach": [row[4] for row in rows],
            "clause_text": [f"每起扣 {row[4]:g} 分，扣完 {row[3]:g} 分为止（演示条文）" for row in rows],
            "valid_from": [date(2025, 1, 1)] * len(rows),
            "evidence": ["演示，非本市考核办法"] * len(rows),
        },
    )


@dataclass(frozen=True)
class _Breach:
    """Breaches by month and unit; `who` is the case, -1 where there is none."""

    rule: Ints
    month: Ints
    unit: Ints
    who: Ints


def assessments(city: City, drive: Drivers, unit: Units, found: Cases) -> dict[str, pa.Table]:
    """Scores and deductions of every month that had ended and was judged when the clock stopped."""
    chance = city.chance("urban.assessment")
    end = drive.days[-1] + 1
    months = np.arange(drive.days[0].astype("datetime64[M]"), end.astype("datetime64[M]"))
    months = np.array([m for m in months if m.astype("datetime64[D]") >= drive.days[0] and _judged(m) <= end])
    if not len(months):
        months = np.array([], dtype="datetime64[M]")
    breach = _capped(_breaches(chance, months, unit, found, _second(end)))
    points = np.array([each for *_, each, _ in _BREACHES])[breach.rule]
    lost = np.zeros((len(months), len(unit.names)))
    np.add.at(lost, (breach.month, breach.unit), points)
    return {
        "urban.assessment_score": _scores(chance, months, unit, lost, _due_counts(months, unit, found)),
        "urban.assessment_deduction": _deductions(chance, months, unit, found, breach, points),
    }


def _judged(month: Any) -> Any:
    """By the tenth of the next month the points are settled."""
    return (month + 1).astype("datetime64[D]") + 9


def _second(day: Any) -> int:
    return int(day.astype("datetime64[s]").astype(np.int64))


def _month_of(seconds: Ints, months: Months) -> Ints:
    """Index of the month each moment lies in, -1 outside the judged ones."""
    found = seconds.clip(max=NEVER // 1024).astype("datetime64[s]").astype("datetime64[M]")
    place = np.searchsorted(months, found)
    is_in = (place < len(months)) & (seconds < NEVER)
    is_in &= months[np.minimum(place, max(len(months) - 1, 0))] == found if len(months) else False
    return np.where(is_in, place, -1)


def _counts(found: Cases) -> Bools:
    return (found.filed < NEVER) & ~np.isin(found.fate, [CANCELLED, SUSPENDED])


def _due_counts(months: Months, unit: Units, found: Cases) -> Ints:
    month = _month_of(found.limit_at, months)
    here = (month >= 0) & _counts(found)
    counts = np.zeros((len(months), len(unit.names)), dtype=np.int64)
    np.add.at(counts, (month[here], found.unit[here]), 1)
    return counts


def _breaches(chance: np.random.Generator, months: Months, unit: Units, found: Cases, end: int) -> _Breach:
    late = _counts(found) & (found.limit_at < end) & (found.closed > found.limit_at)
    parts = []
    for rule, (moment, here) in enumerate(
        (
            (found.limit_at, late),
            (found.handled, found.rework > 0),
            (found.handled, (found.returns > 0) & (chance.random(len(found.returns)) < 0.2)),
        )
    ):
        month = _month_of(moment, months)
        who = np.flatnonzero(here & (month >= 0))
        parts.append((np.full(len(who), rule), month[who], found.unit[who], who))
    visits = chance.poisson(1.2, (len(months), len(unit.names)))
    month, index = np.nonzero(visits)
    times = visits[month, index]
    parts.append((np.full(times.sum(), 3), np.repeat(month, times), np.repeat(index, times), np.full(times.sum(), -1)))
    return _Breach(*(np.concatenate([part[column] for part in parts]) for column in range(4)))


def _capped(breach: _Breach) -> _Breach:
    """扣完为止: of each rule only as many breaches as its full points hold."""
    order = np.lexsort((breach.who, breach.rule, breach.unit, breach.month))
    key = (breach.month * 10_000 + breach.unit) * 10 + breach.rule
    key = key[order]
    number = np.arange(len(key)) - np.searchsorted(key, key)
    most = np.array([int(full / each + 1e-9) for *_, each, full in _BREACHES])
    kept = order[number < most[breach.rule[order]]]
    return _Breach(breach.rule[kept], breach.month[kept], breach.unit[kept], breach.who[kept])


def _deductions(
    chance: np.random.Generator,
    months: Months,
    unit: Units,
    found: Cases,
    breach: _Breach,
    points: Floats,
) -> pa.Table:
    size = len(breach.rule)
    month = months[breach.month] if size else months
    decided = np.array([_second(_judged(each)) for each in months], dtype=np.int64)[breach.month]
    decided = decided - chance.integers(1, 6, size) * DAY + 9 * 3600
    group = [
        f"{unit.groups[index][:2].upper()}-{rule + 1:02d}" for index, rule in zip(breach.unit, breach.rule, strict=True)
    ]
    return table(
        "urban.assessment_deduction",
        {
            "deduction_id": join("KF", digits(np.arange(1, size + 1), 6)),
            "assessed_unit": pick(unit.names, breach.unit),
            "place_code": pick(unit.place_codes, breach.unit),
            "month_date": month.astype("datetime64[D]"),
            "rule_edition": pick([EDITION], np.zeros(size)),
            "rule_id": group,
            "deducted_points": points,
            "case_id": found.ids.take(pa.array(breach.who, mask=breach.who < 0)),
            "reason": pick([name for _, name, *_ in _BREACHES], breach.rule),
            "decided_at": moments(decided),
            "status": pick(["confirmed", "appealing"], (chance.random(size) < 0.01).astype(int)),
        },
    )


def _scores(chance: np.random.Generator, months: Months, unit: Units, lost: Floats, due: Ints) -> pa.Table:
    """Published scores; in the newest month two units of a group stand in each other's place: print and sum differ."""
    shape = (len(months), len(unit.names))
    bonus = np.where(chance.random(shape) < 0.04, 0.5, 0.0)
    score = np.clip(np.round(100 - lost + bonus, 2), 0, 100)
    group = np.array([GROUPS.index(each) for each in unit.groups])
    rank = np.full(shape, -1)
    for row in range(len(months)):
        for each in range(len(GROUPS)):
            here = np.flatnonzero((group == each) & (due[row] >= FEWEST))
            better = score[row, here][:, None] < score[row, here][None, :]
            rank[row, here] = 1 + better.sum(axis=1)  # equal scores share a rank
    if len(months):
        rank[-1] = _misprinted(rank[-1], group)
    month, index = (grid.ravel() for grid in np.indices(shape))
    flat = rank.ravel()
    return table(
        "urban.assessment_score",
        {
            "assessed_unit": pick(unit.names, index),
            "month_date": months.astype("datetime64[D]")[month],
            "place_code": pick(unit.place_codes, index),
            "assessment_group": pick(GROUPS, group[index]),
            "rule_edition": pick([EDITION], np.zeros(len(index))),
            "score": score.ravel(),
            "bonus_points": bonus.ravel(),
            "deducted_points": np.round(lost.ravel(), 2),
            "due_case_count": due.ravel(),
            "rank_no": pa.array(flat, mask=flat < 0),
            "is_published": [True] * len(index),
        },
    )


def _misprinted(rank: Ints, group: Ints) -> Ints:
    """The published third and fourth of the 养护单位 stand in each other's place."""
    here = group == GROUPS.index("maintenance")
    return np.where(here & np.isin(rank, [3, 4]), 7 - rank, rank)


_UPLOADS = (("component", 320), ("case", 300), ("flow", 1900), ("score", 2), ("grid", 1), ("industry", 120))
_REASONS = ("坐标超出辖区", "类别代码不在新版字典", "必填项为空", "主键重复")


def province_upload(city: City, drive: Drivers) -> pa.Table:
    """Six batches a night to the provincial platform: most are taken, some come back in part, a few late."""
    chance = city.chance("urban.province_upload")
    days, kinds = drive.day_count, len(_UPLOADS)
    day, kind = np.repeat(np.arange(days), kinds), np.tile(np.arange(kinds), days)
    rows = chance.poisson(np.array([size for _, size in _UPLOADS])[kind] * city.scale) + 1
    is_new_code = drive.days[day] == np.datetime64("2026-07-01", "D")  # the first night of the new codes went badly
    share = np.where(chance.random(len(day)) < 0.09, chance.uniform(0.01, 0.12, len(day)), 0.0)
    share = np.where(is_new_code & (kind == 1), 0.9, share)
    share = np.where(chance.random(len(day)) < 0.004, 1.0, share)
    rejected = np.minimum(np.ceil(rows * share).astype(np.int64), rows)
    first = _second(drive.days[0])
    at = first + day * DAY + 22 * 3600 + chance.integers(0, 5400, len(day)) + 60 * kind
    is_waiting = (day == days - 1) & (kind >= 4)
    status = np.select([is_waiting, rejected == rows, rejected > 0], [1, 4, 3], 2)
    return table(
        "urban.province_upload",
        {
            "upload_id": join("SB", digits(day + 1, 5), digits(kind + 1, 1)),
            "kind": pick([name for name, _ in _UPLOADS], kind),
            "place_code": pick(["3410"], np.zeros(len(day))),
            "uploaded_at": moments(at),
            "standard_ref": pick(
                ["GB/T 30428.2-2013", "GB/T 47678.5-2026"],
                (drive.days[day] >= np.datetime64("2026-07-01", "D")).astype(int),
            ),
            "row_count": rows,
            "accepted_row_count": pa.array(rows - rejected, mask=is_waiting),
            "rejected_row_count": pa.array(rejected, mask=is_waiting),
            "status": pick(("waiting", "sent", "accepted", "partly", "rejected"), status),
            "reason": pick(_REASONS, np.where((rejected > 0) & ~is_waiting, draw(chance, [3, 4, 2, 1], len(day)), -1)),
        },
    )
