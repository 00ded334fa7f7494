"""In how many runs a design meets each spec, and the run that stands at the share that is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

from tokenspice.engine.study import Spec
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.evaluator import Outcome
from tokenspice.studies.design.optimisation.searches import Point

__all__ = ["Corner", "Yield", "share_asked"]


@final
@dataclass(frozen=True)
class Corner:
    """A run that stands at the share that a spec asks for: with its margin at 0, the spec would just hold.

    Attributes:
        spec: which it is a corner of.
        seed: of the run; what chance chooses comes from it.
        margin: that it had where it was found.
        found: in the yield of which round.
    """

    spec: Spec
    seed: int
    margin: float
    found: int


@final
@dataclass(frozen=True)
class Yield:
    """In how many runs a design met each spec.

    Attributes:
        point: of the design.
        settings: its values.
        n: runs.
        met: of each spec.
        margins: of each spec, [n].
        seeds: of the runs.
        outcomes: of the runs.
    """

    point: Point
    settings: Mapping[str, Value]
    n: int
    met: Mapping[str, int]
    margins: Mapping[str, Floats]
    seeds: Sequence[int]
    outcomes: Sequence[Outcome]

    def fails(self, spec: Spec) -> bool:
        return self.met[str(spec)] < share_asked(spec) * self.n


def share_asked(spec: Spec) -> float:
    """Return in which share of runs the limit must be met: of a quantile, its own share."""
    if (q := spec.over_quantile) is None:
        return spec.in_share
    return q if spec.at_most is not None else 1 - q
