"""Each file of the corpus gives exactly the finding it was made for, with place and remedy, and keeps the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bad_files as make
import corpus
import pyarrow.parquet as pq
import pytest

import ingest
from data.rulebook import RULES
from data.settings import settings
from ingest import store as tables

SKIPS = {"total_row", "note_row", "repeated_header", "example_row"}


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def load(case: corpus.Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ingest.ImportResult]:
    monkeypatch.setenv("COCKPIT_MAX_DECODED_MB", str(case.limit_mb))
    settings.cache_clear()
    mapping = make.write_mapping(folder / "映射.toml", case.mapping) if case.mapping else None
    path = case.file(folder)
    return path, ingest.load(case.table, [path], mapping=mapping, now=make.NOW)


def test_the_corpus_is_large_and_every_case_has_a_name_of_its_own() -> None:
    assert len(corpus.CASES) >= 80
    assert len({case.name for case in corpus.CASES}) == len(corpus.CASES)


@pytest.mark.parametrize("case", [case for case in corpus.CASES if not case.refused], ids=lambda case: case.name)
def test_a_file_gives_its_findings_and_keeps_every_other_row(
    case: corpus.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, result = load(case, tmp_path, monkeypatch)
    assert result.refused is None, result.refused
    found = [(fault.row, header, fault.rule) for fault in result.examples for header in fault.headers[:1] or ("",)]
    assert found == list(case.bad)
    assert result.accepted + result.unchanged == case.kept
    assert sum(result.quarantined.values()) == len({row for row, _, _ in case.bad})
    assert result.skipped == case.skipped
    assert result.scrubbed == case.scrubbed
    assert {remark.rule for remark in result.remarks} - SKIPS - {"header_found"} == case.remarks
    for remark in result.remarks:
        assert path.name in remark.sentence and path.name in remark.place
        assert remark.sentence.endswith("。")
    for fault in result.examples:
        assert f"{path.name}" in fault.sentence
        assert f"第 {fault.row} 行" in fault.sentence
        assert "请" in fault.sentence
        assert fault.sentence.endswith("。")
        assert fault.rule in RULES
    column, values = case.check
    if column:
        rows = pq.read_table(tables.real_file(case.table)).to_pylist()
        assert tuple(row[column] for row in rows) == values


@pytest.mark.parametrize("case", [case for case in corpus.CASES if case.refused], ids=lambda case: case.name)
def test_a_file_that_cannot_be_read_rightly_is_refused_whole(
    case: corpus.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    path, result = load(case, tmp_path, monkeypatch)
    assert result.refused is not None, result
    assert result.refused.rule == case.refused
    assert path.name in result.refused.sentence or case.refused == "bad_mapping"
    assert "请" in result.refused.sentence
    assert result.refused.sentence.endswith("。")
    assert make.contents(store) == {}
