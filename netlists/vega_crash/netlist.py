"""Does the insurance pool hold when the price crashes? Leveraged buyers on an exchange of futures."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.exchange import (
    BackgroundMarket,
    BackgroundStrategy,
    MarketOrderStrategy,
    MarketOrderTrader,
)
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
from tokenspice.markets.processes import RegimeChangeWalk
from tokenspice.netlists.exchange.charts import ASSET, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters, MonitoringParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = {"background": "background", "openers": "openers", "takers": "takers", "noise": "noise"}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = MINUTE
    max_ticks: int = 500
    log_interval: Seconds = 5 * MINUTE
    market: MarketParameters = MarketParameters(monitoring=MonitoringParameters(horizon_seconds=0))
    price: RegimeChangeWalk = RegimeChangeWalk(
        start=100.0, break_step=200, sigma_before=1.0, sigma_after=4.0, drift_before=0.1, drift_after=-0.5, floor=1.0
    )
    background: BackgroundStrategy = BackgroundStrategy(
        spread=0.2, tick_spacing=0.2, num_levels_per_side=20, kappa=1.1, mint=1e7
    )
    n_takers: Annotated[int, AtLeast(0), Unit("traders"), Doc("who only buy")] = 5
    taker: MarketOrderStrategy = MarketOrderStrategy(
        buy_intensity=3.0, sell_intensity=0.0, base_order_size=0.2, mint=1_000.0
    )
    n_noise: Annotated[int, AtLeast(0), Unit("traders"), Doc("who buy and sell")] = 20
    noise: MarketOrderStrategy = MarketOrderStrategy(
        buy_intensity=3.0, sell_intensity=3.0, base_order_size=0.1, mint=1_000.0
    )


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("CRASH", "USD"), ss.price)
        where = (self.service, self.market_id)
        self.add_group("background", [BackgroundMarket("background", *where, self.prices, ss.background)])
        self.add_openers()
        self.add_group("takers", [MarketOrderTrader(f"taker{i}", *where, ss.taker) for i in range(ss.n_takers)])
        self.add_group("noise", [MarketOrderTrader(f"noise{i}", *where, ss.noise) for i in range(ss.n_noise)])


def netlist_createLogData(state: SimState) -> LogRow:
    return exchange_row(state) | LogRow(insurance_holds=int(not state.kpis.forgone_units))


netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("Gains forgone because losers could not pay", ASSET, socialised="").shown(
            draw="step", about="What winners did not get, in all, so far: 0 as long as margins and insurance suffice."
        ),
        lines("Insurance pool", ASSET, insurance="").shown(
            about="What closed-out traders had left goes in; what the network loses on their positions comes out."
        ),
        lines("Close-outs", COUNT, n_closeouts=""),
        lines("The insurance pool has sufficed so far", Unit("1: yes, 0: no"), insurance_holds="").shown(draw="step"),
    ],
)


netlist_study = Study(
    design={
        "market.margin.strictness": Range(1.0, 4.0),
        "market.risk.aversion": Range(1e-8, 1e-2, log=True),
        "market.liquidation.step_seconds": Range(10, 300),
        "market.liquidation.fraction": Range(0.05, 1.0),
    },
    environment={"price.sigma_after": Range(1.0, 8.0), "price.drift_after": Range(-1.5, 0.0)},
    metrics={
        "insurance_holds": final("insurance_holds"),
        "socialised": final("socialised", unit="USD"),
        "closeouts": final("n_closeouts"),
        "network_position": highest("network_position", unit="contracts"),
    },
    specs=[Spec("insurance_holds", at_least=1.0, in_share=0.9)],
    invariants=INVARIANTS,
    goals={"socialised": "minimise"},
)
