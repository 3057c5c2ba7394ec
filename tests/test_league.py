"""The rankings as a page and the API show them: 考核 unit by unit, 公平 with its interval, and where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from components import address
from components.comparing import ranking
from components.league import league, step_words
from data.settings import settings
from metrics.assessment import standings
from metrics.fair import placed
from tests import tiny

TUNXI, XIUNING = "屯溪队", "休宁队"
WEEK = "?until=2026-11-09&days=7"


def case(number: int, unit: str, place: str, **more: Any) -> dict[str, Any]:
    return {
        "case_id": f"{unit}{number}", "place_code": place, "handling_unit": unit, "status": "closed",
        "channel": "collector", "reported_at": datetime(2026, 10, 19, 8), "filed_at": datetime(2026, 10, 19, 9),
        "handled_at": datetime(2026, 10, 20, 10), "closed_at": datetime(2026, 10, 20, 12),
        "due_at": datetime(2026, 10, 20, 17), "rework_count": 0, **more,
    }  # fmt: skip


def register(unit: str, place: str, rank: int | None) -> dict[str, Any]:
    return {
        "assessed_unit": unit, "month_date": date(2026, 10, 1), "place_code": place, "assessment_group": "district",
        "rule_edition": "测试版", "score": 90.0 - (rank or 9), "deducted_points": 0.0, "rank_no": rank,
        "due_case_count": 40 if rank else 3, "is_published": True,
    }  # fmt: skip


def of_week(each: dict[str, Any]) -> dict[str, Any]:
    """The same case two weeks later: what the fair view of the week from 2 November sees."""
    moments = ("reported_at", "filed_at", "handled_at", "closed_at", "due_at")
    return each | {"case_id": f"{each['case_id']}w"} | {key: each[key] + timedelta(days=14) for key in moments}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """October: 屯溪 40 in time, 休宁 40 of which 10 late, 黄山区 3; published the other way round."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("league"), patch)
        rows = [case(number, TUNXI, "341002001") for number in range(40)]
        rows += [case(number, XIUNING, "341022001") for number in range(30)]
        late = {"closed_at": datetime(2026, 10, 22), "handled_at": datetime(2026, 10, 21)}
        rows += [case(30 + number, XIUNING, "341022001", **late) for number in range(10)]
        rows += [case(number, "黄山区队", "341003001") for number in range(3)]
        yield tiny.fill({
            "urban.case": rows + [of_week(each) for each in rows],
            "urban.assessment_score": [
                register(TUNXI, "341002", 2), register(XIUNING, "341022", 1), register("黄山区队", "341003", None),
            ],
            "urban.assessment_deduction": [{
                "deduction_id": "扣1", "assessed_unit": XIUNING, "place_code": "341022", "rule_edition": "测试版",
                "month_date": date(2026, 10, 1), "rule_id": "DJ-01", "deducted_points": 1.5, "reason": "未到岗",
                "decided_at": datetime(2026, 11, 5), "status": "confirmed",
            }],
        })  # fmt: skip
    settings.cache_clear()


def shown(drawn: Any) -> str:
    return json.dumps(drawn.to_plotly_json(), ensure_ascii=False, default=lambda each: each.to_plotly_json())


def test_the_panel_says_of_each_unit_what_the_assessment_says(store: str) -> None:
    asked = address.read(WEEK, "urban")
    said = shown(league(asked))
    first, second, small = standings(asked)
    assert [(each.unit, each.rank) for each in (first, second, small)] == [(TUNXI, 1), (XIUNING, 2), ("黄山区队", None)]
    assert f"{second.score:.2f}" in said and "30/40" in said, "75 % in time: 40 × (0.75 − 0.70) ÷ 0.28"
    assert "7.14/40" in said and "32.86" in said
    assert "扣 1.5 分" in said and "未到岗" in said
    assert "样本不足" in said and '"data-state": "too_few"' in said
    assert "建议稿" in said and "演示数据" in said
    assert "有 2 个单位的公布名次与按本办法重算的不同" in said


def test_a_district_sees_its_own_unit_with_its_rank_in_the_city(store: str) -> None:
    said = shown(league(address.read(f"{WEEK}&area=341022", "urban")))
    assert XIUNING in said and TUNXI not in said and "（1 个排名" in said


@pytest.mark.parametrize(("step", "words"), [(2, "▲ 升 2"), (-1, "▼ 降 1"), (0, "持平"), (None, "—")])
def test_a_step_is_a_shape_and_a_word(step: int | None, words: str) -> None:
    assert step_words(step) == words


def test_the_fair_view_ranks_peers_and_leaves_the_small_sample_unranked(store: str) -> None:
    asked = address.read(f"{WEEK}&item=league_fair", "urban")
    found = {each.reading.key: each for each in placed("on_time_closure_rate", asked, "district_code")}
    assert (found["341002"].n, found["341002"].rank, found["341003"].n, found["341003"].rank) == (40, 1, 3, None)
    said = shown(league(asked))
    assert "公平排名：按期结案率" in said and "Wilson" in said and "城区（同类内排名）" in said
    assert f"{found['341022'].low:.1f}–{found['341022'].high:.1f}" in said


def test_the_generic_ranking_offers_the_fair_order_for_a_share_and_not_for_a_sum(store: str) -> None:
    fair = shown(ranking(address.read(f"{WEEK}&item=fair", "urban"), "on_time_closure_rate", requirements=""))
    assert "按期结案率：公平排名" in fair and "收缩值" in fair
    plain = shown(ranking(address.read(f"{WEEK}&item=fair", "urban"), "filed_case_count", requirements=""))
    assert "公平排名" not in plain


@pytest.fixture(scope="module")
def client(store: str) -> FlaskClient:
    assert store
    return create_app().server.test_client()


def test_the_interface_gives_the_same_standings(client: FlaskClient) -> None:
    body = client.get("/api/v1/assessment?until=2026-11-09").get_json()
    assert (body["since"], body["until"], body["demo"]) == ("2026-10-01", "2026-11-01", True)
    assert [(each["unit"], each["rank"]) for each in body["units"]] == [(TUNXI, 1), (XIUNING, 2), ("黄山区队", None)]
    assert body["units"][1]["items"][0]["numerator"] == 30
    assert client.get("/api/v1/assessment?until=0001-01-01").status_code == 400


def test_the_interface_gives_the_fair_order_and_says_why_a_sum_has_none(client: FlaskClient) -> None:
    period = "since=2026-11-02&until=2026-11-09"
    body = client.get(f"/api/v1/metrics/on_time_closure_rate/fair?{period}").get_json()
    assert {each["key"]: each["rank"] for each in body["parts"]}["341003"] is None
    assert client.get(f"/api/v1/metrics/filed_case_count/fair?{period}").get_json()["absent"]
