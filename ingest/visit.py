"""The only place that writes `intake/` of the store: one folder with a random name per uploaded file, and the journal.

A visit is one file on its way: uploaded, checked, published, perhaps undone. Its state stands in `visit.json`, replaced
in one step; whoever works on it holds the lock of its folder, so a worker that died is told from one that works. No
name that a browser sent is ever used as a path.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from data.clock import now
from data.settings import settings
from ingest.result import Refused

WORKING = ("checking", "importing", "undoing")
_ID = re.compile(r"[0-9a-f]{16}")
_BLOCK = 1 << 20
_LONGEST_NAME, _LONGEST_WHO = 80, 40
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True)
class Visit:
    """One uploaded file.

    `state`: checking → checked | refused → importing → published → undoing → undone; `failed` when we broke down.
    `file` is what the sender calls it. `found`: what it was recognised as; `result`: what the check, then the import,
    said. `left`: the digest of each table after the import. `is_alive`: someone works on it right now.
    """

    id: str
    table: str
    mapping: str
    file: str
    size: int
    sha256: str
    who: str
    at: str
    state: str
    step: str = ""
    share: float = 0.0
    found: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    has_returns: bool = False
    snapshot_before: str = ""
    snapshot_after: str = ""
    left: Mapping[str, str] = field(default_factory=dict)
    decided_by: str = ""
    message: str = ""
    is_alive: bool = False

    @property
    def folder(self) -> Path:
        return home() / self.id

    @property
    def path(self) -> Path:
        """The file, under a name that people know it by and that is safe."""
        return self.folder / "file" / safe_name(self.file)

    @property
    def before(self) -> Path:
        """Where the tables are kept as they were."""
        return self.folder / "before"

    @property
    def returns_file(self) -> Path:
        return self.folder / "returns.xlsx"

    @property
    def is_stuck(self) -> bool:
        """Whether its worker died."""
        return self.state in WORKING and not self.is_alive


def home() -> Path:
    """`intake/` of the store; only the account of the service may look inside: people's files lie there."""
    folder = settings().store / "intake"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def safe_name(text: str) -> str:
    """What is left of a name that a browser sent: no path, no control characters, not hidden, not long."""
    last = unicodedata.normalize("NFC", text).replace("\\", "/").rsplit("/", 1)[-1]
    name = _FORBIDDEN.sub("_", last).strip(" .")
    stem, dot, ending = name.rpartition(".")
    name = f"{stem[: _LONGEST_NAME - 8]}.{ending[:7]}" if dot and stem else name[:_LONGEST_NAME]
    while len(name.encode()) > 240:  # what a file system takes
        name = name[1:]
    return name or "file"


def known_name(text: str) -> str:
    """The name of who loads, as typed; raises Refused (no_name)."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > _LONGEST_WHO or any(unicodedata.category(sign) == "Cc" for sign in name):
        raise Refused("no_name", "who", f"请写下您的姓名（不超过 {_LONGEST_WHO} 个字），入库记录里要留名。")
    return name


def receive(stream: IO[bytes], table: str, mapping: str, file: str, who: str) -> Visit:
    """Stores an uploaded file as a new visit, in state `checking`, with no one working on it yet.

    Raises:
        Refused: too_large, empty_file, no_name.
    """
    limit = settings().intake_max_mb << 20
    visit = Visit(
        id=secrets.token_hex(8), table=table, mapping=mapping, file=safe_name(file), size=0, sha256="",
        who=known_name(who), at=now().isoformat(timespec="seconds"), state="checking", step="已收到",
    )  # fmt: skip
    visit.path.parent.mkdir(parents=True, mode=0o700)
    digest, size = sha256(), 0
    try:
        with visit.path.open("xb") as target:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise too_large(visit.file)
                digest.update(block)
                target.write(block)
        if size == 0:
            raise Refused("empty_file", visit.file, f"文件 {visit.file} 是空的；请重新导出后再上传。")
    except BaseException:
        shutil.rmtree(visit.folder)
        raise
    return write(replace(visit, size=size, sha256=digest.hexdigest()))


def too_large(file: str) -> Refused:
    """The refusal of an upload that is longer than the setting allows."""
    sentence = (
        f"文件 {file} 超过 {settings().intake_max_mb} MB；请拆成几份，或请管理员调高设置 COCKPIT_INTAKE_MAX_MB，"
        "也可由管理员用命令行 cockpit.py import 导入。"
    )
    return Refused("too_large", file, sentence)


def write(visit: Visit) -> Visit:
    """Replaces the state of a visit in one step."""
    body = asdict(visit)
    del body["is_alive"]
    draft = visit.folder / f"visit.{os.getpid()}"
    draft.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    os.replace(draft, visit.folder / "visit.json")
    return visit


def read(visit_id: str) -> Visit:
    """The visit called so; raises Refused (unknown_visit)."""
    sentence = f"没有编号为 {visit_id[:20]} 的入库；可能已过保留期，请重新上传。"
    if not _ID.fullmatch(visit_id):
        raise Refused("unknown_visit", "visit", sentence)
    folder = home() / visit_id
    try:
        body = json.loads((folder / "visit.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused("unknown_visit", "visit", sentence) from None
    return Visit(**body, is_alive=body["state"] in WORKING and _is_locked(folder / "lock"))


def visits(newest: int = 30) -> list[Visit]:
    """The newest visits that are kept, newest first."""
    found = [read(path.parent.name) for path in home().glob("*/visit.json")]
    return sorted(found, key=lambda visit: (visit.at, visit.id), reverse=True)[:newest]


def grab(visit_id: str) -> int:
    """The lock of a visit, as a descriptor that a worker inherits; raises Refused (busy)."""
    descriptor = os.open(home() / visit_id / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Refused("busy", "visit", "这份文件正在处理；请等它完成。") from None
    return descriptor


def _is_locked(path: Path) -> bool:
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def note(visit: Visit, event: str, who: str) -> None:
    """Adds a line to the journal, which is only ever appended to: who did what to which file, and what came of it."""
    result = visit.result
    line = {
        "at": now().isoformat(timespec="seconds"), "event": event, "who": who, "visit": visit.id,
        "table": visit.table, "file": visit.file, "sha256": visit.sha256,
        "mapping": visit.found.get("mapping") or visit.mapping,
        "accepted": result.get("accepted"), "unchanged": result.get("unchanged"),
        "quarantined": sum((result.get("quarantined") or {}).values()),
        "snapshot_before": visit.snapshot_before, "snapshot_after": visit.snapshot_after, "message": visit.message,
    }  # fmt: skip
    with (home() / "journal.jsonl").open("a", encoding="utf-8") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        journal.write(json.dumps(line, ensure_ascii=False) + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def journal(newest: int = 200) -> list[dict[str, Any]]:
    """The newest lines of the journal, newest first."""
    try:
        lines = (home() / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in reversed(lines[-newest:])]


@contextmanager
def turn(wait: Callable[[], None]) -> Iterator[None]:
    """One visit at a time touches the tables; `wait` is called while another one does."""
    with (home() / "queue.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                wait()
            else:
                break
        yield


def sweep() -> None:
    """Deletes files and ways back that are older than the setting says; the journal stays."""
    oldest = now() - timedelta(days=settings().intake_kept_days)
    for path in home().glob("*/visit.json"):
        visit = read(path.parent.name)
        if datetime.fromisoformat(visit.at) < oldest and not visit.is_alive:
            shutil.rmtree(visit.folder)
