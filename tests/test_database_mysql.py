"""MySQL's protocol against a real MariaDB: pages, cursors, decimals, zones and Chinese arrive as they are."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import bad_files as make
import mariadb
import pyarrow.parquet as pq
import pytest
from conftest import ROOT

from data.settings import settings
from ingest import store
from ingest.pull import pull
from tests import tiny

TABLE = (
    "create or replace table city.station_hour (id bigint auto_increment primary key, station_id varchar(20), "
    "place_code varchar(15), observed_at datetime, pm25 decimal(30, 10), data_flag varchar(20), updated_at datetime(6))"
)
INSERT = (
    "insert into city.station_hour (station_id, place_code, observed_at, pm25, data_flag, updated_at) "
    "values (%s, %s, %s, %s, %s, %s)"
)
COLUMNS = ("station_id", "place_code", "observed_at", "pm25")
CHANGED = datetime(2026, 11, 16, 0, 5, 0, 123456)
KILLED = """
import os, signal, sys
from pathlib import Path
from ingest import pull
pull._remember = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
pull.pull(Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[mariadb.MariaDB]:
    with mariadb.running() as running:
        yield running


@pytest.fixture
def source(server: mariadb.MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The definition of an empty table of hours; its times are of no zone, and mean UTC."""
    server.execute(TABLE)
    make.use_store(monkeypatch, tmp_path / "store")
    monkeypatch.setenv("AIR_DB_URL", server.url)
    columns = "\n".join(f'{name} = "{name}"' for name in COLUMNS)
    (tmp_path / "hour.toml").write_text(f'table = "{make.AIR}"\nmeaning = "小时"\n[columns]\n{columns}', "utf-8")
    definition = {
        "table": make.AIR, "url_env": "AIR_DB_URL", "relation": "city.station_hour", "cursor": "updated_at",
        "key": "id", "batch_rows": 100, "time_zone": "UTC", "mapping": "hour.toml",
    }  # fmt: skip
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in definition.items())
    (tmp_path / "air.toml").write_text(text, "utf-8")
    yield tmp_path / "air.toml"
    settings.cache_clear()


def hours(count: int) -> list[tuple[Any, ...]]:
    """So many hours of a station; 50 share each moment of change, so that pages end among equals."""
    return [
        (
            "甲",
            "341002",
            datetime(2026, 1, 1) + timedelta(hours=n),
            n % 500,
            "正常",
            CHANGED + timedelta(seconds=n // 50),
        )
        for n in range(count)
    ]


def stored() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(store.real_file(make.AIR)).to_pylist()
    return sorted(rows, key=lambda row: row["observed_at"])


def test_decimals_zones_and_chinese_arrive_as_they_are(server: mariadb.MariaDB, source: Path) -> None:
    tiny.fill({make.AIR: [{"station_id": "a", "place_code": "341003", "observed_at": datetime(2026, 11, 16)}]})
    server.execute(INSERT, [("甲", "341002", "2026-11-16 00:30", "27.0000000001", "", CHANGED)])
    assert (pulled := pull(source)).refused is None and pulled.accepted == 1
    assert len(pulled.replaced) == 1 and "1 行演示数据" in pulled.replaced[0]
    (row,) = stored()
    assert (row["station_id"], row["observed_at"], row["pm25"]) == ("甲", datetime(2026, 11, 16, 8, 30), 27.0000000001)


def test_pages_end_among_equals_and_only_what_changed_is_read_again(server: mariadb.MariaDB, source: Path) -> None:
    server.execute(INSERT, hours(250))
    assert (first := pull(source)).accepted == 250 and first.batches == 3
    assert pull(source).rows == 0
    server.execute("update city.station_hour set pm25 = 499.5, updated_at = '2026-11-17' where id = 1")
    server.execute(INSERT, [("甲", "341002", "2026-11-16 00:00", 1, "", "2026-11-17 00:00:01")])
    again = pull(source)
    assert (again.rows, again.accepted, len(stored())) == (2, 2, 251)
    assert stored()[0]["pm25"] == 499.5


def test_a_pull_killed_between_table_and_cursor_is_resumed_without_loss_or_doubles(
    server: mariadb.MariaDB, source: Path
) -> None:
    server.execute(INSERT, hours(250))
    done = subprocess.run([sys.executable, "-c", KILLED, str(source)], cwd=ROOT, timeout=60)
    assert done.returncode == -9 and len(stored()) == 100
    pulled = pull(source)
    assert (pulled.refused, pulled.accepted, pulled.unchanged) == (None, 150, 100)
    assert [row["pm25"] for row in stored()] == list(range(250))
    assert pull(source).rows == 0


def test_a_server_that_is_not_there_is_refused_without_its_password(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIR_DB_URL", "mysql://reader:s3cret-word@127.0.0.1:1/city")
    stopped = pull(source).refused
    assert stopped is not None and stopped.rule == "source_failed"
    assert "s3cret-word" not in stopped.sentence + stopped.place
