"""How much of a Sharpe ratio is luck."""

from statistics import NormalDist

import numpy as np
import pytest

from tests.markets.cases import array, cases
from tokenspice.engine.units import Floats
from tokenspice.studies.pools.significance import (
    block_bootstrap,
    deflated_sharpe,
    rademacher_complexity,
    rademacher_haircut,
)


def returns(sharpe: float, days: int, seed: int = 1) -> Floats:
    """Normal returns with exactly this daily Sharpe ratio."""
    draws = np.random.default_rng(seed).normal(size=days)
    return np.asarray(0.01 * ((draws - draws.mean()) / draws.std(ddof=1) + sharpe))


def test_one_try_alone_is_the_probabilistic_sharpe_ratio() -> None:
    sample = returns(0.1, 400)
    centred = (sample - sample.mean()) / sample.std()
    error = np.sqrt((1 - (centred**3).mean() * 0.1 + ((centred**4).mean() - 1) / 4 * 0.01) / 399)

    found = deflated_sharpe(sample, 1)

    assert found.expected_of_luck == 0
    assert found.probability == pytest.approx(NormalDist().cdf(0.1 / error))
    assert found.is_significant == (found.probability >= 0.95)


def test_luck_grows_with_the_number_of_tries_as_the_largest_of_normals() -> None:
    lucks = [deflated_sharpe(returns(0.1, 400), tries, 0.04).expected_of_luck for tries in (10, 1000)]
    draws = np.random.default_rng(2).normal(0, 0.2, (4000, 1000))

    assert lucks[1] == pytest.approx(draws.max(axis=1).mean(), rel=0.01)
    assert lucks[0] == pytest.approx(draws[:, :10].max(axis=1).mean(), rel=0.03)


def test_what_was_the_best_of_many_is_less_significant() -> None:
    one, many = (deflated_sharpe(returns(0.12, 400), tries) for tries in (1, 500))

    assert one.is_significant and not many.is_significant


def test_returns_that_never_change_say_nothing() -> None:
    assert np.isnan(deflated_sharpe(np.full(50, 0.01), 3).probability)
    assert np.isnan(block_bootstrap(np.full(50, 0.01)).estimate)


def test_a_bootstrap_s_estimate_is_the_recorded_one_and_its_interval_close() -> None:
    case = cases()["block_bootstrap"]
    inputs, expected = case["inputs"], case["expected"]

    found = block_bootstrap(
        array(inputs["daily_returns"]), inputs["n_bootstrap"], inputs["block_length"], inputs["seed"]
    )

    assert found.estimate == pytest.approx(expected["point_estimate"], rel=1e-12)
    assert (found.lower, found.upper, found.error) == pytest.approx(
        (expected["lower"], expected["upper"], expected["std"]), rel=0.1
    )


def test_a_complexity_is_close_to_the_recorded_one() -> None:
    case = cases()["rademacher"]
    found = rademacher_complexity(array(case["inputs"]["returns_matrix"]))

    # Of random signs; other ones than on record.
    assert found == pytest.approx(case["expected"]["complexity"], rel=0.1)


def test_a_haircut_is_per_day_and_grows_with_what_was_looked_at() -> None:
    few, many = (np.array([returns(0.0, 300, seed) for seed in range(count)]) for count in (2, 200))
    found = [rademacher_haircut(rows) for rows in (few, many)]

    assert found[0].haircut == pytest.approx(2 * found[0].complexity + 3 * np.sqrt(2 * np.log(40) / 300))
    assert found[1].complexity > 1.5 * found[0].complexity
    assert found[0].haircut_per_year == pytest.approx(found[0].haircut * np.sqrt(365))
    assert rademacher_haircut(100 * few).complexity == pytest.approx(found[0].complexity)
