"""The only place that measures a page in real Chromium: until all of it is drawn, and until a click has changed it all.

The time is that of the last activity (DOM, canvas, request) before a quiet window in which the page is done; the window
itself is not counted. Bytes are those on the wire.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
QUIET_MS = 700
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Target:
    """One maker of the page: where it is, when it is drawn, what to click, when that shows."""

    label: str
    url: str
    done: str
    click: str
    click_done: str
    back: str
    back_done: str
    make_cold: Callable[[], None] = lambda: None


class Wire:
    """Bytes and requests of one page, from the DevTools protocol."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.hosts: set[str] = set()
        self.session.on("Network.loadingFinished", self._finished)
        self.session.on("Network.requestWillBeSent", self._sent)
        self.session.on("Network.webSocketFrameReceived", self._framed)
        self.zero()

    def zero(self) -> None:
        self.bytes, self.requests = 0.0, 0
        self.data: list[dict[str, Any]] = []

    def said(self) -> dict[str, float]:
        return {"kb": round(self.bytes / 1024, 1), "requests": self.requests}

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]
        self.requests += 1

    def _framed(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"]) * (0.75 if event["response"]["opcode"] == 2 else 1)

    def _sent(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if request["url"].startswith("http"):
            self.hosts.add(request["url"].split("/")[2].split(":")[0])
        if event.get("type") in ("XHR", "Fetch"):
            self.data.append({"method": request["method"], "url": request["url"], "body": request.get("postData")})


def measure(browser: Browser, target: Target, picture: Path | None = None) -> dict[str, Any]:
    """One round: cold visit, first click, back, the click again, and a second visit with a filled browser cache."""
    target.make_cold()
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.add_init_script(PROBE)
    page = context.new_page()
    wire = Wire(page)
    try:
        found: dict[str, Any] = {"cold": _visit(page, wire, target)}
        found["recording"] = wire.data
        found["heap_mb"] = round(wire.session.send("Runtime.getHeapUsage")["usedSize"] / 1e6, 1)
        found["nodes"] = page.evaluate("document.querySelectorAll('*').length")
        if picture:
            page.screenshot(path=picture)
        found["click_first"] = _click(page, wire, target)
        _go_back(page, target)
        found["click_again"] = _click(page, wire, target)
        found["warm"] = _visit(page, wire, target)
        found["hosts"] = sorted(wire.hosts)
        return found
    finally:
        context.close()


def _visit(page: Page, wire: Wire, target: Target) -> dict[str, float]:
    wire.zero()
    page.goto(target.url, wait_until="commit", timeout=PATIENCE_S * 1000)
    spent = _wait(page, target.done, False)
    busy = page.evaluate("({cls: window.__bench.cls, long: window.__bench.long, longest: window.__bench.longest})")
    return {
        "ms": round(spent), "cls": round(busy["cls"], 4), "long_ms": round(busy["long"]),
        "longest_ms": round(busy["longest"]), **wire.said(),
    }  # fmt: skip


def _click(page: Page, wire: Wire, target: Target) -> dict[str, float]:
    wire.zero()
    page.locator(target.click).first.click(no_wait_after=True)
    return {"ms": round(_wait(page, target.click_done, True)), **wire.said()}


def _go_back(page: Page, target: Target) -> None:
    if target.back.startswith("key:"):
        page.keyboard.press(target.back.removeprefix("key:"))
    else:
        page.locator(target.back).first.click(no_wait_after=True)
    _wait(page, target.back_done, True)


def _wait(page: Page, done: str, is_click: bool) -> float:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        spent = page.evaluate(
            "([done, isClick, quiet]) => window.__check?.(done, isClick ? window.__bench.t0 : 0, quiet)",
            [done, is_click, QUIET_MS],
        )
        if spent is not None:
            return float(spent)
        page.wait_for_timeout(30)
    raise TimeoutError(f"{PATIENCE_S:.0f} 秒内没有画完：{done}")
