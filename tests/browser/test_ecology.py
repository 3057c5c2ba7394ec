"""The ecology page in real Chromium: drawn, drilled, taken back, read by keyboard, on a wall and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import BrowserLog, Served, serve
from playwright.sync_api import Page, expect

from data.settings import settings
from metrics import metrics
from tests import tiny

pytestmark = pytest.mark.browser
WEEK = "until=2026-11-23"
EVIL = "<img src=x onerror=alert(1)>"
ALMOST_NOTHING_PX = 1


def opened(page: Page, served: Served, address: str) -> Page:
    page.goto(served.url + address)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=30_000)


def value(page: Page, metric: str) -> str:
    return page.locator(f".kpi[data-metric='{metric}'] .value").inner_text()


def district(page: Page, code: str) -> None:
    """A click on a district's polygon, well inside it."""
    page.locator(f"path[data-area='{code}']").dispatch_event("click")


def test_the_page_is_drawn_whole(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    expect(page.locator(".kpi[data-metric]:visible")).to_have_count(8)
    page.locator(".more-kpis > summary").click()
    expect(page.locator("[data-panel='kpis'] [data-metric]:visible")).to_have_count(len(metrics("ecology")))
    expect(page.locator("path[data-area]")).to_have_count(7)
    expect(page.locator(".chart .main-svg .subplot")).not_to_have_count(0)
    expect(page.locator("body")).not_to_have_attribute("data-error", re.compile("."))
    expect(page.locator(".demo-mark")).to_have_text("演示数据")
    expect(page).to_have_title(re.compile("生态环境"))


def test_a_district_is_drilled_into_and_back_takes_it_back(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    whole = value(page, "pm25_mean")
    district(page, "341003")  # in the middle of the polygon a station's mark may lie on top
    expect(page).to_have_url(re.compile(r"area=341003"))
    expect(page.locator(".place summary")).to_have_text("黄山区")
    ready(page)
    assert value(page, "pm25_mean") != whole
    expect(page.locator("path[data-area='341003']")).to_have_class(re.compile("is-selected"))
    page.go_back()
    expect(page.locator(".place summary")).to_have_text("黄山市")
    ready(page)
    assert value(page, "pm25_mean") == whole


def test_the_map_and_the_ranking_table_and_the_card_say_the_same(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}&area=341021")
    label = page.locator("path[data-area='341021']").get_attribute("aria-label") or ""
    figure = page.locator(".kpi[data-metric='pm25_mean'] .figure").inner_text()
    assert label.split()[1] == figure
    page.locator("[data-panel='district_map'] .twin summary").click()
    expect(page.locator("[data-panel='district_map'] .twin tr", has_text="歙县")).to_contain_text(figure)


def test_the_keyboard_goes_where_the_mouse_goes(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    page.locator("path[data-area='341023']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".place summary")).to_have_text("黟县")
    ready(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".place summary")).to_have_text("祁门县")
    ready(page)
    page.keyboard.press("Escape")
    expect(page.locator(".place summary")).to_have_text("黄山市")
    ready(page)
    page.keyboard.press("[")
    expect(page.locator(".period-name")).to_have_text("2026年第46周")
    ready(page)
    page.keyboard.press("6")
    expect(page.locator("h1")).to_have_text("城管")
    expect(page).to_have_url(re.compile("/urban"))
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_a_number_shows_its_identity_card_and_escape_closes_it(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    before = page.locator("#page .drawn").element_handle()
    page.locator(".kpi[data-metric='good_section_rate'] .value").click()
    card = page.get_by_role("dialog", name=re.compile("数字身份证"))
    expect(card).to_be_visible()
    expect(page).to_have_url(re.compile("n=good_section_rate"))
    expect(card.locator(".sql")).to_contain_text("select")
    for said in ("市生态环境局", "ecology.water_measure", "GB 3838-2002", "2026-11-16"):
        expect(card).to_contain_text(said)
    assert page.evaluate("document.querySelector('.identity').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert before is not None and before.evaluate("each => each.isConnected"), "the page was drawn again for nothing"


def test_an_address_with_an_open_card_opens_it(browser_page: Page, server: Served) -> None:
    opened(browser_page, server, f"/ecology?{WEEK}&n=pm25_mean")
    expect(browser_page.locator(".identity .sql")).to_contain_text("pm25")


def test_a_number_has_a_page_of_its_own(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/n/EN02?{WEEK}&area=341002")
    expect(page.locator("h1")).to_have_text("优良天数比例")
    expect(page.locator(".sql")).to_contain_text("select")


def test_a_change_of_the_period_keeps_the_page_on_screen(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    page.evaluate(
        """() => { window.blank = 0; new MutationObserver(() => {
            if (!document.querySelector('#page .kpi')) { window.blank += 1; } }
        ).observe(document.getElementById('page'), {childList: true, subtree: true}) }"""
    )
    page.locator("#period-before").click()
    expect(page.locator(".period-name")).to_have_text("2026年第46周")
    ready(page)
    assert page.evaluate("window.blank") == 0


def test_readiness_is_taken_back_when_the_address_changes(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    page.evaluate("() => { window.cockpit.go({ area: '341002' }); }")
    expect(page.locator("body[data-ready]")).to_have_count(0)
    ready(page)
    expect(page.locator(".place summary")).to_have_text("屯溪区")


def test_the_theme_is_chosen_once_and_kept_without_a_flash(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    line = "document.querySelector('.js-line').style.stroke"
    light = page.evaluate(line)
    page.locator("#theme-switch").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_timeout(500)
    assert page.evaluate(line) != light, "the figure keeps the colours of the other theme"
    page.goto(f"{server.url}/ecology?{WEEK}", wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_wall_is_dark_fills_the_screen_and_says_nothing_in_small_print(browser_page: Page, server: Served) -> None:
    browser_page.set_viewport_size({"width": 1920, "height": 1080})
    page = opened(browser_page, server, f"/ecology?{WEEK}&view=wall")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll('#page *')).filter(each =>
            each.childNodes.length && Array.from(each.childNodes).some(node => node.nodeType === 3 && node.data.trim())
            && each.getClientRects().length && parseFloat(getComputedStyle(each).fontSize) < 16
        ).map(each => each.textContent)"""
    )
    assert small == []


@pytest.mark.parametrize("path", ["/ecology", "/urban", "/n/pm25_mean"])
def test_a_phone_scrolls_down_and_never_sideways(browser_page: Page, server: Served, path: str) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 844})
    page = opened(browser_page, server, f"{path}?{WEEK}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 + ALMOST_NOTHING_PX


def test_every_scene_opens(browser_page: Page, server: Served) -> None:
    for path in ("/", "/overview", "/tourism", "/livelihood", "/community", "/urban", "/traffic", "/safety"):
        page = opened(browser_page, server, path)
        expect(page.locator("[data-panel]")).not_to_have_count(0)


@pytest.mark.parametrize(
    "address", ["/ecology?area=341099", "/ecology?asof=snap-000000000000", "/nowhere", "/n/nothing"]
)
def test_a_wrong_address_is_answered_with_a_way_on(
    browser_page: Page, browser_log: BrowserLog, server: Served, address: str
) -> None:
    page = opened(browser_page, server, address)
    assert all("404" in each for each in browser_log.errors)  # Chromium reports that the address was not found
    browser_log.errors.clear()
    expect(page.locator("body")).to_have_attribute("data-error", re.compile("."))
    page.locator(".message a").click()
    expect(page.locator(".message")).to_have_count(0 if "/n/" not in address else 1)


def test_an_old_card_goes_grey_by_the_clock(browser_page: Page, server: Served) -> None:
    browser_page.clock.set_fixed_time(datetime(2026, 11, 27, 8))
    page = opened(browser_page, server, "/ecology?until=2026-11-24&days=2")  # the data ends with the 22nd
    card = page.locator(".kpi[data-metric='pm25_mean']")
    expect(card).to_have_attribute("data-state", "stale")
    expect(card).to_have_attribute("data-age", re.compile("11-22 23:00"))


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A city whose station and section are named after a script."""
    store = tmp_path_factory.mktemp("evil")
    at = datetime(2026, 11, 16)
    here, there = ({"place_code": "341003", "lon": 118.14, "lat": lat} for lat in (30.4, 30.1))
    hours = [
        {"station_id": "a", "place_code": "341003", "observed_at": at + timedelta(hours=h), "pm25": 20.0}
        for h in range(168)
    ]
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(store, patch)
        tiny.fill(
            {
                "ecology.air_station": [{"station_id": "a", "name": EVIL, **here}],
                "ecology.air_hourly": hours,
                "ecology.water_section": [{"section_id": "s", "name": EVIL, "river_name": EVIL, **there}],
            }
        )
    settings.cache_clear()
    yield from serve(store, tmp_path_factory.mktemp("log") / "server.log")


def test_a_name_that_is_a_script_does_not_run(browser_page: Page, browser_log: BrowserLog, evil: Served) -> None:
    browser_page.on("dialog", lambda dialog: browser_log.errors.append(f"a script ran: {dialog.message}"))
    page = opened(browser_page, evil, f"/ecology?{WEEK}")
    for pin in page.locator(".pin-holder").all():
        pin.hover()
        expect(page.locator(".leaflet-tooltip.point-label", has_text=EVIL).last).to_be_visible()
        pin.click()
        expect(page.locator(".leaflet-popup.point-label", has_text=EVIL).last).to_be_visible()
    expect(page.locator(".section-name", has_text=EVIL)).to_be_visible()
    assert page.locator("img[src='x']").count() == 0


def test_an_empty_store_says_what_to_do(browser_page: Page, tmp_path: Path) -> None:
    for served in serve(tmp_path, tmp_path / "server.log"):
        page = opened(browser_page, served, "/ecology")
        expect(page.locator(".message")).to_contain_text("make demo")
