"""A pool over a history of prices: the step, minute by minute, by the reference or by the compiled kernel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.closed_form import free_reserves
from tokenspice.markets.pools.frictions import Frictions, as_array
from tokenspice.markets.pools.step import Costs, Pool, PoolState, Swap, Tick
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.pools.weighted import WeightedPool

__all__ = ["PoolHistory", "follow", "follow_compiled", "follow_reference"]


# Of how many the kernel is compiled for; of more, the reference follows the pool.
MOST_TOKENS = 8


@final
@dataclass(frozen=True)
class PoolHistory:
    """What became of a pool. T minutes, n tokens.

    Attributes:
        prices: [T, n] dollars.
        reserves: [T, n] tokens, after each minute's step.
        weights: [T, n] the pool's, or shares of the value for pools without weights.
        fee_income_USD: [T] what liquidity providers earned in each minute, dollars.
        protocol_fees: [n] tokens that left for the protocol.
        arbitrages: how many were made.
    """

    prices: Floats
    reserves: Floats
    weights: Floats
    fee_income_USD: Floats
    protocol_fees: Floats
    arbitrages: int

    @property
    def value_USD(self) -> Floats:
        """[T] what the reserves are worth, dollars."""
        return np.asarray(np.einsum("tn,tn->t", self.reserves, self.prices))


def follow(
    pool: Pool,
    prices: Floats,
    value_USD: float,
    frictions: Frictions = Frictions(),
    path: WeightPath | None = None,
    engine: Literal["compiled", "reference"] = "compiled",
) -> PoolHistory:
    """Follow a pool through prices, by the kernel where there is one.

    Args:
        pool: its start weights are those of `path`, if that is given.
        prices: [T, n] dollars.
        value_USD: of the pool at the start, dollars.
        frictions: what else happens.
        path: of the weights; None if they do not move.
        engine: the reference is slow and readable.

    Raises:
        PoolError: prices of another number of tokens, or none; a pool of no value.
    """
    if prices.ndim != 2 or len(prices) == 0 or prices.shape[1] != pool.n_tokens:
        raise PoolError(
            f"{type(pool).__name__} holds {pool.n_tokens} tokens; the prices have the shape {prices.shape}."
        )
    if not 0 < value_USD < np.inf:
        raise PoolError(f"A pool of {value_USD} dollars. Write a number above 0.")
    if isinstance(pool, WeightedPool) and frictions.is_free and engine == "compiled":
        return follow_free(pool, prices, value_USD, path)
    if isinstance(pool, WeightedPool) and pool.n_tokens <= MOST_TOKENS and engine == "compiled":
        return follow_compiled(pool, prices, value_USD, frictions, path)
    return follow_reference(pool, prices, value_USD, frictions, path)


def follow_free(pool: WeightedPool, prices: Floats, value_USD: float, path: WeightPath | None) -> PoolHistory:
    """As `follow`, for a weighted pool whose arbitrage costs nothing. Every change of prices or weights is one."""
    weights = pool.weights if path is None else path.fine(len(prices))
    reserves = free_reserves(prices, weights, value_USD)
    shown = np.broadcast_to(weights, prices.shape)
    count = sum(int((np.diff(rows, axis=0) != 0).any(axis=1).sum()) for rows in (prices, shown))
    return PoolHistory(prices, reserves, shown, np.zeros(len(prices)), np.zeros(pool.n_tokens), count)


def follow_reference(
    pool: Pool, prices: Floats, value_USD: float, frictions: Frictions, path: WeightPath | None = None
) -> PoolHistory:
    """As `follow`, by `Pool.step`."""
    minutes = len(prices)
    weights = path.fine(minutes) if path is not None else None
    state = pool.start(value_USD, prices[0]) if path is None else started(pool, path, value_USD, prices[0])
    rows, income, count = np.empty(prices.shape), np.zeros(minutes), 0
    for t, tick in ticks(pool, prices, frictions, weights):
        state, events = pool.step(state, tick)
        rows[t : t + frictions.every_minutes] = state.reserves
        income[t] = events.fee_income_USD
        count += sum(events.executed)
    shown = weights if weights is not None else shown_weights(pool, rows, prices)
    return PoolHistory(prices, rows, shown, income, state.protocol_fees, count)


def started(pool: Pool, path: WeightPath, value_USD: float, prices: Floats) -> PoolState:
    """A weighted pool that has the first weights of a path."""
    if not isinstance(pool, WeightedPool):
        raise PoolError(f"{type(pool).__name__} has no weights that could move. Leave the strategy away.")
    return WeightedPool(tuple(path.starts[0]), pool.route).start(value_USD, prices)


def ticks(pool: Pool, prices: Floats, frictions: Frictions, weights: Floats | None) -> Iterator[tuple[int, Tick]]:
    """The minute and the input of every step."""
    minutes, every = len(prices), frictions.every_minutes
    fee, gas, outside = (
        np.broadcast_to(as_array(level, minutes), (minutes,))
        for level in (frictions.fee, frictions.gas_USD, frictions.outside_fee)
    )
    ratios = np.broadcast_to(frictions.supply_ratios(minutes), (minutes,))
    waiting, grown = list(frictions.swaps), 1.0
    fixed = pool.weights if isinstance(pool, WeightedPool) else np.zeros(0)
    for t in range(minutes):
        grown *= ratios[t]
        if t % every:
            continue
        costs = Costs(fee[t], gas[t], outside[t], frictions.noise_ratio, frictions.protocol_share)
        row = fixed if weights is None else weights[t]
        due = [s for s in waiting if s.minute <= t]
        waiting = waiting[len(due) :]
        swaps = tuple(Swap(s.token_in, s.token_out, s.amount_in) for s in due)
        yield t, Tick(prices[t], row, costs, swaps, grown, frictions.arbitrage, 60.0 * every)
        grown = 1.0


def shown_weights(pool: Pool, reserves: Floats, prices: Floats) -> Floats:
    """[T, n] the weights of a pool whose weights do not move, or shares of the value."""
    if isinstance(pool, WeightedPool):
        return np.broadcast_to(pool.weights, prices.shape)
    value = reserves * prices
    return np.asarray(value / value.sum(axis=1, keepdims=True))


def follow_compiled(
    pool: WeightedPool, prices: Floats, value_USD: float, frictions: Frictions, path: WeightPath | None = None
) -> PoolHistory:
    """As `follow`, by the kernel."""
    from tokenspice.markets.pools.kernel import run_weighted

    moves = pool.moves or path is not None
    path = WeightPath.constant(pool.weights) if path is None else path
    run = run_weighted(prices, path, value_USD, frictions, moves, pool.route == "pairs")
    return PoolHistory(prices, run.reserves, path.fine(len(prices)), run.incomes_USD, run.protocol_fees, run.arbitrages)
