"""Searches that are asked for points and told what came of them, block by block; the same seed asks the same.

All goals are to be small. A violation above 0 says that a constraint is not met, and by how much; of two points that do
not meet all, the one that violates less is the better one (Deb 2000).
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol, TypeAlias, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats

__all__ = ["Axis", "CmaSearch", "OptunaSearch", "Point", "Sampler", "Search", "search_called"]

Axis: TypeAlias = int
"""How many choices a variable has; 0 of a number between 0 and 1."""

Point: TypeAlias = tuple[float, ...]
"""A coordinate between 0 and 1 for each axis; of a choice, the middle of its share."""

Sampler: TypeAlias = Literal["auto", "tpe", "cmaes", "nsga2", "gp"]

BLOCK = 8  # points that are asked for at once
POPULATION = 40  # of NSGA-II, at most; a generation is one block
LEAST_POPULATION = 8


class Search(Protocol):
    """Asks and learns.

    Attributes:
        block: how many points to ask for at once.
    """

    block: int

    def ask(self) -> list[Point]:
        """Return the next block of points."""

    def tell(self, values: Sequence[Sequence[float]], violations: Sequence[Sequence[float]]) -> None:
        """Learn what came of them, in their order: goals, and one violation for each constraint."""


def search_called(
    sampler: Sampler, axes: Sequence[Axis], n_goals: int, start: Point | None, n_points: int, seed: int
) -> Search:
    """Return a search.

    Args:
        sampler: "auto" is NSGA-II for several goals, and TPE for one.
        axes: of the space.
        n_goals: how many numbers are to be small.
        start: a point to ask for first.
        n_points: how many there will be, about; a generation is a fifteenth of them at most.
        seed: of the search.

    Raises:
        StudyError: the sampler cannot do that, or its library is missing.
    """
    seed %= 2**32  # as the libraries take it
    if sampler == "auto":
        sampler = "nsga2" if n_goals > 1 else "tpe"
    if sampler == "cmaes":
        if n_goals > 1 or any(axes):
            raise StudyError("cmaes searches for one goal, over numbers alone. Write --sampler tpe, or nsga2.")
        return CmaSearch(len(axes), start, seed)
    if sampler not in ("tpe", "nsga2", "gp"):
        raise StudyError(f'there is no sampler "{sampler}". Choose auto, tpe, cmaes, nsga2 or gp.')
    if sampler == "gp" and n_goals > 1:
        raise StudyError("gp searches for one goal. Write --sampler nsga2.")
    population = max(min(POPULATION, n_points // 15), LEAST_POPULATION)
    return OptunaSearch(sampler, axes, n_goals, start, population, seed)


@final
class OptunaSearch:
    """TPE, a Gaussian process, or NSGA-II with simulated binary crossover and polynomial mutation, by Optuna."""

    def __init__(
        self, sampler: Sampler, axes: Sequence[Axis], n_goals: int, start: Point | None, population: int, seed: int
    ) -> None:
        import optuna

        self.block = population if sampler == "nsga2" else BLOCK
        self._axes = axes
        self._space: dict[str, Any] = {
            f"x{number}": optuna.distributions.CategoricalDistribution(list(range(n)))
            if n
            else optuna.distributions.FloatDistribution(0.0, 1.0)
            for number, n in enumerate(axes)
        }
        with quiet():
            self._study = optuna.create_study(
                directions=["minimize"] * n_goals, sampler=sampler_called(sampler, len(axes), population, seed)
            )
            if start is not None:
                self._study.enqueue_trial(self._params(start))
        self._asked: list[Any] = []

    def ask(self) -> list[Point]:
        with quiet():
            self._asked = [self._study.ask(self._space) for _ in range(self.block)]
        return [self._point(trial.params) for trial in self._asked]

    def tell(self, values: Sequence[Sequence[float]], violations: Sequence[Sequence[float]]) -> None:
        with quiet():
            for trial, goals, violated in zip(self._asked, values, violations, strict=True):
                for number, violation in enumerate(violated):
                    trial.set_constraint(str(number), violation)
                self._study.tell(trial, list(goals))

    def _params(self, point: Point) -> dict[str, Any]:
        pairs = zip(self._space, self._axes, point, strict=True)
        return {name: min(int(u * n), n - 1) if n else u for name, n, u in pairs}

    def _point(self, params: dict[str, Any]) -> Point:
        pairs = zip(self._space, self._axes, strict=True)
        return tuple((params[name] + 0.5) / n if n else float(params[name]) for name, n in pairs)


def sampler_called(name: Sampler, n_axes: int, population: int, seed: int) -> Any:
    from optuna.samplers import NSGAIISampler, TPESampler
    from optuna.samplers.nsgaii import PolynomialMutation, SBXCrossover

    if name == "tpe":
        startup = max(10, 2 * n_axes)
        return TPESampler(multivariate=True, constant_liar=True, n_startup_trials=startup, seed=seed)
    if name == "gp":
        return gaussian_process(seed)
    return NSGAIISampler(
        population_size=population,
        crossover=SBXCrossover(eta=10.0),
        mutation=PolynomialMutation(eta=20.0),
        mutation_prob=1.0 / n_axes,
        seed=seed,
    )


def gaussian_process(seed: int) -> Any:
    try:
        import torch  # noqa: F401
        from optuna.samplers import GPSampler
    except ImportError:
        raise StudyError(
            "gp needs PyTorch, which is not installed: pip install torch. Or write --sampler tpe."
        ) from None
    return GPSampler(seed=seed)


@final
class CmaSearch:
    """Covariance matrix adaptation, which knows points by their order alone: so constraints need no penalty."""

    def __init__(self, n_axes: int, start: Point | None, seed: int) -> None:
        from cmaes import CMA

        middle = np.array(start) if start is not None else np.full(n_axes, 0.5)
        bounds = np.array([[0.0, 1.0]] * n_axes)
        # A wide cloud in a space of one variable needs two: the library's least.
        self._n = n_axes
        if n_axes == 1:
            middle, bounds = np.append(middle, 0.5), np.array([[0.0, 1.0]] * 2)
        self._cma = CMA(mean=middle, sigma=0.3, bounds=bounds, seed=seed)
        self.block = max(BLOCK, self._cma.population_size)
        if self.block != self._cma.population_size:
            self._cma = CMA(mean=middle, sigma=0.3, bounds=bounds, seed=seed, population_size=self.block)
        self._asked: list[Floats] = []

    def ask(self) -> list[Point]:
        self._asked = [self._cma.ask() for _ in range(self.block)]
        return [tuple(float(x) for x in point[: self._n]) for point in self._asked]

    def tell(self, values: Sequence[Sequence[float]], violations: Sequence[Sequence[float]]) -> None:
        order = sorted(range(len(values)), key=order_by(values, violations))
        ranks = {place: float(rank) for rank, place in enumerate(order)}
        self._cma.tell([(point, ranks[place]) for place, point in enumerate(self._asked)])


def order_by(
    values: Sequence[Sequence[float]], violations: Sequence[Sequence[float]]
) -> Callable[[int], tuple[float, float]]:
    """Return the key by which the first goal is sorted: what violates nothing first, by its value."""

    def key(place: int) -> tuple[float, float]:
        violated = sum(max(violation, 0.0) for violation in violations[place])
        return (violated, 0.0) if violated else (0.0, values[place][0])

    return key


@contextmanager
def quiet() -> Iterator[None]:
    """Let Optuna say nothing: its notices are for those who call it."""
    logger = logging.getLogger("optuna")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
