"""Ranking shares of unequal samples fairly: Wilson's interval and empirical Bayes shrinkage to the peers' mean.

Sources: E. B. Wilson, Probable Inference, JASA 22 (1927) 209–212, for the interval; C. N. Morris, Parametric Empirical
Bayes Inference, JASA 78 (1983) 47–55, with the beta prior's moments as in J. C. Kleinman, JASA 68 (1973) 46–54.
A unit with one case handled in time is not the best of the city: it is pulled to the mean of its peers, the more the
fewer cases it has. Shares are 0–1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Part:
    """One of those compared: successes of so many cases."""

    key: str
    numerator: float
    denominator: float


@dataclass(frozen=True)
class Fair:
    """`share` as counted, `shrunk` to the peers' mean, the 95 % interval; all None without a case."""

    key: str
    n: float
    share: float | None
    shrunk: float | None
    low: float | None
    high: float | None


def wilson(numerator: float, denominator: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share; raises ValueError unless 0 ≤ numerator ≤ denominator and denominator > 0."""
    if not 0 <= numerator <= denominator or denominator <= 0:
        raise ValueError(f"{numerator} of {denominator} is no share")
    share, square = numerator / denominator, z * z / denominator
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / denominator + square / (4 * denominator))
    return max(0.0, middle - half), min(1.0, middle + half)


def prior_size(parts: Sequence[Part]) -> float:
    """How many cases the peers' mean is worth (Kleinman's moments); infinite when the parts differ by chance alone."""
    known = [each for each in parts if each.denominator > 0]
    total = sum(each.denominator for each in known)
    count = len(known)
    if count < 2:
        return math.inf
    mean = sum(each.numerator for each in known) / total
    if mean in (0.0, 1.0):
        return math.inf
    spread = sum(each.denominator * (each.numerator / each.denominator - mean) ** 2 for each in known)
    evened = total - sum(each.denominator**2 for each in known) / total
    # E[spread] = mean(1−mean)·[(count−1) + rho·(evened − (count−1))], rho = 1 / (size + 1)
    rho = (spread / (mean * (1 - mean)) - (count - 1)) / (evened - (count - 1)) if evened > count - 1 else 0.0
    return math.inf if rho <= 0 else max(1.0 / min(rho, 1.0) - 1.0, 0.0)


def fair(parts: Sequence[Part]) -> list[Fair]:
    """Each part's share, pulled to the mean of all parts given (its peers) as its number of cases allows."""
    total = sum(each.denominator for each in parts)
    mean = sum(each.numerator for each in parts) / total if total else None
    size = prior_size(parts)
    found = []
    for each in parts:
        if each.denominator <= 0 or mean is None:
            found.append(Fair(each.key, each.denominator, None, None, None, None))
            continue
        share = each.numerator / each.denominator
        shrunk = mean if math.isinf(size) else (each.numerator + size * mean) / (each.denominator + size)
        low, high = wilson(each.numerator, each.denominator)
        found.append(Fair(each.key, each.denominator, share, shrunk, low, high))
    return found
