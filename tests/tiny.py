"""A store whose rows can be counted by hand, published and served in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data.contract import contract
from data.settings import settings
from ingest.derived import arrow_schema
from ingest.publish import publish
from ingest.store import replace_demo
from metrics import explain
from queries import runner
from queries.scope import Scope

LOADED = datetime(2026, 11, 16, 6)


def use(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, and until the test ends, this process reads and writes `store`."""
    monkeypatch.setenv("COCKPIT_STORE", str(store))
    settings.cache_clear()
    monkeypatch.setattr(runner._fitted, "engine", None)
    monkeypatch.setattr(runner._fitted, "cache", None)


def fill(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Write the rows as demo tables, publish, and give the snapshot's id. What a row leaves out is unknown."""
    for name, rows in tables.items():
        whole = [{column: row.get(column) for column in contract(name).column_names} for row in rows]
        replace_demo(name, pa.Table.from_pylist(whole, schema=arrow_schema(name)), LOADED)
    return publish()


def counted(name: str, scope: Scope) -> tuple[float, float]:
    """What is counted, parts and whole, told or not: a number of few people is withheld once it is counted."""
    found = explain(name, scope)
    (row,) = runner.query(found.sql, found.binds, scope).to_dict("records")
    return row["v0"], row["d0"]
