"""What a position must have put aside."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["CrossMargin", "MarginRule"]


class MarginRule(ABC):
    """IMPLEMENT `maintenance`. A value of the market's configuration."""

    @abstractmethod
    def maintenance(self, position: Position, market: MarketView, buys: int, sells: int) -> int:
        """Return the maintenance margin in asset units.

        Args:
            position: the party's.
            market: whose mark, risk factors and mode hold.
            buys, sells: sizes to count as open orders; those of a new order are among them.
        """


@final
@dataclass(frozen=True)
class CrossMargin(MarginRule):
    """The riskier of the two sides, where slippage counts for the open position alone."""

    def maintenance(self, position: Position, market: MarketView, buys: int, sells: int) -> int:
        volume, slippage, (long, short) = position.volume, market.slippage, market.risk
        most = 0
        if volume + buys > 0:
            most = (volume * (slippage + long) if volume > 0 else 0) + buys * long
        if volume - sells < 0:
            below = (-volume * (slippage + short) if volume < 0 else 0) + sells * short
            most = below if below > most else most
        return -(-most * market.mark * market.value_up // (market.value_down * ONE))
