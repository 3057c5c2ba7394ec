"""The ecology page as the server answers it: over a store of a few rows, over none, and when a panel breaks."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from conftest import ROOT
from flask.testing import FlaskClient

from app import create_app
from components import cards
from data.settings import settings
from metrics import metrics, read
from queries.scope import Scope
from tests import tiny
from tests.drawn import whole

MONDAY = date(2026, 11, 9)
EVIL = "<img src=x onerror=alert(1)>"


def hours(station: str, place: str, day: date, pm25: float) -> list[dict[str, Any]]:
    values = {"pm25": pm25, "pm10": 40.0, "so2": 6.0, "no2": 20.0, "co": 0.6, "o3": 60.0, "o3_8h": 60.0}
    start = datetime(day.year, day.month, day.day)
    return [
        {"station_id": station, "place_code": place, "observed_at": start + timedelta(hours=hour), **values}
        for hour in range(24)
    ]


def sample(section: str, place: str, nh3n: float) -> dict[str, Any]:
    at = datetime(2026, 11, 10, 4)
    return {"section_id": section, "place_code": place, "observed_at": at, "method": "auto", "nh3n": nh3n, "do": 8.0}


TABLES: dict[str, list[dict[str, Any]]] = {
    "ecology.air_station": [
        {"station_id": "a", "name": "甲", "place_code": "341002", "lon": 118.31, "lat": 29.71},
        {"station_id": "b", "name": EVIL, "place_code": "341021", "lon": 118.43, "lat": 29.87},
        {"station_id": "c", "name": "丙", "place_code": "341003"},
    ],
    "ecology.air_hourly": [
        row for offset in range(7) for place, station, pm25 in (("341002", "a", 30.0), ("341021", "b", 50.0))
        for row in hours(station, place, MONDAY + timedelta(offset), pm25)
    ],
    "ecology.water_section": [
        {"section_id": "1", "name": "上", "place_code": "341022", "river_order": 1, "target_class": "Ⅱ"},
        {"section_id": "2", "name": "街口", "place_code": "341021", "river_order": 2, "target_class": "Ⅱ"},
    ],
    "ecology.water_measure": [sample("1", "341022", 0.4), sample("2", "341021", 0.8)],  # Ⅱ of Ⅱ, Ⅲ of Ⅱ
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield tiny.fill(TABLES)
    settings.cache_clear()


@pytest.fixture(scope="module")
def client(store: str) -> FlaskClient:
    assert store
    return create_app().server.test_client()


def ask(client: FlaskClient, search: str, page: str = "ecology") -> str:
    """What the page's data callback answers, as JSON text."""
    output = f"{page}-body"
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": f"{output}.children",
            "outputs": {"id": output, "property": "children"},
            "inputs": [{"id": "scope", "property": "data", "value": search}],
            "changedPropIds": ["scope.data"],
        },
    )
    assert answer.status_code == 200, answer.text
    return json.dumps(whole(json.loads(answer.text)), ensure_ascii=False)


def props(body: Any, attribute: str) -> dict[str, dict[str, Any]]:
    """Every component that carries the attribute, by its value."""
    found: dict[str, dict[str, Any]] = {}
    if isinstance(body, list):
        for each in body:
            found |= props(each, attribute)
    elif isinstance(body, dict):
        if attribute in body:
            found[body[attribute]] = body
        for each in body.values():
            found |= props(each, attribute)
    return found


def test_every_card_shows_the_reading_that_the_metric_gives(client: FlaskClient, store: str) -> None:
    panels = props(json.loads(ask(client, "?until=2026-11-16")), "data-panel")
    drawn = props(panels["kpis"], "data-metric")
    week = Scope("341000", MONDAY, MONDAY + timedelta(7), store)
    assert drawn.keys() == {each.id for each in metrics("ecology")}
    for name, card in drawn.items():
        reading = read(name, week)
        assert card["data-state"] == reading.state
        assert cards.wording.value(reading) in json.dumps(card, ensure_ascii=False)


def test_what_the_scene_is_about_stays_among_the_first_eight_cards(client: FlaskClient) -> None:
    panels = props(json.loads(ask(client, "?until=2026-11-16")), "data-panel")
    first, more = panels["kpis"]["children"]
    assert len(props(first, "data-metric")) == 8
    assert {"air_quality_index", "good_air_day_rate", "pm25_mean", "good_section_rate", "section_target_rate"} <= (
        props(first, "data-metric").keys()
    )
    assert len(props(more, "data-metric")) == len(metrics("ecology")) - 8


def test_a_list_whose_table_has_not_come_does_not_claim_that_there_is_nothing(client: FlaskClient) -> None:
    panels = props(json.loads(ask(client, "?until=2026-11-16")), "data-panel")
    for name, table in (("campaigns", "pollution_task"), ("disclosure", "disclosure"), ("air_grids", "air_grid")):
        said = json.dumps(panels[name], ensure_ascii=False)
        assert "数据未到" in said and f"ecology.{table}" in said and "没有" not in said, name
    assert "没有超标事件" in json.dumps(panels["events"], ensure_ascii=False)


