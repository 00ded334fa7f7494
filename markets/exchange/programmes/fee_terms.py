"""How discounts, referral rewards and rebates change the fees of a trade."""

from typing import NamedTuple, final

from tokenspice.markets.exchange.fees import Fees
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.programmes.tiers import FeeFactors

__all__ = ["ChangedFees", "FeeTerms", "rebated"]


class ChangedFees(NamedTuple):
    """What became of a trade's fees, in asset units.

    Attributes:
        fees: what is paid to the usual accounts.
        referral_saved, volume_saved: what the taker does not pay.
        reward: what the taker pays to its referrer.
    """

    fees: Fees
    referral_saved: int
    volume_saved: int
    reward: int


@final
class FeeTerms:
    """What holds for one taker in this epoch.

    Args:
        referrer: who gets the rewards; empty for nobody.
        referral: discount of the referral set.
        volume: discount for volume; of what the referral discount leaves.
        reward: of what both leave.
        multiplier: of the reward, of 10⁻¹⁸.
    """

    __slots__ = ("multiplier", "referral", "referrer", "reward", "volume")

    def __init__(
        self,
        referrer: str = "",
        referral: FeeFactors = FeeFactors(),
        volume: FeeFactors = FeeFactors(),
        reward: FeeFactors = FeeFactors(),
        multiplier: int = ONE,
    ) -> None:
        self.referrer = referrer
        self.referral = referral
        self.volume = volume
        self.reward = reward
        self.multiplier = multiplier

    def __repr__(self) -> str:
        return f"FeeTerms(referral {self.referral}, volume {self.volume}, reward {self.reward} to {self.referrer!r})"

    def apply(self, fees: Fees) -> ChangedFees:
        """Take discounts and reward, each cut per component, from maker, infrastructure and liquidity fee."""
        whole = (fees.maker, fees.infrastructure, fees.liquidity)
        referral = self.referral.parts(whole)
        left = less(whole, referral)
        volume = self.volume.parts(left)
        left = less(left, volume)
        reward = self.reward.parts(left, self.multiplier) if self.referrer else (0, 0, 0)
        paid = Fees(*less(left, reward), fees.treasury, fees.buy_back)
        return ChangedFees(paid, sum(referral), sum(volume), sum(reward))


def less(fees: tuple[int, int, int], parts: tuple[int, int, int]) -> tuple[int, int, int]:
    return fees[0] - parts[0], fees[1] - parts[1], fees[2] - parts[2]


def rebated(fees: Fees, value: int, per: int, rebate: int) -> tuple[Fees, int]:
    """Take a maker's rebate out of treasury and buy-back fee, in their proportion.

    Args:
        fees: of the trade.
        value, per: the trade's notional in asset units is value / per.
        rebate: a factor of 10⁻¹⁸ of the notional; cut to what the two components hold.

    Returns:
        What is left of the fees, and the rebate in asset units.
    """
    both = fees.treasury + fees.buy_back
    amount = min(value * rebate // (per * ONE), both)
    if not amount:
        return fees, 0
    treasury = amount * fees.treasury // both
    return fees._replace(treasury=fees.treasury - treasury, buy_back=fees.buy_back - amount + treasury), amount
