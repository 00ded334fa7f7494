"""What the science-funding netlists record."""

from tokenspice.agents import gini
from tokenspice.agents.science.ledger import OCEAN
from tokenspice.agents.science.markets import MarketAgent
from tokenspice.agents.science.payments import ANY_ASSET
from tokenspice.agents.science.private import PrivateResearcherAgent
from tokenspice.agents.science.researchers import ResearcherBase
from tokenspice.engine import AgentBase, Amount, LogRow, in_tokens
from tokenspice.netlists.science.state import ScienceStateBase

__all__ = ["project_row", "science_row"]


def science_row(state: ScienceStateBase) -> LogRow:
    """Return this tick's columns: treasury, staker, markets, values, member, researchers."""
    row = treasury_columns(state)
    if state.staker:
        row["staker_OCEAN"] = in_tokens(held(state.staker))
    for market in state.markets:
        row |= market_columns(market)
    row |= value_columns(state)
    if state.member:
        row["community_curiosity"] = state.member.curiosity
        row["community_knowledge_access"] = state.member.knowledge_access
    for researcher in state.researchers:
        row |= researcher_columns(researcher, state)
    for private in state.private_researchers:
        row |= private_columns(private, state.markets[0])
    return row


def project_row(state: ScienceStateBase) -> LogRow:
    """Return the columns of the table of research projects."""
    return state.projects.row()


def treasury_columns(state: ScienceStateBase) -> LogRow:
    treasury = state.treasury
    row = LogRow({f"{treasury.name}_OCEAN": in_tokens(held(treasury))})
    if state.contents.quality:
        row[f"{treasury.name}_funded_proposals_integration"] = treasury.quality.integration
        row[f"{treasury.name}_funded_proposals_novelty"] = treasury.quality.novelty
        row[f"{treasury.name}_funded_proposals_in_index"] = treasury.quality.in_index
        row["funded_proposals_impact"] = treasury.quality.impact
    return row


def market_columns(market: MarketAgent) -> LogRow:
    row = {f"{market.name}_OCEAN": in_tokens(held(market)), f"{market.name}_assets": market.n_assets}
    if market.takes_fees:
        row[f"{market.name}_fees_OCEAN"] = in_tokens(market.total_fees)
    return row


def value_columns(state: ScienceStateBase) -> LogRow:
    """Return who holds how much of the system's OCEAN, of which stakers and community are no part."""
    treasury = held(state.treasury)
    public = sum(held(researcher) for researcher in state.researchers)
    private = sum(held(researcher) for researcher in state.private_researchers)
    markets = sum(held(market) for market in state.markets)
    if state.ss.variant.logs_zeros_first and state.tick == 0:
        treasury = public = private = markets = 0
    system = treasury + public + private + markets
    logs_markets = bool(state.member) or not state.ss.variant.logs_no_market_value
    row = LogRow(
        total_value_in_treasury=in_tokens(treasury),
        total_value_in_researchers=in_tokens(public + private),
        total_value_in_markets=in_tokens(markets) if logs_markets else 0.0,
        total_value_of_system=in_tokens(system),
        relative_value_in_markets=ratio(markets, system),
        relative_value_in_researchers=ratio(public + private, system),
        relative_value_in_treasury=ratio(treasury, system),
        gini_total_funding=gini([researcher.total_funding for researcher in state.researchers]),
    )
    if len(state.markets) > 1:
        row["total_value_in_public_researchers"] = in_tokens(public)
        row["total_value_in_private_researchers"] = in_tokens(private)
    return row


def researcher_columns(researcher: ResearcherBase, state: ScienceStateBase) -> LogRow:
    name, kind = researcher.name, "" if researcher.asset == ANY_ASSET else "public_"
    row = {
        f"{name}_knowledge_access": researcher.knowledge_access,
        f"{name}_no_proposals": researcher.n_proposals,
        f"{name}_no_proposals_funded": researcher.n_funded,
        f"{name}_total_funding": in_tokens(researcher.total_funding),
        f"{name}_total_assets_mrkt": researcher.total_assets,
        f"{name}_{kind}OCEAN": in_tokens(researcher.last_balance),
    }
    if kind:
        published = state.markets[-1].owned(researcher, researcher.asset)
        owned = researcher.total_assets if state.ss.variant.counts_unpublished_assets else published
        row[f"{name}_public_total_assets_{researcher.asset}_in_market"] = owned
    return row


def private_columns(researcher: PrivateResearcherAgent, market: MarketAgent) -> LogRow:
    name = researcher.name
    return {
        f"{name}_total_assets_mrkt": researcher.total_assets,
        f"{name}_private_OCEAN": in_tokens(researcher.last_balance),
        f"{name}_private_total_assets_{researcher.asset}_in_market": market.owned(researcher, researcher.asset),
    }


def held(agent: AgentBase) -> Amount:
    return agent.wallet.balance(OCEAN)


def ratio(part: Amount, whole: Amount) -> float:
    return part / whole if whole else 0.0
