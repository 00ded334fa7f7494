"""What scenario discovery ends with."""

from dataclasses import dataclass
from typing import final

from tokenspice.engine.study import Spec
from tokenspice.studies.design.scenarios.boxes import FailureBox, Flags, Scores, Table

__all__ = ["Discovered", "FoundBox"]


@final
@dataclass(frozen=True)
class FoundBox:
    """A box, by the runs that it was found with and by those that were held out.

    Attributes:
        box: its limits.
        seen, held_out: how well it does with either.
        quasi_p: of each limit, how likely it is by chance.
        returns: of each variable, in which share of half-samples it is limited.
    """

    box: FailureBox
    seen: Scores
    held_out: Scores
    quasi_p: dict[str, float]
    returns: dict[str, float]


@final
@dataclass(frozen=True)
class Discovered:
    """Runs, and the boxes that hold their failures.

    Attributes:
        table: the runs' variables.
        fails: which of them fail [n_runs].
        found_by: which of them the boxes were found by [n_runs].
        boxes: the best first.
        leaves: of the tree, with how well they do with the held-out runs.
        specs: what a run had to meet.
        infeasible: points that told nothing.
    """

    table: Table
    fails: Flags
    found_by: Flags
    boxes: list[FoundBox]
    leaves: list[tuple[FailureBox, Scores]]
    specs: tuple[Spec, ...]
    infeasible: int
