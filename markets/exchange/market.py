"""One market: the order in which its rules are called."""

from collections.abc import Callable, Mapping
from typing import ClassVar, final

from tokenspice.markets.exchange.amendments import Amendment, amend
from tokenspice.markets.exchange.amm.desk import PoolDesk
from tokenspice.markets.exchange.auction_house import begin_auction, indicative, resume, suspend
from tokenspice.markets.exchange.auctions import Auction
from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.calendar import Calendar
from tokenspice.markets.exchange.clearing import Clearing
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.executions import report_takeover
from tokenspice.markets.exchange.funding_payment import pay_funding
from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.lifecycle import ENDED, cancel_market, settle_at, terminate
from tokenspice.markets.exchange.liquidity.host import MarketHost
from tokenspice.markets.exchange.liquidity.provision import LiquidityProvision
from tokenspice.markets.exchange.mark_sources import MarkSources
from tokenspice.markets.exchange.market_state import OPEN_STATES, MarketState, TradingMode
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.order_entry import cancel, ends_at, submit, withdraw
from tokenspice.markets.exchange.orders import Order, OrderStatus, Reason, Side
from tokenspice.markets.exchange.pegged_orders import PeggedOrders
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.price_monitoring import PriceMonitor, PriceTrigger
from tokenspice.markets.exchange.products.funding import Funding
from tokenspice.markets.exchange.products.product import Cue
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.rewards.following import end_results, sample
from tokenspice.markets.exchange.rewards.metrics import Activity
from tokenspice.markets.exchange.spot_clearing import SpotClearing
from tokenspice.markets.exchange.stop_book import StopBook
from tokenspice.markets.exchange.stop_orders import StopOrder
from tokenspice.markets.exchange.triggers import submit_stop
from tokenspice.markets.exchange.turns import after_transaction, begin_block, follow_auction
from tokenspice.markets.exchange.venue import Venue

