"""Which parameter matters is ranked, with an interval that says how sure that is."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from tokenspice.studies.plot.ranks import ranked


def test_the_strongest_comes_first_with_spearmans_coefficient() -> None:
    rng = np.random.default_rng(1)
    strong, weak = rng.integers(0, 5, 60), rng.random(60)
    last = strong + 0.5 * weak + rng.normal(0, 0.5, 60)

    first, second = ranked({"weak": weak.tolist(), "strong": strong.tolist()}, last)

    assert (first.parameter, second.parameter) == ("strong", "weak")
    assert first.value == pytest.approx(spearmanr(strong, last).statistic)
    assert first.is_sure and first.low < first.value < first.high < 1


def test_what_has_no_order_or_does_not_vary_is_not_ranked() -> None:
    found = ranked(
        {"name": ["a", "b", "a", "b"], "same": [1, 1, 1, 1], "on": [True, False, True, False]}, np.arange(4.0)
    )

    assert [one.parameter for one in found] == ["on"]
    assert ranked({"x": [1, 2, 3, 4]}, np.ones(4)) == []


def test_three_runs_have_no_interval_and_runs_without_a_value_do_not_count() -> None:
    (found,) = ranked({"x": [1, 2, 3, 4]}, np.array([1.0, 3.0, np.nan, 2.0]))

    assert found.value == 0.5 and np.isnan(found.low) and not found.is_sure


@pytest.mark.slow
def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    rng, rho, n_hits = np.random.default_rng(2), 0.6, 0
    truth = 6 / np.pi * np.arcsin(rho / 2)  # Spearman's of a normal pair
    for _ in range(1000):
        x, y = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], 40).T
        (found,) = ranked({"x": x.tolist()}, y)
        n_hits += found.low <= truth <= found.high

    assert 930 <= n_hits <= 970
