"""The only place that writes a table as a file (`/export/<table>.csv|xlsx`): exactly the rows that the grid shows.

The last line says how many rows there are, what they cover, of which snapshot, and whether they are demo data.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any
from urllib.parse import quote

import flask
import xlsxwriter

from components import table_request, table_source, table_words
from components.address import Address
from components.catalogue_xlsx import MEDIA_TYPE
from components.table_request import Request
from metrics.table import Table
from queries.runner import QueryTimeout
from queries.scope import ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired

MOST_SHEET_CELLS = 1_000_000  # a workbook of more keeps its reader waiting and his office suite busy
MOST_ROWS = 1_000_000  # what a spreadsheet opens; a file of more is asked of the data department, not of a web page
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet would run
_EXCEL_EPOCH = 1900


def serve(server: flask.Flask) -> None:
    """Adds the files' addresses to `server`."""
    server.add_url_rule("/export/<name>.<any(csv, xlsx):kind>", "export", _answer)


def _answer(name: str, kind: str) -> flask.Response:
    query = flask.request.query_string.decode("ascii", "replace")
    try:
        asked, table = table_source.table(name, f"?{query}")
        wanted = table_request.read(flask.request.args.get("q"), table)
        total = table.total(wanted.where)
        most = MOST_ROWS if kind == "csv" else MOST_SHEET_CELLS // len(table.fields)
        if total > most:
            way = "缩短统计期或加筛选条件" if kind == "csv" else "加筛选条件，或导出 CSV"
            raise ScopeError(f"{total:,} 行超过一个文件的 {most:,} 行：{way}")
        response = _csv(asked, table, wanted) if kind == "csv" else _workbook(asked, table, wanted)
    except ScopeError as error:
        return _refusal(400, error)
    except SnapshotExpired as error:
        return _refusal(410, error)
    except (NoSnapshot, QueryTimeout) as error:
        return _refusal(503, error)
    file = f"{table.name}_{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.{kind}"
    response.headers["Content-Disposition"] = f"attachment; filename={file}; filename*=UTF-8''{quote(file)}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _refusal(status: int, error: Exception) -> flask.Response:
    return flask.Response(str(error), status, mimetype="text/plain")


def _csv(asked: Address, table: Table, wanted: Request) -> flask.Response:
    pieces = table.every(wanted.where, wanted.sort)
    first = next(pieces, [])  # what is wrong with the question is wrong before the first byte is sent

    def written() -> Iterator[str]:
        yield "\ufeff" + _lines([[table_words.heading(each) for each in table.fields]])
        count = 0
        for piece in chain([first], pieces):
            columns = [
                table_words.column(each, values, _text)
                for each, values in zip(table.fields, piece, strict=False)  # no row at all: no piece
            ]
            count += len(columns[0]) if columns else 0
            yield _lines(zip(*columns, strict=True))
        yield _lines([[table_words.foot(asked, table, count, bool(wanted.where))]])

    return flask.Response(written(), mimetype="text/csv")


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _text(value: Any) -> Any:
    """A cell of a text file: a text that a spreadsheet would run as a formula stays a text."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value


def _workbook(asked: Address, table: Table, wanted: Request) -> flask.Response:
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("明细")
        bold, moment, day = (
            book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )  # fmt: skip
        for index, each in enumerate(table.fields):
            sheet.set_column(index, index, 18)
            sheet.write_string(0, index, table_words.heading(each), bold)
        sheet.freeze_panes(1, 0)
        line = 0
        for piece in table.every(wanted.where, wanted.sort):
            columns = [table_words.column(each, values) for each, values in zip(table.fields, piece, strict=True)]
            for row in zip(*columns, strict=True):
                line += 1
                for index, value in enumerate(row):
                    _put(sheet, line, index, value, day if table.fields[index].type == "date" else moment)
        sheet.write_string(line + 2, 0, table_words.foot(asked, table, line, bool(wanted.where)))
    return flask.Response(buffer.getvalue(), mimetype=MEDIA_TYPE)


def _put(sheet: Any, row: int, column: int, value: Any, moment: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, date) and value.year >= _EXCEL_EPOCH:
        sheet.write_datetime(row, column, value, moment)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
