"""Which parameters matter, and how much is chance: one at a time, by trajectories, or by shares of variance."""

import importlib.util
from collections.abc import Sequence
from typing import Literal, TypeAlias, Unpack

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.engine.units import Floats
from tokenspice.studies.design.draws import child_seed, seed_at
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.sensitivity.indices import (
    Screened,
    morris_effects,
    morris_points,
    sobol_indices,
    sobol_points,
)
from tokenspice.studies.design.sensitivity.inputs import ROLES, Inputs, box_of_all, metric_called, values_of
from tokenspice.studies.design.sensitivity.one_at_a_time import changes, effect, ranked
from tokenspice.studies.design.sensitivity.shares import Shares
from tokenspice.studies.design.tool import Findings, Plan, run_tool

__all__ = ["CHANCE", "Method", "sense"]

Method: TypeAlias = Literal["oat", "morris", "sobol", "given"]

CHANCE = "chance"  # the name of the seed as an input
REPS = 20  # seeds of oat, trajectories of morris
FIRST = 64  # Saltelli's points to begin with
DOUBLINGS = 4  # that the tool's own budget allows
WIDTH = 0.1  # of the widest interval of a total share, below which it is narrow enough


def sense(
    what: What,
    study: Study | None = None,
    *,
    of: str = "",
    method: Method = "sobol",
    over: Sequence[str] = ROLES,
    width: float = WIDTH,
    **common: Unpack[Common],
) -> Result:
    """Tell which parameters matter for a metric, and how much is chance.

    Args:
        what: what is run.
        study: what is asked; the netlist's own unless given.
        of: the metric; the first one unless given.
        method: "oat" changes one variable at a time by a twentieth of its range, with common seeds; "morris" walks
            through the whole box, one seed a trajectory; "sobol" shares out the variance, chance being one more
            input; "given" does that for the runs of `from_dirs`, and makes none.
        over: the roles of the variables: "design", "random", "environment".
        width: of sobol: it ends once the widest interval of a total is narrower.
        common: the keywords of all tools.

    Raises:
        TokenSpiceError: the study cannot begin, or a run has no value.
    """
    if method not in ("oat", "morris", "sobol", "given"):
        raise StudyError(f'there is no method "{method}". Choose oat, morris, sobol or given.')
    if unknown := [role for role in over if role not in ROLES]:
        raise StudyError(f'there is no role "{unknown[0]}". Choose of {", ".join(ROLES)}.')
    if method != "oat" and importlib.util.find_spec("SALib") is None:
        raise StudyError(f"{method} needs SALib. Install it: pip install 'tokenspice[design]'.")
    if method == "given":
        from tokenspice.studies.design.sensitivity.given import sense_given

        return sense_given(what, study, of, over, common)
    options = {"of": of, "method": method, "over": list(over), "width": width}

    def ask(evaluator: Evaluator) -> Findings:
        metric = metric_called(evaluator, of)
        match method:
            case "oat":
                return one_at_a_time(evaluator, metric, over)
            case "morris":
                return trajectories(evaluator, metric, over)
        return shares(evaluator, metric, over, width)

    return run_tool("sense", what, study, common, options, lambda one, request: plan(one, request, method, over), ask)


def plan(study: Study, request: Request, method: Method, over: Sequence[str]) -> Plan:
    """Return what a method takes.

    Raises:
        StudyError: there is nothing to vary, or the budget is below the least.
    """
    n, reps = sum(len(getattr(study, role)) for role in over), request.reps or REPS
    if not n:
        raise StudyError(f"the study has no variables of {', '.join(over)}. Declare some, or name other roles.")
    match method:
        case "oat":
            found = Plan((2 * n + 1) * reps, 20 * (2 * n + 1) * reps, f"{n} variables, {reps} common seeds.")
        case "morris":
            found = Plan((n + 1) * reps, (n + 1) * reps, f"{reps} trajectories over {n} variables, a seed for each.")
        case _:
            row = n + 3
            found = Plan(FIRST * row, FIRST * row * 2**DOUBLINGS, f"{n} variables and chance, {FIRST} points, doubled.")
    if request.budget is not None and request.budget < found.least:
        sum_of = {"oat": f"(2·{n}+1)·{reps}", "morris": f"({n}+1)·{reps}"}.get(method, f"{FIRST}·{n + 3}")
        raise StudyError(f"{method} over {n} variables takes at least {sum_of} = {found.least} runs.")
    return found


