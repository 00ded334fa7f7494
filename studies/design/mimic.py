"""A fast netlist that behaves like a slow one, and says how wrong it is."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator
from tokenspice.studies.design.opening import What, open_study, resolved
from tokenspice.studies.design.request import Common, as_request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.space import Box
from tokenspice.studies.netlist.netlist import Netlist

if TYPE_CHECKING:
    from tokenspice.studies.design.mimicry.accuracy import ColumnError, MetricError
    from tokenspice.studies.design.mimicry.learning import Learnt
    from tokenspice.studies.design.mimicry.recorded import Recorded
    from tokenspice.studies.design.surrogate.sets import Sets

__all__ = ["Mimicked", "mimic"]

SETS_PER_VARIABLE = 20
REPS = 10
DOUBLINGS = 2  # of the least number of sets that the tool's own budget allows
LEAST_RUNS = 59  # true ones: if what is claimed held in all of them, it holds in 95 % with 95 % confidence
LEAST_INSIDE = 0.85  # of left-out values, within the 90 % band
LARGEST_DISTANCE = 0.1  # of a metric's places from even ones, where chance alone gives no more


@final
@dataclass(frozen=True)
class Mimicked:
    """What a mimic ends with, for its files, its page and its pictures."""

    box: Box
    sets: "Sets"
    rows: "Recorded"
    learnt: "Learnt"
    columns: "dict[str, ColumnError]"
    metrics: "dict[str, MetricError]"

    @property
    def wrong(self) -> list[str]:
        """Say which columns and metrics are further off than they may be."""
        columns = [name for name, error in self.columns.items() if error.inside < LEAST_INSIDE]
        metrics = [
            name for name, error in self.metrics.items() if error.distance > max(LARGEST_DISTANCE, error.by_chance)
        ]
        return columns + metrics


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
    from tokenspice.studies.design.mimic_page import finished
    from tokenspice.studies.design.surrogate.sets import least_sets

    what, study = resolved(what, study)
    if not isinstance(what, Netlist):
        raise StudyError("only a netlist can be mimicked: a function logs no rows that a netlist could give back.")
    request = replace(as_request(common), keep_rows=True)
    reps = request.reps or REPS
    roles = tuple(role for role in over if getattr(study, role, None))
    first = least_sets(SETS_PER_VARIABLE, sum(len(getattr(study, role)) for role in roles))
    if first * reps < LEAST_RUNS:
        raise StudyError(f"{first * reps} runs are too few to say how wrong a mimic is. Write --reps {REPS}.")
    budget = first * reps * 2**DOUBLINGS
    with open_study("mimic", what, study, request, {"over": list(over)}, budget, least=first * reps) as evaluator:
        return finished(evaluator, what, mimic_until_right(evaluator, roles or tuple(over), first, reps))


def mimic_until_right(evaluator: Evaluator, roles: Sequence[str], n_sets: int, reps: int) -> Mimicked:
    """Double the sets until the mimic is as right as it says, or the budget is spent."""
    from tokenspice.studies.design.surrogate.sets import box_over, run_sets

    box = box_over(evaluator, roles)
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


def mimicked_from(evaluator: Evaluator, box: Box, sets: "Sets") -> Mimicked:
    """Learn from some sets, and measure the error."""
    import numpy as np

    from tokenspice.studies.design.mimicry.accuracy import column_errors, metric_errors
    from tokenspice.studies.design.mimicry.learning import learn
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
    true = {name: sets.metric(name) for name in asked}
    errors = metric_errors(learnt, x, asked, true, rows.time, rng)
    return Mimicked(box, sets, rows, learnt, column_errors(learnt, x, rows.columns), errors)
