"""The only place that writes `tables/`, `quarantine/` and `work/` of the store.

A table is a folder with one immutable Parquet file and `state.json`, which names it. A new version is written beside
the old one, flushed to disk, and then `state.json` is replaced in one step: whoever is killed at any moment leaves the
old table or the new one. What nobody names any more is swept when the store is next locked.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.contract import contract
from data.settings import settings
from ingest.field import BATCH, ROW, schema
from ingest.merge import merge
from ingest.result import Refused

LOCK_WAIT_S = 60.0
DEMO_BATCH = "demo"
_STATE = "state.json"
_PAUSE_S = 0.05


@dataclass(frozen=True)
class Batch:
    """One imported file: where its rows came from and what became of them. `sha256` is the file's own.

    `scrubbed`: personal numbers masked in its free text, by kind.
    """

    batch_id: str
    source: str
    sha256: str
    mapping: str
    loaded_at: str
    accepted: int
    unchanged: int
    quarantined: Mapping[str, int]
    scrubbed: Mapping[str, int] = field(default_factory=dict)  # states written before this was counted lack it


@dataclass(frozen=True)
class State:
    """What a table holds now. `file` lies in the table's folder; `loaded_at` is ISO wall time, the newest batch's."""

    file: str
    sha256: str
    rows: int
    is_demo: bool
    loaded_at: str
    batches: tuple[Batch, ...]


@contextmanager
def locked() -> Iterator[Path]:
    """The store for one writer at a time; gives the emptied scratch folder and sweeps what nobody names.

    Whoever reads table files for longer than a moment (publishing) takes it too, or they may be swept away. Not
    re-entrant: a second `locked()` inside the first waits for itself.

    Raises:
        Refused: busy, when another writer keeps the store for longer than LOCK_WAIT_S.
    """
    store = settings().store
    store.mkdir(parents=True, exist_ok=True)
    with (store / ".lock").open("a") as lock:
        _acquire(lock.fileno())
        scratch = store / "work"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        _sweep()
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _acquire(descriptor: int) -> None:
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                sentence = f"另一次导入或发布正在进行，已等待 {LOCK_WAIT_S:.0f} 秒；请待其结束后重新导入。"
                raise Refused("busy", str(settings().store), sentence) from None
            time.sleep(_PAUSE_S)
        else:
            return


def _sweep() -> None:
    for folder in (settings().store / "tables").glob("*/"):
        files = list(folder.iterdir())
        if len(files) == 2 and folder / _STATE in files:  # the pointer and what it names: nothing to look for
            continue
        named = read_state(folder.name)
        for path in files:
            if path.name != _STATE and (named is None or path.name != named.file):
                path.unlink()


def folder(table: str) -> Path:
    """Where a table's files lie."""
    return settings().store / "tables" / table


def state_file(table: str) -> Path:
    """The pointer to a table's file; absent while the table has never been written."""
    return folder(table) / _STATE


def quarantine_file(table: str, batch_id: str) -> Path:
    """One line of JSON per fault of a batch; absent when it had none."""
    return settings().store / "quarantine" / table / f"{batch_id}.jsonl"


