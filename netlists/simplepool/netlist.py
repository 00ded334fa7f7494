"""What does a publisher hold who opens pools for its data and unstakes from them? Ocean V3's contracts, on a chain."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import PoolAgent, PublisherAgent, PublisherStrategy
from tokenspice.engine import (
    COUNT,
    DAY,
    WEEK,
    Amount,
    AtLeast,
    Choice,
    Doc,
    LogRow,
    Range,
    SimStateBase,
    SimStrategyBase,
    Spec,
    Study,
    final,
    first_passage,
    in_tokens,
    lines,
    tokens,
)
from tokenspice.protocols import OceanV3
from tokenspice.web3engine import Chain


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 480  # 20 days of hours
    pub_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the publisher begins with")] = tokens(10_000)
    publisher: PublisherStrategy = PublisherStrategy()


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        protocol = OceanV3(chain, chain.deploy_token("OCEAN"))
        wallet = chain.wallet("pub1", OCEAN=ss.pub_init_OCEAN)
        self.addAgent(PublisherAgent("pub1", wallet, protocol, ss.publisher))


def netlist_createLogData(state: SimState) -> LogRow:
    return LogRow(
        publisher_OCEAN=in_tokens(state.getAgent("pub1").wallet.balance("OCEAN")),
        n_pools=len(state.agents.filter_by_class(PoolAgent)),
    )


netlist_charts = [
    lines("In the publisher's wallet", "OCEAN", publisher_OCEAN="").shown(draw="step"),
    lines("Number of pools", COUNT, n_pools=""),
]


netlist_study = Study(
    design={
        "pub_init_OCEAN": Range("2000", "50000", log=True),
        "publisher.DT_stake": Range("5", "200", log=True),
        "publisher.part_unstaked": Range("0.02", "0.5"),
        "publisher.s_between_unstake": Choice(DAY, 3 * DAY, WEEK),
    },
    environment={"publisher.is_malicious": Choice(False, True)},
    metrics={
        "end": final("publisher_OCEAN", unit="OCEAN"),
        "second_pool": first_passage("n_pools", at_least=2),
    },
    specs=[Spec("end", at_least=1_500, unit="OCEAN", in_share=0.8)],
    invariants={"the publisher owes nothing": lambda state: state.getAgent("pub1").wallet.balance("OCEAN") >= 0},
    goals={"end": "maximise"},
)
