"""Monday morning in real Chromium: a clerk loads a file, sends one back, takes one back, and prints who is late."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import bad_files as make
import pytest
from conftest import BrowserLog, Served, serve
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from data.settings import settings
from ingest import store
from tests import tiny

pytestmark = pytest.mark.browser
ALMOST_NOTHING_PX = 1
WHO = "江晓燕"


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Two hours of demo air; files may be loaded."""
    place = {"station_id": "a", "place_code": "341003"}
    hours = [
        {**place, "observed_at": datetime(2026, 11, 16) + timedelta(hours=hour), "pm25": 20.0} for hour in range(2)
    ]
    tiny.use(tmp_path / "city", monkeypatch)
    tiny.fill({"ecology.air_station": [{**place, "name": "甲"}], "ecology.air_hourly": hours})
    monkeypatch.setenv("COCKPIT_INTAKE", "on")
    yield from serve(tmp_path / "city", tmp_path / "server.log")
    settings.cache_clear()


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An empty store that nobody writes to while the tests read it; files may be loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COCKPIT_INTAKE", "on")
        yield from serve(tmp_path_factory.mktemp("still"), tmp_path_factory.mktemp("log") / "server.log")


def opened(page: Page, served: Served, address: str) -> Page:
    page.goto(served.url + address)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=30_000)
    expect(page.locator("body")).not_to_have_attribute("data-error", re.compile("."))


def hours(folder: Path, name: str = "第47周空气.csv", bad: int = 0) -> Path:
    """24 hours of station A; the first `bad` of them hold no number."""
    rows = [make.air(hour, **({"pm25": "缺测吗"} if hour < bad else {})) for hour in range(24)]
    return make.write_csv(folder / name, *rows)


def upload(page: Page, served: Served, file: Path) -> None:
    """Picks the table by typing, writes a name, chooses the file, sends it and waits for what the check says."""
    opened(page, served, "/intake")
    option = page.locator("#intake-tables option[value$='ecology.air_hourly']").get_attribute("value")
    assert option is not None
    page.get_by_label("① 哪张表").fill(option)
    page.get_by_label("① 哪张表").press("Tab")
    expect(page.get_by_role("link", name="下载模板")).to_have_attribute("href", re.compile("ecology.air_hourly"))
    ready(page)
    page.get_by_label("③ 您的姓名").fill(WHO)
    with page.expect_file_chooser() as chooser:
        page.get_by_text("选择文件，或拖到这里").click()
    chooser.value.set_files(file)
    expect(page.locator(".chosen")).to_contain_text(file.name)
    page.get_by_role("button", name="上传并检查").click()
    expect(page).to_have_url(re.compile("visit=[0-9a-f]{16}"))
    settled(page)


def settled(page: Page) -> None:
    """Nobody works on the file any more."""
    expect(page.locator("[data-panel='visit']:not([data-working])")).to_be_visible(timeout=60_000)


def panel(page: Page, state: str) -> None:
    expect(page.locator(f"[data-panel='visit'][data-state='{state}']:not([data-working])")).to_be_visible(
        timeout=60_000
    )


def current(served: Served) -> str:
    return (served.store / "CURRENT").read_text(encoding="ascii")


