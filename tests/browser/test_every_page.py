"""Every page in real Chromium: drawn whole, walked by keyboard, linked, equal to the API, usable by everybody.

What is asked of one scene in particular stands in the files of the scenes; here nothing is asked that not all answer.
"""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

import pytest
from conftest import ROOT, BrowserLog, Served
from playwright.sync_api import Browser, Locator, Page, expect

from components import wording
from data.contract import THEMES
from metrics import metric

pytestmark = pytest.mark.browser
WEEK = "until=2026-11-23&days=7"
OTHERS = ("catalogue", "unit", "n/on_time_closure_rate")
PAGES = (*THEMES, *OTHERS)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FORGIVEN = ("region",)  # what the map library and plotly draw belongs to no landmark of ours


def opened(page: Page, served: Served, address: str) -> Page:
    page.goto(served.url + address)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=60_000)


def numbers(page: Page) -> dict[str, str]:
    """The shown number of every card by metric."""
    found = page.locator(".kpi[data-metric]").evaluate_all(
        "all => all.map(each => [each.dataset.metric, each.querySelector('.figure').textContent])"
    )
    return dict(found)


def asked_of_the_api(served: Served, name: str, area: str = "341000") -> dict[str, Any]:
    address = f"{served.url}/api/v1/metrics/{name}?area={area}&since=2026-11-16&until=2026-11-23"
    with urllib.request.urlopen(address, timeout=30) as answer:
        body: dict[str, Any] = json.loads(answer.read())
    return body


