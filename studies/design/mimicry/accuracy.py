"""How wrong a mimic is, by the runs of sets that it has not seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.metrics import Rows
from tokenspice.engine.units import Floats
from tokenspice.studies.design.mimicry.learning import Learnt

__all__ = ["ColumnError", "MetricError", "column_errors", "metric_errors"]

TAIL = 0.05  # of the runs beyond each end of the 90 % band
DRAWS = 100  # of a set's mimicked runs, of which a metric is taken


@final
@dataclass(frozen=True)
class ColumnError:
    """Of a column.

    Attributes:
        rmse: of a set's mean trajectory, left out.
        size: the spread of all values, to compare it with.
        inside: the share of left-out values within the mimic's 90 % band.
    """

    rmse: float
    size: float
    inside: float


@final
@dataclass(frozen=True)
class MetricError:
    """Of a metric.

    Attributes:
        distance: Kolmogorov's and Smirnov's, between the places that left-out runs take among mimicked ones and even ones.
        by_chance: what that distance is less than in 95 % of all cases if the mimic is right.
    """

    distance: float
    by_chance: float


def column_errors(learnt: Learnt, x: Floats, rows: Mapping[str, Floats]) -> dict[str, ColumnError]:
    """Measure each column.

    Args:
        learnt: the mimic, and those without each fold.
        x: the sets' parameters [n_sets, n_columns].
        rows: the true values [n_sets, n_seeds, n_rows].
    """
    squares = {name: 0.0 for name in rows}
    inside = {name: 0.0 for name in rows}
    for place, point in enumerate(x):
        partial = learnt.without[learnt.folds[place]]
        mimicked = partial.at(point, partial.near(point))
        for name, values in rows.items():
            known = ~np.isnan(values[place][0])
            low, high = (np.quantile(mimicked[name][:, known], q, axis=0) for q in (TAIL, 1 - TAIL))
            true = values[place][:, known]
            slack = 1e-9 * np.abs(true)
            inside[name] += float(((true >= low - slack) & (true <= high + slack)).mean()) / len(x)
            mean = partial.columns[name].mean_at(point[None, :], partial.points)[0][known]
            squares[name] += float(((true.mean(axis=0) - mean) ** 2).mean()) / len(x)
    return {
        name: ColumnError(float(np.sqrt(squares[name])), float(np.nanstd(values)), inside[name])
        for name, values in rows.items()
    }


def metric_errors(
    learnt: Learnt,
    x: Floats,
    metrics: Mapping[str, Callable[[Rows], float]],
    true: Mapping[str, Floats],
    time: Rows,
    rng: np.random.Generator,
) -> dict[str, MetricError]:
    """Measure each metric, as left-out runs have it and as mimicked ones do.

    Args:
        learnt: the mimic, and those without each fold.
        x: the sets' parameters [n_sets, n_columns].
        metrics: by name, functions of rows.
        true: the metrics of the runs [n_sets, n_seeds].
        time: the columns that every run's rows begin with.
        rng: draws the runs that are mimicked.
    """
    places: dict[str, list[float]] = {name: [] for name in metrics}
    for number, point in enumerate(x):
        partial = learnt.without[learnt.folds[number]]
        near = partial.near(point)
        mimicked = partial.at(point, near[rng.integers(len(near), size=DRAWS)])
        rows = [dict(time) | {name: values[draw] for name, values in mimicked.items()} for draw in range(DRAWS)]
        for name, metric in metrics.items():
            drawn = np.array([metric(one) for one in rows])
            places[name] += [place_among(value, drawn, rng) for value in true[name][number]]
    return {name: MetricError(*distance_of(np.array(found))) for name, found in places.items()}


def place_among(value: float, drawn: Floats, rng: np.random.Generator) -> float:
    """Return the share of draws below a value, as if it were one of them; of equal ones, any may be below."""
    below, equal = int((drawn < value).sum()), int((drawn == value).sum())
    return (below + float(rng.random()) * (equal + 1)) / (len(drawn) + 1)


def distance_of(places: Floats) -> tuple[float, float]:
    from scipy.stats import kstest, kstwo

    return float(kstest(places, "uniform").statistic), float(kstwo.ppf(0.95, len(places)))
