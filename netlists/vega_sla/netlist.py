"""Does an agreement pay those who keep it? Liquidity providers who are there now and then, always, or too far away."""

from dataclasses import dataclass, replace
from typing import Annotated

from tokenspice.agents.exchange import SimpleLiquidityProvider, SimpleLiquidityStrategy
from tokenspice.engine import (
    HOUR,
    MINUTE,
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
)
from tokenspice.markets.exchange import TransferKind
from tokenspice.markets.processes import ArithmeticWalk
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
from tokenspice.netlists.exchange.parameters import LiquidityParameters, MarketParameters
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

# Of each provider: the part of the range at which it quotes, and the part of steps in which it shows what it owes.
PROVIDERS = {"rare": (0.5, 0.2), "steady": (0.5, 0.9), "far": (1.5, 0.9)}
NAMES = {"rare": "now and then", "steady": "nearly always", "far": "nearly always, but too far away"}
GROUPS = BENCHMARK | NAMES
FEES = (TransferKind.LIQUIDITY_FEE_PAYOUT, TransferKind.SLA_BONUS)


@dataclass(frozen=True)
class SimStrategy(ExchangeStrategyBase):
    time_step: Seconds = 15
    max_ticks: int = 480
    log_interval: Seconds = 2 * MINUTE
    block_seconds: Seconds = 5
    market: MarketParameters = MarketParameters(
        decimals=2,
        position_decimals=4,
        tick_size=10,
        liquidity=LiquidityParameters(price_range=0.0005, min_time_fraction=0.1, competition=1.0),
    )
    epoch_seconds: Annotated[Seconds, Between(5, 24 * HOUR), Doc("after which fees are paid out")] = 20 * MINUTE
    slash_slope: Annotated[float, AtLeast(0), Doc("of what a bond loses for time that is missing")] = 2.0
    most_slashed: Annotated[float, Between(0, 1), Doc("of a bond, in one epoch")] = 0.5
    price: ArithmeticWalk = ArithmeticWalk(start=70_000.0, sigma=5.0, floor=1.0)
    others: BenchmarkParameters = BenchmarkParameters(
        maker=maker(1e6, kappa=0.1, market_kappa=0.5, tick_spacing=1.0),
        takers=market_orders(0.01),
        limit=limit_orders(0.001, mean=1.0),
    )
    provider: SimpleLiquidityStrategy = SimpleLiquidityStrategy(
        commitment_amount=500_000.0, fee=1e-4, price_range=0.0005, mint=5e6
    )


class SimState(ExchangeStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.set_parameter("validators.epoch.length", f"{ss.epoch_seconds}s")
        self.set_parameter("market.liquidity.sla.nonPerformanceBondPenaltySlope", ss.slash_slope)
        self.set_parameter("market.liquidity.sla.nonPerformanceBondPenaltyMax", ss.most_slashed)
        self.flows = Flows(self.world.exchange, (*FEES, TransferKind.BOND_SLASH))
        self.open_market(ss.market.config("SLA"), ss.price)
        add_benchmark(self, ss.others, uncrossing_size=20.0)
        for name, (offset, time) in PROVIDERS.items():
            terms = replace(
                ss.provider,
                offset_proportion=offset,
                target_time_on_book=time,
                price_range=ss.market.liquidity.price_range,
            )
            self.add_group(name, [SimpleLiquidityProvider(name, self.service, self.market_id, terms)])

    def fees(self, party: str) -> float:
        """What a provider was paid for its liquidity so far."""
        return self.kpis.amount(sum(self.flows.received[kind].get(party, 0) for kind in FEES))

    def slashed(self, party: str) -> float:
        """What its bond has lost so far, because it was not on the book."""
        return self.kpis.amount(self.flows.paid[TransferKind.BOND_SLASH].get(party, 0))


def netlist_createLogData(state: SimState) -> LogRow:
    names = ("maker", *PROVIDERS)
    return (
        exchange_row(state)
        | {f"fees_{name}": state.fees(name) for name in names}
        | {f"slashed_{name}": state.slashed(name) for name in names}
    )


netlist_marks = exchange_marks
netlist_x_axis = "Min"
netlist_charts = exchange_charts(
    GROUPS,
    [
        lines(
            "Fees that liquidity providers got",
            ASSET,
            fees_maker="maker",
            **{f"fees_{name}": text for name, text in NAMES.items()},
        ).shown(
            draw="step", about="Paid out at the end of each epoch, by how much of it each was on the book as agreed."
        ),
        lines(
            "What bonds lost", ASSET, slashed_maker="maker", **{f"slashed_{name}": text for name, text in NAMES.items()}
        ).shown(draw="step", about="For the part of epochs in which a provider was not on the book as agreed."),
    ],
)

netlist_study = Study(
    design={
        "market.liquidity.min_time_fraction": Range(0.0, 1.0),
        "market.liquidity.competition": Range(0.0, 1.0),
        "slash_slope": Range(0.0, 5.0),
        "epoch_seconds": Choice(300, 1_200),
    },
    environment={"price.sigma": Range(1.0, 50.0)},
    metrics={f"fees_{name}": final(f"fees_{name}", unit="USD") for name in PROVIDERS}
    | {f"slashed_{name}": final(f"slashed_{name}", unit="USD") for name in PROVIDERS},
    specs=[Spec("slashed_steady", at_most=0.0, unit="USD", in_share=0.9)],
    invariants=INVARIANTS,
    goals={"fees_steady": "maximise"},
)
