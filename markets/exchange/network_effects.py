"""Where network parameters go: into markets' configurations, and into the limits of the order path.

A value that a vote set holds for all markets, for those that come later too. Until then a market's own configuration holds.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tokenspice.markets.exchange.limits import Limits

from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.config_paths import leaves, with_leaf
from tokenspice.markets.exchange.network_parameters import PARAMETERS, NetworkParameters, ParameterKind

__all__ = ["IN_LIMITS", "IN_MARKETS", "applied", "limited"]

IN_MARKETS: Mapping[str, str] = {
    "network.markPriceUpdateMaximumFrequency": "mark_seconds",
    "market.margin.scalingFactors.search": "scaling.search",
    "market.margin.scalingFactors.initial": "scaling.initial",
    "market.margin.scalingFactors.release": "scaling.release",
    "market.fee.factors.makerFee": "fees.maker",
    "market.fee.factors.infrastructureFee": "fees.infrastructure",
    "market.fee.factors.treasuryFee": "fees.treasury",
    "market.fee.factors.buybackFee": "fees.buy_back",
}
"""The path in a market's configuration of each parameter that stands there."""

IN_LIMITS: Mapping[str, str] = {
    "limits.markets.maxPeggedOrders": "pegged_orders",
    "spam.protection.max.stopOrdersPerMarket": "stop_orders",
    "spam.protection.max.batchSize": "batch",
    "market.auction.maximumDuration": "opening_seconds",
}


def applied(config: MarketConfig, parameters: NetworkParameters) -> MarketConfig:
    """Return a market's configuration with what votes have set. A rule that has no such value is left as it is."""
    known = {path for path, _ in leaves(config)}
    for name in parameters.voted:
        path = IN_MARKETS.get(name)
        if path in known:
            config = with_leaf(config, path, plain(parameters, name))
    return config


def limited(limits: Limits, parameters: NetworkParameters) -> Limits:
    """Return the limits with what votes have set."""
    values: dict[str, Any] = {IN_LIMITS[name]: parameters[name] for name in parameters.voted if name in IN_LIMITS}
    return replace(limits, **values) if values else limits


def plain(parameters: NetworkParameters, name: str) -> float:
    """Return a parameter as configurations write it: seconds and counts as they are, factors as numbers."""
    is_factor = PARAMETERS[name].kind is ParameterKind.FACTOR
    return float(parameters.text(name)) if is_factor else parameters[name]
