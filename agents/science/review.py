"""Peer review: who submits, who reviews for a reward, and who decides."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import final

import numpy as np

from tokenspice.agents.science.ledger import OCEAN
from tokenspice.engine import AgentBase, Amount, SimStateBase, WalletBase, in_tokens

__all__ = ["AuthorAgent", "EditorAgent", "Manuscript", "ReviewRules", "ReviewStatistics", "ReviewerAgent"]


@dataclass
class Manuscript:
    """What an author submitted, and what is known of it.

    Attributes:
        quality: from 0 to 1; nobody knows it.
        submitted: in which tick.
        scores: of its reviews.
        reviewers: who wrote them.
    """

    author: "AuthorAgent"
    quality: float
    submitted: int
    scores: list[float] = field(default_factory=list)
    reviewers: list["ReviewerAgent"] = field(default_factory=list)


@dataclass(frozen=True)
class ReviewRules:
    """How an editor works.

    Attributes:
        reviews: that a decision takes.
        reward: of a review, in base units.
        threshold: a manuscript is accepted if its mean score is not below this.
        grant: of an accepted manuscript, in base units.
    """

    reviews: int
    reward: Amount
    threshold: float
    grant: Amount

    def accepts(self, scores: Sequence[float]) -> bool:
        return sum(scores) / len(scores) >= self.threshold


@dataclass
class ReviewStatistics:
    """What an editor has done so far. Sums are over manuscripts, ticks or base units."""

    n_submitted: int = 0
    n_invitations: int = 0
    n_reviews: int = 0
    n_accepted: int = 0
    n_rejected: int = 0
    n_good_rejected: int = 0  # quality not below the threshold
    n_poor_accepted: int = 0  # quality below the threshold
    rewards: Amount = 0
    grants: Amount = 0
    quality_submitted: float = 0.0
    quality_accepted: float = 0.0
    ticks_to_decision: int = 0


@final
class ReviewerAgent(AgentBase):
    """Reviews if that is worth the effort, and sees a manuscript's quality with an error.

    It agrees with a chance of reward/(reward + effort): half the time where it is paid just what the effort is worth.

    Args:
        name: of the agent.
        wallet: receives the rewards.
        effort: what a review costs it, in OCEAN.
        error: standard deviation of its scores.
        rng: its own stream.

    Attributes:
        n_reviews: that it wrote.
    """

    def __init__(self, name: str, wallet: WalletBase, effort: float, error: float, rng: np.random.Generator) -> None:
        super().__init__(name, wallet)
        self.n_reviews = 0
        self._effort = effort
        self._error = error
        self._rng = rng

    def agrees(self, reward: Amount) -> bool:
        """Answer an invitation that offers `reward` base units."""
        offered = in_tokens(reward)
        return offered > 0 and bool(self._rng.random() < offered / (offered + self._effort))

    def review(self, manuscript: Manuscript) -> float:
        """Return a score: the quality, give or take the reviewer's error."""
        self.n_reviews += 1
        return manuscript.quality + self._error * float(self._rng.standard_normal())

    def takeStep(self, state: SimStateBase) -> None:
        pass


@final
class EditorAgent(AgentBase):
    """Invites reviewers, pays them, and decides once it has the reviews that a decision takes.

    In each tick it invites one reviewer for each manuscript that waits. It invites only while it can pay the reward;
    it accepts only what it can grant, and rejects good manuscripts once it cannot.

    Args:
        name: of the agent.
        wallet: of the treasury.
        reviewers: whom it may invite; never the author, and nobody twice for one manuscript.
        rules: how it works.
        rng: its own stream.

    Attributes:
        waiting: manuscripts without a decision, in the order of submission.
        statistics: what it has done so far.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        reviewers: Sequence[ReviewerAgent],
        rules: ReviewRules,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(name, wallet)
        self.waiting: list[Manuscript] = []
        self.statistics = ReviewStatistics()
        self._reviewers = reviewers
        self._rules = rules
        self._rng = rng

    def submit(self, manuscript: Manuscript) -> None:
        """Take a manuscript in."""
        self.waiting.append(manuscript)
        self.statistics.n_submitted += 1
        self.statistics.quality_submitted += manuscript.quality

    def takeStep(self, state: SimStateBase) -> None:
        if not self.waiting:
            return
        for manuscript in self.waiting:
            if self.wallet.balance(OCEAN) >= self._rules.reward:
                self._invite(manuscript)
        decided = [manuscript for manuscript in self.waiting if len(manuscript.scores) == self._rules.reviews]
        if decided:
            self.waiting = [manuscript for manuscript in self.waiting if len(manuscript.scores) < self._rules.reviews]
        for manuscript in decided:
            self._decide(manuscript, state.tick)

    def _invite(self, manuscript: Manuscript) -> None:
        rules, statistics = self._rules, self.statistics
        candidates = [reviewer for reviewer in self._reviewers if reviewer not in manuscript.reviewers]
        reviewer = candidates[int(self._rng.integers(len(candidates)))]
        statistics.n_invitations += 1
        if not reviewer.agrees(rules.reward):
            return
        manuscript.reviewers.append(reviewer)
        manuscript.scores.append(reviewer.review(manuscript))
        self.wallet.transfer(reviewer.wallet, OCEAN, rules.reward)
        statistics.n_reviews += 1
        statistics.rewards += rules.reward

    def _decide(self, manuscript: Manuscript, tick: int) -> None:
        rules, statistics = self._rules, self.statistics
        statistics.ticks_to_decision += tick - manuscript.submitted
        is_good = manuscript.quality >= rules.threshold
        if rules.accepts(manuscript.scores) and self.wallet.balance(OCEAN) >= rules.grant:
            if rules.grant:
                self.wallet.transfer(manuscript.author.wallet, OCEAN, rules.grant)
            statistics.n_accepted += 1
            statistics.n_poor_accepted += not is_good
            statistics.grants += rules.grant
            statistics.quality_accepted += manuscript.quality
            manuscript.author.n_accepted += 1
        else:
            statistics.n_rejected += 1
            statistics.n_good_rejected += is_good


@final
class AuthorAgent(AgentBase):
    """Submits a manuscript every so often, of a quality that it draws.

    Args:
        name: of the agent.
        wallet: receives the grants.
        editor: to whom it submits.
        period: ticks from one manuscript to the next.
        rng: its own stream.

    Attributes:
        n_accepted: manuscripts.
    """

    def __init__(
        self, name: str, wallet: WalletBase, editor: EditorAgent, period: int, rng: np.random.Generator
    ) -> None:
        super().__init__(name, wallet)
        self.n_accepted = 0
        self._editor = editor
        self._period = period
        self._rng = rng
        self._first = int(rng.integers(period))

    def takeStep(self, state: SimStateBase) -> None:
        if state.tick % self._period == self._first:
            self._editor.submit(Manuscript(self, float(self._rng.random()), state.tick))
