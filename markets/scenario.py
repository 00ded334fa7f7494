"""A whole question about a pool, as one frozen value: tokens, dates, pool, strategy, frictions."""

from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.benchmarks import rebalancing_reserves
from tokenspice.markets.pools.frictions import Frictions
from tokenspice.markets.pools.history import PoolHistory, follow
from tokenspice.markets.pools.step import Pool
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.prices.table import Prices, Window
from tokenspice.markets.strategies.strategy import Strategy

__all__ = ["Scenario", "Simulation", "simulate"]


@final
@dataclass(frozen=True)
class Scenario:
    """What is simulated.

    Attributes:
        tokens: in the order of every per-token number.
        start, end: dates of the window, in UTC; `end` is the first minute after it.
        pool: its kind and shape.
        strategy: of the weights; None if they do not move.
        given_weights: a way of the weights from outside, instead of a strategy.
        frictions: costs, trades, supply.
        value_USD: of the pool at the start.
        benchmark: "rebalancing" follows the weights by trading at market prices, in the pool's place.
        benchmark_spread: of bid and ask, a fraction, for all tokens or for each, of which that trading pays half.
    """

    tokens: tuple[str, ...]
    start: str
    end: str
    pool: Pool
    strategy: Strategy | None = None
    given_weights: WeightPath | None = None
    frictions: Frictions = Frictions()
    value_USD: float = 1_000_000.0
    benchmark: Literal["", "rebalancing"] = ""
    benchmark_spread: float | tuple[float, ...] = 0.0

    def __post_init__(self) -> None:
        self.refuse_spread()
        if self.pool.n_tokens != len(self.tokens):
            raise StrategyConfigError(f"The pool holds {self.pool.n_tokens} tokens; {len(self.tokens)} are named.")
        moves = self.strategy is not None or self.given_weights is not None
        if moves and not isinstance(self.pool, WeightedPool):
            raise StrategyConfigError(f"{type(self.pool).__name__} has no weights. Leave the strategy away.")
        if self.strategy is not None:
            if self.given_weights is not None:
                raise StrategyConfigError("A scenario has a strategy or given weights, not both.")
            self.strategy.check(len(self.tokens))

    def refuse_spread(self) -> None:
        """Refuse a spread that nobody would pay.

        Raises:
            StrategyConfigError: it is no fraction, of other tokens, or without a benchmark.
        """
        spread = np.asarray(self.benchmark_spread)
        if (
            spread.dtype.kind not in "if"
            or spread.shape not in ((), (len(self.tokens),))
            or not ((spread >= 0) & (spread < 1)).all()
        ):
            raise StrategyConfigError(
                f"benchmark_spread is {self.benchmark_spread}. Write a fraction from 0 to below 1, or one for each of "
                f"{len(self.tokens)} tokens."
            )
        if spread.any() and not self.benchmark:
            raise StrategyConfigError(
                'A pool pays no benchmark_spread. Write benchmark = "rebalancing", or leave it away.'
            )


@final
@dataclass(frozen=True)
class Simulation:
    """What came out.

    Attributes:
        scenario: what was asked.
        window: of the prices, after they were cut to begin at midnight.
        unix_ms: [T] times.
        history: the pool's.
        first_reserves: [n] tokens at the start, before any arbitrage.
    """

    scenario: Scenario
    window: Window
    unix_ms: NDArray[np.int64]
    history: PoolHistory
    first_reserves: Floats

    @property
    def hodl_USD(self) -> Floats:
        """[T] what the first reserves are worth, dollars."""
        return np.asarray(self.history.prices @ self.first_reserves)


def simulate(scenario: Scenario, prices: Prices, engine: Literal["compiled", "reference"] = "compiled") -> Simulation:
    """Follow a scenario's pool through its window. All earlier prices are what its strategy may have seen.

    Raises:
        PriceDataError: the prices do not have the tokens, or the dates.
        StrategyConfigError: the strategy does not fit.
    """
    table = prices.of(scenario.tokens).from_midnight()
    window = table.window(scenario.start, scenario.end)
    rows = table.close[window.first : window.end]
    path = scenario.given_weights
    if scenario.strategy is not None:
        path = scenario.strategy.weights(table.close, window.first, window.minutes)
    if scenario.benchmark:
        history = rebalanced(scenario, rows, path)
    else:
        history = follow(scenario.pool, rows, scenario.value_USD, scenario.frictions, path, engine)
    first = first_reserves(scenario, rows, path)
    return Simulation(scenario, window, table.unix_ms[window.first : window.end], history, first)


def first_reserves(scenario: Scenario, rows: Floats, path: WeightPath | None) -> Floats:
    """[n] tokens at the start."""
    if path is not None:
        return np.asarray(path.starts[0] * scenario.value_USD / rows[0])
    return scenario.pool.start(scenario.value_USD, rows[0]).reserves


def rebalanced(scenario: Scenario, rows: Floats, path: WeightPath | None) -> PoolHistory:
    """The benchmark's portfolio in the place of the pool."""
    fee = scenario.frictions.fee
    if not isinstance(fee, float | int) or not isinstance(scenario.pool, WeightedPool):
        raise StrategyConfigError("The rebalancing benchmark follows a weighted pool with a constant fee.")
    weights = scenario.pool.weights if path is None else path.fine(len(rows))
    n, spread = rows.shape[1], np.broadcast_to(np.asarray(scenario.benchmark_spread, dtype=float), rows.shape)
    reserves = rebalancing_reserves(rows, weights, first_reserves(scenario, rows, path), float(fee), spread)
    shown = np.broadcast_to(weights, rows.shape)
    return PoolHistory(rows, reserves, shown, np.zeros(len(rows)), np.zeros(n), 0)
