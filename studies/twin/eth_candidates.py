"""Processes that may be ether's, each estimated from hourly log-returns; `log_scores.py` chooses among them.

T is the number of hours.
"""

import math
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats

from tokenspice.engine.units import DAY, HOUR, Floats
from tokenspice.protocols.rai.eth_model import EthKind, EthModel, EthTerms
from tokenspice.studies.twin.estimates import Estimate

__all__ = ["KINDS", "Candidate", "fit", "vol_spread_of"]

KINDS: tuple[EthKind, ...] = ("gbm", "student_t", "garch", "bootstrap")
STALE_STEP = 6  # hours over which returns are summed where an oracle's stale ticks would rule the tails
LEAST_NU = 2.5
HIGHEST_PERSISTENCE = 0.9995  # of a GARCH, whose variance has to come back
LONGEST_BLOCK = 168.0  # hours
WIDEST_SPREAD = 0.3  # of volatility; with much more, the paths' pooled volatility would leave 15 % of the window's
AHEAD = 72  # hours over which the coming volatility is held against the last
LEAST_COMPARISONS = 5


@dataclass(frozen=True)
class Candidate:
    """A process and its numbers."""

    kind: EthKind
    model: EthModel
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class Sample:
    """What an estimate is made from.

    Attributes:
        window: [T] log-returns whose volatility the paths are to have.
        before: [T] all log-returns up to the end of the window; longer memory is estimated from them.
        mean_spread: of paths: the standard error of the window's mean.
        vol_spread: of paths: how far the coming volatility has been from the last.
    """

    window: Floats
    before: Floats
    mean_spread: float
    vol_spread: float


def fit(kind: EthKind, window: Floats, before: Floats) -> Candidate:
    """Estimate a process.

    The mean is estimated but not carried on: of two weeks of returns it is noise, and how much of it, the paths show.

    Args:
        kind: of process.
        window: [T] the log-returns whose volatility the paths are to have, NaN where they are unknown.
        before: [T] all log-returns up to the end of the window.
    """
    known, longer = window[np.isfinite(window)], before[np.isfinite(before)]
    error = float(known.std()) / math.sqrt(len(known))
    sample = Sample(known, longer, error, vol_spread_of(longer, len(known)))
    return {"gbm": gbm, "student_t": student_t, "garch": garch, "bootstrap": bootstrap}[kind](sample)


def gbm(sample: Sample) -> Candidate:
    """Normal log-returns."""
    return Candidate("gbm", EthModel(terms_of("gbm", sample)), moments(sample))


def student_t(sample: Sample) -> Candidate:
    """Student's t, fitted by maximum likelihood to sums over six hours: hourly, stale ticks would be its tails."""
    sums = sample.before[len(sample.before) % STALE_STEP :].reshape(-1, STALE_STEP).sum(axis=1)
    nu, _, scale = stats.t.fit(sums, floc=0.0)
    nu = max(float(nu), LEAST_NU)
    error = curvature_error(sums, nu, float(scale))
    model = EthModel(replace(terms_of("student_t", sample), nu=nu))
    return Candidate("student_t", model, (*moments(sample), Estimate("nu", nu, error)))


def garch(sample: Sample) -> Candidate:
    """GARCH(1,1) by quasi maximum likelihood on all returns; its shocks are the standardised residuals."""
    from arch import arch_model

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a start value that is tried and left
        found: Any = arch_model(100 * sample.before, mean="Constant", vol="GARCH", p=1, q=1).fit(disp="off")
    values, errors = found.params, found.std_err
    omega, alpha = float(values["omega"]) / 1e4, float(values["alpha[1]"])
    beta = min(float(values["beta[1]"]), HIGHEST_PERSISTENCE - alpha)
    last, shock = float(found.conditional_volatility[-1]) / 100, float(found.resid[-1]) / 100
    terms = EthTerms(
        "garch",
        omega=omega,
        alpha=alpha,
        beta=beta,
        variance=omega + alpha * shock**2 + beta * last**2,
        mean_spread=sample.mean_spread,
    )
    residuals = np.asarray(found.std_resid, float)
    names = (("mu", "mu", 1e2), ("omega", "omega", 1e4), ("alpha", "alpha[1]", 1.0), ("beta", "beta[1]", 1.0))
    return Candidate(
        "garch",
        EthModel(terms, tuple(((residuals - residuals.mean()) / residuals.std()).tolist())),
        tuple(Estimate(name, float(values[key]) / unit, float(errors[key]) / unit) for name, key, unit in names),
    )


def bootstrap(sample: Sample) -> Candidate:
    """Blocks of the window's own returns; their mean length by Politis and White (2004)."""
    from arch.bootstrap import optimal_block_length

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a sum of zeros in a flat stretch
        found = float(optimal_block_length(sample.window**2)["stationary"].iloc[0])
    block = float(np.clip(found if math.isfinite(found) else 1.0, 1.0, LONGEST_BLOCK))
    centred = sample.window - sample.window.mean()
    model = EthModel(replace(terms_of("bootstrap", sample), block=block), tuple(centred.tolist()))
    return Candidate("bootstrap", model, (*moments(sample), Estimate("block", block, None, "hours")))


def terms_of(kind: EthKind, sample: Sample) -> EthTerms:
    sigma = float(sample.window.std())
    return EthTerms(kind, sigma=sigma, mean_spread=sample.mean_spread, vol_spread=sample.vol_spread)


def moments(sample: Sample) -> tuple[Estimate, ...]:
    return (
        Estimate("mean", float(sample.window.mean()), sample.mean_spread, "per hour"),
        Estimate("sigma", float(sample.window.std()), sigma_error(sample.window), "per hour"),
        Estimate("vol_spread", sample.vol_spread, None),
    )


def sigma_error(window: Floats) -> float:
    """Standard error of a standard deviation, whatever the tails (delta method)."""
    squares = (window - window.mean()) ** 2
    sigma = math.sqrt(squares.mean())
    return float(squares.std()) / math.sqrt(len(window)) / (2 * sigma) if sigma else 0.0


def curvature_error(sums: Floats, nu: float, scale: float) -> float | None:
    """Standard error of nu from the curvature of the profile of its likelihood."""
    step = 0.05 * nu
    low, mid, high = (float(stats.t.logpdf(sums / scale, x).sum()) for x in (nu - step, nu, nu + step))
    curvature = -(low - 2 * mid + high) / step**2
    return float(1 / np.sqrt(curvature)) if curvature > 0 else None


def vol_spread_of(before: Floats, window: int) -> float:
    """How far the coming volatility has been from that of the window before it, as the standard deviation of its log.

    Args:
        before: [T] log-returns.
        window: hours over which volatility is estimated.
    """
    length = min(window, len(before) // 2)
    start = np.arange(length, len(before) - AHEAD + 1, DAY // HOUR)
    if len(start) < LEAST_COMPARISONS:
        return 0.0
    sums = np.concatenate([[0.0], np.cumsum(before**2)])
    last = (sums[start] - sums[start - length]) / length
    coming = (sums[start + AHEAD] - sums[start]) / AHEAD
    moved = (last > 0) & (coming > 0)
    found = np.log(coming[moved] / last[moved]) / 2
    return min(float(np.sqrt(np.mean(found**2))), WIDEST_SPREAD) if moved.any() else 0.0


def at_variance(model: EthModel, variance: float) -> EthModel:
    """The same GARCH where it goes on from another variance."""
    return replace(model, terms=replace(model.terms, variance=variance))
