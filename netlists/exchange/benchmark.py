"""The population of Vega Market Sim's benchmark: a maker with a commitment, traders by chance, and who opens the market."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.exchange import (
    ExponentialShapedMarketMaker,
    ExponentialStrategy,
    LimitOrderStrategy,
    LimitOrderTrader,
    MarketOrderStrategy,
    MarketOrderTrader,
)
from tokenspice.engine import AtLeast, Doc, ParametersBase, Unit
from tokenspice.markets.processes import PriceSource
from tokenspice.markets.quoting import MakerProblem
from tokenspice.netlists.exchange.state import ExchangeStateBase

__all__ = ["BENCHMARK", "BenchmarkParameters", "add_benchmark", "limit_orders", "maker", "market_orders"]

BENCHMARK = {"maker": "maker", "takers": "market orders", "limit": "limit orders", "openers": "openers"}


def maker(liquidity: float, kappa: float, market_kappa: float, tick_spacing: float) -> ExponentialStrategy:
    """Return a maker that commits `liquidity`, at depths for a market whose fills grow rare with `market_kappa`."""
    return ExponentialStrategy(
        commitment_amount=liquidity,
        fee=1e-4,
        kappa=kappa,
        num_levels=10,
        tick_spacing=tick_spacing,
        problem=MakerProblem(kappa=market_kappa, q_low=-200, q_high=200),
        is_stationary=True,
        mint=10 * liquidity,
    )


def market_orders(size: float, intensity: float = 10.0, step_bias: float = 0.1) -> MarketOrderStrategy:
    return MarketOrderStrategy(intensity, intensity, size, step_bias, 1e6)


def limit_orders(size: float, intensity: float = 10.0, mean: float = -3.0, sigma: float = 0.5) -> LimitOrderStrategy:
    return LimitOrderStrategy(
        size, size, intensity, intensity, submit_bias=0.1, cancel_bias=0.1, gtc=0.7, gtt=0.3, ioc=0.0, fok=0.0,
        duration=300, mean=mean, sigma=sigma, mint=1e6,
    )  # fmt: skip


@dataclass(frozen=True)
class BenchmarkParameters(ParametersBase):
    """How many there are of each. A netlist gives the sizes."""

    maker: ExponentialStrategy
    takers: MarketOrderStrategy
    limit: LimitOrderStrategy
    n_takers: Annotated[int, AtLeast(0), Unit("traders"), Doc("who send market orders by chance")] = 10
    n_limit: Annotated[int, AtLeast(0), Unit("traders"), Doc("who send limit orders by chance")] = 10


def add_benchmark(
    state: ExchangeStateBase, ss: BenchmarkParameters, uncrossing_size: float, prices: PriceSource | None = None
) -> None:
    """Add the maker, those who open the market, and traders by chance.

    Args:
        state: to which they are added.
        ss: what they are.
        uncrossing_size: in contracts, of the trade that opens the market.
        prices: about which they quote; the state's unless given.
    """
    prices = prices or state.prices
    where = (state.service, state.market_id)
    quoting = ExponentialShapedMarketMaker("maker", *where, prices, state.ss.max_ticks, state.ss.time_step, ss.maker)
    state.add_group("maker", [quoting])
    state.add_openers(uncrossing_size)
    state.add_group("takers", [MarketOrderTrader(f"taker{i}", *where, ss.takers) for i in range(ss.n_takers)])
    state.add_group("limit", [LimitOrderTrader(f"limit{i}", *where, ss.limit, prices) for i in range(ss.n_limit)])
