"""The only place that scores how well places reach a service: two-step floating catchment areas.

Step 1: each site's supply over the people who reach it, R = S ÷ Σ w·P. Step 2: each place's score is Σ w·R over the
sites it reaches. 2SFCA weighs everyone within the limit alike; E2SFCA (Luo & Qi 2009, from memory) weighs 0–10, 10–20
and 20–30 minutes by 1, 0.68 and 0.22. A travel time on the edge of two bands belongs to the nearer one.
Needs travel times, not distances. People near the border use other cities' sites, which no table holds: their score is
too low here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Bands = Sequence[tuple[float, float]]  # (minutes, up to and including; weight), from near to far
E2SFCA_30MIN: Bands = ((10, 1.0), (20, 0.68), (30, 0.22))


@dataclass(frozen=True)
class Access:
    """Per place: `score` in units of supply per person (0 where nothing is in reach), `nearest` in minutes.

    A place has a score when it has a population, and a nearest time when it has any time at all.
    """

    score: Mapping[str, float]
    nearest: Mapping[str, float]

    def mean(self, population: Mapping[str, float]) -> float | None:
        """The score averaged over people; None without any."""
        people = sum(population[place] for place in self.score)
        return sum(self.score[place] * population[place] for place in self.score) / people if people else None


def within(minutes: float) -> Bands:
    """One band: plain 2SFCA with this limit."""
    return ((minutes, 1.0),)


def weight(minutes: float, bands: Bands) -> float:
    """The weight of a travel time; 0 beyond the last band. Raises ValueError for a negative time."""
    if minutes < 0:
        raise ValueError(f"minutes = {minutes}: a travel time is not negative")
    return next((share for limit, share in bands if minutes <= limit), 0.0)


def two_step(
    population: Mapping[str, float],
    supply: Mapping[str, float],
    minutes: Mapping[tuple[str, str], float],
    *,
    bands: Bands = E2SFCA_30MIN,
) -> Access:
    """Scores of the places of `population` from the times of (place, site) pairs.

    Pairs of a place that is not given are ignored. A site without a supply scores nothing (unknown is not a supply of
    nothing) but can be the nearest; a site that only empty places reach serves nobody and counts for nothing.
    """
    known = {pair: spent for pair, spent in minutes.items() if pair[0] in population}
    weights = {
        pair: share for pair, spent in known.items() if pair[1] in supply and (share := weight(spent, bands)) > 0
    }
    demand: defaultdict[str, float] = defaultdict(float)
    for (place, site), share in weights.items():
        demand[site] += share * population[place]
    score = dict.fromkeys(population, 0.0)
    for (place, site), share in weights.items():
        if demand[site] > 0:
            score[place] += share * supply[site] / demand[site]
    nearest: dict[str, float] = {}
    for (place, _), spent in known.items():
        nearest[place] = min(spent, nearest.get(place, spent))
    return Access(score, nearest)
