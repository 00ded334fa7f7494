"""Parameters of a market, by groups, as `--set market.margin.initial=2` names them."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.engine import (
    Above,
    AtLeast,
    Between,
    Doc,
    ParametersBase,
    Seconds,
    Share,
    StrategyError,
    Unit,
)
from tokenspice.markets.exchange import (
    FactorFees,
    LiquidityTerms,
    LogNormalBand,
    LogNormalRisk,
    MarginScaling,
    MarketConfig,
    PriceTrigger,
    StepwiseDisposal,
)

__all__ = [
    "FeeParameters",
    "LiquidationParameters",
    "LiquidityParameters",
    "MarginParameters",
    "MarketParameters",
    "MonitoringParameters",
    "RiskParameters",
]

HOURS_PER_YEAR = 365.25 * 24


@dataclass(frozen=True)
class RiskParameters(ParametersBase):
    """What a unit of notional may lose within the horizon: an expected shortfall."""

    aversion: Annotated[
        float, Between(1e-12, 0.5), Unit("probability"), Doc("of the tail that margins cover on average; λ")
    ] = 1e-6
    horizon_hours: Annotated[float, Above(0), Unit("hours"), Doc("within which a position can be closed; τ")] = 1.0
    sigma: Annotated[float, Above(0), Unit("per √year"), Doc("volatility that margins assume")] = 1.0

    def model(self) -> LogNormalRisk:
        return LogNormalRisk(self.aversion, self.horizon_hours / HOURS_PER_YEAR, 0.0, self.sigma)


@dataclass(frozen=True)
class MarginParameters(ParametersBase):
    """Levels as multiples of the maintenance margin."""

    search: Annotated[float, AtLeast(1), Unit("maintenance"), Doc("below it, margin is taken from general")] = 1.1
    initial: Annotated[float, AtLeast(1), Unit("maintenance"), Doc("what it is filled up to")] = 1.5
    release: Annotated[float, AtLeast(1), Unit("maintenance"), Doc("above it, the rest returns to general")] = 1.7
    strictness: Annotated[float, Above(0, 100), Doc("by which all three levels are multiplied")] = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.search < self.initial < self.release:
            raise StrategyError(
                f"margin.search = {self.search}, initial = {self.initial}, release = {self.release}: write three numbers "
                "that grow."
            )
        if self.strictness * self.search < 1:
            raise StrategyError(
                f"margin.strictness = {self.strictness}: margin would be searched below maintenance. Write "
                f"{1 / self.search:.3g} or more."
            )

    def scaling(self) -> MarginScaling:
        return MarginScaling(*(round(self.strictness * one, 9) for one in (self.search, self.initial, self.release)))


@dataclass(frozen=True)
class LiquidationParameters(ParametersBase):
    """How the network gets rid of what it takes over."""

    step_seconds: Annotated[Seconds, AtLeast(1), Doc("between two disposals")] = 30
    fraction: Annotated[float, Above(0, 1), Unit("share"), Doc("of the position, in one step")] = 0.1
    full_size: Annotated[int, AtLeast(0), Unit("smallest sizes"), Doc("up to which a position goes at once")] = 0
    max_fraction: Annotated[float, Above(0, 1), Unit("share"), Doc("of the book in range, in one step")] = 0.1
    price_range: Annotated[float, Above(0, 1), Unit("share"), Doc("of the mid price; how far the book counts")] = 0.5

    def rule(self) -> StepwiseDisposal:
        return StepwiseDisposal(self.step_seconds, self.fraction, self.full_size, self.max_fraction, self.price_range)


@dataclass(frozen=True)
class FeeParameters(ParametersBase):
    """Of what is traded; the taker pays."""

    maker: Annotated[Share, Doc("to the passive party")] = 0.0002
    infrastructure: Annotated[Share, Doc("to those who run the network")] = 0.0005
    treasury: Annotated[Share, Doc("to the network's treasury")] = 0.0001
    buy_back: Annotated[Share, Doc("to buy back the governance token")] = 0.0001

    def rule(self) -> FactorFees:
        return FactorFees(self.maker, self.infrastructure, self.treasury, self.buy_back)


@dataclass(frozen=True)
class MonitoringParameters(ParametersBase):
    """When a trade would move the price too far, an auction comes first."""

    horizon_seconds: Annotated[
        Seconds, AtLeast(0), Doc("how old the price is that it is compared with; 0 for no such auctions")
    ] = 43_200
    probability: Annotated[
        float, Between(0.9, 0.9999999999), Unit("probability"), Doc("that the price stays within, over the horizon")
    ] = 0.9999999
    extension_seconds: Annotated[Seconds, AtLeast(1), Doc("how long the auction lasts")] = 300

    def triggers(self) -> tuple[PriceTrigger, ...]:
        if not self.horizon_seconds:
            return ()
        return (PriceTrigger(self.horizon_seconds, self.probability, self.extension_seconds),)


@dataclass(frozen=True)
class LiquidityParameters(ParametersBase):
    """What a market asks of those who commit to provide liquidity."""

    price_range: Annotated[float, Above(0, 1), Unit("share"), Doc("of the mid price, within which volume counts")] = 0.5
    min_time_fraction: Annotated[Share, Doc("of an epoch, in which the obligation must be met for any fee")] = 0.5
    competition: Annotated[Share, Doc("of the fees, what those who only just meet it may lose to better ones")] = 1.0
    hysteresis_epochs: Annotated[int, AtLeast(1), Unit("epochs"), Doc("whose mean performance counts")] = 1
    target_window: Annotated[Seconds, AtLeast(1), Doc("whose most open interest the target stake follows")] = 3600
    target_scaling: Annotated[float, Above(0), Doc("of the target stake")] = 1.0

    def terms(self) -> LiquidityTerms:
        return LiquidityTerms(
            self.price_range,
            self.min_time_fraction,
            self.hysteresis_epochs,
            self.competition,
            self.target_window,
            self.target_scaling,
        )


@dataclass(frozen=True)
class MarketParameters(ParametersBase):
    """A market of futures, unless a netlist says otherwise."""

    decimals: Annotated[int, Between(0, 18), Unit("digits"), Doc("of prices")] = 5
    position_decimals: Annotated[int, Between(-6, 18), Unit("digits"), Doc("of sizes")] = 2
    tick_size: Annotated[int, AtLeast(1), Unit("smallest prices"), Doc("between two prices")] = 1
    linear_slippage: Annotated[Share, Doc("that margins add for closing a position")] = 0.001
    mark_seconds: Annotated[Seconds, AtLeast(0), Doc("the mark price changes at most this often")] = 5
    risk: RiskParameters = RiskParameters()
    margin: MarginParameters = MarginParameters()
    liquidation: LiquidationParameters = LiquidationParameters()
    fees: FeeParameters = FeeParameters()
    monitoring: MonitoringParameters = MonitoringParameters()
    liquidity: LiquidityParameters = LiquidityParameters()

    def config(self, name: str, asset: str = "USD") -> MarketConfig:
        return MarketConfig(
            name,
            asset,
            decimals=self.decimals,
            position_decimals=self.position_decimals,
            tick_size=self.tick_size,
            linear_slippage=self.linear_slippage,
            mark_seconds=self.mark_seconds,
            risk=self.risk.model(),
            scaling=self.margin.scaling(),
            fees=self.fees.rule(),
            liquidation=self.liquidation.rule(),
            liquidity=self.liquidity.terms(),
            price_triggers=self.monitoring.triggers(),
            price_band=LogNormalBand(0.0, self.risk.sigma),
        )
