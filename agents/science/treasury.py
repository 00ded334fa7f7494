"""Who pays for research: evaluates proposals, chooses the best, and pays their grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.agents.science.ledger import OCEAN
from tokenspice.agents.science.proposals import Applicant, Proposal
from tokenspice.agents.science.scores import Score
from tokenspice.agents.science.variant import CORRECTED, Variant
from tokenspice.engine import AgentBase, Amount, SimStateBase, WalletBase

__all__ = ["Award", "FundedQuality", "FundingRules", "RollingTreasuryAgent", "RoundTreasuryAgent", "TreasuryBase"]


class Award(NamedTuple):
    """A proposal that was chosen."""

    winner: Applicant
    proposal: Proposal


@dataclass(frozen=True)
class FundingRules:
    """How a treasury funds.

    Attributes:
        score: which proposals go first.
        boundary: base units; a treasury that holds no more funds nothing.
        n_at_a_time: proposals per round, or projects that run at the same time.
        variant: whose rules hold where DARC-SPICE's differ.
    """

    score: Score
    boundary: Amount
    n_at_a_time: int
    variant: Variant = CORRECTED


@dataclass
class FundedQuality:
    """What is funded at present: means over the projects, and the product of the first two."""

    integration: float = 0.0
    novelty: float = 0.0
    in_index: float = 0.0
    impact: float = 0.0


class TreasuryBase(AgentBase):
    """IMPLEMENT `takeStep`: decide when to fund, and put who was chosen into `awards`.

    Args:
        name: of the agent.
        wallet: holds what there is to give.
        researchers: who may propose; more may join the list.
        rules: how it funds.

    Attributes:
        awards: the awards that stand, by the winner's name.
        quality: of what is funded.
    """

    def __init__(self, name: str, wallet: WalletBase, researchers: Sequence[Applicant], rules: FundingRules) -> None:
        super().__init__(name, wallet)
        self.awards: dict[str, Award] = {}
        self.quality = FundedQuality()
        self._researchers = researchers
        self._rules = rules

    def _can_fund(self) -> bool:
        if any(researcher.proposal is None for researcher in self._researchers):
            return False
        return self.wallet.balance(OCEAN) > self._rules.boundary

    def _ranked(self) -> list[Award]:
        """The proposals of those who have no award, best first; of equals, who was added first."""
        score = self._rules.score
        candidates = [
            Award(researcher, researcher.proposal)
            for researcher in self._researchers
            if researcher.proposal and researcher.name not in self.awards
        ]
        return sorted(candidates, key=lambda award: score(award.proposal))

    def _pay(self, award: Award) -> None:
        amount = min(self.wallet.balance(OCEAN), award.proposal.grant)
        if amount:
            self.wallet.transfer(award.winner.wallet, OCEAN, amount)

    def _measure(self, awards: Sequence[Award], impact: float | None = None, n: int | None = None) -> None:
        n = n or len(awards)
        integration = sum(award.proposal.integration for award in awards) / n if awards else 0.0
        novelty = sum(award.proposal.novelty for award in awards) / n if awards else 0.0
        if impact is None:
            impact = sum(award.proposal.impact for award in awards) / n if awards else 0.0
        self.quality = FundedQuality(integration, novelty, integration * novelty, impact)


@final
class RoundTreasuryAgent(TreasuryBase):
    """Funds the best few proposals, all at once, every so often.

    A round falls on each multiple of `period` after the last one at which it can fund, and the first one on tick 1 or 2.
    Args:
        period: ticks from one round to the next.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        researchers: Sequence[Applicant],
        rules: FundingRules,
        period: int,
    ) -> None:
        super().__init__(name, wallet, researchers, rules)
        self._period = period
        self._last_round: int | None = None

    def takeStep(self, state: SimStateBase) -> None:
        if not self._can_fund():
            self.awards = {}
        elif (state.tick - (self._last_round or 0)) % self._period == 0 or self._is_first(state.tick):
            self._last_round = state.tick
            self._fund()

    def _is_first(self, tick: int) -> bool:
        return self._last_round is None and tick in (1, 2)

    def _fund(self) -> None:
        before, self.awards = list(self.awards.values()), {}
        winners = self._ranked()[: self._rules.n_at_a_time]
        for award in winners:
            self._pay(award)
        self.awards = {award.winner.name: award for award in winners}
        if self._rules.variant.reports_the_round_before:
            self._measure(before, impact=winners[-1].proposal.impact)
        else:
            self._measure(winners)


@final
class RollingTreasuryAgent(TreasuryBase):
    """Keeps a number of projects running: a place is filled again when its project has finished.

    Attributes:
        update: the awards of this tick.
        decided: the awards that researchers learn of in this tick; empty if there is nothing new to learn.
    """

    def __init__(self, name: str, wallet: WalletBase, researchers: Sequence[Applicant], rules: FundingRules) -> None:
        super().__init__(name, wallet, researchers, rules)
        self.update: dict[str, Award] = {}
        self.decided: dict[str, Award] = {}

    def takeStep(self, state: SimStateBase) -> None:
        rules = self._rules
        if self.update:
            self.update = {}
        if rules.variant.forgets_awards_below_boundary and self.wallet.balance(OCEAN) < rules.boundary:
            self.awards = {}
        elif any(award.winner.has_finished for award in self.awards.values()):
            self.awards = {name: award for name, award in self.awards.items() if not award.winner.has_finished}
        if len(self.awards) < rules.n_at_a_time and self._can_fund():
            self._fund()
        if rules.variant.tells_only_when_full:
            self.decided = self.awards if len(self.awards) == rules.n_at_a_time else {}
        else:
            self.decided = self.update

    def _fund(self) -> None:
        rules = self._rules
        for award in self._ranked()[: rules.n_at_a_time - len(self.awards)]:
            self._pay(award)
            self.awards[award.winner.name] = self.update[award.winner.name] = award
            if self.wallet.balance(OCEAN) < rules.boundary:
                break
        if not self.update:
            return  # all who could be funded have an award
        if rules.variant.divides_by_places:
            impact = list(self.update.values())[-1].proposal.impact
            self._measure(list(self.awards.values()), impact, rules.n_at_a_time)
        else:
            self._measure(list(self.awards.values()))
