"""The only place that writes a 退回表: the sender's own file again, bad cells marked, the reasons beside their rows.

A workbook keeps its look; text, XLS and other files become a plain workbook with the same rows in the same places. Of a
file too long for that only the bad rows come back. What a table program might run is written as text.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException

from data.contract import contract
from data.rulebook import rule
from data.settings import settings
from ingest.choice import Chosen, chosen
from ingest.importer import load
from ingest.mapping import plan
from ingest.reader import opened
from ingest.result import Fault, ImportResult, Refused
from ingest.source import SUMMARY_SHEET, Sheet

REASONS = "退回原因"
MARKED = 20_000  # faults that are marked; all are counted
WHOLE = 50_000  # rows up to which a file comes back whole
_WHOLE_BYTES = 100 << 20  # unpacked; the library holds many times as much in memory
_NOT_THE_FILE = ("unknown_table", "not_importable", "bad_mapping", "file_not_found", "busy")
_AUTHOR = "数据局"
_ZONE = ZoneInfo("Asia/Shanghai")
_ROSE, _YELLOW = (PatternFill("solid", fgColor=Color(indexed=index)) for index in (45, 43))
_WRAP, _BOLD = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
_FUNCTIONS = {"SUM", "AVERAGE", "ROUND", "IF", "COUNT", "COUNTA", "COUNTIF", "SUMIF", "MIN", "MAX", "SUBTOTAL", "ABS"}
_CALLED = re.compile(r"([A-Za-z_.]+)\s*\(")
_OUTWARD = re.compile(r"[|\[\]]|://|\\\\")  # another program, another workbook, an address
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def returns(
    path: Path, table: str, mapping: str | Path | None, out: Path, *, result: ImportResult | None = None
) -> ImportResult:
    """Writes `out` (.xlsx) and gives the result that it tells of.

    `result`: of a `load` of this one file with `examples=MARKED`; without it the file is checked as a dry run would. A
    file that is refused whole comes back with the reason on its summary sheet; where the fault is not the file's (no
    such table, a faulty mapping, another import under way) nothing is written.
    """
    told = result or load(table, [path], mapping=mapping, dry_run=True, examples=MARKED)
    if told.refused is not None and told.refused.rule in _NOT_THE_FILE:
        return told
    with tempfile.TemporaryDirectory() as scratch:
        book = _book(path, table, mapping, told, Path(scratch))
        _summary(book, path, table, told)
        book.save(out)
    return told


def _book(path: Path, table: str, mapping: str | Path | None, told: ImportResult, scratch: Path) -> Workbook:
    """The file as a workbook with its faults marked; an empty workbook where nothing of it can be read."""
    try:
        with opened(path, scratch, settings().max_decoded_mb) as sheets:
            parts = {part.sheet.name: part for part in _parts(table, mapping, sheets)}
            faults = _by_sheet(told.examples, parts)
            own = _own_book(path)
            if own is not None:
                for name, part in parts.items():
                    _mark(own[name], part, faults.get(name, ()))
                return own
            book = Workbook()
            book.remove(book.active)
            for sheet in sheets:
                _copy(book, sheet, parts.get(sheet.name), faults.get(sheet.name, ()))
            return book
    except Refused:
        book = Workbook()
        book.remove(book.active)
        return book


def _parts(table: str, mapping: str | Path | None, sheets: Sequence[Sheet]) -> list[Chosen]:
    """The sheets that were read; none where the file was refused for its header."""
    try:
        return chosen(plan(contract(table), mapping), sheets)[0]
    except Refused:
        return []


def _by_sheet(faults: Iterable[Fault], parts: Mapping[str, Chosen]) -> dict[str, list[Fault]]:
    """The faults of each sheet; one that names none lies in the only one there is."""
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.sheet if fault.sheet in parts else next(iter(parts), ""), []).append(fault)
    return found


def _own_book(path: Path) -> Workbook | None:
    """The sender's workbook, if it is one that can keep its look; formulas that reach outward become text."""
    try:
        with ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _WHOLE_BYTES:
                return None
        book = load_workbook(path, keep_links=False)
    except (BadZipFile, InvalidFileException, ParseError, OSError, KeyError, ValueError, TypeError, EOFError):
        return None  # no XLSX, or one that this library cannot keep: it comes back plain
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and not _is_harmless(str(cell.value)):
                    _write(cell, str(cell.value))
    return book


def _is_harmless(formula: str) -> bool:
    """Sums and the like over cells of the same book."""
    called = {name.upper() for name in _CALLED.findall(formula)}
    return called <= _FUNCTIONS and not _OUTWARD.search(formula)


