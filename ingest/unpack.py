"""The only place that opens what a sender packed: it guards against archives that are damaged, huge or devious.

Whatever came (plain, gzip, zip of one file), readers get one seekable file. Unpacked bytes go to an anonymous temporary
file, counted while they are written, so a bomb stops at the limit and a killed process leaves nothing behind.
"""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from ingest.result import Refused

GZIP, ZIP = b"\x1f\x8b", b"PK"
_BLOCK = 1 << 20
_JUNK = ("__MACOSX/", ".DS_Store")
_DAMAGED = (EOFError, OSError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@contextmanager
def unpacked(path: Path, scratch: Path, limit_mb: int) -> Iterator[IO[bytes]]:
    """The extract in `path` as one seekable file: of a gzip or a zip of one file its content, else the file itself.

    Raises:
        Refused: file_not_found, empty_file, damaged_file, too_large, unsafe_archive, several_files or password.
    """
    if not path.is_file():
        raise Refused("file_not_found", path.name, f"找不到文件 {path}；请核对路径后重试。")
    with path.open("rb") as file:
        magic = file.read(2)
        file.seek(0)
        if not magic:
            raise Refused("empty_file", path.name, f"文件 {path.name} 是空的（0 字节）；请重新导出后再导入。")
        if magic == GZIP:
            with gzip.open(file) as content, _copy(path, content, scratch, limit_mb) as plain:
                yield plain
        elif magic == ZIP and (member := _only_member(path, file)) is not None:
            with zipfile.ZipFile(file) as archive, _copied_member(path, archive, member, scratch, limit_mb) as plain:
                yield plain
        else:
            yield file


def check_workbook(name: str, file: IO[bytes], limit_mb: int) -> None:
    """Refuses a workbook (an XLSX is a zip) that unpacks to more than the limit or whose checksums do not agree.

    The reader of workbooks unpacks into memory without looking, so every member is read through here first.
    """
    unpacked_mb = 0.0
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                with archive.open(member) as content:
                    for block in _blocks(name, content, limit_mb):
                        unpacked_mb += len(block) / _BLOCK
                if unpacked_mb > limit_mb:
                    raise _too_large(name, limit_mb)
    except _DAMAGED as error:
        raise _damaged(name, error) from error
    file.seek(0)


def is_workbook(file: IO[bytes]) -> bool:
    """Whether a zip is an office workbook and not an archive of files."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except _DAMAGED:
        return False
    finally:
        file.seek(0)
    return bool(names & {"[Content_Types].xml", "mimetype"})


def _only_member(path: Path, file: IO[bytes]) -> zipfile.ZipInfo | None:
    """The single file in a zip; None for a workbook."""
    if is_workbook(file):
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except _DAMAGED as error:
        raise _damaged(path.name, error) from error
    for member in members:
        if _leaves_archive(member):
            sentence = f"压缩包 {path.name} 中“{member.filename}”的路径指向包外；请只压缩表格文件本身，重新打包。"
            raise Refused("unsafe_archive", f"{path.name}:{member.filename}", sentence)
    files = [member for member in members if not member.is_dir() and not _is_junk(member.filename)]
    if len(files) != 1:
        sentence = f"压缩包 {path.name} 中有 {len(files)} 个文件，应恰好 1 个；请每个压缩包只放一个表格文件。"
        raise Refused("several_files", path.name, sentence)
    if files[0].flag_bits & 1:
        raise Refused("password", path.name, f"压缩包 {path.name} 设有密码；请去掉密码后重新打包。")
    file.seek(0)
    return files[0]


def _leaves_archive(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    return is_link or name.is_absolute() or ".." in name.parts or (bool(name.parts) and name.parts[0].endswith(":"))


def _is_junk(name: str) -> bool:
    return name.startswith(_JUNK[0]) or PurePosixPath(name).name == _JUNK[1]


@contextmanager
def _copied_member(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, scratch: Path, limit_mb: int
) -> Iterator[IO[bytes]]:
    try:
        content = archive.open(member)
    except _DAMAGED as error:
        raise _damaged(path.name, error) from error
    with content, _copy(path, content, scratch, limit_mb) as plain:
        yield plain


@contextmanager
def _copy(path: Path, content: IO[bytes] | gzip.GzipFile, scratch: Path, limit_mb: int) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile(dir=scratch) as plain:
        for block in _blocks(path.name, content, limit_mb):
            plain.write(block)
        if plain.tell() == 0:
            raise Refused("empty_file", path.name, f"压缩文件 {path.name} 里面是空的；请重新导出后再导入。")
        plain.seek(0, io.SEEK_SET)
        yield plain


def _blocks(name: str, content: IO[bytes] | gzip.GzipFile, limit_mb: int) -> Iterator[bytes]:
    """The unpacked bytes piece by piece; refuses what does not unpack and what unpacks to more than the limit."""
    left = limit_mb * _BLOCK
    while True:
        try:
            block = content.read(_BLOCK)
        except _DAMAGED as error:
            raise _damaged(name, error) from error
        if not block:
            return
        left -= len(block)
        if left < 0:
            raise _too_large(name, limit_mb)
        yield block


def _damaged(name: str, error: BaseException) -> Refused:
    sentence = f"文件 {name} 已损坏或没有传完整（{error}）；请重新导出或重新传送后再导入。"
    return Refused("damaged_file", name, sentence)


def _too_large(name: str, limit_mb: int) -> Refused:
    sentence = (
        f"文件 {name} 解开后超过 {limit_mb} MB，疑为异常压缩包；请拆分文件，或请管理员调高设置 COCKPIT_MAX_DECODED_MB。"
    )
    return Refused("too_large", name, sentence)
