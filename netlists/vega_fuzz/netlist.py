"""Does any instruction break the exchange? Parties who send everything, valid or not, and are poor enough to be closed out."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.exchange import (
    BackgroundMarket,
    BackgroundStrategy,
    FuzzingAgent,
    FuzzStrategy,
    PriceSensitiveLimitOrderTrader,
    SweepStrategy,
)
from tokenspice.engine import COUNT, MINUTE, AtLeast, Doc, LogRow, Range, Seconds, Spec, Study, Unit, final, lines
from tokenspice.markets.processes import FuzzSeries
from tokenspice.netlists.exchange.charts import ASSET, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = {
    "background": "background",
    "fuzz": "who send anything",
    "sweepers": "who sweep stale quotes",
    "openers": "openers",
}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = 30
    max_ticks: int = 120
    log_interval: Seconds = 5 * MINUTE
    market: MarketParameters = MarketParameters(decimals=2, position_decimals=3)
    price: FuzzSeries = FuzzSeries()
    background: BackgroundStrategy = BackgroundStrategy(
        spread=2.0, tick_spacing=1.0, num_levels_per_side=20, kappa=0.1, mint=1e7
    )
    n_fuzzers: Annotated[int, AtLeast(0), Unit("parties"), Doc("who send instructions, valid or not")] = 8
    fuzzer: FuzzStrategy = FuzzStrategy()
    n_sweepers: Annotated[int, AtLeast(0), Unit("traders"), Doc("who take what is mispriced")] = 2
    sweeper: SweepStrategy = SweepStrategy(scale=1.0, max_order_size=1.0)


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("FUZZ"), ss.price)
        where = (self.service, self.market_id)
        self.add_group("background", [BackgroundMarket("background", *where, self.prices, ss.background)])
        self.add_openers()
        self.add_group("fuzz", [FuzzingAgent(f"fuzzer{i}", *where, ss.fuzzer) for i in range(ss.n_fuzzers)])
        self.add_group(
            "sweepers",
            [
                PriceSensitiveLimitOrderTrader(f"sweeper{i}", *where, self.prices, ss.sweeper)
                for i in range(ss.n_sweepers)
            ],
        )


def netlist_createLogData(state: SimState) -> LogRow:
    fuzzers = state.agents.filter_by_class(FuzzingAgent).values()
    broken = [name for name, holds in INVARIANTS.items() if holds(state) is not True]
    return exchange_row(state) | LogRow(
        n_sent=sum(agent.n_sent for agent in fuzzers),
        n_contradictions=sum(agent.n_contradictions for agent in fuzzers),
        n_broken=len(broken),
    )


netlist_marks = exchange_marks
netlist_x_axis = "Min"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("Invariants that do not hold", COUNT, n_broken="").shown(
            about=f"Of {len(INVARIANTS)}: conservation to the unit, empty settlement accounts, positions that add up to 0, ..."
        ),
        lines("Instructions", COUNT, n_sent="sent", n_contradictions="of these, such as no builder makes"),
        lines("Close-outs", COUNT, n_closeouts="").shown(
            about="Fuzzers are poor, so that these happen again and again."
        ),
        lines("Insurance pool", ASSET, insurance=""),
    ],
)

netlist_study = Study(
    random={},
    environment={
        "fuzzer.bias": Range(0.0, 1.0),
        "fuzzer.mint": Range(10.0, 10_000.0, log=True),
        "price.sigma": Range(0.5, 20.0, log=True),
    },
    metrics={"broken": final("n_broken"), "closeouts": final("n_closeouts"), "sent": final("n_sent")},
    specs=[Spec("broken", at_most=0.0, in_share=0.99)],
    invariants=INVARIANTS,
)
