"""What is measured of a market as it goes: who was closed out, what was lost to others, how long auctions took."""

from typing import NamedTuple

from tokenspice.engine import KPIsBase, Seconds, SimStateBase
from tokenspice.markets.exchange import AccountType, ExchangeWorld, Fees, Market, Trade, TradingMode
from tokenspice.markets.exchange.listeners import added

__all__ = ["Depth", "ExchangeKPIs"]

NEAR = 0.01  # of the mid price, within which depth is counted


class Depth(NamedTuple):
    """Volumes near the mid price, as the book shows them."""

    bids: float
    asks: float


class ExchangeKPIs(KPIsBase):
    """Counts what no state remembers. All else is read when it is asked for.

    Args:
        time_step: seconds per tick.
        world: the exchange.
        market_id: which market is measured.

    Attributes:
        traded: Σ of the sizes of all trades, in the market's smallest; what the network takes over is none.
        auction_ticks: after which the market was in an auction.
        first_closeout, first_shortfall: the ticks in which a party was first closed out, and winners first forwent
            something; None before.
    """

    def __init__(self, time_step: Seconds, world: ExchangeWorld, market_id: str) -> None:
        super().__init__(time_step)
        self._world = world
        self._market_id = market_id
        self.traded = 0
        self.auction_ticks = 0
        self.first_closeout: int | None = None
        self.first_shortfall: int | None = None
        venue = world.exchange.venue
        venue.on_trade = added(venue.on_trade, self.note_trade)

    @property
    def market(self) -> Market:
        return self._world.exchange.markets[self._market_id]

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        market = self.market
        self.auction_ticks += market.mode is not TradingMode.CONTINUOUS
        if self.first_closeout is None and market.clearing.closeouts:
            self.first_closeout = state.tick
        if self.first_shortfall is None and self.forgone_units:
            self.first_shortfall = state.tick

    def note_trade(self, market: Market, trade: Trade, fees: Fees) -> None:
        """Count a trade, unless it is a position that the network takes over."""
        if market.id == self._market_id and trade.buy_order:
            self.traded += trade.size

    @property
    def auction_share(self) -> float:
        """The share of ticks that ended in an auction."""
        return self.auction_ticks / self.tick if self.tick else 0.0

    @property
    def forgone_units(self) -> int:
        """What winners did not get because nobody could pay it, in base units."""
        return sum(position.loss_socialised for position in self.market.positions.values())

    def amount(self, units: int) -> float:
        return float(units / 10**self.market.asset.decimals)

    def size(self, units: int) -> float:
        return float(units / 10**self.market.config.position_decimals)

    def price(self, units: int | None) -> float:
        """NaN for none."""
        return float(units / 10**self.market.config.decimals) if units else float("nan")

    def held(self, type: AccountType) -> float:
        """What the market's own account of a type holds."""
        return self.amount(self.market.account(type).balance)

    def depth(self) -> Depth:
        """The volume within 1 % of the mid price."""
        bid, ask = self.market.book.best_bid(), self.market.book.best_ask()
        if not (bid and ask):
            return Depth(0.0, 0.0)
        mid = (bid + ask) / 2
        book = self.market.book
        bids = sum(level.volume for level in book.bids if level.price >= mid * (1 - NEAR))
        asks = sum(level.volume for level in book.asks if level.price <= mid * (1 + NEAR))
        return Depth(self.size(bids), self.size(asks))

    def margins(self) -> float:
        """What all parties have put aside."""
        return self.amount(sum(position.margin.balance for position in self.market.positions.values()))

    def unaccounted(self) -> int:
        """All balances less what was deposited, in base units, of all assets; 0, or a rule has lost or made money."""
        ledger = self._world.exchange.ledger
        totals = ledger.totals()
        return sum(abs(totals.get(asset, 0) - deposited) for asset, deposited in ledger.deposited.items())
