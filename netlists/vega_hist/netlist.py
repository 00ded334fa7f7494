"""How would a maker and takers have fared in history? Prices from a file, and an exchange around them."""

from dataclasses import dataclass, replace

from tokenspice.engine import MINUTE, Range, Seconds, Spec, Study, final, lines, max_drawdown
from tokenspice.markets.processes import HistoricPrices
from tokenspice.netlists.exchange.benchmark import (
    BENCHMARK,
    BenchmarkParameters,
    add_benchmark,
    limit_orders,
    maker,
    market_orders,
)
from tokenspice.netlists.exchange.charts import ASSET, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters, RiskParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = MINUTE
    max_ticks: int = 480
    log_interval: Seconds = 10 * MINUTE
    market: MarketParameters = MarketParameters(decimals=2, position_decimals=3, risk=RiskParameters(sigma=1.0))
    price: HistoricPrices = HistoricPrices(token="ETH", start="2023-01-22", days=20)
    others: BenchmarkParameters = BenchmarkParameters(
        maker=replace(maker(1e6, kappa=0.2, market_kappa=0.5, tick_spacing=1.0), commitment_amount=0.0),
        takers=market_orders(0.02, step_bias=0.5),
        limit=limit_orders(0.01),
    )


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("HIST"), ss.price)
        add_benchmark(self, ss.others, uncrossing_size=1.0)


netlist_createLogData = exchange_row
netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    BENCHMARK,
    [
        lines("Who gains", ASSET, **{f"pnl_{name}": text for name, text in BENCHMARK.items()}).shown(
            about="What each group has more than it was given, positions at the mark price."
        ),
        lines("Price", ASSET, outside_price="of the file", mark_price="mark", mid_price="middle of the book"),
    ],
)

netlist_study = Study(
    design={
        "others.maker.problem.kappa": Range(0.1, 5.0, log=True),
        "others.maker.problem.phi": Range(1e-6, 1e-2, log=True),
    },
    environment={"price.days": Range(1, 20)},
    metrics={
        "maker": final("pnl_maker", unit="USD"),
        "takers": final("pnl_takers", unit="USD"),
        "fall": max_drawdown("outside_price"),
    },
    specs=[Spec("maker", at_least=0.0, unit="USD", in_share=0.5)],
    invariants=INVARIANTS,
    goals={"maker": "maximise"},
)
