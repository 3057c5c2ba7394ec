"""A strange file is recognised, a mapping is proposed for it, and the proposal can be loaded as it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import bad_files as make
import corpus
import pyarrow.parquet as pq
import pytest

import ingest
from data.settings import settings
from ingest import store as tables
from ingest import units

ORDERS = [
    ["12345热线工单月报"],
    ["工单编号", "来电时间", "所属区县", "诉求内容", "承办单位", "状态", "结案时间", "经办人"],
    ["G1", "2026.11.16 08:00", "屯溪", "路灯不亮", "市城管局", "办理中", "", "甲"],
    ["G2", "2026年11月16日 09:30", "歙县", "井盖缺失", "歙县住建局", "已办结", "2026.11.17 10:00", "乙"],
    ["合计", "", "", "2 件"],
]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def stored(table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(tables.real_file(table)).to_pylist()
    return rows


def loaded(path: Path, table: str, folder: Path) -> tuple[dict[str, Any], ingest.ImportResult]:
    """The proposal as TOML, and what comes of loading the file through it."""
    text = ingest.map_guess(path, table)
    mapping = make.write_mapping(folder / "guess.toml", text)
    return tomllib.loads(text), ingest.load(table, [path], mapping=mapping, now=make.NOW)


# --- the guess --------------------------------------------------------------------------------------------------------


def test_usual_names_odd_times_and_shortened_districts_are_guessed_and_loaded(tmp_path: Path) -> None:
    proposed, result = loaded(corpus.book({"工单": ORDERS})(tmp_path), corpus.ORDER, tmp_path)
    assert proposed["columns"] | {"place_code": ""} == {
        "order_id": "工单编号", "reported_at": "来电时间", "content": "诉求内容", "handling_unit": "承办单位",
        "status": "状态", "closed_at": "结案时间", "place_code": "",
    }  # fmt: skip
    assert proposed["columns"]["place_code"] == {"from": "所属区县", "codes": {"屯溪": "341002", "歙县": "341021"}}
    assert (result.refused, result.accepted, result.skipped) == (None, 2, {"total_row": 1})
    first, second = stored(corpus.ORDER)
    assert (first["order_id"], first["reported_at"], first["status"]) == ("G1", datetime(2026, 11, 16, 8), "handling")
    assert (second["place_code"], second["closed_at"]) == ("341021", datetime(2026, 11, 17, 10))


def test_each_line_says_how_sure_it_is_and_what_was_not_used(tmp_path: Path) -> None:
    text = ingest.map_guess(corpus.book({"工单": ORDERS})(tmp_path), corpus.ORDER)
    (line,) = [line for line in text.splitlines() if line.startswith("order_id")]
    assert line.endswith("# 工单号：把握 90%，常见叫法")
    assert "# 没有用到的列：经办人" in text
    assert "表头在第 2 行" in text


def test_districts_as_columns_are_turned_into_rows(tmp_path: Path) -> None:
    rows = [["2026年各区县出生人数"], corpus.BIRTHS, ["2026年9月", *range(1, 8), 28], ["2026年10月", *range(2, 9), 35]]
    proposed, result = loaded(corpus.text(rows)(tmp_path), corpus.BIRTH, tmp_path)
    assert proposed["layout"]["unpivot"]["columns"]["黟县"] == "341023"
    assert proposed["columns"]["month_date"] == {"from": "月份", "formats": ["%Y年%m月"]}
    assert proposed["columns"]["birth_count"] == "数值"  # the title says 出生
    assert (result.refused, result.accepted) == (None, 14)
    found = {(row["place_code"], row["month_date"]): row["birth_count"] for row in stored(corpus.BIRTH)}
    assert found["341024", date(2026, 9, 1)] == 7
    assert found["341002", date(2026, 10, 1)] == 2


def test_units_missing_markers_and_blank_repeats_are_written_out(tmp_path: Path) -> None:
    head = ["区县", "统计日期", "受涝面积（亩）", *corpus.HEAD[3:8], "直接经济损失（元）"]
    rows = [corpus.flood(16, "屯溪区"), corpus.flood(17, "", 饮水困难人数="—"), corpus.flood(18, "")]
    proposed, result = loaded(corpus.text([head, *rows])(tmp_path), corpus.FLOOD, tmp_path)
    assert proposed["columns"]["flooded_area_ha"] == {"from": "受涝面积（亩）", "unit": "亩"}
    assert proposed["columns"]["loss_wan"] == {"from": "直接经济损失（元）", "unit": "元"}
    assert proposed["missing"] == ["—"]
    assert proposed["layout"]["fill_down"] == ["区县"]
    assert (result.refused, result.accepted) == (None, 3)
    assert [row["place_code"] for row in stored(corpus.FLOOD)] == ["341002"] * 3


def test_a_column_that_nothing_fills_is_left_to_be_written(tmp_path: Path) -> None:
    text = ingest.map_guess(corpus.text([["来电时间", "内容"], ["2026-11-16 08:00", "路灯"]])(tmp_path), corpus.ORDER)
    assert '# order_id = "…"   # 工单号：必填' in text
    assert tomllib.loads(text)["constants"] == {"place_code": "3410"}


def test_words_that_no_code_list_knows_are_set_aside_where_rows_can_do_without(tmp_path: Path) -> None:
    rows = [["order_id", "place_code", "reported_at", "工单状态"], ["1", "341002", "2026-11-16", "Closed"]]
    text = ingest.map_guess(corpus.text(rows)(tmp_path), corpus.ORDER)
    assert "status" not in tomllib.loads(text)["columns"]
    assert '# "Closed" = ""   # 待补' in text


def test_any_header_gives_a_proposal_that_is_toml(tmp_path: Path) -> None:
    rows = [['工单"编号', "来电\\时间", "区县\t名"], ["a", "b", "c"]]
    tomllib.loads(ingest.map_guess(corpus.text(rows)(tmp_path), corpus.ORDER))


# --- recognition ------------------------------------------------------------------------------------------------------


def test_a_plain_file_is_recognised_without_a_mapping(tmp_path: Path) -> None:
    found = ingest.recognise(corpus.text([corpus.TITLE, corpus.HEAD, *corpus.TWO])(tmp_path), corpus.FLOOD)
    assert (found.header_row, found.rows, found.proposal, found.missing) == (2, 2, "", ())
    assert found.matched["loss_wan"] == "直接经济损失"
    assert found.preview[0][:2] == ("341002", "2026-11-16")


def test_the_table_is_found_by_its_columns(tmp_path: Path) -> None:
    assert ingest.recognise(corpus.text([corpus.HEAD, *corpus.TWO])(tmp_path)).table == corpus.FLOOD
    assert ingest.recognise(corpus.text([corpus.LODGE, list("abcdefg")])(tmp_path)).table == corpus.LODGING


def test_a_template_names_its_table(tmp_path: Path) -> None:
    found = ingest.recognise(corpus.template(corpus.flood(16))(tmp_path))
    assert (found.table, found.sheet, found.rows, found.proposal) == (corpus.FLOOD, "数据", 1, "")


def test_a_strange_file_is_recognised_with_a_proposal(tmp_path: Path) -> None:
    found = ingest.recognise(corpus.book({"工单": ORDERS})(tmp_path), corpus.ORDER)
    assert (found.sheet, found.header_row, found.rows) == ("工单", 2, 2)
    assert found.proposal.startswith("# 由 map-guess")
    assert found.unmatched == ("经办人",)


def test_a_file_that_no_table_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ingest.Refused, match="看不出"):
        ingest.recognise(corpus.text([["甲", "乙"], ["1", "2"]])(tmp_path))


@pytest.mark.real
def test_a_real_file_is_recognised_by_a_shipped_mapping(real_data: Path) -> None:
    found = ingest.recognise(real_data / "air_hourly_huangshan_2020.csv", make.AIR)
    assert (found.mapping, found.rows, found.proposal) == ("air_hourly_huangshan", 324, "")


@pytest.mark.real
def test_a_guess_at_a_real_file_puts_day_and_hour_together_and_takes_every_row(real_data: Path, tmp_path: Path) -> None:
    proposed, result = loaded(real_data / "air_hourly_huangshan_2020.csv", make.AIR, tmp_path)
    assert proposed["columns"]["observed_at"] == {"from": ["Date", "Hour"], "formats": ["%Y%m%d %H"]}
    assert proposed["columns"]["station_id"] == "WatchPoint"
    assert (result.refused, result.accepted, result.quarantined) == (None, 324, {})


# --- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "ours", "times"),
    [
        ("元", "万元", 1e-4), ("亿元", "万元", 1e4), ("千元", "元", 1e3), ("万人次", "人次", 1e4),
        ("亩", "公顷", 1 / 15), ("平方公里", "公顷", 100), ("µg/m³", "mg/m³", 1e-3), ("ug/m3", "µg/m³", 1),
        ("小时", "分钟", 60),
        ("%", "无量纲", 0.01), ("km", "米", 1000), ("人", "人", 1), ("公斤", "吨", 1e-3),
    ],
)  # fmt: skip
def test_units_of_one_kind_are_converted(theirs: str, ours: str, times: float) -> None:
    assert units.factor(theirs, ours) == pytest.approx(times)


@pytest.mark.parametrize(("theirs", "ours"), [("人", "人次"), ("元", "吨"), ("件", "万元"), ("某", "元"), ("", "元")])
def test_units_of_different_kinds_are_not(theirs: str, ours: str) -> None:
    assert units.factor(theirs, ours) is None
