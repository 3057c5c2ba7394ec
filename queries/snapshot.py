"""The only place that reads `CURRENT` and a snapshot's manifest.

A snapshot is an immutable folder `snapshots/snap-<id>/` with one Parquet file per table and a manifest with rows and
SHA-256. A request reads `CURRENT` once; from then on the id travels in its `Scope`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.settings import settings


class NoSnapshot(Exception):
    """The store holds no snapshot yet."""


class SnapshotExpired(Exception):
    """The snapshot that was asked for is not kept any more, or never was."""


@dataclass(frozen=True)
class Batch:
    """One loaded extract: file, mapping, when, and what became of its rows."""

    batch_id: str
    source: str
    mapping: str
    loaded_at: datetime
    accepted: int
    quarantined: Mapping[str, int]
    scrubbed: Mapping[str, int] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def rows(self) -> int:
        """What the extract held: good rows, new or known, and those held back."""
        return self.accepted + self.unchanged + sum(self.quarantined.values())


@dataclass(frozen=True)
class TableInfo:
    """One table of a snapshot. `until` is the first day after its newest full day; registers have none."""

    table: str
    rows: int
    sha256: str
    kind: str  # detail | reference | derived | rollup
    since: date | None
    until: date | None
    data_time: datetime | None
    loaded_at: datetime | None
    is_demo: bool
    batches: tuple[Batch, ...] = ()

    @property
    def quarantined(self) -> dict[str, int]:
        """Rows held back, by rule, over all loads of the table."""
        return _summed(batch.quarantined for batch in self.batches)

    @property
    def scrubbed(self) -> dict[str, int]:
        """Personal numbers masked in free text, by kind, over all loads of the table."""
        return _summed(batch.scrubbed for batch in self.batches)


@dataclass(frozen=True)
class Snapshot:
    """An immutable state of all tables."""

    id: str
    made_at: datetime
    folder: Path
    tables: Mapping[str, TableInfo]

    @property
    def demo(self) -> str:
        """`demo`, `mixed` or `real`, counted over the tables that were loaded (not reference or built ones)."""
        flags = {info.is_demo for info in self.tables.values() if info.kind == "detail"}
        return "mixed" if len(flags) == 2 else "demo" if flags == {True} else "real"

    def loaded(self, theme: str) -> list[TableInfo]:
        """The tables of a theme (every theme: "") that were loaded (not reference or built ones)."""
        begins = f"{theme}." if theme else ""
        return [each for each in self.tables.values() if each.kind == "detail" and each.table.startswith(begins)]

    def demo_of(self, theme: str) -> str:
        """`demo`, `mixed` or `real` over the loaded tables of a theme; the whole snapshot's where it has none."""
        flags = {info.is_demo for info in self.loaded(theme)}
        return self.demo if not flags else "mixed" if len(flags) == 2 else "demo" if flags == {True} else "real"

    @property
    def until(self) -> date | None:
        """The first day after the newest full day of any table."""
        return max((info.until for info in self.tables.values() if info.until is not None), default=None)

    def last_full_week(self, tables: Iterable[str]) -> date:
        """The Monday that ends the last full week of these tables; real ones, where there are any, decide."""
        dated = [info for name, info in self.tables.items() if name in set(tables) and info.until is not None]
        chosen = [info for info in dated if not info.is_demo] or dated
        newest = max((info.until for info in chosen if info.until is not None), default=None)
        newest = newest or self.until or self.made_at.date()
        return newest - timedelta(days=newest.weekday())


def snapshots_folder(store: Path | None = None) -> Path:
    """Where the snapshots of a store live."""
    return (store or settings().store) / "snapshots"


def current_id(store: Path | None = None) -> str:
    """The id that `CURRENT` points to; raises NoSnapshot."""
    pointer = (store or settings().store) / "CURRENT"
    try:
        return pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise NoSnapshot(f"{pointer.parent} 里还没有快照：先运行 make demo，或用 cockpit.py import 导入文件") from None


def snapshot(snapshot_id: str, store: Path | None = None) -> Snapshot:
    """The snapshot with this id; raises SnapshotExpired."""
    folder = snapshots_folder(store) / snapshot_id
    if not folder.joinpath("manifest.json").exists():  # asked each time: a swept snapshot must not live on in memory
        raise SnapshotExpired(f"快照 {snapshot_id} 已不保留（只留最近几个和被引用的）：去掉 asof 看现在的数")
    return _load(folder)


def kept(store: Path | None = None) -> list[Snapshot]:
    """Every snapshot in the store, newest first."""
    found = [_load(path.parent) for path in snapshots_folder(store).glob("snap-*/manifest.json")]
    return sorted(found, key=lambda each: (each.made_at, each.id), reverse=True)


@lru_cache(maxsize=64)
def _load(folder: Path) -> Snapshot:
    body = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Snapshot(
        id=body["id"],
        made_at=datetime.fromisoformat(body["made_at"]),
        folder=folder,
        tables={name: _table(name, entry) for name, entry in body["tables"].items()},
    )


def _table(name: str, entry: Mapping[str, Any]) -> TableInfo:
    return TableInfo(
        table=name,
        rows=entry["rows"],
        sha256=entry["sha256"],
        kind=entry["kind"],
        since=_day(entry["since"]),
        until=_day(entry["until"]),
        data_time=_moment(entry["data_time"]),
        loaded_at=_moment(entry["loaded_at"]),
        is_demo=entry["is_demo"],
        batches=tuple(
            Batch(
                batch_id=b["batch_id"],
                source=b["source"],
                mapping=b["mapping"],
                loaded_at=datetime.fromisoformat(b["loaded_at"]),
                accepted=b["accepted"],
                quarantined=b["quarantined"],
                scrubbed=b.get("scrubbed", {}),
                unchanged=b["unchanged"],
            )
            for b in entry["batches"]
        ),
    )


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
