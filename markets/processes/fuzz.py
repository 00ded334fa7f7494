"""A series that visits many states of a market, for tests of what agents and exchanges do in them."""

from dataclasses import dataclass
from typing import Annotated, final

import numpy as np

from tokenspice.engine.parameters import Above, AtLeast, Between, Doc
from tokenspice.engine.units import Seconds, Unit
from tokenspice.markets.processes.base import Process, checked_path

__all__ = ["FuzzSeries"]

QUIET, TREND = (0.05, 0.20), (0.05, 0.10)  # shares of the run that one part takes


@final
@dataclass(frozen=True)
class FuzzSeries(Process):
    """Quiet parts and trends by turns, with spikes of one step."""

    start: Annotated[float, Above(0), Unit("price"), Doc("the first price")] = 1500.0
    sigma: Annotated[float, AtLeast(0), Unit("price per √step"), Doc("standard deviation of a step")] = 2.0
    most_drift: Annotated[
        float, AtLeast(0), Unit("price per step"), Doc("a trend's drift is between minus it and it")
    ] = 1.0
    spikes: Annotated[int, AtLeast(0), Unit("steps"), Doc("how many single prices jump")] = 3
    spike: Annotated[float, Between(0, 0.5), Unit("share"), Doc("by how much, up or down")] = 0.05
    floor: Annotated[float, Above(0), Unit("price"), Doc("no price is below it")] = 1.0

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        moves = self.sigma * rng.standard_normal(length - 1) + self.drifts(rng, length - 1)
        prices = self.start + np.concatenate(([0.0], np.cumsum(moves)))
        for at in rng.integers(0, length, self.spikes).tolist():
            prices[at] *= 1 + self.spike * (1 if rng.random() < 0.5 else -1)
        return checked_path(prices.tolist(), self.floor, "FuzzSeries")

    def drifts(self, rng: np.random.Generator, n_steps: int) -> list[float]:
        """Draw the drift of each step: 0 in quiet parts, one number in each trend."""
        drifts: list[float] = []
        is_trend = False
        while len(drifts) < n_steps:
            share = rng.uniform(*(TREND if is_trend else QUIET))
            drift = rng.uniform(-self.most_drift, self.most_drift) if is_trend else 0.0
            drifts += [drift] * max(1, round(share * n_steps))
            is_trend = not is_trend
        return drifts[:n_steps]
