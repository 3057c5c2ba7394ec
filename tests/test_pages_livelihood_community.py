"""民生 and 社区 as the server answers them, over the few rows that the tests of their numbers count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from components.address import read as address
from components.frames import rows
from components.readings_panel import readings
from data.settings import settings
from metrics import metric
from queries.runner import run
from queries.scope import Scope
from tests import test_community, test_livelihood, tiny
from tests.drawn import whole

PAGES = ("livelihood", "community")
SEARCH = "?until=2026-11-16"
WEEK = (date(2026, 11, 9), date(2026, 11, 16))


def projected(year: int, age: int, scenario: str, count: int, issued: int) -> dict[str, Any]:
    return {
        "place_code": "341002", "year": year, "age": age, "sex": "1", "scenario": scenario, "projected_count": count,
        "model_id": "m", "model_version": str(issued), "issued_at": datetime(issued, 10, 20),
    }  # fmt: skip


def required(level: str, kind: str, value: float) -> dict[str, Any]:
    return {
        "metric_id": "LI05", "benchmark_level": level, "benchmark_kind": kind, "year": 2025, "value": value,
        "measure_unit": "张/千人", "source": "公报", "data_date": date(2026, 3, 1),
    }  # fmt: skip


def village(place: str, year: int, value: float | None) -> dict[str, Any]:
    return {
        "place_code": place, "indicator_id": "R01", "name": "人均可支配收入", "year": year, "value": value,
        "measure_unit": "元", "data_date": date(year + 1, 7, 31),
    }  # fmt: skip


def month(place: str, number: int, loan: float, bad: float | None) -> dict[str, Any]:
    return {"place_code": place, "month_date": date(2026, number, 1), "loan_wan": loan, "nonperforming_rate": bad}


TABLES: dict[str, list[dict[str, Any]]] = {
    **test_livelihood.TABLES,
    **test_community.TABLES,
    "community.elder": [
        *test_community.TABLES["community.elder"],
        {**test_community.elder(7, None, None), "place_code": "341021100201"},
    ],
    "livelihood.travel_time": [
        *test_livelihood.TABLES["livelihood.travel_time"], *test_community.TABLES["livelihood.travel_time"],
    ],
    "livelihood.population_projection": [
        projected(2027, 5, "mid", 999, 2025),  # superseded
        projected(2026, 14, "mid", 1, 2026), projected(2027, 14, "mid", 10, 2026), projected(2027, 15, "mid", 20, 2026),
        projected(2027, 60, "mid", 30, 2026), projected(2027, 60, "low", 29, 2026),
        projected(2027, 60, "high", 31, 2026),
    ],
    "livelihood.benchmark": [
        required("national", "actual", 7.23), required("province", "actual", 7.1),
        required("national", "requirement", 7.4),
    ],
    "livelihood.rural_yearly": [
        village("341002100", 2024, 90.0), village("341002100", 2025, 10.0), village("341021100", 2025, 40.0),
        village("341022100", 2025, None),
    ],
    "livelihood.finance_monthly": [
        month("341002", 10, 30_000, 0.02), month("341021", 10, 10_000, 0.01), month("341022", 10, 10_000, None),
        month("341002", 11, 99_000, 0.5),  # November is not over
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", *WEEK, tiny.fill(TABLES))
    settings.cache_clear()


@pytest.fixture(scope="module")
def client(week: Scope) -> FlaskClient:
    assert week.snapshot
    return create_app().server.test_client()


def ask(client: FlaskClient, scene: str, search: str = SEARCH) -> str:
    """What the page's data callback answers, as JSON text."""
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": f"{scene}-body.children",
            "outputs": {"id": f"{scene}-body", "property": "children"},
            "inputs": [{"id": "scope", "property": "data", "value": search}],
            "changedPropIds": ["scope.data"],
        },
    )
    assert answer.status_code == 200, answer.text
    return json.dumps(whole(json.loads(answer.text)), ensure_ascii=False)


def values(body: Any, attribute: str) -> list[str]:
    """Every value of an attribute in the answer."""
    if isinstance(body, list):
        return [found for each in body for found in values(each, attribute)]
    if not isinstance(body, dict):
        return []
    own = [str(body[attribute])] if attribute in body else []
    return own + [found for each in body.values() for found in values(each, attribute)]


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", PAGES)
@pytest.mark.parametrize("area", ["", "&area=341002", "&area=341002100", "&area=341002001001"])
def test_no_panel_fails_at_any_level(client: FlaskClient, scene: str, area: str) -> None:
    said = ask(client, scene, SEARCH + area)
    assert values(json.loads(said), "data-error") == []
    assert len(set(values(json.loads(said), "data-panel"))) > 15


