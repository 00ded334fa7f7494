"""How wrong a model is, by sets that it has not seen; and how right any model could be, given so much chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.studies.design.surrogate.models import Kind, Model, new_model

__all__ = ["FOLDS", "Folds", "Trained", "Validated", "ceiling", "error_of_level", "folds_of", "noise_of_means", "train"]

Folds: TypeAlias = NDArray[np.int64]

FOLDS = 10
PRIOR_DEGREES = 4.0  # with which a set's own variance is drawn towards that of all sets


@final
@dataclass(frozen=True)
class Validated:
    """What cross-validation says.

    Attributes:
        q2: 1 − Σ(y − ŷ)² / Σ(y − ȳ)², of sets that were left out.
        rmse: the root of the mean square of y − ŷ.
        predicted: of each set, by the model that had not seen it [n].
    """

    q2: float
    rmse: float
    predicted: Floats


@final
@dataclass(frozen=True)
class Trained:
    """A model of all sets, and those of all sets but a fold's, by which its intervals are made (CV+).

    Attributes:
        model: has seen all sets.
        partial: for each fold, the model that has not seen it.
        folds: to which fold each set belongs [n].
        residuals: |y − ŷ| of each set, by the model that had not seen it [n].
        validated: what they say together.
    """

    model: Model
    partial: tuple[Model, ...]
    folds: Folds
    residuals: Floats
    validated: Validated

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """What was found for the model, and for each of the partial ones."""
        return [model.parameters for model in (self.model, *self.partial)]

    def predict(self, x: Floats) -> Floats:
        """Return the response at some points [n_points]."""
        return self.model.predict(x)

    def interval(self, x: Floats, alpha: float = 0.1) -> tuple[Floats, Floats]:
        """Return where a set's mean lies, from and to [n_points]: with 1 − α or nearly, never less than 1 − 2α.

        Source: Barber, Candès, Ramdas & Tibshirani, Ann. Statist. 49 (2021), CV+.
        """
        n = len(self.residuals)
        by_fold = np.array([model.predict(x) for model in self.partial])
        lower = np.sort(by_fold[self.folds] - self.residuals[:, None], axis=0)
        upper = np.sort(by_fold[self.folds] + self.residuals[:, None], axis=0)
        place = int(np.floor(alpha * (n + 1)))
        if place < 1:
            return np.full(len(x), -np.inf), np.full(len(x), np.inf)
        return lower[place - 1], upper[n - place]


def noise_of_means(y: Floats, common_seeds: bool) -> Floats:
    """Return the variance of each set's mean [n_sets], of values [n_sets, n_seeds]; zeros where there is one seed.

    What all sets share because their seeds are the same is no noise between them, and is taken off. A set's own
    variance is known from a few seeds alone, and is drawn towards that of all sets.
    """
    n_sets, n_seeds = y.shape
    if n_seeds < 2:
        return np.zeros(n_sets)
    left = y - y.mean(axis=1, keepdims=True)
    if common_seeds:
        left = left - left.mean(axis=0, keepdims=True)
    variances = (left**2).sum(axis=1) / (n_seeds - 1)
    own = n_seeds - 1.0
    drawn = (PRIOR_DEGREES * variances.mean() + own * variances) / (PRIOR_DEGREES + own)
    return np.asarray(drawn / n_seeds)


def error_of_level(y: Floats) -> float:
    """Return the standard error of what all sets share because their seeds are the same; 0 where there is one seed.

    Args:
        y: values [n_sets, n_seeds].
    """
    n_seeds = y.shape[1]
    return float(y.mean(axis=0).std(ddof=1)) / n_seeds**0.5 if n_seeds > 1 else 0.0


def ceiling(means: Floats, noise: Floats) -> float:
    """Return the Q² that a perfect model would have: the share of the means' variance that is not noise."""
    variance = float(means.var(ddof=1)) if len(means) > 1 else 0.0
    return 1.0 - float(noise.mean()) / variance if variance > 0 else 1.0


def folds_of(n_sets: int, seed: int) -> Folds:
    """Return the fold of each set [n_sets], from 0, as even as can be and in an order of chance."""
    order = RandomStreams(seed)("study/folds").permutation(n_sets)
    folds = np.empty(n_sets, dtype=np.int64)
    folds[order] = np.arange(n_sets) % min(FOLDS, n_sets)
    return folds


def train(
    kind: Kind, x: Floats, means: Floats, noise: Floats, folds: Folds, known: Sequence[Mapping[str, Any]] = ()
) -> Trained:
    """Learn from all sets, and ten times from all but a tenth of them.

    Args:
        x: the sets' columns [n_sets, n_columns].
        means: the response of each set [n_sets].
        noise: the variance of each mean [n_sets].
        folds: to which fold each set belongs [n_sets].
        known: `Trained.parameters` of the same, so that nothing is searched for again.
    """
    model = new_model(kind, **(known[0] if known else {})).fit(x, means, noise)
    partial = []
    predicted = np.empty_like(means)
    for fold in range(int(folds.max()) + 1):
        seen = folds != fold
        own = known[1 + fold] if known else {}
        one = new_model(kind, **own).fit(x[seen], means[seen], noise[seen], like=model)
        predicted[~seen] = one.predict(x[~seen])
        partial.append(one)
    squares, spread = ((means - predicted) ** 2).sum(), ((means - means.mean()) ** 2).sum()
    q2 = 1.0 - float(squares / spread) if spread > 0 else 1.0
    validated = Validated(q2, float(np.sqrt(squares / len(means))), predicted)
    return Trained(model, tuple(partial), folds, np.abs(means - predicted), validated)
