"""Who is wired to whom, in pieces that the netlists put together. Agents step in the order in which they are added."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tokenspice.agents.science.markets import Credits, MarketAgent, MarketRules
from tokenspice.agents.science.payments import ANY_ASSET, Split, exactly
from tokenspice.agents.science.proposals import Draft
from tokenspice.agents.science.researchers import Author, Outlet, RollingResearcherAgent, RoundResearcherAgent
from tokenspice.agents.science.scores import Score
from tokenspice.agents.science.staker import StakerAgent
from tokenspice.agents.science.treasury import FundingRules, RollingTreasuryAgent, RoundTreasuryAgent
from tokenspice.engine import AgentBase
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.netlists.science.strategy import MarketParameters

__all__ = [
    "add_rolling_researchers",
    "add_rolling_treasury",
    "add_round_researchers",
    "add_round_treasury",
    "author",
    "fee_receivers",
    "knowledge_market",
    "knowledge_outlet",
    "researcher_names",
]

Receivers = list[tuple[AgentBase, Fraction]]


def researcher_names(start: int, n: int) -> list[str]:
    """Return researcher0 … researcher9, researchera …, with numbers in hexadecimal."""
    return [f"researcher{number:x}" for number in range(start, start + n)]


def funding_rules(state: ScienceStateBase, score: Score) -> FundingRules:
    ss = state.ss
    return FundingRules(score, ss.FUNDING_BOUNDARY, ss.PROPOSALS_FUNDED_AT_A_TIME, ss.variant)


def add_round_treasury(state: ScienceStateBase, name: str, score: Score, period: int) -> RoundTreasuryAgent:
    """Add a treasury that funds every `period` ticks."""
    wallet = state.ledger.wallet(name, state.ss.treasury_init_OCEAN)
    treasury = RoundTreasuryAgent(name, wallet, state.researchers, funding_rules(state, score), period)
    state.addAgent(treasury)
    return treasury


def add_rolling_treasury(state: ScienceStateBase, score: Score) -> RollingTreasuryAgent:
    """Add a treasury that keeps a number of projects running."""
    wallet = state.ledger.wallet("dao_treasury", state.ss.treasury_init_OCEAN)
    treasury = RollingTreasuryAgent("dao_treasury", wallet, state.researchers, funding_rules(state, score))
    state.addAgent(treasury)
    return treasury


def fee_receivers(state: ScienceStateBase, ss: MarketParameters) -> Receivers:
    """Return who receives which part of a market's fees: the staker, whom this adds, and the treasury."""
    if not ss.FEES_TO_STAKERS:
        return [(state.treasury, Fraction(1))]
    if state.staker is None:
        state.staker = StakerAgent("staker", state.ledger.wallet("staker", ss.staker_init_OCEAN))
        state.addAgent(state.staker)
    to_stakers = exactly(ss.FEES_TO_STAKERS)
    return [(state.staker, to_stakers), (state.treasury, 1 - to_stakers)]


def knowledge_market(
    state: ScienceStateBase, ss: MarketParameters, split: Split, credits: Credits | None = None
) -> MarketAgent:
    """Make the one market of the profit-sharing netlists; the netlist adds it when it is the market's turn.

    Args:
        split: how payments are divided.
        credits: where assets come from other than with the payments that publish them.
    """
    rules = MarketRules(split, exactly(ss.TRANSACTION_FEES), credits=credits)
    receivers = fee_receivers(state, ss)
    return MarketAgent("market", state.ledger.wallet("market", ss.market_init_OCEAN), rules, receivers)


def knowledge_outlet(ss: MarketParameters, market: MarketAgent) -> Outlet:
    """Return the way into a market in which researchers both publish and buy."""
    return Outlet(market, exactly(ss.RATIO_FUNDS_TO_PUBLISH), ss.PRICE_OF_ASSETS)


def author(state: ScienceStateBase, name: str, asset: str = ANY_ASSET) -> Author:
    draft = Draft(state.contents, state.ss.PROPOSAL_SETUP, state.dice(name))
    return Author(draft, state.projects, asset, needs_past=not state.ss.variant.proposes_without_past)


def add_round_researchers(
    state: ScienceStateBase, names: Sequence[str], outlet: Outlet, treasury: RoundTreasuryAgent, period: int
) -> None:
    """Add those who propose in rounds."""
    for name in names:
        wallet = state.ledger.wallet(name, state.ss.researcher_init_OCEAN)
        works_as = author(state, name)
        state.addAgent(RoundResearcherAgent(name, wallet, works_as, outlet, treasury=treasury, period=period))


def add_rolling_researchers(
    state: ScienceStateBase,
    assets: Mapping[str, str],
    outlet: Outlet,
    treasury: RollingTreasuryAgent,
    buys_at_random: bool,
) -> None:
    """Add those who propose whenever they have no project.

    Args:
        assets: the type of what each publishes, by their names.
        buys_at_random: whether they also buy without being turned down.
    """
    for name, asset in assets.items():
        researcher = RollingResearcherAgent(
            name,
            state.ledger.wallet(name, state.ss.researcher_init_OCEAN),
            author(state, name, asset),
            outlet,
            treasury=treasury,
            buys_at_random=state.dice(name) if buys_at_random else None,
            counts_revisions=not state.ss.variant.ignores_revisions,
        )
        state.addAgent(researcher)
