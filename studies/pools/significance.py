"""How much of a measured Sharpe ratio may be luck. Sharpe ratios are per day, unless a name says otherwise."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = [
    "DeflatedSharpe",
    "Interval",
    "Rademacher",
    "block_bootstrap",
    "deflated_sharpe",
    "rademacher_complexity",
    "rademacher_haircut",
]

EULER_GAMMA = 0.5772156649015329
YEAR = 365


@final
@dataclass(frozen=True)
class DeflatedSharpe:
    """A Sharpe ratio against the best of as many tries without skill.

    Attributes:
        expected_of_luck: the largest Sharpe ratio that so many tries without skill are expected to show, per √day.
        probability: that the true Sharpe ratio is above 0, given that the best of so many was taken.
        is_significant: whether that is 0.95 or more.
    """

    expected_of_luck: float
    probability: float
    is_significant: bool


def deflated_sharpe(returns: Floats, tries: int, variance_of_tries: float | None = None) -> DeflatedSharpe:
    """The deflated Sharpe ratio.

    Args:
        returns: [days] simple returns, three at least.
        tries: of how many this is the best.
        variance_of_tries: of the tries' Sharpe ratios; None for that of one estimate without skill.

    Source:
        Bailey and López de Prado, "The deflated Sharpe ratio", 2014.
    """
    days = len(returns)
    if days < 3 or returns.std() == 0:
        return DeflatedSharpe(np.nan, np.nan, False)
    sharpe = returns.mean() / returns.std(ddof=1)
    centred = (returns - returns.mean()) / returns.std()
    skew, kurtosis = (centred**3).mean(), (centred**4).mean()
    variance = 1 / (days - 1) if variance_of_tries is None else variance_of_tries
    luck = 0.0
    if tries > 1:
        normal = NormalDist()
        low, high = normal.inv_cdf(1 - 1 / tries), normal.inv_cdf(1 - 1 / (tries * np.e))
        luck = float(np.sqrt(variance) * ((1 - EULER_GAMMA) * low + EULER_GAMMA * high))
    error = np.sqrt(max(1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2, 0.0) / (days - 1))
    probability = NormalDist().cdf(float((sharpe - luck) / error)) if error > 0 else np.nan
    return DeflatedSharpe(luck, probability, bool(probability >= 0.95))


@final
@dataclass(frozen=True)
class Interval:
    """A Sharpe ratio per √year, and where 95 % of resampled ones lie.

    Attributes:
        estimate, lower, upper, error: the ratio, the interval's ends, and the resampled ones' standard deviation.
    """

    estimate: float
    lower: float
    upper: float
    error: float


def block_bootstrap(returns: Floats, resamples: int = 10_000, block_days: int = 10, seed: int = 42) -> Interval:
    """Resample returns in circular blocks, so that what hangs together over days stays together.

    Args:
        returns: [days] simple returns.
        resamples: how many.
        block_days: of each block.
        seed: of the draws.
    """
    days = len(returns)
    if days < 2 or returns.std() == 0:
        return Interval(np.nan, np.nan, np.nan, np.nan)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, days, (resamples, -(-days // block_days)))
    at = (starts[:, :, None] + np.arange(block_days)) % days
    drawn = returns[at.reshape(resamples, -1)[:, :days]]
    spreads = drawn.std(axis=1)
    # A resample of one block repeated may have no spread; it says nothing.
    sharpes = np.sqrt(YEAR) * drawn.mean(axis=1)[spreads > 0] / spreads[spreads > 0]
    lower, upper = np.percentile(sharpes, [2.5, 97.5])
    estimate = np.sqrt(YEAR) * returns.mean() / returns.std()
    return Interval(float(estimate), float(lower), float(upper), float(sharpes.std()))


@final
@dataclass(frozen=True)
class Rademacher:
    """What is to be taken off a Sharpe ratio because many were looked at.

    Attributes:
        complexity: of the candidates' normalised returns, per day.
        haircut: per √day.
        haircut_per_year: the same, per √year.
    """

    complexity: float
    haircut: float
    haircut_per_year: float


def rademacher_complexity(returns: Floats, draws: int = 1000, seed: int = 42) -> float:
    """The mean over random signs of the best correlation of any candidate with them.

    Args:
        returns: [candidates, days].
        draws: of signs.
        seed: of the draws.
    """
    days = returns.shape[1]
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (draws, days))
    return float((signs @ returns.T).max(axis=1).mean() / days)


def rademacher_haircut(returns: Floats, delta: float = 0.05) -> Rademacher:
    """The haircut of the candidates' Sharpe ratios that holds with probability 1 − delta.

    All is per day, as the number of days is: each candidate's returns are divided by their own spread, so that their means are
    Sharpe ratios, and only the result is made one per year.

    Args:
        returns: [candidates, days] simple returns of all that were looked at.
        delta: the probability that the haircut is too small.

    Source:
        Paleologo, "The elements of quantitative investing", 2024: 2 R + 3 √(2 ln(2 / δ) / T).
    """
    spread = returns.std(axis=1, keepdims=True)
    kept = returns[spread[:, 0] > 0] / spread[spread[:, 0] > 0]
    if not len(kept) or returns.shape[1] < 2:
        return Rademacher(np.nan, np.nan, np.nan)
    complexity = rademacher_complexity(kept)
    haircut = 2 * complexity + 3 * np.sqrt(2 * np.log(2 / delta) / returns.shape[1])
    return Rademacher(complexity, float(haircut), float(haircut * np.sqrt(YEAR)))