def one_at_a_time(evaluator: Evaluator, metric: str, over: Sequence[str]) -> Findings:
    """Change one variable at a time, seed by seed."""
    box = box_of_all(evaluator, over)
    warn_of_correlations(evaluator, over)
    nominal = {name: value for name, value in evaluator.nominal().items() if name in box.names}
    tried = changes(box, nominal)
    reps = evaluator.request.reps or REPS
    seeds = evaluator.seeds.first(reps)
    is_drawn = "random" not in over
    settings = [nominal, *({**nominal, one.name: value} for one in tried for value in (one.before, one.after))]
    outcomes = evaluator.evaluate([evaluator.identity(seed, one, draws=is_drawn) for one in settings for seed in seeds])
    values = values_of(outcomes, metric, "oat").reshape(len(settings), reps)
    level, alpha = float(values[0].mean()), evaluator.request.alpha
    effects = [
        effect(one, values[1 + 2 * place], values[2 + 2 * place], nominal[one.name], level, alpha)
        for place, one in enumerate(tried)
    ]
    from tokenspice.studies.design.sensitivity.report import report_effects

    return report_effects(evaluator, metric, ranked(effects), values[0])


def warn_of_correlations(evaluator: Evaluator, over: Sequence[str]) -> None:
    """Say that inputs which the study correlates are varied one without the other."""
    if "random" in over and (pairs := [" and ".join(pair) for pair in evaluator.study.correlations]):
        evaluator.warnings.append(
            f"the study correlates {', '.join(pairs)}; here each is varied without the other, which may be combinations "
            "that hardly happen."
        )


def trajectories(evaluator: Evaluator, metric: str, over: Sequence[str]) -> Findings:
    """Walk through the box, one seed a trajectory."""
    inputs = Inputs(evaluator, over)
    warn_of_correlations(evaluator, over)
    reps = evaluator.request.reps or REPS
    points = morris_points(len(inputs), reps, child_seed(evaluator.request.seed, "sense/morris"))
    seeds = evaluator.seeds.first(reps)
    identities = [
        evaluator.identity(seeds[place // (len(inputs) + 1)], inputs.settings(point, 0.001), draws=inputs.draws)
        for place, point in enumerate(points)
    ]
    values = values_of(evaluator.evaluate(identities), metric, "morris")
    seed = child_seed(evaluator.request.seed, "sense/bootstrap")
    found = morris_effects(inputs.names, points, values, evaluator.request.alpha, seed)
    from tokenspice.studies.design.sensitivity.report import report_screening

    return report_screening(evaluator, metric, sorted(found, key=screened_size), values)


def screened_size(one: Screened) -> float:
    return -one.mean


def shares(evaluator: Evaluator, metric: str, over: Sequence[str], width: float) -> Findings:
    """Share out the variance over the inputs and chance; twice as many points until it is known closely."""
    inputs = Inputs(evaluator, over)
    if inputs.correlations:
        raise StudyError(
            "sobol shares variance among independent inputs, and the study correlates "
            f"{', '.join(' with '.join(pair) for pair in inputs.correlations)}. Leave the correlation out, or write "
            "--over design,environment: then chance holds the random variables too."
        )
    n, found = FIRST, None
    while found is None or (not found.is_narrow and evaluator.left >= (n // 2) * (len(inputs) + 3)):
        found = shares_of(evaluator, inputs, metric, n, width, found.history if found else [])
        n *= 2
    from tokenspice.studies.design.sensitivity.report import report_shares

    return report_shares(evaluator, metric, found, width)


def shares_of(
    evaluator: Evaluator, inputs: Inputs, metric: str, n: int, width: float, history: list[tuple[int, float]]
) -> Shares:
    """Share out the variance by n of Saltelli's points."""
    seed = evaluator.request.seed
    points = sobol_points(len(inputs) + 1, n, child_seed(seed, "sense/points"))
    identities = [identity_at(evaluator, inputs, point) for point in points]
    values = values_of(evaluator.evaluate(identities), metric, "sobol")
    variance = float(values.var())
    if not variance:
        raise StudyError(
            f"{metric} is {values[0]:g} in all {len(values)} runs, so nothing matters to it. Write wider ranges, or "
            "another metric."
        )
    names = [*inputs.names, CHANCE]
    indices = sobol_indices(names, values, evaluator.request.alpha, child_seed(seed, "sense/bootstrap"))
    widest = max(float(np.diff(one.total_interval)[0]) for one in indices)
    return Shares(indices, n, variance, widest < width, [*history, (n, widest)])


def identity_at(evaluator: Evaluator, inputs: Inputs, point: Floats) -> Identity:
    """Return the run at a point whose last coordinate is chance."""
    return evaluator.identity(seed_at(float(point[-1])), inputs.settings(point[:-1]), draws=inputs.draws)
