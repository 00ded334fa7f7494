"""A maker who joins the best price."""

from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.agents.exchange.party import StrategyAgent
from tokenspice.agents.exchange.pegs import PegOrder
from tokenspice.engine import Above, AtLeast, Doc, ParametersBase, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, Side

__all__ = ["AtTheTouchMarketMaker", "AtTheTouchStrategy"]


@final
@dataclass(frozen=True)
class AtTheTouchStrategy(ParametersBase):
    """How much it quotes, and how much it holds."""

    order_size: Annotated[float, Above(0), Unit("contracts"), Doc("of each of its two orders")] = 1.0
    peg_offset: Annotated[float, AtLeast(0), Unit("price"), Doc("from the best price, away from the market")] = 0.0
    max_position: Annotated[float, Above(0), Unit("contracts"), Doc("from which on it quotes one side alone")] = 1.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class AtTheTouchMarketMaker(StrategyAgent[AtTheTouchStrategy]):
    """Keeps an order at the best bid while it holds less than its most, and one at the best ask while it is less short."""

    def __init__(
        self, name: str, service: ExchangeService, market_id: str, strategy: AtTheTouchStrategy = AtTheTouchStrategy()
    ) -> None:
        super().__init__(name, service, market_id, strategy)
        self._bid, self._ask = PegOrder(self, Side.BUY), PegOrder(self, Side.SELL)

    def takeStep(self, state: SimStateBase) -> None:
        if not self.is_trading():
            return
        bids, asks = self.decide(state)
        self._bid.keep(self.strategy.order_size if bids else 0.0, self.strategy.peg_offset)
        self._ask.keep(self.strategy.order_size if asks else 0.0, self.strategy.peg_offset)

    def decide(self, state: SimStateBase) -> tuple[bool, bool]:
        """Return whether it bids, and whether it asks."""
        volume, most = self.volume(), self.strategy.max_position
        return volume < most, volume > -most
