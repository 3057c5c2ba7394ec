"""The only place that chooses the example row of every template: a row of the demo city that its own table takes.

`python -m data.demo.examples` writes `data/reference/example_rows.toml` from the tables of the store; run it when a
table is new or its columns have changed. Of the newest week the row with the fewest unknowns is taken.
"""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from data.contract import Column, Contract, codes, contracts
from data.divisions import division
from data.example_rows import FILE
from ingest import load, store

_TRIED = 50  # rows that are tried; the demo city holds some bad ones on purpose
_HEAD = """# 模板里的示例行：每张表一行，取自演示城市最近一周（python -m data.demo.examples 生成，勿手改）
# 值照人填的样子写：代码写名称，区县写全称；没有写的列在示例里留空
"""


def main() -> None:
    """Writes the file and says which tables have no row that can be shown."""
    lines, lacking = [_HEAD], []
    for contract in contracts().values():
        if contract.layer != "detail":
            continue
        rows = itertools.chain(_candidates(contract, timedelta(days=7)), _candidates(contract, timedelta.max))
        row = next((row for row in rows if _is_taken(contract, row)), None)
        if row is None:
            lacking.append(contract.table)
            continue
        lines += [f'\n["{contract.table}"]\n', *(f"{name} = {_toml(value)}\n" for name, value in row.items())]
    FILE.write_text("".join(lines), encoding="utf-8")
    print(f"已写 {FILE.name}；没有示例行的表：{'、'.join(lacking) or '无'}")


def _candidates(contract: Contract, span: timedelta) -> Iterator[dict[str, Any]]:
    """Rows of the newest days, the fullest first, as people would type them."""
    state = store.read_state(contract.table)
    if state is None or not state.is_demo or state.rows == 0:
        return
    with duckdb.connect(":memory:") as con:
        con.read_parquet(str(store.folder(contract.table) / state.file)).create_view("demo")
        rows = con.table("demo")
        if contract.time is not None and span < timedelta.max:
            (newest,) = rows.max(contract.time).fetchall()[0]
            rows = rows.filter(f"{contract.time} > '{newest - span}'")
        unknown = " + ".join(f'("{name}" is null)::int' for name in contract.column_names)
        ordered = rows.order(", ".join([unknown, *(f'"{name}"' for name in contract.key)])).limit(_TRIED)
        found = ordered.project(", ".join(f'"{name}"' for name in contract.column_names)).fetchall()
    for row in found:
        yield {c.name: _typed(c, cell) for c, cell in zip(contract.columns, row, strict=True) if cell is not None}


def _typed(column: Column, cell: Any) -> Any:
    if column.codes:
        return codes(column.codes).get(cell, cell)
    if column.name == "place_code" and len(cell) == 6:
        return division(cell).name
    if isinstance(cell, float):
        return float(f"{cell:.6g}") if column.name not in ("lon", "lat") else round(cell, 6)
    return cell


def _is_taken(contract: Contract, row: dict[str, Any]) -> bool:
    """Whether a file of this one row is imported."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "示例.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, contract.column_names, restval="")
            writer.writeheader()
            writer.writerow(row)
        result = load(contract.table, [path], dry_run=True)
    return result.refused is None and not result.quarantined and not result.scrubbed


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return repr(value)


if __name__ == "__main__":
    main()
