"""The naming linter (X-03, X-07): the only place that says which names and types go together.

`python -m data.naming` lists every fault and exits with 1; `make check` runs it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data.contract import Column, Contract, contracts

_SUFFIX_TYPES = {
    "_at": "timestamp",
    "_date": "date",
    "_count": "integer",
    "_rate": "real",
    "_code": "text",
    "_id": "text",
    "_unit": "text",
    "_name": "text",
}
_WORDS_WITH_A_BETTER_NAME = {
    "ts": "…_at",
    "dt": "…_date",
    "flag": "data_flag",
    "zh": "drop it: names are Chinese anyway",
    "dept": "unit",
    "department": "unit",
    "num": "…_count",
    "cnt": "…_count",
    "lng": "lon",
    "longitude": "lon",
    "latitude": "lat",
    "area_code": "place_code",
    "district_code": "place_code",
}
_PERSON = re.compile(r"(officer|contact|person|reporter|caller|patient|elder)_(name|phone)")
_TYPED_BY_PEOPLE = (
    "title", "content", "note", "outcome", "summary", "reason", "feedback", "problem", "evidence",
    "closure_reason", "scenario_text", "address",
)  # fmt: skip
_PLURALS = re.compile(r"(?<!s)s$")
_OWN_WORDS = ("kind", "status")  # each table lists its own kinds and states, in a code list that carries its name
_SINGULAR_IN_S = ("bus", "status", "access", "press", "address", "units", "ms", "hours")


@dataclass(frozen=True)
class NamingFault:
    """A name that breaks a rule: where, what is wrong, what to write."""

    table: str
    column: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f"{where}: {self.fault}; {self.remedy}"


def faults(every: Iterable[Contract]) -> list[NamingFault]:
    """Every fault of names in the contracts, and every idea that is not the same everywhere."""
    every = list(every)
    return [*(fault for each in every for fault in _of_table(each)), *_between_tables(every), *_aliases(every)]


def _of_table(table: Contract) -> Iterator[NamingFault]:
    name = table.table.split(".")[1]
    if _PLURALS.search(name) and not name.endswith(_SINGULAR_IN_S):
        yield NamingFault(table.table, "", "a table is named in the singular", f"write {name[:-1]}")
    labels = [column.label for column in table.columns]
    for column in table.columns:
        yield from _of_column(table, column)
        if labels.count(column.label) > 1:
            yield NamingFault(table.table, column.name, f"label {column.label} stands twice", "tell the two apart")


def _of_column(table: Contract, column: Column) -> Iterator[NamingFault]:
    name = column.name
    for suffix, kind in _SUFFIX_TYPES.items():
        if name.endswith(suffix) and column.type != kind:
            yield NamingFault(
                table.table, name, f"{suffix} is {kind}, not {column.type}", "rename it or change the type"
            )
    for kind, suffix in (("timestamp", "_at"), ("date", "_date")):
        if column.type == kind and not (name.endswith(suffix) or name in ("valid_from", "valid_to")):
            yield NamingFault(table.table, name, f"a {kind} ends in {suffix}", "rename it")
    is_flag = name.startswith(("is_", "has_"))
    if is_flag != (column.type == "boolean"):
        yield NamingFault(table.table, name, "is_/has_ and boolean go together", "rename it or change the type")
    if name.endswith("_rate") and (column.minimum, column.maximum) != (0.0, 1.0):
        yield NamingFault(table.table, name, "a rate lies in 0–1", "write range = [0, 1]; it is scaled when shown")
    for word, better in _WORDS_WITH_A_BETTER_NAME.items():
        if name == word or (name.endswith(f"_{word}") and name != better):
            yield NamingFault(table.table, name, f"{word} has a better name", better)
    if _PERSON.search(name) and column.pii not in ("L2", "L3"):
        yield NamingFault(table.table, name, "names and phones of people are personal", 'write pii = "L2"')
    if table.layer == "detail" and name in _TYPED_BY_PEOPLE and not column.is_free_text and column.codes is None:
        yield NamingFault(table.table, name, "people type what they like into it", "write free_text = true")
    if column.pii in ("L2", "L3") and table.metadata.is_open:
        yield NamingFault(
            table.table, name, "personal data in an open table", "is_open = false, or leave the column out"
        )


def _between_tables(every: list[Contract]) -> Iterator[NamingFault]:
    """X-07: the same idea has one type, unit and code list everywhere."""
    first: dict[str, tuple[Contract, Column]] = {}
    for table in every:
        for column in table.columns:
            if column.name not in first:
                first[column.name] = (table, column)
                continue
            home, known = first[column.name]
            for what in ("type", "unit") if column.name in _OWN_WORDS else ("type", "unit", "codes"):
                mine, theirs = getattr(column, what), getattr(known, what)
                if mine != theirs:
                    fault = f"{what} {mine or '(none)'} here, {theirs or '(none)'} in {home.table}"
                    yield NamingFault(table.table, column.name, fault, "make them one, or name them apart")


def _aliases(every: list[Contract]) -> Iterator[NamingFault]:
    """X-07: one idea has one name: what is labelled alike is named alike, and a yes/no asks one question everywhere."""
    names: dict[str, tuple[Contract, Column]] = {}
    labels: dict[str, tuple[Contract, Column]] = {}
    for table in every:
        for column in table.columns:
            home, known = names.setdefault(column.label, (table, column))
            if known.name != column.name:
                fault = f"label {column.label} is {known.name} in {home.table}"
                yield NamingFault(table.table, column.name, fault, f"write {known.name}, or label it by what differs")
            if column.type != "boolean":
                continue
            home, known = labels.setdefault(column.name, (table, column))
            if known.label != column.label:
                fault = f"asks {column.label} here, {known.label} in {home.table}"
                yield NamingFault(table.table, column.name, fault, "make it one question, or name the two apart")


def main() -> int:
    """Print the faults of the project's contracts; 1 when there are any."""
    found = faults(contracts().values())
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
