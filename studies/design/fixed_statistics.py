"""Intervals for a number of runs that was fixed before, comparisons, and several questions at once."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats

__all__ = [
    "Paired",
    "bca",
    "clopper_pearson",
    "holm",
    "order_statistics",
    "paired",
    "student",
    "wilson",
]

Interval = tuple[float, float]
RESAMPLES = 2_000


def clopper_pearson(k: int, n: int, alpha: float = 0.05) -> Interval:
    """Return the exact interval of a share, after `k` of `n` runs."""
    from scipy.stats import beta

    low = float(beta.ppf(alpha / 2, k, n - k + 1)) if k else 0.0
    high = float(beta.ppf(1 - alpha / 2, k + 1, n - k)) if k < n else 1.0
    return low, high


def wilson(k: int, n: int, alpha: float = 0.05) -> Interval:
    """Return Wilson's interval of a share, for plots."""
    from scipy.special import ndtri

    z = -float(ndtri(alpha / 2))
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def student(values: Sequence[float] | Floats, alpha: float = 0.05) -> Interval:
    """Return Student's interval of a mean."""
    from scipy.special import stdtrit

    found = np.asarray(values, float)
    if len(found) < 2:
        return -math.inf, math.inf
    half = float(stdtrit(len(found) - 1, 1 - alpha / 2)) * float(found.std(ddof=1)) / math.sqrt(len(found))
    return float(found.mean()) - half, float(found.mean()) + half


def order_statistics(values: Sequence[float] | Floats, q: float, alpha: float = 0.05) -> Interval:
    """Return the interval of a quantile between two of the sorted values; infinite where there are too few."""
    from scipy.stats import binom

    found = np.sort(np.asarray(values, float))
    n = len(found)
    # P(X_(l) ≤ quantile) = P(at least l of n lie at or below it).
    low = int(binom.ppf(alpha / 2, n, q))
    high = int(binom.ppf(1 - alpha / 2, n, q)) + 1
    return (
        float(found[low - 1]) if low >= 1 else -math.inf,
        float(found[high - 1]) if high <= n else math.inf,
    )


def bca(
    values: Sequence[float] | Floats, statistic: Callable[..., float], alpha: float = 0.05, seed: int = 0
) -> Interval:
    """Return Efron's bias-corrected and accelerated bootstrap interval of a statistic of one sample."""
    from scipy.stats import bootstrap

    found = np.asarray(values, float)
    if len(found) < 3 or float(np.ptp(found)) == 0.0:
        level = float(statistic(found)) if len(found) else math.nan
        return level, level
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    result = bootstrap(
        (found,),
        statistic,
        confidence_level=1 - alpha,
        n_resamples=RESAMPLES,
        method="BCa",
        vectorized=False,
        batch=100,
        rng=rng,
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def holm(p_values: Mapping[str, float], alpha: float = 0.05) -> dict[str, bool]:
    """Tell which of several hypotheses are refuted, so that a true one is among them at most as often as alpha."""
    refuted = dict.fromkeys(p_values, False)
    for place, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        if p_values[name] > alpha / (len(p_values) - place):
            break
        refuted[name] = True
    return refuted


@final
@dataclass(frozen=True)
class Paired:
    """The difference of two designs, run with the same seeds.

    Attributes:
        mean: of the differences, one minus the other.
        interval: Student's.
        p_value: two-sided, of no difference.
        n: pairs.
        saved: what the common seeds saved: how many times as many runs it had taken without, (s_A² + s_B²)/s_d².
    """

    mean: float
    interval: Interval
    p_value: float
    n: int
    saved: float


def paired(one: Sequence[float] | Floats, other: Sequence[float] | Floats, alpha: float = 0.05) -> Paired:
    """Compare two series of results, seed by seed.

    Raises:
        StudyError: they are not of the same length, or of fewer than two.
    """
    from scipy.special import stdtr

    a, b = np.asarray(one, float), np.asarray(other, float)
    if len(a) != len(b) or len(a) < 2:
        raise StudyError(f"{len(a)} and {len(b)} results make no pairs. Give as many of both, 2 or more.")
    difference = a - b
    spread = float(difference.std(ddof=1))
    if spread == 0.0:
        mean = float(difference.mean())
        return Paired(mean, (mean, mean), float(mean == 0.0), len(a), math.inf)
    t = float(difference.mean()) / (spread / math.sqrt(len(a)))
    saved = float(a.var(ddof=1) + b.var(ddof=1)) / spread**2
    return Paired(
        float(difference.mean()), student(difference, alpha), 2 * float(stdtr(len(a) - 1, -abs(t))), len(a), saved
    )
