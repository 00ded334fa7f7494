"""What a fit ends with."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.bayes.inference import Posterior
from tokenspice.studies.design.bayes.prior import Prior

__all__ = ["BestFit", "Calibration", "Fitted", "Predicted"]

NOT_IDENTIFIED = 0.9  # of the prior's variance that the posterior has left


@final
@dataclass(frozen=True)
class Predicted:
    """Runs of the posterior beside the data.

    Attributes:
        clock: the column that says when.
        times: its values [n_rows].
        data: the data's columns there [n_rows].
        runs: the same of each run [n_runs, n_rows].
    """

    clock: str
    times: Floats
    data: dict[str, Floats]
    runs: dict[str, Floats]

    def band(self, name: str) -> tuple[Floats, Floats]:
        """Return between what nine in ten runs lie [n_rows]."""
        low, high = np.quantile(self.runs[name], (0.05, 0.95), axis=0)
        return low, high

    def inside(self, name: str) -> float:
        """Return the share of the data's points that lies in the band."""
        low, high = self.band(name)
        slack = 1e-9 * np.abs(self.data[name])
        return float(((self.data[name] >= low - slack) & (self.data[name] <= high + slack)).mean())


@final
@dataclass(frozen=True)
class Calibration:
    """Where truths lie in their posteriors.

    Attributes:
        shares: of each posterior below its truth [n_truths, n_variables].
        p_values: of the test that these are even, by variable.
        left_out: truths whose data could not be fitted.
    """

    shares: Floats
    p_values: dict[str, float]
    left_out: int


@final
@dataclass(frozen=True)
class Fitted:
    """A posterior.

    Attributes:
        prior: of the variables.
        observed: the data's metrics, by name.
        posterior: weighted points.
        predicted: runs of it; None where the data has no column that runs have.
        calibration: if one was asked for.
    """

    prior: Prior
    observed: dict[str, float]
    posterior: Posterior
    predicted: Predicted | None
    calibration: Calibration | None

    def left(self, place: int) -> float:
        """Return the share of a variable's prior variance that is left, in its normal score."""
        scores = self.prior.scores(self.posterior.points)[:, place]
        return self.posterior.mean_and_sd(scores)[1] ** 2

    @property
    def not_identified(self) -> list[str]:
        """The variables of which the data says next to nothing."""
        return [name for place, name in enumerate(self.prior.names) if self.left(place) > NOT_IDENTIFIED]


@final
@dataclass(frozen=True)
class BestFit:
    """The point whose runs are nearest to the data.

    Attributes:
        observed: the data's metrics, by name.
        settings: the variables there.
        found: the mean distance, by the seeds of the search.
        confirmed: the distances with fresh seeds.
        metrics: the means of these runs' metrics, by name.
    """

    observed: dict[str, float]
    settings: dict[str, Value]
    found: float
    confirmed: Floats
    metrics: dict[str, float]
