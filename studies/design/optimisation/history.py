"""What a search has tried so far, and whether it still gains."""

from collections.abc import Sequence
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.design.optimisation.fronts import front_of, hypervolume
from tokenspice.studies.design.optimisation.judge import Judgement

__all__ = ["History"]

GAIN = 0.001  # of the best value, or of the front's volume, below which a block gained nothing


@final
class History:
    """The designs that were tried, block by block.

    Args:
        n_goals: how many numbers are to be small.
        patience: blocks without gain after which a search ends.

    Attributes:
        tried: all designs, in order.
        blocks: in which block each was tried.
        scores: after each block, the best value, the volume that the front rules, or minus the least violation.
    """

    def __init__(self, n_goals: int, patience: int) -> None:
        self.tried: list[Judgement] = []
        self.blocks: list[int] = []
        self.scores: list[float] = []
        self._n_goals = n_goals
        self._patience = patience
        self._found: list[bool] = []
        self._reference: tuple[float, ...] | None = None
        self._front: Floats | None = None

    def add(self, block: Sequence[Judgement]) -> None:
        self.tried += block
        self.blocks += [len(self.scores)] * len(block)
        feasible = [one.values for one in block if one.is_feasible and one.values is not None]
        if feasible:
            values = np.array(feasible) if self._front is None else np.concatenate([self._front, feasible])
            self._front = values[front_of(values)]
        self._found.append(self._front is not None)
        self.scores.append(self._score())

    @property
    def feasible(self) -> list[Judgement]:
        return [one for one in self.tried if one.is_feasible]

    @property
    def is_exhausted(self) -> bool:
        """Whether as many blocks as its patience brought no gain."""
        if len(self.scores) <= self._patience:
            return False
        before, after = self.scores[-1 - self._patience], self.scores[-1]
        if self._found[-1] != self._found[-1 - self._patience]:
            return False
        return after - before <= GAIN * max(abs(before), abs(after))

    def best(self, n: int | None = None) -> list[Judgement]:
        """Return the best designs for one goal, each once; of several goals, those of the front.

        Args:
            n: how many at most; of a front, they lie evenly along its first goal. None: all.
        """
        pool = self.feasible if self._n_goals > 1 and self.feasible else self.tried
        distinct: dict[tuple[object, ...], Judgement] = {}
        for one in sorted(pool, key=lambda one: one.order):
            if one.values is not None:
                distinct.setdefault(tuple(one.settings.values()), one)
        found = list(distinct.values())
        if self._n_goals == 1 or not self.feasible:
            return found[:n]
        front = [found[place] for place in front_of(np.array([one.values for one in found]))]
        return front if n is None else thinned(front, n)

    def placeholder(self) -> tuple[float, ...]:
        """Return the worst values so far, for a design that has none."""
        known = [one.values for one in self.tried if one.values is not None]
        return tuple(float(worst) for worst in np.max(known, axis=0)) if known else (0.0,) * self._n_goals

    def _score(self) -> float:
        if self._front is None:
            return -min((one.violation for one in self.tried), default=np.inf)
        if self._n_goals == 1:
            return -float(self._front.min())
        if self._reference is None:
            # The first feasible designs fix from where volume is measured.
            spread = np.ptp(self._front, axis=0)
            self._reference = tuple(float(x) for x in self._front.max(axis=0) + np.where(spread > 0, spread, 1.0))
        return hypervolume(self._front, self._reference)


def thinned(front: Sequence[Judgement], n: int) -> list[Judgement]:
    """Return at most `n` of a front, evenly along its first goal, both ends included."""
    ordered = sorted(front, key=lambda one: one.values or ())
    if len(ordered) <= n:
        return list(ordered)
    places = np.unique(np.linspace(0, len(ordered) - 1, n).round().astype(int))
    return [ordered[place] for place in places]
