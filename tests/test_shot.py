"""The picture of a live page: whole or not at all, the same pixels for the same snapshot, one at a time."""

from __future__ import annotations

import fcntl
import io
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import BrowserLog, Served, cockpit, serve
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from briefing import loopback, picture, shot
from briefing.shot import Shot, ShotError, take
from components import picture as offered
from data.settings import settings
from tests import tiny

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week of one air station."""
    at, place = datetime(2026, 11, 16), {"station_id": "a", "place_code": "341003"}
    hours = [{**place, "observed_at": at + timedelta(hours=hour), "pm25": 20.0} for hour in range(168)]
    folder = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(folder, patch)
        tiny.fill({"ecology.air_station": [{**place, "name": "甲"}], "ecology.air_hourly": hours})
    settings.cache_clear()
    return folder


@pytest.fixture(scope="module")
def city(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(store, tmp_path_factory.mktemp("log") / "server.log")


@contextmanager
def stub(body: str) -> Iterator[tuple[str, list[str]]]:
    """A server that answers every path with one page, and what it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            text = f"<!DOCTYPE html><html><body data-ready='1'>{body}</body></html>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def test_the_same_snapshot_gives_the_same_pixels_and_the_foot_says_of_what(city: Served) -> None:
    wanted = Shot("ecology", {"view": "wall", "area": "341003"})
    first, second = (opened(take(city.url, wanted)) for _ in range(2))
    assert first.size == (1920, 1080)
    assert ImageChops.difference(first, second).getbbox() is None
    said = first.info["Description"]
    for part in ("黄山市 › 黄山区", "2026年第47周（11月16日—11月22日）", "数据时间 11-22 23:00", "演示数据"):
        assert part in said, said
    assert first.info["Snapshot"] == (city.store / "CURRENT").read_text().strip()


def test_another_place_is_another_picture(city: Served) -> None:
    there, here = (opened(take(city.url, Shot("ecology", {"view": "wall", "area": a}))) for a in ("341002", "341003"))
    assert ImageChops.difference(there, here).getbbox() is not None


