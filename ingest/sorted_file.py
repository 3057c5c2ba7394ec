"""The only place that writes a large sorted table without holding it: part by part of its first column.

A sort of five million wide rows needs more memory than an import may take. The rows are therefore sorted a run of
places at a time and written one run after the other, in row groups of one size, so that the same rows are the same
bytes however the runs were cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_ONCE = 400_000  # sorted in memory
_GROUP = 122_880  # rows of a row group, as DuckDB writes them


def write(
    db: duckdb.DuckDBPyConnection, source: str, counted: str, order: Sequence[str], schema: pa.Schema, output: Path
) -> None:
    """Writes the rows of the relation `source` in the order of the columns `order`.

    `counted`: a relation that holds about the same rows and is cheaper to count by the first of them.
    """
    rest = schema.empty_table()
    listed = ", ".join(f'"{name}"' for name in order)
    with pq.ParquetWriter(output, schema, compression="zstd") as writer:
        for condition, binds in _runs(db, counted, order[0]):
            sql = f"select * from {source} where {condition} order by {listed}"  # noqa: S608 - names of a contract
            found = db.sql(sql, params=binds).to_arrow_table().select(schema.names).cast(schema)
            rest = pa.concat_tables([rest, found])
            whole = len(rest) // _GROUP * _GROUP
            if whole:
                writer.write_table(rest.slice(0, whole), row_group_size=_GROUP)
                rest = pa.concat_tables([rest.slice(whole)]).combine_chunks()
        if len(rest):
            writer.write_table(rest, row_group_size=_GROUP)


def _runs(db: duckdb.DuckDBPyConnection, counted: str, column: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Conditions on the first column that part all rows, in its order, into runs of ROWS_AT_ONCE if possible."""
    sql = f'select "{column}", count(*) from {counted} where "{column}" is not null group by 1 order by 1'  # noqa: S608
    cuts: list[Any] = []
    held = 0
    for value, count in db.execute(sql).fetchall():
        if held and held + count > ROWS_AT_ONCE:
            cuts.append(value)
            held = 0
        held += count
    for low, high in zip([None, *cuts], [*cuts, None], strict=True):
        parts = [f'"{column}" >= $low'] if low is not None else []
        parts += [f'"{column}" < $high'] if high is not None else []
        binds = {name: value for name, value in (("low", low), ("high", high)) if value is not None}
        yield " and ".join([f'"{column}" is not null', *parts]), binds
    yield f'"{column}" is null', {}  # DuckDB puts them last
