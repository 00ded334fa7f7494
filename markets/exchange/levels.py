"""One price of an order book, and what an incoming order takes there."""

from collections import OrderedDict
from typing import final

from tokenspice.markets.exchange.icebergs import share_hidden
from tokenspice.markets.exchange.orders import Fill, Order
from tokenspice.markets.exchange.positions import Position

__all__ = ["Level"]


@final
class Level:
    """All resting orders at one price, in the order in which they trade.

    Attributes:
        volume: what they show.
        hidden: what icebergs hide.
        pegged: how many of the orders are pegged.
    """

    __slots__ = ("hidden", "orders", "pegged", "price", "volume")

    def __init__(self, price: int) -> None:
        self.price = price
        self.volume = 0
        self.hidden = 0
        self.pegged = 0
        self.orders: OrderedDict[str, Order] = OrderedDict()

    def take(self, wanted: int, apart: Position | None, fills: list[Fill]) -> int:
        """Project what an order of size `wanted` trades here, into `fills`.

        Args:
            apart: whose resting orders it may not meet; None where it may meet all.

        Returns:
            The size that is left; negative if an order of `apart` stopped it.
        """
        price, before = self.price, len(fills)
        for resting in self.orders.values():
            if resting.position is apart:
                return -wanted
            iceberg = resting.iceberg
            size = resting.remaining if iceberg is None else iceberg.shown
            if size >= wanted:
                fills.append((resting, wanted, price))
                return 0
            fills.append((resting, size, price))
            wanted -= size
        return self.take_hidden(wanted, fills, before) if self.hidden else wanted

    def take_hidden(self, wanted: int, fills: list[Fill], before: int) -> int:
        """Let icebergs, whose displayed sizes are in `fills` from `before` on, add to them what they hide."""
        at = [index for index in range(before, len(fills)) if fills[index][0].remaining > fills[index][1]]
        shares = share_hidden(wanted, [fills[index][0].remaining - fills[index][1] for index in at])
        for index, share in zip(at, shares, strict=True):
            resting, size, price = fills[index]
            fills[index] = (resting, size + share, price)
        return wanted - sum(shares)
