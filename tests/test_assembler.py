"""Only declared dimensions are spelled into SQL; every value is bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from queries.assembler import Aggregate, DimensionError, Histogram, Rows, assemble, assemble_quantile
from queries.scope import Scope

WEEK = Scope("341002", date(2026, 11, 9), date(2026, 11, 16), "snap-x")
ROWS = Rows(view="ecology.air_station_day", day="day_date", by=("district_code", "station_id"))
COUNT = Aggregate("count(*)", "", "count(*)")


@pytest.mark.parametrize("by", ["owner", "station_id; drop table x", "1", "subdistrict_code"])
def test_an_undeclared_dimension_is_refused_and_the_declared_ones_are_named(by: str) -> None:
    with pytest.raises(DimensionError, match="district_code、station_id"):
        assemble(ROWS, [COUNT], WEEK, by)


def test_a_filter_on_an_undeclared_dimension_is_refused() -> None:
    with pytest.raises(DimensionError):
        assemble(ROWS, [COUNT], replace(WEEK, filters=(("owner", "x"),)))


def test_values_never_stand_in_the_statement() -> None:
    sql, binds = assemble(ROWS, [COUNT], replace(WEEK, filters=(("station_id", "x' or 1=1"),)), "district_code")
    assert "341002" not in sql
    assert "or 1=1" not in sql
    assert binds == {
        "area": "341002",
        "since": date(2026, 11, 9),
        "until": date(2026, 11, 16),
        "filter_0": "x' or 1=1",
    }


def test_the_period_is_half_open() -> None:
    sql, _ = assemble(ROWS, [COUNT], WEEK)
    assert "day_date >= $since" in sql
    assert "day_date < $until" in sql


def test_what_does_not_add_up_is_read_from_the_row_of_the_area_itself() -> None:
    sql, _ = assemble(replace(ROWS, is_exact=True), [COUNT], WEEK)
    assert "place_code = $area" in sql
    sql, _ = assemble(replace(ROWS, is_exact=True), [COUNT], WEEK, "district_code")
    assert "length(place_code) = 6" in sql


@pytest.mark.parametrize(
    ("share", "bins", "told"),
    [
        (0.5, [1, 2, 9], 2.5),  # the middle one; a bin is told by its middle
        (0.5, [1, 1, 5, 9], 3.5),  # halfway between the second and the third: bins 1 and 5
        (0.5, [1, 1, 1, 9], 1.5),
        (0.9, [1] * 9 + [7], 1.5),  # the ninth of ten, by nearest rank
    ],
)
def test_a_median_of_an_even_number_lies_between_the_two_in_the_middle(
    share: float, bins: list[int], told: float
) -> None:
    histogram = Histogram("bin", "n", 1.0, share)
    sql, binds = assemble_quantile(ROWS, histogram, WEEK)
    with duckdb.connect() as con:
        con.execute("create schema ecology")
        values = ", ".join(f"('341002', date '2026-11-09', {each}, 1)" for each in bins)
        con.execute(f"create view {ROWS.view} as select * from (values {values}) as t (place_code, day_date, bin, n)")
        assert con.execute(sql, binds).df()["v0"].tolist() == [told]
