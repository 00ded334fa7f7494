"""Traders without a view: buys and sells of random size."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, isnan, log
from typing import Annotated, final

from tokenspice.agents.exchange.party import Intent, StrategyAgent, TraderAgent
from tokenspice.engine import Above, AtLeast, Doc, ParametersBase, Probability, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, Side
from tokenspice.markets.processes import PriceSource

__all__ = [
    "MarketOrderStrategy",
    "MarketOrderTrader",
    "PriceSensitiveMarketOrderTrader",
    "PriceSensitiveStrategy",
]


@dataclass(frozen=True)
class MarketOrderStrategy(ParametersBase):
    """How much is traded, and how often."""

    buy_intensity: Annotated[
        float, AtLeast(0), Unit("orders"), Doc("of the base size, bought each step on average")
    ] = 1.0
    sell_intensity: Annotated[float, AtLeast(0), Unit("orders"), Doc("of the base size, sold each step on average")] = (
        1.0
    )
    base_order_size: Annotated[float, Above(0), Unit("contracts"), Doc("what volumes are multiples of")] = 1.0
    step_bias: Annotated[Probability, Doc("chance to act in a step")] = 1.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
@dataclass(frozen=True)
class PriceSensitiveStrategy(MarketOrderStrategy):
    """How much is traded, and how bad a price it bears."""

    price_half_life: Annotated[
        float, Above(0), Unit("price"), Doc("by how much a price must be worse than outside to halve its chance")
    ] = 1.0


class MarketOrderTrader(StrategyAgent[MarketOrderStrategy], TraderAgent):
    """Buys and sells numbers of orders that have Poisson's distribution, whichever first, whatever the price."""

    strategy = MarketOrderStrategy()

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        ss, rng = self.strategy, state.rng(self.name)
        if ss.step_bias < 1 and rng.random() >= ss.step_bias:
            return ()
        buys, sells = rng.poisson(ss.buy_intensity), rng.poisson(ss.sell_intensity)
        orders = (Intent(Side.BUY, buys * ss.base_order_size), Intent(Side.SELL, sells * ss.base_order_size))
        return orders if rng.random() < 0.5 else orders[::-1]


@final
class PriceSensitiveMarketOrderTrader(MarketOrderTrader):
    """Trades as its base does, but the less likely the worse the market's price is beside the outside price.

    Args:
        name: of the agent and of its random stream.
        service: the exchange.
        market_id: where it trades.
        prices: outside.
        strategy: its parameters.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        prices: PriceSource,
        strategy: PriceSensitiveStrategy = PriceSensitiveStrategy(),
    ) -> None:
        super().__init__(name, service, market_id, strategy)
        self._prices = prices
        self._rate = log(2) / strategy.price_half_life

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        price = self._prices.at(state.tick)
        if isnan(price):
            return ()
        rng, (bid, ask) = state.rng(self.name), self.service.best_prices(self.market_id)
        worse = {Side.BUY: ask - price, Side.SELL: price - bid}
        # Without a price on the other side nothing is worse, and an order finds nobody.
        return [
            intent
            for intent in super().decide(state)
            if intent.size and rng.random() < exp(-self._rate * max(worse[intent.side], 0.0))
        ]
