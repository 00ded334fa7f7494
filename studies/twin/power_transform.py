"""A power transform that makes a series look normal, with mean 0 and variance 1 (Yeo and Johnson 2000).

n is the length of the series.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.optimize import brent

from tokenspice.engine.units import Floats

__all__ = ["PowerTransform", "fit_transform"]

TINY = float(np.finfo(float).eps)
BRACKET = (-2, 2)  # in which the search for the power begins


@final
@dataclass(frozen=True)
class PowerTransform:
    """A fitted transform.

    Attributes:
        power: lambda.
        mean: of the transformed series.
        scale: its standard deviation.
        values: [n] the series, transformed and standardised.
    """

    power: float
    mean: float
    scale: float
    values: Floats

    def inverse(self, value: float) -> float:
        """Return what is transformed to `value`."""
        raised = value * self.scale + self.mean
        if raised >= 0:
            return float(
                np.expm1(raised) if abs(self.power) < TINY else (raised * self.power + 1) ** (1 / self.power) - 1
            )
        other = 2 - self.power
        return float(-np.expm1(-raised) if abs(other) <= TINY else 1 - (1 - other * raised) ** (1 / other))


def fit_transform(series: Floats) -> PowerTransform:
    """Fit the power by maximum likelihood."""
    logs = float((np.sign(series) * np.log1p(np.abs(series))).sum())

    def loss(power: float) -> float:
        return float(len(series) / 2 * np.log(transformed(series, power).var()) - (power - 1) * logs)

    power = float(brent(loss, brack=BRACKET))
    raised = transformed(series, power)
    mean, scale = float(raised.mean()), float(raised.std())
    return PowerTransform(power, mean, scale or 1.0, (raised - mean) / (scale or 1.0))


def transformed(series: Floats, power: float) -> Floats:
    """[n] the transform, before it is standardised."""
    found, positive = np.empty_like(series), series >= 0
    up, down = series[positive], series[~positive]
    found[positive] = np.log1p(up) if abs(power) < TINY else ((up + 1) ** power - 1) / power
    other = 2 - power
    found[~positive] = -np.log1p(-down) if abs(other) <= TINY else -((1 - down) ** other - 1) / other
    return found
