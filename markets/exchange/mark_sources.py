"""What a mark price may be made of: recent trades, the book, prices that oracles published."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple, final

from tokenspice.markets.exchange.levels import Level
from tokenspice.markets.exchange.numbers import ONE

__all__ = ["MarkSources", "TimedPrice", "average_price", "trades_average"]


class TimedPrice(NamedTuple):
    """A price in ticks, and since when it is known."""

    price: Fraction | int
    time: int


@final
class MarkSources:
    """One market's sources, kept up to date as things happen.

    Attributes:
        trades: time, price and size of trades since the last mark. Filled only where the rule asks for them.
        average: of the trades of the last window that had any.
        book: the last price that the book gave.
        oracles: the last price of each, by its place among the rule's oracles.
    """

    __slots__ = ("average", "book", "oracles", "trades")

    def __init__(self) -> None:
        self.trades: list[tuple[int, int, int]] = []
        self.average: TimedPrice | None = None
        self.book: TimedPrice | None = None
        self.oracles: dict[int, TimedPrice] = {}

    def publish(self, oracle: int, price: Fraction | int, time: int) -> None:
        """Take a price in ticks from an oracle."""
        self.oracles[oracle] = TimedPrice(price, time)


def trades_average(
    trades: Iterable[tuple[int, int, int]], now: int, window: int, decay: int, power: int
) -> Fraction | None:
    """Return the average price of trades; older ones weigh less.

    A trade of age a weighs its size times 1 - decay * (a / window) ** power.

    Args:
        trades: time, price and size of each; those older than the window do not count.
        window: seconds; 0 to weigh all trades by size alone.
        decay: a factor of 10⁻¹⁸.

    Returns:
        Ticks; None where no trade weighs anything.
    """
    whole, total, weights = ONE * max(window, 1) ** power, 0, 0
    for time, price, size in trades:
        age = now - time
        if age > window > 0:
            continue
        weight = size * (whole - decay * age**power if window else whole)
        total += weight * price
        weights += weight
    return Fraction(total, weights) if weights > 0 else None


def average_price(levels: Iterable[Level], amount: Fraction) -> Fraction | None:
    """Return the average price at which `amount`, in ticks times size, trades against levels from the best on.

    Returns:
        Ticks; the best price for an amount of 0; None where the levels cannot take the amount.
    """
    left, size = amount, Fraction(0)
    for level in levels:
        if not amount:
            return Fraction(level.price)
        worth = level.price * level.volume
        if worth >= left:
            return amount / (size + left / level.price)
        left -= worth
        size += level.volume
    return None
