"""What a sweep ends with."""

from dataclasses import dataclass
from typing import final

from tokenspice.studies.design.space import Box
from tokenspice.studies.design.surrogate.response import Surrogate
from tokenspice.studies.design.surrogate.sets import Sets

__all__ = ["Swept"]


@final
@dataclass(frozen=True)
class Swept:
    """Sets, and what was learnt from them.

    Attributes:
        sets: what was run.
        surrogate: the response of each metric.
        box: what was varied.
        reps: seeds of each set.
        enough: whether each response is known well enough.
    """

    sets: Sets
    surrogate: Surrogate
    box: Box
    reps: int
    enough: dict[str, bool]
