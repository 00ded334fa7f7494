"""The numbers that DARC-SPICE's own tests of its agents check."""

from fractions import Fraction

from tests.agents.science.helpers import (
    Payer,
    author,
    cheap_outlet,
    dice,
    held,
    state_of,
    step,
    stub_market,
    wallet,
)
from tokenspice.agents.science.markets import MarketAgent, MarketRules
from tokenspice.agents.science.payments import (
    Payment,
    split_by_first_payer,
    split_each,
    to_treasury_cumulated,
)
from tokenspice.agents.science.private import AssetCosts, AssetPrices, PrivateResearcherAgent, PrivateTrade
from tokenspice.agents.science.proposals import Proposal
from tokenspice.agents.science.researchers import ResearcherBase, RollingResearcherAgent, RoundResearcherAgent
from tokenspice.agents.science.scores import Score
from tokenspice.agents.science.staker import StakerAgent
from tokenspice.agents.science.treasury import Award, FundingRules, RollingTreasuryAgent, RoundTreasuryAgent
from tokenspice.agents.science.variant import DARC_SPICE
from tokenspice.engine.units import tokens
from tokenspice.netlists.science.legacy import credit_each_round

HALF, WHOLE = Fraction(1, 2), Fraction(1)


def rules(n_at_a_time: int = 1, score: Score = Score()) -> FundingRules:
    return FundingRules(score, boundary=0, n_at_a_time=n_at_a_time, variant=DARC_SPICE)


def test_a_treasury_pays_a_grant_per_round_until_it_is_empty() -> None:
    asker = Payer("r", 0, lambda payer, tick: None)
    treasury = RoundTreasuryAgent("dao", wallet("dao", 10), [asker], rules(), period=1)

    state = state_of(treasury, asker)
    balances = []
    for _ in range(12):
        step(state)
        balances += held(treasury)

    assert balances == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]


def test_of_two_researchers_the_cheaper_one_wins_each_round_and_the_other_buys() -> None:
    market = stub_market()
    researchers: list[ResearcherBase] = []
    dao = RoundTreasuryAgent("dao", wallet("dao", 10), researchers, rules(), period=2)
    outlet = cheap_outlet(market, kept="1")
    r0 = RoundResearcherAgent("r0", wallet("r0", 10), author("r0", 1), outlet, treasury=dao, period=2)
    r1 = RoundResearcherAgent("r1", wallet("r1", 10), author("r1", 2), outlet, treasury=dao, period=2)
    researchers += [r0, r1]
    state = state_of(market, dao, r0, r1)

    step(state)
    assert held(r0, r1, dao) == [10, 10, 10] and r0.proposal and r1.proposal
    step(state)
    assert held(r0, r1, dao) == [10, 9, 9] and r0.ticks_since_proposal == 1
    step(state)
    assert held(r0, r1, dao) == [10, 9, 9] and r0.ticks_since_proposal == 0
    step(state, 30)

    assert held(dao, r0, r1, market) == [0, 10, 0, 20]
    assert (r0.knowledge_access, r1.knowledge_access) == (11, 11)
    assert (r0.total_assets, r1.total_assets, r0.n_funded) == (10, 0, 10)


def test_a_knowledge_market_keeps_a_part_of_what_publishers_pay_and_pays_the_rest_to_owners() -> None:
    staker = StakerAgent("t", wallet("t"))
    treasury = RoundTreasuryAgent("dao", wallet("dao"), [], rules(), period=2)
    market_rules = MarketRules(split_by_first_payer, Fraction("0.25"), credits=credit_each_round(treasury, 2))
    market = MarketAgent("market", wallet("market"), market_rules, [(staker, WHOLE)])

    def pay(payer: Payer, tick: int) -> None:
        market.take(Payment(payer, tokens(4), Fraction(0) if tick % 2 else HALF))

    payer = Payer("r", 10, pay)
    treasury.awards = {"r": Award(payer, Proposal(tokens(1), 1, 1.0))}
    state = state_of(staker, payer, market)

    step(state)
    assert (held(payer, market, staker), market.n_assets) == ([6, 3, 1], 1)
    step(state)
    assert (held(payer, market, staker), market.n_assets) == ([5, 3, 2], 1)
    step(state)
    assert (held(payer, market, staker), market.n_assets) == ([2.5, 4.5, 3], 2)


