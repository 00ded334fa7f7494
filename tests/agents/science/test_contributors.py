"""Contributors: whom they cite, how they judge, and who is asked to."""

from dataclasses import replace

import numpy as np
import pytest

from tests.agents.science.helpers import state_of, step, wallet
from tokenspice.agents.science.archive import ArchiveAgent
from tokenspice.agents.science.contributions import Contribution, Contributions
from tokenspice.agents.science.contributors import ContributorAgent, Habits, drawn
from tokenspice.engine.streams import RandomStreams

HONEST = Habits(activity=1.0, data_share=0.0, skill=0.5, spread=0.0, references=2, review_error=0.0)


def contributor(contributions: Contributions, number: int, habits: Habits = HONEST) -> ContributorAgent:
    rng = RandomStreams(0)(f"contributor{number}")
    return ContributorAgent(
        f"c{number}", number, wallet(f"c{number}"), habits, contributions=contributions, interval_ticks=7, rng=rng
    )


def library(*qualities: float, author: int = 0) -> Contributions:
    found = Contributions(3)
    for quality in qualities:
        found.add(Contribution(author, "publication", quality, 0))
    return found


def cited_by_last(contributions: Contributions) -> list[int]:
    edges = contributions.n_links["to_cited"]
    targets = contributions._links[-edges:] if edges else []
    return [target - contributions.n_contributors for link, _, target, _ in targets if link == "to_cited"]


def test_good_work_is_cited_and_worthless_work_is_not() -> None:
    contributions = library(0.0, 0.9, 0.0, 0.8)

    step(state_of(contributor(contributions, 1)))

    assert sorted(cited_by_last(contributions)) == [1, 3]


def test_a_cluster_cites_its_own_work_and_then_that_of_others() -> None:
    contributions = library(0.9, 0.9, 0.9)
    contributions.add(Contribution(2, "publication", 0.0, 0))

    step(state_of(contributor(contributions, 1, replace(HONEST, cluster=frozenset({1, 2}), self_citation=1.0))))

    cited = cited_by_last(contributions)
    assert cited[0] == 3 and len(cited) == 2 and cited[1] in (0, 1, 2)


def test_an_honest_reviewer_gives_the_quality_and_a_cluster_its_own_the_best_score() -> None:
    contributions = library(0.3)
    publication = contributions.made[0]

    honest = contributor(contributions, 1)
    friend = contributor(contributions, 1, replace(HONEST, cluster=frozenset({0, 1})))
    foe = contributor(contributions, 1, replace(HONEST, cluster=frozenset({1, 2})))

    assert [reviewer.judge(publication) for reviewer in (honest, friend, foe)] == [pytest.approx(0.3), 1, 0]


def test_each_publication_is_reviewed_once_by_each_of_those_drawn_and_never_by_its_author() -> None:
    contributions = library(0.4, 0.6)
    contributions.add(Contribution(1, "data", 0.5, 0))
    reviewers = [contributor(contributions, number, replace(HONEST, activity=0.0)) for number in range(3)]
    archive = ArchiveAgent("archive", contributions, reviewers, 5, RandomStreams(0)("archive"))

    step(state_of(archive), 3)

    assert [sorted(made.reviewers) for made in contributions.made[:3]] == [[1, 2], [1, 2], []]
    reviews = [made for made in contributions.made if made.kind == "review"]
    assert len(reviews) == 4 and all(review.quality == 1 for review in reviews)


def test_a_place_is_drawn_by_its_weight() -> None:
    weights = np.array([0.0, 1.0, 0.0, 3.0, 0.0])

    assert [drawn(weights, draw) for draw in (0.0, 0.2, 0.3, 0.999)] == [1, 1, 3, 3]
    assert drawn(np.zeros(3), 0.5) is None and drawn(np.zeros(0), 0.5) is None
