"""A bad file is refused whole: nothing changes, and the clerk reads which file, where, what and what to do."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import bad_files as make
import pytest

import ingest
from data.settings import settings
from ingest import store as tables
from ingest.result import Refusal

GOOD = make.csv_bytes([make.air()])


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store that holds one good hour of station A."""
    folder = make.use_store(monkeypatch, tmp_path / "store")
    assert ingest.load(make.AIR, [make.write_csv(tmp_path / "good.csv", make.air())], now=make.NOW).accepted == 1
    yield folder
    settings.cache_clear()


def refusal(path: Path, table: str = make.AIR, mapping: str | Path | None = None) -> Refusal:
    """What the import says; it has left the store as it was."""
    store = settings().store
    before = make.contents(store)
    result = ingest.load(table, [path], mapping=mapping, now=make.NOW)
    assert result.refused is not None, result
    assert result.accepted == result.unchanged == 0
    assert make.contents(store) == before
    assert result.refused.sentence.endswith("。")
    return result.refused


def rule_for(path: Path) -> str:
    said = refusal(path)
    assert path.name in said.sentence and path.name in said.place
    return said.rule


# --- nothing, or no table ---------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert rule_for(tmp_path / "nowhere.csv") == "file_not_found"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert rule_for(tmp_path) == "file_not_found"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    assert rule_for(path) == "empty_file"


def test_a_file_of_blank_lines_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "blank.csv"
    path.write_text("\n \n\n")
    assert rule_for(path) == "empty_file"


def test_an_empty_gzip_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_gzip(tmp_path / "empty.csv.gz", b"")) == "empty_file"


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text(",".join(make.HEADER) + "\n\n")
    assert rule_for(path) == "no_rows"


def test_a_workbook_with_a_header_alone_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_xlsx(tmp_path / "header.xlsx", [make.HEADER])) == "no_rows"


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_xlsx(tmp_path / "empty.xlsx", [])) == "empty_file"


def test_a_web_page_saved_as_xls_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.xls"
    path.write_text("<html><table><tr><td>station_id</td></tr></table></html>")
    assert rule_for(path) == "not_a_table"


def test_a_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
    assert rule_for(path) == "not_a_table"


def test_prose_is_refused_as_no_table(tmp_path: Path) -> None:
    path = tmp_path / "letter.csv"
    path.write_text("关于报送数据的函\n请于周一前报送。\n", encoding="utf-8")
    assert rule_for(path) == "not_a_table"


def test_a_file_pasted_together_from_two_encodings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "拼.csv"
    head = "station_id,place_code,observed_at\n黎阳,341002,2026-11-16 07:00\n"
    path.write_bytes(head.encode("utf-8") + "屯溪站,341002,2026-11-16 08:00\n".encode("gb18030"))
    assert rule_for(path) == "mixed_encoding"


def test_a_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(4000))
    assert rule_for(path) in ("bad_encoding", "nul_character")


# --- columns ----------------------------------------------------------------------------------------------------------


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "air.csv", make.air(), header=[n for n in make.HEADER if n != "pm25"])
    assert rule_for(path) == "missing_column"
    assert "pm25(PM2.5)" in refusal(path).sentence


def test_a_file_of_another_table_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_csv(tmp_path / "stations.csv", make.station())) == "missing_column"


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "air.csv", make.air(), header=[*make.HEADER, "pm25"])
    assert rule_for(path) == "duplicate_column"
    assert "“pm25”" in refusal(path).sentence


def test_a_column_under_its_name_and_its_label_is_refused(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "air.csv", make.air(), header=[*make.HEADER, "PM2.5"])
    assert rule_for(path) == "duplicate_column"


def test_a_parquet_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "air.parquet"
    pq.write_table(pa.table([["A"], ["B"]], names=["station_id", "station_id"]), path)
    assert rule_for(path) == "duplicate_column"


# --- damaged text -----------------------------------------------------------------------------------------------------


def test_a_nul_character_is_refused_with_its_row(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "air.csv", make.air(8), make.air(9, data_flag="N\0"))
    assert rule_for(path) == "nul_character"
    assert "第 3 行" in refusal(path).sentence


def test_utf_16_without_its_mark_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_csv(tmp_path / "air.csv", make.air(), encoding="utf-16-le")) == "nul_character"


def test_a_nul_character_in_parquet_is_refused(tmp_path: Path) -> None:
    path = make.write_parquet(tmp_path / "air.parquet", make.air_columns([make.air(station_id="A\0")]))
    assert rule_for(path) == "nul_character"


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(GOOD + b"\xff\xff\xff\r\n")
    assert rule_for(path) == "bad_encoding"


def test_an_unclosed_quotation_mark_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(GOOD + b'"A,341002,2026-11-16 09:00' + b"," * (len(make.HEADER) - 3) + b"\r\n" + GOOD)
    assert rule_for(path) == "broken_quotes"


