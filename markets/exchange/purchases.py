"""Automated purchases: from time to time the exchange buys an asset on a spot market with what it has collected in fees."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger, TransferKind
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.market_state import MarketState
from tokenspice.markets.exchange.orders import Order, OrderType, Side, TimeInForce
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.spot_clearing import SpotClearing

__all__ = ["BUYER", "AutomatedPurchase", "Purchases"]

BUYER = "network purchases"
"""The party that buys for the exchange."""


@final
@dataclass(frozen=True)
class AutomatedPurchase:
    """What is bought, with what, and when. Another one for the same account takes its place.

    Attributes:
        market_id: a spot market, whose quote asset pays.
        source: the account of fees that pays.
        every: seconds between two purchases.
        maximum, minimum: of what is spent at a time, in base units of the quote asset; nothing is bought for less.
        price_offset: how far above the market's price the order may buy, as a share of it.
        expires: Unix seconds; 0 for never.
    """

    market_id: str
    source: AccountType = AccountType.BUY_BACK_FEES
    every: int = 3600
    maximum: int = 10**30
    minimum: int = 1
    price_offset: float = 0.01
    expires: int = 0

    def __post_init__(self) -> None:
        if self.source not in (AccountType.BUY_BACK_FEES, AccountType.NETWORK_TREASURY):
            raise ExchangeError(
                f"an automated purchase pays from {self.source}: write buy back fees or network treasury."
            )
        if self.every < 1 or not 0 < self.minimum <= self.maximum or not 0 <= self.price_offset < 1:
            raise ExchangeError(
                f"{self!r}: write every of 1 second or more, a minimum above 0 and up to the maximum, and a price_offset from "
                "0 to below 1."
            )


@final
class Purchases:
    """The programmes in force, by market and source, each with the time of its next purchase.

    Args:
        ledger: of the exchange.
        markets: by id.
        new_id: gives ids to orders.
    """

    def __init__(self, ledger: Ledger, markets: Mapping[str, Market], new_id: Callable[[], str]) -> None:
        self.ledger = ledger
        self.markets = markets
        self.new_id = new_id
        self.due: dict[tuple[str, AccountType], tuple[AutomatedPurchase, int]] = {}

    def __repr__(self) -> str:
        return f"Purchases({len(self.due)} programmes)"

    def can_be(self, programme: AutomatedPurchase) -> bool:
        """Whether there is such a spot market."""
        market = self.markets.get(programme.market_id)
        return market is not None and isinstance(market.config.product, Spot)

    def start(self, programme: AutomatedPurchase, now: int) -> None:
        self.due[programme.market_id, programme.source] = programme, now + programme.every

    def begin_block(self, now: int) -> None:
        """Buy what is due. While a market trades not, its purchase waits."""
        for key, (programme, time) in list(self.due.items()):
            market = self.markets[programme.market_id]
            if programme.expires and now >= programme.expires:
                del self.due[key]
            elif now >= time and market.state is MarketState.ACTIVE:
                self.due[key] = programme, now + programme.every
                self.buy(programme, market)

    def buy(self, programme: AutomatedPurchase, market: Market) -> None:
        """Send one order for as much as the account may pay; what is bought goes to the treasury."""
        clearing, source = market.clearing, market.of_asset(programme.source)
        amount = min(source.balance, programme.maximum)
        price = int(market.mark * (1 + Fraction(str(programme.price_offset)))) // market.tick_size * market.tick_size
        if amount < programme.minimum or price <= 0 or not isinstance(clearing, SpotClearing):
            return
        size = affordable(clearing, amount, price)
        if not size:
            return
        buyer = market.position(BUYER)
        self.ledger.transfer(source, buyer.general, amount, TransferKind.TRANSFER)
        market.submit(Order(self.new_id(), buyer, Side.BUY, size, price, OrderType.LIMIT, TimeInForce.IOC))
        self.give_back(buyer.general, source)
        treasury = self.ledger.of_network(clearing.base.symbol, AccountType.NETWORK_TREASURY)
        self.give_back(clearing.free_base(BUYER), treasury)

    def give_back(self, account: Account, target: Account) -> None:
        self.ledger.transfer(account, target, account.balance, TransferKind.TRANSFER)


def affordable(clearing: SpotClearing, amount: int, price: int) -> int:
    """Return the largest size whose price and fees an amount covers."""
    low, high = 0, amount * clearing.market.value_down // (price * clearing.market.value_up)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if clearing.cost_of(middle * price) <= amount else (low, middle - 1)
    return low
