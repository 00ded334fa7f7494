"""Which network parameters go into markets' configurations; the others are read where they are needed.

A value that a vote set holds for all markets, for those that come later too. Until then a market's own configuration holds.
"""

from collections.abc import Mapping

from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.config_paths import leaves, with_leaf
from tokenspice.markets.exchange.network_parameters import PARAMETERS, NetworkParameters, ParameterKind

__all__ = ["IN_MARKETS", "applied"]

IN_MARKETS: Mapping[str, str] = {
    "network.markPriceUpdateMaximumFrequency": "mark_seconds",
    "market.margin.scalingFactors.search": "scaling.search",
    "market.margin.scalingFactors.initial": "scaling.initial",
    "market.margin.scalingFactors.release": "scaling.release",
    "market.stake.target.scalingFactor": "liquidity.target_scaling",
    "market.stake.target.timeWindow": "liquidity.target_window",
    "market.fee.factors.makerFee": "fees.maker",
    "market.fee.factors.infrastructureFee": "fees.infrastructure",
    "market.fee.factors.treasuryFee": "fees.treasury",
    "market.fee.factors.buybackFee": "fees.buy_back",
}
"""The path in a market's configuration of each parameter that stands there."""


def applied(config: MarketConfig, parameters: NetworkParameters) -> MarketConfig:
    """Return a market's configuration with what votes have set. A rule that has no such value is left as it is."""
    known = {path for path, _ in leaves(config)}
    for name in parameters.voted:
        path = IN_MARKETS.get(name)
        if path in known:
            config = with_leaf(config, path, plain(parameters, name))
    return config


def plain(parameters: NetworkParameters, name: str) -> float:
    """Return a parameter as configurations write it: seconds and counts as they are, factors as numbers."""
    is_factor = PARAMETERS[name].kind is ParameterKind.FACTOR
    return float(parameters.text(name)) if is_factor else parameters[name]
