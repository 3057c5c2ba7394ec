"""The parts that scenes are built of: cards by attention, rankings in the official order, lists in words."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime

import pytest

import app
from components.address import Address
from components.comparing import _by_need, officially
from components.deck import by_attention
from components.listing import _flagged, cell, headings
from metrics import Reading, metric
from tests.test_components import texts

BLANK = Reading(
    metric="good_air_day_rate", code="EN02", name="优良天数比例", value=95.0, unit="%", numerator=19, denominator=20,
    n=20, state="ok", target=None, standing="met", area="341000", since=date(2026, 11, 9), until=date(2026, 11, 16),
    data_time=None, loaded_at=None, stale_at=None, snapshot="snap-000000000000", sources=(), demo=True, decimals=1,
)  # fmt: skip


def reading(code: str, standing: str, value: float | None = 1.0, key: str = "") -> Reading:
    return replace(BLANK, code=code, standing=standing, value=value, key=key, key_name=key)


def test_what_is_missed_comes_first_and_what_is_unknown_last() -> None:
    given = [
        reading("EN01", "none", None),
        reading("EN02", "met"),
        reading("EN03", "none"),
        reading("EN04", "near"),
        reading("EN06", "missed"),
        reading("EN05", "missed"),
    ]
    assert [each.code for each in by_attention(given)] == ["EN05", "EN06", "EN04", "EN02", "EN03", "EN01"]


def test_districts_stand_in_the_official_order_then_the_committees_then_the_city_s_own() -> None:
    given = [reading("EN02", "met", key=key) for key in ("3410", "3410F1", "341024", "341002", "341021")]
    assert [each.key for each in officially(given)] == ["341002", "341021", "341024", "3410F1", "3410"]


def test_a_report_that_was_due_before_the_period_s_end_and_has_not_come_says_so() -> None:
    asked = Address("341000", date(2026, 11, 16), date(2026, 11, 23), "snap-000000000000")
    late = _flagged(asked, "next_report_at", datetime(2026, 11, 22, 22), "11-22 22:00")
    assert late.children[1].children == "已过" and late.children[0] == "11-22 22:00"
    assert _flagged(asked, "next_report_at", datetime(2026, 11, 23), "11-23 00:00") == "11-23 00:00"
    assert _flagged(asked, "due_at", datetime(2026, 11, 22, 22), "11-22 22:00") == "11-22 22:00"


def test_by_need_puts_the_worst_first_and_the_unknown_last() -> None:
    given = [
        reading("EN02", "met", 99.0, "341002"),
        reading("EN02", "none", None, "341003"),
        reading("EN02", "missed", 80.0, "341021"),
    ]
    assert [each.key for each in _by_need(given, metric("good_air_day_rate"))] == ["341021", "341002", "341003"]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("place_code", "341021", "歙县"),
        ("is_overdue", True, "是"),
        ("due_at", datetime(2026, 11, 16, 9, 30), "11-16 09:30"),
        ("due_date", date(2026, 11, 16), "2026-11-16"),
        ("month_date", date(2026, 9, 1), "2026-09"),
        ("unserved_population", 13336.3, "13,336"),
        ("paid_rate", 0.954, "95.4%"),
        ("visitor_count", 1234567.0, "1,234,567"),
        ("tp", 0.25, "0.2"),
        ("data_flag", "M", "缺测"),
        ("note", None, "—"),
    ],
)
def test_a_cell_is_written_as_people_read_it(name: str, value: object, shown: str) -> None:
    assert cell(name, value) == shown


def test_a_name_from_data_stays_text() -> None:
    assert cell("name", "<img src=x onerror=alert(1)>") == "<img src=x onerror=alert(1)>"


def test_headings_are_the_labels_of_the_contracts() -> None:
    assert headings(["river_name", "no_such_column"]) == {"river_name": "河流", "no_such_column": "no_such_column"}


def test_casualties_that_nobody_reported_are_not_none() -> None:
    blank = {
        "title": "某事", "lead_unit": "某局", "contact_name": None, "contact_phone": None, "is_report_late": False,
        "next_report_at": None, "not_evacuated_count": 0, "dead_count": None, "missing_count": None,
        "injured_count": None, "kind": "emergency",
    }  # fmt: skip
    assert app.server
    _decided = sys.modules["pages.overview"]._decided  # Dash loaded it as the app began
    parts, _, state = _decided([blank])
    assert "— 人 （1 起未报伤亡）" in texts(parts) and state == "unknown"
    known = blank | {"dead_count": 1, "missing_count": 2, "injured_count": 0}
    parts, _, state = _decided([known, blank, blank | {"kind": "operation"}])
    assert "伤亡失踪 3 人 （1 起未报伤亡）" in texts(parts) and state == "attention"
