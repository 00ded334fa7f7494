"""Who pays whom on a perpetual that trades above its outside price? Funding, a keeper, and a spread that comes and goes."""

from dataclasses import dataclass, replace
from typing import Annotated, final

from tokenspice.agents.exchange import ExchangeAgent, MarketOrderStrategy, MarketOrderTrader
from tokenspice.engine import (
    HOUR,
    MINUTE,
    AtLeast,
    Between,
    Doc,
    LogRow,
    Metric,
    Range,
    Rows,
    Seconds,
    SimStateBase,
    Spec,
    Study,
    Unit,
    lines,
)
from tokenspice.markets.exchange import ExchangeService, OracleBinding, Perpetual, TimeTrigger, TransferKind
from tokenspice.markets.processes import (
    GeometricBrownianMotion,
    GeometricWalk,
    OrnsteinUhlenbeck,
    PriceSeries,
    PriceSource,
)
from tokenspice.netlists.exchange.benchmark import (
    BENCHMARK,
    BenchmarkParameters,
    add_benchmark,
    limit_orders,
    maker,
    market_orders,
)
from tokenspice.netlists.exchange.charts import ASSET, exchange_charts
from tokenspice.netlists.exchange.flows import Flows
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = BENCHMARK | {"crowd": "crowd"}
NAMES = {"maker": "maker", "crowd": "crowd", "takers": "market orders", "limit": "limit orders"}
LOSS, WIN = TransferKind.FUNDING_LOSS, TransferKind.FUNDING_WIN


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = MINUTE
    max_ticks: int = 480
    log_interval: Seconds = 10 * MINUTE
    market: MarketParameters = MarketParameters(decimals=3, position_decimals=3)
    price: GeometricWalk = GeometricWalk(1_000.0, GeometricBrownianMotion(sigma=0.5))
    spread: OrnsteinUhlenbeck = OrnsteinUhlenbeck(theta=0.02, mu=5.0, sigma=0.5, start=0.0)
    funding_seconds: Annotated[Seconds, Between(60, 24 * HOUR), Doc("from one payment to the next")] = 30 * MINUTE
    scaling: Annotated[float, AtLeast(0), Doc("what each payment is multiplied with; 0 for no funding")] = 1.0
    others: BenchmarkParameters = BenchmarkParameters(
        maker=replace(maker(1e6, kappa=0.2, market_kappa=1.0, tick_spacing=1.0), commitment_amount=0.0),
        takers=market_orders(0.02),
        limit=limit_orders(0.01),
    )
    n_crowd: Annotated[int, AtLeast(0), Unit("traders"), Doc("who buy more than they sell")] = 5
    crowd: MarketOrderStrategy = MarketOrderStrategy(3.0, 1.0, 0.02, 0.5, 1e6)


@final
class KeeperAgent(ExchangeAgent):
    """Publishes the outside price each step.

    Args:
        name: of the agent, and of the key that signs.
        service: the exchange.
        market_id: of the perpetual.
        prices: outside.
    """

    def __init__(self, name: str, service: ExchangeService, market_id: str, prices: PriceSource) -> None:
        super().__init__(name, service, market_id)
        self._prices = prices

    def takeStep(self, state: SimStateBase) -> None:
        self.service.submit_oracle_data("outside", f"{self._prices.at(state.tick):.5f}", source=self.party)


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.flows = Flows(self.world.exchange, (LOSS, WIN))
        product = Perpetual(
            OracleBinding("outside", ("keeper",)), TimeTrigger(ss.funding_seconds), scaling_factor=ss.scaling
        )
        self.open_market(replace(ss.market.config("PERP"), product=product), ss.price)
        self.addAgent(KeeperAgent("keeper", self.service, self.market_id, self.prices))
        length = len(self.prices.prices)
        spread = ss.spread.path(self.rng("spread"), length, ss.time_step)
        self.quoted = PriceSeries([price + more for price, more in zip(self.prices.prices, spread, strict=True)])
        add_benchmark(self, ss.others, 20.0, self.quoted)
        where = (self.service, self.market_id)
        self.add_group("crowd", [MarketOrderTrader(f"crowd{i}", *where, ss.crowd) for i in range(ss.n_crowd)])

    def funding(self, group: str) -> float:
        """What a group was paid so far, less what it paid."""
        won, lost = self.flows.received[WIN], self.flows.paid[LOSS]
        return self.kpis.amount(sum(won.get(one.party, 0) - lost.get(one.party, 0) for one in self.groups[group]))


def netlist_createLogData(state: SimState) -> LogRow:
    row = exchange_row(state)
    return row | LogRow(
        premium=row["mark_price"] - row["outside_price"],
        spread_drawn=state.quoted.at(state.tick) - row["outside_price"],
        **{f"funding_{name}": state.funding(name) for name in NAMES},
    )


netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("Funding", ASSET, **{f"funding_{name}": text for name, text in NAMES.items()}).shown(
            draw="step",
            about="Received less paid, so far. While the perpetual trades above the outside price, longs pay shorts.",
        ),
        lines("Above the outside price", ASSET, premium="mark price", spread_drawn="where the maker quotes"),
        lines("Profit and loss", ASSET, **{f"pnl_{name}": text for name, text in GROUPS.items()}),
    ],
)


def mean_premium(rows: Rows) -> float:
    """Return by how much the mark price was above the outside price, on average."""
    known = rows["premium"][rows["premium"] == rows["premium"]]
    return float(known.mean()) if len(known) else 0.0


netlist_study = Study(
    design={"scaling": Range(0.0, 2.0), "funding_seconds": Range(300, 7_200)},
    environment={"spread.mu": Range(-10.0, 10.0), "price.motion.sigma": Range(0.1, 2.0)},
    metrics={
        "crowd_funding": Metric(lambda rows: float(rows["funding_crowd"][-1]), unit="USD"),
        "premium": Metric(mean_premium, unit="USD"),
    },
    specs=[Spec("crowd_funding", at_most=0.0, unit="USD", in_share=0.9)],
    invariants=INVARIANTS,
    goals={"crowd_funding": "minimise"},
)
