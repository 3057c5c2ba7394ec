"""From a list of what has to be done to one case, in real Chromium."""

from __future__ import annotations

import re

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


def test_the_printed_list_has_every_row_and_its_last_column(browser_page: Page, server: Served) -> None:
    page = browser_page
    file = page.request.get(f"{server.url}/export/urban.worklist_due.csv?until=2026-11-23&days=7").text()
    page.goto(f"{server.url}/worklist/due?until=2026-11-23&view=print")
    ready(page)
    shown = page.locator(".sheet .rows-place tbody tr td:nth-child(4)").all_inner_texts()
    assert len(shown) > 150
    assert sorted(shown) == sorted(set(re.findall(r"AJ\d{13}", file)))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    wide = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.sheet td')].map(e => e.getBoundingClientRect().right))"
    )
    assert wide <= 794
