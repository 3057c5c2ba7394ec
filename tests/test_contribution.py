"""Where a change comes from: parts that can be added up by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tiny import fill, use

from data.settings import settings
from metrics.contribution import contributions
from queries.scope import Scope

TUNXI, SHEXIAN = "341002", "341021"
# district, week (0 = this one), events due, of them on time: 8 of 8 before, 4 of 8 now
DUE = ((TUNXI, 1, 4, 4), (SHEXIAN, 1, 4, 4), (TUNXI, 0, 4, 3), (SHEXIAN, 0, 4, 1))


def events() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, weeks_ago, due, on_time in DUE:
        for number in range(due):
            at = datetime(2026, 11, 18, 9) - timedelta(weeks=weeks_ago)
            late = timedelta(hours=-1 if number < on_time else 5)
            found.append(
                {"event_id": f"{place}-{weeks_ago}-{number}", "title": "事", "theme": "urban", "kind": "operation",
                 "place_code": place, "occurred_at": at, "due_at": at + timedelta(hours=8), "status": "closed",
                 "closed_at": at + timedelta(hours=8) + late}
            )  # fmt: skip
    # the register reaches to the end of the week: the limits of the week before it have passed for certain
    last = datetime(2026, 11, 22, 23, 59)
    return [*found, {**found[-1], "event_id": "one-more", "occurred_at": last, "due_at": None}]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", date(2026, 11, 16), date(2026, 11, 23), fill({"overview.event": events()}))
    settings.cache_clear()


def test_a_ratio_falls_by_what_each_part_lost_against_the_earlier_ratio(week: Scope) -> None:
    found = contributions("event_on_time_rate", week, "district_code")
    # 屯溪 lost 1 of the 4 that were lost, 歙县 3
    assert [(each.key, each.share) for each in found] == [(SHEXIAN, pytest.approx(0.75)), (TUNXI, pytest.approx(0.25))]


def test_a_sum_rises_by_the_rises_of_its_parts(week: Scope) -> None:
    found = contributions("event_count", week, "district_code")
    assert [(each.name, each.share) for each in found] == [("歙县", 1.0), ("屯溪区", 0.0)]


def test_what_did_not_change_or_does_not_add_up_has_no_parts(week: Scope) -> None:
    assert contributions("event_count", week.drill(TUNXI), "subdistrict_code") == []
    assert contributions("event_duration_median", week, "district_code") == []
    assert contributions("event_count", week, "unit_grid_code") == []
