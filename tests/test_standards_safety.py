"""Risk scores, the risk matrix and accident grades, against worked vectors and the properties of the formulas."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards import safety

VECTORS = Path(__file__).parent / "vectors"


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


# --- the score --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table("risk_score_vectors.csv"), ids=lambda row: row["id"])
def test_every_worked_score_comes_out(row: dict[str, str]) -> None:
    terms = [float(row[name]) if row[name] else None for name in ("hazard", "exposure", "vulnerability", "control")]
    found = safety.risk_score(*terms)
    assert found.score == (pytest.approx(float(row["score"]), abs=1e-9) if row["score"] else None)
    assert found.colour == (row["level"] or None)


@pytest.mark.parametrize(
    ("hazard", "colour"),
    [(0.1999, "正常"), (0.2, "蓝"), (0.4, "黄"), (0.6, "橙"), (0.7999, "橙"), (0.8, "红"), (1, "红")],
)
def test_a_score_on_a_cut_belongs_to_the_worse_colour(hazard: float, colour: str) -> None:
    assert safety.risk_score(hazard, 1, 1, 0).colour == colour


def test_the_noise_of_binary_fractions_does_not_change_the_colour() -> None:
    assert safety.risk_score(0.8, 1, 1, 0.25) == safety.RiskScore(60.0, "橙")
    assert safety.risk_score(0.7, 1, 1, 1 - 2 / 3.5).colour == "黄"  # 39.999999999999993 is 40


@pytest.mark.parametrize("gap", [None, math.nan, -0.1, 1.1])
@pytest.mark.parametrize("place", range(4))
def test_a_missing_or_impossible_term_gives_no_score_and_never_zero(place: int, gap: float | None) -> None:
    terms: list[float | None] = [0.5, 0.5, 0.5, 0.5]
    terms[place] = gap
    assert safety.risk_score(*terms) == safety.RiskScore(None, None)


shares = st.floats(0, 1)


@given(shares, shares, shares, shares)
def test_a_score_lies_between_0_and_100_and_full_control_leaves_no_risk(
    hazard: float, exposure: float, vulnerability: float, control: float
) -> None:
    score = safety.risk_score(hazard, exposure, vulnerability, control).score
    assert score is not None and 0 <= score <= 100
    assert safety.risk_score(hazard, exposure, vulnerability, 1).score == 0


@given(shares, shares, shares, shares, shares)
def test_more_hazard_never_lowers_the_score_and_more_control_never_raises_it(
    hazard: float, exposure: float, vulnerability: float, control: float, other: float
) -> None:
    def score(danger: float, controlled: float) -> float:
        found = safety.risk_score(danger, exposure, vulnerability, controlled).score
        assert found is not None
        return found

    less, more = sorted((hazard, other))
    assert score(less, control) <= score(more, control)
    weak, strong = sorted((control, other))
    assert score(hazard, weak) >= score(hazard, strong)


# --- the matrix -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table("risk_matrix_5x5.csv"), ids=lambda row: row["id"])
def test_every_cell_of_the_matrix_comes_out(row: dict[str, str]) -> None:
    found = safety.source_risk(int(row["likelihood"]), int(row["consequence"]))
    assert found.product == int(row["product"])
    assert found.level == row["level"].split("(")[0]


def test_a_source_without_likelihood_or_consequence_has_no_level() -> None:
    assert safety.source_risk(None, 5) == safety.source_risk(5, None) == safety.SourceRisk(None, None)


@pytest.mark.parametrize(("likelihood", "consequence"), [(0, 1), (1, 6), (-1, None)])
def test_a_value_off_the_scale_is_refused(likelihood: int, consequence: int | None) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        safety.source_risk(likelihood, consequence)


# --- accident grades (国务院令493号) ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dead", "injured", "loss_wan", "grade"),
    [
        (0, 0, 0, 4),
        (2, 9, 999.9, 4),
        (3, 0, 0, 3),
        (9, 0, 0, 3),
        (10, 0, 0, 2),
        (29, 0, 0, 2),
        (30, 0, 0, 1),
        (0, 10, 0, 3),
        (0, 50, 0, 2),
        (0, 100, 0, 1),
        (0, 0, 1_000, 3),
        (0, 0, 5_000, 2),
        (0, 0, 10_000, 1),
        (1, 60, 1_200, 2),  # the worst criterion decides
        (None, 12, None, 3),
        (None, None, None, None),
    ],
)
def test_the_worst_criterion_grades_an_accident(
    dead: int | None, injured: int | None, loss_wan: float | None, grade: int | None
) -> None:
    assert safety.accident_grade(dead, injured, loss_wan) == grade


def test_grade_one_is_the_worst() -> None:
    assert safety.GRADES[0] == "特别重大"
    assert safety.GRADES[-1] == "一般"
