"""Numbers that are drawn back to a mean: prices, spreads between prices, signals."""

from dataclasses import dataclass
from typing import Annotated, final

import numpy as np

from tokenspice.engine.parameters import AtLeast, Between, Doc
from tokenspice.engine.units import Seconds, Unit
from tokenspice.markets.processes.base import Process

__all__ = ["OrnsteinUhlenbeck"]


@final
@dataclass(frozen=True)
class OrnsteinUhlenbeck(Process):
    """x += theta ((mu + drift t) - x) + sigma Z, at every step t.

    It may fall below 0, as a spread or a signal does: it is the only process here that promises no price. Where it is
    used as one, `PriceSeries` checks it.
    """

    theta: Annotated[float, Between(0, 1), Unit("per step"), Doc("share of the way to the mean, each step")] = 0.15
    mu: Annotated[float, Doc("the mean at the beginning")] = 0.0
    sigma: Annotated[float, AtLeast(0), Unit("per √step"), Doc("standard deviation of a step")] = 0.2
    start: Annotated[float, Doc("the first value")] = 1.0
    drift: Annotated[float, Unit("per step"), Doc("how fast the mean moves")] = 0.0

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        values = [self.start]
        for step, z in enumerate(rng.standard_normal(length - 1).tolist(), 1):
            x = values[-1]
            values.append(x + self.theta * (self.mu + self.drift * step - x) + self.sigma * z)
        return values
