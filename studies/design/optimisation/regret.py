"""The design of least regret: its greatest shortfall to the best design, over the corners of the environment (Savage 1951)."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from tokenspice.engine.study import Study
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Choice, Value
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import Judge, axes_of, start_of
from tokenspice.studies.design.optimisation.regrets import Regrets, Scenario, regrets_of
from tokenspice.studies.design.optimisation.running import PATIENCE, reps_of, run_search
from tokenspice.studies.design.optimisation.searches import Point, Sampler, search_called
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.tool import Findings

__all__ = ["least_regret", "scenarios_of"]

MOST_SCENARIOS = 64  # beyond which the environment is varied one variable at a time


def scenarios_of(study: Study, types: Mapping[str, object] | None = None) -> list[dict[str, Value]]:
    """Return all combinations of ends and choices; of many, one variable at a time, and all at their ends together."""
    box = Box(study.environment, dict(types or {}))
    ends = {name: box.ends(name) for name in box.names}
    if np.prod([float(len(values)) for values in ends.values()]) <= MOST_SCENARIOS:
        return [dict(zip(ends, values, strict=True)) for values in itertools.product(*ends.values())]
    middle = box.middle()
    single = [{**middle, name: value} for name, values in ends.items() for value in values]
    low = {name: middle[name] if isinstance(study.environment[name], Choice) else ends[name][0] for name in ends}
    high = {name: middle[name] if isinstance(study.environment[name], Choice) else ends[name][-1] for name in ends}
    return [*single, low, high]


def least_regret(evaluator: Evaluator, sampler: Sampler) -> Findings:
    """Find each scenario's best design, then the one that falls least short of them all."""
    from tokenspice.studies.design.optimisation.corners_report import report_regrets

    scenarios = scenarios_of(evaluator.study, evaluator.candidate.types)
    judge = Judge(evaluator, evaluator.study.goals, "mean", "margin")
    seeds = Seeds(evaluator.request.seed, "optimise/search").first(reps_of(evaluator.request, "regret"))
    budget, start = evaluator.budget, start_of(evaluator, judge.box)
    axes, seed = axes_of(judge.box), child_seed(evaluator.request.seed, "optimise/regret")
    points = [start] if start is not None else []
    for number, scenario in enumerate(scenarios):
        history = History(1, PATIENCE * len(axes))
        runs = budget // 2 // len(scenarios)
        search = search_called(sampler, axes, 1, start, runs // len(seeds), seed + number)
        run_search(evaluator, judge, search, history, [(one, scenario) for one in seeds], evaluator.runs_asked + runs)
        points.append(history.best(1)[0].point)
    points = list(dict.fromkeys(points))
    values = [everywhere(judge, point, seeds, scenarios) for point in points]
    search = search_called(sampler, axes, 1, points[-1], budget // 4 // len(seeds), seed + len(scenarios))
    while evaluator.left >= budget // 4 + search.block * len(seeds) * len(scenarios):
        block = search.ask()
        try:
            found = [everywhere(judge, point, seeds, scenarios) for point in block]
        except BudgetSpent:
            break
        points, values = points + block, values + found
        told = np.minimum(regrets_of(np.array(values)).max(axis=1), 1e12)[-len(block) :]
        search.tell([[float(regret)] for regret in told], [[0.0]] * len(block))
        if len(points) > 1000 * len(axes):
            break
    return report_regrets(evaluator, judge, confirmed(evaluator, judge, points, np.array(values), scenarios))


def everywhere(judge: Judge, point: Point, seeds: Sequence[int], scenarios: Sequence[Scenario]) -> list[float]:
    """Return a design's goal in each scenario; infinite where it violates a spec."""
    cases = [(seed, scenario) for scenario in scenarios for seed in seeds]
    (judged,) = judge.judge([point], cases)
    n = len(seeds)
    parts = [
        judge.judgement(point, judged.settings, judged.outcomes[k * n : (k + 1) * n]) for k in range(len(scenarios))
    ]
    return [part.values[0] if part.is_feasible and part.values else np.inf for part in parts]


def confirmed(
    evaluator: Evaluator, judge: Judge, points: Sequence[Point], values: Floats, scenarios: Sequence[Scenario]
) -> Regrets:
    """Run the chosen design and each scenario's best one on fresh seeds."""
    chosen = int(regrets_of(values).max(axis=1).argmin())
    best = [int(place) for place in values.argmin(axis=0)]
    n = min(evaluator.left // (2 * len(scenarios)), 512)
    if n < 2:
        raise BudgetSpent(f"the budget of {evaluator.budget} runs leaves none to confirm what was found. Write more.")
    seeds = Seeds(evaluator.request.seed, "optimise/confirm").first(n)
    shortfalls, judgements = [], []
    for scenario, rival in zip(scenarios, best, strict=True):
        own, other = judge.judge([points[chosen], points[rival]], [(seed, scenario) for seed in seeds])
        judgements.append(own)
        ended = own.values is not None and other.values is not None and own.violations[0] == 0 == other.violations[0]
        shortfalls.append(judge.costs(own)[0] - judge.costs(other)[0] if ended else np.full(n, np.nan))
    return Regrets(scenarios, points, values, np.array(shortfalls), chosen, best, judgements)
