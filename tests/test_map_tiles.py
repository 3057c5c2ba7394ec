"""The optional ground of tiles: none by default, one host and no other when set, GCJ-02 moved back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from components import map_tiles
from components.delivery import content_security_policy
from data.settings import settings
from geo.crs import gcj02_to_wgs84

BOUNDS = [[29.6, 118.2], [29.8, 118.4]]


@pytest.fixture
def tiles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COCKPIT_TILE_URL", "https://tiles.example:8443/{z}/{x}/{y}?tk=k")
    monkeypatch.setenv("COCKPIT_TILE_CRS", "GCJ-02")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_without_the_setting_there_are_no_tiles_and_no_other_host() -> None:
    assert map_tiles.ground(BOUNDS) == {} and map_tiles.credit() == () and map_tiles.host() == ""
    assert "img-src 'self' data: blob:;" in content_security_policy(())


def test_with_the_setting_pictures_may_come_from_that_host_and_nothing_else_changes(tiles: None) -> None:
    plain, opened = content_security_policy(()), content_security_policy((), map_tiles.host())
    assert opened == plain.replace("data: blob:", "data: blob: https://tiles.example:8443")


def test_shifted_tiles_come_with_the_shift_of_the_place(tiles: None) -> None:
    east, north = json.loads(map_tiles.ground(BOUNDS)["data_tiles"])["shift"]
    assert abs(east) > 0.001 and abs(north) > 0.001  # some hundred metres
    assert gcj02_to_wgs84(118.3 + east, 29.7 + north) == pytest.approx((118.3, 29.7), abs=2e-6)
    assert "tiles.example" in map_tiles.credit()[0] and "GCJ-02" in map_tiles.credit()[0]
