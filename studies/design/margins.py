"""How far a run is from failing: g = (limit - metric) / scale, or the reverse; a failure is g < 0."""

import math
from collections.abc import Mapping, Sequence
from typing import final

import numpy as np

from tokenspice.engine.study import Spec

__all__ = ["Margins"]


@final
class Margins:
    """The margins of some specs. Where a limit is 0, the scale is the spread of the first block of runs.

    Args:
        specs: the limits.
        scales: of specs whose limit is 0, by the text of the spec; others' is their limit's size.
    """

    def __init__(self, specs: Sequence[Spec], scales: Mapping[str, float] | None = None) -> None:
        self.specs = tuple(specs)
        self.scales = {str(spec): abs(spec.limit) for spec in specs if spec.limit} | dict(scales or {})

    @property
    def are_scaled(self) -> bool:
        """Whether every spec has its scale."""
        return all(str(spec) in self.scales for spec in self.specs)

    def fix_scales(self, metrics: Sequence[Mapping[str, float]]) -> None:
        """Take the median absolute deviation of a first block for what has no scale; a later call changes nothing."""
        for spec in self.specs:
            if str(spec) not in self.scales:
                values = np.array(
                    [row[spec.metric] for row in metrics if math.isfinite(row.get(spec.metric, math.nan))]
                )
                spread = float(np.median(np.abs(values - np.median(values)))) if len(values) else 0.0
                self.scales[str(spec)] = spread or 1.0

    def of(self, spec: Spec, metrics: Mapping[str, float]) -> float:
        """Return a run's margin; of one that failed, which has no metrics, minus infinity."""
        if spec.metric not in metrics:
            return -math.inf
        distance = spec.limit - metrics[spec.metric]
        return (distance if spec.at_most is not None else -distance) / self.scales.get(str(spec), 1.0)

    def all_of(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """Return the margin of every spec, by its text."""
        return {str(spec): self.of(spec, metrics) for spec in self.specs}

    def joint(self, metrics: Mapping[str, float]) -> float:
        """Return the least margin."""
        return min((self.of(spec, metrics) for spec in self.specs), default=math.inf)
