"""A fast netlist that behaves like a slow one, and says how wrong it is."""

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator
from tokenspice.studies.design.opening import What, netlist_of
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.tool import Findings, Plan, run_tool
from tokenspice.studies.netlist.netlist import Netlist

if TYPE_CHECKING:
    from tokenspice.studies.design.mimicry.mimicked import Mimicked
    from tokenspice.studies.design.mimicry.recorded import Recorded
    from tokenspice.studies.design.surrogate.sets import Sets

__all__ = ["mimic"]

SETS_PER_VARIABLE = 20
REPS = 10
DOUBLINGS = 2  # of the least number of sets that the tool's own budget allows
LEAST_RUNS = 59  # true ones: if what is claimed held in all of them, it holds in 95 % with 95 % confidence


def mimic(
    what: What,
    study: Study | None = None,
    *,
    over: Sequence[str] = ("design", "environment", "random"),
    **common: Unpack[Common],
) -> Result:
    """Learn a netlist's trajectories, and write them as another netlist, with the error that it makes.

    Sobol' sets, each with seeds of its own; twice as many until left-out runs lie in the mimic's bands as often as they
    should, or the budget is spent.

    Args:
        what: the netlist.
        study: what is asked; the netlist's own unless given.
        over: the roles of the variables that may differ from run to run of the mimic.
        common: the keywords of all tools; `out_dir` becomes the new netlist's folder.

    Raises:
        TokenSpiceError: the study cannot begin, or its runs cannot be learnt from.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise StudyError("mimic needs scikit-learn. Install it: pip install 'tokenspice[design]'.")
    from tokenspice.studies.design.mimic_page import findings
    from tokenspice.studies.design.surrogate.sets import box_over, count_over, least_sets

    netlist = netlist_of(what)
    if not isinstance(netlist, Netlist):
        raise StudyError("only a netlist can be mimicked: a function logs no rows that a netlist could give back.")
    if common.get("out_dir") is None:
        raise StudyError("a mimic is a folder. Give out_dir.")

    def plan(declared: Study, request: Request) -> Plan:
        reps, variables = request.reps or REPS, count_over(declared, over)
        first = least_sets(SETS_PER_VARIABLE, variables)
        if first * reps < LEAST_RUNS:
            raise StudyError(f"{first * reps} runs are too few to say how wrong a mimic is. Write --reps {REPS}.")
        words = f"{first} Sobol' sets or more of {variables} variables, {reps} seeds of their own each"
        return Plan(first * reps, first * reps * 2**DOUBLINGS, words)

    def ask(evaluator: Evaluator) -> Findings:
        mimicked = mimic_until_right(evaluator, box_over(evaluator, over), evaluator.request.reps or REPS)
        return findings(evaluator, netlist, mimicked)

    asked: Common = {**common, "keep_rows": True}
    return run_tool("mimic", netlist, study, asked, {"over": list(over)}, plan, ask)


def mimic_until_right(evaluator: Evaluator, box: Box, reps: int) -> "Mimicked":
    """Double the sets until the mimic is as right as it says, or the budget is spent."""
    from tokenspice.studies.design.surrogate.sets import least_sets, run_sets

    n_sets = least_sets(SETS_PER_VARIABLE, len(box))
    mimicked: Mimicked | None = None
    while mimicked is None or mimicked.wrong:
        try:
            sets = run_sets(evaluator, box, n_sets, reps, "mimic", common_seeds=False)
        except BudgetSpent:
            if mimicked is None:
                raise
            break
        mimicked = mimicked_from(evaluator, box, sets)
        n_sets *= 2
    return mimicked


def mimicked_from(evaluator: Evaluator, box: Box, sets: "Sets") -> "Mimicked":
    """Learn from some sets, and measure the error."""
    import numpy as np

    from tokenspice.studies.design.mimicry.accuracy import column_errors, metric_errors
    from tokenspice.studies.design.mimicry.learning import learn
    from tokenspice.studies.design.mimicry.mimicked import Mimicked
    from tokenspice.studies.design.mimicry.recorded import recorded
    from tokenspice.studies.design.surrogate.axes import as_columns
    from tokenspice.studies.design.surrogate.sets import axes_of
    from tokenspice.studies.design.surrogate.validation import folds_of

    seed = evaluator.request.seed
    rows = recorded(sets.outcomes)
    x = as_columns(axes_of(box), sets.points)
    learnt = learn(x, rows.columns, folds_of(len(x), child_seed(seed, "mimic/folds")))
    rng = np.random.default_rng(np.random.SeedSequence(child_seed(seed, "mimic/accuracy")))
    asked: dict[str, Any] = dict(evaluator.study.metrics)
    known = {name: asked[name] for name in asked if can_be_told(asked[name], rows)}
    true = {name: sets.raw(name) for name in known}
    errors = metric_errors(learnt, x, known, true, rows.time, rng)
    return Mimicked(box, sets, rows, learnt, column_errors(learnt, x, rows.columns), errors)


def can_be_told(metric: Any, rows: "Recorded") -> bool:
    """Whether the columns that are mimicked suffice for a metric."""
    one = dict(rows.time) | {name: values[0, 0] for name, values in rows.columns.items()}
    try:
        metric(one)
    except (StudyError, LookupError):
        return False
    return True
