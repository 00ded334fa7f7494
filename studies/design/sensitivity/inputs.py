"""What is varied, as coordinates between 0 and 1; and the metric that came of each point, or why there is none."""

from collections.abc import Sequence
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Choice, Discrete, Range, Value, Variable
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.space import Box

__all__ = ["ROLES", "Inputs", "box_of_all", "metric_called", "values_of"]

ROLES = ("design", "random", "environment")
TAIL = 0.001  # of a random variable, on either side, beyond which it has no ends to look at


@final
class Inputs:
    """The variables of some roles; each random one by the share of its values that lie below.

    Args:
        evaluator: of the study.
        roles: of design, random and environment. What chance chooses and is not among them, it chooses by the seed.

    Raises:
        StudyError: there are no such variables.
    """

    def __init__(self, evaluator: Evaluator, roles: Sequence[str]) -> None:
        self.box = evaluator.box(*(role for role in roles if role != "random"))
        self.cloud = evaluator.cloud if "random" in roles else None
        self.draws = self.cloud is None
        self.correlations = evaluator.study.correlations if self.cloud else {}
        if not len(self):
            raise StudyError(f"the study has no variables of {', '.join(roles)}. Declare some, or name other roles.")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def names(self) -> list[str]:
        return self.box.names + (self.cloud.names if self.cloud else [])

    def settings(self, point: Floats, tail: float = 0.0) -> dict[str, Value]:
        """Return the values at a point.

        Args:
            point: [n_inputs] from 0 to 1.
            tail: share that is cut off a random variable on either side, since its distribution may have no end.
        """
        n = len(self.box)
        found = self.box.settings(point[:n])
        if self.cloud:
            found |= self.cloud.settings_at(np.clip(point[n:], max(tail, 1e-12), 1 - max(tail, 1e-12)))
        return found


def box_of_all(evaluator: Evaluator, roles: Sequence[str]) -> Box:
    """Return ranges and choices alone: of a random variable, its values but for a thousandth on either side."""
    variables: dict[str, Variable] = {}
    for role in roles:
        for name in getattr(evaluator.study, role):
            variables[name] = range_of(evaluator, name) if role == "random" else getattr(evaluator.study, role)[name]
    return Box(variables, evaluator.candidate.types)


def range_of(evaluator: Evaluator, name: str) -> Variable:
    random = evaluator.study.random[name]
    if isinstance(random, Discrete):
        return Choice(*(value for value, weight in random.weights.items() if weight > 0))
    cloud = evaluator.cloud
    ends = [cloud.settings_at([share] * len(cloud))[name] for share in (TAIL, 1 - TAIL)]
    low, high = (end if isinstance(end, str) else float(end) for end in ends)
    return Range(low, high)


def values_of(outcomes: Sequence[Outcome], metric: str, what: str) -> Floats:
    """Return a metric of each run.

    Raises:
        StudyError: one has none: it cannot be run, it failed, or the metric is infinite.
    """
    infeasible = [outcome for outcome in outcomes if outcome.infeasible]
    if infeasible:
        raise StudyError(
            f"{what} needs a value at every point, and {len(infeasible)} of {len(outcomes)} cannot be run: "
            f"{infeasible[0].infeasible} Write narrower ranges with --design or --environment."
        )
    failed = [outcome for outcome in outcomes if outcome.failure]
    if failed:
        raise StudyError(
            f"{what} needs a value of every run, and {len(failed)} of {len(outcomes)} failed: {failed[0].failure} "
            f"One of them: {failed[0].identity.options}. Mend it, or write narrower ranges."
        )
    values = np.array([outcome.metrics[metric] for outcome in outcomes])
    if not np.isfinite(values).all():
        raise StudyError(
            f"{metric} is infinite in {int((~np.isfinite(values)).sum())} of {len(values)} runs, so it has no "
            "variance. Measure a share or a level instead, such as share_above."
        )
    return values


def metric_called(evaluator: Evaluator, of: str) -> str:
    names = list(evaluator.folder.ledger[evaluator.pilot].metrics)
    if of and of not in names:
        raise StudyError(f'there is no metric "{of}". There are: {", ".join(names)}.')
    return of or names[0]
