"""Verbs of programmes that change fees: referrals, discounts and rebates for volume."""

from abc import ABC
from typing import NamedTuple

from tokenspice.markets.exchange.governance.changes import NewAutomatedPurchase, UpdateProgramme
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.programmes.programme import (
    Programme,
    ReferralProgramme,
    VolumeDiscountProgramme,
    VolumeRebateProgramme,
)
from tokenspice.markets.exchange.programmes.referral_sets import Team
from tokenspice.markets.exchange.programmes.tiers import FeeFactors
from tokenspice.markets.exchange.purchases import AutomatedPurchase
from tokenspice.markets.exchange.service.base import amount_out
from tokenspice.markets.exchange.service.transfers import TransferVerbs

__all__ = ["FeesStats", "ProgrammeVerbs", "RefereeInfo", "ReferralSetInfo", "VolumeStats"]

QUANTA = 1_000_000  # volumes are counted in millionths of a quantum


class ReferralSetInfo(NamedTuple):
    """Who brought whom. `team` is the name of a set that shows itself."""

    id: str
    referrer: str
    created_epoch: int
    team: str
    referees: tuple[str, ...]


class RefereeInfo(NamedTuple):
    set_id: str
    party: str
    joined_epoch: int


class VolumeStats(NamedTuple):
    """What a party traded, in quanta, in the present epoch, and the share of fees that it saves or earns by that."""

    party: str
    volume: float
    share: float


class FeesStats(NamedTuple):
    """What programmes gave a party in the present epoch, in whole units of an asset."""

    party: str
    asset: str
    discounts: float
    referral_rewards: float
    rebates: float


class ProgrammeVerbs(TransferVerbs, ABC):
    """A programme that is enacted holds from the end of the epoch on."""

    def update_referral_program(self, proposer: str, program: ReferralProgramme) -> str:
        """Propose a referral programme and vote for it; return the proposal's id.

        Raises:
            ProposalNotAcceptedError: it was refused.
        """
        return self._enact_programme(proposer, program)

    def update_volume_discount_program(self, proposer: str, program: VolumeDiscountProgramme) -> str:
        """Propose a discount for who trades much; see `update_referral_program`."""
        return self._enact_programme(proposer, program)

    def update_volume_rebate_program(self, proposer: str, program: VolumeRebateProgramme) -> str:
        """Propose a rebate for who makes much; see `update_referral_program`."""
        return self._enact_programme(proposer, program)

    def new_protocol_automated_purchase_program(self, proposer: str, program: AutomatedPurchase) -> str:
        """Propose that the exchange buys with its fees; see `update_referral_program`."""
        proposal = self.decide(proposer, NewAutomatedPurchase(program))
        return proposal.id if proposal else ""

    def create_referral_set(self, party: str, name: str = "") -> str:
        """Make a referral set, a team if it has a name; return its id, or "" where the party is in a set already."""
        made = self.exchange.create_referral_set(party, Team(name) if name else None)
        self.count_transaction()
        return "" if isinstance(made, Reason) else made.id

    def update_referral_set(self, party: str, set_id: str, team: Team | None = None) -> Reason:
        """Change what a set shows of itself; None makes it no team. Return why that is refused, if so."""
        reason = self.exchange.update_referral_set(party, set_id, team)
        self.count_transaction()
        return reason

    def apply_referral_code(self, party: str, set_id: str) -> Reason:
        """Join a referral set, whose referees pay less; return why that is refused, if so."""
        reason = self.exchange.join_referral_set(party, set_id)
        self.count_transaction()
        return reason

    def join_team(self, party: str, team_id: str) -> Reason:
        """Join a set that is a team: `apply_referral_code`, which also moves a referee from one team to another."""
        return self.apply_referral_code(party, team_id)

    def list_referral_sets(self) -> list[ReferralSetInfo]:
        """Return all referral sets."""
        sets = self.exchange.venue.programmes.sets.sets.values()
        return [
            ReferralSetInfo(
                each.id, each.referrer, each.created, each.team.name if each.team else "", tuple(each.referees)
            )
            for each in sets
        ]

    def list_referral_set_referees(self, set_id: str = "") -> list[RefereeInfo]:
        """Return who has joined, a set or any."""
        sets = self.exchange.venue.programmes.sets.sets.values()
        return [
            RefereeInfo(each.id, party, epoch)
            for each in sets
            if set_id in ("", each.id)
            for party, epoch in each.referees.items()
        ]

    def get_referral_set_stats(self, set_id: str = "") -> list[VolumeStats]:
        """Return what each referee took in the present epoch, and which share of its fees it saves."""
        programmes = self.exchange.venue.programmes
        found = []
        for referee in self.list_referral_set_referees(set_id):
            terms = programmes.terms.get(referee.party)
            volume = programmes.taken.current.get(referee.party, 0) / QUANTA
            found.append(VolumeStats(referee.party, volume, mean(terms.referral) if terms else 0.0))
        return found

    def list_teams(self) -> list[ReferralSetInfo]:
        """Return the referral sets that are teams."""
        return [each for each in self.list_referral_sets() if each.team]

    def list_team_referees(self, team_id: str = "") -> list[RefereeInfo]:
        """Return the members of teams besides their referrers."""
        teams = {team.id for team in self.list_teams()}
        return [each for each in self.list_referral_set_referees(team_id) if each.set_id in teams]

    def get_volume_discount_stats(self, party: str = "") -> list[VolumeStats]:
        """Return what parties took in the present epoch, and which share of their fees they save for volume."""
        programmes = self.exchange.venue.programmes
        parties = dict.fromkeys([*programmes.taken.current, *programmes.terms])
        return [
            VolumeStats(
                each,
                programmes.taken.current.get(each, 0) / QUANTA,
                mean(terms.volume) if (terms := programmes.terms.get(each)) else 0.0,
            )
            for each in parties
            if party in ("", each)
        ]

    def get_volume_rebate_stats(self, party: str = "") -> list[VolumeStats]:
        """Return what parties made in the present epoch, and which share of what they make they get."""
        programmes = self.exchange.venue.programmes
        parties = dict.fromkeys([*programmes.made.current, *programmes.rebates])
        return [
            VolumeStats(each, programmes.made.current.get(each, 0) / QUANTA, programmes.rebates.get(each, 0) / ONE)
            for each in parties
            if party in ("", each)
        ]

    def get_fees_stats(self, asset_id: str = "", party: str = "") -> list[FeesStats]:
        """Return what programmes gave whom in the present epoch, of one asset or party if these are named."""
        programmes = self.exchange.venue.programmes
        tables = (programmes.saved, programmes.rewards, programmes.rebates_paid)
        keys = dict.fromkeys(key for table in tables for key in table)
        return [
            FeesStats(who, asset, *(amount_out(self.asset(asset), table.get((who, asset), 0)) for table in tables))
            for who, asset in keys
            if party in ("", who) and asset_id in ("", asset)
        ]

    def _enact_programme(self, proposer: str, programme: Programme) -> str:
        proposal = self.decide(proposer, UpdateProgramme(programme))
        return proposal.id if proposal else ""


def mean(factors: FeeFactors) -> float:
    """Return the mean share of the components that a discount is taken from."""
    return sum(factors.exact) / 3 / ONE
