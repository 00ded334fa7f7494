"""The price of a pegged order: a reference of the static book, and an offset away from the other side."""

from enum import StrEnum
from typing import final

__all__ = ["Peg", "PegReference", "peg_price"]


class PegReference(StrEnum):
    BEST_BID = "best bid"
    BEST_ASK = "best ask"
    MID = "mid"


@final
class Peg:
    """What an order's price follows. `offset` is in units of the price, at least 0, and a multiple of the tick."""

    __slots__ = ("offset", "reference")

    def __init__(self, reference: PegReference, offset: int) -> None:
        self.reference = reference
        self.offset = offset

    def __repr__(self) -> str:
        return f"Peg({self.reference}, {self.offset})"

    def allowed(self, is_buy: bool, tick: int) -> bool:
        """Whether it can be: a buy follows the best bid or the mid, a sell the best ask or the mid, which needs an offset."""
        if self.offset < 0 or self.offset % tick:
            return False
        if self.reference is PegReference.MID:
            return self.offset > 0
        return (self.reference is PegReference.BEST_BID) == is_buy


def peg_price(peg: Peg, is_buy: bool, bid: int | None, ask: int | None, tick: int) -> int | None:
    """The price of an order with this peg; None if it is to be parked.

    Args:
        bid, ask: the best prices of the book without pegged orders.

    A mid between two ticks is rounded up for a buy and down for a sell, before the offset moves it away.
    """
    if peg.reference is PegReference.BEST_BID:
        reference = bid
    elif peg.reference is PegReference.BEST_ASK:
        reference = ask
    elif bid is None or ask is None:
        return None
    else:
        reference = (-(-(bid + ask) // (2 * tick)) if is_buy else (bid + ask) // (2 * tick)) * tick
    if reference is None:
        return None
    price = reference - peg.offset if is_buy else reference + peg.offset
    return price if price > 0 else None
