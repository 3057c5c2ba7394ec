"""The only place that says what every reader delivers: sheets of text, their rows numbered as in the file.

Nothing is guessed here. Numbers, codes and times stay text until the contract says what they are, so a place code keeps
its leading zeros and a date is not turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.result import Fault, Refused

HEAD_ROWS = 40  # the header stands among these
TEMPLATE_SHEET = "模板信息"  # hidden in a template; its first row names the table
NOTES_SHEET, SUMMARY_SHEET = "填表说明", "退回说明"  # of templates and of what was sent back: words for people


@dataclass(frozen=True)
class Chunk:
    """Some rows of an extract.

    `rows`: int64, counted from 1 as the sender sees them (a header is row 1). `texts`: one string array per header
    name, trimmed, without nulls; an empty cell is "". `faults`: rows that could not be cut into columns. `headers`: of
    columns that were unpivoted, the header that their cells stand under in the file.
    """

    rows: pa.Array
    texts: Mapping[str, pa.Array]
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One grid of cells: a sheet of a workbook, or a whole file of another kind (`name` is "" then).

    `head`: its first rows, from row 1, trimmed. `is_named`: `head` holds just the names that the file itself gives its
    columns, and rows count from 1. `read(columns, row)`: the rows below row `row`, with the columns at the positions
    given; can be called once. `share`: how much of that has been read.
    """

    file: str
    name: str
    head: tuple[tuple[str, ...], ...]
    read: Callable[[Mapping[int, str], int], Iterator[Chunk]]
    share: Callable[[], float]
    is_named: bool = False
    is_hidden: bool = False

    @property
    def place(self) -> str:
        """What a clerk is told that something is in."""
        return f"{self.file} 工作表“{self.name}”" if self.name else f"文件 {self.file}"

    def header_place(self, row: int) -> str:
        if self.is_named:
            return "的列"
        return f"工作表“{self.name}”第 {row} 行" if self.name else f"第 {row} 行"


def header_names(file: str, place: str, cells: list[str]) -> dict[int, str]:
    """Header names by column position, blank ones left out.

    Raises:
        Refused: not_a_table when nothing is named, duplicate_column when a name stands twice.
    """
    names = {index: cell.strip() for index, cell in enumerate(cells) if cell.strip()}
    if not names:
        raise Refused("not_a_table", f"{file} {place}", f"文件 {file} {place}没有列名；请把列名放在第 1 行。")
    seen: dict[str, int] = {}
    for index, name in names.items():
        if name in seen:
            where = f"第 {seen[name] + 1} 列和第 {index + 1} 列"
            sentence = f"文件 {file} {place}的列名“{name}”重复（{where}）；请改名或删去其中一列。"
            raise Refused("duplicate_column", f"{file} {place}", sentence)
        seen[name] = index
    return names


def chunk(file: str, rows: pa.Array, texts: Mapping[str, pa.Array], faults: tuple[Fault, ...] = ()) -> Chunk:
    """A chunk of trimmed texts without its blank rows.

    Raises:
        Refused: nul_character.
    """
    trimmed = {name: pc.utf8_trim_whitespace(column) for name, column in texts.items()}
    for name, column in trimmed.items():
        found = pc.index(pc.match_substring(column, "\0"), value=True).as_py()
        if found >= 0:
            raise nul_character(file, f"第 {rows[found].as_py()} 行“{name}”列")
    blank = reduce(np.logical_and, (_is_empty(column) for column in trimmed.values()))
    if blank.any():
        kept = pa.array(~blank)
        rows, trimmed = rows.filter(kept), {name: column.filter(kept) for name, column in trimmed.items()}
    return Chunk(rows, trimmed, faults)


def nul_character(file: str, place: str) -> Refused:
    """The refusal of a file with NUL characters: it was damaged, or is in an unmarked UTF-16."""
    sentence = (
        f"文件 {file} {place}含有空字符（NUL），不是正常的文本表格；请用表格软件另存为 UTF-8 编码的 CSV 后重新导入。"
    )
    return Refused("nul_character", f"{file} {place}", sentence)


def _is_empty(column: pa.Array) -> np.ndarray:
    return np.asarray(pc.equal(column, "").to_numpy(zero_copy_only=False), dtype=bool)
