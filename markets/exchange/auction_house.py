"""Auctions begin, end, and are prolonged; the orders that met in one trade at one price."""

from tokenspice.markets.exchange.auctions import Auction
from tokenspice.markets.exchange.book import BookSide
from tokenspice.markets.exchange.executions import uncross_trade
from tokenspice.markets.exchange.market_state import MarketState, TradingMode
from tokenspice.markets.exchange.order_entry import withdraw
from tokenspice.markets.exchange.orders import Fill, Order, OrderStatus, Reason, TimeInForce
from tokenspice.markets.exchange.price_monitoring import PriceTrigger
from tokenspice.markets.exchange.repricing import park_all
from tokenspice.markets.exchange.trading_view import TradingView
from tokenspice.markets.exchange.uncrossing import MidOfRange, Uncrossing

__all__ = ["begin_auction", "end_auction", "indicative", "resume", "suspend", "try_to_end"]

STATES = {
    TradingMode.OPENING_AUCTION: MarketState.PENDING,
    TradingMode.MONITORING_AUCTION: MarketState.SUSPENDED,
    TradingMode.LONG_BLOCK_AUCTION: MarketState.SUSPENDED,
    TradingMode.GOVERNANCE_AUCTION: MarketState.SUSPENDED_VIA_GOVERNANCE,
    TradingMode.CONTINUOUS: MarketState.ACTIVE,
}


def indicative(market: TradingView) -> Uncrossing | None:
    """Price and volume at which an auction's orders would trade at present; None if they would not."""
    book = market.book
    return market.auction_rule.uncross(book.bids.depth(), book.asks.depth(), market.tick_size)


def begin_auction(market: TradingView, mode: TradingMode, seconds: int, trigger: PriceTrigger | None = None) -> None:
    """Collect orders for at least `seconds`; an auction that runs already lasts at least so long."""
    now = market.venue.now
    if market.auction is not None:
        market.auction.end = max(market.auction.end, now + seconds)
        return
    market.auction = Auction(mode, now, now + seconds, trigger)
    market.in_auction = True
    set_mode(market, mode)
    if market.has_opened:
        market.instrument.at_auction(now, True)
    drop(market, TimeInForce.GFN, Reason.AUCTION_BEGAN)
    park_all(market)


def set_mode(market: TradingView, mode: TradingMode) -> None:
    market.mode = mode
    market.state = STATES[mode]


def suspend(market: TradingView) -> None:
    """Hold an auction until `resume`, whatever else would end it."""
    begin_auction(market, TradingMode.GOVERNANCE_AUCTION, 0)
    set_mode(market, TradingMode.GOVERNANCE_AUCTION)


def resume(market: TradingView) -> bool:
    """End what `suspend` began; another auction that has not had its time goes on. Whether the auction ended."""
    auction = market.auction
    if auction is None or market.mode is not TradingMode.GOVERNANCE_AUCTION:
        return False
    if auction.mode is TradingMode.GOVERNANCE_AUCTION:
        auction.mode = TradingMode.MONITORING_AUCTION
    set_mode(market, auction.mode)
    return try_to_end(market)


def try_to_end(market: TradingView) -> bool:
    """End the auction, if its time is over and its price is allowed; whether it ended.

    An opening auction ends with a trade alone. Every other one is prolonged as long as its price breaches another band.
    """
    auction, now = market.auction, market.venue.now
    if auction is None or now < auction.end or market.mode is TradingMode.GOVERNANCE_AUCTION:
        return False
    found = indicative(market)
    if market.mode is TradingMode.OPENING_AUCTION:
        if found is None:
            give_up(market, now - market.venue.parameters["market.auction.maximumDuration"])
            return False
    elif found is not None:
        while now >= auction.end and (bounds := market.monitor.breached(now, found.price)) is not None:
            market.monitor.disable(bounds)
            auction.extend(bounds.trigger)
        if now < auction.end:
            return False
    end_auction(market)
    return True


def give_up(market: TradingView, earliest: int) -> None:
    """Cancel a market whose opening auction began before `earliest`, and has found nobody who trades."""
    if market.auction is None or market.auction.begin >= earliest:
        return
    market.give_up()


def end_auction(market: TradingView) -> None:
    """Uncross the book and go over to continuous trading."""
    price = uncross(market)
    market.in_auction = False
    if market.has_opened:
        market.instrument.at_auction(market.venue.now, False)
    else:
        market.has_opened = True
        market.instrument.at_opening(market.venue.now)
    drop(market, TimeInForce.GFA, Reason.AUCTION_ENDED)
    market.auction = None
    set_mode(market, TradingMode.CONTINUOUS)
    if mark := price or market.clearing.present_mark():
        market.mark_at(mark)
    if market.mark:
        market.monitor.reset(market.venue.now, market.mark)


def uncross(market: TradingView) -> int:
    """Let the orders that meet trade, all at the auction's price; return that, or 0 if there was none.

    What a rule of its own leaves crossed trades by the common rule.
    """
    price, book = 0, market.book
    while book.is_crossed():
        for found in (indicative(market), MidOfRange().uncross(book.bids.depth(), book.asks.depth(), market.tick_size)):
            if found is not None and uncross_at(market, found.price):
                price = found.price
                break
    if price and market.stops:
        market.triggered += market.stops.hit(price)
    return price


def uncross_at(market: TradingView, price: int) -> bool:
    """Let the side that trades in full trade with the other one, an order after the other, by price and time.

    Returns:
        Whether anything traded.
    """
    book = market.book
    bids, asks = reaching(book.bids, price), reaching(book.asks, price)
    if sum(order.remaining for order in bids) <= sum(order.remaining for order in asks):
        orders, side = bids, book.asks
    else:
        orders, side = asks, book.bids
    for order in orders:
        book.remove(order)
        for resting, size, _ in fills_at(side, order, price):
            uncross_trade(market, order, resting, size, price)
            finish_uncrossed(market, resting)
        book.refresh()
        if order.remaining:
            book.add(order)
        finish_uncrossed(market, order)
    return bool(orders)


def reaching(side: BookSide, price: int) -> list[Order]:
    """The orders of a side that trade at `price`, by price and time."""
    return [order for level in side if level.price * side.sign >= price * side.sign for order in level.orders.values()]


def fills_at(side: BookSide, order: Order, price: int) -> list[Fill]:
    """What an order trades with a side in an auction, its own party's orders included."""
    fills: list[Fill] = []
    left = order.remaining
    for level in side:
        if not left or level.price * side.sign < price * side.sign:
            break
        left = level.take(left, None, fills)
    return fills


def finish_uncrossed(market: TradingView, order: Order) -> None:
    if not order.remaining:
        order.status = OrderStatus.FILLED
    if market.stops:
        market.touched.append(order.position)


def drop(market: TradingView, tif: TimeInForce, reason: Reason) -> None:
    """Cancel all orders with this time in force."""
    for order in [order for order in market.book if order.tif is tif]:
        withdraw(market, order, OrderStatus.CANCELLED, reason)
    for order in [order for order in market.pegs.orders.values() if order.tif is tif]:
        withdraw(market, order, OrderStatus.CANCELLED, reason)
