"""The only place that decides which version of a row a table holds: the newest one of each contract key.

Pure: Parquet files in, one Parquet file and the counts out. Within a file the later row wins, as a later file wins over
an earlier one; an identical repetition counts as unchanged, a contradicting earlier row is reported (duplicate_key).
Rows that equal what is stored keep their batch and source row. The output is sorted by place code and key, so the
same rows are the same bytes. DuckDB spills to `scratch`, so memory does not grow with the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import pyarrow.parquet as pq

from data.contract import Contract
from ingest import sorted_file
from ingest.field import BATCH, ROW, schema

_CONFIG: dict[str, str | int | float | bool | list[str]] = {"threads": 2, "memory_limit": "1GB"}
_TYPES = {
    "text": "varchar", "integer": "bigint", "real": "double", "boolean": "boolean", "date": "date",
    "timestamp": "timestamp",
}  # fmt: skip

# $key, $order: lists of columns; $same: the two versions agree in every declared column; $on: they share the key
_REPEATED = Template("""
create temp table repeated as
with last_row as (
    select $key, max(file_row_number) as kept_number
    from incoming
    group by $key
    having count(*) > 1
)
select a.file_row_number, last_row.kept_number, concat_ws('、', $key_a) as key_text
from incoming as a
inner join last_row using ($key)
where a.file_row_number < last_row.kept_number
""")
_CONTRADICTING = Template("""
create temp table contradicting as
select a.source_row, b.source_row as kept_row, repeated.key_text, repeated.file_row_number, repeated.kept_number
from repeated
inner join incoming as a on a.file_row_number = repeated.file_row_number
inner join incoming as b on b.file_row_number = repeated.kept_number
where not ($same)
""")
_LISTED = "select * from contradicting order by file_row_number limit $listed"
_FRESH = """
create temp view fresh as
select * exclude (file_row_number) from incoming anti join repeated using (file_row_number)
"""
_ALL_FRESH = "create temp view fresh as select * exclude (file_row_number) from incoming"
_UNCHANGED = Template("""
create temp table unchanged as
select $key_a
from fresh as a
inner join stored as b on $on
where $same
""")
_CHANGED = Template("create temp view changed as select * from fresh anti join unchanged using ($key)")
_ALL = Template("""
create temp view whole as
select * from changed
union all by name
select * from stored anti join changed using ($key)
""")
_AT_HAND = "create temp table at_hand as select * from changed; create or replace temp view changed as from at_hand"
_COUNT = Template("select count(*) from $name")
_REPLACED = Template("select count(*) from stored semi join changed using ($key)")
_ONLY_NEW = "create temp view whole as select * from fresh"
_SORTED = Template("select * from whole order by $order")
_LARGE = 1_000_000  # rows of a table that are not sorted at once
_FEW = 300_000  # changed rows that are held


@dataclass(frozen=True)
class Repeat:
    """A row that a later row of the same file contradicts: both row numbers, the key they share, both positions.

    A position counts the rows of `incoming` from 0: two sheets, or two places in one row, share row numbers.
    """

    row: int
    kept_row: int
    key_text: str
    position: int
    kept_position: int


@dataclass(frozen=True)
class Merged:
    """`path`: the new version of the table, None if nothing changed. `accepted` counts new and replaced rows.

    `contradicted` rows of the file gave way to later ones; `repeats` lists the first of them.
    """

    path: Path | None
    accepted: int
    unchanged: int
    contradicted: int
    repeats: tuple[Repeat, ...]


def merge(
    contract: Contract, stored: Path | None, incoming: Path, output: Path, scratch: Path, listed: int = 0
) -> Merged:
    """Merges the rows of `incoming` into those of `stored` (None: the table is empty) and writes `output`.

    At most `listed` contradicted rows are listed.
    """
    words = _words(contract)
    with duckdb.connect(":memory:", config={**_CONFIG, "temp_directory": str(scratch / "spill")}) as db:
        db.read_parquet(str(incoming), file_row_number=True).create_view("incoming")
        db.execute(_REPEATED.substitute(words))
        repeated = _count(db, "repeated")
        contradicted, repeats = 0, list[tuple[Any, ...]]()
        if repeated:
            db.execute(_CONTRADICTING.substitute(words))
            contradicted = _count(db, "contradicting")
            repeats = db.execute(_LISTED, {"listed": listed}).fetchall()
        db.execute(_FRESH if repeated else _ALL_FRESH)
        accepted, same, kept = _count(db, "fresh"), 0, 0
        if stored is None:
            db.execute(_ONLY_NEW)
        else:
            db.read_parquet(str(stored)).project(_as_declared(contract, stored)).create_view("stored")
            db.execute(_UNCHANGED.substitute(words))
            db.execute(_CHANGED.substitute(words))
            same = _count(db, "unchanged")
            accepted -= same
            kept = pq.read_metadata(stored).num_rows
            if accepted and accepted <= _FEW:
                db.execute(_AT_HAND)
            if accepted and kept + accepted > _LARGE:
                kept -= int(db.execute(_REPLACED.substitute(words)).fetchall()[0][0])
            db.execute(_ALL.substitute(words))
        if accepted and kept + accepted > _LARGE:
            counted = "fresh" if stored is None or kept < accepted else "stored"
            sorted_file.write(db, "whole", counted, order_of(contract), schema(contract), output)
        elif accepted:
            db.sql(_SORTED.substitute(words)).write_parquet(str(output), compression="zstd")
    return Merged(
        path=output if accepted else None,
        accepted=accepted,
        unchanged=same + repeated - contradicted,
        contradicted=contradicted,
        repeats=tuple(Repeat(*row) for row in repeats),
    )


def _words(contract: Contract) -> dict[str, str]:
    """The column lists of the templates. Contracts only hold lower_snake_case names; all are quoted."""
    return {
        "key": _listed(contract.key),
        "key_a": ", ".join(f'a."{name}"' for name in contract.key),
        "order": _listed(order_of(contract)),
        "on": " and ".join(f'a."{name}" = b."{name}"' for name in contract.key),
        "same": " and ".join(f'a."{name}" is not distinct from b."{name}"' for name in contract.column_names),
    }


def order_of(contract: Contract) -> list[str]:
    """The columns by which a stored table is sorted."""
    place = ["place_code"] if "place_code" in contract.column_names else []
    return list(dict.fromkeys([*place, *contract.key]))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _as_declared(contract: Contract, stored: Path) -> str:
    """The stored columns as the contract declares them today: a new one is null, a dropped one is left out."""
    present = set(pq.read_schema(stored).names)
    declared = []
    for column in contract.columns:
        value = f'"{column.name}"' if column.name in present else "null"
        declared.append(f'cast({value} as {_TYPES[column.type]}) as "{column.name}"')
    return ", ".join([*declared, BATCH, ROW])


def _count(db: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(db.execute(_COUNT.substitute(name=name)).fetchall()[0][0])
