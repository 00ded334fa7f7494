"""All pegged orders of one market, and which of them have to move."""

from typing import final

from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.orders import Order
from tokenspice.markets.exchange.pegs import Peg, peg_price
from tokenspice.markets.exchange.venue import Venue

__all__ = ["PeggedOrders"]


@final
class PeggedOrders:
    """Live pegged orders, resting or parked, in the order in which they came.

    Attributes:
        references: best bid and ask of the static book by which the orders were priced last.
    """

    __slots__ = ("book", "orders", "references", "tick", "venue")

    def __init__(self, book: OrderBook, tick: int, venue: Venue) -> None:
        self.venue = venue
        self.book = book
        self.tick = tick
        self.orders: dict[str, Order] = {}
        self.references: tuple[int | None, int | None] = (None, None)

    def __bool__(self) -> bool:
        return bool(self.orders)

    def __len__(self) -> int:
        return len(self.orders)

    def __repr__(self) -> str:
        return f"PeggedOrders({len(self.orders)} priced by {self.references})"

    def price(self, peg: Peg | None, is_buy: bool) -> int:
        """Where an order with this peg belongs; 0 if it is to be parked."""
        bid, ask = self.book.static_touch()
        return (peg_price(peg, is_buy, bid, ask, self.tick) or 0) if peg is not None else 0

    def moves(self) -> list[tuple[Order, int]]:
        """The orders whose price is another one, with that price; 0 for those to be parked. None if no reference moved."""
        references = self.book.static_touch()
        if references == self.references:
            return []
        self.references = references
        bid, ask = references
        moved = []
        for order in self.orders.values():
            if order.peg is not None:
                price = peg_price(order.peg, order.is_buy, bid, ask, self.tick) or 0
                if price != order.price:
                    moved.append((order, price))
        return moved

    def add(self, order: Order) -> None:
        self.orders[order.id] = order
        self.venue.pegged_orders += 1

    def drop(self, order: Order) -> None:
        if self.orders.pop(order.id, None) is not None:
            self.venue.pegged_orders -= 1
