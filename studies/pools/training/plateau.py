"""A learning rate that falls where the objective gets no better.

What it knows are the objectives of earlier steps, which a journal holds: a training that goes on after an interruption
finds the same rates. Optax' own rule has its numbers compiled in, and one state for all sets.
"""

from typing import final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.studies.pools.training.settings import Training, learning_rate

__all__ = ["Rates"]


@final
class Rates:
    """The learning rate of each parameter set: the schedule's, times a factor that falls on a plateau.

    A plateau is `plateau_iterations` steps in a row without a higher objective than all before. The factor does not take
    the rate below `least_learning_rate`; a schedule may.

    Args:
        training: its schedule and its plateau.
        sets: how many there are.
    """

    def __init__(self, training: Training, sets: int) -> None:
        self.training = training
        self.best = np.full(sets, -np.inf)
        self.waited = np.zeros(sets, dtype=np.int64)
        self.factor = np.ones(sets)

    def see(self, objective: Floats) -> None:
        """Take note of the objectives of a step.

        Args:
            objective: [sets]; what is no number is no better.
        """
        if not self.training.plateau_iterations:
            return
        better = objective > self.best
        self.best = np.where(better, objective, self.best)
        self.waited = np.where(better, 0, self.waited + 1)
        flat = self.waited >= self.training.plateau_iterations
        self.factor = np.where(flat, self.factor * self.training.plateau_ratio, self.factor)
        self.waited = np.where(flat, 0, self.waited)

    def begin_anew(self, sets: NDArray[np.bool_]) -> None:
        """Forget what sets did that were lost, and begin elsewhere.

        Args:
            sets: [sets] which.
        """
        self.best = np.where(sets, -np.inf, self.best)
        self.waited = np.where(sets, 0, self.waited)
        self.factor = np.where(sets, 1.0, self.factor)

    def at(self, iteration: int) -> Floats:
        """[sets] the rates of a step, from 0 on."""
        scheduled = learning_rate(self.training, iteration)
        least = min(scheduled, self.training.least_learning_rate)
        return np.asarray(np.maximum(scheduled * self.factor, least))
