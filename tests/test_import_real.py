"""The two real extracts of 黄山, through the shipped mappings: every row is accepted or honestly quarantined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import bad_files as make
import pyarrow.parquet as pq
import pytest

import ingest
from data.settings import settings
from ingest import store as tables

pytestmark = pytest.mark.real


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def stored(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(tables.real_file(table)).to_pylist()
    return found


def load_air(folder: Path) -> ingest.ImportResult:
    return ingest.load(make.AIR, [folder / "air_hourly_huangshan_2020.csv"], mapping="air_hourly_huangshan")


def load_water(folder: Path) -> ingest.ImportResult:
    file = folder / "water_sections_xinanjiang_2021.csv"
    return ingest.load("ecology.water_measure", [file], mapping="water_huangshan")


def test_all_324_hours_of_air_are_accepted(real_data: Path) -> None:
    result = load_air(real_data)
    assert (result.refused, result.accepted, result.quarantined) == (None, 324, {})
    rows = stored(make.AIR)
    assert Counter(row["station_id"] for row in rows) == {
        "黄山区政府5号楼": 108,
        "延安路89号": 108,
        "黄山东路89号": 108,
    }
    assert min(row["observed_at"] for row in rows) == datetime(2020, 3, 26, 18)
    assert Counter(row["published_level"] for row in rows) == {"2": 183, "1": 132, "3": 7, None: 2}
    assert Counter(row["published_primary"] for row in rows) == {
        None: 134, "pm10": 91, "pm25": 88, "pm10|pm25": 7, "o3": 4,
    }  # fmt: skip
    assert {row["place_code"] for row in rows} == {"3410"}


def test_the_three_national_stations_are_registered_by_name(real_data: Path) -> None:
    load_air(real_data)
    rows = stored(make.STATION)
    assert {row["station_id"] for row in rows} == {"黄山区政府5号楼", "延安路89号", "黄山东路89号"}
    assert {(row["kind"], row["place_code"], row["lon"], row["lat"]) for row in rows} == {
        ("national", "3410", None, None)
    }


def test_the_first_hour_of_air_is_what_stands_in_row_2(real_data: Path) -> None:
    load_air(real_data)
    row = next(row for row in stored(make.AIR) if row["source_row"] == 2)
    assert row["station_id"] == "黄山区政府5号楼"
    assert (row["pm25"], row["pm10"], row["co"], row["no2"], row["so2"]) == (27, None, 0.4, 14, 21)
    assert (row["o3"], row["o3_8h"], row["published_aqi"], row["published_level"]) == (94, 82, 39, "1")


def test_of_130_water_rows_125_are_stored_and_5_superseded_ones_are_named(real_data: Path) -> None:
    """On 04-04 04:00 each of the five sections stands twice: a row under maintenance, then the completed one."""
    result = load_water(real_data)
    assert (result.refused, result.accepted, result.quarantined) == (None, 125, {"duplicate_key": 5})
    assert [fault.row for fault in result.examples] == [19, 45, 71, 97, 123]
    rows = stored("ecology.water_measure")
    assert Counter(row["section_id"] for row in rows) == dict.fromkeys(
        ["新管", "横江大桥", "浦口", "率水大桥", "篁墩"], 25
    )
    assert Counter(row["published_class"] for row in rows) == {"Ⅱ": 83, "Ⅲ": 33, "Ⅳ": 2, "劣Ⅴ": 1, None: 6}
    assert Counter(row["station_state"] for row in rows) == {"normal": 118, "maintenance": 7}
    assert {row["method"] for row in rows} == {"auto"}
    assert {row["algae_density"] for row in rows} == {None}


def test_the_completed_row_of_a_section_is_the_one_that_is_kept(real_data: Path) -> None:
    load_water(real_data)
    (row,) = (
        row
        for row in stored("ecology.water_measure")
        if row["section_id"] == "新管" and row["observed_at"] == datetime(2021, 4, 4, 4)
    )
    assert (row["source_row"], row["station_state"], row["codmn"], row["published_class"]) == (20, "normal", 1.84, "Ⅱ")


def test_the_five_sections_are_registered_by_name(real_data: Path) -> None:
    load_water(real_data)
    rows = stored("ecology.water_section")
    assert {row["section_id"] for row in rows} == {"新管", "横江大桥", "浦口", "率水大桥", "篁墩"}
    assert {row["place_code"] for row in rows} == {"3410"}


def test_the_real_files_again_change_nothing(real_data: Path, store: Path) -> None:
    load_air(real_data)
    load_water(real_data)
    before = make.contents(store)
    assert (load_air(real_data).accepted, load_air(real_data).unchanged) == (0, 324)
    assert (load_water(real_data).accepted, load_water(real_data).unchanged) == (0, 125)
    assert make.contents(store) == before
