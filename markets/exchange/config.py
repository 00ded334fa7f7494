"""What a market is, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.disposal import LiquidationRule, StepwiseDisposal
from tokenspice.markets.exchange.fees import FactorFees, FeeRule
from tokenspice.markets.exchange.limits import check_kinds, check_whole, check_within
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.margin import CrossMargin, FullCollateral, MarginRule, MarginScaling
from tokenspice.markets.exchange.mark_price import LastTradeMark, MarkPriceRule
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.price_monitoring import PriceBand, PriceTrigger
from tokenspice.markets.exchange.products.future import Future
from tokenspice.markets.exchange.products.product import Product
from tokenspice.markets.exchange.risk import RiskModel, SimpleRisk
from tokenspice.markets.exchange.uncrossing import AuctionRule, MidOfRange

__all__ = ["Asset", "MarketConfig", "Successor"]

MOST_DECIMALS = 18

RULES: dict[str, type] = {
    "risk": RiskModel,
    "margin": MarginRule,
    "scaling": MarginScaling,
    "fees": FeeRule,
    "mark_price": MarkPriceRule,
    "liquidation": LiquidationRule,
    "auction": AuctionRule,
    "liquidity": LiquidityTerms,
    "product": Product,
}
"""The classes of a market's replaceable parts."""


@dataclass(frozen=True)
class Asset:
    """A token that the exchange keeps accounts in.

    Args:
        symbol: its id, too.
        decimals: of its base units.
        quantum: base units of the smallest amount that matters.
        name: for people.
    """

    symbol: str
    decimals: int = 5
    quantum: int = 1
    name: str = ""

    def __post_init__(self) -> None:
        if not self.symbol:
            raise ExchangeError('an asset has the symbol "". Write some text, such as "USD".')
        check_whole(f"asset {self.symbol}", 0, MOST_DECIMALS, decimals=self.decimals)
        check_whole(f"asset {self.symbol}", 1, float("inf"), quantum=self.quantum)


@dataclass(frozen=True)
class Successor:
    """A market that is to take another's place.

    Args:
        parent_id: of the other.
        insurance_pool_fraction: what part of the other's insurance pool comes over.
    """

    parent_id: str
    insurance_pool_fraction: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.insurance_pool_fraction <= 1:
            raise ExchangeError(
                f"insurance_pool_fraction = {self.insurance_pool_fraction}: write a number from 0 to 1."
            )


@dataclass(frozen=True)
class MarketConfig:
    """A market's rules and numbers, each of which may be replaced.

    Args:
        name: which agents find the market by.
        asset: symbol of the asset that settles it.
        decimals: of prices.
        position_decimals: of sizes; may be negative.
        tick_size: in units of the price's decimals.
        mark_seconds: the mark price changes at most this often; 0 for after every transaction.
        opens_at_once: without an opening auction, at the first trade's price.
        price_triggers: when a price is so far from earlier ones that an auction has to find it.
        price_band: how far that is; None for what the risk model says of it.
        auction: at which price an auction's orders trade.
        product: what is traded.
        successor: whose place the market is to take; None for nobody's.
        reorders_transactions: whether a block's cancels and post-only orders come before what may take liquidity.
    """

    name: str
    asset: str
    decimals: int = 4
    position_decimals: int = 2
    tick_size: int = 1
    linear_slippage: float = 1e-3
    mark_seconds: int = 5
    opens_at_once: bool = False
    liquidity_fee: float = 0.0
    risk: RiskModel = SimpleRisk()
    margin: MarginRule = CrossMargin()
    scaling: MarginScaling = MarginScaling()
    fees: FeeRule = FactorFees()
    mark_price: MarkPriceRule = LastTradeMark()
    liquidation: LiquidationRule = StepwiseDisposal()
    price_triggers: tuple[PriceTrigger, ...] = ()
    price_band: PriceBand | None = None
    auction: AuctionRule = MidOfRange()
    reorders_transactions: bool = True
    liquidity: LiquidityTerms = LiquidityTerms()
    product: Product = Future()
    successor: Successor | None = None
    tags: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        owner = f"market {self.name}"
        check_whole(owner, 0, MOST_DECIMALS, decimals=self.decimals)
        check_whole(owner, -MOST_DECIMALS, MOST_DECIMALS, position_decimals=self.position_decimals)
        check_whole(owner, 1, 10**MOST_DECIMALS, tick_size=self.tick_size)
        check_within(owner, 0, 1e6, linear_slippage=self.linear_slippage)
        check_whole(owner, 0, 1e9, mark_seconds=self.mark_seconds)
        check_within(owner, 0, 1, liquidity_fee=self.liquidity_fee)
        check_kinds(owner, self, RULES)

    @property
    def band(self) -> PriceBand:
        """How far a price may go before an auction has to find it."""
        return self.price_band or self.risk.band()

    @property
    def margin_rule(self) -> MarginRule:
        """The rule that holds: `margin`, unless the product is fully collateralised."""
        return FullCollateral() if self.product.is_fully_collateralised else self.margin

    def bindings(self) -> Mapping[str, OracleBinding]:
        """Return all oracle data that the market listens to, by role."""
        return {**self.product.bindings(), **self.mark_price.bindings(), **self.internal_bindings()}

    def internal_bindings(self) -> Mapping[str, OracleBinding]:
        """Return those that the product's own price is made of."""
        composite = self.product.internal_price
        return composite.bound("internal price") if composite else {}
