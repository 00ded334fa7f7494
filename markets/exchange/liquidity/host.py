"""A market, as its liquidity provision sees it."""

from collections.abc import Iterator
from typing import Protocol, final

from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.clearing import Clearing
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger
from tokenspice.markets.exchange.liquidity.probability_of_trading import PriceView, TradingModel
from tokenspice.markets.exchange.liquidity.scores import Quote
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.market_state import OPEN_STATES, MarketState, TradingMode
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.orders import Order, Side
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.rewards.metrics import Activity
from tokenspice.markets.exchange.risk import RiskFactors
from tokenspice.markets.exchange.venue import Venue

__all__ = ["HostMarket", "MarketHost", "PoolMember"]

HOUR = 1 / (365.25 * 24)
"""In years."""


class PoolMember(Protocol):
    """A pool, as a provider among others."""

    @property
    def party(self) -> str: ...

    @property
    def fee(self) -> int:
        """That it proposes for the market, a factor of 10⁻¹⁸."""

    def ladder(self, low: int, high: int) -> list[Quote]:
        """What it would trade at prices within a range."""


class HostMarket(Protocol):
    """A market, as liquidity provision and pools see it.

    Attributes:
        liquidity_fee: that takers pay, a factor of 10⁻¹⁸, which liquidity provision sets.
        traded: price times size of trades, which liquidity provision takes note of and sets back.
    """

    id: str
    venue: Venue
    ledger: Ledger
    activity: Activity
    asset: Asset
    config: MarketConfig
    state: MarketState
    mode: TradingMode
    in_auction: bool
    book: OrderBook
    clearing: Clearing
    insurance: Account
    risk: RiskFactors
    slippage: int
    initial: int
    tick_size: int
    value_up: int
    value_down: int
    mark: int
    last_price: int
    open_interest: int
    liquidity_fee: int
    traded: int
    trade_count: int

    @property
    def indicative(self) -> int:
        """The price at which an auction would be uncrossed, in ticks; 0 where it would not."""

    def best(self, side: Side) -> int | None:
        """The best price of a side, of orders and of pools."""

    def price_bounds(self) -> tuple[int, int] | None:
        """The lowest and the highest price that start no auction; None where no price would."""

    def position(self, party: str) -> Position:
        """The party's position, which begins empty."""

    def account(self, type: AccountType) -> Account:
        """An account of the market itself."""

    def of_asset(self, type: AccountType) -> Account:
        """An account of the network in the market's asset."""

    def value(self, price_times_size: int) -> int:
        """Turn price times size into asset units, cut towards minus infinity."""

    def submit(self, order: Order) -> Order:
        """Take an order: refuse it, trade it, rest it."""


@final
class MarketHost:
    """What liquidity provision reads of a market, and the few things that it does to it.

    Args:
        market: the market.
        parameters: network parameters.

    Attributes:
        pools: that provide liquidity, too.
        changes: of pools and commitments so far.
    """

    def __init__(self, market: HostMarket, parameters: NetworkParameters) -> None:
        self.market = market
        self.parameters = parameters
        self.ledger = market.ledger
        self.pools: dict[str, PoolMember] = {}
        self.changes = 0

    def __repr__(self) -> str:
        return f"MarketHost({self.market.id})"

    @property
    def now(self) -> int:
        """Unix seconds."""
        return self.market.venue.now

    @property
    def version(self) -> tuple[int, ...]:
        """What is another whenever orders, trades, pools or commitments may be."""
        market = self.market
        return market.book.changes, market.trade_count, self.changes

    @property
    def is_opening(self) -> bool:
        """Whether the market is in its opening auction."""
        return self.market.mode is TradingMode.OPENING_AUCTION

    @property
    def takes_commitments(self) -> bool:
        return self.market.state in OPEN_STATES

    @property
    def quantum(self) -> int:
        """Asset units of the smallest amount that matters."""
        return self.market.asset.quantum

    @property
    def penalties(self) -> Account:
        """Where forfeited bonds go: the insurance pool, or the treasury where there is none."""
        return self.market.of_asset(AccountType.NETWORK_TREASURY) if self.is_spot else self.market.insurance

    @property
    def is_spot(self) -> bool:
        return not self.market.config.product.is_margined

    @property
    def open_interest(self) -> int:
        return self.market.open_interest

    @property
    def max_risk(self) -> int:
        """The larger of the two risk factors, of 10⁻¹⁸."""
        return max(self.market.risk)

    @property
    def reference_price(self) -> int:
        """That target stake is counted at: the mark, or what the opening auction would give."""
        return self.market.mark or self.market.indicative

    @property
    def view(self) -> PriceView | None:
        """Best and valid prices in continuous trading; None in auctions, and where a side is empty."""
        market = self.market
        bid, ask = market.best(Side.BUY), market.best(Side.SELL)
        if market.in_auction or bid is None or ask is None:
            return None
        low, high = market.price_bounds() or (0, float("inf"))
        return PriceView(bid, ask, low, high)

    @property
    def range_anchors(self) -> tuple[int, int] | None:
        """Twice the prices around which the price range lies, low and high; None where no price counts."""
        market = self.market
        if market.in_auction:
            found = [price for price in (market.last_price, market.indicative) if price]
            return (2 * min(found), 2 * max(found)) if found else None
        bid, ask = market.best(Side.BUY), market.best(Side.SELL)
        return None if bid is None or ask is None else (bid + ask, bid + ask)

    def trading_model(self) -> TradingModel:
        """The log-normal price by which the probability of trading is judged.

        A market whose risk factors are given has none of its own; it is judged by a volatility of 1 over an hour.
        """
        risk = self.market.config.risk
        scaling = self.parameters["market.liquidity.probabilityOfTrading.tau.scaling"] / ONE
        least = self.parameters["market.liquidity.minimum.probabilityOfTrading.lpOrders"] / ONE
        if isinstance(risk, LogNormalRisk):
            return TradingModel(risk.mu, risk.sigma, risk.tau * scaling, least)
        return TradingModel(0.0, 1.0, HOUR * scaling, least)

    def value(self, price_times_size: int) -> int:
        """Turn price times size into asset units."""
        return self.market.value(price_times_size)

    def of_value(self, amount: int) -> int:
        """Turn asset units into price times size, rounded up."""
        return ceil_div(amount * self.market.value_down, self.market.value_up)

    def position(self, party: str) -> Position:
        return self.market.position(party)

    def account(self, type: AccountType) -> Account:
        """An account of the market itself."""
        return self.market.account(type)

    def party_account(self, party: str, type: AccountType) -> Account:
        """An account of a party in this market."""
        return self.ledger.account(party, self.market.asset.symbol, type, self.market.id)

    def pool_members(self) -> Iterator[PoolMember]:
        return iter(self.pools.values())

    def set_fee(self, fee: int) -> None:
        """Let takers pay `fee` for liquidity, a factor of 10⁻¹⁸."""
        self.market.liquidity_fee = fee

    def take_traded(self) -> int:
        """The traded value since the last time, in asset units."""
        traded, self.market.traded = self.market.traded, 0
        return self.market.value(traded)
