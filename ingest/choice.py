"""The only place that decides which sheets of a file are read: those a mapping names, else each one that fits.

A sheet fits when its header holds every column asked for. Where none does, the best of them says what it lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest import header as headers
from ingest.header import Header
from ingest.layout import EVERY_SHEET
from ingest.mapping import Plan
from ingest.result import Refused, Remark
from ingest.source import NOTES_SHEET, SUMMARY_SHEET, Sheet


@dataclass(frozen=True)
class Chosen:
    """A sheet to be read, its header, and the plan in the header's spelling."""

    sheet: Sheet
    header: Header
    plan: Plan


def chosen(plan: Plan, sheets: Sequence[Sheet]) -> tuple[list[Chosen], list[Remark]]:
    """The sheets to read, in order, and what people should know about the choice.

    Raises:
        Refused: missing_sheet, or what keeps the best sheet from being read (missing_column and the like).
    """
    named = plan.layout.sheets
    every = EVERY_SHEET in named
    if lacking := [name for name in named if name != EVERY_SHEET and name not in {sheet.name for sheet in sheets}]:
        file, there = sheets[0].file, "、".join(sheet.name for sheet in sheets)
        sentence = (
            f"文件 {file} 里没有工作表“{'”“'.join(lacking)}”；现有 {there}；请改正映射的 layout.sheets 或换文件。"
        )
        raise Refused("missing_sheet", file, sentence)
    asked = [sheet for sheet in sheets if every or (sheet.name in named if named else not sheet.is_hidden)]
    names = headers.wanted(plan)
    found: list[Chosen] = []
    misfits: list[tuple[int, Sheet, Refused]] = []
    for sheet in asked or sheets:
        try:
            header = headers.find(sheet, names, plan.layout)
            found.append(Chosen(sheet, header, headers.resolved(plan, sheet, header)))
        except Refused as misfit:
            misfits.append((_known(sheet, names), sheet, misfit))
    strict = bool(named) and not every
    if misfits and (strict or not found):
        raise max(misfits, key=lambda each: each[0])[2]
    unread = [sheet for _, sheet, _ in misfits if sheet.name not in (NOTES_SHEET, SUMMARY_SHEET)]
    remarks = [Remark("sheet_not_read", sheet.place, f"{sheet.place} 没有所需的列，未读。") for sheet in unread]
    return found, [*remarks, *(remark for each in found for remark in _remarks(each))]


def _known(sheet: Sheet, names: frozenset[str]) -> int:
    """How many names asked for stand anywhere in the head of a sheet."""
    return len(names & headers.spellings(cell for row in sheet.head for cell in row if cell))


def _remarks(each: Chosen) -> list[Remark]:
    place, remarks = each.sheet.place, []
    if each.header.row > 1:
        remarks.append(
            Remark("header_found", f"{place} 第 {each.header.row} 行", f"{place} 的表头在第 {each.header.row} 行。")
        )
    for field in each.plan.fields:
        if field.factor is not None:
            theirs = f"“{'+'.join(field.sources)}”"
            sentence = f"{place} 的列{theirs}乘以 {field.factor:g}，换算为{field.column.unit}。"
            remarks.append(Remark("unit_converted", f"{place} 列{theirs}", sentence))
    return remarks
