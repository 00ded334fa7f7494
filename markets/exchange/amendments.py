"""Changing a live order: what may be changed, and when it loses its place."""

from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.order_entry import enter, park, withdraw
from tokenspice.markets.exchange.orders import Order, OrderStatus, Reason, TimeInForce
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.trading_view import TradingView

__all__ = ["Amendment", "amend"]

NONE = Reason.NONE
GTC, GTT = TimeInForce.GTC, TimeInForce.GTT


@final
@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to change; None leaves what is there.

    Attributes:
        size: the order's whole size, with what has traded of it.
        size_change: added to the size; negative to make it smaller. Not together with `size`.
        tif: GTC or GTT, for an order that is one of the two.
        expires: Unix seconds, for a GTT order.
        reference, offset: for a pegged order.
    """

    price: int | None = None
    size: int | None = None
    size_change: int | None = None
    tif: TimeInForce | None = None
    expires: int | None = None
    reference: PegReference | None = None
    offset: int | None = None


def amend(market: TradingView, order: Order, change: Amendment) -> Reason:
    """Change a live order, which stays as it was if that is refused; return why, if so.

    An ordinary order that grows, and every order whose price changes, goes to the back of its level, and may trade before.
    """
    reason = refusal_of(market, order, change)
    if reason is not NONE:
        return reason
    more = size_change(order, change)
    if order.remaining + more <= 0:
        withdraw(market, order, OrderStatus.CANCELLED)
    else:
        reason = amend_live(market, order, change, more)
    market.after_transaction(order.position)
    return reason


def amend_live(market: TradingView, order: Order, change: Amendment, more: int) -> Reason:
    """Change an order of which something stays."""
    peg = amended_peg(order, change)
    price = order.price if change.price is None else change.price
    if peg is not order.peg and not market.in_auction:
        price = market.pegs.price(peg, order.is_buy)
    if price and not covers(market, order, price, more):
        return Reason.MARGIN_CHECK_FAILED
    order.peg = peg
    set_time(market, order, change)
    if price == order.price and (more <= 0 or order.iceberg is not None or order.level is None):
        market.book.resize(order, more)
        return NONE
    market.book.remove(order)
    order.size += more
    order.remaining += more
    order.price = price
    if price:
        enter(market, order)
    else:
        park(market, order)
    return NONE


def covers(market: TradingView, order: Order, price: int, more: int) -> bool:
    """Put margin aside for what an amendment adds; whether that can be done."""
    worth = price * (order.remaining + more)
    if order.level is None:
        return market.cover(order.position, order.is_buy, order.remaining + more, worth)
    if order.position.isolation:
        return market.clearing.cover_change(order, price, more)
    added = worth - order.price * order.remaining
    if more <= 0 and added <= 0:
        return True
    return market.cover(order.position, order.is_buy, more, added)


def size_change(order: Order, change: Amendment) -> int:
    return change.size - order.size if change.size is not None else change.size_change or 0


def amended_peg(order: Order, change: Amendment) -> Peg | None:
    """The order's peg as changed; the same one if nothing of it is."""
    peg = order.peg
    if peg is None or (change.reference is None and change.offset is None):
        return peg
    return Peg(change.reference or peg.reference, peg.offset if change.offset is None else change.offset)


def set_time(market: TradingView, order: Order, change: Amendment) -> None:
    """Change how long an order lasts."""
    order.tif = change.tif or order.tif
    expires = order.expires if change.expires is None else change.expires
    expires = 0 if order.tif is not GTT else expires
    if expires != order.expires:
        order.expires = expires
        if expires:
            market.expiries.add(expires, order)


def refusal_of(market: TradingView, order: Order, change: Amendment) -> Reason:
    """Why an order cannot be changed like this."""
    if change.size is not None and change.size_change is not None:
        return Reason.SIZE_AND_CHANGE
    if change.size is not None and change.size < 0:
        return Reason.INVALID_SIZE
    return refusal_of_price(market, order, change) or refusal_of_time(market, order, change)


def refusal_of_price(market: TradingView, order: Order, change: Amendment) -> Reason:
    """Why an order cannot have this price, or follow this peg."""
    price = change.price
    if order.peg is None:
        if change.reference is not None or change.offset is not None:
            return Reason.INVALID_AMENDMENT
    elif price is not None:
        return Reason.INVALID_AMENDMENT
    if price is not None and (price <= 0 or price % market.tick_size):
        return Reason.INVALID_PRICE
    if price is not None and market.cap and price > market.cap:
        return Reason.ABOVE_CAP
    peg = amended_peg(order, change)
    return NONE if peg is None or peg.allowed(order.is_buy, market.tick_size) else Reason.INVALID_PEG


def refusal_of_time(market: TradingView, order: Order, change: Amendment) -> Reason:
    """Why an order cannot last like this."""
    tif = change.tif or order.tif
    if tif is not order.tif and not {tif, order.tif} <= {GTC, GTT}:
        return Reason.INVALID_AMENDMENT
    if tif is not GTT:
        return NONE if change.expires is None else Reason.INVALID_EXPIRY
    expires = order.expires if change.expires is None else change.expires
    return NONE if expires > market.venue.now else Reason.INVALID_EXPIRY
