"""The only place that says what an uploaded file is before anything is loaded: its sheet, header, table and mapping."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data.contract import contract
from data.settings import settings
from ingest import mapping as mappings
from ingest.reader import opened
from ingest.result import Refused
from ingest.source import Source

_PREVIEW = 10


@dataclass(frozen=True)
class Recognised:
    """What a file was recognised as. Nothing of it has been stored.

    `sheets`: every sheet of a workbook, () for other files; `sheet` is the one shown here. `header_row` counts from 1.
    `mapping`: the name of a shipped mapping that fits, or "". `proposal`: the TOML of a mapping to be edited or fed to
    `load` as a file; "" where the header alone says everything. `matched`: contract column → header name(s).
    `unmatched`: header names that nobody asks for. `missing`: required contract columns that nothing fills. `rows`:
    data rows as they stand in the sheet. `preview`: the first rows under `header`. `remarks`: sentences for people.
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
    remarks: tuple[str, ...] = ()


def recognise(path: Path, table: str | None = None) -> Recognised:
    """What the file holds, read for `table`, or for the table whose columns it names best.

    Raises:
        Refused: as `load` would refuse the file.
    """
    with (
        tempfile.TemporaryDirectory() as scratch,
        opened(path, Path(scratch), settings().max_decoded_mb) as source,
    ):
        rows, preview = _counted(source)
        wanted = table or ""
        if not wanted:
            raise Refused("unknown_table", path.name, f"没有说明 {path.name} 是哪张表；请先选择表。")
        matched, unmatched, missing = _matched(wanted, source)
        return Recognised(
            wanted, "", 1, source.header, rows, matched=matched, unmatched=unmatched, missing=missing, preview=preview
        )


def _counted(source: Source) -> tuple[int, tuple[tuple[str, ...], ...]]:
    rows, preview = 0, list[tuple[str, ...]]()
    for chunk in source.chunks:
        rows += len(chunk.rows) + len(chunk.faults)
        for index in range(min(len(chunk.rows), _PREVIEW - len(preview))):
            preview.append(tuple(chunk.texts[name][index].as_py() for name in source.header))
    return rows, tuple(preview)


def _matched(table: str, source: Source) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    the_plan = mappings.plan(contract(table), None)
    matched: dict[str, str] = {}
    for each in the_plan.fields:
        alone = mappings.Plan("", the_plan.contract, (each,))
        try:
            (found,) = mappings.resolved(alone, "", source).fields
        except Refused:
            continue
        matched[each.column.name] = "+".join(found.sources)
    unmatched = tuple(name for name in source.header if name not in matched.values())
    missing = tuple(c.name for c in the_plan.contract.columns if c.required and c.name not in matched)
    return matched, unmatched, missing
