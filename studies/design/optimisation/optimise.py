"""Which design is best, subject to the specs: searched for, raced on fresh seeds, and confirmed on others."""

import importlib.util
from collections.abc import Sequence
from typing import Unpack

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.optimisation.found import Found
from tokenspice.studies.design.optimisation.fronts import front_of
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import (
    Case,
    Constraint,
    Judge,
    Judgement,
    Statistic,
    axes_of,
    cases_of,
    start_of,
)
from tokenspice.studies.design.optimisation.race import Race, race
from tokenspice.studies.design.optimisation.running import PATIENCE, REPS, Robust, reps_of, run_search
from tokenspice.studies.design.optimisation.searches import Point, Sampler, search_called
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.tool import Findings, Plan, run_tool

__all__ = ["optimise"]

RACERS = 10  # the best of a search for one goal
FRONT = 40  # of one for several, at most
RESERVE = 0.3  # of the budget, for the race and the confirmation, where designs have several seeds
MOST_CONFIRMED = 1024  # seeds of the confirmation


def optimise(
    what: What,
    study: Study | None = None,
    *,
    sampler: Sampler = "auto",
    constraint: Constraint = "margin",
    local: bool = False,
    robust: Robust = "",
    **common: Unpack[Common],
) -> Result:
    """Find the best design, or the front of several goals, subject to the specs.

    Args:
        what: what is run.
        study: what is asked, with `design`, `goals` and `specs`; the netlist's own unless given.
        sampler: "tpe" or "cmaes" for one goal, "nsga2" for several, "gp" where PyTorch is; "auto" chooses.
        constraint: whether specs are met on average ("margin"), or in the share of runs that they ask for ("share").
        local: whether to go step by step from the defaults, which finds the nearest best alone.
        robust: what is to be best: "" the mean; "corners" the mean, and specs hold in their share of all runs; "q95"
            what is not worse in 95 of 100 runs; "yield" the share of runs in which all specs hold; "regret" the
            greatest shortfall to the best design for each corner of the environment.
        common: the keywords of all tools.

    Raises:
        TokenSpiceError: the study cannot begin.
    """
    if robust not in REPS:
        raise StudyError(f'there is no robust "{robust}". Choose corners, q95, yield or regret.')
    if constraint not in ("margin", "share"):
        raise StudyError(f'there is no constraint "{constraint}". Choose margin or share.')
    if importlib.util.find_spec("optuna") is None or importlib.util.find_spec("cmaes") is None:
        raise StudyError("optimise needs Optuna and cmaes. Install them: pip install 'tokenspice[design]'.")
    refuse_what_is_not_heeded(sampler, constraint, local, robust)
    options = {"sampler": sampler, "constraint": constraint, "local": local, "robust": robust}

    def ask(evaluator: Evaluator) -> Findings:
        from tokenspice.studies.design.optimisation.corners_flow import hold_at_corners
        from tokenspice.studies.design.optimisation.regret import least_regret
        from tokenspice.studies.design.optimisation.report import report_found

        match robust:
            case "corners":
                return hold_at_corners(evaluator, sampler)
            case "regret":
                return least_regret(evaluator, sampler)
        statistic: Statistic = "mean" if not robust else robust
        judge = Judge(evaluator, {} if robust == "yield" else evaluator.study.goals, statistic, constraint)
        return report_found(evaluator, judge, find(evaluator, judge, sampler, local, robust), statistic)

    return run_tool(
        "optimise", what, study, common, options, lambda one, request: plan(one, request, robust, local), ask
    )


def refuse_what_is_not_heeded(sampler: Sampler, constraint: Constraint, local: bool, robust: Robust) -> None:
    """Refuse words that the others leave without effect.

    Raises:
        StudyError: there is one.
    """
    if local and sampler != "auto":
        raise StudyError(f"--local walks by linear models, and takes no --sampler {sampler}. Leave one of them out.")
    if robust not in ("corners", "regret"):
        return
    if local:
        raise StudyError(f"--robust {robust} has a search of its own. Leave --local out.")
    if constraint == "share":
        how = "in their share of all runs" if robust == "corners" else "on average in each scenario"
        raise StudyError(f"--robust {robust} judges specs {how}. Leave --constraint share out.")


def plan(study: Study, request: Request, robust: Robust, local: bool) -> Plan:
    """Return what it takes.

    Raises:
        StudyError: the study has no design, no goal, or no specs where these are needed.
    """
    n, reps = len(study.design), reps_of(request, robust)
    if not n:
        raise StudyError("optimise chooses a design, and the study has none. Write --design NAME=LOW:HIGH.")
    if not study.goals and robust != "yield":
        raise StudyError("optimise needs a goal. Write --goal METRIC=min, or max.")
    if not study.specs and robust in ("corners", "yield"):
        raise StudyError(f'--robust {robust} needs a spec. Write --spec "METRIC <= LIMIT in SHARE".')
    if len(study.goals) > 1 and (local or robust in ("corners", "regret", "q95")):
        raise StudyError(f"{len(study.goals)} goals: {robust or '--local'} takes one. Write one --goal.")
    if not study.environment and robust == "regret":
        raise StudyError("--robust regret compares corners of the environment, and the study has none.")
    least = 10 * n * reps
    words = f"{n} variables, {reps} common seeds for each design; the best race on fresh ones."
    if robust == "corners":
        return Plan(1000, 12_000, f"{n} variables; yields, and some ten runs for each design.", shows_share=True)
    if robust == "regret":
        from tokenspice.studies.design.optimisation.regret import scenarios_of

        scenarios = len(scenarios_of(study))
        return Plan(least * scenarios, 5 * least * scenarios, f"{scenarios} scenarios. {words}")
    return Plan(least, 5 * least, words)


