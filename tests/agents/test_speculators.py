"""Speculators and stakers, on every backend and every version of Ocean."""

import pytest

from tests.agents.market import PROTOCOLS, DataMarketState
from tokenspice.agents.speculators import (
    SpeculatorAgent,
    SpeculatorStrategy,
    StakerspeculatorAgent,
    StakerspeculatorStrategy,
)
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import HOUR, Amount, tokens
from tokenspice.web3engine.chain import Chain

on_each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)
HOURLY = SpeculatorStrategy(s_between_speculates=HOUR)
HOURLY_STAKER = StakerspeculatorStrategy(s_between_speculates=HOUR)


class Coin:
    """Stands in for a random stream: the first of any choices, and a coin that falls as told."""

    def __init__(self, *tosses: float) -> None:
        self.tosses = list(tosses)

    def integers(self, n: int) -> int:
        return 0

    def random(self) -> float:
        return self.tosses.pop(0)


def speculator(
    state: DataMarketState, strategy: SpeculatorStrategy = HOURLY, ocean: Amount = tokens(1000)
) -> SpeculatorAgent:
    return SpeculatorAgent("tested", state.wallet(ocean), strategy, state.rugged)


def staker(
    state: DataMarketState, strategy: StakerspeculatorStrategy = HOURLY_STAKER, ocean: Amount = tokens(1000)
) -> StakerspeculatorAgent:
    return StakerspeculatorAgent("tested", state.wallet(ocean), strategy, state.rugged)


def toss(state: DataMarketState, *tosses: float) -> Coin:
    coin = Coin(*tosses)
    state.rng = lambda name: coin  # type: ignore[method-assign, assignment, return-value]
    return coin


@on_each_protocol
def test_a_speculator_without_datatokens_buys_and_tosses_no_coin(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    pool, agent = state.open(), speculator(state)
    cost = pool.cost_of(tokens(1))
    toss(state)

    state.run(agent, 1)

    assert pool.datatokens_of(agent.wallet.address) == tokens(1)
    assert agent.wallet.balance("OCEAN") == tokens(1000) - cost


@on_each_protocol
def test_heads_it_sells_its_part_tails_it_buys_more(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    strategy = SpeculatorStrategy(HOUR, DT_bought=tokens(2), part_sold=tokens("0.25"))
    pool, agent = state.open(), speculator(state, strategy)
    coin = toss(state, 0.5, 0.49)

    state.run(agent, 2)
    assert pool.datatokens_of(agent.wallet.address) == tokens(4)
    state.run(agent, 1)

    assert pool.datatokens_of(agent.wallet.address) == tokens(3)
    assert coin.tosses == []


@on_each_protocol
def test_it_buys_no_more_than_the_pool_sells_and_nothing_that_it_cannot_pay(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    pool = state.open()
    most = pool.most_datatokens_out()
    agent = speculator(state, SpeculatorStrategy(HOUR, DT_bought=tokens(10_000)), ocean=pool.cost_of(most))

    state.run(agent, 1)
    assert pool.datatokens_of(agent.wallet.address) == most and agent.wallet.balance("OCEAN") == 0

    toss(state, 0.9)
    state.run(agent, 1)

    assert pool.datatokens_of(agent.wallet.address) == most


@on_each_protocol
def test_it_sells_no_more_than_the_pool_takes(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    pool, agent = state.open(), speculator(state, ocean=tokens(10**6))
    for _ in range(3):
        amount = pool.most_datatokens_out()
        pool.buy_datatoken(agent.wallet, amount, pool.cost_of(amount))
    held, most = pool.datatokens_of(agent.wallet.address), pool.most_datatokens_in()
    toss(state, 0.1)

    state.run(agent, 1)

    assert most < held and pool.datatokens_of(agent.wallet.address) == held - most


@on_each_protocol
def test_a_staker_stakes_a_part_of_its_ocean_and_heads_takes_back_a_part_of_its_shares(
    chain: Chain, protocol: str
) -> None:
    state = DataMarketState(chain, protocol)
    pool, agent = state.open(), staker(state)
    toss(state, 0.1)

    state.run(agent, 1)
    shares = pool.shares_of(agent.wallet.address)
    assert agent.wallet.balance("OCEAN") == tokens(900) and shares > 0
    state.run(agent, 1)

    assert pool.shares_of(agent.wallet.address) == shares - shares // 10
    assert agent.wallet.balance("OCEAN") == pytest.approx(tokens(910), rel=0.001)


@on_each_protocol
def test_a_staker_stakes_no_more_than_the_pool_takes(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    state.open()
    agent = staker(state, StakerspeculatorStrategy(HOUR, part_staked=tokens(1)), ocean=tokens(5000))

    state.run(agent, 1)

    assert agent.wallet.balance("OCEAN") == tokens(4000)


@on_each_protocol
def test_both_wait_for_a_pool_and_then_for_their_timer(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    agent = staker(state, StakerspeculatorStrategy(s_between_speculates=3 * HOUR))
    state.run(agent, 5)

    state.open()
    state.run(agent, 1)
    after_first = agent.wallet.balance("OCEAN")
    toss(state, 0.9)
    state.run(agent, 2)

    assert after_first == agent.wallet.balance("OCEAN") == tokens(900)
    state.run(agent, 1)
    assert agent.wallet.balance("OCEAN") == tokens(810)


@on_each_protocol
def test_both_avoid_a_rugged_pool_and_an_unknown_name_does_no_harm(chain: Chain, protocol: str) -> None:
    state = DataMarketState(chain, protocol)
    rugged, sound = state.open(), state.open()
    state.rugged += ["pool0", "no such pool"]
    agent, other = staker(state), speculator(state)

    state.run(agent, 4)
    state.run(other, 4)

    assert rugged.shares_of(agent.wallet.address) == rugged.datatokens_of(agent.wallet.address) == 0
    assert sound.shares_of(agent.wallet.address) > 0


@pytest.mark.parametrize("part", ["-0.1", "1.1"])
def test_a_part_beyond_the_whole_is_refused(part: str) -> None:
    with pytest.raises(StrategyError, match="part_sold"):
        SpeculatorStrategy(part_sold=tokens(part))
    with pytest.raises(StrategyError, match="part_unstaked"):
        StakerspeculatorStrategy(part_unstaked=tokens(part))
