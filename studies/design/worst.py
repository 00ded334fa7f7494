"""How bad can the environment make it? A search for the least margin, and a confirmation with seeds that it never had."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, Unpack, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Spec, Study
from tokenspice.engine.variables import Choice, Range, Value, Variable
from tokenspice.studies.design.corner_file import corners_file, extracted
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.margins import Margins
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.optimisation.searches import search_called
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result, Verdict
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.tool import Findings, Plan, run_tool
from tokenspice.studies.design.worst_report import Confirmed, Tried, charts_of, report_of, set_table, worst_table

__all__ = ["Statistic", "worst"]

Statistic: TypeAlias = Literal["mean", "q05", "min"]

REPS = 4  # seeds of a set, in the search
CONFIRMED = 5  # sets that are run again, each with 4 times as many seeds
TIMES = 4
PATIENCE = 10  # sets for each variable that may bring no gain
TAIL = 0.001  # of a random variable's values, on each side, that the search leaves out


def worst(
    what: What,
    study: Study | None = None,
    *,
    statistic: Statistic = "mean",
    over: Sequence[str] = (),
    extract: int = 0,
    **common: Unpack[Common],
) -> Result:
    """Return the worst that the environment can do: the set of its values with the least margin.

    4 (d + 1) Sobol' points, the corners of the box, then CMA-ES, or TPE where there are choices. The five worst are run
    again with fresh seeds. Nobody promises that nothing is worse; but what a number of random sets shows is said.

    Args:
        what: a netlist, the path of one, or f(settings, seed) → metrics.
        study: what is asked; the netlist's own unless given. Where it has no specs, a goal is what may be bad.
        statistic: of the runs' joint margins at a set.
        over: "random" and "design" add these variables to the environment, the former from 0.1 to 99.9 %.
        extract: how many runs of the worst set, those of least margin, to write as corners.
        common: as of Request; `reps` is the number of seeds of a set, 4 unless given.

    Raises:
        TokenSpiceError: the study cannot be done.
    """
    if statistic not in ("mean", "q05", "min"):
        raise StudyError(f'statistic = "{statistic}": write mean, q05 or min.')
    if unknown := [role for role in over if role not in ("random", "design")]:
        raise StudyError(f'over = "{unknown[0]}": write random, design, or both.')

    def plan(asked: Study, request: Request) -> Plan:
        if not asked.environment:
            raise StudyError(
                "there is no environment variable to be bad. Declare one, or write --environment NAME=low:high."
            )
        if not (asked.specs or asked.goals):
            raise StudyError("what is bad, a spec says. Name one: metric <= limit; or a goal.")
        d = len(asked.environment) + sum(len(getattr(asked, role)) for role in over)
        reps = request.reps or REPS
        least = 4 * (d + 1) * reps + CONFIRMED * TIMES * reps
        words = (
            f"{4 * (d + 1)} Sobol' sets of {d} variables, then a search, {reps} seeds each; 5 sets with {TIMES * reps}."
        )
        return Plan(least, least + 3 * PATIENCE * d * reps, words)

    def ask(evaluator: Evaluator) -> Findings:
        return ask_worst(evaluator, statistic, over, extract)

    options = {"statistic": statistic, "over": list(over), "extract": extract}
    return run_tool("worst", what, study, common, options, plan, ask)


def ask_worst(evaluator: Evaluator, statistic: Statistic, over: Sequence[str], extract: int) -> Findings:
    """Search, confirm, and put the findings together."""
    space = Space(evaluator, over)
    tried = search(evaluator, space, statistic)
    ranked = sorted(tried, key=lambda one: one.value)[:CONFIRMED]
    confirmed = confirm(evaluator, space, ranked, statistic)
    least = min(confirmed, key=lambda one: one.value)
    verdict = verdict_of(evaluator, least)
    picked = worst_runs(evaluator, space, least, extract)
    files = {"corners.toml": corners_file(picked, ["The runs of least margin at the worst set."])} if picked else {}
    report = report_of(evaluator, space.margins, statistic, tried, confirmed, picked)
    tables = {"sets": set_table(tried)}
    return Findings(verdict, worst_table(confirmed), report, tables, charts_of(tried, confirmed), files)


@final
class Space:
    """What the search varies, and by what it judges."""

    def __init__(self, evaluator: Evaluator, over: Sequence[str]) -> None:
        self._evaluator = evaluator
        study = evaluator.study
        variables: dict[str, Variable] = dict(study.environment)
        if "design" in over:
            variables |= study.design
        self._tails = Tails(evaluator) if "random" in over else None
        if self._tails:
            variables |= self._tails.variables
        self.box = Box(variables, evaluator.candidate.types if not self._tails else self._types(evaluator))
        self.margins = evaluator.margins if study.specs else Margins([of_goal(study)])
        self.confirmation = Seeds(evaluator.request.seed, "worst/confirmation")

    def identities(self, settings: Mapping[str, Value], seeds: Sequence[int]) -> list[Identity]:
        """Return the runs of a set. Random variables that are not searched are drawn, by the seed."""
        values = self.shown(settings)
        return [self._evaluator.identity(seed, values, draws=self._tails is None) for seed in seeds]

    def shown(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values of a set, where the box has shares of random variables."""
        return self._tails.replaced(settings) if self._tails else dict(settings)

    def _types(self, evaluator: Evaluator) -> dict[str, Any]:
        return {name: kind for name, kind in evaluator.candidate.types.items() if name not in evaluator.study.random}


