"""The only place that decides which answers are worked out before anybody asks: the first screens after a publish.

The key space of a first screen is small: eight scenes × the city and its districts, in the default period. The job runs
in a process of its own with the lowest priority, puts what it finds into the cache that all processes share, and so
never stands in a request's way.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask

from components.answers import PATH
from data.contract import THEMES
from data.divisions import CITY, children
from queries.snapshot import NoSnapshot, current_id

_ROOT = Path(__file__).resolve().parent.parent
_LOOK_S = 2.0
_NICEST = 19


def searches() -> Iterator[str]:
    """The addresses' queries, as the browser hands them on: the city first, then its districts in their order."""
    yield ""
    for place in children(CITY):
        if place.level == "district":
            yield f"?area={place.place_code}"


def warm(server: Flask, tell: Callable[[str], None] = lambda _: None) -> int:
    """Asks for every first screen of the current snapshot; stops when the snapshot is swapped. Returns the answers."""
    client, snapshot_id, count = server.test_client(), current_id(), 0
    for search in searches():
        for theme in THEMES:
            if current_id() != snapshot_id:
                return count
            body = f"{theme}-body"
            asked = {
                "output": f"{body}.children",
                "outputs": {"id": body, "property": "children"},
                "inputs": [{"id": "scope", "property": "data", "value": search}],
                "changedPropIds": ["scope.data"],
                "parsedChangedPropsIds": ["scope.data"],
            }
            count += client.post(PATH, json=asked).status_code == 200
        tell(search)
    return count


def follow() -> threading.Thread:
    """A daemon thread that starts the job for every snapshot that is swapped in, one at a time."""
    thread = threading.Thread(target=_follow, name="warming", daemon=True)
    thread.start()
    return thread


def _follow() -> None:
    seen, job = "", None
    while True:
        try:
            here = current_id()
        except NoSnapshot:
            here = ""
        if here not in ("", seen):
            if job is not None and job.poll() is None:
                job.terminate()
                job.wait()
            seen, job = here, subprocess.Popen(_command(), cwd=_ROOT)
        time.sleep(_LOOK_S)


def _command() -> list[str]:
    return [sys.executable, str(_ROOT / "cockpit.py"), "warm", "--while", str(os.getpid())]


def be_nice(parent: int) -> None:
    """The lowest priority, and an end when the server that started the job is gone."""
    os.nice(_NICEST)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_S)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
