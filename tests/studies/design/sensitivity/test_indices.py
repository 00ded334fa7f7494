"""Shares of variance whose values are known in closed form."""

import numpy as np
import pytest

from tokenspice.engine.units import Floats
from tokenspice.studies.design.sensitivity.indices import (
    given_indices,
    morris_effects,
    morris_points,
    sobol_indices,
    sobol_points,
)

N = 1024


def ishigami(points: Floats) -> Floats:
    x = np.pi * (2 * points - 1)
    values: Floats = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return values


def product(points: Floats) -> Floats:
    """Of two factors, each 1 ± 1/√3·…: by hand, S = 3/7 each and T = 4/7."""
    values: Floats = 2 * points[:, 0] * 2 * points[:, 1]
    return values


def test_ishigamis_shares_are_those_of_the_closed_form() -> None:
    points = sobol_points(4, N, 1)  # the fourth, chance, does nothing

    found = sobol_indices(list("abc") + ["chance"], ishigami(points), 0.05, 0)

    assert [one.first for one in found] == pytest.approx([0.3139, 0.4424, 0, 0], abs=0.03)
    assert [one.total for one in found] == pytest.approx([0.5576, 0.4424, 0.2437, 0], abs=0.03)
    assert all(one.total_interval[0] <= one.total <= one.total_interval[1] for one in found)


def test_a_product_of_two_interacts_in_a_seventh_of_its_variance() -> None:
    # Each factor has mean 1 and variance 1/3, so V = (1 + 1/3)² - 1 = 7/9, and S = (1/3)/(7/9).
    found = sobol_indices(["a", "b"], product(sobol_points(2, N, 3)), 0.05, 0)

    assert [one.first for one in found] == pytest.approx([3 / 7, 3 / 7], abs=0.03)
    assert [one.total for one in found] == pytest.approx([4 / 7, 4 / 7], abs=0.03)


def test_more_points_begin_with_fewer_and_the_same_seed_gives_the_same() -> None:
    assert np.array_equal(sobol_points(3, 64, 5), sobol_points(3, 128, 5)[: 64 * 5])
    values = ishigami(sobol_points(3, 64, 5))
    assert sobol_indices(list("abc"), values, 0.05, 0) == sobol_indices(list("abc"), values, 0.05, 0)


def test_shares_of_given_runs_need_no_design() -> None:
    points = np.random.default_rng(0).random((500, 3))

    found = given_indices(list("abc"), points, ishigami(points), 0.05, 0)

    assert [one.first for one in found] == pytest.approx([0.3139, 0.4424, 0], abs=0.06)


def test_morris_tells_a_straight_effect_from_an_interaction_and_from_none() -> None:
    points = morris_points(4, 20, 0)

    def values_at(x: Floats) -> Floats:
        values: Floats = 3 * x[:, 0] + 8 * (x[:, 1] - 0.5) * (x[:, 2] - 0.5)
        return values

    straight, one, other, nothing = morris_effects(list("abcd"), points, values_at(points), 0.05, 0)

    assert straight.mean == pytest.approx(3) and straight.sd == pytest.approx(0, abs=1e-9)
    assert one.sd > one.mean / 2 > 0 and other.sd > other.mean / 2 > 0
    assert nothing.mean == 0


def test_the_global_generator_is_left_alone() -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[index]

    values = ishigami(sobol_points(3, 64, 0))
    sobol_indices(list("abc"), values, 0.05, 0)
    morris_points(3, 5, 0)

    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]
