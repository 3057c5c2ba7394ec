"""A department's database is pulled into a table: in batches, once each row, whoever is killed on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import bad_files as make
import postgres
import psycopg
import pyarrow.parquet as pq
import pytest
from conftest import ROOT

from data.contract import contract
from data.settings import settings
from ingest import database, store
from ingest.feed import feed
from ingest.pull import pull
from ingest.result import Refused

SHANGHAI, UTC = ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC")
ROWS, BATCH = 30_000, 1_000
FIRST = datetime(2024, 1, 1)
DEFINITION = {
    "table": make.AIR, "url_env": "AIR_DB_URL", "relation": "air.hour", "cursor": "updated_at", "key": "id",
    "batch_rows": BATCH, "time_zone": "UTC", "mapping": "hour.toml",
}  # fmt: skip
COLUMNS = ("station_id", "place_code", "observed_at", "pm25")


def definition(folder: Path, **changes: Any) -> Path:
    """A source file; None takes a key out."""
    columns = "\n".join(f'{name} = "{name}"' for name in COLUMNS)
    (folder / "hour.toml").write_text(f'table = "{make.AIR}"\nmeaning = "小时"\n[columns]\n{columns}', encoding="utf-8")
    path = folder / "air.toml"
    lines = {**DEFINITION, **changes}.items()
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in lines if value is not None)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def cockpit_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Postgres]:
    with postgres.running() as running:
        yield running


@pytest.fixture
def air(server: postgres.Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Postgres]:
    """A table of hours in a schema of its own; time of measurement with a zone, time of change without (UTC)."""
    server.execute("create schema air")
    server.execute(
        "create table air.hour (id bigserial primary key, station_id text, place_code text, observed_at timestamptz, "
        "pm25 numeric(30, 10), note text, updated_at timestamp)"
    )
    server.execute(f"grant usage on schema air to {postgres.USER}; grant select on air.hour to {postgres.USER}")
    monkeypatch.setenv("AIR_DB_URL", server.url)
    yield server
    server.execute("drop schema air cascade")


def insert(server: postgres.Postgres, **values: Any) -> None:
    row = {
        "station_id": "A", "place_code": "341002", "observed_at": "2026-11-16 08:00+08", "pm25": "27",
        "updated_at": "2026-11-16 00:05",
    } | values  # fmt: skip
    names = ", ".join(row)
    server.execute(f"insert into air.hour ({names}) values ({', '.join(['%s'] * len(row))})", *row.values())


def fill(server: postgres.Postgres, rows: int = ROWS) -> None:
    """`rows` hours of station A; 50 rows share each moment of change, so that pages end among equals."""
    server.execute(
        "insert into air.hour (station_id, place_code, observed_at, pm25, updated_at) select 'A', '341002', "
        "timestamptz '2020-01-01 00:00+08' + n * interval '1 hour', n % 500, "
        f"timestamp '2026-01-01' + (n / 50) * interval '1 minute' from generate_series(0, {rows - 1}) as n"
    )


def stored(table: str = make.AIR) -> list[dict[str, Any]]:
    file = store.real_file(table)
    assert file is not None
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return sorted(rows, key=lambda row: row["observed_at"])


# --- what comes over the border ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (Decimal("12345678901234567890.1234567890"), "12345678901234567890.1234567890"),
        (Decimal("1E+3"), "1000"),  # never an exponent
        (Decimal("NaN"), ""),
        (0.1, "0.1"),
        (float("nan"), ""),
        (datetime(2026, 11, 16, 0, 30, tzinfo=UTC), "2026-11-16 08:30:00"),
        (datetime(2026, 11, 15, 19, 30, tzinfo=timezone(timedelta(hours=-5))), "2026-11-16 08:30:00"),
        (datetime(2026, 11, 16, 0, 30), "2026-11-16 08:30:00"),  # no zone: the definition says UTC
        (datetime(1991, 7, 1, 0, 0), "1991-07-01 09:00:00"),  # summer time was kept in China
        (date(2026, 11, 16), "2026-11-16"),
        (timedelta(hours=8, minutes=5), "08:05:00"),  # a TIME of MySQL
        (b"\x01", "true"),  # a BIT(1) of MySQL
        ("０１２", "０１２"),
        (2**60, "1152921504606846976"),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00"),  # MySQL's driver hands it on; the contract refuses it
    ],
)
def test_a_value_becomes_the_text_of_a_file(value: Any, text: str) -> None:
    assert database.cast_cell(value, UTC, "x") == text


def test_a_binary_column_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="photo") as stopped:
        database.cast_cell(b"\xff\xd8", UTC, "photo")
    assert stopped.value.refusal.rule == "binary_column"


@pytest.mark.parametrize(
    "position",
    [
        (datetime(2026, 11, 16, 8, 0, 0, 123456, tzinfo=UTC), 7),
        (datetime(2026, 11, 16, 8), "K-1"),
        (Decimal("0.30"), date(2026, 1, 1)),
    ],
)
def test_a_cursor_survives_the_state_file_exactly(position: Any) -> None:
    assert database.from_json(json.loads(json.dumps(database.to_json(position)))) == position


def test_a_page_is_asked_for_by_cursor_and_key_in_both_dialects() -> None:
    from sqlalchemy.dialects import mysql

    wanted = feed(ROOT / "data" / "sources" / "hotline_order.toml")
    for dialect in (database.PostgresProtocol(), mysql.dialect()):
        text = str(database._statement(wanted, (datetime(2026, 11, 16), "A1")).compile(dialect=dialect)).lower()
        said = " ".join(text.replace("`", "").split())
        assert "from exchange.hotline_order as source" in said
        assert "source.updated_at >=" in said and "source.updated_at >" in said and "source.order_id >" in said
        assert "order by source.updated_at, source.order_id" in said and " limit " in said
        assert "offset" not in said


@pytest.mark.parametrize(
    "version", ["(openGauss 5.0.0 build a07d57c3) compiled at 2023-03-29", "KingbaseES V008R006C008B0014 on x86_64"]
)
def test_a_database_that_speaks_as_postgresql_but_is_called_otherwise_is_taken(version: str) -> None:
    class Connection:
        def exec_driver_sql(self, _: str) -> Any:
            return type("Answer", (), {"scalar": lambda _: version})()

    assert database.PostgresProtocol()._get_server_version_info(Connection()) == (9, 2)  # type: ignore[arg-type]


# --- definitions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"url_env": "postgresql://user:word@host/db"}, "url_env"),
        ({"url_env": "COCKPIT_X"}, "url_env"),
        ({"relation": "air.hour; drop table x"}, "relation"),
        ({"select": "select 1"}, "relation"),
        ({"relation": None, "select": "delete from air.hour"}, "select"),
        ({"cursor": "a, b"}, "cursor"),
        ({"cursor": None}, "cursor"),
        ({"batch_rows": 0}, "batch_rows"),
        ({"overlap": "soon"}, "overlap"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"typo": 1}, "typo"),
    ],
)
def test_a_faulty_definition_names_the_key(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(Refused) as stopped:
        feed(definition(tmp_path, **changes))
    assert stopped.value.refusal.place == f"air.toml: {named}"
    assert "word@" not in stopped.value.refusal.sentence


def test_every_shipped_source_can_be_read_and_names_a_table_that_exists() -> None:
    shipped = sorted((ROOT / "data" / "sources").glob("*.toml"))
    assert shipped
    for path in shipped:
        assert contract(feed(path.stem).table).layer == "detail"


def test_without_its_address_a_source_says_which_variable_is_missing(
    tmp_path: Path, cockpit_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIR_DB_URL", raising=False)
    stopped = pull(definition(tmp_path)).refused
    assert stopped is not None and stopped.rule == "no_source_url" and "AIR_DB_URL" in stopped.sentence


def test_an_unreachable_database_is_refused_without_its_password(
    tmp_path: Path, cockpit_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIR_DB_URL", "postgresql://u:s3cret-word@127.0.0.1:1/x")
    stopped = pull(definition(tmp_path)).refused
    assert stopped is not None and stopped.rule == "source_failed"
    assert "s3cret-word" not in stopped.sentence + stopped.place and "127.0.0.1:1" in stopped.sentence


# --- a real PostgreSQL ------------------------------------------------------------------------------------------------


def test_decimals_and_zones_arrive_as_they_are(air: postgres.Postgres, tmp_path: Path, cockpit_store: Path) -> None:
    insert(air, pm25="27.0000000001", observed_at="2026-11-15 19:00-05")
    insert(air, pm25=None, observed_at="2026-11-16 09:00+08", note="空")
    pulled = pull(definition(tmp_path))
    assert (pulled.refused, pulled.accepted, pulled.batches) == (None, 2, 1)
    assert [(row["observed_at"], row["pm25"]) for row in stored()] == [
        (datetime(2026, 11, 16, 8), 27.0000000001),
        (datetime(2026, 11, 16, 9), None),
    ]


def test_only_what_changed_is_read_the_next_time(air: postgres.Postgres, tmp_path: Path, cockpit_store: Path) -> None:
    fill(air, 2_500)
    assert (first := pull(definition(tmp_path))).accepted == 2_500 and first.batches == 3
    assert pull(definition(tmp_path)).rows == 0
    air.execute("update air.hour set pm25 = 499.5, updated_at = timestamp '2026-11-01' where id = 1")
    insert(air, observed_at="2026-11-17 00:00+08", updated_at="2026-11-01 00:00:01")
    again = pull(definition(tmp_path))
    assert (again.rows, again.accepted) == (2, 2)
    assert len(stored()) == 2_501 and stored()[0]["pm25"] == 499.5


def test_a_row_committed_late_is_found_in_the_overlap(
    air: postgres.Postgres, tmp_path: Path, cockpit_store: Path
) -> None:
    source = definition(tmp_path, overlap="10min")
    insert(air, updated_at="2026-11-16 00:05:00")
    assert pull(source).accepted == 1
    insert(air, observed_at="2026-11-16 07:00+08", updated_at="2026-11-16 00:04:59")  # its transaction was open
    late = pull(source)
    assert (late.accepted, late.unchanged) == (1, 1)
    assert len(stored()) == 2


def test_bad_rows_are_quarantined_as_from_a_file_and_do_not_stop_the_next_pull(
    air: postgres.Postgres, tmp_path: Path, cockpit_store: Path
) -> None:
    source = definition(tmp_path, overlap="10min")
    insert(air)
    insert(air, observed_at="2026-11-16 09:00+08", place_code="999999", updated_at="2026-11-16 00:20")
    assert (pulled := pull(source)).quarantined == {"bad_place_code": 1} and pulled.accepted == 1
    assert pull(source).refused is None  # the overlap reads the bad row alone


def test_rows_without_a_cursor_are_counted(air: postgres.Postgres, tmp_path: Path, cockpit_store: Path) -> None:
    insert(air)
    insert(air, updated_at=None)
    pulled = pull(definition(tmp_path))
    assert (pulled.rows, pulled.unreachable) == (1, 1)


def test_a_select_may_join_and_rename(air: postgres.Postgres, tmp_path: Path, cockpit_store: Path) -> None:
    insert(air)
    hour = "h.id, h.station_id, h.place_code, h.observed_at, h.updated_at"
    select = f"select {hour}, h.pm25 * 2 as pm25 from air.hour as h where note is null"
    assert pull(definition(tmp_path, relation=None, select=select)).accepted == 1
    assert stored()[0]["pm25"] == 54


def test_a_source_can_never_be_written_to(air: postgres.Postgres, tmp_path: Path, cockpit_store: Path) -> None:
    air.execute(
        f"grant all on air.hour to {postgres.USER}; grant all on all sequences in schema air to {postgres.USER}"
    )
    insert(air)
    select = "with gone as (delete from air.hour returning *) select * from gone"
    stopped = pull(definition(tmp_path, relation=None, select=select)).refused
    assert stopped is not None and stopped.rule == "source_failed"
    with psycopg.connect(air.url) as connection:
        assert connection.execute("select count(*) from air.hour").fetchone() == (1,)


def test_a_changed_definition_starts_again_and_doubles_nothing(
    air: postgres.Postgres, tmp_path: Path, cockpit_store: Path
) -> None:
    fill(air, 100)
    assert pull(definition(tmp_path)).accepted == 100
    again = pull(definition(tmp_path, cursor="id"))
    assert (again.accepted, again.unchanged) == (0, 100)


def start_pulling(source: Path, cockpit_store: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "cockpit.py", "pull", str(source), "--json"],
        cwd=ROOT,
        env={**os.environ, "COCKPIT_STORE": str(cockpit_store), "AIR_DB_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_batch(cockpit_store: Path, process: subprocess.Popen[str], before: str) -> str:
    """The state file once it has changed, or as it is when the pull has ended."""
    state = cockpit_store / "pulls" / "air.json"
    while process.poll() is None:
        if state.exists() and (now := state.read_text(encoding="utf-8")) != before:
            return now
        time.sleep(0.005)
    return state.read_text(encoding="utf-8") if state.exists() else ""


def assert_every_row_once() -> None:
    rows = stored()
    hours = [row["observed_at"] for row in rows]
    assert len(hours) == len(set(hours)) == ROWS
    assert hours[0] == datetime(2020, 1, 1) and hours[-1] == datetime(2020, 1, 1) + timedelta(hours=ROWS - 1)
    assert sum(row["pm25"] for row in rows) == sum(n % 500 for n in range(ROWS))


@pytest.mark.slow
def test_a_pull_killed_at_any_moment_is_resumed_without_loss_or_doubles(
    air: postgres.Postgres, tmp_path: Path, cockpit_store: Path
) -> None:
    fill(air)
    source, chance, state, killed = definition(tmp_path), random.Random(341000), "", 0
    for _ in range(6):
        process = start_pulling(source, cockpit_store, air.url)
        state = wait_for_batch(cockpit_store, process, state)
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 4, "the pull is faster than its killer"
    so_far = len(stored())
    assert 0 < so_far < ROWS
    process = start_pulling(source, cockpit_store, air.url)
    said = json.loads(process.communicate(timeout=120)[0])
    assert process.returncode == 0
    assert said["rows"] < ROWS, "it began from the start again"
    assert_every_row_once()
    assert (cockpit_store / "CURRENT").exists()


@pytest.mark.slow
def test_a_server_that_dies_in_mid_run_loses_nothing(
    air: postgres.Postgres, tmp_path: Path, cockpit_store: Path
) -> None:
    fill(air)
    source = definition(tmp_path)
    process = start_pulling(source, cockpit_store, air.url)
    wait_for_batch(cockpit_store, process, "")
    air.stop(signal.SIGKILL)
    output, said = process.communicate(timeout=120)
    assert process.returncode == 2
    assert json.loads(output)["refused"]["rule"] == "source_failed"
    assert "断点" in said and postgres.PASSWORD not in said
    assert 0 < len(stored()) < ROWS
    assert not (cockpit_store / "CURRENT").exists()  # nothing is published half
    air.start()
    assert pull(source).refused is None
    assert_every_row_once()
