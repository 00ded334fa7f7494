"""Can a maker earn a margin without a view? It quotes on one market, hedges on another, and moves money between the two."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.exchange import (
    BackgroundMarket,
    BackgroundStrategy,
    HedgedMarketMaker,
    HedgedStrategy,
    MarketOrderStrategy,
    MarketOrderTrader,
    UncrossAuctionAgent,
    UncrossStrategy,
)
from tokenspice.engine import MINUTE, AtLeast, Doc, LogRow, Range, Seconds, Spec, Study, Unit, final, lines
from tokenspice.markets.processes import GeometricBrownianMotion, GeometricWalk
from tokenspice.netlists.exchange.benchmark import market_orders
from tokenspice.netlists.exchange.charts import ASSET, CONTRACTS, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = {
    "hedged": "hedged maker, both markets",
    "takers": "market orders where it quotes",
    "background": "background where it hedges",
    "openers": "openers",
}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    max_ticks: int = 480
    log_interval: Seconds = 10 * MINUTE
    market: MarketParameters = MarketParameters(decimals=3, position_decimals=3)
    price: GeometricWalk = GeometricWalk(1_000.0, GeometricBrownianMotion(sigma=1.0))
    background: BackgroundStrategy = BackgroundStrategy(
        spread=1.0, tick_spacing=0.5, num_levels_per_side=20, kappa=0.3, mint=1e7
    )
    hedged: HedgedStrategy = HedgedStrategy(
        commitment_amount=0.0, profit_margin=0.005, kappa=0.2, num_levels=10, tick_spacing=1.0, mint=20_000.0
    )
    n_takers: Annotated[int, AtLeast(0), Unit("traders"), Doc("who send market orders where it quotes")] = 5
    takers: MarketOrderStrategy = market_orders(0.05, intensity=3.0, step_bias=0.5)


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("INTERNAL"), ss.price)
        self.external_id = self.service.create_market_from_config(ss.market.config("EXTERNAL"))
        background = BackgroundMarket("background", self.service, self.external_id, self.prices, ss.background)
        self.add_group("background", [background])
        self.add_openers()
        for side in ("buy", "sell"):
            terms = UncrossStrategy(side=side, mint=1e9)
            self.addAgent(UncrossAuctionAgent(f"external_{side}", self.service, self.external_id, self.prices, terms))
        self.maker = HedgedMarketMaker("hedged", self.service, self.market_id, self.external_id, ss.hedged)
        self.add_group("hedged", [self.maker])
        self.groups["hedged"].append(self.maker.hedge)
        takers = [MarketOrderTrader(f"taker{i}", self.service, self.market_id, ss.takers) for i in range(ss.n_takers)]
        self.add_group("takers", takers)


def netlist_createLogData(state: SimState) -> LogRow:
    maker = state.maker
    return exchange_row(state) | LogRow(
        internal_position=maker.volume(),
        external_position=maker.hedge.volume(),
        unhedged=maker.volume() + maker.hedge.volume(),
        internal_free=maker.free(maker),
        external_free=maker.free(maker.hedge),
    )


netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("What the hedged maker gains", ASSET, pnl_hedged="").shown(
            about="On both markets, after fees on both; it was given the same money on each."
        ),
        lines(
            "Positions",
            CONTRACTS,
            internal_position="where it quotes",
            external_position="where it hedges",
            unhedged="sum",
        ).shown(about="The sum is what it has not hedged."),
        lines("Free money", ASSET, internal_free="where it quotes", external_free="where it hedges").shown(
            about="Half of the difference is moved when it is large, and arrives after a while."
        ),
    ],
)

netlist_study = Study(
    design={
        "hedged.profit_margin": Range(0.001, 0.02, log=True),
        "hedged.transfer_threshold": Range(100.0, 5_000.0, log=True),
    },
    environment={"price.motion.sigma": Range(0.2, 3.0), "background.spread": Range(0.2, 10.0, log=True)},
    metrics={"gain": final("pnl_hedged", unit="USD"), "takers": final("pnl_takers", unit="USD")},
    specs=[Spec("gain", at_least=0.0, unit="USD", in_share=0.9)],
    invariants=INVARIANTS,
    goals={"gain": "maximise"},
)
