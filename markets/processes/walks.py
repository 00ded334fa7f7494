"""Arithmetic walks: sums of normal steps, whose parameters are per step, in units of the price."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Annotated, final

import numpy as np

from tokenspice.engine.parameters import Above, AtLeast, Doc
from tokenspice.engine.units import YEAR, Seconds, Unit
from tokenspice.markets.processes.base import Process, checked_path

__all__ = ["ArithmeticWalk", "RegimeChangeWalk", "sigma_of_step"]

Floor = Annotated[
    float, AtLeast(0), Unit("price"), Doc("no price is below it; 0 for none, and a path that falls to 0 is refused")
]


@final
@dataclass(frozen=True)
class ArithmeticWalk(Process):
    """S(k) = S(k-1) + drift + sigma Z."""

    start: Annotated[float, Above(0), Unit("price"), Doc("the first price")] = 100.0
    sigma: Annotated[float, AtLeast(0), Unit("price per √step"), Doc("standard deviation of a step")] = 1.0
    drift: Annotated[float, Unit("price per step"), Doc("mean of a step")] = 0.0
    floor: Floor = 0.0
    decimals: Annotated[int, AtLeast(-1), Unit("digits"), Doc("to which prices are rounded; -1 for not at all")] = -1

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        return self.along(rng.standard_normal(length).tolist())

    def along(self, normals: Sequence[float]) -> list[float]:
        """Return the path of given standard normal numbers, one a price; the first of them has no effect.

        Raises:
            PriceDataError: a price is not above 0.
        """
        return checked_path(
            self.rounded(steps(self.start, normals, self.sigma, self.drift)), self.floor, "ArithmeticWalk"
        )

    def rounded(self, prices: list[float]) -> list[float]:
        return prices if self.decimals < 0 else [round(price, self.decimals) for price in prices]


@final
@dataclass(frozen=True)
class RegimeChangeWalk(Process):
    """An arithmetic walk whose drift and volatility change once: a crash, for one."""

    start: Annotated[float, Above(0), Unit("price"), Doc("the first price")] = 100.0
    break_step: Annotated[int, AtLeast(1), Unit("steps"), Doc("the first price of the second regime")] = 50
    sigma_before: Annotated[float, AtLeast(0), Unit("price per √step"), Doc("of a step before the break")] = 1.0
    sigma_after: Annotated[float, AtLeast(0), Unit("price per √step"), Doc("of a step from the break on")] = 2.0
    drift_before: Annotated[float, Unit("price per step"), Doc("mean of a step before the break")] = 0.0
    drift_after: Annotated[float, Unit("price per step"), Doc("mean of a step from the break on")] = -1.0
    floor: Floor = 0.0

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        normals = rng.standard_normal(length).tolist()
        before = steps(self.start, normals[: self.break_step], self.sigma_before, self.drift_before)
        after = steps(before[-1], [0.0, *normals[self.break_step :]], self.sigma_after, self.drift_after)
        return checked_path(before + after[1:], self.floor, "RegimeChangeWalk")


def steps(start: float, normals: Sequence[float], sigma: float, drift: float) -> list[float]:
    """Return the partial sums of a walk from `start`; the first number is not used."""
    prices = [start]
    for z in normals[1:]:
        prices.append(prices[-1] + drift + sigma * z)
    return prices


def sigma_of_step(price: float, annual_volatility: float, time_step: Seconds) -> float:
    """Return the standard deviation of an arithmetic step, in units of the price, for a volatility per √year."""
    return annual_volatility * sqrt(time_step / YEAR) * price
