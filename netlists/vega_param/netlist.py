"""What does a rule's parameter change for who provides liquidity? The market of parameter experiments, with the same seeds."""

from dataclasses import dataclass, replace
from typing import Annotated

from tokenspice.agents.exchange import (
    ExponentialShapedMarketMaker,
    ExponentialStrategy,
    InformedStrategy,
    InformedTrader,
    MarketOrderStrategy,
    MarketOrderTrader,
    PriceSensitiveLimitOrderTrader,
    SimpleLiquidityProvider,
    SimpleLiquidityStrategy,
    SweepStrategy,
)
from tokenspice.engine import (
    MINUTE,
    PERCENT,
    Above,
    AtLeast,
    Between,
    Choice,
    Doc,
    LogRow,
    Range,
    Seconds,
    Spec,
    Study,
    final,
    lines,
    lowest,
)
from tokenspice.markets.exchange import ONE, TransferKind
from tokenspice.markets.processes import GeometricBrownianMotion, GeometricWalk
from tokenspice.markets.quoting import MakerProblem
from tokenspice.netlists.exchange.charts import ASSET, exchange_charts
from tokenspice.netlists.exchange.flows import Flows
from tokenspice.netlists.exchange.invariants import INVARIANTS
from tokenspice.netlists.exchange.log import exchange_marks, exchange_row
from tokenspice.netlists.exchange.parameters import LiquidityParameters, MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

GROUPS = {
    "maker": "maker",
    "near": "provider, near",
    "middle": "provider, in the middle",
    "far": "provider, far",
    "informed": "informed",
    "takers": "market orders",
    "sweepers": "who sweep stale quotes",
    "openers": "openers",
}
OFFSETS = {"near": 0.02, "middle": 0.04, "far": 0.06}  # of the range, how far out each provider quotes
NOMINATED = {"near": 0.0005, "middle": 0.001, "far": 0.002}  # the fee that each of them asks for
PAIRS = ((50.0, 10.0), (30.0, 30.0), (30.0, 30.0), (30.0, 30.0), (10.0, 50.0))  # how often each taker buys and sells
FEES = (TransferKind.LIQUIDITY_FEE_PAYOUT, TransferKind.SLA_BONUS)


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = 10
    max_ticks: int = 600
    log_interval: Seconds = MINUTE
    market: MarketParameters = MarketParameters(
        decimals=3, position_decimals=2, liquidity=LiquidityParameters(target_scaling=5.0)
    )
    tau_scaling: Annotated[float, Above(0), Doc("of the horizon by which probabilities of trading are worked out")] = 10
    bond_penalty: Annotated[float, Between(0, 10), Doc("of what a bond pays for margin, what it pays on top")] = 0.1
    price: GeometricWalk = GeometricWalk(500.0, GeometricBrownianMotion(sigma=0.8))
    maker: ExponentialStrategy = ExponentialStrategy(
        commitment_amount=1e6,
        kappa=5.0,
        num_levels=20,
        tick_spacing=0.01,
        problem=MakerProblem(kappa=10.0, arrivals=0.5, q_low=-500, q_high=500),
        is_stationary=True,
        mint=2e6,
    )
    provider: SimpleLiquidityStrategy = SimpleLiquidityStrategy(commitment_amount=100_000.0, mint=200_000.0)
    informed: InformedStrategy = InformedStrategy(0.05, 0.8, 5, 20.0)
    taker_size: Annotated[float, AtLeast(0.01), Doc("in contracts, what volumes of takers are multiples of")] = 0.1
    sweeper: SweepStrategy = SweepStrategy(scale=0.035, max_order_size=50.0)


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.set_parameter("market.liquidity.probabilityOfTrading.tau.scaling", ss.tau_scaling)
        self.set_parameter("market.liquidity.bondPenaltyParameter", ss.bond_penalty)
        self.flows = Flows(self.world.exchange, (*FEES, TransferKind.BOND_PENALTY))
        self.open_market(ss.market.config("PARAM"), ss.price)
        where = (self.service, self.market_id)
        quoting = ExponentialShapedMarketMaker("maker", *where, self.prices, ss.max_ticks, ss.time_step, ss.maker)
        self.add_group("maker", [quoting])
        self.add_openers(10.0)
        for name, offset in OFFSETS.items():
            width, fee = ss.market.liquidity.price_range, NOMINATED[name]
            terms = replace(ss.provider, offset_proportion=offset, price_range=width, fee=fee)
            self.add_group(name, [SimpleLiquidityProvider(name, *where, terms)])
        self.add_group("informed", [InformedTrader("informed", *where, self.prices, ss.informed)])
        takers = [MarketOrderStrategy(buys, sells, ss.taker_size, 1.0, 1e6) for buys, sells in PAIRS]
        self.add_group("takers", [MarketOrderTrader(f"taker{i}", *where, one) for i, one in enumerate(takers)])
        sweepers = [PriceSensitiveLimitOrderTrader(f"sweeper{i}", *where, self.prices, ss.sweeper) for i in range(5)]
        self.add_group("sweepers", sweepers)

    def fees(self, party: str) -> float:
        """What a provider was paid for its liquidity so far."""
        return self.kpis.amount(sum(self.flows.received[kind].get(party, 0) for kind in FEES))


