"""The only place that works on an uploaded file: check, import and publish, undo; each in a program of its own.

`python -m ingest.clerk VISIT check|import|undo WHO` runs beside the web server, which stays quick, and writes into the
visit how far it is. Killed at any moment it leaves the published snapshot as it was; the same step again completes it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import tomllib
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from data.settings import settings
from ingest import mapping as mappings
from ingest import pending, undo, visit
from ingest.importer import load
from ingest.publish import publish
from ingest.recognition import Recognised, recognise
from ingest.result import ImportResult, Refused
from ingest.sendback import MARKED, returns
from ingest.visit import Visit
from queries.snapshot import NoSnapshot, current_id

ROOT = Path(__file__).resolve().parent.parent
GUESSED = "recognised"  # the name of a mapping that was made from the file itself
ALLOWED = {  # what may be done to a visit in which state; a step that died may be taken again
    "check": ("checking", "failed", "refused"),
    "import": ("checked", "importing"),
    "undo": ("published", "undoing"),
}
_STATES = {"check": "checking", "import": "importing", "undo": "undoing"}
_LISTED = 300  # faults shown in the browser; the 退回表 has all
_PAUSE_S, _STEP_S = 0.3, 0.2
_PATIENCE_S = 3600.0


def begin(visit_id: str, action: str, who: str) -> Visit:
    """Starts a step in a child process and returns at once.

    Raises:
        Refused: unknown_visit, busy, wrong_state, no_name.
    """
    name = visit.known_name(who)
    found = visit.read(visit_id)
    lock = visit.grab(found.id)
    try:
        found = visit.read(visit_id)
        if found.state not in ALLOWED[action]:
            raise Refused("wrong_state", "visit", "这一步现在不能做：文件的状态已经变了；请看页面上的最新状态。")
        found = visit.write(replace(found, state=_STATES[action], step="排队", share=0.0, message="", decided_by=name))
        with (found.folder / "log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "ingest.clerk", found.id, action, name],
                cwd=ROOT, env={**os.environ, "COCKPIT_STORE": str(settings().store)}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, pass_fds=(lock,), start_new_session=True,
            )  # fmt: skip
    finally:
        os.close(lock)  # the child holds it on
    threading.Thread(target=process.wait, daemon=True).start()  # or it would stay a zombie
    return replace(found, is_alive=True)


def shipped(table: str) -> list[str]:
    """The names of the shipped mappings into a table."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(mappings.FOLDER.glob("*.toml"))}
    return [name for name, text in texts.items() if tomllib.loads(text).get("table") == table]


def guessed(found: Visit) -> Path:
    """The mapping that was made from a file; absent where none was needed."""
    return found.folder / f"{GUESSED}.toml"


def left_over() -> str:
    """What lies in the tables unpublished while nobody works on it, in a sentence; "" where nothing does."""
    if any(each.is_alive for each in visit.visits()):
        return ""
    return pending.said(pending.unpublished())


def work(visit_id: str, action: str, who: str) -> None:
    """Takes a step to its end, whatever happens."""
    found = visit.read(visit_id)
    steps: dict[str, Callable[[Visit, str], Visit]] = {"check": _check, "import": _import, "undo": _undo}
    try:
        with visit.turn(_waiting(found)):
            visit.sweep()
            _recover(found)
            if action != "check":
                visit.note(found, f"{action}:begun", who)
            done = steps[action](found, who)
    except Refused as stop:
        refusal = asdict(stop.refusal)
        state = "refused" if action == "check" else found.state
        done = replace(visit.read(visit_id), state=state, message=stop.refusal.sentence, result={"refused": refusal})
        if action != "check":  # the step did not happen: the visit is where it was
            done = replace(done, state={"import": "checked", "undo": "published"}[action], result=found.result)
    except Exception:
        traceback.print_exc()
        with suppress(Refused, OSError):
            if action == "import":
                undo.roll_back(found.before, found.sha256)
        said = "系统出错，已发布的数据没有改动；原因在服务器的日志里，请重试，仍不行请联系运维。"
        back = {"check": "failed", "import": "checked", "undo": "published"}[action]
        done = replace(visit.read(visit_id), state=back, message=said)
    done = visit.write(replace(done, step="", share=1.0, decided_by=who))
    visit.note(done, f"{action}:{done.state}", who)


def _recover(mine: Visit) -> None:
    """What an import whose worker was killed left in the tables is taken back before anyone else publishes it."""
    for each in visit.visits():
        if each.state == "importing" and (each.is_stuck or each.id == mine.id):
            undo.roll_back(each.before, each.sha256)
        if each.state == "importing" and each.is_stuck and each.id != mine.id:
            said = "上次发布被中断，各表已恢复到入库之前；请重新发布。"
            visit.note(visit.write(replace(each, state="checked", step="", message=said)), "import:interrupted", "")


