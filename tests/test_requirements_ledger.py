"""`docs/requirements.md`: every requirement of the plan has one row that says where it is shown and how far it is."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from data.catalogue import PAGES
from data.contract import contracts
from data.ledger import IDS, LEDGER, STATES, TABLES, Entry, ledger, requirement_ids, with_names
from data.plan import indicators, tasks
from data.reference_csv import ReferenceFileError
from metrics import metrics
from metrics.ledger import renewed

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(__file__).resolve().parents[2] / "shared" / "requirements.md"


def written(tmp_path: Path, first: str) -> Path:
    """A ledger whose row of OV-01 reads `first` and whose other rows are as plain as may be."""
    path = tmp_path / "requirements.md"
    rest = (f"| {name} | 原文 | /overview 面板 | — | — | not yet |" for name in requirement_ids()[1:])
    path.write_text("\n".join(("# 台账", "", first, *rest)), encoding="utf-8")
    return path


def test_every_requirement_has_exactly_one_row_in_the_order_of_the_list():
    assert tuple(ledger()) == requirement_ids()


def test_the_list_counts_as_the_plan_does():
    counts = Counter(re.match("[A-Z]+", name)[0] for name in requirement_ids())  # type: ignore[index]
    assert counts == {
        "OV": 22, "WL": 15, "HB": 18, "MS": 17, "SQ": 14, "CG": 13, "JT": 10, "AQ": 24, "X": 23, "K": 14, "T": 28,
    }  # fmt: skip


def test_the_indicators_and_tasks_of_the_annexes_are_requirements():
    assert {*indicators(), *tasks()} <= set(requirement_ids())


@pytest.mark.skipif(not SHARED.exists(), reason="the requirements are not beside the project")
def test_the_list_is_that_of_the_plan():
    written = re.findall(r"^\| ((?:[A-Z]{2}|X)-\d\d|[KT]\d\d) \|", SHARED.read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(sorted(set(written))) == tuple(sorted(requirement_ids()))


def test_every_row_names_a_page_a_panel_and_a_legal_state():
    for entry in ledger().values():
        assert entry.quote and entry.panel, entry.id
        assert set(entry.pages) <= set(PAGES), entry.id
        assert entry.state in STATES, entry.id


def test_a_row_that_works_partly_says_what_is_missing(tmp_path: Path):
    row = "| OV-01 | “总驾驶舱” | /overview /wall 城市 脉搏 | `a.b` `a.c` | `due_count` | partly: 缺受理时间 |"
    assert ledger(written(tmp_path, row))["OV-01"] == Entry(
        "OV-01", "“总驾驶舱”", ("overview", "wall"), "城市 脉搏", ("a.b", "a.c"), ("due_count",), "partly", "缺受理时间"
    )


def test_a_contract_answers_only_requirements_that_exist():
    for contract in contracts().values():
        assert set(contract.requirements) <= set(requirement_ids()), contract.table


def test_the_tables_and_metrics_of_the_ledger_are_those_of_their_files():
    text = LEDGER.read_text(encoding="utf-8")
    assert text == renewed(text), "run: python -m metrics.ledger"


def test_a_metric_answers_only_requirements_that_exist():
    for each in metrics():
        assert set(each.requirements) <= set(requirement_ids()), each.file


def shown_by_panels() -> dict[str, set[str]]:
    """`{requirement id: files}`: every text in pages and components that is made of requirement ids alone."""
    name_of = re.compile(r"(?:OV|WL|HB|MS|SQ|CG|JT|AQ|X)-\d\d|[KT]\d\d")
    found: dict[str, set[str]] = {}
    for path in (*(ROOT / "pages").glob("*.py"), *(ROOT / "components").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.split()
                for name in words if all(name_of.fullmatch(word) for word in words) else ():
                    found.setdefault(name, set()).add(path.stem)
    return found


def test_what_a_panel_claims_to_answer_the_ledger_calls_at_least_partly_done():
    for name, files in shown_by_panels().items():
        assert name in ledger(), f"{sorted(files)}: no requirement {name}"
        assert ledger()[name].state != "not yet", f"{name} is shown by {sorted(files)}; say so in docs/requirements.md"


def test_what_the_ledger_calls_done_a_panel_shows():
    shown = shown_by_panels()
    claimed = [entry for entry in ledger().values() if entry.state != "not yet"]
    assert claimed
    assert [entry.id for entry in claimed if entry.id not in shown] == []


def test_the_column_of_tables_is_written_and_nothing_else_is_touched():
    text = "# x\n\n| ID | 表 |\n|---|---|\n| OV-01 | q | /overview p | `old.table` | `m` | works |\n"
    assert with_names(text, TABLES, {"OV-01": ["a.b", "c.d"]}) == text.replace("`old.table`", "`a.b` `c.d`")
    assert with_names(text, TABLES, {}) == text.replace("`old.table`", "—")


FAULTS = {
    "an illegal state": ("| OV-01 | q | /overview p | — | — | done |", "OV-01：状态“done”不合规"),
    "partly without what is missing": ("| OV-01 | q | /overview p | — | — | partly: |", "状态“partly:”不合规"),
    "works with a remark": ("| OV-01 | q | /overview p | — | — | works: 差不多 |", "不合规"),
    "an unknown id": ("| OV-99 | q | /overview p | — | — | works |", "OV-99：没有这个编号"),
    "an id twice": ("| OV-02 | q | /overview p | — | — | works |", "OV-02：编号重复"),
    "an id left out": ("", "OV-01：没有这一行"),
    "no page": ("| OV-01 | q | 面板 | — | — | works |", "没有页面"),
    "an empty cell": ("| OV-01 | q | /overview p | | — | works |", "应为 6 格"),
    "a cell too many": ("| OV-01 | q | /overview p | — | — | — | works |", "应为 6 格"),
}


@pytest.mark.parametrize(("row", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_ledger_is_refused_with_its_line(tmp_path: Path, row: str, says: str):
    with pytest.raises(ReferenceFileError, match=says):
        ledger(written(tmp_path, row))


@pytest.mark.parametrize(("line", "says"), [("OV-1", "不是需求编号"), ("OV-01", "重复")])
def test_a_fault_in_the_list_of_ids_is_refused(tmp_path: Path, line: str, says: str):
    path = tmp_path / IDS.name
    path.write_text(IDS.read_text(encoding="utf-8") + f"{line}\n", encoding="utf-8")
    with pytest.raises(ReferenceFileError, match=says):
        requirement_ids(path)
