"""Verbs of proposals, and what all verbs share that change something by a vote."""

from abc import ABC
from typing import Protocol

from tokenspice.markets.errors import ProposalNotAcceptedError
from tokenspice.markets.exchange.governance.changes import Change
from tokenspice.markets.exchange.governance.proposals import Proposal, ProposalState
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.service.base import ServiceBase

__all__ = ["ProposalVerbs"]

CLOSES_AFTER, ENACTED_AFTER = 40, 50  # blocks, of what a verb puts to the vote and votes for itself


class Ended(Protocol):
    state: ProposalState
    reason: ProposalReason


class ProposalVerbs(ServiceBase, ABC):
    """Whoever proposes may ask others, or decide alone."""

    def submit_proposal(self, proposer: str, terms: Change, closes_at: int, enacts_at: int, rationale: str = "") -> str:
        """Propose something, and return the proposal's id.

        Args:
            proposer: who has governance tokens.
            terms: what is to change.
            closes_at, enacts_at: Unix seconds.
            rationale: for people.

        Raises:
            ProposalNotAcceptedError: it was refused.
        """
        proposal = self.exchange.propose(proposer, terms, closes_at, enacts_at, rationale)
        if proposal.state is ProposalState.REJECTED:
            raise ProposalNotAcceptedError(f"the proposal of {proposer} was rejected: {proposal.reason}.")
        self.count_transaction()
        return proposal.id

    def vote(self, party: str, proposal_id: str, yes: bool = True) -> ProposalReason:
        """Vote on a proposal; the last vote of a party counts.

        Returns:
            Why it was refused; `ProposalReason.NONE` if it was not.
        """
        reason = self.exchange.vote(party, proposal_id, yes)
        self.count_transaction()
        return reason

    def decide(self, proposer: str, terms: Change) -> Proposal | None:
        """Bring a change into force: at once; or, with a proposer, by its proposal and its vote, some 50 blocks later.

        Returns:
            The proposal, if there was one.

        Raises:
            ProposalNotAcceptedError: it was refused, or did not find its majority.
        """
        if not proposer:
            if reason := self.exchange.enact(terms):
                raise ProposalNotAcceptedError(f"{type(terms).__name__} was refused: {reason}.")
            return None
        now, block = self.exchange.now, self.seconds_per_block
        closes, enacts = now + CLOSES_AFTER * block, now + ENACTED_AFTER * block
        id = self.submit_proposal(proposer, terms, closes, enacts)
        proposal = self.exchange.governance.live[id]
        self.vote(proposer, id)
        while self.exchange.now < enacts:
            self.end_block()
        if proposal.state is not ProposalState.ENACTED:
            why = proposal.reason or "it did not find its majority"
            raise ProposalNotAcceptedError(f"the proposal of {proposer} is {proposal.state}: {why}.")
        return proposal
