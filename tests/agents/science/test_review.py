"""Peer review: what is paid for, and who is accepted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.science.helpers import held, state_of, step, wallet
from tokenspice.agents.science.review import AuthorAgent, EditorAgent, Manuscript, ReviewerAgent, ReviewRules
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import tokens


def office(
    treasury: int = 1000, reward: int = 10, effort: float = 0.0, grant: int = 0, error: float = 0.2, seed: int = 0
) -> tuple[EditorAgent, list[ReviewerAgent], AuthorAgent]:
    rng = RandomStreams(seed)
    reviewers = [ReviewerAgent(f"r{n}", wallet(f"r{n}"), effort, error, rng(f"r{n}")) for n in range(5)]
    rules = ReviewRules(3, tokens(reward), 0.6, tokens(grant))
    editor = EditorAgent("editor", wallet("editor", treasury), reviewers, rules, rng("editor"))
    return editor, reviewers, AuthorAgent("author", wallet("author"), editor, 10**6, rng("author"))


def decide(quality: float, seed: int) -> bool:
    editor, reviewers, author = office(seed=seed)
    editor.submit(Manuscript(author, quality, 0))
    step(state_of(editor, *reviewers), 3)
    return editor.statistics.n_accepted == 1


@given(st.integers(0, 50), st.floats(0, 1), st.floats(0, 1))
def test_a_better_manuscript_is_not_refused_where_a_worse_one_is_accepted(seed: int, one: float, other: float) -> None:
    worse, better = sorted([one, other])

    assert decide(better, seed) >= decide(worse, seed)


@pytest.mark.parametrize("treasury", [0, 45, 1000])
def test_each_review_is_paid_once_and_none_goes_unpaid(treasury: int) -> None:
    editor, reviewers, author = office(treasury=treasury)
    for _ in range(4):
        editor.submit(Manuscript(author, 0.5, 0))

    step(state_of(editor, *reviewers), 10)

    n_reviews = sum(reviewer.n_reviews for reviewer in reviewers)
    assert n_reviews == editor.statistics.n_reviews == min(treasury // 10, 12)
    assert editor.statistics.rewards == n_reviews * tokens(10)
    assert held(*reviewers) == [10 * reviewer.n_reviews for reviewer in reviewers]
    assert sum(held(editor, *reviewers)) == treasury


def test_nobody_reviews_a_manuscript_twice() -> None:
    editor, reviewers, author = office()
    manuscript = Manuscript(author, 0.5, 0)
    editor.submit(manuscript)

    step(state_of(editor, *reviewers), 5)

    assert len(set(manuscript.reviewers)) == len(manuscript.scores) == 3


def test_paid_what_the_effort_is_worth_a_reviewer_agrees_half_the_time() -> None:
    _, (reviewer, *_), _ = office(effort=10.0)

    answers = [reviewer.agrees(tokens(10)) for _ in range(2000)]

    assert np.mean(answers) == pytest.approx(0.5, abs=0.05)
    assert not any(reviewer.agrees(0) for _ in range(100))


def test_a_grant_that_cannot_be_paid_is_not_promised() -> None:
    editor, reviewers, author = office(treasury=40, grant=20, error=0.0)
    editor.submit(Manuscript(author, 0.9, 0))

    step(state_of(editor, *reviewers), 5)

    assert (editor.statistics.n_accepted, editor.statistics.n_good_rejected) == (0, 1)
    assert held(author, editor) == [0, 10]
