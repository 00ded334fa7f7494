"""What traders send: orders, and what becomes of them."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, final

from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.pegs import Peg

if TYPE_CHECKING:
    from tokenspice.markets.exchange.levels import Level
    from tokenspice.markets.exchange.positions import Position

__all__ = ["Fill", "Order", "OrderStatus", "OrderType", "Reason", "Side", "TimeInForce", "Trade"]


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    LIMIT = "limit"
    MARKET = "market"
    NETWORK = "network"  # the exchange's own, which users cannot send


class TimeInForce(StrEnum):
    GTC = "GTC"  # good until cancelled
    GTT = "GTT"  # good until a time
    IOC = "IOC"  # what does not trade at once is stopped
    FOK = "FOK"  # all at once, or nothing
    GFN = "GFN"  # good for normal trading
    GFA = "GFA"  # good for auctions


class OrderStatus(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    FILLED = "filled"
    REJECTED = "rejected"
    PARTIALLY_FILLED = "partially filled"
    PARKED = "parked"


class Reason(StrEnum):
    """Why an instruction was refused, in words."""

    NONE = ""
    NO_SUCH_MARKET = "there is no market with this id"
    NO_SUCH_ORDER = "the party has no live order with this id"
    MARKET_CLOSED = "the market does not take orders in its present state"
    INVALID_PRICE = "the price is no positive multiple of the tick size"
    INVALID_SIZE = "the size is not positive"
    INVALID_EXPIRY = "a GTT order needs an expiry later than the present time, and no other order has one"
    INVALID_TYPE = "this order type cannot be sent"
    INVALID_TIME_IN_FORCE = "this time in force does not go with the order's type and the market's mode"
    MARGIN_CHECK_FAILED = "general and margin account cannot reach the initial margin with this order"
    SELF_TRADE = "the next resting order belongs to the same party"
    NO_LIQUIDITY = "nothing was left to trade with"
    WOULD_CROSS = "a post-only order may not trade on entry"
    INVALID_MARGIN_FACTOR = "the margin factor lies above the greater risk factor plus slippage, and is 1 at most"
    BELOW_INITIAL_MARGIN = "with this margin factor the position would have less than its initial margin"
    INSUFFICIENT_FUNDS = "the party's accounts do not hold what this would put aside"
    ISOLATED_PEG = "a party in isolated margin mode has no pegged orders"
    FULL_COLLATERAL = "a fully collateralised market has no margin modes"
    ALREADY_IN_A_SET = "the party is in a referral set already, and may not leave it for this one"
    NO_SUCH_SET = "there is no referral set with this id"
    NOT_THE_REFERRER = "only its referrer changes a referral set"
    TEAM_NAME_TAKEN = "another team has this name"
    TEAM_CLOSED = "the team is closed, and the party is not on its list"
    ABOVE_CAP = "the price is above the market's highest price"
    MARKET_ORDER_IN_AUCTION = "an auction takes no market orders"
    MARKET_ORDER_WITH_PRICE = "a market order has no price"
    IMMEDIATE_IN_AUCTION = "an auction takes no IOC and FOK orders"
    GFN_IN_AUCTION = "an auction takes no GFN orders"
    GFA_OUTSIDE_AUCTION = "a GFA order is taken in auctions alone"
    POST_ONLY_NOT_PERSISTENT = "a post-only order is GTC, GTT, GFN or GFA"
    REDUCE_ONLY_PERSISTENT = "a reduce-only order is IOC or FOK"
    WOULD_NOT_REDUCE = "a reduce-only order would not reduce the position"
    PEGGED_NOT_PERSISTENT = "a pegged order is a limit order without a price, GTC, GTT or GFN"
    INVALID_PEG = (
        "the offset is no multiple of the tick size, or the order does not stay away from the other side: a buy follows "
        "the best bid or the mid, a sell the best ask or the mid, and the offset from a mid is positive"
    )
    TOO_MANY_PEGGED = "the network has no room for another pegged order"
    ICEBERG_NOT_PERSISTENT = "an order that hides a part of its size is GTC, GTT, GFN or GFA"
    INVALID_ICEBERG = "the minimum visible size is positive and no larger than the peak size"
    OUTSIDE_PRICE_BOUNDS = "the order would trade outside the price bounds, and does not rest"
    SIZE_AND_CHANGE = "an amendment gives a size or a change of size, not both"
    INVALID_AMENDMENT = "an amendment changes price or time in force in a way that this order cannot have"
    STOP_WITHOUT_POSITION = "a stop order needs a position or an open order"
    STOP_IN_OPENING_AUCTION = "an opening auction takes no stop orders"
    STOP_GFA = "a stop order wraps no GFA order"
    INVALID_LEGS = "a stop order has one leg, or two of opposite directions"
    INVALID_TRIGGER = "a trigger is a positive price, or a trailing distance between 0 and 1"
    INVALID_FRACTION = "a stop order's size is a fraction above 0, up to 1, of a position, and reduces it"
    TOO_MANY_STOPS = "the party has as many stop orders in this market as it may"
    NO_SUCH_STOP = "the party has no pending stop order with this id"
    NO_POSITION_LEFT = "no position was left when the stop order was triggered"
    POSITION_CLOSED = "the party has neither a position nor an open order any more"
    POSITION_TURNED = "the position changed its sign"
    AUCTION_BEGAN = "a GFN order ends when an auction begins"
    AUCTION_ENDED = "a GFA order ends when the auction does"
    MALFORMED = "it holds a number that is none, or a word that the exchange does not know"
    BATCH_TOO_LARGE = "the batch has more instructions than one may have"
    COMMITMENT_TOO_SMALL = "the commitment is below the least that the network allows"
    COMMITMENT_UNFUNDED = "the general account does not hold what the commitment would add to the bond"
    COMMITMENT_EXISTS = "the party has a commitment in this market already"
    NO_COMMITMENT = "the party has no commitment in this market"
    LIQUIDITY_FEE_TOO_HIGH = "the fee is negative, or above the highest liquidity fee of the network"
    NO_POOLS_ON_SPOT = "pools need margin, which a spot market has not"
    NO_SUCH_POOL = "the party has no pool in this market"
    POOL_EXISTS = "the party has a pool in this market already"
    POOL_UNFUNDED = "the owner's or the pool's general account does not hold what would move"
    POOL_WITHOUT_MARGIN = "a pool needs a market on margin, which a spot market is not"
    POOL_WITHOUT_BOUNDS = "a pool has a lower or an upper bound, or both"
    POOL_BOUNDS_OUT_OF_ORDER = "a pool's lower bound is below its base price, and its upper bound above it"
    POOL_NEGATIVE = "leverages, slippage and trigger of a pool are not negative"
    POOL_BOUND_IN_USE = "a pool keeps the bound on the side of its open position"
    POOL_SLIPPAGE = "the pool cannot reach its place in the book within its slippage"


PERSISTENT = frozenset({TimeInForce.GTC, TimeInForce.GTT, TimeInForce.GFN, TimeInForce.GFA})


@final
class Order:
    """One order. Prices are ints of the market's ticks, sizes of its position decimals.

    Attributes:
        position: of its party in its market, where what it holds and has open is summed up.
        sign: 1 for a buy, -1 for a sell.
        price: 0 for a market order.
        persistent: whether what does not trade at once rests.
        expires: Unix seconds; 0 for never.
        level: of the book, where the order rests; None while it does not.
        iceberg: what it shows of its size; None for all of it.
        peg: what its price follows; None for nothing.
    """

    __slots__ = (
        "created",
        "expires",
        "iceberg",
        "id",
        "is_buy",
        "level",
        "peg",
        "persistent",
        "position",
        "post_only",
        "price",
        "reason",
        "reduce_only",
        "reference",
        "remaining",
        "side",
        "sign",
        "size",
        "status",
        "tif",
        "type",
    )

    def __init__(
        self,
        id: str,
        position: "Position",
        side: Side,
        size: int,
        price: int = 0,
        type: OrderType = OrderType.LIMIT,
        tif: TimeInForce = TimeInForce.GTC,
        expires: int = 0,
        post_only: bool = False,
        reduce_only: bool = False,
        reference: str = "",
        created: int = 0,
        peg: Peg | None = None,
        iceberg: Iceberg | None = None,
    ) -> None:
        self.id = id
        self.position = position
        self.side = side
        self.is_buy = side is Side.BUY
        self.sign = 1 if self.is_buy else -1
        self.size = size
        self.remaining = size
        self.price = price
        self.type = type
        self.tif = tif
        self.expires = expires
        self.post_only = post_only
        self.reduce_only = reduce_only
        self.reference = reference
        self.created = created
        self.peg = peg
        self.iceberg = iceberg
        self.level: Level | None = None
        self.persistent = tif is not TimeInForce.IOC and tif is not TimeInForce.FOK
        self.status = OrderStatus.ACTIVE
        self.reason = Reason.NONE

    def __repr__(self) -> str:
        return (
            f"Order({self.id}: {self.side} {self.remaining} of {self.size} at {self.price}, {self.tif}, {self.status})"
        )

    @property
    def party(self) -> str:
        return self.position.party

    def stop(self, status: OrderStatus, reason: Reason = Reason.NONE) -> None:
        self.status = status
        self.reason = reason


class Trade(NamedTuple):
    """One trade, at the resting order's price.

    Attributes:
        aggressor: the side that took; None where an auction was uncrossed.
    """

    id: str
    price: int
    size: int
    buyer: "Position"
    seller: "Position"
    aggressor: Side | None
    buy_order: str
    sell_order: str
    time: int


Fill = tuple[Order, int, int]
"""What an incoming order is to trade: with which order, how much, at which price."""
