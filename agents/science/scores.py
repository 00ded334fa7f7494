"""Which proposal is funded first: the one of the lowest score."""

from dataclasses import dataclass
from typing import Literal

from tokenspice.agents.science.proposals import Proposal
from tokenspice.engine import in_tokens

__all__ = ["Preference", "Score"]

Preference = Literal["none", "shorter", "longer"]


@dataclass(frozen=True)
class Score:
    """OCEAN asked for per researcher and asset, set against what else the treasury looks at. Lower is better.

    Attributes:
        duration: which projects are preferred: shorter ones, longer ones, or neither.
        quality: whether integration, novelty and impact count.
        continuing: the score of a proposal that continues a project is multiplied by this.
    """

    duration: Preference = "none"
    quality: bool = False
    continuing: float = 1.0

    def __call__(self, proposal: Proposal) -> float:
        # The divisions are made one by one, in DARC-SPICE's order, because each rounds.
        score = in_tokens(proposal.grant) / proposal.researchers / proposal.assets
        if self.duration == "longer":
            score /= proposal.time
        elif self.duration == "shorter":
            score *= proposal.time
        score /= proposal.knowledge_access
        if self.quality:
            score = score / (proposal.integration * proposal.novelty) / proposal.impact
        return score * self.continuing if proposal.continuing else score
