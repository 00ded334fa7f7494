"""The two kinds of model, behind one face: a Gaussian process, and boosted trees. scikit-learn does the mathematics."""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, final

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from threadpoolctl import threadpool_limits

from tokenspice.engine.units import Floats

__all__ = ["Boosting", "GaussianProcess", "Kind", "Model", "choose_kind", "new_model"]

Kind = Literal["gp", "boost"]

JITTER = 1e-8  # of the variance of what is learnt, so that points which coincide do no harm
STARTS = 4  # the first of them is the middle
SHORTEST, LONGEST = 0.02, 100.0  # lengths, of a box whose sides are 1
WITHOUT_GP = 1_000, 20  # sets and columns beyond which trees are chosen
AT_ONCE = 4_096  # points whose covariances with all sets are in memory together


class Model(ABC):
    """IMPLEMENT these: learns y(x) from points [n, n_columns], values [n] and the variances of these values [n]."""

    kind: Kind

    @abstractmethod
    def fit(self, x: Floats, y: Floats, noise: Floats, like: "Model | None" = None) -> "Model":
        """Learn, and return this model; `like` is one of the same kind to begin from."""

    @abstractmethod
    def predict(self, x: Floats) -> Floats:
        """Return the response at some points [n]."""

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """What `new_model` needs to learn the same from the same values, as JSON can hold it."""


@final
class GaussianProcess(Model):
    """Matérn 5/2 with a length per column, and white noise besides the noise that is known of each value.

    Args:
        theta: the logarithms of variance, lengths and white noise; they are found by likelihood unless given.
        starts: from how many points the likelihood is climbed.
    """

    kind: Kind = "gp"

    def __init__(self, theta: list[float] | None = None, starts: int = STARTS) -> None:
        self.theta = theta
        self._starts = starts
        self.mean, self.scale = 0.0, 1.0

    def fit(self, x: Floats, y: Floats, noise: Floats, like: Model | None = None) -> "GaussianProcess":
        self.mean, self.scale = float(y.mean()), float(y.std()) or 1.0
        kernel = ConstantKernel(1.0, (1e-3, 1e4)) * Matern(
            np.full(x.shape[1], 0.5), (SHORTEST, LONGEST), nu=2.5
        ) + WhiteKernel(1e-4, (1e-9, 10.0))
        begun = like.theta if isinstance(like, GaussianProcess) else None
        theta = self.theta or begun
        regressor = GaussianProcessRegressor(
            kernel if theta is None else kernel.clone_with_theta(np.array(theta)),
            alpha=noise / self.scale**2 + JITTER,
            optimizer=None if self.theta else "fmin_l_bfgs_b",
            n_restarts_optimizer=0 if theta else self._starts - 1,
            random_state=0,
        )
        with quietly():
            self._regressor = regressor.fit(x, (y - self.mean) / self.scale)
        self.theta = [float(one) for one in regressor.kernel_.theta]
        return self

    def predict(self, x: Floats) -> Floats:
        with quietly():
            parts = [self._regressor.predict(x[i : i + AT_ONCE]) for i in range(0, len(x), AT_ONCE)]
        return np.asarray(self.mean + self.scale * np.concatenate(parts))

    @property
    def dual(self) -> Floats:
        """The weight of each point that was learnt from [n_points]."""
        return np.asarray(self._regressor.alpha_, float)

    @property
    def parameters(self) -> dict[str, Any]:
        return {"theta": self.theta}


@final
class Boosting(Model):
    """Trees, each of which corrects those before it, by histograms. For many sets, or many variables."""

    kind: Kind = "boost"

    def fit(self, x: Floats, y: Floats, noise: Floats, like: Model | None = None) -> "Boosting":
        known = noise > 0
        weights = 1.0 / np.where(known, noise, noise[known].min()) if known.any() else None
        trees = HistGradientBoostingRegressor(
            max_iter=400, learning_rate=0.06, min_samples_leaf=max(3, min(20, len(y) // 20)), random_state=0
        )
        with quietly():
            self._trees = trees.fit(x, y, sample_weight=weights)
        return self

    def predict(self, x: Floats) -> Floats:
        with quietly():
            return np.asarray(self._trees.predict(x))

    @property
    def parameters(self) -> dict[str, Any]:
        return {}


def new_model(kind: Kind, **parameters: Any) -> Model:
    """Return a model that has learnt nothing yet."""
    return GaussianProcess(**parameters) if kind == "gp" else Boosting()


def choose_kind(n_sets: int, n_columns: int) -> Kind:
    """Return the kind of model that suits so many parameter sets of so many columns."""
    most_sets, most_columns = WITHOUT_GP
    return "boost" if n_sets > most_sets or n_columns > most_columns else "gp"


@contextmanager
def quietly() -> Iterator[None]:
    """One thread, so that sums have one order; and no word of lengths at the ends of their range."""
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield
