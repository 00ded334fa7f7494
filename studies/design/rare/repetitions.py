"""One estimate from independent repetitions: what a method says of its own spread is not to be trusted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError

__all__ = ["Estimate", "combined"]

RESAMPLES = 9_999
BOOTSTRAP_SEED = 20_210_601  # fixed: the interval is a function of the repetitions


@final
@dataclass(frozen=True)
class Estimate:
    """A probability, from some repetitions.

    Attributes:
        probability: their mean.
        interval: mean ± t s/√K, not below 0.
        skewed: the BCa interval of the mean (Efron 1987), which follows a skewed spread.
        values: what each repetition gave.
        dominant: the place of a repetition with over half of the sum; None if there is none.
    """

    probability: float
    interval: tuple[float, float]
    skewed: tuple[float, float]
    values: tuple[float, ...]
    dominant: int | None

    @property
    def half_width(self) -> float:
        """Of the t interval, as a share of the probability; infinite where that is 0."""
        return (self.interval[1] - self.probability) / self.probability if self.probability else math.inf

    @property
    def is_lower_bound(self) -> bool:
        """Whether one repetition saw what the others missed, so that more may be missed still."""
        return self.dominant is not None

    @property
    def coefficient(self) -> float:
        """The coefficient of variation of one repetition."""
        return float(np.std(self.values, ddof=1)) / self.probability if self.probability else math.inf


def combined(values: Sequence[float], alpha: float = 0.05) -> Estimate:
    """Return the estimate that repetitions give together.

    Args:
        values: the probability that each found.
        alpha: how often an interval may miss.

    Raises:
        StudyError: there are fewer than two.
    """
    if len(values) < 2:
        raise StudyError(f"{len(values)} repetitions have no spread. Write --repeats 2 or more, or a larger budget.")
    from scipy import stats

    found = np.asarray(values, float)
    mean, spread, n = float(found.mean()), float(found.std(ddof=1)), len(found)
    half = float(stats.t.ppf(1 - alpha / 2, n - 1)) * spread / math.sqrt(n)
    total = float(found.sum())
    largest = int(found.argmax())
    dominant = largest if total > 0 and found[largest] > total / 2 and n > 2 else None
    return Estimate(mean, (max(mean - half, 0.0), mean + half), bca(found, alpha), tuple(found.tolist()), dominant)


def bca(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", alpha: float) -> tuple[float, float]:
    """Return the bias-corrected and accelerated interval of a mean; of values that are all one, that one."""
    largest = float(values.max())
    if np.ptp(values) <= 1e-9 * largest:
        return float(values.mean()), float(values.mean())
    from scipy import stats

    rng = np.random.default_rng(np.random.SeedSequence(BOOTSTRAP_SEED))
    found = stats.bootstrap(
        (values / largest,),  # whose powers are no numbers that vanish
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=1 - alpha,
        method="BCa",
        rng=rng,
    ).confidence_interval
    return largest * float(found.low), largest * float(found.high)
