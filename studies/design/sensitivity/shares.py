"""Shares of a metric's variance."""

from dataclasses import dataclass
from typing import final

from tokenspice.studies.design.sensitivity.indices import Index

__all__ = ["Shares"]


@final
@dataclass(frozen=True)
class Shares:
    """Shares of a metric's variance.

    Attributes:
        indices: of each input; chance is the last one.
        n: Saltelli's points.
        variance: of the metric over all of its inputs.
        is_narrow: whether all totals are known as closely as is asked for.
        history: of each number of points, the width of the widest interval of a total.
    """

    indices: list[Index]
    n: int
    variance: float
    is_narrow: bool
    history: list[tuple[int, float]]
