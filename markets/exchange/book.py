"""The order book of one market: price levels, first come first served within each."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import final

from tokenspice.markets.exchange.levels import Level
from tokenspice.markets.exchange.liquidity_source import LiquiditySource
from tokenspice.markets.exchange.orders import Fill, Order

__all__ = ["BookSide", "OrderBook"]


@final
class BookSide:
    """Bids, or asks.

    Attributes:
        sign: 1 for bids, -1 for asks. `price * sign` grows towards the best price.
        keys: price * sign of each level, ascending, so that the best is last.
    """

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.levels: dict[int, Level] = {}
        self.keys: list[int] = []

    def best(self) -> Level | None:
        return self.levels[self.keys[-1] * self.sign] if self.keys else None

    def __iter__(self) -> Iterator[Level]:
        """Levels from the best price on."""
        sign, levels = self.sign, self.levels
        return (levels[key * sign] for key in reversed(self.keys))

    def depth(self) -> Iterator[tuple[int, int]]:
        """Prices and sizes, hidden ones included, from the best price on."""
        sign, levels = self.sign, self.levels
        for key in reversed(self.keys):
            level = levels[key * sign]
            yield level.price, level.volume + level.hidden

    def best_static(self) -> int | None:
        """The best price of an order that is not pegged."""
        for level in self:
            if len(level.orders) > level.pegged:
                return level.price
        return None

    def add(self, order: Order) -> None:
        price = order.price
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = Level(price)
            insort(self.keys, price * self.sign)
        level.orders[order.id] = order
        order.level = level
        iceberg = order.iceberg
        if iceberg is None:
            level.volume += order.remaining
        else:
            iceberg.shown = min(iceberg.peak, order.remaining)
            level.volume += iceberg.shown
            level.hidden += order.remaining - iceberg.shown
        if order.peg is not None:
            level.pegged += 1

    def remove(self, order: Order, level: Level) -> None:
        shown = order.remaining if order.iceberg is None else order.iceberg.shown
        level.volume -= shown
        level.hidden -= order.remaining - shown
        self.unlink(order, level)

    def unlink(self, order: Order, level: Level) -> None:
        """Take an order, whose sizes are off the level already, away; and the level, if it was the last."""
        del level.orders[order.id]
        order.level = None
        if order.peg is not None:
            level.pegged -= 1
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
    """Resting orders of both sides.

    Attributes:
        source: of volume beside the orders, such as pools; None where there is none.
        changes: grows with each change of an order's size or place.
        worn: icebergs that show less than their minimum, until `refresh`.
    """

    __slots__ = ("asks", "bids", "changes", "source", "worn")

    def __init__(self) -> None:
        self.bids = BookSide(1)
        self.asks = BookSide(-1)
        self.changes = 0
        self.source: LiquiditySource | None = None
        self.worn: list[Order] = []

    def __repr__(self) -> str:
        return f"OrderBook(bid {self.best_bid()}, ask {self.best_ask()})"

    def best_bid(self) -> int | None:
        keys = self.bids.keys
        return keys[-1] if keys else None

    def best_ask(self) -> int | None:
        keys = self.asks.keys
        return -keys[-1] if keys else None

    def touch(self) -> tuple[int | None, int | None]:
        """Best bid and ask, of orders and of the source."""
        return self.with_source(self.best_bid(), self.best_ask())

    def static_touch(self) -> tuple[int | None, int | None]:
        """Best bid and ask, of orders that are not pegged and of the source."""
        return self.with_source(self.bids.best_static(), self.asks.best_static())

    def with_source(self, bid: int | None, ask: int | None) -> tuple[int | None, int | None]:
        """The better of two prices and of those of the source."""
        if self.source is None:
            return bid, ask
        bids = [price for price in (bid, self.source.best(True)) if price is not None]
        asks = [price for price in (ask, self.source.best(False)) if price is not None]
        return max(bids, default=None), min(asks, default=None)

    def side(self, order: Order) -> BookSide:
        """The side that an order rests on."""
        return self.bids if order.is_buy else self.asks

    def against(self, order: Order) -> BookSide:
        """The side that an order trades with."""
        return self.asks if order.is_buy else self.bids

    def add(self, order: Order) -> None:
        self.changes += 1
        self.side(order).add(order)
        order.position.add_order(order)

    def remove(self, order: Order) -> None:
        """Take an order away, which rests or is parked."""
        self.changes += 1
        if order.level is None:
            order.position.orders.pop(order.id, None)
        else:
            self.side(order).remove(order, order.level)
            order.position.remove_order(order)

    def __iter__(self) -> Iterator[Order]:
        """All resting orders: bids, then asks, each as they would trade."""
        for side in (self.bids, self.asks):
            for level in side:
                yield from level.orders.values()

    def is_crossed(self) -> bool:
        """Whether orders could trade with each other."""
        bid, ask = self.best_bid(), self.best_ask()
        return bid is not None and ask is not None and bid >= ask

    def fills(self, order: Order) -> tuple[list[Fill], bool]:
        """Project what an order would trade, and whether a resting order of its own party stopped it."""
        fills: list[Fill] = []
        side, source = self.against(order), self.source
        if source is not None:
            return fills, self.take_beside(source, order, fills) < 0
        left, sign, levels = order.remaining, side.sign, side.levels
        limit = order.price * sign if order.price else None
        for key in reversed(side.keys):
            if limit is not None and key < limit:
                break
            left = levels[key * sign].take(left, order.position, fills)
            if left <= 0:
                break
        return fills, left < 0

    def take_beside(self, source: LiquiditySource, order: Order, fills: list[Fill]) -> int:
        """Project a trade with orders and `source`: of each two levels the source fills what lies between them."""
        side, left, sign = self.against(order), order.remaining, -order.sign
        source.begin(order)
        for key in reversed(side.keys):
            if order.price and key < order.price * sign:
                break
            left -= source.take(left, key * sign, False, fills)
            if left:
                left = side.levels[key * sign].take(left, order.position, fills)
            if left <= 0:
                return left
        return left - source.take(left, order.price or None, True, fills)

    def fill(self, resting: Order, size: int) -> None:
        """Take `size` off a resting order."""
        self.changes += 1
        resting.remaining -= size
        level, position = resting.level, resting.position
        if level is None:
            return
        if resting.is_buy:
            position.buys -= size
            position.buy_value -= size * resting.price
        else:
            position.sells -= size
            position.sell_value -= size * resting.price
        iceberg = resting.iceberg
        if iceberg is None:
            level.volume -= size
        else:
            shown = size if size < iceberg.shown else iceberg.shown
            iceberg.shown -= shown
            level.volume -= shown
            level.hidden -= size - shown
            if iceberg.shown < iceberg.minimum and resting.remaining:
                self.worn.append(resting)
        if not resting.remaining:
            (self.bids if resting.is_buy else self.asks).unlink(resting, level)
            position.orders.pop(resting.id, None)

    def refresh(self) -> None:
        """Let worn icebergs show their peak, at the back of their levels."""
        for order in self.worn:
            iceberg, level = order.iceberg, order.level
            if iceberg is None or level is None:
                continue
            more = min(iceberg.peak, order.remaining) - iceberg.shown
            if more > 0:
                iceberg.shown += more
                level.volume += more
                level.hidden -= more
                level.orders.move_to_end(order.id)
        self.worn.clear()

    def resize(self, order: Order, change: int) -> None:
        """Change the size of a resting order, which keeps its place; an iceberg changes what it hides first.

        One that showed less than its minimum, since it had no more, is refreshed.
        """
        self.changes += 1
        level, iceberg = order.level, order.iceberg
        order.size += change
        order.remaining += change
        if level is None:
            return
        order.position.change_open(order, change)
        if iceberg is None:
            level.volume += change
            return
        hidden = order.remaining - change - iceberg.shown
        shown = min(hidden + change, 0)
        iceberg.shown += shown
        level.volume += shown
        level.hidden += change - shown
        if iceberg.shown < iceberg.minimum:
            self.worn.append(order)
            self.refresh()
