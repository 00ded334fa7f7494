"""Whether a provider's orders are worth what it has promised, close enough to the middle of the book."""

from collections.abc import Iterable, Iterator
from typing import final

from tokenspice.markets.exchange.liquidity.scores import Quote
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.orders import Order

__all__ = ["PriceRange", "meets", "quotes_of"]


@final
class PriceRange:
    """Prices that count, both ends among them.

    Args:
        low_twice, high_twice: twice the prices around which the range lies; equal in continuous trading, where they are the
            sum of best bid and best ask.
        width: a factor of 10⁻¹⁸.
    """

    __slots__ = ("high", "low")

    def __init__(self, low_twice: int, high_twice: int, width: int) -> None:
        self.low = ceil_div(low_twice * (ONE - width), 2 * ONE)
        self.high = high_twice * (ONE + width) // (2 * ONE)

    def __repr__(self) -> str:
        return f"PriceRange({self.low} to {self.high})"


def quotes_of(orders: Iterable[Order], range: PriceRange) -> Iterator[Quote]:
    """The volume that rests within the range, shown and hidden; parked orders rest nowhere."""
    low, high = range.low, range.high
    for order in orders:
        if order.level is not None and low <= order.price <= high:
            yield Quote(order.is_buy, order.price, order.remaining)


def meets(orders: Iterable[Order], range: PriceRange, wanted: int) -> bool:
    """Whether orders within the range are worth `wanted`, in price times size, on each side."""
    bids = asks = 0
    low, high = range.low, range.high
    for order in orders:
        if order.level is not None and low <= order.price <= high:
            if order.is_buy:
                bids += order.price * order.remaining
            else:
                asks += order.price * order.remaining
            if bids >= wanted and asks >= wanted:
                return True
    return bids >= wanted and asks >= wanted
