"""A period that still runs is judged by what has happened: a limit that falls due next week is not missed yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.clock import now
from data.settings import settings
from metrics import read, read_groups, read_periods
from queries.scope import Scope
from tests import tiny


def case(number: int, due: datetime, closed: datetime | None) -> dict[str, Any]:
    return {
        "case_id": str(number), "place_code": "341002001", "handling_unit": "甲", "channel": "collector",
        "status": "closed" if closed else "handling", "reported_at": TODAY - timedelta(days=6),
        "filed_at": TODAY - timedelta(days=6), "handled_at": closed, "closed_at": closed, "due_at": due,
    }  # fmt: skip


TODAY = now().replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def snapshot_id(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Forty cases due and closed three days ago; forty more that fall due in three days and are still worked on."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("running"), patch)
        patch.setattr(tiny, "LOADED", TODAY + timedelta(hours=6))
        then = TODAY - timedelta(days=3)
        done = [case(number, then + timedelta(hours=17), then + timedelta(hours=16)) for number in range(40)]
        open_ = [case(100 + number, TODAY + timedelta(days=3, hours=17), None) for number in range(40)]
        yield tiny.fill({"urban.case": [*done, *open_]})


def test_what_is_not_due_yet_is_not_counted(snapshot_id: str) -> None:
    running = Scope("341000", TODAY.date() - timedelta(days=10), TODAY.date() + timedelta(days=10), snapshot_id)
    found = read("on_time_closure_rate", running)
    known = TODAY - timedelta(days=1)  # today is not over
    assert (found.numerator, found.denominator, found.detail) == (40, 40, f"到 {known:%m-%d} 为止")
    (group,) = read_groups("on_time_closure_rate", running, "district_code")
    assert group.denominator == 40
    assert read_periods(["on_time_closure_rate"], [running, running.previous()])[0][0].value == found.value


def test_a_period_that_is_over_is_read_whole(snapshot_id: str) -> None:
    over = Scope("341000", TODAY.date() - timedelta(days=10), TODAY.date(), snapshot_id)
    found = read("on_time_closure_rate", over)
    assert (found.denominator, found.detail) == (40, "")


def test_what_is_published_late_says_nothing_of_the_days_after_it_was_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loaded five days ago, published today: forty limits fell in between, of which nobody knows."""
    tiny.use(tmp_path, monkeypatch)
    monkeypatch.setattr(tiny, "LOADED", TODAY - timedelta(days=5) + timedelta(hours=6))
    then = TODAY - timedelta(days=5, hours=7)
    done = [case(number, then, then - timedelta(hours=1)) for number in range(40)]
    between = [case(100 + number, TODAY - timedelta(days=3), None) for number in range(40)]
    made = tiny.fill({"urban.case": [*done, *between]})
    whole = Scope("341000", TODAY.date() - timedelta(days=10), TODAY.date() + timedelta(days=1), made)
    found = read("on_time_closure_rate", whole)
    assert (found.numerator, found.denominator) == (40, 40)
    assert found.detail == f"到 {TODAY - timedelta(days=6):%m-%d} 为止"
    settings.cache_clear()
