"""The three programmes, as values."""

from dataclasses import dataclass
from typing import TypeAlias, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.programmes.tiers import FeeFactors, checked_tiers

__all__ = [
    "DiscountTier",
    "Programme",
    "RebateTier",
    "ReferralProgramme",
    "ReferralTier",
    "StakingTier",
    "VolumeDiscountProgramme",
    "VolumeRebateProgramme",
]


@final
@dataclass(frozen=True)
class ReferralTier:
    """What members of a referral set get.

    Args:
        volume: the set's least taker volume over the window, in quanta of the assets.
        epochs: for how many epochs the referee has been a member, at least.
        reward: part of the referee's fees that goes to the referrer.
        discount: part of its fees that the referee saves.
    """

    volume: float = 0.0
    epochs: int = 0
    reward: FeeFactors = FeeFactors()
    discount: FeeFactors = FeeFactors()

    @property
    def asks_for(self) -> tuple[float, ...]:
        return (self.volume, self.epochs)


@final
@dataclass(frozen=True)
class StakingTier:
    """A referrer who has staked `tokens` at least gets its rewards times `multiplier`."""

    tokens: float
    multiplier: float = 1.0

    @property
    def asks_for(self) -> tuple[float, ...]:
        return (self.tokens,)


@final
@dataclass(frozen=True)
class DiscountTier:
    """Who took `volume` quanta at least over the window saves `discount` of its fees."""

    volume: float
    discount: FeeFactors = FeeFactors()

    @property
    def asks_for(self) -> tuple[float, ...]:
        return (self.volume,)


@final
@dataclass(frozen=True)
class RebateTier:
    """Who made `fraction` at least of all maker volume over the window gets `rebate` of each trade's value."""

    fraction: float
    rebate: float = 0.0

    @property
    def asks_for(self) -> tuple[float, ...]:
        return (self.fraction,)


@final
@dataclass(frozen=True)
class ReferralProgramme:
    """Rewards for referrers, discounts for referees.

    Args:
        tiers: each asks for more than the one before.
        staking_tiers: multiply rewards.
        window: epochs whose volume counts.
        ends: Unix seconds; 0 for never.
    """

    tiers: tuple[ReferralTier, ...]
    staking_tiers: tuple[StakingTier, ...] = ()
    window: int = 1
    ends: int = 0

    def __post_init__(self) -> None:
        checked_tiers("ReferralProgramme", self.tiers)
        checked_window("ReferralProgramme", self.window)


@final
@dataclass(frozen=True)
class VolumeDiscountProgramme:
    """Discounts for takers, with the arguments of a referral programme."""

    tiers: tuple[DiscountTier, ...]
    window: int = 1
    ends: int = 0

    def __post_init__(self) -> None:
        checked_tiers("VolumeDiscountProgramme", self.tiers)
        checked_window("VolumeDiscountProgramme", self.window)


@final
@dataclass(frozen=True)
class VolumeRebateProgramme:
    """Rebates for makers, with the arguments of a referral programme."""

    tiers: tuple[RebateTier, ...]
    window: int = 1
    ends: int = 0

    def __post_init__(self) -> None:
        checked_tiers("VolumeRebateProgramme", self.tiers)
        checked_window("VolumeRebateProgramme", self.window)


Programme: TypeAlias = ReferralProgramme | VolumeDiscountProgramme | VolumeRebateProgramme


def checked_window(who: str, window: int) -> None:
    if not 1 <= window <= 200:
        raise ExchangeError(f"{who}: a window of {window} epochs. Write 1 to 200.")
