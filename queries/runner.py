"""The only place that owns the DuckDB connection that serves.

One locked in-memory connection per process; every snapshot is attached under its own name with a schema per theme, and
each thread asks through its own cursor. Values are bound, statements have a time-out, slow ones are logged, answers are
cached under statement, binds, scope (with its principal) and snapshot. Works bare; `fit_cache` adds the cache.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pandas as pd

from data.contract import Contract, contracts
from data.settings import settings
from queries import statement
from queries.assembler import narrow
from queries.scope import Scope
from queries.snapshot import Snapshot, snapshot, snapshots_folder
from queries.watchdog import watchdog

log = logging.getLogger("cockpit.queries")
DUCKDB_TYPES = {
    "text": "varchar",
    "integer": "bigint",
    "real": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
_PIECE_VECTORS = 10  # of 2048 rows each
SYSTEM_COLUMNS = {"batch_id": "varchar", "source_row": "bigint"}


class QueryTimeout(Exception):
    """A statement ran longer than it may and was stopped."""


class Cache(Protocol):
    """What the runner needs of a cache: Flask-Caching's `get` and `set`."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any) -> Any: ...


def columns_of(contract: Contract) -> dict[str, str]:
    """Column → DuckDB type of a stored table: the contract's columns and, where rows were loaded, their origin."""
    declared = {column.name: DUCKDB_TYPES[column.type] for column in contract.columns}
    return declared | SYSTEM_COLUMNS if contract.layer == "detail" else declared


def define(con: duckdb.DuckDBPyConnection, files: Mapping[str, Path], built: Collection[str] = ()) -> None:
    """Make the schemas and a view per table, empty with the contract's columns where there is no file.

    `built` names what the caller is about to build and will define itself.
    """
    every = contracts()
    names = {*every, *files, *built, *(view.name for view in statement.views())}
    for schema in sorted({name.split(".")[0] for name in names}):
        con.execute(f"create schema if not exists {schema}")
    for table, file in files.items():
        define_table(con, table, file)
    for table in every.keys() - files.keys() - set(built):
        typed = ", ".join(f"null::{kind} as {name}" for name, kind in columns_of(every[table]).items())
        con.execute(f"create view {table} as select {typed} where false")


