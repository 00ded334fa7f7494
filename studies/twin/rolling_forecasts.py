"""Forecasts from many origins of the past, each with what was known then alone: are their bands honest?

O is the number of origins, P of paths, T of hours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import Floats

__all__ = ["BANDS", "HORIZONS", "Forecasts", "HorizonScore", "Paths", "rolling_origin"]

HORIZONS = (6, 12, 24, 48, 72, 168)  # hours
BANDS = (0.5, 0.9)
FIRST_ORIGIN = 21 * 24  # hours of history before the first forecast
BETWEEN = 12  # hours between origins
LEAST_ORIGINS = 20

# From an origin's index, the number of paths and of hours, and a generator: [P, T] cumulative.
Paths = Callable[[int, int, int, np.random.Generator], Floats]


@dataclass(frozen=True)
class HorizonScore:
    """How forecasts of one horizon did.

    Attributes:
        horizon: hours.
        n: origins. They overlap, so that they are fewer than they seem: `independent` counts those that do not.
        independent: origins that are a horizon or more apart.
        coverage: for each of `BANDS`, the share of origins whose band held what came.
        log_score: mean log density of what came.
    """

    horizon: int
    n: int
    independent: int
    coverage: tuple[float, ...]
    log_score: float


@dataclass(frozen=True)
class Forecasts:
    """How a model's forecasts did.

    Attributes:
        scores: of each horizon.
        pit: of each horizon, the share of paths below what came, origin by origin: uniform if the bands are honest.
    """

    scores: tuple[HorizonScore, ...]
    pit: dict[int, tuple[float, ...]]

    @property
    def log_score(self) -> float:
        """Mean over the horizons."""
        return float(np.mean([score.log_score for score in self.scores]))

    @property
    def largest_error(self) -> float:
        """Of the coverage, over horizons and bands."""
        return max(
            abs(found - band) for score in self.scores for found, band in zip(score.coverage, BANDS, strict=True)
        )


def rolling_origin(
    paths_from: Paths,
    outcomes: Floats,
    rng: np.random.Generator,
    paths: int = 400,
    horizons: Sequence[int] = HORIZONS,
    first: int = FIRST_ORIGIN,
    between: int = BETWEEN,
) -> Forecasts:
    """Forecast from each origin, and hold what came against it.

    Args:
        paths_from: draws paths of what `outcomes` holds, from an origin on.
        outcomes: [T] level of the series at each hour, NaN where it is unknown.
        rng: of all draws.
        paths: P.
        horizons: hours ahead.
        first: the first origin's index.
        between: hours between origins.

    Raises:
        RunError: the series is too short.
    """
    origins = [o for o in range(first, len(outcomes) - min(horizons), between) if np.isfinite(outcomes[o])]
    if len(origins) < LEAST_ORIGINS:
        raise RunError(
            f"{len(outcomes)} hours give {len(origins)} origins for a test of forecasts, which takes {LEAST_ORIGINS}. "
            "Give a longer record."
        )
    found: dict[int, list[tuple[float, float]]] = {horizon: [] for horizon in horizons}
    for origin in origins:
        ahead = min(max(horizons), len(outcomes) - 1 - origin)
        drawn = paths_from(origin, paths, ahead, rng)
        for horizon in horizons:
            if horizon <= ahead and np.isfinite(came := float(outcomes[origin + horizon])):
                sample = drawn[:, horizon - 1]
                found[horizon].append((float((sample < came).mean()), log_density(sample, came)))
    scored = [horizon for horizon in horizons if found[horizon]]
    return Forecasts(
        tuple(score_of(horizon, found[horizon], between) for horizon in scored),
        {horizon: tuple(pit for pit, _ in found[horizon]) for horizon in scored},
    )


def score_of(horizon: int, found: list[tuple[float, float]], between: int) -> HorizonScore:
    pit, density = np.array(found).T
    coverage = tuple(float((np.abs(pit - 0.5) <= band / 2).mean()) for band in BANDS)
    apart = -(-horizon // between)
    return HorizonScore(horizon, len(pit), -(-len(pit) // apart), coverage, float(density.mean()))


def log_density(sample: Floats, at: float) -> float:
    """Log of a sample's density, by kernels with fat tails, so that what no path reached is unlikely, not impossible."""
    ordered = np.sort(sample)
    quartiles = float(ordered[3 * len(ordered) // 4] - ordered[len(ordered) // 4])
    spread = min(float(sample.std()), quartiles / 1.349) or float(sample.std()) or 1e-12
    width = 0.9 * spread * len(sample) ** -0.2
    # The density of a Student's t of four degrees of freedom.
    kernel = 0.375 * (1 + ((at - ordered) / width) ** 2 / 4) ** -2.5
    return float(np.log(kernel.mean() / width))
