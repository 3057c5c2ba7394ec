"""The only place that reads `data/reference/plan`: what the city promised (黄数资〔2021〕58号) and where it started.

附件1 indicators with their targets, 附件2 tasks with their units, targets that only the body text states, and the facts
of the base year. The plan ended in 2025; a revised target or one of the next plan is a row in `targets.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from data.ledger import requirement_ids
from data.reference_csv import Row, rows

FOLDER = Path(__file__).resolve().parent / "reference" / "plan"
PLAN = "十四五"
OPS = (">", ">=", "text")
CONFIDENCES = ("certain", "inferred", "conflict")  # from best to worst


@dataclass(frozen=True)
class TargetRule:
    """What meets a target. `text` is the target as printed; a target in words (应发尽发) has no value."""

    op: str
    value: float | None
    text: str

    def met_by(self, value: float | None) -> bool | None:
        """Whether `value`, in the indicator's unit, meets the target; None when unknown or not for a number to say."""
        if self.value is None or value is None or math.isnan(value):
            return None
        return value > self.value if self.op == ">" else value >= self.value


@dataclass(frozen=True)
class Target:
    """What `plan` asks of an indicator by the end of `year`; `period` is the heading, such as 规划期末（2025）."""

    plan: str
    year: int
    period: str
    rule: TargetRule
    confidence: str
    basis: str
    decided_on: date
    note: str


@dataclass(frozen=True)
class Indicator:
    """One indicator of 附件1. `targets` keeps every target ever set, by year and then by date of decision."""

    id: str
    group: str
    name: str
    unit: str
    as_printed: tuple[str, ...]
    base_year: int
    base_value: float | None
    line: int
    note: str
    targets: tuple[Target, ...]

    def target(self, year: int) -> Target | None:
        """The target in force for `year`: the one decided last."""
        return next((target for target in reversed(self.targets) if target.year == year), None)

    def closing(self, plan: str = PLAN) -> Target | None:
        """The target in force for the last year of `plan`."""
        years = [target.year for target in self.targets if target.plan == plan]
        return self.target(max(years)) if years else None

    @property
    def confidence(self) -> str:
        """How sure the reading of the targets in force is: that of the least sure."""
        in_force = {target.year: target.confidence for target in self.targets}
        return max(in_force.values(), key=CONFIDENCES.index)


@dataclass(frozen=True)
class TaskUnit:
    """A responsible unit. The plan marks no lead: a sole unit leads for certain, the first of several by custom."""

    name: str
    is_named: bool  # False for 市直有关部门
    lead: str  # certain | inferred | "" when nothing can be derived

    @property
    def is_lead(self) -> bool:
        return bool(self.lead)


@dataclass(frozen=True)
class Task:
    """One task of 附件2 with its exact text; `has_more_units` where the printed list ends in 等."""

    id: str
    order: int
    group: str
    name: str
    is_name_merged: bool
    text: str
    units_printed: str
    has_more_units: bool
    line_from: int
    line_to: int
    note: str
    units: tuple[TaskUnit, ...]


@dataclass(frozen=True)
class BodyTarget:
    """A target that only the body text states; `year` is None where the plan names none."""

    id: str
    year: int | None
    subject: str
    rule: TargetRule
    unit: str
    indicator: str | None
    sentence: str
    line: int
    confidence: str
    note: str


@dataclass(frozen=True)
class Baseline:
    """A fact of the base year. Facts that share `disputed_with` contradict one another: all are kept and shown."""

    id: str
    name: str
    value: float | None
    unit: str
    qualifier: str
    as_printed: str
    sentence: str
    line: int
    requirements: tuple[str, ...]
    disputed_with: str
    note: str


def _rule(row: Row) -> TargetRule:
    op, value = row.choice("op", OPS), row.optional_number("value")
    if (op == "text") != (value is None):
        raise row.fault(f"value 与 op “{op}”不符", "op 为 text 时留空，否则写数")
    return TargetRule(op, value, row.text("text"))


def _yes(row: Row, column: str) -> bool:
    return row.choice(column, ("是", "否")) == "是"


@cache
def indicators(folder: Path = FOLDER) -> Mapping[str, Indicator]:
    """附件1 by id (K01 …), in the plan's order; raises ReferenceFileError."""
    records = rows(
        folder / "indicators.csv",
        ("id", "group", "name", "unit", "as_printed", "base_year", "base_value", "line", "note"),
        key=("id",),
    )
    targets = _targets(folder, {row.text("id") for row in records})
    for row in records:
        if row.text("id") not in targets:
            raise row.fault(f"{row.text('id')} 没有目标", "请在 targets.csv 加行")
    return {
        row.text("id"): Indicator(
            id=row.text("id"),
            group=row.text("group"),
            name=row.text("name"),
            unit=row.text("unit"),
            as_printed=row.texts("as_printed"),
            base_year=row.integer("base_year"),
            base_value=row.optional_number("base_value"),
            line=row.integer("line"),
            note=row.cells["note"],
            targets=targets[row.text("id")],
        )
        for row in records
    }


