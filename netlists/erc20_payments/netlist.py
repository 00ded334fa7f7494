"""How does money spread among many who pay each other by chance, and whom does a block's order refuse? On revm."""

from dataclasses import dataclass

import numpy as np

from tokenspice.agents import PayersAgent
from tokenspice.engine import (
    COUNT,
    Amount,
    Floats,
    KPIsBase,
    LogRow,
    PlotInstructions,
    SimStateBase,
    SimStrategyBase,
    StrategyError,
    Unit,
    YParam,
    in_tokens,
    tokens,
)
from tokenspice.web3engine import Chain, Ordering


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = 12  # a block of Ethereum's
    max_ticks: int = 500
    log_interval: int = 60
    ordering: Ordering = "shuffle"  # arrival, shuffle or priority
    n_payers: int = 50
    activity: float = 0.1  # chance that one pays, per tick
    first_TOK: Amount = tokens(100)  # of each
    most_TOK: Amount = tokens(100)  # of a payment, which is drawn evenly up to here

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n_payers < 2:
            raise StrategyError(f"n_payers = {self.n_payers}: it takes two or more to pay each other.")
        if not 0 <= self.activity <= 1:
            raise StrategyError(f"activity = {self.activity}: a chance is from 0 to 1.")
        if self.most_TOK < 1:
            raise StrategyError("most_TOK has to be more than 0.")


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        token = chain.deploy_token("TOK", supply=ss.n_payers * ss.first_TOK)
        wallets = [chain.wallet(f"payer{number}", TOK=ss.first_TOK) for number in range(ss.n_payers)]
        self.payers = PayersAgent("payers", chain, token, wallets, ss.activity, ss.most_TOK)
        self.addAgent(self.payers)
        chain.mempool.ordering = ss.ordering
        self.kpis = KPIs(ss.time_step)


class KPIs(KPIsBase):
    """The balances say it all."""


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


def gini(held: list[float]) -> float:
    """Return Gini's coefficient of inequality: 0 where all hold the same, near 1 where one holds all."""
    ranks = 2 * np.arange(1, len(held) + 1) - len(held) - 1
    total = sum(held)
    return float(ranks @ np.sort(held) / (len(held) * total)) if total else 0.0


def netlist_plotInstructions(header: list[str], values: Floats) -> PlotInstructions:
    who = ["richest", "median", "poorest"]
    charts = [
        YParam([f"{name}_TOK" for name in who], who, "What one holds", Unit("TOK")),
        YParam(["total_TOK"], [], "What all hold", Unit("TOK")),
        YParam(["gini"], [], "Inequality", Unit("Gini's coefficient")),
        YParam(["n_paid", "n_refused"], ["went through", "refused"], "Payments", COUNT),
    ]
    return PlotInstructions("Min", values[:, header.index("Min")], charts)