def journal(served: Served) -> list[dict[str, object]]:
    lines = (served.store / "intake" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_good_file_is_checked_published_and_taken_back(browser_page: Page, city: Served, tmp_path: Path) -> None:
    before = current(city)
    upload(browser_page, city, hours(tmp_path))
    panel(browser_page, "checked")
    expect(browser_page.locator("[data-panel='recognised']")).to_contain_text("24 行")
    expect(browser_page.locator("[data-panel='recognised']")).to_contain_text("第 1 行")
    expect(browser_page.locator("[data-panel='preview'] tbody tr")).to_have_count(10)
    expect(browser_page.locator(".counts")).to_contain_text("24")
    expect(browser_page.locator("[data-panel='faults']")).to_have_count(0)
    assert current(city) == before, "a check publishes nothing"
    expect(browser_page.locator(".outcome .warning")).to_contain_text("2 行演示数据由这份真实数据全部替换")
    browser_page.once("dialog", lambda dialog: dialog.dismiss())
    browser_page.get_by_role("button", name="入库并发布").click()
    panel(browser_page, "checked")
    browser_page.once("dialog", lambda dialog: dialog.accept())
    browser_page.get_by_role("button", name="入库并发布").click()
    panel(browser_page, "published")
    loaded = current(city)
    assert loaded != before
    state = store.read_state(make.AIR)
    assert state is not None and (state.is_demo, state.rows) == (False, 24)
    browser_page.reload()  # the page survives it
    panel(browser_page, "published")
    browser_page.once("dialog", lambda dialog: dialog.accept())
    browser_page.get_by_role("button", name="撤销这次入库").click()
    panel(browser_page, "undone")
    assert current(city) == before
    state = store.read_state(make.AIR)
    assert state is not None and (state.is_demo, state.rows) == (True, 2)
    browser_page.get_by_role("link", name="再传一份").click()
    expect(browser_page.locator("[data-panel='history'] .recent tr", has_text="第47周空气.csv")).to_contain_text(
        "已撤销"
    )
    done = [(line["event"], line["who"], line["accepted"]) for line in journal(city)]
    assert done == [
        ("check:checked", WHO, 24), ("import:begun", WHO, 24), ("import:published", WHO, 24), ("undo:begun", WHO, 24),
        ("undo:undone", WHO, 24),
    ]  # fmt: skip
    last = journal(city)[-1]
    assert (last["snapshot_before"], last["snapshot_after"]) == (before, before)


def test_three_bad_cells_are_marked_and_sent_back(browser_page: Page, city: Served, tmp_path: Path) -> None:
    upload(browser_page, city, hours(tmp_path, bad=3))
    panel(browser_page, "checked")
    expect(browser_page.locator("[data-panel='preview'] td.bad")).to_have_count(3)
    expect(browser_page.locator("[data-panel='faults'] tbody tr")).to_have_count(3)
    expect(browser_page.locator("[data-panel='faults'] tbody tr").first).to_contain_text("第47周空气.csv 第 2 行")
    with browser_page.expect_download() as waiting:
        browser_page.get_by_role("link", name="下载退回表").click()
    assert waiting.value.suggested_filename == "退回_第47周空气.xlsx"
    waiting.value.save_as(tmp_path / "back.xlsx")
    sheets = load_workbook(tmp_path / "back.xlsx")
    texts = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("缺测吗" in text for text in texts)
    browser_page.once("dialog", lambda dialog: dialog.accept())  # the demo rows go
    browser_page.get_by_role("button", name="入库并发布（坏行隔离）").click()
    panel(browser_page, "published")
    state = store.read_state(make.AIR)
    assert state is not None and state.rows == 21


def test_a_broken_file_is_refused_whole_and_can_only_go_back(browser_page: Page, city: Served, tmp_path: Path) -> None:
    before = current(city)
    broken = tmp_path / "坏了.xlsx"
    broken.write_bytes(b"PK\x03\x04" + b"\0" * 400)
    upload(browser_page, city, broken)
    panel(browser_page, "refused")
    expect(browser_page.locator(".warning")).to_contain_text("坏了.xlsx")
    expect(browser_page.get_by_role("button", name="入库并发布")).to_have_count(0)
    assert current(city) == before
    assert journal(city)[-1]["event"] == "check:refused"


def test_without_a_name_or_a_file_nothing_is_sent(browser_page: Page, still: Served) -> None:
    page = opened(browser_page, still, "/intake?table=ecology.air_hourly")
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator("[data-panel='upload'] .said")).to_contain_text("姓名")
    page.get_by_label("③ 您的姓名").fill(WHO)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator("[data-panel='upload'] .said")).to_contain_text("选择文件")
    assert not list((still.store / "intake").glob("*/visit.json"))


def test_a_table_is_found_by_a_part_of_its_name(browser_page: Page, still: Served) -> None:
    page = opened(browser_page, still, "/intake")
    options = page.locator("#intake-tables option").evaluate_all("all => all.map(each => each.value)")
    assert len(options) > 200
    assert [each for each in options if "小时值" in each and "空气" in each and "市生态环境局" in each]


def test_the_board_is_there_where_loading_is_not_allowed(
    browser_page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_INTAKE", "off")
    for served in serve(tmp_path / "store", tmp_path / "off.log"):
        page = opened(browser_page, served, "/intake?only=all")
        expect(page.locator("[data-panel='off']")).to_contain_text("COCKPIT_INTAKE=on")
        expect(page.locator("[data-panel='upload'], [data-panel='history']")).to_have_count(0)
        assert page.locator(".unit-block").count() > 10


def test_the_reminder_is_printed_one_sheet_per_unit(browser_page: Page, still: Served) -> None:
    page = opened(browser_page, still, "/intake?view=print")
    sheets = page.locator(".reminder")
    assert sheets.count() > 10
    expect(sheets.first.locator("h1")).to_have_text("黄山市城市运行数据催报单")
    expect(sheets.first).to_contain_text("联系人 待确认")
    page.emulate_media(media="print")
    assert sheets.nth(1).evaluate("each => getComputedStyle(each).breakBefore") == "page"
    page = opened(page, still, "/intake?view=print&unit=市水利局")
    expect(sheets).to_have_count(1)


@pytest.mark.parametrize("search", ["", "?only=all", "?table=ecology.air_hourly", "?view=print"])
def test_a_phone_scrolls_down_and_never_sideways(browser_page: Page, still: Served, search: str) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 844})
    page = opened(browser_page, still, f"/intake{search}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 + ALMOST_NOTHING_PX


def test_a_file_name_that_is_a_script_does_not_run(
    browser_page: Page, browser_log: BrowserLog, city: Served, tmp_path: Path
) -> None:
    browser_page.on("dialog", lambda dialog: browser_log.errors.append(f"a script ran: {dialog.message}"))
    upload(browser_page, city, hours(tmp_path, "x' onerror=alert(1) <img src=x>.csv".replace("<", "＜")))
    panel(browser_page, "checked")
    assert browser_page.locator("img[src='x']").count() == 0
