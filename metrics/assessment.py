"""The only place that scores units by the 考核办法: item by item, each lost point listed, ranked within its group.

Formula (data/reference/assessment.toml, 建议稿): an item earns weight × (share − zero_at) ÷ (full_at − zero_at), held
between 0 and its weight; the score is their sum less the points deducted besides, which are capped. Cases whose appeal
was upheld count nowhere. An item without a case earns nothing and costs nothing: the others are scaled to 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from data.assessment import Assessment, Item, assessment
from queries.assembler import Aggregate, Rows, assemble
from queries.runner import query, run
from queries.scope import CITY, Scope

UNGROUPED = "未分组"


@dataclass(frozen=True)
class Mark:
    """One item of one unit: what was counted, the share (0–1), the points earned and lost; None without a case."""

    item: Item
    numerator: int
    denominator: int
    share: float | None
    earned: float | None

    @property
    def lost(self) -> float | None:
        return None if self.earned is None else self.item.weight - self.earned


@dataclass(frozen=True)
class Deduction:
    """Points deducted besides the items: by which rule and why."""

    id: str
    rule: str
    points: float
    reason: str


@dataclass(frozen=True)
class Standing:
    """One unit in its group. `score` and `rank` are None below the fewest cases: 样本不足, not the last place."""

    unit: str
    group: str
    place_code: str
    due_count: int
    marks: tuple[Mark, ...]
    deductions: tuple[Deduction, ...]
    deducted: float
    score: float | None
    rank: int | None
    earlier_rank: int | None

    @property
    def step(self) -> int | None:
        """Places won (positive) or lost against the month before."""
        return None if self.rank is None or self.earlier_rank is None else self.earlier_rank - self.rank


def month(scope: Scope) -> Scope:
    """The last whole month before the scope's end, for the whole city: ranks are the city's, whoever looks."""
    first = scope.until.replace(day=1)
    return replace(scope.period((first - timedelta(days=1)).replace(day=1), first), area=CITY, filters=())


def standings(scope: Scope) -> tuple[Standing, ...]:
    """Every assessed unit of the last whole month, group by group, best first; the unranked last."""
    now = month(scope)
    before = month(now.period(now.since - timedelta(days=1), now.since))
    earlier = {each.unit: each.rank for each in _month(before)}
    return tuple(replace(each, earlier_rank=earlier.get(each.unit)) for each in _month(now))


def _month(scope: Scope) -> list[Standing]:
    rules = assessment()
    rows = Rows(rules.view, rules.day, where=rules.where, by=("handling_unit",))
    counted = [Aggregate(each.numerator, each.denominator, each.denominator) for each in rules.items]
    due = Aggregate("count(*)", "", "count(*)")
    frame = query(*assemble(rows, [due, *counted], scope, "handling_unit"), scope)
    registered = {row.assessed_unit: row for row in run("urban/assessed_unit", scope).itertuples()}
    besides = _deductions(run("urban/assessment_extra", scope))
    found = []
    for row in frame.to_dict("records"):
        unit = row["key"]
        if unit not in registered:
            continue  # who is on no register is nobody's to assess
        marks = tuple(mark(item, row[f"v{at}"], row[f"d{at}"]) for at, item in enumerate(rules.items, 1))
        found.append(standing(rules, unit, registered[unit], int(row["n0"]), marks, besides.get(unit, ())))
    return ranked(found, list(rules.groups))


def mark(item: Item, numerator: float | None, denominator: float | None) -> Mark:
    """The points of one item from what was counted."""
    below = 0 if denominator is None or pd.isna(denominator) else int(denominator)
    above = 0 if numerator is None or pd.isna(numerator) else int(numerator)
    if not below:
        return Mark(item, above, below, None, None)
    share = above / below
    part = (share - item.zero_at) / (item.full_at - item.zero_at)
    return Mark(item, above, below, share, item.weight * min(max(part, 0.0), 1.0))


def standing(
    rules: Assessment, unit: str, register: object, due: int, marks: Sequence[Mark], besides: Sequence[Deduction]
) -> Standing:
    """One unit's score: the items that have a case, scaled to 100, less what is deducted besides."""
    deducted = min(sum(each.points for each in besides), rules.extra_cap)
    known = [each for each in marks if each.earned is not None]
    score = None
    if due >= rules.fewest and known:
        weight = sum(each.item.weight for each in known)
        score = sum(each.earned or 0.0 for each in known) * 100 / weight - deducted
    return Standing(
        unit,
        getattr(register, "assessment_group", None) or UNGROUPED,
        getattr(register, "place_code", ""),
        due,
        tuple(marks),
        tuple(besides),
        deducted,
        score,
        None,
        None,
    )


def ranked(found: Iterable[Standing], groups: Sequence[str]) -> list[Standing]:
    """Group by group in the order of the text, best first; equal scores share a rank, the unscored have none."""
    order = {group: index for index, group in enumerate(groups)}
    listed = sorted(
        found, key=lambda each: (order.get(each.group, len(order)), each.score is None, -(each.score or 0), each.unit)
    )
    made: list[Standing] = []
    for each in listed:
        if each.score is None:
            made.append(each)
            continue
        better = sum(
            other.group == each.group and other.score is not None and round(other.score, 6) > round(each.score, 6)
            for other in listed
        )
        made.append(replace(each, rank=better + 1))
    return made


def _deductions(frame: pd.DataFrame) -> Mapping[str, tuple[Deduction, ...]]:
    found: dict[str, list[Deduction]] = {}
    for row in frame.to_dict("records"):
        entry = Deduction(row["deduction_id"], row["rule_name"], float(row["deducted_points"]), row["reason"] or "")
        found.setdefault(row["assessed_unit"], []).append(entry)
    return {unit: tuple(each) for unit, each in found.items()}
