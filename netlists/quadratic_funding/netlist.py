"""What does a community fund if a pool matches its gifts quadratically, and what does a Sybil gain by it?"""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import gini
from tokenspice.agents.science.dice import StreamDice
from tokenspice.agents.science.funding_round import GiverAgent, MatchingPoolAgent, ProjectAgent
from tokenspice.agents.science.ledger import OCEAN, open_ledger
from tokenspice.agents.science.payments import exactly
from tokenspice.agents.science.quadratic import ContractFund, PythonFund
from tokenspice.engine import (
    COUNT,
    DAY,
    Amount,
    AtLeast,
    Between,
    Choice,
    Doc,
    Floats,
    LogRow,
    Metric,
    Probability,
    Range,
    Rows,
    Seconds,
    Share,
    SimStateBase,
    SimStrategyBase,
    Spec,
    Study,
    Triangular,
    Uniform,
    Unit,
    WalletBase,
    YParam,
    final,
    in_tokens,
    lines,
    tokens,
)
from tokenspice.netlists.science.strategy import LedgerParameters
from tokenspice.web3engine import Chain


@dataclass(frozen=True)
class SimStrategy(LedgerParameters, SimStrategyBase):
    time_step: Seconds = DAY
    max_ticks: int = 5 * 365
    log_interval: Seconds = 10 * DAY
    NUMBER_OF_MEMBERS: Annotated[int, Between(1, 1000), Unit("members"), Doc("who give")] = 40
    NUMBER_OF_PROJECTS: Annotated[int, Between(1, 100), Unit("projects"), Doc("that they may give to")] = 8
    TICKS_BETWEEN_ROUNDS: Annotated[int, Between(2, 10**9), Unit("ticks"), Doc("length of a round")] = 90
    GIVING_RATE: Annotated[Share, Doc("of what a member holds, given per round")] = 0.05
    POPULARITY: Annotated[
        Probability, Doc("chance that a member likes the first project; half, a third … of it for the next")
    ] = 0.9
    WEALTH_SPREAD: Annotated[
        float, Between(0, 5), Doc("standard deviation of the logarithm of what members begin with")
    ] = 1.0
    SYBIL_IDENTITIES: Annotated[
        int,
        Between(1, 1000),
        Unit("wallets"),
        Doc("by which member0, who owns the last project, gives to it; 1 is honest"),
    ] = 1
    member_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("of a member, on average")] = tokens(2_000)
    pool_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what there is to match with")] = tokens(500_000)
    match_per_round_OCEAN: Annotated[Amount, AtLeast(0), Doc("of it, at most per round")] = tokens(20_000)


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, *([chain] if chain else []))
        self.ledger = open_ledger(chain)
        names = [f"project{number}" for number in range(ss.NUMBER_OF_PROJECTS)]
        projects = [ProjectAgent(name, self.ledger.wallet(name)) for name in names]
        self.pool = self._pool(ss, projects, chain)
        self.members = [self._member(ss, number) for number in range(ss.NUMBER_OF_MEMBERS)]
        for agent in (*self.members, self.pool, *projects):
            self.addAgent(agent)

    def _pool(self, ss: SimStrategy, projects: list[ProjectAgent], chain: Chain | None) -> MatchingPoolAgent:
        wallet = self.ledger.wallet("pool", ss.pool_init_OCEAN)
        payees = [project.wallet for project in projects]
        fund = ContractFund(chain, wallet, payees) if chain else PythonFund(wallet, payees)
        rounds, budget = ss.TICKS_BETWEEN_ROUNDS, ss.match_per_round_OCEAN
        return MatchingPoolAgent("pool", wallet, fund=fund, projects=projects, round_ticks=rounds, budget=budget)

    def _member(self, ss: SimStrategy, number: int) -> GiverAgent:
        name = f"member{number}"
        rng = self.rng(name)
        per_mille = int(1000 * rng.lognormal(-(ss.WEALTH_SPREAD**2) / 2, ss.WEALTH_SPREAD))
        wallet = self.ledger.wallet(name, ss.member_init_OCEAN * per_mille // 1000)
        owns_a_project = number == 0
        identities: list[WalletBase] = []
        if owns_a_project and ss.SYBIL_IDENTITIES > 1:
            identities = [self.ledger.wallet(f"{name}_{alias}") for alias in range(ss.SYBIL_IDENTITIES)]
        draws = rng.random(ss.NUMBER_OF_PROJECTS)
        likes = [project for project, draw in enumerate(draws) if draw < ss.POPULARITY / (project + 1)] or [0]
        return GiverAgent(
            name,
            wallet,
            pool=self.pool,
            likes=[ss.NUMBER_OF_PROJECTS - 1] if owns_a_project else likes,
            rate=exactly(ss.GIVING_RATE),
            round_ticks=ss.TICKS_BETWEEN_ROUNDS,
            dice=StreamDice(rng),
            identities=identities,
        )


def netlist_createLogData(state: SimState) -> LogRow:
    projects = state.pool.projects
    contributions = [project.contributions for project in projects]
    matched = [project.matched for project in projects]
    row = LogRow(
        n_rounds=state.pool.n_rounds,
        pool_OCEAN=in_tokens(state.pool.fund.pool),
        members_OCEAN=in_tokens(sum(member.wallet.balance(OCEAN) for member in state.members)),
        contributions_OCEAN=in_tokens(sum(contributions)),
        matched_OCEAN=in_tokens(sum(matched)),
        gini_contributions=gini(contributions),
        gini_matched=gini(matched),
    )
    for project in projects:
        row[f"{project.name}_contributions_OCEAN"] = in_tokens(project.contributions)
        row[f"{project.name}_matched_OCEAN"] = in_tokens(project.matched)
        row[f"{project.name}_n_gifts"] = project.n_gifts
    return row


netlist_x_axis = "Month"


def netlist_charts(header: list[str], values: Floats) -> list[YParam]:
    def each(suffix: str, title: str, unit: Unit | str) -> YParam:
        columns = [name for name in header if name.startswith("project") and name.endswith(suffix)]
        return lines(title, unit, **{name: name.removesuffix(suffix) for name in columns})

    last = sum(name.endswith("_n_gifts") for name in header) - 1
    return [
        lines(
            f"What project{last} gets",
            "OCEAN",
            **{
                f"project{last}_contributions_OCEAN": "given by members",
                f"project{last}_matched_OCEAN": "matched by the pool",
            },
        ).shown(about="So far. It is member0's own, who may give to it through several wallets: a Sybil."),
        lines("Left to give", "OCEAN", pool_OCEAN="matching pool", members_OCEAN="members"),
        lines("Given so far", "OCEAN", contributions_OCEAN="by members", matched_OCEAN="by the pool"),
        each("_contributions_OCEAN", "Given to each project by members", "OCEAN"),
        each("_matched_OCEAN", "Matched for each project by the pool", "OCEAN"),
        each("_n_gifts", "Gifts to each project", COUNT),
        lines("Gini coefficient over projects", "0 to 1", gini_contributions="gifts", gini_matched="matches").shown(
            where="n_rounds", about="From the first match on. 0 is equal shares; 1 is all to one."
        ),
        lines("Rounds ended", COUNT, n_rounds=""),
    ]


def sybil_return(rows: Rows) -> float:
    """Return the matches per OCEAN given to member0's project, the last of eight."""
    return float(rows["project7_matched_OCEAN"][-1] / rows["project7_contributions_OCEAN"][-1])


netlist_study = Study(
    design={"match_per_round_OCEAN": Range("1000", "50000", log=True), "TICKS_BETWEEN_ROUNDS": Choice(30, 60, 90, 180)},
    random={"WEALTH_SPREAD": Triangular(0.5, 1.0, 2.0), "POPULARITY": Uniform(0.6, 1.0)},
    environment={"SYBIL_IDENTITIES": Range(1, 100, log=True)},
    metrics={"sybil_return": Metric(sybil_return), "gini": final("gini_matched")},
    specs=[Spec("sybil_return", at_most=2.0, in_share=0.95)],
    invariants={
        "what the pool lost is what was matched": lambda state: (
            state.pool.fund.pool + sum(project.matched for project in state.pool.projects) == state.ss.pool_init_OCEAN
        )
    },
    goals={"gini": "minimise"},
)
