"""The only place that scores a risk and grades an accident.

Sources. No official PDF was opened; [M] = from memory, [P] = this project's proposal.
- Score: R = 100 · H · E · V · (1 − C), each term 0 to 1 [P]. The guide 安委办函〔2023〕145号 names domains but no
  weights, so none is claimed to be national. Cut at 20, 40, 60, 80 [P]; a score on a cut has the worse colour.
- Matrix: likelihood × consequence, 1 to 5 each; cut at 4, 9, 15 [P].
- Accident grades: 国务院令493号 art. 3 [M]; "以上" includes the number itself. The worst of the three criteria decides.
Direction: grade 1 of an accident and level 1 of a warning are the worst, while level 1 of the AQI is the best.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

COLOURS = ("正常", "蓝", "黄", "橙", "红")  # of a score, from harmless to worst
MATRIX_LEVELS = ("低", "一般", "较大", "重大")  # of a source, from harmless to worst
GRADES = ("特别重大", "重大", "较大", "一般")  # of an accident: grade 1 first

_SCORE_CUTS = (20.0, 40.0, 60.0, 80.0)
_MATRIX_CUTS = (4, 9, 15)
_DEATHS, _SERIOUSLY_INJURED, _LOSS_WAN = (30, 10, 3), (100, 50, 10), (10_000, 5_000, 1_000)  # grades 1, 2, 3
_DECIMALS = 9  # 100 · 0.8 · 1 · 1 · 0.75 must be 60, not a hair below it


@dataclass(frozen=True)
class RiskScore:
    """A score 0–100 and its colour; None when a term is missing: a gap is no risk of 0."""

    score: float | None
    colour: str | None


@dataclass(frozen=True)
class SourceRisk:
    """Likelihood × consequence (1–25) and its level; None when either is missing."""

    product: int | None
    level: str | None


def risk_score(
    hazard: float | None, exposure: float | None, vulnerability: float | None, control: float | None
) -> RiskScore:
    """The risk of a place in one domain. A term that is absent, NaN or outside 0–1 is missing: no score then."""
    terms = [_share(term) for term in (hazard, exposure, vulnerability, control)]
    known = [term for term in terms if term is not None]
    if len(known) < len(terms):
        return RiskScore(None, None)
    danger, exposed, vulnerable, controlled = known
    score = round(100 * danger * exposed * vulnerable * (1 - controlled), _DECIMALS)
    return RiskScore(score, COLOURS[sum(score >= cut for cut in _SCORE_CUTS)])


def source_risk(likelihood: int | None, consequence: int | None) -> SourceRisk:
    """The level of one risk source by the 5 × 5 matrix. Raises ValueError for anything but 1 to 5."""
    for given in (likelihood, consequence):
        if given is not None and given not in range(1, 6):
            raise ValueError(f"{given!r} is not on the scale: use 1 to 5")
    if likelihood is None or consequence is None:
        return SourceRisk(None, None)
    product = likelihood * consequence
    return SourceRisk(product, MATRIX_LEVELS[sum(product >= cut for cut in _MATRIX_CUTS)])


def accident_grade(dead: int | None, seriously_injured: int | None, loss_wan: float | None) -> int | None:
    """1 (特别重大) to 4 (一般) by deaths, serious injuries and direct loss in 万元; None when nothing is known yet.

    What is missing neither raises nor lowers the grade, so an early grade may only get worse.
    """
    criteria = ((dead, _DEATHS), (seriously_injured, _SERIOUSLY_INJURED), (loss_wan, _LOSS_WAN))
    found = [1 + sum(value < limit for limit in limits) for value, limits in criteria if value is not None]
    return min(found, default=None)


def _share(term: float | None) -> float | None:
    return None if term is None or math.isnan(term) or not 0 <= term <= 1 else float(term)
