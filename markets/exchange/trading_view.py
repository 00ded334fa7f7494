"""What the order path sees of a market."""

from typing import Protocol

from tokenspice.markets.exchange.auctions import Auction
from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.calendar import Calendar
from tokenspice.markets.exchange.clearing import Clearing
from tokenspice.markets.exchange.market_state import MarketState, TradingMode
from tokenspice.markets.exchange.orders import Order
from tokenspice.markets.exchange.pegged_orders import PeggedOrders
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.price_monitoring import PriceMonitor, PriceTrigger
from tokenspice.markets.exchange.products.product import Instrument
from tokenspice.markets.exchange.stop_book import StopBook
from tokenspice.markets.exchange.stop_orders import StopOrder
from tokenspice.markets.exchange.uncrossing import AuctionRule
from tokenspice.markets.exchange.venue import Venue

__all__ = ["TradingView"]


class TradingView(Protocol):
    """A market, as order entry, amendments, stop orders and auctions see it.

    Attributes:
        auction: the present one; None in continuous trading.
        in_auction: whether orders are collected, and not matched as they come.
        pegs: pegged orders.
        stops: stop orders that wait.
        triggered: stop orders whose turn comes after the present transaction.
        touched: positions that this transaction changed, where somebody has stop orders.
        expiries: orders that end at a set time.
        clearing: where the market's money is moved.
        network: the exchange's own position.
        trade_count: how many trades there were.
        traded: price times size of trades since liquidity provision last asked.
        last_price: of the last trade; 0 before the first one.
        cap: the highest price; 0 where there is none.
        auction_rule: chooses the uncrossing price.
        instrument: the market's product, which is told when auctions begin and end.
        has_opened: whether the opening auction is over.
    """

    id: str
    venue: Venue
    clearing: Clearing
    network: Position
    trade_count: int
    traded: int
    book: OrderBook
    pegs: PeggedOrders
    stops: StopBook
    triggered: list[StopOrder]
    touched: list[Position]
    expiries: Calendar[Order]
    monitor: PriceMonitor
    state: MarketState
    mode: TradingMode
    auction: Auction | None
    in_auction: bool
    last_price: int
    mark: int
    tick_size: int
    cap: int
    auction_rule: AuctionRule
    instrument: Instrument
    has_opened: bool

    def cover(self, position: Position, is_buy: bool, size: int, worth: int) -> bool:
        """Put margin aside for an order, or for what an amendment adds; whether that can be done.

        Args:
            size: that is added to the open orders of a side.
            worth: price times size that is added; 0 for a market order.
        """

    def after_transaction(self, position: Position) -> None:
        """Do what follows a transaction: mark and settle, move pegged orders, fire stop orders."""

    def begin_auction(self, mode: TradingMode, seconds: int, trigger: PriceTrigger | None = None) -> None:
        """Stop continuous trading for at least `seconds`."""

    def give_up(self) -> None:
        """Cancel the market, which nobody opened, and give everything back."""

    def mark_at(self, price: int) -> None:
        """Set the mark price and settle, whenever that was done last."""