def _targets(folder: Path, names: set[str]) -> Mapping[str, tuple[Target, ...]]:
    found: dict[str, list[Target]] = {}
    for row in rows(
        folder / "targets.csv",
        ("indicator", "plan", "year", "period", "op", "value", "text", "confidence", "basis", "decided_on", "note"),
        key=("indicator", "year", "decided_on"),
    ):
        name = row.text("indicator")
        row.known("indicator", (name,), names, "indicators.csv")
        target = Target(
            plan=row.text("plan"),
            year=row.integer("year"),
            period=row.text("period"),
            rule=_rule(row),
            confidence=row.choice("confidence", CONFIDENCES),
            basis=row.text("basis"),
            decided_on=row.day("decided_on"),
            note=row.cells["note"],
        )
        found.setdefault(name, []).append(target)
    return {name: tuple(sorted(each, key=lambda t: (t.year, t.decided_on))) for name, each in found.items()}


@cache
def tasks(folder: Path = FOLDER) -> Mapping[str, Task]:
    """附件2 by id (T01 …), in the plan's order; raises ReferenceFileError."""
    records = rows(
        folder / "tasks.csv",
        (
            *("id", "order", "group", "name", "is_name_merged", "text"),
            *("units_printed", "has_more_units", "line_from", "line_to", "note"),
        ),
        key=("id",),
    )
    units = _units(folder, {row.text("id") for row in records})
    for row in records:
        if row.text("id") not in units:
            raise row.fault(f"{row.text('id')} 没有责任单位", "请在 task_units.csv 加行")
    return {
        row.text("id"): Task(
            id=row.text("id"),
            order=row.integer("order"),
            group=row.text("group"),
            name=row.text("name"),
            is_name_merged=_yes(row, "is_name_merged"),
            text=row.text("text"),
            units_printed=row.text("units_printed"),
            has_more_units=_yes(row, "has_more_units"),
            line_from=row.integer("line_from"),
            line_to=row.integer("line_to"),
            note=row.cells["note"],
            units=units[row.text("id")],
        )
        for row in records
    }


def _units(folder: Path, names: set[str]) -> Mapping[str, tuple[TaskUnit, ...]]:
    leads = {"唯一": "certain", "首列": "inferred", "": ""}
    found: dict[str, list[TaskUnit]] = {}
    columns = ("task", "order", "unit", "kind", "lead")
    for row in rows(folder / "task_units.csv", columns, key=("task", "unit")):
        task, lead = row.text("task"), row.cells["lead"]
        row.known("task", (task,), names, "tasks.csv")
        units = found.setdefault(task, [])
        if row.integer("order") != len(units) + 1:
            raise row.fault(f"order 的值“{row.text('order')}”不连续", f"{task} 的单位从 1 起逐行编号")
        if lead not in leads or (lead and any(unit.is_lead for unit in units)):
            raise row.fault(f"lead 的值“{lead}”不合规", "请用 唯一、首列 或留空，每项任务至多一家")
        units.append(TaskUnit(row.text("unit"), row.choice("kind", ("具名", "泛指")) == "具名", leads[lead]))
    return {name: tuple(units) for name, units in found.items()}


@cache
def body_targets(folder: Path = FOLDER) -> Mapping[str, BodyTarget]:
    """Targets that only the body text states, by id (B01 …); raises ReferenceFileError."""
    found: dict[str, BodyTarget] = {}
    for row in rows(
        folder / "body_targets.csv",
        (
            *("id", "year", "subject", "op", "value", "unit", "text"),
            *("indicator", "sentence", "line", "confidence", "note"),
        ),
        key=("id",),
    ):
        indicator = row.optional("indicator")
        if indicator:
            row.known("indicator", (indicator,), indicators(folder), "indicators.csv")
        found[row.text("id")] = BodyTarget(
            id=row.text("id"),
            year=row.integer("year") if row.optional("year") else None,
            subject=row.text("subject"),
            rule=_rule(row),
            unit=row.cells["unit"],
            indicator=indicator,
            sentence=row.text("sentence"),
            line=row.integer("line"),
            confidence=row.choice("confidence", CONFIDENCES),
            note=row.cells["note"],
        )
    return found


@cache
def baselines(folder: Path = FOLDER) -> Mapping[str, Baseline]:
    """Facts of the base year by id (D01 …); raises ReferenceFileError."""
    found: dict[str, Baseline] = {}
    for row in rows(
        folder / "baselines.csv",
        (
            *("id", "name", "value", "unit", "qualifier", "as_printed"),
            *("sentence", "line", "requirements", "disputed_with", "note"),
        ),
        key=("id",),
    ):
        requirements = row.texts("requirements")
        row.known("requirements", requirements, requirement_ids(), "requirement_ids.txt")
        found[row.text("id")] = Baseline(
            id=row.text("id"),
            name=row.text("name"),
            value=row.optional_number("value"),
            unit=row.text("unit"),
            qualifier=row.cells["qualifier"],
            as_printed=row.text("as_printed"),
            sentence=row.text("sentence"),
            line=row.integer("line"),
            requirements=requirements,
            disputed_with=row.cells["disputed_with"],
            note=row.cells["note"],
        )
    return found
