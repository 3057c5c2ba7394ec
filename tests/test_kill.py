"""`kill -9` at any moment of an import and its publishing leaves whole tables and a whole snapshot behind."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from signal import SIGKILL
from typing import Any

import bad_files as make
import pyarrow.parquet as pq
import pytest

import ingest
from data.settings import ROOT, settings
from ingest import store as tables

KILLS = 50
NEW_ROWS = 24

# Start-up is what an import costs here, so one process imports everything and forks a child per attempt. It alone waits
# for the child, so the process id it kills is never someone else's.
NURSERY = """
import json, os, signal, sys, time
from pathlib import Path
import ingest
from ingest.publish import publish

def die_before(step, names=("link", "rename", "replace")):
    left = [step]
    def wrapped(call):
        def counted(*arguments, **options):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **options)
        return counted
    for name in names:
        setattr(os, name, wrapped(getattr(os, name)))

for line in sys.stdin:
    path, delay, step = json.loads(line)
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if step is not None:
                die_before(step)
            result = ingest.load("ecology.air_hourly", [Path(path)])
            publish()
            code = 2 if result.refused else 0
        finally:
            os._exit(code)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    print(status, time.monotonic() - started, flush=True)
"""


class Nursery:
    """Runs imports in children that it kills after a while."""

    def __init__(self, store: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", NURSERY],
            cwd=ROOT,
            env={**os.environ, "COCKPIT_STORE": str(store)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, path: Path, delay: float | None = None, step: int | None = None) -> tuple[int, float]:
        """The wait status and the seconds of an import.

        It is killed after `delay` seconds, or before it moves or links a file for the `step`th time.
        """
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([str(path), delay, step]) + "\n")
        self.process.stdin.flush()
        status, seconds = self.process.stdout.readline().split()
        return int(status), float(seconds)

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


@pytest.fixture
def nursery(store: Path) -> Iterator[Nursery]:
    running = Nursery(store)
    yield running
    running.close()


def extract(folder: Path, number: int) -> Path:
    """The hours of day `number`, and a newer version of the first hour of all."""
    day = make.NOW - timedelta(days=400 - number)
    rows = [make.air(observed_at=f"{day:%Y-%m-%d} {hour:02}:00") for hour in range(NEW_ROWS)]
    rows.append(make.air(observed_at="2025-01-01 00:00", pm25=str(number)))
    rows.append(make.air(observed_at="2025-01-01 01:00", pm25="x"))  # for quarantine
    return make.write_csv(folder / f"{number}.csv", *rows)


def assert_everything_is_whole(store: Path) -> None:
    for table, state in tables.states().items():
        assert digest(tables.folder(table) / state.file) == state.sha256, table
    snapshot = store / "snapshots" / (store / "CURRENT").read_text(encoding="ascii")
    manifest: dict[str, Any] = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    files = {path.stem: digest(path) for path in snapshot.glob("*.parquet")}
    assert files == {table: entry["sha256"] for table, entry in manifest["tables"].items()}


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def stored() -> list[dict[str, Any]]:
    file = tables.real_file(make.AIR)
    assert file is not None
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_whole_tables_and_a_whole_snapshot(
    nursery: Nursery, store: Path, tmp_path: Path
) -> None:
    chance = random.Random(341000)
    durations = []
    for number in range(3):  # the first one warms up
        status, seconds = nursery.run(extract(tmp_path, number))
        assert status == 0
        durations.append(seconds)
    usual, number, killed = min(durations), 3, 0
    while killed < KILLS:
        status, _ = nursery.run(extract(tmp_path, number), delay=chance.uniform(0, usual))
        assert status in (0, SIGKILL)
        killed += status == SIGKILL
        assert_everything_is_whole(store)
        number += 1
        assert number < 3 * KILLS, "hardly any import lives long enough to be killed"
    send_again_and_count(nursery, store, tmp_path, number)


@pytest.mark.slow
def test_an_import_killed_before_any_file_is_moved_leaves_whole_tables_and_a_whole_snapshot(
    nursery: Nursery, store: Path, tmp_path: Path
) -> None:
    """Hits the narrow gaps between two steps for certain, which random moments find once in a thousand."""
    assert nursery.run(extract(tmp_path, 0))[0] == 0
    number, status = 1, int(SIGKILL)
    while status == SIGKILL:
        status, _ = nursery.run(extract(tmp_path, number), step=number - 1)
        assert_everything_is_whole(store)
        number += 1
    assert status == 0
    assert number > 6  # quarantine, table, its pointer; the link to the table, the snapshot, CURRENT
    send_again_and_count(nursery, store, tmp_path, number)


def send_again_and_count(nursery: Nursery, store: Path, folder: Path, number: int) -> None:
    """What may have been killed is sent again; then a last import succeeds and every row is there."""
    result = ingest.load(make.AIR, [folder / f"{each}.csv" for each in range(number)])
    assert result.refused is None
    assert result.quarantined == {"bad_number": number}
    assert nursery.run(extract(folder, number))[0] == 0
    assert_everything_is_whole(store)
    rows = stored()
    assert len(rows) == (number + 1) * NEW_ROWS + 1
    assert [row["pm25"] for row in rows if f"{row['observed_at']:%Y-%m-%d}" == "2025-01-01"] == [number]
    assert not list((store / "snapshots").glob("tmp-*"))
    state = tables.read_state(make.AIR)
    assert state is not None
    quarantined = {path.stem for path in (store / "quarantine" / make.AIR).iterdir()}
    assert quarantined == {batch.batch_id for batch in state.batches}
