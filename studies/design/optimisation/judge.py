"""What a design is worth: its goals, all to be small, and how far it violates each spec."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Goal, Spec
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.optimisation.searches import Axis, Point
from tokenspice.studies.design.space import Box

__all__ = [
    "Case",
    "Constraint",
    "Judge",
    "Judgement",
    "Judging",
    "Statistic",
    "axes_of",
    "cases_of",
    "costs_of",
    "start_of",
]

Constraint: TypeAlias = Literal["margin", "share"]
Statistic: TypeAlias = Literal["mean", "q95", "yield"]

Case: TypeAlias = tuple[int, Mapping[str, Value]]
"""A seed, and values of variables that are not the designer's."""

BAD_TAIL = 0.95  # of runs, that q95 looks past


@final
@dataclass(frozen=True)
class Judgement:
    """A design, and what came of it.

    Attributes:
        point: in the box of the design.
        settings: its values.
        values: of the goals, all to be small; None where no run of it ended.
        violations: above 0 where runs do not end, or a spec is not met; the first is the share of runs that do not end.
        outcomes: of its runs, seed by seed.
    """

    point: Point
    settings: Mapping[str, Value]
    values: tuple[float, ...] | None
    violations: tuple[float, ...]
    outcomes: Sequence[Outcome]

    @property
    def is_feasible(self) -> bool:
        return self.values is not None and max(self.violations) <= 0

    @property
    def violation(self) -> float:
        """How far it violates all specs together."""
        return sum(max(violation, 0.0) for violation in self.violations)

    @property
    def order(self) -> tuple[float, float]:
        """The key by which designs are sorted for one goal, the best first."""
        return (0.0, self.values[0]) if self.is_feasible and self.values else (self.violation or np.inf, 0.0)


class Judging(Protocol):
    """What a search asks.

    Attributes:
        n_violations: how many constraints there are, the first of which is that runs end.
    """

    n_violations: int

    def judge(self, points: Sequence[Point], cases: Sequence[Case]) -> list[Judgement]:
        """Run some designs."""


