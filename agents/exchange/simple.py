"""An agent that does what it is told: the template for one of your own."""

from typing import final

from tokenspice.agents.exchange.party import ExchangeAgent, Intent
from tokenspice.engine import SimStateBase
from tokenspice.markets.exchange import Placed, Side

__all__ = ["SimpleAgent"]


@final
class SimpleAgent(ExchangeAgent):
    """Buys and sells when told to, at the market; by itself it does nothing."""

    def buy(self, size: float = 1.0) -> Placed | None:
        """Buy at the market, as far as the book goes."""
        return self.send(Intent(Side.BUY, size))

    def sell(self, size: float = 1.0) -> Placed | None:
        """Sell at the market, as far as the book goes."""
        return self.send(Intent(Side.SELL, size))

    def takeStep(self, state: SimStateBase) -> None:
        pass
