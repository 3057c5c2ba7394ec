"""The HTTP API over a store of a few rows that can be counted by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dash import Dash, html
from flask.testing import FlaskClient

import api
from api import routes, shape
from data.catalogue import scenes
from data.contract import contracts
from data.settings import settings
from metrics import Reading, metric, metrics, read
from queries import runner
from queries.scope import Scope

PROBLEM = "application/problem+json"
SNAPSHOT, OLDER = "snap-0123456789ab", "snap-ba9876543210"
MONDAY = date(2026, 11, 16)  # the week's last day, Sunday 22 November, is the newest full day
WEEK = "since=2026-11-16&until=2026-11-23"
NOW = datetime(2026, 11, 23, 1, 0)

# --- the store: one week, two districts, two stations, two sections ---------------------------------------------------

AQI = {  # five good days of six valid ones in the city; 3 of 4 and 2 of 2 in the districts
    "3410": [50, 60, 70, 80, 90, 110, None],
    "341002": [50, None, 101, 100, 90, None, None],
    "341003": [20, None, None, None, None, None, 30],
}
VALID_HOURS = {("A1", "341002"): 24, ("A2", "341003"): 12}  # on each of the seven days: 36 hours of 48 are valid
TABLES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "ecology.air_city_daily": [
        {"place_code": place, "day_date": MONDAY + timedelta(index), "aqi": aqi, "aqi_standard": "HJ 633-2026",
         "is_in_force": True, "pm25": 20.0}
        for place, values in AQI.items() for index, aqi in enumerate(values)
    ],
    "ecology.air_station_day": [
        {"station_id": station, "place_code": place, "day_date": MONDAY + timedelta(index), "valid_hour_count": hours,
         "expected_hour_count": 24}
        for index, ((station, place), hours) in product(range(7), VALID_HOURS.items())
    ],
    "ecology.air_hourly": [
        {"station_id": "A1", "place_code": "341002", "observed_at": datetime(2026, 11, 22, 23), "pm25": 20.0}
    ],
    "ecology.air_station": [
        {"station_id": station, "name": station, "place_code": place} for station, place in VALID_HOURS
    ],
    "ecology.water_section": [
        {"section_id": "S1", "name": "率水", "place_code": "341002", "water_body": "river", "target_class": "Ⅲ"},
        {"section_id": "S2", "name": "丰乐河", "place_code": "341004", "water_body": "river", "target_class": "Ⅲ"},
    ],
    "ecology.water_measure": [  # S1 is of class Ⅰ, S2 of class 劣Ⅴ by its ammonia
        {"section_id": section, "place_code": place, "observed_at": datetime(2026, 11, 22, 20), "ph": 7.0, "do": 9.0,
         "codmn": 1.0, "nh3n": nh3n, "tp": 0.01}
        for section, place, nh3n in (("S1", "341002", 0.1), ("S2", "341004", 3.0))
    ],
}  # fmt: skip
ENTRY: Mapping[str, Any] = {
    "sha256": "", "since": None, "until": None, "data_time": None, "loaded_at": "2026-11-23T00:30:00",
    "is_demo": False, "kind": "detail", "batches": [],
}  # fmt: skip
BATCH: Mapping[str, Any] = {"source": "a.csv", "mapping": "", "loaded_at": "2026-11-23T00:30:00", "unchanged": 0}
ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "ecology.air_city_daily": {"kind": "derived"},
    "ecology.air_station_day": {"kind": "rollup"},
    "ecology.air_hourly": {
        "since": "2026-11-16", "until": "2026-11-23", "data_time": "2026-11-22T23:00:00",
        "batches": [
            {**BATCH, "batch_id": "b1", "accepted": 5, "quarantined": {"bad_code": 1, "range": 2}},
            {**BATCH, "batch_id": "b2", "accepted": 4, "quarantined": {"range": 3}},
        ],
    },
    "ecology.water_section": {"is_demo": True},
    "ecology.water_measure": {
        "since": "2026-11-22", "until": "2026-11-23", "data_time": "2026-11-22T20:00:00", "is_demo": True,
    },
}  # fmt: skip
_ARROW = {
    "text": pa.string(), "integer": pa.int64(), "real": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}  # fmt: skip

# the metrics of 生态环境 that can be read from these tables; the others' rollups are not in this little snapshot
HELD = tuple(each for each in metrics("ecology") if set(each.sources) <= TABLES.keys())


def write_snapshot(store: Path, snapshot_id: str = SNAPSHOT) -> None:
    """A snapshot as publishing leaves it, with the rows above."""
    folder = store / "snapshots" / snapshot_id
    folder.mkdir(parents=True)
    for table, rows in TABLES.items():
        contract = contracts().get(table)
        schema = pa.schema([(c.name, _ARROW[c.type]) for c in contract.columns]) if contract else None
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), folder / f"{table}.parquet")
    entries = {table: {**ENTRY, "rows": len(rows), **ENTRIES.get(table, {})} for table, rows in TABLES.items()}
    manifest = {"id": snapshot_id, "made_at": "2026-11-23T00:40:00", "tables": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (store / "CURRENT").write_text(snapshot_id, encoding="ascii")


@contextmanager
def serving(store: Path) -> Iterator[FlaskClient]:
    """A client of the API over `store`, at one o'clock on the Monday after the week."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COCKPIT_STORE", str(store))
        patch.setattr(runner, "_fitted", runner._Fitted())
        patch.setattr(routes, "now", lambda: NOW)
        settings.cache_clear()
        yield api.server().test_client()
    settings.cache_clear()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    store = tmp_path_factory.mktemp("api")
    write_snapshot(store, OLDER)
    write_snapshot(store)
    with serving(store) as served:
        yield served


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[FlaskClient]:
    with serving(tmp_path) as served:
        yield served


