"""Rare failures in the space of independent normal numbers: OpenTURNS' subset sampling, cross-entropy and NAIS."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, final

import numpy as np

from tokenspice.engine.errors import ConfigError, StudyError
from tokenspice.engine.units import Floats

__all__ = ["MOST_VARIABLES", "Level", "Method", "Searched", "runs_a_step", "search"]

Method = Literal["subset", "ce", "is"]

MOST_VARIABLES = 10  # of the methods whose weights degenerate in many dimensions
BLOCK = 100  # points that are asked for at once
QUANTILE = 0.1  # of each step's points lie beyond the next level
STEP = {"subset": 1_000, "ce": 700, "is": 700}  # points a step, unless more are asked for
MOST_TIED = 0.02  # of a step's points may lie at its level
PROPOSAL = 2.0  # the width of subset sampling's moves

Level = tuple[float, float]
"""A margin, and the estimated probability to lie below it."""


@final
@dataclass(frozen=True)
class Searched:
    """What one repetition found.

    Attributes:
        probability: the estimate.
        levels: of its steps.
        effective: (Σw)²/Σw² of the last step's failing points; None where points have no weights.
        n_points: that were asked for.
    """

    probability: float
    levels: tuple[Level, ...]
    effective: float | None
    n_points: int


def runs_a_step(method: Method, least: int | None = None) -> int:
    """Return the points of a step, a multiple of what is asked for at once."""
    wanted = STEP[method] if least is None else least
    return max(-(-wanted // BLOCK), 1) * BLOCK


def search(method: Method, margins: Callable[[Floats], Floats], d: int, seed: int, step: int) -> Searched:
    """Do one repetition.

    Args:
        method: "subset" (Au & Beck 2001), "ce" (standard-space cross-entropy), "is" (NAIS, Morio 2011).
        margins: of points, n × d; a failure is a margin below 0. Its errors come out as they are.
        d: independent standard normal coordinates.
        seed: of the repetition.
        step: points of each step, a multiple of `BLOCK`.

    Raises:
        StudyError: a level is the same as the one before, or there are too many coordinates.
        ConfigError: OpenTURNS is not installed.
    """
    if method != "subset" and d > MOST_VARIABLES:
        raise StudyError(
            f"{method} weights points, which fails in {d} variables. Write --method subset, or {MOST_VARIABLES} "
            "variables at most."
        )
    calls = Calls(margins)
    with seeded(seed) as ot:
        algorithm = algorithm_of(ot, method, calls, d, step)
        calls.guarded(algorithm.run)
        result = algorithm.getResult()
        probability = float(result.getProbabilityEstimate())
        levels = levels_of(algorithm, method, probability)
        if method == "subset":
            calls.check_levels([level for level, _ in levels], step)
    return Searched(probability, levels, calls.effective(method, step), calls.n_points)


@final
class Calls:
    """What OpenTURNS calls. Errors wait here, for it would wrap them in its own."""

    def __init__(self, margins: Callable[[Floats], Floats]) -> None:
        self._margins = margins
        self._error: BaseException | None = None
        self._points: list[Floats] = []
        self._found: list[Floats] = []
        self._listens = False

    @property
    def n_points(self) -> int:
        return sum(map(len, self._found))

    def __call__(self, points: Any) -> Any:
        self._listen()
        if self._error:
            raise RuntimeError("stopped")
        given = np.asarray(points, float)
        try:
            found = self._margins(given)
        except BaseException as error:
            self._error = error
            raise RuntimeError("stopped") from None  # OpenTURNS aborts the process at Ctrl-C
        self._points.append(given)
        self._found.append(found)
        return found.reshape(-1, 1)

    def guarded(self, run: Callable[[], None]) -> None:
        try:
            with self._interruptible():
                run()
        except Exception as error:
            if self._error:
                raise self._error from None
            raise StudyError(self._reason(error)) from error
        if self._error:
            raise self._error

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Keep Ctrl-C for the next call, which OpenTURNS takes as an error of the function."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)
        self._listens = True
        try:
            yield
        finally:
            self._listens = False
            signal.signal(signal.SIGINT, before)

    def _listen(self) -> None:
        # OpenTURNS puts a handler of its own in our place while it runs, which ends the process by a fault.
        if self._listens:
            signal.signal(signal.SIGINT, self._note)

    def _note(self, number: int, frame: object) -> None:
        self._error = KeyboardInterrupt()

    def check_levels(self, levels: list[float], step: int) -> None:
        """Refuse levels at which many points lie: they are not passed by the share that the estimate supposes.

        Raises:
            StudyError: there is such a level.
        """
        found = np.concatenate(self._found)
        for number, level in enumerate(levels[:-1]):
            here = found[number * step : (number + 1) * step]
            if levels[number + 1] >= level or np.mean(here == level) > MOST_TIED:
                raise StudyError(tied(here))

    def _reason(self, error: Exception) -> str:
        found = np.concatenate(self._found) if self._found else np.zeros(0)
        if len(found) and len(np.unique(found)) < len(found) / 2:
            return tied(found)
        return f"OpenTURNS gave up: {str(error).strip().splitlines()[0][:200]}"

    def effective(self, method: Method, step: int) -> float | None:
        """Return the effective number of the last step's failing points, as if drawn from their own normal law."""
        if method == "subset" or not self._found:
            return None
        points, found = np.concatenate(self._points)[-step:], np.concatenate(self._found)[-step:]
        mean, sd = points.mean(axis=0), np.maximum(points.std(axis=0), 1e-12)
        logs = -0.5 * (points**2).sum(axis=1) + (0.5 * ((points - mean) / sd) ** 2 + np.log(sd)).sum(axis=1)
        logs = logs[found < 0]
        if not len(logs):
            return 0.0
        weights = np.exp(logs - logs.max())
        return float(weights.sum() ** 2 / (weights**2).sum())


