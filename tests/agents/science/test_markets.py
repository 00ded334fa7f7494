"""When a market divides what it was paid, who owns what in it, and what a private researcher can afford."""

from fractions import Fraction

import pytest

from tests.agents.science.helpers import Payer, dice, held, state_of, step, stub_market, wallet
from tokenspice.agents.science.markets import MarketAgent, MarketRules
from tokenspice.agents.science.payments import Payment, split_each
from tokenspice.agents.science.private import AssetCosts, AssetPrices, PrivateResearcherAgent, PrivateTrade
from tokenspice.agents.science.scores import Score
from tokenspice.agents.science.staker import StakerAgent
from tokenspice.agents.science.treasury import Award, FundingRules, RollingTreasuryAgent
from tokenspice.engine.units import tokens

TENTH, NOTHING = Fraction(1, 10), Fraction(0)


def world(market_first: bool) -> list[list[float]]:
    """What a publisher, a buyer, a market and a treasury hold at the end, in either order of stepping."""
    dao = StakerAgent("dao", wallet("dao"))
    market = MarketAgent("market", wallet("market"), MarketRules(split_each, TENTH), [(dao, Fraction(1))])

    def publish(payer: Payer, tick: int) -> None:
        if tick == 0:
            market.take(Payment(payer, tokens(10), Fraction(1, 2), assets=3))

    def buy(payer: Payer, tick: int) -> None:
        if tick == 5:
            market.take(Payment(payer, tokens(10), NOTHING))

    agents = [Payer("p", 10, publish), Payer("b", 10, buy)]
    state = state_of(market, *agents, dao) if market_first else state_of(*agents, market, dao)
    step(state, 8)
    return [held(*agents, market, dao), [market.n_assets, market.owned(agents[0], "any")]]


def test_the_order_of_agents_does_not_decide_whether_fees_are_paid() -> None:
    # Nobody owned anything when the publisher paid, so its 9 stay; the buyer's 9 are the publisher's.
    assert world(market_first=True) == world(market_first=False) == [[9, 0, 9, 2], [3, 3]]


def test_owners_are_paid_pro_rata_and_what_rounding_leaves_stays() -> None:
    market = MarketAgent("market", wallet("market"), MarketRules(split_each))
    owners = [
        Payer(f"o{n}", 0, lambda payer, tick: market.take(Payment(payer, 0, NOTHING, assets=1)) if tick == 0 else None)
        for n in range(3)
    ]
    buyer = Payer("b", 1, lambda payer, tick: market.take(Payment(payer, 100, NOTHING)) if tick == 1 else None)
    step(state_of(*owners, buyer, market), 2)

    assert [owner.wallet.balance("OCEAN") for owner in owners] == [33, 33, 33]
    assert market.wallet.balance("OCEAN") == 1


def test_the_last_receiver_gets_what_rounding_leaves_of_the_fees() -> None:
    first, last = (StakerAgent(name, wallet(name)) for name in ("first", "last"))
    receivers = [(first, Fraction(1, 3)), (last, Fraction(2, 3))]
    market = MarketAgent("market", wallet("market"), MarketRules(split_each, Fraction(1)), receivers)
    payer = Payer("p", 1, lambda payer, tick: market.take(Payment(payer, 100, NOTHING)))
    step(state_of(payer, market))

    assert [agent.wallet.balance("OCEAN") for agent in (first, last)] == [33, 67]
    assert market.total_fees == 100


@pytest.mark.parametrize(("legacy", "buys"), [(False, True), (True, False)])
def test_a_data_provider_asks_for_the_price_of_what_it_buys_unless_legacy(legacy: bool, buys: bool) -> None:
    dao = RollingTreasuryAgent("dao", wallet("dao"), [], FundingRules(Score(), 0, 1))
    prices = AssetPrices(data=tokens(50), algo=tokens(5), compute=tokens(50))
    trade = PrivateTrade(stub_market("private"), stub_market("public"), AssetCosts(prices, prices), prices, legacy)
    researcher = PrivateResearcherAgent("r", wallet("r", 10), "data", dao, trade, dice=dice())
    funded = Payer("f", 0, lambda payer, tick: None)
    assert funded.proposal
    dao.update = {"f": Award(funded, funded.proposal)}

    step(state_of(researcher))

    assert held(researcher) == [5 if buys else 10]