def test_a_row_longer_than_a_block_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    path.write_bytes(GOOD + b'"' + b"\n" * (20 << 20) + b'"\n')
    assert rule_for(path) == "not_a_table"


# --- damaged Parquet and workbooks ------------------------------------------------------------------------------------


def test_a_parquet_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = make.write_parquet(tmp_path / "whole.parquet", make.air_columns([make.air()])).read_bytes()
    path = tmp_path / "air.parquet"
    for length in range(4, len(whole), len(whole) // 12):
        path.write_bytes(whole[:length])
        assert rule_for(path) == "damaged_file", length


def test_a_bit_flipped_in_a_parquet_page_is_refused(tmp_path: Path) -> None:
    columns = make.air_columns([make.air(station_id=f"S{i}") for i in range(500)])
    path = make.write_parquet(tmp_path / "air.parquet", columns, write_page_checksum=True, compression="none")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"S250") + 3] ^= 1  # S251: still a station, but not the one that was sent
    path.write_bytes(raw)
    assert rule_for(path) == "damaged_file"


def test_bits_flipped_in_a_parquet_footer_are_refused(tmp_path: Path) -> None:
    path = make.write_parquet(tmp_path / "air.parquet", make.air_columns([make.air()]))
    raw = bytearray(path.read_bytes())
    raw[-6] ^= 0x40  # the footer's length
    path.write_bytes(raw)
    assert rule_for(path) == "damaged_file"


def test_no_flipped_bit_in_a_parquet_file_gets_past_the_contract_unseen_or_breaks_the_import(tmp_path: Path) -> None:
    """With page checksums a flip is refused, or it hit what is not read (statistics, padding, names of the writer)."""
    path = make.write_parquet(
        tmp_path / "air.parquet", make.air_columns([make.air()]), write_page_checksum=True, compression="zstd"
    )
    whole = path.read_bytes()
    for position in range(0, len(whole), len(whole) // 120):
        raw = bytearray(whole)
        raw[position] ^= 1 << position % 8
        path.write_bytes(raw)
        result = ingest.load(make.AIR, [path], now=make.NOW, dry_run=True)
        assert result.refused is not None or result.unchanged == 1, position


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "air.xlsx", [make.HEADER, list(make.air().values())])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert rule_for(path) == "damaged_file"


def test_a_bit_flipped_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "air.xlsx", [make.HEADER, list(make.air().values())])
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"xl/worksheets/sheet1.xml") + 200] ^= 1
    path.write_bytes(raw)
    assert rule_for(path) == "damaged_file"


def test_an_old_workbook_with_nothing_behind_its_signature_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert rule_for(path) == "damaged_file"


def test_an_old_workbook_that_makes_its_parser_abort_is_refused(tmp_path: Path) -> None:
    path = make.write_xls(tmp_path / "air.xls")
    whole = path.read_bytes()
    for length in (600, 1500, 3000, len(whole) - 600):
        path.write_bytes(whole[:length])
        assert rule_for(path) == "damaged_file", length


def test_a_workbook_with_a_stray_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    """Seventeen thousand million cells: the parser would ask for hundreds of gigabytes."""
    import xlsxwriter

    path = tmp_path / "air.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, make.HEADER)
        sheet.write(1_048_575, 16_383, "x")
    assert rule_for(path) == "damaged_file"


# --- archives ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COCKPIT_MAX_DECODED_MB", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("small_limit")
def test_a_gzip_bomb_is_stopped_at_the_limit(tmp_path: Path) -> None:
    assert rule_for(make.write_gzip(tmp_path / "air.csv.gz", GOOD + bytes(50 << 20))) == "too_large"


@pytest.mark.usefixtures("small_limit")
def test_a_zip_bomb_is_stopped_at_the_limit(tmp_path: Path) -> None:
    assert rule_for(make.write_zip(tmp_path / "air.zip", {"air.csv": bytes(50 << 20)})) == "too_large"


@pytest.mark.usefixtures("small_limit")
def test_a_workbook_bomb_is_stopped_at_the_limit(tmp_path: Path) -> None:
    members = {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": b" " * (50 << 20)}
    assert rule_for(make.write_zip(tmp_path / "air.xlsx", members)) == "too_large"


@pytest.mark.usefixtures("small_limit")
def test_a_parquet_bomb_is_stopped_at_the_limit(tmp_path: Path) -> None:
    path = make.write_parquet(tmp_path / "air.parquet", make.air_columns([make.air()] * 100_000))
    assert path.stat().st_size < 1 << 16
    assert rule_for(path) == "too_large"


def test_a_gzip_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.csv.gz"
    path.write_bytes(gzip.compress(GOOD)[:-12])
    assert rule_for(path) == "damaged_file"


def test_a_gzip_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = make.write_gzip(tmp_path / "air.csv.gz", GOOD)
    raw = bytearray(path.read_bytes())
    raw[-6] ^= 1
    path.write_bytes(raw)
    assert rule_for(path) == "damaged_file"


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    path = make.write_zip(tmp_path / "air.zip", {"air.csv": GOOD})
    path.write_bytes(path.read_bytes()[:-30])
    assert rule_for(path) == "damaged_file"


@pytest.mark.parametrize("name", ["../air.csv", "/tmp/air.csv", "..\\air.csv", "C:\\air.csv"])
def test_a_zip_whose_member_leaves_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert rule_for(make.write_zip(tmp_path / "air.zip", {name: GOOD})) == "unsafe_archive"


def test_a_zip_of_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_link_zip(tmp_path / "air.zip")) == "unsafe_archive"


