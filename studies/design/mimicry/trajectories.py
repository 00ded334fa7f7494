"""A column's trajectory as a few numbers, each of which is a learnt function of the parameters."""

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.studies.design.mimicry.process import Process

__all__ = ["Column", "Places", "Trajectories"]

Places: TypeAlias = NDArray[np.int64]


@final
@dataclass(frozen=True)
class Column:
    """What was learnt of one column.

    Attributes:
        mean: over all sets [n_rows].
        components: principal components of the sets' mean trajectories [n_components, n_rows].
        scores: for each component, its score as a function of the parameters.
        spread: the logarithm of the size of what single runs differ by, as a function of the parameters; None where
            they do not differ.
        whole: whether all its values are whole numbers.
        floor: below which it never was, where that is a bound of its own, 0; minus infinity otherwise.
        empty: the rows in which it was never logged [n_rows].
    """

    mean: Floats
    components: Floats
    scores: tuple[Process, ...]
    spread: Process | None
    whole: bool
    floor: float
    empty: Floats

    def mean_at(self, x: Floats, points: Floats) -> Floats:
        """Return the mean trajectory at parameters x [n, n_columns]: [n, n_rows]."""
        scores = np.array([score(x, points) for score in self.scores]).reshape(len(self.scores), len(x))
        return np.asarray(self.mean + scores.T @ self.components)

    def spread_at(self, x: Floats, points: Floats) -> Floats:
        """Return the size of what single runs differ by [n]."""
        return np.exp(self.spread(x, points)) if self.spread else np.zeros(len(x))

    def shaped(self, values: Floats) -> Floats:
        """Return values as the column may have them [..., n_rows]."""
        bounded = np.maximum(values, self.floor)
        rounded = np.rint(bounded) if self.whole else bounded
        return np.where(self.empty > 0, np.nan, rounded)


@final
@dataclass(frozen=True)
class Trajectories:
    """All columns, and what single runs differed by.

    Attributes:
        points: the parameters that were learnt from, as columns of numbers [n_sets, n_columns].
        columns: by name.
        residuals: for each column, of each run, its distance from what the other sets say of it, in units of the
            column's spread [n_runs, n_rows].
        sets: to which set each run belongs [n_runs].
    """

    points: Floats
    columns: dict[str, Column]
    residuals: dict[str, Floats]
    sets: Places

    def near(self, x: Floats) -> Places:
        """Return the runs of the nearer half of the sets: what they differed by may happen at x [n_columns] too."""
        distances = ((self.points - x) ** 2).sum(axis=1)
        nearer = np.argsort(distances, kind="stable")[: max(1, (len(distances) + 1) // 2)]
        return np.flatnonzero(np.isin(self.sets, nearer)).astype(np.int64)

    def at(self, x: Floats, runs: Places) -> dict[str, Floats]:
        """Return trajectories at x [n_columns], one for each of `runs`, whose residuals they take [n, n_rows]."""
        found: dict[str, Floats] = {}
        near = self.near(x)
        for name, column in self.columns.items():
            values = column.mean_at(x[None, :], self.points)
            if column.spread:
                # Around their own mean, which is the noise of so few sets, and no property of x.
                left = self.residuals[name][runs] - self.residuals[name][near].mean(axis=0)
                values = values + column.spread_at(x[None, :], self.points) * left
            found[name] = column.shaped(np.broadcast_to(values, (len(runs), values.shape[1])))
        return found
