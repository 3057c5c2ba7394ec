"""The only place that issues a briefing: a number that is never used twice, and a folder that never changes.

Everything is written into a draft folder, flushed, and renamed when it is whole; who is killed at any moment leaves
either nothing or an issue. Its snapshot is pinned first, so that what was printed can be asked for again. Issuing is
one at a time on a store (a lock that dies with its process), hence numbers have no gaps and the same edition of the
same week is issued once: a second one is a correction, with a new number and a note.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from briefing.content import Edition, plain
from components import wording
from components.briefing_archive import MANIFEST, MEDIA_TYPES, NUMBER, File, Issued, Number, folder, in_force, issued
from data.clock import now
from data.settings import settings
from queries.snapshot import snapshot

__all__ = ["AlreadyIssued", "IssueRefused", "NumberTaken", "issue", "issued", "issuing", "next_number"]
LOCK_WAIT_S = 300.0
_PAUSE_S = 0.1


class IssueRefused(Exception):
    """An issue that cannot be: why, and what to do. Nothing was written."""


class AlreadyIssued(IssueRefused):
    """This edition of this week is out."""

    def __init__(self, there: Issued) -> None:
        super().__init__(
            f"{there.week} {there.title} 已签发为 {there.number}（{there.signer}，{there.issued_at:%Y-%m-%d %H:%M}），"
            "不会覆盖：要更正，请写更正说明，另发新号"
        )
        self.there = there


class NumberTaken(IssueRefused):
    """The number that was printed is another's by now: the files are to be made again with the next."""


def next_number(year: int) -> str:
    """The number that the next issue of a year gets: `2026-0048`. Only who is `issuing` may rely on it."""
    taken = [int(found[2]) for path in folder().glob("*") if (found := NUMBER.fullmatch(path.name))
             and int(found[1]) == year]  # fmt: skip
    return f"{year}-{max(taken, default=0) + 1:04d}"


@contextmanager
def issuing() -> Iterator[None]:
    """The turn to issue; `issue` takes it itself.

    Raises:
        IssueRefused: another process has had the turn for too long.
    """
    folder().mkdir(parents=True, exist_ok=True)
    handle = os.open(folder() / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LOCK_WAIT_S
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise IssueRefused(f"另一个进程正在签发，等了 {LOCK_WAIT_S:.0f} 秒：过一会儿再试") from None
                time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(handle)


def issue(edition: Edition, files: Mapping[str, bytes], *, signer: str, note: str = "", number: str = "") -> Issued:
    """Freeze an edition with its files (name → content) under the next number.

    With a `note` (更正说明) it replaces the one that is in force for the same week and edition; there must be one. Who
    printed the number into the files says which it was, and is refused if another took it meanwhile.

    Raises:
        AlreadyIssued: the edition of the week is out and there is no note.
        IssueRefused: no signer, no file, a failed block, a file of another kind, or nothing to correct.
        SnapshotExpired: its snapshot is not kept any more.
    """
    _check(edition, files, signer)
    with issuing():
        _sweep()
        there = next(
            (each for each in in_force(issued()) if (each.week, each.key) == (edition.week, edition.key)), None
        )
        if there and not note.strip():
            raise AlreadyIssued(there)
        if note.strip() and not there:
            raise IssueRefused(f"{edition.week} {edition.title} 还没有签发过，没有可更正的：去掉更正说明")
        if number and number != next_number(edition.head.day.year):
            raise NumberTaken(f"编号 {number} 已被占用：重新生成文件再签发")
        _has_begun(edition)
        _pin(edition.snapshot)
        made = _described(edition, files, signer.strip(), note.strip(), there)
        return _put(made, files)


def _check(edition: Edition, files: Mapping[str, bytes], signer: str) -> None:
    if not signer.strip():
        raise IssueRefused("没有签发人：写上签发人姓名再签发")
    if not files:
        raise IssueRefused("没有文件可签发：先生成 PDF 等文件")
    if edition.head.total <= 0:
        raise IssueRefused(
            f"{edition.week} 的总期号是 {edition.head.total}，不能签发：早于创刊的第 1 期，见 head.toml 的 first_week"
        )
    if failed := edition.failed():
        named = "、".join(f"{section.title}·{block.title}（{block.reason}）" for section, block in failed)
        raise IssueRefused(f"有 {len(failed)} 块没有做成，不能签发：{named}")
    for name in files:
        if Path(name).name != name or name.startswith(".") or name.rpartition(".")[2].lower() not in MEDIA_TYPES:
            raise IssueRefused(f"文件名 {name!r} 不行：只写文件名，后缀为 {'、'.join(MEDIA_TYPES)}")


def _has_begun(edition: Edition) -> None:
    """A week that ended before the events were first reported says nothing of people: it is not issued."""
    info = snapshot(edition.snapshot).tables.get("overview.event")
    if info is not None and info.since is not None and edition.until <= info.since:
        raise IssueRefused(f"{edition.week} 不能签发：事件数据从 {info.since:%Y-%m-%d} 才有，请选那天以后的周")


def _described(edition: Edition, files: Mapping[str, bytes], signer: str, note: str, there: Issued | None) -> Issued:
    return Issued(
        number=next_number(edition.head.day.year),
        week=edition.week,
        key=edition.key,
        area=edition.area,
        area_name=edition.area_name,
        scene=edition.scene,
        title=edition.title,
        name=edition.head.name,
        issue=edition.head.issue,
        total=edition.head.total,
        day=edition.head.day,
        since=edition.since,
        until=edition.until,
        snapshot=edition.snapshot,
        demo=edition.demo,
        signer=signer,
        issued_at=now().replace(microsecond=0),
        note=note,
        corrects=there.number if there else "",
        summary=tuple(
            plain(sentence)
            for section, block in edition.blocks()
            if section.slug == "summary"
            for sentence in block.sentences
        ),
        files=tuple(File(name, len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()),
        numbers=_numbers(edition),
    )


def _numbers(edition: Edition) -> tuple[Number, ...]:
    """Every KPI that is printed, once."""
    found: dict[str, Number] = {}
    for _, block in edition.blocks():
        for reading in (line.reading for line in block.lines):
            shown = wording.value(reading) if reading.is_known else wording.absence(reading)
            found.setdefault(
                reading.metric,
                Number(reading.metric, reading.name, reading.unit, reading.value, reading.decimals, shown),
            )
    return tuple(found.values())


def _pin(snapshot_id: str) -> None:
    """Keep the snapshot for ever; raises SnapshotExpired if it is gone already."""
    pins = settings().store / "pins"
    pins.mkdir(exist_ok=True)
    (pins / snapshot_id).touch()
    _sync(pins)
    snapshot(snapshot_id)


def _put(made: Issued, files: Mapping[str, bytes]) -> Issued:
    draft = folder() / f".draft-{made.number}-{os.getpid()}"
    draft.mkdir()
    manifest = json.dumps(made.to_json(), ensure_ascii=False, indent=1).encode()
    for name, body in {**files, MANIFEST: manifest}.items():
        path = draft / name
        with path.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        path.chmod(0o444)
    _sync(draft)
    os.rename(draft, folder() / made.number)  # fails on a number that is taken
    _sync(folder())
    return made


def _sweep() -> None:
    """Drafts of who was killed; who holds the turn is alone."""
    for leftover in folder().glob(".draft-*"):
        shutil.rmtree(leftover)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
