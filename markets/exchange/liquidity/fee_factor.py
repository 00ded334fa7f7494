"""The market's liquidity fee, from the fees that its liquidity providers ask for."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.numbers import ONE, factor

__all__ = ["ConstantFee", "FeeBid", "LiquidityFeeRule", "MarginalCost", "WeightedAverage"]


class FeeBid(NamedTuple):
    """What one provider stakes, in asset units, and the fee it asks for, a factor of 10⁻¹⁸."""

    stake: int
    fee: int


class LiquidityFeeRule(ABC):
    """IMPLEMENT `fee`. A value of the market's configuration."""

    @abstractmethod
    def fee(self, bids: Sequence[FeeBid], target_stake: int) -> int:
        """Return the market's liquidity fee, a factor of 10⁻¹⁸. Without bids it is 0.

        Args:
            bids: of all providers, in the order in which they came.
            target_stake: in asset units.
        """


@final
@dataclass(frozen=True)
class MarginalCost(LiquidityFeeRule):
    """The lowest fee at which the stakes of those who ask no more exceed the target stake; the highest if none."""

    def fee(self, bids: Sequence[FeeBid], target_stake: int) -> int:
        total = 0
        ordered = sorted(bids, key=lambda bid: bid.fee)
        for stake, fee in ordered:
            total += stake
            if total > target_stake:
                return fee
        return ordered[-1].fee if ordered else 0


@final
@dataclass(frozen=True)
class WeightedAverage(LiquidityFeeRule):
    """The average of what is asked, weighted by stake, rounded down."""

    def fee(self, bids: Sequence[FeeBid], target_stake: int) -> int:
        total = sum(stake for stake, _ in bids)
        return sum(stake * fee for stake, fee in bids) // total if total else 0


@final
@dataclass(frozen=True)
class ConstantFee(LiquidityFeeRule):
    """The same fee at all times, whoever provides.

    Args:
        share: from 0 to 1, such as 0.001.
    """

    share: float

    def __post_init__(self) -> None:
        if not 0 <= factor(self.share) <= ONE:
            raise ExchangeError(f"ConstantFee: a fee of {self.share}. Write a fraction from 0 to 1, such as 0.001.")

    def fee(self, bids: Sequence[FeeBid], target_stake: int) -> int:
        return factor(self.share)
