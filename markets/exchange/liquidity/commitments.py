"""Commitments of liquidity providers: what they stake, and what changes when the next epoch begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.numbers import ONE

__all__ = ["Commitment", "Reduction", "reductions"]


@final
class Commitment:
    """What one provider has promised.

    Attributes:
        amount: that is in force, in asset units; 0 until the first epoch.
        fee: that is in force, a factor of 10⁻¹⁸.
        next_amount, next_fee: in force from the next epoch on.
        locked: what was moved to the bond account and not yet given back.
    """

    __slots__ = ("amount", "fee", "locked", "next_amount", "next_fee", "party")

    def __init__(self, party: str) -> None:
        self.party = party
        self.amount = 0
        self.fee = 0
        self.next_amount = 0
        self.next_fee = 0
        self.locked = 0

    def __repr__(self) -> str:
        return f"Commitment({self.party}: {self.amount}, then {self.next_amount})"

    @property
    def is_pending(self) -> bool:
        """Whether the next epoch changes anything."""
        return self.next_amount != self.amount or self.next_fee != self.fee


@final
@dataclass(frozen=True, slots=True)
class Reduction:
    """What leaves a bond account as an epoch ends, in asset units."""

    returned: int
    penalty: int


def reductions(wanted: Sequence[int], total: int, target: int, early_exit: int) -> list[Reduction]:
    """Return what each provider who reduces its commitment gets back, and what it forfeits.

    All may together take what exceeds the target stake without penalty, in parts as what they want; on the rest each
    forfeits `early_exit`, all of the rest at most.

    Args:
        wanted: by how much each reduces.
        total: stakes of all providers before, in asset units.
        target: stake.
        early_exit: a factor of 10⁻¹⁸.
    """
    free, sought = max(0, total - target), sum(wanted)
    found = []
    for amount in wanted:
        without = amount if sought <= free else free * amount // sought
        penalty = min(amount - without, (amount - without) * early_exit // ONE)
        found.append(Reduction(amount - penalty, penalty))
    return found
