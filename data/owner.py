"""The only place that says how far an owner is settled: by the plan, by inference, or not at all.

附件2 lists the units of a task and marks no lead. A sole named unit leads for certain; of several the plan only says
that they take part. No owner is invented: who cites a task of 附件2 must name one of its units, and a unit that it does
not name at all must be declared in `further_units.csv`, whatever the basis says.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from data.plan import Task, tasks
from data.reference_csv import rows

UNCONFIRMED = "待确认"
WRITTEN, LISTED, ASSUMED = "规划写明", "规划列名，未标牵头", "推定"
SETTLED = (WRITTEN, LISTED, ASSUMED, UNCONFIRMED)
_TASK = re.compile(r"T\d\d")
_FURTHER = Path(__file__).resolve().parent / "reference" / "further_units.csv"


def settled(unit: str, basis: str) -> str:
    """One of `SETTLED`: what the plan says of `unit` answering for something, by the `basis` that is given for it."""
    if unit == UNCONFIRMED:
        return UNCONFIRMED
    if not basis.startswith("plan"):
        return ASSUMED
    cited = _cited(basis)
    if not cited or any(unit == each.name and each.lead == "certain" for task in cited for each in task.units):
        return WRITTEN
    return LISTED


def fault(unit: str, basis: str) -> str | None:
    """What is wrong with an owner and its basis, and what to write; None when nothing is."""
    missing = [name for name in _TASK.findall(basis) if name not in tasks()]
    if missing:
        return f"依据里的 {missing[0]} 不是附件2 的任务；请用 {next(iter(tasks()))}—{list(tasks())[-1]}"
    cited = _cited(basis)
    if unit != UNCONFIRMED and unit not in units():
        return (
            f"“{unit}”不在附件2 点名的单位里；请照附件2 写全称，或写 {UNCONFIRMED}；"
            "附件2 确实未列的，先在 data/reference/further_units.csv 加一行并写明依据"
        )
    if unit == UNCONFIRMED or not basis.startswith("plan 附件2") or not cited:
        return None
    named = dict.fromkeys(each.name for task in cited for each in task.units if each.is_named)
    if unit in named:
        return None
    return f"附件2 {'、'.join(task.id for task in cited)} 没有列出“{unit}”；请用 {'、'.join(named)}，或写 {UNCONFIRMED}"


@cache
def units() -> frozenset[str]:
    """Every unit that may answer: those that 附件2 names, and those that a clerk declared beside it."""
    named = {each.name for task in tasks().values() for each in task.units if each.is_named}
    declared = rows(_FURTHER, ("unit", "basis", "checked_on"), key=("unit",))
    return frozenset(named | {row.text("unit") for row in declared if row.text("basis")})


def _cited(basis: str) -> list[Task]:
    return [tasks()[name] for name in _TASK.findall(basis) if name in tasks()]
