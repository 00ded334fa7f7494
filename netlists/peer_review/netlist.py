"""What do rewards for reviewers buy: faster decisions, better ones, or an empty treasury?"""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import gini
from tokenspice.agents.science.ledger import OCEAN, open_ledger
from tokenspice.agents.science.review import AuthorAgent, EditorAgent, ReviewerAgent, ReviewRules
from tokenspice.engine import (
    COUNT,
    DAY,
    WEEK,
    Amount,
    AtLeast,
    Between,
    Doc,
    LogRow,
    Seconds,
    Share,
    SimStateBase,
    SimStrategyBase,
    StrategyError,
    Unit,
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
    log_interval: Seconds = WEEK
    NUMBER_OF_AUTHORS: Annotated[int, Between(1, 1000), Unit("authors"), Doc("who submit")] = 10
    NUMBER_OF_REVIEWERS: Annotated[int, Between(1, 1000), Unit("reviewers"), Doc("who may be invited")] = 20
    TICKS_BETWEEN_MANUSCRIPTS: Annotated[
        int, Between(1, 10**9), Unit("ticks"), Doc("from one manuscript of an author to the next")
    ] = 180
    REVIEWS_PER_MANUSCRIPT: Annotated[int, Between(1, 100), Unit("reviews"), Doc("that a decision takes")] = 3
    REWARD_PER_REVIEW: Annotated[Amount, AtLeast(0), Unit("OCEAN"), Doc("of each review")] = tokens(100)
    ACCEPTANCE_THRESHOLD: Annotated[Share, Doc("of the mean score; qualities lie evenly between 0 and 1")] = 0.7
    REVIEW_EFFORT: Annotated[float, Between(0, 10**9), Unit("OCEAN"), Doc("that a review costs who writes it")] = 300.0
    REVIEW_ERROR: Annotated[float, Between(0, 10), Doc("standard deviation of a score")] = 0.2
    GRANT_SIZE: Annotated[Amount, AtLeast(0), Unit("OCEAN"), Doc("of an accepted manuscript")] = tokens(10_000)
    treasury_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("for grants and rewards")] = tokens(500_000)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.REVIEWS_PER_MANUSCRIPT > self.NUMBER_OF_REVIEWERS:
            raise StrategyError(
                f"REVIEWS_PER_MANUSCRIPT = {self.REVIEWS_PER_MANUSCRIPT}: nobody reviews a manuscript twice, and there "
                f"are NUMBER_OF_REVIEWERS = {self.NUMBER_OF_REVIEWERS}. Write no more than that."
            )


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, *([chain] if chain else []))
        self.ledger = open_ledger(chain)
        self.reviewers = [self._reviewer(ss, f"reviewer{number}") for number in range(ss.NUMBER_OF_REVIEWERS)]
        rules = ReviewRules(ss.REVIEWS_PER_MANUSCRIPT, ss.REWARD_PER_REVIEW, ss.ACCEPTANCE_THRESHOLD, ss.GRANT_SIZE)
        treasury = self.ledger.wallet("dao_treasury", ss.treasury_init_OCEAN)
        self.editor = EditorAgent("dao_treasury", treasury, self.reviewers, rules, self.rng("dao_treasury"))
        names = [f"author{number}" for number in range(ss.NUMBER_OF_AUTHORS)]
        period = ss.TICKS_BETWEEN_MANUSCRIPTS
        self.authors = [
            AuthorAgent(name, self.ledger.wallet(name), self.editor, period, self.rng(name)) for name in names
        ]
        for agent in (*self.authors, self.editor, *self.reviewers):
            self.addAgent(agent)

    def _reviewer(self, ss: SimStrategy, name: str) -> ReviewerAgent:
        return ReviewerAgent(name, self.ledger.wallet(name), ss.REVIEW_EFFORT, ss.REVIEW_ERROR, self.rng(name))


def netlist_createLogData(state: SimState) -> LogRow:
    done = state.editor.statistics
    n_decided = done.n_accepted + done.n_rejected
    reviewers = [reviewer.wallet.balance(OCEAN) for reviewer in state.reviewers]
    return LogRow(
        dao_treasury_OCEAN=in_tokens(state.editor.wallet.balance(OCEAN)),
        reviewers_OCEAN=in_tokens(sum(reviewers)),
        authors_OCEAN=in_tokens(sum(author.wallet.balance(OCEAN) for author in state.authors)),
        rewards_OCEAN=in_tokens(done.rewards),
        grants_OCEAN=in_tokens(done.grants),
        n_submitted=done.n_submitted,
        n_waiting=len(state.editor.waiting),
        n_invitations=done.n_invitations,
        n_reviews=done.n_reviews,
        n_accepted=done.n_accepted,
        n_rejected=done.n_rejected,
        n_good_rejected=done.n_good_rejected,
        n_poor_accepted=done.n_poor_accepted,
        mean_quality_submitted=mean(done.quality_submitted, done.n_submitted),
        mean_quality_accepted=mean(done.quality_accepted, done.n_accepted),
        mean_days_to_decision=mean(done.ticks_to_decision, n_decided) * state.ss.time_step / DAY,
        gini_rewards=gini(reviewers),
        gini_grants=gini([author.n_accepted for author in state.authors]),
    )


def mean(total: float, n: int) -> float:
    return total / n if n else 0.0


netlist_x_axis = "Month"
netlist_charts = [
    lines(
        "Who holds what", "OCEAN", dao_treasury_OCEAN="treasury", authors_OCEAN="authors", reviewers_OCEAN="reviewers"
    ).shown(draw="area"),
    lines("Paid so far", "OCEAN", grants_OCEAN="grants", rewards_OCEAN="rewards"),
    lines(
        "Manuscripts", COUNT, n_submitted="submitted", n_accepted="accepted", n_rejected="rejected", n_waiting="waiting"
    ),
    lines("Wrong decisions", COUNT, n_good_rejected="good, rejected", n_poor_accepted="poor, accepted"),
    lines("Reviews", COUNT, n_invitations="invitations", n_reviews="reviews"),
    lines("Mean quality", Unit("0 to 1"), mean_quality_submitted="submitted", mean_quality_accepted="accepted").shown(
        where="mean_quality_accepted", about="From the first acceptance on."
    ),
    lines("Mean time to decision", Unit("days"), mean_days_to_decision="mean").shown(
        where="mean_days_to_decision", about="Of all manuscripts decided so far."
    ),
    lines("Gini coefficient", Unit("0 to 1"), gini_rewards="rewards", gini_grants="acceptances").shown(
        about="0 is equal shares. Before the first reward and acceptance there is nothing to share.",
        where="gini_grants",
    ),
]
