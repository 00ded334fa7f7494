"""The agents around one pool, in the order of the step of `markets`: with them alone, a run is that pool's history."""

from dataclasses import dataclass, field
from typing import final

from tokenspice.agents.dynamic_pools.arbitrage import PoolArbitrageurAgent
from tokenspice.agents.dynamic_pools.market import MarketAgent
from tokenspice.agents.dynamic_pools.providers import (
    CollectorAgent,
    FeeAgent,
    LiquidityAgent,
    LiquidityTerms,
    SupplyAgent,
)
from tokenspice.agents.dynamic_pools.traders import NoiseFlowAgent, NoiseTerms, NoiseTraderAgent, SwapReplayAgent
from tokenspice.agents.dynamic_pools.updates import PriceOracleAgent, UpdateRunnerAgent
from tokenspice.engine import DAY, MINUTE, AgentBase, Amount, Floats, Seconds, SimStateBase, WalletBase
from tokenspice.markets import Scenario
from tokenspice.markets.pools import Changes, Route, WeightedPool
from tokenspice.protocols.dynamicpool import PoolSystem, eighteen

__all__ = ["Surroundings", "wire_pool"]


@final
@dataclass(frozen=True)
class Surroundings:
    """Who is around a pool besides what its scenario says.

    Attributes:
        budget_USD: of everyone, in each token, dollars.
        market_USD: that the market outside has of each token, dollars.
        latency_ticks: of the arbitrageur, who then looks once a tick.
        post_every: seconds between two posts of prices; 0 for as often as the weights are updated.
        noise: people who swap; None for nobody.
        liquidity: who joins and leaves; None for nobody.
        extra: agents that step after all others.
    """

    budget_USD: float = 1e12
    market_USD: float = 1e13
    latency_ticks: int = 0
    post_every: Seconds = 0
    noise: NoiseTerms | None = None
    liquidity: LiquidityTerms | None = None
    extra: tuple[AgentBase, ...] = field(default=())


def wire_pool(
    state: SimStateBase, system: PoolSystem, scenario: Scenario, table: Floats, around: Surroundings = Surroundings()
) -> MarketAgent:
    """Add the agents around a pool to a state, and return the market.

    They step in this order: market, oracle, providers, the arbitrageur of prices, the update runner, traders, and the
    arbitrageur of weights. Noise traders in short and the protocol's collector follow each arbitrageur. With ticks of a
    minute, they do what the step of `markets` does, to rounding.

    Args:
        state: to which they are added.
        system: the pool with its runner.
        scenario: its strategy, and its frictions: fees, gas, swaps, supply.
        table: [minutes, n] prices of the run, dollars.
        around: who else there is.
    """
    frictions, strategy, pool = scenario.frictions, scenario.strategy, system.pool

    def wallet(name: str, value_USD: float = around.budget_USD) -> WalletBase:
        return system.bank(name, **funds(scenario, table, value_USD))

    market = MarketAgent("market", wallet("market", around.market_USD), table, pool.symbols)
    every = MINUTE * strategy.chunk_minutes if strategy else DAY
    step = MINUTE * frictions.every_minutes
    state.addAgent(market)
    if isinstance(frictions.fee, Changes):
        state.addAgent(FeeAgent("fee_setter", pool, frictions.fee))
    if system.runner:
        state.addAgent(PriceOracleAgent("oracle", system.runner, market, around.post_every or every))
    if frictions.supply is not None:
        state.addAgent(SupplyAgent("supply", system.provider, pool, frictions.supply, step))
    if around.liquidity:
        state.addAgent(LiquidityAgent("liquidity", wallet("liquidity"), pool, around.liquidity))
    moves = strategy is not None or (isinstance(scenario.pool, WeightedPool) and scenario.pool.moves)
    budgets = wallet("arbitrageur"), wallet("noise_flow")
    arbitrage = Arbitrage(state, system, scenario, market, around.latency_ticks, *budgets)
    arbitrage.add("arbitrageur")
    state.addAgent(UpdateRunnerAgent("update_runner", pool, system.runner, every, step))
    if frictions.swaps:
        state.addAgent(SwapReplayAgent("swappers", wallet("swappers"), pool, frictions.swaps, step))
    if around.noise:
        state.addAgent(NoiseTraderAgent("noise_traders", wallet("noise_traders"), pool, market, around.noise))
    # Who waits for a trade to land would not decide upon the same one again.
    if moves and not around.latency_ticks:
        arbitrage.add("arbitrageur_of_weights")
    for agent in around.extra:
        state.addAgent(agent)
    return market


@final
@dataclass(frozen=True)
class Arbitrage:
    """What both arbitrageurs share.

    Attributes:
        wallet: their budget.
        noise: of those who follow them.
    """

    state: SimStateBase
    system: PoolSystem
    scenario: Scenario
    market: MarketAgent
    latency_ticks: int
    wallet: WalletBase
    noise: WalletBase

    def add(self, name: str) -> None:
        """Add one, and those who step after it."""
        frictions, pool, market = self.scenario.frictions, self.system.pool, self.market
        if not frictions.arbitrage:
            return
        costs, every = (frictions.gas_USD, frictions.outside_fee), MINUTE * frictions.every_minutes
        route: Route = self.scenario.pool.route if isinstance(self.scenario.pool, WeightedPool) else "all"
        agent = PoolArbitrageurAgent(name, self.wallet, pool, market, *costs, self.latency_ticks, route, every)
        self.state.addAgent(agent)
        if frictions.noise_ratio:
            shares = frictions.noise_ratio, frictions.protocol_share
            followers = NoiseFlowAgent(
                f"noise_after_{name}", self.noise, pool, market, *shares, lambda: agent.last_fees_USD
            )
            self.state.addAgent(followers)
        if frictions.protocol_share:
            self.state.addAgent(CollectorAgent(f"collector_after_{name}", pool))


def funds(scenario: Scenario, table: Floats, value_USD: float) -> dict[str, Amount]:
    """So many dollars' worth of each token, at the first prices."""
    return {symbol: eighteen(value_USD / float(price)) for symbol, price in zip(scenario.tokens, table[0], strict=True)}
