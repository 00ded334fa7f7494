"""The spread: the log of market price over redemption price, which arbitrage and controller pull back.

An autoregression whose lags the BIC chooses, with ether's return of the same hour as an input. T is the number of hours.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.studies.twin.estimates import Estimate
from tokenspice.studies.twin.hourly_grid import HourlyGrid
from tokenspice.studies.twin.rolling_forecasts import Forecasts, rolling_origin

__all__ = ["SpreadModel", "fit_spread", "forecast_spread"]

MEMORY = 30 * 24  # hours that the coefficients are estimated from
RECENT = 10 * 24  # hours whose residuals are drawn
WEEK_HOURS = 7 * 24
# How far the coming weeks differ from the last in ways that the coefficients do not show. Both shares were set so that
# the bands of forecasts from the record's past hold what came as often as they say.
VOL_SPREAD = 0.45  # standard deviation of the log of each path's own volatility
LEVEL_SHARE = 0.4  # of the distance that weekly levels have had from the month before them
LEAST_LEVELS = 5
MOST_LAGS = 4
LEAST_HOURS = 72
REFIT = 24  # hours that an estimate may be old


@dataclass(frozen=True)
class SpreadModel:
    """Coefficients and residuals.

    Attributes:
        lags: n.
        coefficients: [n + 2] constant, lags, ether's return.
        covariance: [n + 2, n + 2] of the coefficients.
        residuals: [T] of the last ten days, centred.
        returns: [T] ether's, of the same hours.
        level_spread: standard deviation of each path's own level, in logs.
        bic: for each number of lags, from 1.
    """

    lags: int
    coefficients: Floats
    covariance: Floats
    residuals: Floats
    returns: Floats
    level_spread: float
    bic: tuple[float, ...]

    @property
    def largest_root(self) -> float:
        """Largest modulus of the companion matrix's eigenvalues; below 1 the spread comes back."""
        companion = np.eye(self.lags, k=-1)
        companion[0] = self.coefficients[1 : self.lags + 1]
        return float(np.abs(np.linalg.eigvals(companion)).max())

    @property
    def half_life(self) -> float:
        """Hours after which half of a spread is gone, by the slowest root."""
        root = self.largest_root
        return float(np.log(0.5) / np.log(root)) if 0 < root < 1 else float("inf")

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        names = ["constant", *(f"lag {i + 1}" for i in range(self.lags)), "eth_return"]
        errors = np.sqrt(np.diag(self.covariance))
        found = [
            Estimate(name, float(x), float(e)) for name, x, e in zip(names, self.coefficients, errors, strict=True)
        ]
        residual = Estimate("residual_sd", float(self.residuals.std()), None, "log")
        return (*found, residual, Estimate("level_spread", self.level_spread, None, "log"))

    def paths(self, last: Floats, paths: int, hours: int, rng: np.random.Generator) -> Floats:
        """Draw paths: coefficients within their errors, residuals with the returns of ether that came with them.

        Args:
            last: [lags] the spread's last values, the latest first.
            paths: P.
            hours: T.
            rng: of all draws.

        Returns:
            [P, T].
        """
        drawn = rng.multivariate_normal(self.coefficients, self.covariance, paths)
        constant, lags, of_return = drawn[:, :1], drawn[:, 1 : self.lags + 1], drawn[:, -1:]
        lags *= shrinking(lags)
        level = self.level_spread * rng.standard_normal((paths, 1))
        scale = np.exp(VOL_SPREAD * rng.standard_normal((paths, 1)) - VOL_SPREAD**2)
        at = rng.integers(0, len(self.residuals), (paths, hours))
        pushes = scale * (self.residuals[at] + of_return * self.returns[at])
        pushes += constant + level * (1 - lags.sum(axis=1, keepdims=True))
        # By the hour, so that what is read at each lies together in memory.
        found = np.empty((self.lags + hours, paths))
        found[: self.lags] = last[::-1, None]
        for hour, push in enumerate(pushes.T, self.lags):
            found[hour] = push
            for i in range(self.lags):
                found[hour] += lags[:, i] * found[hour - 1 - i]
        return found[self.lags :].T


