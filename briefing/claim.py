"""The only place that says whose job it is: a claim on a named piece of work, with a lease, in SQLite.

Several workers and retries may start the same weekly job; one gets the claim, the others go home. A claim ends when it
is done, when it is given back with a reason, when its lease runs out, or when its process is found dead on this
machine. It makes work seldom done twice; that an edition is issued only once is kept by `briefing/archive.py` itself.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from components.briefing_archive import folder

LEASE_S = 900.0
_BUSY_S = 30.0
_SCHEMA = """
create table if not exists claim (
    job text primary key,
    state text not null check (state in ('held', 'free', 'done')),
    holder text not null,
    lease_until real not null,
    attempts integer not null,
    said text not null
) strict
"""


@dataclass(frozen=True)
class Claim:
    """A job that is ours until `done`, `give_back` or the end of the lease."""

    job: str
    holder: str
    attempt: int


@dataclass(frozen=True)
class State:
    """How a job stands: `held`, `free` (given back, or never begun) or `done`, how often tried, what was said."""

    state: str
    attempts: int
    said: str


def take(job: str, lease_s: float = LEASE_S) -> Claim | None:
    """The claim on a job, or None while another has it or when it is done."""
    holder, now = me(), time.time()
    with _open() as con:
        row = con.execute("select state, holder, lease_until, attempts from claim where job = ?", (job,)).fetchone()
        if row and (row[0] == "done" or (row[0] == "held" and row[2] > now and not is_gone(row[1]))):
            return None
        attempt = row[3] + 1 if row else 1
        con.execute(
            "insert into claim values (?, 'held', ?, ?, ?, '') on conflict (job) do update set state = 'held', "
            "holder = excluded.holder, lease_until = excluded.lease_until, attempts = excluded.attempts",
            (job, holder, now + lease_s, attempt),
        )
    return Claim(job, holder, attempt)


def renew(claim: Claim, lease_s: float = LEASE_S) -> bool:
    """A new lease; False when the claim is not ours any more, and the work must stop."""
    return _change(claim, "held", "", time.time() + lease_s)


def done(claim: Claim, said: str = "") -> bool:
    """The job is done for ever; False when the claim was not ours any more."""
    return _change(claim, "done", said, 0.0)


def give_back(claim: Claim, reason: str) -> bool:
    """The job may be taken again at once; `reason` says why it was not done."""
    return _change(claim, "free", reason, 0.0)


def state(job: str) -> State:
    """How a job stands."""
    with _open() as con:
        row = con.execute("select state, attempts, said from claim where job = ?", (job,)).fetchone()
    return State(*row) if row else State("free", 0, "")


def _change(claim: Claim, to: str, said: str, lease_until: float) -> bool:
    with _open() as con:
        changed = con.execute(
            "update claim set state = ?, said = ?, lease_until = ? "
            "where job = ? and holder = ? and attempts = ? and state = 'held'",
            (to, said, lease_until, claim.job, claim.holder, claim.attempt),
        )
    return changed.rowcount == 1


def me() -> str:
    """This process, as a holder: machine, pid and when it started."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that lives no more; its pid may be another's by now."""
    host, pid, started = holder.rsplit(":", 2)
    return host == socket.gethostname() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process of this machine started, in clock ticks since boot; empty for one that is not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *rest = text.rpartition(")")[2].split()
    return "" if state == "Z" else rest[18]  # the 22nd field; a zombie does no work any more


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    """A transaction that writes, durable when it is left: WAL, flushed at every commit."""
    with durable(folder() / "claims.db", _SCHEMA) as con:
        yield con


@contextmanager
def durable(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """One immediate transaction on a database of several processes; what it wrote survives a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    con = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    try:
        con.execute("pragma journal_mode = wal")
        con.execute("pragma synchronous = full")
        con.execute("begin immediate")
        for statement in filter(str.strip, schema.split(";")):
            con.execute(statement)
        try:
            yield con
        except BaseException:
            con.execute("rollback")
            raise
        con.execute("commit")
    finally:
        con.close()
