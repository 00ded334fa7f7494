"""What a position must have put aside."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.markets.exchange.limits import check_within
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.positions import NO_WEIGHT, Position
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["CrossMargin", "FullCollateral", "MarginLevels", "MarginRule", "MarginScaling", "levels_of"]


@dataclass(frozen=True)
class MarginScaling:
    """Levels as multiples of the maintenance margin. One that is below the level before it counts as that."""

    search: float = 1.1
    initial: float = 1.5
    release: float = 1.7

    def __post_init__(self) -> None:
        check_within("MarginScaling", 0, 1e6, search=self.search, initial=self.initial, release=self.release)


class MarginLevels(NamedTuple):
    """In asset units.

    Attributes:
        maintenance: a position with less is closed out.
        search: with less, more is looked for.
        initial: what a new order must reach, and what is topped up to.
        release: with more, the rest above the initial level is given back.
    """

    maintenance: int
    search: int
    initial: int
    release: int


class MarginRule(ABC):
    """IMPLEMENT `maintenance`. A value of the market's configuration.

    Attributes:
        covers_all: whether the margin covers every possible loss. Then all levels are the maintenance margin, and nobody is
            closed out.
    """

    covers_all = False

    def scaled(self, scaling: MarginScaling) -> MarginScaling:
        """The levels that hold with this rule, where the market's configuration says `scaling`."""
        return MarginScaling(1.0, 1.0, 1.0) if self.covers_all else scaling

    def weight(self, position: Position, market: MarketView) -> float:
        """Return the maintenance margin per unit of the mark price, in ticks, to 12 digits at least; or `NO_WEIGHT`.

        OVERRIDE it where the margin is proportional to the mark price in continuous trading without funding: margins that
        are far from all levels then cost nothing. Asked once after each change of the position or of its orders.
        """
        return NO_WEIGHT

    @abstractmethod
    def maintenance(self, position: Position, market: MarketView) -> int:
        """Return the maintenance margin in asset units.

        Args:
            position: its volume, and its open orders in `buys`, `sells`, `buy_value` and `sell_value`; a new order is
                among them while it is judged.
            market: whose mark, risk factors and mode hold.
        """


@final
@dataclass(frozen=True)
class CrossMargin(MarginRule):
    """The riskier of the two sides, rounded up, where slippage counts for the open position alone.

    In an auction, orders count at their own prices, or at the higher of mark and indicative price if that is more. What a
    perpetual's holder owes in funding comes on top.
    """

    def maintenance(self, position: Position, market: MarketView) -> int:
        volume, slippage, (long, short) = position.volume, market.slippage, market.risk
        buys, sells, mark = position.buys, position.sells, market.mark
        most = 0
        if market.in_auction:
            price = max(mark, market.indicative)
            bought, sold = max(position.buy_value, buys * price), max(position.sell_value, sells * price)
        else:
            bought, sold = buys * mark, sells * mark
        if volume + buys > 0:
            most = (volume * mark * (slippage + long) if volume > 0 else 0) + bought * long
        if volume - sells < 0:
            below = (-volume * mark * (slippage + short) if volume < 0 else 0) + sold * short
            most = below if below > most else most
        if market.funding and volume * market.funding > 0:
            most += volume * market.funding * market.funding_factor
        return -(-most * market.value_up // (market.value_down * ONE))

    def weight(self, position: Position, market: MarketView) -> float:
        volume, slippage, (long, short) = position.volume, market.slippage, market.risk
        held, buys, sells = max(volume, 0), position.buys, position.sells
        owed = held - volume
        above = held * (slippage + long) + buys * long if volume + buys > 0 else 0
        below = owed * (slippage + short) + sells * short if volume - sells < 0 else 0
        return max(above, below) * market.value_up / (market.value_down * ONE)


@final
@dataclass(frozen=True)
class FullCollateral(MarginRule):
    """All that a position can lose before a capped future settles between 0 and its cap, so that nobody is closed out.

    A long position can lose what it is worth, a short one what it is worth less than the cap. What orders beyond the
    position would cost comes on top; the larger side counts.
    """

    covers_all = True

    def maintenance(self, position: Position, market: MarketView) -> int:
        volume, buys, sells = position.volume, position.buys, position.sells
        held = position.basis if volume > 0 else position.basis - volume * market.cap
        long = (held if volume > 0 else 0) + beyond(position.buy_value, buys, max(-volume, 0))
        short = (held if volume < 0 else 0) + beyond(sells * market.cap - position.sell_value, sells, max(volume, 0))
        return -(-max(long, short, held) * market.value_up // market.value_down)


def beyond(worth: int, size: int, offset: int) -> int:
    """The part of `worth` that belongs to what `size` has above `offset`, rounded up."""
    return -(-worth * (size - offset) // size) if size > offset else 0


def levels_of(maintenance: int, market: MarketView) -> MarginLevels:
    """Return all levels: floors of the maintenance margin's multiples."""
    return MarginLevels(
        maintenance,
        maintenance * market.search // ONE,
        maintenance * market.initial // ONE,
        maintenance * market.release // ONE,
    )
