"""The only place that reads issued briefings: one immutable folder per number, its manifest, its files, its changes.

`briefing/archive.py` writes them. A manifest holds what was printed, so the archive can be read after the snapshot's
software has changed; every file is checked against its SHA-256 when it is handed out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from components.wording import MINUS, number
from data.settings import settings

MANIFEST = "manifest.json"
STATUS = "deliveries.json"  # how deliveries stand; written by `briefing/outbox.py`
NUMBER = re.compile(r"(\d{4})-(\d{4})")
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain; charset=utf-8",
}


class ArchiveError(Exception):
    """An issued file that is not there, or not what was issued."""


@dataclass(frozen=True)
class File:
    """A file of an issue: its name, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str

    @property
    def format(self) -> str:
        return self.name.rpartition(".")[2].lower()


@dataclass(frozen=True)
class Number:
    """A KPI as it was issued. `shown` is what was printed, `value` the unrounded number behind it."""

    metric: str
    name: str
    unit: str
    value: float | None
    decimals: int
    shown: str


@dataclass(frozen=True)
class Issued:
    """One issued briefing. `number` (2026-0047) is never used twice; `corrects` is the number that it replaces."""

    number: str
    week: str
    key: str  # what the edition is of: 341000, 341021, 341000-urban
    area: str
    area_name: str
    scene: str
    title: str
    name: str  # of the paper
    issue: int  # 期号
    total: int  # 总期号
    day: date
    since: date
    until: date
    snapshot: str
    demo: str
    signer: str
    issued_at: datetime
    note: str  # 更正说明
    corrects: str
    summary: tuple[str, ...]  # its one page in sentences
    files: tuple[File, ...]
    numbers: tuple[Number, ...]

    @property
    def year(self) -> int:
        """Of the 期号, which counts weeks; a number counts by the paper's date."""
        return int(self.week[:4])

    def called(self, file: File) -> str:
        """What a file is called where people keep it: `黄山市城市运行周报2026年第47期.pdf`."""
        rest = file.name.removeprefix(f"{self.week}-{self.key}")
        return (
            file.name
            if rest == file.name
            else f"{self.name}{self.year}年第{self.issue}期{'（更正）' if self.corrects else ''}{rest}"
        )

    def to_json(self) -> dict[str, Any]:
        """The manifest."""
        body = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("day", "since", "until", "issued_at"):
            body[name] = body[name].isoformat()
        return body | {"files": [vars(each) for each in self.files], "numbers": [vars(each) for each in self.numbers]}


@dataclass(frozen=True)
class Change:
    """A KPI whose printed value differs from an earlier issue's."""

    name: str
    before: str
    now: str
    step: str


def folder(store: Path | None = None) -> Path:
    """Where the issues of a store live."""
    return (store or settings().store) / "briefings"


def issued(store: Path | None = None) -> list[Issued]:
    """Every issue, newest number first."""
    found = [path.parent for path in folder(store).glob(f"*/{MANIFEST}") if NUMBER.fullmatch(path.parent.name)]
    return [_read(path) for path in sorted(found, key=lambda path: path.name, reverse=True)]


def in_force(every: Sequence[Issued]) -> list[Issued]:
    """Those that no other of them corrects."""
    corrected = {each.corrects for each in every}
    return [each for each in every if each.number not in corrected]


def corrected_by(this: Issued, every: Sequence[Issued]) -> Issued | None:
    """The issue that replaced this one."""
    return next((each for each in every if each.corrects == this.number), None)


def week_before(this: Issued, every: Sequence[Issued]) -> Issued | None:
    """The same edition of the week before, as it is in force."""
    return next((each for each in in_force(every) if each.key == this.key and each.until == this.since), None)


def changes(now: Issued, before: Issued) -> list[Change]:
    """The KPIs whose printed value differs, in the order of print."""
    then = {each.metric: each for each in before.numbers}
    pairs = [(each, then[each.metric]) for each in now.numbers if each.metric in then]
    return [
        Change(each.name, _with_unit(old), _with_unit(each), _step(each, old))
        for each, old in pairs
        if each.shown != old.shown
    ]


def content(number: str, sha: str, name: str, store: Path | None = None) -> tuple[str, File, bytes]:
    """An issued file, checked, after what it is called; `sha` is at least 12 digits of its SHA-256.

    Raises:
        LookupError: no such issue, file or hash.
        ArchiveError: the file is gone or is not what was issued.
    """
    where = folder(store) / number
    if not NUMBER.fullmatch(number) or len(sha) < 12 or not (where / MANIFEST).is_file():
        raise LookupError(number)
    issue = _read(where)
    file = next((each for each in issue.files if each.name == name and each.sha256.startswith(sha)), None)
    if file is None:
        raise LookupError(name)
    try:
        body = (where / file.name).read_bytes()
    except OSError as fault:
        raise ArchiveError(f"{number}/{file.name} 读不出（{fault.strerror}）：从备份恢复 briefings/{number}") from fault
    if hashlib.sha256(body).hexdigest() != file.sha256:
        raise ArchiveError(f"{number}/{file.name} 与签发时的校验值不一致：从备份恢复 briefings/{number}")
    return issue.called(file), file, body


def deliveries(store: Path | None = None) -> list[dict[str, Any]]:
    """How deliveries stood when they were last tried: message, channel, recipient, state, attempts, said."""
    try:
        found: list[dict[str, Any]] = json.loads((folder(store) / STATUS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return found


def parse(body: Mapping[str, Any]) -> Issued:
    """The issue that a manifest describes."""
    known = {each.name for each in fields(Issued)}
    values = {name: value for name, value in body.items() if name in known}
    for name in ("day", "since", "until"):
        values[name] = date.fromisoformat(values[name])
    values["issued_at"] = datetime.fromisoformat(values["issued_at"])
    values["summary"] = tuple(values["summary"])
    values["files"] = tuple(File(**each) for each in values["files"])
    values["numbers"] = tuple(Number(**each) for each in values["numbers"])
    return Issued(**values)


@lru_cache(maxsize=4096)
def _read(where: Path) -> Issued:
    """Kept in memory: an issued folder never changes."""
    return parse(json.loads((where / MANIFEST).read_text(encoding="utf-8")))


def _with_unit(each: Number) -> str:
    return each.shown if each.value is None or not each.unit else f"{each.shown} {each.unit}"


def _step(now: Number, before: Number) -> str:
    if now.value is None or before.value is None:
        return ""
    step = round(now.value, now.decimals) - round(before.value, now.decimals)
    unit = "个百分点" if now.unit == "%" else now.unit
    return f"{'+' if step > 0 else MINUS}{number(abs(step), now.decimals)} {unit}".rstrip()
