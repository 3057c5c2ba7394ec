"""The map in real Chromium: down from the city to a case and back, layers, the slider, and data that must not run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from conftest import BrowserLog, Served, serve
from playwright.sync_api import Page, expect

from data.settings import settings
from tests import tiny

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000  # a page nobody asked for yet is computed on one busy core
WEEK = "until=2026-11-23"
EVIL = "<img src=x onerror=window.ran=1>"


def opened(page: Page, served: Served, address: str) -> Page:
    page.goto(served.url + address)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=PATIENCE_MS)


def here(page: Page, name: str) -> None:
    expect(page.locator(".place summary")).to_have_text(name, timeout=PATIENCE_MS)


def into(page: Page, code: str, name: str) -> None:
    """A click on an area's polygon, and the page for it."""
    page.locator(f"path[data-area='{code}']").first.dispatch_event("click")
    here(page, name)
    ready(page)


def objects(page: Page) -> list[dict[str, Any]]:
    """What stands alone on the canvas, with its place on the screen."""
    found: list[dict[str, Any]] = page.evaluate(
        """() => {
            const node = document.querySelector('.leaflet-container');
            const box = node.getBoundingClientRect();
            return node.cockpitMap.cockpitHits.filter(hit => !hit.group && !hit.layer.data.place).map(hit => ({
                x: box.left + hit.x, y: box.top + hit.y, id: hit.layer.data.id[hit.at], layer: hit.layer.offer.id
            }));
        }"""
    )
    return found


def click_object(page: Page, layer: str) -> str:
    """A click on the first object of a layer that lies in the open; its id."""
    page.locator(".drill-map").scroll_into_view_if_needed()
    for each in objects(page):
        if each["layer"] == layer and page.evaluate(
            "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.leaflet-container'))",
            [each["x"], each["y"]],
        ):
            page.mouse.click(each["x"], each["y"])
            return str(each["id"])
    raise AssertionError(f"no object of {layer} lies in the open")


def test_from_the_city_down_to_a_case_and_back(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}")
    expect(page.locator("path[data-area]")).to_have_count(7)
    into(page, "341002", "屯溪区")
    expect(page.locator("path.map-around[data-area]")).to_have_count(7)
    expect(page.locator("path.area:not(.map-around)")).to_have_count(9)
    into(page, "341002004", "老街街道")
    into(page, "341002004001", "老街社区居委会")
    into(page, "341002004001007", "老街社区居委会 007 网格")
    expect(page).to_have_url(re.compile("area=341002004001007"))
    case = click_object(page, "urban_case")
    card = page.locator(f".point-card[data-object='{case}']")
    expect(card).to_be_visible()
    expect(card.locator(".card-flow li").first).to_contain_text("上报")
    expect(card.locator(f"[data-copy='{case}']")).to_be_visible()
    expect(page).to_have_url(re.compile(f"point=urban_case%3A{case}|point=urban_case:{case}"))
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    here(page, "老街社区居委会 007 网格")
    page.keyboard.press("Escape")
    here(page, "老街社区居委会")
    ready(page)
    page.go_back()
    here(page, "老街社区居委会 007 网格")
    ready(page)
    page.locator(".place a", has_text="屯溪区").click()
    here(page, "屯溪区")
    ready(page)
    page.locator(".place a", has_text="黄山市").click()
    here(page, "黄山市")
    ready(page)
    expect(page.locator("path[data-area]")).to_have_count(7)


def test_an_address_with_a_pinned_case_opens_its_card(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}&area=341002004001007")
    case = click_object(page, "urban_case")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    ready(page)
    expect(page.locator(f".point-card[data-object='{case}']")).to_be_visible()


