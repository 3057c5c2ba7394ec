"""The only place that says how full a scenic spot is and what that level is called.

Sources. No official PDF was opened; [V] = seen in a second-hand source, [P] = this project's proposal.
- LB/T 034-2014: at 80 % of the approved capacity visitors are warned, at 100 % ticket sale stops [V]. 60 % and 90 % are
  cuts of our own [P].
- The capacity is the figure the authority approved. It is never computed here: without one there is no ratio and no
  level, however many people there are.
A value on a cut has the worse level.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

WARNING_SHARE = 0.8  # of the capacity: from here visitors are warned (standard)
FULL_SHARE = 1.0  # of the capacity: from here ticket sale stops (standard)
LEVELS = ("舒适", "较舒适", "预警(80%)", "限流(90%)", "满载停售(100%)")  # from empty to full

_CUTS = (Fraction(3, 5), Fraction(4, 5), Fraction(9, 10), Fraction(1))


@dataclass(frozen=True)
class Load:
    """`ratio` of people to capacity (1 = full, may exceed 1) and its `level`; None when either count is unknown."""

    ratio: float | None
    level: str | None


def load_level(on_site: int | None, capacity: int | None) -> Load:
    """How full a spot is. A missing or negative count, and a capacity that is missing or not positive, give neither."""
    if on_site is None or capacity is None or on_site < 0 or capacity <= 0:
        return Load(ratio=None, level=None)
    share = Fraction(on_site) / Fraction(capacity)  # exact: 2160 of 2700 is 80 %, not a hair below it
    return Load(ratio=float(share), level=LEVELS[bisect_right(_CUTS, share)])
