"""What do risky traders cost the others? Traders who stake all they have, closed out again and again."""

from dataclasses import dataclass, replace
from typing import Annotated

from tokenspice.agents.exchange import RiskyMarketOrderTrader, RiskyStrategy
from tokenspice.engine import (
    COUNT,
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
    highest,
    lines,
)
from tokenspice.markets.processes import ArithmeticWalk
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
from tokenspice.netlists.exchange.parameters import LiquidationParameters, MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = BENCHMARK | {"risky_long": "risky, long", "risky_short": "risky, short"}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = 30
    max_ticks: int = 600
    log_interval: Seconds = 10 * MINUTE
    market: MarketParameters = MarketParameters(
        decimals=3, position_decimals=3, liquidation=LiquidationParameters(30, 0.5, 0, 0.5, 0.5)
    )
    price: ArithmeticWalk = ArithmeticWalk(start=1_000.0, sigma=3.0, floor=1.0)
    others: BenchmarkParameters = BenchmarkParameters(
        maker=maker(1e6, kappa=2.4, market_kappa=50.0, tick_spacing=0.1),
        takers=market_orders(0.01),
        limit=limit_orders(0.001),
    )
    n_risky: Annotated[int, AtLeast(0), Unit("traders"), Doc("who stake all they have, on each side")] = 2
    risky: RiskyStrategy = RiskyStrategy(leverage_factor=0.5, mint=1_000.0)


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("LIQ"), ss.price)
        add_benchmark(self, ss.others, uncrossing_size=20.0)
        self.add_risky("risky_long", replace(ss.risky, side="buy"))
        self.add_risky("risky_short", replace(ss.risky, side="sell"))

    def add_risky(self, group: str, terms: RiskyStrategy) -> None:
        where = (self.service, self.market_id, terms)
        self.add_group(group, [RiskyMarketOrderTrader(f"{group}{i}", *where) for i in range(self.ss.n_risky)])


def netlist_createLogData(state: SimState) -> LogRow:
    risky = state.agents.filter_by_class(RiskyMarketOrderTrader).values()
    return exchange_row(state) | LogRow(ruined=sum(agent.close_outs for agent in risky))


netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("Insurance pool", ASSET, insurance="").shown(
            about="What traders had left when they were closed out, less what the network lost on their positions."
        ),
        lines("Close-outs", COUNT, n_closeouts="positions taken over", ruined="traders who lost all"),
        lines("Position of the network", CONTRACTS, network_position="").shown(
            draw="step", about="Taken over and not yet disposed of; above 0 it is long."
        ),
    ],
)

netlist_study = Study(
    design={
        "market.liquidation.step_seconds": Range(1, 300),
        "market.liquidation.fraction": Range(0.05, 1.0),
        "market.liquidation.max_fraction": Range(0.05, 1.0),
        "market.margin.strictness": Range(1.0, 4.0),
    },
    environment={"price.sigma": Range(0.1, 10.0, log=True), "price.drift": Range(-0.2, 0.0)},
    metrics={
        "insurance": final("insurance", unit="USD"),
        "socialised": final("socialised", unit="USD"),
        "closeouts": final("n_closeouts"),
        "network_position": highest("network_position", unit="contracts"),
    },
    specs=[Spec("socialised", at_most=0.0, unit="USD", in_share=0.9)],
    invariants=INVARIANTS,
    goals={"insurance": "maximise"},
)
