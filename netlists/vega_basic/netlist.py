"""Who pays for liquidity on an exchange, and who earns it? The smallest market that lives: makers, takers, a book."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.exchange import (
    BackgroundMarket,
    BackgroundStrategy,
    LimitOrderStrategy,
    LimitOrderTrader,
    MarketOrderStrategy,
    MarketOrderTrader,
    MomentumStrategy,
    MomentumTrader,
)
from tokenspice.engine import MINUTE, AtLeast, Doc, Range, Seconds, Spec, Study, Unit, final, highest, lines, mean
from tokenspice.markets.processes import GeometricBrownianMotion, GeometricWalk
from tokenspice.netlists.exchange.benchmark import limit_orders, market_orders
from tokenspice.netlists.exchange.charts import ASSET, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = {
    "background": "background",
    "takers": "market orders",
    "limit": "limit orders",
    "momentum": "momentum",
    "openers": "openers",
}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    max_ticks: int = 600
    log_interval: Seconds = 10 * MINUTE
    market: MarketParameters = MarketParameters(decimals=2, position_decimals=4)
    price: GeometricWalk = GeometricWalk(1_000.0, GeometricBrownianMotion(sigma=1.0))
    background: BackgroundStrategy = BackgroundStrategy(
        spread=2.0, tick_spacing=0.5, num_levels_per_side=20, kappa=0.1, mint=1e7
    )
    n_takers: Annotated[int, AtLeast(0), Unit("traders"), Doc("who send market orders by chance")] = 5
    takers: MarketOrderStrategy = market_orders(0.01, step_bias=1.0)
    n_limit: Annotated[int, AtLeast(0), Unit("traders"), Doc("who send limit orders by chance")] = 20
    limit: LimitOrderStrategy = limit_orders(0.01, mean=0.5)
    n_momentum: Annotated[int, AtLeast(0), Unit("traders"), Doc("who read charts")] = 1
    momentum: MomentumStrategy = MomentumStrategy(base_order_size=0.01, mint=1e6)


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("BASIC"), ss.price)
        where = (self.service, self.market_id)
        self.add_group("background", [BackgroundMarket("background", *where, self.prices, ss.background)])
        self.add_openers(0.1)
        self.add_group("takers", [MarketOrderTrader(f"taker{i}", *where, ss.takers) for i in range(ss.n_takers)])
        self.add_group(
            "limit", [LimitOrderTrader(f"limit{i}", *where, ss.limit, self.prices) for i in range(ss.n_limit)]
        )
        self.add_group("momentum", [MomentumTrader(f"momentum{i}", *where, ss.momentum) for i in range(ss.n_momentum)])


netlist_createLogData = exchange_row
netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("Who pays for liquidity", ASSET, **{f"pnl_{name}": text for name, text in GROUPS.items()}).shown(
            about="What each group has more than it was given. What is missing from a sum of 0 went to fees."
        ),
        lines("Spread", ASSET, spread="").shown(about="From the best bid to the best ask."),
    ],
)

netlist_study = Study(
    design={"background.spread": Range(0.5, 10.0), "market.fees.infrastructure": Range(0.0, 0.002)},
    environment={"price.motion.sigma": Range(0.2, 3.0)},
    metrics={
        "background": final("pnl_background", unit="USD"),
        "takers": final("pnl_takers", unit="USD"),
        "spread": mean("spread", unit="USD"),
        "gap": highest("tracking_error_bps", unit="bps"),
    },
    specs=[Spec("background", at_least=0.0, in_share=0.9)],
    invariants=INVARIANTS,
    goals={"takers": "maximise"},
)
