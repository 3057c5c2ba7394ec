"""The only place that reads `data/sources/<name>.toml`: which database is pulled into which table, and how.

The address of the database never stands in the file: `url_env` names the environment variable that holds it. A faulty
definition is refused before anything is connected to, naming file, key, fault and remedy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.contract import minutes
from ingest.result import Refused

FOLDER = Path(__file__).resolve().parent.parent / "data" / "sources"
_KEYS = (
    "table", "meaning", "url_env", "relation", "select", "cursor", "key", "batch_rows", "overlap", "time_zone",
    "mapping",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RELATION = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*){0,2}")
_MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Feed:
    """A database that is pulled. One of `relation` and `select` is set; `overlap_minutes` is read again each time."""

    name: str
    table: str
    url_env: str
    relation: str
    select: str
    cursor: str
    key: str
    batch_rows: int
    overlap_minutes: int
    time_zone: ZoneInfo
    mapping: str | Path | None

    @property
    def digest(self) -> str:
        """Changes when what is read, or its order, changes: a cursor of another question is worth nothing."""
        parts = (self.table, self.relation, self.select, self.cursor, self.key, self.time_zone.key, str(self.mapping))
        return sha256(repr(parts).encode()).hexdigest()[:16]


def feed(source: str | Path) -> Feed:
    """The definition called so in `data/sources`, or at that path; raises Refused (bad_source)."""
    path = Path(source) if Path(source).suffix == ".toml" else FOLDER / f"{source}.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = "、".join(sorted(each.stem for each in FOLDER.glob("*.toml"))) or "还没有"
        sentence = f"找不到数据源 {source}；已定义的数据源：{known}，也可写 .toml 文件的路径。"
        raise Refused("bad_source", str(source), sentence) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(
            "bad_source", path.name, f"数据源文件 {path.name} 不是 TOML（{error}）；请改正那一行。"
        ) from error
    return _Reader(path, raw).feed()


class _Reader:
    """Reads one definition and refuses what is missing, empty or unknown."""

    def __init__(self, path: Path, raw: Mapping[str, Any]) -> None:
        self.path, self.raw = path, raw

    def feed(self) -> Feed:
        for key in self.raw:
            if key not in _KEYS:
                raise self._fail(key, "不认识这个键", f"可用的键：{'、'.join(_KEYS)}")
        relation, select = self._text("relation", ""), self._text("select", "").strip()
        if bool(relation) == bool(select):
            raise self._fail("relation", "relation 和 select 要写且只写一个", '请写 relation = "模式.表"')
        if relation and not _RELATION.fullmatch(relation):
            raise self._fail("relation", f"“{relation}”不是表名", '请写成 relation = "模式.表"')
        if select and (not select.lower().startswith(("select", "with")) or ";" in select):
            raise self._fail("select", "不是一条查询语句", "请写一条 select，不带分号")
        return Feed(
            name=self.path.stem,
            table=self._text("table"),
            url_env=self._url_env(),
            relation=relation,
            select=select,
            cursor=self._column("cursor"),
            key=self._column("key"),
            batch_rows=self._batch_rows(),
            overlap_minutes=self._overlap(),
            time_zone=self._zone(),
            mapping=self._mapping(),
        )

    def _fail(self, key: str, fault: str, remedy: str) -> Refused:
        sentence = f"数据源文件 {self.path.name} 的 {key}：{fault}；{remedy}。"
        return Refused("bad_source", f"{self.path.name}: {key}", sentence)

    def _text(self, key: str, default: str | None = None) -> str:
        value = self.raw.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._fail(key, "缺少文字" if value is None else f"{value!r} 不是文字", f'请写 {key} = "…"')
        return value

    def _column(self, key: str) -> str:
        value = self._text(key)
        if not _NAME.fullmatch(value):
            raise self._fail(key, f"“{value}”不是列名", "请写一个列的名字；它要在抽取的列里")
        return value

    def _url_env(self) -> str:
        value = self._text("url_env")
        if "://" in value or not _NAME.fullmatch(value) or value.startswith("COCKPIT_"):
            remedy = '请写环境变量的名字，不以 COCKPIT_ 开头，例如 url_env = "HOTLINE_DB_URL"；地址和口令不写进文件'
            raise self._fail("url_env", "不是环境变量的名字", remedy)
        return value

    def _batch_rows(self) -> int:
        value = self.raw.get("batch_rows", 100_000)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_ROWS:
            raise self._fail("batch_rows", f"{value!r} 不行", f"请写 1 到 {_MOST_ROWS} 的整数")
        return value

    def _overlap(self) -> int:
        value = self._text("overlap", "")
        try:
            return minutes(value) if value else 0
        except ValueError as error:
            raise self._fail("overlap", f"“{value}”不是时长", "请写 10min、2h 这样的时长") from error

    def _zone(self) -> ZoneInfo:
        value = self._text("time_zone", "Asia/Shanghai")
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise self._fail("time_zone", f"“{value}”不是时区", "请写 Asia/Shanghai、UTC 这样的名字") from error

    def _mapping(self) -> str | Path | None:
        value = self._text("mapping", "")
        return (self.path.parent / value if value.endswith(".toml") else value) if value else None
