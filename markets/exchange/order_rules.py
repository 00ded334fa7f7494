"""Which orders may be sent: every combination of type, time in force, flags and mode, and why others are refused."""

from tokenspice.markets.exchange.orders import Order, OrderType, Reason, TimeInForce

__all__ = ["refusal"]

NONE = Reason.NONE
LIMIT, MARKET = OrderType.LIMIT, OrderType.MARKET
GTC, GTT, GFN, GFA = TimeInForce.GTC, TimeInForce.GTT, TimeInForce.GFN, TimeInForce.GFA


def refusal(order: Order, tick: int, cap: int, in_auction: bool, now: int) -> Reason:
    """Why an order cannot be taken, by itself; `NONE` if it can.

    Args:
        tick: prices are its multiples.
        cap: the highest price; 0 where there is none.
        now: Unix seconds.
    """
    if order.size <= 0:
        return Reason.INVALID_SIZE
    tif = order.tif
    if order.type is LIMIT:
        if order.peg is None:
            price = order.price
            if price <= 0 or price % tick:
                return Reason.INVALID_PRICE
            if cap and price > cap:
                return Reason.ABOVE_CAP
    elif order.type is MARKET:
        if in_auction:
            return Reason.MARKET_ORDER_IN_AUCTION
        if order.persistent:
            return Reason.INVALID_TIME_IN_FORCE
        if order.price:
            return Reason.MARKET_ORDER_WITH_PRICE
    else:
        return Reason.INVALID_TYPE
    if tif is not GTC:
        reason = refusal_by_time(order, in_auction, now)
        if reason is not NONE:
            return reason
    elif order.expires:
        return Reason.INVALID_EXPIRY
    if order.post_only and not order.persistent:
        return Reason.POST_ONLY_NOT_PERSISTENT
    if order.reduce_only and order.persistent:
        return Reason.REDUCE_ONLY_PERSISTENT
    if order.peg is not None:
        return refusal_of_peg(order, tick)
    return NONE if order.iceberg is None else refusal_of_iceberg(order)


def refusal_by_time(order: Order, in_auction: bool, now: int) -> Reason:
    """Why an order with this time in force, which is not GTC, cannot be taken."""
    tif = order.tif
    if (tif is GTT and order.expires <= now) or (tif is not GTT and order.expires):
        return Reason.INVALID_EXPIRY
    if tif is GTT:
        return NONE
    if tif is GFA:
        return NONE if in_auction else Reason.GFA_OUTSIDE_AUCTION
    if not in_auction:
        return NONE
    return Reason.GFN_IN_AUCTION if tif is GFN else Reason.IMMEDIATE_IN_AUCTION


def refusal_of_peg(order: Order, tick: int) -> Reason:
    """Why a pegged order cannot be taken."""
    if order.type is not LIMIT or not order.persistent or order.tif is GFA or order.price or order.peg is None:
        return Reason.PEGGED_NOT_PERSISTENT
    if not order.peg.allowed(order.is_buy, tick):
        return Reason.INVALID_PEG
    return NONE if order.iceberg is None else refusal_of_iceberg(order)


def refusal_of_iceberg(order: Order) -> Reason:
    """Why an order that hides a part of its size cannot be taken."""
    iceberg = order.iceberg
    if not order.persistent:
        return Reason.ICEBERG_NOT_PERSISTENT
    if iceberg is None or not 0 < iceberg.minimum <= iceberg.peak:
        return Reason.INVALID_ICEBERG
    return NONE
