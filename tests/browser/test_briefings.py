"""The archive in real Chromium: chosen by week, edition and format, opened, downloaded, read on a phone."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import BrowserLog, Served, serve
from playwright.sync_api import Page, expect

from briefing import archive
from data.settings import settings
from tests import paper, tiny

pytestmark = pytest.mark.browser
NAME, CALLED = "2026-W47-341000.pdf", "黄山市城市运行周报2026年第47期.pdf"
PDF = b"%PDF-1.7 forty-seven"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two weeks: the city both times and corrected once, urban and a district in the second."""
    store = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(store, patch)
        snapshot = tiny.fill({"ecology.air_station": [{"station_id": "a", "place_code": "341003", "name": "甲"}]})

        def issue(files: dict[str, bytes], note: str = "", value: float = 95.25, **of: str) -> None:
            lines = (paper.line(paper.reading(value=value)),)
            archive.issue(paper.edition(snapshot, lines=lines, **of), files, signer="王某", note=note)

        issue({"a.pdf": b"%PDF old"}, week="2026-W46", value=90.0)
        issue({"b.pdf": b"%PDF new"}, week="2026-W46", value=94.0, note="更正按期结案率")
        issue({NAME: PDF, "c.xlsx": b"PK", "p-1.png": b"1", "p-2.png": b"2"})
        issue({"d.pdf": b"%PDF d"}, scene="urban")
        issue({"e.pdf": b"%PDF e"}, area="341002")
    settings.cache_clear()
    yield from serve(store, tmp_path_factory.mktemp("log") / "server.log")


def opened(page: Page, served: Served, address: str) -> Page:
    page.goto(served.url + address)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=30_000)
    expect(page.locator("body")).not_to_have_attribute("data-error", re.compile("."))


def numbers(page: Page) -> list[str]:
    return [str(row.get_attribute("data-number")) for row in page.locator("tr[data-number]").all()]


def test_weeks_stand_from_the_newest_and_a_correction_above_what_it_corrects(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/briefings")
    assert numbers(page) == ["2026-0003", "2026-0005", "2026-0004", "2026-0002", "2026-0001"]
    expect(page.locator("tr[data-number='2026-0001']")).to_contain_text("已由 2026-0002 更正")
    expect(page.locator("tr[data-number='2026-0003']")).to_contain_text("1 项变化")
    expect(page.locator(".demo-mark")).to_have_text("演示数据")


def test_edition_and_format_narrow_the_list_through_the_address(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/briefings")
    page.get_by_role("link", name="场景", exact=True).click()
    expect(page.locator("tr[data-number]")).to_have_count(1)
    ready(page)
    assert numbers(page) == ["2026-0004"]
    assert "edition=scene" in page.url
    assert numbers(opened(page, city, "/briefings?format=xlsx")) == ["2026-0003"]
    assert numbers(opened(page, city, "/briefings?week=2026-W46")) == ["2026-0002", "2026-0001"]


def test_an_issue_shows_its_hash_its_snapshot_and_what_changed_since_the_week_before(
    browser_page: Page, city: Served
) -> None:
    page = opened(browser_page, city, "/briefings?open=2026-0003")
    expect(page.locator("[data-panel='files']")).to_contain_text(sha256(PDF).hexdigest())
    expect(page.locator("[data-panel='changes'] tbody tr")).to_have_text(
        re.compile(r"按期结案率\s*94.0 %\s*95.2 %\s*\+1.2 个百分点")
    )
    snapshot = (city.store / "CURRENT").read_text().strip()
    link = page.locator("[data-panel='about'] a", has_text=snapshot)
    assert f"asof={snapshot}" in str(link.get_attribute("href"))


def test_a_file_is_downloaded_under_its_chinese_name_from_an_address_that_never_changes(city: Served) -> None:
    address = f"{city.url}/briefings/file/2026-0003/{sha256(PDF).hexdigest()[:16]}/{quote(NAME)}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.read() == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        assert quote(CALLED) in answer.headers["Content-Disposition"]
        assert "immutable" in answer.headers["Cache-Control"]
        tag = answer.headers["ETag"]
    again = urllib.request.Request(address, headers={"If-None-Match": tag})
    for request, status in ((again, 304), (address.replace("2026-0003", "2026-0004"), 404)):
        with pytest.raises(urllib.error.HTTPError) as answered:
            urllib.request.urlopen(request, timeout=30)
        assert answered.value.code == status
        answered.value.close()


def test_a_link_of_the_list_brings_the_file(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/briefings")
    with page.expect_download() as started:
        page.locator("tr[data-number='2026-0003']").get_by_role("link", name="Excel").click()
    assert started.value.suggested_filename == "c.xlsx"
    assert Path(started.value.path()).read_bytes() == b"PK"


def test_what_was_never_issued_is_said_and_not_drawn(browser_page: Page, browser_log: BrowserLog, city: Served) -> None:
    browser_page.goto(city.url + "/briefings?open=2026-0099")
    expect(browser_page.locator("body[data-ready='1']")).to_be_attached(timeout=30_000)
    expect(browser_page.locator(".message")).to_contain_text("2026-0099 没有签发过")


def test_on_a_phone_nothing_runs_off_the_side(browser_page: Page, city: Served) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/briefings", "/briefings?open=2026-0003"):
        page = opened(browser_page, city, address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
