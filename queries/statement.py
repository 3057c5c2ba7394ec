"""The only place that reads SQL text from `queries/<theme>/`: questions, views and rollups, with their headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
_BIND = re.compile(r"\$([a-z_][a-z0-9_]*)")
# urban."case": the name is a word of SQL; `is distinct from a.b` names no table
_TABLE = re.compile(r"(?<!distinct )\b(?:from|join)\s+([a-z_]+\.\"?[a-z0-9_]+)")
FILTERS = "$filters"  # where a question that declares filters wants them; the assembler writes the condition
_FILTER = re.compile(r"[a-z][a-z0-9_]*")
_HEADER = re.compile(r"--\s?(.*)")


class StatementError(Exception):
    """SQL text with a fault, or a name that does not exist."""


@dataclass(frozen=True)
class Statement:
    """One SQL file: what it answers, its grain, its binds, the tables it reads."""

    name: str  # `<theme>.<stem>` for views and rollups, `<theme>/<stem>` for questions
    answers: str
    grain: str
    sql: str
    binds: frozenset[str]
    tables: frozenset[str]
    filters: tuple[str, ...] = ()  # the dimensions it can be narrowed by: columns that stand where it says `$filters`


def parse(name: str, text: str) -> Statement:
    """The statement in `text`; raises StatementError when the header lacks what it answers, its grain or its binds."""
    header = [match[1] for match in map(_HEADER.fullmatch, text.splitlines()) if match]
    grain = next((line.removeprefix("grain:").strip() for line in header if line.startswith("grain:")), "")
    bind_line = next((line for line in header if line.startswith("binds:")), None)
    if not header or not grain or bind_line is None:
        raise StatementError(f"{name}: the header must say what it answers, `-- grain:` and `-- binds:`")
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    used = frozenset(_BIND.findall(body)) - {FILTERS.removeprefix("$")}
    if used != frozenset(_BIND.findall(bind_line)):
        raise StatementError(f"{name}: binds used {sorted(used)} are not those of the header; correct `-- binds:`")
    tables = frozenset(table.replace('"', "") for table in _TABLE.findall(body))
    line = next((line for line in header if line.startswith("filters:")), "")
    filters = tuple(part.strip() for part in line.removeprefix("filters:").split(",") if part.strip())
    if bool(filters) != (FILTERS in body) or not all(_FILTER.fullmatch(each) for each in filters):
        raise StatementError(
            f"{name}: `-- filters: a, b` and `$filters` in the text go together; write both or neither"
        )
    return Statement(name, header[0], grain, text.strip(), used, tables, filters)


@cache
def question(name: str) -> Statement:
    """The question `<theme>/<stem>`; raises StatementError when there is none."""
    path = FOLDER / f"{name}.sql"
    if not path.is_file():
        raise StatementError(f"queries/{name}.sql does not exist; correct the name")
    return parse(name, path.read_text(encoding="utf-8"))


@cache
def views() -> tuple[Statement, ...]:
    """Every `queries/<theme>/views/*.sql`, each after what it reads."""
    return _ordered("views")


@cache
def rollups() -> tuple[Statement, ...]:
    """Every `queries/<theme>/rollups/*.sql`, each after what it reads."""
    return _ordered("rollups")


def _ordered(kind: str) -> tuple[Statement, ...]:
    found = {}
    for path in sorted(FOLDER.glob(f"*/{kind}/*.sql")):
        name = f"{path.parent.parent.name}.{path.stem}"
        found[name] = parse(name, path.read_text(encoding="utf-8"))
    return tuple(found[name] for name in order({name: each.tables for name, each in found.items()}))


def order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The names of `needs`, each after those it needs; what is needed but not named is taken as given."""
    graph = {name: sorted(set(wanted) & needs.keys()) for name, wanted in needs.items()}
    return list(TopologicalSorter(graph).static_order())
