"""Where proposals are put to the vote, weighed, and brought into force in the order of their times."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol, final

from tokenspice.markets.exchange.governance.changes import Change
from tokenspice.markets.exchange.governance.enacting import Enacting
from tokenspice.markets.exchange.governance.proposals import Proposal, ProposalState
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.governance.votes import Outcome, Thresholds, decided
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.numbers import ONE

__all__ = ["Electorate", "Governance"]


class Electorate(Protocol):
    """Who may vote with tokens."""

    def weight(self, party: str) -> int:
        """Return the governance tokens that a party has staked, in base units."""

    def supply(self) -> int:
        """Return all governance tokens there are, in base units."""


def nobody() -> None:
    """Return who listens to a state that was read back."""


@final
class Governance:
    """The proposals of an exchange.

    Finished proposals are forgotten unless `on_end` takes them.

    Args:
        exchange: what changes are enacted on.

    Attributes:
        live: proposals that are open or wait to come into force, by id.
        on_end: called with each proposal that is finished; None for nobody.
    """

    TRANSIENT: ClassVar = {"on_end": nobody}

    def __init__(self, exchange: Enacting, network: NetworkParameters, electorate: Electorate) -> None:
        self.exchange = exchange
        self.network = network
        self.electorate = electorate
        self.live: dict[str, Proposal] = {}
        self.on_end: Callable[[Proposal], object] | None = None
        self.count = 0

    def __repr__(self) -> str:
        return f"Governance({len(self.live)} live of {self.count} proposals)"

    def propose(
        self, party: str, change: Change, closing: int, enactment: int, now: int, rationale: str = ""
    ) -> Proposal:
        """Put a change to the vote; the proposal's state says whether it was taken."""
        self.count += 1
        proposal = Proposal(f"P{self.count}", party, change, closing, enactment, now, rationale)
        reason = self.refusal(proposal, now)
        if reason:
            self.end(proposal, ProposalState.REJECTED, reason)
        else:
            proposal.subject = change.open(self.exchange)
            self.live[proposal.id] = proposal
        return proposal

    def vote(self, party: str, proposal_id: str, is_yes: bool, now: int) -> ProposalReason:
        """Take a vote; of several of one party the last counts."""
        proposal = self.live.get(proposal_id)
        if proposal is None or proposal.state is not ProposalState.OPEN or now >= proposal.closing:
            return ProposalReason.NO_SUCH_PROPOSAL
        least = self.of(proposal.change, "minVoterBalance")
        if self.electorate.weight(party) <= least and not self.provider_weights(proposal.change).get(party):
            return ProposalReason.NO_STAKE
        proposal.votes.vote(party, is_yes)
        return ProposalReason.NONE

    def begin_block(self, now: int) -> None:
        """Close the votes that are over, and bring into force what is due, the earliest first."""
        if not self.live:
            return
        for proposal in list(self.live.values()):
            if proposal.state is ProposalState.OPEN and now >= proposal.closing:
                self.close(proposal)
        due = [each for each in self.live.values() if each.state is ProposalState.PASSED and now >= each.enactment]
        for proposal in sorted(due, key=lambda each: each.enactment):
            self.enact(proposal)

    def close(self, proposal: Proposal) -> None:
        """Weigh the votes by what voters have now."""
        if self.outcome(proposal) is Outcome.PASSED:
            proposal.state = ProposalState.PASSED
            proposal.change.passed(self.exchange, proposal.subject, proposal.enactment)
        else:
            proposal.change.decline(self.exchange, proposal.subject)
            self.end(proposal, ProposalState.DECLINED)

    def enact(self, proposal: Proposal) -> None:
        """Bring a proposal into force, if that can still be done."""
        reason = ProposalReason.NONE if proposal.subject else proposal.change.refusal(self.exchange)
        if reason:
            self.end(proposal, ProposalState.FAILED, reason)
        else:
            proposal.change.enact(self.exchange, proposal.subject)
            self.end(proposal, ProposalState.ENACTED)

    def outcome(self, proposal: Proposal) -> Outcome:
        """What the votes decide, were they closed now."""
        change, votes = proposal.change, proposal.votes
        weights = {party: self.electorate.weight(party) for party in votes.cast}
        tokens = votes.tally(weights, self.electorate.supply()).outcome(self.thresholds(change, ""))
        shares = self.provider_weights(change)
        providers = votes.tally(shares, ONE).outcome(self.thresholds(change, "LP")) if shares else None
        return decided(tokens, providers)

    def refusal(self, proposal: Proposal, now: int) -> ProposalReason:
        """Why a proposal cannot be taken, if so."""
        change = proposal.change
        closes, enacts = proposal.closing - now, proposal.enactment - now
        if closes < self.of(change, "minClose"):
            return ProposalReason.CLOSES_TOO_EARLY
        if closes > self.of(change, "maxClose"):
            return ProposalReason.CLOSES_TOO_LATE
        if enacts < self.of(change, "minEnact") or enacts < closes:
            return ProposalReason.ENACTED_TOO_EARLY
        if enacts > self.of(change, "maxEnact"):
            return ProposalReason.ENACTED_TOO_LATE
        return change.refusal(self.exchange) or self.refusal_of_proposer(proposal.party, change)

    def refusal_of_proposer(self, party: str, change: Change) -> ProposalReason:
        """A proposer has enough of the governance asset, or of the market's equity-like share."""
        if self.electorate.weight(party) > self.of(change, "minProposerBalance"):
            return ProposalReason.NONE
        share = self.provider_weights(change).get(party)
        is_provider = share is not None and share >= self.of(change, "minProposerEquityLikeShare")
        return ProposalReason.NONE if is_provider else ProposalReason.NO_STAKE

    def provider_weights(self, change: Change) -> Mapping[str, int]:
        """Return the equity-like shares of those who may decide beside token holders."""
        market = change.market()
        return self.exchange.equity_shares(market) if market else {}

    def thresholds(self, change: Change, voters: str) -> Thresholds:
        return Thresholds(
            self.of(change, f"requiredParticipation{voters}"), self.of(change, f"requiredMajority{voters}")
        )

    def of(self, change: Change, name: str) -> int:
        """Return a network parameter of the change's kind."""
        return self.network[f"governance.proposal.{change.kind}.{name}"]

    def end(self, proposal: Proposal, state: ProposalState, reason: ProposalReason = ProposalReason.NONE) -> None:
        proposal.end(state, reason)
        self.live.pop(proposal.id, None)
        if self.on_end:
            self.on_end(proposal)