@final
class Judge:
    """Runs designs with common seeds.

    Args:
        evaluator: of the study.
        goals: of which metrics.
        statistic: of the goals and margins, over the seeds.
        constraint: whether specs are met on average (margin), or in the share of runs that they ask for.
    """

    def __init__(
        self, evaluator: Evaluator, goals: Mapping[str, Goal], statistic: Statistic, constraint: Constraint
    ) -> None:
        self.box = evaluator.box("design")
        self.goals = goals
        self.specs = evaluator.study.specs
        self.n_violations = 1 if statistic == "yield" else 1 + len(self.specs)
        self._ignores_failures = evaluator.request.crashed == "ignore"
        self._evaluator = evaluator
        self._statistic = statistic
        self._constraint = constraint

    @property
    def n_goals(self) -> int:
        return 1 if self._statistic == "yield" else len(self.goals)

    @property
    def compares_means(self) -> bool:
        """Whether a design is better than another where it is so on average, so that pairs of runs tell."""
        return self._statistic != "q95"

    def judge(self, points: Sequence[Point], cases: Sequence[Case]) -> list[Judgement]:
        """Run some designs, all of them side by side, each in the same cases.

        Raises:
            BudgetSpent: they are more runs than are left.
            StudyError: a goal is infinite.
        """
        settings = [self.box.settings(point) for point in points]
        identities = [self._evaluator.identity(seed, others, one) for one in settings for seed, others in cases]
        outcomes = self._evaluator.evaluate(identities)
        self._evaluator.margins.fix_scales([outcome.metrics for outcome in outcomes])
        n = len(cases)
        return [
            self.judgement(point, one, outcomes[place * n : (place + 1) * n])
            for place, (point, one) in enumerate(zip(points, settings, strict=True))
        ]

    def costs(self, judged: Judgement) -> Floats:
        """Return what a design costs in each goal and case, [n_goals, n_cases]: of yield, 1 where a run fails."""
        if self._statistic == "yield":
            return np.array([[float(self._evaluator.is_failure(outcome)) for outcome in judged.outcomes]])
        return np.array([costs_of(judged.outcomes, name, goal) for name, goal in self.goals.items()])

    def judgement(self, point: Point, settings: Mapping[str, Value], outcomes: Sequence[Outcome]) -> Judgement:
        """Return what some runs of a design make of it."""
        ended = [outcome for outcome in outcomes if outcome.is_finished]
        # Runs that are to be ignored where they fail are lost to nobody, as long as others end.
        ignored = sum(outcome.failure is not None for outcome in outcomes) if self._ignores_failures and ended else 0
        lost = 1 - (len(ended) + ignored) / len(outcomes)
        if self._statistic == "yield":
            met = np.mean([not self._evaluator.is_failure(outcome) for outcome in outcomes])
            return Judgement(point, settings, (-float(met),), (float(lost == 1),), outcomes)
        if not ended:
            return Judgement(point, settings, None, (lost,), outcomes)
        values = tuple(self._over_seeds(costs_of(ended, name, goal)) for name, goal in self.goals.items())
        return Judgement(
            point, settings, values, (lost, *(self._violation(spec, outcomes) for spec in self.specs)), outcomes
        )

    def _over_seeds(self, costs: Floats) -> float:
        return float(np.quantile(costs, BAD_TAIL) if self._statistic == "q95" else costs.mean())

    def _violation(self, spec: Spec, outcomes: Sequence[Outcome]) -> float:
        margins = np.array(
            [self._evaluator.margins.of(spec, outcome.metrics) for outcome in outcomes if outcome.is_finished]
        )
        if self._statistic == "q95":
            return -float(np.quantile(margins, 1 - BAD_TAIL))
        if spec.over_quantile is not None:
            # Of a lower limit, the quantile of the metric is that of the margin; of an upper one, the opposite's.
            q = 1 - spec.over_quantile if spec.at_most is not None else spec.over_quantile
            return -float(np.quantile(margins, q))
        if self._constraint == "margin" or spec.over == "mean":
            return -float(margins.mean())
        return spec.in_share - float((margins >= 0).sum()) / len(outcomes)


def costs_of(outcomes: Sequence[Outcome], metric: str, goal: Goal) -> Floats:
    """Return a goal's metric of some runs, with its sign turned where it is to be large.

    Raises:
        StudyError: it is infinite.
    """
    costs = np.array([outcome.metrics[metric] for outcome in outcomes])
    if not np.isfinite(costs).all():
        raise StudyError(
            f"the goal {metric} is infinite in a run, {outcomes[int(np.argmin(np.isfinite(costs)))].identity.options}, "
            "and has no mean. Make a share or a level the goal, such as share_above."
        )
    return costs if goal == "minimise" else -costs


def cases_of(seeds: Sequence[int]) -> list[Case]:
    """Return the cases of some seeds, in which all that is not the designer's is nominal or drawn."""
    return [(seed, {}) for seed in seeds]


def start_of(evaluator: Evaluator, box: Box) -> Point | None:
    """Return the point of the defaults; None where one of them lies outside the box."""
    nominal = evaluator.nominal()
    try:
        point = box.point({name: nominal[name] for name in box.names})
    except ValueError:  # a choice that is not offered, or a number that has no logarithm
        return None
    return tuple(point) if all(0 <= u <= 1 for u in point) else None


def axes_of(box: Box) -> list[Axis]:
    """Return how many choices each variable has that is no number; 0 of numbers."""
    counts = []
    for name in box.names:
        levels = box.levels(name)
        is_choice = levels is not None and any(isinstance(level, bool) or not is_number(level) for level in levels)
        counts.append(len(levels) if levels is not None and is_choice else 0)
    return counts


def is_number(value: Value) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
