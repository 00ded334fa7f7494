"""Repetitions of subset sampling, cross-entropy and NAIS over a study's random variables, and over chance itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.studies.design.draws import Seeds, child_seed, seed_at
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator, Outcome
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.rare.standard_space import Method, Searched, search
from tokenspice.studies.design.space import normal_shares

__all__ = ["Points"]

FARTHEST = 1e12  # a margin that is infinite


@final
@dataclass
class Points:
    """Does repetitions.

    Args:
        evaluator: makes the runs.
        margin: of a run's metrics.
        method: subset sampling takes the seed as one more coordinate; the others draw a new one for each point.
        step: points a step.

    Attributes:
        failing: the runs that failed.
    """

    evaluator: Evaluator
    margin: Callable[[Mapping[str, float]], float]
    method: Method
    step: int

    def __post_init__(self) -> None:
        self.failing: dict[Identity, None] = {}

    def repetitions(self, first: int, n: int) -> dict[int, Searched]:
        """Do the repetitions `first`, `first` + 1, …, until the budget is spent.

        Raises:
            StudyError: levels cannot rise, or there are too many variables.
        """
        done: dict[int, Searched] = {}
        for number in range(first, first + n):
            try:
                done[number] = self._repetition(number)
            except BudgetSpent:
                break
        return done

    def _repetition(self, number: int) -> Searched:
        evaluator, d = self.evaluator, len(self.evaluator.cloud)
        if not d:
            raise StudyError(
                f"{self.method} moves random variables, and the study declares none. Give the spec a nearness, and write "
                "--method splitting."
            )
        noise = iter(Seeds(evaluator.request.seed, f"rare/noise/{number}"))

        def identity_at(point: Floats) -> Identity:
            seed = seed_at(float(normal_shares(point[d:])[0])) if self.method == "subset" else next(noise)
            return evaluator.identity(seed, evaluator.cloud.settings(point[:d]), draws=False)

        def margins(points: Floats) -> Floats:
            return np.array([self._margin(one) for one in evaluator.evaluate([identity_at(one) for one in points])])

        seed = child_seed(evaluator.request.seed, f"rare/{self.method}/{number}")
        return search(self.method, margins, d + (self.method == "subset"), seed, self.step)

    def _margin(self, outcome: Outcome) -> float:
        if outcome.infeasible:
            raise StudyError(
                f"a drawn set cannot be run: {outcome.infeasible} Give its distribution within=(low, high)."
            )
        found = min(max(self.margin(outcome.metrics), -FARTHEST), FARTHEST)
        if found < 0:
            self.failing.setdefault(outcome.identity)
        return found