def test_who_has_no_pointer_finds_a_case_in_the_list(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}&area=341002004001007")
    page.locator(".map-list > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-list li button").first).to_be_visible()  # the list is made once it is open
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator(".point-card h3")).to_have_text(name.split("，")[0])
    expect(page.locator(".card-close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".point-card")).to_have_count(0)


def test_below_the_lowest_level_the_map_says_so_and_still_goes_on(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}&area=341003")
    expect(page.locator("path.map-open")).to_have_count(15)
    expect(page.locator(".map-notice")).to_have_text("本指标到区县")
    expect(page.locator("path[data-area='341003']")).to_have_class(re.compile("is-selected"))


def test_a_layer_that_is_off_is_not_asked_for(browser_page: Page, server: Served, browser_log: BrowserLog) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}")
    asked = [url for url in browser_log.requests if "/api/v1/points/" in url]
    assert sorted(re.findall(r"points/(\w+)", " ".join(asked))) == ["urban_case", "urban_repeat"]
    page.locator("[data-layer='urban_heat']").click()
    expect(page.locator("[data-layer='urban_heat'] b")).to_have_text(re.compile("[0-9]"))
    expect(page).to_have_url(re.compile("layers=urban_case,urban_repeat,urban_heat"))
    into(page, "341002", "屯溪区")
    expect(page.locator("[data-layer='urban_heat']")).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("layers="))
    page.locator("[data-layer='urban_case']").click()
    expect(page.locator("[data-layer='urban_case']")).to_have_attribute("aria-pressed", "false")


def test_the_slider_narrows_the_map_to_a_day_and_marks_it_in_the_charts(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}")
    count = page.locator("[data-layer='urban_case'] b")
    whole = int(count.inner_text().replace(",", ""))
    slider = page.locator(".map-time input")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("at=2026-11-16"))
    first = int(count.inner_text().replace(",", ""))
    assert 0 < first < whole
    expect(page.locator(".map-time output")).to_have_text("11-16")
    cursors = "Array.from(document.querySelectorAll('.js-plotly-plot')).filter(each => (each.layout.shapes || [])"
    cursors += ".some(shape => shape.name === 'cursor' && shape.x0 === '2026-11-16')).length"
    assert page.evaluate(cursors) >= 1
    into(page, "341002", "屯溪区")
    expect(page.locator(".map-time output")).to_have_text("11-16")
    page.locator(".map-time .time-play").click()
    expect(page.locator(".map-time output")).to_have_text("11-17", timeout=5000)
    page.locator(".map-time .time-play").click()


def test_an_export_stands_still_at_the_day_it_was_asked_for(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}&export=1&at=2026-11-18")
    expect(page.locator(".map-time output")).to_have_text("11-18")
    expect(page.locator(".map-time .time-play")).to_be_hidden()
    expect(page.locator(".map-time input")).to_be_disabled()


def test_of_fifty_thousand_cases_three_thousand_are_drawn_and_moved_without_waiting(
    browser_page: Page, server: Served
) -> None:
    page = opened(browser_page, server, "/urban?until=2026-11-23&days=210")
    count = int(page.locator("[data-layer='urban_case'] b").inner_text().replace(",", ""))
    said = re.search(r"共 ([\d,]+) 件", page.locator(".map-key").inner_text())
    assert said is not None and int(said[1].replace(",", "")) > 50_000
    assert 2000 < count <= 3000
    spent = page.evaluate(
        """async () => {
            const box = document.querySelector('.drill-map');
            const map = box.querySelector('.leaflet-container').cockpitMap;
            const asked = performance.now();
            const answer = await fetch(performance.getEntriesByType('resource').map(each => each.name).find(
                name => name.includes('/points/urban_case?')));
            await answer.json();
            const came = performance.now();
            window.cockpit.map.refresh(map, box);
            while (box.hasAttribute('data-loading')) { await new Promise(done => setTimeout(done, 5)); }
            const drawn = performance.now();
            map.panBy([40, 0], { animate: false });
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            return { answer: came - asked, draw: drawn - came, move: performance.now() - drawn };
        }"""
    )
    print(f"{count} points: {spent}")
    assert spent["answer"] < 3000 and spent["draw"] < 1500 and spent["move"] < 1000  # ms on a busy machine


