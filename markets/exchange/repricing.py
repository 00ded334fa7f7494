"""Pegged orders follow the static book: cancelled and put in again, at the back of their new level."""

from tokenspice.markets.exchange.order_entry import cover, end_order, enter, is_live, park
from tokenspice.markets.exchange.orders import Order, OrderStatus
from tokenspice.markets.exchange.trading_view import TradingView

__all__ = ["park_all", "reprice"]


def reprice(market: TradingView) -> None:
    """Move the pegged orders whose reference has moved, in the order in which they came."""
    moves = [(order, price, order.level is None) for order, price in market.pegs.moves()]
    for order, _, is_parked in moves:
        if not is_parked:
            market.book.remove(order)
    for order, price, is_parked in moves:
        if not price or market.in_auction:  # which an order before it began
            if is_live(order):
                park(market, order)
        elif is_live(order):
            order.position.orders.pop(order.id, None)
            order.price = price
            if is_parked:
                unpark(market, order)
            else:
                enter(market, order)


def unpark(market: TradingView, order: Order) -> None:
    """Put a parked order in, whose price is set; it is cancelled if its party cannot cover it."""
    if cover(market, order):
        enter(market, order)
    else:
        end_order(market, order, OrderStatus.CANCELLED, order.reason)


def park_all(market: TradingView) -> None:
    """Take all pegged orders off the book, as an auction begins."""
    for order in list(market.pegs.orders.values()):
        if order.level is not None:
            park(market, order)
    market.pegs.references = (None, None)
