"""Which price positions are valued at."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.venue import MarketView

__all__ = ["LastTradeMark", "MarkPriceRule"]


class MarkPriceRule(ABC):
    """IMPLEMENT `mark`. A value of the market's configuration.

    Attributes:
        needs_trades: whether the market is to list its trades in `mark_sources` until the next mark, and to ask for a mark
            also where there was no trade.
    """

    needs_trades = False

    @abstractmethod
    def mark(self, market: MarketView, now: int) -> int:
        """Return the mark price; the market's present one to leave it."""


@final
@dataclass(frozen=True)
class LastTradeMark(MarkPriceRule):
    """The price of the last trade."""

    def mark(self, market: MarketView, now: int) -> int:
        return market.last_price or market.mark
