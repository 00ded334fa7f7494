"""How an order comes in: refused, covered, traded, rested."""

from tokenspice.markets.exchange.executions import trade
from tokenspice.markets.exchange.market_state import OPEN_STATES, MarketState, TradingMode
from tokenspice.markets.exchange.order_rules import refusal
from tokenspice.markets.exchange.orders import Fill, Order, OrderStatus, OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.price_monitoring import PriceBounds
from tokenspice.markets.exchange.trading_view import TradingView

__all__ = [
    "cancel",
    "cover",
    "end_order",
    "ends_at",
    "enter",
    "execute",
    "is_live",
    "park",
    "rest",
    "submit",
    "submit_for_network",
    "withdraw",
]

ACTIVE, FILLED, STOPPED = OrderStatus.ACTIVE, OrderStatus.FILLED, OrderStatus.STOPPED
NONE = Reason.NONE
RUNNING = MarketState.ACTIVE
FOK = TimeInForce.FOK


def submit(market: TradingView, order: Order) -> None:
    """Take an order. Its status and reason say what became of it."""
    state = market.state
    reason = NONE if state is RUNNING or state in OPEN_STATES else Reason.MARKET_CLOSED
    if reason is NONE:
        reason = refusal(order, market.tick_size, market.cap, market.in_auction, market.venue.now)
    if reason is not NONE:
        order.stop(OrderStatus.REJECTED, reason)
        return
    if order.peg is not None:
        submit_pegged(market, order)
    elif order.reduce_only:
        submit_reduce_only(market, order)
    elif cover(market, order):
        enter(market, order)
    if order.expires and is_live(order):
        market.expiries.add(order.expires, order)
    market.after_transaction(order.position)


def is_live(order: Order) -> bool:
    """Whether an order rests or is parked."""
    return order.status is ACTIVE or order.status is OrderStatus.PARKED


def ends_at(order: Order, time: int) -> bool:
    """Whether an order is live until this time."""
    return order.expires == time and is_live(order)


def submit_pegged(market: TradingView, order: Order) -> None:
    """Price a pegged order, or park it until it has a price."""
    if order.position.isolation:
        order.stop(OrderStatus.REJECTED, Reason.ISOLATED_PEG)
        return
    if market.venue.pegged_orders >= market.venue.parameters["limits.markets.maxPeggedOrders"]:
        order.stop(OrderStatus.REJECTED, Reason.TOO_MANY_PEGGED)
        return
    order.price = 0 if market.in_auction else market.pegs.price(order.peg, order.is_buy)
    if not order.price:
        market.pegs.add(order)
        park(market, order)
    elif cover(market, order):
        market.pegs.add(order)
        enter(market, order)


def submit_reduce_only(market: TradingView, order: Order) -> None:
    """Let an order trade no more than what brings its party's position to zero. All of a FOK order must."""
    room = -order.position.volume * order.sign
    excess = max(order.size - room, 0)
    if room <= 0 or (excess and order.tif is FOK):
        order.stop(STOPPED, Reason.WOULD_NOT_REDUCE)
        return
    order.remaining -= excess
    if cover(market, order):
        enter(market, order)
    order.remaining += excess
    if excess and order.status is FILLED:
        order.status = OrderStatus.PARTIALLY_FILLED


def cover(market: TradingView, order: Order) -> bool:
    """Put margin aside for an order; it is rejected if that cannot be done."""
    size = order.remaining
    if market.cover(order.position, order.is_buy, size, order.price * size):
        return True
    order.stop(OrderStatus.REJECTED, Reason.MARGIN_CHECK_FAILED)
    return False


def enter(market: TradingView, order: Order) -> None:
    """Match an order, for which margin was put aside, and let it rest; in an auction it rests only."""
    if market.in_auction:
        rest(market, order)
        return
    fills, is_self_trade = market.book.fills(order)
    if not fills and not is_self_trade:
        finish(market, order, False)
    elif order.post_only:
        end_order(market, order, STOPPED, Reason.WOULD_CROSS)
    elif order.tif is FOK and sum(fill[1] for fill in fills) < order.size:
        order.stop(STOPPED, Reason.SELF_TRADE if is_self_trade else Reason.NO_LIQUIDITY)
    elif fills and (bounds := breached(market, fills)) is not None:
        protect(market, order, bounds)
    else:
        execute(market, order, fills)
        finish(market, order, is_self_trade)


