"""A Gaussian process as it is used: a mean that was learnt, from its dual weights alone. NumPy and nothing else."""

from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["Process", "from_json"]


@final
@dataclass(frozen=True)
class Process:
    """y(x) = mean + scale · variance · Σ_i dual_i · k(x, x_i), with Matérn's k of smoothness 5/2.

    Attributes:
        mean, scale: of what was learnt.
        variance: of the process, in units of `scale`².
        lengths: of each column [n_columns].
        dual: a weight for each point that was learnt from [n_points].
    """

    mean: float
    scale: float
    variance: float
    lengths: Floats
    dual: Floats

    def __call__(self, x: Floats, points: Floats) -> Floats:
        """Return the mean response at `x` [n, n_columns], of a process that was learnt at `points` [n_points, n_columns]."""
        a, b = x / self.lengths, points / self.lengths
        distances = np.sqrt(5.0 * ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))
        covariance = (1.0 + distances + distances**2 / 3.0) * np.exp(-distances)
        return np.asarray(self.mean + self.scale * self.variance * (covariance @ self.dual))

    def as_json(self) -> dict[str, Any]:
        numbers = {"mean": self.mean, "scale": self.scale, "variance": self.variance}
        return numbers | {"lengths": self.lengths.tolist(), "dual": self.dual.tolist()}


def from_json(content: dict[str, Any]) -> Process:
    """Read what `as_json` wrote."""
    lengths, dual = (np.array(content[name], float) for name in ("lengths", "dual"))
    return Process(float(content["mean"]), float(content["scale"]), float(content["variance"]), lengths, dual)
