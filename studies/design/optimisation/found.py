"""What a search found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import Judgement
from tokenspice.studies.design.optimisation.race import Race

__all__ = ["Found"]


@final
@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        history: all that was tried.
        default: the default design, as the search judged it; None where it lies outside the box.
        race: of the best ones.
        confirmed: the winner, or the front, on seeds that neither search nor race had; where nothing is left to
            chance, the whole front as the search found it.
        compared: the default on these seeds.
        is_exact: whether no value of the race depended on the seed.
    """

    history: History
    default: Judgement | None
    race: Race
    confirmed: Sequence[Judgement]
    compared: Judgement | None
    is_exact: bool
