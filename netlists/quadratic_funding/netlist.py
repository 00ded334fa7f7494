"""What does a community fund if a pool matches its gifts quadratically, and what does a Sybil gain by it?"""

from dataclasses import dataclass

from tokenspice.agents.science.dice import StreamDice
from tokenspice.agents.science.funding_round import GiverAgent, MatchingPoolAgent, ProjectAgent
from tokenspice.agents.science.ledger import OCEAN, open_ledger
from tokenspice.agents.science.payments import exactly
from tokenspice.agents.science.quadratic import ContractFund, PythonFund
from tokenspice.engine import (
    COUNT,
    DAY,
    Amount,
    Floats,
    KPIsBase,
    LogRow,
    PlotInstructions,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Unit,
    WalletBase,
    YParam,
    gini,
    in_tokens,
    tokens,
)
from tokenspice.netlists.science.strategy import LedgerParameters, check_parameters
from tokenspice.web3engine import Chain

RANGES: dict[str, tuple[float, float]] = {
    "NUMBER_OF_MEMBERS": (1, 1000),
    "NUMBER_OF_PROJECTS": (1, 100),
    "TICKS_BETWEEN_ROUNDS": (2, 10**9),
    "GIVING_RATE": (0, 1),
    "POPULARITY": (0, 1),
    "WEALTH_SPREAD": (0, 5),
    "SYBIL_IDENTITIES": (1, 1000),
}


@dataclass(frozen=True)
class SimStrategy(LedgerParameters, SimStrategyBase):
    time_step: Seconds = DAY
    max_ticks: int = 5 * 365
    log_interval: Seconds = 10 * DAY
    NUMBER_OF_MEMBERS: int = 40
    NUMBER_OF_PROJECTS: int = 8
    TICKS_BETWEEN_ROUNDS: int = 90
    GIVING_RATE: float = 0.05  # of what a member holds, per round
    POPULARITY: float = 0.9  # chance that a member likes the first project; a half, a third … of that for the next
    WEALTH_SPREAD: float = 1.0  # standard deviation of the logarithm of what members begin with
    SYBIL_IDENTITIES: int = 1  # by which the last project's owner, one of the members, gives to it
    member_init_OCEAN: Amount = tokens(2_000)  # on average
    pool_init_OCEAN: Amount = tokens(500_000)
    match_per_round_OCEAN: Amount = tokens(20_000)  # at most

    def __post_init__(self) -> None:
        super().__post_init__()
        check_parameters(self, RANGES)


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
        self.kpis = KPIs(ss.time_step)

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


class KPIs(KPIsBase):
    """The balances say it all."""


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


def netlist_plotInstructions(header: list[str], values: Floats) -> PlotInstructions:
    ocean = Unit("OCEAN")

    def each(suffix: str, title: str, unit: Unit) -> YParam:
        columns = [name for name in header if name.startswith("project") and name.endswith(suffix)]
        return YParam(columns, [name.removesuffix(suffix) for name in columns], title, unit)

    charts = [
        YParam(["pool_OCEAN", "members_OCEAN"], ["matching pool", "members"], "Left to give", ocean),
        YParam(["contributions_OCEAN", "matched_OCEAN"], ["by members", "by the pool"], "Given so far", ocean),
        each("_contributions_OCEAN", "Given to each project by members", ocean),
        each("_matched_OCEAN", "Matched for each project by the pool", ocean),
        each("_n_gifts", "Gifts to each project", COUNT),
        YParam(
            ["gini_contributions", "gini_matched"],
            ["gifts", "matches"],
            "Gini coefficient over projects",
            Unit("0 to 1"),
        ),
        YParam(["n_rounds"], [], "Rounds ended", COUNT),
    ]
    return PlotInstructions("Month", values[:, header.index("Month")], charts)
