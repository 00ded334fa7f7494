"""One market: the order in which its rules are called."""

from collections.abc import Callable
from enum import StrEnum
from typing import final

from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.clearing import Clearing
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.fees import NO_FEES
from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.mark_sources import MarkSources
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.orders import (
    PERSISTENT,
    Order,
    OrderStatus,
    OrderType,
    Reason,
    Side,
    TimeInForce,
    Trade,
)
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.venue import Venue

__all__ = ["Market", "MarketState", "TradingMode"]


class MarketState(StrEnum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    TRADING_TERMINATED = "trading terminated"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    SUSPENDED_VIA_GOVERNANCE = "suspended via governance"


class TradingMode(StrEnum):
    CONTINUOUS = "continuous"
    OPENING_AUCTION = "opening auction"
    MONITORING_AUCTION = "monitoring auction"
    LONG_BLOCK_AUCTION = "long block auction"
    GOVERNANCE_AUCTION = "suspended via governance"
    NO_TRADING = "no trading"


@final
class Market:
    """An instrument's book, positions and accounts.

    Attributes:
        mark: the price that positions are valued at; 0 before the first trade.
        value_up, value_down: price times size becomes asset units by this fraction.
        slippage: a factor of 10⁻¹⁸.
        risk: factors for long and short.
        positions: by party, in the order in which they were created.
        clearing: where the market's money is moved.
        open_interest: Σ of long volumes, the network's included.
    """

    def __init__(self, id: str, config: MarketConfig, asset: Asset, venue: Venue) -> None:
        self.id = id
        self.config = config
        self.asset = asset
        self.venue = venue
        self.ledger = venue.ledger
        self.state = MarketState.ACTIVE
        self.mode = TradingMode.CONTINUOUS
        self.book = OrderBook()
        self.positions: dict[str, Position] = {}
        self.active: dict[int, Position] = {}
        self.open_interest = 0
        shift = asset.decimals - config.decimals - config.position_decimals
        self.value_up: int = 10 ** max(shift, 0)
        self.value_down: int = 10 ** max(-shift, 0)
        self.mark = 0
        self.last_price = 0
        self.indicative = 0
        self.in_auction = False
        self.mark_sources = MarkSources()
        self.funding = 0
        self.funding_factor = 0
        self.cap = 0
        self.bond_penalty = 0
        self.on_bond_used: Callable[[Position, int], object] | None = None
        self.trade_count = 0
        self.asset_decimals = asset.decimals
        self.liquidity_fee = factor(config.liquidity_fee)
        self.settlement = self.account(AccountType.SETTLEMENT)
        self.insurance = self.account(AccountType.INSURANCE)
        self.network = Position("network", -1, self.insurance, self.insurance)
        self.clearing = Clearing(self, config, asset)
        self.adopt(config)

    def __repr__(self) -> str:
        return f"Market({self.config.name}: {self.state}, {self.mode}, {self.book!r})"

    def adopt(self, config: MarketConfig) -> None:
        """Follow a configuration's rules and numbers from here on."""
        self.config = config
        self.risk = config.risk.factors()
        self.slippage = factor(config.linear_slippage)
        scaling = config.margin.scaled(config.scaling)
        self.search, self.initial, self.release = map(factor, (scaling.search, scaling.initial, scaling.release))
        self.tick_size = config.tick_size
        self.mark_seconds = config.mark_seconds
        self.clearing.adopt(config)

    def account(self, type: AccountType) -> Account:
        """An account of the market itself."""
        return self.ledger.of_network(self.asset.symbol, type, self.id)

    def of_asset(self, type: AccountType) -> Account:
        return self.ledger.of_network(self.asset.symbol, type)

    def position(self, party: str) -> Position:
        """The party's position, which begins empty."""
        found = self.positions.get(party)
        if found is None:
            symbol = self.asset.symbol
            general = self.ledger.account(party, symbol, AccountType.GENERAL)
            margin = self.ledger.account(party, symbol, AccountType.MARGIN, self.id)
            found = self.positions[party] = Position(party, len(self.positions), general, margin)
        return found

    # orders

    def submit(self, order: Order) -> Order:
        """Take an order: refuse it, trade it, rest it. Its status and reason say what became of it."""
        reason = self.refusal(order)
        if reason is Reason.NONE and not self.cover(order):
            reason = Reason.MARGIN_CHECK_FAILED
        if reason is not Reason.NONE:
            order.stop(OrderStatus.REJECTED, reason)
            return order
        fills, is_self_trade = self.book.fills(order)
        if order.post_only and (fills or is_self_trade):
            order.stop(OrderStatus.STOPPED, Reason.WOULD_CROSS)
        elif order.tif is TimeInForce.FOK and sum(size for _, size in fills) < order.size:
            order.stop(OrderStatus.STOPPED, Reason.NO_LIQUIDITY)
        else:
            for resting, size in fills:
                self.trade(order, resting, size)
            self.keep(order, is_self_trade)
        self.after_transaction()
        return order

    def refusal(self, order: Order) -> Reason:
        """Why an order cannot be taken, if so."""
        if self.mode is not TradingMode.CONTINUOUS:
            return Reason.MARKET_CLOSED
        if order.size <= 0:
            return Reason.INVALID_SIZE
        if order.type is OrderType.LIMIT:
            if order.price <= 0 or order.price % self.config.tick_size:
                return Reason.INVALID_PRICE
        elif order.type is not OrderType.MARKET:
            return Reason.INVALID_TYPE
        elif order.tif in PERSISTENT:
            return Reason.INVALID_TIME_IN_FORCE
        return Reason.NONE

    def keep(self, order: Order, is_self_trade: bool) -> None:
        """Decide what becomes of the part that did not trade."""
        if not order.remaining:
            order.status = OrderStatus.FILLED
        elif is_self_trade:
            order.stop(OrderStatus.STOPPED, Reason.SELF_TRADE)
        elif order.tif in PERSISTENT:
            self.book.add(order)
        elif order.remaining < order.size:
            order.status = OrderStatus.PARTIALLY_FILLED
        else:
            order.stop(OrderStatus.STOPPED, Reason.NO_LIQUIDITY)

    def cancel(self, order: Order) -> None:
        self.book.remove(order)
        order.status = OrderStatus.CANCELLED
        self.clearing.free(order.position)
        self.after_transaction()

    def trade(self, order: Order, resting: Order, size: int) -> None:
        """Let two orders trade: positions, fees, and word to listeners."""
        price = resting.price
        order.remaining -= size
        self.book.fill(resting, size)
        if not resting.remaining:
            resting.status = OrderStatus.FILLED
        taker, maker, signed = order.position, resting.position, order.sign * size
        fees = self.clearing.trade(taker, maker, signed, price)
        if taker is not self.network:
            self.last_price = price
        self.trade_count += 1
        if self.venue.on_trade:
            buyer, seller = (taker, maker) if order.is_buy else (maker, taker)
            buy, sell = (order.id, resting.id) if order.is_buy else (resting.id, order.id)
            id = f"{self.id}-T{self.trade_count}"
            trade = Trade(id, price, size, buyer, seller, order.side, buy, sell, self.venue.now)
            self.venue.on_trade(self, trade, fees)

    # money

    def value(self, price_times_size: int) -> int:
        """Turn price times size into asset units, cut towards minus infinity."""
        return price_times_size * self.value_up // self.value_down

    def cover(self, order: Order) -> bool:
        """Put margin aside for an order; whether that can be done."""
        size = order.remaining
        return self.clearing.cover(order.position, order.is_buy, size, size * order.price)

    def after_transaction(self) -> None:
        """Mark and settle, if that is due."""
        self.clearing.mark_if_due(self.venue.now)

    def begin_block(self) -> None:
        """Do what is due at a new time: mark and settle, and let the network dispose of what it holds."""
        self.after_transaction()
        self.dispose()

    def dispose(self) -> None:
        """Let the network send its next order, if that is due."""
        wanted = self.clearing.next_disposal(self.venue.now)
        if wanted is None:
            return
        side = Side.SELL if self.network.volume > 0 else Side.BUY
        id = f"{self.id}-N{self.trade_count}"
        order = Order(id, self.network, side, wanted.size, wanted.limit, OrderType.NETWORK, TimeInForce.IOC)
        for resting, size in self.book.fills(order)[0]:
            self.trade(order, resting, size)
        self.after_transaction()

    def cancel_orders(self, position: Position) -> None:
        """Take all of a party's orders off the book, without looking at its margin."""
        for order in list(position.orders.values()):
            self.book.remove(order)
            order.status = OrderStatus.CANCELLED

    def report_closeout(self, position: Position, volume: int) -> None:
        """Tell listeners that the network took over a party's volume at the mark price."""
        self.trade_count += 1
        if self.venue.on_trade:
            buyer, seller = (self.network, position) if volume > 0 else (position, self.network)
            id = f"{self.id}-T{self.trade_count}"
            trade = Trade(id, self.mark, abs(volume), buyer, seller, None, "", "", self.venue.now)
            self.venue.on_trade(self, trade, NO_FEES)

    def price_bounds(self) -> tuple[int, int] | None:
        """The lowest and the highest price that start no auction; None where no price would."""
        return None

    def best(self, side: Side) -> int | None:
        return self.book.best_bid() if side is Side.BUY else self.book.best_ask()
