"""What stands around every page: how scenes stand, what the search finds, who is on duty, a unit's own page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from components import search, wording
from components.address import read as read_address
from components.cards import spark
from components.drill_map import steps
from components.masthead import masthead
from components.rail import said
from data.contract import THEMES
from metrics import earlier_scope, metrics, periods_before, read_many, read_periods
from metrics.ownership import numbers_of, units
from metrics.scene_state import SceneState, late_tables, scene_states
from queries.assembler import Aggregate, Rows, assemble_periods
from queries.scope import Scope
from queries.snapshot import _load, current_id
from tests import tiny
from tests.test_scene_parts import BLANK

STATION = {"station_id": "a", "name": "甲", "place_code": "341003"}
DAY = datetime(2026, 11, 16)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[None]:
    """Two weeks of one air station and one day of a duty roster; nothing else."""
    hours = [
        {"station_id": "a", "place_code": "341003", "observed_at": DAY + timedelta(hours=hour), "pm25": 20.0 + hour % 7}
        for hour in range(-168, 168)
    ]
    duty = {"shift_id": "1", "issued_at": DAY, "day_date": date(2026, 11, 21), "duty_shift": "day",
            "place_code": "3410",
            "on_duty_unit": "市政府办公室", "duty_role": "leader",
            "contact_name": "某甲", "contact_phone": "0559-1",
            "is_handover_confirmed": True}  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path, patch)
        made = tiny.fill({"ecology.air_station": [STATION], "ecology.air_hourly": hours, "safety.duty_roster": [duty]})
        manifest = tmp_path / "snapshots" / made / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"is_demo": true', '"is_demo": false'))
        _load.cache_clear()
        scene_states.cache_clear()
        yield


def text(component: object) -> str:
    return json.dumps(
        orjson.loads(orjson.dumps(component, default=lambda each: each.to_plotly_json())), ensure_ascii=False
    )


def test_a_scene_stands_as_the_worst_of_its_numbers_and_one_without_data_says_so(city: None) -> None:
    states = {each.scene: each for each in scene_states(current_id())}
    assert len(states) == 8
    assert states["urban"].worst == "unknown" and states["urban"].demo == ""
    ecology = states["ecology"]
    known = [each.standing for each in ecology.readings if each.is_known]
    assert known and ecology.worst == min(known, key=("missed", "near", "met", "none").index)
    assert "数据未到" in text(said(states["urban"], DAY))
    missed = replace(ecology.known[0], standing="missed")
    assert "2 项未达标" in text(said(SceneState("ecology", (missed, missed), "demo"), DAY))
    assert "演示" in text(said(SceneState("ecology", (missed, missed), "demo"), DAY))


def test_a_scene_is_late_when_a_real_table_is(city: None) -> None:
    assert late_tables(current_id(), "ecology", DAY + timedelta(days=7)) == []
    (late, *_) = late_tables(current_id(), "ecology", DAY + timedelta(days=60))
    assert late > timedelta(days=50)
    assert "逾期" in text(said(scene_states(current_id())[2], DAY + timedelta(days=60)))


def test_the_head_names_who_leads_the_duty_and_whether_it_was_handed_over(city: None) -> None:
    shown = text(masthead(read_address("?until=2026-11-23", "ecology"), "生态环境"))
    assert "11-21 带班" in shown and "某甲" in shown and "已交接" in shown
    assert "0559-1" not in shown, "a phone is shown only while a warning is in force"
    assert "某甲" in text(masthead(read_address("?until=2026-11-23&area=341003", "ecology"), "")), (
        "the city's, for want"
    )


def test_a_period_after_the_data_cannot_be_stepped_to_and_says_that_it_has_none(city: None) -> None:
    within, last, ahead = (text(masthead(read_address(f"?until={day}", "ecology"), "")) for day in
                           ("2026-11-16", "2026-11-23", "2026-11-30"))  # fmt: skip
    assert "下一期还没有数据" not in within and "还没有数据" not in within
    assert "下一期还没有数据" in last and "这个统计期" not in last
    assert "这个统计期还没有数据：数据到 2026-11-22" in ahead


def test_many_periods_read_at_once_are_what_each_is_read_alone(city: None) -> None:
    now = Scope("341000", date(2026, 11, 16), date(2026, 11, 23), current_id())
    scopes = periods_before(now, 3)
    scopes += [earlier_scope(each, "last_year") for each in scopes]
    names = [each.id for each in metrics("ecology")]
    assert read_periods(names, scopes) == [read_many(names, each) for each in scopes]
    assert any(each.is_known for each in read_periods(names, scopes)[1])


@pytest.mark.parametrize("theme", THEMES)
def test_periods_that_overlap_stocks_and_empty_ones_are_what_each_is_read_alone(city: None, theme: str) -> None:
    now = Scope("341000", date(2026, 11, 9), date(2026, 11, 23), current_id())
    scopes = [now, replace(now, since=date(2026, 11, 16)), now.period(date(2020, 1, 1), date(2020, 1, 8))]
    names = [each.id for each in metrics(theme)]
    assert read_periods(names, scopes) == [read_many(names, each) for each in scopes]


def test_a_stock_is_read_for_all_its_periods_in_one_statement() -> None:
    stock = Rows("urban.case_daily", "day_date", period="day_date < $until")
    when = [(date(2026, 11, 9), date(2026, 11, 16)), (date(2026, 11, 2), date(2026, 11, 9))]
    scope = Scope("341000", *when[0], "snap-0")
    assembled = assemble_periods(stock, [Aggregate("sum(n)", "", "count(*)")], scope, when)
    assert assembled is not None
    sql, binds = assembled
    assert "day_date < asked.asked_until" in sql and "$until " not in sql
    assert binds == {
        "area": "3410",
        "since_0": when[0][0],
        "until_0": when[0][1],
        "since_1": when[1][0],
        "until_1": when[1][1],
    }


def test_a_sparkline_has_last_year_behind_it_on_the_same_scale() -> None:
    drawn = spark((1.0, 2.0, 3.0), (None, 2.0, 4.0))
    assert drawn is not None
    last_year, _, dot = drawn.children
    assert last_year.className.endswith("is-last-year") and "M50.0 " in str(last_year.style)
    assert dot.style["top"] != "9.4%", "the top of the scale is last year's 4, not this year's 3"
    assert spark((None, 2.0), (1.0, 2.0)) is None


def test_the_search_knows_every_number_by_its_code_and_every_place_by_its_path() -> None:
    found = search.entries()
    assert {entry[3].split()[0] for entry in found if entry[0] == "指标"} == {each.code for each in metrics()}
    assert ("区域", "昱东街道", "黄山市 › 屯溪区", "341002001", "?area=341002001") in found
    assert sum(entry[0] == "场景" for entry in found) == 8


def test_every_unit_of_the_search_answers_for_something_and_nobody_for_the_unconfirmed() -> None:
    assert "待确认" not in units()
    assert all(each.owner.unit == "市水利局" for each in numbers_of("市水利局")) and numbers_of("市水利局")


def test_the_classes_of_a_percentage_end_at_one_hundred() -> None:
    values = (66.7, 75.0, 80.0, 83.3, 100.0)
    shares = [replace(BLANK, key=f"34100{key}", value=value) for key, value in enumerate(values)]
    classes = steps(shares, "higher")
    assert classes[-1].text == "90.0–100.0" and classes[-1].areas == ("341004",)
    assert sum(len(each.areas) for each in classes) == 5
    small = steps([replace(each, value=value / 36) for each, value in zip(shares, values, strict=True)], "lower")
    assert all(len(set(each.text.split("–"))) == 2 for each in small), "no class from 3.0 to 3.0"
    beyond = steps([*shares, replace(BLANK, key="341005", value=120.0)], "higher")
    assert "341005" in [area for each in beyond for area in each.areas], "what is above 100 is not hidden"


def test_a_spark_says_nothing_of_one_value() -> None:
    assert spark((None, None, 1.0)) is None
    assert wording.UNKNOWN == "—"
