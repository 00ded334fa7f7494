"""What moves the system from outside, estimated: ether's price, the spread, the SAFEs; with standard errors, as JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import DAY, HOUR
from tokenspice.protocols.rai.eth_model import EthModel
from tokenspice.studies.twin.estimates import Estimate
from tokenspice.studies.twin.eth_candidates import KINDS, fit
from tokenspice.studies.twin.gamma_fit import GammaFit, fit_gamma
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.hourly_grid import hourly_grid
from tokenspice.studies.twin.log_scores import Choice, choose
from tokenspice.studies.twin.rolling_forecasts import BANDS, Forecasts
from tokenspice.studies.twin.spread_model import SpreadModel, fit_spread, forecast_spread

__all__ = ["Identified", "eth_model", "identified_json", "identified_record", "identify"]

WINDOW_DAYS = 14.0


@dataclass(frozen=True)
class Identified:
    """Everything that was estimated.

    Attributes:
        record: name of the history.
        window_days: days at its end whose volatility ether's paths have.
        eth: ether's candidates, and which of them was chosen.
        gamma: the predecessor's fit to the levels of ether's price in the window.
        spread: of market price over redemption price.
        spread_forecasts: how the spread's forecasts from the past did.
        safes: of all SAFEs: the log of the collateral ratio; nothing where collateral was not recorded.
    """

    record: str
    window_days: float
    eth: Choice
    gamma: GammaFit
    spread: SpreadModel
    spread_forecasts: Forecasts
    safes: tuple[Estimate, ...]

    @property
    def model(self) -> EthModel:
        """Ether's process that was chosen."""
        return self.eth.chosen.model


def identify(history: History, window_days: float = WINDOW_DAYS, seed: int = 0) -> Identified:
    """Estimate what moves the system from outside.

    Args:
        history: all that is known, the longer the better: candidates are held against its past.
        window_days: days at its end whose volatility ether's paths are to have.
        seed: of the forecasts that candidates are chosen by.

    Raises:
        RunError: the history is too short, or has no price of ether.
    """
    grid = hourly_grid(history)
    window = history.last_days(window_days)
    return Identified(
        history.name,
        window_days,
        choose(grid, round(window_days * DAY / HOUR), seed),
        fit_gamma(window.eth_price),
        fit_spread(grid.spread, grid.eth_return),
        forecast_spread(grid, seed),
        safe_estimates(history),
    )


def eth_model(history: History, kind: str, window_days: float = WINDOW_DAYS, seed: int = 0) -> EthModel:
    """Estimate one process of ether's price.

    Args:
        history: all that is known.
        kind: gbm, student_t, garch or bootstrap; or "chosen", by held-out log score.
        window_days: days at the history's end whose volatility its paths are to have.
        seed: of the forecasts that it is chosen by.

    Raises:
        StrategyError: there is no such kind.
        RunError: the history is too short, or has no price of ether.
    """
    known = next((one for one in KINDS if one == kind), None)
    if known is None and kind != "chosen":
        raise StrategyError(f'ether\'s process is "{kind}". Write chosen, {", ".join(KINDS)}.')
    grid, window = hourly_grid(history), round(window_days * DAY / HOUR)
    if known is None:
        return choose(grid, window, seed).chosen.model
    return fit(known, grid.eth_return[-window:], grid.eth_return).model


def safe_estimates(history: History) -> tuple[Estimate, ...]:
    """Mean, scatter and floor of the log of what collateral is worth over debt at the redemption price."""
    known = (history.collateral > 0) & (history.debt > 0) & (history.eth_price > 0)
    if known.sum() < 2:
        return ()
    worth = history.collateral[known] * history.eth_price[known]
    ratio = np.log(worth / (history.debt[known] * history.redemption_price[known]))
    n = len(ratio)
    return (
        Estimate("log_collateral_ratio", float(ratio.mean()), float(ratio.std() / np.sqrt(n))),
        Estimate("log_collateral_ratio_sd", float(ratio.std()), float(ratio.std() / np.sqrt(2 * n))),
        Estimate("log_collateral_ratio_floor", float(ratio.min()), None),
    )


def identified_json(found: Identified) -> str:
    """Write all estimates as JSON: values, standard errors, units; forecasts with their coverage and log scores."""
    return json.dumps(identified_record(found), indent=2, allow_nan=False) + "\n"


def identified_record(found: Identified) -> dict[str, Any]:
    """Return all estimates as JSON has them."""
    return {
        "record": found.record,
        "window_days": found.window_days,
        "eth": {
            "chosen": found.eth.kind,
            "rule": found.eth.rule,
            "candidates": {
                kind: {
                    "estimates": [asdict(estimate) for estimate in candidate.estimates],
                    **forecasts_record(found.eth.forecasts[kind]),
                }
                for kind, candidate in found.eth.candidates.items()
            },
        },
        "predecessor_gamma": asdict(found.gamma) | {"scale_USD": found.gamma.scale},
        "spread": {
            "lags": found.spread.lags,
            "bic": found.spread.bic,
            "largest_root": found.spread.largest_root,
            "half_life_hours": found.spread.half_life if np.isfinite(found.spread.half_life) else None,
            "estimates": [asdict(estimate) for estimate in found.spread.estimates],
            **forecasts_record(found.spread_forecasts),
        },
        "safes": [asdict(estimate) for estimate in found.safes],
    }


def forecasts_record(forecasts: Forecasts) -> dict[str, Any]:
    return {
        "log_score": forecasts.log_score,
        "largest_coverage_error": forecasts.largest_error,
        "forecasts": [
            {
                "horizon_hours": score.horizon,
                "origins": score.n,
                "independent_origins": score.independent,
                **{f"coverage_{100 * band:g}": share for band, share in zip(BANDS, score.coverage, strict=True)},
                "log_score": score.log_score,
            }
            for score in forecasts.scores
        ],
    }
