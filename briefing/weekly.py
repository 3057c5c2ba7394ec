"""The only place that runs the weekly job: at 07:30 it says what is missing, at 08:00 it issues and lays ready to send.

Any number of workers, timers and retries may start it: an edition is claimed, made, issued and announced once. Who is
killed leaves a claim that the next one finds dead; what was issued already is only announced again, which changes
nothing. All editions of a week are of one snapshot, also when a retry comes after the next publish.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from briefing import archive, claim, deliver
from briefing.content import EMPTY, Edition
from briefing.edition import edition
from components.briefing_archive import Issued, in_force
from data.clock import now, today
from data.contract import THEMES
from data.divisions import children
from data.settings import settings
from queries.scope import CITY
from queries.snapshot import current_id

log = logging.getLogger("cockpit.briefing")
Maker = Callable[[Edition, str], Mapping[str, bytes]]  # the files of an edition by name, with its number printed
Reader = Callable[..., Edition]  # `edition.edition`, or what reads the same faster
WORDS = {"issued": "已签发", "there": "早已签发", "taken": "另一个进程在做", "failed": "没有签发成"}
FRESH = timedelta(days=1)  # what was issued longer ago is not announced when a channel is switched on
TRIES = 5  # of a number, when several workers issue at once


@dataclass(frozen=True)
class Outcome:
    """What became of one edition: `state` is issued | there (already) | taken (by another worker) | failed."""

    key: str
    state: str
    said: str


def last_week(day: date | None = None) -> str:
    """The last full week before a day: `2026-W47`."""
    year, week, _ = ((day or today()) - timedelta(days=7)).isocalendar()
    return f"{year}-W{week:02d}"


def editions() -> Iterator[tuple[str, str]]:
    """Area and scene of every edition of a week: the city, the districts in their official order, the scenes."""
    yield CITY, ""
    for place in children(CITY):
        if place.level == "district":
            yield place.display_code, ""
    for theme in THEMES:
        yield CITY, theme


def issue(week: str, make: Maker, read: Reader = edition) -> list[Outcome]:
    """Issue every edition of a week that is not out yet, and lay the city's ready for delivery."""
    outcomes = []
    for area, scene in editions():
        key = f"{area}-{scene}" if scene else area
        outcomes.append(_issue(week, area, scene, key, make, read))
        log.info("%s %s: %s %s", week, key, outcomes[-1].state, outcomes[-1].said)
    return outcomes


def _issue(week: str, area: str, scene: str, key: str, make: Maker, read: Reader) -> Outcome:
    job = f"issue:{week}:{key}"
    mine = claim.take(job)
    if mine is None:
        found = claim.state(job)
        return Outcome(key, "there" if found.state == "done" else "taken", found.said)
    try:
        there = _there(week, key)
        if there is None:
            out = _put(read(week, area=area, scene=scene or None, snapshot_id=_snapshot(week)), make, mine)
        else:
            out = there
    except archive.AlreadyIssued as fault:
        out, there = fault.there, fault.there
    except Exception as fault:  # whatever it is, the other editions are still to be issued; this one is tried again
        log.exception("edition %s of %s failed", key, week)
        claim.give_back(mine, str(fault))
        return Outcome(key, "failed", str(fault))
    if area == CITY and not scene:
        deliver.announce(out)
    claim.done(mine, out.number)
    return Outcome(key, "there" if there else "issued", out.number)


def _put(made: Edition, make: Maker, mine: claim.Claim) -> Issued:
    for _ in range(TRIES):
        number = archive.next_number(made.head.day.year)
        files = make(made, number)
        if not claim.renew(mine):
            raise archive.IssueRefused("租约已过，另一个进程接手了")
        with suppress(archive.NumberTaken):
            return archive.issue(made, files, signer=settings().briefing_signer, number=number)
    raise archive.IssueRefused(f"编号 {TRIES} 次都被别的进程先占：稍后再试")


def announce() -> int:
    """Lay ready what of the city was issued of late, also by hand; what is there stays. Returns the new deliveries."""
    fresh = [each for each in in_force(archive.issued()) if now() - each.issued_at < FRESH]
    return sum(deliver.announce(each) for each in fresh if each.area == CITY and not each.scene)


def _there(week: str, key: str) -> Issued | None:
    return next((each for each in archive.issued() if (each.week, each.key) == (week, key)), None)


def _snapshot(week: str) -> str:
    """The snapshot of the week's editions that are out, else the current one."""
    return next((each.snapshot for each in reversed(archive.issued()) if each.week == week), None) or current_id()


def remind(week: str) -> str:
    """Say what would stop or thin out the issue of a week, and lay that ready for those who look after it."""
    made = edition(week)
    stopped = [f"{section.title}·{block.title}：{block.reason}" for section, block in made.failed()]
    empty = [
        f"{section.title}·{block.title}：{block.reason}" for section, block in made.blocks() if block.state == EMPTY
    ]
    lines = [f"{made.head.name} {week} 定于 8:00 签发，签发人 {settings().briefing_signer or '未设置（不会签发）'}。"]
    lines.append("现在签发会因此停下：" if stopped else "没有会使签发停下的问题。")
    lines += stopped
    if empty:
        lines += [f"将照印原因的空块 {len(empty)} 处：", *empty]
    body = "\n".join(lines)
    deliver.remind(week, f"{made.head.name} {week} 签发前提醒{'：有问题' if stopped else ''}", body)
    return body
