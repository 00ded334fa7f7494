"""Depths far from the end, in closed form."""

from math import e, sqrt
from typing import final

from tokenspice.markets.quoting.control import DepthRule, Depths, MakerProblem

__all__ = ["StationaryDepths"]


@final
class StationaryDepths(DepthRule):
    """The approximation for an end that is infinitely far; the same at all times.

    Source:
        Guéant, Lehalle and Fernandez-Tapia, "Dealing with the inventory risk", 2013.
    """

    def __init__(self, problem: MakerProblem) -> None:
        super().__init__(problem)
        self._base = 1 / problem.kappa
        self._skew = sqrt(problem.phi * e / (problem.arrivals * problem.kappa))  # per unit of inventory

    def within(self, q: int, remaining: float) -> Depths:
        bid = self._base + (2 * q + 1) / 2 * self._skew if q < self.problem.q_high else None
        return Depths(bid, self._base - (2 * q - 1) / 2 * self._skew if q > self.problem.q_low else None)
