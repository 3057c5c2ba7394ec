"""The only place that says what an uploaded file is before anything is loaded: its sheet, header, table and mapping."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.contract import Contract, contracts
from data.settings import settings
from ingest import header as headers
from ingest import mapping as mappings
from ingest import proposal
from ingest.choice import Chosen, chosen
from ingest.guess import Guess, Sample, guess, names_of, sampled
from ingest.importer import importable
from ingest.reader import opened
from ingest.result import Refused, Remark
from ingest.sieve import MARK
from ingest.source import TEMPLATE_SHEET, Sheet

_PREVIEW = 10
_TABLES_ALIKE = 0.3


@dataclass(frozen=True)
class Recognised:
    """What a file was recognised as. Nothing of it has been stored.

    `sheets`: every sheet of a workbook, () for other files; `sheet` is the one shown here. `header_row` counts from 1.
    `mapping`: the name of a shipped mapping that fits, or "". `proposal`: the TOML of a mapping to be edited or fed to
    `load` as a file; "" where the header alone says everything. `matched`: contract column → header name(s).
    `unmatched`: header names that nobody asks for. `missing`: required contract columns that nothing fills. `rows`:
    data rows as they stand in the sheet. `preview`: the first rows under `header`, `preview_rows` the numbers
    that the sender sees beside them (rows that are no data are left out). `remarks`: sentences for people.
    """

    table: str
    sheet: str
    header_row: int
    header: tuple[str, ...]
    rows: int
    sheets: tuple[str, ...] = ()
    mapping: str = ""
    proposal: str = ""
    matched: Mapping[str, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    preview_rows: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()


def recognise(path: Path, table: str | None = None) -> Recognised:
    """What the file holds, read for `table`, or for the table whose columns it names best.

    Raises:
        Refused: as `load` would refuse the file; unknown_table where no table fits or `table` cannot be imported.
    """
    with (
        tempfile.TemporaryDirectory() as scratch,
        opened(path, Path(scratch), settings().max_decoded_mb) as sheets,
    ):
        contract = importable(table) if table is not None else _named_best(path.name, sheets)
        found = _fitting(contract, sheets)
        return _read(sheets, found[0], *found[1]) if found else _guessed(_best_guess(contract, sheets), sheets)


def map_guess(path: Path, table: str) -> str:
    """A mapping file proposed for the file, to be edited; raises Refused."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        opened(path, Path(scratch), settings().max_decoded_mb) as sheets,
    ):
        return proposal.text(_best_guess(importable(table), sheets))


def _fitting(contract: Contract, sheets: Sequence[Sheet]) -> tuple[str, tuple[Chosen, list[Remark]]] | None:
    """The mapping that fits as it is ("": the contract's own names), and what it makes of the sheets."""
    for name in ("", *sorted(file.stem for file in mappings.FOLDER.glob("*.toml"))):
        try:
            parts, remarks = chosen(mappings.plan(contract, name or None), sheets)
        except Refused:  # a mapping of another table, or one whose columns are not there
            continue
        return name, (parts[0], remarks)
    return None


def _read(sheets: Sequence[Sheet], mapping: str, part: Chosen, remarks: Sequence[Remark]) -> Recognised:
    sample = sampled(part.sheet, part.header)
    matched = {each.column.name: "+".join(each.sources) for each in part.plan.fields if each.sources}
    used = {source for each in part.plan.fields for source in each.sources}
    names = tuple(part.header.names.values())
    return Recognised(
        part.plan.contract.table, part.sheet.name, part.header.row, names, sample.rows,
        sheets=_names(sheets),
        mapping=mapping,
        matched=matched,
        unmatched=tuple(name for name in names if name not in used and name != MARK),
        preview=_preview(names, sample),
        preview_rows=sample.numbers[:_PREVIEW],
        remarks=tuple(remark.sentence for remark in remarks),
    )  # fmt: skip


def _guessed(found: Guess, sheets: Sequence[Sheet]) -> Recognised:
    names = tuple(found.header.names.values())
    return Recognised(
        found.contract.table, found.sheet.name, found.header.row, names, found.sample.rows,
        sheets=_names(sheets),
        proposal=proposal.text(found),
        matched={match.column.name: "+".join(match.headers) for match in found.matches},
        unmatched=found.unmatched,
        missing=tuple(column.name for column in found.lacking),
        preview=_preview(names, found.sample),
        preview_rows=found.sample.numbers[:_PREVIEW],
        remarks=(f"{found.sheet.place} 的列名与合同不同，已拟好映射，请核对后导入。",),
    )  # fmt: skip


def _best_guess(contract: Contract, sheets: Sequence[Sheet]) -> Guess:
    """The guess for the visible sheet whose head names most of the table's columns."""
    names = names_of(contract)
    asked = [sheet for sheet in sheets if not sheet.is_hidden] or sheets
    return guess(contract, max(asked, key=lambda sheet: len(names & _spelt(sheet))))


def _named_best(file: str, sheets: Sequence[Sheet]) -> Contract:
    """The table that a template names, or whose columns stand in the head of the file."""
    for sheet in sheets:
        if sheet.name == TEMPLATE_SHEET and sheet.head[0][0] in contracts():
            return importable(sheet.head[0][0])
    spelt = frozenset().union(*(_spelt(sheet) for sheet in sheets if not sheet.is_hidden))
    best, share = None, 0.0
    for contract in contracts().values():
        if contract.layer == "derived" or contract.theme == "common":
            continue
        hits = sum(bool(headers.spellings([c.name, c.label]) & spelt) for c in contract.columns)
        keys = sum(bool(headers.spellings([name, contract.column(name).label]) & spelt) for name in contract.key)
        score = hits / len(contract.columns) + keys / len(contract.key) / 2
        if score > share:
            best, share = contract, score
    if best is None or share < _TABLES_ALIKE:
        sentence = f"看不出 {file} 是哪张表：列名与各表都对不上；请先选择表。"
        raise Refused("unknown_table", file, sentence)
    return best


def _spelt(sheet: Sheet) -> frozenset[str]:
    return headers.spellings(cell for row in sheet.head for cell in row if cell)


def _names(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    return tuple(sheet.name for sheet in sheets if sheet.name and not sheet.is_hidden)


def _preview(names: Sequence[str], sample: Sample) -> tuple[tuple[str, ...], ...]:
    columns = [sample.cells[name][:_PREVIEW].to_pylist() for name in names]
    return tuple(zip(*columns, strict=True))
