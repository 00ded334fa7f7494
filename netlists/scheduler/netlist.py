"""When does money that was promised over years arrive? A vesting wallet in Solidity, its funder, its beneficiary."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import Vesting, VestingBeneficiaryAgent, VestingFunderAgent, VestingWalletAgent
from tokenspice.engine import (
    MONTH,
    YEAR,
    Amount,
    AtLeast,
    Between,
    Doc,
    LogRow,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Unit,
    in_tokens,
    lines,
    tokens,
)
from tokenspice.web3engine import Chain

CENTURY = 100 * YEAR


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: Seconds = MONTH
    max_ticks: int = 123  # the end of the quarter in which ten years are over
    log_interval: Seconds = 3 * MONTH
    OCEAN_funded: Annotated[Amount, AtLeast(0), Unit("OCEAN"), Doc("what is locked up")] = tokens(5)
    s_until_start: Annotated[
        Seconds, Between(0, CENTURY), Doc("from the chain's time at the beginning to the wallet's start; a year")
    ] = YEAR
    duration_seconds: Annotated[Seconds, Between(0, CENTURY), Doc("from the start until all is vested; five years")] = (
        5 * YEAR
    )


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        self.chain = chain
        self.ocean = chain.deploy_token("OCEAN")
        start_timestamp = chain.now + ss.s_until_start
        vesting = Vesting(self.ocean, "vw1", "beneficiary1", start_timestamp, ss.duration_seconds)
        funder = chain.wallet("funder1", OCEAN=ss.OCEAN_funded)
        self.addAgent(VestingFunderAgent("funder1", funder, chain, vesting))
        self.addAgent(VestingBeneficiaryAgent("beneficiary1", chain.wallet("beneficiary1"), "vw1", self.ocean))


def netlist_createLogData(state: SimState) -> LogRow:
    # There is no vesting wallet before the first step.
    vesting_wallets = state.agents.filter_by_class(VestingWalletAgent).values()
    return LogRow(
        timestamp=state.chain.now,
        OCEAN_vested=in_tokens(sum(agent.vested(state.ocean) for agent in vesting_wallets)),
        OCEAN_released=in_tokens(sum(agent.released(state.ocean) for agent in vesting_wallets)),
        beneficiary_OCEAN=in_tokens(state.getAgent("beneficiary1").wallet.balance("OCEAN")),
    )


netlist_x_axis = "Year"
netlist_charts = [
    lines(
        "Vesting over time",
        "OCEAN",
        OCEAN_vested="vested",
        OCEAN_released="released",
        beneficiary_OCEAN="in the beneficiary's wallet",
    ).shown(draw="step", about="So far. Vested is what may be released; released is what has arrived."),
    lines("The chain's clock", "seconds since 1970", timestamp=""),
]
