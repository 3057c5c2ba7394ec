"""What may not be told of few people, and how exactly a place may be kept."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.contract import codes, contracts
from data.settings import settings
from ingest import load, store
from metrics import metrics, read, read_groups
from queries.runner import run
from queries.scope import Scope
from tests import tiny

SECRET = ("traffic.checkpoint_hourly", "ecology.drinking_source_monthly", "safety.emergency_team",
          "safety.camera_coverage", "safety.risk_source")  # fmt: skip
ABOUT_PEOPLE = ("community.elder", "community.elder_subsidy", "livelihood.chronic_care_quarterly",
                "safety.public_health_daily", "community.care_alert")  # fmt: skip
COUNTS_EVENTS = {"unreached_alert_count"}  # alerts that nobody reached in time: the unit must see each one


def subsidy(place: str, payable: int, paid: int) -> dict[str, Any]:
    return {
        "place_code": place, "kind": "nursing", "month_date": date(2026, 11, 1), "due_date": date(2026, 11, 10),
        "payable_count": payable, "paid_count": paid, "paid_date": date(2026, 11, 9),
    }  # fmt: skip


def cases(group: str, count: int) -> dict[str, Any]:
    return {
        "place_code": "341002", "day_date": date(2026, 11, 9), "disease_group": group, "reported_case_count": count,
        "patient_visit_count": 100,
    }  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    tables = {
        "community.elder_subsidy": [
            subsidy("341002100", 100, 97),  # three unpaid: too few
            subsidy("341003100", 100, 93),  # seven: the next smallest goes with it
            subsidy("341004100", 100, 80),
            subsidy("341021100", 4, 0),  # a place of four people
            subsidy("341022100", 100, 50),
        ],
        "safety.public_health_daily": [cases("respiratory", 40), cases("vector", 2), cases("intestinal", 9)],
    }
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", date(2026, 11, 9), date(2026, 11, 16), tiny.fill(tables))
    settings.cache_clear()


def test_every_share_of_people_is_withheld_below_five() -> None:
    open_ = [
        each.id
        for each in metrics()
        if set(each.sources) & set(ABOUT_PEOPLE) and not each.suppress_below and each.id not in COUNTS_EVENTS
    ]
    assert open_ == [], "write suppress_below = 5, or say here why it counts no people"


def test_a_place_of_four_people_is_withheld_and_the_next_smallest_with_it(week: Scope) -> None:
    groups = {each.key: each.state for each in read_groups("CO12", week, "district_code")}
    assert groups == {"341002": "too_few", "341003": "ok", "341004": "ok", "341021": "too_few", "341022": "ok"}
    assert {area: read("CO12", week.drill(area)).state for area in groups} == groups  # one by one says no more


def test_in_a_list_of_places_few_people_are_withheld_and_two_of_them_hide_one_another(week: Scope) -> None:
    rows = run("community/unpaid_subsidy", week)
    assert {row["place_code"]: row["unpaid_count"] for row in _plain(rows)} == {
        "341022100": 50, "341004100": 20, "341003100": 7, "341021100": None, "341002100": None,
    }  # fmt: skip


def test_where_one_group_alone_is_withheld_the_next_smallest_goes_with_it(week: Scope) -> None:
    rows = run("safety/health_group", week)
    assert {row["disease_group"]: row["reported_case_count"] for row in _plain(rows)} == {
        "respiratory": 40, "intestinal": None, "vector": None,
    }  # fmt: skip


def _plain(frame: Any) -> list[dict[str, Any]]:
    plain = frame.astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))


@pytest.mark.parametrize("table", SECRET)
def test_what_must_not_be_located_has_no_coordinates_and_no_finer_place_than_the_subdistrict(table: str) -> None:
    contract = contracts()[table]
    assert contract.to_subdistrict is not None
    assert not {"lon", "lat"} & set(contract.column_names)
    if not contract.to_subdistrict.column:
        assert {each.lowest for each in metrics() if table in each.sources} <= {"city", "district", "subdistrict"}


def test_a_hazardous_place_is_cut_to_its_subdistrict_at_load_and_another_kind_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(tmp_path / "store", monkeypatch)
    contract = contracts()["safety.risk_source"]
    row = {
        column.name: {"text": "甲", "integer": "1", "real": "1", "boolean": "是", "date": "2026-11-01",
                      "timestamp": "2026-11-01 08:00"}[column.type] if column.codes is None
        else next(iter(codes(column.codes)))
        for column in contract.columns
        if column.required or column.name in contract.key
    }  # fmt: skip
    file = tmp_path / "risk.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, contract.column_names)
        writer.writeheader()
        for key, kind in (("a", "hazchem"), ("b", "flood")):
            writer.writerow(row | {contract.key[0]: key, "kind": kind, "place_code": "341002001001"})
    done = load("safety.risk_source", [file], now=datetime(2026, 11, 17))
    assert done.accepted == 2, done
    state = store.read_state("safety.risk_source")
    assert state is not None
    rows = pq.read_table(store.folder("safety.risk_source") / state.file).to_pylist()
    assert {each["kind"]: each["place_code"] for each in rows} == {"hazchem": "341002001", "flood": "341002001001"}
    settings.cache_clear()
