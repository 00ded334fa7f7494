"""Isolated margin: a position has a margin of its own, which nothing but its gains and losses changes.

The position margin is the margin factor times the volume's entry value, and the order margin the factor times what orders
beyond the position would open. Neither is topped up.
"""

from collections.abc import Iterable

from tokenspice.markets.exchange.ledger import TransferKind
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Order
from tokenspice.markets.exchange.positions import PRECISION, Position
from tokenspice.markets.exchange.profit import nearest, profit
from tokenspice.markets.exchange.venue import MarketView

__all__ = [
    "cover",
    "cover_change",
    "free_order_margin",
    "margin_of_trade",
    "order_margin",
    "position_margin",
    "release_closed",
    "set_order_margin",
    "settle_trade",
]

TURNED = -1
"""In place of how much of a margin is kept: nothing of the margin of a position that changed its sign."""


def position_margin(position: Position, factor: int, market: MarketView) -> int:
    """Return entry value times the factor, in asset units, rounded to the nearest."""
    worth = abs(position.entry_value) * factor * market.value_up
    return nearest(worth, ONE * PRECISION * market.value_down)


def margin_of_trade(size: int, price: int, factor: int, market: MarketView) -> int:
    """Return the position margin that opening `size` at `price` adds, in asset units."""
    return nearest(size * price * factor * market.value_up, ONE * market.value_down)


def order_margin(
    position: Position, factor: int, market: MarketView, new: Iterable[tuple[int, int]] = (), is_buy: bool = True
) -> int:
    """Return the order margin in asset units, rounded to the nearest.

    Args:
        position: whose open orders count.
        factor: the margin factor of 10⁻¹⁸.
        market: in an auction, orders count at mark or indicative price if that is higher than their own.
        new: price and size of orders that are to count, too.
        is_buy: their side.
    """
    least = max(market.mark, market.indicative) if market.in_auction else 0
    worth = 0
    for side in (True, False):
        orders = [priced(order) for order in position.orders.values() if order.is_buy is side]
        orders += new if side is is_buy else ()
        orders.sort(key=lambda order: -order[0] if side else order[0])  # noqa: B023
        worth += opened(orders, max(-position.volume if side else position.volume, 0), least)
    return nearest(worth * factor * market.value_up, ONE * market.value_down)


def priced(order: Order) -> tuple[int, int]:
    return order.price, order.remaining


def opened(orders: Iterable[tuple[int, int]], offset: int, least: int) -> int:
    """Σ of price times size, once the first `offset` units have closed the position."""
    worth = 0
    for price, size in orders:
        closing = min(size, offset)
        offset -= closing
        worth += max(price, least) * (size - closing)
    return worth


def settle_trade(market: MarketView, position: Position, signed: int, price: int, before: int) -> None:
    """Move margin for a trade that an isolated party took part in: order margin becomes position margin.

    Args:
        market: the trade's.
        position: after the trade.
        signed, price: of the trade.
        before: the volume before the trade.
    """
    closed = min(abs(signed), abs(before)) if before * signed < 0 else 0
    if position.volume * before < 0:
        position.kept = position.kept_of = TURNED
    if closed and position.kept_of != TURNED:
        if not position.kept_of:
            position.kept = position.kept_of = position.margin.balance
        position.kept -= position.kept * closed // abs(before)
    needed = margin_of_trade(abs(signed) - closed, price, position.isolation, market)
    if position.kept_of and position.kept_of != TURNED:
        position.kept += needed
        position.kept_of += needed
    for account in (position.order_margin, position.general):
        if account and needed:
            paid = min(needed, account.balance)
            market.ledger.transfer(account, position.margin, paid, TransferKind.ISOLATED_MARGIN)
            needed -= paid


def release_closed(market: MarketView, position: Position) -> None:
    """Give back the margin of what was closed, once its gains and losses are settled.

    A position that turned keeps what its new side was opened with, and its gains and losses since.
    """
    if position.volume == 0:
        freed = position.margin.balance
    elif position.kept_of == TURNED:
        own = position_margin(position, position.isolation, market) + profit(position, market).unrealised
        freed = max(position.margin.balance - max(own, 0), 0)
    elif position.kept < position.kept_of:
        freed = position.margin.balance * (position.kept_of - position.kept) // position.kept_of
    else:
        return
    position.kept = position.kept_of = 0
    market.ledger.transfer(position.margin, position.general, freed, TransferKind.ISOLATED_MARGIN)


def set_order_margin(market: MarketView, position: Position, needed: int) -> bool:
    """Bring the order margin to what is needed; whether the general account could pay for it."""
    account = position.order_margin
    if account is None:
        return False
    missing = needed - account.balance
    if missing > position.general.balance:
        return False
    if missing > 0:
        market.ledger.transfer(position.general, account, missing, TransferKind.ORDER_MARGIN)
    else:
        market.ledger.transfer(account, position.general, -missing, TransferKind.ORDER_MARGIN)
    return True


def cover(market: MarketView, position: Position, is_buy: bool, size: int, worth: int) -> bool:
    """Put order margin aside. A market order counts at the prices that it would find."""
    factor = position.isolation
    present = order_margin(position, factor, market)
    worth = worth or expected_worth(market, is_buy, size)
    needed = order_margin(position, factor, market, [(worth // size, size)], is_buy)
    return needed <= present or set_order_margin(market, position, needed)


def cover_change(market: MarketView, order: Order, price: int, more: int) -> bool:
    """Put order margin aside for a resting order that becomes one of another price, and of `more` size."""
    position, before = order.position, (order.price, order.remaining)
    present = order_margin(position, position.isolation, market)
    order.price, order.remaining = price, order.remaining + more
    needed = order_margin(position, position.isolation, market)
    order.price, order.remaining = before
    return needed <= present or set_order_margin(market, position, needed)


def expected_worth(market: MarketView, is_buy: bool, size: int) -> int:
    """Price times size of what a market order would trade; at the mark where the book is empty."""
    worth, left, price = 0, size, market.mark
    for level in market.book.asks if is_buy else market.book.bids:
        part, price = min(left, level.volume), level.price
        worth += part * price
        left -= part
        if not left:
            return worth
    return worth + left * price


def free_order_margin(market: MarketView, position: Position) -> None:
    """Bring an isolated party's order margin to what its open orders need."""
    set_order_margin(market, position, order_margin(position, position.isolation, market))
