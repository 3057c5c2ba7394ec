"""The only place that makes a snapshot: tables → rollups → derived tables → an immutable folder → `CURRENT`.

Everything is written into a temporary folder, which is renamed when it is whole; then `CURRENT` is replaced in one
step. A crash at any moment leaves the last snapshot as it was. The id is a digest of the content: publishing unchanged
tables keeps it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data.clock import now
from data.contract import Contract, contract, contracts
from data.settings import settings
from ingest import derived, reference, reuse, store
from metrics.standards import air
from queries import runner, statement
from queries.snapshot import NoSnapshot, current_id, kept, snapshots_folder

_CODE, _STANDARDS = Path(__file__).parent, Path(air.__file__).parent  # what derived tables are computed with
_FIRST_YEAR = 2000
_FORMAT = 1  # raise when what a snapshot's files mean changes
_EVENING = time(18)  # an extract of events whose last row is later than this is taken to hold the whole day


def publish() -> str:
    """Make a snapshot of the tables as they stand and swap it in; returns its id."""
    with store.locked():
        states = store.states()
        snapshot_id = f"snap-{_digest(states)}"
        folder = snapshots_folder() / snapshot_id
        if not (folder / "manifest.json").exists():
            _make(folder, snapshot_id, states)
        _point_to(snapshot_id)
        _sweep(keep=snapshot_id)
    return snapshot_id


def _digest(states: Mapping[str, store.State]) -> str:
    """What the content is made of: the table files, the SQL and code that derives the rest, and the reference text."""
    parts: list[object] = [_FORMAT, [(name, state.sha256, state.is_demo) for name, state in sorted(states.items())]]
    parts += [(each.name, each.sql) for each in statement.rollups()]
    parts.append(repr(contracts()))
    parts += [path.read_text(encoding="utf-8") for path in _texts()]
    parts += [(table, repr(rows.to_pylist())) for table, rows in sorted(reference.tables(*_years(states)).items())]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _texts() -> list[Path]:
    return sorted((*_CODE.glob("*.py"), *_STANDARDS.glob("*.py")))


def _make(folder: Path, snapshot_id: str, states: Mapping[str, store.State]) -> None:
    parent = folder.parent
    parent.mkdir(parents=True, exist_ok=True)
    for leftover in parent.glob("tmp-*"):  # a publish that was killed; the lock says nobody is at work there
        shutil.rmtree(leftover)
    draft = parent / f"tmp-{os.getpid()}"
    draft.mkdir()
    files: dict[str, Path] = {}
    for name, state in states.items():
        files[name] = draft / f"{name}.parquet"
        os.link(store.folder(name) / state.file, files[name])
    ready = reference.tables(*_years(states)) | {"common.data_load": reference.loads(states)}
    for name, rows in ready.items():
        files[name] = _write(rows, draft / f"{name}.parquet")
    con = duckdb.connect(":memory:")
    con.execute("set preserve_insertion_order = true")
    contents = {name: states[name].sha256 if name in states else _sha256(file) for name, file in files.items()}
    before = reuse.former()
    built = _built(con, draft, files, contents, before)
    stored = sorted(files.keys() - built.keys())
    entries = {name: _entry(con, contract(name), files[name], states.get(name)) for name in stored}
    entries |= {
        name: _built_entry(con, name, files[name], reads, entries) | {"made_of": contents[name]}
        for name, reads in built.items()
    }
    con.close()
    manifest = {
        "id": snapshot_id,
        "made_at": now().isoformat(timespec="seconds"),
        "tables": entries,
    }
    (draft / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    for path in draft.iterdir():
        _sync(path)
    _sync(draft)
    if folder.exists():  # without a manifest: not a snapshot
        shutil.rmtree(folder)
    os.rename(draft, folder)
    _sync(parent)


def _built(
    con: duckdb.DuckDBPyConnection, draft: Path, files: dict[str, Path], contents: dict[str, str], before: reuse.Former
) -> dict[str, frozenset[str]]:
    """Build rollups and derived tables in the order of what they read; returns what each was built from.

    `contents` gains what each was made of; what was made of the same `before` is taken over.
    """
    code = "".join(path.read_text(encoding="utf-8") for path in _texts())
    rollups = {each.name: each for each in statement.rollups()}
    needs = {name: each.tables for name, each in rollups.items()}
    needs |= {name: builder.reads for name, builder in derived.BUILDERS.items()}
    runner.define(con, files, built=needs.keys())
    for name in statement.order(needs):
        file = draft / f"{name}.parquet"
        contents[name] = reuse.made_of(rollups[name].sql if name in rollups else code, needs[name], contents)
        if (there := before.file(name, contents[name])) is not None:
            os.link(there, file)
        elif name in rollups:
            con.execute(f"copy ({rollups[name].sql}\n) to '{file}' (format parquet, compression zstd)")
        else:
            _write(derived.BUILDERS[name].build(con), file)
        files[name] = file
        runner.define_table(con, name, file)
    return {name: frozenset(needs[name]) for name in needs}


def _years(states: Mapping[str, store.State]) -> tuple[int, int]:
    """A year before the first and a year after the last that any dated table holds, so that comparisons find days."""
    moments = []
    with duckdb.connect(":memory:") as con:
        for name, state in states.items():
            if contract(name).time is not None:
                con.read_parquet(str(store.folder(name) / state.file)).create_view("dated", replace=True)
                sql = f"select min({contract(name).time})::date, max({contract(name).time})::date from dated"  # noqa: S608
                moments += [day for day in con.execute(sql).fetchall()[0] if day is not None]
    if not moments:
        return 2021, 2026
    this_year = now().year  # whatever a table holds, the calendar stays one of our time
    return max(min(moments).year - 1, _FIRST_YEAR), min(max(moments).year + 1, this_year + 2)


def _write(rows: pa.Table, file: Path) -> Path:
    pq.write_table(rows, file, compression="zstd")
    return file


def _entry(con: duckdb.DuckDBPyConnection, table: Contract, file: Path, state: store.State | None) -> dict[str, Any]:
    first, last = _span(con, table)
    return {
        "rows": _rows(file),
        "sha256": state.sha256 if state else _sha256(file),
        "kind": "detail" if state else table.layer,
        "since": first.date().isoformat() if first else None,
        "until": _covered_until(table, last, state).isoformat() if last else None,
        "data_time": last.isoformat(timespec="seconds") if last else None,
        "loaded_at": state.loaded_at if state else None,
        "is_demo": state.is_demo if state else False,
        "batches": [asdict(batch) for batch in state.batches] if state else [],
    }


def _built_entry(
    con: duckdb.DuckDBPyConnection, name: str, file: Path, reads: Iterable[str], entries: Mapping[str, Any]
) -> dict[str, Any]:
    """A built table carries the load time and the demo mark of what it was built from."""
    found = contracts().get(name)
    first, last = _span(con, found) if found else (None, None)
    roots = [entries[table] for table in _roots(reads) if table in entries]
    return {
        "rows": _rows(file),
        "sha256": _sha256(file),
        "kind": "derived" if found else "rollup",
        "since": first.date().isoformat() if first else None,
        "until": _full_until(found, last).isoformat() if found and last else None,
        "data_time": last.isoformat(timespec="seconds") if last else None,
        "loaded_at": max((root["loaded_at"] for root in roots if root["loaded_at"]), default=None),
        "is_demo": any(root["is_demo"] for root in roots),
        "batches": [],
    }


def _roots(reads: Iterable[str]) -> set[str]:
    """The stored tables at the bottom of what a built table reads."""
    needs = {each.name: each.tables for each in statement.rollups()}
    needs |= {name: builder.reads for name, builder in derived.BUILDERS.items()}
    found: set[str] = set()
    for table in reads:
        found |= _roots(needs[table]) if table in needs else {table}
    return found


def _span(con: duckdb.DuckDBPyConnection, table: Contract) -> tuple[datetime | None, datetime | None]:
    if table.time is None or table.layer == "reference":
        return None, None
    sql = f"select min({table.time})::timestamp, max({table.time})::timestamp from {table.table}"  # noqa: S608
    first, last = con.execute(sql).fetchall()[0]
    return first, last


def _covered_until(table: Contract, last: datetime, state: store.State | None) -> date:
    """How far a loaded table speaks: to its newest full day, and, for events, to the day it was loaded.

    A quiet week has no row, yet it is known to be quiet: an extract of events that was loaded while its newest row was
    not yet late (the contract's sla) covers the days up to its loading.
    """
    until = _full_until(table, last)
    is_events = table.column(table.time or "").type == "timestamp" and table.refresh.every_minutes is None
    if state is None or not is_events:
        return until
    loaded = datetime.fromisoformat(state.loaded_at)
    return max(until, loaded.date()) if loaded <= last + timedelta(minutes=table.refresh.sla_minutes) else until


def _full_until(table: Contract, last: datetime) -> date:
    """The first day after the newest full day."""
    kind = table.column(table.time or "").type
    if kind == "date":
        return last.date() + timedelta(days=1)
    every = table.refresh.every_minutes
    is_full = (last + timedelta(minutes=every)).date() > last.date() if every else last.time() >= _EVENING
    return last.date() + timedelta(days=1 if is_full else 0)


def _rows(file: Path) -> int:
    rows: int = pq.ParquetFile(file).metadata.num_rows
    return rows


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _point_to(snapshot_id: str) -> None:
    pointer = settings().store / "CURRENT"
    try:
        if current_id() == snapshot_id:
            return
    except NoSnapshot:
        pass
    draft = pointer.with_name(f"CURRENT.{os.getpid()}")
    draft.write_text(snapshot_id, encoding="ascii")
    _sync(draft)
    os.replace(draft, pointer)
    _sync(pointer.parent)


def _sweep(keep: str) -> None:
    """Delete all but the newest snapshots, those that are pinned and the current one."""
    pinned = {path.name for path in (settings().store / "pins").glob("snap-*")}
    for old in kept()[settings().snapshots_kept :]:
        if old.id != keep and old.id not in pinned:
            shutil.rmtree(old.folder)