def test_a_zip_of_two_files_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_zip(tmp_path / "air.zip", {"a.csv": GOOD, "b.csv": GOOD})) == "several_files"


def test_a_zip_of_nothing_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_zip(tmp_path / "air.zip", {})) == "several_files"


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    assert rule_for(make.write_locked_zip(tmp_path / "air.zip", GOOD)) == "password"


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = make.write_zip(tmp_path / "inner.zip", {"air.csv": GOOD}).read_bytes()
    assert rule_for(make.write_zip(tmp_path / "outer.zip", {"inner.zip": inner})) == "not_a_table"
    assert rule_for(make.write_gzip(tmp_path / "outer.gz", gzip.compress(GOOD))) == "not_a_table"


# --- GeoJSON ----------------------------------------------------------------------------------------------------------


def test_geojson_cut_short_is_refused(tmp_path: Path) -> None:
    path = make.write_geojson(tmp_path / "stations.geojson", (make.station(), (118.31, 29.71)))
    path.write_bytes(path.read_bytes()[:-20])
    assert refusal(path, make.STATION).rule == "not_a_table"


def test_json_that_is_no_feature_collection_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stations.json"
    path.write_text('[{"station_id": "A"}]')
    assert refusal(path, make.STATION).rule == "not_a_table"


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stations.json"
    path.write_text("[" * 200_000)
    assert refusal(path, make.STATION).rule == "not_a_table"


def test_a_feature_collection_of_nothing_is_refused(tmp_path: Path) -> None:
    assert refusal(make.write_geojson(tmp_path / "stations.geojson"), make.STATION).rule == "no_rows"


def test_a_polygon_where_points_are_wanted_is_refused_with_its_number(tmp_path: Path) -> None:
    polygon = {"type": "Polygon", "coordinates": [[[118, 29], [119, 29], [119, 30], [118, 29]]]}
    features = ((make.station(), (118.31, 29.71)), (make.station(station_id="B"), polygon))
    said = refusal(make.write_geojson(tmp_path / "stations.geojson", *features), make.STATION)
    assert said.rule == "not_a_table"
    assert "第 2 个要素" in said.sentence


# --- the whole import -------------------------------------------------------------------------------------------------


def test_an_unknown_table_is_refused_with_the_nearest_three(tmp_path: Path) -> None:
    said = refusal(tmp_path / "air.csv", "ecology.air_hours")
    assert said.rule == "unknown_table"
    assert make.AIR in said.sentence
    assert said.sentence.count("ecology.") <= 4


def test_a_derived_table_is_refused_with_the_tables_to_import_instead(tmp_path: Path) -> None:
    said = refusal(tmp_path / "air.csv", "ecology.air_city_daily")
    assert said.rule == "not_importable"
    assert make.AIR in said.sentence


def test_a_table_of_the_product_s_own_reference_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "places.csv", "common.division").rule == "not_importable"


def test_a_file_without_one_good_row_is_refused_with_its_first_fault(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "air.csv", make.air(9, pm25="高"), make.air(10, pm25="低"))
    said = refusal(path)
    assert said.rule == "no_row_accepted"
    assert "第 2 行“pm25”的值“高”不是数字" in said.sentence
    assert ingest.load(make.AIR, [path], now=make.NOW).quarantined == {"bad_number": 2}


def test_one_bad_file_among_good_ones_refuses_them_all(tmp_path: Path) -> None:
    good, bad = make.write_csv(tmp_path / "b.csv", make.air(9)), tmp_path / "c.csv"
    bad.touch()
    before = make.contents(settings().store)
    result = ingest.load(make.AIR, [good, bad], now=make.NOW)
    assert result.refused is not None
    assert result.refused.rule == "empty_file"
    assert make.contents(settings().store) == before


def test_a_second_import_at_the_same_time_is_refused_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LOCK_WAIT_S", 0.1)
    path = make.write_csv(tmp_path / "air.csv", make.air(9))
    with tables.locked():
        result = ingest.load(make.AIR, [path], now=make.NOW)
    assert result.refused is not None
    assert result.refused.rule == "busy"
    assert ingest.load(make.AIR, [path], now=make.NOW).accepted == 1