def test_every_panel_is_named_and_says_which_duties_it_meets(client: FlaskClient) -> None:
    panels = props(json.loads(ask(client, "?until=2026-11-16")), "data-panel")
    assert list(panels) == [
        "questions", "kpis", "district_map", "sections", "trend", "days", "events", "elements", "sources",
        "air_grids", "diesel", "disclosure", "campaigns", "outlook", "water", "resources", "published", "data_quality",
    ]  # fmt: skip
    known = set(re.findall(r"[A-Z]{1,2}-\d{2}", (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")))
    for name, panel in panels.items():
        assert set(panel["data-requirements"].split()) <= known, name
        assert panel["data-requirements"], name


def test_the_default_period_is_the_last_full_week_of_the_data(client: FlaskClient) -> None:
    assert "2026年第46周" in ask(client, "")


def test_a_district_narrows_the_sections_and_keeps_the_map_whole(client: FlaskClient) -> None:
    whole, narrow = (ask(client, f"?until=2026-11-16{area}") for area in ("", "&area=341022"))
    assert "街口" in whole and "街口" not in narrow
    assert narrow.count('"341021": "50.0"') == 1


@pytest.mark.parametrize("area", ["341002001", "341002001001", "341002001001001"])
def test_a_page_opens_at_every_level_down_to_the_unit_grid(client: FlaskClient, area: str) -> None:
    said = ask(client, f"?until=2026-11-16&area={area}")
    assert "data-error" not in said and "本指标到区县" in said


def test_demo_data_says_so(client: FlaskClient) -> None:
    assert '"data-demo": "demo"' in ask(client, "") and "演示数据" in ask(client, "")


def test_a_past_snapshot_is_named(client: FlaskClient, store: str) -> None:
    assert f"快照 {store} 当时的数" in ask(client, f"?asof={store}")


@pytest.mark.parametrize("page", ["overview", "tourism", "livelihood", "community", "urban", "traffic", "safety"])
def test_a_scene_without_data_names_the_tables_it_waits_for(client: FlaskClient, page: str) -> None:
    said = ask(client, "", page)
    assert "尚未接入" in said and f"{page}." in said and "数据未到" in said and "data-error" not in said


@pytest.mark.parametrize(
    "search",
    ["?area=341099", "?until=yesterday", "?days=x", "?asof=snap-000000000000", "?asof=..", "?view=3d", "?f.colour=red"],
)
def test_a_wrong_address_gives_a_sentence_and_never_a_failure(client: FlaskClient, search: str) -> None:
    said = ask(client, search)
    assert "data-error" in said and "Traceback" not in said


def test_an_unknown_map_metric_fails_the_map_alone(client: FlaskClient) -> None:
    panels = props(json.loads(ask(client, "?until=2026-11-16&metric=nonsense")), "data-panel")
    assert [name for name, panel in panels.items() if "data-error" in panel] == ["district_map"]


def test_a_panel_that_breaks_breaks_alone(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(sys.modules["pages.ecology"], "deck", broken)
    said = ask(client, "?until=2026-11-16&export=1")  # an address that nobody asked for: kept answers are whole
    panels = props(json.loads(said), "data-panel")
    assert [name for name, panel in panels.items() if "data-error" in panel] == ["kpis"]
    assert "secret detail" not in said


def test_an_empty_store_says_what_to_do(client: FlaskClient, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("empty"), patch)
        said = ask(client, "")
    settings.cache_clear()
    assert "make demo" in said and "cockpit.py import" in said


def test_names_from_data_reach_the_map_without_the_properties_that_leaflet_takes_for_html(client: FlaskClient) -> None:
    said = ask(client, "?until=2026-11-16")
    assert EVIL in said
    assert not re.search(r'"(?:tooltip|popup|html|dangerously_allow_html)":', said)


def test_boundaries_are_served_for_ever_under_their_own_hash(client: FlaskClient) -> None:
    url = re.search(r"/geo/[0-9a-f]{16}/borders/3410\.json", ask(client, ""))
    assert url is not None
    answer = client.get(url[0])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(answer.get_json()["features"]) == 7
    assert client.get("/geo/0000000000000000/borders/3410.json").status_code == 404


def test_the_identity_card_shows_the_statement_with_its_values_its_owner_and_its_table(client: FlaskClient) -> None:
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "identity.children",
            "outputs": {"id": "identity", "property": "children"},
            "inputs": [{"id": "card", "property": "data", "value": "good_section_rate"}],
            "state": [{"id": "scope", "property": "data", "value": "?until=2026-11-16"}],
            "changedPropIds": ["card.data"],
        },
    )
    said = json.dumps(json.loads(answer.text), ensure_ascii=False)
    for expected in (
        "select",
        "$since",
        "2026-11-09",
        "市生态环境局",
        "ecology.water_measure",
        "GB 3838-2002",
        "分区县",
    ):
        assert expected in said, expected


def test_the_first_answer_holds_no_page_of_anyone(client: FlaskClient) -> None:
    assert "ecology-body" not in client.get("/_dash-layout").text
