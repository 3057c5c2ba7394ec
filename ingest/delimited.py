"""The only place that reads delimited text: it settles encoding, delimiter and the numbers of the rows.

The file is scanned once before anything is parsed: a wrong encoding, a NUL character or an unclosed quotation mark
would otherwise swallow rows in silence. Rows are numbered as a table program numbers them: a line break inside
quotation marks does not start a row, an empty line does.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest.result import Fault, Refused
from ingest.source import HEAD_ROWS, Chunk, Sheet, chunk, nul_character

DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 8 << 20  # about 100,000 rows of an hourly table; a longer single row is refused
_HEAD = 1 << 18
_SHOWN = 200  # characters of a bad row kept
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class _Layout:
    """How a file is written: encoding, delimiter, its first rows, and the cells of a full row."""

    encoding: str
    delimiter: str
    head: tuple[tuple[str, ...], ...]
    width: int


def read(name: str, file: IO[bytes]) -> Sheet:
    """The one grid of delimited text.

    Raises:
        Refused: bad_encoding, nul_character, broken_quotes, not_a_table, empty_file or no_rows.
    """
    encoding = _encoding(name, file)
    layout = _layout(name, file, encoding)
    size = file.seek(0, io.SEEK_END)
    return Sheet(
        name,
        "",
        layout.head,
        lambda columns, header_row: _chunks(name, file, layout, columns, header_row),
        lambda: file.tell() / size,
    )


def _encoding(name: str, file: IO[bytes]) -> str:
    """The encoding of the whole file: by its byte order mark, else UTF-8, else GB18030."""
    head = file.read(4)
    marked = next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            _scan(name, file, encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030":
            _refuse_mixed(name, file)
        return encoding
    sentence = f"文件 {name} 的编码无法识别（不是 UTF-8、GB18030 或带标记的 UTF-16）；请另存为 UTF-8 编码的 CSV。"
    raise Refused("bad_encoding", name, sentence)


def _refuse_mixed(name: str, file: IO[bytes]) -> None:
    """Lines pasted together from two files: those in UTF-8 would decode as GB18030 too, into other characters.

    Text in GB18030 is hardly ever valid UTF-8 by chance, so a single such line of two characters or more tells.
    """
    file.seek(0)
    for number, line in enumerate(file, 1):
        if line.isascii():
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if sum(not character.isascii() for character in text) >= 2:
            sentence = (
                f"文件 {name} 第 {number} 行是 UTF-8，其他行不是；多半由两个文件拼成，请统一存为 UTF-8 后再导入。"
            )
            raise Refused("mixed_encoding", f"{name} 第 {number} 行", sentence)


def _scan(name: str, file: IO[bytes], encoding: str) -> None:
    """Decodes everything once; raises UnicodeDecodeError, or Refused for NUL characters and an odd quotation mark."""
    decoder = codecs.getincrementaldecoder(encoding)()
    quotes, lines = 0, 1
    file.seek(0)
    while True:
        block = file.read(_BLOCK)
        text = decoder.decode(block, final=not block)
        if "\0" in text:
            raise nul_character(name, f"第 {lines + text[: text.index(chr(0))].count(chr(10))} 行")
        quotes += text.count('"')
        lines += text.count("\n")
        if not block:
            break
    if quotes % 2:
        sentence = (
            f"文件 {name} 的双引号不成对（共 {quotes} 个），会吞掉后面的行；请补全双引号，或用表格软件另存为 CSV。"
        )
        raise Refused("broken_quotes", name, sentence)


def _layout(name: str, file: IO[bytes], encoding: str) -> _Layout:
    file.seek(0)
    raw = file.read(_HEAD)
    text = codecs.getincrementaldecoder(encoding)().decode(raw)
    if text.lstrip().startswith(("<", "%PDF", "{\\rtf")):
        is_web = text.lstrip().startswith("<")
        remedy = "请在表格软件中打开并另存为 XLSX 或 CSV" if is_web else "请向报送单位要原来的 XLSX 或 CSV"
        sentence = f"文件 {name} 的内容是{'网页' if is_web else ' PDF 或文字文档'}，不是表格；{remedy}。"
        raise Refused("not_a_table", name, sentence)
    found = [_records(text, delimiter) for delimiter in DELIMITERS]
    delimiter, records = max(zip(DELIMITERS, found, strict=True), key=lambda pair: _width(pair[1]))
    filled = [index for index, record in enumerate(records) if any(cell.strip() for cell in record)]
    if not filled:
        raise Refused("empty_file", name, f"文件 {name} 里没有内容；请重新导出后再导入。")
    if len(filled) == 1 and len(raw) < _HEAD:
        raise Refused("no_rows", name, f"文件 {name} 只有列名，没有数据行；请核对导出条件后重新导出。")
    head = tuple(tuple(cell.strip() for cell in record) for record in records)
    return _Layout(encoding, delimiter, head, _width(records))


def _records(text: str, delimiter: str) -> list[list[str]]:
    """The first records of `text`, where the header stands; the last may be cut short."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        records.extend(islice(reader, HEAD_ROWS))
    except csv.Error:
        return records
    return records


