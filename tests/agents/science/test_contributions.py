"""The graph of contributions: which edges it has, and what mints."""

import numpy as np
import pytest

from tokenspice.agents.science.contributions import Contribution, Contributions
from tokenspice.agents.science.cred import CredRules

RULES = CredRules(
    publication=3.0, data=1.0, review=0.5, to_author=1.0, to_cited=0.5, to_data=0.25, to_reviewed=2.0, backward=0.1
)


def small() -> Contributions:
    """Data of contributor 0, a publication of 1 that used it, one of 0 that cites that, and 1's review of the latter."""
    found = Contributions(2)
    data = found.add(Contribution(0, "data", 0.5, 0))
    first = found.add(Contribution(1, "publication", 0.5, 0))
    found.cite(first, [], [data])
    second = found.add(Contribution(0, "publication", 0.5, 1))
    found.cite(second, [first], [])
    found.review(found.add(Contribution(1, "review", 0.5, 1)), second, 0.75)
    return found


def test_each_link_is_an_edge_there_and_a_weaker_one_back() -> None:
    edges = small().edges(RULES)

    there = list(zip(edges.sources, edges.targets, edges.weights, strict=True))[:7]
    assert there == [(2, 0, 1), (3, 1, 1), (3, 2, 0.25), (4, 0, 1), (4, 3, 0.5), (5, 1, 1), (5, 4, 1.5)]
    assert list(edges.sources[7:]) == list(edges.targets[:7])
    assert edges.weights[7:] == pytest.approx(0.1 * edges.weights[:7])


def test_what_a_contribution_mints_decays_with_each_interval() -> None:
    minted = small().minted(2, RULES, None)

    assert list(minted) == [0, 0, 0.25, 0.75, 1.5, 0.25]


def test_by_score_a_publication_mints_as_its_reviews_count() -> None:
    contributions = small()
    contributions.review(contributions.add(Contribution(0, "review", 0.5, 1)), 2, 0.25)

    alike = contributions.minted(1, RULES, np.array([0.5, 0.5]))
    by_reputation = contributions.minted(1, RULES, np.array([0.0, 1.0]))

    assert alike[4] == pytest.approx(3 * 0.5) and by_reputation[4] == pytest.approx(3 * 0.75)
    assert alike[3] == 0  # nobody reviewed it
    assert alike[2] == 0.5  # data mint as they are


def test_a_score_is_zero_where_no_review_counts() -> None:
    assert Contribution(0, "publication", 1.0, 0).score(np.ones(1)) == 0
    assert Contribution(0, "publication", 1.0, 0, [0], [1.0]).score(np.zeros(1)) == 0
