"""What does a market maker gain by leaning against its inventory? Optimal quotes, in the model's own market."""

from dataclasses import dataclass
from math import exp
from typing import Annotated

from tokenspice.agents.exchange import IdealMarketMaker, IdealStrategy
from tokenspice.engine import (
    COUNT,
    MINUTE,
    AtLeast,
    Doc,
    LogRow,
    Metric,
    Range,
    Rows,
    Seconds,
    Spec,
    Study,
    Unit,
    final,
    lines,
)
from tokenspice.markets.processes import ArithmeticWalk
from tokenspice.markets.quoting import MakerProblem
from tokenspice.netlists.exchange.charts import ASSET, CONTRACTS, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_row
from tokenspice.netlists.exchange.parameters import FeeParameters, MarketParameters, MonitoringParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = {"maker": "maker", "openers": "openers"}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    max_ticks: int = 180
    log_interval: Seconds = 2 * MINUTE
    market: MarketParameters = MarketParameters(
        decimals=5,
        position_decimals=0,
        fees=FeeParameters(0.0, 0.0, 0.0, 0.0),
        monitoring=MonitoringParameters(horizon_seconds=0),
    )
    price: ArithmeticWalk = ArithmeticWalk(start=100.0, sigma=0.05, floor=1.0)
    maker: IdealStrategy = IdealStrategy(
        problem=MakerProblem(kappa=10.0, arrivals=5.0, phi=1e-3, alpha=1e-2, q_low=-20, q_high=20),
        commitment_amount=0.0,
        mint=1e6,
    )
    penalty: Annotated[
        float,
        AtLeast(0),
        Unit("USD per minute"),
        Doc("of the squared inventory; what the objective counts, whatever the maker does"),
    ] = 1e-3


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.open_market(ss.market.config("OPTMM"), ss.price)
        self.maker = IdealMarketMaker(
            "maker", self.service, self.market_id, self.prices, ss.max_ticks, ss.time_step, ss.maker
        )
        self.add_group("maker", [self.maker])
        self.add_openers()
        self.expected = [0.0, 0.0]
        self.penalty = 0.0

    def takeStep(self) -> None:
        if self.maker.is_trading():
            minutes = self.ss.time_step / MINUTE
            arrivals = self.ss.maker.problem.arrivals * minutes
            for i, depth in enumerate(self.maker.decide(self)):
                if depth is not None:
                    self.expected[i] += arrivals * exp(-self.ss.maker.problem.kappa * max(depth, 0.0))
        super().takeStep()
        self.penalty += self.ss.penalty * self.maker.volume() ** 2 * self.ss.time_step / MINUTE


def netlist_createLogData(state: SimState) -> LogRow:
    maker, row = state.maker, exchange_row(state)
    bid, ask = maker.decide(state)
    return row | LogRow(
        inventory=maker.volume(),
        depth_bid=float("nan") if bid is None else bid,
        depth_ask=float("nan") if ask is None else ask,
        filled_bid=maker.filled[0],
        filled_ask=maker.filled[1],
        expected_bid=state.expected[0],
        expected_ask=state.expected[1],
        objective=row["pnl_maker"] - state.penalty,
    )


netlist_x_axis = "Min"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("What the maker gains", ASSET, pnl_maker="profit", objective="less the penalty of its inventory").shown(
            about="The second is what the control problem maximises: profit less `penalty` times the square of what it holds."
        ),
        lines("Inventory", CONTRACTS, inventory="").shown(
            draw="step", about="It leans against it by quoting the side that reduces it nearer to the price."
        ),
        lines("Depth of quotes", ASSET, depth_bid="bid", depth_ask="ask").shown(about="From the outside price."),
        lines(
            "Fills",
            COUNT,
            filled_bid="bids",
            filled_ask="asks",
            expected_bid="bids, as the model expects",
            expected_ask="asks, as the model expects",
        ).shown(about="The model expects the share exp(-κ δ) of arrivals at depth δ."),
        lines("Profit of those who open the market", ASSET, pnl_openers=""),
    ],
)


def largest_inventory(rows: Rows) -> float:
    """Return the largest inventory that was logged, long or short."""
    return float(max(abs(rows["inventory"])))


netlist_study = Study(
    design={
        "maker.problem.phi": Range(1e-5, 0.1, log=True),
        "maker.problem.alpha": Range(1e-5, 0.1, log=True),
    },
    environment={"price.sigma": Range(0.0, 0.3), "maker.problem.arrivals": Range(0.5, 20.0, log=True)},
    metrics={
        "objective": final("objective", unit="USD"),
        "profit": final("pnl_maker", unit="USD"),
        "largest_inventory": Metric(largest_inventory, unit="contracts"),
    },
    specs=[Spec("objective", at_least=0.0, in_share=0.9)],
    invariants=INVARIANTS,
    goals={"objective": "maximise"},
)
