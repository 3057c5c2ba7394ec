"""The only place that says what `cockpit.py weekly` does: one step of the weekly job, then what is due is sent."""

from __future__ import annotations

from argparse import Namespace

from briefing import deliver, outbox, weekly
from briefing.edition import week_of
from briefing.press import FORMATS, Press
from data.settings import settings


class WeeklyRefused(Exception):
    """What was asked for cannot be: which option or setting, and what to do."""


def run(options: Namespace) -> tuple[list[str], bool]:
    """Does the step; gives lines for people, and whether everything went well.

    Raises:
        WeeklyRefused, WeekError, IssueRefused, NoSnapshot, SnapshotExpired: the input's fault.
    """
    week, lines, is_well = options.week or weekly.last_week(), [], True
    if options.step == "issue":
        outcomes = _issue(week)
        lines += [f"{week} {each.key}：{weekly.WORDS[each.state]} {each.said}" for each in outcomes]
        is_well = all(each.state != "failed" for each in outcomes)
    elif options.step == "remind":
        lines.append(weekly.remind(week))
    elif options.step == "resend" and not (options.message and outbox.resend(options.message)):
        waiting = "、".join(outbox.stuck()) or "没有"
        raise WeeklyRefused(f"--message 写要补发的编号；现在不确定或失败的：{waiting}")
    weekly.announce()
    sent = outbox.flush(deliver.senders())
    lines += [f"投递 {each.message.channel} {each.recipient}：{each.state} {each.said}".rstrip() for each in sent]
    return lines, is_well


def _issue(week: str) -> list[weekly.Outcome]:
    week_of(week)
    signer = settings().briefing_signer
    if not signer.strip():
        raise WeeklyRefused("没有设置 COCKPIT_BRIEFING_SIGNER（签发人）：设好再签发")
    with Press() as press:
        return weekly.issue(
            week,
            lambda made, number: press.files(made, FORMATS, signer=signer, number=number),
            press.edition,
        )
