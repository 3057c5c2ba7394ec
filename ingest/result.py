"""The only place that says what an import returns and how a fault or a refusal is worded for a program.

A *fault* concerns one cell and sends its row to quarantine; a *refusal* concerns the whole file and changes nothing.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Progress = Callable[[str, float], None]  # what is being done, and which share of it (0–1)


_WORDS = {
    errno.ENOENT: "没有这个文件或目录", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EISDIR: "这是目录",
    errno.ENOTDIR: "路径里有一段不是目录", errno.EROFS: "磁盘只读", errno.ENOSPC: "磁盘已满",
}  # fmt: skip


def said(error: OSError) -> str:
    """What the system says of a file, in words for a clerk."""
    return _WORDS.get(error.errno or 0) or error.strerror or type(error).__name__


def silent(step: str, share: float) -> None:
    """The progress of who does not ask for any."""


@dataclass(frozen=True)
class Fault:
    """One bad cell. `row` counts from 1 as the sender sees it; `value` is what stands in the file.

    `column` is ours, `headers` are the sender's columns that fill it, `sheet` is the sheet of a workbook.
    """

    row: int
    column: str
    value: str
    rule: str
    sentence: str
    headers: tuple[str, ...] = ()
    sheet: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a whole file was refused: stable rule name, place (file, sheet, row, column), sentence with the remedy."""

    rule: str
    place: str
    sentence: str


@dataclass(frozen=True)
class Remark:
    """Something people should know about how a file was read: stable rule name, place, sentence. Changes no row."""

    rule: str
    place: str
    sentence: str


class Refused(Exception):
    """Stops an import before anything is changed."""

    def __init__(self, rule: str, place: str, sentence: str) -> None:
        super().__init__(sentence)
        self.refusal = Refusal(rule, place, sentence)


@dataclass(frozen=True)
class ImportResult:
    """What became of the rows of one import.

    `accepted`: new rows and rows that replaced an older version; `unchanged`: rows that were there already, identical
    repetitions in the file included; `quarantined`: rows by rule, each row counted once, under the first fault in
    column order. The three add up to the rows of the files without `skipped`: rows that are no data, by kind
    (total_row, note_row, repeated_header, example_row). `examples`: the first faults, for people. `remarks`: what was
    read in which way (sheet, header, units), in sentences. `scrubbed`: personal numbers masked in free text, by kind.
    """

    table: str
    accepted: int = 0
    unchanged: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)
    refused: Refusal | None = None
    snapshot: str | None = None
    examples: tuple[Fault, ...] = ()
    scrubbed: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer of `cockpit.py import --json`."""
        return {
            "table": self.table,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "quarantined": dict(sorted(self.quarantined.items())),
            "refused": asdict(self.refused) if self.refused else None,
            "snapshot": self.snapshot,
            "scrubbed": dict(self.scrubbed),
            "skipped": dict(sorted(self.skipped.items())),
            "remarks": [asdict(remark) for remark in self.remarks],
        }
