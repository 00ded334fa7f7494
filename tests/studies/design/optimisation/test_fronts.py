"""Fronts and the volume that they rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.studies.design.optimisation.fronts import compromise, front_of, hypervolume

points = st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=12).map(lambda rows: np.array(rows, float))


@given(points)
def test_nobody_of_the_front_is_beaten_and_everybody_else_is(
    values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
) -> None:
    front = front_of(values)

    for place, point in enumerate(values):
        beaten = any((other <= point).all() and (other < point).any() for other in values)
        assert beaten or any((values[one] == point).all() for one in front)
        assert not (beaten and place in front)
    assert len({tuple(values[place]) for place in front}) == len(front)


@given(points)
def test_the_volume_is_the_count_of_the_cells_that_a_point_rules(
    values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
) -> None:
    cells = np.array([(a, b, c) for a in range(7) for b in range(7) for c in range(7)], float)
    ruled = [any((point <= cell).all() for point in values) for cell in cells]

    assert hypervolume(values, (7, 7, 7)) == pytest.approx(sum(ruled))


def test_what_lies_beyond_the_reference_rules_nothing() -> None:
    assert hypervolume(np.array([[2.0, 0.0]]), (1, 1)) == 0
    assert hypervolume(np.array([[0.5, 0.5]]), (1, 1)) == 0.25


def test_the_compromise_is_nearest_to_the_best_of_each_goal_by_its_own_spread() -> None:
    assert compromise(np.array([[0.0, 1000.0], [1.0, 0.0], [0.3, 200.0]])) == 2
