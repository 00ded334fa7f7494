"""Consumers of data, on every backend and every version of Ocean."""

import pytest

from tests.agents.market import PROTOCOLS, DataMarketState
from tokenspice.agents.consumers import DataconsumerAgent, DataconsumerStrategy
from tokenspice.engine.units import DAY, HOUR, Amount, tokens
from tokenspice.web3engine.chain import Chain

pytestmark = pytest.mark.parametrize("protocol", PROTOCOLS)
DAILY = DataconsumerStrategy(s_between_buys=DAY)


def consumer(
    state: DataMarketState, ocean: Amount = tokens(1000), strategy: DataconsumerStrategy = DAILY
) -> DataconsumerAgent:
    return DataconsumerAgent("tested", state.wallet(ocean), state.chain.faucet, strategy, state.rugged)


def test_it_hands_one_datatoken_in_and_earns_what_it_spent_and_a_margin(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    pool = state.open()
    agent = consumer(state)
    publisher_had, faucet_had, cost = (
        pool.datatokens_of(pool.publisher),
        chain.faucet.balance("OCEAN"),
        pool.cost_of(tokens(1)),
    )

    state.run(agent, 23)
    assert agent.wallet.balance("OCEAN") == tokens(1000)
    state.run(agent, 1)

    earned = cost + cost * 2 // 10
    assert pool.datatokens_of(agent.wallet.address) == 0
    assert pool.datatokens_of(pool.publisher) == publisher_had + tokens(1)
    assert agent.wallet.balance("OCEAN") == tokens(1000) - cost + earned
    assert chain.faucet.balance("OCEAN") == faucet_had - tokens(1000) + tokens(1000) - earned


def test_it_buys_at_the_first_chance_after_its_timer_has_run_out(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    agent = consumer(state)
    state.run(agent, 30)

    state.open()
    state.run(agent, 1)

    assert agent.wallet.balance("OCEAN") > tokens(1000)


def test_it_buys_nothing_that_costs_all_it_has_or_more(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    pool = state.open()
    cost = pool.cost_of(tokens(1))
    agent = consumer(state, cost)

    state.run(agent, 48)

    assert agent.wallet.balance("OCEAN") == cost


def test_it_avoids_a_rugged_pool(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    state.open()
    state.rugged.append("pool0")
    agent = consumer(state)

    state.run(agent, 48)

    assert agent.wallet.balance("OCEAN") == tokens(1000)


def test_a_pool_too_small_for_a_whole_datatoken_is_passed_over(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    pool = state.open()
    agent = consumer(state, tokens(10**7))
    buyer = chain.wallet("buyer", OCEAN=tokens(10**8))
    while pool.datatoken_reserve() >= tokens(3):
        amount = pool.most_datatokens_out()
        pool.buy_datatoken(buyer, amount, pool.cost_of(amount))

    state.run(agent, 24)

    assert agent.wallet.balance("OCEAN") == tokens(10**7)


def test_a_margin_may_be_a_loss(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    state.open()
    agent = consumer(state, strategy=DataconsumerStrategy(HOUR, profit_margin_on_consume=tokens("-0.5")))

    state.run(agent, 1)

    assert agent.wallet.balance("OCEAN") < tokens(1000)
