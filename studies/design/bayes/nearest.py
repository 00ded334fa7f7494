"""The point whose runs are nearest to the data on average: a search, then the best of it with fresh seeds."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.design.bayes.fitted import BestFit
from tokenspice.studies.design.bayes.inference import checked_scale, prior_points, refuse_out_of_reach
from tokenspice.studies.design.bayes.posterior import Scale, distances_from
from tokenspice.studies.design.bayes.prior import Prior
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import Evaluator

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

__all__ = ["nearest", "runs_of_a_search"]

REPS = 4  # common seeds of every point
FIRST = 128  # points of the prior
MOST = 1_000  # points in all, unless a budget says otherwise
BLOCK = 8  # points that are asked for together
PATIENCE = 10  # blocks without a gain, for each variable
GAIN = 0.01  # of the distance, that counts as one
FINALISTS = 5
FRESH = 16  # seeds with which these are compared again
EDGE = 3.09  # standard normal numbers beyond are one in a thousand


def runs_of_a_search(reps: int | None) -> tuple[int, int]:
    """Return how many runs a search takes, at the least and by itself at the most."""
    confirmed = FINALISTS * FRESH
    return FIRST * (reps or REPS) + confirmed, MOST * (reps or REPS) + confirmed


def nearest(evaluator: Evaluator, prior: Prior, observed: dict[str, float]) -> BestFit:
    """Search, and confirm.

    Args:
        evaluator: makes the runs.
        prior: in which the point is looked for.
        observed: the data's metrics, by name.
    """
    names, goal = tuple(observed), np.array(list(observed.values()))
    reps = evaluator.request.reps or REPS
    seeds = Seeds(child_seed(evaluator.request.seed, "fit/best")).first(reps)
    points = prior_points(evaluator, prior, "best/points", FIRST).clip(-EDGE, EDGE)
    first = metrics_at(evaluator, prior, points, seeds, names)
    scale = checked_scale(first.reshape(-1, len(names)), names)
    refuse_out_of_reach(scale, goal, names)
    tried = list(zip(points, mean_distances(first, goal, scale), strict=True))
    spare = FINALISTS * FRESH
    blocks = (evaluator.left - spare) // (BLOCK * reps)
    tried += search(
        evaluator,
        prior,
        tried,
        blocks,
        lambda new: mean_distances(metrics_at(evaluator, prior, new, seeds, names), goal, scale),
    )
    tried.sort(key=lambda pair: pair[1])
    finalists = np.array([point for point, _ in tried[:FINALISTS]])
    fresh = Seeds(child_seed(evaluator.request.seed, "fit/best/confirmed")).first(FRESH)
    again = metrics_at(evaluator, prior, finalists, fresh, names)
    distances = np.array([distances_from(one, goal, scale) for one in again])
    best = int(distances.mean(axis=1).argmin())
    found = next(distance for point, distance in tried if (point == finalists[best]).all())
    means = dict(zip(names, map(float, again[best].mean(axis=0)), strict=True))
    return BestFit(observed, dict(prior.settings(finalists[best])), float(found), distances[best], means)


def search(
    evaluator: Evaluator,
    prior: Prior,
    known: list[tuple[Floats, float]],
    blocks: int,
    distances_at: Callable[[Floats], Floats],
) -> list[tuple[Floats, float]]:
    """Ask a tree of Parzen estimators for points, block by block, until the blocks are spent or nothing is gained."""
    import optuna

    with quietly():
        space: dict[str, BaseDistribution] = {
            f"{place}": optuna.distributions.FloatDistribution(-EDGE, EDGE) for place in range(len(prior.names))
        }
        seed = child_seed(evaluator.request.seed, "fit/best/search") % 2**32
        sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True, n_startup_trials=0)
        study = optuna.create_study(sampler=sampler)
        for point, distance in known:
            params = {f"{place}": float(x) for place, x in enumerate(point)}
            study.add_trial(optuna.create_trial(params=params, distributions=space, value=finite(distance)))
        found: list[tuple[Floats, float]] = []
        best, idle = min(distance for _, distance in known), 0
        for _ in range(max(blocks, 0)):
            trials = [study.ask(space) for _ in range(BLOCK)]
            points = np.array([[trial.params[name] for name in space] for trial in trials])
            distances = distances_at(points)
            for trial, distance in zip(trials, distances, strict=True):
                study.tell(trial, finite(distance))
            found += zip(points, map(float, distances), strict=True)
            gained = float(distances.min()) < best * (1 - GAIN)
            best, idle = min(best, float(distances.min())), 0 if gained else idle + 1
            if idle >= PATIENCE * len(prior.names):
                break
    return found


def metrics_at(evaluator: Evaluator, prior: Prior, points: Floats, seeds: list[int], names: tuple[str, ...]) -> Floats:
    """Return the metrics of a run at each point with each seed [n_points, n_seeds, n_metrics]; NaN where it failed."""
    asked = [evaluator.identity(seed, prior.settings(point)) for point in points for seed in seeds]
    found = [[one.metrics.get(name, np.nan) for name in names] for one in evaluator.evaluate(asked)]
    return np.array(found, float).reshape(len(points), len(seeds), len(names))


def mean_distances(metrics: Floats, goal: Floats, scale: Scale) -> Floats:
    """Return the mean distance of each point [n_points]; infinite where a run failed."""
    return np.array([float(distances_from(one, goal, scale).mean()) for one in metrics])


def finite(distance: float) -> float:
    return float(min(distance, 1e300))


@contextmanager
def quietly() -> Iterator[None]:
    """Keep Optuna from telling of each trial, and of what it calls experimental."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(before)
