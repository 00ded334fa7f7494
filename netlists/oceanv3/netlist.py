"""Who gains from a rug pull on Ocean V3, and who pays for it? Five kinds of agents, against Ocean V3's contracts."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import (
    DataconsumerAgent,
    DataconsumerStrategy,
    PublisherAgent,
    PublisherStrategy,
    SpeculatorAgent,
    SpeculatorStrategy,
    StakerspeculatorAgent,
    StakerspeculatorStrategy,
    mark_pool,
    networth,
    pools,
)
from tokenspice.engine import (
    COUNT,
    DAY,
    FIRST_ROW,
    HOUR,
    Amount,
    AtLeast,
    Doc,
    KPIsBase,
    LogRow,
    Mark,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Unit,
    YParam,
    lines,
    tokens,
)
from tokenspice.protocols import OceanV3
from tokenspice.web3engine import Chain

AGENTS = ("publisher", "consumer", "stakerSpeculator", "speculator", "maliciousPublisher")
LABELS = ("publisher", "consumer", "staker", "speculator", "malicious publisher")


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 456  # 19 days of hours
    log_interval: Seconds = 10 * HOUR
    publisher_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the publisher begins with")] = tokens(5000)
    consumer_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the consumer begins with")] = tokens(5000)
    stakerSpeculator_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the staker begins with")] = tokens(5000)
    speculator_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the speculator begins with")] = tokens(5000)
    maliciousPublisher_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the malicious publisher begins with")] = (
        tokens(5000)
    )
    publisher: PublisherStrategy = PublisherStrategy(DT_init=tokens(100), DT_stake=tokens(50))
    consumer: DataconsumerStrategy = DataconsumerStrategy()
    stakerSpeculator: StakerspeculatorStrategy = StakerspeculatorStrategy()
    speculator: SpeculatorStrategy = SpeculatorStrategy()
    maliciousPublisher: PublisherStrategy = PublisherStrategy(
        DT_init=tokens(100),
        DT_stake=tokens(50),
        s_between_create=10 * DAY,
        s_between_unstake=HOUR,
        s_between_sellDT=HOUR,
        is_malicious=True,
        s_wait_to_rug=5 * DAY,
        s_rug_time=DAY,
    )


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        self.rugged_pools: list[str] = []
        rugged = self.rugged_pools
        ocean_v3 = OceanV3(chain, chain.deploy_token("OCEAN"))
        wallets = {name: chain.wallet(name, OCEAN=getattr(ss, f"{name}_init_OCEAN")) for name in AGENTS}
        publisher, consumer, staker, speculator, malicious = wallets.items()
        self.addAgent(PublisherAgent(*publisher, ocean_v3, ss.publisher, rugged))
        self.addAgent(DataconsumerAgent(*consumer, chain.faucet, ss.consumer, rugged))
        self.addAgent(StakerspeculatorAgent(*staker, ss.stakerSpeculator, rugged))
        self.addAgent(SpeculatorAgent(*speculator, ss.speculator, rugged))
        self.addAgent(PublisherAgent(*malicious, ocean_v3, ss.maliciousPublisher, rugged))
        self.wallets = wallets
        self.kpis: KPIs = KPIs(ss.time_step, rugged)


class KPIs(KPIsBase):
    """Notes when a pool is rugged.

    Args:
        time_step: seconds per tick.
        rugged: names of the rugged pools; grows.
    """

    def __init__(self, time_step: int, rugged: list[str]) -> None:
        super().__init__(time_step)
        self.marks: list[Mark] = []
        self._rugged = rugged

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        new = self._rugged[len(self.marks) :]
        self.marks += [Mark(f"{name} is rugged", state.tick) for name in new]


def netlist_createLogData(state: SimState) -> LogRow:
    marks = [mark_pool(pool, 0 if pool.is_empty() else pool.spot_price()) for pool in pools(state)]
    row = LogRow()
    for name, wallet in state.wallets.items():
        row |= networth(name, wallet, marks)
    return row | LogRow(n_pools=len(marks), n_rugged=len(state.rugged_pools))


def netlist_marks(state: SimState) -> list[Mark]:
    return state.kpis.marks


def of_everyone(column: str, title: str) -> YParam:
    return YParam([f"{name}_{column}" for name in AGENTS], LABELS, title, Unit("OCEAN"))


netlist_charts = [
    of_everyone("OCEAN_networth", "Gain").shown(
        minus=FIRST_ROW, about="Net worth less what each began with; much of a publisher's is its own datatokens."
    ),
    of_everyone("OCEAN_networth", "Net worth"),
    of_everyone("OCEAN", "In the wallet"),
    of_everyone("OCEAN_in_DTs", "In datatokens, at the price of the day"),
    of_everyone("OCEAN_in_BPTs", "In pool shares, at the price of the day"),
    lines("Number of pools", COUNT, n_pools="pools", n_rugged="of these, rugged"),
]