def _waiting(found: Visit) -> Callable[[], None]:
    """Says whom a visit waits for; gives up after an hour."""
    started = time.monotonic()

    def wait() -> None:
        if time.monotonic() - started > _PATIENCE_S:
            raise Refused("busy", "queue", "前面的入库超过一小时还没有完成；请联系运维后重试。")
        ahead = [each for each in visit.visits() if each.is_alive and each.id != found.id and each.step != "排队"]
        named = f"{ahead[-1].decided_by or ahead[-1].who} 的 {ahead[-1].file}" if ahead else "另一次入库"
        visit.write(replace(found, step=f"排队：等待{named}处理完", share=0.0))
        time.sleep(_PAUSE_S)

    return wait


def _reporter(found: Visit, low: float = 0.0, high: float = 1.0) -> Callable[[str, float], None]:
    """Writes progress into the visit, not more often than a page asks."""
    last = [0.0]

    def report(step: str, share: float) -> None:
        if time.monotonic() - last[0] >= _STEP_S:
            last[0] = time.monotonic()
            visit.write(replace(found, step=step, share=low + (high - low) * min(max(share, 0.0), 1.0)))

    return report


def _check(found: Visit, who: str) -> Visit:
    report = _reporter(found)
    report("识别工作表、表头和列", 0.0)
    mapping: str | Path | None = found.mapping or None
    try:
        seen = recognise(found.path, found.table)
    except Refused as stop:
        result, described = ImportResult(found.table, refused=stop.refusal), dict[str, Any]()
    else:
        mapping, name = _mapping(found, seen)
        described = {**asdict(seen), "proposal": bool(seen.proposal), "mapping": name}
        result = load(
            found.table, [found.path], mapping=mapping, dry_run=True, progress=_reporter(found, 0.1, 0.8),
            examples=MARKED,
        )  # fmt: skip
    if result.quarantined or result.refused is not None:
        report("写退回表", 0.9)
        returns(found.path, found.table, mapping, found.returns_file, result=result)
    return replace(
        found,
        state="refused" if result.refused else "checked",
        found=described,
        result=_said(result),
        has_returns=found.returns_file.exists(),
        message=result.refused.sentence if result.refused else "",
    )


def _mapping(found: Visit, seen: Recognised) -> tuple[str | Path | None, str]:
    """The mapping that was chosen, or fits, or was made from the file; and what it is called."""
    if found.mapping or seen.mapping:
        return found.mapping or seen.mapping, found.mapping or seen.mapping
    if seen.proposal:
        guessed(found).write_text(seen.proposal, encoding="utf-8")
        return guessed(found), GUESSED
    return None, ""


def _chosen(found: Visit) -> str | Path | None:
    name = str(found.found.get("mapping", ""))
    return guessed(found) if name == GUESSED else name or None


def _import(found: Visit, who: str) -> Visit:
    chosen = _chosen(found)
    tables = undo.touched(found.table, chosen)
    undo.keep(tables, found.before)
    before = _current()
    result = load(found.table, [found.path], mapping=chosen, progress=_reporter(found, 0.0, 0.7), examples=_LISTED)
    if result.refused is not None:
        raise Refused(result.refused.rule, result.refused.place, result.refused.sentence)
    visit.write(replace(found, step="发布快照", share=0.8))
    after = publish()
    return replace(
        found, state="published", result=_said(result), snapshot_before=before, snapshot_after=after,
        left=undo.digests(tables), message="",
    )  # fmt: skip


def _undo(found: Visit, who: str) -> Visit:
    changed = undo.later(found.before, found.left)
    is_back = undo.digests(undo.kept(found.before)) == undo.kept_digests(found.before)
    if changed and not is_back:  # put back already by an attempt that died before it could publish
        raise undo.changed_since(changed)
    visit.write(replace(found, step="恢复各表", share=0.3))
    undo.put_back(found.before)
    visit.write(replace(found, step="发布快照", share=0.6))
    return replace(found, state="undone", snapshot_after=publish(), message="")


def _current() -> str:
    try:
        return current_id()
    except NoSnapshot:
        return ""


def _said(result: ImportResult) -> dict[str, Any]:
    return {**result.to_json(), "faults": [asdict(fault) for fault in result.examples[:_LISTED]]}


if __name__ == "__main__":
    work(*sys.argv[1:4])
