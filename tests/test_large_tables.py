"""Large tables are written run by run, and a snapshot takes over what has not changed: same rows, less work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.contract import contract
from data.settings import settings
from ingest import merge as merging
from ingest import sorted_file
from ingest.field import BATCH, ROW, schema
from ingest.merge import merge
from queries.snapshot import snapshots_folder
from tests import tiny

AIR = "ecology.air_hourly"
KIND = pa.schema([("place", pa.string()), ("number", pa.int64())])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    tiny.use(tmp_path / "store", monkeypatch)
    yield tmp_path / "store"
    settings.cache_clear()


def written(folder: Path, name: str) -> Path:
    """200 rows of four places, one of them unknown, in no order."""
    con = duckdb.connect()
    rows = "select ['a', 'b', 'c', null][1 + i % 4] as place, i * 7 % 200 as number from range(200) t(i)"
    con.execute(f"create table rows as {rows}")
    file = folder / name
    sorted_file.write(con, "rows", "rows", ["place", "number"], KIND, file)
    return file


def test_runs_of_places_are_one_sorted_table_and_the_same_bytes_however_they_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorted_file, "_GROUP", 30)
    whole = written(tmp_path, "whole.parquet")
    monkeypatch.setattr(sorted_file, "ROWS_AT_ONCE", 60)
    parts = written(tmp_path, "parts.parquet")
    assert whole.read_bytes() == parts.read_bytes()
    rows = [tuple(row.values()) for row in pq.read_table(parts).to_pylist()]
    assert rows == sorted(rows, key=lambda row: (row[0] is None, row)) and len(rows) == 200


def air(hour: int, pm25: float, row: int) -> dict[str, object]:
    known = {"station_id": "s", "place_code": "341002", "observed_at": datetime(2026, 11, 9, hour), "pm25": pm25}
    return {**known, BATCH: "b", ROW: row}


def test_a_large_table_is_merged_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = contract(AIR)

    def file(name: str, *rows: dict[str, object]) -> Path:
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema(target)), tmp_path / name)
        return tmp_path / name

    stored = file("stored", *(air(hour, 10, hour) for hour in range(6)))
    new = file("new", air(2, 99, 1), air(3, 10, 2), air(7, 5, 3))
    small = merge(target, stored, new, tmp_path / "small", tmp_path)
    monkeypatch.setattr(merging, "_LARGE", 3)
    monkeypatch.setattr(merging, "_FEW", 0)
    large = merge(target, stored, new, tmp_path / "large", tmp_path)
    assert (large.accepted, large.unchanged) == (small.accepted, small.unchanged) == (2, 1)
    assert small.path is not None and large.path is not None
    assert pq.read_table(large.path).to_pylist() == pq.read_table(small.path).to_pylist()
    assert len(pq.read_table(large.path)) == 7


def test_a_snapshot_takes_over_the_rollups_of_what_has_not_changed(store: Path) -> None:
    case = {"case_id": "1", "place_code": "341002", "channel": "app", "status": "closed"}
    first = tiny.fill({"urban.case": [case | {"filed_at": datetime(2026, 11, 9)}]})
    second = tiny.fill({"traffic.parking_lot": [{"lot_id": "p", "name": "甲", "place_code": "341002"}]})
    third = tiny.fill({"urban.case": [case | {"filed_at": datetime(2026, 11, 10)}]})

    def inode(snapshot_id: str) -> int:
        return (snapshots_folder() / snapshot_id / "urban.case_daily.parquet").stat().st_ino

    assert first != second != third
    assert inode(first) == inode(second) != inode(third)
    days = "select day_date::varchar from read_parquet(?) where filed_count = 1"
    file = str(snapshots_folder() / third / "urban.case_daily.parquet")
    assert duckdb.connect().execute(days, [file]).fetchall() == [("2026-11-10",)]
