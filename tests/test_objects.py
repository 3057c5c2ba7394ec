"""The page of one object, over rows that can be counted by hand: facts, masked or not, course, what belongs, 404."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from components import address, object_link, object_page
from data import objects
from data.contract import contracts
from data.settings import settings
from metrics.objects import answers, facts
from queries import statement
from queries.scope import ScopeError
from tests import tiny

TYPE = {"standard_ref": "GB/T 47678.5-2026", "matter_kind": "event", "type_code": "06010"}


def case(case_id: str, filed: datetime, **more: Any) -> dict[str, Any]:
    return {
        "case_id": case_id, "place_code": "341002001001001", "unit_grid_code": "341002001001001", "status": "closed",
        "channel": "collector", "handling_unit": "甲", "reported_at": filed, "filed_at": filed,
        "title": f"垃圾{case_id}", "lon": 118.3371, "lat": 29.7121, "address": "某巷口", "content": "张某报",
        "photo_before_ref": "ZP-1|ZP-2",
        **TYPE, **more,
    }  # fmt: skip


TABLES: dict[str, list[dict[str, Any]]] = {
    "urban.case": [
        case("A1", datetime(2026, 11, 9, 8), order_id="G1"), case("A2", datetime(2026, 10, 9, 8)),
        case("A3", datetime(2026, 5, 9, 8)), case("A4", datetime(2026, 11, 8, 8), lon=118.4, unit_grid_code=None),
    ],
    "urban.case_flow": [
        {"case_id": "A1", "step_no": 1, "place_code": "341002", "case_step": "accept", "handling_unit": "中心",
         "entered_at": datetime(2026, 11, 9, 8), "handed_over_at": datetime(2026, 11, 9, 10),
         "due_at": datetime(2026, 11, 9, 9), "is_overdue": True},
        {"case_id": "A1", "step_no": 2, "place_code": "341002", "case_step": "handle", "handling_unit": "甲",
         "entered_at": datetime(2026, 11, 9, 10), "is_overdue": False},
    ],
    "urban.hotline_order": [
        {"order_id": "G1", "place_code": "341002", "reported_at": datetime(2026, 11, 9, 7), "title": "垃圾多日未清",
         "lon": 118.33, "lat": 29.71, "address": "屯溪区某路8号"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("objects"), patch)
        yield tiny.fill(TABLES)
    settings.cache_clear()


@pytest.fixture(scope="module")
def client(store: str) -> FlaskClient:
    assert store
    return create_app().server.test_client()


def asked() -> address.Address:
    return address.read("?until=2026-11-16", "urban")


def shown(drawn: Any) -> str:
    return json.dumps(drawn.to_plotly_json(), ensure_ascii=False, default=lambda each: each.to_plotly_json())


def belonging(kind: str, object_id: str) -> dict[str, list[Any]]:
    held = objects.kinds()[kind]
    return {each.title: [next(iter(row.values())) for row in answers(each, object_id, asked(), 50)[1]]
            for each in held.related}  # fmt: skip


def test_the_facts_are_the_contract_s_and_personal_ones_are_masked(store: str) -> None:
    row = facts(objects.kinds()["case"], "A1", asked())
    assert row["title"].value == "垃圾A1" and row["content"].field.pii == "L2"
    said = shown(object_page.fact_list(asked(), objects.kinds()["case"], row))
    assert "张某报" not in said and "张" in said and "个人信息已遮盖" in said and "案卷号" in said


def test_same_place_and_kind_within_ninety_days_is_related_and_an_older_case_is_not(store: str) -> None:
    assert belonging("case", "A1") == {
        "同点同类（90 天内）": ["A2"], "同一单元网格最近的案件": ["A2", "A3"], "由来：12345 工单": ["G1"],
    }  # fmt: skip
    assert belonging("hotline_order", "G1") == {"转成的城管案件": ["A1"]}


def test_the_course_marks_the_step_that_was_handed_over_late(store: str) -> None:
    flow = objects.kinds()["case"].flow
    assert flow is not None
    said = shown(object_page.related(asked(), flow, "A1"))
    assert said.count("is-late") == 1 and "2026-11-09 09:00" in said


def test_photos_are_named_and_said_not_to_be_held(store: str) -> None:
    row = facts(objects.kinds()["case"], "A1", asked())
    said = shown(object_page.photos(objects.kinds()["case"], row))
    assert "ZP-1" in said and "ZP-2" in said and "文件未入库" in said and "没有登记" in said


def test_a_personal_place_is_not_put_on_the_map(store: str) -> None:
    kind = objects.kinds()["hotline_order"]
    said = shown(object_page.place(asked(), kind, facts(kind, "G1", asked()), "工单"))
    assert "坐标属个人信息" in said and "118.33" not in said


@pytest.mark.parametrize(
    ("path", "status"),
    [("case/A1", 200), ("urban_case/A1", 200), ("urban.case/A1", 200), ("case/a1", 404), ("nothing/1", 404)],
)
def test_what_is_there_is_found_and_what_is_not_is_answered_404(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(f"/object/{path}").status_code == status


def test_a_wrong_address_says_where_to_look(store: str) -> None:
    with pytest.raises(ScopeError, match="case（城管案件）"):
        object_page.split("nothing/1")
    with pytest.raises(ScopeError, match=r"区分大小写；全部城管案件见 /table/urban\.case"):
        object_page.found(objects.kinds()["case"], "a1", asked())


def test_lists_lead_to_objects_by_id_and_by_title() -> None:
    row = {"last_case_id": "甲/1", "title": "垃圾", "case_id": "A1", "address": "某巷"}
    assert object_link.linked("last_case_id", row, "甲/1").href == "/object/case/%E7%94%B2%2F1"
    assert object_link.linked("title", row, "垃圾").href == "/object/case/A1"
    assert object_link.linked("address", row, "某巷") == "某巷"


@pytest.mark.parametrize("kind", objects.kinds().values(), ids=lambda each: each.id)
def test_every_kind_asks_questions_that_exist_of_a_table_that_has_its_key(kind: objects.Kind) -> None:
    assert {kind.key, kind.name} <= set(contracts()[kind.table].column_names)
    for each in (*([kind.flow] if kind.flow else []), *kind.related):
        assert "id" in statement.question(each.question).binds


@pytest.mark.parametrize(
    ("text", "fault"),
    [("title = ", "不是 TOML"), ('title = "x"', "没有写 table"), ('color = "red"', "不认识 color")],
)
def test_a_faulty_kind_is_refused_with_its_file(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(objects.ObjectFileError, match=rf"x\.toml：{fault}"):
        objects.kinds(tmp_path)
