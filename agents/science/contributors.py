"""Who publishes, shares data, cites and reviews: honestly, or as one of the names under which somebody games cred."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.agents.science.contributions import Contribution, Contributions
from tokenspice.engine import AgentBase, Floats, SimStateBase, WalletBase

__all__ = ["ContributorAgent", "Habits"]


@dataclass(frozen=True)
class Habits:
    """How a contributor works.

    Attributes:
        activity: chance per tick to publish something.
        data_share: how much of that is data; the rest are publications.
        skill: mean quality of what it makes, from 0 to 1.
        spread: standard deviation of that quality.
        references: publications that a publication cites; it uses one data set besides.
        review_error: standard deviation of its scores.
        cluster: numbers of the contributors that are the same person; empty if it is honest.
        self_citation: chance that a reference is to the cluster's own work.
    """

    activity: float
    data_share: float
    skill: float
    spread: float
    references: int
    review_error: float
    cluster: frozenset[int] = frozenset()
    self_citation: float = 0.0


@final
class ContributorAgent(AgentBase):
    """Cites good work more often than poor work, and says of a publication how good it is, give or take an error.

    One of a cluster cites the cluster's own work wherever it can, gives it the best score, and others' work the worst.

    Args:
        name: of the agent.
        number: from 0, as a node of the graph.
        wallet: receives its grain.
        habits: how it works.
        contributions: where it publishes, and what it may cite.
        interval_ticks: how long an interval of cred is.
        rng: its own stream.
    """

    def __init__(
        self,
        name: str,
        number: int,
        wallet: WalletBase,
        habits: Habits,
        *,
        contributions: Contributions,
        interval_ticks: int,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(name, wallet)
        self.number = number
        self.habits = habits
        self._contributions = contributions
        self._interval_ticks = interval_ticks
        self._rng = rng

    def takeStep(self, state: SimStateBase) -> None:
        # As many draws in each tick, so that what one contributor does differently moves nobody else's chances.
        acts, kind, spread = self._rng.random(), self._rng.random(), self._rng.standard_normal()
        if acts >= self.habits.activity:
            return
        quality = float(np.clip(self.habits.skill + self.habits.spread * spread, 0, 1))
        interval = state.tick // self._interval_ticks
        if kind < self.habits.data_share:
            self._contributions.add(Contribution(self.number, "data", quality, interval))
        else:
            self._publish(Contribution(self.number, "publication", quality, interval))

    def judge(self, contribution: Contribution) -> float:
        """Return a score from 0 to 1."""
        error = self.habits.review_error * float(self._rng.standard_normal())
        if self.habits.cluster:
            return float(contribution.author in self.habits.cluster)
        return float(np.clip(contribution.quality + error, 0, 1))

    def _publish(self, contribution: Contribution) -> None:
        made = self._contributions.made
        cited = self._choose([number for number, other in enumerate(made) if other.kind == "publication"])
        used = self._choose([number for number, other in enumerate(made) if other.kind == "data"])[:1]
        self._contributions.cite(self._contributions.add(contribution), cited, used)

    def _choose(self, numbers: Sequence[int]) -> list[int]:
        """Choose as many as it cites, each once, by quality, or of its own cluster where it has work of that sort."""
        made = self._contributions.made
        quality = np.array([made[number].quality for number in numbers])
        is_own = np.array([made[number].author in self.habits.cluster for number in numbers], dtype=bool)
        is_free = np.ones(len(numbers), dtype=bool)
        chosen: list[int] = []
        for _ in range(self.habits.references):
            favours, draw = self._rng.random(2)
            own = is_free & is_own
            prefers_own = favours < self.habits.self_citation and bool(own.any())
            if (place := drawn(own.astype(float) if prefers_own else is_free * quality, float(draw))) is not None:
                is_free[place] = False
                chosen.append(numbers[place])
        return chosen


def drawn(weights: Floats, draw: float) -> int | None:
    """Return a place by its weight, of a draw from 0 to 1; None where all weights are 0."""
    sums = np.cumsum(weights)
    if not len(sums) or not sums[-1]:
        return None
    return min(int(np.searchsorted(sums, draw * sums[-1], side="right")), int(np.flatnonzero(weights)[-1]))