def test_a_place_is_filled_again_two_steps_after_its_project_ended() -> None:
    market = stub_market()
    researchers: list[ResearcherBase] = []
    dao = RollingTreasuryAgent("dao", wallet("dao", 10), researchers, rules(score=Score("longer", quality=True)))
    outlet = cheap_outlet(market)
    r0 = RollingResearcherAgent("r0", wallet("r0", 10), author("r0", 1, time=2), outlet, treasury=dao)
    r1 = RollingResearcherAgent("r1", wallet("r1", 10), author("r1", 2, time=2), outlet, treasury=dao)
    researchers += [r0, r1]
    state = state_of(market, dao, r0, r1)

    step(state)
    assert r0.proposal and r1.proposal and held(dao) == [10]
    step(state)
    assert held(dao, r0, r1, market) == [9, 10, 9, 2]
    assert r1.proposal and r1.proposal.knowledge_access == 2
    step(state)
    assert r0.has_finished and r0.proposal is None
    step(state)
    assert r0.proposal and r0.proposal.knowledge_access == 2 and not dao.awards
    step(state)
    assert held(dao, r1, market) == [8, 8, 4]
    step(state, 40)

    assert held(dao, r1, market) == [0, 0, 20]
    assert (r0.knowledge_access, r1.knowledge_access, r0.n_funded) == (11, 11, 10)


def test_a_private_researcher_buys_then_publishes_then_waits_for_income() -> None:
    private_market, public_market = stub_market("private_market"), stub_market("public_market")
    researchers: list[ResearcherBase] = []
    dao = RollingTreasuryAgent("dao", wallet("dao", 10), researchers, rules(score=Score("longer")))
    r0 = RollingResearcherAgent(
        "r0", wallet("r0", 10), author("r0", 1, time=2), cheap_outlet(public_market), treasury=dao
    )
    prices = AssetPrices(tokens(1), tokens(1), tokens(1))
    trade = PrivateTrade(private_market, public_market, AssetCosts(prices, prices), prices)
    r1 = PrivateResearcherAgent("r1", wallet("r1", 10), "algo", dao, trade, dice=dice())
    researchers.append(r0)
    state = state_of(private_market, public_market, dao, r0, r1)

    funded, r1_held = [], []
    for number in range(1, 45):
        step(state)
        if dao.update:
            funded.append(number)
            r1_held += held(r1)

    assert funded == [2, 5, 8, 11, 14, 17, 20, 23, 26, 29]
    assert r1_held == [9, 8, 7, 7, 7, 7, 7, 7, 7, 7]
    assert (held(dao), r0.knowledge_access) == ([0], 11)
    assert sum(held(private_market, public_market)) == 13


def test_a_private_market_pays_the_owners_of_the_type_that_was_bought() -> None:
    dao = StakerAgent("dao", wallet("dao"))
    market_rules = MarketRules(split_each, HALF, publishes_first=True, counts_publications=True)
    market = MarketAgent("market", wallet("market"), market_rules, [(dao, WHOLE)])
    r0, r1 = buyer_and_publisher(market)
    state = state_of(dao, r0, r1, market)

    seen = []
    for _ in range(5):
        step(state)
        seen.append(held(r0, r1, market, dao))
        step(state)

    assert seen == [[8, 8, 1, 3], [6, 6, 2, 6], [4, 4, 3, 9], [2, 2, 4, 12], [0, 3, 4, 13]]
    assert market.owned(r1, "algo") == 4


def test_the_public_market_bills_each_payer_for_those_before_it() -> None:
    dao = StakerAgent("dao", wallet("dao"))
    market_rules = MarketRules(to_treasury_cumulated, HALF, publishes_first=True)
    market = MarketAgent("market", wallet("market"), market_rules, [(dao, WHOLE)])
    r0, r1 = buyer_and_publisher(market)
    state = state_of(dao, r0, r1, market)

    seen = []
    for _ in range(3):
        step(state)
        seen.append(held(r0, r1, market, dao))
        step(state)

    assert seen == [[8, 6, 1, 5], [6, 2, 2, 10], [4, 2, 2, 12]]
    assert market.n_assets == 2


def buyer_and_publisher(market: MarketAgent) -> tuple[Payer, Payer]:
    """One who buys an algorithm for 2, and one who publishes one for 4, in every second tick, while they can."""

    def buy(payer: Payer, tick: int) -> None:
        if tick % 2 == 0 and payer.wallet.balance("OCEAN") >= tokens(2):
            market.take(Payment(payer, tokens(2), Fraction(0), "algo"))

    def publish(payer: Payer, tick: int) -> None:
        if tick % 2 == 0 and payer.wallet.balance("OCEAN") >= tokens(4):
            market.take(Payment(payer, tokens(4), HALF, "algo", 1))

    return Payer("r0", 10, buy), Payer("r1", 10, publish)