def netlist_createLogData(state: SimState) -> LogRow:
    market, kpis = state.market, state.kpis
    maker = state.service.party_account("maker", state.market_id)
    names = ("maker", *OFFSETS)
    shares = {one.party: one.equity_like_share for one in state.service.get_liquidity_fee_shares(state.market_id)}
    return exchange_row(state) | LogRow(
        target_stake=kpis.amount(market.liquidity.target_stake),
        supplied_stake=kpis.amount(market.liquidity.supplied_stake),
        maker_general=maker.general,
        maker_margin=maker.margin,
        maker_bond=maker.bond,
        liquidity_fee=market.liquidity_fee / ONE,
        bond_penalties=kpis.amount(sum(state.flows.paid[TransferKind.BOND_PENALTY].values())),
        **{f"fees_{name}": state.fees(name) for name in names},
        **{f"share_{name}": shares.get(name, 0.0) for name in names},
    )


netlist_marks = exchange_marks
netlist_x_axis = "Min"
NAMES = {"maker": "maker", **{name: GROUPS[name] for name in OFFSETS}}
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines("Stake", ASSET, "log", target_stake="target", supplied_stake="supplied").shown(
            about="The target follows the most open interest of the last hour, times its scaling factor."
        ),
        lines("Fees that liquidity providers got", ASSET, **{f"fees_{one}": text for one, text in NAMES.items()}).shown(
            draw="step", about="In all, so far."
        ),
        lines("Accounts of the maker", ASSET, maker_general="general", maker_margin="margin", maker_bond="bond"),
        lines("Shares of liquidity", PERCENT, **{f"share_{name}": text for name, text in NAMES.items()}),
        lines("Fee for liquidity", PERCENT, liquidity_fee="").shown(
            about="That which the last provider asks for who is needed to reach the target."
        ),
        lines("Penalties of bonds", ASSET, bond_penalties=""),
    ],
)

netlist_study = Study(
    design={
        "market.liquidity.target_scaling": Range(0.5, 50.0, log=True),
        "tau_scaling": Choice(10.0, 100.0, 1_000.0),
        "bond_penalty": Range(0.0, 1.0),
    },
    environment={"price.motion.sigma": Range(0.2, 2.0)},
    metrics={
        "target_stake": final("target_stake", unit="USD"),
        "maker": final("pnl_maker", unit="USD"),
        "fees": final("fees_maker", unit="USD"),
        "bond": lowest("maker_bond", unit="USD"),
    },
    specs=[Spec("maker", at_least=0.0, unit="USD", in_share=0.5)],
    invariants=INVARIANTS,
    goals={"maker": "maximise"},
)
