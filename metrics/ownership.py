"""The only place that says what a unit answers for: its numbers and its tables, as metric files and contracts say."""

from __future__ import annotations

from functools import cache

from data.catalogue import UNCONFIRMED
from data.contract import Contract, contracts
from metrics.metric import Metric, metrics


@cache
def units() -> tuple[str, ...]:
    """Every unit that answers for a number or a table, those with the most to answer for first."""
    held: dict[str, int] = {}
    for unit in [*(each.owner.unit for each in metrics()), *(each.owner.unit for each in _delivered())]:
        held[unit] = held.get(unit, 0) + 1
    held.pop(UNCONFIRMED, None)
    return tuple(sorted(held, key=lambda unit: (-held[unit], unit)))


def numbers_of(unit: str) -> tuple[Metric, ...]:
    """The metrics that the unit answers for, scene by scene."""
    return tuple(each for each in metrics() if each.owner.unit == unit)


def tables_of(unit: str) -> tuple[Contract, ...]:
    """The tables that the unit delivers."""
    return tuple(each for each in _delivered() if each.owner.unit == unit)


def _delivered() -> tuple[Contract, ...]:
    return tuple(each for each in contracts().values() if each.layer == "detail")
