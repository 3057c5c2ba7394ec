"""The only place that says what `cockpit.py brief` does: editions made, drafted or issued, and written to a folder."""

from __future__ import annotations

import logging
import os
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from briefing import archive, edition, remarks, weekly
from briefing.content import EMPTY, Edition
from briefing.press import FORMATS, Press
from components.briefing_archive import in_force
from queries.scope import CITY
from queries.snapshot import NoSnapshot, SnapshotExpired, current_id


class BriefError(Exception):
    """What was asked for cannot be: which option, and what to do."""


# the input's fault, in words for people
REFUSED = (
    BriefError, edition.WeekError, remarks.RemarksError, archive.IssueRefused, NoSnapshot, SnapshotExpired,
)  # fmt: skip


def brief(options: Namespace) -> list[str]:
    """Does what was asked and gives lines for people: files, blocks without data, what replaced the pictures.

    Raises:
        One of REFUSED: the input's fault.
        PaperError: a block failed, or a font is missing.
    """
    _check(options)
    asked = [*weekly.editions()] if options.all else [(options.area, options.scene or "")]
    snapshot_id = current_id()  # once: all editions of a run are of one snapshot
    logging.getLogger("cockpit.queries").setLevel(logging.ERROR)  # slow questions concern the server, not a clerk
    lines: list[str] = []
    with Press() as press:
        for area, scene in asked:
            made = _made(options, press, area, scene, snapshot_id)
            lines += _one(options, press, made)
        if press.charts.fault:
            lines.append(press.charts.fault)
    return lines


def _check(options: Namespace) -> None:
    if options.draft and options.issue:
        raise BriefError("--draft 和 --issue 只能用一个：先出草稿，定稿后再签发")
    if options.issue and not (options.signer or "").strip():
        raise BriefError("--issue 要写签发人：--signer 姓名")
    if options.issue and options.partial:
        raise BriefError("--partial 的简报不能签发：有没做成的块，先补齐")
    if options.correct and not options.issue:
        raise BriefError("--correct（更正说明）只随 --issue")
    if options.all and (options.scene or options.area != CITY or options.remarks):
        raise BriefError("--all 是全市、各区县、各场景一整套，不再写 --area、--scene、--remarks")
    if unknown := [each for each in options.format if each not in FORMATS]:
        raise BriefError(f"--format {','.join(unknown)} 不行：可用 {','.join(FORMATS)}")


def _made(options: Namespace, press: Press, area: str, scene: str, snapshot_id: str) -> Edition:
    ask = partial(press.edition, options.week, area=area, scene=scene or None, snapshot_id=snapshot_id)
    made = ask()
    if options.remarks is None:
        return made
    return ask(remarks=remarks.read(options.remarks, [section.slug for section in made.sections], remarks.named(made)))


def _one(options: Namespace, press: Press, made: Edition) -> list[str]:
    lines = [
        f"{made.key} {section.title}·{block.title}：{block.reason}"
        for section, block in made.blocks()
        if block.state == EMPTY
    ]
    if options.issue:
        number = archive.next_number(made.head.day.year)
        made = _corrected(made, options.correct or "")
        files = press.files(made, options.format, signer=options.signer, number=number)
        issued = archive.issue(made, files, signer=options.signer, note=options.correct or "", number=number)
        lines.append(f"已签发 {issued.number} {made.head.name} {made.week}（{made.key}），签发人 {issued.signer}")
        lines += [f"  {file.name}　SHA-256 {file.sha256}" for file in issued.files]
    elif options.draft:
        files = press.draft(made, partial=options.partial)
    else:
        files = press.files(made, options.format, partial=options.partial)
    written(files, options.out)
    return [*lines, *(f"{options.out / name}" for name in files)]


def _corrected(made: Edition, note: str) -> Edition:
    """The edition with the words that say on paper what it replaces; `archive.issue` refuses where there is nothing."""
    there = next((each for each in in_force(archive.issued()) if (each.week, each.key) == (made.week, made.key)), None)
    return replace(made, correction=f"更正：原 {there.number} 号，{note.strip()}") if there and note.strip() else made


def written(files: Mapping[str, bytes], folder: Path) -> None:
    """Put the files into a folder, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_bytes(body)
        os.replace(draft, folder / name)
