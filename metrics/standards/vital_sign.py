"""The only place that scores vital signs: a value between its floor (0) and its target (100), domains, and the city.

No national formula exists (domain notes, §9): the scoring is this project's proposal, linear and clipped, weights equal
unless an edition of them says otherwise. What covers too little is not shown: neither a domain nor the city.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

COVERAGE = 0.6  # the share of weights (or of domains) that must be known


@dataclass(frozen=True)
class Score:
    """0–100, None where less than COVERAGE is known; `coverage` is the known share of the weights."""

    value: float | None
    coverage: float


def score(value: float | None, floor: float, target: float) -> float | None:
    """0 at the floor, 100 at the target, linear between and clipped beyond; a floor above the target: lower is better.

    Raises ValueError where floor and target are the same: no line runs through one point.
    """
    if floor == target:
        raise ValueError(f"floor = target = {floor}: write a floor that differs from the target")
    if value is None or math.isnan(value):
        return None
    return min(100.0, max(0.0, 100.0 * (value - floor) / (target - floor)))


def domain(scores: Mapping[str, float | None], weights: Mapping[str, float]) -> Score:
    """The weighted mean of the known scores of one domain; `weights` names every metric that should be there."""
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is below 0")
    whole = sum(weights.values())
    known = {name: found for name in weights if (found := scores.get(name)) is not None}
    part = sum(weights[name] for name in known)
    coverage = part / whole if whole else 0.0
    if not part or not _is_enough(coverage):
        return Score(None, coverage)
    return Score(sum(found * weights[name] for name, found in known.items()) / part, coverage)


def city(domains: Mapping[str, Score]) -> Score:
    """The plain mean of the domains that are known; `domains` names every domain that should be there."""
    return domain({name: each.value for name, each in domains.items()}, dict.fromkeys(domains, 1.0))


def _is_enough(coverage: float) -> bool:
    return coverage >= COVERAGE - 1e-12  # three fifths of tenths is not quite 0.6 in binary
