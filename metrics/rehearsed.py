"""The only place that says whether every number can be read at all: its names are tried before publishing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from metrics.computed import FUNCTIONS
from metrics.metric import FOLDER, Metric, MetricError, metrics
from queries.assembler import Aggregate, assemble_cells
from queries.rehearsal import Rehearsal, questions, rehearsal
from queries.scope import CITY, Scope
from queries.statement import StatementError, question

_ANYWHERE = Scope(CITY, date(2026, 1, 5), date(2026, 1, 12), "")


class CannotRead(MetricError):
    """SQL texts or metric files that name what does not exist: all of them, a line each."""


def check() -> None:
    """Refuses texts of which one cannot be asked; raises CannotRead with every fault."""
    try:
        found = faults(metrics())
    except StatementError as wrong:  # a text without its header
        found = [str(wrong)]
    if found:
        raise CannotRead(
            f"有 {len(found)} 处读不出数，没有发布；改好再发布：\n" + "\n".join(f"  {each}" for each in found)
        )


def faults(numbers: Iterable[Metric]) -> list[str]:
    """Every fault of the SQL texts and of these metrics, as sentences: file, key and line, fault, remedy."""
    with rehearsal() as stage:
        return [*stage.faults, *questions(stage), *(said for each in numbers for said in _of_number(stage, each))]


def _of_number(stage: Rehearsal, asked: Metric) -> Iterator[str]:
    if asked.function:
        if asked.function not in FUNCTIONS:
            yield f"{asked.file}{_place(asked, asked.function)}：没有算法 {asked.function}；请用 metrics/computed 里的"
        try:
            question(asked.inputs)  # what it says was tried with all questions
        except StatementError:
            yield f"{asked.file}{_place(asked, asked.inputs)}：没有 queries/{asked.inputs}.sql；请改正名称"
        return
    assert asked.rows is not None  # what is not computed is read from rows
    aggregate = asked.aggregate
    if asked.histogram is not None:
        aggregate = Aggregate(f"min({asked.histogram.bin})", "", f"sum({asked.histogram.count})")
    assert aggregate is not None
    sql, binds = assemble_cells(asked.rows, aggregate, _ANYWHERE, asked.by, day=True)
    wrong = stage.fault(sql, binds)
    if wrong:
        yield f"{asked.file}{_place(asked, stage.named)}：{wrong}"


def _place(asked: Metric, name: str) -> str:
    """The first line that holds the name, with its key; empty where the fault names nothing."""
    for number, line in enumerate(_file(asked).read_text(encoding="utf-8").splitlines(), 1):
        key, sign, value = line.partition("=")
        if name and sign and name in value and not line.startswith("#"):
            return f" 第 {number} 行 {key.strip()}"
    return ""


def _file(asked: Metric) -> Path:
    return FOLDER.parent / asked.file
