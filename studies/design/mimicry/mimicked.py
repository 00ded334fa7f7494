"""What a mimic ends with."""

from dataclasses import dataclass
from typing import final

from tokenspice.studies.design.mimicry.accuracy import ColumnError, MetricError
from tokenspice.studies.design.mimicry.learning import Learnt
from tokenspice.studies.design.mimicry.recorded import Recorded
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.surrogate.sets import Sets

__all__ = ["Mimicked"]

LEAST_INSIDE = 0.85  # of left-out values, within the 90 % band
LARGEST_DISTANCE = 0.1  # of a metric's places from even ones, where chance alone gives no more


@final
@dataclass(frozen=True)
class Mimicked:
    """Sets, what was learnt from them, and how wrong it is.

    Attributes:
        box: what was varied.
        sets: what was run.
        rows: what was logged.
        learnt: the mimic.
        columns, metrics: its errors, by name.
    """

    box: Box
    sets: Sets
    rows: Recorded
    learnt: Learnt
    columns: dict[str, ColumnError]
    metrics: dict[str, MetricError]

    @property
    def wrong(self) -> list[str]:
        """Say which columns and metrics are further off than they may be."""
        columns = [name for name, error in self.columns.items() if error.inside < LEAST_INSIDE]
        metrics = [
            name for name, error in self.metrics.items() if error.distance > max(LARGEST_DISTANCE, error.by_chance)
        ]
        return columns + metrics
