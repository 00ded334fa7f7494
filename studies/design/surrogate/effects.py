"""What a learnt response says of its variables: main effects, shares of variance, strongest pairs, contours."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.surrogate.axes import Axis, as_columns

__all__ = ["Effects", "MainEffect", "PairEffect", "effects_of"]

POINTS = 512  # of the other variables, over which an effect is a mean
POINTS_OF_PAIRS = 128
PLACES = 41  # at which a main effect is known
PLACES_OF_PAIRS = 17
SHOWN_PAIRS = 3

Predict = Callable[[Floats], Floats]


@final
@dataclass(frozen=True)
class MainEffect:
    """The mean response at each of some values of one variable, over all values of the others.

    Attributes:
        values: of the variable.
        means: the response [n_values].
        share: of the response's variance that the variable explains alone.
    """

    name: str
    values: tuple[Value, ...]
    means: Floats
    share: float

    @property
    def change(self) -> float:
        """From the lowest mean to the highest."""
        return float(np.ptp(self.means))


@final
@dataclass(frozen=True)
class PairEffect:
    """The mean response at each of some pairs of values, over all values of the others.

    Attributes:
        names, values: of the two variables.
        means: the response [n_values of the first, n_values of the second].
        share: of the variance that the two explain together, and neither alone.
    """

    names: tuple[str, str]
    values: tuple[tuple[Value, ...], tuple[Value, ...]]
    means: Floats
    share: float


@final
@dataclass(frozen=True)
class Effects:
    """Main effects in the order of the variables, and the strongest pairs first."""

    mains: tuple[MainEffect, ...]
    pairs: tuple[PairEffect, ...]


def effects_of(predict: Predict, axes: Sequence[Axis], points: Sequence[dict[str, Value]]) -> Effects:
    """Measure the effects of each variable and of each pair.

    Args:
        predict: the response, of columns [n, n_columns].
        axes: the box.
        points: of the box, spread evenly; the first 512 are used.
    """
    columns = as_columns(axes, points[:POINTS])
    variance = float(predict(columns).var())
    starts = np.cumsum([0, *(axis.width for axis in axes)])
    places = {axis.name: slice(starts[i], starts[i + 1]) for i, axis in enumerate(axes)}
    mains = tuple(main_effect(predict, axis, columns, places[axis.name], variance) for axis in axes)
    few = columns[:POINTS_OF_PAIRS]
    pairs = [pair_effect(predict, pair, few, places, variance) for pair in itertools.combinations(axes, 2)]
    return Effects(mains, tuple(sorted(pairs, key=lambda pair: (-pair.share, pair.names))[:SHOWN_PAIRS]))


def main_effect(predict: Predict, axis: Axis, columns: Floats, place: slice, variance: float) -> MainEffect:
    values = tuple(axis.values(PLACES))
    seen = [axis.columns(value) for value in values]
    means = means_at(predict, columns, [place], [[one] for one in seen])
    return MainEffect(axis.name, values, means, share_of(weighted_variance(means, axis), variance))


def pair_effect(
    predict: Predict,
    pair: tuple[Axis, Axis],
    columns: Floats,
    places: dict[str, slice],
    variance: float,
) -> PairEffect:
    """Measure what two variables do together that neither does alone."""
    one, other = pair
    values = tuple(one.values(PLACES_OF_PAIRS)), tuple(other.values(PLACES_OF_PAIRS))
    seen = [[one.columns(a), other.columns(b)] for a in values[0] for b in values[1]]
    means = means_at(predict, columns, [places[one.name], places[other.name]], seen)
    table = means.reshape(len(values[0]), len(values[1]))
    weights = np.outer(weights_of(one, table.shape[0]), weights_of(other, table.shape[1]))
    rows, cols = table @ weights.sum(0), weights.sum(1) @ table
    interaction = table - rows[:, None] - cols[None, :] + (table * weights).sum()
    share = share_of(float((interaction**2 * weights).sum()), variance)
    return PairEffect((one.name, other.name), values, table, share)


def means_at(predict: Predict, columns: Floats, places: list[slice], seen: list[list[list[float]]]) -> Floats:
    """Return the mean response at each of some values of one variable, or two, over the points of the others."""
    means = np.empty(len(seen))
    moved = columns.copy()
    for number, parts in enumerate(seen):
        for place, part in zip(places, parts, strict=True):
            moved[:, place] = part
        means[number] = predict(moved).mean()
    return means


def weights_of(axis: Axis, count: int) -> Floats:
    """Return how much of the box each value stands for: of a range, its ends stand for half as much as the others."""
    weights = np.ones(count)
    if not axis.choices:
        weights[[0, -1]] = 0.5
    return np.asarray(weights / weights.sum())


def weighted_variance(means: Floats, axis: Axis) -> float:
    weights = weights_of(axis, len(means))
    return float(weights @ (means - weights @ means) ** 2)


def share_of(part: float, variance: float) -> float:
    return min(part / variance, 1.0) if variance > 0 else 0.0
