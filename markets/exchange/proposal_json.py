"""A market's configuration from the JSON of a proposal, as the protocol's governance takes it.

Names of instruments, oracles and rules are the protocol's; see `market_configs.py` for what a proposal leaves out.
"""

import json
from collections.abc import Mapping

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import MarketConfig, Successor
from tokenspice.markets.exchange.disposal import StepwiseDisposal
from tokenspice.markets.exchange.liquidity.fee_factor import (
    ConstantFee,
    LiquidityFeeRule,
    MarginalCost,
    WeightedAverage,
)
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.mark_price import LastTradeMark
from tokenspice.markets.exchange.market_configs import NETWORK_TRIGGERS, default_market, with_values
from tokenspice.markets.exchange.price_monitoring import PriceTrigger
from tokenspice.markets.exchange.proposal_products import composite_of, product_of
from tokenspice.markets.exchange.proposal_sections import Section
from tokenspice.markets.exchange.risk import OverriddenRisk, RiskModel, SimpleRisk

__all__ = ["market_from_proposal"]


def market_from_proposal(
    proposal: str | Mapping[str, object], asset: str = "", asset_decimals: int = 0, **values: object
) -> MarketConfig:
    """Return the market that a proposal describes.

    Args:
        proposal: JSON, or what it was read into: a whole proposal, its terms, or the changes alone.
        asset: symbol of what settles the market, in place of the proposal's.
        asset_decimals: of it, in which a proposal writes cash amounts.
        values: as of `default_market`, in place of the proposal's.

    Raises:
        ExchangeError: something is missing, is of another kind, or has no meaning.
    """
    try:
        read = json.loads(proposal) if isinstance(proposal, str) else proposal
    except ValueError as error:
        raise ExchangeError(f"the proposal is no JSON ({error}).") from None
    changes = Section(*changes_in(read))
    instrument = changes.section("instrument")
    decimals = changes.whole("decimalPlaces", 0)
    product, settlement_asset = product_of(instrument, decimals, asset_decimals)
    instrument.ignore("code")
    config = default_market(
        instrument.text("name"),
        asset or settlement_asset,
        product,
        decimals=decimals,
        position_decimals=changes.whole("positionDecimalPlaces", 0),
        tick_size=changes.whole("tickSize", 1),
        linear_slippage=changes.number("linearSlippageFactor", 1e-3),
        reorders_transactions=changes.flag("enableTransactionReordering", True),
        risk=risk_of(changes),
        mark_price=composite_of(changes, "markPriceConfiguration", asset_decimals) or LastTradeMark(),
    )
    instrument.finish()
    config = with_values(config, rules_of(changes) | values)
    changes.ignore("metadata", "allowedEmptyAmmLevels")
    changes.finish()
    return config


def changes_in(read: object) -> tuple[object, str]:
    """Return the table of a market's changes, and where it stands."""
    path = "proposal"
    for name in ("proposalSubmission", "terms", "newMarket", "changes"):
        if isinstance(read, Mapping) and name in read:
            read, path = read[name], f"{path}.{name}"
    return read, path


def risk_of(changes: Section) -> RiskModel:
    if changes.has("riskFactorOverride"):
        given = changes.section("riskFactorOverride")
        return OverriddenRisk(model_of(changes), given.number("long"), given.number("short"))
    return model_of(changes)


def model_of(changes: Section) -> RiskModel:
    if changes.has("simple"):
        params = changes.section("simple")
        return SimpleRisk(params.number("factorLong"), params.number("factorShort"))
    if not changes.has("logNormal"):
        return LogNormalRisk()
    model = changes.section("logNormal")
    params = model.section("params")
    return LogNormalRisk(
        model.number("riskAversionParameter"),
        model.number("tau"),
        params.number("mu", 0.0),
        params.number("sigma"),
        params.number("r", 0.0),
    )


def rules_of(changes: Section) -> dict[str, object]:
    """Return the values that a proposal may leave out, by their fields."""
    found: dict[str, object] = {"liquidity": liquidity_of(changes), "price_triggers": NETWORK_TRIGGERS}
    if changes.has("priceMonitoringParameters"):
        found["price_triggers"] = tuple(
            PriceTrigger(each.whole("horizon"), each.number("probability"), each.whole("auctionExtension"))
            for each in changes.section("priceMonitoringParameters").sections("triggers")
        )
    if changes.has("liquidationStrategy"):
        steps = changes.section("liquidationStrategy")
        found["liquidation"] = StepwiseDisposal(
            steps.whole("disposalTimeStep"),
            steps.number("disposalFraction"),
            steps.whole("fullDisposalSize"),
            steps.number("maxFractionConsumed"),
            steps.number("disposalSlippageRange", 0.5),
        )
    if changes.has("successor"):
        successor = changes.section("successor")
        fraction = successor.number("insurancePoolFraction", 1.0)
        found["successor"] = Successor(successor.text("parentMarketId"), fraction)
    return found


def liquidity_of(changes: Section) -> LiquidityTerms:
    values: dict[str, object] = {}
    if changes.has("liquiditySlaParameters"):
        sla = changes.section("liquiditySlaParameters")
        values |= {
            "price_range": sla.number("priceRange"),
            "min_time_fraction": sla.number("commitmentMinTimeFraction"),
            "hysteresis_epochs": sla.whole("performanceHysteresisEpochs"),
            "competition": sla.number("slaCompetitionFactor"),
        }
    if changes.has("liquidityMonitoringParameters"):
        stake = changes.section("liquidityMonitoringParameters").section("targetStakeParameters")
        values |= {"target_window": stake.whole("timeWindow"), "target_scaling": stake.number("scalingFactor")}
    if changes.has("liquidityFeeSettings"):
        values["fee"] = liquidity_fee_of(changes.section("liquidityFeeSettings"))
    return LiquidityTerms(**values)  # type: ignore[arg-type]


def liquidity_fee_of(settings: Section) -> LiquidityFeeRule:
    method = settings.text("method")
    if method == "METHOD_CONSTANT":
        return ConstantFee(settings.number("feeConstant"))
    rules: Mapping[str, LiquidityFeeRule] = {
        "METHOD_MARGINAL_COST": MarginalCost(),
        "METHOD_UNSPECIFIED": MarginalCost(),
        "METHOD_WEIGHTED_AVERAGE": WeightedAverage(),
    }
    if method not in rules:
        raise ExchangeError(f"{settings.path}.method = {method}. Write one of: METHOD_CONSTANT, {', '.join(rules)}.")
    return rules[method]
