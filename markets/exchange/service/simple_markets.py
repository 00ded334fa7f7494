"""Configurations of markets that a study opens in one line."""

from collections.abc import Mapping
from typing import Any

from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.market_configs import simple_market
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.future import Future
from tokenspice.markets.exchange.products.perpetual import Perpetual

__all__ = ["simple_future", "simple_perpetual"]

ORACLE = "oracle"  # the key that signs for these markets


def simple_future(name: str, asset: str, values: Mapping[str, Any]) -> MarketConfig:
    """Return a dated future, which the key "oracle" ends and settles."""
    settlement = OracleBinding(f"prices.{name}.value", (ORACLE,))
    return simple_market(name, asset, Future(settlement, OracleBinding(f"termination.{name}", (ORACLE,))), **values)


def simple_perpetual(name: str, asset: str, values: Mapping[str, Any]) -> MarketConfig:
    """Return a perpetual, to which the key "oracle" tells the outside price."""
    return simple_market(name, asset, Perpetual(OracleBinding(f"prices.{name}.value", (ORACLE,))), **values)
