"""What has to be done, by unit, over rows counted by hand: due, reworked, orders; sheets, table and export."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from components import address, worklist
from data.settings import settings
from queries.runner import run
from tests import tiny


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour)


def case(case_id: str, unit: str, due: datetime, **more: Any) -> dict[str, Any]:
    return {
        "case_id": case_id, "place_code": "341002001", "channel": "collector", "status": "handling", "due_at": due,
        "handling_unit": unit, "reported_at": at(9, 7), "filed_at": at(9, 8), "title": f"案{case_id}",
        "matter_kind": "event", "type_code": "06010", "rework_count": 0, **more,
    }  # fmt: skip


def order(order_id: str, due: datetime, **more: Any) -> dict[str, Any]:
    return {"order_id": order_id, "place_code": "341002", "reported_at": at(9, 7), "due_at": due,
            "handling_unit": "乙", "status": "handling", **more}  # fmt: skip


CLOSED = {"status": "closed", "closed_at": at(12, 9)}
TABLES: dict[str, list[dict[str, Any]]] = {
    "urban.case": [
        case("1", "甲", at(15, 17)), case("2", "乙", at(16, 10)), case("3", "乙", at(14, 10)),
        case("4", "乙", at(19, 23)),
        case("5", "乙", at(20)), case("6", "乙", at(13), status="suspended"), case("7", "乙", at(13), **CLOSED),
        case("8", "甲", at(13), extended_due_at=at(16, 17)),
        case("9", "甲", at(13), satisfaction_score=2, **CLOSED), case("10", "甲", at(13), rework_count=2, **CLOSED),
        case("11", "甲", at(13), satisfaction_score=3, **CLOSED),
    ],
    "urban.hotline_order": [
        order("a", at(15)), order("b", at(16, 9)), order("c", at(25)), order("d", at(14), status="cancelled"),
        order("e", at(14), satisfaction_score=1, is_solved=True, **CLOSED),
        order("f", at(14), satisfaction_score=5, is_solved=False, is_repeat=True, **CLOSED),
        order("g", at(14), satisfaction_score=5, is_solved=True, **CLOSED),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("worklists"), patch)
        yield tiny.fill(TABLES)
    settings.cache_clear()


def asked(more: str = "") -> address.Address:
    return address.read(f"?until=2026-11-16{more}", "urban")


def found(name: str, *columns: str) -> list[tuple[Any, ...]]:
    frame = run(worklist.WORKLISTS[name].question, asked())
    return [tuple(row[column] for column in columns) for row in frame.to_dict("records")]


def test_the_due_are_overdue_today_or_within_three_days_and_nothing_else(store: str) -> None:
    assert set(found("due", "case_id", "handling_unit", "due_stage")) == {
        ("1", "甲", "已超期"), ("8", "甲", "今日到期"), ("3", "乙", "已超期"), ("2", "乙", "今日到期"),
        ("4", "乙", "三日内到期"),
    }  # fmt: skip


def test_the_rework_list_holds_the_unhappy_and_the_reopened_of_the_period(store: str) -> None:
    assert set(found("rework", "case_id", "worklist_reason")) == {("9", "不满意"), ("10", "返工")}


def test_orders_are_listed_by_limit_and_by_what_the_call_back_said(store: str) -> None:
    assert found("order_due", "order_id", "due_stage") == [("a", "已超期"), ("b", "今日到期")]
    assert set(found("order_unhappy", "order_id", "worklist_reason")) == {("e", "不满意"), ("f", "未解决、重复诉求")}


def test_every_unit_has_its_sheet_with_the_count_and_what_it_is_of(store: str) -> None:
    drawn = worklist.body(asked(), "due")
    said = json.dumps(drawn.to_plotly_json(), ensure_ascii=False, default=lambda each: each.to_plotly_json())
    assert said.count('"className": "sheet"') == 2 and "共 2 个单位、5 条" in said
    assert "3 条，已超期 1" in said and "2 条，已超期 1" in said
    assert "截至 2026-11-16 0 时" in said and "演示数据" in said


def test_a_filter_leaves_one_unit(store: str) -> None:
    drawn = worklist.body(asked("&f.handling_unit=甲"), "due")
    said = json.dumps(drawn.to_plotly_json(), ensure_ascii=False, default=lambda each: each.to_plotly_json())
    assert "共 1 个单位、2 条" in said


def test_every_row_of_a_long_list_is_on_one_of_its_pages_and_paper_has_them_all(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "MOST", 2)

    def ids(more: str) -> list[str]:
        drawn = worklist.body(asked(more), "due")
        said = json.dumps(drawn.to_plotly_json(), ensure_ascii=False, default=lambda each: each.to_plotly_json())
        return re.findall(r"/object/case/(\d+)", said)

    pages = [ids(f"&item=page_{page}") for page in (1, 2, 3)]
    assert [len(set(each)) for each in pages] == [2, 2, 1]
    assert {each for page in pages for each in page} == {"1", "2", "3", "4", "8"}
    assert ids("&item=page_9") == ids("") == pages[0]
    assert set(ids("&view=print")) == {"1", "2", "3", "4", "8"}


def test_the_export_has_the_rows_of_the_list_and_an_unknown_list_is_not_there(store: str) -> None:
    client: FlaskClient = create_app().server.test_client()
    text = client.get("/export/urban.worklist_due.csv?until=2026-11-16").get_data(as_text=True)
    assert "共 5 行" in text and "已超期" in text
    assert client.get("/worklist/due").status_code == 200
    assert client.get("/worklist/nothing").status_code == 404
    assert client.get("/table/urban.worklist_due").status_code == 200
