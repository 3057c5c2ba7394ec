"""The two real files, from the command line to the number: what the first issue promised."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from data.settings import settings
from metrics import read
from metrics.quality import findings
from queries.scope import Scope
from queries.snapshot import current_id, snapshot
from tests import tiny
from tests.conftest import cockpit


@pytest.fixture(scope="module")
def store(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("real")
    for table, name, mapping in (
        ("ecology.air_hourly", "air_hourly_huangshan_2020.csv", "air_hourly_huangshan"),
        ("ecology.water_measure", "water_sections_xinanjiang_2021.csv", "water_huangshan"),
    ):
        done = cockpit("import", table, str(real_data / name), "--mapping", mapping, "--json", store=place)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["refused"] is None
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(place, patch)
        yield place
    settings.cache_clear()


def day(offset: date) -> Scope:
    return Scope("341000", offset, date.fromordinal(offset.toordinal() + 1), current_id())


def test_the_third_of_april_2020_has_the_index_counted_by_hand(store: Path) -> None:
    """PM2.5 by station 52.00, 39.45, 31.55: mean 41 → 50 + (100−50)/(75−35)×(41−35) = 57.5 → 58 by the edition of 2012.

    PM10 64 → 57, ozone 97 → 49; nothing else comes near.
    """
    reading = read("EN01", day(date(2020, 4, 3)))
    assert (reading.value, reading.state, reading.demo) == (58, "ok", False)


def test_the_seventh_of_april_2020_has_fifteen_of_twenty_hours_and_no_index(store: Path) -> None:
    reading = read("EN01", day(date(2020, 4, 7)))
    assert (reading.value, reading.state) == (None, "no_data")
    assert read("EN12", day(date(2020, 4, 7))).denominator == 3 * 24


def test_five_sections_are_classed_and_two_published_classes_differ(store: Path) -> None:
    reading = read("EN06", Scope("341000", date(2021, 3, 30), date(2021, 4, 6), current_id()))
    assert (reading.numerator, reading.denominator) == (5, 5)
    published = [each for each in findings(current_id()) if each.rule.startswith("published_")]
    assert [(each.table, each.count) for each in published] == [("ecology.water_measure", 2)]


def test_stations_and_sections_are_registered_by_name_and_nothing_is_demo(store: Path) -> None:
    tables = snapshot(current_id()).tables
    assert (tables["ecology.air_station"].rows, tables["ecology.water_section"].rows) == (3, 5)
    assert snapshot(current_id()).demo == "real"
