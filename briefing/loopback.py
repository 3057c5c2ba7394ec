"""The only place that starts a server for this process alone: a free loopback port, the present store, then gone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_S = 60.0
_PAUSE_S = 0.1
_STOP_S = 15.0


class ServerDown(Exception):
    """The server did not come up; what it said last."""


@contextmanager
def served() -> Iterator[str]:
    """The origin of `cockpit.py serve` on a free port; it is stopped when the block is left.

    Raises:
        ServerDown: it ended or did not answer in time.
    """
    port = _free_port()
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port)}
    for name in ("COCKPIT_HOST", "COCKPIT_PORT", "COCKPIT_WORKERS"):
        environment.pop(name, None)
    environment |= {"COCKPIT_HOST": "127.0.0.1", "COCKPIT_PORT": str(port), "COCKPIT_WORKERS": "1"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "cockpit.py"), "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            origin = f"http://127.0.0.1:{port}"
            if not _answers(origin, process):
                log.seek(0)
                raise ServerDown(f"临时服务没有起来：{log.read().decode(errors='replace')[-500:].strip()}")
            yield origin
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(origin: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{origin}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(_PAUSE_S)
    return False
