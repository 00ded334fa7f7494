"""Markets that are written down, by name: presets/*.toml.

A file has the fields of `MarketConfig`; a table of several kinds names its own. A user's file is read in the same way.
"""

import tomllib
from importlib.resources import files
from pathlib import Path

from tokenspice.engine.text import not_among
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.composite_mark import CompositeMark
from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.config_values import Kinds, from_plain
from tokenspice.markets.exchange.disposal import LiquidationRule, StepwiseDisposal
from tokenspice.markets.exchange.fees import FactorFees, FeeRule
from tokenspice.markets.exchange.liquidity.fee_factor import (
    ConstantFee,
    LiquidityFeeRule,
    MarginalCost,
    WeightedAverage,
)
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.mark_price import LastTradeMark, MarkPriceRule
from tokenspice.markets.exchange.market_configs import with_values
from tokenspice.markets.exchange.products.future import Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.product import Product
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.risk import RiskModel, SimpleRisk

__all__ = ["KINDS", "market_from_file", "preset", "presets"]

KINDS: Kinds = {
    Product: {"future": Future, "perpetual": Perpetual, "spot": Spot},
    RiskModel: {"simple": SimpleRisk, "lognormal": LogNormalRisk},
    MarkPriceRule: {"last trade": LastTradeMark, "composite": CompositeMark},
    LiquidationRule: {"stepwise": StepwiseDisposal},
    FeeRule: {"factors": FactorFees},
    LiquidityFeeRule: {"marginal cost": MarginalCost, "weighted average": WeightedAverage, "constant": ConstantFee},
}


def presets() -> list[str]:
    """Return the names of all presets."""
    folder = files("tokenspice.markets.exchange").joinpath("presets")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def preset(name: str, **values: object) -> MarketConfig:
    """Return a market by its preset's name.

    Args:
        name: such as "btc_usdt_perp".
        values: in place of the preset's: fields, or leaves with "__" for each dot.

    Raises:
        ExchangeError: there is no such preset, or no such value.
    """
    if name not in presets():
        raise ExchangeError(f'there is no preset "{name}". {not_among(name, presets())}')
    text = files("tokenspice.markets.exchange").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8")
    return with_values(from_plain(MarketConfig, tomllib.loads(text), KINDS), values)


def market_from_file(path: Path, **values: object) -> MarketConfig:
    """Return the market that a TOML file describes; see `preset`.

    Raises:
        ExchangeError: the file cannot be read, or describes no market.
    """
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExchangeError(f"{path} cannot be read as TOML ({error}).") from None
    return with_values(from_plain(MarketConfig, read, KINDS), values)
