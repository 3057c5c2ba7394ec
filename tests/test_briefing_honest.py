"""What a briefing may not claim: that nothing happened before the data begin, or another count than the metric's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tiny import use

from briefing import archive, summary
from briefing.content import plain
from briefing.edition import week_of
from data.settings import settings
from metrics import read
from queries.scope import CITY, Scope
from queries.snapshot import current_id
from tests import paper


@pytest.fixture
def city(demo_store: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        use(demo_store, patch)
        yield current_id()
    settings.cache_clear()


def harm(snapshot: str, week: str) -> str:
    return "".join(plain(each) for each in summary._harm(Scope(CITY, *week_of(week), snapshot)))


def test_before_the_first_event_row_nobody_is_said_to_be_unharmed(city: str) -> None:
    before = harm(city, "2019-W10")
    assert "事件数据未到（最早从 2025-10-19 起）" in before and "没有人员伤亡" not in before
    assert harm(city, "2025-W42").startswith("事件数据从 2025-10-19 起，此前几天不明")
    assert "不明" not in harm(city, "2026-W47")


def test_what_is_overdue_is_counted_as_the_metric_counts_it(city: str) -> None:
    scope = Scope(CITY, *week_of("2026-W47"), city)
    counted = int(read("overdue_event_count", scope).value or 0)
    assert counted > 1
    assert f"等 {counted} 起超过办结时限仍未办结" in "".join(plain(each) for each in summary._still_open(scope, set()))


@pytest.mark.parametrize(
    ("total", "until", "fault"), [(0, date(2026, 11, 23), "总期号"), (9, date(2025, 10, 13), "才有")]
)
def test_a_week_before_the_paper_or_the_data_is_not_issued(
    city: str, total: int, until: date, fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archive, "folder", lambda: tmp_path)
    made = paper.edition(city)
    made = replace(made, since=until - timedelta(days=7), until=until, head=replace(made.head, total=total))
    with pytest.raises(archive.IssueRefused, match=fault):
        archive.issue(made, {"a.pdf": b"%PDF"}, signer="王某")
