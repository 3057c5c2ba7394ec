"""The only place that takes an import back: the tables as they were, kept beside the visit until they are needed.

What is kept are hard links to immutable files, so keeping costs nothing until a table is written anew. After
`put_back` the tables *are* what they were: publishing then gives the earlier snapshot again (its id is a digest of the
content), and no later publishing brings the undone rows back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from data.contract import contract
from data.settings import settings
from ingest import store
from ingest.importer import importable
from ingest.mapping import plan
from ingest.result import Refused

NOTHING = ""  # the digest of a table that was never written
_LEFT = "left"  # in the folder of the command line: what its import left in the tables


def digests(tables: Iterable[str]) -> dict[str, str]:
    """What the tables hold now, as digests to compare."""
    found = {table: store.read_state(table) for table in tables}
    return {table: NOTHING if state is None else state.sha256 for table, state in found.items()}


def keep(tables: Iterable[str], folder: Path) -> None:
    """Keeps the tables as they are now in `folder`; what was kept there before is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with store.locked():
        for table in tables:
            state = store.read_state(table)
            if state is not None:
                os.link(store.folder(table) / state.file, folder / f"{table}.parquet")
                shutil.copyfile(store.state_file(table), folder / f"{table}.json")
            else:
                (folder / f"{table}.json").write_text("null", encoding="ascii")


def kept(folder: Path) -> list[str]:
    """The tables that are kept in `folder`."""
    return sorted(path.stem for path in folder.glob("*.json"))


def kept_digests(folder: Path) -> dict[str, str]:
    """What the tables held when they were kept."""
    states = {table: json.loads((folder / f"{table}.json").read_text(encoding="utf-8")) for table in kept(folder)}
    return {table: NOTHING if state is None else str(state["sha256"]) for table, state in states.items()}


def later(folder: Path, left: Mapping[str, str]) -> list[str]:
    """Tables that somebody has written since the import left them so: they cannot be put back without loss."""
    return [table for table, digest in digests(kept(folder)).items() if digest != left.get(table, NOTHING)]


def roll_back(folder: Path, sha256: str) -> None:
    """Takes back what an import that never came to its end left in the tables, and forgets what was kept.

    Where a file of other content has been loaded since, nothing is touched: its rows must not go with ours.
    """
    if not folder.exists():
        return
    if {batch.sha256 for batch in _fresh(folder)} == {sha256}:
        put_back(folder)
    shutil.rmtree(folder)


def _fresh(folder: Path) -> list[store.Batch]:
    """What has been loaded since the tables were kept."""
    found = []
    for table in kept(folder):
        then = json.loads((folder / f"{table}.json").read_text(encoding="utf-8"))
        known = {batch["batch_id"] for batch in then["batches"]} if then else set()
        now = store.read_state(table)
        found += [batch for batch in now.batches if batch.batch_id not in known] if now else []
    return found


def put_back(folder: Path) -> None:
    """Makes the tables what they were when they were kept, and forgets the quarantine of what is undone."""
    with store.locked() as scratch:
        for table in kept(folder):
            now = store.read_state(table)
            text = (folder / f"{table}.json").read_text(encoding="utf-8")
            then = json.loads(text)
            known = {batch["batch_id"] for batch in then["batches"]} if then else set()
            store.restore(table, text if then else None, folder / f"{table}.parquet", scratch)
            for batch in now.batches if now else ():
                if batch.batch_id not in known:
                    store.quarantine_file(table, batch.batch_id).unlink(missing_ok=True)


# --- the way back of the command line: its last import ----------------------------------------------------------------


def last() -> Path:
    """Where the tables are kept as they were before the command line changed them last."""
    return settings().store / "undo"


@contextmanager
def remembered(table: str, mapping: str | Path | None, files: Iterable[Path]) -> Iterator[None]:
    """The files that are loaded inside can be taken back by `take_back`; where nothing changes, what could be before.

    Where somebody else loaded in between as well, there is no way back: their rows must not go with ours.
    """
    draft = last().with_name("undo.draft")
    try:
        tables = touched(table, mapping)
        keep(tables, draft)
    except Refused:  # whatever it is, `load` refuses it too
        yield
        return
    yield
    left = digests(tables)
    if left == kept_digests(draft):
        shutil.rmtree(draft)
        return
    (draft / _LEFT).write_text(json.dumps(left), encoding="utf-8")
    shutil.rmtree(last(), ignore_errors=True)
    if {batch.source for batch in _fresh(draft)} <= {path.name for path in files}:
        os.replace(draft, last())


def take_back() -> list[str]:
    """Puts back what the command line loaded last, and says which tables; publishing is the caller's.

    Raises:
        Refused: nothing_to_undo, changed_since.
    """
    if not (last() / _LEFT).exists():
        raise Refused("nothing_to_undo", "undo", "没有可以撤销的导入：每次只能撤销命令行最近的一次导入。")
    changed = later(last(), json.loads((last() / _LEFT).read_text(encoding="utf-8")))
    tables = kept(last())
    if changed and digests(tables) != kept_digests(last()):  # an attempt that died may have put back some already
        raise changed_since(changed)
    put_back(last())
    shutil.rmtree(last())
    return tables


def touched(table: str, mapping: str | Path | None) -> frozenset[str]:
    """The tables that an import may write; raises Refused."""
    register = plan(importable(table), mapping).register
    return frozenset({table} if register is None else {table, register.contract.table})


def changed_since(tables: Iterable[str]) -> Refused:
    """The refusal to take back what others have built upon."""
    names = "、".join(f"{contract(table).name}（{table}）" for table in tables)
    sentence = f"{names}在这次入库之后又有新的入库，直接撤销会丢掉它们；请先撤销后来的那一次。"
    return Refused("changed_since", "、".join(tables), sentence)