def find(evaluator: Evaluator, judge: Judge, sampler: Sampler, local: bool, robust: Robust) -> Found:
    """Search, race, confirm."""
    seed, reps = evaluator.request.seed, reps_of(evaluator.request, robust)
    cases = cases_of(Seeds(seed, "optimise/search").first(reps))
    n_racers = RACERS if judge.n_goals == 1 else FRONT
    held_back = int(RESERVE * evaluator.budget) if reps > 1 else min(evaluator.budget // 4, 4 * n_racers)
    # As many as can race a round and be confirmed.
    n_racers = max(min(n_racers, held_back // (3 * max(reps, 2))), 2)
    start = start_of(evaluator, judge.box)
    default = judge.judge([start], cases)[0] if start is not None else None
    history = History(judge.n_goals, PATIENCE * len(judge.box))
    n_points = max((evaluator.budget - held_back) // reps, 1)
    if local:
        walk(evaluator, judge, history, cases, start, held_back)
    else:
        search = search_called(
            sampler, axes_of(judge.box), judge.n_goals, start, n_points, child_seed(seed, "optimise")
        )
        run_search(evaluator, judge, search, history, cases, evaluator.budget - held_back)
    if not (best := history.best(n_racers)):
        raise StudyError(f"none of {len(history.tried)} designs can be run. {why_not(history)}")
    racing = Seeds(seed, "optimise/race").first
    raced = race(judge, evaluator, best, racing, reps, evaluator.left * 2 // 3)
    is_exact = leaves_nothing_to_chance(judge, best, raced)
    if is_exact and judge.n_goals > 1:
        return Found(history, default, raced, history.best(), default, True)
    winners = raced.left if judge.n_goals > 1 else raced.left[:1]
    points = [one.point for one in winners] + ([start] if start is not None else [])
    confirmed = confirm(evaluator, judge, points)
    compared = confirmed[-1] if start is not None else None
    return Found(history, default, raced, unbeaten(confirmed[: len(winners)]), compared, is_exact)


def unbeaten(confirmed: Sequence[Judgement]) -> list[Judgement]:
    """Return those that are of the front on fresh seeds too; all, where none meets the specs there."""
    feasible = [one for one in confirmed if one.is_feasible]
    if not feasible:
        return list(confirmed)
    return [feasible[place] for place in front_of(np.array([one.values for one in feasible]))]


def why_not(history: History) -> str:
    """Say why the first design could not be run."""
    outcomes = history.tried[0].outcomes if history.tried else ()
    reason = next((outcome.infeasible or outcome.failure for outcome in outcomes), None)
    return f"The first: {reason} Write other ranges."


def leaves_nothing_to_chance(judge: Judge, searched: Sequence[Judgement], raced: Race) -> bool:
    """Whether the race found what the search had found, seed by seed, to the last digit."""
    before = {one.point: one for one in searched}
    return bool(raced.rounds) and all(
        np.array_equal(np.unique(judge.costs(one), axis=1), np.unique(judge.costs(before[one.point]), axis=1))
        and not np.ptp(judge.costs(one), axis=1).any()
        for one in raced.left
    )


def confirm(evaluator: Evaluator, judge: Judge, points: Sequence[Point]) -> list[Judgement]:
    """Judge designs on as many seeds as the budget has left, which neither search nor race had."""
    n = min(evaluator.left // max(len(points), 1), MOST_CONFIRMED)
    if n < 1 or not points:
        raise BudgetSpent(f"the budget of {evaluator.budget} runs leaves none to confirm what was found. Write more.")
    return judge.judge(points, cases_of(Seeds(evaluator.request.seed, "optimise/confirm").first(n)))


def walk(
    evaluator: Evaluator, judge: Judge, history: History, cases: Sequence[Case], start: Point | None, held_back: int
) -> None:
    """Search step by step from the defaults.

    Raises:
        StudyError: the defaults lie outside the box.
    """
    from tokenspice.studies.design.optimisation.local import search_locally

    if start is None:
        raise StudyError("--local begins at the defaults, and one of them lies outside its range. Widen the range.")

    def judged(point: Point) -> Judgement | None:
        if evaluator.left - len(cases) < held_back:
            return None
        history.add(found := judge.judge([point], cases))
        return found[0]

    search_locally(judged, axes_of(judge.box), start)
