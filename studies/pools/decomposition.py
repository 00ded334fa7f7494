"""Where a pool's return comes from: drift of prices and weights, fees, and what arbitrageurs took."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.pools.metrics import Course

__all__ = ["Decomposition", "decompose"]


@final
@dataclass(frozen=True)
class Decomposition:
    """Parts of a return, each a fraction of the first value. `drift + fees − loss_versus_rebalancing` is `pool`.

    Attributes:
        pool: what the pool returned.
        drift: what a portfolio of the same weights returned that rebalanced at market prices, free of cost.
        fees: what the providers earned.
        loss_versus_rebalancing: what trading by formula cost against that portfolio, before fees (LVR).
        hodl: what the first reserves returned.
        constant_weights: what the first weights returned in a pool without fee: the weighted product of the prices' growth.
        divergence: constant_weights − hodl.
        strategy: pool − constant_weights − fees: what moving the weights did.
    """

    pool: float
    drift: float
    fees: float
    loss_versus_rebalancing: float
    hodl: float
    constant_weights: float
    divergence: float
    strategy: float


def decompose(course: Course, weights: Floats) -> Decomposition:
    """The parts of a course's return.

    Args:
        course: of the pool.
        weights: [T, n] of every minute, or shares of the value for pools without weights.
    """
    start = course.first_reserves @ course.prices[0]
    growth = course.prices[-1] / course.prices[0]
    pool = float(course.value_USD[-1] / start - 1)
    steps = (weights[:-1] * (course.prices[1:] / course.prices[:-1])).sum(axis=1)
    drift = float(np.exp(np.log(steps).sum()) - 1)
    fees = float(course.fee_income_USD.sum() / start)
    hodl = float(course.first_reserves @ course.prices[-1] / start - 1)
    first = course.first_reserves * course.prices[0] / start
    constant = float(np.exp(first @ np.log(growth)) - 1)
    return Decomposition(
        pool, drift, fees, drift + fees - pool, hodl, constant, constant - hodl, pool - constant - fees
    )
