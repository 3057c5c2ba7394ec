"""What every test stands on: a store of its own, a served demo city, and a Chromium that may not call outside."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

ROOT = Path(__file__).resolve().parent.parent
# so many days that the same period of last year is there
DEMO = ("--days", "400", "--seed", "341000", "--until", "2026-11-23")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure(config: pytest.Config) -> None:
    """Before any module of ours is imported: no setting of this machine, and a store that is thrown away."""
    if built := os.environ.get("COCKPIT_TEST_DEMO"):
        os.environ["TEST_DEMO"] = built  # under a name that is no setting's
    for name in [name for name in os.environ if name.startswith("COCKPIT_") and name != "COCKPIT_REAL_DATA"]:
        del os.environ[name]
    for name in ("HOST", "PORT"):
        os.environ.pop(name, None)
    store = tempfile.mkdtemp(prefix="cockpit-store-")
    os.environ["COCKPIT_STORE"] = store
    expect.set_options(timeout=60_000)  # a card that nobody has asked for is worked out; a busy machine takes its time
    config.add_cleanup(lambda: shutil.rmtree(store, ignore_errors=True))


# --- real data --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real extracts; the test is skipped, and says so, where there is none."""
    folder = os.environ.get("COCKPIT_REAL_DATA")
    if not folder:
        pytest.skip("COCKPIT_REAL_DATA names no folder: real extracts are not tested")
    return Path(folder)


# --- the served city --------------------------------------------------------------------------------------------------


def cockpit(*arguments: str, store: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `python cockpit.py …` over `store`."""
    return subprocess.run(
        [sys.executable, "cockpit.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "COCKPIT_STORE": str(store), **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the demo city, built once. Read it; who writes takes a copy.

    Who works on a page need not wait for it at every run: `COCKPIT_TEST_DEMO` names one that was built before with the
    arguments in `DEMO`. CI sets it never.
    """
    store = tmp_path_factory.mktemp("demo")
    if built := os.environ.get("TEST_DEMO"):  # its files are immutable: links are as good as copies
        beside = shutil.ignore_patterns("cache", ".lock")
        shutil.copytree(built, store, copy_function=os.link, dirs_exist_ok=True, ignore=beside)
        return store
    done = cockpit("demo", *DEMO, store=store)
    assert done.returncode == 0, done.stderr
    return store


@dataclass
class Served:
    """A running server: where, over which store, and as which process."""

    url: str
    store: Path
    process: subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(store: Path, log: Path) -> Iterator[Served]:
    """`python cockpit.py serve` over `store` on a free loopback port, until the caller is done."""
    port = free_port()
    environment = {**os.environ, "COCKPIT_STORE": str(store), "PORT": str(port), "COCKPIT_WARM": "off"}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "cockpit.py", "serve"], cwd=ROOT, env=environment, stdout=output, stderr=output, text=True
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(f"{url}/healthz", process, log)
            yield Served(url, store, process)
        finally:
            process.terminate()
            process.wait(30)


def _wait(url: str, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"the server did not answer {url}:\n{log.read_text()}")


@pytest.fixture(scope="session")
def server(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo city, served."""
    yield from serve(demo_store, tmp_path_factory.mktemp("log") / "server.log")


# --- the browser (the plugin's `browser` and `context`, with Debian's Chromium) ---------------------------------------


@pytest.fixture(scope="session")
def base_url() -> None:
    """In place of pytest-base-url's, which this pytest warns about."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("no Chromium: `make test` installs it, or says how")
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
    }


@dataclass
class BrowserLog:
    """What a page did that it should not: requests to other hosts, errors. A test that expects some clears them."""

    home: str | None = None
    requests: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return
        origin = f"{parts.scheme}://{parts.netloc}"
        self.home = self.home or origin  # the first address is where the test went
        self.requests.append(url)
        if origin != self.home:
            self.foreign.append(url)


@pytest.fixture
def browser_log() -> BrowserLog:
    return BrowserLog()


@pytest.fixture
def browser_page(context: BrowserContext, browser_log: BrowserLog) -> Iterator[Page]:
    """A page of real Chromium. The test fails if it asked another host for anything or logged an error."""
    page = context.new_page()
    page.on("request", lambda request: browser_log.request(request.url))
    page.on("console", lambda entry: browser_log.errors.append(entry.text) if entry.type == "error" else None)
    page.on("pageerror", lambda error: browser_log.errors.append(str(error)))
    yield page
    page.close()
    assert browser_log.foreign == [], "the page asked other hosts"
    assert browser_log.errors == [], "the page logged errors"
