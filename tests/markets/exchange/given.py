"""What a case gives, as the settings of a market; what it does not give has the values that the cases agree on."""

from typing import Any

from tests.markets.exchange.cases import Case
from tokenspice.markets.exchange import Asset, FactorFees, MarginScaling, MarketConfig, RiskModel, SimpleRisk
from tokenspice.markets.exchange.disposal import StepwiseDisposal
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.price_monitoring import LogNormalBand, PriceTrigger
from tokenspice.markets.exchange.products.future import Future

ORACLE = "oracle"
SEARCH, INITIAL, RELEASE = 1.1, 1.2, 1.4


def asset_of(given: Case) -> Asset:
    return Asset("USD", decimals=first_of(given, 0, "adp", "asset_dp"))


def config_of(given: Case) -> MarketConfig:
    """A market without fees and price triggers, marked after every transaction, unless the case says otherwise."""
    settings: dict[str, Any] = {
        "decimals": first_of(given, 0, "mdp", "price_dp"),
        "position_decimals": first_of(given, 0, "pdp", "position_dp"),
        "tick_size": given.get("tick", 1),
        "linear_slippage": given.get("slippage", 0.0),
        "mark_seconds": given.get("mark_seconds", 0),
        "risk": risk_of(given),
        "liquidation": liquidation_of(given),
        "scaling": scaling_of(given),
        "fees": fees_of(given),
        "liquidity_fee": given.get("liquidity", 0.0),
        "product": Future(OracleBinding("price", (ORACLE,)), OracleBinding("terminated", (ORACLE,))),
    }
    if triggers := given.get("triggers"):
        settings["price_triggers"] = tuple(trigger_of(trigger) for trigger in triggers)
        settings["price_band"] = LogNormalBand(given["model"].get("mu", 0), given["model"]["sigma"])
    return MarketConfig("case", "USD", **settings)


def trigger_of(given: Case) -> PriceTrigger:
    return PriceTrigger(given["horizon_s"], given["probability"], given["auction_extension_s"])


def first_of(given: Case, default: Any, *names: str) -> Any:
    """The value of the first name that the case uses."""
    return next((given[name] for name in names if name in given), default)


def risk_of(given: Case) -> RiskModel:
    """Factors that are given, or those of a log-normal model."""
    if model := given.get("risk_model"):
        return LogNormalRisk(model["lam"], model["tau"], model["mu"], model["sigma"])
    risk = given.get("risk", {"long": 0.1, "short": 0.1})
    return SimpleRisk(risk["long"], risk["short"])


def liquidation_of(given: Case) -> StepwiseDisposal:
    """All that the network holds goes into the whole book in the next block, unless the case says otherwise."""
    steps = {"step_seconds": 1, "fraction": 1.0, "full_size": 0, "max_fraction": 1.0, "price_range": 1.0}
    return StepwiseDisposal(**{**steps, **given.get("liquidation", {})})


def scaling_of(given: Case) -> MarginScaling:
    scaling: Case = given.get("scaling") or given.get("margin_scaling") or {}
    initial = first_of(given, INITIAL, "scaling_initial", "initial", "initial_factor")
    initial = scaling.get("initial", initial)
    release = scaling.get("release", RELEASE if initial < RELEASE else initial + 0.2)
    return MarginScaling(scaling.get("search", SEARCH), initial, release)


def fees_of(given: Case) -> FactorFees:
    parts = [given.get(name, 0.0) for name in ("maker", "infrastructure", "treasury", "buyback")]
    return FactorFees(*parts)


def first_price(given: Case, events: list[Any]) -> int:
    """The mark of a case that names none: the first price that an order has."""
    if "mark" in given:
        return int(given["mark"])
    prices = [event.get("price") for event in events if isinstance(event, dict)]
    return next((price for price in prices if price), 100)


def decimals_of(expect: Any) -> int:
    """How many decimals the expected numbers have; money is counted in as many, so that nothing is rounded."""
    numbers = expect.values() if isinstance(expect, dict) else expect if isinstance(expect, list) else [expect]
    texts = (repr(number) for number in numbers if isinstance(number, float))
    return max((len(text.partition(".")[2].rstrip("0")) for text in texts), default=0)