def _copy(book: Workbook, sheet: Sheet, part: Chosen | None, faults: Sequence[Fault]) -> None:
    """A plain sheet with the rows where they were (one lower where the file has no header row)."""
    target = book.create_sheet(re.sub(r"[\\/?*\[\]:]", "_", sheet.name or "数据")[:31])
    for number, cells in enumerate(sheet.head, 1):
        for position, text in enumerate(cells, 1):
            _write(target.cell(number, position), text)
    if part is None:
        return
    below = 1 if sheet.is_named else 0
    bad = {fault.row for fault in faults}
    for row, texts in _limited(part, bad):
        for position, text in texts.items():
            _write(target.cell(row + below, position + 1), text)
    for fault in faults:
        if fault.rule == "wrong_field_count":
            _write(target.cell(fault.row + below, 1), fault.value)
    _mark(target, part, faults, below)


def _limited(part: Chosen, bad: set[int]) -> Iterator[tuple[int, dict[int, str]]]:
    """Rows below the header with their cells by position: all of a short file, the bad ones of a long one."""
    rows = 0
    for chunk in part.sheet.read(part.header.names, part.header.row):
        columns = {position: chunk.texts[name].to_pylist() for position, name in part.header.names.items()}
        for index, row in enumerate(chunk.rows.to_pylist()):
            rows += 1
            if rows <= WHOLE or row in bad:
                yield row, {position: column[index] for position, column in columns.items()}


def _mark(target: Any, part: Chosen, faults: Sequence[Fault], below: int = 0) -> None:
    """Fills the bad cells, comments them, and writes the reasons into a column to the right of the table."""
    positions = {name: position + 1 for position, name in part.header.names.items()}
    header_row = max(part.header.row, 1)
    reasons = positions.get(REASONS) or max(target.max_column, *positions.values()) + 1
    head = target.cell(header_row, reasons)
    _write(head, REASONS)
    head.font, head.fill = _BOLD, _ROSE
    target.column_dimensions[head.column_letter].width = 60
    told: dict[int, list[str]] = {}
    comments: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        row = fault.row + below
        told.setdefault(row, []).append(fault.sentence)
        for name in fault.headers or (next(iter(positions)),):
            comments.setdefault((row, positions.get(name, 1)), []).append(f"{rule(fault.rule).name}：{fault.sentence}")
    for row, sentences in told.items():
        cell = target.cell(row, reasons)
        _write(cell, "\n".join(dict.fromkeys(sentences)))
        cell.alignment, cell.fill = _WRAP, _YELLOW
    for (row, column), sentences in comments.items():
        cell = _first_of_merged(target, target.cell(row, column))
        cell.fill = _ROSE
        cell.comment = Comment("\n".join(sentences), _AUTHOR, width=320, height=120)


def _first_of_merged(target: Any, cell: Any) -> Any:
    """The cell that shows what stands in a merged block."""
    if not isinstance(cell, MergedCell):
        return cell
    block = next(each for each in target.merged_cells.ranges if cell.coordinate in each)
    return target.cell(block.min_row, block.min_col)


def _write(cell: Any, text: str) -> None:
    """Text that stays text, whatever it begins with."""
    if isinstance(cell, MergedCell):
        return
    cell.value = _CONTROL.sub("", text)[:32_000] or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.quotePrefix = True


def _summary(book: Workbook, path: Path, table: str, told: ImportResult) -> None:
    """The first sheet: what was taken, what was not and why, what to do."""
    if SUMMARY_SHEET in book.sheetnames:
        del book[SUMMARY_SHEET]
    sheet = book.create_sheet(SUMMARY_SHEET, 0)
    book.active = 0
    quarantined = sum(told.quarantined.values())
    lines: list[Sequence[object]] = [
        ["退回说明", f"{path.name} → {contract(table).name}（{table}）"],
        ["检查时间", f"{datetime.now(_ZONE):%Y-%m-%d %H:%M}"],
        ["合格", f"{told.accepted + told.unchanged} 行"],
        ["退回", f"{quarantined} 行：有色的格子要改，原因写在批注和“{REASONS}”列；改好后整份重新报送即可"],
    ]
    if told.refused is not None:
        lines.append(["整份未收", told.refused.sentence])
    lines += [[], ["规则", "行数", "怎么改"]]
    counted = {**told.quarantined, **told.skipped}
    lines += [[rule(name).name, count, rule(name).remedy] for name, count in counted.items()]
    if quarantined > len(told.examples):
        lines.append(["其余", quarantined - len(told.examples), f"只标出前 {len(told.examples)} 处"])
    lines += [[], *(["读法", remark.sentence] for remark in told.remarks)]
    for number, line in enumerate(lines, 1):
        for position, value in enumerate(line, 1):
            cell = sheet.cell(number, position)
            if isinstance(value, int):
                cell.value = value
            else:
                _write(cell, str(value))
            cell.alignment = _WRAP
        sheet.cell(number, 1).font = _BOLD
    for letter, width in (("A", 22), ("B", 70), ("C", 60)):
        sheet.column_dimensions[letter].width = width
