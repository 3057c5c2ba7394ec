"""What a page may cost the wire, in real Chromium: bytes, requests, callbacks (bench/budget.toml)."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from conftest import ROOT, Served
from playwright.sync_api import Page, expect

from data.contract import THEMES

pytestmark = pytest.mark.browser
BUDGET = tomllib.loads((ROOT / "bench" / "budget.toml").read_text(encoding="utf-8"))["page"]


@pytest.mark.parametrize("theme", THEMES)
def test_a_page_is_drawn_within_its_bytes_requests_and_callbacks(
    browser_page: Page, server: Served, theme: str
) -> None:
    cost = {"kb": 0.0, "requests": 0, "callbacks": 0}

    def finished(event: dict[str, Any]) -> None:
        cost["kb"] += event["encodedDataLength"] / 1024
        cost["requests"] += 1

    def sent(event: dict[str, Any]) -> None:
        cost["callbacks"] += "/_dash-update-component" in event["request"]["url"]

    wire = browser_page.context.new_cdp_session(browser_page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", finished)
    wire.on("Network.requestWillBeSent", sent)
    browser_page.goto(f"{server.url}/{theme}?until=2026-11-23")
    expect(browser_page.locator("body[data-ready='1']")).to_be_attached(timeout=60_000)
    browser_page.wait_for_load_state("networkidle")
    print(f"{theme}: {cost}")
    over = {name: spent for name, spent in cost.items() if not 0 < spent <= BUDGET[theme][name]}
    assert over == {}, f"budget {BUDGET[theme]}"