def define_table(con: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    """Make the view over one Parquet file."""
    path = str(file).replace("'", "''")
    con.execute(f"create view {table} as select * from read_parquet('{path}')")  # noqa: S608 - a view takes no binds


def define_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make the views of `queries/<theme>/views`.

    A snapshot made by an older version lacks what was built since: a view over that is left out, so that only the
    questions that need it fail until the next publish.
    """
    for view in statement.views():
        try:
            con.execute(f"create view {view.name} as {view.sql}")
        except duckdb.CatalogException as error:
            log.warning("view %s left out, publish again: %s", view.name, error)


class Engine:
    """The pooled connection over one store."""

    def __init__(self, store: Path) -> None:
        folder = snapshots_folder(store)
        folder.mkdir(parents=True, exist_ok=True)
        self._con = duckdb.connect(":memory:")
        self._con.execute("set allowed_directories = [$1]", [str(folder.resolve())])
        self._con.execute("set enable_external_access = false")
        self._con.execute("set lock_configuration = true")
        self._attached: dict[str, str] = {}
        self._lock = threading.Lock()
        self._local = threading.local()

    def _attach(self, snap: Snapshot) -> str:
        name = snap.id.replace("-", "_")
        with self._lock:
            if name not in self._attached:
                cursor = self._con.cursor()
                cursor.execute(f"attach ':memory:' as {name}")
                try:
                    cursor.execute(f"use {name}")
                    define(cursor, {table: snap.folder.resolve() / f"{table}.parquet" for table in snap.tables})
                    define_views(cursor)
                except duckdb.Error:  # half a snapshot must not stay: the next request begins anew
                    cursor.execute("use memory")
                    cursor.execute(f"detach {name}")
                    raise
                self._attached[name] = snap.id
                self._detach_swept(keep=name)
        return name

    def _detach_swept(self, keep: str) -> None:
        """Let go of snapshots that the store no longer keeps, or a long-lived server would hold them all."""
        for name, snapshot_id in list(self._attached.items()):
            if name != keep and not (snapshots_folder() / snapshot_id / "manifest.json").exists():
                try:
                    self._con.execute(f"detach {name}")
                except duckdb.Error:  # another thread's cursor still stands in it; the next swap tries again
                    continue
                del self._attached[name]

    def own_cursor(self, snap: Snapshot) -> duckdb.DuckDBPyConnection:
        """A cursor of its own standing in the snapshot, for an answer that is read over many requests' time."""
        name = self._attach(snap)
        cursor = self._con.cursor()
        cursor.execute(f"use {name}")
        return cursor

    @contextmanager
    def cursor(self, snap: Snapshot) -> Iterator[duckdb.DuckDBPyConnection]:
        """This thread's cursor, standing in the snapshot, interrupted when it runs too long."""
        name = self._attach(snap)
        cursor = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._local.cursor = self._con.cursor()
        if getattr(self._local, "standing", None) != name:
            cursor.execute(f"use {name}")
            self._local.standing = name
        with watchdog.over(cursor, settings().query_timeout_s):
            yield cursor


class _Fitted:
    """What `create_app()` fits: the engine of the configured store, and the cache."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.cache: Cache | None = None
        self.lock = threading.Lock()


_fitted = _Fitted()


def engine() -> Engine:
    """The engine of this process, opened on first use."""
    with _fitted.lock:
        if _fitted.engine is None:
            _fitted.engine = Engine(settings().store)
        return _fitted.engine


def fit_cache(cache: Cache | None) -> None:
    """Use this cache from now on; None for none."""
    _fitted.cache = cache


def _cache_key(sql: str, binds: Mapping[str, object], scope: Scope) -> str:
    return "q-" + hashlib.sha256(repr((sql, sorted(binds.items()), scope)).encode()).hexdigest()


def _cached(key: str) -> pd.DataFrame | None:
    if _fitted.cache is None:
        return None
    try:
        found: pd.DataFrame | None = _fitted.cache.get(key)
    except Exception:  # whatever the cache's back end raises when it is away: the cockpit serves on, slower
        log.warning("cache cannot be read; answering from the store", exc_info=True)
        return None
    return found


def _keep(key: str, frame: pd.DataFrame) -> None:
    if _fitted.cache is None:
        return
    try:
        _fitted.cache.set(key, frame)
    except Exception:  # as above
        log.warning("cache cannot be written; serving on", exc_info=True)


def query(sql: str, binds: Mapping[str, object], scope: Scope) -> pd.DataFrame:
    """The answer to `sql` in the scope's snapshot. Text columns are objects with None, never NaN strings.

    Raises:
        QueryTimeout: it ran longer than `query_timeout_s`.
        SnapshotExpired: the scope's snapshot is not kept any more.
    """
    snap = snapshot(scope.snapshot)
    key = _cache_key(sql, binds, scope)
    found = _cached(key)
    if found is not None:
        return found
    began = time.perf_counter()
    with engine().cursor(snap) as cursor:
        try:
            frame: pd.DataFrame = cursor.execute(sql, dict(binds)).df()
        except duckdb.InterruptException as error:
            raise QueryTimeout(
                f"查询超过 {settings().query_timeout_s:g} 秒被中止：缩短统计期或选一个区县（设置 query_timeout_s）"
            ) from error
    spent = time.perf_counter() - began
    if spent > settings().slow_query_s:
        log.warning("slow query %.2f s in %s: %s %s", spent, scope.snapshot, sql, dict(binds))
    _keep(key, frame)
    return frame


def run(name: str, scope: Scope, **binds: object) -> pd.DataFrame:
    """The answer to the question `queries/<name>.sql`; `$area`, `$since`, `$until` come from the scope.

    Raises:
        StatementError: no such question, or a bind it needs is not given.
        FilterNotTaken: the scope filters by what the question's header does not declare.
    """
    asked = statement.question(name)
    sql, values = narrow(asked, scope)
    given = scope.binds() | binds
    missing = asked.binds - given.keys()
    if missing:
        raise statement.StatementError(f"queries/{name}.sql needs {sorted(missing)}; pass them to run()")
    return query(sql, {bind: given[bind] for bind in asked.binds} | values, scope)


def stream(sql: str, binds: Mapping[str, object], scope: Scope) -> Iterator[pd.DataFrame]:
    """The answer piece by piece, for exports that are too large to keep; neither cached nor held in memory.

    Raises:
        QueryTimeout: its first row took longer than `query_timeout_s`.
        SnapshotExpired: the scope's snapshot is not kept any more.
    """
    snap = snapshot(scope.snapshot)
    cursor = engine().own_cursor(snap)
    try:
        with watchdog.over(cursor, settings().query_timeout_s):
            cursor.execute(sql, dict(binds))
    except duckdb.InterruptException as error:
        raise QueryTimeout(f"导出超过 {settings().query_timeout_s:g} 秒被中止：缩短统计期，或加筛选条件") from error
    try:
        while len(piece := cursor.fetch_df_chunk(_PIECE_VECTORS)):
            yield piece
    finally:
        cursor.close()
