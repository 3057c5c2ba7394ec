"""The only place that decides what kind of file an extract is: by its first bytes, never by its name.

A department's `.xls` is often a web page or a CSV in disguise. Each kind is read by one function that delivers the
same `Sheet`: delimited text (`delimited.py`), workbooks, Parquet and GeoJSON (`typed.py`). A new kind: one more line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingest import delimited, typed
from ingest.result import Refused
from ingest.source import Sheet
from ingest.unpack import GZIP, ZIP, check_workbook, is_workbook, unpacked

_PARQUET, _OLE = b"PAR1", b"\xd0\xcf\x11\xe0"


@contextmanager
def opened(path: Path, scratch: Path, limit_mb: int) -> Iterator[tuple[Sheet, ...]]:
    """The sheets of one extract as text; only a workbook has several.

    `scratch` is a folder for unpacked bytes, `limit_mb` what may come out of them at most.

    Raises:
        Refused: on opening, or later while the chunks are read; nothing has been changed then.
    """
    with unpacked(path, scratch, limit_mb) as file:
        yield _sheets(path.name, file, scratch, limit_mb)


def _sheets(name: str, file: IO[bytes], scratch: Path, limit_mb: int) -> tuple[Sheet, ...]:
    head = file.read(64)
    file.seek(0)
    if head.startswith(_PARQUET):
        return (typed.read_parquet(name, file, limit_mb),)
    if head.startswith(_OLE):
        return typed.read_workbook(name, file, scratch, limit_mb)
    if head.startswith(ZIP) and is_workbook(file):
        check_workbook(name, file, limit_mb)
        return typed.read_workbook(name, file, scratch, limit_mb)
    if head.startswith((GZIP, ZIP)):
        raise Refused("not_a_table", name, f"压缩包 {name} 里还是压缩包；请只压缩一层，直接放表格文件。")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return (typed.read_geojson(name, file),)
    return (delimited.read(name, file),)