__all__ = ["Market", "MarketState", "TradingMode"]


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
        traded: price times size of trades since liquidity provision last asked.
        liquidity: commitments, and what comes of them.
        pools: on the book.
    """

    TRANSIENT: ClassVar = {"_found_at": lambda: (-1, 0)}  # no state: what was read last

    def __init__(self, id: str, config: MarketConfig, asset: Asset, venue: Venue) -> None:
        self.id = id
        self.config = config
        self.asset = asset
        self.venue = venue
        self.ledger = venue.ledger
        self.state = MarketState.ACTIVE
        self.mode = TradingMode.CONTINUOUS
        self.instrument = config.product.start(venue.now, config.decimals)
        self.has_opened = False
        self.is_noted = False
        self.ended_at = 0
        self.auction: Auction | None = None
        self.in_auction = False
        self.book = OrderBook()
        self.pegs = PeggedOrders(self.book, config.tick_size, venue)
        self.stops = StopBook()
        self.triggered: list[StopOrder] = []
        self.touched: list[Position] = []
        self.is_firing = False
        self.monitor = PriceMonitor(config.price_triggers, config.band)
        self.expiries: Calendar[Order] = Calendar(ends_at)
        self._found_at = (-1, 0)
        self.positions: dict[str, Position] = {}
        self.active: dict[int, Position] = {}
        self.open_interest = 0
        shift = asset.decimals - config.decimals - config.position_decimals
        self.value_up: int = 10 ** max(shift, 0)
        self.value_down: int = 10 ** max(-shift, 0)
        self.mark = 0
        self.last_price = 0
        self.mark_sources = MarkSources()
        self.funding = 0
        self.bond_penalty = 0
        self.on_bond_used: Callable[[Position, int], object] | None = None
        self.trade_count = 0
        self.traded = 0
        self.asset_decimals = asset.decimals
        self.price_decimals = config.decimals
        self.liquidity_fee = factor(config.liquidity_fee)
        self.settlement = self.account(AccountType.SETTLEMENT)
        self.insurance = self.account(AccountType.INSURANCE)
        self.activity = Activity(asset.symbol)
        self.network = Position("network", -1, self.insurance, self.insurance)
        self.clearing = clearing_of(self, config, asset)
        host = MarketHost(self, venue.parameters)
        self.liquidity = LiquidityProvision(host, config.liquidity)
        self.adopt(config)
        self.pools = PoolDesk(host)
        self.bond_penalty = venue.parameters["market.liquidity.bondPenaltyParameter"]

    def __repr__(self) -> str:
        return f"Market({self.config.name}: {self.state}, {self.mode}, {self.book!r})"

    def adopt(self, config: MarketConfig) -> None:
        """Follow a configuration's rules and numbers from here on."""
        self.config = config
        self.risk = config.risk.factors()
        self.slippage = factor(config.linear_slippage)
        scaling = config.margin_rule.scaled(config.scaling)
        self.search = factor(scaling.search)
        self.initial = max(factor(scaling.initial), self.search)
        self.release = max(factor(scaling.release), self.initial)
        self.tick_size = self.pegs.tick = config.tick_size
        self.auction_rule = config.auction
        self.monitor = self.monitor.adopt(config.price_triggers, config.band, self.venue.now)
        self.mark_seconds = config.mark_seconds
        self.instrument.adopt(config.product)
        self.cap, self.funding_factor = self.instrument.max_price, factor(self.instrument.margin_funding)
        self.clearing.adopt(config)
        self.liquidity.adopt(config.liquidity)

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
        submit(self, order)
        return order

    def amend(self, order: Order, change: Amendment) -> Reason:
        """Change a live order; return why that is refused, if so."""
        return amend(self, order, change)

    def cancel(self, order: Order) -> None:
        """Take a live order away."""
        cancel(self, order)

    def submit_stop(self, legs: list[StopOrder]) -> None:
        """Take a stop order of one or two legs. Their status and reason say what became of them."""
        submit_stop(self, legs, self.venue.parameters["spam.protection.max.stopOrdersPerMarket"])

    # auctions

    @property
    def indicative(self) -> int:
        """The price at which an auction would be uncrossed at present, in ticks; 0 where it would not."""
        if not self.in_auction:
            return 0
        if self._found_at[0] != self.book.changes:
            found = indicative(self)
            self._found_at = (self.book.changes, found.price if found else 0)
        return self._found_at[1]

    def begin_auction(self, mode: TradingMode, seconds: int, trigger: PriceTrigger | None = None) -> None:
        """Stop continuous trading for at least `seconds`."""
        begin_auction(self, mode, seconds, trigger)

    def suspend(self) -> None:
        """Hold an auction until `resume`."""
        suspend(self)

    def resume(self) -> None:
        """End what `suspend` began."""
        follow_auction(self, resume(self))

    def mark_at(self, price: int) -> None:
        """Set the mark price and settle, whenever that was done last."""
        self.clearing.settle(price)
        self.instrument.at_mark(self.venue.now, self.clearing.prices.internal_price(self.venue.now))

    # the product

    def hear(self, role: str, text: str) -> bool:
        """Take oracle data, and do what is due by it; whether it could be used."""
        if self.clearing.prices.listens_to(role):
            return self.clearing.prices.hear(role, text)
        cues = None if self.state in ENDED else self.instrument.hear(role, text, self.venue.now)
        self.is_ended_by(cues or ())
        return cues is not None

    def is_ended_by(self, cues: tuple[Cue, ...]) -> bool:
        """Do what is due; whether that ended trading."""
        for cue in cues:
            cue.carry_out(self)
        return self.state not in OPEN_STATES

    def terminate(self) -> None:
        """End trading."""
        terminate(self)

    def settle_finally(self, price: int) -> None:
        """Pay everyone out at a price, after trading has ended."""
        settle_at(self, price)

    def pay_funding(self, funding: Funding) -> None:
        """Let longs and shorts exchange what a funding period made due."""
        self.funding = 0
        pay_funding(self, funding.payment)
        self.clearing.level_all()

    def equity_shares(self) -> Mapping[str, int]:
        """Return each liquidity provider's equity-like share, of 10⁻¹⁸."""
        return self.liquidity.shares.shares()

    def close_provision(self) -> None:
        """Pay the fees that providers have earned, and give bonds back."""
        self.liquidity.close()

    def close_pools(self) -> None:
        """Give back what pools have."""
        self.pools.close()

    def give_up(self) -> None:
        """Cancel the market, which nobody opened, and give everything back."""
        cancel_market(self)

    # money

    def value(self, price_times_size: int) -> int:
        """Turn price times size into asset units, cut towards minus infinity."""
        return price_times_size * self.value_up // self.value_down

    def cover(self, position: Position, is_buy: bool, size: int, worth: int) -> bool:
        """Put margin aside for an order, or for what an amendment adds; whether that can be done."""
        return self.clearing.cover(position, is_buy, size, worth)

    def after_transaction(self, position: Position) -> None:
        """Do what follows a transaction of a party."""
        after_transaction(self, position)

    def begin_block(self) -> None:
        """Do what is due at a new time."""
        begin_block(self)

    def begin_epoch(self) -> None:
        """Judge and pay who provides liquidity."""
        self.liquidity.begin_epoch()
        if self.activity.follows_positions:
            sample(self.activity, self)
            end_results(self.activity, self)

    def cancel_orders(self, position: Position) -> None:
        """Take all of a party's orders off the book, without looking at its margin."""
        for order in list(position.orders.values()):
            withdraw(self, order, OrderStatus.CANCELLED)
        self.touched.append(position)

    def report_closeout(self, position: Position, volume: int) -> None:
        """Tell listeners that the network took over a party's volume at the mark price."""
        report_takeover(self, position, volume)

    def price_bounds(self) -> tuple[int, int] | None:
        """The lowest and the highest price that start no auction; None where no price would."""
        return self.monitor.range(self.venue.now)

    def best(self, side: Side) -> int | None:
        """The best price of a side, of orders and of pools."""
        return self.book.touch()[side is Side.SELL]


def clearing_of(market: Market, config: MarketConfig, asset: Asset) -> Clearing:
    """Return the clearing house that a market's product asks for."""
    product = config.product
    if isinstance(product, Spot):
        return SpotClearing(market, config, asset, market.venue.assets[product.base_asset])
    return Clearing(market, config, asset)
