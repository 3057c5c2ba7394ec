"""Side by side the numbers are what they are one by one: districts, 管委会 and what only the city does itself (市直).

The oracles are those of the themes' own test modules; for 市直 they see only the rows whose place is the city itself.
Reading by groups takes another way through SQL than reading an area, so it is proved on its own. Metrics read rollups
where there are some while the oracles read details: each agreement here and there is also rollup = detail.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator, Mapping

import pandas as pd
import pytest

from data.contract import contracts
from data.settings import settings
from metrics import metric, read, read_groups
from queries import statement
from queries.scope import Scope
from queries.snapshot import current_id, snapshot
from tests import tiny
from tests.oracle import PERIODS, Oracle, Question, Tables

MODULES = ("community", "ecology", "ecology_rest", "livelihood", "overview", "safety", "tourism", "traffic", "urban")
READS_ITSELF = ("traffic",)  # its oracles read their files by prefix: they cannot be shown 市直 alone
ZONES = ("3410F1", "3410F2", "3410F3")
WEEK = PERIODS["the last full week"]


DRAWN_ONLY = {  # read by a question alone, not by a metric
    "ecology.air_place_day",  # becomes ecology.air_city_daily, which EN01 to EN05 prove
    "urban.case_newest",  # rows, not counts
    "urban.case_grid_daily",  # these four are held against the cases below
    "urban.case_grid_weekly",
    "urban.case_hourly",
    "urban.case_channel_daily",
}


def oracles(module: str) -> Mapping[str, Oracle]:
    found: Mapping[str, Oracle] = importlib.import_module(f"tests.test_oracle_{module}").ORACLES
    return found


class OnlyTheCity(Tables):
    """The rows of a snapshot whose place is the city itself; what has no place stays whole."""

    def __init__(self, whole: Tables) -> None:
        super().__init__(whole._snap)
        self._whole = whole

    def __getitem__(self, table: str) -> pd.DataFrame:
        frame = self._whole[table]
        return frame[frame["place_code"] == "3410"] if "place_code" in frame else frame


@pytest.fixture(scope="module")
def week(demo_store: object) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)  # type: ignore[arg-type]
        yield Scope("341000", *WEEK, current_id())
    settings.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_groups_by_district_equal_the_independent_computation(module: str, week: Scope) -> None:
    whole = Tables(snapshot(week.snapshot))
    own, found, checked = OnlyTheCity(whole), [], 0
    for name, oracle in oracles(module).items():
        if "district_code" not in metric(name).by:
            continue
        for group in read_groups(name, week, "district_code"):
            if group.state == "too_few" or not group.key or (group.key == "3410" and module in READS_ITSELF):
                continue
            place = week if group.key == "3410" else week.drill(group.key)
            told = oracle(Question(own if group.key == "3410" else whole, place))
            checked += 1
            if (group.value is None) != (told.value is None) or (
                group.value is not None
                and told.value is not None
                and not math.isclose(group.value, told.value, rel_tol=1e-9, abs_tol=told.tolerance + 1e-9)
            ):
                found.append(f"{name} {group.key}: read {group.value} ({group.state}), oracle {told.value}")
    assert found == []
    assert checked > 20, "too few groups were compared to prove anything"


@pytest.mark.slow
def test_volumes_of_the_groups_add_up_to_the_city_zones_and_the_citys_own_included(week: Scope) -> None:
    """A count of the city is that of its districts, of the 管委会 and of what it does itself."""
    seen: set[str] = set()
    for module in MODULES:
        for name in oracles(module):
            asked = metric(name)
            if asked.kind != "sum" or "district_code" not in asked.by or asked.rows is None or asked.rows.is_exact:
                continue
            groups = read_groups(name, week, "district_code")
            seen |= {group.key or "" for group in groups}
            if asked.suppress_below or "distinct" in asked.aggregate.numerator:  # type: ignore[union-attr]
                continue
            whole = read(name, week)
            if whole.value is not None:
                parts = sum(group.value for group in groups if group.value is not None)
                assert math.isclose(whole.value, parts, rel_tol=1e-9, abs_tol=1e-9), name
    assert {"3410", *ZONES} <= seen, "the demo must hold rows of the 管委会 and of the city itself"


def test_every_rollup_is_read_by_a_metric_that_an_oracle_proves_from_details() -> None:
    """What the first screens read is held against what the departments sent: no rollup stands outside that proof."""
    proved = {metric(name).rows.view for module in MODULES for name in oracles(module) if metric(name).rows}  # type: ignore[union-attr]
    every = {each.name: each.tables for each in (*statement.views(), *statement.rollups())}
    reached: set[str] = set()
    todo = list(proved)
    for module in MODULES:
        todo += [
            table
            for name in oracles(module)
            if metric(name).inputs
            for table in statement.question(metric(name).inputs).tables
        ]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += every.get(name, ())
    rollups = {each.name for each in statement.rollups()} - set(contracts())
    assert rollups - reached - DRAWN_ONLY == set(), "write a metric or an oracle for it, or say here what draws it"


@pytest.mark.parametrize(
    ("rollup", "step"),
    [
        ("case_grid_daily", "filed_at"),
        ("case_grid_weekly", "filed_at"),
        ("case_hourly", "filed_at"),
        ("case_channel_daily", "reported_at"),
    ],
)
def test_a_rollup_of_cases_that_only_charts_read_counts_every_case_once(rollup: str, step: str, week: Scope) -> None:
    folder = snapshot(week.snapshot).folder
    cases = pd.read_parquet(folder / "urban.case.parquet", columns=["place_code", "unit_grid_code", step])
    cases = cases.dropna(subset=[step, "unit_grid_code"] if "grid" in rollup else [step])
    counted = pd.read_parquet(folder / f"urban.{rollup}.parquet")
    column = "reported_count" if step == "reported_at" else "filed_count"
    told = counted.groupby(counted["place_code"].str[:6])[column].sum()
    assert told.to_dict() == cases.groupby(cases["place_code"].str[:6]).size().to_dict()
