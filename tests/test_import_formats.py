"""However a department packs its rows, they arrive as the same rows, with the numbers the clerk sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import bad_files as make
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ingest
from data.settings import settings
from ingest import store as tables

ROWS = [make.air(8), make.air(9, pm25="1,234"), make.air(10, station_id="黄山东路89号")]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def rows_of(path: Path, table: str = make.AIR) -> list[dict[str, Any]]:
    """The stored rows after an import that takes every row."""
    result = ingest.load(table, [path], now=make.NOW)
    assert (result.refused, result.quarantined) == (None, {}), result
    return stored(table)


def stored(table: str = make.AIR) -> list[dict[str, Any]]:
    file = tables.real_file(table)
    assert file is not None
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows


def faults(path: Path) -> list[tuple[int, str]]:
    """Row and rule of every fault."""
    result = ingest.load(make.AIR, [path], now=make.NOW)
    assert result.refused is None, result
    return [(fault.row, fault.rule) for fault in result.examples]


def assert_are_the_rows(found: list[dict[str, Any]]) -> None:
    assert [(row["station_id"], row["observed_at"].hour, row["pm25"]) for row in found] == [
        ("A", 8, 27.0),
        ("A", 9, 1234.0),
        ("黄山东路89号", 10, 27.0),
    ]
    assert {row["place_code"] for row in found} == {"341002"}


# --- delimited text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    assert_are_the_rows(rows_of(make.write_csv(tmp_path / "air.csv", *ROWS, encoding=encoding)))


def test_big_endian_utf_16_is_recognised_by_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(b"\xfe\xff" + make.csv_bytes(ROWS, encoding="utf-16-be"))
    assert_are_the_rows(rows_of(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_recognised(tmp_path: Path, delimiter: str) -> None:
    assert_are_the_rows(rows_of(make.write_csv(tmp_path / "air.txt", *ROWS, delimiter=delimiter)))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_recognised(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(make.csv_bytes(ROWS).replace(b"\r\n", ending.encode()))
    assert_are_the_rows(rows_of(path))


def test_labels_and_labels_with_units_serve_as_header(tmp_path: Path) -> None:
    header = make.csv_bytes(ROWS).decode().split("\r\n", 1)
    named = header[0].replace("station_id", "站点编号").replace("pm25", "PM2.5(μg/m³)").replace("pm10", " pm10 ")
    path = tmp_path / "air.csv"
    path.write_text(named + "\r\n" + header[1], encoding="utf-8", newline="")
    assert_are_the_rows(rows_of(path))


def test_columns_may_come_in_any_order_with_others_between(tmp_path: Path) -> None:
    shuffled = ["备注", *reversed(make.HEADER), ""]
    assert_are_the_rows(rows_of(make.write_csv(tmp_path / "air.csv", *ROWS, header=shuffled)))


def test_rows_are_numbered_as_a_table_program_numbers_them(tmp_path: Path) -> None:
    """Row 1 is the header, a break inside quotation marks starts no row, an empty line is one."""
    path = tmp_path / "air.csv"
    good = make.csv_bytes([make.air(8, station_id="A\nB"), make.air(9)])
    rest = make.csv_bytes([make.air(10), make.air(11, pm25="x")]).split(b"\r\n", 1)[1]
    path.write_bytes(good + b"\r\n" + rest)  # rows 2 and 3, an empty row 4, rows 5 and 6
    assert faults(path) == [(6, "bad_number")]
    assert [row["source_row"] for row in stored()] == [3, 5, 2]


def test_leading_blank_lines_count_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(b"\r\n\r\n" + make.csv_bytes([make.air(8), make.air(9, pm25="x")]))
    assert faults(path) == [(5, "bad_number")]


def test_rows_of_delimiters_alone_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(make.csv_bytes(ROWS) + b"," * (len(make.HEADER) - 1) + b"\r\n")
    assert_are_the_rows(rows_of(path))


def test_a_row_with_too_few_fields_is_quarantined_and_later_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    rest = make.csv_bytes([make.air(9), make.air(10, pm25="x")]).split(b"\r\n", 1)[1]
    path.write_bytes(make.csv_bytes([make.air(8)]) + b"A,341002\r\n" + rest)
    assert faults(path) == [(3, "wrong_field_count"), (5, "bad_number")]
    assert [row["source_row"] for row in stored()] == [2, 4]


def test_the_faults_of_a_file_longer_than_a_block_have_their_rows(tmp_path: Path) -> None:
    """Half a million rows in three blocks; three of them are bad, each in another block."""
    line = b"A,341002,%s" + b"," * (len(make.HEADER) - 3)
    start = datetime(2020, 1, 1)
    rows = [line % (start + timedelta(minutes=i)).isoformat().encode() for i in range(500_000)]
    for index in (10, 250_000, 499_999):
        rows[index] = b"too,short"
    path = tmp_path / "air.csv"
    path.write_bytes(b"\n".join([",".join(make.HEADER).encode(), *rows]) + b"\n")
    assert path.stat().st_size > 2 * (8 << 20)
    assert faults(path) == [(12, "wrong_field_count"), (250_002, "wrong_field_count"), (500_001, "wrong_field_count")]
    numbers = pq.read_table(tables.real_file(make.AIR), columns=["source_row"])["source_row"].to_pylist()
    assert numbers == [n for n in range(2, 500_002) if n not in (12, 250_002, 500_001)]


# --- packed -----------------------------------------------------------------------------------------------------------


def test_a_gzipped_csv_is_read(tmp_path: Path) -> None:
    assert_are_the_rows(rows_of(make.write_gzip(tmp_path / "air.csv.gz", make.csv_bytes(ROWS, encoding="gb18030"))))


def test_a_zip_of_one_csv_is_read_past_the_litter_of_other_systems(tmp_path: Path) -> None:
    members = {"空气/": b"", "空气/air.csv": make.csv_bytes(ROWS), "__MACOSX/._air.csv": b"x", ".DS_Store": b"x"}
    assert_are_the_rows(rows_of(make.write_zip(tmp_path / "air.zip", members)))


def test_a_zip_of_one_workbook_is_read(tmp_path: Path) -> None:
    book = make.write_xlsx(tmp_path / "inner.xlsx", [make.HEADER, *(list(row.values()) for row in ROWS)])
    assert_are_the_rows(rows_of(make.write_zip(tmp_path / "air.zip", {"air.xlsx": book.read_bytes()})))


# --- workbooks --------------------------------------------------------------------------------------------------------


def test_a_workbook_with_true_numbers_and_times_is_read(tmp_path: Path) -> None:
    typed = [["A", 341002, datetime(2026, 11, 16, 8), 27], ["A", 341002, datetime(2026, 11, 16, 9), 1234.0]]
    typed.append(["黄山东路89号", 341002, datetime(2026, 11, 16, 10), 27.0])
    path = make.write_xlsx(tmp_path / "air.xlsx", [make.HEADER, *typed])
    assert_are_the_rows(rows_of(path))


def test_a_workbook_is_known_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "air.xlsx", [make.HEADER, *(list(row.values()) for row in ROWS)])
    assert_are_the_rows(rows_of(path.rename(tmp_path / "air.csv")))


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    (row,) = rows_of(make.write_xls(tmp_path / "air.xls"))
    assert (row["station_id"], row["place_code"], row["pm25"]) == ("A", "341002", 27.0)
    assert row["observed_at"] == datetime(2026, 11, 16, 8)


def test_csv_in_the_guise_of_a_workbook_is_read(tmp_path: Path) -> None:
    assert_are_the_rows(rows_of(make.write_csv(tmp_path / "air.xls", *ROWS)))


def test_the_first_sheet_with_content_is_read_and_its_rows_keep_their_numbers(tmp_path: Path) -> None:
    cells = [make.HEADER, list(make.air(8).values()), [], list(make.air(9, pm25="x").values())]
    path = make.write_xlsx(tmp_path / "air.xlsx", cells, first_row=2, sheets=["说明"])
    assert faults(path) == [(6, "bad_number")]
    assert [row["source_row"] for row in stored()] == [4]


# --- Parquet ----------------------------------------------------------------------------------------------------------


def test_a_typed_parquet_file_is_read_in_wall_time(tmp_path: Path) -> None:
    columns: dict[str, Any] = {name: pa.nulls(3, pa.string()) for name in make.HEADER}
    columns |= {
        "station_id": pa.array(["A", "A", "黄山东路89号"]).dictionary_encode(),
        "place_code": pa.array([341002, 341002, 341002]),
        "observed_at": pa.array([datetime(2026, 11, 16, hour, tzinfo=UTC) for hour in (0, 1, 2)]),
        "pm25": pa.array([27.0, 1234.0, 27.0]),
        "pm10": pa.array([float("nan"), None, 0.1]),
        "published_aqi": pa.array([40, 41, 42], pa.int32()),
    }
    found = rows_of(make.write_parquet(tmp_path / "air.parquet", columns))
    assert_are_the_rows(found)
    assert [row["pm10"] for row in found] == [None, None, 0.1]
    assert [row["published_aqi"] for row in found] == [40, 41, 42]
    assert [row["source_row"] for row in found] == [1, 2, 3]


# --- GeoJSON ----------------------------------------------------------------------------------------------------------


def test_geojson_points_become_coordinates_and_the_district_they_lie_in(tmp_path: Path) -> None:
    properties = make.station() | {"place_code": None, "is_in_city_mean": True, "extra": {"nested": 1}}
    path = make.write_geojson(
        tmp_path / "stations.geojson", (properties, (118.317, 29.713)), (make.station(station_id="B"), None)
    )
    first, second = rows_of(path, make.STATION)
    assert (first["station_id"], first["lon"], first["lat"], first["is_in_city_mean"]) == ("A", 118.317, 29.713, True)
    assert first["place_code"] == "341002"
    assert (second["station_id"], second["lon"], second["source_row"]) == ("B", None, 2)


def test_what_an_import_did_is_said_in_json(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "air.csv", make.air(8), make.air(9, pm25="x"))
    assert json.loads(json.dumps(ingest.load(make.AIR, [path], now=make.NOW).to_json())) == {
        "table": make.AIR,
        "accepted": 1,
        "unchanged": 0,
        "quarantined": {"bad_number": 1},
        "refused": None,
        "snapshot": None,
        "scrubbed": {},
        "skipped": {},
        "remarks": [],
    }


def test_a_refusal_is_said_in_json(tmp_path: Path) -> None:
    body = ingest.load(make.AIR, [tmp_path / "nowhere.csv"], now=make.NOW).to_json()
    assert set(body["refused"]) == {"rule", "place", "sentence"}
    assert body["refused"]["rule"] == "file_not_found"


def test_dates_of_workbooks_keep_their_day(tmp_path: Path) -> None:
    from ingest.values import dates

    texts = ["2026-11-16", "2026-11-16 00:00:00", "2026/11/16", "2026年11月16日", "20261116"]
    assert dates(pa.array(texts))[0].to_pylist() == [date(2026, 11, 16)] * 5
