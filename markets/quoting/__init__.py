"""How market makers quote: how deep, by optimal control, and how much at each level.

Read `control.py` first.
"""

from tokenspice.markets.quoting.control import AT_THE_CAP, DepthRule, Depths, MakerProblem
from tokenspice.markets.quoting.finite_horizon import FiniteHorizonDepths
from tokenspice.markets.quoting.shapes import (
    Level,
    background_levels,
    equal_notional_levels,
    exponential_levels,
    scaled_levels,
)
from tokenspice.markets.quoting.stationary import StationaryDepths

__all__ = [
    "AT_THE_CAP",
    "DepthRule",
    "Depths",
    "FiniteHorizonDepths",
    "Level",
    "MakerProblem",
    "StationaryDepths",
    "background_levels",
    "equal_notional_levels",
    "exponential_levels",
    "scaled_levels",
]
