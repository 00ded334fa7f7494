"""How does money spread among many who pay each other by chance, and whom does a block's order refuse? On revm."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import PayersAgent, gini
from tokenspice.engine import (
    COUNT,
    Above,
    Amount,
    AtLeast,
    Between,
    Doc,
    LogRow,
    Probability,
    SimStateBase,
    SimStrategyBase,
    Unit,
    in_tokens,
    lines,
    tokens,
)
from tokenspice.web3engine import Chain, Ordering


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = 12  # a block of Ethereum's
    max_ticks: int = 500
    log_interval: int = 60
    ordering: Annotated[Ordering, Doc("of each block; by priority it is by lot here, for nobody tips")] = "shuffle"
    n_payers: Annotated[int, Between(2, 10_000), Doc("how many pay each other; as in VERBS' example")] = 50
    activity: Annotated[
        Probability, Unit("per tick"), Doc("chance that one pays; VERBS' example takes 0.1 and 0.2")
    ] = 0.1
    first_TOK: Annotated[Amount, AtLeast(0), Doc("what each begins with; hand-set")] = tokens(100)
    most_TOK: Annotated[Amount, Above(0), Doc("a payment is drawn evenly up to here; hand-set")] = tokens(100)


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        token = chain.deploy_token("TOK", supply=ss.n_payers * ss.first_TOK)
        wallets = [chain.wallet(f"payer{number}", TOK=ss.first_TOK) for number in range(ss.n_payers)]
        self.payers = PayersAgent("payers", chain, token, wallets, ss.activity, ss.most_TOK)
        self.addAgent(self.payers)
        chain.mempool.ordering = ss.ordering


def netlist_createLogData(state: SimState) -> LogRow:
    state.payers.settle()
    held = [wallet.balance("TOK") for wallet in state.payers.wallets]
    return LogRow(
        total_TOK=in_tokens(sum(held)),
        richest_TOK=in_tokens(max(held)),
        median_TOK=in_tokens(sorted(held)[len(held) // 2]),
        poorest_TOK=in_tokens(min(held)),
        gini=gini([in_tokens(amount) for amount in held]),
        n_paid=state.payers.n_paid,
        n_refused=state.payers.n_refused,
    )


netlist_x_axis = "Min"
netlist_charts = [
    lines("What one holds", "TOK", richest_TOK="richest", median_TOK="median", poorest_TOK="poorest").shown(
        about="All began with the same."
    ),
    lines("What all hold", "TOK", total_TOK=""),
    lines("Inequality", "Gini's coefficient", gini="").shown(about="0 is equal shares; 1 is all with one."),
    lines("Payments", COUNT, n_paid="went through", n_refused="refused").shown(
        about="Refused is who pays more than it holds when its turn comes in the block."
    ),
]
