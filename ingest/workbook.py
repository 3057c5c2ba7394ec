"""The only place that lets the workbook parser near a file: a program of its own, with limited memory.

A damaged XLS makes the parser abort its whole process, and one stray cell in the last corner of a sheet makes it ask
for hundreds of gigabytes. Run as a child, it takes nobody with it. `python -P workbook.py TARGET LIMIT_MB` reads a
workbook from standard input, writes the cells of its first sheet with content to TARGET (Arrow IPC: the row's number,
then one text column per column of the sheet, the header left out) and prints what the sheet is, or what is wrong.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, PasswordError, load_workbook

ROW = "row"
DAMAGED, EMPTY, PASSWORD = "damaged", "empty", "password"
_ROWS = 1 << 16
_SPARE_MB = 1024  # address space of the interpreter and its libraries
_PATIENCE_S = 900
_EXACT = 2**53  # whole numbers beyond this are no longer exact in a cell


def unfold(file: IO[bytes], target: Path, limit_mb: int) -> dict[str, Any]:
    """Runs this module as a program over a workbook; `file` has a descriptor.

    Gives {"sheet", "header", "header_row"} and leaves the rows in `target`, or gives {"fault", "detail"}.
    """
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)  # the child sees the descriptor, not what Python has read ahead
    command = [sys.executable, "-P", __file__, str(target), str(limit_mb)]
    try:
        done = subprocess.run(command, stdin=file, capture_output=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return {"fault": DAMAGED, "detail": f"{_PATIENCE_S} 秒内读不完"}
    if done.returncode != 0:
        return {"fault": DAMAGED, "detail": "读取程序中止：内容已损坏，或表格之外很远处还有单元格"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def text_of(value: Any) -> str:
    """A cell as a clerk sees it: 5.0 is 5, a date is 2026-11-16, true is true, nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value).encode("utf-8", "replace").decode()  # JSON can spell half a character


def main(target: str, limit_mb: int) -> dict[str, Any]:
    """What the workbook on standard input holds."""
    most = (limit_mb + _SPARE_MB) << 20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        workbook = load_workbook(sys.stdin.buffer)
        sheets = (workbook.get_sheet_by_index(index) for index in range(len(workbook.sheet_names)))
        sheet = next((sheet for sheet in sheets if sheet.start is not None), None)
        return {"fault": EMPTY, "detail": ""} if sheet is None else _write(sheet, target)
    except PasswordError as error:
        return {"fault": PASSWORD, "detail": str(error)}
    except CalamineError as error:
        return {"fault": DAMAGED, "detail": str(error)}


def _write(sheet: CalamineSheet, target: str) -> dict[str, Any]:
    records = enumerate(sheet.iter_rows(), 1)
    header_row, header = next((row, cells) for row, cells in records if any(cell != "" for cell in cells))
    schema = pa.schema([(ROW, pa.int64()), *((str(index), pa.string()) for index in range(len(header)))])
    with pa.OSFile(target, "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for rows, columns in _blocks(records, len(header)):
            writer.write_batch(pa.record_batch([pa.array(rows), *map(pa.array, columns)], schema=schema))
    return {"sheet": sheet.name, "header": [text_of(cell) for cell in header], "header_row": header_row}


def _blocks(records: Iterator[tuple[int, Sequence[Any]]], width: int) -> Iterator[tuple[list[int], list[list[str]]]]:
    while block := list(islice(records, _ROWS)):
        yield [row for row, _ in block], [[text_of(cells[index]) for _, cells in block] for index in range(width)]


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)
