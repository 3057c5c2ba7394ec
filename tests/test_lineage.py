"""A number can be followed back to the extracts it came from."""

from __future__ import annotations

from data.contract import contract
from metrics import metric, metrics
from metrics.lineage import built_of, lineage, numbers_of, sharing


def test_a_number_over_a_built_table_is_followed_to_the_stored_ones() -> None:
    way = lineage(metric("good_air_day_rate"))
    assert set(way.tables) == {"ecology.air_hourly", "ecology.air_station"}
    assert "ecology.air_city_daily" in way.built
    assert way.page == "/ecology"


def test_a_number_of_a_rollup_names_it_after_what_it_reads() -> None:
    way = lineage(metric("air_valid_hour_rate"))
    assert way.built == ("ecology.air_station_day",)
    assert "common.calendar" in way.tables


def test_every_metric_ends_in_stored_or_reference_tables_it_declares() -> None:
    for each in metrics():
        way = lineage(each)
        assert way.tables, each.id
        declared = {*each.sources, *each.also_reads}
        undeclared = {t for t in way.tables if t not in declared and contract(t).layer == "detail"}
        assert undeclared == set(), f"{each.id} reads {undeclared} without naming them in sources"


def test_a_table_knows_its_numbers() -> None:
    names = {each.code for each in numbers_of(contract("ecology.water_measure"))}
    assert {"EN06", "EN07"} <= names
    assert "EN01" not in names


def test_a_table_knows_the_rollups_and_views_that_stand_on_it() -> None:
    built = built_of("ecology.air_hourly")
    assert {"ecology.air_city_daily", "ecology.air_station_day"} <= set(built)
    assert "ecology.air_hourly" not in built


def test_a_number_keeps_as_long_as_the_tables_it_is_read_from() -> None:
    shared = sharing(metric("EN06"))
    assert (shared.retention, shared.storage_level) == ("长期保存", "在线")
    assert shared.refresh_rule


def test_a_number_is_shared_as_its_strictest_source() -> None:
    assert sharing(metric("EN06")).share_type == "有条件共享"
