"""From a list of what has to be done to one case, in real Chromium."""

from __future__ import annotations

import pytest
from conftest import Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # a machine with other work


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=PATIENCE)


def test_a_list_leads_to_a_case_with_its_course(browser_page: Page, server: Served) -> None:
    browser_page.goto(f"{server.url}/worklist/due?until=2026-11-23")
    ready(browser_page)
    sheet = browser_page.locator(".sheet").first
    expect(sheet).to_be_visible(timeout=PATIENCE)
    link = sheet.locator("a.object-link").first
    case_id = link.inner_text()
    link.click()
    expect(browser_page.locator("[data-panel='flow'] tbody tr").first).to_be_visible(timeout=PATIENCE)
    expect(browser_page.locator("[data-panel='fact_list']")).to_contain_text(case_id)
    ready(browser_page)
