"""Population Monte Carlo: weighted points whose runs come ever nearer to the data.

Beaumont, Cornuet, Marin & Robert, Biometrika 96 (2009); the tolerance halves what is left, as in Del Moral, Doucet &
Jasra, Stat. Comput. 22 (2012). Points are standard normal numbers, one for each variable: what a prior is, its quantile
function says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats

__all__ = ["LEAST", "Population", "Simulate", "population_monte_carlo"]

LEAST = 2_000  # runs
SHARE_KEPT = 0.5  # of a population, below whose worst distance the next one lies
LEAST_ACCEPTED = 0.04  # of proposals; where fewer come near enough, the data's own noise is reached
BLOCK = 256  # proposals that are run together

Places: TypeAlias = NDArray[np.int64]

Simulate = Callable[[Floats], Floats]
"""Takes points [n, n_variables], and returns the distance of a run at each from the data [n]; infinite if it failed."""


@final
@dataclass(frozen=True)
class Population:
    """Weighted points.

    Attributes:
        places: where each stands among all runs, in the order in which they were made [n].
        points: standard normal numbers [n, n_variables].
        weights: they sum to 1 [n].
        distances: of their runs from the data [n].
        tolerance: the largest of these that was let in.
        accepted: the share of proposals that was near enough.
    """

    places: Places
    points: Floats
    weights: Floats
    distances: Floats
    tolerance: float
    accepted: float

    @property
    def effective_size(self) -> float:
        """As many points of equal weight would say as much."""
        return float(1.0 / (self.weights**2).sum())


def population_monte_carlo(
    first: tuple[Floats, Floats], simulate: Simulate, rng: np.random.Generator, budget: int
) -> list[Population]:
    """Return ever narrower populations; the first is the nearer half of the prior's points.

    Args:
        first: points drawn from the prior [n, n_variables], and the distances of their runs [n].
        simulate: runs more.
        rng: draws the proposals.
        budget: runs, with the first ones.
    """
    points, distances = first
    size = len(points) // 4
    nearest: Places = np.argsort(distances, kind="stable")[:size].astype(np.int64)
    made = len(points)
    uniform = np.full(size, 1.0 / size)
    populations = [
        Population(nearest, points[nearest], uniform, distances[nearest], float(distances[nearest[-1]]), size / made)
    ]
    while made < budget:
        last = populations[-1]
        tolerance = float(np.quantile(last.distances, SHARE_KEPT))
        if tolerance >= last.tolerance:
            break  # of a distance that has few values, no half lies nearer
        spread = scale_of(last)
        found: list[tuple[int, Floats, float]] = []
        proposed = 0
        while len(found) < size and made + BLOCK <= budget and proposed * LEAST_ACCEPTED < size:
            new = proposals(last, spread, rng)
            for place, (point, distance) in enumerate(zip(new, simulate(new), strict=True), made):
                if distance <= tolerance:
                    found.append((place, point, float(distance)))
            made += BLOCK
            proposed += BLOCK
        if len(found) < size:
            break
        populations.append(weighted(found[:size], last, spread, tolerance, len(found) / proposed))
    return populations


def scale_of(population: Population) -> Floats:
    """Return the factor of twice the weighted covariance, by which proposals differ from a point [n_variables²]."""
    centred = population.points - population.weights @ population.points
    covariance = 2 * (centred * population.weights[:, None]).T @ centred
    d = len(covariance)
    return np.linalg.cholesky(covariance + 1e-9 * (1 + np.trace(covariance) / d) * np.eye(d))


def proposals(population: Population, spread: Floats, rng: np.random.Generator) -> Floats:
    chosen = rng.choice(len(population.points), size=BLOCK, p=population.weights)
    steps = rng.standard_normal((BLOCK, population.points.shape[1])) @ spread.T
    return np.asarray(population.points[chosen] + steps)


def weighted(
    found: list[tuple[int, Floats, float]], last: Population, spread: Floats, tolerance: float, accepted: float
) -> Population:
    """Return a population of the points that were near enough, each weighted by prior over proposal."""
    points = np.array([point for _, point, _ in found])
    steps = np.linalg.solve(spread, (points[:, None, :] - last.points[None, :, :]).reshape(-1, points.shape[1]).T)
    exponents = -0.5 * (steps**2).sum(axis=0).reshape(len(points), -1)
    largest = exponents.max(axis=1)
    proposal = largest + np.log(np.exp(exponents - largest[:, None]) @ last.weights)
    logs = -0.5 * (points**2).sum(axis=1) - proposal
    weights = np.exp(logs - logs.max())
    places = np.array([place for place, _, _ in found], dtype=np.int64)
    distances = np.array([distance for _, _, distance in found])
    return Population(places, points, weights / weights.sum(), distances, tolerance, accepted)
