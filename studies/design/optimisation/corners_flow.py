"""The design that holds in its share of runs: found at corners alone, judged by the yield on fresh seeds.

Yield at the default; for each spec the run that stands at the required share, its corner; the best design at the corners;
its yield on fresh seeds; and where a spec fails, another corner. McConaghy et al., Variation-Aware Design of Custom
Integrated Circuits, 2013.
"""

from collections.abc import Mapping, Sequence
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Goal, Spec
from tokenspice.engine.variables import Value
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import (
    Case,
    Judgement,
    axes_of,
    cases_of,
    costs_of,
    start_of,
)
from tokenspice.studies.design.optimisation.local import search_locally
from tokenspice.studies.design.optimisation.running import PATIENCE, reps_of, run_search
from tokenspice.studies.design.optimisation.searches import Point, Sampler, search_called
from tokenspice.studies.design.optimisation.yields import Corner, Yield, share_asked
from tokenspice.studies.design.tool import Findings

__all__ = ["CornerJudge", "corner_at", "hold_at_corners"]

ROUNDS = 5
YIELD_PART = 0.2  # of the budget, for each yield
WORST_MARGIN = -1e6  # of a run that failed


@final
class CornerJudge:
    """Judges designs by their goal over some seeds, and by their margins at the corners.

    Args:
        evaluator: of the study.
        corners: at which specs must hold.
    """

    n_goals = 1

    def __init__(self, evaluator: Evaluator, corners: Sequence[Corner]) -> None:
        self.box = evaluator.box("design")
        self.goals: Mapping[str, Goal] = evaluator.study.goals
        self.specs = evaluator.study.specs
        self.n_violations = 1 + len(corners)
        self._evaluator = evaluator
        self._corners = corners

    def judge(self, points: Sequence[Point], cases: Sequence[Case]) -> list[Judgement]:
        """Run some designs in the goal's cases and at all corners, side by side."""
        settings = [self.box.settings(point) for point in points]
        seeds = [*(seed for seed, _ in cases), *(corner.seed for corner in self._corners)]
        identities = [self._evaluator.identity(seed, one) for one in settings for seed in seeds]
        outcomes = self._evaluator.evaluate(identities)
        n = len(seeds)
        return [
            self._judgement(point, one, outcomes[place * n : (place + 1) * n], len(cases))
            for place, (point, one) in enumerate(zip(points, settings, strict=True))
        ]

    def _judgement(
        self, point: Point, settings: Mapping[str, Value], outcomes: Sequence[Outcome], n_cases: int
    ) -> Judgement:
        ended = [outcome for outcome in outcomes[:n_cases] if outcome.is_finished]
        lost = 1 - sum(outcome.is_finished for outcome in outcomes) / len(outcomes)
        if not ended:
            return Judgement(point, settings, None, (1.0,), outcomes)
        values = tuple(float(costs_of(ended, name, goal).mean()) for name, goal in self.goals.items())
        violations = [
            -max(self._evaluator.margins.of(corner.spec, outcome.metrics), WORST_MARGIN)
            for corner, outcome in zip(self._corners, outcomes[n_cases:], strict=True)
        ]
        return Judgement(point, settings, values, (lost, *violations), outcomes)


def hold_at_corners(evaluator: Evaluator, sampler: Sampler) -> Findings:
    """Find the best design of which all specs hold in their shares of all runs."""
    from tokenspice.studies.design.optimisation.corners_report import report_corners

    if on_means := [str(spec) for spec in evaluator.study.specs if spec.over == "mean"]:
        raise StudyError(
            f"--robust corners holds shares of runs, and {on_means[0]} is on the mean. Leave --robust out."
        )
    n = int(YIELD_PART * evaluator.budget)
    box = evaluator.box("design")
    point = start_of(evaluator, box) or tuple(box.point(box.middle()))
    yields = [measure(evaluator, point, n, 0)]
    corners = [corner_at(spec, yields[0], 0) for spec in evaluator.study.specs]
    histories: list[History] = []
    for number in range(1, ROUNDS + 1):
        runs = evaluator.left - n
        if runs < 10 * (reps_of(evaluator.request, "corners") + len(corners)):
            break
        # At least two more rounds are provided for, as long as there is the budget.
        rounds_left = max(min(ROUNDS - number + 1, (evaluator.left - runs // 4) // n), 1)
        search_runs = max(runs - (rounds_left - 1) * n, runs // 4) // rounds_left
        history = search_at_corners(evaluator, corners, sampler, point, search_runs, number)
        histories.append(history)
        point = history.best(1)[0].point
        yields.append(measure(evaluator, point, n, number))
        failing = [spec for spec in evaluator.study.specs if yields[-1].fails(spec)]
        if not failing:
            break
        corners += [corner_at(spec, yields[-1], number) for spec in failing]
    return report_corners(evaluator, yields, corners, histories)


def search_at_corners(
    evaluator: Evaluator, corners: Sequence[Corner], sampler: Sampler, start: Point, runs: int, number: int
) -> History:
    """Search everywhere, then step by step from the best that was found."""
    judge = CornerJudge(evaluator, corners)
    seed, reps = evaluator.request.seed, reps_of(evaluator.request, "corners")
    cases = cases_of(Seeds(seed, "optimise/search").first(reps))
    axes = axes_of(judge.box)
    if sampler == "auto":
        sampler = "tpe" if any(axes) else "cmaes"
    cost = reps + len(corners)
    search = search_called(sampler, axes, 1, start, runs // cost, child_seed(seed, f"optimise/corners/{number}"))
    history, asked = History(1, PATIENCE * len(axes)), evaluator.runs_asked
    run_search(evaluator, judge, search, history, cases, asked + runs * 2 // 3)
    end = asked + runs

    def step(point: Point) -> Judgement | None:
        if evaluator.runs_asked + cost > end:
            return None
        history.add(found := judge.judge([point], cases))
        return found[0]

    search_locally(step, axes, history.best(1)[0].point)
    return history


def measure(evaluator: Evaluator, point: Point, n: int, number: int) -> Yield:
    """Run a design with fresh seeds, which no search and no other yield has."""
    settings = evaluator.box("design").settings(point)
    seeds = Seeds(evaluator.request.seed, f"optimise/yield/{number}").first(n)
    outcomes = evaluator.evaluate([evaluator.identity(seed, settings) for seed in seeds])
    if refused := next((outcome.infeasible for outcome in outcomes if outcome.infeasible), None):
        raise StudyError(f"the design cannot be run: {refused} Write narrower ranges with --design.")
    evaluator.margins.fix_scales([outcome.metrics for outcome in outcomes])
    margins = {
        str(spec): np.array([max(evaluator.margins.of(spec, one.metrics), WORST_MARGIN) for one in outcomes])
        for spec in evaluator.study.specs
    }
    met = {text: int((found >= 0).sum()) for text, found in margins.items()}
    return Yield(point, settings, n, met, margins, seeds, outcomes)


def corner_at(spec: Spec, found: Yield, number: int) -> Corner:
    """Return the run at the share that the spec asks for: if it met the limit, so would just that share of all."""
    margins = found.margins[str(spec)]
    order = np.argsort(margins, kind="stable")
    place = int(order[min(int((1 - share_asked(spec)) * found.n), found.n - 1)])
    return Corner(spec, found.seeds[place], float(margins[place]), number)
