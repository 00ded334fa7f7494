"""Markets from proposals as the protocol writes them."""

import json
from typing import Any

import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.composite_mark import CompositeMark
from tokenspice.markets.exchange.disposal import StepwiseDisposal
from tokenspice.markets.exchange.liquidity.fee_factor import ConstantFee
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.price_monitoring import PriceTrigger
from tokenspice.markets.exchange.products.future import Cap, Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.proposal_json import market_from_proposal


def oracle(name: str) -> dict[str, Any]:
    key = {"name": name, "type": "TYPE_INTEGER", "numberDecimalPlaces": "5"}
    filters = [{"key": key, "conditions": [{"operator": "OPERATOR_GREATER_THAN", "value": "0"}]}]
    return {"external": {"oracle": {"signers": [{"pubKey": {"key": "k1"}}], "filters": filters}}}


def perpetual() -> dict[str, Any]:
    return {
        "settlementAsset": "USDT",
        "quoteName": "USDT",
        "marginFundingFactor": "0.9",
        "interestRate": "0.1095",
        "clampLowerBound": "-0.0005",
        "clampUpperBound": "0.0005",
        "dataSourceSpecForSettlementData": oracle("btc.price"),
        "dataSourceSpecForSettlementSchedule": {
            "internal": {"timeTrigger": {"conditions": [], "triggers": [{"every": "28800"}]}}
        },
        "dataSourceSpecBinding": {"settlementDataProperty": "btc.price", "settlementScheduleProperty": "timetrigger"},
    }


def future() -> dict[str, Any]:
    return {
        "settlementAsset": "USDT",
        "quoteName": "USD",
        "dataSourceSpecForSettlementData": oracle("price"),
        "dataSourceSpecForTradingTermination": oracle("terminated"),
        "dataSourceSpecBinding": {"settlementDataProperty": "price", "tradingTerminationProperty": "terminated"},
        "cap": {"maxPrice": "1000", "binarySettlement": True},
    }


def proposal(**product: Any) -> dict[str, Any]:
    return {
        "decimalPlaces": "1",
        "positionDecimalPlaces": "4",
        "tickSize": "2",
        "linearSlippageFactor": "0.001",
        "instrument": {"name": "BTC/USDT", "code": "BTC", **(product or {"perpetual": perpetual()})},
        "metadata": ["class:perps"],
        "logNormal": {"riskAversionParameter": 0.000001, "tau": 3.995e-06, "params": {"mu": 0, "r": 0, "sigma": 1}},
        "priceMonitoringParameters": {
            "triggers": [{"horizon": "360", "probability": "0.9999999", "auctionExtension": "300"}]
        },
        "liquidityMonitoringParameters": {"targetStakeParameters": {"timeWindow": "3600", "scalingFactor": "0.05"}},
        "liquiditySlaParameters": {
            "priceRange": "0.03",
            "commitmentMinTimeFraction": "0.75",
            "performanceHysteresisEpochs": "1",
            "slaCompetitionFactor": "0.8",
        },
        "liquidityFeeSettings": {"method": "METHOD_CONSTANT", "feeConstant": "0.0001"},
        "liquidationStrategy": {
            "disposalTimeStep": "1",
            "disposalFraction": "1",
            "fullDisposalSize": "1000000",
            "maxFractionConsumed": "0.1",
            "disposalSlippageRange": "0.03",
        },
        "markPriceConfiguration": {
            "compositePriceType": "COMPOSITE_PRICE_TYPE_MEDIAN",
            "sourceWeights": ["0", "1", "1", "0"],
            "sourceStalenessTolerance": ["1m0s", "1m0s", "10m0s", "10m0s"],
            "cashAmount": "50000000",
            "dataSourcesSpec": [oracle("btc.mark")],
            "dataSourcesSpecBinding": [{"priceSourceProperty": "btc.mark"}],
        },
    }


