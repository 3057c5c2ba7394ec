"""Traffic indices, against worked vectors, the arithmetic of annex C and the properties of the method."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards import traffic
from metrics.standards.traffic import Link

VECTORS = list(
    csv.DictReader((Path(__file__).parent / "vectors" / "traffic_test_vectors.csv").read_text("utf-8").splitlines())
)
NETWORK = [Link(28, 50, 1.2, 900), Link(18, 50, 0.8, 700), Link(30, 40, 0.6, 300), Link(12, 30, 0.4, 100)]


def of_kind(kind: str) -> list[dict[str, str]]:
    return [row for row in VECTORS if row["kind"] == kind]


# --- worked vectors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", of_kind("dtp->tpi"), ids=lambda row: row["id"])
def test_a_delay_share_becomes_the_index_of_annex_c(row: dict[str, str]) -> None:
    dtp = float(row["input"])
    assert traffic.tpi_of_dtp(dtp) == pytest.approx(float(row["tpi_or_dtp"]), abs=1e-9)
    assert traffic.level_of_dtp(dtp) == row["state"]


@pytest.mark.parametrize("row", of_kind("link v/vf"), ids=lambda row: row["id"])
def test_a_link_has_the_level_of_its_speed_against_free_flow(row: dict[str, str]) -> None:
    speed, free = (float(part) for part in row["input"].split("/"))
    found = traffic.link_state(speed, free)
    assert (found.dtp, found.level) == (float(row["tpi_or_dtp"]), row["state"])
    assert found.is_still == (speed == 0)  # arithmetic says congested to a standstill; the screen must show it apart


def test_the_worked_network_comes_out() -> None:
    found = traffic.tpi(NETWORK)
    assert found.tti == pytest.approx(79.0159 / 38.6333, abs=1e-4)
    assert found.dtp == pytest.approx(0.5111, abs=1e-4)
    assert found.tpi == pytest.approx(4.2214, abs=1e-4)
    assert (found.level, found.coverage) == ("轻度拥堵", 1.0)
    assert found.speed_kmh == pytest.approx(23.540, abs=1e-3)  # and not 22.0, the average of the four speeds
    assert found.congested_share == pytest.approx((0.8 + 0.4) / 3.0)


# --- what counts ------------------------------------------------------------------------------------------------------


def test_a_speed_above_free_flow_makes_up_for_no_delay_elsewhere() -> None:
    slow = Link(25, 50, 1.0, 100)
    assert traffic.tpi([slow, Link(90, 50, 1.0, 100)]).tti == traffic.tpi([slow, Link(50, 50, 1.0, 100)]).tti
    assert traffic.tpi([Link(90, 50, 1.0, 100)]).speed_kmh == pytest.approx(90)  # the mean speed is what was driven


@pytest.mark.parametrize("speed", [None, 0, math.nan, -3.0])
def test_a_link_without_a_moving_sample_only_lowers_the_coverage(speed: float | None) -> None:
    found = traffic.tpi([*NETWORK, Link(speed, 50, 9.9, 5000)])
    assert found.tpi == traffic.tpi(NETWORK).tpi
    assert found.coverage == 4 / 5


def test_below_sixty_percent_of_the_links_no_index_is_published() -> None:
    silent = Link(None, 50, 1.0, 100)
    enough, too_few = traffic.tpi([*NETWORK[:3], silent, silent]), traffic.tpi([*NETWORK[:2], silent, silent])
    assert (enough.coverage, enough.is_publishable, enough.level) == (0.6, True, "轻度拥堵")
    assert (too_few.coverage, too_few.is_publishable) == (0.5, False)
    assert (too_few.tpi, too_few.level) == (None, None)
    assert too_few.dtp is not None and too_few.tti is not None  # what was sampled is still described


@pytest.mark.parametrize("links", [[], [Link(None, 50, 1.0)], [Link(0, 50, 1.0)], [Link(30, None, 1.0)]])
def test_a_network_without_a_sample_is_unknown(links: list[Link]) -> None:
    assert traffic.tpi(links) == traffic.Network(None, None, None, None, 0.0, None, None)


def test_a_link_without_its_own_flow_weighs_as_its_class_does() -> None:
    flow = traffic.DEFAULT_FLOW_VPH["branch"]
    given, assumed = Link(10, 30, 1.0, flow), Link(10, 30, 1.0, None, "branch")
    assert traffic.tpi([NETWORK[0], assumed]) == traffic.tpi([NETWORK[0], given])


def test_a_link_without_its_own_free_speed_takes_that_of_its_class() -> None:
    assert traffic.tpi([Link(25, None, 1.0, 10, "arterial")]).dtp == 0.5
    assert traffic.link_state(25, None, "arterial").level == "轻度拥堵"
    assert traffic.link_state(25, None) == traffic.LinkState(None, None, is_still=False)


def test_a_link_with_no_flow_at_all_is_a_sample_but_no_weight() -> None:
    found = traffic.tpi([*NETWORK, Link(5, 50, 1.0, 0)])
    assert (found.tpi, found.coverage) == (traffic.tpi(NETWORK).tpi, 1.0)


@pytest.mark.parametrize("dtp", [-0.01, 1.01, math.nan])
def test_a_delay_share_outside_its_range_is_refused(dtp: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        traffic.tpi_of_dtp(dtp)


# --- properties -------------------------------------------------------------------------------------------------------

links = st.builds(
    Link,
    speed=st.none() | st.floats(0.5, 130),
    free_speed=st.floats(10, 120),
    length_km=st.floats(0.05, 20),
    flow=st.none() | st.floats(1, 5000),
    road_class=st.none() | st.sampled_from(sorted(traffic.DEFAULT_FLOW_VPH)),
)


@given(st.lists(links, max_size=12), st.lists(links, max_size=12))
def test_the_sums_of_two_parts_give_the_index_of_the_whole(one: list[Link], other: list[Link]) -> None:
    apart, whole = traffic.of_sums(traffic.sums(one) + traffic.sums(other)), traffic.tpi([*one, *other])
    assert apart.coverage == whole.coverage
    assert apart.level == whole.level or apart.dtp == pytest.approx(whole.dtp)
    if whole.dtp is not None:
        assert apart.dtp == pytest.approx(whole.dtp, abs=1e-8)
        assert whole.tti is not None and whole.tti >= 1 - 1e-12


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_delay_never_lowers_the_index(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert traffic.tpi_of_dtp(less) <= traffic.tpi_of_dtp(more)
    assert 0 <= traffic.tpi_of_dtp(less) <= 10