@pytest.fixture
def evil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A store with one case whose every text is a script."""
    tiny.use(tmp_path / "store", monkeypatch)
    filed = datetime(2026, 11, 18, 9)
    case = {
        "case_id": f"A{EVIL}", "place_code": "341002004001007", "unit_grid_code": "341002004001007",
        "matter_kind": "event", "type_code": EVIL, "standard_ref": "local", "lon": 118.33, "lat": 29.7, "title": EVIL,
        "address": EVIL, "channel": "collector", "status": "filed", "handling_unit": EVIL, "reported_at": filed,
        "filed_at": filed, "due_at": filed + timedelta(hours=30), "condition_no": 1,
    }  # fmt: skip
    step = {
        "case_id": case["case_id"], "step_no": 1, "place_code": "341002", "case_step": "report", "handling_unit": EVIL,
        "entered_at": filed, "case_action": "forward", "note": EVIL,
    }  # fmt: skip
    tiny.fill({"urban.case": [case], "urban.case_flow": [step]})
    yield from serve(settings().store, tmp_path / "server.log")


def test_a_script_in_a_point_does_not_run(browser_page: Page, evil: Served) -> None:
    page = opened(browser_page, evil, f"/urban?{WEEK}&area=341002")
    click_object(page, "urban_case")
    card = page.locator(".point-card")
    expect(card.locator("h3")).to_have_text(EVIL)
    expect(card.locator(".card-flow")).to_contain_text(EVIL)
    page.keyboard.press("Escape")  # the card may lie over the point
    expect(card).to_have_count(0)
    at = objects(page)[0]
    page.mouse.move(at["x"] - 60, at["y"])
    page.mouse.move(at["x"], at["y"])
    expect(page.locator(".point-tip")).to_contain_text(EVIL)
    assert page.locator(".drill-map img").count() == 0
    assert page.evaluate("window.ran") is None


DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "a7c1d4b00000000049454e44ae426082"
)


class Tiles(BaseHTTPRequestHandler):
    """A source of tiles of one pixel."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(DOT)

    def log_message(self, *_: object) -> None:
        """Nothing: pytest shows what a test prints."""


@pytest.fixture
def shifted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Served, str]]:
    """An almost empty store over GCJ-02 tiles from another host."""
    tiny.use(tmp_path / "store", monkeypatch)
    tiny.fill({"urban.case": [{"case_id": "A1", "place_code": "341002", "filed_at": datetime(2026, 11, 18)}]})
    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as source:
        Thread(target=source.serve_forever, daemon=True).start()
        host = f"http://127.0.0.1:{source.server_address[1]}"
        monkeypatch.setenv("COCKPIT_TILE_URL", host + "/{z}/{x}/{y}.png")
        monkeypatch.setenv("COCKPIT_TILE_CRS", "GCJ-02")
        for served in serve(settings().store, tmp_path / "server.log"):
            yield served, host
        source.shutdown()


def test_shifted_tiles_are_drawn_where_things_are(
    browser_page: Page, shifted: tuple[Served, str], browser_log: BrowserLog
) -> None:
    served, host = shifted
    page = opened(browser_page, served, f"/urban?{WEEK}&area=341002")
    tile = page.locator(".leaflet-tile").first
    expect(tile).to_be_attached()
    found = page.evaluate(
        """() => {
            const tile = document.querySelector('.leaflet-tile');
            const map = document.querySelector('.leaflet-container').cockpitMap;
            const [, z, x] = new URL(tile.src).pathname.split('/');
            const west = Number(x) / 2 ** Number(z) * 360 - 180;
            const shift = JSON.parse(document.querySelector('.drill-map').dataset.tiles).shift;
            const frame = map.getContainer().getBoundingClientRect();
            const lat = map.getCenter().lat;
            return {
                drawn: tile.getBoundingClientRect().left - frame.left,
                right: map.latLngToContainerPoint([lat, west - shift[0]]).x,
                unshifted: map.latLngToContainerPoint([lat, west]).x
            };
        }"""
    )
    assert found["drawn"] == pytest.approx(found["right"], abs=2)
    assert abs(found["right"] - found["unshifted"]) > 3, "too far out to tell"
    assert browser_log.foreign and all(url.startswith(host) for url in browser_log.foreign)
    browser_log.foreign.clear()
