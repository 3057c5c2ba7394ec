"""Seat gaps and cohort survival: against hand calculation and the properties of the method."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards import population
from metrics.standards.population import Cohorts, Rates

NOBODY_BORN: dict[int, float] = {}


def still(length: int, **changes: object) -> Rates:
    """Nobody dies, moves or is born, but for the changes."""
    plain: dict[str, object] = {
        "male": (1.0,) * length, "female": (1.0,) * length, "migration": (0.0,) * length, "fertility": NOBODY_BORN,
    }  # fmt: skip
    return Rates(**(plain | changes))  # type: ignore[arg-type]


# --- seats ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eligible", "seats", "gap", "rate"),
    [(620, 500, 120, 0.24), (450, 500, -50, -0.1), (500, 500, 0, 0.0), (0, 500, -500, -1.0), (0, 0, 0, 0.0)],
)
def test_the_gap_is_children_less_seats_over_seats(eligible: int, seats: int, gap: int, rate: float) -> None:
    found = population.seat_gap(eligible, seats)
    assert (found.gap, found.rate) == (gap, pytest.approx(rate))


def test_children_without_a_single_seat_have_an_infinite_gap_rate() -> None:
    assert population.seat_gap(3, 0) == population.SeatGap(3, math.inf)


@pytest.mark.parametrize(("eligible", "seats"), [(-1, 10), (10, -1)])
def test_negative_counts_are_refused(eligible: int, seats: int) -> None:
    with pytest.raises(ValueError, match="not negative"):
        population.seat_gap(eligible, seats)


def test_a_cohort_enters_school_after_dying_and_moving_a_little_every_year() -> None:
    # 1000 five-year-olds, one year: 1000 × 0.999 × 1.02 = 1018.98; two years: × 0.999 × 1.02 again
    assert population.entering(1000, years=1, survival=0.999, net_migration=0.02) == pytest.approx(1018.98)
    assert population.entering(1000, years=2, survival=0.999, net_migration=0.02) == pytest.approx(1038.3202404)
    assert population.entering(1000, years=0, survival=0.9, net_migration=0.5) == 1000


def test_a_cohort_is_not_followed_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        population.entering(1000, years=-1, survival=1, net_migration=0)


# --- cohorts ----------------------------------------------------------------------------------------------------------


def test_everyone_is_a_year_older_and_the_last_age_gathers() -> None:
    (after,) = population.project(Cohorts((10, 20, 30), (1, 2, 3)), still(3), 1)
    assert after == Cohorts((0, 10, 50), (0, 1, 5))


def test_the_dead_leave_and_those_who_move_in_come() -> None:
    rates = still(3, male=(0.9, 0.5, 0.2), migration=(0.1, 0.0, -0.5))
    (after,) = population.project(Cohorts((100, 100, 100), (0, 0, 0)), rates, 1)
    # age 0: 100 × 0.9 × 1.1 = 99; age 1: 100 × 0.5 = 50; the old: 100 × 0.2 × 0.5 = 10, gathered: 50 + 10
    assert after.male == pytest.approx((0, 99, 60))


def test_children_are_born_to_women_of_their_age() -> None:
    women = tuple(1000.0 if age in (14, 25, 50) else 0.0 for age in range(60))
    rates = still(60, fertility={14: 1.0, 25: 0.1, 50: 1.0}, boys=0.52)
    (after,) = population.project(Cohorts((0.0,) * 60, women), rates, 1)
    assert (after.male[0], after.female[0]) == pytest.approx((52, 48))  # 100 births: 14 and 50 are not of the age


def test_two_years_are_one_year_twice() -> None:
    start = Cohorts(tuple(range(60)), tuple(range(60)))
    rates = still(60, migration=(0.01,) * 60, fertility={30: 0.05})
    first, second = population.project(start, rates, 2)
    assert (second,) == population.project(first, rates, 1)


def test_cohorts_and_rates_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[3, 4\]"):
        population.project(Cohorts((1, 2, 3), (1, 2, 3)), still(4), 1)


def test_a_band_moves_migration_only() -> None:
    found = population.band(Cohorts((100, 0), (0, 0)), still(2), 1, migration_spread=0.02)
    assert [found[name][0].male[1] for name in ("low", "mid", "high")] == pytest.approx([98, 100, 102])


def test_a_band_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="low band"):
        population.band(Cohorts((1, 1), (1, 1)), still(2), 1, migration_spread=-0.01)


# --- properties -------------------------------------------------------------------------------------------------------

counts = st.lists(st.floats(0, 1e6), min_size=20, max_size=20).map(tuple)


@given(counts, counts, st.integers(1, 12))
def test_nobody_appears_or_vanishes_where_nobody_is_born_dies_or_moves(
    male: tuple[float, ...], female: tuple[float, ...], years: int
) -> None:
    start = Cohorts(male, female)
    assert population.project(start, still(20), years)[-1].total == pytest.approx(start.total)


@given(counts, st.floats(0, 0.2), st.integers(1, 10))
def test_the_low_band_never_lies_above_the_high_one(people: tuple[float, ...], spread: float, years: int) -> None:
    found = population.band(Cohorts(people, people), still(20, fertility={18: 0.1}), years, migration_spread=spread)
    for low, mid, high in zip(*(found[name] for name in population.SCENARIOS), strict=True):
        assert low.total <= mid.total * (1 + 1e-9) and mid.total <= high.total * (1 + 1e-9)


@given(st.integers(0, 10**7), st.integers(1, 10**6))
def test_the_rate_says_the_same_as_the_gap(eligible: int, seats: int) -> None:
    found = population.seat_gap(eligible, seats)
    assert found.gap == eligible - seats
    assert found.rate * seats == pytest.approx(found.gap, abs=1e-6)
