"""Another city's tickets enter through a mapping file alone: AM/PM times, foreign places, not a line of Python."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import bad_files as make
import pyarrow.parquet as pq
import pytest

import ingest
from data.settings import settings
from ingest import store as tables

pytestmark = pytest.mark.real
ORDERS = "urban.hotline_order"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def moment(text: str) -> datetime | None:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None


def test_a_thousand_tickets_of_new_york_are_accepted_or_quarantined_with_a_reason(real_data: Path) -> None:
    """Counted a second way: with the csv module, from the file itself."""
    file = real_data / "nyc_311_1000.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        tickets = list(csv.DictReader(lines))
    nowhere = {n for n, ticket in enumerate(tickets, 2) if ticket["Borough"] == "Unspecified"}
    negative = set()
    for number, ticket in enumerate(tickets, 2):
        opened, closed = moment(ticket["Created Date"]), moment(ticket["Closed Date"])
        if opened is not None and closed is not None and closed < opened:
            negative.add(number)
    assert (len(tickets), len(nowhere), len(negative)) == (1000, 27, 10)
    result = ingest.load(ORDERS, [file], mapping="nyc_311", examples=100)
    assert result.refused is None
    assert result.quarantined == {"unknown_code": 27, "negative_duration": len(negative - nowhere)}
    assert result.accepted == 1000 - len(nowhere | negative)
    assert {fault.row for fault in result.examples if fault.rule == "unknown_code"} == nowhere
    assert {fault.row for fault in result.examples if fault.rule == "negative_duration"} == negative

    stored = pq.read_table(tables.real_file(ORDERS)).to_pylist()
    good = [ticket for n, ticket in enumerate(tickets, 2) if n not in nowhere | negative]
    assert Counter(row["place_code"] for row in stored) == Counter(
        {"BROOKLYN": "341002", "QUEENS": "341003", "MANHATTAN": "341004", "BRONX": "341021", "STATEN ISLAND": "341022"}[
            ticket["Borough"]
        ]
        for ticket in good
    )
    assert {row["order_id"]: (row["reported_at"], row["closed_at"]) for row in stored} == {
        ticket["Unique Key"]: (moment(ticket["Created Date"]), moment(ticket["Closed Date"])) for ticket in good
    }


def test_a_guess_at_the_foreign_file_finds_its_times_and_keys_and_can_be_loaded(
    real_data: Path, tmp_path: Path
) -> None:
    file = real_data / "nyc_311_1000.csv"
    mapping = make.write_mapping(tmp_path / "guess.toml", ingest.map_guess(file, ORDERS))
    text = mapping.read_text(encoding="utf-8")
    assert 'order_id      = "Unique Key"' in text
    assert 'reported_at   = { from = "Created Date", formats = ["%m/%d/%Y %I:%M:%S %p"] }' in text
    result = ingest.load(ORDERS, [file], mapping=mapping, dry_run=True)
    assert result.refused is None
    # 107 have no coordinates, and 7 of them closed before they opened; the others lie far outside the city, and say so
    assert result.quarantined == {"outside_city": 893, "negative_duration": 7}
    assert result.accepted == 100
