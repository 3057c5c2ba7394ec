"""The only place that decides which built tables a new snapshot may take over from the current one.

A rollup is a function of its text and the tables it reads: where neither has changed, the file of the current snapshot
is linked instead of being worked out again. Of a theme that changed at night only that theme's rollups are built.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from data.contract import contracts
from queries.snapshot import NoSnapshot, current_id, snapshots_folder


@dataclass(frozen=True)
class Former:
    """The current snapshot's folder and what its manifest says of each table; nothing when there is none."""

    folder: Path
    entries: Mapping[str, Mapping[str, Any]]

    def file(self, name: str, made_of: str) -> Path | None:
        """The table's file, if it was made of the same."""
        entry = self.entries.get(name)
        file = self.folder / f"{name}.parquet"
        return file if entry is not None and entry.get("made_of") == made_of and file.exists() else None


def former() -> Former:
    """What was published last."""
    try:
        folder = snapshots_folder() / current_id()
        body = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (NoSnapshot, FileNotFoundError):
        return Former(Path(), {})
    return Former(folder, body["tables"])


def made_of(text: str, reads: Iterable[str], contents: Mapping[str, str]) -> str:
    """A digest of all that a built table depends on: its text, the engine, the tables it reads and their contracts.

    `contents`: what each table holds, by name; one that is not there is an empty view with its contract's columns.
    """
    known = contracts()
    parts = [duckdb.__version__, text]
    parts += [f"{name} {contents.get(name, '')} {known.get(name)!r}" for name in sorted(reads)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
