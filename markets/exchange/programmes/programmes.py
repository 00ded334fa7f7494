"""The programmes of an exchange, and what they mean to each party in this epoch."""

from collections.abc import Callable
from typing import TypeVar, final

from tokenspice.markets.exchange.numbers import ONE, factor
from tokenspice.markets.exchange.programmes.fee_terms import FeeTerms
from tokenspice.markets.exchange.programmes.programme import (
    Programme,
    ReferralProgramme,
    VolumeDiscountProgramme,
    VolumeRebateProgramme,
)
from tokenspice.markets.exchange.programmes.referral_sets import ReferralSet, ReferralSets
from tokenspice.markets.exchange.programmes.tiers import FeeFactors, best_tier
from tokenspice.markets.exchange.programmes.volumes import EpochVolumes

__all__ = ["MICRO", "Programmes"]

MICRO = 10**6
"""Volumes are counted in millionths of an asset's quantum, so that they add up over assets."""

AnyProgramme = TypeVar("AnyProgramme", ReferralProgramme, VolumeDiscountProgramme, VolumeRebateProgramme)


@final
class Programmes:
    """Referrals, volume discounts and volume rebates.

    A programme that is enacted takes effect at the end of the epoch; until then, and after it has ended, nobody's fees
    change.

    Attributes:
        referral, discount, rebate: in force; None for none.
        sets: who referred whom.
        terms: of each taker whose fees change in this epoch.
        rebates: of each maker who gets one in this epoch, a factor of 10⁻¹⁸ of a trade's value.
        is_idle: there is no programme, and nobody need count volumes.
        saved, rewards, rebates_paid: asset units of this epoch by party and asset.
    """

    def __init__(self) -> None:
        self.epoch = 0
        self.is_idle = True
        self.referral: ReferralProgramme | None = None
        self.discount: VolumeDiscountProgramme | None = None
        self.rebate: VolumeRebateProgramme | None = None
        self.sets = ReferralSets()
        self.taken = EpochVolumes()
        self.made = EpochVolumes()
        self.terms: dict[str, FeeTerms] = {}
        self.rebates: dict[str, int] = {}
        self.saved: dict[tuple[str, str], int] = {}
        self.rewards: dict[tuple[str, str], int] = {}
        self.rebates_paid: dict[tuple[str, str], int] = {}
        self._enacted: dict[str, Programme] = {}

    def __repr__(self) -> str:
        return f"Programmes({self.referral}, {self.discount}, {self.rebate})"

    def enact(self, programme: Programme) -> None:
        """Let a programme take the place of the one of its kind, from the end of this epoch on."""
        self._enacted[type(programme).__name__] = programme
        self.is_idle = False

    def record(self, taker: str, maker: str, quanta: int) -> None:
        """Count a trade's value, in millionths of a quantum."""
        self.taken.add(taker, quanta)
        self.made.add(maker, quanta)

    def note(self, table: dict[tuple[str, str], int], party: str, asset: str, amount: int) -> None:
        """Add to what is told of a party in this epoch."""
        if amount:
            table[party, asset] = table.get((party, asset), 0) + amount

    def end_epoch(self, now: int, staked: Callable[[str], float]) -> None:
        """Begin the next epoch: with the programmes enacted, and new terms from the volumes so far.

        Args:
            now: Unix seconds.
            staked: how many governance tokens a party has staked.
        """
        self.epoch += 1
        for programme in self._enacted.values():
            self.take(programme)
        self._enacted.clear()
        self.referral, self.discount, self.rebate = (
            running(self.referral, now),
            running(self.discount, now),
            running(self.rebate, now),
        )
        in_force = [programme for programme in (self.referral, self.discount, self.rebate) if programme]
        self.is_idle = not in_force
        keep = max((programme.window for programme in in_force), default=0)
        self.taken.end_epoch(keep)
        self.made.end_epoch(keep)
        self.terms, self.rebates = self.new_terms(staked), self.new_rebates()
        self.saved, self.rewards, self.rebates_paid = {}, {}, {}

    def take(self, programme: Programme) -> None:
        if isinstance(programme, ReferralProgramme):
            self.referral = programme
        elif isinstance(programme, VolumeDiscountProgramme):
            self.discount = programme
        else:
            self.rebate = programme

    def new_terms(self, staked: Callable[[str], float]) -> dict[str, FeeTerms]:
        terms: dict[str, FeeTerms] = {}
        if self.referral:
            volumes = self.taken.over(self.referral.window)
            for referral_set in self.sets.sets.values():
                terms.update(self.of_referees(self.referral, referral_set, volumes, staked))
        if self.discount:
            for party, volume in self.taken.over(self.discount.window).items():
                tier = best_tier(self.discount.tiers, (volume / MICRO,))
                if tier:
                    terms.setdefault(party, FeeTerms()).volume = tier.discount
        return terms

    def of_referees(
        self,
        programme: ReferralProgramme,
        referral_set: ReferralSet,
        volumes: dict[str, int],
        staked: Callable[[str], float],
    ) -> dict[str, FeeTerms]:
        """The terms of each referee of a set."""
        volume = sum(volumes.get(party, 0) for party in referral_set.members) / MICRO
        staking = best_tier(programme.staking_tiers, (staked(referral_set.referrer),))
        multiplier = factor(staking.multiplier) if staking else ONE
        terms: dict[str, FeeTerms] = {}
        for party, joined in referral_set.referees.items():
            tier = best_tier(programme.tiers, (volume, self.epoch - joined))
            if tier:
                terms[party] = FeeTerms(referral_set.referrer, tier.discount, FeeFactors(), tier.reward, multiplier)
        return terms

    def new_rebates(self) -> dict[str, int]:
        if not self.rebate:
            return {}
        volumes = self.made.over(self.rebate.window)
        total = sum(volumes.values())
        rebates: dict[str, int] = {}
        for party, volume in volumes.items():
            tier = best_tier(self.rebate.tiers, (volume / total if total else 0.0,))
            if tier and tier.rebate:
                rebates[party] = factor(tier.rebate)
        return rebates


def running(programme: AnyProgramme | None, now: int) -> AnyProgramme | None:
    """The programme, unless it has ended."""
    return None if programme and 0 < programme.ends <= now else programme
