"""The data dictionary says what the contracts and metric files say."""

from __future__ import annotations

from data.contract import contracts
from metrics.dictionary import FOLDER, pages
from metrics.metric import metrics


def test_the_dictionary_in_docs_is_up_to_date() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert there == pages(), "run `python -m metrics.dictionary` and commit docs/dictionary"


def test_every_table_column_and_metric_stands_in_it() -> None:
    text = "".join(pages().values())
    assert all(f"`{table}`" in text for table in contracts())
    assert all(f"`{column.name}`" in text for each in contracts().values() for column in each.columns)
    assert all(f"(`{metric.id}`)" in text for metric in metrics())
