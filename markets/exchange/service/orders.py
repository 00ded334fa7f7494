"""Verbs of orders."""

from abc import ABC
from collections.abc import Iterator
from typing import Literal, NamedTuple, overload

from tokenspice.markets.errors import InstructionError, OrderRejectedError
from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.orders import Order, OrderStatus, OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.service.base import (
    Number,
    ServiceBase,
    price_in,
    price_out,
    size_in,
    size_out,
    time_in,
    word,
)
from tokenspice.markets.exchange.service.contradictions import check_iceberg, check_price
from tokenspice.markets.exchange.service.values import OrderInfo, Pegged, Placed

__all__ = ["OrderVerbs", "OrdersBySide", "order_info"]

NO_ORDER = ""
UNKNOWN_MARKET = Placed(NO_ORDER, OrderStatus.REJECTED, Reason.NO_SUCH_MARKET, 0.0)


class OrdersBySide(NamedTuple):
    buys: list[OrderInfo]
    sells: list[OrderInfo]


class OrderVerbs(ServiceBase, ABC):
    """What the rules refuse comes back with its reason; what contradicts itself raises ExchangeError."""

    @overload
    def submit_order(
        self,
        party: str,
        market_id: str,
        side: Side | str,
        volume: Number,
        price: Number | None = None,
        *,
        order_type: OrderType | str = OrderType.LIMIT,
        time_in_force: TimeInForce | str = TimeInForce.GTC,
        expires_at: int = 0,
        pegged: Pegged | None = None,
        post_only: bool = False,
        reduce_only: bool = False,
        peak_size: Number | None = None,
        minimum_visible_size: Number | None = None,
        reference: str = "",
        wait: Literal[False] = False,
    ) -> Placed: ...
    @overload
    def submit_order(
        self,
        party: str,
        market_id: str,
        side: Side | str,
        volume: Number,
        price: Number | None = None,
        *,
        order_type: OrderType | str = OrderType.LIMIT,
        time_in_force: TimeInForce | str = TimeInForce.GTC,
        expires_at: int = 0,
        pegged: Pegged | None = None,
        post_only: bool = False,
        reduce_only: bool = False,
        peak_size: Number | None = None,
        minimum_visible_size: Number | None = None,
        reference: str = "",
        wait: Literal[True],
    ) -> str: ...
    def submit_order(
        self,
        party: str,
        market_id: str,
        side: Side | str,
        volume: Number,
        price: Number | None = None,
        *,
        order_type: OrderType | str = OrderType.LIMIT,
        time_in_force: TimeInForce | str = TimeInForce.GTC,
        expires_at: int = 0,
        pegged: Pegged | None = None,
        post_only: bool = False,
        reduce_only: bool = False,
        peak_size: Number | None = None,
        minimum_visible_size: Number | None = None,
        reference: str = "",
        wait: bool = False,
    ) -> Placed | str:
        """Send an order.

        Args:
            party: who sends it.
            market_id: where.
            side: "buy" or "sell".
            volume: what is wanted; digits beyond the market's position decimals are cut.
            price: of a limit order, put on the tick: down for a buy, up for a sell.
            order_type: "limit" or "market".
            time_in_force: "GTC", "GTT", "IOC", "FOK", "GFN" or "GFA".
            expires_at: Unix seconds, of a GTT order.
            pegged: a price that follows another, in place of `price`.
            post_only: whether it must not trade on entry.
            reduce_only: whether it may only bring the position nearer to zero.
            peak_size, minimum_visible_size: of an iceberg: what it shows, and when it shows that anew.
            reference: a name of the sender's own.
            wait: whether a rejection is raised.

        Returns:
            What became of it; its id alone if `wait`.

        Raises:
            OrderRejectedError: it was refused, and `wait` is set.
            InstructionError: the arguments contradict each other.
        """
        if side.__class__ is not Side:
            side = word(Side, side)
        if peak_size is not None or minimum_visible_size is not None:
            check_iceberg(peak_size, minimum_visible_size)
        if price is None or pegged is not None or order_type != OrderType.LIMIT:
            check_price(order_type, time_in_force, price, pegged)
        market = self.exchange.markets.get(market_id)
        if market is None:
            placed = UNKNOWN_MARKET
        else:
            order = self.exchange.submit(
                party,
                market_id,
                side,
                size_in(market, volume),
                0 if price is None else price_in(market, price, side),
                order_type if order_type.__class__ is OrderType else word(OrderType, order_type),
                time_in_force if time_in_force.__class__ is TimeInForce else word(TimeInForce, time_in_force),
                expires_at if expires_at.__class__ is int else time_in(expires_at),
                post_only,
                reduce_only,
                None if pegged is None else Peg(reference_in(pegged), offset_in(market, pegged)),
                iceberg_in(market, peak_size, minimum_visible_size),
                reference,
            )
            placed = placed_of(market, order)
        if self.transactions_per_block:
            self.count_transaction()
        return accepted(placed) if wait else placed

    @overload
    def submit_market_order(
        self,
        party: str,
        market_id: str,
        side: Side | str,
        volume: Number,
        *,
        fill_or_kill: bool = True,
        reduce_only: bool = False,
        wait: Literal[False] = False,
    ) -> Placed: ...
    @overload
    def submit_market_order(
        self,
        party: str,
        market_id: str,
        side: Side | str,
        volume: Number,
        *,
        fill_or_kill: bool = True,
        reduce_only: bool = False,
        wait: Literal[True],
    ) -> str: ...
    def submit_market_order(
        self,
        party: str,
        market_id: str,
        side: Side | str,
        volume: Number,
        *,
        fill_or_kill: bool = True,
        reduce_only: bool = False,
        wait: bool = False,
    ) -> Placed | str:
        """Send a market order: all at once or nothing, or with `fill_or_kill` off, as much as there is.

        Other arguments, returns and errors are those of `submit_order`.
        """
        tif = TimeInForce.FOK if fill_or_kill else TimeInForce.IOC
        placed = self.submit_order(
            party, market_id, side, volume, order_type=OrderType.MARKET, time_in_force=tif, reduce_only=reduce_only
        )
        return accepted(placed) if wait else placed

    def amend_order(
        self,
        party: str,
        market_id: str,
        order_id: str,
        *,
        price: Number | None = None,
        volume: Number | None = None,
        volume_delta: Number | None = None,
        expires_at: int | None = None,
        time_in_force: TimeInForce | str | None = None,
        pegged: Pegged | None = None,
    ) -> Reason:
        """Change a live order; a new price or more volume costs it its place.

        Returns:
            Why it was refused and the order stayed as it was; `Reason.NONE` if it was not.

        Raises:
            InstructionError: volume and volume_delta are both given.
        """
        market = self.exchange.markets.get(market_id)
        if market is None:
            return Reason.NO_SUCH_MARKET
        if volume is not None and volume_delta is not None:
            raise InstructionError("amend_order: volume and volume_delta contradict each other. Write one of them.")
        position = market.positions.get(party)
        order = position.orders.get(order_id) if position else None
        if order is None:
            return Reason.NO_SUCH_ORDER
        change = Amendment(
            None if price is None else price_in(market, price, order.side),
            None if volume is None else size_in(market, volume),
            None if volume_delta is None else size_in(market, volume_delta),
            None if time_in_force is None else word(TimeInForce, time_in_force),
            None if expires_at is None else time_in(expires_at),
            None if pegged is None else reference_in(pegged),
            None if pegged is None else offset_in(market, pegged),
        )
        reason = self.exchange.amend(party, market_id, order_id, change)
        if self.transactions_per_block:
            self.count_transaction()
        return reason

    def cancel_order(self, party: str, market_id: str = "", order_id: str = "") -> Reason:
        """Cancel one order; without its id all of the market; without a market all of the party's.

        Returns:
            Why nothing was cancelled; `Reason.NONE` if it was.
        """
        if market_id and market_id not in self.exchange.markets:
            return Reason.NO_SUCH_MARKET
        if order_id:
            reason = self.exchange.cancel(party, market_id, order_id)
        else:
            reason = Reason.NONE if self.exchange.cancel_all(party, market_id) else Reason.NO_SUCH_ORDER
        if self.transactions_per_block:
            self.count_transaction()
        return reason

    def list_orders(self, party: str = "", market_id: str = "", live_only: bool = True) -> list[OrderInfo]:
        """Return live orders, of one party or one market if these are named, in the order in which they came."""
        parties = [party] if party else list(self._parties(market_id))
        return [order_info(market, order) for each in parties for market, order in self._live(each, market_id)]

    def orders_for_party_from_feed(self, party: str, market_id: str, live_only: bool = True) -> dict[str, OrderInfo]:
        """Return a party's live orders in a market by id."""
        return {order.id: order_info(market, order) for market, order in self._live(party, market_id)}

    def open_orders_by_market(self, market_id: str) -> OrdersBySide:
        """Return all resting orders of a market by side, each in the order in which it would trade."""
        book, market = self.market(market_id).book, self.market(market_id)
        sides = [[order for level in side for order in level.orders.values()] for side in (book.bids, book.asks)]
        return OrdersBySide(*([order_info(market, order) for order in orders] for orders in sides))

    def order_status(self, party: str, market_id: str, order_id: str) -> OrderInfo | None:
        """Return a live order; None for one that is not, or is no more."""
        position = self.market(market_id).positions.get(party)
        order = position.orders.get(order_id) if position else None
        return order_info(self.market(market_id), order) if order else None

    def _live(self, party: str, market_id: str) -> Iterator[tuple[Market, Order]]:
        markets = [self.market(market_id)] if market_id else list(self.exchange.markets.values())
        for market in markets:
            if position := market.positions.get(party):
                for order in list(position.orders.values()):
                    yield market, order

    def _parties(self, market_id: str) -> dict[str, None]:
        markets = [self.market(market_id)] if market_id else list(self.exchange.markets.values())
        return dict.fromkeys(party for market in markets for party in market.positions)


