"""Races: who is worse beyond doubt drops out, and no one else."""

import numpy as np

from tokenspice.studies.design.optimisation.race import dropped


def costs(
    mean: float, n: int, noise: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    return (mean + noise)[np.newaxis, :n]


def test_a_small_difference_is_seen_through_common_noise() -> None:
    noise = 100 * np.random.default_rng(0).standard_normal(8)
    own = np.random.default_rng(1).standard_normal(8) / 100

    assert dropped({0: costs(0, 8, noise), 1: costs(0.1, 8, noise + own)}, 0.05) == {1}


def test_of_equals_hardly_one_in_twenty_rounds_loses_anybody() -> None:
    rng = np.random.default_rng(2)

    lost = [bool(dropped({place: rng.standard_normal((1, 16)) for place in range(5)}, 0.05)) for _ in range(200)]

    assert sum(lost) <= 16


def test_whoever_is_better_in_one_goal_stays() -> None:
    rng = np.random.default_rng(3)
    cheap, good = rng.standard_normal((2, 64)), rng.standard_normal((2, 64))
    cheap[0] -= 5
    good[1] -= 5
    poor = np.minimum(cheap, good) + 20

    assert dropped({0: cheap, 1: good, 2: poor}, 0.05) == {2}
