"""Who is funded, and what happens when the money runs short."""

import pytest

from tests.agents.science.helpers import author, cheap_outlet, held, state_of, step, stub_market, wallet
from tokenspice.agents.science.projects import Projects
from tokenspice.agents.science.researchers import ResearcherBase, RollingResearcherAgent
from tokenspice.agents.science.scores import Score
from tokenspice.agents.science.treasury import FundingRules, RollingTreasuryAgent
from tokenspice.agents.science.variant import CORRECTED, DARC_SPICE
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import tokens


def world(n_at_a_time: int, treasury: int, legacy: bool) -> tuple[SimStateBase, RollingTreasuryAgent, Projects]:
    """Five researchers who ask for 10, 20 … 50 OCEAN, and a treasury with a boundary of 15."""
    researchers: list[ResearcherBase] = []
    projects, market = Projects(), stub_market()
    rules = FundingRules(Score("longer"), tokens(15), n_at_a_time, DARC_SPICE if legacy else CORRECTED)
    dao = RollingTreasuryAgent("dao", wallet("dao", treasury), researchers, rules)
    for number in range(5):
        name, outlet = f"r{number}", cheap_outlet(market)
        works_as = author(name, 10 * (number + 1), time=5, projects=projects)
        researchers.append(RollingResearcherAgent(name, wallet(name, 10), works_as, outlet, treasury=dao))
    return state_of(dao, *researchers, market), dao, projects


def test_the_lowest_scores_are_funded_in_that_order() -> None:
    state, dao, projects = world(n_at_a_time=3, treasury=1000, legacy=False)

    step(state, 2)

    assert list(dao.update) == ["r0", "r1", "r2"] and list(projects.by_name) == ["r0_0", "r1_0", "r2_0"]
    assert held(dao) == [940]


@pytest.mark.parametrize("legacy", [True, False])
def test_a_round_that_empties_the_treasury_counts_unless_legacy(legacy: bool) -> None:
    # 10 and 20 leave 2 of 32, below the boundary, with one place still open.
    state, dao, projects = world(n_at_a_time=3, treasury=32, legacy=legacy)

    step(state, 2)

    assert held(dao) == [2]
    assert list(projects.by_name) == ([] if legacy else ["r0_0", "r1_0"])


@pytest.mark.parametrize("legacy", [True, False])
def test_fewer_researchers_than_places_are_all_funded(legacy: bool) -> None:
    state, dao, _ = world(n_at_a_time=9, treasury=1000, legacy=legacy)

    step(state, 3)

    assert len(dao.awards) == 5 and held(dao) == [850]


def test_what_is_funded_is_measured_in_the_same_round() -> None:
    state, dao, _ = world(n_at_a_time=3, treasury=1000, legacy=False)

    step(state, 2)

    assert (dao.quality.integration, dao.quality.novelty, dao.quality.in_index) == (0.5, 0.5, 0.25)
    assert dao.quality.impact == 5


def test_below_its_boundary_a_treasury_funds_nothing() -> None:
    state, dao, projects = world(n_at_a_time=1, treasury=15, legacy=False)

    step(state, 10)

    assert not projects.by_name and held(dao) == [15]
