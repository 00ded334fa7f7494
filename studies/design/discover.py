"""When does it fail? The part of the space of all variables that holds the failures, in words."""

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Choice, Spec, Study, Value
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.identity import as_text
from tokenspice.studies.design.known_runs import KnownRun, known_runs
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.tool import Findings, Plan, run_tool

if TYPE_CHECKING:
    from tokenspice.engine.units import Floats
    from tokenspice.studies.design.scenarios.boxes import Flags, Labels, Table
    from tokenspice.studies.design.scenarios.discovered import Discovered

__all__ = ["discover"]

LEAST_RUNS = 500
RUNS = 1024
LEAST_FAILURES = 30


def discover(
    what: What,
    study: Study | None = None,
    *,
    of: str | None = None,
    over: Sequence[str] = ("design", "random", "environment"),
    **common: Unpack[Common],
) -> Result:
    """Find the boxes of variables in which runs fail, by patient rule induction, beside a tree of depth 3.

    Sobol' points over all variables, each with a seed of its own. Boxes are found with 70 % of the runs; coverage and
    density are those of the other 30 %.

    Args:
        what: what is run.
        study: what is asked; the netlist's own unless given.
        of: the metric whose specs are looked at; a run fails if it misses any spec unless given.
        over: the roles of the variables.
        common: the keywords of all tools.

    Raises:
        TokenSpiceError: the study cannot begin, or too few runs fail.
    """
    for module, extra in (("sklearn", "design"), ("ema_workbench", "discover")):
        if importlib.util.find_spec(module) is None:
            raise StudyError(f"discover needs {module}. Install it: pip install 'tokenspice[{extra}]'.")
    from tokenspice.studies.design.discover_page import findings
    from tokenspice.studies.design.surrogate.sets import count_over

    options = {"of": of, "over": list(over)}

    def plan(declared: Study, request: Request) -> Plan:
        chosen_specs(declared, of)
        variables = count_over(declared, over)
        if request.from_dirs:
            return Plan(1, 1, "none: the runs of other folders are taken")
        return Plan(LEAST_RUNS, RUNS, f"Sobol' points of {variables} variables, a seed of its own each")

    def ask(evaluator: Evaluator) -> Findings:
        return findings(discovered(evaluator, tuple(over), chosen_specs(evaluator.study, of)))

    return run_tool("discover", what, study, common, options, plan, ask)


def chosen_specs(study: Study, metric: str | None) -> tuple[Spec, ...]:
    """Return the specs that are looked at."""
    specs = tuple(one for one in study.specs if metric in (None, one.metric))
    if not specs:
        there = ", ".join(str(one) for one in study.specs) or "none"
        raise StudyError(
            f"there is no spec{f' of {metric}' if metric else ''} that a run could fail. There are: {there}."
        )
    if of_many := [one for one in specs if one.over != "share"]:
        raise StudyError(
            f"{of_many[0]} is a limit on all runs together, which no single run fails. Choose another spec."
        )
    return specs


def discovered(evaluator: Evaluator, over: tuple[str, ...], specs: tuple[Spec, ...]) -> "Discovered":
    """Run the points, and look for boxes."""
    from tokenspice.studies.design.surrogate.sets import box_over

    box, seed = box_over(evaluator, over), evaluator.request.seed
    runs = taken(evaluator, box, specs) if evaluator.request.from_dirs else made(evaluator, box)
    judged = [run for run in runs if run.failure is None or evaluator.request.crashed != "ignore"]
    if not judged:
        raise StudyError(f"none of {len(runs)} runs could be judged.")
    evaluator.margins.fix_scales([run.metrics for run in judged])
    table = {name: as_column(box, name, [run.settings[name] for run in judged]) for name in box.names}
    margins = [min(evaluator.margins.of(one, run.metrics) for one in specs) for run in judged]
    fails = np.array([not margin >= 0 for margin in margins], dtype=np.bool_)
    return boxes_in(table, fails, specs, len(runs) - len(judged), seed)


def made(evaluator: Evaluator, box: Box) -> list[KnownRun]:
    """Run Sobol' points, and return what could be run."""
    n = evaluator.budget
    points = [box.settings(point) for point in box.sobol(n, child_seed(evaluator.request.seed, "discover/points"))]
    seeds = evaluator.seeds.first(n)
    outcomes = evaluator.evaluate([evaluator.identity(*pair) for pair in zip(seeds, points, strict=True)])
    pairs = zip(points, outcomes, strict=True)
    return [KnownRun(point, one.metrics, one.failure) for point, one in pairs if one.infeasible is None]


def taken(evaluator: Evaluator, box: Box, specs: Sequence[Spec]) -> list[KnownRun]:
    """Return the runs of other folders; of variables that they do not vary there is nothing to find."""
    runs = known_runs(evaluator.request.from_dirs, box.names, [one.metric for one in specs])
    if len(runs) < LEAST_RUNS:
        raise StudyError(f"these folders hold {len(runs)} runs, and boxes are found in {LEAST_RUNS} or more.")
    return runs


def as_column(box: Box, name: str, values: Sequence[Value]) -> "Floats | Labels":
    """Return the values of a range as numbers, amounts too; choices as labels."""
    if isinstance(box.variables[name], Choice):
        return np.array([as_text(value) for value in values], dtype=object)
    return np.array([float(value) for value in values])


def boxes_in(table: "Table", fails: "Flags", specs: tuple[Spec, ...], infeasible: int, seed: int) -> "Discovered":
    """Find boxes with most of the runs, and judge them by the others.

    Raises:
        StudyError: too few runs fail, or hold.
    """
    from tokenspice.studies.design.scenarios.boxes import quasi_p, scores_of
    from tokenspice.studies.design.scenarios.discovered import Discovered, FoundBox
    from tokenspice.studies.design.scenarios.prim import find_boxes
    from tokenspice.studies.design.scenarios.stability import chosen_rows, returns, split
    from tokenspice.studies.design.scenarios.tree import leaves

    n_fail, n = int(fails.sum()), len(fails)
    if n_fail < LEAST_FAILURES:
        raise StudyError(f"only {n_fail} of {n} runs fail: use worst, or rare, to find failures, or a larger budget.")
    if n - n_fail < LEAST_FAILURES:
        raise StudyError(
            f"all but {n - n_fail} of {n} runs fail: there is no part that does not. Write a milder limit."
        )
    found_by = split(n, generator(seed, "held out"))
    seen, unseen = chosen_rows(table, found_by), chosen_rows(table, ~found_by)
    boxes = find_boxes(seen, fails[found_by])
    again = returns(boxes, seen, fails[found_by], generator(seed, "resamples"))
    found = [
        FoundBox(
            box,
            scores_of(box, seen, fails[found_by]),
            scores_of(box, unseen, fails[~found_by]),
            {name: quasi_p(box, name, seen, fails[found_by]) for name in box.limits},
            counts,
        )
        for box, counts in zip(boxes, again, strict=True)
    ]
    of_tree = [(leaf, scores_of(leaf, unseen, fails[~found_by])) for leaf in leaves(seen, fails[found_by])]
    of_tree.sort(key=lambda pair: (-pair[1].caught, str(pair[0])))
    return Discovered(table, fails, found_by, found, of_tree, specs, infeasible)


def generator(seed: int, purpose: str) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(child_seed(seed, f"discover/{purpose}")))
