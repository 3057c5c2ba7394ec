"""The only place that finds the header in a sheet and says which of its columns fills which column of the contract.

A department puts titles above its header, prints it in two storeys and writes units into it. The header is the row (or
the two or three) that holds most of the names asked for; a name may stand there with or without its unit, full or half
width, in any case. What is found here is never more than a choice of columns: cells are judged by the contract alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest import layout as layouts
from ingest import units
from ingest.field import Field
from ingest.layout import Layout
from ingest.mapping import Plan
from ingest.result import Refused
from ingest.source import Sheet, header_names

_STOREYS = 3
_WITH_UNIT = re.compile(r"(?P<name>.+?)[(\[](?P<unit>[^()\[\]]+)[)\]]")
_TABLE_UNIT = re.compile(r"单位:(?P<unit>[^\s,;、]+)")


@dataclass(frozen=True)
class Header:
    """The names of a sheet's columns by position; `row`: the last header row, counted from 1 (0: named by the file).

    `title`: what stands above it, normalised; `unit`: what it says as 单位：万元, "" where it says nothing.
    """

    names: Mapping[int, str]
    row: int
    unit: str = ""
    title: str = ""


def normal(name: str) -> str:
    """A header name regardless of full or half width, spaces and case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def split(name: str) -> tuple[str, str]:
    """A header name without its unit, normalised, and the unit: 营业额（万元） is 营业额 and 万元."""
    found = _WITH_UNIT.fullmatch(normal(name).replace("【", "[").replace("】", "]"))
    return (found["name"], found["unit"]) if found else (normal(name), "")


def wanted(plan: Plan) -> frozenset[str]:
    """Every name that a header of this plan may hold, normalised, with and without unit."""
    names = [alias for field in plan.fields for _, aliases in _wanted(field) for alias in aliases]
    names += plan.layout.unpivot.columns if plan.layout.unpivot else ()
    return spellings(names)


def spellings(names: Iterable[str]) -> frozenset[str]:
    return frozenset(form for name in names for form in (normal(name), split(name)[0]))


def find(sheet: Sheet, names: frozenset[str], layout: Layout) -> Header:
    """The header of a sheet, given the names asked for.

    Raises:
        Refused: bad_layout, not_a_table or duplicate_column.
    """
    if sheet.is_named:
        return Header(header_names(sheet.file, sheet.header_place(0), list(sheet.head[0])), 0)
    first, storeys = _rows(sheet, names, layout)
    cells = _stacked(sheet.head[first : first + storeys])
    below = sheet.head[first + storeys] if first + storeys < len(sheet.head) else ()
    if not layout.header_rows and any(below) and all(units.is_unit(cell) for cell in below if cell):
        cells = [f"{name}({unit})" if name and unit else name for name, unit in zip(cells, below, strict=False)]
        storeys += 1
    above = " ".join(normal(cell) for row in sheet.head[:first] for cell in row)
    unit = _TABLE_UNIT.search(above)
    found = unit["unit"].strip("()[]") if unit else ""
    named = header_names(sheet.file, sheet.header_place(first + storeys), cells)
    return Header(named, first + storeys, found if units.is_unit(found) else "", above)


def _rows(sheet: Sheet, names: frozenset[str], layout: Layout) -> tuple[int, int]:
    """Position of the first header row, and how many there are."""
    if layout.header_row:
        if layout.header_row > len(sheet.head):
            where = f"表头在第 {layout.header_row} 行"
            sentence = f"映射写明 {sheet.place} 的{where}，那里没有内容；请改正映射的 layout.header_row。"
            raise Refused("bad_layout", sheet.place, sentence)
        return layout.header_row - 1, layout.header_rows or 1
    best, first, storeys = 0, -1, layout.header_rows or 1
    for depth in [layout.header_rows] if layout.header_rows else range(1, _STOREYS + 1):
        for top in range(len(sheet.head) - depth + 1):
            storey = sheet.head[top : top + depth]
            if any(all(row[: len(storey[-1])]) for row in storey[:-1]):
                continue  # an upper storey has cells that reach over others, and so leaves some blank
            hits = _hits(_stacked(storey), names)
            if hits > best:
                best, first, storeys = hits, top, depth
    return (first, storeys) if best else (_widest(sheet.head), 1)


def _hits(cells: Sequence[str], names: frozenset[str]) -> int:
    return len({cell for cell in cells if cell and _forms(cell) & names})


def _forms(cell: str) -> frozenset[str]:
    """Every name that tells a header cell; of a two-storey one also its parts alone."""
    return spellings([cell, cell.rpartition("/")[2], cell.partition("/")[0]])


