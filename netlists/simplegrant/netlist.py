"""How does a grant, paid in parts, leave the granter's purse? The smallest netlist, without a chain."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import GrantGivingAgent, GrantTakingAgent
from tokenspice.engine import (
    DAY,
    Amount,
    AtLeast,
    Doc,
    LogRow,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Wallet,
    in_tokens,
    lines,
    tokens,
)


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 240  # 10 days of hours
    granter_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("the whole grant")] = tokens(1)
    granter_s_between_grants: Annotated[Seconds, AtLeast(0), Doc("from one part to the next")] = 3 * DAY
    granter_n_actions: Annotated[int, AtLeast(0), Doc("number of parts")] = 4


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        granter = Wallet("granter1", USD=0, OCEAN=ss.granter_init_OCEAN)
        self.addAgent(
            GrantGivingAgent("granter1", granter, "taker1", ss.granter_s_between_grants, ss.granter_n_actions)
        )
        self.addAgent(GrantTakingAgent("taker1", Wallet("taker1"), ocean_price=lambda: 1.0))


def netlist_createLogData(state: SimState) -> LogRow:
    granter = state.getAgent("granter1").wallet
    return LogRow(
        granter_OCEAN=in_tokens(granter.balance("OCEAN")),
        granter_USD=in_tokens(granter.balance("USD")),
    )


netlist_charts = [
    lines("OCEAN left to grant", "OCEAN", granter_OCEAN="").shown(draw="step", about="In the granter's purse."),
    lines("USD left to grant", "USD", granter_USD="").shown(draw="step", about="In the granter's purse."),
]
