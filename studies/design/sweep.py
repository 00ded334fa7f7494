"""The response over the whole box, with interactions, and the error that it makes."""

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.design.asking import metric_names, unit_of
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.tool import Findings, Plan, run_tool

if TYPE_CHECKING:
    from tokenspice.studies.design.surrogate.sets import Sets
    from tokenspice.studies.design.surrogate.swept import Swept

__all__ = ["sweep"]

SETS_PER_VARIABLE = 10
REPS = 4
DOUBLINGS = 3  # of the least number of sets that the tool's own budget allows
NEEDED = 0.9  # of the ceiling, Q² at the least
LOWEST_CEILING = 0.1  # a ceiling below, which chance alone could give, asks for no less than this

ModelChoice = Literal["gp", "boost", "auto"]


def sweep(
    what: What,
    study: Study | None = None,
    *,
    of: Sequence[str] = (),
    over: Sequence[str] = ("design", "environment"),
    model: ModelChoice = "auto",
    **common: Unpack[Common],
) -> Result:
    """Learn metrics as functions of a study's variables: main effects, strongest pairs, contours, surrogate.json.

    Sobol' sets with common seeds; twice as many until ten-fold cross-validation gives Q² ≥ 0.9 of the ceiling that
    noise leaves, or the budget is spent.

    Args:
        what: what is run.
        study: what is asked; the netlist's own unless given.
        of: the metrics; all unless given.
        over: the roles of the variables: "design", "environment", "random".
        model: "gp", a Gaussian process; "boost", trees; or "auto", which takes trees beyond 1,000 sets or 20 columns.
        common: the keywords of all tools.

    Raises:
        TokenSpiceError: the study cannot begin, or its runs give no response.
    """
    if model not in ("gp", "boost", "auto"):
        raise StudyError(f'there is no model "{model}". Choose gp, boost or auto.')
    if importlib.util.find_spec("sklearn") is None:
        raise StudyError("sweep needs scikit-learn. Install it: pip install 'tokenspice[design]'.")
    from tokenspice.studies.design.surrogate.sets import box_over, count_over, least_sets

    options = {"of": list(of), "over": list(over), "model": model}

    def plan(declared: Study, request: Request) -> Plan:
        reps, variables = request.reps or REPS, count_over(declared, over)
        first = least_sets(SETS_PER_VARIABLE, variables)
        words = f"{first} Sobol' sets or more of {variables} variables, {reps} common seeds"
        return Plan(first * reps, first * reps * 2**DOUBLINGS, words)

    def ask(evaluator: Evaluator) -> Findings:
        reps = evaluator.request.reps or REPS
        box = box_over(evaluator, over)
        return findings(evaluator, sweep_until_enough(evaluator, box, metric_names(evaluator, of), model, reps))

    return run_tool("sweep", what, study, common, options, plan, ask)


def sweep_until_enough(
    evaluator: Evaluator, box: Box, metrics: Sequence[str], model: ModelChoice, reps: int
) -> "Swept":
    """Double the sets until every response is good enough, or the budget is spent."""
    from tokenspice.studies.design.surrogate.sets import least_sets, run_sets

    n_sets = least_sets(SETS_PER_VARIABLE, len(box))
    swept: Swept | None = None
    while swept is None or not all(swept.enough.values()):
        try:
            sets = run_sets(evaluator, box, n_sets, reps, "sweep")
        except BudgetSpent:
            if swept is None:
                raise
            break
        swept = learnt(evaluator, box, sets, metrics, model, reps)
        n_sets *= 2
    return swept


def learnt(
    evaluator: Evaluator, box: Box, sets: "Sets", metrics: Sequence[str], model: ModelChoice, reps: int
) -> "Swept":
    """Learn the response of each metric from some sets."""
    from tokenspice.studies.design.surrogate.axes import as_columns
    from tokenspice.studies.design.surrogate.models import choose_kind
    from tokenspice.studies.design.surrogate.response import Surrogate, learn_response
    from tokenspice.studies.design.surrogate.sets import axes_of
    from tokenspice.studies.design.surrogate.swept import Swept
    from tokenspice.studies.design.surrogate.validation import error_of_level, noise_of_means

    axes = axes_of(box)
    x = as_columns(axes, sets.points)
    kind = choose_kind(*x.shape) if model == "auto" else model
    seed = child_seed(evaluator.request.seed, "sweep/folds")
    responses = {}
    for name in metrics:
        values = sets.values(name)
        noise = noise_of_means(values, common_seeds=True)
        shared = error_of_level(values), reps
        responses[name] = learn_response(kind, unit_of(evaluator, name), x, values.mean(axis=1), noise, shared, seed)
    enough = {
        name: one.is_flat or one.q2 >= NEEDED * max(one.ceiling, LOWEST_CEILING) for name, one in responses.items()
    }
    return Swept(sets, Surrogate(axes, responses), box, reps, enough)


def findings(evaluator: Evaluator, swept: "Swept") -> Findings:
    """Return what was learnt, as tables, page and pictures."""
    from tokenspice.studies.design.sweep_charts import sweep_charts
    from tokenspice.studies.design.sweep_page import all_effects, sweep_page, sweep_tables

    effects = all_effects(swept, evaluator.request.seed)
    tables = sweep_tables(swept, effects)
    return Findings(
        "done" if all(swept.enough.values()) else "undecided",
        tables.pop("responses"),
        sweep_page(swept, effects),
        tables,
        sweep_charts(swept.surrogate, effects),
        {"surrogate.json": swept.surrogate.as_bytes()},
    )
