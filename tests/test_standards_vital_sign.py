"""Vital signs: against worked vectors, by hand, and the properties of the scoring."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards import vital_sign
from metrics.standards.vital_sign import Score

VECTORS = Path(__file__).parent / "vectors" / "vital_sign_score_vectors.csv"
ROWS = list(csv.DictReader(VECTORS.read_text(encoding="utf-8-sig").splitlines()))


def number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_worked_vector_has_its_score(row: dict[str, str]) -> None:
    found = vital_sign.score(number(row["value"]), float(row["floor(0分)"]), float(row["target(100分)"]))
    expected = number(row["score"])
    assert found is None if expected is None else found == pytest.approx(expected)


def test_a_floor_that_is_the_target_is_refused() -> None:
    with pytest.raises(ValueError, match="differs"):
        vital_sign.score(1.0, 5.0, 5.0)


def test_a_domain_is_the_weighted_mean_of_what_is_known() -> None:
    found = vital_sign.domain({"甲": 80.0, "乙": 50.0, "丙": None}, {"甲": 1.0, "乙": 2.0, "丙": 1.0})
    assert found.value == pytest.approx(60.0)  # (80 × 1 + 50 × 2) / 3
    assert found.coverage == pytest.approx(0.75)


def test_three_fifths_are_enough_and_less_is_not() -> None:
    five = dict.fromkeys("甲乙丙丁戊", 0.2)
    assert vital_sign.domain({"甲": 90.0, "乙": 90.0, "丙": 90.0}, five).value == pytest.approx(90)
    assert vital_sign.domain({"甲": 90.0, "乙": 90.0}, five) == Score(None, pytest.approx(0.4))


def test_the_city_needs_most_of_its_domains() -> None:
    known = {str(each): Score(70.0 + each, 1.0) for each in range(5)}
    blank = {str(each): Score(None, 0.2) for each in range(5, 8)}
    assert vital_sign.city(known | blank).value == pytest.approx(72)  # five of eight: 62.5 %
    assert vital_sign.city({"0": known["0"]} | blank).value is None


def test_a_domain_without_weights_or_with_a_negative_one() -> None:
    assert vital_sign.domain({}, {}) == Score(None, 0.0)
    with pytest.raises(ValueError, match="below 0"):
        vital_sign.domain({"甲": 1.0}, {"甲": -1.0})


@given(st.floats(-1e6, 1e6), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_score_lies_between_nought_and_a_hundred(value: float, floor: float, target: float) -> None:
    if floor != target:
        assert 0 <= (vital_sign.score(value, floor, target) or 0.0) <= 100


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.floats(0, 100), min_size=1))
def test_a_mean_lies_between_the_worst_and_the_best(scores: dict[str, float]) -> None:
    found = vital_sign.domain(dict(scores), dict.fromkeys(scores, 0.3)).value
    assert found is not None
    assert min(scores.values()) - 1e-9 <= found <= max(scores.values()) + 1e-9