@final
class Tails:
    """Random variables as ranges of shares: a set of the search names the share of each that lies below its value."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._cloud = evaluator.cloud
        self.variables: dict[str, Variable] = {name: Range(TAIL, 1 - TAIL) for name in evaluator.cloud.names}

    def replaced(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        shares = [float(settings[name]) for name in self._cloud.names]
        return {**settings, **self._cloud.settings_at(shares)}


def of_goal(study: Study) -> Spec:
    """Return a spec that says in which direction a metric is bad; its limit is not."""
    name, goal = next(iter(study.goals.items()))
    return Spec(name, at_most=0.0) if goal == "minimise" else Spec(name, at_least=0.0)


def search(evaluator: Evaluator, space: Space, statistic: Statistic) -> list[Tried]:
    """Try sets, each with the same seeds, until the budget for it is spent or nothing gets worse any more."""
    reps = evaluator.request.reps or REPS
    seeds = Seeds(evaluator.request.seed, "worst/search").first(reps)
    box, d = space.box, len(space.box)
    n_uniform = 4 * (d + 1)
    left = (evaluator.budget - CONFIRMED * TIMES * reps) // reps
    search_seed = child_seed(evaluator.request.seed, "worst/points")
    points = [tuple(float(u) for u in point) for point in box.sobol(n_uniform, search_seed)]
    tried = try_points(evaluator, space, points, seeds, statistic, "uniform")
    ends = [point for point in corner_points(box) if len(tried) < left][: max(left - len(tried), 0)]
    tried += try_points(evaluator, space, ends, seeds, statistic, "corner")
    axes = [len(one.values) if isinstance(one, Choice) else 0 for one in box.variables.values()]
    start = min(tried, key=lambda one: one.value).point
    sampler = search_called("tpe" if any(axes) else "cmaes", axes, 1, start, left, search_seed)
    last_gain = len(tried)
    while len(tried) + sampler.block <= left and len(tried) - last_gain < PATIENCE * d:
        before = min(one.value for one in tried)
        block = try_points(evaluator, space, sampler.ask(), seeds, statistic, "search")
        sampler.tell([(min(one.value, 1e300),) for one in block], [() for _ in block])
        tried += block
        if min(one.value for one in block) < before:
            last_gain = len(tried)
    return tried


def corner_points(box: Box) -> list[tuple[float, ...]]:
    """Return the corners of a box, where the worst often is, if they are no more than the Sobol' points."""
    sides = [
        [(place + 0.5) / len(one.values) for place in range(len(one.values))] if isinstance(one, Choice) else [0.0, 1.0]
        for one in box.variables.values()
    ]
    count = int(np.prod([len(side) for side in sides]))
    return list(itertools.product(*sides)) if count <= 4 * (len(box) + 1) else []


def try_points(
    evaluator: Evaluator,
    space: Space,
    points: Sequence[tuple[float, ...]],
    seeds: Sequence[int],
    statistic: Statistic,
    how: str,
) -> list[Tried]:
    """Run each point with all seeds, side by side."""
    settings = [space.box.settings(point) for point in points]
    asked = [space.identities(one, seeds) for one in settings]
    outcomes = evaluator.evaluate([identity for at_point in asked for identity in at_point])
    space.margins.fix_scales([one.metrics for one in outcomes])
    taken = iter(outcomes)
    runs = [[next(taken) for _ in at_point] for at_point in asked]
    return [
        Tried(point, space.shown(one), how, value_of(margins_of(evaluator, space.margins, of_point), statistic))
        for point, one, of_point in zip(points, settings, runs, strict=True)
    ]


def confirm(evaluator: Evaluator, space: Space, ranked: Sequence[Tried], statistic: Statistic) -> list[Confirmed]:
    """Run the worst sets again, with seeds that the search never had."""
    seeds = space.confirmation.first(TIMES * (evaluator.request.reps or REPS))
    asked = [space.identities(space.box.settings(one.point), seeds) for one in ranked]
    outcomes = iter(evaluator.evaluate([identity for at_set in asked for identity in at_set]))
    runs = [[next(outcomes) for _ in at_set] for at_set in asked]
    alpha = evaluator.request.alpha / len(ranked)
    found = []
    for one, of_set in zip(ranked, runs, strict=True):
        margins = margins_of(evaluator, space.margins, of_set)
        metrics = {
            name: np.array([run.metrics[name] for run in of_set if name in run.metrics])
            for name in dict.fromkeys(spec.metric for spec in space.margins.specs)
        }
        found.append(Confirmed(one, value_of(margins, statistic), margins, metrics, alpha, of_set, statistic))
    return found


def margins_of(evaluator: Evaluator, margins: Margins, runs: Sequence[Outcome]) -> Any:
    """Return the joint margin of each run; one that failed is as bad as can be, unless it is to be ignored."""
    counted = [one for one in runs if one.is_finished or (evaluator.request.crashed != "ignore" and one.failure)]
    return np.array([margins.joint(one.metrics) for one in counted])


def value_of(margins: Any, statistic: Statistic) -> float:
    """Return the statistic of a set's margins; of a set that cannot be run, infinity."""
    if not len(margins):
        return np.inf
    if statistic == "mean":
        return float(np.mean(margins))
    return float(np.min(margins) if statistic == "min" else np.quantile(margins, 0.05, method="inverted_cdf"))


def verdict_of(evaluator: Evaluator, least: Confirmed) -> Verdict:
    """Say whether the worst that was found keeps the specs."""
    if not evaluator.study.specs:
        return "done"
    low, high = least.interval
    return "holds" if low >= 0 else "fails" if high < 0 else "undecided"


def worst_runs(evaluator: Evaluator, space: Space, least: Confirmed, count: int) -> list[Any]:
    """Return the runs of least margin at the worst set, as corners."""
    finished = [one for one in least.runs if one.is_finished]
    ranked = sorted(finished, key=lambda one: space.margins.joint(one.metrics))[:count]
    return [extracted(f"worst_{number + 1}", one.identity) for number, one in enumerate(ranked)]
