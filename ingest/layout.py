"""The only place that says how a mapping describes the look of a sheet: `[layout]`, and what may be left out of it.

Everything has a default that suits a plain table, so a mapping names only what is unusual about a source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.mapping_file import Table
from ingest.result import Refused

_KEYS = ("sheets", "header_row", "header_rows", "fill_down", "totals", "total_words", "notes", "unpivot")
_UNPIVOT_KEYS = ("columns", "name", "value")
_SKIP_KEEP = ("skip", "keep")
EVERY_SHEET = "*"


@dataclass(frozen=True)
class Unpivot:
    """Columns that are really rows: `columns` are headers (or their upper parts) with what goes into `name`.

    The cell goes into the source column `value`; below a two-storey header 屯溪区/受理量 it goes into 受理量.
    """

    columns: Mapping[str, str]
    name: str
    value: str


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out. No sheet named: every visible one that fits. `header_row` 0: found by its names.

    `fill_down`: source columns whose blank cells repeat the cell above. `total_words`: further labels of total rows.
    """

    sheets: tuple[str, ...] = ()
    header_row: int = 0
    header_rows: int = 0
    fill_down: tuple[str, ...] = ()
    skip_totals: bool = True
    total_words: tuple[str, ...] = ()
    skip_notes: bool = True
    unpivot: Unpivot | None = field(default=None)


def read(top: Table) -> Layout:
    """The `[layout]` of a mapping file; raises Refused (bad_mapping)."""
    table = Table(top.file, "layout.", top.table.get("layout", {}), _KEYS)
    return Layout(
        sheets=table.texts("sheets"),
        header_row=_whole(table, "header_row"),
        header_rows=_whole(table, "header_rows"),
        fill_down=table.texts("fill_down"),
        skip_totals=_choice(table, "totals") == "skip",
        total_words=table.texts("total_words"),
        skip_notes=_choice(table, "notes") == "skip",
        unpivot=_unpivot(table) if "unpivot" in table.table else None,
    )


def _unpivot(table: Table) -> Unpivot:
    entry = Table(table.file, "layout.unpivot.", table.table["unpivot"], _UNPIVOT_KEYS)
    given = entry.table.get("columns")
    columns = entry.pairs("columns") if isinstance(given, dict) else {name: name for name in entry.texts("columns")}
    if not columns:
        raise entry.fail("columns", "没有列名", '请写 columns = ["屯溪区", "黄山区", …]')
    return Unpivot(columns, entry.text("name"), entry.text("value", "数值"))


def _whole(table: Table, key: str) -> int:
    value = table.table.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
        raise _bad(table, key, value, "请写行号，例如 4")
    return value


def _choice(table: Table, key: str) -> str:
    value = table.text(key, _SKIP_KEEP[0])
    if value not in _SKIP_KEEP:
        raise _bad(table, key, value, f"可用：{'、'.join(_SKIP_KEEP)}")
    return value


def _bad(table: Table, key: str, value: object, remedy: str) -> Refused:
    return table.fail(key, f"{value!r} 不行", remedy)


def physical(layout: Layout, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each header name that is unpivoted: the value of the `name` column and the source column of its cells."""
    unpivot = layout.unpivot
    if unpivot is None:
        return {}
    found = {}
    for header in names:
        upper, _, lower = header.partition("/")
        if header in unpivot.columns:
            found[header] = (unpivot.columns[header], unpivot.value)
        elif upper in unpivot.columns:
            found[header] = (unpivot.columns[upper], lower)
    return found
