"""The best trades over several pools: what every cycle, split and random trade says that they are."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from tokenspice.agents.dynamic_pools.routing import PoolView, Routed, best_arbitrage, best_swap, best_trades
from tokenspice.engine import Floats, StrategyError
from tokenspice.markets.pools import all_routes_trade

PRICES = np.array([20_000.0, 1_500.0, 20.0, 1.0])
CLOSED = np.array([0.0, 0.0, 0.0, 1.0]), np.array([np.inf, np.inf, np.inf, 1.0])
TRIANGLE = ((0, 3), (0, 1), (1, 3))


def pool(tokens: tuple[int, ...], rng: np.random.Generator, spread: float = 0.02) -> PoolView:
    """A pool somewhat off the market."""
    weights = rng.dirichlet(np.ones(len(tokens)) * 5)
    off = np.exp(rng.normal(0, spread, len(tokens)))
    reserves = weights * rng.uniform(1e5, 1e6) / PRICES[list(tokens)] * off
    return PoolView(tokens, reserves, weights, float(rng.choice([0.0005, 0.003, 0.01])))


def out(view: PoolView, sold: int, bought: int, amount: float) -> float:
    """What a pool gives, by the formula of a swap."""
    i, j = view.tokens.index(sold), view.tokens.index(bought)
    grown = 1 + (1 - view.fee) * amount / view.reserves[i]
    return float(view.reserves[j] * (1 - grown ** (-view.weights[i] / view.weights[j])))


def best_cycle(pools: list[PoolView], start: int) -> float:
    """The most that one cycle through some of the pools gains, of all cycles from a token back to it."""
    best = 0.0
    for n in range(2, len(pools) + 1):
        for order in permutations(range(len(pools)), n):
            for path in paths(pools, order, start):

                def loss(x: float, path: list[tuple[int, int, int]] = path) -> float:
                    amount = float(np.exp(x))
                    for k, sold, bought in path:
                        amount = out(pools[k], sold, bought, amount)
                    return float(np.exp(x)) - amount

                found = minimize_scalar(loss, bounds=(-7, 12), method="bounded", options={"xatol": 1e-12})
                best = max(best, -float(found.fun))
    return best


def paths(pools: list[PoolView], order: tuple[int, ...], start: int) -> list[list[tuple[int, int, int]]]:
    """All ways through pools in an order, from a token back to it, as (pool, sold, bought)."""
    found: list[list[tuple[int, int, int]]] = [[]]
    for k in order:
        longer = []
        for path in found:
            at = path[-1][2] if path else start
            if at in pools[k].tokens:
                longer += [[*path, (k, at, bought)] for bought in pools[k].tokens if bought != at]
        found = longer
    return [path for path in found if path[-1][2] == start]


@pytest.mark.parametrize("seed", range(8))
def test_in_a_triangle_it_is_the_better_of_the_two_cycles(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pools = [pool(tokens, rng) for tokens in TRIANGLE]

    found = best_arbitrage(pools, *CLOSED, PRICES)

    assert found.net[3] == pytest.approx(best_cycle(pools, 3), rel=1e-6, abs=1e-4)
    assert np.abs(found.net[:3] * PRICES[:3]).max() < 1e-5


@pytest.mark.parametrize("seed", range(6))
def test_over_more_pools_it_is_no_less_than_any_one_cycle(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pools = [pool(tokens, rng) for tokens in (*TRIANGLE, (0, 1, 3))]

    found = best_arbitrage(pools, *CLOSED, PRICES)

    assert found.net[3] >= best_cycle(pools, 3) * (1 - 1e-9)


NUMBERS = st.integers(0, 10**6)


@settings(max_examples=40)
@given(NUMBERS)
def test_what_the_trades_gain_is_what_the_prices_promise_and_no_random_trades_gain_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pools = [pool(tokens, rng) for tokens in (*TRIANGLE, (2, 3), (0, 1, 2, 3))]
    low, high = PRICES * 0.999, PRICES * 1.001

    found = best_arbitrage(pools, low, high, PRICES)

    gain = worth(found.net, low, high)
    promised = sum(given_up(view, found.prices) for view in pools)
    assert gain == pytest.approx(promised, rel=1e-9, abs=1e-6)
    for view, trade in zip(pools, found.trades, strict=True):
        assert log_change(view, trade) >= -1e-12
    for _ in range(20):
        guess = PRICES * np.exp(rng.normal(0, 0.02, 4))
        trades = tuple(view.trade(guess) for view in pools)
        assert worth(net(pools, trades), low, high) <= gain + 1e-6


def worth(amounts: Floats, low: Floats, high: Floats) -> float:
    return float(np.where(amounts > 0, amounts * low, amounts * high).sum())


def net(pools: list[PoolView], trades: tuple[Floats, ...]) -> Floats:
    total = np.zeros(4)
    for view, trade in zip(pools, trades, strict=True):
        total[list(view.tokens)] -= trade
    return total


def given_up(view: PoolView, prices: Floats) -> float:
    return -float(view.trade(prices) @ prices[list(view.tokens)])


def log_change(view: PoolView, trade: Floats) -> float:
    seen = np.where(trade > 0, trade * (1 - view.fee), trade)
    return float(view.weights @ np.log1p(seen / view.reserves))


@settings(max_examples=100)
@given(NUMBERS, st.floats(-0.1, 0.1))
def test_two_tokens_are_traded_as_any_number_are(seed: int, off: float) -> None:
    view = pool((0, 3), np.random.default_rng(seed))
    prices = PRICES * np.array([np.exp(off), 1, 1, 1])

    expected = all_routes_trade(view.reserves, view.weights, prices[[0, 3]], 1 - view.fee)

    np.testing.assert_allclose(view.trade(prices), expected, rtol=1e-9, atol=1e-12 * view.reserves.max())


@pytest.mark.parametrize("seed", range(6))
def test_a_swap_is_split_over_two_pools_as_a_search_would(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pools = [pool((0, 3), rng), pool((0, 3), rng)]
    amount = float(rng.uniform(1e3, 1e5))

    found = best_swap(pools, 3, 0, amount, PRICES)

    def less(share: float) -> float:
        return -out(pools[0], 3, 0, share * amount) - out(pools[1], 3, 0, (1 - share) * amount)

    tried = minimize_scalar(less, bounds=(0, 1), method="bounded", options={"xatol": 1e-12})
    assert found.net[0] >= -float(tried.fun) * (1 - 1e-9)
    assert found.net[3] == pytest.approx(-amount, rel=1e-9)


def test_a_swap_without_a_pool_of_its_own_takes_two_hops() -> None:
    rng = np.random.default_rng(1)
    pools = [pool((0, 3), rng, 0.0), pool((2, 3), rng, 0.0)]

    found = best_swap(pools, 2, 0, 100.0, PRICES)

    assert found.net[0] == pytest.approx(out(pools[0], 3, 0, out(pools[1], 2, 3, 100.0)), rel=1e-9)
    assert abs(found.net[3]) < 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_gas_leaves_out_pools_as_trying_every_choice_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pools = [pool(tokens, rng, 0.005) for tokens in (*TRIANGLE, (0, 3))]
    low = high = PRICES
    gas = 40.0

    found = best_arbitrage(pools, low, high, PRICES, gas)

    best = 0.0
    for choice in range(1, 2 ** len(pools)):
        some = [view for i, view in enumerate(pools) if choice >> i & 1]
        routed = best_trades(some, low, high, np.zeros(4), PRICES)
        best = max(best, worth(routed.net, low, high) - gas * sum(bool(trade.any()) for trade in routed.trades))
    assert after_gas(found, gas) == pytest.approx(best, abs=1e-6)


def after_gas(found: Routed, gas: float) -> float:
    return worth(found.net, PRICES, PRICES) - gas * sum(bool(trade.any()) for trade in found.trades)


def test_pools_that_agree_are_left_alone() -> None:
    rng = np.random.default_rng(2)
    pools = [pool(tokens, rng, 0.0) for tokens in TRIANGLE]

    found = best_arbitrage(pools, *CLOSED, PRICES)

    assert not any(trade.any() for trade in found.trades)


def test_prices_that_are_none_are_refused() -> None:
    with pytest.raises(StrategyError, match="low <= high"):
        best_trades([], PRICES, PRICES / 2, np.zeros(4), PRICES)


def test_a_token_that_no_trades_lead_to_is_not_traded_for() -> None:
    rng = np.random.default_rng(3)
    pools = [pool((0, 1), rng, 0.1), pool((0, 1), rng, 0.1)]

    swap, cycles = best_swap(pools, 0, 3, 1.0, PRICES), best_arbitrage(pools, *CLOSED, PRICES)

    for found in (swap, cycles):
        assert not found.net.any() and not any(trade.any() for trade in found.trades)


@settings(max_examples=60)
@given(NUMBERS)
def test_in_any_network_nothing_is_left_or_missing_that_has_no_price_of_its_own(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tokens = [tuple(int(i) for i in rng.permutation(4)[: rng.integers(2, 5)]) for _ in range(rng.integers(1, 6))]
    pools = [pool(some, rng, float(rng.choice([0.001, 0.02, 0.5]))) for some in tokens]

    found = best_arbitrage(pools, *CLOSED, PRICES)

    size = sum(float(view.reserves @ PRICES[list(view.tokens)]) for view in pools)
    assert np.abs(found.net[:3] * found.prices[:3]).max() < 1e-11 * size and found.net[3] >= -1e-11 * size
