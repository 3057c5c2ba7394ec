"""An empty form made from the contract: filled in, it is imported without a mapping; its example never is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import bad_files as make
import corpus
import openpyxl
import pyarrow.parquet as pq
import pytest

import ingest
from data.contract import codes, contract, contracts
from data.settings import settings
from ingest import store as tables
from ingest.form import example, heading

IMPORTED = [each.table for each in contracts().values() if each.layer == "detail"]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def made(folder: Path, table: str) -> Any:
    ingest.template(table, folder / "模板.xlsx")
    return openpyxl.load_workbook(folder / "模板.xlsx")


def test_it_holds_the_header_a_marked_example_and_notes(tmp_path: Path) -> None:
    book = made(tmp_path, corpus.FLOOD)
    rows = list(book["数据"].iter_rows(values_only=True))
    assert rows[0][:4] == ("标记", "所在地代码", "日期", "受涝面积（公顷）")
    assert rows[1][0] == "示例"
    assert "导入时自动略过" in book["数据"]["A2"].comment.text
    notes = {row[0].value: row for row in book["填表说明"].iter_rows() if row[0].value}
    assert notes["日期"][2].value == "必填"
    assert "受涝面积（公顷）" in notes
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == ["数据", "填表说明"]


def test_a_column_of_codes_has_a_list_to_choose_from(tmp_path: Path) -> None:
    book = made(tmp_path, corpus.LODGING)
    (rule,) = [each for each in book["数据"].data_validations.dataValidation if "C3" in each.sqref]
    assert rule.type == "list"
    sheet, _, cells = rule.formula1.replace("$", "").partition("!")
    listed = [cell.value for (cell,) in book[sheet.lstrip("=")][cells]]
    assert listed == list(codes("lodging_kind").values())


def test_a_filled_one_is_imported_without_a_mapping(tmp_path: Path) -> None:
    book = made(tmp_path, corpus.LODGING)
    filled = ["屯溪区", "民宿", datetime(2026, 11, 16), 120, 90, 150, 318.5]
    for column, value in enumerate(filled, 2):
        book["数据"].cell(3, column).value = value
    book.save(tmp_path / "填好.xlsx")
    result = ingest.load(corpus.LODGING, [tmp_path / "填好.xlsx"], now=make.NOW)
    assert (result.refused, result.accepted, result.skipped) == (None, 1, {"example_row": 1})
    (row,) = pq.read_table(tables.real_file(corpus.LODGING)).to_pylist()
    assert (row["place_code"], row["lodging_kind"], row["room_price_yuan"]) == ("341002", "homestay", 318.5)
    assert row["source_row"] == 3


def test_one_that_nobody_filled_in_is_refused(tmp_path: Path) -> None:
    made(tmp_path, corpus.FLOOD)
    result = ingest.load(corpus.FLOOD, [tmp_path / "模板.xlsx"], now=make.NOW)
    assert result.refused is not None
    assert result.refused.rule == "no_rows"


@pytest.mark.parametrize("table", IMPORTED)
def test_every_example_is_a_row_that_its_own_table_takes(table: str) -> None:
    """Filled where it must be, readable, in its range, in the order of its times."""
    import pyarrow as pa

    from data.example_rows import example_rows
    from ingest import places
    from ingest.field import Field

    assert example_rows()[table].keys() <= set(contract(table).column_names)
    shown = {column.name: example(contract(table), column) for column in contract(table).columns}
    for column in contract(table).columns:
        value = shown[column.name]
        if value is None:
            assert not column.required and column.name not in contract(table).key, column.name
            continue
        text = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
        if column.name == "place_code":
            assert places.stored(text) is not None
            continue
        assert not Field(column).parse(pa.array([text]))[1].any(), (column.name, text)
        if column.type in ("integer", "real"):
            assert column.minimum is None or value >= column.minimum
            assert column.maximum is None or value <= column.maximum
        if column.not_before and shown[column.not_before]:
            assert value >= shown[column.not_before], column.name


def test_the_example_of_a_ticket_looks_like_one(tmp_path: Path) -> None:
    book = made(tmp_path, corpus.ORDER)
    head, row = ([cell.value for cell in line] for line in book["数据"].iter_rows(max_row=2))
    shown = dict(zip(head, row, strict=True))
    assert shown["标记"] == "示例"
    assert shown["渠道"] in codes("channel").values()
    assert datetime(2026, 11, 16) <= shown["上报时间"] < datetime(2026, 11, 23)
    assert not any(str(cell).startswith("示例") for cell in row[1:])


def test_every_header_cell_stands_for_one_column_alone() -> None:
    for table in IMPORTED:
        headings = [heading(column) for column in contract(table).columns]
        assert len(set(headings)) == len(headings), table


def test_a_derived_table_has_no_template(tmp_path: Path) -> None:
    with pytest.raises(ingest.Refused, match="不能导入"):
        ingest.template("ecology.air_city_daily", tmp_path / "模板.xlsx")
