"""What all markets of an exchange share, and what a rule sees of a market."""

from collections.abc import Callable
from typing import Any, Protocol, final

from tokenspice.markets.exchange.ledger import Account, Ledger
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.risk import RiskFactors

__all__ = ["MarketView", "Venue"]


@final
class Venue:
    """Clock, accounts and listeners.

    Attributes:
        on_trade: called with market, trade and fees; None for nobody.
    """

    def __init__(self, now: int) -> None:
        self.ledger = Ledger()
        self.on_trade: Callable[[Any, Any, Any], object] | None = None
        self.now = now

    @property
    def now(self) -> int:
        """Unix seconds."""
        return self._now

    @now.setter
    def now(self, now: int) -> None:
        self._now = self.ledger.now = now


class MarketView(Protocol):
    """A market, as its rules see it: rules read, and move money through the ledger alone."""

    id: str
    venue: Venue
    ledger: Ledger
    mark: int
    last_price: int
    risk: RiskFactors
    slippage: int
    value_up: int
    value_down: int
    positions: dict[str, Position]
    settlement: Account
    insurance: Account

    def value(self, price_times_size: int) -> int:
        """Turn price times size into asset units, cut towards minus infinity."""

    def level(self, position: Position) -> None:
        """Bring a margin account to where it should be."""
