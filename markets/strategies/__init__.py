"""Strategies of pools whose weights move: estimators, rules, guard rails, and ways between weights.

Read `strategy.py` first: it says when a price may move a weight.
"""

from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.strategies.guard import GuardRails
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    Ensemble,
    IndexRule,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    TripleThreat,
)
from tokenspice.markets.strategies.strategy import Strategy

__all__ = [
    "DifferenceMomentum",
    "Ensemble",
    "GuardRails",
    "IndexRule",
    "Interpolation",
    "MeanReversionChannel",
    "MinVariance",
    "Momentum",
    "PowerChannel",
    "Rule",
    "Strategy",
    "StrategyConfigError",
    "TripleThreat",
    "WeightPath",
]
