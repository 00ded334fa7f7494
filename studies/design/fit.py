"""Which parameters would have given data like these? Approximate Bayesian computation, or the best point alone."""

import hashlib
import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.design.asking import metric_names
from tokenspice.studies.design.bayes.data import Data, keeper_of, metrics_of, read_data
from tokenspice.studies.design.bayes.fitted import Calibration, Fitted, Predicted
from tokenspice.studies.design.bayes.inference import Inference, prior_points
from tokenspice.studies.design.bayes.nearest import nearest, runs_of_a_search
from tokenspice.studies.design.bayes.population import LEAST
from tokenspice.studies.design.bayes.posterior import ranks_are_uniform
from tokenspice.studies.design.bayes.prior import Prior, Priors, prior_of
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.tool import Findings, Plan, run_tool

if TYPE_CHECKING:
    from tokenspice.engine.metrics import Rows
    from tokenspice.engine.units import Floats
    from tokenspice.studies.design.bayes.inference import Posterior

__all__ = ["fit"]

BUDGET = 10_000  # runs of one inference
PREDICTED = 100  # runs of the posterior, whose bands stand beside the data
TRUTHS = 20  # synthetic ones, of a calibration

Method = Literal["abc", "best"]


def fit(
    what: What,
    data: Data,
    study: Study | None = None,
    *,
    priors: Priors = "random",
    method: Method = "abc",
    of: Sequence[str] = (),
    calibrate: bool = False,
    **common: Unpack[Common],
) -> Result:
    """Return a weighted posterior of the variables, given data with the columns that runs log.

    The same metrics are taken of the data and of each run; what counts is their distance, each in median absolute
    deviations of the prior's runs. Populations come nearer and nearer; what distance remains is taken off by regression.

    Args:
        what: what is run.
        data: a Parquet or CSV file, or columns by name.
        study: what is asked; the netlist's own unless given.
        priors: "random", the study's distributions; or "design", its ranges, where every value is as likely as another.
        method: "abc", a posterior; or "best", the point whose runs are nearest on average.
        of: the metrics; all unless given.
        calibrate: whether to fit 20 truths drawn from the prior too, and test where they lie in their posteriors.
        common: the keywords of all tools.

    Raises:
        TokenSpiceError: the study cannot begin, or the data is out of the prior's reach.
    """
    if method not in ("abc", "best"):
        raise StudyError(f'there is no method "{method}". Choose abc or best.')
    if method == "best" and importlib.util.find_spec("optuna") is None:
        raise StudyError("the nearest point is found by optuna. Install it: pip install 'tokenspice[design]'.")
    rows = read_data(data)
    times = 1 + TRUTHS * (calibrate and method == "abc")

    def plan(declared: Study, request: Request) -> Plan:
        if method == "best":
            return Plan(*runs_of_a_search(request.reps), "128 points of the prior, then a search, with common seeds")
        least = LEAST * times + PREDICTED
        words = f"{LEAST} runs of the prior, then populations that come nearer to the data"
        return Plan(least, BUDGET * times + PREDICTED, words + f", {times} times" * (times > 1))

    def ask(evaluator: Evaluator) -> Findings:
        from tokenspice.studies.design.fit_page import findings

        observed = observed_metrics(evaluator, rows, of)
        prior = prior_of(evaluator, priors)
        if method == "best":
            return findings(nearest(evaluator, prior, observed))
        return findings(posterior_of(evaluator, prior, observed, rows, times))

    options = {"priors": priors, "method": method, "of": list(of), "calibrate": calibrate, "data": hash_of(rows)}
    return run_tool("fit", what, study, common, options, plan, ask, keeper_of(rows))


def observed_metrics(evaluator: Evaluator, rows: "Rows", of: Sequence[str]) -> dict[str, float]:
    """Return the data's metrics. Where a function returns its metrics itself, data holds them as columns, the last counts."""
    names, declared = metric_names(evaluator, of), evaluator.study.metrics
    given = {name: float(rows[name][-1]) for name in names if name not in declared and name in rows}
    if missing := [name for name in names if name not in declared and name not in rows]:
        raise StudyError(f"the data has no {', '.join(missing)}. It has columns: {', '.join(rows)}.")
    return given | metrics_of(rows, {name: declared[name] for name in names if name in declared})


def hash_of(rows: "Rows") -> str:
    """Return what tells data from other data."""
    digest = hashlib.sha256()
    for name, values in sorted(rows.items()):
        digest.update(name.encode() + b"\0" + np.ascontiguousarray(values, "<f8").tobytes())
    return digest.hexdigest()


def posterior_of(evaluator: Evaluator, prior: Prior, observed: dict[str, float], rows: "Rows", times: int) -> Fitted:
    """Infer, calibrate if that is asked for, and predict."""
    budget = (evaluator.budget - PREDICTED) // times
    goal = np.array(list(observed.values()))
    posterior = Inference(evaluator, prior, tuple(observed), "search").infer(goal, budget)
    calibration = calibrated(evaluator, prior, tuple(observed), budget) if times > 1 else None
    return Fitted(prior, observed, posterior, predicted(evaluator, prior, posterior, rows), calibration)


def predicted(evaluator: Evaluator, prior: Prior, posterior: "Posterior", rows: "Rows") -> Predicted | None:
    """Make runs of the posterior with fresh seeds, and put the data beside their bands."""
    keeper = keeper_of(rows)
    rng = np.random.default_rng(np.random.SeedSequence(child_seed(evaluator.request.seed, "fit/predicted")))
    # Systematic resampling: one draw, and equal steps through the weights.
    shares = (np.arange(PREDICTED) + rng.random()) / PREDICTED
    chosen = np.minimum(np.searchsorted(np.cumsum(posterior.weights), shares), len(posterior.weights) - 1)
    seeds = Seeds(child_seed(evaluator.request.seed, "fit/predicted/runs")).first(PREDICTED)
    asked = [evaluator.identity(s, prior.settings(posterior.points[i])) for s, i in zip(seeds, chosen, strict=True)]
    outcomes = evaluator.evaluate(asked)
    kept = [one.extra for one in outcomes if one.extra]
    if keeper is None or len(kept) < PREDICTED // 2:
        return None
    places = np.array(keeper.places)
    clock = keeper.clock or "row"
    times = rows[keeper.clock][places] if keeper.clock else places.astype(float)
    runs = {name: np.array([one[name] for one in kept], float) for name in keeper.columns}
    return Predicted(clock, times, {name: rows[name][places] for name in keeper.columns}, runs)


def calibrated(evaluator: Evaluator, prior: Prior, names: tuple[str, ...], budget: int) -> Calibration:
    """Fit truths that were drawn from the prior, and see where each lies in its posterior."""
    truths = prior_points(evaluator, prior, "calibration/truths", TRUTHS)
    shares: list[Floats] = []
    left_out = 0
    for number, truth in enumerate(truths):
        inference = Inference(evaluator, prior, names, f"calibration/{number}")
        synthetic = inference.run(truth[None, :])[0]
        if not np.isfinite(synthetic).all():
            left_out += 1
            continue
        try:
            posterior = inference.infer(synthetic, budget)
        except StudyError:
            left_out += 1  # its data lies at the edge of what the prior reaches
            continue
        below = prior.scores(posterior.points) < prior.scores(truth[None, :])
        shares.append(posterior.weights @ below)
    found = np.array(shares).reshape(-1, len(prior.names))
    p_values = {
        name: ranks_are_uniform(found[:, place]) if len(found) else float("nan")
        for place, name in enumerate(prior.names)
    }
    return Calibration(found, p_values, left_out)
