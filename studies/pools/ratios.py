"""Measures of daily returns against a benchmark and a risk-free rate, as funds report them.

x: [days] simple returns of the pool; b: of the benchmark; f: risk-free; e = x − f. What has no value, for want of days of a kind,
is NaN.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.pools.metrics import Course, Measure, over

__all__ = ["RATIOS", "Daily", "Ratio", "daily_of", "ratios"]

YEAR = 365


@final
@dataclass(frozen=True)
class Daily:
    """What is compared.

    Attributes:
        x, b, f: [days] as above.
    """

    x: Floats
    b: Floats
    f: Floats

    @property
    def e(self) -> Floats:
        """[days] what the pool earned above the risk-free rate."""
        return self.x - self.f


@final
@dataclass(frozen=True)
class Ratio:
    """A measure of daily returns.

    Attributes:
        of: computes it.
        unit: as of `Measure`.
    """

    of: Callable[[Daily], float]
    unit: str = Measure.unit


def daily_of(course: Course, risk_free_per_year: float = 0.0) -> Daily:
    """A course's days against holding the first reserves."""
    value, held = course.value_USD[::1440], (course.prices @ course.first_reserves)[::1440]
    x, b = (np.asarray(v[1:] / v[:-1] - 1) for v in (value, held))
    return Daily(x, b, np.full(len(x), risk_free_per_year / YEAR))


def ratios(daily: Daily) -> dict[str, float]:
    """All of them."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: float(ratio.of(daily)) if len(daily.x) > 1 else np.nan for name, ratio in RATIOS.items()}


def spread(sample: Floats) -> float:
    return float(sample.std(ddof=1)) if len(sample) > 1 else np.nan


def mean(sample: Floats) -> float:
    return float(sample.mean()) if len(sample) else np.nan


def slope(y: Floats, x: Floats) -> float:
    """Of the regression of y on x."""
    return over(float(np.cov(y, x)[0, 1]), float(x.var(ddof=1)))


def per_root_year(of: Floats, risk: float) -> float:
    return over(float(np.sqrt(YEAR)) * mean(of), risk)


def omega(d: Daily) -> float:
    return over(float(d.e[d.e > 0].sum()), float(np.abs(d.e[d.e <= 0]).sum()))


def alpha(d: Daily) -> float:
    """Jensen's, per year."""
    beta = slope(d.e, d.b - d.f)
    return float((1 + mean(d.x) - (mean(d.f) + beta * (mean(d.b) - mean(d.f)))) ** YEAR - 1)


def falls(d: Daily) -> Floats:
    """[days] of the compounded returns below their highest, 0 or negative."""
    grown = np.cumprod(1 + d.x)
    return np.asarray(grown / np.maximum.accumulate(grown) - 1)


def conditional_fall(d: Daily) -> float:
    """CDaR: the mean of the deepest twentieth of all falls."""
    deep = falls(d)[falls(d) < 0]
    return -mean(deep[deep <= np.percentile(deep, 5)]) if len(deep) else np.nan


def up(d: Daily) -> float:
    return over(100 * mean(d.x[d.b > 0]), mean(d.b[d.b > 0]))


def down(d: Daily) -> float:
    return over(100 * mean(d.x[d.b <= 0]), abs(mean(d.b[d.b <= 0])))


def moment(d: Daily, power: int) -> float:
    centred = d.x - d.x.mean()
    return over(float((centred**power).mean()), float(d.x.std() ** power))


RATIOS: Mapping[str, Ratio] = {
    "sharpe": Ratio(lambda d: over(mean(d.e), spread(d.e)), "1/√day"),
    "sharpe_per_year": Ratio(lambda d: per_root_year(d.e, spread(d.e)), "1/√year"),
    "sortino": Ratio(lambda d: per_root_year(d.e, spread(d.e[d.e < 0])), "1/√year"),
    "omega": Ratio(omega),
    "days_above_risk_free": Ratio(lambda d: mean(np.asarray(d.e > 0, dtype=float))),
    "days_at_or_below_risk_free": Ratio(lambda d: mean(np.asarray(d.e <= 0, dtype=float))),
    "tracking_error": Ratio(lambda d: spread(d.x - d.b), "1/√day"),
    "information_ratio": Ratio(lambda d: per_root_year(d.x - d.b, spread(d.x - d.b)), "1/√year"),
    "tracking_error_to_risk_free": Ratio(lambda d: spread(d.e), "1/√day"),
    "information_ratio_to_risk_free": Ratio(lambda d: per_root_year(d.e, spread(d.e)), "1/√year"),
    "excess_var_95": Ratio(lambda d: -float(np.percentile(d.e, 5)), "1/day"),
    "return_on_var": Ratio(lambda d: over(mean(d.e), -float(np.percentile(d.e, 5))), "1/√day"),
    "return_on_var_per_year": Ratio(lambda d: per_root_year(d.e, -float(np.percentile(d.e, 5))), "1/√year"),
    "upside_capture": Ratio(up, "%"),
    "downside_capture": Ratio(down, "%"),
    "total_capture": Ratio(lambda d: over(abs(up(d)), abs(down(d)))),
    "jensens_alpha_per_year": Ratio(alpha, "1/year"),
    "var_95": Ratio(lambda d: -float(np.percentile(d.x, 5)), "1/day"),
    "volatility": Ratio(lambda d: spread(d.x), "1/√day"),
    "beta": Ratio(lambda d: slope(d.x, d.b)),
    "max_drawdown_of_days": Ratio(lambda d: float(falls(d).min())),
    "conditional_drawdown_95": Ratio(conditional_fall),
    "ulcer_of_days": Ratio(lambda d: float(np.sqrt(((100 * falls(d)) ** 2).mean())), "%"),
    "sterling_of_days": Ratio(lambda d: over(mean(d.e), abs(mean(falls(d)[falls(d) < 0]))), "1/day"),
    "mean_return": Ratio(lambda d: mean(d.x), "1/day"),
    "standard_deviation": Ratio(lambda d: float(d.x.std()), "1/√day"),
    "skewness": Ratio(lambda d: moment(d, 3)),
    "excess_kurtosis": Ratio(lambda d: moment(d, 4) - 3),
}
