"""The only place that reads one object: its facts from the contract, its course, what belongs to it; masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.contract import contract
from data.objects import Asked, Kind
from metrics.lineage import question_tables
from metrics.table import Field, Table, of_object, of_question
from queries.scope import Scope


@dataclass(frozen=True)
class Fact:
    """One column of the object's row with its value, masked where the contract says so."""

    field: Field
    value: Any


def facts(kind: Kind, object_id: str, scope: Scope) -> dict[str, Fact]:
    """The object's row by column; empty when there is no such object."""
    table = of_object(contract(kind.table), kind.key, object_id, scope)
    found, _ = table.page((), (), 0, 1)
    return {each.name: Fact(each, found[0][each.name]) for each in table.fields} if found else {}


def answers(asked: Asked, object_id: str, scope: Scope, most: int) -> tuple[Table, list[dict[str, Any]]]:
    """What a question says about the object, up to `most` rows, with the fields to write them by."""
    table = of_question(asked.question, asked.title, asked.columns, scope, {"id": object_id},
                        question_tables(asked.question))  # fmt: skip
    return table, table.page((), (), 0, most)[0]