def test_the_three_questions_of_the_livelihood_are_answered_first(client: FlaskClient) -> None:
    said = ask(client, "livelihood")
    for expected in (
        "明年秋季哪个学区缺学位",
        "甲学区小学，2027 年秋季，低—高情景 10—30 个",
        "物业最多",
        "30 分钟车程",
    ):
        assert expected in said, expected


def test_the_three_questions_of_the_community_are_answered_first(client: FlaskClient) -> None:
    said = ask(client, "community")
    for expected in ("其中至今无人到场 1 件", "整改逾期：一院", "乙局 2 个、甲局 2 个"):
        assert expected in said, expected


@pytest.mark.parametrize("scene", PAGES)
def test_no_person_is_named_or_placed(client: FlaskClient, scene: str) -> None:
    said = ask(client, scene)
    people = [row["elder_id"] for row in test_community.TABLES["community.elder"]]
    alerts = [row["care_alert_id"] for row in test_community.TABLES["community.care_alert"]]
    assert [each for each in (*people, *alerts, "elder_id", "household_id") if f'"{each}"' in said] == []


def test_a_benchmark_stands_beside_our_own_reading(client: FlaskClient) -> None:
    assert "国家 7.4" in ask(client, "livelihood")


# --- their questions --------------------------------------------------------------------------------------------------


def test_the_newest_model_is_shown_from_this_year_on_by_age(week: Scope) -> None:
    first, second = run("livelihood/population_outlook", week).to_dict("records")
    assert (first["projected_year"], second["projected_year"]) == ("2026", "2027")
    assert [second[f"{name}_count"] for name in ("child", "working", "elder", "mid", "low", "high")] == [
        10, 20, 30, 60, 29, 31,
    ]  # fmt: skip


def test_what_may_not_be_added_up_is_not_added_up(week: Scope) -> None:
    (row,) = run("livelihood/rural", week).to_dict("records")
    assert (row["newest_year"], row["place_count"]) == ("2025", 2)
    assert (row["least_value"], row["median_value"], row["most_value"]) == (10.0, 25.0, 40.0)


def test_bad_loans_weigh_by_the_loans_of_those_who_report_them(week: Scope) -> None:
    (row,) = run("livelihood/finance", week).to_dict("records")
    assert (row["month"], row["loan_yi"]) == ("2026-10", 5.0)
    assert row["nonperforming_rate"] == pytest.approx((600 + 100) / 40_000)


def test_fewer_than_five_people_are_not_counted_out(week: Scope) -> None:
    def counted(scope: Scope) -> dict[str, float | None]:
        return {row["base_object"]: row["object_count"] for row in rows(run("community/base_count", scope))}

    assert counted(week)["老年人"] == 17
    assert (counted(week)["养老服务机构"], counted(week)["医疗护理与医养结合机构"]) == (2, 1)
    assert counted(week.drill("341021"))["老年人"] is None
    assert counted(week.drill("341022"))["老年人"] == 0


def test_a_home_that_failed_twice_says_so_on_the_map(week: Scope) -> None:
    sites = run("community/care_site", week).to_dict("records")
    assert {row["name"]: row["failed_count"] for row in sites} == {"一院": 2, "二院": 0, "三院": 0}


def test_services_are_counted_by_kind_and_by_who_pays(week: Scope) -> None:
    (row,) = run("community/service_mix", week).to_dict("records")
    assert (row["service_kind"], row["order_count"], row["free_count"], row["paid_count"]) == ("day_care", 2, 2, 0)


# --- the panel of readings --------------------------------------------------------------------------------------------


def test_each_reading_of_a_group_opens_its_identity_card(week: Scope) -> None:
    drawn = readings(address(SEARCH, "community"), "组", ("CO02", "CO23"), requirements="SQ-05")
    body = json.dumps(drawn.to_plotly_json(), ensure_ascii=False, default=lambda each: each.to_plotly_json())
    for code in ("CO02", "CO23"):
        assert metric(code).name in body and f"n={metric(code).id}" in body
    assert values(json.loads(body), "data-standing") == ["met", "none"]  # 4 of 10 beds are too few to judge


def test_a_reading_below_its_lowest_level_says_so(week: Scope) -> None:
    drawn = readings(address(f"{SEARCH}&area=341002100", "community"), "组", ("CO02",), requirements="SQ-05")
    body = json.dumps(drawn.to_plotly_json(), ensure_ascii=False, default=lambda each: each.to_plotly_json())
    assert "本指标到区县" in body
