"""The only place that says how one contract column is filled from a file, and as which type it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyarrow as pa

from data import contract as contracts
from ingest import values

ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "real": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
BATCH, ROW = "batch_id", "source_row"  # written to each stored row, never declared


@dataclass(frozen=True)
class Field:
    """A contract column and where its text comes from.

    `sources`: header names, their cells joined by one space; none for a constant. `codes`: the sender's code →
    ours; with `separator` a cell holds several. `factor`: ours = theirs × factor. `formats`: strptime. `text_numbers`:
    a number may stand among words.
    """

    column: contracts.Column
    sources: tuple[str, ...] = ()
    constant: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    separator: str = ""
    factor: float | None = None
    formats: tuple[str, ...] = ()
    text_numbers: bool = False

    @property
    def shown(self) -> str:
        """What the sender calls it."""
        return "+".join(self.sources) or self.column.label

    def parse(self, texts: pa.Array) -> tuple[pa.Array, values.Mask, str]:
        """Typed values, a mask of the cells that could not be read, and the name of the rule they break."""
        if not self.codes:
            return self._typed(texts, self.column.codes)
        translated, unknown = values.codes(texts, self.codes, self.separator)
        return self._typed(translated, None)[0], unknown, "unknown_code"

    def _typed(self, texts: pa.Array, code_list: str | None) -> tuple[pa.Array, values.Mask, str]:
        match self.column.type:
            case "boolean":
                return *values.booleans(texts), "bad_boolean"
            case "date":
                return *values.dates(texts, self.formats), "bad_date"
            case "timestamp":
                return *values.timestamps(texts, self.formats), "bad_timestamp"
            case "integer" | "real" as kind:
                found = values.numbers_in(texts) if self.text_numbers else texts
                parse = values.integers if kind == "integer" else values.reals
                return *parse(found, self.factor), "bad_number"
            case _ if code_list is not None:
                return *values.codes(texts, code_table(code_list)), "unknown_code"
            case _:
                return texts, np.zeros(len(texts), dtype=bool), ""


@cache
def code_table(name: str) -> Mapping[str, str]:
    """What a sender may write for a code list: the code itself or its Chinese label."""
    listed = contracts.codes(name)
    return {label: code for code, label in listed.items()} | {code: code for code in listed}


def schema(contract: contracts.Contract) -> pa.Schema:
    """The columns of a stored table: those of the contract, then batch and source row."""
    declared = [(column.name, ARROW[column.type]) for column in contract.columns]
    return pa.schema([*declared, (BATCH, pa.string()), (ROW, pa.int64())])
