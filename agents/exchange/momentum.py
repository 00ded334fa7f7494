"""A trader who reads charts."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Annotated, Literal, final

from tokenspice.agents.exchange.indicators import IndicatorName, indicator
from tokenspice.agents.exchange.party import Intent, StrategyAgent, TraderAgent
from tokenspice.engine import MINUTE, Above, AtLeast, Doc, ParametersBase, Seconds, Share, SimStateBase, Unit
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import ExchangeService, Side, TimeInForce

__all__ = ["MomentumStrategy", "MomentumTrader"]


@final
@dataclass(frozen=True)
class MomentumStrategy(ParametersBase):
    """Which chart it reads, and what it sends when that says so."""

    momentum_strategy: Annotated[IndicatorName, Doc("the indicator that it follows")] = "RSI"
    upper: Annotated[float, Doc("from which on it sells; of no effect on APO and MACD")] = 70.0
    lower: Annotated[float, Doc("down from which it buys; of no effect on APO and MACD")] = 30.0
    series: Annotated[Literal["mid", "last"], Doc("whose price it reads")] = "mid"
    order_intensity: Annotated[float, AtLeast(0), Unit("sizes"), Doc("in an order, on average")] = 5.0
    base_order_size: Annotated[float, Above(0), Unit("contracts"), Doc("what sizes are multiples of")] = 1.0
    trading_proportion: Annotated[Share, Doc("of that, what it trades")] = 1.0
    send_limit_order: Annotated[bool, Doc("whether it sends limit orders, not market orders")] = False
    tif: Annotated[Literal["GTC", "GTT", "IOC", "FOK"], Doc("of its limit orders")] = "IOC"
    duration: Annotated[Seconds, AtLeast(1), Doc("how long a GTT order stays")] = 2 * MINUTE
    offset_levels: Annotated[int, AtLeast(0), Unit("ticks"), Doc("by which its limit is worse than the touch")] = 10
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lower >= self.upper:
            raise StrategyError(f"lower = {self.lower:g} and upper = {self.upper:g}: write a lower below the upper.")


@final
class MomentumTrader(StrategyAgent[MomentumStrategy], TraderAgent):
    """Buys and sells as an indicator of the market's own prices says."""

    def __init__(
        self, name: str, service: ExchangeService, market_id: str, strategy: MomentumStrategy = MomentumStrategy()
    ) -> None:
        super().__init__(name, service, market_id, strategy)
        self._indicator = indicator(strategy.momentum_strategy, strategy.lower, strategy.upper)

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        price = self._price()
        signal = 0 if isnan(price) else self._indicator.add(price)
        if not signal:
            return ()
        ss = self.strategy
        size = state.rng(self.name).poisson(ss.order_intensity) * ss.base_order_size * ss.trading_proportion
        side = Side.BUY if signal > 0 else Side.SELL
        return self._limit(side, size) if ss.send_limit_order else (Intent(side, size),)

    def _price(self) -> float:
        if self.strategy.series == "mid":
            return self.mid()
        market = self.market
        return market.last_price / 10**market.config.decimals if market.last_price else float("nan")

    def _limit(self, side: Side, size: float) -> Iterable[Intent]:
        bid, ask = self.service.best_prices(self.market_id)
        away = self.strategy.offset_levels * self.tick_size
        price = ask + away if side is Side.BUY else bid - away
        if not price > 0:
            return ()
        tif = TimeInForce(self.strategy.tif)
        expires_at = self.service.get_blockchain_time() + self.strategy.duration if tif is TimeInForce.GTT else 0
        return (Intent(side, size, price, tif, expires_at),)
