"""A proposal, from its submission until it comes into force."""

from enum import StrEnum
from typing import final

from tokenspice.markets.exchange.governance.changes import Change
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.governance.votes import Votes

__all__ = ["Proposal", "ProposalState"]


class ProposalState(StrEnum):
    OPEN = "open"
    PASSED = "passed"
    ENACTED = "enacted"
    DECLINED = "declined"
    REJECTED = "rejected"
    FAILED = "failed"  # it passed, but could not be done when its time came


@final
class Proposal:
    """What is asked, and what became of it.

    Attributes:
        closing, enactment: Unix seconds.
        reason: why it was rejected or failed.
        subject: id of what it made, such as a market.
        votes: until it is closed.
    """

    __slots__ = (
        "change",
        "closing",
        "enactment",
        "id",
        "party",
        "rationale",
        "reason",
        "state",
        "subject",
        "submitted",
        "votes",
    )

    def __init__(
        self, id: str, party: str, change: Change, closing: int, enactment: int, submitted: int, rationale: str = ""
    ) -> None:
        self.id = id
        self.party = party
        self.change = change
        self.closing = closing
        self.enactment = enactment
        self.submitted = submitted
        self.rationale = rationale
        self.state = ProposalState.OPEN
        self.reason = ProposalReason.NONE
        self.subject = ""
        self.votes = Votes()

    def __repr__(self) -> str:
        return f"Proposal({self.id}: {type(self.change).__name__} of {self.party}, {self.state})"

    def end(self, state: ProposalState, reason: ProposalReason = ProposalReason.NONE) -> None:
        self.state = state
        self.reason = reason
