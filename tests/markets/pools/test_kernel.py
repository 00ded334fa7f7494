"""The compiled loop against the reference, on streams of everything that can happen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.units import Floats
from tokenspice.markets.pools.arbitrage import all_routes_trade
from tokenspice.markets.pools.frictions import Changes, Frictions, TimedSwap
from tokenspice.markets.pools.history import follow
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.kernel import run_weighted
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.pools.weighted import WeightedPool

MINUTES = 160


def market(seed: int, n: int) -> tuple[Floats, WeightPath]:
    rng = np.random.default_rng(seed)
    prices = np.exp(np.cumsum(rng.standard_t(3, (MINUTES, n)) * 0.003, axis=0)) * rng.uniform(0.1, 5000, n)
    weights = rng.dirichlet(np.full(n, 8.0), 6)
    return prices, WeightPath.through(weights, 32)


@st.composite
def frictions(draw: st.DrawFn) -> Frictions:
    fee = st.sampled_from([0.0, 0.0005, 0.003, 0.03])
    changing = st.builds(Changes, st.just((20, 90)), st.tuples(fee, fee), fee)
    swaps = draw(st.lists(st.tuples(st.integers(0, MINUTES - 1), st.floats(0.01, 2.0)), max_size=4))
    return Frictions(
        fee=draw(fee | changing),
        gas_USD=draw(st.sampled_from([0.0, 2.0])),
        outside_fee=draw(st.sampled_from([0.0, 0.0002])),
        noise_ratio=draw(st.sampled_from([0.0, 1.5])),
        protocol_share=draw(st.sampled_from([0.0, 0.25])),
        supply=draw(st.none() | st.just(Changes((30, 100), (1.5, 0.9), 1.0))),
        swaps=tuple(TimedSwap(minute, 0, 1, amount) for minute, amount in sorted(swaps)),
        every_minutes=draw(st.sampled_from([1, 7])),
    )


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(2, 5),
    frictions=frictions(),
    moves=st.booleans(),
    kind=st.sampled_from(Interpolation),
    pairs=st.booleans(),
)
def test_the_kernel_does_what_the_reference_does(
    seed: int, n: int, frictions: Frictions, moves: bool, kind: Interpolation, pairs: bool
) -> None:
    prices, path = market(seed, n)
    path = WeightPath(path.starts, path.slopes, 32, 32, kind)
    pool = WeightedPool(tuple(path.starts[0]), "pairs" if pairs else "all", moves)
    way = path if moves else None

    fast, slow = (follow(pool, prices, 1e6, frictions, way, engine) for engine in ("compiled", "reference"))

    np.testing.assert_allclose(fast.reserves, slow.reserves, rtol=1e-9)
    np.testing.assert_allclose(fast.weights, slow.weights, atol=1e-12)
    np.testing.assert_allclose(fast.fee_income_USD, slow.fee_income_USD, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(fast.protocol_fees, slow.protocol_fees, rtol=1e-7, atol=1e-9)


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(2, 8),
    fee=st.sampled_from([0.0, 1e-4, 0.003, 0.1]),
    # What a trade earns is quadratic in the spread. Below this it is lost in rounding, and nobody trades.
    spread=st.just(0.0) | st.floats(1e-6, 1.0),
)
def test_the_compiled_arbitrage_is_the_exact_one(seed: int, n: int, fee: float, spread: float) -> None:
    rng = np.random.default_rng(seed)
    weights, prices = rng.dirichlet(np.full(n, 3.0)), rng.uniform(0.1, 5000, n)
    reserves = weights / prices * 1e6
    moved = prices * np.exp(rng.normal(0, spread, n))

    # A pool that starts on the market sees other prices a minute later.
    run = run_weighted(np.stack([prices, moved]), WeightPath.constant(weights), 1e6, Frictions(fee), moves=False)

    exact = all_routes_trade(reserves, weights, moved, 1 - fee)
    np.testing.assert_allclose(run.reserves[1], reserves + exact, rtol=1e-9)


def test_more_tokens_than_are_compiled_are_followed_by_the_reference() -> None:
    prices, path = market(1, 9)

    history = follow(WeightedPool(tuple(path.starts[0]), moves=False), prices, 1e6, Frictions(0.003))

    assert history.reserves.shape == (MINUTES, 9)


def test_a_constant_path_is_a_pool_whose_weights_do_not_move() -> None:
    prices, path = market(2, 3)
    still = WeightPath.constant(path.starts[0])
    pool = WeightedPool(tuple(path.starts[0]))

    moving = follow(pool, prices, 1e6, Frictions(0.003), still)
    fixed = follow(WeightedPool(pool.start_weights, moves=False), prices, 1e6, Frictions(0.003))

    np.testing.assert_allclose(moving.reserves, fixed.reserves, rtol=1e-9)


def test_what_nobody_could_have_earned_is_the_rebalanced_portfolio() -> None:
    from tokenspice.markets.pools.benchmarks import rebalancing_reserves

    prices, path = market(3, 3)
    pool = follow(WeightedPool(tuple(path.starts[0])), prices, 1e6, Frictions(), path)

    best = rebalancing_reserves(prices, path.fine(MINUTES), pool.reserves[0])

    assert (np.einsum("tn,tn->t", best, prices) >= pool.value_USD * (1 - 1e-12)).all()


@pytest.mark.parametrize("fee", [0.001, 0.01, 0.1])
def test_a_higher_fee_means_fewer_arbitrages(fee: float) -> None:
    prices, path = market(4, 3)
    pool = WeightedPool(tuple(path.starts[0]), moves=False)

    low, high = (follow(pool, prices, 1e6, Frictions(f)).arbitrages for f in (fee, 3 * fee))

    assert high <= low


def test_a_trade_that_gains_less_than_rounding_is_made_by_both() -> None:
    rng = np.random.default_rng(4)
    steps = 1 + 1e-8 * np.abs(rng.standard_normal((400, 3))) * [1, 0, 0]
    prices = np.array([20_000.0, 1_500.0, 1.0]) * np.cumprod(
        np.vstack([[1.0, 1.0, 1.0], [1.004, 1.0, 1.0], steps]), axis=0
    )
    pool, frictions = WeightedPool((0.4, 0.35, 0.25)), Frictions(fee=0.003)

    kernel = follow(pool, prices, 1e6, frictions)
    reference = follow(pool, prices, 1e6, frictions, engine="reference")

    assert kernel.arbitrages == reference.arbitrages > 100
    np.testing.assert_allclose(kernel.reserves, reference.reserves, rtol=1e-13)
