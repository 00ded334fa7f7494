"""What always holds on an exchange between two instructions. Each finding is a sentence; of a sound exchange there is none.

assert broken_invariants(exchange) == []
"""

from collections.abc import Iterator
from typing import final

from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.fees import Fees
from tokenspice.markets.exchange.levels import Level
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.market_state import TradingMode
from tokenspice.markets.exchange.orders import Order, OrderStatus, Trade
from tokenspice.markets.exchange.positions import Position

__all__ = ["Watch", "broken_invariants"]


def broken_invariants(exchange: Exchange) -> list[str]:
    """Return what does not hold: of money, of each book, of each party's sums, of margins."""
    found = list(of_money(exchange))
    for market in exchange.markets.values():
        rules = (of_positions, of_book, of_orders, of_margins)
        found += [f"{market.id}: {fault}" for rule in rules for fault in rule(market)]
    return found


def of_money(exchange: Exchange) -> Iterator[str]:
    """All that was deposited is there, in accounts that are not negative; nothing stays where settlements pass through."""
    ledger = exchange.ledger
    totals = ledger.totals()
    for asset in {**totals, **ledger.deposited}:
        held, deposited = totals.get(asset, 0), ledger.deposited.get(asset, 0)
        if held != deposited:
            yield f"accounts hold {held} {asset}, and {deposited} were deposited"
    yield from (f"{account!r} is negative" for account in ledger.accounts() if account.balance < 0)
    for market in exchange.markets.values():
        if market.settlement.balance:
            yield f"{market.id}: the settlement account keeps {market.settlement.balance}"


def of_positions(market: Market) -> Iterator[str]:
    """Volumes cancel each other out, the network's included; sums of open orders are what the orders are."""
    everybody = [market.network, *market.positions.values()]
    total, long = sum(p.volume for p in everybody), sum(p.volume for p in everybody if p.volume > 0)
    if total:
        yield f"volumes sum to {total}"
    if market.open_interest != long:
        yield f"the open interest is {market.open_interest}, and long volumes sum to {long}"
    for position in everybody:
        yield from of_sums(position)


def of_sums(position: Position) -> Iterator[str]:
    resting = [order for order in position.orders.values() if order.level is not None]
    for name, is_buy in (("buy", True), ("sell", False)):
        side = [order for order in resting if order.is_buy is is_buy]
        found = (position.buys, position.buy_value) if is_buy else (position.sells, position.sell_value)
        expected = sum(o.remaining for o in side), sum(o.remaining * o.price for o in side)
        if found != expected:
            yield f"{position.party}'s {name} orders sum to {expected}, and {found} is noted"


def of_book(market: Market) -> Iterator[str]:
    """Outside auctions bids are below asks. Levels are sorted, and show and hide what their orders do."""
    book = market.book
    if not market.in_auction and book.is_crossed():
        yield f"the book is crossed: {book!r}"
    for side in (book.bids, book.asks):
        if side.keys != sorted({price * side.sign for price in side.levels}):
            yield f"levels are out of order: {side.keys}"
        for level in side.levels.values():
            yield from of_level(level, market.tick_size)


def of_level(level: Level, tick: int) -> Iterator[str]:
    orders = list(level.orders.values())
    if not orders or level.price <= 0 or level.price % tick:
        yield f"a level at {level.price} has {len(orders)} orders"
    shown = sum(shown_by(order) for order in orders)
    remaining = sum(order.remaining for order in orders)
    if (level.volume, level.hidden) != (shown, remaining - shown):
        yield f"level {level.price} shows {level.volume} and hides {level.hidden}; its orders {shown} and {remaining - shown}"


def shown_by(order: Order) -> int:
    return order.remaining if order.iceberg is None else order.iceberg.shown


def of_orders(market: Market) -> Iterator[str]:
    """A live order rests at its price, or is parked without one; it shows a part of what remains."""
    now = market.venue.now
    for position in market.positions.values():
        for order in position.orders.values():
            if not 0 < shown_by(order) <= order.remaining <= order.size and order.level is not None:
                yield f"{order!r} shows {shown_by(order)}"
            if order.status is OrderStatus.PARKED:
                if order.level is not None or order.price:
                    yield f"{order!r} is parked at a price"
            elif order.status is not OrderStatus.ACTIVE or order.level is None or order.level.price != order.price:
                yield f"{order!r} is live, and does not rest at its price"
            if order.expires and order.expires <= now:
                yield f"{order!r} should have expired at {order.expires}"


def of_margins(market: Market) -> Iterator[str]:
    """Once all trades are settled, nobody has less than the maintenance margin.

    What a perpetual's funding period makes due grows with time, and margins follow at the next mark price.
    """
    clearing = market.clearing
    if market.funding and clearing.marked_at < market.venue.now:
        return
    if market.in_auction or not clearing.is_settled or clearing.margin.covers_all:
        return
    for position in market.positions.values():
        needed = (
            clearing.position_maintenance(position)
            if position.isolation
            else clearing.margin.maintenance(position, market)
        )
        if position.margin.balance < needed:
            yield f"{position.party} has {position.margin.balance} of a maintenance margin of {needed}"


@final
class Watch:
    """Listens to an exchange, for what holds over time; `faults` are found as they happen.

    Add it before the first trade. In auctions nothing trades but what is uncrossed, no fee is negative, the mark price is
    not moved by the network, and time does not go back.
    """

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.now = exchange.now
        self.faults: list[str] = []
        exchange.venue.on_trade = self.on_trade

    def on_trade(self, market: Market, trade: Trade, fees: Fees) -> None:
        """Look at one trade."""
        is_matched = bool(trade.buy_order)
        if market.in_auction and trade.aggressor is not None and is_matched:
            self.faults.append(f"{market.id}: {trade!r} in an auction")
        if min(fees) < 0 or trade.size <= 0 or trade.price <= 0:
            self.faults.append(f"{market.id}: {trade!r} costs {fees!r}")
        if market.network in (trade.buyer, trade.seller) and is_matched and market.last_price == 0:
            self.faults.append(f"{market.id}: the network trades first")
        if market.mode is TradingMode.NO_TRADING and is_matched:
            self.faults.append(f"{market.id}: {trade!r} without trading")

    def look(self) -> list[str]:
        """Return all faults up to here, and those of the present state."""
        if self.exchange.now < self.now:
            self.faults.append(f"time went back from {self.now} to {self.exchange.now}")
        self.now = self.exchange.now
        found, self.faults = self.faults, []
        return found + broken_invariants(self.exchange)
