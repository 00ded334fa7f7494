"""Which parameter matters: rank correlations of what was swept with how runs end, and how sure they are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["RankCorrelation", "ranked"]

FEWEST_RUNS = 4  # from which an interval can be had
Z = 1.959963984540054  # of the normal distribution, for 95 %


@dataclass(frozen=True)
class RankCorrelation:
    """How a parameter and a last value go together: Spearman's, from -1 to 1, with its 95 % interval.

    The interval is Fisher's, with the variance of Bonett and Wright (Psychometrika 65, 2000), which is for
    independent runs; NaN of fewer than four.
    """

    parameter: str
    value: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def ranked(parameters: dict[str, Sequence[Any]], last: Floats) -> list[RankCorrelation]:
    """Return the correlations of all parameters that are numbers, or yes and no, the strongest first.

    Args:
        parameters: each parameter's value in each run.
        last: [n_runs] what the runs ended with; those without a value do not count.
    """
    known = np.isfinite(last)
    found = []
    for name, values in parameters.items():
        if all(isinstance(value, int | float) for value in values):
            numbers = np.asarray(values, float)[known]
            if len(np.unique(numbers)) > 1 and len(np.unique(last[known])) > 1:
                found.append(correlation(name, numbers, last[known]))
    return sorted(found, key=lambda one: -abs(one.value))


def correlation(name: str, x: Floats, y: Floats) -> RankCorrelation:
    """Return the rank correlation of two samples, neither of them constant."""
    rho = float(np.clip(np.corrcoef(ranks(x), ranks(y))[0, 1], -1, 1))
    if len(x) < FEWEST_RUNS:
        return RankCorrelation(name, rho, math.nan, math.nan)
    if abs(rho) == 1:
        return RankCorrelation(name, rho, rho, rho)
    margin = Z * math.sqrt((1 + rho**2 / 2) / (len(x) - 3))
    return RankCorrelation(name, rho, math.tanh(math.atanh(rho) - margin), math.tanh(math.atanh(rho) + margin))


def ranks(values: Floats) -> Floats:
    """Return the rank of each value, from 1; equal ones share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    shared: Floats = (ends - (counts - 1) / 2)[places]
    return shared
