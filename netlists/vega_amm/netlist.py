"""What does a pool on the book earn beside makers? Concentrated liquidity that trades on margin."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.exchange import AutomatedMarketMaker, PoolStrategy
from tokenspice.engine import (
    MINUTE,
    AtLeast,
    Doc,
    LogRow,
    Range,
    Seconds,
    Spec,
    Study,
    Unit,
    final,
    lines,
    lowest,
)
from tokenspice.markets.processes import OrnsteinUhlenbeck
from tokenspice.netlists.exchange.benchmark import (
    BENCHMARK,
    BenchmarkParameters,
    add_benchmark,
    limit_orders,
    maker,
    market_orders,
)
from tokenspice.netlists.exchange.charts import ASSET, CONTRACTS, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = BENCHMARK | {"pool": "pool"}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = 30
    max_ticks: int = 480
    log_interval: Seconds = 5 * MINUTE
    market: MarketParameters = MarketParameters(decimals=3, position_decimals=3)
    price: OrnsteinUhlenbeck = OrnsteinUhlenbeck(theta=0.01, mu=1_000.0, sigma=1.0, start=1_000.0)
    others: BenchmarkParameters = BenchmarkParameters(
        maker=maker(1e6, kappa=0.2, market_kappa=1.0, tick_spacing=1.0),
        takers=market_orders(0.02, step_bias=0.3),
        limit=limit_orders(0.01),
    )
    n_pools: Annotated[int, AtLeast(0), Unit("pools"), Doc("each of an owner of its own")] = 1
    pool: PoolStrategy = PoolStrategy(mint=10_000.0)


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("AMM"), ss.price)
        add_benchmark(self, ss.others, uncrossing_size=20.0)
        where = (self.service, self.market_id, self.prices)
        self.add_group("pool", [AutomatedMarketMaker(f"pool{i}", *where, ss.pool) for i in range(ss.n_pools)])


def netlist_createLogData(state: SimState) -> LogRow:
    pools, kpis = state.market.pools.every(), state.kpis
    return exchange_row(state) | LogRow(
        pool_position=kpis.size(sum(pool.position.volume for pool in pools)),
        pool_margin=kpis.amount(sum(pool.position.margin.balance for pool in pools)),
        n_pools=len(pools),
    )


netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("What the pool gains", ASSET, pnl_pool="").shown(
            about="What its owner has more than it was given, positions at the mark price, fees for liquidity included."
        ),
        lines("Position of the pool", CONTRACTS, pool_position="").shown(
            where="n_pools",
            about="It buys as the price falls and sells as it rises: none at its base, the most at its bounds.",
        ),
        lines("Price", ASSET, outside_price="outside", mark_price="mark", mid_price="middle of the book"),
        lines("Margin of the pool", ASSET, pool_margin=""),
        lines("Pools", Unit("count"), n_pools=""),
    ],
)

netlist_study = Study(
    design={
        "pool.leverage_at_lower_bound": Range(1.0, 20.0),
        "pool.lower_bound_scaling": Range(0.9, 0.995),
        "pool.upper_bound_scaling": Range(1.005, 1.1),
        "pool.update_bias": Range(0.0, 0.5),
    },
    environment={"price.theta": Range(0.0, 0.1), "price.sigma": Range(0.1, 5.0, log=True)},
    metrics={"gain": final("pnl_pool", unit="USD"), "lowest": lowest("pnl_pool", unit="USD")},
    specs=[Spec("gain", at_least=0.0, unit="USD", in_share=0.9)],
    invariants=INVARIANTS,
    goals={"gain": "maximise"},
)