def test_a_whole_proposal_becomes_a_market() -> None:
    terms = {"terms": {"closingTimestamp": "1", "newMarket": {"changes": proposal()}}}
    config = market_from_proposal(json.dumps(terms), asset_decimals=6)

    assert (config.name, config.asset, config.decimals, config.position_decimals, config.tick_size) == (
        "BTC/USDT",
        "USDT",
        1,
        4,
        2,
    )
    assert config.risk == LogNormalRisk(1e-6, 3.995e-6, 0.0, 1.0, 0.0)
    assert config.price_triggers == (PriceTrigger(360, 0.9999999, 300),)
    assert config.liquidation == StepwiseDisposal(1, 1.0, 1_000_000, 0.1, 0.03)
    assert (config.liquidity.price_range, config.liquidity.target_scaling) == (0.03, 0.05)
    assert config.liquidity.fee == ConstantFee(0.0001)
    assert isinstance(config.mark_price, CompositeMark)
    assert (config.mark_price.cash, config.mark_price.staleness) == (50.0, (60, 60, 600, 600))


def test_a_perpetual_listens_and_pays_as_its_proposal_says() -> None:
    product = market_from_proposal(proposal()).product

    assert isinstance(product, Perpetual)
    assert (product.funding, product.interest_rate, product.margin_funding_factor) == (TimeTrigger(28800), 0.1095, 0.9)
    assert (product.data.property, product.data.signers, product.data.decimals) == ("btc.price", ("k1",), 5)
    assert product.data.text_in("k1", {"btc.price": "0"}) is None
    assert product.data.text_in("k1", {"btc.price": "7"}) == "7"


def test_a_future_may_be_capped_and_end_by_an_oracle_or_at_a_time() -> None:
    product = market_from_proposal(proposal(future=future())).product
    ends = {"internal": {"time": {"conditions": [{"operator": "OPERATOR_GREATER_THAN_OR_EQUAL", "value": "77"}]}}}
    timed = market_from_proposal(proposal(future=future() | {"dataSourceSpecForTradingTermination": ends})).product

    assert isinstance(product, Future)
    assert isinstance(timed, Future)
    assert (product.cap, product.termination.property) == (Cap(100.0, binary=True), "terminated")
    assert (timed.terminates_at, timed.termination) == (77, OracleBinding("", ()))


def test_a_perpetual_may_go_by_a_price_of_its_own() -> None:
    own = proposal()["markPriceConfiguration"] | {"sourceWeights": ["0", "0.999", "0.001", "0"]}
    config = market_from_proposal(proposal(perpetual=perpetual() | {"internalCompositePriceConfiguration": own}))

    assert config.product.internal_price is not None
    assert config.product.internal_price.weights == (0.0, 0.999, 0.001, 0.0)
    assert list(config.bindings()) == ["funding data", "mark price 0", "internal price 0"]


def test_values_may_be_given_in_place_of_the_proposals() -> None:
    config = market_from_proposal(proposal(), "tUSD", tick_size=5, risk__sigma=2)

    assert (config.asset, config.tick_size, config.risk) == ("tUSD", 5, LogNormalRisk(1e-6, 3.995e-6, 0.0, 2.0, 0.0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tickSise": "1"}, "tickSise has no meaning here"),
        ({"tickSize": "two"}, "tickSize = 'two': write a number"),
        ({"tickSize": "1.5"}, "tickSize = 1.5: write a whole number"),
        ({"instrument": {"name": "x"}}, "there is no product"),
        ({"logNormal": {}}, "logNormal: there is no params"),
        ({"liquidityFeeSettings": {"method": "METHOD_FAIR"}}, "METHOD_FAIR. Write one of"),
        ({"priceMonitoringParameters": 3}, "priceMonitoringParameters = 3: write a table"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ExchangeError) as error:
        market_from_proposal(proposal() | changes)

    assert message in str(error.value)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(ExchangeError, match="no JSON"):
        market_from_proposal("{")


def test_a_proposal_without_price_monitoring_has_the_networks_trigger() -> None:
    silent = {name: part for name, part in proposal().items() if name != "priceMonitoringParameters"}

    assert market_from_proposal(silent).price_triggers == (PriceTrigger(43_200, 0.9999999, 300),)
