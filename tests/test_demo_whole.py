"""The whole demo city twice: the same arguments give the same bytes, whatever the machine did in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.contract import contracts
from tests.conftest import cockpit

SMALL = ("--days", "40", "--scale", "0.1", "--seed", "7", "--until", "2026-11-23")


def digests(store: Path) -> dict[str, str]:
    """SHA-256 of every table's file, as its state names it."""
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))["sha256"]
        for path in sorted(store.glob("tables/*/state.json"))
    }


@pytest.mark.slow
def test_the_same_arguments_build_the_same_city_byte_for_byte(tmp_path: Path) -> None:
    stores = [tmp_path / name for name in ("first", "second")]
    for store in stores:
        done = cockpit("demo", *SMALL, store=store)
        assert done.returncode == 0, done.stderr
    first, second = map(digests, stores)
    assert first == second
    assert len(first) > 150  # every theme is there, also in a city of a tenth for forty days
    assert {name.split(".")[0] for name in first} == {each.theme for each in contracts().values()} - {"common"}
    assert len({(store / "CURRENT").read_text(encoding="ascii") for store in stores}) == 1  # the same snapshot id
