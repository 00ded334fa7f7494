"""Intervals: those that survive looking (confidence sequences), and those for a number of runs that was fixed before.

Ville 1939; Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon: Time-uniform, nonparametric, nonasymptotic confidence
sequences, Ann. Statist. 49 (2021); Waudby-Smith et al.: Time-uniform central limit theory, Ann. Statist. 52 (2024).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["ShareSequence", "mean_sequence", "quantile_ranks", "quantile_sequence", "share_of_sigma", "sigma_of"]

LEAST_FOR_MEANS = 128  # runs, below which the interval of a mean, which is asymptotic, is not given
STEPS = 80  # halvings of an interval

Interval = tuple[float, float]


@final
@dataclass(frozen=True)
class ShareSequence:
    """The confidence sequence of a share: with probability 1 - alpha it holds the true one at all numbers of runs.

    {p : k ln p + (n-k) ln(1-p) ≥ ln B(a+k, b+n-k) - ln B(a, b) + ln alpha}, with a = ½ and b = ½ (1-p₀)/p₀.

    Args:
        alpha: how often it may miss, ever.
        expected: p₀, fixed beforehand, near which it is narrowest: of failures, 1 - in_share.
    """

    alpha: float = 0.05
    expected: float = 0.5

    @property
    def prior(self) -> tuple[float, float]:
        return 0.5, 0.5 * (1 - self.expected) / self.expected

    def evidence(self, k: int, n: int, p: float) -> float:
        """Return the logarithm of the mixture's likelihood ratio against `p`; p is outside above -ln alpha."""
        a, b = self.prior
        return log_beta(a + k, b + n - k) - log_beta(a, b) - log_likelihood(k, n, p)

    def interval(self, k: int, n: int) -> Interval:
        """Return the interval after `k` of `n` runs."""
        if n == 0:
            return 0.0, 1.0
        return shares_within(k, n, self.alpha, self.expected)

    def excludes(self, k: int, n: int, p: float) -> bool:
        return self.evidence(k, n, p) > -math.log(self.alpha)


@lru_cache(4096)
def shares_within(k: int, n: int, alpha: float, expected: float) -> Interval:
    sequence, limit, best = ShareSequence(alpha, expected), -math.log(alpha), k / n

    def is_out(p: float) -> bool:
        return sequence.evidence(k, n, p) > limit

    # The likelihood falls on both sides of k/n.
    low = 0.0 if k == 0 else crossing(is_out, best, 0.0)
    high = 1.0 if k == n else crossing(is_out, best, 1.0)
    return low, high


def crossing(is_out: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return where a statement becomes true between a number where it is not and one where it is."""
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if is_out(middle) else (middle, outside)
    return outside


def log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def log_likelihood(k: int, n: int, p: float) -> float:
    hits = k * math.log(p) if k and p > 0 else -math.inf if k else 0.0
    misses = (n - k) * math.log1p(-p) if n > k and p < 1 else -math.inf if n > k else 0.0
    return hits + misses


def quantile_ranks(n: int, q: float, alpha: float) -> tuple[int, int]:
    """Return how many of `n` runs lie at least, and at most, below a quantile, at all n at once."""
    expected = min(q, 1 - q)
    sequence = ShareSequence(alpha, expected)

    def holds(below: int) -> bool:
        k = below if q <= 0.5 else n - below
        return not sequence.excludes(k, n, expected)

    middle = min(max(round(q * n), 0), n)
    if not holds(middle):  # a whole number near q n lies outside only for tiny n
        return 0, n
    return first_that(holds, middle, 0), first_that(holds, middle, n)


def first_that(holds: Callable[[int], bool], inside: int, end: int) -> int:
    """Return the farthest whole number towards `end` where a statement still holds; it holds at `inside`."""
    if holds(end):
        return end
    while abs(end - inside) > 1:
        middle = (inside + end) // 2
        inside, end = (middle, end) if holds(middle) else (inside, middle)
    return inside


def quantile_sequence(values: Sequence[float] | Floats, q: float, alpha: float = 0.05) -> Interval:
    """Return the interval of a quantile, valid at all numbers of runs: {x : q ∈ C_n of the share ≤ x}."""
    found = np.sort(np.asarray(values, float))
    low, high = quantile_ranks(len(found), q, alpha)
    below = -math.inf if low == 0 else float(found[low - 1])
    above = math.inf if high == len(found) else float(found[high])
    return below, above


def mean_sequence(values: Sequence[float] | Floats, alpha: float = 0.05) -> Interval:
    """Return the interval of a mean, valid at all numbers of runs from 128 on; before, all numbers.

    It is asymptotic: at alpha = 5 %, of 3,000 series that were looked at 63 times up to 4,096 runs, it missed ever 2.3 %
    where numbers are log-normal with spread 0.5, and 5.7 % where the spread is 1.
    """
    found = np.asarray(values, float)
    n = len(found)
    if n < LEAST_FOR_MEANS:
        return -math.inf, math.inf
    half = float(found.std(ddof=1)) * mean_width(n, alpha)
    return float(found.mean()) - half, float(found.mean()) + half


def mean_width(n: int, alpha: float) -> float:
    """Return half the interval of a mean, in standard deviations of a run."""
    spread = (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / 256
    inside = n * spread + 1
    return math.sqrt(2 * inside / (n**2 * spread) * math.log(math.sqrt(inside) / alpha))


def sigma_of(share: float) -> float:
    """Return how many standard deviations a one-sided failure share is: 1.350e-3 is 3."""
    if share <= 0 or share >= 1:
        return math.inf if share <= 0 else -math.inf
    return -NormalDist().inv_cdf(share)


def share_of_sigma(sigma: float) -> float:
    """Return the failure share of a number of standard deviations, one-sided."""
    return NormalDist().cdf(-sigma)
