"""The only place that says how far an owner is settled: by the plan, by inference, or not at all.

附件2 lists the units of a task and marks no lead. A sole named unit leads for certain; of several the plan only says
that they take part. No owner is invented: who cites a task of 附件2 must name one of its units.
"""

from __future__ import annotations

import re

from data.plan import Task, tasks

UNCONFIRMED = "待确认"
WRITTEN, LISTED, ASSUMED = "规划写明", "规划列名，未标牵头", "推定"
SETTLED = (WRITTEN, LISTED, ASSUMED, UNCONFIRMED)
_TASK = re.compile(r"T\d\d")


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
    if unit == UNCONFIRMED or not basis.startswith("plan 附件2") or not cited:
        return None
    named = dict.fromkeys(each.name for task in cited for each in task.units if each.is_named)
    if unit in named:
        return None
    return f"附件2 {'、'.join(task.id for task in cited)} 没有列出“{unit}”；请用 {'、'.join(named)}，或写 {UNCONFIRMED}"


def _cited(basis: str) -> list[Task]:
    return [tasks()[name] for name in _TASK.findall(basis) if name in tasks()]
