"""What all markets of an exchange share, and what a rule sees of a market."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, final

from tokenspice.markets.exchange.auctions import LONG_BLOCKS
from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.ledger import Account, Ledger
from tokenspice.markets.exchange.listeners import nobody
from tokenspice.markets.exchange.mark_sources import MarkSources
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.orders import Order
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.programmes.programmes import Programmes
from tokenspice.markets.exchange.rewards.metrics import Activity
from tokenspice.markets.exchange.risk import RiskFactors

__all__ = ["MarketView", "Venue"]


@final
class Venue:
    """Clock, accounts and listeners.

    Attributes:
        assets: of the exchange, by symbol.
        on_trade: called with market, trade and fees; None for nobody.
        pegged_orders: live ones in all markets.
        long_blocks: gaps between two blocks, and how long the auction lasts that follows a longer one, in seconds.
        parameters: of the network, which hold for all markets.
        in_batch: whether several instructions are under way that count as one transaction.
        programmes: what parties get for trading and for bringing others.
    """

    TRANSIENT: ClassVar = {"on_trade": nobody}  # no state

    def __init__(self, now: int) -> None:
        self.ledger = Ledger()
        self.assets: dict[str, Any] = {}
        self.long_blocks = LONG_BLOCKS
        self.pegged_orders = 0
        self.programmes = Programmes()
        self.parameters = NetworkParameters()
        self.on_trade: Callable[[Any, Any, Any], object] | None = None
        self.in_batch = False
        self.now = now

    @property
    def now(self) -> int:
        """Unix seconds."""
        return self._now

    @now.setter
    def now(self, now: int) -> None:
        self._now = self.ledger.now = now


class MarketView(Protocol):
    """A market, as its rules see it: rules read, and move money through the ledger alone.

    Attributes:
        mark: the price that positions are valued at, in ticks; 0 before the first trade.
        in_auction: whether orders are collected, and not matched as they come.
        value_up, value_down: price times size becomes asset units by this fraction.
        search, initial, release: levels as multiples of the maintenance margin, of 10⁻¹⁸.
        funding, funding_factor: of a perpetual: what a unit of volume owes so far in the period, in ticks, and the part of
            it, of 10⁻¹⁸, that margins cover; both 0 elsewhere.
        cap: of a capped future: the highest price, in ticks; 0 elsewhere.
        activity: what parties did, epoch by epoch, which rewards are for.
        active: positions with volume or orders, in the order in which they became so.
        network: the exchange's own position, which comes from parties that were closed out.
        bond_penalty: what a bond loses on top of what it pays for margin, a factor of 10⁻¹⁸.
        on_bond_used: told of a position whose bond paid, and how much it lost in all; None for nobody.
    """

    id: str
    venue: Venue
    ledger: Ledger
    book: OrderBook
    mark: int
    in_auction: bool
    last_price: int
    liquidity_fee: int
    risk: RiskFactors
    slippage: int
    search: int
    initial: int
    release: int
    value_up: int
    value_down: int
    tick_size: int
    mark_seconds: int
    asset_decimals: int
    price_decimals: int
    mark_sources: MarkSources
    funding: int
    funding_factor: int
    cap: int
    open_interest: int
    positions: dict[str, Position]
    active: dict[int, Position]
    network: Position
    bond_penalty: int
    on_bond_used: Callable[[Position, int], object] | None
    settlement: Account
    insurance: Account
    activity: Activity

    @property
    def indicative(self) -> int:
        """The price at which an auction would be uncrossed, in ticks; 0 where it would not."""

    def cancel_orders(self, position: Position) -> None:
        """Take all of a party's orders off the book, without looking at its margin."""

    def cancel(self, order: Order) -> None:
        """Take a live order away."""

    def report_closeout(self, position: Position, volume: int) -> None:
        """Tell listeners that the network took over a party's volume at the mark price."""

    def price_bounds(self) -> tuple[int, int] | None:
        """The lowest and the highest price, in ticks, that start no auction; None where no price would."""
