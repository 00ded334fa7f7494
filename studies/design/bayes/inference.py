"""One inference: the runs of a prior, populations that come nearer to the data, a weighted posterior."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.studies.design.bayes.population import LEAST, Population, population_monte_carlo
from tokenspice.studies.design.bayes.posterior import Scale, adjusted, distances_from, scale_of_metrics
from tokenspice.studies.design.bayes.prior import Prior
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import Evaluator

__all__ = ["Inference", "Posterior", "prior_points"]

FIRST = LEAST  # runs of the prior
MOST_FAILED = 0.5  # of these


@final
@dataclass(frozen=True)
class Posterior:
    """Weighted points.

    Attributes:
        points: standard normal numbers, moved to where their runs would have met the data [n, n_variables].
        weights: they sum to 1 [n].
        populations: how the tolerance fell.
        metrics: of the points' runs [n, n_metrics].
        scale: of the metrics, over the prior's runs.
    """

    points: Floats
    weights: Floats
    populations: tuple[Population, ...]
    metrics: Floats
    scale: Scale

    @property
    def effective_size(self) -> float:
        return float(1.0 / (self.weights**2).sum())

    def mean_and_sd(self, values: Floats) -> tuple[float, float]:
        """Return the weighted mean and standard deviation of a number of each point [n]."""
        mean = float(self.weights @ values)
        return mean, float(np.sqrt(self.weights @ (values - mean) ** 2))


@final
class Inference:
    """Fits a study's variables to observed metrics.

    Args:
        evaluator: makes the runs.
        prior: of the variables.
        names: of the metrics.
        purpose: whose seeds these are: another word, other seeds.
    """

    def __init__(self, evaluator: Evaluator, prior: Prior, names: Sequence[str], purpose: str) -> None:
        self._evaluator = evaluator
        self._prior = prior
        self._names = tuple(names)
        self._seeds = Seeds(child_seed(evaluator.request.seed, f"fit/{purpose}"))
        self._rng = np.random.default_rng(
            np.random.SeedSequence(child_seed(evaluator.request.seed, f"fit/{purpose}/points"))
        )
        self._metrics: list[Floats] = []
        self._n = 0

    def run(self, points: Floats) -> Floats:
        """Return the metrics of a run at each point [n, n_metrics]; NaN where it failed."""
        seeds = self._seeds.between(self._n, self._n + len(points))
        self._n += len(points)
        pairs = zip(seeds, points, strict=True)
        outcomes = self._evaluator.evaluate([self._evaluator.identity(s, self._prior.settings(p)) for s, p in pairs])
        found = np.array([[one.metrics.get(name, np.nan) for name in self._names] for one in outcomes], float)
        self._metrics.append(found)
        return found

    def infer(self, observed: Floats, budget: int) -> Posterior:
        """Return the posterior, from so many runs at most.

        Raises:
            StudyError: half of the prior's runs fail, or none comes near the data.
        """
        points = self._rng.standard_normal((FIRST, len(self._prior.names)))
        first = self.run(points)
        scale = checked_scale(first, self._names)
        refuse_out_of_reach(scale, observed, self._names)
        populations = population_monte_carlo(
            (points, distances_from(first, observed, scale)),
            lambda proposed: distances_from(self.run(proposed), observed, scale),
            self._rng,
            budget,
        )
        last = populations[-1]
        metrics = np.concatenate(self._metrics)[last.places]
        moved = adjusted(last.points, last.weights, metrics, observed, scale)
        return Posterior(moved, last.weights, tuple(populations), metrics, scale)


def prior_points(evaluator: Evaluator, prior: Prior, purpose: str, n: int) -> Floats:
    """Draw points of the prior [n, n_variables], from a stream of their own."""
    rng = np.random.default_rng(np.random.SeedSequence(child_seed(evaluator.request.seed, f"fit/{purpose}")))
    return rng.standard_normal((n, len(prior.names)))


def checked_scale(metrics: Floats, names: Sequence[str]) -> Scale:
    """Return the scale of the prior's runs, if enough of them have numbers."""
    for place, name in enumerate(names):
        if infinite := int(np.isinf(metrics[:, place]).sum()):
            raise StudyError(
                f"{name} is infinite in {infinite} of {len(metrics)} runs of the prior, so no distance can be told. Fit by "
                "other metrics: --of NAME."
            )
    if (lost := int(np.isnan(metrics).any(axis=1).sum())) > MOST_FAILED * len(metrics):
        raise StudyError(f"{lost} of {len(metrics)} runs of the prior fail or are refused. Write narrower priors.")
    return scale_of_metrics(metrics)


def refuse_out_of_reach(scale: Scale, observed: Floats, names: Sequence[str]) -> None:
    if beyond := scale.out_of_reach(observed):
        said = [
            f"{names[i]} is {observed[i]:.6g}, and the prior's runs reach from {scale.low[i]:.6g} to {scale.high[i]:.6g}"
            for i in beyond
        ]
        raise StudyError(f"the data is out of reach: {'; '.join(said)}. Write wider priors, or fit by other metrics.")
    if not np.isfinite(scale.deviations).any():
        raise StudyError(f"{', '.join(names)}: the same in all runs of the prior, so nothing can be told from them.")
