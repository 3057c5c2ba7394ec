"""A bad row goes to quarantine with its row number, its rule and a sentence; the good rows of the file go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import bad_files as make
import pyarrow.parquet as pq
import pytest

import ingest
from data.settings import settings
from ingest import importer
from ingest import store as tables
from ingest.result import Fault


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def only_fault(folder: Path, *rows: make.Row, table: str = make.AIR, **how: Any) -> Fault:
    """The single fault of a file whose other rows are taken."""
    result = ingest.load(table, [make.write_csv(folder / "报送.csv", *rows)], now=make.NOW, **how)
    assert result.refused is None, result
    assert len(result.examples) == 1, result.examples
    fault = result.examples[0]
    assert result.quarantined == {fault.rule: 1}
    assert result.accepted == len(rows) - 1
    assert fault.sentence.startswith(f"报送.csv 第 {fault.row} 行“")
    return fault


def air_fault(folder: Path, **cells: str) -> Fault:
    fault = only_fault(folder, make.air(8), make.air(9, **cells))
    assert fault.row == 3
    return fault


def station_fault(folder: Path, **cells: str) -> Fault:
    good = make.station(lon="118.317", lat="29.713")
    return only_fault(folder, good, make.station(station_id="B", **cells), table=make.STATION)


def air_rows(folder: Path, *rows: make.Row) -> list[dict[str, Any]]:
    result = ingest.load(make.AIR, [make.write_csv(folder / "报送.csv", *rows)], now=make.NOW)
    assert (result.refused, result.quarantined) == (None, {}), result
    found: list[dict[str, Any]] = pq.read_table(tables.real_file(make.AIR)).to_pylist()
    return found


# --- cells ------------------------------------------------------------------------------------------------------------


def test_an_empty_required_cell_is_missing(tmp_path: Path) -> None:
    fault = air_fault(tmp_path, station_id=" ")
    assert (fault.rule, fault.column, fault.value) == ("missing_required", "station_id", "")
    assert fault.sentence == "报送.csv 第 3 行“station_id”为空，此列必填；请补上。"


@pytest.mark.parametrize("text", ["高", "nan", "inf", "1,23", "10²", "5%", "0x10", "1e999"])
def test_what_is_no_number_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    fault = air_fault(tmp_path, pm25=text)
    assert (fault.rule, fault.column, fault.value) == ("bad_number", "pm25", text)
    assert fault.sentence == f"报送.csv 第 3 行“pm25”的值“{text}”不是数字；请改正，缺测请留空。"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("1,234", 1234), ("1,234.5", 1234.5), (" 7 ", 7), ("+7", 7), ("1e2", 100), (".5", 0.5)),
        *(("\uff12\uff17", 27), ("\uff12\uff0e\uff15", 2.5), ("1\uff0c234", 1234), ("\u30007\u3000", 7)),  # full width
    ],
)
def test_numbers_are_read_as_people_write_them(tmp_path: Path, text: str, number: float) -> None:
    assert air_rows(tmp_path, make.air(pm25=text))[0]["pm25"] == number


def test_a_whole_number_may_carry_a_zero_behind_the_point(tmp_path: Path) -> None:
    assert air_rows(tmp_path, make.air(published_aqi="5.0"))[0]["published_aqi"] == 5


def test_a_fraction_is_no_whole_number(tmp_path: Path) -> None:
    fault = air_fault(tmp_path, published_aqi="5.5")
    assert fault.rule == "bad_number"
    assert "不是整数" in fault.sentence


@pytest.mark.parametrize("text", ["2026-02-30 08:00", "昨天", "2026-11-16 25:00", "08:00", "202611168"])
def test_a_time_that_does_not_exist_is_a_bad_timestamp(tmp_path: Path, text: str) -> None:
    fault = air_fault(tmp_path, observed_at=text)
    assert (fault.rule, fault.column) == ("bad_timestamp", "observed_at")
    assert "请写成 2026-11-16 08:00" in fault.sentence


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-16T09:00:00", "2026/11/16 9:00", "2026年11月16日 9时"),
        *("20261116090000", "202611160900", "2026111609"),
        *("2026-11-16T01:00:00Z", "2026-11-16T09:00:00+08:00"),
    ],
)
def test_times_are_read_as_wall_time_however_they_are_written(tmp_path: Path, text: str) -> None:
    assert air_rows(tmp_path, make.air(observed_at=text))[0]["observed_at"] == datetime(2026, 11, 16, 9)


def test_a_row_from_the_future_is_quarantined(tmp_path: Path) -> None:
    fault = air_fault(tmp_path, observed_at="2026-11-24 07:00")
    assert (fault.rule, fault.column) == ("future_time", "observed_at")
    assert "2026-11-23 06:00" in fault.sentence


@pytest.mark.parametrize("year", ["0001", "0026", "0202", "1926"])
def test_a_mistyped_year_is_quarantined_before_it_can_stretch_the_calendar(tmp_path: Path, year: str) -> None:
    fault = air_fault(tmp_path, observed_at=f"{year}-11-16 07:00")
    assert (fault.rule, fault.column) == ("too_early", "observed_at")


def test_what_is_neither_yes_nor_no_is_a_bad_boolean(tmp_path: Path) -> None:
    fault = station_fault(tmp_path, is_in_city_mean="也许")
    assert (fault.rule, fault.column) == ("bad_boolean", "is_in_city_mean")


@pytest.mark.parametrize(("text", "value"), [("-0.1", "0 至 2000 µg/m³"), ("2000.1", "0 至 2000 µg/m³")])
def test_a_value_outside_its_range_is_said_with_the_range(tmp_path: Path, text: str, value: str) -> None:
    fault = air_fault(tmp_path, pm25=text)
    assert (fault.rule, fault.value) == ("out_of_range", text)
    assert value in fault.sentence


def test_the_ends_of_a_range_belong_to_it(tmp_path: Path) -> None:
    rows = air_rows(tmp_path, make.air(8, pm25="0"), make.air(9, pm25="2000"))
    assert [row["pm25"] for row in rows] == [0, 2000]


def test_an_unknown_code_is_said_with_the_known_ones(tmp_path: Path) -> None:
    fault = air_fault(tmp_path, data_flag="Z")
    assert (fault.rule, fault.column, fault.value) == ("unknown_code", "data_flag", "Z")
    assert "N(正常)" in fault.sentence


def test_a_code_may_be_given_by_its_chinese_label(tmp_path: Path) -> None:
    rows = air_rows(tmp_path, make.air(8, data_flag="正常"), make.air(9, data_flag="N"))
    assert [row["data_flag"] for row in rows] == ["N", "N"]


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_place_code_of_another_city_is_bad(tmp_path: Path) -> None:
    assert air_fault(tmp_path, place_code="330100").rule == "bad_place_code"


def test_a_code_that_only_the_ministry_of_civil_affairs_uses_is_named_with_the_code_to_write(tmp_path: Path) -> None:
    mca, nbs = _mca_only()
    fault = air_fault(tmp_path, place_code=mca)
    assert fault.rule == "mca_code"
    assert nbs in fault.sentence


def _mca_only() -> tuple[str, str]:
    from data.divisions import divisions

    nbs = {place.place_code for place in divisions()}
    return next(
        (p.mca_code, p.place_code) for p in divisions() if p.mca_code and len(p.mca_code) == 9 and p.mca_code not in nbs
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [("341000", "3410"), ("3410", "3410"), ("341002000000", "341002"), ("341002001", "341002001"),
     ("341002001000", "341002001"), ("341002001001", "341002001001"), ("341002001001007", "341002001001007")],
)  # fmt: skip
def test_place_codes_of_every_length_are_stored_as_prefixes(tmp_path: Path, text: str, code: str) -> None:
    assert air_rows(tmp_path, make.air(place_code=text))[0]["place_code"] == code


def test_a_point_outside_the_city_is_said_with_its_distance(tmp_path: Path) -> None:
    fault = station_fault(tmp_path, lon="120.155", lat="30.274")  # 杭州
    assert (fault.rule, fault.column) == ("outside_city", "lon")
    assert "公里" in fault.sentence


def test_swapped_coordinates_are_recognised_and_not_put_right(tmp_path: Path) -> None:
    assert station_fault(tmp_path, lon="29.713", lat="118.317").rule == "swapped_coordinates"


def test_metres_are_no_degrees(tmp_path: Path) -> None:
    assert station_fault(tmp_path, lon="627340", lat="3288120").rule == "not_degrees"


def test_zero_zero_is_no_place(tmp_path: Path) -> None:
    assert station_fault(tmp_path, lon="0", lat="0").rule == "missing_coordinates"


def test_half_a_pair_of_coordinates_is_incomplete(tmp_path: Path) -> None:
    assert station_fault(tmp_path, lon="118.317").rule == "incomplete_coordinates"


# --- rows -------------------------------------------------------------------------------------------------------------


def test_an_identical_repetition_counts_as_unchanged(tmp_path: Path) -> None:
    result = ingest.load(make.AIR, [make.write_csv(tmp_path / "a.csv", *[make.air()] * 3)], now=make.NOW)
    assert (result.accepted, result.unchanged, result.quarantined) == (1, 2, {})


def test_of_two_rows_that_contradict_the_later_one_is_kept_and_the_earlier_one_named(tmp_path: Path) -> None:
    rows = [make.air(8), make.air(9, pm25="1"), make.air(9, pm25="2"), make.air(9, pm25="2")]
    result = ingest.load(make.AIR, [make.write_csv(tmp_path / "a.csv", *rows)], now=make.NOW)
    assert (result.accepted, result.unchanged, result.quarantined) == (2, 1, {"duplicate_key": 1})
    fault = result.examples[0]
    assert (fault.row, fault.rule, fault.column) == (3, "duplicate_key", "station_id+observed_at")
    assert "第 5 行" in fault.sentence
    kept = pq.read_table(tables.real_file(make.AIR)).to_pylist()
    assert [(row["observed_at"].hour, row["pm25"], row["source_row"]) for row in kept] == [(8, 27.0, 2), (9, 2.0, 5)]


def test_a_faulty_later_row_does_not_push_out_a_good_earlier_one(tmp_path: Path) -> None:
    fault = only_fault(tmp_path, make.air(8), make.air(8, pm25="x"))
    assert (fault.row, fault.rule) == (3, "bad_number")


def test_a_row_with_several_faults_is_counted_once_and_listed_in_full(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "a.csv", make.air(8), make.air(9, station_id="", pm25="x", so2="-1"))
    result = ingest.load(make.AIR, [path], now=make.NOW)
    assert result.quarantined == {"missing_required": 1}
    assert [(f.row, f.column, f.rule) for f in result.examples] == [
        (3, "station_id", "missing_required"),
        (3, "pm25", "bad_number"),
        (3, "so2", "out_of_range"),
    ]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    rows = [make.air(8), make.air(8), make.air(9), make.air(9, pm25="1"), make.air(10, pm25="x"), make.air(11)]
    result = ingest.load(make.AIR, [make.write_csv(tmp_path / "a.csv", *rows)], now=make.NOW)
    assert (result.accepted, result.unchanged, result.quarantined) == (3, 1, {"bad_number": 1, "duplicate_key": 1})
    assert result.accepted + result.unchanged + sum(result.quarantined.values()) == len(rows)


def test_more_faults_than_can_be_read_are_counted_and_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "LISTED_FAULTS", 2)
    rows = [make.air(8), *(make.air(hour, pm25="x") for hour in range(9, 14))]
    result = ingest.load(make.AIR, [make.write_csv(tmp_path / "a.csv", *rows)], now=make.NOW)
    assert result.quarantined == {"bad_number": 5}
    assert len(result.examples) == 2
