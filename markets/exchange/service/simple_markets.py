"""Configurations of markets that a study opens in one line."""

from collections.abc import Mapping
from typing import Any

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.price_monitoring import PriceTrigger
from tokenspice.markets.exchange.products.future import Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.product import Product

__all__ = ["simple_future", "simple_perpetual"]

ORACLE = "oracle"  # the key that signs for these markets
RISK = LogNormalRisk(1e-6, 1 / 365.25 / 24, 0.0, 1.0)
TRIGGERS = (PriceTrigger(86_400, 0.9999999, 300),)


def simple_future(name: str, asset: str, values: Mapping[str, Any]) -> MarketConfig:
    """Return a dated future, which the key "oracle" ends and settles."""
    settlement = OracleBinding(f"prices.{name}.value", (ORACLE,))
    return simple(name, asset, Future(settlement, OracleBinding(f"termination.{name}", (ORACLE,))), values)


def simple_perpetual(name: str, asset: str, values: Mapping[str, Any]) -> MarketConfig:
    """Return a perpetual, to which the key "oracle" tells the outside price."""
    return simple(name, asset, Perpetual(OracleBinding(f"prices.{name}.value", (ORACLE,))), values)


def simple(name: str, asset: str, product: Product, values: Mapping[str, Any]) -> MarketConfig:
    given: dict[str, Any] = {"product": product, "decimals": 5, "risk": RISK, "price_triggers": TRIGGERS} | dict(values)
    try:
        return MarketConfig(name, asset, **given)
    except TypeError as error:
        raise ExchangeError(f"market {name}: {error}. Name fields of MarketConfig.") from error
