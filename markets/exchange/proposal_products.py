"""The product of a proposal's instrument, with the oracles that it listens to."""

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.composite_mark import Combination, CompositeMark
from tokenspice.markets.exchange.oracles import Comparison, Condition, Filter, OracleBinding
from tokenspice.markets.exchange.products.future import Cap, Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.product import Product
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.proposal_sections import Section

__all__ = ["composite_of", "oracle_of", "product_of"]

COMBINATIONS = {
    "COMPOSITE_PRICE_TYPE_WEIGHTED": Combination.WEIGHTED,
    "COMPOSITE_PRICE_TYPE_MEDIAN": Combination.MEDIAN,
}
LAST_TRADE = "COMPOSITE_PRICE_TYPE_LAST_TRADE"


def product_of(instrument: Section, decimals: int, asset_decimals: int) -> tuple[Product, str]:
    """Return an instrument's product, and the asset that settles it.

    Args:
        decimals: of the market's prices, in which a cap is written.
        asset_decimals: of the asset, in which cash amounts are.
    """
    if instrument.has("future"):
        return future_of(instrument.section("future"), decimals)
    if instrument.has("perpetual"):
        return perpetual_of(instrument.section("perpetual"), asset_decimals)
    raise ExchangeError(f"{instrument.path}: there is no product. Write a future or a perpetual.")


def future_of(given: Section, decimals: int) -> tuple[Product, str]:
    binding = given.section("dataSourceSpecBinding")
    settlement = oracle_of(given.section("dataSourceSpecForSettlementData"), binding.text("settlementDataProperty"))
    ends, property = given.section("dataSourceSpecForTradingTermination"), binding.text("tradingTerminationProperty")
    cap = cap_of(given.section("cap"), decimals) if given.has("cap") else None
    asset = given.text("settlementAsset")
    given.ignore("quoteName")
    given.finish()
    if ends.has("internal"):
        return Future(settlement, terminates_at=time_of(ends.section("internal")), cap=cap), asset
    return Future(settlement, oracle_of(ends, property), cap=cap), asset


def cap_of(given: Section, decimals: int) -> Cap:
    return Cap(
        given.number("maxPrice") / 10**decimals, given.flag("binarySettlement"), given.flag("fullyCollateralised")
    )


def perpetual_of(given: Section, asset_decimals: int) -> tuple[Product, str]:
    binding = given.section("dataSourceSpecBinding")
    property = binding.text("settlementDataProperty")
    schedule = given.section("dataSourceSpecForSettlementSchedule").section("internal").section("timeTrigger")
    (trigger,) = schedule.sections("triggers")[:1]
    product = Perpetual(
        oracle_of(given.section("dataSourceSpecForSettlementData"), property),
        TimeTrigger(trigger.whole("every"), trigger.whole("initial", 0)),
        given.number("marginFundingFactor", 1.0),
        given.number("interestRate", 0.0),
        given.number("clampLowerBound", 0.0),
        given.number("clampUpperBound", 0.0),
        given.number("fundingRateScalingFactor", 1.0),
        given.number("fundingRateLowerBound") if given.has("fundingRateLowerBound") else None,
        given.number("fundingRateUpperBound") if given.has("fundingRateUpperBound") else None,
        composite_of(given, "internalCompositePriceConfiguration", asset_decimals),
    )
    asset = given.text("settlementAsset")
    given.ignore("quoteName")
    given.finish()
    return product, asset


def oracle_of(given: Section, property: str) -> OracleBinding:
    """Return whose messages count, under which conditions, and in which decimals."""
    source = given.section("external")
    oracle = source.section("oracle" if source.has("oracle") else "ethOracle")
    filters = oracle.sections("filters")
    signers = (
        [signer_of(signer) for signer in oracle.sections("signers")]
        if oracle.has("signers")
        else [oracle.text("address")]
    )
    return OracleBinding(property, tuple(signers), tuple(map(filter_of, filters)), decimals_of(filters, property))


def signer_of(given: Section) -> str:
    if given.has("pubKey"):
        return given.section("pubKey").text("key")
    return given.section("ethAddress").text("address")


def filter_of(given: Section) -> Filter:
    conditions = [
        Condition(comparison_of(each), each.text("value"))
        for each in (given.sections("conditions") if given.has("conditions") else [])
    ]
    return Filter(given.section("key").text("name"), tuple(conditions))


def comparison_of(given: Section) -> Comparison:
    word = given.text("operator").removeprefix("OPERATOR_").replace("_", " ").lower()
    known = {comparison.value: comparison for comparison in Comparison}
    if word not in known:
        raise ExchangeError(
            f"{given.path}.operator = {given.values['operator']}. Write OPERATOR_ and one of: {', '.join(known)}."
        )
    return known[word]


def decimals_of(filters: list[Section], property: str) -> int | None:
    for each in filters:
        key = each.section("key")
        if key.text("name") == property and key.has("numberDecimalPlaces"):
            return key.whole("numberDecimalPlaces")
    return None


def time_of(given: Section) -> int:
    """Return the Unix seconds from which on a condition on the exchange's own time holds."""
    (condition,) = given.section("time").sections("conditions")[:1]
    if comparison_of(condition) not in (Comparison.GREATER_THAN, Comparison.GREATER_THAN_OR_EQUAL):
        raise ExchangeError(f"{condition.path}: trading ends after a time. Write OPERATOR_GREATER_THAN_OR_EQUAL.")
    return condition.whole("value")


def composite_of(given: Section, name: str, asset_decimals: int) -> CompositeMark | None:
    """Return a composite price with its oracles; None where the last trade's price counts."""
    mark = given.section(name) if given.has(name) else None
    kind = mark.text("compositePriceType") if mark else LAST_TRADE
    if mark is None or kind == LAST_TRADE:
        return None
    if kind not in COMBINATIONS:
        known = ", ".join((LAST_TRADE, *COMBINATIONS))
        raise ExchangeError(f"{mark.path}.compositePriceType = {kind}. Write one of: {known}.")
    staleness = mark.seconds("sourceStalenessTolerance")
    rule = CompositeMark(
        mark.numbers("sourceWeights") if mark.has("sourceWeights") else (1.0,) * len(staleness),
        staleness,
        mark.number("decayWeight", 0.0),
        mark.whole("decayPower", 1),
        mark.number("cashAmount", 0.0) / 10**asset_decimals,
        COMBINATIONS[kind],
        oracles_of(mark),
    )
    mark.finish()
    return rule


def oracles_of(mark: Section) -> tuple[OracleBinding, ...]:
    if not mark.has("dataSourcesSpec"):
        mark.ignore("dataSourcesSpecBinding")
        return ()
    properties = [each.text("priceSourceProperty") for each in mark.sections("dataSourcesSpecBinding")]
    specs = mark.sections("dataSourcesSpec")
    if len(specs) != len(properties):
        raise ExchangeError(f"{mark.path}: {len(specs)} sources and {len(properties)} bindings. Write as many of each.")
    return tuple(oracle_of(spec, property) for spec, property in zip(specs, properties, strict=True))
