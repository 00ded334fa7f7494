"""What training makes large, of one window, on any array namespace: differentiable where the measure is.

The names are those of `tokenspice.studies.pools.metrics`, and so are the values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError

__all__ = ["OBJECTIVES", "Course", "Objective", "objective_named", "turnover", "turnover_of_weights"]

# Of NumPy or JAX, whichever namespace was given; neither declares the other's type.
Array: TypeAlias = Any

DAY = 1440
MONTH = 30 * DAY
YEAR = 365 * DAY


@final
@dataclass(frozen=True)
class Course:
    """A pool's value over a window.

    Attributes:
        values: [samples] dollars, from the first minute on.
        last: in the last minute, dollars.
        minutes: of the window.
        hodl_growth: what the first reserves are worth in the last minute, over what they were.
        uniform_growth: the same of equal parts.
    """

    values: Array
    last: Array
    minutes: Array
    hodl_growth: Array
    uniform_growth: Array

    @property
    def growth(self) -> Array:
        """The last value over the first."""
        return self.last / self.values[0]


@final
@dataclass(frozen=True)
class Objective:
    """A measure that can be trained for.

    Attributes:
        of: namespace and course to the measure.
        sample: minutes between the values that it needs.
        shortest: minutes of the shortest window that has it.
    """

    of: Callable[[ModuleType, Course], Array]
    sample: int = DAY
    shortest: int = 2


def ratio(xp: ModuleType, sample: Array, per_year: float, tiny: float) -> Array:
    """Mean over standard deviation, per year. Steps that are all alike have no ratio; training must not stop there."""
    centred = sample - sample.mean()
    variance = (centred * centred).mean()
    safe = xp.where(variance > 0, variance, 1.0)
    spread = xp.where(variance > 0, xp.sqrt(safe), 0.0)
    return xp.sqrt(per_year) * sample.mean() / (spread + tiny)


def returns(values: Array) -> Array:
    return values[1:] / values[:-1] - 1


def yearly(growth: Array, course: Course) -> Array:
    return growth ** (YEAR / (course.minutes - 1)) - 1


def sampled_yearly(course: Course) -> Array:
    return course.growth ** (YEAR / course.minutes) - 1


def falls(xp: ModuleType, values: Array) -> Array:
    """Below the highest value so far, 0 or negative, along the last axis."""
    if xp is np:
        return values / np.maximum.accumulate(values, axis=-1) - 1
    from jax.lax import cummax

    return values / cummax(values, axis=values.ndim - 1) - 1


def months(values: Array) -> Array:
    """[m, minutes] whole months from the start."""
    count = len(values) // MONTH
    return values[: count * MONTH].reshape(count, MONTH)


def ulcer(xp: ModuleType, course: Course) -> Array:
    squares = (falls(xp, months(course.values)) ** 2).mean(axis=-1)
    return -xp.where(squares > 0, xp.sqrt(xp.where(squares > 0, squares, 1.0)), 0.0).mean()


OBJECTIVES: Mapping[str, Objective] = {
    "return": Objective(lambda xp, c: c.growth - 1),
    "return_per_year": Objective(lambda xp, c: yearly(c.growth, c)),
    "return_over_hodl": Objective(lambda xp, c: c.growth / c.hodl_growth - 1),
    "return_over_hodl_per_year": Objective(lambda xp, c: yearly(c.growth / c.hodl_growth, c)),
    "return_over_uniform_hodl": Objective(lambda xp, c: c.growth / c.uniform_growth - 1),
    "return_over_uniform_hodl_per_year": Objective(lambda xp, c: yearly(c.growth / c.uniform_growth, c)),
    "sharpe_minute": Objective(lambda xp, c: ratio(xp, returns(c.values), YEAR, 0.0), 1, 3),
    "sharpe_daily": Objective(lambda xp, c: ratio(xp, returns(c.values), 365, 0.0), DAY, 2 * DAY + 1),
    "log_sharpe_daily": Objective(
        lambda xp, c: ratio(xp, xp.log(c.values[1:] / c.values[:-1]), 365, 1e-8), DAY, 2 * DAY + 1
    ),
    "max_drawdown": Objective(lambda xp, c: falls(xp, c.values).min(), 1),
    "calmar": Objective(lambda xp, c: -sampled_yearly(c) / falls(xp, c.values).min(), 1),
    "sterling": Objective(lambda xp, c: -sampled_yearly(c) / falls(xp, months(c.values)).min(axis=-1).mean(), 1, MONTH),
    "ulcer": Objective(ulcer, 1, MONTH),
}


def turnover(reserves: Floats, prices: Floats) -> float:
    """The mean over minutes of the sum of the changes of all tokens' shares of the value.

    Args:
        reserves: [T, n] tokens.
        prices: [T, n] dollars.
    """
    worth = reserves * prices
    shares = worth / worth.sum(axis=1, keepdims=True)
    return float(np.abs(np.diff(shares, axis=0)).sum(axis=1).mean()) if len(shares) > 1 else 0.0


def turnover_of_weights(slopes: Floats, steps: Floats) -> Floats:
    """[...] the same of a pool whose arbitrage is free, so that its shares are its weights.

    Args:
        slopes: [..., chunks, n] changes of the weights per minute.
        steps: [chunks] in which part of all minutes they hold.
    """
    return np.asarray((np.abs(slopes).sum(axis=-1) * steps).sum(axis=-1))


def objective_named(name: str, minutes: int) -> Objective:
    """An objective for windows of so many minutes.

    Raises:
        StrategyConfigError: there is none of this name, or the windows are too short for it.
    """
    if name not in OBJECTIVES:
        raise StrategyConfigError(f'objective is "{name}". Write {", ".join(OBJECTIVES)}.')
    if minutes < OBJECTIVES[name].shortest:
        raise StrategyConfigError(
            f"objective {name} needs windows of {OBJECTIVES[name].shortest} minutes or more; these have {minutes}."
        )
    return OBJECTIVES[name]
