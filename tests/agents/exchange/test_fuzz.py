"""An agent that sends anything: the exchange answers, and nothing is made or lost."""

import numpy as np

from tests.agents.exchange.market import new_market, new_state, quote
from tokenspice.agents.exchange import (
    FuzzedAutomatedMarketMaker,
    FuzzedPoolStrategy,
    FuzzingAgent,
    FuzzStrategy,
    FuzzyGovernanceTransfer,
    FuzzyLiquidityProvider,
    FuzzyRewardFunder,
    FuzzyTransferStrategy,
    OpenAuctionPass,
    OpenAuctionStrategy,
    RiskySimpleLiquidityProvider,
    SuccessorMarketCreator,
    fuzzed_market_config,
)
from tokenspice.agents.exchange.fuzz import NO_MARKET, OrderFuzzer
from tokenspice.markets.exchange import Exchange, ExchangeService, OrderType


def test_a_poor_agent_that_sends_anything_breaks_nothing_and_loses_all_again_and_again() -> None:
    service, market = new_market(100)
    agents = [FuzzingAgent(f"fuzz{i}", service, market, FuzzStrategy(bias=0.8)) for i in range(4)]
    state, ledger = new_state(), service.exchange.ledger
    for state.tick in range(40):
        if state.tick % 10 == 0:
            quote(service, market, 100 + state.tick)
        for agent in agents:
            agent.takeStep(state)
        service.forward(10)
        assert ledger.totals() == ledger.deposited

    assert all(agent.n_sent > 400 for agent in agents)
    assert any(agent.n_contradictions for agent in agents)
    assert service.market(market).trade_count > 20


def test_with_full_bias_every_order_names_a_market_and_one_price_or_none() -> None:
    fuzzer = OrderFuzzer(np.random.Generator(np.random.PCG64(1)), bias=1.0)
    orders = [fuzzer.order("M1", 100.0, 0) for _ in range(500)]

    assert {order["market_id"] for order in orders} == {"M1"}
    for order in orders:
        has_price = "price" in order or "pegged" in order
        assert has_price == (order["order_type"] is OrderType.LIMIT)
        assert order["volume"] >= 0


def test_without_bias_every_order_names_a_wrong_market() -> None:
    fuzzer = OrderFuzzer(np.random.Generator(np.random.PCG64(1)), bias=0.0)

    assert {fuzzer.order("M1", 100.0, 0)["market_id"] for _ in range(50)} == {NO_MARKET}


def test_providers_and_pools_that_do_anything_make_and_lose_nothing() -> None:
    service, market = new_market(100)
    agents = [
        RiskySimpleLiquidityProvider("risky", service, market, mint=5000),
        FuzzyLiquidityProvider("fuzzy", service, market),
        FuzzedAutomatedMarketMaker("pools", service, market, FuzzedPoolStrategy(amends=0.5, cancels=0.2)),
        FuzzingAgent("taker", service, market),
    ]
    state, ledger, had_pool = new_state(), service.exchange.ledger, False
    for state.tick in range(25):
        quote(service, market, 100 + 3 * (state.tick % 7))
        for agent in agents:
            agent.takeStep(state)
        had_pool = had_pool or bool(service.list_amms(market, "pools"))
        service.forward(6)
        assert ledger.totals() == ledger.deposited

    assert had_pool
    assert service.party_account("risky", market).bond > 0
    assert service.has_liquidity_provision("fuzzy", market)


def test_transfers_and_markets_that_may_mean_nothing_are_taken_or_refused_and_no_more() -> None:
    service, market = new_market(100)
    often = FuzzyTransferStrategy(step_bias=1.0, validity=0.8)
    funders = [
        FuzzyRewardFunder("rewards", service, market, often),
        FuzzyGovernanceTransfer("treasury", service, market, often),
    ]
    successors = SuccessorMarketCreator("successors", service, market, successor_probability=0.5)
    state, ledger = new_state(), service.exchange.ledger
    for state.tick in range(20):
        for agent in (*funders, successors):
            agent.takeStep(state)
        service.forward(60)
        assert ledger.totals() == ledger.deposited

    assert all(agent.n_taken and agent.n_refused for agent in funders)
    assert successors.n_proposed
    assert len(service.all_markets()) > 1


def test_markets_of_any_settings_open_and_trade() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    for i in range(40):
        service = ExchangeService(Exchange())
        service.create_asset("USD", 5)
        market = service.create_market_from_config(fuzzed_market_config(rng, f"market {i}", "USD"))
        for side in ("buy", "sell"):
            OpenAuctionPass(side, service, market, OpenAuctionStrategy(side, 1000.0, 10.0, mint=1e9))
        service.forward(20)

        assert service.market(market).open_interest > 0
