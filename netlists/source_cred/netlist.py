"""What does self-citation gain where rewards follow cred, and which weights stop it at what cost?"""

from dataclasses import dataclass
from typing import Annotated, Literal

from tokenspice.agents import gini
from tokenspice.agents.science.archive import ArchiveAgent
from tokenspice.agents.science.contributions import Contributions
from tokenspice.agents.science.contributors import ContributorAgent, Habits
from tokenspice.agents.science.cred import CredRules
from tokenspice.agents.science.cred_treasury import CredTreasuryAgent, GrainRules
from tokenspice.agents.science.grain import GrainPolicy
from tokenspice.agents.science.ledger import OCEAN, open_ledger
from tokenspice.engine import (
    COUNT,
    DAY,
    MONTH,
    Amount,
    AtLeast,
    Between,
    Choice,
    Doc,
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
    StrategyError,
    Study,
    Triangular,
    Uniform,
    Unit,
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
    max_ticks: int = 2 * 365
    log_interval: Seconds = MONTH
    NUMBER_OF_CONTRIBUTORS: Annotated[int, Between(1, 1000), Unit("contributors"), Doc("who work honestly")] = 20
    ACTIVITY: Annotated[Probability, Doc("chance that a contributor publishes, per tick")] = 0.03
    DATA_SHARE: Annotated[Share, Doc("of what they publish that is data; the rest are publications")] = 0.25
    REFERENCES: Annotated[int, Between(0, 100), Unit("references"), Doc("that a publication makes to others")] = 5
    REVIEWS: Annotated[int, Between(0, 100), Unit("reviews"), Doc("of each publication, by whoever is drawn")] = 3
    REVIEW_ERROR: Annotated[float, Between(0, 10), Doc("standard deviation of an honest score; scores are 0 to 1")] = (
        0.2
    )
    SKILL_LEAST: Annotated[Share, Doc("mean quality of what the least skilled honest contributor makes")] = 0.2
    SKILL_MOST: Annotated[Share, Doc("of the most skilled one; the others lie evenly between")] = 0.9
    QUALITY_SPREAD: Annotated[float, Between(0, 1), Doc("standard deviation of quality about its mean")] = 0.1
    SYBIL_IDENTITIES: Annotated[
        int, Between(0, 1000), Unit("identities"), Doc("under which one person games cred; 0: nobody does")
    ] = 3
    SYBIL_SKILL: Annotated[Share, Doc("mean quality of what they make")] = 0.1
    SELF_CITATION: Annotated[Probability, Doc("chance that a reference of theirs is to their own work")] = 0.9
    WORTH_OF_DATA: Annotated[float, Between(0, 100), Doc("of data, where a publication as good is worth 1")] = 0.5
    WORTH_OF_REVIEW: Annotated[float, Between(0, 100), Doc("of a review, likewise")] = 0.1
    cred: CredRules = CredRules()
    MINTED_BY: Annotated[
        Literal["work", "score"], Doc("publications mint all alike, or in proportion to their reviews' mean score")
    ] = "work"
    REPUTATION: Annotated[
        Share, Doc("how far a review counts by its reviewer's share of all cred; 0: all reviews count alike")
    ] = 0.0
    POLICY: Annotated[
        GrainPolicy, Doc("paid by all cred, making up for what was paid too little; by the last interval's; by recent")
    ] = "balanced"
    DISCOUNT: Annotated[Share, Doc("of cred, per interval, where POLICY is recent")] = 0.2
    INTERVAL: Annotated[int, Between(1, 10**9), Unit("ticks"), Doc("from one payment to the next")] = 7
    grain_per_interval_OCEAN: Annotated[Amount, AtLeast(0), Doc("that is paid, at most")] = tokens(1_000)
    treasury_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what there is to pay")] = tokens(500_000)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.SKILL_LEAST > self.SKILL_MOST:
            raise StrategyError(
                f"SKILL_LEAST = {self.SKILL_LEAST} is more than SKILL_MOST = {self.SKILL_MOST}. Exchange them."
            )


class SimState(SimStateBase):
    ss: SimStrategy

    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, *([chain] if chain else []))
        self.ledger = open_ledger(chain)
        self.n_honest = ss.NUMBER_OF_CONTRIBUTORS
        n = self.n_honest + ss.SYBIL_IDENTITIES
        treasury = self.ledger.wallet("dao_treasury", ss.treasury_init_OCEAN)
        self.contributions = Contributions(n)
        self.contributors = [self._contributor(ss, number) for number in range(n)]
        archive = ArchiveAgent("archive", self.contributions, self.contributors, ss.REVIEWS, self.rng("archive"))
        self.treasury = CredTreasuryAgent(
            "dao_treasury",
            treasury,
            self.contributions,
            [contributor.wallet for contributor in self.contributors],
            ss.cred,
            GrainRules(
                ss.INTERVAL,
                ss.grain_per_interval_OCEAN,
                ss.POLICY,
                ss.DISCOUNT,
                ss.MINTED_BY == "score",
                ss.REPUTATION,
            ),
        )
        for agent in (self.treasury, *self.contributors, archive):
            self.addAgent(agent)

    def _contributor(self, ss: SimStrategy, number: int) -> ContributorAgent:
        is_honest = number < ss.NUMBER_OF_CONTRIBUTORS
        name = f"contributor{number}" if is_honest else f"sybil{number - ss.NUMBER_OF_CONTRIBUTORS}"
        rank = number / max(ss.NUMBER_OF_CONTRIBUTORS - 1, 1)
        skill = ss.SKILL_LEAST + rank * (ss.SKILL_MOST - ss.SKILL_LEAST) if is_honest else ss.SYBIL_SKILL
        cluster = range(ss.NUMBER_OF_CONTRIBUTORS, ss.NUMBER_OF_CONTRIBUTORS + ss.SYBIL_IDENTITIES)
        habits = Habits(
            activity=ss.ACTIVITY,
            data_share=ss.DATA_SHARE,
            skill=skill,
            spread=ss.QUALITY_SPREAD,
            references=ss.REFERENCES,
            review_error=ss.REVIEW_ERROR,
            cluster=frozenset() if is_honest else frozenset(cluster),
            self_citation=0.0 if is_honest else ss.SELF_CITATION,
        )
        return ContributorAgent(
            name,
            number,
            self.ledger.wallet(name),
            habits,
            contributions=self.contributions,
            interval_ticks=ss.INTERVAL,
            rng=self.rng(name),
        )

    def worth(self) -> list[float]:
        """Return what each contributor's work is worth, in publications of the best quality."""
        of = {"publication": 1.0, "data": self.ss.WORTH_OF_DATA, "review": self.ss.WORTH_OF_REVIEW}
        found = [0.0] * len(self.contributors)
        for made in self.contributions.made:
            found[made.author] += of[made.kind] * made.quality
        return found


