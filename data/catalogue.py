"""The only place that reads `data/reference/catalogue`: the scenes, every system that the plan names, the change log.

A system is page content (A), a feeder (B) or a catalogue row only (C), and is 在用, 观察 or 退役. A change of state is
two edits, the system's row and a line in `changes.csv`; a sheet where the two disagree is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from data.contract import THEMES
from data.ledger import requirement_ids
from data.plan import tasks
from data.reference_csv import Row, rows

FOLDER = Path(__file__).resolve().parent / "reference" / "catalogue"
CLASSES = ("A", "B", "C")
STATES = ("在用", "观察", "退役")
PHASES = ("", "先期", "后期")
PAGES = (*THEMES, "catalogue", "intake", "briefings", "wall")
UNCONFIRMED = "待确认"


@dataclass(frozen=True)
class Scene:
    """One of the scenes, with both of the plan's names and its theme database."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    path: str
    order: int
    theme_database: str
    theme_aliases: tuple[str, ...]
    owner: str
    owner_basis: str
    version: str
    state: str
    updated_on: date
    next_review: date
    note: str


@dataclass(frozen=True)
class System:
    """A system that the plan names. `owner` is 待确认 where the plan names no single unit; see the units of `task`."""

    id: str
    name: str
    aliases: tuple[str, ...]
    named_in: tuple[str, ...]
    task: str | None
    phase: str
    system_class: str
    pages: tuple[str, ...]
    requirements: tuple[str, ...]
    owner: str
    owner_basis: str
    state: str
    evidence: str
    line: int
    evidence_date: date
    note: str


@dataclass(frozen=True)
class Change:
    """One entry of the change log: a system went from one state to another."""

    changed_on: date
    system: str
    before: str
    after: str
    reason: str
    by: str


@cache
def scenes(folder: Path = FOLDER) -> Mapping[str, Scene]:
    """The scenes by slug, in their order; raises ReferenceFileError."""
    records = rows(
        folder / "scenes.csv",
        (
            *("slug", "name", "aliases", "path", "order", "theme_database", "theme_aliases"),
            *("owner", "owner_basis", "version", "state", "updated_on", "next_review", "note"),
        ),
        key=("slug",),
    )
    found: dict[str, Scene] = {}
    for row in records:
        slug = row.text("slug")
        if row.text("path") != f"/{slug}":
            raise row.fault(f"path 的值“{row.text('path')}”与 slug 不符", f"请写 /{slug}")
        if row.integer("order") != len(found) + 1:
            raise row.fault(f"order 的值“{row.text('order')}”不连续", "从 1 起逐行编号")
        found[slug] = Scene(
            slug=slug,
            name=row.text("name"),
            aliases=row.texts("aliases"),
            path=row.text("path"),
            order=row.integer("order"),
            theme_database=row.text("theme_database"),
            theme_aliases=row.texts("theme_aliases"),
            owner=row.text("owner"),
            owner_basis=row.text("owner_basis"),
            version=row.text("version"),
            state=row.choice("state", STATES),
            updated_on=row.day("updated_on"),
            next_review=row.day("next_review"),
            note=row.cells["note"],
        )
    return found


@cache
def systems(folder: Path = FOLDER) -> Mapping[str, System]:
    """Every system by id, in the plan's order; raises ReferenceFileError."""
    records = rows(
        folder / "systems.csv",
        (
            *("id", "name", "aliases", "named_in", "task", "phase", "class", "pages", "requirements"),
            *("owner", "owner_basis", "state", "evidence", "line", "evidence_date", "note"),
        ),
        key=("id",),
    )
    return {row.text("id"): _system(row) for row in records}


def _system(row: Row) -> System:
    task, requirements, pages = row.optional("task"), row.texts("requirements"), row.texts("pages")
    row.known("requirements", requirements, requirement_ids(), "data/reference/requirement_ids.txt")
    row.known("task", (task,) if task else (), tasks(), "data/reference/plan/tasks.csv")
    if not pages or not set(pages) <= set(PAGES):
        raise row.fault(f"pages 的值“{row.cells['pages']}”不是页面", f"请用 {'、'.join(PAGES)}，多个用 | 分隔")
    if not requirements and task is None:
        raise row.fault("requirements 任务和需求都空着", "请至少写一项")
    if row.cells["phase"] not in PHASES:
        raise row.fault(f"phase 的值“{row.optional('phase')}”不认识", "请用 先期、后期 或留空")
    if not row.texts("named_in"):
        raise row.fault("named_in 空着", "请写规划在哪里点名，如 专栏3|基本成就2")
    return System(
        id=row.text("id"),
        name=row.text("name"),
        aliases=row.texts("aliases"),
        named_in=row.texts("named_in"),
        task=task,
        phase=row.cells["phase"],
        system_class=row.choice("class", CLASSES),
        pages=pages,
        requirements=requirements,
        owner=row.text("owner"),
        owner_basis=row.text("owner_basis"),
        state=row.choice("state", STATES),
        evidence=row.text("evidence"),
        line=row.integer("line"),
        evidence_date=row.day("evidence_date"),
        note=row.cells["note"],
    )


def by_page(slug: str) -> tuple[System, ...]:
    """The systems that the page `slug` shows; raises KeyError with the known pages."""
    if slug not in PAGES:
        raise KeyError(f"no page {slug!r}; known: {', '.join(PAGES)}")
    return tuple(system for system in systems().values() if slug in system.pages)


@cache
def changes(folder: Path = FOLDER) -> tuple[Change, ...]:
    """The change log, oldest first.

    Raises:
        ReferenceFileError: also when a change does not follow on the one before, or the last is not today's state.
    """
    known = systems(folder)
    columns = ("date", "system", "from", "to", "reason", "by")
    found: list[Change] = []
    last: dict[str, Row] = {}
    for row in rows(folder / "changes.csv", columns, key=("date", "system", "to")):
        change = Change(
            changed_on=row.day("date"),
            system=row.text("system"),
            before=row.choice("from", STATES),
            after=row.choice("to", STATES),
            reason=row.text("reason"),
            by=row.text("by"),
        )
        row.known("system", (change.system,), known, "systems.csv")
        if found and change.changed_on < found[-1].changed_on:
            raise row.fault("date 早于上一行", "请按日期先后排列")
        before = last.get(change.system)
        if change.before == change.after or (before is not None and before.text("to") != change.before):
            raise row.fault(f"from 的值“{change.before}”接不上", "from 是上一次变更的 to，且与本行的 to 不同")
        found.append(change)
        last[change.system] = row
    for name, row in last.items():
        if row.text("to") != known[name].state:
            raise row.fault(f"to 与 systems.csv 中 {name} 的“{known[name].state}”不符", "请把两处改成一致")
    return tuple(found)
