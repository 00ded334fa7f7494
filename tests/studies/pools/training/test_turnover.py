"""The penalty for turnover: what it is of any pool, and its derivative where arbitrage is free."""

import numpy as np
import pytest

from tests.markets.cases import prices
from tests.studies.pools.training.examples import GAIN, MEMORY, TOKENS, scenario, training
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.frictions import Frictions
from tokenspice.markets.prices.table import Window
from tokenspice.studies.pools.training.candidates import pool_in_window
from tokenspice.studies.pools.training.gradient import Aggregate, PoolGradient
from tokenspice.studies.pools.training.objectives import turnover
from tokenspice.studies.pools.training.searches import WindowScores
from tokenspice.studies.pools.training.space import Space
from tokenspice.studies.pools.training.train import train

CLOSE = prices().of(TOKENS).close
MINUTES = 4 * 1440 + 100
FIRSTS = [7 * 1440, 9 * 1440 + 77]
FREE = Frictions()


def gradient(penalty: float, aggregate: Aggregate = "mean") -> PoolGradient:
    space = Space(scenario(frictions=FREE), (MEMORY, GAIN))
    return PoolGradient(space, CLOSE, MINUTES, "return", aggregate=aggregate, turnover_penalty=penalty)


def test_turnover_is_the_mean_change_of_all_shares() -> None:
    # Shares 1/2, 1/2; then 3/4, 1/4; then the same at other prices and reserves.
    reserves = np.array([[1.0, 1.0], [3.0, 1.0], [1.0, 1.0]])
    dollars = np.array([[2.0, 2.0], [1.0, 1.0], [6.0, 2.0]])

    assert turnover(reserves, dollars) == pytest.approx((0.25 + 0.25 + 0.0) / 2)
    assert turnover(reserves[:1], dollars[:1]) == 0.0


def test_gradient_and_search_take_off_the_turnover_of_a_simulation() -> None:
    plain, dear = gradient(0.0), gradient(30.0)
    x = plain.space.start
    courses = [pool_in_window(plain.space.scenario, CLOSE, Window(f, MINUTES), FIRSTS[0]) for f in FIRSTS]
    turned = np.array([turnover(reserves, course.prices) for course, reserves, _ in courses])
    without, with_it = (found(x[None], FIRSTS)[1][0] for found in (plain, dear))
    searched = WindowScores(plain.space, CLOSE, FIRSTS, MINUTES, "return", FIRSTS[0], 1, 30.0).of([x])[0]

    assert turned.min() > 0
    np.testing.assert_allclose(with_it, without - 30 * turned, rtol=1e-9)
    np.testing.assert_allclose(searched, with_it, rtol=1e-9)


def test_with_costs_a_search_takes_off_the_turnover_of_the_shares_not_of_the_weights() -> None:
    space = Space(scenario(frictions=Frictions(0.01)), (GAIN,))
    course, reserves, weights = pool_in_window(space.scenario, CLOSE, Window(FIRSTS[0], MINUTES), FIRSTS[0])
    without, with_it = (
        WindowScores(space, CLOSE, FIRSTS[:1], MINUTES, "return", FIRSTS[0], 1, penalty).of([space.start])[0, 0]
        for penalty in (0.0, 2.0)
    )

    worth = reserves * course.prices
    shares = worth / course.value_USD[:, None]
    turned = np.abs(shares[1:] - shares[:-1]).sum() / (MINUTES - 1)
    assert without - with_it == pytest.approx(2 * turned, rel=1e-9)
    assert turned != pytest.approx(np.abs(np.diff(weights, axis=0)).sum() / (MINUTES - 1), rel=0.1)


@pytest.mark.parametrize("aggregate", ["mean", "worst"])
def test_the_derivative_of_the_penalty_is_that_of_finite_differences(aggregate: Aggregate) -> None:
    found = gradient(300.0, aggregate)
    x, step = found.space.start[None], 1e-6
    way = np.linspace(-1, 1, found.space.size)

    slope = found(x, FIRSTS)[2][0]

    ends = [found(x + sign * step * way, FIRSTS)[0][0] for sign in (1, -1)]
    assert slope @ way == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4)
    assert slope @ way != pytest.approx(gradient(0.0, aggregate)(x, FIRSTS)[2][0] @ way, rel=0.1)


def test_a_dear_turnover_trains_a_calmer_pool() -> None:
    calm, free = (
        train(
            scenario(frictions=FREE),
            training(turnover_penalty=penalty, objective="return", free=(GAIN,), parameter_sets=1),
            prices(),
        ).candidates[-1]
        for penalty in (1e4, 0.0)
    )

    assert calm.x.mean() < free.x.mean()


def test_with_costs_the_penalty_has_no_derivative_and_a_search_is_named() -> None:
    with pytest.raises(StrategyConfigError, match='turnover_penalty has no derivative here. Write method "cma_es"'):
        train(scenario(), training(turnover_penalty=0.1), prices())
