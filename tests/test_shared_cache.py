"""The shared cache may be a Redis; killed in mid-run, the cockpit serves on, says so, and takes it up again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT, _wait, free_port
from redis import Redis, RedisError

from components.shared_cache import Near
from data.settings import SettingError, load
from tests import tiny

BODY = {
    "output": "urban-body.children",
    "outputs": {"id": "urban-body", "property": "children"},
    "inputs": [{"id": "scope", "property": "data", "value": "?until=2026-11-16"}],
    "changedPropIds": ["scope.data"],
    "parsedChangedPropsIds": ["scope.data"],
}
CASE = {"case_id": "1", "place_code": "341002", "channel": "app", "status": "closed"}


class OwnRedis:
    """A Redis of this test's own, on loopback, that keeps nothing."""

    def __init__(self) -> None:
        self.port = free_port()
        self.client = Redis(port=self.port, socket_timeout=2)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail("no redis-server: `make test` installs it, or says how")
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.client.ping()
                return
            except RedisError:
                time.sleep(0.05)
        pytest.fail("redis-server does not answer")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    own = OwnRedis()
    own.start()
    yield own
    own.client.close()
    own.kill()


@pytest.fixture
def url(redis: OwnRedis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The cockpit, served over a small store with that Redis."""
    tiny.use(tmp_path / "store", monkeypatch)
    tiny.fill({"urban.case": [CASE | {"reported_at": tiny.LOADED, "filed_at": tiny.LOADED}]})
    port, log = free_port(), tmp_path / "server.log"
    environment = os.environ | {
        "PORT": str(port), "COCKPIT_WARM": "off", "COCKPIT_CACHE_URL": f"redis://127.0.0.1:{redis.port}/0",
    }  # fmt: skip
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "cockpit.py", "serve"], cwd=ROOT, env=environment, stdout=output, stderr=output, text=True
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def asked(url: str, search: str) -> bytes:
    body = json.dumps(BODY | {"inputs": [{"id": "scope", "property": "data", "value": search}]}).encode()
    request = urllib.request.Request(
        f"{url}/_dash-update-component", body, {"Content-Type": "application/json", "Accept": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200
        said: bytes = answer.read()
    return said


def ready(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def test_a_redis_that_is_killed_costs_no_answer_and_is_taken_up_again(redis: OwnRedis, url: str) -> None:
    assert ready(url)["cache"] == "ok"
    week = asked(url, "?until=2026-11-16")
    assert b"data-snapshot" in week and redis.client.dbsize() > 0, "what was worked out is shared"

    redis.kill()
    assert asked(url, "?until=2026-11-16") == week
    assert b"data-snapshot" in asked(url, "?until=2026-11-09"), "a page that nobody holds is worked out without it"
    assert (ready(url)["status"], ready(url)["cache"]) == ("ready", "away")

    redis.start()
    assert ready(url)["cache"] == "ok"
    assert redis.client.dbsize() == 0
    asked(url, "?until=2026-11-02")
    assert redis.client.dbsize() > 0


def test_an_address_that_is_no_redis_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(SettingError, match="redis://主机") as refused:
        load({"COCKPIT_CACHE_URL": "http://:secret@host"})
    assert "secret" not in str(refused.value)


class Counting:
    """A far cache that notes how often it is asked."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.asked = 0

    def get(self, key: str) -> Any:
        self.asked += 1
        return self.kept.get(key)

    def set(self, key: str, value: Any) -> Any:
        self.kept[key] = value


def test_a_process_asks_the_shared_cache_once_and_a_written_frame_stays_its_own() -> None:
    far = Counting()
    near = Near(far)
    near.set("a", pd.DataFrame({"n": [1, 2]}))
    mine = near.get("a")
    mine.loc[0, "n"] = 9
    mine["m"] = 0
    assert near.get("a").to_dict("list") == {"n": [1, 2]}
    assert far.asked == 0
    assert Near(far).get("a").to_dict("list") == {"n": [1, 2]}, "another process finds it too"
