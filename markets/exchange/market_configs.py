"""Market configurations that are written for a purpose: the protocol's defaults, simple markets for studies."""

from dataclasses import replace
from typing import Any

from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.config_paths import with_leaves
from tokenspice.markets.exchange.liquidity.fee_factor import MarginalCost
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.price_monitoring import PriceTrigger
from tokenspice.markets.exchange.products.future import Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.product import Product
from tokenspice.markets.exchange.products.spot import Spot

__all__ = [
    "DEFAULT_TRIGGERS",
    "NETWORK_TRIGGERS",
    "SIMPLE_RISK",
    "default_market",
    "simple_future",
    "simple_market",
    "simple_perpetual",
    "simple_spot",
    "with_values",
]

DEFAULT_TRIGGERS = tuple(
    PriceTrigger(horizon, 0.90001, extension)
    for horizon, extension in ((900, 60), (3600, 300), (14_400, 900), (86_400, 3600))
)
"""Of a market whose configuration says nothing of price monitoring."""

NETWORK_TRIGGERS = (PriceTrigger(43_200, 0.9999999, 300),)
"""The network's default, of a market whose proposal says nothing of price monitoring."""

SIMPLE_RISK = LogNormalRisk(aversion=1e-6, tau=1 / 365.25 / 24, mu=0.0, sigma=1.0)
"""One hour's tail of one in a million, at a volatility of 100 % a year."""


def default_market(name: str, asset: str, product: Product | None = None, **values: object) -> MarketConfig:
    """Return a market as the protocol's configuration object describes one that says no more than this.

    Args:
        name: which agents find it by.
        asset: symbol of what settles it.
        product: what is traded; a future that listens to nobody unless given.
        values: fields of MarketConfig, or leaves with "__" for each dot, such as risk__sigma=2.
    """
    config = MarketConfig(
        name,
        asset,
        risk=LogNormalRisk(),
        price_triggers=DEFAULT_TRIGGERS,
        liquidity=LiquidityTerms(fee=MarginalCost()),
        product=product or Future(),
        tick_size=2 if isinstance(product, Spot) else 1,
    )
    return with_values(config, values)


def simple_market(name: str, asset: str, product: Product, **values: object) -> MarketConfig:
    """Return a market for a study: a simple risk model, and one price trigger that looks back a day.

    Args:
        name, asset, product, values: as of `default_market`.
    """
    config = replace(
        default_market(name, asset, product),
        risk=SIMPLE_RISK,
        price_triggers=(PriceTrigger(86_400, 0.9999999, 300),),
    )
    return with_values(config, values)


def simple_future(name: str, asset: str, oracle_key: str, **values: object) -> MarketConfig:
    """Return a simple market of futures, ended and settled by one key's "trading.terminated" and "price.SYMBOL.value"."""
    price = OracleBinding(f"price.{asset}.value", (oracle_key,))
    product = Future(price, OracleBinding("trading.terminated", (oracle_key,)))
    return simple_market(name, asset, product, **values)


def simple_perpetual(name: str, asset: str, oracle_key: str, **values: object) -> MarketConfig:
    """Return a simple market of perpetuals, which listens to one key's "price.SYMBOL.value"."""
    return simple_market(name, asset, Perpetual(OracleBinding(f"price.{asset}.value", (oracle_key,))), **values)


def simple_spot(name: str, base_asset: str, quote_asset: str, **values: object) -> MarketConfig:
    """Return a simple spot market, where one asset is paid with another."""
    return simple_market(name, quote_asset, Spot(base_asset), **values)


def with_values(config: MarketConfig, values: dict[str, Any]) -> MarketConfig:
    """Return a copy with some fields, and some leaves by their paths.

    Raises:
        ExchangeError: there is no such value, or it is of another kind.
    """
    return with_leaves(config, {name.replace("__", "."): value for name, value in values.items()})
