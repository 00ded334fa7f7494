"""Agents that do what somebody outside says: a learner's hands on an exchange."""

from collections.abc import Iterable
from typing import final

from tokenspice.agents.exchange.party import ExchangeAgent, Intent, TraderAgent
from tokenspice.agents.exchange.pegs import PegOrder
from tokenspice.engine import SimStateBase
from tokenspice.markets.exchange import ExchangeService, Side

__all__ = ["PuppetMaker", "PuppetTrader"]


@final
class PuppetTrader(TraderAgent):
    """Sends in a step the orders that were laid into `orders` before it, and empties it.

    Attributes:
        orders: for the next step.
    """

    def __init__(self, name: str, service: ExchangeService, market_id: str, mint: float = 0.0) -> None:
        super().__init__(name, service, market_id, mint)
        self.orders: list[Intent] = []

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        orders, self.orders = self.orders, []
        return orders


@final
class PuppetMaker(ExchangeAgent):
    """Keeps an order at a distance from the best price of each side, as it was told last.

    Attributes:
        bid_size, ask_size: of the orders; 0 for none.
        bid_offset, ask_offset: from the best prices, away from the market.
    """

    def __init__(self, name: str, service: ExchangeService, market_id: str, mint: float = 0.0) -> None:
        super().__init__(name, service, market_id, mint)
        self.bid_size = self.ask_size = 0.0
        self.bid_offset = self.ask_offset = 0.0
        self._bid, self._ask = PegOrder(self, Side.BUY), PegOrder(self, Side.SELL)

    def takeStep(self, state: SimStateBase) -> None:
        if self.is_trading():
            self._bid.keep(self.bid_size, self.bid_offset)
            self._ask.keep(self.ask_size, self.ask_offset)
