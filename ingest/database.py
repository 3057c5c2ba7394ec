"""The only place that talks to other people's databases: pages of rows in cursor order, cast to text at the border.

PostgreSQL's protocol (PostgreSQL, openGauss, Kingbase; psycopg) and MySQL's (pymysql). Only reads, in read-only
transactions, streamed. A row becomes the text that a file would hold: decimals with all their digits, times as wall
time of Asia/Shanghai; from there on it is checked like any file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ingest.feed import Feed
from ingest.result import Refused

Position = tuple[Any, Any]  # cursor and key of the last row that was merged
_WALL = ZoneInfo("Asia/Shanghai")
_STREAM = 5000
_PATIENCE_S = 10
_DRIVERS = {
    "postgresql": "postgresql+cockpit", "postgres": "postgresql+cockpit", "opengauss": "postgresql+cockpit",
    "kingbase": "postgresql+cockpit", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql",
}  # fmt: skip
_OLDEST = (9, 2)  # what openGauss and the oldest Kingbase grew from


class PostgresProtocol(PGDialect_psycopg):
    """PostgreSQL, and those who speak as it does but call themselves otherwise (openGauss, KingbaseES)."""

    driver = "cockpit"
    supports_statement_cache = True

    def _get_server_version_info(self, connection: sa.Connection) -> tuple[int, ...]:
        try:
            return cast(tuple[int, ...], super()._get_server_version_info(connection))  # type: ignore[no-untyped-call]
        except AssertionError:
            return _OLDEST


registry.register("postgresql.cockpit", __name__, PostgresProtocol.__name__)


@dataclass(frozen=True)
class Page:
    """Rows written to a file: how many, and where the next page begins. `position` is None for an empty page."""

    rows: int
    position: Position | None


@contextmanager
def connected(feed: Feed) -> Iterator[sa.Engine]:
    """The database of a feed.

    Raises:
        Refused: no_source_url, bad_source_url, source_failed (unreachable, refused, gone while reading).
    """
    text = os.environ.get(feed.url_env, "").strip()
    if not text:
        sentence = (
            f"数据源 {feed.name} 的地址没有设：请设环境变量 {feed.url_env}，例如 postgresql://帐号:口令@主机:5432/库。"
        )
        raise Refused("no_source_url", feed.url_env, sentence)
    try:
        url = sa.make_url(text)
    except ArgumentError:  # its text repeats the address, and with it the password
        url = None
    base = url.drivername.split("+")[0] if url is not None else ""
    if url is None or base not in _DRIVERS:
        sentence = f"环境变量 {feed.url_env} 不是能用的数据库地址；请写 postgresql://… 或 mysql://…。"
        raise Refused("bad_source_url", feed.url_env, sentence)
    engine = sa.create_engine(
        url.set(drivername=_DRIVERS[base]),
        poolclass=sa.NullPool,
        connect_args={"connect_timeout": _PATIENCE_S, **({"charset": "utf8mb4"} if "mysql" in _DRIVERS[base] else {})},
    )
    try:
        yield engine
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()
        place = url.render_as_string(hide_password=True)
        sentence = (
            f"从 {place} 读取失败（{cause[0] if cause else type(error).__name__}）；已入库的批次不受影响，"
            f"请核对地址、帐号权限和 {feed.name} 里的表名列名，再运行一次即从断点接着抽。"
        )
        raise Refused("source_failed", place, sentence) from error
    finally:
        engine.dispose()


def start(feed: Feed, position: Position | None) -> Position | None:
    """Where to begin again: `overlap` before the last row, so that rows committed late are not missed."""
    if position is None or not feed.overlap_minutes or not isinstance(position[0], datetime):
        return position
    return position[0] - timedelta(minutes=feed.overlap_minutes), None


def unreachable(engine: sa.Engine, feed: Feed) -> int:
    """Rows whose cursor or key is null: no page ever reaches them."""
    source = _source(feed)
    lost = sa.or_(source.c[feed.cursor].is_(None), source.c[feed.key].is_(None))
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(source).where(lost)).scalar_one())


def fetch(engine: sa.Engine, feed: Feed, after: Position | None, target: Path) -> Page:
    """Writes the next rows of a feed to `target` (Parquet, all text), at most `batch_rows`, in order of the cursor."""
    with _reading(engine) as connection:
        result = connection.execution_options(yield_per=_STREAM).execute(_statement(feed, after))
        names = list(result.keys())
        for column in (feed.cursor, feed.key):
            if column not in names:
                found = "、".join(names)
                sentence = f"数据源 {feed.name} 读出的列里没有 {column}；现有列：{found}。请改 cursor、key 或 select。"
                raise Refused("bad_source", f"{feed.name}.toml", sentence)
        cursor, key, rows, last = names.index(feed.cursor), names.index(feed.key), 0, None
        schema = pa.schema([(name, pa.string()) for name in names])
        with pq.ParquetWriter(target, schema, compression="lz4") as writer:
            for block in result.partitions():
                columns = [
                    pa.array([cast_cell(row[index], feed.time_zone, names[index]) for row in block], pa.string())
                    for index in range(len(names))
                ]
                writer.write_batch(pa.record_batch(columns, schema=schema))
                rows, last = rows + len(block), (block[-1][cursor], block[-1][key])
    return Page(rows, last)


@contextmanager
def _reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that may only read, whatever a definition says."""
    with engine.connect() as connection:
        connection.execute(sa.text("set transaction read only"))
        yield connection


