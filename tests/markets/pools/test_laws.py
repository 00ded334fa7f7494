"""What holds for every pool, whatever its numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.arbitrage import all_routes_trade, pair_trade
from tokenspice.markets.pools.concentrated import ConcentratedPool, Position
from tokenspice.markets.pools.cow import CowPool
from tokenspice.markets.pools.eclp import EclpPool
from tokenspice.markets.pools.history import follow
from tokenspice.markets.pools.hodl import HodlPool
from tokenspice.markets.pools.reclamm import ReclammPool, centered
from tokenspice.markets.pools.step import Costs, Pool, Swap, Tick
from tokenspice.markets.pools.weighted import WeightedPool, constant_product

PAIRS: list[Pool] = [
    constant_product(),
    WeightedPool((0.8, 0.2), moves=False),
    CowPool(0.5),
    CowPool(0.3, competition=0.0),
    EclpPool(0.4, 2.5, 5.0, 0.7),
    ReclammPool(),
    ReclammPool(path="arc"),
    ConcentratedPool((Position(0.5, 2.0, 0.7), Position(0.9, 1.2, 0.3))),
]
NAMES = [f"{number} {type(pool).__name__}" for number, pool in enumerate(PAIRS)]
each_pool = pytest.mark.parametrize("pool", PAIRS, ids=NAMES)

moves = st.floats(-0.25, 0.25)
fees = st.sampled_from([0.0, 0.0005, 0.003, 0.02])


@st.composite
def off_market(draw: st.DrawFn) -> tuple[Floats, Floats, Floats]:
    """Reserves, weights and prices of a weighted pool that may be off the market."""
    n = draw(st.integers(2, 5))
    numbers = st.lists(st.floats(0.2, 5.0), min_size=n, max_size=n).map(np.array)
    weights = draw(numbers)
    return draw(numbers) * 100, weights / weights.sum(), draw(numbers)


@given(off_market(), fees)
def test_an_arbitrage_ends_on_the_edge_of_the_region_without_trade(
    pool: tuple[Floats, Floats, Floats], fee: float
) -> None:
    reserves, weights, prices = pool
    gamma = 1 - fee

    trade = all_routes_trade(reserves, weights, prices, gamma)

    # The pool that the next arbitrageur sees holds the fee, too, which moves it inwards.
    paid = np.maximum(trade, 0)
    m = (reserves + trade - fee * paid) * prices / weights
    assert m.max() * gamma <= m.min() * (1 + 1e-9)
    if trade.any():
        assert m.max() * gamma == pytest.approx(m.min(), rel=1e-9)


@given(off_market(), fees)
def test_an_arbitrage_keeps_the_invariant_but_for_the_fee(pool: tuple[Floats, Floats, Floats], fee: float) -> None:
    reserves, weights, prices = pool

    trade = all_routes_trade(reserves, weights, prices, 1 - fee)

    net = np.where(trade > 0, trade * (1 - fee), trade)
    assert (reserves + trade > 0).all()
    assert weights @ np.log((reserves + net) / reserves) == pytest.approx(0, abs=1e-12)


@given(off_market(), fees)
def test_no_other_trade_gains_more(pool: tuple[Floats, Floats, Floats], fee: float) -> None:
    reserves, weights, prices = pool
    best = -all_routes_trade(reserves, weights, prices, 1 - fee) @ prices

    paired = -pair_trade(reserves, weights, prices, 1 - fee) @ prices

    assert best >= paired * (1 - 1e-9) - 1e-9
    if len(prices) == 2:
        assert best == pytest.approx(paired, rel=1e-9, abs=1e-9)


@given(off_market(), fees)
def test_tokens_that_change_places_change_places_in_the_trade(pool: tuple[Floats, Floats, Floats], fee: float) -> None:
    there = all_routes_trade(pool[0], pool[1], pool[2], 1 - fee)
    reserves, weights, prices = (values[::-1] for values in pool)

    back = all_routes_trade(reserves, weights, prices, 1 - fee)

    np.testing.assert_allclose(there, back[::-1], rtol=1e-9, atol=1e-9)


@each_pool
def test_a_pool_starts_on_the_market_with_its_value(pool: Pool) -> None:
    prices = np.array([1.1, 1.0])

    state = pool.start(1000.0, prices)

    assert state.value_USD(prices) == pytest.approx(1000)
    assert pool.spot_prices(state)[0] == pytest.approx(1.1)


@each_pool
@settings(max_examples=30)
@given(move=moves, fee=fees)
def test_an_arbitrage_never_lowers_the_invariant_and_leaves_nothing_to_gain(
    pool: Pool, move: float, fee: float
) -> None:
    state, prices = pool.start(1000.0, np.array([1.0, 1.0])), np.array([np.exp(move), 1.0])

    moved, _, _ = pool.arbitrage(state, Tick(prices, costs=Costs(fee)))
    again, trade, _ = pool.arbitrage(moved, Tick(prices, costs=Costs(fee)))

    if not isinstance(pool, CowPool):
        assert pool.invariant(moved) >= pool.invariant(state) * (1 - 1e-12)
        assert abs(trade @ prices) <= 1e-6
    if not (isinstance(pool, CowPool) and pool.competition < 1):
        assert np.abs(trade).max() <= 1e-6
    assert (moved.reserves >= 0).all()


@each_pool
@settings(max_examples=30)
@given(move=moves, fee=fees, factor=st.floats(0.01, 100))
def test_a_pool_of_another_size_does_the_same(pool: Pool, move: float, fee: float, factor: float) -> None:
    if isinstance(pool, ReclammPool):
        factor = 1 + factor / 1000  # what it keeps of a drained token is a fixed number of dollars
    tick = Tick(np.array([np.exp(move), 1.0]), costs=Costs(fee, 0.0, 0.0, 1.5, 0.25))

    small, _ = pool.step(pool.start(1000.0, np.ones(2)), tick)
    large, _ = pool.step(pool.start(1000.0 * factor, np.ones(2)), tick)

    np.testing.assert_allclose(large.reserves, small.reserves * factor, rtol=1e-7, atol=1e-7 if factor < 2 else 0)


@each_pool
@settings(max_examples=30)
@given(amount=st.floats(0.001, 20), fee=fees, token=st.integers(0, 1))
def test_a_swap_for_an_amount_costs_what_a_swap_of_it_gives(pool: Pool, amount: float, fee: float, token: int) -> None:
    state = pool.start(1000.0, np.ones(2))

    out = pool.swap_in(state, token, 1 - token, amount, fee)

    assert 0 < out < amount * 1.000001
    assert pool.swap_out(state, token, 1 - token, out, fee) == pytest.approx(amount, rel=1e-7)


@each_pool
def test_a_user_loses_the_fee_on_the_way_there_and_back(pool: Pool) -> None:
    state = pool.start(1000.0, np.ones(2))

    there, out = pool.swap(state, Swap(0, 1, 10.0), 0.003)
    _, back = pool.swap(there, Swap(1, 0, out), 0.003)

    assert back < 10 * (1 - 0.003)


@each_pool
def test_a_share_that_joined_leaves_with_what_it_paid(pool: Pool) -> None:
    state = pool.start(1000.0, np.ones(2))

    joined, paid = pool.join(state, 0.25)
    left, received = pool.exit(joined, 0.2)

    np.testing.assert_allclose(received, paid)
    np.testing.assert_allclose(left.reserves, state.reserves)
    assert pool.spot_prices(joined)[0] == pytest.approx(pool.spot_prices(state)[0])


@each_pool
def test_gas_above_any_profit_or_no_arbitrageur_leaves_a_pool_as_it_is(pool: Pool) -> None:
    state, prices = pool.start(1000.0, np.ones(2)), np.array([1.2, 1.0])

    costly, events = pool.step(state, Tick(prices, getattr(pool, "weights", np.zeros(0)), Costs(0.003, gas_USD=1e6)))
    alone, _ = pool.step(state, Tick(prices, arbitrage=False))

    assert not any(events.executed)
    np.testing.assert_array_equal(costly.reserves, state.reserves)
    np.testing.assert_array_equal(alone.reserves, state.reserves)


@each_pool
def test_the_protocols_share_leaves_the_pool(pool: Pool) -> None:
    state, prices = pool.start(1000.0, np.ones(2)), np.array([1.1, 1.0])

    whole, events = pool.step(state, Tick(prices, getattr(pool, "weights", np.zeros(0)), Costs(0.003)))
    shared, taken = pool.step(
        state, Tick(prices, getattr(pool, "weights", np.zeros(0)), Costs(0.003, protocol_share=0.25))
    )

    np.testing.assert_allclose(shared.reserves + shared.protocol_fees, whole.reserves)
    assert taken.fee_income_USD == pytest.approx(0.75 * events.fee_income_USD)
    np.testing.assert_allclose(taken.protocol_fees, shared.protocol_fees)


def test_a_batch_pool_without_fee_is_the_rebalanced_portfolio() -> None:
    pool, prices = CowPool(), np.exp(np.random.default_rng(1).normal(0, 0.05, (50, 2)))
    state, value = pool.start(1000.0, prices[0]), 1000.0
    for before, now in zip(prices, prices[1:], strict=False):
        value *= float(np.mean(now / before))
        state, _ = pool.step(state, Tick(now))

        assert state.value_USD(now) == pytest.approx(value, rel=1e-12)


def test_a_readjusting_pool_nears_its_centre_and_keeps_its_ratio_of_prices() -> None:
    pool = ReclammPool(margin=0.9)
    state, _ = pool.step(pool.start(1000.0, np.ones(2)), Tick(np.array([1.5, 1.0]), seconds=0.0))

    drifted = pool.drift(state, np.array([1.5, 1.0]), 3600)

    assert centered(drifted.reserves, drifted.inner)[0] > centered(state.reserves, state.inner)[0]
    low, high = pool.price_range(drifted)
    assert high / low == pytest.approx(pool.price_ratio)


def test_fees_of_concentrated_liquidity_are_set_aside() -> None:
    pool = ConcentratedPool((Position(0.5, 2.0),))
    state = pool.start(1000.0, np.ones(2))

    moved, out = pool.swap(state, Swap(0, 1, 10.0), 0.01)

    np.testing.assert_allclose(moved.inner[1:3], [0.1, 0.0])
    np.testing.assert_allclose(moved.reserves, state.reserves + [10.0, -out])
    assert pool.invariant(moved) == pool.invariant(state)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: WeightedPool((0.5, 0.6)), "sum 1"),
        (lambda: WeightedPool((1.0, 0.0)), "positive"),
        (lambda: CowPool(1.0), "0 to 1"),
        (lambda: EclpPool(2.0, 1.0, 5.0, 0.0), "low < high"),
        (lambda: ReclammPool(1.0), "above 1"),
        (lambda: ConcentratedPool((Position(2.0, 1.0),)), "low < high"),
        (lambda: follow(WeightedPool((0.5, 0.5)), np.ones((2, 2)), float("inf")), "A pool of inf dollars"),
        (lambda: Costs(fee=1.0), "fee"),
        (lambda: Costs(gas_USD=-1.0), "gas_USD"),
        (lambda: Costs(fee=float("nan")), "fee"),
        (lambda: constant_product().join(constant_product().start(1, np.ones(2)), -1.0), "share"),
        (lambda: HodlPool((1.0,)).swap_in(HodlPool((1.0,)).start(1, np.ones(1)), 0, 0, 1.0, 0.0), "does not trade"),
    ],
)
def test_what_no_pool_can_be_is_refused(make: object, says: str) -> None:
    with pytest.raises(PoolError, match=says):
        make()  # type: ignore[operator]


def test_a_swap_beyond_the_reserves_is_refused_and_changes_nothing() -> None:
    for pool in (WeightedPool((0.5, 0.5)), CowPool(), ReclammPool(), EclpPool(0.5, 2, 3, 0.6)):
        state = pool.start(1000.0, np.ones(2))
        before = replace(state)

        with pytest.raises(PoolError):
            pool.swap_out(state, 0, 1, 1e9, 0.003)
        np.testing.assert_array_equal(state.reserves, before.reserves)
