"""How far a replay is from what was observed, series by series, each in its own unit, beside naive baselines."""

from dataclasses import dataclass

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.replay import Replay, baselines

__all__ = ["Score", "predecessor_loss", "score_replay"]

ROUNDING = 1e-13  # of the observed value: what compounding in floats leaves of an exact baseline
SERIES = {"redemption_price": "USD", "redemption_rate": "per hour"}


@dataclass(frozen=True)
class Score:
    """Errors of one series.

    Attributes:
        series: its name.
        unit: of all errors but `mae_bps`.
        n: how many snapshots count.
        mae: mean absolute error.
        rmse: root of the mean squared error.
        largest: largest absolute error.
        bias: mean error, replayed minus observed.
        mae_bps: mean absolute error as a share of the observed value, basis points.
        skill: for each baseline, 1 minus the quotient of the mean absolute errors: above 0 is better than it; None where
            the baseline makes no error but of rounding.
    """

    series: str
    unit: str
    n: int
    mae: float
    rmse: float
    largest: float
    bias: float
    mae_bps: float
    skill: dict[str, float | None]


def score_replay(history: History, replay: Replay) -> list[Score]:
    """Score what a replay predicts, on the snapshots that it predicts."""
    found = []
    for series in replay.predicts:
        observed = getattr(history, series)[replay.counts]
        error = getattr(replay, series)[replay.counts] - observed
        mae, least = float(np.abs(error).mean()), ROUNDING * float(np.abs(observed).mean())
        naive = {
            name: float(np.abs(getattr(base, series)[replay.counts] - observed).mean())
            for name, base in baselines(history).items()
        }
        found.append(
            Score(
                series,
                SERIES[series],
                len(error),
                mae,
                float(np.sqrt((error**2).mean())),
                float(np.abs(error).max()),
                float(error.mean()),
                float(np.abs(error / observed).mean() * 1e4),
                {name: 1 - mae / base if base > least else None for name, base in naive.items()},
            )
        )
    return found


def predecessor_loss(history: History, replay: Replay) -> float:
    """The predecessor's own loss: the mean of two mean absolute errors of different units, the first row included."""
    maes: Floats = np.array(
        [np.abs(getattr(replay, series) - getattr(history, series)).mean() for series in SERIES], dtype=float
    )
    return float(maes.mean())
