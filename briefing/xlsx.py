"""The only place that writes an edition as a workbook: a sheet a scene, true numbers with their formats, definitions.

Text is text whatever it begins with (a name from data must never become a formula), and stays so when it is edited. The
same edition gives the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from briefing.content import READY, Block, Column, Edition, Line, Section, Table, plain
from components import wording
from components.tokens import tokens
from metrics import Reading, metric

KPI = (
    "指标", "单位", "本周", "上周", "环比", "上年同期", "同比", "目标", "目标值", "状态", "样本", "数据时间",
    "查数编号",
)  # fmt: skip
_QUIET = tokens("light")["mute"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = (9, 28)  # of a column, in digits
_NUMBERS = frozenset((2, 3, 5, 8, 10))  # of KPI: their headings stand over numbers
_LAST = len(KPI) - 1
_LINE = 15.0  # points, of a line of text
_ACROSS, _ACROSS_WIDTH = 8, 118  # a paragraph's last column, and the digits that fit in its line at the least
_REMARK = "人工研判："


@dataclass
class _Sheet:
    """A sheet being filled from the top: the next row, and how wide each column's words are."""

    page: Any
    row: int
    widths: dict[int, float]


def workbook(made: Edition, *, number: str = "") -> bytes:
    """The edition as XLSX; `number` is that of its issue, empty for a draft."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }  # fmt: skip
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {"title": f"{made.head.name} {made.week}", "subject": made.title, "keywords": made.snapshot,
             "comments": made.demo_mark, "created": made.made_at}
        )  # fmt: skip
        _Writer(book, made, number).write()
    return buffer.getvalue()


class _Writer:
    """The sheets of one edition, with the formats that a workbook owns."""

    def __init__(self, book: Any, made: Edition, number: str) -> None:
        self.book, self.made, self.number = book, made, number
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **wanted: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(
                {"valign": "top", "font_name": "微软雅黑", "font_size": 10, **wanted}
            )
        return self._formats[key]

    def write(self) -> None:
        """Every sheet in the order of the paper; the front names them all."""
        front = self._open("说明", self.made.title)
        told: list[tuple[str, str]] = []
        for section in self.made.sections:
            if section.slug == "summary":
                continue
            if section.slug == "annex":
                told += self._annex(section)
                continue
            sheet = self._open(section.title[:31], section.title, _where(section))
            for block in section.blocks:
                self._block(sheet, block)
            told.append((sheet.page.name, "、".join(block.title for block in section.blocks)))
            self._close(sheet)
        self._front(front, told)

    # --- sheets -------------------------------------------------------------------------------------------------------

    def _open(self, name: str, title: str, below: str = "") -> _Sheet:
        page = self.book.add_worksheet(name)
        mark = self.made.demo_mark
        page.write_string(0, 0, title + (f"（{mark}）" if mark else ""), self.format(bold=True, font_size=16))
        page.write_string(1, 0, self._scope() + (f"　{below}" if below else ""), self.format(font_color=_QUIET))
        page.set_row(0, 26)
        page.set_row(1, 18)
        page.freeze_panes(2, 1)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 1)
        page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        page.set_header(f"&L{self.made.head.name}&C{mark}&R{self.made.week}")
        page.set_footer(f"&L快照 {self.made.snapshot}&C{mark}&R第 &P 页，共 &N 页")
        return _Sheet(page, 3, {})

    def _scope(self) -> str:
        made = self.made
        return f"{made.area_name}　{made.since:%Y-%m-%d} 至 {made.until:%Y-%m-%d}（不含止日）　快照 {made.snapshot}"

    def _close(self, sheet: _Sheet) -> None:
        low, high = _WIDTHS
        for index, width in sheet.widths.items():
            sheet.page.set_column(index, index, min(max(width + 2, low), high))
        sheet.page.print_area(0, 0, max(sheet.row - 1, 1), max([*sheet.widths, 0]))

    def _front(self, sheet: _Sheet, told: Iterable[tuple[str, str]]) -> None:
        made = self.made
        facts: list[tuple[str, Any]] = [
            ("刊名", made.head.name), ("期号", f"{made.head.year}年第 {made.head.issue} 期，总第 {made.head.total} 期"),
            ("编号", self.number or "草稿"), ("范围", made.area_name), ("统计期起", made.since),
            ("统计期止（不含）", made.until), ("快照", made.snapshot), ("快照生成", made.made_at),
            *([("更正", made.correction)] if made.correction else []),
            ("性质", made.demo_mark or "真实数据"), ("密级", made.head.classification),
        ]  # fmt: skip
        for label, value in facts:
            self._text(sheet, sheet.row, 0, label, bold=True)
            self._cell(sheet, sheet.row, 1, value)
            sheet.row += 1
        sheet.row += 1
        for section, block in made.blocks():
            if section.slug == "summary" and block.state == READY:
                self._block(sheet, block)
        for label, said in (("工作表", "内容"), *told):
            self._text(sheet, sheet.row, 0, label, bold=label == "工作表")
            if label != "工作表":
                sheet.page.write_url(sheet.row, 0, f"internal:'{label}'!A1", string=label)
            self._text(sheet, sheet.row, 1, said, bold=label == "工作表", measured=False)
            sheet.row += 1
        sheet.row += 1
        for note in (
            "数字是未取整的原值，按单元格格式显示；百分比指标的值为 0–100，列表中的比率按百分数显示。",
            "“—”是没有数，不是 0；“样本不足”“数据未到”照写原因。环比为上一周，同比为上年同一周（前移 364 天）。",
        ):
            self._text(sheet, sheet.row, 0, note, measured=False)
            sheet.row += 1
        sheet.widths |= dict.fromkeys(range(2, _ACROSS + 1), 10.0) | {0: 24.0, 1: 28.0}
        self._close(sheet)

    def _annex(self, section: Section) -> list[tuple[str, str]]:
        """Definitions and sources have a sheet each; what is said in sentences shares one."""
        told: list[tuple[str, str]] = []
        said = [block for block in section.blocks if block.table is None]
        for block in (block for block in section.blocks if block.table is not None):
            sheet = self._open(block.title[:31], block.title)
            sheet.page.freeze_panes(4, 2)
            self._block(sheet, block, titled=False)
            told.append((sheet.page.name, block.note or block.title))
            self._close(sheet)
        if said:
            sheet = self._open("方法与质量", section.title)
            for block in said:
                self._block(sheet, block)
            told.append((sheet.page.name, "、".join(block.title for block in said)))
            self._close(sheet)
        return told

    # --- blocks -------------------------------------------------------------------------------------------------------

    def _block(self, sheet: _Sheet, block: Block, *, titled: bool = True) -> None:
        if titled:
            self._text(sheet, sheet.row, 0, block.title, bold=True, font_size=12, measured=False)
            sheet.row += 1
        if block.state != READY:
            self._text(sheet, sheet.row, 0, block.reason, font_color=_QUIET, measured=False)
            sheet.row += 1
        for sentence in block.sentences:
            mark = _REMARK if block.kind == "remark" else ""
            self._paragraph(sheet, mark + plain(sentence))
        if block.lines:
            self._lines(sheet, block.lines)
        if block.table is not None:
            self._table(sheet, block.table)
        if block.note:
            self._text(sheet, sheet.row, 0, block.note, font_color=_QUIET, measured=False)
            sheet.row += 1
        sheet.row += 1

    def _paragraph(self, sheet: _Sheet, text: str) -> None:
        """Across the sheet, as many lines high as it needs: a merged cell does not grow by itself."""
        look = self.format(text_wrap=True, **({"quote_prefix": True} if text.startswith(_FORMULA) else {}))
        sheet.page.merge_range(sheet.row, 0, sheet.row, _ACROSS, "", look)
        sheet.page.write_string(sheet.row, 0, text, look)
        sheet.page.set_row(sheet.row, _LINE * max(1, math.ceil(_width(text) / _ACROSS_WIDTH)))
        sheet.widths.setdefault(_ACROSS, 0)
        sheet.row += 1

    def _head(self, sheet: _Sheet, labels: Sequence[str], numbers: Collection[int]) -> None:
        for index, label in enumerate(labels):
            align = "right" if index in numbers else "left"
            self._text(sheet, sheet.row, index, label, bold=True, bottom=1, align=align)
        sheet.row += 1

    def _lines(self, sheet: _Sheet, lines: Sequence[Line]) -> None:
        self._head(sheet, KPI, _NUMBERS)
        for line in lines:
            now, row = line.reading, sheet.row
            self._text(sheet, row, 0, now.name)
            self._text(sheet, row, 1, now.unit)
            self._value(sheet, row, 2, now)
            for index, change in ((3, line.week), (5, line.year)):
                self._value(sheet, row, index, change.earlier)
                self._text(sheet, row, index + 1, change.text)
            self._text(sheet, row, 7, wording.target(now.target, now.decimals, "") or wording.UNKNOWN)
            self._number(sheet, row, 8, now.target.value if now.target else None, now.decimals)
            self._text(sheet, row, 9, wording.STANDINGS.get(now.standing, wording.UNKNOWN))
            self._number(sheet, row, 10, now.n, 0)
            self._cell(sheet, row, 11, now.data_time)
            self._text(sheet, row, _LAST, now.code)
            sheet.row += 1

    def _table(self, sheet: _Sheet, table: Table) -> None:
        numbers = [index for index, each in enumerate(table.columns) if each.kind in ("number", "percent")]
        self._head(sheet, [column.label for column in table.columns], numbers)
        for row in table.rows:
            for index, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self._column_cell(sheet, sheet.row, index, column, value)
            sheet.row += 1

    # --- cells --------------------------------------------------------------------------------------------------------

    def _value(self, sheet: _Sheet, row: int, index: int, reading: Reading | None) -> None:
        """A reading's number as it is, or why there is none."""
        if reading is None or reading.value is None:
            said = wording.UNKNOWN if reading is None else wording.absence(reading)
            self._text(sheet, row, index, said, align="right", font_color=_QUIET)
        else:
            self._number(sheet, row, index, reading.value, metric(reading.metric).decimals)

    def _column_cell(self, sheet: _Sheet, row: int, index: int, column: Column, value: Any) -> None:
        if value is None:
            align = "left" if column.kind == "text" else "right"
            self._text(sheet, row, index, wording.UNKNOWN, font_color=_QUIET, align=align)
        elif column.kind == "number":
            self._number(sheet, row, index, float(value), column.decimals)
        elif column.kind == "percent":
            self._number(sheet, row, index, float(value), column.decimals, "%")
        else:
            self._cell(sheet, row, index, value)

    def _cell(self, sheet: _Sheet, row: int, index: int, value: Any) -> None:
        """Anything by its type; a moment and a day are true dates."""
        if value is None:
            self._text(sheet, row, index, wording.UNKNOWN, font_color=_QUIET)
        elif isinstance(value, datetime):
            self._wide(sheet, index, 16)
            sheet.page.write_datetime(
                row, index, value, self.format(num_format="yyyy-mm-dd hh:mm", align="left", indent=1)
            )
        elif isinstance(value, date):
            self._wide(sheet, index, 10)
            sheet.page.write_datetime(
                row, index, value, self.format(num_format="yyyy-mm-dd", align="left", indent=int(index > 0))
            )
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._number(sheet, row, index, value, 0 if isinstance(value, int) else 1)
        else:
            self._text(sheet, row, index, str(value))

    def _number(self, sheet: _Sheet, row: int, index: int, value: float | None, decimals: int, sign: str = "") -> None:
        if value is None:
            self._text(sheet, row, index, wording.UNKNOWN, align="right", font_color=_QUIET)
            return
        shape = "#,##0" + (f".{'0' * decimals}" if decimals else "") + sign
        self._wide(sheet, index, len(wording.number(value, decimals)) + 1)
        sheet.page.write_number(row, index, value, self.format(num_format=shape))

    def _text(self, sheet: _Sheet, row: int, index: int, text: str, *, measured: bool = True, **look: Any) -> None:
        """A string cell; one that looks like a formula is marked as text for whoever edits it."""
        if measured:
            self._wide(sheet, index, _width(text) + 1)
            look.setdefault("text_wrap", True)
        if index and look.get("align", "left") == "left":
            look |= {"align": "left", "indent": 1}  # off the number before it
        if text.startswith(_FORMULA):
            look["quote_prefix"] = True
        sheet.page.write_string(row, index, text, self.format(**look))

    def _wide(self, sheet: _Sheet, index: int, width: float) -> None:
        sheet.widths[index] = max(sheet.widths.get(index, 0), width)


def _width(text: str) -> float:
    """The width of a text in digits."""
    return sum(2 if ord(letter) > 0xFF else 1 for letter in text)


def _where(section: Section) -> str:
    return f"查数码 {section.check_code}" if section.check_code else ""
