"""The only place that says what is still to be delivered: messages, and how each delivery stands.

A message goes to recipients one by one (an address; a part of a robot's message), and each has a state of its own, so a
message that went half out is never sent again to the half that has it. Before anything leaves, the delivery is marked
`sending`; once the other side has answered, `sent`, `waiting` (refused for now: again, ever later) or `failed`. A
process that dies in between cannot know whether it was taken: such a delivery becomes `unsure` and is NOT sent again by
itself (at most once); a person who has asked the recipient sends it again with `cockpit.py weekly resend`. The
message's id is the same every time, so that a mailbox which already has it can tell.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from briefing.claim import durable, is_gone, me
from components.briefing_archive import STATUS, folder
from data.clock import now

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
ATTEMPTS = len(BACKOFF) + 1
WAITING, SENDING, SENT, FAILED, UNSURE = "waiting", "sending", "sent", "failed", "unsure"
_SCHEMA = """
create table if not exists message (
    id text primary key,
    channel text not null,
    subject text not null,
    body text not null,
    attached text not null,
    number text not null,
    put_at text not null
) strict;
create table if not exists delivery (
    message_id text not null references message (id),
    recipient text not null,
    state text not null check (state in ('waiting', 'sending', 'sent', 'failed', 'unsure')),
    attempts integer not null,
    due_at text not null,
    holder text not null,
    said text not null,
    primary key (message_id, recipient)
) strict;
"""


@dataclass(frozen=True)
class Message:
    """What is to be said. `id` is the same whenever it is put; `attached`: (number, sha256, name) of issued files."""

    id: str
    channel: str  # mail | wecom
    subject: str
    body: str
    attached: tuple[tuple[str, str, str], ...] = ()
    number: str = ""  # of the issue it announces
    put_at: datetime = datetime.min  # when it was laid ready; the outbox says


@dataclass(frozen=True)
class Delivery:
    """One message to one recipient: how it stands, after how many attempts, and what the other side said last."""

    message: Message
    recipient: str
    state: str
    attempts: int
    said: str


class Refused(Exception):
    """The other side has answered that it did not take it. `is_final`: it never will."""

    def __init__(self, said: str, *, is_final: bool = False) -> None:
        super().__init__(said)
        self.is_final = is_final


class Unsure(Exception):
    """It left, and no answer came."""


Sender = Callable[[Message, str], None]  # returns when the other side has taken it; raises Refused or Unsure


def put(message: Message, recipients: Sequence[str]) -> int:
    """Lay a message ready; what is there already stays as it is. Returns how many deliveries are new."""
    moment = _text(now())
    with _open() as con:
        con.execute(
            "insert or ignore into message values (?, ?, ?, ?, ?, ?, ?)",
            (
                message.id,
                message.channel,
                message.subject,
                message.body,
                json.dumps(message.attached),
                message.number,
                moment,
            ),
        )
        new = [
            con.execute(
                "insert or ignore into delivery values (?, ?, 'waiting', 0, ?, '', '')", (message.id, each, moment)
            ).rowcount
            for each in dict.fromkeys(recipients)
        ]
    return sum(new)


def flush(senders: Mapping[str, Sender], at: datetime | None = None) -> list[Delivery]:
    """Send what is due through the channels that are there; returns what was tried, as it stands now."""
    tried = []
    lost = _find_the_lost()
    while (taken := _take(tuple(senders), at or now())) is not None:
        tried.append(_send(senders[taken.message.channel], taken, at or now()))
    if tried or lost:
        write_status()
    return tried


def resend(message_id: str) -> int:
    """Lay what is unsure or failed of a message ready again: the word of a person. Returns how many."""
    with _open() as con:
        changed = con.execute(
            "update delivery set state = 'waiting', attempts = 0, due_at = ? "
            "where message_id = ? and state in ('unsure', 'failed')",
            (_text(now()), message_id),
        )
    write_status()
    return changed.rowcount


def stuck() -> list[str]:
    """The messages that wait for the word of a person: their ids."""
    return list(dict.fromkeys(each.message.id for each in deliveries() if each.state in (UNSURE, FAILED)))


def deliveries() -> list[Delivery]:
    """Every delivery, oldest message first."""
    with _open() as con:
        return [_delivery(row) for row in con.execute(_SELECT + " order by m.put_at, m.id, d.recipient").fetchall()]


def write_status() -> None:
    """How all deliveries stand, as a file: the page reads that, whose account may not write to the database."""
    body = [
        {
            "message": each.message.id, "number": each.message.number, "channel": each.message.channel,
            "recipient": each.recipient, "state": each.state, "attempts": each.attempts, "said": each.said,
        }
        for each in deliveries()
    ]  # fmt: skip
    path = folder() / STATUS
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(draft, path)


_SELECT = (
    "select m.id, m.channel, m.subject, m.body, m.attached, m.number, m.put_at, "
    "d.recipient, d.state, d.attempts, d.said "
    "from delivery as d join message as m on m.id = d.message_id"
)


def _find_the_lost() -> int:
    """Marks deliveries whose process died while it was sending: nobody knows whether they arrived. Returns how many."""
    with _open() as con:
        rows = con.execute("select message_id, recipient, holder from delivery where state = 'sending'").fetchall()
        lost = [(message_id, recipient) for message_id, recipient, holder in rows if is_gone(holder)]
        for message_id, recipient in lost:
            con.execute(
                "update delivery set state = 'unsure', said = '发送中进程中断，不知对方是否收到，没有自动重发' "
                "where message_id = ? and recipient = ?",
                (message_id, recipient),
            )
    return len(lost)


def _take(channels: tuple[str, ...], at: datetime) -> Delivery | None:
    """The next delivery that is due, marked as ours before anything leaves."""
    marks = ", ".join("?" * len(channels))
    with _open() as con:
        row = con.execute(
            f"{_SELECT} where d.state = 'waiting' and d.due_at <= ? and m.channel in ({marks}) "
            "order by d.due_at, m.put_at, m.id, d.recipient limit 1",
            (_text(at), *channels),
        ).fetchone()
        if row is None:
            return None
        con.execute(
            "update delivery set state = 'sending', attempts = attempts + 1, holder = ? "
            "where message_id = ? and recipient = ?",
            (me(), row[0], row[7]),
        )
    return _delivery((*row[:8], SENDING, row[9] + 1, row[10]))


def _send(sender: Sender, taken: Delivery, at: datetime) -> Delivery:
    state, said, due = SENT, "", at
    try:
        sender(taken.message, taken.recipient)
    except Unsure as fault:
        state, said = UNSURE, str(fault)
    except Refused as fault:
        is_over = fault.is_final or taken.attempts >= ATTEMPTS
        state, said = FAILED if is_over else WAITING, str(fault)
        due = at if is_over else at + BACKOFF[taken.attempts - 1]
    with _open() as con:
        con.execute(
            "update delivery set state = ?, said = ?, due_at = ? where message_id = ? and recipient = ?",
            (state, said, _text(due), taken.message.id, taken.recipient),
        )
    return Delivery(taken.message, taken.recipient, state, taken.attempts, said)


def _delivery(row: tuple[str, str, str, str, str, str, str, str, str, int, str]) -> Delivery:
    attached = tuple((number, sha, name) for number, sha, name in json.loads(row[4]))
    message = Message(row[0], row[1], row[2], row[3], attached, row[5], datetime.fromisoformat(row[6]))
    return Delivery(message, *row[7:])


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _path() -> Path:
    return folder() / "outbox.db"


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    with durable(_path(), _SCHEMA) as con:
        yield con
