"""Profit and loss by average cost, in asset units."""

from fractions import Fraction
from typing import NamedTuple

from tokenspice.markets.exchange.positions import PRECISION, Position
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["Profit", "average_entry", "profit"]


class Profit(NamedTuple):
    """Of one position, in asset units, rounded to the nearest.

    Attributes:
        unrealised: the volume times the difference of mark and average entry price.
        realised: of what was closed; less gains forgone, and plus losses that others paid.
    """

    volume: int
    unrealised: int
    realised: int


def profit(position: Position, market: MarketView) -> Profit:
    """Return a position's profit and loss at the market's mark price."""
    open_worth = position.volume * market.mark * PRECISION - position.entry_value
    per = PRECISION * market.value_down
    unrealised = nearest(open_worth * market.value_up, per)
    return Profit(position.volume, unrealised, nearest(position.realised * market.value_up, per) + position.adjusted)


def average_entry(position: Position) -> Fraction:
    """Return the average price at which the volume was opened, in ticks; 0 without volume."""
    return Fraction(position.entry_value, position.volume * PRECISION) if position.volume else Fraction(0)


def nearest(number: int, divisor: int) -> int:
    """Divide and round to the nearest; halves away from zero."""
    half = (2 * abs(number) + divisor) // (2 * divisor)
    return half if number >= 0 else -half
