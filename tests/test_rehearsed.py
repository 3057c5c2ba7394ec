"""A name that is mistyped in SQL or in a metric file is found at publishing, by file and line, and not on a page."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import cockpit
from metrics import metrics, rehearsed
from metrics.metric import FOLDER, Metric, parse
from queries import statement


@pytest.fixture
def number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A metric file with one word changed, parsed as if it stood in the folder."""

    def changed(name: str, was: str, becomes: str) -> Metric:
        file = tmp_path / "queries" / "urban" / "metrics" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (FOLDER / "urban" / "metrics" / file.name).read_text(encoding="utf-8")
        assert was in text
        file.write_text(text.replace(was, becomes), encoding="utf-8")
        monkeypatch.setattr(rehearsed, "FOLDER", tmp_path / "queries")
        return parse(file)

    return changed


def test_every_statement_of_the_repository_can_be_asked_within_seconds() -> None:
    began = time.process_time()
    assert rehearsed.faults(metrics()) == []
    assert time.process_time() - began < 4, "it stands in the way of every publish"


def test_a_mistyped_column_and_a_mistyped_view_are_both_named_with_file_line_and_remedy(number: object) -> None:
    column = number("rework_rate", "reworked_count", "reworkd_count")  # type: ignore[operator]
    view = number("closure_rate", "urban.case_daily", "urban.case_dayly")  # type: ignore[operator]
    one, other = rehearsed.faults([column, view])
    assert one.startswith("queries/urban/metrics/rework_rate.toml 第 ") and "行 numerator：没有列 reworkd_count" in one
    assert other.startswith("queries/urban/metrics/closure_rate.toml 第 ") and "没有表或视图 case_dayly" in other
    assert all("请对照合同" in each for each in (one, other))


def test_a_mistyped_dimension_is_found_though_no_page_groups_by_it(number: object) -> None:
    (said,) = rehearsed.faults([number("rework_rate", '"channel"', '"chanel"')])  # type: ignore[operator]
    assert "行 by：没有列 chanel" in said


def test_publishing_refuses_and_names_all_faults_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = [
        statement.parse(
            f"urban.broken_{name}", f"-- 甲\n-- grain: 一行\n-- binds: none\nselect {name} from urban.appeal"
        )
        for name in ("nothing", "naught")
    ]
    monkeypatch.setattr(statement, "views", lambda: tuple(broken))
    monkeypatch.setattr("metrics.rehearsed.questions", lambda _: iter(()))
    monkeypatch.setenv("COCKPIT_STORE", str(tmp_path))
    with pytest.raises(rehearsed.CannotRead) as refused:
        rehearsed.check()
    said = str(refused.value)
    assert "queries/urban/views/broken_nothing.sql：没有列 nothing" in said
    assert "queries/urban/views/broken_naught.sql：没有列 naught" in said
    assert cockpit.main(["publish"]) == cockpit.REFUSED
    assert "没有列 nothing" in capsys.readouterr().err
    assert not (tmp_path / "CURRENT").exists()