def shown(reading: dict[str, Any]) -> str:
    return wording.number(reading["value"], metric(reading["metric"]).decimals)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_without_a_failed_panel_and_nobody_is_kept_out(
    browser_page: Page, server: Served, name: str
) -> None:
    page = opened(browser_page, server, f"/{name}?{WEEK}")
    expect(page.locator("body")).not_to_have_attribute("data-error", re.compile("."))
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert serious_faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def serious_faults(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody out."""
    assert AXE.exists(), "make check brings axe-core"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes'][:3]]}"
        for each in faults
        if each["impact"] in ("serious", "critical") and each["id"] not in FORGIVEN
    ]


def test_on_a_phone_what_is_not_on_the_first_screen_is_a_line_until_it_is_opened(
    browser_page: Page, server: Served
) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 844})
    page = opened(browser_page, server, f"/tourism?{WEEK}")
    panel = page.locator(".can-fold").first
    expect(panel.locator(".panel-body")).to_be_hidden()
    button = panel.locator(".fold")
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(panel.locator(".panel-body")).to_be_visible()
    button.press("Enter")
    expect(panel.locator(".panel-body")).to_be_hidden()


@pytest.mark.parametrize("name", THEMES)
def test_the_numbers_of_a_scene_are_those_of_the_api_and_of_a_fresh_window(
    browser: Browser, browser_context_args: dict[str, Any], browser_page: Page, server: Served, name: str
) -> None:
    page = opened(browser_page, server, f"/{name}?{WEEK}")
    cards = numbers(page)
    assert len(cards) == 8
    assert {each: shown(asked_of_the_api(server, each)) for each in cards} == cards
    page.locator(".place summary").click()
    page.locator(".place .menu a", has_text="休宁县").click()
    expect(page.locator(".place summary")).to_have_text("休宁县")
    ready(page)
    there = numbers(page)
    assert {each: shown(asked_of_the_api(server, each, "341022")) for each in there} == there
    link = page.url
    with browser.new_context(**browser_context_args) as fresh:
        other = fresh.new_page()
        other.goto(link)
        ready(other)
        assert numbers(other) == there


def test_the_keyboard_alone_walks_through_all_scenes(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/overview?{WEEK}")
    for key, scene in enumerate(THEMES, 1):
        page.keyboard.press(str(key))
        expect(page).to_have_url(re.compile(f"/{scene}"))
        ready(page)
        first = page.locator(".kpi .value").first
        first.focus()
        page.keyboard.press("Enter")
        card = page.get_by_role("dialog", name=re.compile("数字身份证"))
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        ready(page)


def find(page: Page, text: str) -> Locator:
    page.keyboard.press("/")
    page.keyboard.type(text)
    return page.locator("#search-found [role=option]")


def test_the_search_opens_a_number_by_its_code_and_a_place_by_its_name(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/traffic?{WEEK}")
    found = find(page, "en02")
    expect(found.first).to_contain_text("优良天数比例")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ecology\?.*n=good_air_day_rate"))
    ready(page)
    page.keyboard.press("Escape")
    expect(page.locator(".identity")).to_have_count(0)
    ready(page)
    expect(find(page, "昱东街道").first).to_contain_text("屯溪区")
    page.keyboard.press("Enter")
    expect(page.locator(".place summary")).to_have_text("昱东街道")
    expect(page).to_have_url(re.compile("/ecology"))


def test_the_navigation_says_how_every_scene_stands(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, "/catalogue")
    expect(page.locator(".nav-state .standing")).to_have_count(8, timeout=60_000)
    expect(page.locator(".nav-demo")).to_have_count(8)


def test_a_number_in_a_ranking_opens_the_card_of_its_own_district(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}")
    row = page.locator("[data-panel='by_part'] tr", has_text="歙县")
    value = row.locator(".figure-cell a")
    said = value.inner_text()
    value.click()
    card = page.locator(".identity")
    expect(card.locator(".identity-of")).to_contain_text("歙县")
    assert card.locator(".identity-value .figure").inner_text() == said
    expect(page.locator(".place summary")).to_have_text("黄山市")  # the page behind stays where it was
    sheet = card.get_by_role("button", name="复制 CSV").get_attribute("data-copy") or ""
    assert len(sheet.strip().splitlines()) >= 1 + 8 and "歙县" in sheet


def test_a_list_says_where_its_numbers_come_from(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}")
    page.locator("[data-panel='due_units'] .source-link").click()
    card = page.locator(".identity")
    expect(card.locator(".sql")).to_contain_text("select")
    expect(card).to_contain_text("2026-11-23")
    expect(card.get_by_role("link", name="城管案件")).to_have_count(1)


def test_a_head_lands_on_the_own_unit(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/unit?{WEEK}")
    page.locator(".choices li", has_text="市水利局").get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("市水利局")
    ready(page)
    page.locator("[data-own]").click()
    expect(page.locator("[data-own]")).to_have_attribute("aria-pressed", "true")
    page.goto(server.url + "/")
    expect(page.locator("h1")).to_have_text("市水利局", timeout=60_000)
    ready(page)


def test_the_wall_turns_stops_and_says_when_the_server_is_gone(
    browser_page: Page, browser_log: BrowserLog, server: Served
) -> None:
    page = browser_page
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.clock.install()
    page.goto(f"{server.url}/wall?{WEEK}")
    ready(page)
    expect(page).to_have_url(re.compile(r"/overview\?.*rotate=1"))
    expect(page.locator("#wall-turn")).to_have_text("1 / 8")
    page.clock.run_for(46_000)
    expect(page).to_have_url(re.compile(r"/tourism\?.*view=wall"))
    ready(page)
    page.keyboard.press(" ")
    expect(page.locator("#wall-pause")).to_have_text("继续")
    page.clock.run_for(120_000)
    assert "/tourism" in page.url
    page.keyboard.press(" ")
    page.route("**/readyz", lambda route: route.abort())
    page.clock.run_for(50_000)
    expect(page.locator("#wall-lost")).to_contain_text("连不上服务器")
    assert "/tourism" in page.url
    browser_log.errors.clear()  # the refused request is what was asked for


@pytest.mark.parametrize("name", THEMES)
def test_a_wall_shows_nothing_cut(browser_page: Page, server: Served, name: str) -> None:
    browser_page.set_viewport_size({"width": 1920, "height": 1080})
    page = opened(browser_page, server, f"/{name}?{WEEK}&view=wall&export=1")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    cut = page.evaluate(
        """() => Array.from(document.querySelectorAll(
            '.answer p, .answer .said, .kpi h3, .kpi .value, .kpi-foot, .is-stacked td, .ranking tr, .tile-lead'))
            .filter(each => each.getClientRects().length).filter(each => {
                const box = each.closest('.answer, .kpi, .panel-body').getBoundingClientRect();
                const own = each.getBoundingClientRect();
                return own.bottom > box.bottom + 1 || own.right > box.right + 1
                    || each.scrollWidth > each.clientWidth + 1;
            }).map(each => each.className + ': ' + each.textContent.slice(0, 60))"""
    )
    assert cut == []
    changed = page.evaluate(
        """() => new Promise(done => {
            let count = 0;
            new MutationObserver(all => { count += all.length; }).observe(
                document.getElementById('page'), {subtree: true, attributes: true, childList: true});
            setTimeout(() => done(count), 700);
        })"""
    )
    assert changed == 0, "a wall that is drawn rests"
    assert serious_faults(page) == []
    expect(page.locator("#wall-clock")).to_have_text(re.compile(r"\d+月\d+日 周. \d\d:\d\d"))
    for foot in page.locator(".kpi:not([data-state='stale']) .kpi-foot").all():
        expect(foot).to_contain_text("目标")
