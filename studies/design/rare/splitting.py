"""Adaptive multilevel splitting: runs that come nearer to a failure go on in copies with other chance.

Cérou & Guyader, Stoch. Anal. Appl. 25 (2007). In discrete time, with ties killed together, the estimate is unbiased for
every score and every number of runs (Bréhier, Gazeau, Goudenège, Lelièvre & Rousset, Ann. Appl. Probab. 26, 2016): a
bad score costs variance alone.
"""

import math
from bisect import bisect_right
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, final

import numpy as np

from tokenspice.engine.errors import StudyError

__all__ = ["Asked", "Climb", "Path", "Split", "split"]

Run = TypeVar("Run")

KILLED = 0.1  # of the runs, in each round, at least
ENOUGH = 0.5  # of the runs fail: the rest is counted
MOST_ROUNDS = 5_000


@final
@dataclass(frozen=True)
class Climb:
    """How near to a failure a run has come by and by: the rows at which its score was higher than ever.

    Args:
        ticks: of these rows, rising.
        scores: at these rows, rising.
    """

    ticks: tuple[int, ...]
    scores: tuple[float, ...]

    @property
    def top(self) -> float:
        return self.scores[-1] if self.scores else -math.inf

    def first_above(self, level: float) -> int | None:
        """Return the tick of the first row whose score is above a level; None if there is none."""
        place = bisect_right(self.scores, level)
        return self.ticks[place] if place < len(self.ticks) else None

    @staticmethod
    def of(ticks: Sequence[float], scores: Sequence[float]) -> "Climb":
        """Keep the rows that count; a score that is no number counts for none."""
        kept_ticks: list[int] = []
        kept: list[float] = []
        for tick, score in zip(ticks, scores, strict=True):
            if score > (kept[-1] if kept else -math.inf):
                kept_ticks.append(int(tick))
                kept.append(float(score))
        return Climb(tuple(kept_ticks), tuple(kept))


@final
@dataclass(frozen=True)
class Path(Generic[Run]):
    """A run, and what splitting needs to know of it."""

    run: Run
    climb: Climb
    fails: bool


@final
@dataclass(frozen=True)
class Split(Generic[Run]):
    """What one repetition found.

    Attributes:
        probability: the estimate.
        levels: (score, weight left after it) of each round.
        failing: the runs that failed, those that were killed too.
        n_runs: runs asked for.
        largest_tie: the largest share of the runs that a round killed.
    """

    probability: float
    levels: tuple[tuple[float, float], ...]
    failing: tuple[Run, ...]
    n_runs: int
    largest_tie: float


@final
@dataclass(frozen=True)
class Asked(Generic[Run]):
    """A run to be made: the beginning of another one, from `tick` on with other chance."""

    parent: Run
    tick: int


def split(
    first: Sequence[Path[Run]], rng: np.random.Generator
) -> Generator[list[Asked[Run]], list[Path[Run]], Split[Run]]:
    """Do one repetition. Yields the runs that a round asks for, and is sent their paths, in the same order.

    Args:
        first: the independent runs to begin with.
        rng: draws which survivors are continued.

    Raises:
        StudyError: there are fewer than two runs, or the rounds have no end.
    """
    if len(first) < 2:
        raise StudyError(f"splitting from {len(first)} runs has none to go on with. Write --particles 2 or more.")
    paths, weight, found, n_runs = list(first), 1.0, 0.0, len(first)
    levels: list[tuple[float, float]] = []
    failing = [path.run for path in first if path.fails]
    largest_tie, n = 0.0, len(first)
    while sum(path.fails for path in paths) < ENOUGH * n:
        if len(levels) == MOST_ROUNDS:
            raise StudyError(f"splitting has not come to an end in {MOST_ROUNDS} rounds. Write another nearness.")
        level = sorted(path.climb.top for path in paths)[math.ceil(KILLED * n) - 1]
        killed = [place for place, path in enumerate(paths) if path.climb.top <= level]
        largest_tie = max(largest_tie, len(killed) / n)
        survivors = [path for path in paths if path.climb.top > level]
        if not survivors:  # nobody has come higher, so what fails by now is all there is
            break
        found += weight * sum(paths[place].fails for place in killed) / n
        weight *= 1 - len(killed) / n
        levels.append((level, weight))
        parents = [survivors[int(place)] for place in rng.integers(len(survivors), size=len(killed))]
        asked = [Asked(parent.run, tick) for parent in parents if (tick := parent.climb.first_above(level)) is not None]
        children = yield asked
        n_runs += len(asked)
        failing += [child.run for child in children if child.fails]
        for place, child in zip(killed, children, strict=True):
            paths[place] = child
    share = sum(path.fails for path in paths) / n
    return Split(found + weight * share, tuple(levels), tuple(dict.fromkeys(failing)), n_runs, largest_tie)