def _width(records: list[list[str]]) -> int:
    """How many cells a full row has: as most rows of several, the wider in doubt; titles above the header have one."""
    widths = Counter(len(record) for record in records if any(record))
    several = {width: count for width, count in widths.items() if width > 1} or widths
    return max(several, key=lambda width: (several[width], width), default=0)


def _chunks(
    name: str, file: IO[bytes], layout: _Layout, columns: Mapping[int, str], header_row: int
) -> Iterator[Chunk]:
    places = [str(index) for index in range(len(layout.head[header_row - 1]))]
    ragged: deque[Any] = deque()
    skipped: list[int] = []  # numbers of the rows that the parser left out, rising
    position = 0

    def keep_for_later(row: Any) -> str:
        skipped.append(row.number)
        if row.text.strip(layout.delimiter + ' \t\r\n"'):
            ragged.append(row)
        return "skip"

    file.seek(0)
    try:
        reader = pa_csv.open_csv(
            file,
            # one thread: it is no slower, and only then does the parser number the rows that it leaves out
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                block_size=_BLOCK,
                column_names=places,
                skip_rows_after_names=header_row,
                encoding="utf8" if layout.encoding.startswith("utf-8") else layout.encoding,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_for_later,
            ),
            convert_options=pa_csv.ConvertOptions(
                strings_can_be_null=False, column_types={place: pa.string() for place in places}
            ),
        )
        with reader:
            for batch in reader:
                rows = _row_numbers(position, batch.num_rows, header_row, skipped)
                position += batch.num_rows
                texts = {column: batch.column(index) for index, column in columns.items()}
                yield chunk(name, rows, texts, _drain(name, ragged, len(places)))
    except pa.ArrowInvalid as error:
        sentence = f"文件 {name} 不能按表格切分（{error}）；请检查双引号和换行，或用表格软件另存为 CSV。"
        raise Refused("not_a_table", name, sentence) from error
    if ragged:
        empty = {column: pa.array([], pa.string()) for column in columns.values()}
        yield Chunk(pa.array([], pa.int64()), empty, _drain(name, ragged, len(places)))


def _row_numbers(position: int, count: int, header_row: int, skipped: list[int]) -> pa.Array:
    """Row numbers of records `position` … in the file, given which rows were left out before or between them."""
    numbers = np.arange(position, position + count, dtype=np.int64) + header_row + 1
    if skipped:
        gaps = np.asarray(skipped, dtype=np.int64)
        numbers = numbers + np.searchsorted(gaps - np.arange(len(gaps)), numbers, side="right")
    return pa.array(numbers)


def _drain(name: str, ragged: deque[Any], expected: int) -> tuple[Fault, ...]:
    """Empties `ragged` from the front, as the parser's own thread may be adding to its end."""
    faults = []
    while ragged:
        row = ragged.popleft()
        sentence = (
            f"{name} 第 {row.number} 行有 {row.actual_columns} 个字段，应为 {expected} 个；"
            "请检查这一行的分隔符、换行和双引号，改好后重新导入。"
        )
        faults.append(Fault(row.number, "", row.text[:_SHOWN], "wrong_field_count", sentence))
    return tuple(faults)
