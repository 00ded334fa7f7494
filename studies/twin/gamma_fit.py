"""The predecessor's price of ether, kept to compare with: levels as independent gamma draws, smoothed by a Kalman filter.

It is no process of prices; its report says why. n is the number of prices.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from tokenspice.engine.units import Floats

__all__ = ["GammaFit", "fit_gamma", "gamma_paths"]

PRIOR_SHAPE_RATE = 2.0  # of an exponential prior
PRIOR_RATE_RATE = 0.1
BURN_IN = 100
NOISE, OBSERVATION_NOISE = 1e-5, 0.1**2


@dataclass(frozen=True)
class GammaFit:
    """Means of the posterior.

    Attributes:
        shape: E[alpha].
        shape_error: its posterior standard deviation.
        rate: E[beta], per USD.
    """

    shape: float
    shape_error: float
    rate: float

    @property
    def scale(self) -> float:
        """USD, as the predecessor took it: one over the mean rate."""
        return 1 / self.rate


def fit_gamma(prices: Floats, nodes: int = 20_000) -> GammaFit:
    """Integrate the posterior of a gamma's shape by quadrature; that of its rate given the shape is a gamma.

    Args:
        prices: [n] USD.
        nodes: of the trapezoid rule.
    """
    n, total, logs = len(prices), float(prices.sum()), float(np.log(prices).sum())

    def log_posterior(shape: Floats) -> Floats:
        found: Floats = (
            -PRIOR_SHAPE_RATE * shape
            - n * gammaln(shape)
            + (shape - 1) * logs
            + gammaln(n * shape + 1)
            - (n * shape + 1) * np.log(total + PRIOR_RATE_RATE)
        )
        return found

    shape = np.geomspace(1e-3, 1e5, nodes)
    density = np.exp(log_posterior(shape) - log_posterior(shape).max())
    inside = shape[density > 1e-14]
    shape = np.linspace(max(inside[0] * 0.9, 1e-6), inside[-1] * 1.1, nodes)
    density = np.exp(log_posterior(shape) - log_posterior(shape).max())
    density /= np.trapezoid(density, shape)
    mean = float(np.trapezoid(shape * density, shape))
    spread = float(np.sqrt(np.trapezoid((shape - mean) ** 2 * density, shape)))
    rate = float(np.trapezoid((n * shape + 1) / (total + PRIOR_RATE_RATE) * density, shape))
    return GammaFit(mean, spread, rate)


def gamma_paths(shape: float, scale: float, last: float, steps: int, paths: int) -> Floats:
    """Draw the predecessor's paths, bit for bit; path i is that of its seed i.

    Args:
        shape, scale: of the gamma; USD.
        last: price that each path begins with, USD.
        steps: it was asked for; its paths have nine more elements.
        paths: how many.

    Returns:
        [paths, steps + 9] USD.
    """
    return np.array([gamma_path(shape, scale, last, steps, seed) for seed in range(paths)])


def gamma_path(shape: float, scale: float, last: float, steps: int, seed: int) -> Floats:
    # Its draws came from NumPy's legacy generator; this one is an object of its own with a seed.
    drawn = np.random.RandomState(seed).gamma(shape, scale, steps + 10 + BURN_IN)
    smooth = smoothed(drawn[:-1], drawn[-1])[BURN_IN:]
    path: Floats = smooth + (last - smooth[0])
    return path


def smoothed(prices: Floats, first: float) -> Floats:
    """A Kalman filter of one dimension."""
    found, variance = np.empty(len(prices)), 1.0
    found[0] = first
    for k in range(1, len(prices)):
        variance += NOISE
        gain = variance / (variance + OBSERVATION_NOISE)
        found[k] = found[k - 1] + gain * (prices[k] - found[k - 1])
        variance *= 1 - gain
    return found