def read_state(table: str) -> State | None:
    """The state of a table; None while it has never been written."""
    try:
        raw: dict[str, Any] = json.loads((folder(table) / _STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return State(**{**raw, "batches": tuple(Batch(**batch) for batch in raw["batches"])})


def states() -> dict[str, State]:
    """The states of all tables that have been written, by table name."""
    names = sorted(path.parent.name for path in (settings().store / "tables").glob(f"*/{_STATE}"))
    return {name: state for name in names if (state := read_state(name)) is not None}


def real_file(table: str) -> Path | None:
    """The Parquet file of a table that holds real rows; None for an empty or a demo table."""
    state = read_state(table)
    return None if state is None or state.is_demo else folder(table) / state.file


def commit(table: str, data: Path, batches: Sequence[Batch], loaded_at: datetime) -> None:
    """Makes `data` (a finished file in the scratch folder) the real content of a table. Drops demo batches."""
    old = read_state(table)
    kept = () if old is None or old.is_demo else old.batches
    again = {batch.batch_id for batch in batches}
    log = (*(batch for batch in kept if batch.batch_id not in again), *batches)
    _replace(table, data, is_demo=False, loaded_at=loaded_at, batches=log)


def replace_demo(table: str, rows: pa.Table, loaded_at: datetime) -> bool:
    """Writes a whole table as demo data; columns by name, in the contract's types. The caller does not hold the lock.

    Returns False and leaves the table alone when it holds real rows: demo rows never push those out.

    Raises:
        ValueError: for unknown or missing columns and for rows that share a key.
    """
    target = contract(table)
    unknown = set(target.column_names).symmetric_difference(rows.column_names)
    if unknown:
        raise ValueError(f"{table}: demo columns differ from the contract: {', '.join(sorted(unknown))}")
    numbers = pa.array(range(1, rows.num_rows + 1), pa.int64())
    whole = rows.append_column(BATCH, pa.repeat(DEMO_BATCH, rows.num_rows)).append_column(ROW, numbers)
    with locked() as scratch:
        if real_file(table) is not None:
            return False
        data = staged = scratch / "demo.parquet"
        with pq.ParquetWriter(staged, schema(target)) as writer:  # part by part: a whole cast would hold it twice
            for part in whole.select(schema(target).names).to_batches(max_chunksize=500_000):
                writer.write_table(pa.Table.from_batches([part]).cast(schema(target)))
        if rows.num_rows:
            data = scratch / "sorted.parquet"
            repeated = rows.num_rows - merge(target, None, staged, data, scratch).accepted
            if repeated:
                raise ValueError(f"{table}: {repeated} demo rows repeat a key ({', '.join(target.key)})")
        batch = Batch(DEMO_BATCH, "演示数据", "", "", iso(loaded_at), rows.num_rows, 0, {})
        _replace(table, data, is_demo=True, loaded_at=loaded_at, batches=(batch,))
    return True


def restore(table: str, state: str | None, data: Path, scratch: Path) -> None:
    """Makes a table what it was: `state` is the text of its pointer then, None if it was not there; `data` its file.

    The caller holds the lock; `data` is linked, not moved.
    """
    if state is None:
        if state_file(table).exists():
            state_file(table).unlink()
            _flush(folder(table))
        return
    target = folder(table) / json.loads(state)["file"]
    if not target.exists():
        os.link(data, target)
        _flush(target.parent)
    pointer = scratch / f"{table}.json"
    pointer.write_text(state, encoding="utf-8")
    _settle(pointer, state_file(table))


def write_quarantine(table: str, batch_id: str, lines: Path) -> None:
    """Makes `lines` (a finished file in the scratch folder) the quarantine of a batch; an empty one removes it."""
    target = quarantine_file(table, batch_id)
    if lines.stat().st_size == 0:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    _settle(lines, target)


def _replace(table: str, data: Path, *, is_demo: bool, loaded_at: datetime, batches: tuple[Batch, ...]) -> None:
    """Data first, then the pointer to it."""
    home = folder(table)
    home.mkdir(parents=True, exist_ok=True)
    with data.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    rows = pq.read_metadata(data).num_rows
    state = State(f"data-{digest[:16]}.parquet", digest, rows, is_demo, iso(loaded_at), batches)
    _settle(data, home / state.file)
    pointer = data.with_name(f"{table}.json")
    pointer.write_text(json.dumps(asdict(state), ensure_ascii=False, indent=1), encoding="utf-8")
    _settle(pointer, home / _STATE)


def _settle(source: Path, target: Path) -> None:
    """Moves a finished file to its place in one step, on disk before anyone can see it."""
    _flush(source)
    os.replace(source, target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def iso(moment: datetime) -> str:
    """A moment as states and batches write it."""
    return moment.isoformat(sep="T", timespec="seconds")