def breached(market: TradingView, fills: list[Fill]) -> PriceBounds | None:
    """The price band that the first or the last of these trades would leave."""
    monitor, now = market.monitor, market.venue.now
    first, last = fills[0][2], fills[-1][2]
    if now < monitor.next_change and monitor.low <= first <= monitor.high and monitor.low <= last <= monitor.high:
        return None
    return monitor.breached(now, first, last)


def protect(market: TradingView, order: Order, bounds: PriceBounds) -> None:
    """Keep an order out of prices that a band forbids: one that rests waits in an auction."""
    if not order.persistent:
        order.stop(OrderStatus.REJECTED, Reason.OUTSIDE_PRICE_BOUNDS)
        return
    rest(market, order)
    market.monitor.disable(bounds)
    market.begin_auction(TradingMode.MONITORING_AUCTION, bounds.trigger.extension, bounds.trigger)


def execute(market: TradingView, order: Order, fills: list[Fill]) -> None:
    """Let an order trade as projected."""
    for resting, size, price in fills:
        trade(market, order, resting, size, price)
        if not resting.remaining:
            end_order(market, resting, FILLED)
    if market.book.worn:
        market.book.refresh()
    if fills and market.stops.by_party and order.type is not OrderType.NETWORK:
        market.touched += [resting.position for resting, _, _ in fills]
        for price in dict.fromkeys((fills[0][2], fills[-1][2])):
            market.triggered += market.stops.hit(price)


def finish(market: TradingView, order: Order, is_self_trade: bool) -> None:
    """Decide what becomes of the part that did not trade."""
    if not order.remaining:
        end_order(market, order, FILLED)
    elif is_self_trade:
        end_order(market, order, STOPPED, Reason.SELF_TRADE)
    elif order.persistent:
        rest(market, order)
    elif order.remaining < order.size:
        order.status = OrderStatus.PARTIALLY_FILLED
    else:
        order.stop(STOPPED, Reason.NO_LIQUIDITY)


def rest(market: TradingView, order: Order) -> None:
    """Put an order into the book."""
    order.status = ACTIVE
    market.book.add(order)


def park(market: TradingView, order: Order) -> None:
    """Take a pegged order off the book, until it has a price again."""
    if order.level is not None:
        market.book.remove(order)
    order.price = 0
    order.status = OrderStatus.PARKED
    order.position.orders[order.id] = order


def end_order(market: TradingView, order: Order, status: OrderStatus, reason: Reason = NONE) -> None:
    """Give an order that is off the book its last status; its party's margin goes back if it was the last thing there."""
    order.stop(status, reason)
    if order.peg is not None:
        market.pegs.drop(order)
    position = order.position
    if not position.orders and not position.volume:
        market.clearing.free(position)
        if market.stops.by_party:
            market.touched.append(position)


def withdraw(market: TradingView, order: Order, status: OrderStatus, reason: Reason = NONE) -> None:
    """Take an order that rests or is parked away."""
    market.book.remove(order)
    end_order(market, order, status, reason)
    if order.position.isolation or market.clearing.follows_orders:
        market.clearing.free(order.position)


def cancel(market: TradingView, order: Order) -> None:
    """Take a live order away, as its party wishes."""
    withdraw(market, order, OrderStatus.CANCELLED)
    market.after_transaction(order.position)


def submit_for_network(market: TradingView, side: Side, size: int, limit: int) -> None:
    """Let the network trade what it holds, as far as the book gives it at `limit` or better."""
    id = f"{market.id}-N{market.trade_count}"
    order = Order(id, market.network, side, size, limit, OrderType.NETWORK, TimeInForce.IOC)
    fills, _ = market.book.fills(order)
    if fills:
        execute(market, order, fills)
        market.after_transaction(market.network)
