"""What does it cost to keep an exchange's money in a contract? Matching in process, settlement on a chain, once a step."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.exchange import (
    BackgroundMarket,
    BackgroundStrategy,
    MarketOrderStrategy,
    MarketOrderTrader,
    Settlement,
    SettlementAgent,
)
from tokenspice.engine import COUNT, MINUTE, AtLeast, Doc, LogRow, Range, Seconds, Spec, Study, Unit, final, lines, mean
from tokenspice.markets.processes import GeometricBrownianMotion, GeometricWalk
from tokenspice.netlists.exchange.charts import ASSET, exchange_charts
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase
from tokenspice.web3engine import Chain

GROUPS = {"background": "background", "takers": "market orders", "buyers": "buyers on margin", "openers": "openers"}


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    max_ticks: int = 240
    log_interval: Seconds = 5 * MINUTE
    settlement: Annotated[
        Settlement, Doc("where the money is: in the engine alone, or in a vault on the chain, too")
    ] = "evm"
    market: MarketParameters = MarketParameters(decimals=2, position_decimals=4)
    price: GeometricWalk = GeometricWalk(1_000.0, GeometricBrownianMotion(sigma=12.0))
    background: BackgroundStrategy = BackgroundStrategy(
        spread=2.0, tick_spacing=0.5, num_levels_per_side=20, kappa=0.1, mint=1e7
    )
    n_takers: Annotated[int, AtLeast(0), Unit("traders"), Doc("who send market orders by chance")] = 10
    takers: MarketOrderStrategy = MarketOrderStrategy(base_order_size=0.01, mint=1e5)
    n_buyers: Annotated[int, AtLeast(0), Unit("traders"), Doc("who only buy, with little money")] = 3
    buyers: MarketOrderStrategy = MarketOrderStrategy(
        buy_intensity=2.0, sell_intensity=0.0, base_order_size=0.2, mint=1_000.0
    )

    @property
    def uses_chain(self) -> bool:
        return self.settlement == "evm"


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy, chain: Chain | None) -> None:
        super().__init__(ss, *([chain] if chain else []))
        config = ss.market.config("EVM")
        self.open_market(config, ss.price)
        where = (self.service, self.market_id)
        self.add_group("background", [BackgroundMarket("background", *where, self.prices, ss.background)])
        self.add_openers(0.1)
        self.add_group("takers", [MarketOrderTrader(f"taker{i}", *where, ss.takers) for i in range(ss.n_takers)])
        self.add_group("buyers", [MarketOrderTrader(f"buyer{i}", *where, ss.buyers) for i in range(ss.n_buyers)])
        self.settlement = SettlementAgent("settlement", self.world, config.asset, chain)
        self.addAgent(self.settlement)


def netlist_createLogData(state: SimState) -> LogRow:
    settlement, ticks = state.settlement, max(1, state.tick)
    return exchange_row(state) | LogRow(
        gas_per_step=settlement.gas / ticks,
        gas_per_account=settlement.gas / max(1, settlement.settled),
        accounts_per_step=settlement.settled / ticks,
        vault_deviation=settlement.deviation,
    )


netlist_marks = exchange_marks
netlist_x_axis = "Hour"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("Gas of a settlement", Unit("gas"), gas_per_step="").shown(
            about="Mean of the steps so far. All that changed hands in a step is one netted transaction."
        ),
        lines("Gas for each account that changed", Unit("gas"), gas_per_account=""),
        lines("Accounts that a settlement changes", COUNT, accounts_per_step=""),
        lines("What the vault holds beyond what the exchange owes", ASSET, vault_deviation="").shown(
            about="In base units: 0, or the run ends."
        ),
    ],
)


def is_backed(state: ExchangeStateBase) -> bool | str:
    """The vault's tokens are what the exchange owes, to the unit."""
    agent = state.getAgent("settlement")
    mirror = agent.mirror if isinstance(agent, SettlementAgent) else None
    return mirror is None or not mirror.deviation or f"the vault holds {mirror.deviation} base units too much"


netlist_study = Study(
    design={"n_takers": Range(1, 100), "time_step": Range(10, 600)},
    environment={"price.motion.sigma": Range(0.2, 20.0)},
    metrics={
        "gas_per_step": final("gas_per_step", unit="gas"),
        "gas_per_account": final("gas_per_account", unit="gas"),
        "accounts": mean("accounts_per_step"),
    },
    specs=[Spec("gas_per_step", at_most=3e6, in_share=0.9)],
    invariants={**INVARIANTS, "the vault backs what the exchange owes": is_backed},
    goals={"gas_per_step": "minimise"},
)
