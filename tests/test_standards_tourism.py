"""How full a spot is, against worked vectors and the properties of the rule."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards.tourism import FULL_SHARE, LEVELS, WARNING_SHARE, load_level

VECTORS = Path(__file__).parent / "vectors" / "scenic_capacity_vectors.csv"
ROWS = [
    row
    for row in csv.DictReader(VECTORS.read_text(encoding="utf-8").splitlines())
    if row["formula"] == "load=in_park/C1"  # the capacity itself (C1) is approved, never computed by us
]
COUNTS = st.integers(min_value=0, max_value=1_000_000)
CAPACITIES = st.integers(min_value=1, max_value=1_000_000)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_worked_example_comes_out(row: dict[str, str]) -> None:
    on_site, capacity = row["input"].split("/")
    found = load_level(int(on_site) if on_site else None, int(capacity))
    assert found.ratio == (pytest.approx(float(row["value"])) if row["value"] else None)
    assert found.level == (None if row["expected"] == "no data" else row["expected"])


@pytest.mark.parametrize(
    ("on_site", "level"),
    [(599, "舒适"), (600, "较舒适"), (799, "较舒适"), (800, "预警(80%)"), (899, "预警(80%)"), (900, "限流(90%)"),
     (999, "限流(90%)"), (1000, "满载停售(100%)"), (1500, "满载停售(100%)")],
)  # fmt: skip
def test_a_value_on_a_cut_has_the_worse_level(on_site: int, level: str) -> None:
    assert load_level(on_site, 1000).level == level


def test_a_spot_without_an_approved_capacity_has_no_level_however_full() -> None:
    assert (load_level(99_999, None).ratio, load_level(99_999, None).level) == (None, None)
    assert load_level(99_999, 0).level is None


def test_nobody_is_a_known_count_and_an_unknown_count_is_not_nobody() -> None:
    assert load_level(0, 100).level == "舒适"
    assert load_level(None, 100).level is None
    assert load_level(-1, 100).level is None  # a counter that lost its zero


@given(COUNTS, CAPACITIES)
def test_the_level_follows_the_ratio(on_site: int, capacity: int) -> None:
    found = load_level(on_site, capacity)
    assert found.ratio is not None and found.level is not None
    is_warned = LEVELS.index(found.level) >= LEVELS.index("预警(80%)")
    assert is_warned == (10 * on_site >= 8 * capacity)
    assert (found.level == LEVELS[-1]) == (on_site >= capacity)
    assert (found.ratio >= WARNING_SHARE, found.ratio >= FULL_SHARE) == (is_warned, on_site >= capacity)


@given(COUNTS, COUNTS, CAPACITIES)
def test_more_people_are_never_a_better_level(one: int, other: int, capacity: int) -> None:
    few, many = (load_level(count, capacity).level or "" for count in sorted((one, other)))
    assert LEVELS.index(few) <= LEVELS.index(many)
