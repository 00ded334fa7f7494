"""Quantile functions of a study's random variables: from the share of values that lie below, to the value."""

import csv
import math
from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

from tokenspice.engine.errors import StudyError
from tokenspice.engine.variables import Beta, Discrete, Empirical, LogNormal, Normal, Random, Triangular, Uniform, Value

__all__ = ["quantile_of"]

Quantile = Callable[[float], Value]


def quantile_of(random: Random, folder: Path | None = None) -> Quantile:
    """Return a distribution's quantile function.

    Args:
        random: the distribution.
        folder: where the files of observed values lie.

    Raises:
        StudyError: a file cannot be used, or `within` holds nothing.
    """
    match random:
        case Uniform(low, high):
            begin, length = float(low), float(high) - float(low)
            return lambda share: begin + length * share
        case Discrete():
            return discrete(random)
        case Empirical():
            return observed(random, folder)
    law = frozen(random)
    if random.within is None:
        return lambda share: float(law.ppf(share))
    low, high = map(float, random.within)
    below, above = float(law.cdf(low)), float(law.cdf(high))
    if not below < above:
        raise StudyError(f"{random}: nothing of it lies within ({low:g}, {high:g}).")
    return lambda share: min(max(float(law.ppf(below + share * (above - below))), low), high)


def frozen(random: Normal | LogNormal | Triangular | Beta) -> Any:
    """Return scipy's distribution."""
    from scipy import stats

    match random:
        case Normal(mean, sd):
            return stats.norm(float(mean), float(sd))
        case LogNormal(median, spread):
            return stats.lognorm(float(spread), scale=float(median))
        case Triangular(low, mode, high):
            width = float(high) - float(low)
            return stats.triang((float(mode) - float(low)) / width, float(low), width)
    return stats.beta(random.a, random.b, float(random.low), float(random.high) - float(random.low))


def discrete(random: Discrete) -> Quantile:
    values = [value for value, weight in random.weights.items() if weight > 0]
    sums = list(accumulate(weight for weight in random.weights.values() if weight > 0))
    return lambda share: values[min(bisect_left(sums, share * sums[-1]), len(values) - 1)]


def observed(random: Empirical, folder: Path | None) -> Quantile:
    """Return the quantile function of a file's values; between two of them there is none."""
    path = (folder or Path()) / random.file
    try:
        with path.open(encoding="utf-8", newline="") as file:
            values = sorted(float(row[random.column]) for row in csv.DictReader(file))
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise StudyError(f'{path}: the column "{random.column}" is missing, or holds no numbers ({error}).') from error
    if random.within is not None:
        low, high = map(float, random.within)
        values = [value for value in values if low <= value <= high]
    if not values or not all(map(math.isfinite, values)):
        raise StudyError(f'{path}: the column "{random.column}" holds no finite number that could be drawn.')
    return lambda share: values[min(int(share * len(values)), len(values) - 1)]
