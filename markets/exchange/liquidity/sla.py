"""The service level agreement of liquidity providers: what missing it costs. Fractions are ints of 10⁻¹⁸."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.numbers import ONE

__all__ = ["FeePayout", "bond_slash", "fee_payout", "penalty", "penalty_over_epochs"]


def penalty(time_met: int, least_time: int, competition: int) -> int:
    """Return the fraction of its fees that a provider loses for one epoch.

    Args:
        time_met: fraction of the epoch in which the obligation was met.
        least_time: the least such fraction that is paid.
        competition: what fraction is at stake among those who reach it.
    """
    if time_met < least_time:
        return ONE
    return 0 if least_time == ONE else competition * (ONE - time_met) // (ONE - least_time)


def penalty_over_epochs(present: int, earlier: Sequence[int], epochs: int) -> int:
    """Return the larger of the present penalty and the mean of those of the `epochs` - 1 epochs before."""
    counted = earlier[-(epochs - 1) :] if epochs > 1 else ()
    return max(present, sum(counted) // len(counted)) if counted else present


def bond_slash(time_met: int, least_time: int, slope: int, most: int) -> int:
    """Return the fraction of the bond that a provider loses for one epoch: none once it met its least time."""
    if time_met >= least_time:
        return 0
    return max(0, min(most, slope * (least_time - time_met) // least_time))


@final
@dataclass(frozen=True, slots=True)
class FeePayout:
    """Who gets what of the fees of an epoch, in asset units.

    Attributes:
        paid: to each provider of its own fees, after penalty.
        bonus: to each provider of what was withheld from all.
        insurance: to the insurance pool.
        left: units that rounding leaves over.
    """

    paid: tuple[int, ...]
    bonus: tuple[int, ...]
    insurance: int
    left: int


def fee_payout(accrued: Sequence[int], penalties: Sequence[int]) -> FeePayout:
    """Pay each provider (1 - p) of what it accrued, and share out what is withheld by (1 - p) times accrued.

    Where every provider's penalty is 1, all goes to the insurance pool. Amounts are rounded down.
    """
    zero = (0,) * len(accrued)
    if all(p == ONE for p in penalties):
        return FeePayout(zero, zero, sum(accrued), 0)
    weights = [amount * (ONE - p) for amount, p in zip(accrued, penalties, strict=True)]
    total = sum(weights)
    paid = tuple(weight // ONE for weight in weights)
    withheld = sum(accrued) - sum(paid)
    bonus = tuple(withheld * weight // total for weight in weights) if total else zero
    return FeePayout(paid, bonus, 0, withheld - sum(bonus))