def asked(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    return response.json


def refused(client: FlaskClient, address: str, status: int) -> Any:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (status, PROBLEM), response.text
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.json
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    assert problem["status"] == status
    assert problem["instance"] == address.partition("?")[0]
    return problem


# --- health -----------------------------------------------------------------------------------------------------------


def test_the_process_says_that_it_lives_even_without_a_snapshot(empty: FlaskClient) -> None:
    assert empty.get("/healthz").status_code == 200


def test_a_store_with_a_snapshot_is_ready(client: FlaskClient) -> None:
    assert asked(client, "/readyz") == {"status": "ready", "snapshot": SNAPSHOT, "demo": "mixed"}


def test_a_store_without_a_snapshot_is_not_ready_and_says_why(empty: FlaskClient) -> None:
    assert "还没有快照" in refused(empty, "/readyz", 503)["detail"]


def test_a_pointer_to_a_swept_snapshot_is_not_ready(empty: FlaskClient) -> None:
    (settings().store / "CURRENT").write_text(SNAPSHOT, encoding="ascii")
    assert "重新发布" in refused(empty, "/readyz", 503)["detail"]


def test_a_manifest_that_cannot_be_read_is_not_ready(empty: FlaskClient) -> None:
    write_snapshot(settings().store)
    (settings().store / "snapshots" / SNAPSHOT / "manifest.json").write_text("{", encoding="utf-8")
    assert "重新发布" in refused(empty, "/readyz", 503)["detail"]


def test_without_the_shared_cache_it_is_ready_and_says_that_the_cache_is_away(client: FlaskClient) -> None:
    response = api.server(is_cache_up=lambda: False).test_client().get("/readyz")
    assert response.status_code == 200
    assert response.json == {"status": "ready", "snapshot": SNAPSHOT, "demo": "mixed", "cache": "away"}


# --- snapshot and scenes ----------------------------------------------------------------------------------------------


def test_a_snapshot_names_its_tables_with_rows_time_and_origin(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/snapshot")
    assert (body["id"], body["made_at"], body["until"]) == (SNAPSHOT, "2026-11-23T00:40:00", "2026-11-23")
    assert body["demo"] == "mixed"
    assert body["tables"].keys() == TABLES.keys()
    assert body["tables"]["ecology.water_measure"] == {
        "rows": 2, "kind": "detail", "until": "2026-11-23", "data_time": "2026-11-22T20:00:00",
        "loaded_at": "2026-11-23T00:30:00", "demo": True,
    }  # fmt: skip


def test_an_older_snapshot_is_named_by_asof(client: FlaskClient) -> None:
    assert asked(client, f"/api/v1/snapshot?asof={OLDER}")["id"] == OLDER


def test_the_scenes_are_those_of_the_catalogue_in_its_order(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/scenes")
    assert [scene["slug"] for scene in body["scenes"]] == list(scenes())
    assert body["scenes"][2]["path"] == "/ecology"


# --- metrics ----------------------------------------------------------------------------------------------------------


def test_every_metric_is_listed_with_what_it_means(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/metrics")
    assert [each["id"] for each in body["metrics"]] == [each.id for each in metrics()]
    found = next(each for each in body["metrics"] if each["id"] == "good_air_day_rate")
    assert (found["code"], found["scene"], found["unit"], found["kind"]) == ("EN02", "ecology", "%", "ratio")
    assert (found["lowest"], found["by"]) == ("district", ["district_code"])
    assert found["target"]["value"] == 97.0


def test_the_metrics_of_one_scene_are_listed_alone(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/metrics?scene=ecology")
    assert {each["scene"] for each in body["metrics"]} == {"ecology"}


def test_a_reading_explains_itself(client: FlaskClient) -> None:
    body = asked(client, f"/api/v1/metrics/good_air_day_rate?{WEEK}")
    assert body == {
        "metric": "good_air_day_rate", "code": "EN02", "name": "优良天数比例", "value": 5 / 6 * 100, "unit": "%",
        "numerator": 5.0, "denominator": 6.0, "n": 6, "state": "ok",
        "target": {"op": ">=", "value": 97.0, "basis": "proposed", "text": ""}, "standing": "missed",
        "area": "341000", "since": "2026-11-16", "until": "2026-11-23", "data_time": "2026-11-22T23:00:00",
        "loaded_at": "2026-11-23T00:30:00", "stale_at": None, "snapshot": SNAPSHOT, "detail": "7 天中 6 天有效",
        "sources": [
            {"table": "ecology.air_hourly", "owner": "市生态环境局", "rows": 1},
            {"table": "ecology.air_station", "owner": "市生态环境局", "rows": 2},
        ],
        "demo": False,
    }  # fmt: skip


def test_the_shape_has_every_field_of_a_reading_and_no_other(client: FlaskClient) -> None:
    with_key = {each.name: None for each in fields(Reading)} | {"sources": (), "key": "", "target": None}
    with_key |= {"since": MONDAY, "until": MONDAY}
    assert Reading(**with_key).to_json().keys() == shape.GroupReading.model_fields.keys()  # type: ignore[arg-type]


def test_code_and_id_give_the_same_answer(client: FlaskClient) -> None:
    for each in HELD:
        by_id = asked(client, f"/api/v1/metrics/{each.id}?{WEEK}")
        assert by_id == asked(client, f"/api/v1/metrics/{each.code}?{WEEK}")
        assert by_id["code"] == each.code


def test_an_index_of_several_days_is_that_of_the_latest_valid_day(client: FlaskClient) -> None:
    body = asked(client, f"/api/v1/metrics/EN01?{WEEK}")
    assert (body["value"], body["detail"]) == (110.0, "2026-11-21 的值")


def test_a_period_holds_its_first_day_and_not_its_last(client: FlaskClient) -> None:
    first_two = asked(client, "/api/v1/metrics/EN01?since=2026-11-16&until=2026-11-18")
    assert (first_two["value"], first_two["n"]) == (60.0, 2)  # Monday and Tuesday, not Wednesday's 70


def test_an_unknown_value_is_null_and_not_zero(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/metrics/EN02?since=2026-11-02&until=2026-11-09")
    assert (body["value"], body["state"], body["standing"], body["n"]) == (None, "no_data", "none", 0)


def test_a_district_is_read_by_its_code(client: FlaskClient) -> None:
    body = asked(client, f"/api/v1/metrics/EN02?area=341002&{WEEK}")
    assert (body["value"], body["numerator"], body["denominator"]) == (75.0, 3.0, 4.0)


def test_below_its_lowest_level_a_metric_has_no_value(client: FlaskClient) -> None:
    body = asked(client, f"/api/v1/metrics/EN02?area=341002001&{WEEK}")
    assert (body["state"], body["value"]) == ("not_below", None)


def test_groups_carry_key_and_name(client: FlaskClient) -> None:
    body = asked(client, f"/api/v1/metrics/EN02?{WEEK}&by=district_code")
    assert (body["metric"], body["by"], body["snapshot"]) == ("good_air_day_rate", "district_code", SNAPSHOT)
    assert [(g["key"], g["name"], g["value"]) for g in body["groups"]] == [
        ("341002", "屯溪区", 75.0),
        ("341003", "黄山区", 100.0),
    ]
    assert body["groups"][0]["metric_name"] == "优良天数比例"


def test_groups_of_a_station_carry_its_own_share(client: FlaskClient) -> None:
    body = asked(client, f"/api/v1/metrics/EN12?{WEEK}&by=station_id")
    assert [(g["key"], g["value"]) for g in body["groups"]] == [("A1", 100.0), ("A2", 50.0)]


def test_a_computed_metric_is_grouped_by_district_too(client: FlaskClient) -> None:
    body = asked(client, f"/api/v1/metrics/good_section_rate?{WEEK}&by=district_code")
    found = {g["key"]: g["value"] for g in body["groups"]}
    assert found["341002"] == 100.0
    assert found["341004"] == 0.0
    assert found["341003"] is None


def test_without_a_period_the_last_full_week_of_the_sources_is_read(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/metrics/EN02")
    assert (body["since"], body["until"]) == ("2026-11-16", "2026-11-23")


@pytest.mark.parametrize("given", ["since=2026-11-09", "until=2026-11-16"])
def test_one_end_of_the_period_alone_makes_a_week(client: FlaskClient, given: str) -> None:
    body = asked(client, f"/api/v1/metrics/EN02?{given}")
    assert (body["since"], body["until"]) == ("2026-11-09", "2026-11-16")


def test_a_reading_turns_stale_on_delivery(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    unfinished = "/api/v1/metrics/EN02?since=2026-11-17&until=2026-11-24"  # the data end on Sunday night
    fresh = asked(client, unfinished)
    assert (fresh["state"], fresh["stale_at"]) == ("ok", "2026-11-24T11:00:00")  # 36 hours after 23:00 on Sunday
    monkeypatch.setattr(routes, "now", lambda: datetime(2026, 11, 24, 11, 0))
    stale = asked(client, unfinished)
    assert stale == fresh | {"state": "stale"}


def test_the_api_and_the_pages_give_the_same_number(client: FlaskClient) -> None:
    scope = Scope("341003", MONDAY, date(2026, 11, 23), SNAPSHOT)
    for each in HELD:
        assert asked(client, f"/api/v1/metrics/{each.id}?area=341003&{WEEK}") == read(each.id, scope).at(NOW).to_json()


# --- quality ----------------------------------------------------------------------------------------------------------


def test_the_quality_of_a_table_adds_up_its_batches(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/quality?table=ecology.air_hourly")
    assert (body["table"], body["rows"], body["until"]) == ("ecology.air_hourly", 1, "2026-11-23")
    assert (body["accepted"], body["quarantined"]) == (9, {"bad_code": 1, "range": 5})
    assert body["owner"]["unit"] == "市生态环境局"
    assert body["refresh"] == {"rule": "每小时", "sla_minutes": 180}
    assert (body["demo"], body["findings"], body["snapshot"]) == (False, [], SNAPSHOT)


def test_a_table_is_late_once_its_newest_row_is_older_than_the_contract_allows(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/api/v1/quality?table=ecology.air_hourly"
    assert asked(client, address)["freshness"] == {"state": "on_time", "late_at": "2026-11-23T02:00:00"}
    monkeypatch.setattr(routes, "now", lambda: datetime(2026, 11, 23, 2, 0))
    assert asked(client, address)["freshness"]["state"] == "late"


def test_a_register_is_dated_by_its_load(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/quality?table=ecology.air_station")
    assert (body["data_time"], body["freshness"]["state"]) == (None, "on_time")
    assert body["freshness"]["late_at"] == "2027-11-24T00:30:00"  # 366 days after it was loaded


def test_a_table_that_was_never_loaded_is_not_late(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/quality?table=common.division")
    assert (body["rows"], body["loaded_at"], body["freshness"]) == (0, None, {"state": "no_data", "late_at": None})


def test_without_a_table_every_contract_is_answered(client: FlaskClient) -> None:
    assert [each["table"] for each in asked(client, "/api/v1/quality")["tables"]] == list(contracts())


# --- what cannot be asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "parameter", "allowed"),
    [
        ("area=34100", "area", "6、9、12、15"),
        ("area=3410020", "area", "6、9、12、15"),
        ("area=110000", "area", "6、9、12、15"),
        ("area=341099", "area", "区划代码"),  # well formed, but no such place
        ("area=3410０２", "area", "6、9、12、15"),  # full-width digits
        ("area=", "area", "341000"),
        ("since=2026-11-31", "since", "2026-11-16"),
        ("since=20261116", "since", "2026-11-16"),
        ("until=0", "until", "2026-11-23"),
        ("until=0001-01-03", "until", "2026-11-23"),  # a week earlier there is no calendar
        ("since=9999-12-30", "since", "2026-11-16"),
        ("by=station_id", "by", "district_code"),
        ("by=", "by", "by"),
        ("by=aqi;drop", "by", "by"),
        ("asof=latest", "asof", "snap-"),
        ("asof=../../etc", "asof", "snap-"),
        ("untill=2026-11-23", "untill", "area、asof、by、compare、since、until"),
        ("area=341002&area=341003", "area", "只写一次"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_is_allowed(
    client: FlaskClient, given: str, parameter: str, allowed: str
) -> None:
    problem = refused(client, f"/api/v1/metrics/EN02?{given}", 400)
    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]
    assert allowed in problem["errors"][0]["allowed"]
    assert parameter in problem["detail"]


def test_every_bad_value_is_named_once(client: FlaskClient) -> None:
    problem = refused(client, "/api/v1/metrics/EN02?since=x&until=y&area=z", 400)
    assert sorted(fault["parameter"] for fault in problem["errors"]) == ["area", "since", "until"]


@pytest.mark.parametrize("given", ["since=2026-11-23&until=2026-11-16", "since=2026-11-16&until=2026-11-16"])
def test_a_period_without_a_day_is_refused(client: FlaskClient, given: str) -> None:
    assert "since" in refused(client, f"/api/v1/metrics/EN02?{given}", 400)["detail"]


def test_a_period_longer_than_ten_years_is_refused(client: FlaskClient) -> None:
    assert "3660" in refused(client, "/api/v1/metrics/EN02?since=1990-01-01&until=2026-01-01", 400)["detail"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/metrics/nothing",
        "/api/v1/metrics/en02",
        "/api/v1/metrics?scene=nothing",
        "/api/v1/quality?table=ecology.nothing",
        "/api/v1/nothing",
        "/api/v1/snapshot/",
        "/api//v1/snapshot",
        "/api/v2/snapshot",
        "/api/",
        "/api",
    ],
)
def test_an_unknown_name_is_not_found(client: FlaskClient, address: str) -> None:
    assert refused(client, address, 404)["detail"]


@pytest.mark.parametrize("path", ["snapshot", "quality", "metrics/EN02"])
def test_an_expired_snapshot_is_gone(client: FlaskClient, path: str) -> None:
    assert "asof" in refused(client, f"/api/v1/{path}?asof=snap-000000000000", 410)["detail"]


@pytest.mark.parametrize("path", ["snapshot", "quality", "metrics/EN02"])
def test_without_a_snapshot_there_is_no_answer_yet(empty: FlaskClient, path: str) -> None:
    problem = refused(empty, f"/api/v1/{path}", 503)
    assert "make demo" in problem["detail"]
    assert str(settings().store) not in problem["detail"]


def test_what_needs_no_snapshot_is_answered_without_one(empty: FlaskClient) -> None:
    for path in ("scenes", "metrics", "openapi.json"):
        asked(empty, f"/api/v1/{path}")


@pytest.mark.parametrize("address", ["/api/v1/snapshot", "/api/v1/metrics/EN02", "/api/v1/openapi.json", "/readyz"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_nothing_can_be_written(client: FlaskClient, address: str, method: str) -> None:
    response = client.open(address, method=method)
    assert (response.status_code, response.mimetype) == (405, PROBLEM)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_question_that_takes_too_long_is_answered_with_503(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> Reading:
        raise runner.QueryTimeout("查询超过 20 秒被中止")

    monkeypatch.setattr(routes, "read", slow)
    assert "20 秒" in refused(client, "/api/v1/metrics/EN02", 503)["detail"]


def test_a_fault_of_ours_shows_no_trace(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Reading:
        raise RuntimeError("secret")

    monkeypatch.setattr(routes, "read", broken)
    response = client.get("/api/v1/metrics/EN02")
    assert (response.status_code, response.mimetype) == (500, PROBLEM)
    assert "secret" not in response.text
    assert "Traceback" not in response.text


# --- delivery ---------------------------------------------------------------------------------------------------------


def test_an_answer_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/metrics/EN02")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/api/v1/metrics/EN02", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_turned_stale_is_sent_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/api/v1/metrics/EN02?since=2026-11-17&until=2026-11-24"
    first = client.get(address)
    monkeypatch.setattr(routes, "now", lambda: datetime(2026, 11, 25))
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_pinned_answer_may_be_kept_but_never_past_the_moment_it_turns_stale(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/api/v1/metrics/EN02?asof={OLDER}&since=2026-11-17&until=2026-11-24"
    assert client.get(address).headers["Cache-Control"] == "private, max-age=3600"
    monkeypatch.setattr(routes, "now", lambda: datetime(2026, 11, 24, 10, 59, 30))
    assert client.get(address).headers["Cache-Control"] == "private, max-age=30"
    monkeypatch.setattr(routes, "now", lambda: datetime(2026, 11, 24, 12, 0))  # stale: it will not change again
    assert client.get(address).headers["Cache-Control"] == "private, max-age=3600"
    finished = f"/api/v1/metrics/EN02?asof={OLDER}&{WEEK}"  # never turns stale
    assert client.get(finished).headers["Cache-Control"] == "private, max-age=3600"


def test_head_says_what_get_would_say_without_the_body(client: FlaskClient) -> None:
    head, get = client.head("/api/v1/metrics/EN02"), client.get("/api/v1/metrics/EN02")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_options_says_what_may_be_done(client: FlaskClient) -> None:
    response = client.options("/api/v1/metrics/EN02?area=nonsense")
    assert (response.status_code, response.allow.as_set()) == (200, {"get", "head", "options"})


# --- the description --------------------------------------------------------------------------------------------------


def test_the_description_names_every_path_in_openapi_3_1(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/openapi.json")
    assert body["openapi"].startswith("3.1")
    paths = {
        "snapshot",
        "scenes",
        "metrics",
        "metrics/{name}",
        "metrics/{name}/why",
        "metrics/{name}/fair",
        "assessment",
        "quality",
        "points/{layer}",
        "points/{layer}/{object_id}",
    }
    assert body["paths"].keys() == {f"/api/v1/{path}" for path in paths}


def test_everything_that_is_described_is_described_in_words(client: FlaskClient) -> None:
    body = asked(client, "/api/v1/openapi.json")
    for path in body["paths"].values():
        assert path["get"]["summary"]
        assert all(each["description"] for each in path["get"].get("parameters", []))
    reading = body["components"]["schemas"]["ReadingBody"]["properties"]
    assert {part.get("type") for part in reading["value"]["anyOf"]} == {"number", "null"}
    assert all("description" in each or name == "target" for name, each in reading.items())


def test_no_page_that_pulls_foreign_files_is_served(client: FlaskClient) -> None:
    rules = {str(rule) for rule in client.application.url_map.iter_rules()}
    assert not [rule for rule in rules if "swagger" in rule or "redoc" in rule or rule.startswith("/openapi")]


def test_dash_stands_on_the_server_and_does_not_swallow_the_api(client: FlaskClient) -> None:
    server = api.server()
    app = Dash("cockpit", server=server)
    app.layout = html.Div()
    browser = server.test_client()
    assert browser.get("/").mimetype == "text/html"
    assert asked(browser, "/readyz")["status"] == "ready"
    assert asked(browser, f"/api/v1/metrics/EN02?{WEEK}")["n"] == 6
    for address in ("/api", "/api/v1/nothing", "/api/v1/metrics/EN02/more"):
        assert refused(browser, address, 404)


def test_the_description_is_of_metrics_that_exist(client: FlaskClient) -> None:
    parameters = asked(client, "/api/v1/openapi.json")["paths"]["/api/v1/metrics/{name}"]["get"]["parameters"]
    name = next(each for each in parameters if each["name"] == "name")
    assert metric("EN02").id in name["description"]