def reference_in(pegged: Pegged) -> PegReference:
    """Return what a peg follows, by its name with or without underscores."""
    return word(PegReference, str(pegged.reference).replace("_", " "))


def offset_in(market: Market, pegged: Pegged) -> int:
    """Return a peg's offset in the market's units, on the tick nearest to it."""
    return price_in(market, pegged.offset)


def iceberg_in(market: Market, peak: Number | None, minimum: Number | None) -> Iceberg | None:
    """Return what an order shows; None for all of it."""
    if peak is None or minimum is None:
        return None
    return Iceberg(size_in(market, peak), size_in(market, minimum))


def placed_of(market: Market, order: Order) -> Placed:
    filled = order.size - order.remaining
    return Placed(order.id, order.status, order.reason, size_out(market, filled) if filled else 0.0)


def accepted(placed: Placed) -> str:
    """Return the id of an order that was taken.

    Raises:
        OrderRejectedError: it was not.
    """
    if placed.status is OrderStatus.REJECTED:
        raise OrderRejectedError(f"an order was rejected: {placed.reason}.", placed.reason)
    return placed.id


def order_info(market: Market, order: Order) -> OrderInfo:
    price = 0.0 if order.type is OrderType.MARKET else price_out(market, order.price)
    sizes = (size_out(market, order.size), size_out(market, order.remaining))
    return OrderInfo(
        order.id, order.party, market.id, order.side, order.type, order.tif, price, *sizes, order.status, order.reason,
        order.expires, order.created, order.post_only, order.reduce_only,
    )  # fmt: skip
