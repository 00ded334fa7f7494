"""Measures of a pool's value over time. V: [T] dollars, one a minute. A year has 365 days.

Names say the unit or the step: `sharpe_minute` and `sharpe_daily` are both per year, from returns of minutes and of days.
Windows shorter than a measure's chunk have no such measure: it is NaN. The scale of a return over value at risk (RAROC,
ROVAR) is that of quantammsim and depends on the window's length: compare windows of one length alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["METRICS", "Course", "Measure", "measure", "over"]

DAY = 1440
WEEK = 7 * DAY
MONTH = 30 * DAY
YEAR = 365 * DAY


@final
@dataclass(frozen=True)
class Course:
    """What is measured.

    Attributes:
        value_USD: [T] of the pool.
        prices: [T, n] dollars.
        first_reserves: [n] tokens at the start.
        fee_income_USD: [T] of the liquidity providers.
    """

    value_USD: Floats
    prices: Floats
    first_reserves: Floats
    fee_income_USD: Floats


@final
@dataclass(frozen=True)
class Measure:
    """A measure of a course.

    Attributes:
        of: computes it.
        unit: of the number: "1" is a fraction or a ratio, "1/√year" a ratio per square root of a year.
    """

    of: Callable[[Course], float]
    unit: str = "1"

    def __call__(self, course: Course) -> float:
        return self.of(course)


def measure(course: Course, *names: str) -> dict[str, float]:
    """Some measures, or all."""
    return {name: float(METRICS[name](course)) for name in (names or METRICS)}


def returns(values: Floats) -> Floats:
    """Simple returns from one value to the next."""
    return np.asarray(values[1:] / values[:-1] - 1)


def days(course: Course) -> Floats:
    """The values at the start and after every day."""
    return course.value_USD[::DAY]


def ratio(sample: Floats, per_year: float, tiny: float = 0.0) -> float:
    """Mean over standard deviation (ddof 0), per year. One step alone has no deviation."""
    if len(sample) < 2 or sample.std() + tiny == 0:
        return np.nan
    return float(np.sqrt(per_year) * sample.mean() / (sample.std() + tiny))


def total(course: Course) -> float:
    return float(course.value_USD[-1] / course.value_USD[0])


def over_hodl(course: Course) -> float:
    return float(course.value_USD[-1] / (course.first_reserves @ course.prices[-1]))


def over_uniform_hodl(course: Course) -> float:
    start = course.first_reserves @ course.prices[0]
    return float(course.value_USD[-1] / (start * (course.prices[-1] / course.prices[0]).mean()))


def yearly(growth: float, course: Course) -> float:
    """Growth per year, from growth over the window."""
    return float(growth ** (YEAR / (len(course.value_USD) - 1)) - 1) if len(course.value_USD) > 1 else np.nan


def sampled_yearly(course: Course) -> float:
    """Growth per year, counting the window's minutes rather than its steps."""
    return float(total(course) ** (YEAR / len(course.value_USD)) - 1)


def chunks(course: Course, minutes: int) -> Floats:
    """[c, minutes] whole chunks from the start."""
    count = len(course.value_USD) // minutes
    return course.value_USD[: count * minutes].reshape(count, minutes)


def drawdowns(values: Floats) -> Floats:
    """Falls below the highest value so far, 0 or negative, along the last axis."""
    highest = np.maximum.accumulate(values, axis=-1)
    return np.asarray(values / highest - 1)


def mean(values: Floats) -> float:
    return float(values.mean()) if values.size else np.nan


def over(a: float, b: float) -> float:
    """a / b; NaN where b is 0, as the risk of a value that does not move."""
    return a / b if b else np.nan


def ulcer(course: Course) -> float:
    falls = drawdowns(chunks(course, MONTH))
    return -mean(np.sqrt((falls**2).mean(axis=-1)))


def sterling(course: Course) -> float:
    return over(sampled_yearly(course), -mean(drawdowns(chunks(course, MONTH)).min(axis=-1)))


def calmar(course: Course) -> float:
    worst = drawdowns(course.value_USD).min()
    return over(sampled_yearly(course), -float(worst))


def value_at_risk(course: Course, minutes: int, percent: float) -> float:
    """The mean over chunks of a percentile of the minutes' returns in them; negative is a loss."""
    blocks = chunks(course, minutes)
    if not len(blocks):
        return np.nan
    return float(np.percentile(blocks[:, 1:] / blocks[:, :-1] - 1, percent, axis=1).mean())


