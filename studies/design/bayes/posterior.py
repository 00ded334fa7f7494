"""From the last population to a posterior: what the runs' remaining distance from the data did is taken off."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["Scale", "adjusted", "distances_from", "ranks_are_uniform", "scale_of_metrics", "weighted_quantile"]

POINTS_PER_METRIC = 10  # fewer, and no line is laid through them


@final
@dataclass(frozen=True)
class Scale:
    """The median absolute deviation of each metric over the prior's runs; those that never differ have none.

    Attributes:
        deviations: [n_metrics]; infinite where a metric says nothing.
        low, high: the range that the prior's runs reach [n_metrics].
    """

    deviations: Floats
    low: Floats
    high: Floats

    def out_of_reach(self, observed: Floats) -> list[int]:
        """Return which metrics of the data lie more than a deviation beyond all runs of the prior."""
        slack = np.where(np.isfinite(self.deviations), self.deviations, 0.0)
        beyond = (observed < self.low - slack) | (observed > self.high + slack)
        return [int(place) for place in np.flatnonzero(beyond)]


def scale_of_metrics(metrics: Floats) -> Scale:
    """Measure metrics of the prior's runs [n_runs, n_metrics]; rows that are not finite failed."""
    whole = metrics[np.isfinite(metrics).all(axis=1)]
    deviations = np.median(np.abs(whole - np.median(whole, axis=0)), axis=0)
    spread = np.where(deviations > 0, deviations, whole.std(axis=0))
    return Scale(np.where(spread > 0, spread, np.inf), whole.min(axis=0), whole.max(axis=0))


def distances_from(metrics: Floats, observed: Floats, scale: Scale) -> Floats:
    """Return Σ((m − m_obs)/MAD)² of each run [n_runs]; infinite if it failed."""
    distances = (((metrics - observed) / scale.deviations) ** 2).sum(axis=1)
    return np.where(np.isfinite(distances), distances, np.inf)


def adjusted(points: Floats, weights: Floats, metrics: Floats, observed: Floats, scale: Scale) -> Floats:
    """Return the points moved along the line that leads from their own metrics to the data's [n, n_variables].

    Source: Beaumont, Zhang & Balding, Genetics 162 (2002).
    """
    used = np.isfinite(scale.deviations)
    off = ((metrics - observed) / scale.deviations)[:, used]
    if len(points) < POINTS_PER_METRIC * (1 + off.shape[1]) or not off.shape[1]:
        return points
    roots = np.sqrt(weights)[:, None]
    design = np.column_stack([np.ones(len(off)), off])
    slopes = np.linalg.lstsq(design * roots, points * roots, rcond=1e-8)[0][1:]
    return np.asarray(points - off @ slopes)


def weighted_quantile(values: Floats, weights: Floats, q: float) -> float:
    """Return the value below which lies the share `q` of all weight."""
    order = np.argsort(values, kind="stable")
    return float(np.interp(q, np.cumsum(weights[order]) - weights[order] / 2, values[order]))


def ranks_are_uniform(shares: Floats) -> float:
    """Return the p-value of Kolmogorov–Smirnov's test that the truths' places in their posteriors are even."""
    from scipy.stats import kstest

    return float(kstest(shares, "uniform").pvalue)
