"""Volume beside the orders of a book, such as pools offer: what an incoming order asks it for."""

from abc import ABC, abstractmethod

from tokenspice.markets.exchange.orders import Fill, Order

__all__ = ["LiquiditySource"]


class LiquiditySource(ABC):
    """Trades at prices between the levels of a book.

    For each incoming order the book calls `begin`, and then `take` once for each level that the order reaches, from the
    best one on, and a last time for what lies beyond. All of it is a projection: nothing has traded yet, and it may be that
    nothing will. What trades reaches the source through the position of the orders that it put into the fills.
    """

    @abstractmethod
    def begin(self, order: Order) -> None:
        """Forget earlier projections; `order` comes in."""

    @abstractmethod
    def take(self, wanted: int, limit: int | None, reaches_limit: bool, fills: list[Fill]) -> int:
        """Append what the source trades next, and return how much that is.

        Args:
            wanted: the most that the incoming order takes.
            limit: the price to stop at, in units of the market's prices; None where a market order takes what there is.
            reaches_limit: whether trades at the limit itself count. They do not where an order rests at it, which comes
                first at its own price.
            fills: entries with orders that are on no level: one per pool, with the pool's position and the opposite side.
        """

    @abstractmethod
    def best(self, is_buy: bool) -> int | None:
        """The best price at which the source buys, or sells; None where it does not."""

    @abstractmethod
    def volume(self, is_buy: bool, limit: int) -> int:
        """How much the source buys, or sells, until its price reaches `limit`."""
