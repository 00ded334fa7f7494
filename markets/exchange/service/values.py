"""What the service answers with: prices, sizes and amounts as floats of whole units, ids as text, times as Unix seconds."""

from typing import NamedTuple

from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.market import MarketState, TradingMode
from tokenspice.markets.exchange.orders import OrderStatus, OrderType, Reason, Side, TimeInForce

__all__ = [
    "AccountInfo",
    "AssetInfo",
    "BestPrices",
    "Candidate",
    "Depth",
    "KeyInfo",
    "LedgerInfo",
    "LiquidationEstimate",
    "MarginLevels",
    "MarketData",
    "MarketInfo",
    "OrderInfo",
    "PartyAccount",
    "Pegged",
    "Placed",
    "PositionInfo",
    "PriceBounds",
    "PriceLevel",
    "RiskFactorInfo",
    "TradeInfo",
]


class Placed(NamedTuple):
    """What became of an order that was sent.

    Attributes:
        id: empty where no order was made.
        filled: what it has traded.
    """

    id: str
    status: OrderStatus
    reason: Reason
    filled: float

    @property
    def is_rejected(self) -> bool:
        return self.status is OrderStatus.REJECTED


class Pegged(NamedTuple):
    """A price that follows another: `reference` is "best_bid", "best_ask" or "mid"; `offset` is away from the market."""

    reference: str
    offset: float


class BestPrices(NamedTuple):
    """NaN where a side is empty."""

    bid: float
    ask: float


class PriceBounds(NamedTuple):
    """Prices between which trades trigger no auction; NaN where nothing bounds them."""

    min: float
    max: float


class PriceLevel(NamedTuple):
    price: float
    volume: float


class Depth(NamedTuple):
    """The book, the best price first."""

    buys: list[PriceLevel]
    sells: list[PriceLevel]


class OrderInfo(NamedTuple):
    """An order. `price` is 0 for a market order."""

    id: str
    party: str
    market: str
    side: Side
    type: OrderType
    tif: TimeInForce
    price: float
    size: float
    remaining: float
    status: OrderStatus
    reason: Reason
    expires: int
    created: int
    post_only: bool
    reduce_only: bool


class TradeInfo(NamedTuple):
    """A trade. `aggressor` is empty where an auction was uncrossed; fees are what each side paid, by component."""

    time: int
    id: str
    market: str
    price: float
    size: float
    buyer: str
    seller: str
    aggressor: str
    buy_order: str
    sell_order: str
    kind: str
    fee_maker: float
    fee_infrastructure: float
    fee_liquidity: float
    fee_treasury: float
    fee_buy_back: float


class PartyAccount(NamedTuple):
    """What a party holds of a market's asset."""

    general: float
    margin: float
    bond: float


class AccountInfo(NamedTuple):
    party: str
    asset: str
    type: AccountType
    market: str
    balance: float


class LedgerInfo(NamedTuple):
    """A movement. Who deposits and who withdraws is empty on the other side."""

    time: int
    kind: TransferKind
    asset: str
    amount: float
    source: str
    source_type: str
    target: str
    target_type: str
    market: str


class PositionInfo(NamedTuple):
    """What a party holds of a market. Profit and loss are in the market's asset."""

    party: str
    market: str
    open_volume: float
    average_entry: float
    realised_pnl: float
    unrealised_pnl: float
    loss_socialisation_amount: float
    status: str


class MarginLevels(NamedTuple):
    maintenance: float
    search: float
    initial: float
    release: float


class Candidate(NamedTuple):
    """An order that an estimate counts as open. `price` is 0 for a market order."""

    side: Side | str
    volume: float
    price: float = 0.0


class LiquidationEstimate(NamedTuple):
    """At which price a position would be closed out: at best, and with slippage; NaN where at none."""

    margin: MarginLevels
    best: float
    worst: float


class RiskFactorInfo(NamedTuple):
    long: float
    short: float


class KeyInfo(NamedTuple):
    """Who holds a key: name, wallet, and kind and tag of the agent."""

    name: str
    wallet: str
    kind: str
    tag: str


class AssetInfo(NamedTuple):
    id: str
    symbol: str
    decimals: int
    quantum: float
    name: str


class MarketInfo(NamedTuple):
    """What a market is."""

    id: str
    name: str
    state: MarketState
    asset: str
    price_decimals: int
    position_decimals: int
    tick_size: float
    product: str


class MarketData(NamedTuple):
    """What a market looks like. Prices that there are none of are NaN."""

    time: int
    market: str
    mark_price: float
    mid_price: float
    last_traded_price: float
    best_bid: float
    best_bid_volume: float
    best_ask: float
    best_ask_volume: float
    static_mid_price: float
    open_interest: float
    state: MarketState
    trading_mode: TradingMode
    target_stake: float
    supplied_stake: float
    min_valid_price: float
    max_valid_price: float
    indicative_price: float
    indicative_volume: float
    trigger: str
    extension_trigger: str
