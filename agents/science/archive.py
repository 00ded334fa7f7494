"""Where publications appear, and who has them reviewed."""

from collections.abc import Sequence
from typing import final

import numpy as np

from tokenspice.agents.science.contributions import Contribution, Contributions
from tokenspice.agents.science.contributors import ContributorAgent
from tokenspice.engine import AgentBase, SimStateBase

__all__ = ["ArchiveAgent"]


@final
class ArchiveAgent(AgentBase):
    """Has each publication of the tick reviewed by contributors whom it draws, never the author, nobody twice.

    Args:
        name: of the agent.
        contributions: what was made.
        reviewers: all contributors, by their numbers.
        n_reviews: of each publication; fewer where there are fewer contributors.
        rng: its own stream.
    """

    def __init__(
        self,
        name: str,
        contributions: Contributions,
        reviewers: Sequence[ContributorAgent],
        n_reviews: int,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(name)
        self._contributions = contributions
        self._reviewers = reviewers
        self._n_reviews = n_reviews
        self._rng = rng
        self._seen = 0

    def takeStep(self, state: SimStateBase) -> None:
        made = self._contributions.made
        for number in range(self._seen, len(made)):
            if made[number].kind == "publication":
                self._have_reviewed(number)
        self._seen = len(made)

    def _have_reviewed(self, number: int) -> None:
        publication = self._contributions.made[number]
        candidates = [reviewer for reviewer in self._reviewers if reviewer.number != publication.author]
        for place in self._rng.permutation(len(candidates))[: self._n_reviews]:
            reviewer = candidates[int(place)]
            score = reviewer.judge(publication)
            quality = 1 - abs(score - publication.quality)
            review = Contribution(reviewer.number, "review", quality, publication.interval)
            self._contributions.review(self._contributions.add(review), number, score)
