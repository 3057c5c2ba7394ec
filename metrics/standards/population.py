"""The only place that projects people and holds school seats against the children who will ask for them.

Cohort-survival: every year each single-year cohort ages by one, keeps the share that survives, and grows by net
migration; the youngest cohort is born to the women of childbearing age. What nobody knows is migration (and births), so
a projection is always a band of three, never one line.
School entry: a child enters 小学 in the year in which it is 6 by 31 August, 初中 six years later (义务教育法; the day
is from memory, unverified). The band moves migration only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SCENARIOS = ("low", "mid", "high")
ENTRY_AGE = {"kindergarten": 3, "primary": 6, "junior": 12}
FERTILE = range(15, 50)  # years of age, both ends as 总和生育率 counts them
BOYS = 0.525  # share of births; used where the rates say nothing else


@dataclass(frozen=True)
class SeatGap:
    """`gap` = children − seats (negative: spare seats); `rate` = gap ÷ seats, infinite where children find no seat."""

    gap: int
    rate: float


@dataclass(frozen=True)
class Cohorts:
    """People by single year of age, the last entry open-ended (and over)."""

    male: tuple[float, ...]
    female: tuple[float, ...]

    @property
    def total(self) -> float:
        return math.fsum(self.male) + math.fsum(self.female)


@dataclass(frozen=True)
class Rates:
    """Per year and single age: share that survives to the next, net migration as a share; births per woman per year.

    `male`, `female` and `migration` are as long as the cohorts; `fertility` holds births by the mother's age.
    """

    male: Sequence[float]
    female: Sequence[float]
    migration: Sequence[float]
    fertility: Mapping[int, float]
    boys: float = BOYS


def seat_gap(eligible: int, seats: int) -> SeatGap:
    """The gap between `eligible` children and planned `seats`; raises ValueError for a negative count."""
    if eligible < 0 or seats < 0:
        raise ValueError(f"eligible = {eligible}, seats = {seats}: counts are not negative")
    gap = eligible - seats
    if seats == 0:
        return SeatGap(gap, math.inf if gap else 0.0)
    return SeatGap(gap, gap / seats)


def entering(cohort: float, *, years: int, survival: float, net_migration: float) -> float:
    """What is left in `years` of a cohort that will then enter school: × (survival × (1 + net migration)) a year."""
    if years < 0:
        raise ValueError(f"years = {years}: a cohort is followed forwards")
    return cohort * (survival * (1 + net_migration)) ** years


def project(start: Cohorts, rates: Rates, years: int) -> tuple[Cohorts, ...]:
    """The cohorts after 1, 2, … `years` years; raises ValueError when cohorts and rates differ in length."""
    lengths = {len(each) for each in (start.male, start.female, rates.male, rates.female, rates.migration)}
    if len(lengths) != 1:
        raise ValueError(f"cohorts and rates have different lengths: {sorted(lengths)}")
    found = []
    for _ in range(years):
        start = _next(start, rates)
        found.append(start)
    return tuple(found)


def band(start: Cohorts, rates: Rates, years: int, *, migration_spread: float) -> dict[str, tuple[Cohorts, ...]]:
    """`project` for low, mid and high: net migration lower and higher by `migration_spread` a year at every age."""
    if migration_spread < 0:
        raise ValueError(f"migration_spread = {migration_spread}: the low band may not lie above the high one")
    return {
        name: project(start, _moved(rates, side * migration_spread), years)
        for name, side in zip(SCENARIOS, (-1, 0, 1), strict=True)
    }


def _moved(rates: Rates, by: float) -> Rates:
    migration = [each + by for each in rates.migration]
    return Rates(rates.male, rates.female, migration, rates.fertility, rates.boys)


def _next(start: Cohorts, rates: Rates) -> Cohorts:
    births = math.fsum(start.female[age] * rates.fertility.get(age, 0.0) for age in FERTILE if age < len(start.female))
    return Cohorts(
        _aged(start.male, rates.male, rates.migration, births * rates.boys),
        _aged(start.female, rates.female, rates.migration, births * (1 - rates.boys)),
    )


def _aged(
    people: Sequence[float], survival: Sequence[float], migration: Sequence[float], born: float
) -> tuple[float, ...]:
    moved = [count * lives * (1 + moves) for count, lives, moves in zip(people, survival, migration, strict=True)]
    return (born, *moved[:-2], moved[-2] + moved[-1]) if len(moved) > 1 else (born + moved[0],)
