"""Catchment areas: against worked vectors, hand calculation and the properties of the method."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards import access

VECTORS = Path(__file__).parent / "vectors" / "access_2sfca_vectors.csv"
ROWS = list(csv.DictReader(VECTORS.read_text(encoding="utf-8").splitlines()))
POPULATION = {row["origin"]: float(row["pop"]) for row in ROWS}
MINUTES = {(row["origin"], site): float(row[f"t_{site}"]) for row in ROWS for site in ("h1", "h2")}
SUPPLY = {"h1": 30.0, "h2": 60.0}  # beds: what the vectors' scores imply


# --- worked vectors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["origin"])
def test_every_worked_place_has_its_score(row: dict[str, str]) -> None:
    plain = access.two_step(POPULATION, SUPPLY, MINUTES, bands=access.within(15))
    banded = access.two_step(POPULATION, SUPPLY, MINUTES)
    assert plain.score[row["origin"]] == pytest.approx(float(row["2SFCA_15min"]), abs=1e-9)
    assert banded.score[row["origin"]] == pytest.approx(float(row["E2SFCA_30min(1,0.68,0.22)"]), abs=1e-9)


# --- by hand ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "weight"), [(0, 1), (10, 1), (10.1, 0.68), (20, 0.68), (20.1, 0.22), (30, 0.22), (30.1, 0)]
)
def test_a_time_on_the_edge_belongs_to_the_nearer_band(minutes: float, weight: float) -> None:
    assert access.weight(minutes, access.E2SFCA_30MIN) == weight


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        access.weight(-1, access.E2SFCA_30MIN)


def test_a_place_that_reaches_nothing_scores_nought_but_knows_the_way() -> None:
    found = access.two_step({"远": 10}, {"院": 5}, {("远", "院"): 45})
    assert (found.score, found.nearest) == ({"远": 0.0}, {"远": 45})


def test_an_unknown_supply_is_not_a_supply_of_nothing() -> None:
    """乙 has no known beds: it draws nobody from 甲, but people can still go there."""
    found = access.two_step({"村": 10}, {"甲": 5}, {("村", "甲"): 12, ("村", "乙"): 3}, bands=access.within(15))
    assert (found.score, found.nearest) == ({"村": 0.5}, {"村": 3})


def test_a_site_that_only_empty_places_reach_serves_nobody() -> None:
    found = access.two_step({"空": 0}, {"院": 5}, {("空", "院"): 5})
    assert found.score == {"空": 0.0}
    assert found.mean({"空": 0}) is None


def test_the_mean_is_over_people_and_not_over_places() -> None:
    found = access.two_step({"大": 30, "小": 10}, {"院": 30}, {("大", "院"): 5})
    assert found.mean({"大": 30, "小": 10}) == pytest.approx(0.75)  # 大 scores 1, 小 nought: (30 × 1 + 0) / 40


# --- properties -------------------------------------------------------------------------------------------------------

places = st.dictionaries(st.sampled_from("ABCDE"), st.floats(1, 1e5), min_size=1)
sites = st.dictionaries(st.sampled_from("uvwx"), st.floats(0, 1e4), min_size=1)
times = st.dictionaries(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("uvwx")), st.floats(0, 60))


@given(places, sites, times)
def test_all_supply_that_anyone_reaches_is_shared_out_among_people(
    population: dict[str, float], supply: dict[str, float], minutes: dict[tuple[str, str], float]
) -> None:
    found = access.two_step(population, supply, minutes)
    reached = {site for (place, site), spent in minutes.items() if place in population and spent <= 30}
    shared = sum(found.score[place] * population[place] for place in population)
    assert shared == pytest.approx(sum(supply[site] for site in reached if site in supply))


@given(places, sites, times)
def test_more_supply_never_lowers_a_score(
    population: dict[str, float], supply: dict[str, float], minutes: dict[tuple[str, str], float]
) -> None:
    more = {site: amount + 1 for site, amount in supply.items()}
    before, after = (access.two_step(population, given, minutes).score for given in (supply, more))
    assert all(after[place] >= before[place] - 1e-12 for place in population)
