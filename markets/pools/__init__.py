"""Automated market makers in float64: one step contract, exact arbitrage, any history.

`step.py` holds the contract that every pool fulfils: read it first, then `weighted.py`.

    pool = WeightedPool((0.5, 0.5))
    state = pool.start(1_000_000, prices[0])
    state, events = pool.step(state, Tick(prices[1], pool.weights, Costs(fee=0.003)))

    history = follow(constant_product(), prices, 1_000_000, Frictions(fee=0.003))
"""

from tokenspice.markets.errors import MarketError, PoolError, PriceDataError
from tokenspice.markets.pools.arbitrage import Route, all_routes_trade, pair_trade
from tokenspice.markets.pools.benchmarks import rebalancing_reserves
from tokenspice.markets.pools.concentrated import ConcentratedPool, Position
from tokenspice.markets.pools.cow import CowPool
from tokenspice.markets.pools.eclp import EclpPool
from tokenspice.markets.pools.frictions import Changes, Frictions, TimedSwap
from tokenspice.markets.pools.history import PoolHistory, follow
from tokenspice.markets.pools.hodl import HodlPool
from tokenspice.markets.pools.reclamm import ReclammPool
from tokenspice.markets.pools.step import Costs, Offer, Pool, PoolState, StepEvents, Swap, Tick
from tokenspice.markets.pools.weighted import WeightedPool, constant_product

__all__ = [
    "Changes",
    "ConcentratedPool",
    "Costs",
    "CowPool",
    "EclpPool",
    "Frictions",
    "HodlPool",
    "MarketError",
    "Offer",
    "Pool",
    "PoolError",
    "PoolHistory",
    "PoolState",
    "Position",
    "PriceDataError",
    "ReclammPool",
    "Route",
    "StepEvents",
    "Swap",
    "Tick",
    "TimedSwap",
    "WeightedPool",
    "all_routes_trade",
    "constant_product",
    "follow",
    "pair_trade",
    "rebalancing_reserves",
]
