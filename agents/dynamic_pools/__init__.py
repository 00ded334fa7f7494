"""Who is around a pool whose weights follow prices, wherever the pool lives. Read `wiring.py` first."""

from tokenspice.agents.dynamic_pools.arbitrage import ArbitrageTerms, PoolArbitrageurAgent
from tokenspice.agents.dynamic_pools.market import MarketAgent
from tokenspice.agents.dynamic_pools.network import (
    NetworkArbitrageurAgent,
    NetworkTraderAgent,
    NetworkTraderTerms,
)
from tokenspice.agents.dynamic_pools.providers import (
    CollectorAgent,
    FeeAgent,
    LiquidityAgent,
    LiquidityTerms,
    SupplyAgent,
)
from tokenspice.agents.dynamic_pools.routing import PoolView, Routed, best_arbitrage, best_swap, best_trades
from tokenspice.agents.dynamic_pools.traders import NoiseFlowAgent, NoiseTerms, NoiseTraderAgent, SwapReplayAgent
from tokenspice.agents.dynamic_pools.updates import PriceOracleAgent, UpdateRunnerAgent
from tokenspice.agents.dynamic_pools.wiring import Surroundings, wire_pool

__all__ = [
    "ArbitrageTerms",
    "CollectorAgent",
    "FeeAgent",
    "LiquidityAgent",
    "LiquidityTerms",
    "MarketAgent",
    "NetworkArbitrageurAgent",
    "NetworkTraderAgent",
    "NetworkTraderTerms",
    "NoiseFlowAgent",
    "NoiseTerms",
    "NoiseTraderAgent",
    "PoolArbitrageurAgent",
    "PoolView",
    "PriceOracleAgent",
    "Routed",
    "SupplyAgent",
    "Surroundings",
    "SwapReplayAgent",
    "UpdateRunnerAgent",
    "best_arbitrage",
    "best_swap",
    "best_trades",
    "wire_pool",
]
