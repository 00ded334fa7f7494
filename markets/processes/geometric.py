"""Processes whose logarithm moves: no price of theirs falls to 0. Rates are per year, whatever the step."""

import math
from dataclasses import dataclass
from typing import Annotated, final

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import Above, AtLeast, Doc, ParametersBase
from tokenspice.engine.units import DAY, YEAR, Floats, Seconds, Unit
from tokenspice.markets.processes.base import Process

__all__ = ["DoubleGamma", "GeometricBrownianMotion", "GeometricWalk", "JumpDiffusion", "SwitchingVolatility"]

# What tokens of 18 decimals can be paid with; beyond it, contracts and floats end in zero or overflow.
LOWEST, HIGHEST = 1e-18, 1e18

Start = Annotated[float, Above(0), Unit("price"), Doc("the first price")]


@final
@dataclass(frozen=True)
class GeometricBrownianMotion(ParametersBase):
    """dP = mu P dt + sigma P dW, stepped exactly, as a log-normal factor, whatever the length of the step."""

    mu: Annotated[float, Unit("per year"), Doc("drift of the outside price, a geometric Brownian motion")] = 0.0
    sigma: Annotated[
        float,
        AtLeast(0),
        Unit("per √year"),
        Doc("volatility of the outside price; VERBS takes 0.3, ether's is usually 0.5 to 0.9"),
    ] = 0.3

    def step(self, price: float, years: float, z: float) -> float:
        """Return the price `years` later.

        Args:
            z: a standard normal draw.

        Raises:
            StrategyError: it is no price that tokens of 18 decimals can be paid with.
        """
        try:
            later = price * math.exp((self.mu - self.sigma**2 / 2) * years + self.sigma * math.sqrt(years) * z)
        except OverflowError:
            later = math.inf
        if not LOWEST <= later <= HIGHEST:
            raise StrategyError(
                f"a price of {price:g} would be {later:g} after a step of {years:.4g} years, with mu = {self.mu:g} and "
                f"sigma = {self.sigma:g}; it stays from {LOWEST:g} to {HIGHEST:g}. Write a shorter time_step, or a mu and "
                "a sigma nearer to 0."
            )
        return later


@final
@dataclass(frozen=True)
class GeometricWalk(Process):
    """A geometric Brownian motion from a first price."""

    start: Start = 100.0
    motion: GeometricBrownianMotion = GeometricBrownianMotion()

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        prices = [self.start]
        for z in rng.standard_normal(length - 1).tolist():
            prices.append(self.motion.step(prices[-1], time_step / YEAR, z))
        return prices


@final
@dataclass(frozen=True)
class JumpDiffusion(Process):
    """A geometric Brownian motion with log-normal jumps at random times; mu stays the drift of the mean.

    Source:
        Merton, "Option pricing when underlying stock returns are discontinuous", 1976.
    """

    start: Start = 100.0
    motion: GeometricBrownianMotion = GeometricBrownianMotion()
    jumps: Annotated[float, AtLeast(0), Unit("per year"), Doc("how often it jumps, on average")] = 50.0
    jump_mean: Annotated[float, Doc("mean of a jump of the logarithm")] = -0.02
    jump_sigma: Annotated[float, AtLeast(0), Doc("standard deviation of a jump of the logarithm")] = 0.04

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        years, motion = time_step / YEAR, self.motion
        counts = rng.poisson(self.jumps * years, length - 1)
        normals, jumps = rng.standard_normal(length - 1), rng.standard_normal(length - 1)
        compensator = self.jumps * math.expm1(self.jump_mean + self.jump_sigma**2 / 2)
        drift = (motion.mu - compensator - motion.sigma**2 / 2) * years
        jumped = counts * self.jump_mean + np.sqrt(counts) * self.jump_sigma * jumps
        return exponentiated(self.start, drift + motion.sigma * math.sqrt(years) * normals + jumped, "JumpDiffusion")


@final
@dataclass(frozen=True)
class SwitchingVolatility(Process):
    """A geometric Brownian motion that is calm or wild, and changes from one to the other by chance."""

    start: Start = 100.0
    mu: Annotated[float, Unit("per year"), Doc("drift of the mean, in both regimes")] = 0.0
    sigma_calm: Annotated[float, AtLeast(0), Unit("per √year"), Doc("volatility in the first regime")] = 0.4
    sigma_wild: Annotated[float, AtLeast(0), Unit("per √year"), Doc("volatility in the other")] = 1.6
    calm: Annotated[Seconds, AtLeast(1), Doc("how long a calm regime lasts, on average")] = 5 * DAY
    wild: Annotated[Seconds, AtLeast(1), Doc("how long a wild one lasts, on average")] = DAY

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        years = time_step / YEAR
        sigmas = np.where(self.is_wild(rng, length - 1, time_step), self.sigma_wild, self.sigma_calm)
        normals = rng.standard_normal(length - 1)
        logs = (self.mu - sigmas**2 / 2) * years + sigmas * math.sqrt(years) * normals
        return exponentiated(self.start, logs, "SwitchingVolatility")

    def is_wild(self, rng: np.random.Generator, n_steps: int, time_step: Seconds) -> list[bool]:
        """Draw which steps are wild; the first one is calm."""
        leaves = (-math.expm1(-time_step / self.calm), -math.expm1(-time_step / self.wild))
        wild, states = False, []
        for u in rng.random(n_steps).tolist():
            states.append(wild)
            wild = wild != (u < leaves[wild])
        return states


@final
@dataclass(frozen=True)
class DoubleGamma(Process):
    """A logarithm that moves by the difference of two gamma variables each step: heavy tails, no skew.

    The variance of a step is 2 shape scale², its kurtosis 3 + 3 / shape.
    """

    start: Start = 100.0
    shape: Annotated[float, Above(0), Doc("of both gamma variables; the smaller, the heavier the tails")] = 1.0
    scale: Annotated[float, Above(0), Unit("per step"), Doc("of both gamma variables")] = 0.001

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        up = rng.gamma(self.shape, self.scale, length - 1)
        return exponentiated(self.start, up - rng.gamma(self.shape, self.scale, length - 1), "DoubleGamma")


def exponentiated(start: float, logs: Floats, what: str) -> list[float]:
    """Return the path of given steps of the logarithm.

    Raises:
        StrategyError: a price is none that tokens of 18 decimals can be paid with.
    """
    path = math.log(start) + np.concatenate(([0.0], np.cumsum(logs)))
    bad = np.flatnonzero(np.abs(path) > math.log(HIGHEST))
    if len(bad):
        raise StrategyError(
            f"{what}: the logarithm of the price of step {bad[0]} is {path[bad[0]]:.4g}; prices stay from {LOWEST:g} to "
            f"{HIGHEST:g}. Write a shorter time_step, or rates nearer to 0."
        )
    return [start, *np.exp(path[1:]).tolist()]
