"""Depths up to a given end, by a table that no horizon overflows.

The value of inventory q is h = ln(omega_q) / kappa, where omega(t) = exp(A (T - t)) z solves a linear equation whose matrix
has no negative number off its diagonal. Shifted by a multiple of the identity, which scales omega and changes no depth, all
its numbers are positive or 0. So a table is made by products of non-negative numbers, which lose no digits, and omega is
scaled to a maximum of 1 after each of them. It stops where another minute changes nothing.
"""

from math import ceil, e, log2
from typing import final

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Floats
from tokenspice.markets.quoting.control import DepthRule, Depths, MakerProblem

__all__ = ["FiniteHorizonDepths"]

SMALLEST = 1e-290  # of omega, beside its maximum of 1; below it, floats lose digits
MOST_PENALTY = 100.0  # of kappa phi q² in one product, so that no float of the matrix falls to 0
SETTLED = 1e-13  # relative change of depths in a step, from which on the table is stationary
TERMS = 30  # of the exponential's series for a matrix whose rows sum to 1 at most


@final
class FiniteHorizonDepths(DepthRule):
    """The exact solution for an end at a given time.

    Args:
        problem: what is solved.
        horizon: minutes from the beginning to the end; earlier times have the depths of the beginning.
        step: minutes from one row of the table to the next; times between are those of the row nearest to the end.

    Raises:
        StrategyError: the limits are so wide that the value of inventory there is beyond all floats.
    """

    def __init__(self, problem: MakerProblem, horizon: float, step: float = 1.0) -> None:
        super().__init__(problem)
        if not (0 < step <= horizon):
            raise StrategyError(
                f"a horizon of {horizon:g} minutes in steps of {step:g}: write a step above 0, up to the horizon."
            )
        self._step = step
        self._bids, self._asks = depth_table(problem, ceil(horizon / step - 1e-9), step)
        self._last = len(self._bids) - 1

    @property
    def n_rows(self) -> int:
        """How many times before the end the table holds, the end included."""
        return self._last + 1

    def within(self, q: int, remaining: float) -> Depths:
        row = min(int(remaining / self._step + 1e-9), self._last)
        column = q - self.problem.q_low
        bid = self._bids[row][column] if q < self.problem.q_high else None
        return Depths(bid, self._asks[row][column - 1] if q > self.problem.q_low else None)


def depth_table(problem: MakerProblem, n_steps: int, step: float) -> tuple[list[list[float]], list[list[float]]]:
    """Return the depths of bids at q_low ... q_high - 1 and of asks at q_low + 1 ... q_high, by steps before the end."""
    q = np.arange(problem.q_low, problem.q_high + 1, dtype=float)
    propagator, repeats = one_step(problem, q, step)
    omega = scaled(np.exp(-problem.alpha * problem.kappa * (q**2 - np.min(q**2))), problem)
    differences = [differences_of(omega, problem)]
    for _ in range(n_steps):
        for _ in range(repeats):
            omega = scaled(propagator @ omega, problem)
        differences.append(differences_of(omega, problem))
        if np.max(np.abs(differences[-1] - differences[-2])) <= SETTLED / problem.kappa:
            break
    table = np.array(differences)
    # h(q) - h(q+1) makes a bid at q dear, and an ask at q + 1 cheap.
    return (1 / problem.kappa + table).tolist(), (1 / problem.kappa - table).tolist()


def one_step(problem: MakerProblem, q: Floats, step: float) -> tuple[Floats, int]:
    """Return a matrix that takes omega one step away from the end, up to its scale, and how often it must be applied."""
    penalties = problem.kappa * problem.phi * (q**2 - np.min(q**2)) * step
    repeats = max(1, ceil(float(penalties.max()) / MOST_PENALTY))
    flow = problem.arrivals / e * step / repeats
    shifted = np.diag((penalties.max() - penalties) / repeats)
    neighbours = np.eye(len(q), k=1) + np.eye(len(q), k=-1)
    return exponential(shifted + flow * neighbours), repeats


def exponential(matrix: Floats) -> Floats:
    """Return a multiple of the exponential of a matrix without negative numbers; each number keeps all its digits."""
    halvings = max(0, ceil(log2(max(float(matrix.sum(axis=1).max()), 1.0))))
    small = matrix / 2**halvings
    total = term = np.eye(len(matrix))
    for k in range(1, TERMS):
        term = term @ small / k
        total = total + term
    for _ in range(halvings):
        total = total @ total
        total = total / total.max()
    return total


def scaled(omega: Floats, problem: MakerProblem) -> Floats:
    """Return omega with a maximum of 1.

    Raises:
        StrategyError: its minimum is beyond what floats hold.
    """
    omega = omega / omega.max()
    if omega.min() < SMALLEST:
        raise StrategyError(
            f"at the limits q_low = {problem.q_low} and q_high = {problem.q_high}, inventory costs more than floats hold. "
            "Write limits nearer to 0, or a smaller kappa, alpha or phi."
        )
    return omega


def differences_of(omega: Floats, problem: MakerProblem) -> Floats:
    """Return h(q) - h(q+1) for each pair of neighbours."""
    return np.asarray(-np.diff(np.log(omega)) / problem.kappa)
