"""The data catalogue in real Chromium: searched, filtered, opened, followed, downloaded, read on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from conftest import BrowserLog, Served, serve
from playwright.sync_api import Page, expect

from data.settings import settings
from tests import tiny

pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=alert(1)>"
ALMOST_NOTHING_PX = 1


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A week of one air station."""
    at, place = datetime(2026, 11, 16), {"station_id": "a", "place_code": "341003"}
    hours = [{**place, "observed_at": at + timedelta(hours=hour), "pm25": 20.0} for hour in range(168)]
    store = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(store, patch)
        tiny.fill({"ecology.air_station": [{**place, "name": "甲"}], "ecology.air_hourly": hours})
    settings.cache_clear()
    yield from serve(store, tmp_path_factory.mktemp("log") / "server.log")


def opened(page: Page, served: Served, address: str) -> Page:
    page.goto(served.url + address)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=30_000)
    expect(page.locator("body")).not_to_have_attribute("data-error", re.compile("."))


def test_a_search_is_asked_through_the_address_and_back_takes_it_back(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/catalogue")
    expect(page).to_have_title(re.compile("数据目录"))
    page.evaluate("window.stays = true")
    box = page.get_by_role("textbox", name="搜索目录")
    box.fill("12345")  # digits are the keys of the scenes, but not in here
    box.fill("PM 2.5")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"q=PM(\+|%20)2\.5"))
    expect(page.locator("[data-kind='column'] .entry", has_text="ecology.air_hourly.pm25")).to_be_visible()
    ready(page)
    assert page.evaluate("window.stays"), "the page was loaded anew"
    page.go_back()
    expect(page.locator("[data-kind='theme']")).to_be_visible()
    expect(box).to_have_value("")


def test_a_filter_narrows_the_list_and_is_taken_off_again(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/catalogue?kind=table")
    page.locator(".facet a", has_text="演示").click()
    expect(page.locator(".entries tbody tr")).to_have_count(3)
    ready(page)
    expect(page.locator(".entries", has_text="空气质量小时值")).to_be_visible()
    page.get_by_role("link", name="清除").click()
    expect(page.locator(".entries tbody tr")).to_have_count(50)


def test_a_list_is_turned_page_by_page(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/catalogue?kind=column")
    first = page.locator(".entries .name").first.inner_text()
    page.get_by_role("link", name="下一页 ›").click()
    expect(page.locator(".pages b")).to_have_text(re.compile("^2 / "))
    ready(page)
    assert page.locator(".entries .name").first.inner_text() != first


def test_a_number_is_followed_from_its_table_to_its_identity(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/catalogue?kind=table&q=小时值&until=2026-11-23")
    page.locator(".entries .entry", has_text="ecology.air_hourly").click()
    expect(page.locator(".entry-title h2")).to_have_text("空气质量小时值")
    ready(page)
    page.locator("[data-panel='numbers'] .entry", has_text="优良天数比例").click()
    expect(page.locator(".entry-title code")).to_have_text("EN02 · good_air_day_rate")
    expect(page.locator(".way h3")).to_have_text(["来源文件", "对照", "表", "汇总与派生", "指标", "页面"])
    ready(page)
    page.locator(".identity-link").click()
    expect(page).to_have_url(re.compile(r"/n/good_air_day_rate\?until=2026-11-23"))
    expect(page.locator("h1")).to_have_text("优良天数比例")


def test_the_navigation_knows_the_catalogue(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/ecology")
    page.locator(".others .nav-link", has_text="数据目录").click()
    expect(page.locator("h1")).to_have_text("数据目录")
    expect(page.locator(".nav-link.is-current")).to_have_text("数据目录")


def test_the_workbook_is_downloaded(browser_page: Page, city: Served) -> None:
    page = opened(browser_page, city, "/catalogue")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 XLSX").click()
    assert re.fullmatch(r"catalogue-snap-[0-9a-f]{12}\.xlsx", waiting.value.suggested_filename)


@pytest.mark.parametrize(
    "search",
    ["", "?kind=table", "?kind=table&open=ecology.air_hourly", "?kind=metric&open=EN02", "?kind=system", "?q=应急"],
)
def test_a_phone_scrolls_down_and_never_sideways(browser_page: Page, city: Served, search: str) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 844})
    page = opened(browser_page, city, f"/catalogue{search}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 + ALMOST_NOTHING_PX


def test_a_query_that_is_a_script_does_not_run(browser_page: Page, browser_log: BrowserLog, city: Served) -> None:
    browser_page.on("dialog", lambda dialog: browser_log.errors.append(f"a script ran: {dialog.message}"))
    page = opened(browser_page, city, f"/catalogue?q={EVIL}")
    expect(page.locator(".missing")).to_contain_text(EVIL)
    assert page.locator("img[src='x']").count() == 0


def test_an_empty_store_has_a_catalogue(browser_page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    for served in serve(tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("log") / "server.log"):
        page = opened(browser_page, served, "/catalogue?kind=table&open=urban.case")
        expect(page.locator("[data-panel='freshness']")).to_contain_text("数据未到")
        expect(page.locator(".page-foot")).to_contain_text("make demo")
