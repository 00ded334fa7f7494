"""Parts of a pool's return add up."""

from dataclasses import replace

import numpy as np
import pytest

from tests.markets.cases import prices
from tokenspice.markets.pools.benchmarks import rebalancing_reserves
from tokenspice.markets.pools.frictions import Frictions
from tokenspice.markets.pools.hodl import HodlPool
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.scenario import Scenario, Simulation, simulate
from tokenspice.markets.strategies.rules import Momentum
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.studies.pools.decomposition import Decomposition, decompose
from tokenspice.studies.pools.results import course_of


def parts(simulation: Simulation) -> Decomposition:
    return decompose(course_of(simulation), simulation.history.weights)


def run(fee: float, strategy: Strategy | None = None) -> Simulation:
    pool = WeightedPool((0.5, 0.5))
    return simulate(
        Scenario(("BTC", "USDC"), "2023-01-21", "2023-01-25", pool, strategy, frictions=Frictions(fee)), prices()
    )


def test_drift_is_the_rebalancing_portfolio_s() -> None:
    simulation = run(0.003, Strategy(Momentum(5.0, 20.0)))
    history = simulation.history

    held = rebalancing_reserves(history.prices, history.weights, simulation.first_reserves)

    start = simulation.first_reserves @ history.prices[0]
    found = parts(simulation)
    assert found.drift == pytest.approx(held[-1] @ history.prices[-1] / start - 1, rel=1e-9)
    assert found.drift + found.fees - found.loss_versus_rebalancing == pytest.approx(found.pool)
    assert found.pool == pytest.approx(history.value_USD[-1] / start - 1)


@pytest.mark.parametrize("spread", [0.002, (0.002, 0.002)])
def test_a_benchmark_pays_half_the_spread_of_all_that_it_trades(spread: float | tuple[float, ...]) -> None:
    scenario = Scenario(("BTC", "USDC"), "2023-01-21", "2023-01-22", WeightedPool((0.5, 0.5)), benchmark="rebalancing")
    free, paid = (simulate(replace(scenario, benchmark_spread=s), prices()).history for s in (0.0, spread))

    # What it sells it buys, but for the cost: what is free gives the traded value, to first order of the spread.
    traded = np.abs(np.diff(free.reserves, axis=0) * free.prices[1:]).sum(axis=1)
    assert np.log(free.value_USD[-1] / paid.value_USD[-1]) == pytest.approx(
        (0.001 * traded / free.value_USD[1:]).sum(), rel=1e-2
    )


def test_a_pool_without_fee_and_strategy_is_its_constant_weights() -> None:
    found = parts(run(0.0))

    assert found.pool == pytest.approx(found.constant_weights) and found.strategy == pytest.approx(0, abs=1e-12)
    assert found.fees == 0 and found.loss_versus_rebalancing > 0 and found.divergence < 0


def test_what_is_held_drifts_alone() -> None:
    held = simulate(Scenario(("BTC", "USDC"), "2023-01-21", "2023-01-25", HodlPool((0.5, 0.5))), prices())

    found = parts(held)
    assert found.drift == pytest.approx(found.hodl) and found.pool == pytest.approx(found.hodl)
    assert np.isclose(found.loss_versus_rebalancing, 0, atol=1e-12)
