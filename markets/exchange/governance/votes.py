"""Who voted what, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import final

from tokenspice.markets.exchange.numbers import ONE

__all__ = ["Outcome", "Tally", "Thresholds", "Votes", "decided"]


class Outcome(StrEnum):
    PASSED = "passed"
    TOO_FEW = "participation below what is required"
    TOO_LITTLE = "majority below what is required"


@final
@dataclass(frozen=True)
class Thresholds:
    """What a vote needs, as factors of 10⁻¹⁸.

    Attributes:
        participation: of all weight there is, the least share that must vote.
        majority: of the weight that voted, the least share that must say yes.
    """

    participation: int
    majority: int


@final
@dataclass(frozen=True)
class Tally:
    """The weights of those who voted, and the weight of all who might have."""

    yes: int
    no: int
    supply: int

    def outcome(self, needed: Thresholds) -> Outcome:
        voted = self.yes + self.no
        if voted == 0 or voted * ONE < needed.participation * self.supply:
            return Outcome.TOO_FEW
        return Outcome.PASSED if self.yes * ONE >= needed.majority * voted else Outcome.TOO_LITTLE


@final
class Votes:
    """The last vote of each party."""

    def __init__(self) -> None:
        self.cast: dict[str, bool] = {}

    def __repr__(self) -> str:
        return f"Votes({sum(self.cast.values())} of {len(self.cast)} say yes)"

    def vote(self, party: str, is_yes: bool) -> None:
        """Take a party's vote, in place of its former one."""
        self.cast[party] = is_yes

    def tally(self, weights: Mapping[str, int], supply: int) -> Tally:
        """Weigh the votes. Who has no weight counts for nothing."""
        yes = sum(weights.get(party, 0) for party, is_yes in self.cast.items() if is_yes)
        no = sum(weights.get(party, 0) for party, is_yes in self.cast.items() if not is_yes)
        return Tally(yes, no, supply)


def decided(tokens: Outcome, providers: Outcome | None) -> Outcome:
    """Return what a vote of token holders decides; where too few voted, that of liquidity providers, if they may."""
    return providers if tokens is Outcome.TOO_FEW and providers is not None else tokens
