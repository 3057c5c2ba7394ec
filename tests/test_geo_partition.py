"""Borders that nobody gave us: a partition covers its parent, is the same each time and follows the known points."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.boundaries import area_km2
from geo.partition import partition, squares

SQUARE = shapely.box(118.0, 29.0, 118.4, 29.4)
POINTS = {"a": np.array([[118.1, 29.2]]), "b": np.array([[118.3, 29.2]])}


def test_two_points_cut_the_square_in_the_middle() -> None:
    cut = partition(SQUARE, ["a", "b"], POINTS)
    assert cut["a"].bounds == pytest.approx((118.0, 29.0, 118.2, 29.4), abs=1e-6)
    assert cut["b"].bounds == pytest.approx((118.2, 29.0, 118.4, 29.4), abs=1e-6)


@pytest.mark.parametrize("points", [POINTS, {}, {"a": np.array([[10.0, 10.0]])}])
def test_the_parts_cover_the_parent_and_nothing_twice(points: dict[str, np.ndarray]) -> None:
    cut = partition(SQUARE, ["a", "b", "c", "d", "e"], points)
    assert all(shapely.get_num_geometries(part) == 1 and part.area > 0 for part in cut.values())
    assert sum(part.area for part in cut.values()) == pytest.approx(SQUARE.area, rel=1e-5)
    assert shapely.union_all(list(cut.values())).area == pytest.approx(SQUARE.area, rel=1e-5)


def test_a_child_without_a_point_gets_a_spot_far_from_the_others() -> None:
    cut = partition(SQUARE, ["a", "b"], {"a": np.array([[118.02, 29.02]])})
    assert cut["b"].contains(shapely.Point(118.35, 29.35)) and cut["a"].contains(shapely.Point(118.02, 29.02))


def test_the_same_input_gives_the_same_borders() -> None:
    first, again = (partition(SQUARE, ["a", "b", "c"], POINTS) for _ in range(2))
    assert all(shapely.equals_exact(first[code], again[code]) for code in first)


def test_what_a_neighbour_cuts_off_goes_to_the_neighbour() -> None:
    # "a" lies on both sides of "b"; three of its points are in the west
    points = {
        "a": np.array([[118.05, 29.1], [118.05, 29.2], [118.05, 29.3], [118.38, 29.2]]),
        "b": np.array([[118.2, 29.1], [118.2, 29.2], [118.2, 29.3]]),
    }
    cut = partition(SQUARE, ["a", "b"], points)
    assert shapely.get_num_geometries(cut["a"]) == 1 and cut["b"].contains(shapely.Point(118.38, 29.2))


def test_a_parent_without_children_has_no_parts() -> None:
    assert partition(SQUARE, [], {}) == {}


def test_a_cell_has_the_area_it_is_said_to_have() -> None:
    (cell,) = squares(np.array([118.3]), np.array([29.7]), np.array([2.72]))
    assert area_km2(cell) == pytest.approx(0.0272, rel=0.02)