def _widest(head: Sequence[Sequence[str]]) -> int:
    """The first row at least half as full as the fullest: a header nobody knows, below its titles."""
    filled = [sum(map(bool, row)) for row in head]
    return next(index for index, count in enumerate(filled) if count and count * 2 >= max(filled))


def _stacked(rows: Sequence[Sequence[str]]) -> list[str]:
    """Header cells of several storeys joined by /; an upper cell reaches over the blank ones to its right."""
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    for upper, lower in pairwise(padded):
        for index in range(1, width):
            if not upper[index] and lower[index]:
                upper[index] = upper[index - 1]
    columns = zip(*padded, strict=True)
    return ["/".join(dict.fromkeys(filter(None, column))) for column in columns]


def resolved(plan: Plan, sheet: Sheet, header: Header) -> Plan:
    """The plan with the header's own spelling of each source column, and the factor that its unit asks for.

    Raises:
        Refused: missing_column, duplicate_column, unit_mismatch or not_a_table.
    """
    names = _offered(plan.layout, list(header.names.values()))
    present = {normal(name): name for name in reversed(names)}
    loose = _loosely(names)
    fields, missing = [], []
    for field in plan.fields:
        found: list[str] = []
        for label, aliases in _wanted(field):
            hits = {present[key]: None for key in map(normal, aliases) if key in present}
            if not hits:
                hits = {loose[key]: None for key in (split(alias)[0] for alias in aliases) if loose.get(key)}
            if len(hits) > 1:
                sentence = f"{sheet.place} 的列“{'”“'.join(hits)}”都是 {field.column.name}，只能有一列；请删去多余的。"
                raise Refused("duplicate_column", f"{sheet.place} 表头", sentence)
            found += hits
            missing += [] if hits else [label]
        fields.append(_in_our_unit(replace(field, sources=tuple(found)), header, sheet))
    if missing:
        raise _missing(plan, sheet, names, missing)
    return replace(plan, fields=tuple(fields))


def _offered(layout: Layout, names: Sequence[str]) -> list[str]:
    """The source columns that rows will have: those of the header, the unpivoted ones as what they become."""
    moved = layouts.physical(layout, names)
    if not moved or layout.unpivot is None:
        return list(names)
    kept = [name for name in names if name not in moved]
    return list(dict.fromkeys([*kept, layout.unpivot.name, *(column for _, column in moved.values())]))


def _loosely(names: Sequence[str]) -> dict[str, str]:
    """Header names by what they are called without unit or upper storey; "" where two are called so."""
    found: dict[str, str] = {}
    for name in names:
        for form in spellings([name, name.rpartition("/")[2]]) - {normal(name)}:
            found[form] = "" if form in found else name
    return found


def _in_our_unit(field: Field, header: Header, sheet: Sheet) -> Field:
    """The field with the factor from the unit in the header, unless the mapping has one."""
    if field.factor is not None or len(field.sources) != 1 or field.column.type not in ("integer", "real"):
        return field
    stated = split(field.sources[0])[1]
    theirs = stated if units.is_unit(stated) else header.unit
    factor = units.factor(theirs, field.column.unit) if theirs else 1.0
    if factor is None and theirs == stated and units.is_unit(field.column.unit):
        sentence = (
            f"{sheet.place} 的列“{field.sources[0]}”以{theirs}计，本库的 {field.column.label} 以{field.column.unit}计，"
            "不能换算；请核对单位，或在映射中用 factor 写明倍数。"
        )
        raise Refused("unit_mismatch", f"{sheet.place} 表头", sentence)
    return field if factor in (None, 1.0) else replace(field, factor=factor)


def _wanted(field: Field) -> list[tuple[str, tuple[str, ...]]]:
    """What to look for in a header: how to call it, and every name it may have."""
    if field.constant is not None:
        return []
    if field.sources:
        return [(source, (source,)) for source in field.sources]
    column = field.column
    return [(f"{column.name}({column.label})", (column.name, column.label, f"{column.label}({column.unit})"))]


def _missing(plan: Plan, sheet: Sheet, names: Sequence[str], missing: Sequence[str]) -> Refused:
    if len(names) == 1 and len(plan.fields) > 1:
        sentence = f"{sheet.place} 只认出 1 列“{names[0][:60]}”，不像表格；请另存为逗号分隔的 CSV 或 XLSX。"
        return Refused("not_a_table", f"{sheet.place} 表头", sentence)
    remedy = "请补上这些列（没有数据可留空列）" + ("" if plan.name else "，或用 --mapping 指定映射")
    sentence = f"{sheet.place} 的表头缺少列：{'、'.join(missing)}；现有列：{'、'.join(names)}；{remedy}后重新导入。"
    return Refused("missing_column", f"{sheet.place} 表头", sentence)
