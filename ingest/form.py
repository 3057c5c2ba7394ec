"""The only place that makes the empty workbook in which a department fills in a table, from the contract alone.

A filled one imports without a mapping: its header holds the contract's labels, its example row is marked in the first
column and left out, and a hidden sheet names the table, so that the file is recognised by whoever uploads it.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from data import contract as contracts
from data import divisions
from data.contract import Column, Contract
from data.example_rows import example_rows
from ingest.importer import importable
from ingest.mapping import PLACE
from ingest.places import CITY
from ingest.sieve import EXAMPLE, MARK
from ingest.source import NOTES_SHEET, TEMPLATE_SHEET

ROWS = 5000  # rows that carry drop-downs and formats
_KINDS = {
    "text": "文字", "integer": "整数", "real": "数字", "boolean": "是 / 否", "date": "日期，如 2026-11-16",
    "timestamp": "时间，如 2026-11-16 08:00",
}  # fmt: skip
_FORMATS = {"text": "@", "boolean": "@", "date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm"}
_CODES_SHEET = "代码"
_WIDTH = 16
_NO_UNITS = ("", contracts.DIMENSIONLESS)


def template(table: str, out: Path) -> None:
    """Writes the template of a table to `out` (.xlsx).

    Raises:
        Refused: unknown_table or not_importable.
    """
    contract = importable(table)
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _data(book, contract)
        _notes(book, contract)
        _codes(book, contract)
        info = book.add_worksheet(TEMPLATE_SHEET)
        info.write_row(0, 0, [contract.table, contract.name])
        info.very_hidden()


def heading(column: Column) -> str:
    """What a column is called in a template: its label, with the unit where it has one."""
    is_plain = column.unit in _NO_UNITS or column.unit.startswith(("见", "按"))
    return column.label if is_plain else f"{column.label}（{column.unit}）"


def _data(book: Any, contract: Contract) -> None:
    sheet = book.add_worksheet("数据")
    needed = book.add_format({"bold": True, "bg_color": "navy", "font_color": "white", "border": 1, "text_wrap": True})
    optional = book.add_format({"bold": True, "bg_color": "silver", "border": 1, "text_wrap": True})
    sheet.write(0, 0, MARK, optional)
    sheet.write(1, 0, EXAMPLE, _example_format(book, "text"))
    sheet.write_comment(1, 0, "这一行是示例，导入时自动略过，可以删除；请从下一行起填写。")
    for number, column in enumerate(contract.columns, 1):
        is_needed = column.required or column.name in contract.key
        sheet.write(0, number, heading(column), needed if is_needed else optional)
        if column.meaning:
            sheet.write_comment(0, number, column.meaning)
        sheet.set_column(number, number, _WIDTH, book.add_format({"num_format": _FORMATS.get(column.type, "General")}))
        _write(sheet, 1, number, example(contract, column), _example_format(book, column.type))
        if (rule := _validation(contract, column)) is not None:
            sheet.data_validation(2, number, ROWS, number, rule)
    sheet.set_column(0, 0, 6)
    sheet.freeze_panes(1, 1)


def _example_format(book: Any, kind: str) -> Any:
    look = {"italic": True, "font_color": "gray", "num_format": _FORMATS.get(kind, "General")}
    return book.add_format(look)


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if isinstance(value, (date, datetime)):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write(row, column, value, look)


def example(contract: Contract, column: Column) -> Any:
    """What stands in the column in the example row of its table; None where nothing does."""
    value = example_rows().get(contract.table, {}).get(column.name)
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value


def _validation(contract: Contract, column: Column) -> dict[str, Any] | None:
    """The drop-down or the limits of a column. A place may be finer than the districts offered."""
    if column.name == PLACE:
        places = [place.name for place in divisions.children(CITY)]
        return {"validate": "list", "source": places, "show_error": False}
    if column.codes:
        letter = xl_col_to_name(_code_columns(contract).index(column))
        count = len(contracts.codes(column.codes))
        source = f"={_CODES_SHEET}!${letter}$2:${letter}${count + 1}"
        return {"validate": "list", "source": source, "error_message": "请从下拉列表中选一项"}
    if column.type == "boolean":
        return {"validate": "list", "source": ["是", "否"], "error_message": "请选“是”或“否”"}
    if column.type in ("date", "timestamp"):
        return {
            "validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "error_type": "warning",
            "error_message": "请填日期，如 2026-11-16",
        }  # fmt: skip
    if column.minimum is None or column.maximum is None:
        return None
    return {
        "validate": "decimal", "criteria": "between", "minimum": column.minimum, "maximum": column.maximum,
        "error_type": "warning", "error_message": f"应在 {column.minimum:g} 至 {column.maximum:g} 之间",
    }  # fmt: skip


def _code_columns(contract: Contract) -> list[Column]:
    return [column for column in contract.columns if column.codes and column.name != PLACE]


def _codes(book: Any, contract: Contract) -> None:
    """The lists behind the drop-downs, hidden."""
    sheet = book.add_worksheet(_CODES_SHEET)
    for number, column in enumerate(_code_columns(contract)):
        labels = contracts.codes(column.codes or "").values()
        sheet.write_column(0, number, [column.label, *labels])
    sheet.hide()


def _notes(book: Any, contract: Contract) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    key = "、".join(contract.column(name).label for name in contract.key)
    facts = [
        ("表", f"{contract.name}（{contract.table}）"),
        ("内容", contract.meaning),
        ("一行是", contract.grain),
        ("不能重复", f"{key}：同一份里相同的行，以靠后的为准"),
        ("责任单位", contract.owner.unit),
        ("报送", contract.refresh.rule),
        ("怎么填", f"在“数据”表中从第 3 行起填；第 2 行是示例（“{MARK}”列写着{EXAMPLE}），导入时略过。深色列必填。"),
        ("注意", "不要改列名，不要加合计行；没有数据请留空，不要填 0 或“无”。地点填统计局代码或区县全称。"),
    ]
    for row, (name, text) in enumerate(facts):
        sheet.write(row, 0, name, bold)
        sheet.write(row, 1, text, wrap)
    start = len(facts) + 1
    sheet.write_row(start, 0, ["列名", "填什么", "必填", "单位", "取值", "说明"], bold)
    for row, column in enumerate(contract.columns, start + 1):
        allowed = "、".join(contracts.codes(column.codes).values()) if column.codes else _range(column)
        needed = "必填" if column.required or column.name in contract.key else ""
        unit = "" if column.unit in _NO_UNITS else column.unit
        kind = "从下拉列表选" if column.codes else _KINDS[column.type]
        sheet.write_row(row, 0, [heading(column), kind, needed, unit, allowed, column.meaning], wrap)
    for number, width in enumerate((24, 60, 8, 12, 40, 50)):
        sheet.set_column(number, number, width)


def _range(column: Column) -> str:
    low = "" if column.minimum is None else f"{column.minimum:g} 以上"
    high = "" if column.maximum is None else f"{column.maximum:g} 以下"
    return "，".join(filter(None, (low, high)))
