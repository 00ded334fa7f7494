"""The order book of one market: price levels, first come first served within each."""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterator
from typing import final

from tokenspice.markets.exchange.orders import Order

__all__ = ["BookSide", "Level", "OrderBook"]


@final
class Level:
    """All resting orders at one price, in the order in which they trade. `volume` is what they show."""

    __slots__ = ("orders", "price", "volume")

    def __init__(self, price: int) -> None:
        self.price = price
        self.volume = 0
        self.orders: OrderedDict[str, Order] = OrderedDict()


@final
class BookSide:
    """Bids, or asks.

    Attributes:
        sign: 1 for bids, -1 for asks. `price * sign` grows towards the best price.
    """

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.levels: dict[int, Level] = {}
        self.keys: list[int] = []  # price * sign of each level, ascending, so that the best is last

    def best(self) -> Level | None:
        return self.levels[self.keys[-1] * self.sign] if self.keys else None

    def __iter__(self) -> Iterator[Level]:
        """Levels from the best price on."""
        sign, levels = self.sign, self.levels
        return (levels[key * sign] for key in reversed(self.keys))

    def add(self, order: Order) -> None:
        level = self.levels.get(order.price)
        if level is None:
            level = self.levels[order.price] = Level(order.price)
            insort(self.keys, order.price * self.sign)
        level.orders[order.id] = order
        level.volume += order.remaining

    def remove(self, order: Order) -> None:
        level = self.levels[order.price]
        del level.orders[order.id]
        level.volume -= order.remaining
        if not level.orders:
            self.drop(level)

    def drop(self, level: Level) -> None:
        """Take an empty level away."""
        del self.levels[level.price]
        key = level.price * self.sign
        if self.keys[-1] == key:
            self.keys.pop()
        else:
            del self.keys[bisect_left(self.keys, key)]


@final
class OrderBook:
    """Resting orders of both sides."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = BookSide(1)
        self.asks = BookSide(-1)

    def __repr__(self) -> str:
        return f"OrderBook(bid {self.best_bid()}, ask {self.best_ask()})"

    def best_bid(self) -> int | None:
        keys = self.bids.keys
        return keys[-1] if keys else None

    def best_ask(self) -> int | None:
        keys = self.asks.keys
        return -keys[-1] if keys else None

    def side(self, order: Order) -> BookSide:
        """The side that an order rests on."""
        return self.bids if order.is_buy else self.asks

    def against(self, order: Order) -> BookSide:
        """The side that an order trades with."""
        return self.asks if order.is_buy else self.bids

    def add(self, order: Order) -> None:
        self.side(order).add(order)
        order.position.add_order(order)

    def remove(self, order: Order) -> None:
        self.side(order).remove(order)
        order.position.remove_order(order)

    def fills(self, order: Order) -> tuple[list[tuple[Order, int]], bool]:
        """Project what an order would trade: resting orders with sizes, and whether one of its own party stopped it."""
        filled: list[tuple[Order, int]] = []
        left, sign, party = order.remaining, order.sign, order.position
        limit = order.price * sign if order.price else None
        for level in self.against(order):
            if limit is not None and level.price * sign > limit:
                break
            for resting in level.orders.values():
                if resting.position is party:
                    return filled, True
                size = resting.remaining if resting.remaining < left else left
                filled.append((resting, size))
                left -= size
                if not left:
                    return filled, False
        return filled, False

    def fill(self, resting: Order, size: int) -> None:
        """Take `size` off a resting order."""
        side = self.side(resting)
        level = side.levels[resting.price]
        level.volume -= size
        resting.position.change_open(resting, -size)
        resting.remaining -= size
        if not resting.remaining:
            del level.orders[resting.id]
            resting.position.orders.pop(resting.id, None)
            if not level.orders:
                side.drop(level)
