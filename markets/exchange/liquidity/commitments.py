"""Commitments of liquidity providers: what they stake, and what changes when the next epoch begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from tokenspice.markets.exchange.numbers import ONE

if TYPE_CHECKING:
    from tokenspice.markets.exchange.ledger import Account
    from tokenspice.markets.exchange.positions import Position

__all__ = ["Commitment", "Reduction", "reductions"]


@final
class Commitment:
    """What one provider has promised, and how it has kept it.

    Attributes:
        position: the provider's in the market.
        bond, fees: accounts; fees are what was earned in the epoch.
        amount: that is in force, in asset units; 0 until the first epoch.
        fee: that is in force, a factor of 10⁻¹⁸.
        next_amount, next_fee: in force from the next epoch on.
        locked: what was moved to the bond account, and neither given back nor lost.
        is_met: whether the obligation was met all the time in the present block.
        was_met: whether it was met when the book was looked at last.
        seconds_met: in the present epoch.
        slashed: what the bond has lost so far because the obligation was not met.
        penalties: of earlier epochs, factors of 10⁻¹⁸, the last one last.
        time_met: the part of the last epoch in which the obligation was met, a factor of 10⁻¹⁸.
    """

    __slots__ = (
        "amount",
        "bond",
        "fee",
        "fees",
        "is_met",
        "locked",
        "next_amount",
        "next_fee",
        "penalties",
        "position",
        "seconds_met",
        "slashed",
        "time_met",
        "was_met",
    )

    def __init__(self, position: "Position", bond: "Account", fees: "Account") -> None:
        self.position = position
        self.bond = bond
        self.fees = fees
        self.amount = self.next_amount = 0
        self.fee = self.next_fee = 0
        self.locked = 0
        self.is_met = self.was_met = False
        self.seconds_met = 0
        self.slashed = 0
        self.penalties: list[int] = []
        self.time_met = 0

    def __repr__(self) -> str:
        return f"Commitment({self.party}: {self.amount}, then {self.next_amount})"

    @property
    def party(self) -> str:
        return self.position.party

    @property
    def is_pending(self) -> bool:
        """Whether the next epoch changes anything."""
        return self.next_amount != self.amount or self.next_fee != self.fee

    def start(self) -> None:
        """Put in force what was to come."""
        self.amount, self.fee = self.next_amount, self.next_fee

    def shrink(self) -> None:
        """Promise no more than the bond holds, after others took from it."""
        if self.bond.balance < self.locked:
            self.locked = self.bond.balance
            self.amount = min(self.amount, self.locked)
            self.next_amount = min(self.next_amount, self.locked)


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
