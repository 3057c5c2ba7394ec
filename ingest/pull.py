"""The only place that walks a database into a table: page → file → `load` → only then the cursor is moved.

Whoever is killed between two steps reads the same page again, and rows that are there already are unchanged: nothing
is lost and nothing doubled. One pull of a source at a time.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from data.clock import now
from data.settings import settings
from ingest import database
from ingest.feed import Feed, feed
from ingest.importer import REPLACES_DEMO, load
from ingest.result import ImportResult, Refusal, Refused

Progress = Callable[[int, int], None]  # pages and rows merged so far


@dataclass
class Pulled:
    """What became of a pull. `unreachable` rows have no cursor or no key; `refused` says why it stopped."""

    source: str
    table: str
    batches: int = 0
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    unreachable: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    replaced: list[str] = field(default_factory=list)  # sentences: which demo rows its first page dropped
    refused: Refusal | None = None

    def add(self, rows: int, result: ImportResult) -> None:
        self.batches, self.rows = self.batches + 1, self.rows + rows
        self.accepted, self.unchanged = self.accepted + result.accepted, self.unchanged + result.unchanged
        self.quarantined.update(result.quarantined)
        self.replaced += [remark.sentence for remark in result.remarks if remark.rule == REPLACES_DEMO]

    def to_json(self) -> dict[str, Any]:
        """The answer of `cockpit.py pull --json`."""
        return {
            "source": self.source,
            "table": self.table,
            "batches": self.batches,
            "rows": self.rows,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "unreachable": self.unreachable,
            "quarantined": dict(sorted(self.quarantined.items())),
            "refused": None if self.refused is None else vars(self.refused),
        }


def pull(source: str | Path, *, restart: bool = False, progress: Progress | None = None) -> Pulled:
    """Reads what is new at a source into its table; publishing is the caller's.

    `restart` forgets the cursor and reads everything again. What was merged before a fault stays merged.
    """
    pulled = Pulled(str(source), "")
    try:
        wanted = feed(source)
        pulled = Pulled(wanted.name, wanted.table)
        with _alone(wanted), database.connected(wanted) as engine:
            _walk(engine, wanted, None if restart else _position(wanted), pulled, progress)
    except Refused as stop:
        pulled.refused = stop.refusal
    return pulled


def _walk(engine: Any, wanted: Feed, position: Any, pulled: Pulled, progress: Progress | None) -> None:
    pulled.unreachable = database.unreachable(engine, wanted)
    after, last = database.start(wanted, position), position
    page_file = _folder() / f"{wanted.name}.parquet"
    try:
        while (page := database.fetch(engine, wanted, after, page_file)).position is not None:
            result = load(wanted.table, [page_file], mapping=wanted.mapping)
            if result.refused is not None:
                if page.position == last and result.refused.rule == "no_row_accepted":
                    return  # bad rows that the overlap read again; they are in quarantine already
                raise Refused(result.refused.rule, result.refused.place, result.refused.sentence)
            pulled.add(page.rows, result)
            after = last = page.position
            _remember(wanted, last)
            if progress is not None:
                progress(pulled.batches, pulled.rows)
            if page.rows < wanted.batch_rows:
                return
    finally:
        page_file.unlink(missing_ok=True)


def _folder() -> Path:
    folder = settings().store / "pulls"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _state_file(wanted: Feed) -> Path:
    return _folder() / f"{wanted.name}.json"


def _position(wanted: Feed) -> Any:
    """Where the last pull ended; None at first, and when the definition has changed since."""
    try:
        state = json.loads(_state_file(wanted).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return database.from_json(state["position"]) if state["digest"] == wanted.digest else None


def _remember(wanted: Feed, position: Any) -> None:
    """The new cursor in one step, on disk; called only when the rows before it are in the table."""
    state = {
        "source": wanted.name,
        "digest": wanted.digest,
        "position": database.to_json(position),
        "at": now().isoformat(timespec="seconds"),
    }
    draft = _state_file(wanted).with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(state, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, _state_file(wanted))


@contextmanager
def _alone(wanted: Feed) -> Iterator[IO[str]]:
    with (_folder() / f"{wanted.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sentence = f"数据源 {wanted.name} 正在抽取；请等它结束。"
            raise Refused("busy", wanted.name, sentence) from None
        yield lock
