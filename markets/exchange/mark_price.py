"""Which price positions are valued at."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["LastTradeMark", "MarkPriceRule"]


class MarkPriceRule(ABC):
    """IMPLEMENT `mark`. A value of the market's configuration.

    Attributes:
        needs_trades: whether the market is to list its trades in `mark_sources` until the next mark, and to ask for a mark
            also where there was no trade.
    """

    needs_trades = False

    def bindings(self) -> Mapping[str, OracleBinding]:
        """Return the oracle prices that the rule reads in `mark_sources.oracles`, by role and in their order."""
        return {}

    @abstractmethod
    def mark(self, market: MarketView, now: int) -> int:
        """Return the mark price; the market's present one to leave it."""


@final
@dataclass(frozen=True)
class LastTradeMark(MarkPriceRule):
    """The price of the last trade."""

    def mark(self, market: MarketView, now: int) -> int:
        return market.last_price or market.mark
