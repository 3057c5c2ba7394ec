"""The only place that compares readings: 环比 and 同比, in words that fit the number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from metrics.metric import metric
from metrics.read import read_many, read_periods
from metrics.reading import Reading
from metrics.standards.air import edition_on
from queries.scope import Scope

SMALL_COUNT = 20  # below this a change of a count is said in cases, since a percentage would shout


@dataclass(frozen=True)
class Change:
    """How a reading moved: `text` for people, `direction` up | down | flat | unknown, `judgement` 向好 | 向差 or ""."""

    text: str
    direction: str
    judgement: str
    earlier: Reading | None


def earlier_scope(scope: Scope, which: str) -> Scope:
    """The scope of `previous` (环比) or `last_year` (同比), measured with the ruler of the present period.

    A standard that changed in between (AQI on 2026-03-01) would otherwise compare two different things.
    """
    there = scope.previous() if which == "previous" else scope.last_year()
    return replace(there, ruler=scope.ruler or edition_on(scope.until - timedelta(days=1)))


def periods_before(scope: Scope, periods: int) -> list[Scope]:
    """The scope and those just before it, newest first."""
    scopes = [scope]
    for _ in range(periods - 1):
        scopes.append(earlier_scope(scopes[-1], "previous"))
    return scopes


def history(name: str, scope: Scope, periods: int = 8) -> list[Reading]:
    """The last `periods` periods of the scope's length, oldest first, all measured with the present ruler."""
    scopes = periods_before(scope, periods)
    return [found[0] for found in read_periods([name], scopes[::-1])]


def compare_many(names: Iterable[str], scope: Scope, which: str) -> list[Change]:
    """The change of each metric against `previous` or `last_year`."""
    asked = list(names)
    now, before = read_many(asked, scope), read_many(asked, earlier_scope(scope, which))
    return [compare(a, b) for a, b in zip(now, before, strict=True)]


def compare(now: Reading, before: Reading) -> Change:
    """The change from `before` to `now`: 个百分点 for rates, ± for small counts, % otherwise, — if unknown."""
    if now.value is None or before.value is None:
        return Change("—", "unknown", "", before)
    asked = metric(now.metric)
    step = round(now.value, asked.decimals) - round(before.value, asked.decimals)
    if abs(step) < 0.5 * 10**-asked.decimals:
        return Change("持平", "flat", "", before)
    direction = "up" if step > 0 else "down"
    good = {"higher": "up", "lower": "down"}.get(asked.better)
    judgement = "" if good is None else "向好" if direction == good else "向差"
    return Change(_words(now.value, before.value, step, asked.unit, asked.decimals), direction, judgement, before)


def _words(now: float, before: float, step: float, unit: str, decimals: int) -> str:
    sign = "+" if step > 0 else "−"  # a true minus
    if unit == "%":
        return f"{sign}{abs(step):.{decimals}f} 个百分点"
    if before <= 0 or max(abs(now), abs(before)) < SMALL_COUNT or unit == "":
        return f"{sign}{abs(step):,.{decimals}f}{' ' + unit if unit else ''}"
    return f"{sign}{abs(now - before) / before * 100:.1f}%"
