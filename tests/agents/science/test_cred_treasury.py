"""A treasury that pays by cred."""

import numpy as np
import pytest

from tests.agents.science.helpers import held, state_of, step, wallet
from tokenspice.agents.science.contributions import Contribution, Contributions
from tokenspice.agents.science.cred import CredRules
from tokenspice.agents.science.cred_treasury import CredTreasuryAgent, GrainRules
from tokenspice.engine.units import tokens


def treasury(contributions: Contributions, ocean: int = 100, reputation: float = 0.0) -> CredTreasuryAgent:
    payees = [wallet(f"c{number}") for number in range(contributions.n_contributors)]
    rules = GrainRules(7, tokens(10), "balanced", 0.5, mints_by_score=False, reputation=reputation)
    return CredTreasuryAgent("treasury", wallet("treasury", ocean), contributions, payees, CredRules(), rules)


def test_it_pays_at_the_end_of_each_interval_until_it_is_empty() -> None:
    contributions = Contributions(2)
    contributions.add(Contribution(0, "data", 1.0, 0))
    agent = treasury(contributions, ocean=25)
    state = state_of(agent)

    left = []
    for _ in range(5):
        step(state, 7)
        left.append(held(agent)[0])

    assert left == [25, 15, 5, 0, 0]
    assert agent.paid == [tokens(25), 0] and agent.n_intervals == 4


def test_where_nobody_contributed_nothing_is_paid() -> None:
    agent = treasury(Contributions(2))

    step(state_of(agent), 20)

    assert held(agent) == [100] and list(agent.reputation) == [0.5, 0.5]


def test_reputation_is_the_share_of_all_cred_and_reviews_count_by_it_as_far_as_is_set() -> None:
    contributions = Contributions(2)
    contributions.add(Contribution(0, "publication", 1.0, 0))
    agent = treasury(contributions, reputation=0.5)

    step(state_of(agent), 8)

    assert agent.reputation == pytest.approx(np.array([1, 0]), abs=0.01)
    assert agent.review_counts == pytest.approx(0.25 + 0.5 * agent.reputation)
    assert agent.cred.sum() == pytest.approx(3.0)
