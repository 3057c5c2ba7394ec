"""The only place that lets the workbook parser near a file: a program of its own, with limited memory.

A damaged XLS makes the parser abort its whole process, and one stray cell in the last corner of a sheet makes it ask
for hundreds of gigabytes. Run as a child, it takes nobody with it. `python -P workbook.py FOLDER LIMIT_MB` reads a
workbook from standard input, writes the cells of each sheet with content to FOLDER (Arrow IPC: the row's number, then
one text column per column of the sheet) and prints which sheets there are, or what is wrong. The cells of a merged
block that reaches over several rows all get its text; one that reaches over columns alone is a title or a header.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, PasswordError, SheetVisibleEnum, load_workbook

ROW = "row"
DAMAGED, EMPTY, PASSWORD = "damaged", "empty", "password"
HEAD_ROWS = 40  # as in source.py, which a program of its own cannot import
BLOCK_ROWS = 1 << 16
_SPARE_MB = 1024  # address space of the interpreter and its libraries
_PATIENCE_S = 900
_EXACT = 2**53  # whole numbers beyond this are no longer exact in a cell


def unfold(file: IO[bytes], target: Path, limit_mb: int) -> dict[str, Any]:
    """Runs this module as a program over a workbook; `file` has a descriptor.

    Gives {"sheets": [{"name", "file", "hidden", "head", "rows"}]} and leaves the rows in files of the folder `target`,
    or gives {"fault", "detail"}.
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
        hidden = [each.visible != SheetVisibleEnum.Visible for each in workbook.sheets_metadata]
        sheets = []
        for index in range(len(workbook.sheet_names)):
            sheet = workbook.get_sheet_by_index(index)
            if sheet.start is not None:
                sheets.append(_write(sheet, Path(target) / f"{index}.arrow") | {"hidden": hidden[index]})
        return {"sheets": sheets} if sheets else {"fault": EMPTY, "detail": ""}
    except PasswordError as error:
        return {"fault": PASSWORD, "detail": str(error)}
    except CalamineError as error:
        return {"fault": DAMAGED, "detail": str(error)}


def _write(sheet: CalamineSheet, target: Path) -> dict[str, Any]:
    records = enumerate(_filled(sheet), 1)
    head = list(islice(records, HEAD_ROWS))
    width = max((index + 1 for _, cells in head for index, cell in enumerate(cells) if cell != ""), default=1)
    schema = pa.schema([(ROW, pa.int64()), *((str(index), pa.string()) for index in range(width))])
    count = 0
    with pa.OSFile(str(target), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for rows, columns in _blocks(chain(head, records), width):
            writer.write_batch(pa.record_batch([pa.array(rows), *map(pa.array, columns)], schema=schema))
            count = rows[-1]
    texts = [[text_of(cell).strip() for cell in cells[:width]] for _, cells in head]
    return {"name": sheet.name, "file": target.name, "head": texts, "rows": count}


def _filled(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows of a sheet; each cell of a merged block that reaches over rows holds what stands in its first one."""
    blocks = sorted(block for block in sheet.merged_cell_ranges or () if block[0][0] < block[1][0])
    reach: dict[int, tuple[Any, int]] = {}  # column → what is filled down, and the last row it reaches
    for row, cells in enumerate(sheet.iter_rows()):
        for column, (value, last) in list(reach.items()):
            if row > last:
                del reach[column]
            elif cells[column] == "":
                cells[column] = value
        while blocks and blocks[0][0][0] <= row:
            (_, column), (last, _) = blocks.pop(0)
            if column < len(cells):
                reach[column] = (cells[column], last)
        yield cells


def _blocks(records: Iterator[tuple[int, Sequence[Any]]], width: int) -> Iterator[tuple[list[int], list[list[str]]]]:
    while block := list(islice(records, BLOCK_ROWS)):
        yield [row for row, _ in block], [[text_of(cells[index]) for _, cells in block] for index in range(width)]


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)
