"""城市安全 and 交通 as the server answers them: over an empty store nothing fails; their sentences from a few rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from data.settings import settings
from tests import tiny
from tests.drawn import whole

MONDAY = date(2026, 11, 9)
LAST = MONDAY + timedelta(6)
Row = dict[str, Any]


def at(offset: int, hour: int = 0) -> datetime:
    """A moment `offset` days after Monday."""
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, hour) + timedelta(days=offset)


def warning(number: str, place: str, level: str, planned: int | None, moved: int | None, **other: Any) -> Row:
    return {"alert_id": number, "place_code": place, "emergency_kind": "natural", "hazard_kind": "geology",
            "warning_level": level, "title": number, "issuing_unit": "演示", "lead_unit": "演示", "issued_at": at(5),
            "evacuate_planned_count": planned, "evacuated_count": moved, **other}  # fmt: skip


def hazard(number: str, due: date, **other: Any) -> Row:
    return {"hazard_id": number, "hazard_grade": "major", "risk_domain": "fire", "place_code": "341002004",
            "title": number, "found_date": MONDAY, "responsible_unit": f"演示{number}", "due_date": due,
            "status": "open", **other}  # fmt: skip


def incident(number: str, queue: float, expected: datetime, **other: Any) -> Row:
    return {"incident_id": number, "kind": "construction", "incident_cause": "roadwork", "place_code": "341002",
            "road_name": f"{number}路", "occurred_at": at(4), "expected_clear_at": expected, "queue_m": queue,
            "status": "handling", **other}  # fmt: skip


def line(number: str, passengers: int) -> list[Row]:
    return [{"line_id": number, "place_code": "341002", "day_date": LAST, "passenger_count": passengers,
             "vehicle_km": 200.0, "trip_run_count": 10}]  # fmt: skip


def ride(corridor: str, minutes: float, usual: float) -> Row:
    return {"corridor_id": corridor, "travel_direction": "in", "place_code": "341023", "observed_at": at(5, 10),
            "travel_min": minutes, "baseline_min": usual}  # fmt: skip


SAFETY: dict[str, list[Row]] = {
    "safety.warning_notice": [
        warning("地灾", "341021209", "2", 128, 113),
        warning("地灾", "341021210", "2", 36, 40),  # more moved than planned: counted as 36
        warning("大雾", "3410", "4", None, None),
        warning("解除", "341002", "1", 500, 0, cleared_at=at(6)),
    ],
    "safety.duty_roster": [
        {"shift_id": f"{number}", "issued_at": at(5), "day_date": LAST - timedelta(2 if number == 4 else 0),
         "duty_shift": "full", "on_duty_unit": unit,
         "place_code": "3410", "duty_role": role, "contact_name": f"演示·{number}", "contact_phone": f"000-{number}",
         "is_checked_in": here}
        for number, unit, role, here in
        ((1, "市政府办公室", "leader", True), (2, "市应急局", "leader", False), (3, "市应急局", "chief", True),
         (4, "市政府办公室", "leader", None))
    ],
    "safety.hazard": [
        hazard("甲", LAST - timedelta(9), supervision_no="督1号"),
        hazard("乙", LAST + timedelta(9)),
        hazard("丙", LAST - timedelta(3), rectified_date=LAST),
    ],
}  # fmt: skip

TRAFFIC: dict[str, list[Row]] = {
    "traffic.incident": [
        incident("东", 160.0, at(5)),  # past its expected hour
        incident("西", 900.0, at(9)),
        incident("南", 50.0, at(5), cleared_at=at(6)),
    ],
    "traffic.corridor": [
        {"corridor_id": key, "travel_direction": "in", "name": name, "kind": "scenic", "place_code": "341023",
         "start_name": "屯溪", "end_name": end, "length_km": 60.0, "free_min": 50.0}
        for key, name, end in (("C1", "屯溪—宏村", "宏村"), ("C2", "屯溪—西递", "西递"), ("C3", "屯溪—汤口", "汤口"))
    ],
    "traffic.corridor_time": [ride("C1", 112.0, 59.0), ride("C2", 200.0, 50.0), ride("C3", 70.0, 56.0)],
    "traffic.parking_lot": [
        {"lot_id": key, "name": key, "kind": "scenic", "place_code": "341023", "space_count": 600, "is_connected": True}
        for key in ("宏村", "西递")
    ],
    "traffic.parking_status": [
        {"lot_id": "宏村", "place_code": "341023", "observed_at": at(5, hour), "free_count": free}
        for hour, free in ((10, 0), (20, 450))
    ],
    "traffic.bus_line": [
        {"line_id": key, "name": f"{key}路", "kind": "urban", "place_code": "341002"} for key in ("1", "2", "3")
    ],
    "traffic.bus_daily": [*line("1", 300), *line("2", 9)],  # line 3 has not reported
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        tiny.fill(SAFETY | TRAFFIC)
        yield create_app().server.test_client()
    settings.cache_clear()


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Over a store that holds one row of another theme."""
    tiny.use(tmp_path_factory.mktemp("bare"), monkeypatch)
    tiny.fill({"ecology.air_station": [{"station_id": "a", "name": "甲", "place_code": "341002"}]})
    yield create_app().server.test_client()
    settings.cache_clear()


