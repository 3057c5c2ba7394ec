"""A period that still runs is judged by what has happened: a limit that falls due next week is not missed yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from metrics import read, read_groups, read_periods
from queries.scope import Scope
from tests import tiny


def case(number: int, due: datetime, closed: datetime | None) -> dict[str, Any]:
    return {
        "case_id": str(number), "place_code": "341002001", "handling_unit": "甲", "channel": "collector",
        "status": "closed" if closed else "handling", "reported_at": datetime(2026, 11, 2, 8),
        "filed_at": datetime(2026, 11, 2, 9), "handled_at": closed, "closed_at": closed, "due_at": due,
    }  # fmt: skip


@pytest.fixture(scope="module")
def snapshot_id(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Forty cases due and closed by the 8th; forty more that fall due on the 20th and are still worked on."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("running"), patch)
        done = [case(number, datetime(2026, 11, 6, 17), datetime(2026, 11, 6, 16)) for number in range(40)]
        open_ = [case(100 + number, datetime(2026, 11, 20, 17), None) for number in range(40)]
        last = case(200, datetime(2026, 11, 8, 17), datetime(2026, 11, 8, 23, 30)) | {
            "reported_at": datetime(2026, 11, 8, 23)
        }
        yield tiny.fill({"urban.case": [*done, *open_, last]})


def test_what_is_not_due_yet_is_not_counted(snapshot_id: str) -> None:
    month = Scope("341000", date(2026, 11, 1), date(2026, 12, 1), snapshot_id)
    found = read("on_time_closure_rate", month)
    assert (found.numerator, found.denominator, found.detail) == (40, 41, "到 11-08 为止")
    (group,) = read_groups("on_time_closure_rate", month, "district_code")
    assert group.denominator == 41
    assert read_periods(["on_time_closure_rate"], [month, month.previous()])[0][0].value == found.value


def test_a_period_that_is_over_is_read_whole(snapshot_id: str) -> None:
    week = Scope("341000", date(2026, 11, 2), date(2026, 11, 9), snapshot_id)
    assert read("on_time_closure_rate", week).denominator == 41
