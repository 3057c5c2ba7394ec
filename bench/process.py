"""The only place that starts, watches and stops the servers of the bench, and reads what memory they hold."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Running:
    """A server that answers: where, since how many seconds after its start, as which process."""

    url: str
    start_s: float
    pid: int

    def pss_mb(self) -> float:
        """Memory of the process tree; what processes share is counted once."""
        return sum(_pss_kb(pid) for pid in tree(self.pid)) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], port: int, path: str, environment: Mapping[str, str], log: Path
) -> Iterator[Running]:
    """Runs `command` until the caller is done; yields when `path` answers 200."""
    url = f"http://127.0.0.1:{port}"
    with log.open("a") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
        try:
            while not _answers(url + path):
                if process.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                    raise RuntimeError(f"没有起来：{' '.join(command)}，见 {log}")
                time.sleep(0.02)
            yield Running(url, time.perf_counter() - began, process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def _pss_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just gone
        return 0
    match = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(match[1]) if match else 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
