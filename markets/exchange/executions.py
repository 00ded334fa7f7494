"""Orders trade: sizes, positions and fees change, and listeners hear of it."""

from tokenspice.markets.exchange.fees import NO_FEES, Fees
from tokenspice.markets.exchange.market_state import TradingMode
from tokenspice.markets.exchange.orders import Order, Side, Trade
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.trading_view import TradingView

__all__ = ["report_takeover", "trade", "uncross_trade"]


def trade(market: TradingView, order: Order, resting: Order, size: int, price: int) -> None:
    """Let an incoming order trade with a resting one."""
    order.remaining -= size
    market.book.fill(resting, size)
    taker = order.position
    fees = market.clearing.trade(taker, resting.position, order.sign * size, price)
    if taker is not market.network:
        market.last_price = price
    market.trade_count += 1
    market.traded += price * size
    if market.venue.on_trade is not None:
        report(market, order, resting, size, price, order.side, fees)


def uncross_trade(market: TradingView, order: Order, resting: Order, size: int, price: int) -> None:
    """Let two orders trade as an auction ends."""
    order.remaining -= size
    market.book.fill(resting, size)
    buy, sell = (order, resting) if order.is_buy else (resting, order)
    is_opening = market.mode is TradingMode.OPENING_AUCTION
    fees = market.clearing.auction_trade(buy.position, sell.position, size, price, is_opening)
    market.last_price = price
    market.trade_count += 1
    market.traded += price * size
    if market.venue.on_trade is not None:
        report(market, order, resting, size, price, None, fees)


def report(
    market: TradingView, order: Order, resting: Order, size: int, price: int, aggressor: Side | None, fees: Fees
) -> None:
    """Tell listeners of a trade."""
    buy, sell = (order, resting) if order.is_buy else (resting, order)
    id, now = f"{market.id}-T{market.trade_count}", market.venue.now
    tell(market, Trade(id, price, size, buy.position, sell.position, aggressor, buy.id, sell.id, now), fees)


def report_takeover(market: TradingView, position: Position, volume: int) -> None:
    """Tell listeners that the network took over a party's volume at the mark price."""
    market.trade_count += 1
    if market.venue.on_trade is not None:
        buyer, seller = (market.network, position) if volume > 0 else (position, market.network)
        id, now = f"{market.id}-T{market.trade_count}", market.venue.now
        tell(market, Trade(id, market.mark, abs(volume), buyer, seller, None, "", "", now), NO_FEES)


def tell(market: TradingView, made: Trade, fees: Fees) -> None:
    if market.venue.on_trade is not None:
        market.venue.on_trade(market, made, fees)
