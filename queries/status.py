"""The only place that says a snapshot in the shape of `status --json`."""

from __future__ import annotations

from datetime import date
from typing import Any

from queries.snapshot import Snapshot, TableInfo


def describe(current: Snapshot) -> dict[str, Any]:
    """A snapshot as `status --json` prints it."""
    return {
        "id": current.id,
        "made_at": current.made_at.isoformat(),
        "until": _iso(current.until),
        "demo": current.demo,
        "tables": {name: _table(info) for name, info in current.tables.items()},
    }


def _table(info: TableInfo) -> dict[str, Any]:
    quarantined: dict[str, int] = {}
    for batch in info.batches:
        for rule, count in batch.quarantined.items():
            quarantined[rule] = quarantined.get(rule, 0) + count
    return {
        "rows": info.rows,
        "kind": info.kind,
        "until": _iso(info.until),
        "data_time": _iso(info.data_time),
        "loaded_at": _iso(info.loaded_at),
        "quarantined": quarantined,
        "demo": info.is_demo,
    }


def _iso(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()
