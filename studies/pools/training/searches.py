"""Searches: BFGS with derivatives; CMA-ES and Optuna's samplers without, for any pool and any number of a scenario."""

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, final

import numpy as np

from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.markets.errors import MarketError
from tokenspice.markets.prices.table import Window
from tokenspice.studies.pools.training.candidates import Candidates, Progress, pool_in_window
from tokenspice.studies.pools.training.gradient import PoolGradient
from tokenspice.studies.pools.training.journal import Journal
from tokenspice.studies.pools.training.objectives import Course, objective_named, turnover
from tokenspice.studies.pools.training.segments import Segments, evaluation_starts
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import Space
from tokenspice.studies.pools.training.starts import first_points

__all__ = ["WindowScores", "search_bfgs", "search_cma", "search_optuna"]


@final
class WindowScores:
    """The objective of points in the windows by which searches judge. No derivative, any scenario.

    Args:
        space: whose points.
        close: [rows, n] prices that may be seen, dollars.
        firsts: rows at which the windows begin.
        minutes: of each.
        objective: its name.
        start_row: of the scenario, from which changes in time are counted.
        threads: to work on.
        turnover_penalty: of the objective.
    """

    def __init__(
        self, space: Space, close: Floats, firsts: list[int], minutes: int, objective: str, start_row: int, threads: int,
        turnover_penalty: float = 0.0,
    ) -> None:  # fmt: skip
        self.turnover_penalty = turnover_penalty
        self.space, self.close, self.firsts, self.minutes = space, close, firsts, minutes
        self.objective, self.start_row, self.threads = objective_named(objective, minutes), start_row, threads

    def of(self, points: Sequence[Floats]) -> Floats:
        """[points, windows] the objective; NaN where a point cannot be simulated."""
        pairs = [(x, first) for x in points for first in self.firsts]
        with ThreadPoolExecutor(self.threads) as pool:
            return np.array(list(pool.map(lambda pair: self.one(*pair), pairs))).reshape(len(points), -1)

    def one(self, x: Floats, first: int) -> float:
        try:
            scenario = self.space.scenario_at(x)
            course, reserves, _ = pool_in_window(scenario, self.close, Window(first, self.minutes), self.start_row)
        except MarketError:
            return float("nan")
        value, growth = course.value_USD, course.prices[-1] / course.prices[0]
        worth = course.first_reserves * course.prices[0]
        seen = Course(
            value[:: self.objective.sample], value[-1], self.minutes, worth @ growth / worth.sum(), growth.mean()
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            penalty = self.turnover_penalty * turnover(reserves, course.prices) if self.turnover_penalty else 0.0
            return float(self.objective.of(np, seen)) - penalty


def together(by_window: Floats, aggregate: str) -> Floats:
    """[points] what the windows' objectives are made into; the worst there is where one is no number."""
    with np.errstate(invalid="ignore"):
        if aggregate == "worst":
            total = by_window.min(axis=1)
        elif aggregate == "softmin":
            weight = np.exp(by_window.min(axis=1, keepdims=True) - by_window)
            total = (by_window * weight).sum(axis=1) / weight.sum(axis=1)
        else:
            total = by_window.mean(axis=1)
    return np.where(np.isfinite(total), total, -1e9)


def search_bfgs(
    gradient: PoolGradient, segments: Segments, training: Training, candidates: Candidates, journal: Journal,
    progress: Progress, start: Floats | None,
) -> None:  # fmt: skip
    """From each start, climb with an estimate of the curvature, over the windows by which searches judge."""
    from scipy.optimize import minimize

    streams = RandomStreams(training.seed)
    every = training.starts_every_minutes
    firsts = evaluation_starts(segments.train, gradient.minutes, training.evaluation_windows, streams, every)

    def down(x: Floats) -> tuple[float, Floats]:
        def compute() -> dict[str, Any]:
            total, _, slope = gradient(x[None], firsts)
            return {"objective": float(total[0]), "slope": slope[0].tolist()}

        candidates.tried(1)
        found = journal.record("gradient", x, compute)
        slope = np.array(found["slope"])
        if not (np.isfinite(found["objective"]) and np.isfinite(slope).all()):
            return 1e9, np.zeros(x.shape)
        return -found["objective"], -slope

    for k, x in enumerate(first_points(gradient.space, training, streams, start)):
        candidates.look(x, 0, k)
        at = 0

        def seen(point: Floats, k: int = k) -> None:
            nonlocal at
            at += 1
            if at % training.evaluate_every == 0:
                candidates.look(point.copy(), at, k)
            progress(k * training.iterations + at, training.parameter_sets * training.iterations, candidates.best.worth)

        found = minimize(down, x, jac=True, method="BFGS", callback=seen, options={"maxiter": training.iterations})
        candidates.look(found.x, at, k)


def search_cma(
    scores: WindowScores,
    training: Training,
    candidates: Candidates,
    journal: Journal,
    progress: Progress,
    start: Floats | None,
) -> None:
    """Covariance matrix adaptation, from each start, in the range's unit cube."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import cma

    streams = RandomStreams(training.seed)
    low, high = scores.space.bounds()
    done, total = 0, training.parameter_sets * training.iterations
    for k, x in enumerate(first_points(scores.space, training, streams, start)):
        rng = streams(f"cma {k}")
        options: dict[str, Any] = {
            "bounds": [0, 1],
            "verbose": -9,
            "verb_log": 0,
            # Draws come from our own stream: the library leaves NumPy's global one alone.
            "seed": float("nan"),
            "randn": lambda *shape, rng=rng: rng.standard_normal(shape),
        }
        if training.population:
            options["popsize"] = training.population
        candidates.look(x, 0, k)
        # One coordinate alone is no matter of covariance; its twin has no effect.
        unit = np.clip((x - low) / (high - low), 0.01, 0.99)
        padded = np.concatenate([unit, [0.5]]) if len(unit) == 1 else unit
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            strategy = cma.CMAEvolutionStrategy(padded, training.step, options)
            for generation in range(1, training.iterations + 1):
                asked = [np.asarray(u) for u in strategy.ask()]
                points = [low + u[: len(unit)] * (high - low) for u in asked]
                candidates.tried(len(points))
                found = judged(scores, journal, "generation", points)
                worth = together(found, training.aggregate)
                strategy.tell(asked, (-worth).tolist())
                done += 1
                if generation % training.evaluate_every == 0 or generation == training.iterations or strategy.stop():
                    candidates.look(points[int(np.argmax(worth))], generation, k)
                progress(done, total, candidates.best.worth)
                if strategy.stop():
                    break


def judged(scores: WindowScores, journal: Journal, kind: str, points: list[Floats]) -> Floats:
    """[points, windows] the objective, from the journal if it is there."""
    found = journal.record(kind, np.array(points), lambda: {"windows": scores.of(points).tolist()})
    return np.array(found["windows"])


def search_optuna(
    scores: WindowScores,
    training: Training,
    candidates: Candidates,
    journal: Journal,
    progress: Progress,
    start: Floats | None,
) -> None:
    """Optuna's tree-structured Parzen estimator, one trial after another. Its study lives in memory; the journal keeps it."""
    import optuna

    low, high = scores.space.bounds()
    names = [f"x{i}" for i in range(scores.space.size)]
    ranges: dict[str, optuna.distributions.BaseDistribution] = {
        name: optuna.distributions.FloatDistribution(a, b) for name, a, b in zip(names, low, high, strict=True)
    }
    own = np.clip(scores.space.start if start is None else start, low, high)
    with warnings.catch_warnings(), quiet(optuna):
        warnings.simplefilter("ignore")
        sampler = optuna.samplers.TPESampler(seed=training.seed, multivariate=True, n_startup_trials=10)
        directions = [optuna.study.StudyDirection.MAXIMIZE] * (3 if training.multi_objective else 1)
        study = optuna.create_study(sampler=sampler, directions=directions)
        study.enqueue_trial(dict(zip(names, own.tolist(), strict=True)))
        last_better = 0
        for number in range(1, training.iterations + 1):
            trial = study.ask(ranges)
            x = np.array([trial.params[name] for name in names])
            candidates.tried(1)
            by_window = judged(scores, journal, "trial", [x])
            before = candidates.best.worth if candidates.all else -np.inf
            candidate = candidates.look(x, number, 0)
            study.tell(trial, wanted(by_window, candidate.train - candidate.validation, training))
            last_better = number if candidates.best.worth > before else last_better
            progress(number, training.iterations, candidates.best.worth)
            if training.patience and number - last_better >= training.patience:
                break


def wanted(by_window: Floats, shortfall: float, training: Training) -> list[float]:
    """What a trial is told: the aggregate, or the mean, the worst and the spread of the windows."""
    total = together(by_window, training.aggregate)
    penalty = training.overfitting_penalty * max(0.0, shortfall) if np.isfinite(shortfall) else 0.0
    if not training.multi_objective:
        return [float(total[0]) - penalty]
    if not np.isfinite(by_window).all():
        return [-1e9, -1e9, -1e9]
    return [float(by_window.mean()) - penalty, float(by_window.min()), -float(by_window.std())]


@contextmanager
def quiet(optuna: Any) -> Iterator[None]:
    """Optuna without its lines on stderr."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
