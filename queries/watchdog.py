"""The only place that stops a statement that runs too long.

One thread for all of them: a timer per statement would be a thread per statement, which on a busy machine costs more
than the statement itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Stoppable(Protocol):
    """What can be stopped in mid-run: a DuckDB cursor."""

    def interrupt(self) -> object: ...


class Watchdog:
    """Interrupts whoever is still at work when its time is over. Its thread starts with the first one to watch."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: dict[object, tuple[float, Stoppable]] = {}
        self._wakes_at = float("inf")
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, runs: Stoppable, seconds: float) -> Iterator[None]:
        """Interrupts `runs` if the block takes longer than `seconds`; never after the block."""
        deadline, ticket = time.monotonic() + seconds, object()
        with self._changed:
            self._watched[ticket] = deadline, runs
            if self._thread is None or not self._thread.is_alive():  # a forked process has its threads no more
                self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()
            elif deadline < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._watched[ticket]

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                late = [ticket for ticket, (deadline, _) in self._watched.items() if deadline <= now]
                for ticket in late:
                    _, runs = self._watched[ticket]
                    self._watched[ticket] = float("inf"), runs
                    runs.interrupt()
                self._wakes_at = min((deadline for deadline, _ in self._watched.values()), default=float("inf"))
                self._changed.wait(None if self._wakes_at == float("inf") else self._wakes_at - now)


watchdog = Watchdog()
