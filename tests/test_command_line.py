"""`python cockpit.py VERB`, as scripts and people call it: exit codes, answers, refusals that name the remedy."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from conftest import DEMO, ROOT, cockpit, serve


def test_an_empty_store_has_a_status_and_says_what_to_do(tmp_path: Path) -> None:
    done = cockpit("status", store=tmp_path)
    assert done.returncode == 0
    assert "make demo" in done.stdout


def test_the_status_of_an_empty_store_is_machine_readable_too(tmp_path: Path) -> None:
    done = cockpit("status", "--json", store=tmp_path)
    assert json.loads(done.stdout) == {"id": None, "tables": {}, "snapshots": [], "unpublished": {}}


@pytest.mark.parametrize(
    ("name", "value"), [("COCKPIT_PORT", "eight"), ("COCKPIT_WORKERS", "0"), ("COCKPIT_COLOUR", "red")]
)
def test_a_bad_setting_is_refused_with_its_name_and_value(name: str, value: str, tmp_path: Path) -> None:
    done = cockpit("serve", store=tmp_path, **{name: value})
    assert done.returncode == 2
    assert name in done.stderr and value in done.stderr


def test_a_bad_option_is_refused_like_a_bad_setting(tmp_path: Path) -> None:
    done = cockpit("serve", "--port", "99999", store=tmp_path)
    assert done.returncode == 2
    assert "99999" in done.stderr


def test_a_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        done = cockpit("serve", "--port", port, store=tmp_path)
    assert done.returncode == 2
    assert port in done.stderr and "PORT" in done.stderr


@pytest.mark.parametrize("option", [("--days", "0"), ("--scale", "-1"), ("--until", "tomorrow")])
def test_a_demo_city_that_cannot_be_is_refused(option: tuple[str, str], tmp_path: Path) -> None:
    done = cockpit("demo", *option, store=tmp_path)
    assert done.returncode == 2
    assert option[0] in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_another_python_ends_up_in_the_venv(tmp_path: Path) -> None:
    outside = Path(sys.base_prefix) / "bin" / "python3"
    done = subprocess.run(
        [outside, ROOT / "cockpit.py", "status", "--json"],
        cwd=tmp_path,
        env={"COCKPIT_STORE": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] is None


def test_the_demo_city_is_there_and_says_that_it_is_one(demo_store: Path) -> None:
    state = json.loads(cockpit("status", "--json", store=demo_store).stdout)
    assert state["demo"] == "demo"
    assert state["until"] == DEMO[-1]
    assert state["snapshots"] == [state["id"]]
    assert state["tables"]["ecology.air_hourly"]["rows"] > 0


def test_a_second_start_builds_no_second_city(demo_store: Path) -> None:
    before = cockpit("status", "--json", store=demo_store).stdout
    assert cockpit("demo", "--if-empty", "--days", "30", store=demo_store).returncode == 0
    assert cockpit("status", "--json", store=demo_store).stdout == before


def test_publishing_what_is_published_keeps_the_snapshot(demo_store: Path) -> None:
    before = json.loads(cockpit("status", "--json", store=demo_store).stdout)["id"]
    assert cockpit("publish", store=demo_store).returncode == 0
    assert json.loads(cockpit("status", "--json", store=demo_store).stdout)["id"] == before


def test_a_file_that_is_not_there_is_refused_and_nothing_changes(demo_store: Path, tmp_path: Path) -> None:
    before = cockpit("status", "--json", store=demo_store).stdout
    done = cockpit("import", "ecology.air_hourly", str(tmp_path / "missing.csv"), "--json", store=demo_store)
    assert done.returncode == 2
    assert json.loads(done.stdout)["refused"]["sentence"]
    assert "missing.csv" in done.stderr
    assert cockpit("status", "--json", store=demo_store).stdout == before


def test_a_table_without_a_contract_is_refused(demo_store: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a\n1\n")
    done = cockpit("import", "ecology.moonlight", str(tmp_path / "rows.csv"), store=demo_store)
    assert done.returncode == 2
    assert "ecology.moonlight" in done.stderr


def test_the_server_lives_on_the_address_it_was_given(tmp_path: Path) -> None:
    pytest.importorskip("app", exc_type=ModuleNotFoundError)
    running = serve(tmp_path / "empty", tmp_path / "log")
    served = next(running)
    with urllib.request.urlopen(f"{served.url}/healthz") as answer:
        assert answer.status == 200
    running.close()
    assert served.process.returncode == 0
    assert served.url in (tmp_path / "log").read_text()


def test_a_fault_in_the_text_a_clerk_edits_stops_every_verb_with_its_place(tmp_path: Path) -> None:
    """A copy of the project whose owner of one table is empty: nobody's screen has to find out."""
    copy = tmp_path / "project"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "store", "node_modules", ".*_cache"))
    contract = copy / "data" / "contracts" / "ecology" / "air_station.toml"
    text = contract.read_text(encoding="utf-8")
    contract.write_text(text.replace('unit = "市生态环境局"', 'unit = ""'), encoding="utf-8")
    environment = {**os.environ, "COCKPIT_STORE": str(tmp_path / "store")}
    done = subprocess.run(
        [sys.executable, "-c", "import sys, cockpit; sys.exit(cockpit.main(['status']))"],
        cwd=copy, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert "air_station.toml" in done.stderr and "owner.unit：空着" in done.stderr
