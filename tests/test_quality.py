"""What was published is checked against its concentrations; a disagreement is a finding and changes nothing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.contract import contract, contracts
from data.divisions import divisions
from data.settings import settings
from metrics.quality import RULES, findings
from queries.snapshot import current_id, snapshot
from queries.statement import question
from tests import tiny


def sample(hour: int, published: str | None, **values: float) -> dict[str, Any]:
    return {
        "section_id": "甲",
        "place_code": "3410",
        "observed_at": datetime(2026, 11, 9, hour),
        "method": "auto",
        "published_class": published,
        **values,
    }


def clean_hour(hour: int, aqi: int) -> dict[str, Any]:
    """PM2.5 30 → IAQI 43, which is the highest; 优 has no primary pollutant."""
    values = {"pm25": 30.0, "pm10": 30.0, "so2": 5.0, "no2": 20.0, "co": 0.5, "o3": 60.0}
    told = {"published_aqi": aqi, "published_level": "1"}
    return {"station_id": "甲", "place_code": "3410", "observed_at": datetime(2026, 11, 9, hour), **values, **told}


def test_a_published_value_that_its_concentrations_do_not_give_is_found_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(tmp_path, monkeypatch)
    made = tiny.fill(
        {
            "ecology.water_section": [{"section_id": "甲", "name": "甲", "place_code": "3410"}],
            "ecology.water_measure": [
                sample(4, "Ⅱ", tp=0.1),  # Ⅱ, as published
                sample(8, "Ⅱ", tp=0.101),  # Ⅲ
                sample(12, None, tp=0.9),  # nothing was published
                sample(16, "Ⅱ"),  # nothing was measured
            ],
            "ecology.air_hourly": [clean_hour(1, 43), clean_hour(2, 44)],
        }
    )
    published = [each for each in findings(made) if each.rule.startswith("published_")]
    assert [(each.table, each.rule, each.count) for each in published] == [
        ("ecology.air_hourly", "published_aqi", 1),
        ("ecology.water_measure", "published_water_class", 1),
    ]
    rows = pd.read_parquet(snapshot(made).folder / "ecology.water_measure.parquet")
    assert rows.sort_values("observed_at")["published_class"].tolist()[:2] == ["Ⅱ", "Ⅱ"]
    settings.cache_clear()


# --- what tables say against themselves and one another ---------------------------------------------------------------


def order(number: int, reported: datetime, closed: datetime | None = None) -> dict[str, Any]:
    return {
        "order_id": f"G{number}", "place_code": "341002001", "reported_at": reported, "closed_at": closed,
        "status": "closed", "channel": "hotline_12345", "kind": "help", "topic_code": "a", "topic_name": "甲",
    }  # fmt: skip


def hotline(day: int, count: int) -> dict[str, Any]:
    return {
        "day_date": date(2026, 11, day), "place_code": "341002", "call_line": "12345", "order_count": count,
        "call_count": 10, "answered_count": 10,
    }  # fmt: skip


def parking(minute: int, occupied: int, free: int) -> dict[str, Any]:
    return {
        "lot_id": "甲", "place_code": "341002001", "observed_at": datetime(2026, 11, 9, 8, minute),
        "occupied_count": occupied, "free_count": free, "vehicle_in_count": 0, "vehicle_out_count": 0,
    }  # fmt: skip


CONTRADICTING: dict[str, list[dict[str, Any]]] = {
    "urban.hotline_order": [
        order(1, datetime(2026, 11, 9, 8)),
        order(2, datetime(2026, 11, 9, 9)),
        order(3, datetime(2026, 11, 10, 9), datetime(2026, 11, 10, 8)),  # closed an hour before it was reported
    ],
    "overview.hotline_daily": [
        hotline(8, 7),  # before the first order that is known: nothing to hold it against
        hotline(9, 2),
        hotline(10, 3) | {"answered_count": 11},  # three orders against one; eleven answers to ten calls
    ],
    "traffic.parking_lot": [{"lot_id": "甲", "name": "甲", "place_code": "341002001", "space_count": 100}],
    "traffic.parking_status": [parking(0, 40, 90), parking(5, 110, 20)],  # 130 spaces; more cars than are registered
}


def test_each_contradiction_is_found_once_with_both_tables_and_both_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(tmp_path, monkeypatch)
    found = {
        (each.rule, each.table): each
        for each in findings(tiny.fill(CONTRADICTING))
        if not each.table.startswith("common")
    }
    counts = {key: (each.count, each.other_table) for key, each in found.items() if each.rule != "plan_text"}
    assert counts == {
        ("hotline_order_count", "overview.hotline_daily"): (1, "urban.hotline_order"),
        ("part_of_whole", "overview.hotline_daily"): (1, ""),
        ("time_order", "urban.hotline_order"): (1, ""),
        ("parking_space_count", "traffic.parking_lot"): (1, "traffic.parking_status"),
        ("over_capacity", "traffic.parking_status"): (1, "traffic.parking_lot"),
    }
    said = found[("hotline_order_count", "overview.hotline_daily")]
    assert "2026-11-10 341002：3 对 1 件" in said.sentence
    assert said.owners == (contract("overview.hotline_daily").owner.unit,)  # one unit owns both
    parked = found[("over_capacity", "traffic.parking_status")]
    assert contract("traffic.parking_lot").owner.unit == "待确认"
    assert "请待确认" not in parked.sentence, "nobody can ask 待确认"
    assert "《停车动态》《停车场》责任单位未定（按职能可能是市城市管理局），请市数据资源局先定再核对" in parked.sentence
    assert parked.owners == ("市数据资源局",)
    settings.cache_clear()


def test_two_tables_of_two_units_ask_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.use(tmp_path, monkeypatch)
    community = {"place_code": "341002001001", "name": "甲", "population": 100, "data_date": date(2026, 10, 31)}
    month = {"place_code": "341002001001", "month_date": date(2026, 10, 1), "resident_count": 200}
    found = findings(tiny.fill({"community.community": [community], "livelihood.population_monthly": [month]}))
    (said,) = [each for each in found if each.rule == "population_count"]
    assert said.owners == tuple(contract(name).owner.unit for name in (said.table, said.other_table))
    assert len(set(said.owners)) == 2
    assert f"请{'、'.join(said.owners)}核对" in said.sentence
    settings.cache_clear()


def test_the_plan_and_the_two_codes_of_a_place_contradict_whatever_was_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(tmp_path, monkeypatch)
    found = {(each.rule, each.table): each for each in findings(tiny.fill({}))}
    differing = [each for each in divisions() if each.mca_code not in (None, each.place_code) and each.level != "city"]
    assert found[("division_code", "common.division")].count == len(differing) > 0
    assert found[("division_code", "common.division")].owners == ("市民政局", "市统计局")  # whose codes they are
    assert "B01" in found[("plan_text", "overview.plan_indicator")].sentence
    settings.cache_clear()


def test_every_rule_names_tables_that_have_a_contract_and_says_itself_in_words() -> None:
    for rule in RULES:
        asked = question(f"common/consistency/{rule}")
        assert "：" in asked.answers, f"{rule}: the first line is its name, a full-width colon and what it compares"
        assert {table for table in asked.tables if "." in table} <= set(contracts())


def test_of_the_demo_city_the_planted_contradictions_are_found(
    demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(demo_store, monkeypatch)
    found = {(each.rule, each.table): each for each in findings(current_id())}
    hotline_day = found[("hotline_order_count", "overview.hotline_daily")]
    assert "2026-09-24" in hotline_day.sentence
    assert hotline_day.count <= 11  # the areas of one day; every other day agrees
    assert "YS-P012 2026-11-19：进场" in found[("parking_vehicle_count", "traffic.parking_daily")].sentence
    assert "YS-P020" in found[("parking_space_count", "traffic.parking_lot")].sentence
    assert ("visitor_flow_source", "tourism.scenic_flow") in found
    assert ("alarm_call_count", "overview.hotline_daily") not in found  # counted from the calls
    settings.cache_clear()
