"""Parameter sets of a box, run with a few seeds each: what a response is learnt from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Choice, Discrete, LogNormal, Range, Value, Variable
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.surrogate.axes import Axis

__all__ = ["ROLES", "Sets", "axes_of", "box_over", "count_over", "least_sets", "run_sets"]

ROLES = ("design", "environment", "random")
TAIL = 0.001  # of a random variable's values that lies beyond each end of its range
MOST_LOST = 0.5  # of the sets that may be infeasible, or fail


@final
@dataclass(frozen=True)
class Sets:
    """The sets that could be run, and what came of them.

    Attributes:
        points: the variables of each set.
        outcomes: of each set, one for each seed.
        infeasible: how many sets the netlist refused.
        failed: how many sets had a run that failed.
    """

    points: tuple[Mapping[str, Value], ...]
    outcomes: tuple[tuple[Outcome, ...], ...]
    infeasible: int
    failed: int

    def raw(self, metric: str) -> Floats:
        """Return a metric [n_sets, n_seeds], which may be infinite."""
        return np.array([[outcome.metrics[metric] for outcome in one] for one in self.outcomes], float)

    def values(self, metric: str) -> Floats:
        """Return a metric [n_sets, n_seeds].

        Raises:
            StudyError: it is infinite in a run.
        """
        found = self.raw(metric)
        if not np.isfinite(found).all():
            runs = int((~np.isfinite(found)).sum())
            raise StudyError(
                f"{metric} is infinite in {runs} of {found.size} runs, so it has no mean. Use its share, or the "
                "Kaplan–Meier median: a metric that is 1 where it is reached, for instance."
            )
        return found


def count_over(study: Study, roles: Sequence[str]) -> int:
    """Return how many variables have some roles.

    Raises:
        StudyError: a role is none.
    """
    if unknown := [role for role in roles if role not in ROLES]:
        raise StudyError(f'"{unknown[0]}" is no role of variables. Choose among {", ".join(ROLES)}.')
    return sum(len(getattr(study, role)) for role in roles)


def box_over(evaluator: Evaluator, roles: Sequence[str]) -> Box:
    """Return the variables of some roles as one box; of random ones, the range of all but 0.1 % at each end.

    Raises:
        StudyError: a role is none, or there is nothing to vary.
    """
    study = evaluator.study
    count_over(study, roles)
    variables: dict[str, Variable] = {}
    for role in ROLES:
        if role in roles:
            variables |= random_ranges(evaluator) if role == "random" else getattr(study, role)
    if not variables:
        raise StudyError(
            f"the study has no {' and no '.join(roles)} variable to vary. Declare one, such as Range(0, 1)."
        )
    return Box(variables, evaluator.candidate.types)


def random_ranges(evaluator: Evaluator) -> dict[str, Variable]:
    """Return each random variable as a range, or as a choice."""
    cloud = evaluator.cloud
    ends = [cloud.settings_at([share] * len(cloud)) for share in (TAIL, 1 - TAIL)]
    ranges: dict[str, Variable] = {}
    for name, random in evaluator.study.random.items():
        low, high = (one[name] for one in ends)
        if isinstance(random, Discrete):
            ranges[name] = Choice(*(value for value, weight in random.weights.items() if weight > 0))
        else:
            ranges[name] = Range(as_number(low), as_number(high), log=isinstance(random, LogNormal))
    return ranges


def as_number(value: Value) -> int | float | str:
    return value if isinstance(value, str) else float(value)


def axes_of(box: Box) -> tuple[Axis, ...]:
    """Return the axes of a box, which a model sees."""
    axes: list[Axis] = []
    for name, variable in box.variables.items():
        if isinstance(variable, Choice):
            axes.append(Axis(name, choices=tuple(box.levels(name) or ())))
        else:
            axes.append(Axis(name, float(variable.low), float(variable.high), variable.log))
    return tuple(axes)


def least_sets(per_variable: int, n_variables: int) -> int:
    """Return the least power of two of sets, so many for each variable or more."""
    return 1 << math.ceil(math.log2(per_variable * max(n_variables, 1)))


def run_sets(evaluator: Evaluator, box: Box, n_sets: int, reps: int, purpose: str, common_seeds: bool = True) -> Sets:
    """Run scrambled Sobol' points of a box.

    Args:
        evaluator: who runs them.
        box: what is varied; the random variables that are not in it are drawn from each run's seed.
        n_sets: a power of two; a larger one begins with the sets of a smaller one.
        reps: seeds of each set.
        purpose: whose points these are: another word, other points.
        common_seeds: whether all sets have the same seeds.

    Raises:
        BudgetSpent: there is no budget for so many.
        StudyError: half of the sets or more cannot be run.
    """
    points = [
        box.settings(point) for point in box.sobol(n_sets, child_seed(evaluator.request.seed, f"{purpose}/points"))
    ]
    seeds = evaluator.seeds.first(reps if common_seeds else n_sets * reps)
    asked: list[Identity] = []
    for place, point in enumerate(points):
        own = seeds if common_seeds else seeds[place * reps : (place + 1) * reps]
        asked += [evaluator.identity(seed, point) for seed in own]
    outcomes = evaluator.evaluate(asked)
    groups = [tuple(outcomes[place * reps : (place + 1) * reps]) for place in range(n_sets)]
    whole = [all(outcome.is_finished for outcome in group) for group in groups]
    infeasible = sum(any(outcome.infeasible for outcome in group) for group in groups)
    if sum(whole) <= MOST_LOST * n_sets:
        why = next(o.infeasible or o.failure for group in groups for o in group if not o.is_finished)
        raise StudyError(f"{n_sets - sum(whole)} of {n_sets} parameter sets cannot be run, the first because: {why}")
    return Sets(
        tuple(point for point, fine in zip(points, whole, strict=True) if fine),
        tuple(group for group, fine in zip(groups, whole, strict=True) if fine),
        infeasible,
        n_sets - sum(whole) - infeasible,
    )
