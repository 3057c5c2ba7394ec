"""The page of 城管: heat tables counted by hand, and the page as the server answers it over a few rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from components import shell
from components.matrix import class_of, class_width, matrix
from components.urban_answers import judged
from data.settings import settings
from queries.runner import run
from tests import tiny
from tests.drawn import whole

GRID, OTHER = "341002001001001", "341021100001001"
LITTER = {"standard_ref": "GB/T 47678.5-2026", "matter_kind": "event", "type_code": "06010"}


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour)


def case(case_id: str, filed: datetime, place: str = GRID, **more: Any) -> dict[str, Any]:
    return {
        "case_id": case_id, "place_code": place, "unit_grid_code": place, "channel": "collector", "status": "handling",
        "handling_unit": "甲", "rework_count": 0, "reported_at": filed - timedelta(hours=1), "filed_at": filed,
        "due_at": at(16, 10), "address": "某巷口", "lon": 118.33710, "lat": 29.71210, **LITTER,
    } | more  # fmt: skip


def score(unit: str, place: str, points: float, rank: int | None, due: int = 100) -> dict[str, Any]:
    return {
        "assessed_unit": unit, "place_code": place, "assessment_group": "district", "score": points, "rank_no": rank,
        "month_date": datetime(2026, 10, 1), "deducted_points": 100 - points, "bonus_points": 0.0,
        "due_case_count": due,
    }  # fmt: skip


TABLES: dict[str, list[dict[str, Any]]] = {
    "urban.case": [
        case("1", at(9, 8)), case("2", at(10, 8)), case("3", at(11, 8), title="<img src=x onerror=alert(1)>"),
        case("4", at(11, 9), OTHER, handling_unit="乙", due_at=at(13), address="别处", lon=118.5),
    ],
    "urban.matter_type": [LITTER | {"major_name": "市容环境", "minor_name": "暴露垃圾"}],
    "urban.assessment_score": [
        score("屯溪队", "341002", 80.0, 2), score("歙县队", "341021", 99.35, 1),
        score("少件队", "341003", 100.0, None, 5),
    ],
    "urban.assessment_rule": [
        {"rule_edition": "1", "rule_id": "A", "name": "返工"}, {"rule_edition": "1", "rule_id": "B", "name": "超期"},
    ],
    "urban.assessment_deduction": [
        {"deduction_id": str(number), "assessed_unit": "屯溪队", "place_code": "341002", "rule_edition": "1",
         "rule_id": rule, "month_date": datetime(2026, 10, 1), "deducted_points": points, "status": status}
        for number, (rule, points, status) in enumerate(
            [("A", 4.0, "confirmed"), ("A", 4.0, None), ("B", 12.0, "appealing"), ("B", 9.0, "revoked")]
        )
    ],
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


def ask(client: FlaskClient, search: str) -> str:
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "urban-body.children",
            "outputs": {"id": "urban-body", "property": "children"},
            "inputs": [{"id": "scope", "property": "data", "value": search}],
            "changedPropIds": ["scope.data"],
        },
    )
    assert answer.status_code == 200
    return json.dumps(whole(answer.get_json()), ensure_ascii=False)


# --- heat tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "width"), [([], 0), ([0], 0), ([1], 1), ([8, 3], 2), ([9], 3)])
def test_four_classes_of_equal_whole_width_reach_the_largest_count(values: list[float], width: float) -> None:
    assert class_width(values, 0) == width


@pytest.mark.parametrize(("value", "place"), [(None, 0), (0, 0), (1, 4), (2, 4), (3, 3), (6, 2), (7, 1), (8, 1)])
def test_the_largest_has_most_ink_and_zero_and_unknown_have_none(value: float | None, place: int) -> None:
    assert class_of(value, 2) == place


def test_a_pair_without_a_value_is_unknown_unless_rows_are_counted() -> None:
    for otherwise, said in ((None, "—"), (0, "0")):
        table, _ = matrix("表", [("a", "甲")], [("x", "东"), ("y", "西")], {("a", "x"): 4}, otherwise=otherwise)
        cells = table.children[2].children[0].children
        assert [(each.children, getattr(each, "className", None)) for each in cells[1:]] == [
            ("4", "heat-1"), (said, "heat-0"),
        ]  # fmt: skip


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_three_questions_are_answered_from_the_rows(client: FlaskClient) -> None:
    page = ask(client, "?until=2026-11-16")
    assert "超期 1 件、今日到期 0 件" in page  # 乙 holds the only overdue case
    assert "第一 歙县" in page and "垫底 屯溪区" in page
    assert "垫底扣 20 分：超期 12 分（1 次）、返工 8 分（2 次）" in page  # what was revoked does not count
    assert "90 天内暴露垃圾立案 3 次" in page and "某巷口" in page
    assert "没有画出来" not in page


def test_who_has_too_few_cases_is_neither_first_nor_last(store: str, client: FlaskClient) -> None:
    asked = shell.scope("?until=2026-11-16", "urban")
    assert [row["assessed_unit"] for row in judged(asked)] == ["歙县队", "屯溪队"]
    assert judged(asked.__class__(**{**asked.__dict__, "area": "341002"})) == []  # one unit alone is no contest


def test_hours_left_are_those_of_the_nearest_limit_of_the_day(store: str) -> None:
    asked = shell.scope("?until=2026-11-16", "urban")
    found = run("urban/case_due_unit", asked).set_index("handling_unit")
    assert found.loc["甲", "least_work_hours_left"] == 2  # Monday 08:00 to 10:00
    assert found.isna().loc["乙", ["next_limit_at", "least_work_hours_left"]].all()  # overdue only: nothing left


def test_ranks_are_those_of_the_whole_city_in_every_area(store: str) -> None:
    asked = shell.scope("?until=2026-11-16&area=341002", "urban")
    (row,) = run("urban/assessment_rank", asked, fewest=30).to_dict("records")
    assert (row["rank_no"], row["counted_rank_no"]) == (2, 2)


@pytest.mark.parametrize("area", ["341002", "341002001", "341002001001", GRID, "3410F1"])
def test_every_level_draws_every_panel(client: FlaskClient, area: str) -> None:
    page = ask(client, f"?until=2026-11-16&area={area}")
    assert "没有画出来" not in page and '"is-failed' not in page


def test_a_list_that_does_not_reach_the_level_says_so_and_shows_no_zero(client: FlaskClient) -> None:
    assert "本表到区县" in ask(client, f"?until=2026-11-16&area={GRID}")


def test_a_table_that_has_not_arrived_is_named_with_its_owner(client: FlaskClient) -> None:
    assert "urban.watch_list" in ask(client, "?until=2026-11-16")


def test_grids_lead_down_to_the_grid(client: FlaskClient) -> None:
    assert f"area={GRID}" in ask(client, "?until=2026-11-16")