def test_the_verb_takes_a_4k_picture_with_a_server_of_its_own(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "e.png"
    done = cockpit("shot", "ecology", "--scale", "2", "--out", str(out), store=store)
    assert done.returncode == 0, done.stderr
    assert opened(out.read_bytes()).size == (3840, 2160)
    assert [each.name for each in tmp_path.iterdir()] == ["e.png"], "a draft was left behind"


def test_a_whole_page_is_as_high_as_its_content_and_ends_with_its_foot(city: Served) -> None:
    image = opened(take(city.url, Shot("ecology", {}, 1366, 768, is_whole=True)))
    assert image.width == 1366
    assert image.height > 1500
    foot = image.crop((200, image.height - 40, 1366, image.height))
    assert len(foot.getcolors(100_000) or []) > 20, "the last lines are blank"


def test_a_panel_is_taken_alone_under_the_head_and_the_foot_of_its_page(city: Served) -> None:
    with urllib.request.urlopen(f"{city.url}/picture/panel/ecology?panel=district_map") as answer:
        alone = opened(answer.read())
        assert "district_map.png" in answer.headers["Content-Disposition"]
    whole = opened(take(city.url, Shot("ecology", {"view": "desk"}, 1200, 400, 2, is_whole=True)))
    assert alone.width == whole.width == 2400
    assert alone.height < whole.height / 3
    assert alone.info["Snapshot"].startswith("snap-")
    for panel, said in (("nothing", "没有 nothing 这一块"), ("a%5D", "不是一块的名称")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{city.url}/picture/panel/ecology?panel={panel}")
        assert said in refused.value.read().decode()


def test_what_cannot_be_asked_is_refused_before_a_server_is_started(store: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "e.png")
    for arguments, said in (
        (("ecology", "--area", "999999"), "999999"),
        (("ecology", "--asof", "snap-000000000000"), "不保留"),
        (("nowhere",), "nowhere"),
        (("ecology", "--out", str(tmp_path / "e.gif")), ".png"),
    ):
        done = cockpit("shot", "--out", out, *arguments, store=store)
        assert done.returncode == 2, done.stderr
        assert said in done.stderr
    assert not Path(out).exists()


def test_a_failed_panel_stops_the_picture_and_is_named(tmp_path: Path, store: Path) -> None:
    page = "<div id='page'><section data-panel='sections' data-error='这一块没有画出来'></section></div>"
    with stub(page) as (origin, _):
        done = cockpit("shot", "ecology", "--server", origin, "--out", str(tmp_path / "e.png"), store=store)
    assert done.returncode == 1
    assert "sections：这一块没有画出来" in done.stderr
    assert not (tmp_path / "e.png").exists()


def test_a_page_that_is_never_drawn_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shot, "READY_S", 1.0)
    with stub("<script>document.body.removeAttribute('data-ready')</script>") as (origin, _), pytest.raises(ShotError):
        take(origin, Shot("ecology", {}))


def test_a_picture_asks_nobody_but_its_own_server() -> None:
    with stub("") as (elsewhere, asked), stub(f"<img src='{elsewhere}/x.png'><div id='page'></div>") as (origin, _):
        take(origin, Shot("ecology", {}))
    assert asked == []


def test_its_own_server_is_gone_afterwards(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COCKPIT_STORE", str(store))
    with loopback.served() as origin:
        assert urllib.request.urlopen(f"{origin}/readyz", timeout=10).status == 200
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{origin}/readyz", timeout=5)


def test_the_page_hands_out_its_picture_under_a_name_that_says_what_it_is(city: Served) -> None:
    with urllib.request.urlopen(f"{city.url}/picture/1080p/ecology?area=341003&days=7", timeout=120) as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert "ecology-341003-20261123-1080p.png" in answer.headers["Content-Disposition"]
        assert opened(answer.read()).size == (1920, 1080)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/picture/1080p/nowhere", 404),
        ("/picture/poster/ecology", 404),
        ("/picture/1080p/ecology?area=999999", 400),
        ("/picture/1080p/ecology?asof=snap-000000000000", 410),
    ],
)
def test_a_picture_of_nothing_is_refused_with_the_reason(city: Served, address: str, status: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(city.url + address, timeout=30)
    assert refused.value.code == status
    refused.value.close()


def test_when_one_is_drawn_and_one_waits_the_third_is_asked_to_come_back() -> None:
    with picture._lock_files() as (_, *seats):
        for seat in seats:
            fcntl.flock(seat, fcntl.LOCK_EX)
        with pytest.raises(picture.Busy), picture._seat():
            pass
    with picture._seat():
        pass  # free again


def test_two_are_never_drawn_at_once() -> None:
    is_mine = threading.Event()

    def draw() -> None:
        with picture._seat():
            is_mine.set()

    waiting = threading.Thread(target=draw)
    with picture._seat():
        waiting.start()
        assert not is_mine.wait(0.5)
    assert is_mine.wait(10)
    waiting.join()


def test_without_chromium_nothing_is_offered_and_the_verb_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered.shutil, "which", lambda _: None)
    offered.chromium.cache_clear()
    try:
        assert offered.chromium() is None
        with pytest.raises(ShotError, match="安装 chromium"):
            take("http://127.0.0.1:9", Shot("ecology", {}))
    finally:
        offered.chromium.cache_clear()


def test_the_menu_of_a_page_fetches_its_picture(browser_page: Page, city: Served) -> None:
    browser_page.goto(city.url + "/ecology?area=341003")
    expect(browser_page.locator("body[data-ready='1']")).to_be_attached(timeout=60_000)
    menu = browser_page.locator("details.picture")
    menu.locator("summary").click()
    with browser_page.expect_download(timeout=120_000) as started:
        menu.get_by_text("1920×1080").click()
    assert started.value.suggested_filename == "ecology-341003-20261123-1080p.png"
    assert opened(Path(started.value.path()).read_bytes()).size == (1920, 1080)
    expect(menu.locator("summary")).to_have_text("导出图片")


def test_a_picture_that_fails_says_so_in_the_menu(browser_page: Page, browser_log: BrowserLog, city: Served) -> None:
    browser_page.goto(city.url + "/ecology?area=341003")
    expect(browser_page.locator("body[data-ready='1']")).to_be_attached(timeout=60_000)
    browser_page.route("**/picture/**", lambda route: route.fulfill(status=503, body="正在画别的图，请过一会儿再点。"))
    menu = browser_page.locator("details.picture")
    menu.locator("summary").click()
    menu.get_by_text("1920×1080").click()
    expect(menu.locator("summary")).to_have_text("没有画成")
    expect(menu).to_have_attribute("title", "正在画别的图，请过一会儿再点。")
    browser_log.errors.clear()  # Chromium logs the 503 itself
