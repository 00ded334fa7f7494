"""Estimators that a contract can keep up: what is remembered of the prices of past chunks.

Each has a step, from one state to the next, and a batch form that makes the steps over a table. c chunks, n tokens. A
row of a result has seen the price of the same row and those before; the first row is the state before any step.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["GradientState", "VarianceState", "ewma", "gradient_step", "gradients", "variance_step", "variances"]

# A running sum as small as this is rounding alone.
SMALLEST_SUM = 1e-10


@final
@dataclass(frozen=True)
class GradientState:
    """What the gradient's estimator persists.

    Attributes:
        average: [n] moving average of prices, dollars.
        running: [n] sum of its errors, dollars.
    """

    average: Floats
    running: Floats

    def gradient(self, decay: Floats, denominator: Floats | None = None) -> Floats:
        """[n] relative change of price per chunk.

        Args:
            decay: [n] λ.
            denominator: [n] what the change is relative to, dollars; the average if None.
        """
        return self.running * (1 - decay) ** 3 / (decay * (self.average if denominator is None else denominator))


def gradient_step(state: GradientState, price: Floats, decay: Floats) -> GradientState:
    """The estimator after one more price. `price`, `decay`: [n]."""
    average = state.average + (1 - decay) * (price - state.average)
    running = decay * state.running + (price - average) / (1 - decay)
    return GradientState(average, np.where(np.abs(running) < SMALLEST_SUM, 0.0, running))


def gradients(prices: Floats, decay: Floats, other_decay: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    """[c, n] gradients, averages and running sums.

    Args:
        prices: [c, n] of chunks, dollars.
        decay: [n] λ, above 0.
        other_decay: [n] λ of the average that the change is relative to, if that is another one.
    """
    averages = ewma(prices, decay)
    running = np.zeros_like(prices)
    for j in range(1, len(prices)):
        total = decay * running[j - 1] + (prices[j] - averages[j]) / (1 - decay)
        running[j] = np.where(np.abs(total) < SMALLEST_SUM, 0.0, total)
    below = averages if other_decay is None else ewma(prices, other_decay)
    return running * (1 - decay) ** 3 / (decay * below), averages, running


def ewma(prices: Floats, decay: Floats) -> Floats:
    """[c, n] exponentially weighted moving averages, from the first price on."""
    averages = np.empty_like(prices)
    average = averages[0] = prices[0]
    for j in range(1, len(prices)):
        average = averages[j] = average + (1 - decay) * (prices[j] - average)
    return averages


@final
@dataclass(frozen=True)
class VarianceState:
    """What the variance's estimator persists.

    Attributes:
        mean: [n] of returns.
        spread: [n] decayed sum of squared deviations.
    """

    mean: Floats
    spread: Floats


def variance_step(state: VarianceState, returns: Floats, decay: Floats) -> VarianceState:
    """The estimator after one more chunk's simple returns. `returns`, `decay`: [n]."""
    deviation = returns - state.mean
    mean = state.mean + (1 - decay) * deviation
    return VarianceState(mean, decay * state.spread + deviation * (returns - mean))


def variances(prices: Floats, decay: Floats) -> Floats:
    """[c - 1, n] variances of returns per chunk; the first row is 1, so that all tokens are alike.

    Args:
        prices: [c, n] of chunks, dollars.
        decay: [n] λ.
    """
    returns = prices[1:] / prices[:-1] - 1
    state = VarianceState(returns[0], np.zeros(prices.shape[1]))
    rows = [np.ones(prices.shape[1])]
    for row in returns[1:]:
        state = variance_step(state, row, decay)
        rows.append((1 - decay) * state.spread)
    return np.array(rows)
