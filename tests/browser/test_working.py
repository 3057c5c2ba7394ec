"""Working with the numbers in real Chromium: filter by clicking, open the rows, take a panel away, ask why."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import BrowserLog, Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
WEEK = "until=2026-11-23"
PATIENCE = 60_000  # a machine with other work
GRID = "dash_ag_grid"


def opened(page: Page, served: Served, address: str) -> Page:
    page.goto(served.url + address)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("body[data-ready='1']")).to_be_attached(timeout=PATIENCE)


def value(page: Page, metric: str) -> str:
    return page.locator(f".kpi[data-metric='{metric}'] .figure").first.inner_text()


def from_api(page: Page, served: Served, query: str) -> float:
    answer = page.request.get(f"{served.url}/api/v1/metrics/filed_case_count?{query}")
    found: Any = answer.json()["value"]
    return float(found)


def saved(page: Page, click: Any) -> Path:
    with page.expect_download(timeout=PATIENCE) as waiting:
        click()
    return Path(waiting.value.path())


def test_clicks_filter_the_whole_page_and_back_undoes_them(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}&item=by_channel")
    whole = value(page, "filed_case_count")
    page.locator("[data-panel='by_part'] .ranking").get_by_role("link", name="12345热线").click()
    expect(page.locator("[data-filter='channel=hotline_12345'] .chip")).to_be_visible(timeout=PATIENCE)
    ready(page)
    assert (
        f"{from_api(page, server, f'{WEEK}&f.channel=hotline_12345'):,.0f}" == value(page, "filed_case_count") != whole
    )
    expect(page.locator("[data-panel='subsystems'] [data-state='not_filterable']").first).to_be_visible()
    expect(page.locator("[data-panel='pipes']")).to_contain_text("此筛选不适用")
    expect(page.locator("body")).not_to_have_attribute("data-error", re.compile("."))

    cell = page.locator("[data-panel='category_places'] td a").first
    cell.click()  # a category in a district: both at once
    expect(page.locator(".chip")).to_have_count(2, timeout=PATIENCE)
    ready(page)
    query = page.url.split("?")[1].replace("item=by_channel", "").replace("&&", "&").strip("&")
    assert f"{from_api(page, server, query):,.0f}" == value(page, "filed_case_count")

    page.go_back()
    expect(page.locator(".chip")).to_have_count(1, timeout=PATIENCE)
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0, timeout=PATIENCE)
    ready(page)
    assert value(page, "filed_case_count") == whole


def test_a_chip_takes_its_filter_off_by_keyboard(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}&f.channel=app,web")
    chip = page.locator("[data-filter='channel=web'] .chip")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(1, timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"f\.channel=app$"))


def test_a_day_of_the_calendar_filters_the_page(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/ecology?{WEEK}")
    page.locator(".air-calendar td.in small a").first.click()
    expect(page).to_have_url(re.compile(r"until=2026-11-17&days=1"))
    ready(page)
    expect(page.locator(".period-span")).to_contain_text("11月16日")


def test_a_forged_filter_is_answered_in_words(browser_page: Page, server: Served) -> None:
    page = browser_page
    page.goto(f"{server.url}/urban?f.channel=evil")
    expect(page.locator(".message")).to_contain_text("渠道没有这个值；可用 collector（采集员）")


def test_the_grid_comes_only_with_a_table(browser_page: Page, server: Served, browser_log: BrowserLog) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}&f.channel=hotline_12345")
    assert not [url for url in browser_log.requests if GRID in url]
    menu = page.locator("[data-panel='due_cases'] .panel-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    menu.get_by_role("link", name="查看明细").click()
    expect(page).to_have_url(re.compile(r"/table/urban\.case_due\?"))
    ready(page)
    assert [url for url in browser_log.requests if GRID in url]
    expect(page.locator(".table-count")).to_have_text(re.compile(r"共 \d+ 行"))
    expect(page.locator(".ag-row").first).to_be_visible()
    expect(page.locator("#table-foot")).to_contain_text("演示数据")


def test_a_table_is_sorted_filtered_and_taken_away(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/table/urban.case?{WEEK}&f.channel=hotline_12345")
    count = page.locator(".table-count b")
    total = int(count.get_attribute("data-total") or 0)
    page.locator(".ag-header-cell[col-id='case_id'] .ag-header-cell-text").click()
    first = page.locator(".ag-row[row-index='0'] [col-id='case_id']")
    expect(first).to_have_text(re.compile(r"AJ202611160"), timeout=PATIENCE)
    page.locator(".ag-floating-filter input").nth(1).fill("歙县")
    expect(count).not_to_have_attribute("data-total", str(total), timeout=PATIENCE)
    fewer = int(count.get_attribute("data-total") or 0)
    assert 0 < fewer < total
    file = saved(page, lambda: page.locator("#table-csv").click())
    lines = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(lines) == fewer + 2
    assert lines[1][0] == first.inner_text()
    assert lines[-1][0].startswith(f"共 {fewer} 行；") and lines[-1][0].endswith("演示数据")


def test_an_id_in_the_grid_leads_to_the_page_of_its_object(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/table/urban.case?{WEEK}")
    link = page.locator(".ag-row [col-id='case_id'] a.object-link").first
    case_id = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile(rf"/object/case/{case_id}$"))
    ready(page)
    flow = page.locator("[data-panel='flow']")
    for heading in ("移交", "在手（小时）", "限（小时）", "时限"):
        expect(flow).to_contain_text(heading)
    expect(page.locator("[data-panel='photos']")).to_contain_text("处置前")


def test_a_panel_is_taken_away_as_picture_figures_and_link(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}")
    panel = page.locator("[data-panel='by_day']")

    def take(name: str) -> None:
        panel.locator(".panel-menu > summary").click()
        panel.get_by_role("button", name=name).click()

    assert saved(page, lambda: take("本块图 PNG")).read_bytes().startswith(b"\x89PNG")
    svg = saved(page, lambda: take("本块图 SVG")).read_text(encoding="utf-8")
    assert "立案数：逐日" in svg and "演示数据" in svg and "snap-" in svg
    lines = list(csv.reader(saved(page, lambda: take("本块数字 CSV")).read_text(encoding="utf-8-sig").splitlines()))
    assert lines[0] == ["日期", "本年", "上年同期"] and lines[1][0] == "2026-10-19"
    assert "演示数据" in lines[-1][0]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.locator(".panel-menu > summary").click()
    panel.get_by_role("button", name="复制本块链接").click()
    expect(panel.get_by_role("button", name="已复制")).to_be_visible()
    opened(page, server, f"/urban?{WEEK}#panel-by_day")
    expect(page.locator("[data-panel='by_day']")).to_have_class(re.compile("is-target"))


def test_a_number_says_why_it_changed_and_opens_its_rows(browser_page: Page, server: Served) -> None:
    page = opened(browser_page, server, f"/urban?{WEEK}&n=filed_case_count")
    card = page.locator(".identity")
    expect(card.locator(".why-said").first).to_contain_text(re.compile(r"较上期.*件.*其中"))
    card.locator(".why-steps > summary").first.click()
    expect(card.locator(".why-table").first).to_be_visible()
    card.get_by_role("link", name="查看明细").click()
    ready(page)
    expect(page.locator(".table-panel h2")).to_have_text("立案数：逐行")
