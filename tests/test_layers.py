"""Layers: what is declared is there, nothing personal leaves the server, points can be counted, addresses stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask.testing import FlaskClient

import api
from components import map_layers
from data.contract import THEMES, code_lists, contract, contracts
from data.layers import LayerError, LayerFile, layers
from queries import statement
from tests import tiny

LAYERS = [layer for theme in THEMES for layer in layers(theme)]
WEEK = {"since": "2026-11-16", "until": "2026-11-23"}


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_what_a_layer_shows_its_question_answers_and_nothing_of_it_is_personal(layer: LayerFile) -> None:
    asked = statement.question(layer.question)
    columns = {"object_id", "lon", "lat", "place_code", *layer.columns}
    assert all(name in asked.sql for name in columns)
    personal = {
        column.name
        for table in asked.tables
        if table in contracts()
        for column in contract(table).columns
        if column.pii != "none"
    }
    assert not personal & columns, "a personal column would leave the server"
    assert layer.id.startswith(f"{layer.theme}_") and layer.requirements
    assert set(layer.copy) <= set(layer.columns)
    assert not layer.kind_codes or layer.kind_codes in code_lists()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Four cases: closed in the week, open and late, open without a place, closed before the week."""
    tiny.use(tmp_path, monkeypatch)

    def case(number: int, **changes: Any) -> dict[str, Any]:
        return {
            "case_id": f"A{number}", "place_code": "341002004001007", "matter_kind": "event", "type_code": "0101",
            "standard_ref": "local", "lon": 118.33, "lat": 29.7, "title": f"案件{number}", "channel": "collector",
            "status": "filed", "reported_at": datetime(2026, 11, 17), "filed_at": datetime(2026, 11, 17, 9),
            "condition_no": 1, "due_at": datetime(2026, 11, 30),
        } | changes  # fmt: skip

    tiny.fill(
        {
            "urban.case": [
                case(1, status="closed", closed_at=datetime(2026, 11, 18)),
                case(2, filed_at=datetime(2026, 11, 10), due_at=datetime(2026, 11, 11)),
                case(3, lon=None, lat=None),
                case(4, filed_at=datetime(2026, 11, 1), status="closed", closed_at=datetime(2026, 11, 2)),
            ]
        }
    )
    yield api.server().test_client()


def ask(client: FlaskClient, path: str, **query: str) -> Any:
    return client.get(f"/api/v1/points/{path}", query_string=WEEK | query)


def test_what_was_open_in_the_period_is_on_the_map_and_can_be_counted(client: FlaskClient) -> None:
    body = ask(client, "urban_case").get_json()
    assert (body["count"], body["unplaced"], body["id"]) == (2, 1, ["A2", "A1"])
    assert [map_layers.STATES[state] for state in body["state"]] == ["attention", "none"]
    # A2 began before the period and has not ended; A1 ran from Tuesday 9:00 to Wednesday 0:00
    assert (body["start"], body["end"]) == ([0, 33 * 60], [-1, 48 * 60])
    assert body["origin"][0] + body["lon"][0] * body["unit"] == pytest.approx(118.33)


def test_a_layer_of_many_gives_what_calls_for_attention_first_and_says_how_many_there_are(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_layers, "_MOST", 1)
    body = ask(client, "urban_case").get_json()
    assert (body["id"], body["count"], body["total"]) == (["A2"], 1, 3)
    assert ask(client, "urban_case/A1").status_code == 200, "a card is had of every case, drawn or not"


def test_cells_with_more_have_more_ink_and_each_cell_is_in_one_class() -> None:
    frame = pd.DataFrame({"amount": [1.0, 1.0, 2.0, 3.0, 9.0, 40.0], "area_ha": [2.72] * 6})
    body = map_layers._heat(frame)
    assert body["place"] == [5, 5, 4, 3, 2, 1]
    assert sum(each["count"] for each in body["classes"]) == 6
    assert map_layers._heat(frame[frame["amount"] == 1])["place"] == [5, 5]


def test_an_area_holds_its_own_points_alone(client: FlaskClient) -> None:
    assert ask(client, "urban_case", area="341002004").get_json()["count"] == 2
    assert ask(client, "urban_case", area="341003").get_json()["count"] == 0


def test_with_the_snapshot_in_it_an_address_may_be_kept_for_ever(client: FlaskClient) -> None:
    snapshot = client.get("/api/v1/snapshot").get_json()["id"]
    first = ask(client, "urban_case", asof=snapshot)
    assert "immutable" in first.headers["Cache-Control"] and "max-age=31536000" in first.headers["Cache-Control"]
    again = client.get(first.request.full_path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert ask(client, "urban_case").headers["Cache-Control"] == "no-cache"


def test_a_card_holds_what_is_declared_and_no_other_column(client: FlaskClient) -> None:
    body = ask(client, "urban_case/A1").get_json()
    assert body["name"] == "案件1" and body["place"].endswith("007 网格")
    (layer,) = [each for each in LAYERS if each.id == "urban_case"]
    assert [row["label"] for row in body["rows"]] == list(layer.columns.values())
    assert ask(client, "urban_case/A9").status_code == 404
    assert ask(client, "urban_nothing").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("layer = 1", "没有图层"),
        ('[[layer]]\nid = "A"', "id 要用小写"),
        ('[[layer]]\nid = "a"\nquestion = "q"\nkind = "cloud"\nscene = "urban"', "kind"),
        ('[[layer]]\nid = "a"\nscene = "urban"', "只写一个"),
        ('[[layer]]\nid = "a"\nscene = "urban"\nfile = "x.geojson"\ncrs = "WGS-84"', "没有文件"),
        ('[[layer]]\nid = "a"\nscene = "urban"\nquestion = "q"\ncolour = "red"', "colour"),
        ("[[layer", "不是 TOML"),
    ],
)
def test_a_faulty_declaration_is_refused_with_file_fault_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    from data.layers import city_layers

    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    found, faults = city_layers(tmp_path)
    assert found == () and len(faults) == 1
    assert faults[0].startswith("own.toml") and said in faults[0]


def test_our_own_declarations_are_refused_aloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "urban.toml").write_text("[[layer]]\nid = 'x'", encoding="utf-8")
    monkeypatch.setattr("data.layers.FOLDER", tmp_path)
    layers.cache_clear()
    with pytest.raises(LayerError, match=r"urban\.toml"):
        layers("urban")
    layers.cache_clear()
