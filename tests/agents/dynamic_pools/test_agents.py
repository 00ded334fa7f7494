"""Who is around a pool: arbitrageurs with budgets and latency, traders, providers, oracle and update runner."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tokenspice.agents.dynamic_pools import (
    CollectorAgent,
    FeeAgent,
    LiquidityAgent,
    LiquidityTerms,
    MarketAgent,
    NoiseTerms,
    NoiseTraderAgent,
    PoolArbitrageurAgent,
    PriceOracleAgent,
    SupplyAgent,
    UpdateRunnerAgent,
)
from tokenspice.engine import Floats, SimStateBase, SimStrategyBase, StrategyError, Wallet, in_tokens, tokens
from tokenspice.markets import Scenario
from tokenspice.markets.pools import Changes, Frictions, WeightedPool, all_routes_trade
from tokenspice.markets.strategies import Momentum, Strategy
from tokenspice.protocols.dynamicpool import PoolSystem, open_float

NAMES = ("BTC", "USDC")
START = np.array([[20_000.0, 1.0]])


class World:
    """A pool of a million dollars, and a market."""

    def __init__(self, table: Floats, strategy: Strategy | None = None, **frictions: Any) -> None:
        self.state = SimStateBase(replace(SimStrategyBase(), time_step=60, max_ticks=len(table)))
        pool = WeightedPool((0.5, 0.5), moves=strategy is not None)
        scenario = Scenario(NAMES, "2023-01-01", "", pool, strategy, frictions=Frictions(**frictions))
        self.system: PoolSystem = open_float(scenario, START, lambda: self.state.elapsed, staleness=120)
        self.pool = self.system.pool
        self.market = MarketAgent("market", Wallet("market", BTC=tokens(10**6), USDC=tokens(10**10)), table, NAMES)

    def tick(self, *agents: object) -> None:
        self.market.takeStep(self.state)
        for agent in agents:
            agent.takeStep(self.state)  # type: ignore[attr-defined]
        self.state.tick += 1

    @property
    def reserves(self) -> Floats:
        return np.array([in_tokens(amount) for amount in self.pool.reserves()])


RISEN = np.array([[22_000.0, 1.0]] * 20)


def test_an_arbitrageur_trades_to_the_optimum_and_gains_what_it_is_worth() -> None:
    world = World(RISEN, fee=0.003)
    wallet = Wallet("arbitrageur", BTC=tokens(100), USDC=tokens(10**6))
    agent = PoolArbitrageurAgent("arbitrageur", wallet, world.pool, world.market, gas_USD=2.0)
    before, best = world.reserves, all_routes_trade(world.reserves, np.array([0.5, 0.5]), RISEN[0], 0.997)

    world.tick(agent)

    np.testing.assert_allclose(world.reserves - before, best, rtol=1e-12)
    assert agent.gain_USD == pytest.approx(-float(best @ RISEN[0]) - 2.0)
    assert in_tokens(wallet.balance("BTC")) == pytest.approx(100, rel=1e-15)
    assert in_tokens(wallet.balance("USDC")) == pytest.approx(10**6 + agent.gain_USD + 2.0)


def test_a_small_budget_makes_small_trades_of_the_same_kind() -> None:
    world = World(RISEN, fee=0.003)
    agent = PoolArbitrageurAgent("arbitrageur", Wallet("arbitrageur", USDC=tokens(500)), world.pool, world.market)
    before = world.reserves

    world.tick(agent)

    assert world.reserves[1] - before[1] == pytest.approx(500, rel=1e-9) and agent.gain_USD > 0
    for _ in range(10):
        world.tick(agent)
    assert agent.n_trades == 11, "what it gains, it trades with"


def test_with_an_empty_budget_or_gas_above_the_gain_nothing_is_traded() -> None:
    for wallet, gas in ((Wallet("poor"), 0.0), (Wallet("rich", USDC=tokens(10**6), BTC=tokens(99)), 1e6)):
        world = World(RISEN)
        agent = PoolArbitrageurAgent("arbitrageur", wallet, world.pool, world.market, gas)

        world.tick(agent)

        assert (agent.n_trades, agent.n_refused, agent.gas_paid_USD) == (0, 0, 0.0)


def test_a_late_trade_is_made_as_it_was_decided_or_refused() -> None:
    rich = {"BTC": tokens(1000), "USDC": tokens(10**7)}
    world = World(RISEN, fee=0.003)
    slow = PoolArbitrageurAgent("slow", Wallet("slow", **rich), world.pool, world.market, 1.0, latency_ticks=2)
    fast = PoolArbitrageurAgent("fast", Wallet("fast", **rich), world.pool, world.market, 1.0)

    world.tick(slow)
    assert slow.n_trades == 0
    world.tick(fast, slow)  # which takes what there was
    world.tick(slow)

    assert (fast.n_trades, slow.n_trades, slow.n_refused) == (1, 0, 1)
    assert slow.gain_USD == slow.gas_paid_USD * -1 == -1.0


def test_people_swap_what_they_can_pay_and_not_at_bad_prices() -> None:
    world = World(np.array(np.repeat(START, 200, axis=0)), fee=0.003)
    always = NoiseTerms(activity=1.0, mean_USD=500.0, slippage=0.02)
    traders = NoiseTraderAgent(
        "traders", Wallet("traders", BTC=tokens(1), USDC=tokens(20_000)), world.pool, world.market, always
    )
    careful = replace(always, slippage=0.0)
    nobody = NoiseTraderAgent("nobody", Wallet("nobody", USDC=tokens(10**6)), world.pool, world.market, careful)

    for _ in range(100):
        world.tick(traders, nobody)

    assert traders.n_swaps > 50 and traders.fees_USD == pytest.approx(0.003 * traders.volume_USD)
    assert nobody.n_swaps < 20 and nobody.n_swaps + nobody.n_refused <= 100


def test_providers_come_and_go_in_proportion_within_their_budget() -> None:
    world = World(np.array(np.repeat(START, 400, axis=0)))
    terms = LiquidityTerms(activity=0.5, mean_share=0.05)
    rich = LiquidityAgent("rich", Wallet("rich", BTC=tokens(200), USDC=tokens(4 * 10**6)), world.pool, terms)
    poor = LiquidityAgent("poor", Wallet("poor", BTC=tokens(200)), world.pool, terms)
    ratio = world.reserves[1] / world.reserves[0]

    for _ in range(100):
        world.tick(rich, poor)

    assert rich.n_joins > 5 and rich.n_leaves > 5 and poor.n_joins == 0 and poor.n_refused > 5
    assert world.reserves[1] / world.reserves[0] == pytest.approx(ratio, rel=1e-12)


def test_a_supply_that_grows_and_shrinks_scales_the_pool() -> None:
    world = World(np.array(np.repeat(START, 20, axis=0)))
    provider = world.system.provider
    assert isinstance(provider, Wallet)
    provider.deposit("BTC", tokens(100))
    provider.deposit("USDC", tokens(10**7))
    agent = SupplyAgent("supply", provider, world.pool, Changes((2, 4), (3.0, 1.5), before=2.0))
    before, sizes = world.reserves, []

    for _ in range(6):
        world.tick(agent)
        sizes.append(world.reserves[0] / before[0])

    assert sizes == pytest.approx([1, 1, 1.5, 1.5, 0.75, 0.75])


def test_fees_change_when_they_should_and_the_protocol_collects_its_share() -> None:
    world = World(RISEN, fee=0.003, protocol_share=0.25)
    setter = FeeAgent("setter", world.pool, Changes((1,), (0.01,), before=0.003))
    collector = CollectorAgent("collector", world.pool)
    wallet = Wallet("arbitrageur", USDC=tokens(10**6), BTC=tokens(100))
    agent = PoolArbitrageurAgent("arbitrageur", wallet, world.pool, world.market)

    world.tick(setter, agent, collector)
    fees = agent.fees_USD
    world.tick(setter, agent, collector)

    assert world.pool.fee() == 0.01 and world.pool.owed() == [0, 0]
    assert collector.collected[1] == pytest.approx(0.25 * fees)


def test_an_oracle_posts_and_the_runner_updates_or_waits_for_fresh_prices() -> None:
    strategy = Strategy(Momentum(2.0, 50.0), chunk_minutes=5, moving_minutes=5)
    rising: Floats = START * np.array([[1.001, 1.0]]) ** np.arange(40.0)[:, None]
    world = World(rising, strategy)
    assert world.system.runner is not None
    oracle = PriceOracleAgent("oracle", world.system.runner, world.market, 60)
    runner = UpdateRunnerAgent("runner", world.pool, world.system.runner, 300)

    for _ in range(12):
        world.tick(oracle, runner)
    assert (runner.n_updates, runner.n_refused, oracle.n_posts) == (2, 0, 12)
    assert world.pool.weights()[0] > 0.5
    for _ in range(10):  # nobody posts any more, and prices of three minutes are too old
        world.tick(runner)

    assert runner.n_updates == 2 and runner.n_refused > 0


def test_a_market_without_prices_for_a_minute_says_so() -> None:
    world = World(START)
    world.tick()

    with pytest.raises(StrategyError, match="prices for 1 minutes"):
        world.tick()