def shares(amounts: list[float]) -> list[float]:
    total = sum(amounts)
    return [amount / total for amount in amounts] if total else [0.0] * len(amounts)


def netlist_createLogData(state: SimState) -> LogRow:
    n, links, treasury = state.n_honest, state.contributions.n_links, state.treasury
    worth, cred = state.worth(), [float(each) for each in treasury.cred]
    grain = [in_tokens(amount) for amount in treasury.paid]
    kinds = [made.kind for made in state.contributions.made]
    misplaced = [abs(got - earned) for got, earned in zip(shares(grain[:n]), shares(worth[:n]), strict=True)]
    balances = [contributor.wallet.balance(OCEAN) for contributor in state.contributors]
    return LogRow(
        dao_treasury_OCEAN=in_tokens(treasury.wallet.balance(OCEAN)),
        honest_OCEAN=in_tokens(sum(balances[:n])),
        cluster_OCEAN=in_tokens(sum(balances[n:])),
        cluster_grain_share=sum(shares(grain)[n:]),
        cluster_cred_share=sum(shares(cred)[n:]),
        cluster_worth_share=sum(shares(worth)[n:]),
        misplaced_share=sum(misplaced) / 2,
        gini_grain=gini(treasury.paid[:n]),
        gini_worth=gini(worth[:n]),
        n_publications=kinds.count("publication"),
        n_data=kinds.count("data"),
        n_reviews=kinds.count("review"),
        n_citations=links["to_cited"],
        n_intervals=treasury.n_intervals,
    )


netlist_x_axis = "Month"
netlist_charts = [
    lines(
        "The cluster: paid and earned",
        "part of all",
        cluster_grain_share="of grain paid",
        cluster_cred_share="of cred",
        cluster_worth_share="of worth",
    ).shown(where="n_intervals", about="What the cluster gets beside what its work is worth."),
    lines("Honest contributors: misplaced grain", "part of theirs", misplaced_share="").shown(where="n_intervals"),
    lines(
        "Honest contributors: Gini coefficient", "0 to 1", gini_grain="grain", gini_worth="worth of their work"
    ).shown(where="n_intervals", about="0 is equal shares; 1 is all to one."),
    lines(
        "Who holds what",
        "OCEAN",
        dao_treasury_OCEAN="treasury",
        honest_OCEAN="honest contributors",
        cluster_OCEAN="the cluster",
    ),
    lines("Contributions", COUNT, n_publications="publications", n_data="data sets", n_reviews="reviews"),
    lines("Citations", COUNT, n_citations=""),
    lines("Payments", COUNT, n_intervals=""),
]


def overpaid(rows: Rows) -> float:
    """Return how many times what its work is worth the cluster is paid, as shares of what all are."""
    return float(rows["cluster_grain_share"][-1] / max(rows["cluster_worth_share"][-1], 1e-9))


def what_was_paid_left_the_treasury(state: SimState) -> bool:
    paid = state.ss.treasury_init_OCEAN - state.treasury.wallet.balance(OCEAN)
    return sum(state.treasury.paid) == paid == sum(one.wallet.balance(OCEAN) for one in state.contributors)


netlist_study = Study(
    design={
        "cred.to_cited": Range(0.05, 8.0, log=True),
        "cred.alpha": Range(0.05, 0.9),
        "cred.backward": Range(0.01, 1.0, log=True),
        "cred.review": Range(0.0, 2.0),
        "MINTED_BY": Choice("work", "score"),
        "REPUTATION": Range(0.0, 1.0),
    },
    random={"REVIEW_ERROR": Triangular(0.1, 0.2, 0.4), "SYBIL_SKILL": Uniform(0.05, 0.3)},
    environment={"SYBIL_IDENTITIES": Range(1, 10), "SELF_CITATION": Range(0.0, 1.0)},
    metrics={
        "overpaid": Metric(overpaid, unit="times its worth"),
        "misplaced": final("misplaced_share"),
        "cluster": final("cluster_grain_share"),
    },
    specs=[Spec("overpaid", at_most=3.0, in_share=0.9)],
    invariants={"what was paid left the treasury": what_was_paid_left_the_treasury},
    goals={"misplaced": "minimise", "overpaid": "minimise"},
)
