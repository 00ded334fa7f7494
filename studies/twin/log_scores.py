"""Which process ether's price is given: the one that scored best on what it had not seen."""

from dataclasses import dataclass

import numpy as np

from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.protocols.rai.eth_model import EthKind, EthTerms
from tokenspice.studies.twin.eth_candidates import KINDS, Candidate, at_variance, fit
from tokenspice.studies.twin.eth_paths import log_return_paths
from tokenspice.studies.twin.hourly_grid import HourlyGrid
from tokenspice.studies.twin.rolling_forecasts import Forecasts, rolling_origin

__all__ = ["LARGEST_ERROR", "ROUNDING", "Choice", "choose"]

REFIT = {"gbm": 1, "student_t": 336, "garch": 336, "bootstrap": 72}  # hours that an estimate may be old
LARGEST_ERROR = 0.05  # of the coverage of bands, for them to be called honest
ROUNDING = 1e-9


@dataclass(frozen=True)
class Choice:
    """All candidates, estimated at the end of the record, and their forecasts from its past.

    Attributes:
        kind: of the chosen one: the best log score, mean over horizons, of those whose bands are honest, or of all if none are.
        candidates: by kind.
        forecasts: by kind.
    """

    kind: EthKind
    candidates: dict[EthKind, Candidate]
    forecasts: dict[EthKind, Forecasts]

    @property
    def rule(self) -> str:
        """What the choice went by; where no candidate's bands are honest, the score alone is left."""
        if self.forecasts[self.kind].largest_error <= LARGEST_ERROR + ROUNDING:
            return f"best held-out log score of those whose bands miss by {LARGEST_ERROR:g} at most"
        return f"best held-out log score of all, for the bands of each miss by more than {LARGEST_ERROR:g}"

    @property
    def chosen(self) -> Candidate:
        return self.candidates[self.kind]


def choose(grid: HourlyGrid, window: int, seed: int = 0, paths: int = 400) -> Choice:
    """Estimate all candidates and choose among them by held-out log score.

    Args:
        grid: all that was recorded.
        window: hours at its end whose volatility the paths are to have.
        seed: of the forecasts.
        paths: of each forecast.

    Raises:
        RunError: the record is too short to hold anything out.
    """
    returns = grid.eth_return
    streams = RandomStreams(seed)
    forecasts = {kind: forecast(kind, returns, window, paths, streams(f"eth/{kind}")) for kind in KINDS}
    candidates = {kind: fit(kind, returns[-window:], returns) for kind in KINDS}
    honest = [kind for kind in KINDS if forecasts[kind].largest_error <= LARGEST_ERROR + ROUNDING]
    best = max(honest or KINDS, key=lambda kind: forecasts[kind].log_score)
    return Choice(best, candidates, forecasts)


def forecast(kind: EthKind, returns: Floats, window: int, paths: int, rng: np.random.Generator) -> Forecasts:
    """Forecast the log-price from each origin, with estimates that are no older than `REFIT` allows."""
    level = np.where(np.isfinite(returns), np.nancumsum(returns), np.nan)
    fitted: dict[int, Candidate] = {}

    def paths_from(origin: int, n: int, hours: int, rng: np.random.Generator) -> Floats:
        seen = returns[: origin + 1]
        at = origin // REFIT[kind]
        if at not in fitted:
            fitted[at] = fit(kind, seen[-window:], seen)
        model = fitted[at].model
        if kind == "garch":
            model = at_variance(model, variance_after(model.terms, seen))
        found: Floats = level[origin] + np.cumsum(log_return_paths(model, n, hours, rng), axis=1)
        return found

    return rolling_origin(paths_from, level, rng, paths)


def variance_after(terms: EthTerms, seen: Floats) -> float:
    """The variance that a GARCH gives the hour after what was seen."""
    known = seen[np.isfinite(seen)]
    pushes = terms.omega + terms.alpha * known**2
    ages = terms.beta ** np.arange(len(known))[::-1]
    return float(pushes @ ages + terms.beta ** len(known) * known.var())