def _source(feed: Feed) -> sa.FromClause:
    """What is read, with its two columns that give the order."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(feed.cursor), sa.column(feed.key)]
    if feed.select:
        return sa.text(feed.select).columns(*columns).subquery("source")
    *schema, name = feed.relation.split(".")
    return sa.table(name, *columns, schema=".".join(schema) or None).alias("source")


def _statement(feed: Feed, after: Position | None) -> sa.Select[Any]:
    """Keyset paging: the database never skips rows it has sent before, however deep the page."""
    source = _source(feed)
    cursor, key = source.c[feed.cursor], source.c[feed.key]
    query: sa.Select[Any] = sa.select(sa.literal_column("source.*")).select_from(source)
    query = query.where(cursor.is_not(None), key.is_not(None)).order_by(cursor, key).limit(feed.batch_rows)
    if after is None:
        return query
    if after[1] is None:
        return query.where(cursor >= _bound(after[0]))
    return query.where(cursor >= _bound(after[0]), sa.or_(cursor > _bound(after[0]), key > _bound(after[1])))


def _bound(value: Any) -> sa.BindParameter[Any]:
    """The value in the type in which it came: a time with its zone is compared as one."""
    kind: Any = sa.DateTime(timezone=value.tzinfo is not None) if isinstance(value, datetime) else None
    return sa.bindparam(None, value, type_=kind, unique=True) if kind else sa.bindparam(None, value, unique=True)


def cast_cell(value: Any, zone: ZoneInfo, column: str) -> str:
    """A value as the text of a file; nothing is "". `zone` is where times without a zone were written down.

    Raises:
        Refused: binary_column.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f") if value.is_finite() else ""
        case float():
            return "" if value != value else repr(value)
        case datetime():
            here = value if value.tzinfo is not None else value.replace(tzinfo=zone)
            return here.astimezone(_WALL).replace(tzinfo=None).isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case timedelta():  # how MySQL's driver gives a time of day
            return f"{datetime.min + value:%H:%M:%S}" if timedelta(0) <= value < timedelta(days=1) else str(value)
        case bytes() | bytearray() | memoryview():
            if bytes(value) in (b"\x00", b"\x01"):  # MySQL's bit(1)
                return "true" if bytes(value) == b"\x01" else "false"
            sentence = f"列 {column} 是二进制内容，不能入表；请在 select 里去掉这一列。"
            raise Refused("binary_column", column, sentence)
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, default=str)
        case int() | str() | UUID():
            return str(value)
        case _:
            return str(value)


def to_json(position: Position) -> list[Sequence[str]]:
    """A position as the state file keeps it: the kind and the exact text of each value."""
    return [_tagged(value) for value in position]


def from_json(raw: Sequence[Sequence[str]]) -> Position:
    """The position that `to_json` wrote."""
    cursor, key = (_READERS[kind](text) for kind, text in raw)
    return cursor, key


_READERS: dict[str, Any] = {
    "datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal, "integer": int, "text": str,
    "uuid": UUID,
}  # fmt: skip


def _tagged(value: Any) -> tuple[str, str]:
    match value:
        case datetime():
            return "datetime", value.isoformat()
        case date():
            return "date", value.isoformat()
        case Decimal():
            return "decimal", str(value)
        case bool():
            pass
        case int():
            return "integer", str(value)
        case str():
            return "text", value
        case UUID():
            return "uuid", str(value)
    sentence = f"游标列或唯一列的值 {value!r} 不能排序续读；请用时间、日期、整数、定点数或文字列。"
    raise Refused("bad_source", type(value).__name__, sentence)
