"""From the rows of many runs to trajectories: principal components, a Gaussian process for each score, residuals."""

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.studies.design.mimicry.process import Process
from tokenspice.studies.design.mimicry.trajectories import Column, Trajectories
from tokenspice.studies.design.surrogate.models import GaussianProcess
from tokenspice.studies.design.surrogate.validation import Folds, noise_of_means

__all__ = ["Learnt", "learn"]

Flags: TypeAlias = NDArray[np.bool_]

EXPLAINED = 0.99  # of the variance between sets, by principal components
MOST_COMPONENTS = 12
NOTHING = 1e-9  # of a column's size: differences below it are none
SMALLEST = 0.05  # of the spread of all runs, that of a set's


@final
@dataclass(frozen=True)
class Learnt:
    """Trajectories, and the same without each fold of the sets, by which their error is told.

    Attributes:
        all: of all sets.
        without: of all sets but a fold's, for each fold.
        folds: to which fold each set belongs [n_sets].
    """

    all: Trajectories
    without: tuple[Trajectories, ...]
    folds: Folds


@final
@dataclass(frozen=True)
class Basis:
    """A column's principal components, and what is known of its values."""

    mean: Floats
    components: Floats
    scores: Floats  # [n_sets, n_components]
    noise: Floats  # of each set's score [n_sets, n_components]
    whole: bool
    floor: float
    empty: Floats


def learn(x: Floats, rows: dict[str, Floats], folds: Folds) -> Learnt:
    """Learn all columns.

    Args:
        x: the sets' parameters, as columns of numbers [n_sets, n_columns].
        rows: the columns' values [n_sets, n_seeds, n_rows]; every run has seeds of its own.
        folds: to which fold each set belongs [n_sets].
    """
    bases = {name: basis_of(values) for name, values in rows.items()}
    thetas = {
        name: [theta_of(x, basis, place) for place in range(len(basis.components))] for name, basis in bases.items()
    }
    numbers = range(int(folds.max()) + 1)
    seen = [folds != number for number in numbers]
    partial = [
        {name: column_of(x[one], basis, one, thetas[name], None) for name, basis in bases.items()} for one in seen
    ]
    left = {name: left_over(x, values, partial, name, folds) for name, values in rows.items()}
    spreads = {name: spread_of(x, left[name], rows[name]) for name in rows}
    residuals = {name: in_spreads(x, left[name], spreads[name]) for name in rows}
    n_sets, n_seeds = next(iter(rows.values())).shape[:2]
    sets = np.repeat(np.arange(n_sets), n_seeds)
    every = np.ones(n_sets, dtype=np.bool_)

    def assembled(used: Flags) -> Trajectories:
        columns = {
            name: column_of(x[used], basis, used, thetas[name], spread_of(x[used], left[name][used], rows[name]))
            for name, basis in bases.items()
        }
        kept = used[sets]
        places = (np.cumsum(used) - 1)[sets[kept]]
        return Trajectories(x[used], columns, {name: one[kept] for name, one in residuals.items()}, places)

    return Learnt(assembled(every), tuple(assembled(one) for one in seen), folds)


def basis_of(values: Floats) -> Basis:
    """Find the principal components of a column's mean trajectories."""
    empty = np.isnan(values).all(axis=(0, 1))
    known = np.where(empty, 0.0, values)
    means = known.mean(axis=1)
    mean = means.mean(axis=0)
    _, sizes, directions = np.linalg.svd(means - mean, full_matrices=False)
    shares = np.cumsum(sizes**2) / max(float((sizes**2).sum()), 1e-300)
    size = float(np.abs(known).max()) + 1e-300
    count = min(int(np.searchsorted(shares, EXPLAINED)) + 1, MOST_COMPONENTS) if sizes[0] > NOTHING * size else 0
    components = signed(directions[:count])
    scores = (known - mean) @ components.T  # [n_sets, n_seeds, n_components]
    noise = np.array([noise_of_means(scores[:, :, place], False) for place in range(count)]).T.reshape(
        len(means), count
    )
    whole = bool((known == np.rint(known)).all())
    return Basis(
        mean,
        components,
        scores.mean(axis=1),
        noise,
        whole,
        0.0 if known.min() >= 0 else -np.inf,
        np.asarray(empty, float),
    )


def signed(directions: Floats) -> Floats:
    """Give each direction the sign that makes its largest part positive, whatever the library chose."""
    largest = np.abs(directions).argmax(axis=1)
    return np.asarray(directions * np.sign(directions[np.arange(len(directions)), largest])[:, None])


def theta_of(x: Floats, basis: Basis, place: int) -> list[float]:
    """Find the lengths of a score by its likelihood."""
    return GaussianProcess(starts=2).fit(x, basis.scores[:, place], basis.noise[:, place]).theta or []


def column_of(x: Floats, basis: Basis, used: Flags, thetas: list[list[float]], spread: Process | None) -> Column:
    """Learn a column from some sets, with lengths that are known."""
    scores = tuple(
        process_of(GaussianProcess(theta).fit(x, basis.scores[used, place], basis.noise[used, place]))
        for place, theta in enumerate(thetas)
    )
    return Column(basis.mean, basis.components, scores, spread, basis.whole, basis.floor, basis.empty)


def process_of(model: GaussianProcess) -> Process:
    theta = np.array(model.theta)
    return Process(model.mean, model.scale, float(np.exp(theta[0])), np.exp(theta[1:-1]), model.dual)


def left_over(x: Floats, values: Floats, partial: list[dict[str, Column]], name: str, folds: Folds) -> Floats:
    """Return each run's distance from what the sets of other folds say of it [n_sets, n_seeds, n_rows]."""
    predicted = np.empty((len(x), values.shape[2]))
    for fold, columns in enumerate(partial):
        held = folds == fold
        predicted[held] = columns[name].mean_at(x[held], x[~held])
    return np.nan_to_num(values - predicted[:, None, :])


def sizes_of(left: Floats) -> Floats:
    """Return the size of what the runs of each set are away [n_sets]."""
    return np.asarray(np.sqrt((left**2).mean(axis=(1, 2))))


def spread_of(x: Floats, left: Floats, values: Floats) -> Process | None:
    """Learn the size of what single runs differ by; None where that is nothing."""
    sizes = sizes_of(left)
    typical = float(np.sqrt((sizes**2).mean()))
    if typical <= NOTHING * (float(np.nanmax(np.abs(values))) + 1e-300):
        return None
    logs = np.log(np.maximum(sizes, SMALLEST * typical))
    noise = np.full(len(logs), 0.5 / max(left.shape[1], 1))  # of the logarithm of a root mean square
    return process_of(GaussianProcess(starts=1).fit(x, logs, noise))


def in_spreads(x: Floats, left: Floats, spread: Process | None) -> Floats:
    """Return residuals in units of the spread at their own parameters [n_runs, n_rows]."""
    flat = left.reshape(-1, left.shape[2])
    if spread is None:
        return np.zeros_like(flat)
    return np.asarray(flat / np.repeat(np.exp(spread(x, x)), left.shape[1])[:, None])
