"""The lists that the page of 生态环境 shows: each runs over the demo city, and the planted stories are in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.demo.ecology_rest import story
from data.settings import settings
from queries import statement
from queries.runner import run
from queries.scope import Scope
from queries.snapshot import current_id
from tests import tiny

SCOPE = {"area", "since", "until"}
QUESTIONS = sorted(
    path.stem
    for path in statement.FOLDER.glob("ecology/*.sql")
    if statement.question(f"ecology/{path.stem}").binds <= SCOPE
)
QUIET = {"hydro_over_warning"}  # a dry week has none


@pytest.fixture(scope="module")
def week(demo_store: Path) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield Scope("341000", date(2026, 11, 16), date(2026, 11, 23), current_id())
    settings.cache_clear()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_an_answer_in_the_demo_city(name: str, week: Scope) -> None:
    assert run(f"ecology/{name}", week).empty == (name in QUIET)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_stays_inside_its_district(name: str, week: Scope) -> None:
    found = run(f"ecology/{name}", week.drill("341021"))
    if (
        "place_code" in found and name != "high_emission_vehicle"
    ):  # a vehicle is listed where it drove, not where it lives
        assert found["place_code"].str.startswith("341021").all()


def test_the_card_of_the_river_names_its_source_the_arrival_and_the_result(week: Scope) -> None:
    card = run("ecology/exceedance_card", week).set_index("exceedance_id").loc[story.RIVER_EXCEEDANCE]
    assert (card["object_name"], card["suspect_name"]) == ("演示断面·练江", story.RIVER_SOURCE_NAME)
    assert (card["arrival_min"], card["status"]) == (105, "closed")
    assert card["outcome"].startswith("上游企业")
    suspects = run("ecology/exceedance_suspect", week, exceedance_id=story.RIVER_EXCEEDANCE)
    assert list(suspects["rank_no"]) == [1, 2, 3, 4]


def test_the_alert_at_which_nobody_has_arrived_comes_first(week: Scope) -> None:
    first = run("ecology/exceedance_card", week).iloc[0]
    assert (first["exceedance_id"], pd.isna(first["arrival_min"])) == (story.WAITING_EXCEEDANCE, True)


def test_the_full_reservoirs_are_listed(week: Scope) -> None:
    names = run("ecology/reservoir_over_limit", week)["name"]
    assert {f"YS-R{name[-3:]}" for name in names} >= set(story.FULL_RESERVOIRS)


def test_the_lorry_of_the_story_leads_the_list_with_a_masked_plate(week: Scope) -> None:
    worst = run("ecology/high_emission_vehicle", week).iloc[0]
    assert worst["high_emission_day_count"] == 7
    assert "**" in worst["plate_masked"]


def test_the_line_of_days_ends_where_the_budget_stands(week: Scope) -> None:
    last = run("ecology/good_day_course", week).iloc[-1]
    row = run("ecology/good_day_allowance", week).iloc[0]
    assert last["exceeded_day_count"] == row["exceeded_day_count"]
