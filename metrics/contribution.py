"""The only place that says where a change comes from: the part with the largest share of it. Parts add up to the whole.

A sum changes by the changes of its parts. A ratio changes by what each part adds against the earlier ratio r:
(n₁ − r·d₁)/D₁ now, less the same of before scaled to D₁; over all parts this is exactly the change of the ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.compare import earlier_scope
from metrics.metric import metric, place_dimension
from metrics.read import read, read_groups
from metrics.reading import Reading
from queries.scope import Scope


@dataclass(frozen=True)
class Contribution:
    """A part's share of a change, 1.0 = all of it; above 1.0 the others moved the other way."""

    key: str
    name: str
    share: float


def place_of(scope: Scope) -> str | None:
    """The dimension of the places directly below a scope's area."""
    return place_dimension(scope.level)


def contributions(name: str, scope: Scope, by: str, which: str = "previous") -> list[Contribution]:
    """Every part's share of the change against `previous` or `last_year`, the largest first.

    Empty where the metric is not additive over `by`, where nothing changed, or where a part or the whole is unknown.
    """
    asked = metric(name)
    if asked.kind not in ("sum", "ratio") or by not in asked.by:
        return []
    before_scope = earlier_scope(scope, which)
    whole, whole_before = read(name, scope), read(name, before_scope)
    if whole.value is None or whole_before.value is None or whole.value == whole_before.value:
        return []
    now = {each.key or "": each for each in read_groups(name, scope, by)}
    before = {each.key or "": each for each in read_groups(name, before_scope, by)}
    change = _sums(now, before) if asked.kind == "sum" else _ratios(now, before, whole, whole_before)
    total = sum(change.values())
    if not total:
        return []
    names = {key: each.key_name or key for key, each in (before | now).items()}
    found = [Contribution(key, names[key], value / total) for key, value in change.items()]
    return sorted(found, key=lambda each: (-each.share, each.key))


def _sums(now: Mapping[str, Reading], before: Mapping[str, Reading]) -> dict[str, float]:
    keys = now.keys() | before.keys()
    return {key: _value(now.get(key)) - _value(before.get(key)) for key in keys}


def _value(part: Reading | None) -> float:
    return 0.0 if part is None or part.value is None else part.value  # a part without rows added nothing to the sum


def _ratios(
    now: Mapping[str, Reading], before: Mapping[str, Reading], whole: Reading, whole_before: Reading
) -> dict[str, float]:
    if not (whole.denominator and whole_before.denominator and whole_before.numerator is not None):
        return {}
    rate = whole_before.numerator / whole_before.denominator
    scale = whole.denominator / whole_before.denominator
    return {
        key: _above(now.get(key), rate) - scale * _above(before.get(key), rate) for key in now.keys() | before.keys()
    }


def _above(part: Reading | None, rate: float) -> float:
    if part is None or part.numerator is None or part.denominator is None:
        return 0.0
    return part.numerator - rate * part.denominator