def chunk_value_at_risk(course: Course, minutes: int, percent: float) -> float:
    """A percentile of the returns from one chunk's end to the next; negative is a loss."""
    ends = chunks(course, minutes)[:, -1]
    return float(np.percentile(returns(ends), percent)) if len(ends) > 1 else np.nan


def return_on_risk(course: Course, minutes: int) -> float:
    """RAROC: growth per year over the value at risk of chunks."""
    years = YEAR / len(course.value_USD)
    return over(-(total(course) ** years - 1), value_at_risk(course, minutes, 5) * scale(course, minutes))


def chunk_return_on_risk(course: Course, minutes: int, at_risk: float) -> float:
    """ROVAR: the mean of the chunks' returns, each per year, over a value at risk."""
    blocks = chunks(course, minutes)
    growth = blocks[:, -1] / blocks[:, 0]
    return over(mean(growth ** (YEAR / minutes) - 1), -at_risk * scale(course, minutes))


def scale(course: Course, minutes: int) -> float:
    """By which a chunk's value at risk is made one per year."""
    return float(np.sqrt(YEAR / len(course.value_USD) * DAY / minutes))


def worst_week(course: Course) -> float:
    weeks = chunks(course, WEEK)
    return float(drawdowns(weeks).min()) if len(weeks) else np.nan


METRICS: Mapping[str, Measure] = {
    "return": Measure(lambda c: total(c) - 1),
    "return_per_year": Measure(lambda c: yearly(total(c), c), "1/year"),
    "return_over_hodl": Measure(lambda c: over_hodl(c) - 1),
    "return_over_hodl_per_year": Measure(lambda c: yearly(over_hodl(c), c), "1/year"),
    "return_over_uniform_hodl": Measure(lambda c: over_uniform_hodl(c) - 1),
    "return_over_uniform_hodl_per_year": Measure(lambda c: yearly(over_uniform_hodl(c), c), "1/year"),
    "sharpe_minute": Measure(lambda c: ratio(returns(c.value_USD), YEAR), "1/√year"),
    "sharpe_daily": Measure(lambda c: ratio(returns(days(c)), 365), "1/√year"),
    "log_sharpe_daily": Measure(lambda c: ratio(np.diff(np.log(days(c))), 365, 1e-8), "1/√year"),
    "max_drawdown": Measure(lambda c: float(drawdowns(c.value_USD).min())),
    "max_drawdown_in_a_week": Measure(worst_week),
    "var_95_of_minutes_by_day": Measure(lambda c: value_at_risk(c, DAY, 5), "1/minute"),
    "var_99_of_minutes_by_day": Measure(lambda c: value_at_risk(c, DAY, 1), "1/minute"),
    "var_95_of_minutes_by_week": Measure(lambda c: value_at_risk(c, WEEK, 5), "1/minute"),
    "var_99_of_minutes_by_week": Measure(lambda c: value_at_risk(c, WEEK, 1), "1/minute"),
    "var_95_of_days": Measure(lambda c: chunk_value_at_risk(c, DAY, 5), "1/day"),
    "var_99_of_days": Measure(lambda c: chunk_value_at_risk(c, DAY, 1), "1/day"),
    "var_95_of_weeks": Measure(lambda c: chunk_value_at_risk(c, WEEK, 5), "1/week"),
    "var_99_of_weeks": Measure(lambda c: chunk_value_at_risk(c, WEEK, 1), "1/week"),
    "raroc_by_day": Measure(lambda c: return_on_risk(c, DAY)),
    "raroc_by_week": Measure(lambda c: return_on_risk(c, WEEK)),
    "rovar_by_day": Measure(lambda c: chunk_return_on_risk(c, DAY, value_at_risk(c, DAY, 5))),
    "rovar_by_week": Measure(lambda c: chunk_return_on_risk(c, WEEK, value_at_risk(c, WEEK, 5))),
    "rovar_by_month": Measure(lambda c: chunk_return_on_risk(c, MONTH, value_at_risk(c, MONTH, 5))),
    "rovar_of_days": Measure(lambda c: chunk_return_on_risk(c, DAY, chunk_value_at_risk(c, DAY, 5))),
    "rovar_of_weeks": Measure(lambda c: chunk_return_on_risk(c, WEEK, chunk_value_at_risk(c, WEEK, 5))),
    "ulcer": Measure(ulcer),
    "sterling": Measure(sterling, "1/year"),
    "calmar": Measure(calmar, "1/year"),
    "fee_income_over_value": Measure(lambda c: float(c.fee_income_USD.sum() / c.value_USD[0])),
}
