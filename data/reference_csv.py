"""The only place that opens a CSV of `data/reference` and words what is wrong with it.

UTF-8, one record per line, `#` begins a remark. A BOM and lines of nothing but commas, as Excel writes them, are
tolerated. The sentences are Chinese: data clerks read them.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SEPARATOR = "|"  # between several values of one cell


class ReferenceFileError(Exception):
    """A reference file with a fault: file, line, fault and remedy."""


@dataclass(frozen=True)
class Row:
    """One record with the place it was read from. Cells are stripped; empty means unknown."""

    path: Path
    line: int
    cells: dict[str, str]

    def fault(self, fault: str, remedy: str) -> ReferenceFileError:
        return ReferenceFileError(f"{self.path} 第 {self.line} 行：{fault}；{remedy}")

    def optional(self, column: str) -> str | None:
        return self.cells[column] or None

    def text(self, column: str) -> str:
        value = self.cells[column]
        if not value:
            raise self.fault(f"{column} 为空", "请填写")
        return value

    def texts(self, column: str) -> tuple[str, ...]:
        """The values of a cell that may hold several; none when it is empty."""
        values = tuple(value.strip() for value in self.cells[column].split(SEPARATOR)) if self.cells[column] else ()
        if "" in values or len(set(values)) < len(values):
            raise self.fault(f"{column} 的值“{self.cells[column]}”有空或重复", f"请用一个 {SEPARATOR} 分隔，每个写一次")
        return values

    def known(self, column: str, values: Collection[str], names: Collection[str], listed_in: str) -> None:
        """Refuses a value of `column` that is not one of `names`, which stand in `listed_in`."""
        for value in values:
            if value not in names:
                raise self.fault(f"{column} 的值“{value}”没有登记", f"请改正，或先写入 {listed_in}")

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        value = self.text(column)
        if value not in allowed:
            raise self.fault(f"{column} 的值“{value}”不认识", f"请用 {'、'.join(allowed)} 之一")
        return value

    def integer(self, column: str) -> int:
        value = self.text(column)
        if not (value.isascii() and value.isdigit()):
            raise self.fault(f"{column} 的值“{value}”不是整数", "请只写数字")
        return int(value)

    def optional_integer(self, column: str) -> int | None:
        return self.integer(column) if self.cells[column] else None

    def optional_number(self, column: str) -> float | None:
        if not self.cells[column]:
            return None
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.fault(f"{column} 的值“{self.cells[column]}”不是数", "请只写数字")
        return value

    def day(self, column: str) -> date:
        value = self.text(column)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.fault(f"{column} 的值“{value}”不是日期", "请写成 2026-02-17 的样子") from None

    def optional_day(self, column: str) -> date | None:
        return self.day(column) if self.cells[column] else None


def rows(path: Path, columns: Sequence[str], key: Sequence[str] = ()) -> list[Row]:
    """The records of `path`, whose header must be exactly `columns`; no two may share all the columns of `key`.

    Raises:
        ReferenceFileError: the file is missing, is no UTF-8, its header or a line does not fit, or a key stands twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ReferenceFileError(f"{path}：文件不存在；请从发布包恢复它") from None
    except UnicodeDecodeError:
        raise ReferenceFileError(f"{path}：不是 UTF-8 编码；请在表格软件里另存为“CSV UTF-8”") from None
    found: list[Row] = []
    header: list[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip(" ,") or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if header is None:
            header = cells
            if header != list(columns):
                raise ReferenceFileError(f"{path} 第 {number} 行：表头是 {','.join(cells)}；应为 {','.join(columns)}")
        elif len(cells) != len(header):
            raise ReferenceFileError(
                f"{path} 第 {number} 行：有 {len(cells)} 列，表头有 {len(header)} 列；请补齐或删去多余的逗号"
            )
        else:
            found.append(Row(path, number, dict(zip(header, cells, strict=True))))
    if header is None:
        raise ReferenceFileError(f"{path}：没有表头；首行应为 {','.join(columns)}")
    if key:
        _refuse_repeats(found, key)
    return found


def _refuse_repeats(records: Sequence[Row], key: Sequence[str]) -> None:
    lines: dict[tuple[str, ...], int] = {}
    for row in records:
        values = tuple(row.text(column) for column in key)
        if values in lines:
            raise row.fault(f"{'、'.join(key)} 的值“{' '.join(values)}”第 {lines[values]} 行已有", "请只留一行")
        lines[values] = row.line