def tied(found: Floats) -> str:
    values, counts = np.unique(found, return_counts=True)
    most = int(counts.argmax())
    return (
        f"the margin is {values[most]:g} in {counts[most] / len(found):.0%} of runs, so levels cannot rise. Give the spec "
        "a nearness, and write --method splitting."
    )


def algorithm_of(ot: Any, method: Method, calls: Calls, d: int, step: int) -> Any:
    function = ot.PythonFunction(d, 1, func_sample=calls)
    margin = ot.CompositeRandomVector(function, ot.RandomVector(ot.Normal(d)))
    event = ot.ThresholdEvent(margin, ot.Less(), 0.0)
    if method == "subset":
        algorithm = ot.SubsetSampling(event, PROPOSAL, QUANTILE)
    elif method == "ce":
        algorithm = ot.StandardSpaceCrossEntropyImportanceSampling(event, QUANTILE)
    else:
        algorithm = ot.NAIS(event, QUANTILE)
    algorithm.setBlockSize(BLOCK)
    algorithm.setMaximumOuterSampling(step // BLOCK)
    if method != "subset":
        algorithm.setMaximumCoefficientOfVariation(0.0)  # all points of the last step count
    return algorithm


def levels_of(algorithm: Any, method: Method, probability: float) -> tuple[Level, ...]:
    """Return the levels of the steps; the last one is the failure itself."""
    if method != "subset":
        return ((0.0, probability),)
    thresholds = [float(level) for level in algorithm.getThresholdPerStep()]
    shares = [float(share) for share in algorithm.getProbabilityEstimatePerStep()]
    return tuple(zip(thresholds, shares, strict=True))


@contextmanager
def seeded(seed: int) -> Iterator[Any]:
    """Yield OpenTURNS with its global generator seeded, and put that back afterwards."""
    try:
        import openturns as ot
    except ImportError:
        raise ConfigError("this method needs OpenTURNS. Write pip install 'tokenspice[rare]'.") from None
    before, shown = ot.RandomGenerator.GetState(), ot.Log.Flags()
    ot.Log.Show(ot.Log.NONE)
    ot.RandomGenerator.SetSeed(seed % 2**32)
    try:
        yield ot
    finally:
        ot.RandomGenerator.SetState(before)
        ot.Log.Show(shown)