def fit_spread(spread: Floats, returns: Floats) -> SpreadModel:
    """Estimate the model on the last thirty days.

    Args:
        spread: [T], NaN where it is unknown.
        returns: [T] ether's log-returns, NaN where they are unknown.

    Raises:
        RunError: fewer than three days are known.
    """
    from statsmodels.regression.linear_model import OLS

    rows, targets = lagged(spread[-MEMORY:], returns[-MEMORY:])
    if len(targets) < LEAST_HOURS:
        raise RunError(
            f"{len(targets)} hours of the spread are known, and an estimate takes {LEAST_HOURS}. Take more days."
        )
    fits: list[Any] = [OLS(targets, rows[:, columns_of(n)]).fit() for n in range(1, MOST_LAGS + 1)]
    lags = int(np.argmin([fit.bic for fit in fits])) + 1
    best = fits[lags - 1]
    residuals = np.asarray(best.resid, float)[-RECENT:]
    return SpreadModel(
        lags,
        np.asarray(best.params, float),
        np.asarray(best.cov_params(), float),
        residuals - residuals.mean(),
        rows[-RECENT:, -1] - rows[-RECENT:, -1].mean(),
        LEVEL_SHARE * level_error(spread),
        tuple(float(fit.bic) for fit in fits),
    )


def lagged(spread: Floats, returns: Floats) -> tuple[Floats, Floats]:
    """Rows of a constant, four lags and ether's return, and what they explain; hours that are unknown are left out."""
    lags = [spread[MOST_LAGS - 1 - i : len(spread) - 1 - i] for i in range(MOST_LAGS)]
    rows = np.column_stack([np.ones(len(spread) - MOST_LAGS), *lags, returns[MOST_LAGS:]])
    targets = spread[MOST_LAGS:]
    known = np.isfinite(rows).all(axis=1) & np.isfinite(targets)
    return rows[known], targets[known]


def level_error(spread: Floats) -> float:
    """Root mean square of what the mean of a week was off that of the thirty days before it; 0 of a short record."""
    known = np.isfinite(spread)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, spread, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    at = np.arange(RECENT, len(spread) - WEEK_HOURS, 24)
    if len(at) < LEAST_LEVELS:
        return 0.0
    before = np.maximum(at - MEMORY, 0)
    week = (sums[at + WEEK_HOURS] - sums[at]) / np.maximum(counts[at + WEEK_HOURS] - counts[at], 1)
    month = (sums[at] - sums[before]) / np.maximum(counts[at] - counts[before], 1)
    return float(np.sqrt(np.mean((week - month) ** 2)))


def columns_of(lags: int) -> list[int]:
    return [*range(lags + 1), MOST_LAGS + 1]


def shrinking(lags: Floats) -> Floats:
    """[P, 1] what lags are multiplied by so that their sum stays below one and the path comes back."""
    total = np.abs(lags.sum(axis=1, keepdims=True))
    found: Floats = np.minimum(1.0, 0.999 / np.maximum(total, 1e-9))
    return found


def forecast_spread(grid: HourlyGrid, seed: int = 0, paths: int = 800) -> Forecasts:
    """Forecast the spread from many origins of the past.

    Raises:
        RunError: the record is too short to hold anything out.
    """
    fitted: dict[int, SpreadModel] = {}

    def paths_from(origin: int, n: int, hours: int, rng: np.random.Generator) -> Floats:
        if origin // REFIT not in fitted:
            fitted[origin // REFIT] = fit_spread(grid.spread[: origin + 1], grid.eth_return[: origin + 1])
        model = fitted[origin // REFIT]
        seen = grid.spread[: origin + 1]
        last = seen[np.isfinite(seen)][::-1][: model.lags]
        return model.paths(last, n, hours, rng)

    return rolling_origin(paths_from, grid.spread, RandomStreams(seed)("spread"), paths)
