"""Who joins, and who takes an interest."""

from fractions import Fraction

import pytest

from tests.agents.science.helpers import Payer, dice, held, state_of, step, stub_market, wallet
from tokenspice.agents.science.community import CommunityAgent
from tokenspice.agents.science.generator import GeneratorCondition, GeneratorType, Growth, ResearcherGenerator
from tokenspice.agents.science.markets import MarketAgent, MarketRules
from tokenspice.agents.science.payments import Payment, to_treasury_each
from tokenspice.agents.science.projects import Projects
from tokenspice.agents.science.proposals import Proposal
from tokenspice.agents.science.scores import Score
from tokenspice.agents.science.treasury import Award, FundingRules, RollingTreasuryAgent
from tokenspice.agents.science.variant import CORRECTED, DARC_SPICE
from tokenspice.engine.errors import AgentError
from tokenspice.engine.units import tokens


def treasury() -> RollingTreasuryAgent:
    return RollingTreasuryAgent("dao", wallet("dao"), [], FundingRules(Score(), 0, 1))


def joined(growth: Growth, n_ticks: int, assets_per_tick: int = 0) -> list[int]:
    """How many join in each tick."""
    newcomers: list[int] = []
    market = stub_market()
    publisher = Payer("p", 0, lambda payer, tick: market.take(Payment(payer, 0, Fraction(1), "data", assets_per_tick)))
    generator = ResearcherGenerator("generator", growth, treasury(), market, lambda: newcomers.append(1))
    state, counts = state_of(publisher, market, generator), []
    for _ in range(n_ticks):
        before = len(newcomers)
        step(state)
        counts.append(len(newcomers) - before)
    return counts


@pytest.mark.parametrize(
    ("kind", "legacy", "wanted"),
    [
        ("linear", False, [1, 0, 1, 0, 1, 0, 1]),
        ("inc", False, [1, 0, 2, 0, 3, 0, 4]),
        ("exp", False, [1, 0, 2, 0, 4, 0, 8]),
        ("exp", True, [1, 0, 2, 0, 3, 0, 4]),
        ("dec", False, [3, 0, 2, 0, 0, 0, 0]),
    ],
)
def test_how_many_join_each_time(kind: GeneratorType, legacy: bool, wanted: list[int]) -> None:
    assert joined(Growth("time", kind, interval=2, start=3, variant=DARC_SPICE if legacy else CORRECTED), 7) == wanted


@pytest.mark.parametrize(("legacy", "wanted"), [(False, [0, 0, 1, 0, 0, 1]), (True, [0, 0, 1, 1, 1, 1])])
def test_each_thirty_assets_bring_somebody_unless_legacy(legacy: bool, wanted: list[int]) -> None:
    condition: GeneratorCondition = "market"

    assert (
        joined(
            Growth(condition, "linear", interval=1, start=1, variant=DARC_SPICE if legacy else CORRECTED),
            6,
            assets_per_tick=10,
        )
        == wanted
    )


def test_growth_without_end_is_stopped() -> None:
    with pytest.raises(AgentError, match="would join at once"):
        joined(Growth("time", "exp", interval=1, start=1), 20)


@pytest.mark.parametrize(
    ("impact", "legacy", "curiosity"), [(20.0, False, 1.0), (0.0, False, None), (8.0, True, None), (20.0, True, 1.0)]
)
def test_curiosity_follows_impact_and_stays_between_zero_and_one(
    impact: float, legacy: bool, curiosity: float | None
) -> None:
    dao, projects = treasury(), Projects()
    funded = Proposal(tokens(1), 1, 1.0, impact=impact)
    project = projects.begin("r", 0, funded)
    market = MarketAgent("market", wallet("market"), MarketRules(to_treasury_each), [(dao, Fraction(1))])
    member = CommunityAgent(
        "member",
        wallet("member", 10),
        treasury=dao,
        market=market,
        price=tokens(1),
        projects=projects,
        dice=dice(),
        variant=DARC_SPICE if legacy else CORRECTED,
    )
    state = state_of(member, market)

    seen = []
    for _ in range(5):
        dao.update = {"r": Award(Payer("r", 0, lambda payer, tick: None), funded)}
        dao.quality.impact = impact
        step(state)
        seen.append(member.curiosity)

    assert all(0 <= value <= 1 for value in seen) and (curiosity is None or set(seen) == {curiosity})
    if legacy:
        assert set(seen) <= {0.0, 1.0}
    assert project.engagement == member.knowledge_access
    kept_or_paid_on = held(market) if legacy else held(dao)
    assert kept_or_paid_on == [member.knowledge_access] and held(member) == [10 - member.knowledge_access]
