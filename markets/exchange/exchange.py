"""The exchange: assets, parties, markets, blocks and time."""

from typing import ClassVar, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.instructions import InstructionListener, instruction
from tokenspice.markets.exchange.ledger import Account, AccountType, TransferKind
from tokenspice.markets.exchange.listeners import nobody
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.orders import Order, OrderStatus, OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.venue import Venue

__all__ = ["GENESIS", "Exchange"]

GENESIS = 1_683_626_400  # 9 May 2023, 10:00 UTC


@final
class Exchange:
    """Everything inside is an integer; `service` offers the same with floats. What changes it is an @instruction.

    Args:
        now: Unix seconds.

    Attributes:
        venue: what all markets share: clock, accounts, listeners.
        on_instruction: called with each instruction before it is done; None for nobody.
    """

    TRANSIENT: ClassVar = {"on_instruction": nobody}  # no state

    def __init__(self, now: int = GENESIS) -> None:
        self.on_instruction: InstructionListener | None = None
        self.venue = Venue(now)
        self.ledger = self.venue.ledger
        self.assets: dict[str, Asset] = {}
        self.markets: dict[str, Market] = {}
        self._orders = 0

    def __repr__(self) -> str:
        return f"Exchange({len(self.markets)} markets, {self.ledger!r}, at {self.now})"

    @property
    def now(self) -> int:
        """Unix seconds."""
        return self.venue.now

    @instruction
    def add_asset(self, asset: Asset) -> Asset:
        if asset.symbol in self.assets:
            raise ExchangeError(f"there is an asset {asset.symbol} already. Give this one another symbol.")
        self.assets[asset.symbol] = asset
        return asset

    @instruction
    def add_market(self, config: MarketConfig) -> Market:
        """Open a market, without asking anybody."""
        if config.asset not in self.assets:
            raise ExchangeError(
                f"market {config.name} settles in {config.asset}. There are: {', '.join(self.assets)}. Add the asset first."
            )
        market = Market(f"M{len(self.markets) + 1}", config, self.assets[config.asset], self.venue)
        self.markets[market.id] = market
        return market

    def general(self, party: str, symbol: str) -> Account:
        return self.ledger.account(party, symbol, AccountType.GENERAL)

    @instruction
    def deposit(self, party: str, symbol: str, amount: int) -> None:
        """Bring base units of an asset onto the exchange."""
        self.ledger.deposit(self.general(party, symbol), amount)

    @instruction
    def withdraw(self, party: str, symbol: str, amount: int) -> None:
        """Take base units of an asset off the exchange.

        Raises:
            ExchangeError: the party has less in general.
        """
        self.ledger.withdraw(self.general(party, symbol), amount)

    @instruction
    def give(self, party: str, to: str, symbol: str, amount: int) -> None:
        """Move base units from one party's general account to another's, at once and without a fee.

        Raises:
            ExchangeError: the party has less in general.
        """
        self.ledger.transfer(self.general(party, symbol), self.general(to, symbol), amount, TransferKind.TRANSFER)

    @instruction
    def submit(
        self,
        party: str,
        market_id: str,
        side: Side,
        size: int,
        price: int = 0,
        type: OrderType = OrderType.LIMIT,
        tif: TimeInForce = TimeInForce.GTC,
    ) -> Order:
        """Send an order; what became of it is its status."""
        market = self.markets.get(market_id)
        self._orders += 1
        if market is None:
            raise ExchangeError(f"there is no market {market_id}")
        return market.submit(
            Order(f"O{self._orders}", market.position(party), side, size, price, type, tif, created=self.now)
        )

    @instruction
    def cancel(self, party: str, market_id: str, order_id: str) -> Reason:
        """Cancel a live order."""
        market = self.markets.get(market_id)
        order = market.position(party).orders.get(order_id) if market else None
        if market is None or order is None:
            return Reason.NO_SUCH_ORDER
        market.cancel(order)
        return Reason.NONE

    @instruction
    def advance(self, seconds: int) -> None:
        """End the block, and begin the next one `seconds` later."""
        self.venue.now += seconds
        for market in self.markets.values():
            self.begin_block(market)

    def begin_block(self, market: Market) -> None:
        """Let what is due at the new time happen in one market."""
        for position in list(market.positions.values()):
            for order in list(position.orders.values()):
                if order.expires and order.expires <= self.now:
                    market.book.remove(order)
                    order.status = OrderStatus.EXPIRED
        market.begin_block()
