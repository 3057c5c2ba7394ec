"""A table holds the newest version of each row, changes in one step, and does not change without a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import bad_files as make
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ingest
from data.contract import contract
from data.settings import settings
from ingest import store as tables
from ingest.field import schema
from ingest.result import ImportResult

LATER = make.NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def send(path: Path, *rows: make.Row, now: datetime = make.NOW, **how: Any) -> ImportResult:
    result = ingest.load(make.AIR, [make.write_csv(path, *rows)], now=now, **how)
    assert result.refused is None, result
    return result


def stored(table: str = make.AIR) -> list[dict[str, Any]]:
    state = tables.read_state(table)
    assert state is not None
    found: list[dict[str, Any]] = pq.read_table(tables.folder(table) / state.file).to_pylist()
    assert len(found) == state.rows
    return found


def values() -> dict[int, float]:
    """PM2.5 by hour."""
    return {row["observed_at"].hour: row["pm25"] for row in stored()}


def demo(table: str, *rows: Mapping[str, Any]) -> bool:
    declared = pa.schema([field for field in schema(contract(table)) if field.name not in ("batch_id", "source_row")])
    whole = [{name: row.get(name) for name in declared.names} for row in rows]
    return tables.replace_demo(table, pa.Table.from_pylist(whole, schema=declared), make.NOW)


def demo_hour(hour: int) -> dict[str, Any]:
    return {"station_id": "演示站", "place_code": "341002", "observed_at": datetime(2026, 11, 16, hour), "pm25": 9.0}


def demo_station() -> dict[str, Any]:
    return {"station_id": "演示站", "name": "演示站", "place_code": "341002"}


# --- versions of a row ------------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(tmp_path: Path, store: Path) -> None:
    rows = [make.air(8), make.air(9, pm25="x")]
    assert send(tmp_path / "a.csv", *rows).accepted == 1
    before = make.contents(store)
    again = send(tmp_path / "a.csv", *rows, now=LATER)
    assert (again.accepted, again.unchanged, again.quarantined) == (0, 1, {"bad_number": 1})
    assert make.contents(store) == before


def test_the_same_rows_in_another_file_change_nothing(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8), make.air(9))
    before = tables.read_state(make.AIR)
    again = send(tmp_path / "b.csv", make.air(9), make.air(8), now=LATER)
    assert (again.accepted, again.unchanged) == (0, 2)
    assert tables.read_state(make.AIR) == before


def test_a_newer_version_replaces_a_row_by_its_key(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8, pm25="1"), make.air(9, pm25="2"))
    result = send(tmp_path / "b.csv", make.air(9, pm25="3"), make.air(10, pm25="4"))
    assert (result.accepted, result.unchanged) == (2, 0)
    assert values() == {8: 1, 9: 3, 10: 4}


def test_a_value_that_was_withdrawn_becomes_unknown(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8, pm25="1"))
    assert send(tmp_path / "b.csv", make.air(8, pm25="")).accepted == 1
    assert stored()[0]["pm25"] is None


def test_an_unchanged_row_keeps_the_batch_and_the_row_it_came_from(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8), make.air(9))
    send(tmp_path / "b.csv", make.air(10), make.air(9))
    first, second = (batch.batch_id for batch in tables.read_state(make.AIR).batches)  # type: ignore[union-attr]
    assert [(row["batch_id"], row["source_row"]) for row in stored()] == [(first, 2), (first, 3), (second, 2)]


def test_of_several_files_a_later_one_wins(tmp_path: Path) -> None:
    files = [make.write_csv(tmp_path / name, make.air(8, pm25=pm25)) for name, pm25 in (("a.csv", "1"), ("b.csv", "2"))]
    result = ingest.load(make.AIR, files, now=make.NOW)
    assert (result.accepted, result.quarantined) == (2, {})
    assert values() == {8: 2}
    assert [batch.source for batch in tables.read_state(make.AIR).batches] == ["a.csv", "b.csv"]  # type: ignore[union-attr]


def test_the_same_rows_are_the_same_bytes_in_whatever_order_they_came(tmp_path: Path, store: Path) -> None:
    rows = [make.air(hour, station_id=name) for hour in range(24) for name in "CAB"]
    send(tmp_path / "a.csv", *rows)
    first = tables.read_state(make.AIR)
    assert [(row["station_id"], row["observed_at"].hour) for row in stored()] == [
        (s, h) for s in "ABC" for h in range(24)
    ]
    for path in (store / "tables" / make.AIR).iterdir():
        path.unlink()
    send(tmp_path / "a.csv", *rows, now=LATER)
    second = tables.read_state(make.AIR)
    assert first is not None and second is not None
    assert first.sha256 == second.sha256


def test_a_column_that_the_contract_gained_is_unknown_in_older_rows(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8, so2="5"))
    state = tables.read_state(make.AIR)
    assert state is not None
    file = tables.folder(make.AIR) / state.file
    pq.write_table(pq.read_table(file).drop_columns(["so2"]), file)
    send(tmp_path / "b.csv", make.air(9, so2="6"))
    assert [row["so2"] for row in stored()] == [None, 6]


# --- the log of batches and the quarantine ----------------------------------------------------------------------------


def test_a_batch_says_where_its_rows_came_from_and_what_became_of_them(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8), make.air(8), make.air(9, pm25="x"))
    state = tables.read_state(make.AIR)
    assert state is not None
    (batch,) = state.batches
    assert (batch.source, batch.mapping, batch.loaded_at) == ("a.csv", "", "2026-11-23T06:00:00")
    assert (batch.accepted, batch.unchanged, batch.quarantined) == (1, 1, {"bad_number": 1})
    assert len(batch.batch_id) == 12
    assert (state.rows, state.is_demo, state.loaded_at) == (1, False, batch.loaded_at)


def test_a_file_that_returns_after_others_is_the_newest_batch_again(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8, pm25="1"))
    send(tmp_path / "b.csv", make.air(8, pm25="2"))
    send(tmp_path / "a.csv", make.air(8, pm25="1"), now=LATER)
    state = tables.read_state(make.AIR)
    assert state is not None
    assert [batch.source for batch in state.batches] == ["b.csv", "a.csv"]
    assert state.loaded_at == "2026-11-24T06:00:00"


def test_quarantine_holds_one_line_for_each_fault(tmp_path: Path, store: Path) -> None:
    send(tmp_path / "a.csv", make.air(8), make.air(9, pm25="x", so2="y"))
    (file,) = (store / "quarantine" / make.AIR).iterdir()
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["row"], line["column"], line["value"], line["rule"]) for line in lines] == [
        (3, "pm25", "x", "bad_number"),
        (3, "so2", "y", "bad_number"),
    ]
    assert all(line["sentence"].startswith("a.csv 第 3 行") for line in lines)
    assert file.stem == tables.read_state(make.AIR).batches[0].batch_id  # type: ignore[union-attr]


def test_a_lost_quarantine_file_is_written_again_by_the_same_import(tmp_path: Path, store: Path) -> None:
    rows = [make.air(8), make.air(9, pm25="x")]
    send(tmp_path / "a.csv", *rows)
    (file,) = (store / "quarantine" / make.AIR).iterdir()
    whole = file.read_bytes()
    file.unlink()
    send(tmp_path / "a.csv", *rows)
    assert file.read_bytes() == whole


def test_a_dry_run_answers_the_same_and_writes_nothing(tmp_path: Path, store: Path) -> None:
    rows = [make.air(8), make.air(9, pm25="x"), make.air(10), make.air(10, pm25="1")]
    tried = send(tmp_path / "a.csv", *rows, dry_run=True)
    assert make.contents(store) == {}
    assert tried == send(tmp_path / "a.csv", *rows)


# --- demo and real ----------------------------------------------------------------------------------------------------


def test_demo_rows_are_marked_and_sorted(store: Path) -> None:
    assert demo(make.AIR, demo_hour(9), demo_hour(8))
    state = tables.read_state(make.AIR)
    assert state is not None
    assert (state.is_demo, state.rows, state.loaded_at) == (True, 2, "2026-11-23T06:00:00")
    assert values() == {8: 9, 9: 9}


def test_the_same_demo_rows_are_the_same_bytes(store: Path) -> None:
    demo(make.AIR, demo_hour(8), demo_hour(9))
    first = make.contents(store)
    demo(make.AIR, demo_hour(8), demo_hour(9))
    assert make.contents(store) == first


def test_a_demo_table_may_be_empty() -> None:
    assert demo(make.AIR)
    assert stored() == []


def test_demo_rows_that_share_a_key_are_the_generator_s_fault() -> None:
    with pytest.raises(ValueError, match="repeat a key"):
        demo(make.AIR, demo_hour(8), demo_hour(8))


def test_demo_columns_must_be_those_of_the_contract() -> None:
    with pytest.raises(ValueError, match="pm99"):
        tables.replace_demo(make.AIR, pa.table({"pm99": [1.0]}), make.NOW)


def test_the_first_real_import_drops_the_demo_rows(tmp_path: Path) -> None:
    demo(make.AIR, demo_hour(8), demo_hour(9))
    assert send(tmp_path / "a.csv", make.air(9)).accepted == 1
    assert [row["station_id"] for row in stored()] == ["A"]
    state = tables.read_state(make.AIR)
    assert state is not None
    assert not state.is_demo
    assert [batch.source for batch in state.batches] == ["a.csv"]


def test_demo_rows_never_push_out_real_ones(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(9))
    assert not demo(make.AIR, demo_hour(8))
    assert [row["station_id"] for row in stored()] == ["A"]


def test_a_refused_file_leaves_the_demo_rows(tmp_path: Path) -> None:
    demo(make.AIR, demo_hour(8))
    result = ingest.load(make.AIR, [make.write_csv(tmp_path / "a.csv", make.air(9, pm25="x"))], now=make.NOW)
    assert result.refused is not None
    assert tables.read_state(make.AIR).is_demo  # type: ignore[union-attr]


# --- leftovers --------------------------------------------------------------------------------------------------------


def test_what_a_killed_import_left_is_swept_by_the_next(tmp_path: Path, store: Path) -> None:
    send(tmp_path / "a.csv", make.air(8))
    home = store / "tables" / make.AIR
    (home / "data-0123456789abcdef.parquet").write_bytes(b"never named")
    (store / "work").mkdir(exist_ok=True)
    (store / "work" / "0-rows.parquet").write_bytes(b"half a file")
    send(tmp_path / "b.csv", make.air(9))
    state = tables.read_state(make.AIR)
    assert state is not None
    assert not (home / "data-0123456789abcdef.parquet").exists()
    assert (home / state.file).exists()
    assert not (store / "work").exists()


def test_all_tables_that_were_written_are_listed(tmp_path: Path) -> None:
    send(tmp_path / "a.csv", make.air(8))
    demo(make.STATION, demo_station())
    assert {name: state.is_demo for name, state in tables.states().items()} == {make.AIR: False, make.STATION: True}
