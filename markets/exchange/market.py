"""One market: the order in which its rules are called."""

from enum import StrEnum
from typing import final

from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.fees import Fees
from tokenspice.markets.exchange.ledger import Account, AccountType, TransferKind
from tokenspice.markets.exchange.numbers import ONE, factor
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
from tokenspice.markets.exchange.settlement import settle
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
        self.risk = config.risk.factors()
        self.slippage = factor(config.linear_slippage)
        self.search, self.initial, self.release = map(
            factor, (config.scaling.search, config.scaling.initial, config.scaling.release)
        )
        shift = asset.decimals - config.decimals - config.position_decimals
        self.value_up: int = 10 ** max(shift, 0)
        self.value_down: int = 10 ** max(-shift, 0)
        self.mark = 0
        self.last_price = 0
        self.marked_at = -(2**62)
        self.trade_count = 0
        self.liquidity_fee = factor(config.liquidity_fee)
        self.settlement = self.account(AccountType.SETTLEMENT)
        self.insurance = self.account(AccountType.INSURANCE)
        self._fee_accounts = (
            self.of_asset(AccountType.FEES_INFRASTRUCTURE),
            self.account(AccountType.FEES_LIQUIDITY),
            self.of_asset(AccountType.NETWORK_TREASURY),
            self.of_asset(AccountType.BUY_BACK_FEES),
        )

    def __repr__(self) -> str:
        return f"Market({self.config.name}: {self.state}, {self.mode}, {self.book!r})"

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
        self.after_transaction()

    def trade(self, order: Order, resting: Order, size: int) -> None:
        """Let two orders trade: positions, fees, and word to listeners."""
        price = resting.price
        order.remaining -= size
        self.book.fill(resting, size)
        if not resting.remaining:
            resting.status = OrderStatus.FILLED
        taker, maker, signed = order.position, resting.position, order.sign * size
        taker.realised += self.value(taker.trade(signed, price))
        maker.realised += self.value(maker.trade(-signed, price))
        self.last_price = price
        fees = self.config.fees.fees(self.value(price * size), self.liquidity_fee)
        self.charge(taker, maker, fees)
        self.trade_count += 1
        if self.venue.on_trade:
            buyer, seller = (taker, maker) if order.is_buy else (maker, taker)
            buy, sell = (order.id, resting.id) if order.is_buy else (resting.id, order.id)
            id = f"{self.id}-T{self.trade_count}"
            trade = Trade(id, price, size, buyer, seller, order.side, buy, sell, self.venue.now)
            self.venue.on_trade(self, trade, fees)

    def charge(self, taker: Position, maker: Position, fees: Fees) -> None:
        """Let the taker pay, from general and then from margin; the maker gets its component."""
        transfer = self.ledger.transfer
        for account, fee in zip((maker.general, *self._fee_accounts), fees, strict=True):
            from_general = min(fee, taker.general.balance)
            transfer(taker.general, account, from_general, TransferKind.FEE)
            transfer(taker.margin, account, min(fee - from_general, taker.margin.balance), TransferKind.FEE)

    # money

    def value(self, price_times_size: int) -> int:
        """Turn price times size into asset units, cut towards minus infinity."""
        return price_times_size * self.value_up // self.value_down

    def cover(self, order: Order) -> bool:
        """Put margin aside for an order; whether that can be done. One that only reduces risk needs none."""
        position, size = order.position, order.size
        buys, sells = position.buys, position.sells
        if order.is_buy:
            buys += size
        else:
            sells += size
        rule = self.config.margin
        maintenance = rule.maintenance(position, self, buys, sells)
        if maintenance <= rule.maintenance(position, self, position.buys, position.sells):
            return True
        initial = maintenance * self.initial // ONE
        margin = position.margin.balance
        if margin + position.general.balance < initial:
            return False
        if margin < maintenance * self.search // ONE:
            self.ledger.transfer(position.general, position.margin, initial - margin, TransferKind.MARGIN_LOW)
        return True

    def after_transaction(self) -> None:
        """Mark and settle, if that is due."""
        now, config = self.venue.now, self.config
        if now - self.marked_at >= config.mark_seconds:
            mark = config.mark_price.mark(self, now)
            if mark and mark != self.mark or self.trade_count:
                settle(self, mark)
                self.marked_at = now

    def level(self, position: Position) -> None:
        """Bring a margin account between search and release level; close out who cannot."""
        maintenance = self.config.margin.maintenance(position, self, position.buys, position.sells)
        balance, initial = position.margin.balance, maintenance * self.initial // ONE
        if balance > maintenance * self.release // ONE:
            self.ledger.transfer(position.margin, position.general, balance - initial, TransferKind.MARGIN_HIGH)
        elif balance < maintenance * self.search // ONE:
            amount = min(initial - balance, position.general.balance)
            self.ledger.transfer(position.general, position.margin, amount, TransferKind.MARGIN_LOW)

    @property
    def open_interest(self) -> int:
        return sum(position.volume for position in self.positions.values() if position.volume > 0)

    def best(self, side: Side) -> int | None:
        return self.book.best_bid() if side is Side.BUY else self.book.best_ask()