def ask(client: FlaskClient, page: str, search: str = "?until=2026-11-16") -> str:
    """What the page's data callback answers, as JSON text."""
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": f"{page}-body.children",
            "outputs": {"id": f"{page}-body", "property": "children"},
            "inputs": [{"id": "scope", "property": "data", "value": search}],
            "changedPropIds": ["scope.data"],
        },
    )
    assert answer.status_code == 200, answer.text
    return json.dumps(whole(json.loads(answer.text)), ensure_ascii=False)


def told(body: Any) -> list[str]:
    """The three answers, each as plain text."""
    if isinstance(body, list):
        return [text for each in body for text in told(each)]
    if not isinstance(body, dict):
        return []
    if str(body.get("className", "")).startswith("answer "):
        return [plain(body)]
    return [text for each in body.values() for text in told(each)]


def plain(body: Any) -> str:
    if isinstance(body, list):
        return "".join(plain(each) for each in body)
    if isinstance(body, dict):
        return plain(body["props"] if "props" in body else body.get("children"))
    return "" if body is None else str(body)


@pytest.mark.parametrize("page", ["safety", "traffic"])
def test_over_an_empty_theme_every_panel_says_what_is_missing_and_none_fails(bare: FlaskClient, page: str) -> None:
    said = ask(bare, page)
    assert "is-failed" not in said and "data-error" not in said
    assert said.count("数据未到") >= 3


@pytest.mark.parametrize("page", ["safety", "traffic"])
@pytest.mark.parametrize("area", ["341000", "341021", "341021209", "341002001001", "341002001001001"])
def test_a_page_opens_at_every_level(client: FlaskClient, page: str, area: str) -> None:
    said = ask(client, page, f"?until=2026-11-16&area={area}")
    assert "is-failed" not in said and "data-error" not in said


def test_warnings_in_force_are_told_by_level_with_who_has_not_moved(client: FlaskClient) -> None:
    first = told(json.loads(ask(client, "safety")))[0]
    assert "在警2条，已转149人" in first
    assert "■橙 1 条、●蓝 1 条；涉及 3 地；应转 164 人，还有 15 人未转，璜田乡最多" in first
    assert "红" not in first  # cleared


def test_who_is_on_duty_is_named_and_who_was_not_at_the_post(client: FlaskClient) -> None:
    second = told(json.loads(ask(client, "safety")))[1]
    assert "带班演示·1" in second and "市政府办公室带班 000-1" in second
    assert "抽查不在岗：市应急局" in second and "演示·3" not in second


def test_a_telephone_is_listed_only_while_a_warning_is_in_force(client: FlaskClient) -> None:
    assert "000-1" in ask(client, "safety")
    with_duty_but_no_warning = ask(client, "safety", "?until=2026-11-14")
    assert "演示·4" in with_duty_but_no_warning and "000-4" not in with_duty_but_no_warning


def test_overdue_hazards_are_told_with_unit_and_supervision_number(client: FlaskClient) -> None:
    third = told(json.loads(ask(client, "safety")))[2]
    assert "未改2处，逾期1处" in third and "演示甲逾期 10 天（督1号）" in third


def test_what_blocks_the_road_is_told_with_cause_queue_and_hour(client: FlaskClient) -> None:
    first = told(json.loads(ask(client, "traffic")))[0]
    assert "未恢复2起，已超时1起" in first
    assert "东路：占道施工，排队 160 米，预计 11-14 00:00 恢复，已超时" in first


def test_the_ways_to_hongcun_and_tangkou_come_before_a_slower_one(client: FlaskClient) -> None:
    second = told(json.loads(ask(client, "traffic")))[1]
    assert "屯溪—宏村最慢112分钟，平日 59，剩450泊位" in second
    assert second.index("屯溪—汤口 70 分钟（平日 56）") < second.index("屯溪—西递 200 分钟")
    assert "停车场 2 处（1 处有数），曾满 1 处" in second


def test_the_emptiest_line_is_told_and_a_silent_line_is_not_the_emptiest(client: FlaskClient) -> None:
    third = told(json.loads(ask(client, "traffic")))[2]
    assert "2路百公里4.5人次" in third and "2 条线路中最少，另有 1 条没有数据" in third
