"""Traders who send limit orders: scattered about a price, or to sweep what is stale."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, isnan
from typing import Annotated, final

from tokenspice.agents.exchange.party import Intent, PricedAgent, StrategyAgent, TraderAgent
from tokenspice.engine import MINUTE, Above, AtLeast, Doc, ParametersBase, Probability, Seconds, SimStateBase, Unit
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import ExchangeService, Side, TimeInForce
from tokenspice.markets.processes import PriceSource

__all__ = ["LimitOrderStrategy", "LimitOrderTrader", "PriceSensitiveLimitOrderTrader", "SweepStrategy"]

KINDS = (TimeInForce.GTC, TimeInForce.GTT, TimeInForce.IOC, TimeInForce.FOK)


@final
@dataclass(frozen=True)
class LimitOrderStrategy(ParametersBase):
    """How many orders, of what sizes and prices, and how long they stay."""

    buy_volume: Annotated[float, Above(0), Unit("contracts"), Doc("what sizes of buys are multiples of")] = 1.0
    sell_volume: Annotated[float, Above(0), Unit("contracts"), Doc("what sizes of sells are multiples of")] = 1.0
    buy_intensity: Annotated[float, AtLeast(0), Unit("volumes"), Doc("in a buy, on average")] = 5.0
    sell_intensity: Annotated[float, AtLeast(0), Unit("volumes"), Doc("in a sell, on average")] = 5.0
    submit_bias: Annotated[Probability, Doc("chance to send an order in a step")] = 0.5
    cancel_bias: Annotated[Probability, Doc("chance to cancel one of its orders in a step in which it sent one")] = 0.5
    gtc: Annotated[Probability, Doc("share of orders that stay until they are cancelled")] = 0.4
    gtt: Annotated[Probability, Doc("share of orders that stay for a time")] = 0.3
    ioc: Annotated[Probability, Doc("share of orders that trade what they can at once")] = 0.2
    fok: Annotated[Probability, Doc("share of orders that trade wholly at once, or not")] = 0.1
    duration: Annotated[Seconds, AtLeast(1), Doc("how long those stay that stay for a time")] = 2 * MINUTE
    spread: Annotated[float, AtLeast(0), Unit("price"), Doc("between what buys and sells are scattered about")] = 0.0
    mean: Annotated[float, Doc("of the logarithm of how far a price is scattered")] = 2.0
    sigma: Annotated[float, AtLeast(0), Doc("standard deviation of that logarithm")] = 1.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6

    def __post_init__(self) -> None:
        super().__post_init__()
        if abs(sum(self.shares) - 1) > 1e-9:
            raise StrategyError(
                f"gtc + gtt + ioc + fok = {sum(self.shares):g}: write shares of orders that add up to 1."
            )

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Of kinds of orders, in the order of `KINDS`."""
        return self.gtc, self.gtt, self.ioc, self.fok


@final
class LimitOrderTrader(StrategyAgent[LimitOrderStrategy], TraderAgent):
    """Sends a limit order now and then, at a log-normal distance whose mean is zero, and cancels one of its own.

    Args:
        name: of the agent and of its random stream.
        service: the exchange.
        market_id: where it trades.
        strategy: its parameters.
        prices: outside, about which orders are scattered; the best bid and ask unless given.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        strategy: LimitOrderStrategy = LimitOrderStrategy(),
        prices: PriceSource | None = None,
    ) -> None:
        super().__init__(name, service, market_id, strategy)
        self._prices = prices
        self._mean_distance = exp(strategy.mean + strategy.sigma**2 / 2)

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        ss, rng = self.strategy, state.rng(self.name)
        if rng.random() >= ss.submit_bias:
            return ()
        side = Side.BUY if rng.random() < 0.5 else Side.SELL
        scattered = rng.lognormal(ss.mean, ss.sigma) - self._mean_distance
        kind = self._kind(rng.random())
        buys = side is Side.BUY
        volume, intensity = (ss.buy_volume, ss.buy_intensity) if buys else (ss.sell_volume, ss.sell_intensity)
        size = volume * rng.poisson(intensity)
        price = self._reference(side, state) + (scattered if buys else -scattered)
        if not price > 0:
            return ()
        expires_at = self.service.get_blockchain_time() + ss.duration if kind is TimeInForce.GTT else 0
        return (Intent(side, size, price, kind, expires_at),)

    def takeStep(self, state: SimStateBase) -> None:
        if not self.is_trading():
            return
        sent = [self.send(intent) for intent in self.decide(state)]
        if any(sent) and state.rng(self.name).random() < self.strategy.cancel_bias:
            self._cancel_one(state)

    def _reference(self, side: Side, state: SimStateBase) -> float:
        """What buys or sells are scattered about; NaN if there is nothing."""
        if self._prices is None:
            bid, ask = self.service.best_prices(self.market_id)
            return bid if side is Side.BUY else ask
        price, half = self._prices.at(state.tick), self.strategy.spread / 2
        return price - half if side is Side.BUY else price + half

    def _kind(self, u: float) -> TimeInForce:
        for kind, share in zip(KINDS, self.strategy.shares, strict=True):
            if u < share:
                return kind
            u -= share
        return TimeInForce.GTC

    def _cancel_one(self, state: SimStateBase) -> None:
        position = self.market.positions.get(self.party)
        if position and position.orders:
            live = list(position.orders)
            self.service.cancel_order(self.party, self.market_id, live[int(state.rng(self.name).random() * len(live))])


@final
@dataclass(frozen=True)
class SweepStrategy(ParametersBase):
    """How far from the outside price it still trades, and how much."""

    scale: Annotated[float, Above(0), Unit("price"), Doc("mean distance of its limits from the outside price")] = 0.5
    max_order_size: Annotated[float, Above(0), Unit("contracts"), Doc("of each order")] = 100.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class PriceSensitiveLimitOrderTrader(PricedAgent[SweepStrategy], TraderAgent):
    """Sweeps stale quotes: each step it buys and sells what is within a random distance of the outside price."""

    strategy = SweepStrategy()

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        price, ss, rng = self._prices.at(state.tick), self.strategy, state.rng(self.name)
        if isnan(price):
            return ()
        buy, sell = price + ss.scale * rng.standard_exponential(), price - ss.scale * rng.standard_exponential()
        orders = [Intent(Side.BUY, ss.max_order_size, buy)]
        return [*orders, Intent(Side.SELL, ss.max_order_size, sell)] if sell > 0 else orders
