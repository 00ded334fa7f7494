"""What a community made, and what was made from what: the graph over which cred flows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, final

import numpy as np

from tokenspice.agents.science.cred import CredRules, Edges
from tokenspice.engine import Floats

__all__ = ["Contribution", "Contributions", "Kind", "Link"]

Kind: TypeAlias = Literal["publication", "data", "review"]
Link: TypeAlias = Literal["to_author", "to_cited", "to_data", "to_reviewed"]


@dataclass
class Contribution:
    """A publication, a data set or a review.

    Attributes:
        author: number of the contributor who made it.
        kind: what it is.
        quality: from 0 to 1; the rule of rewards does not see it.
        interval: of time, from 0, in which it was made.
        reviewers: who reviewed it, in the order of `scores`.
        scores: from 0 to 1, of its reviews.
    """

    author: int
    kind: Kind
    quality: float
    interval: int
    reviewers: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def score(self, counts: Floats) -> float:
        """Return the mean of its scores, that of reviewer i counting counts[i] times; 0 if it was not reviewed."""
        weights = [float(counts[reviewer]) for reviewer in self.reviewers]
        if not (total := sum(weights)):
            return 0.0
        return sum(weight * score for weight, score in zip(weights, self.scores, strict=True)) / total


@final
class Contributions:
    """All contributions so far. As nodes, contributors come first, then contributions in the order in which they came.

    Args:
        n_contributors: who may contribute, numbered from 0.

    Attributes:
        made: the contributions.
        n_links: how many there are of each sort.
    """

    def __init__(self, n_contributors: int) -> None:
        self.n_contributors = n_contributors
        self.made: list[Contribution] = []
        self.n_links: dict[Link, int] = {"to_author": 0, "to_cited": 0, "to_data": 0, "to_reviewed": 0}
        self._links: list[tuple[Link, int, int, float]] = []

    def add(self, contribution: Contribution) -> int:
        """Add a contribution, with the edge to its author, and return its number."""
        number = len(self.made)
        self.made.append(contribution)
        self._link("to_author", number, contribution.author, 1.0)
        return number

    def cite(self, number: int, cited: Sequence[int], used: Sequence[int]) -> None:
        """Say which earlier publications a publication cites, and which data it used."""
        for other in cited:
            self._link("to_cited", number, self.n_contributors + other, 1.0)
        for other in used:
            self._link("to_data", number, self.n_contributors + other, 1.0)

    def review(self, number: int, reviewed: int, score: float) -> None:
        """Say that contribution `number` is a review of another, and how it judged, from 0 to 1."""
        contribution = self.made[reviewed]
        contribution.reviewers.append(self.made[number].author)
        contribution.scores.append(score)
        self._link("to_reviewed", number, self.n_contributors + reviewed, score)

    def edges(self, rules: CredRules) -> Edges:
        """Return all edges with their weights, each in both directions."""
        factors = {link: float(getattr(rules, link)) for link in self.n_links}
        sources = self.n_contributors + np.array([source for _, source, _, _ in self._links], dtype=np.int64)
        targets = np.array([target for _, _, target, _ in self._links], dtype=np.int64)
        weights = np.array([factors[link] * strength for link, _, _, strength in self._links])
        return Edges(
            np.concatenate([sources, targets]),
            np.concatenate([targets, sources]),
            np.concatenate([weights, rules.backward * weights]),
        )

    def minted(self, interval: int, rules: CredRules, judged_by: Floats | None) -> Floats:
        """Return what each node mints in an interval.

        Args:
            interval: from 0.
            rules: what each kind mints, and how that decays.
            judged_by: [n_contributors] how much each one's reviews count: publications then mint in proportion to
                their score, nothing without one. None if they mint whatever reviewers say.
        """
        found = np.zeros(self.n_contributors + len(self.made))
        for node, contribution in enumerate(self.made, start=self.n_contributors):
            weight = float(getattr(rules, contribution.kind)) * rules.decay ** (interval - contribution.interval)
            if judged_by is not None and contribution.kind == "publication":
                weight *= contribution.score(judged_by)
            found[node] = weight
        return found

    def _link(self, link: Link, number: int, target: int, strength: float) -> None:
        self._links.append((link, number, target, strength))
        self.n_links[link] += 1
