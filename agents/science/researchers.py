"""Who does publicly funded research: proposes, publishes what was funded, buys what others published."""

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from tokenspice.agents.science.dice import Dice
from tokenspice.agents.science.ledger import OCEAN
from tokenspice.agents.science.markets import MarketAgent
from tokenspice.agents.science.payments import ANY_ASSET, Payment
from tokenspice.agents.science.projects import Projects
from tokenspice.agents.science.proposals import Draft, Proposal
from tokenspice.agents.science.treasury import RollingTreasuryAgent, RoundTreasuryAgent
from tokenspice.engine import AgentBase, Amount, SimStateBase, WalletBase

__all__ = ["Author", "Outlet", "ResearcherBase", "RollingResearcherAgent", "RoundResearcherAgent"]

PATIENCE = 0.6  # a researcher that buys at random does so where a draw from [0, 1) is not below this


@dataclass(frozen=True)
class Outlet:
    """Where researchers publish and buy.

    Attributes:
        market: that they pay.
        kept: the part of a publisher's payment, after the fee, that stays in the market for ever.
        price: of an asset, in base units; None where nothing is for sale.
        dice: from which each attempt draws twice without effect, as with DARC-SPICE; None draws nothing.
    """

    market: MarketAgent
    kept: Fraction = Fraction(0)
    price: Amount | None = None
    dice: Dice | None = None

    def look_round(self) -> None:
        if self.dice:
            self.dice.choice(["private_market", "public_market"])
            self.dice.choice(["data", "compute"])


@dataclass(frozen=True)
class Author:
    """What makes a researcher one: how it writes proposals, what it publishes, and what came of its grants."""

    draft: Draft
    projects: Projects
    asset: str = ANY_ASSET
    needs_past: bool = True  # whether only those with a project can continue one


class ResearcherBase(AgentBase):
    """IMPLEMENT `takeStep`: when to propose, and what to do about a decision.

    Args:
        name: of the agent.
        wallet: of the same ledger as the market's.
        author: its work.
        outlet: where it publishes and buys.

    Attributes:
        proposal: what it asks for at present.
        asset: the type of what it publishes.
        knowledge_access: 1 at first, and one more with each publication and each purchase.
        n_proposals: submitted.
        n_funded: of these, funded.
        total_funding: base units asked for in the funded ones, even where the treasury could not pay them whole.
        total_assets: of the funded ones.
        last_balance: base units held when it last took stock.
    """

    # Read by the treasury in every tick.
    has_finished = False

    def __init__(self, name: str, wallet: WalletBase, author: Author, outlet: Outlet) -> None:
        super().__init__(name, wallet)
        self.proposal: Proposal | None = None
        self.asset = author.asset
        self.knowledge_access = 1.0
        self.n_proposals = 0
        self.n_funded = 0
        self.total_funding: Amount = 0
        self.total_assets = 0
        self.last_balance: Amount = 0
        self._author = author
        self._outlet = outlet

    def _draft(self) -> Proposal:
        may_continue = self.n_funded > 0 or not self._author.needs_past
        return self._author.draft(self.knowledge_access, may_continue)

    def _propose(self) -> None:
        self.proposal = self._draft()
        self.n_proposals += 1

    def _win(self, proposal: Proposal) -> None:
        self._author.projects.begin(self.name, self.n_funded, proposal)
        self.n_funded += 1
        self.total_funding += proposal.grant
        self.total_assets += proposal.assets
        if self.wallet.balance(OCEAN) >= proposal.grant:
            self._publish(proposal)

    def _publish(self, proposal: Proposal) -> None:
        outlet = self._outlet
        outlet.look_round()
        amount = proposal.grant - proposal.salary
        outlet.market.take(Payment(self, amount, outlet.kept, self.asset, proposal.assets))
        self.knowledge_access += 1

    def _buy(self) -> None:
        outlet = self._outlet
        if outlet.price is None:
            return
        outlet.look_round()
        can_pay = self.proposal is not None and self.wallet.balance(OCEAN) >= outlet.price
        outlet.market.take(Payment(self, outlet.price if can_pay else 0, Fraction(0)))
        self.knowledge_access += can_pay


@final
class RoundResearcherAgent(ResearcherBase):
    """Proposes once a round, and learns of the decision in the tick after.

    In its first step it writes two proposals, of which the second counts, as with DARC-SPICE.

    Args:
        treasury: that it asks.
        period: ticks from one round to the next.

    Attributes:
        ticks_since_proposal: 1 in the tick in which it asks for the decision.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        author: Author,
        outlet: Outlet,
        *,
        treasury: RoundTreasuryAgent,
        period: int,
    ) -> None:
        super().__init__(name, wallet, author, outlet)
        self.ticks_since_proposal = 0
        self._treasury = treasury
        self._period = period

    def takeStep(self, state: SimStateBase) -> None:
        if self.proposal:
            self.ticks_since_proposal += 1
        else:
            self._propose()
            self.ticks_since_proposal = 0
        if self.ticks_since_proposal % self._period == 0:
            self._propose()
            self.ticks_since_proposal = 0
        if self.ticks_since_proposal == 1:
            self._ask_for_decision()

    def _ask_for_decision(self) -> None:
        if not self._treasury.awards:
            self.ticks_since_proposal = 0  # it waits, with the same proposal
            return
        if award := self._treasury.awards.get(self.name):
            self._win(award.proposal)
        else:
            self._buy()
        self.last_balance = self.wallet.balance(OCEAN)


@final
class RollingResearcherAgent(ResearcherBase):
    """Works on a project for as long as its proposal says; without one it revises its proposal after each decision.

    After a decision against it, it buys one asset for each project that was funded.

    Args:
        treasury: that it asks.
        buys_at_random: the dice of one that, while it has no project, may buy in any tick; None otherwise.
        counts_revisions: whether a revised proposal counts as submitted.

    Attributes:
        has_project: whether it works on one.
        has_finished: whether its project ended and it has not proposed since.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        author: Author,
        outlet: Outlet,
        *,
        treasury: RollingTreasuryAgent,
        buys_at_random: Dice | None = None,
        counts_revisions: bool = True,
    ) -> None:
        super().__init__(name, wallet, author, outlet)
        self.has_project = False
        self._treasury = treasury
        self._buys_at_random = buys_at_random
        self._counts_revisions = counts_revisions
        self._last_tick = 0  # of its project

    def takeStep(self, state: SimStateBase) -> None:
        if not self.has_project and self._treasury.decided:
            self._hear(state.tick)
        if self.proposal is None:
            self._propose()
            self.has_finished = False
        if self.has_project and state.tick == self._last_tick:
            self.has_project, self.has_finished, self.proposal = False, True, None
        self.last_balance = self.wallet.balance(OCEAN)
        if self._buys_at_random and not self.has_project and self._buys_at_random.random() >= PATIENCE:
            self._buy_and_cite()

    def _hear(self, tick: int) -> None:
        if award := self._treasury.decided.get(self.name):
            self.has_project = True
            self._last_tick = tick + award.proposal.time - 1
            self._win(award.proposal)
            return
        self.proposal = self._draft()
        self.n_proposals += self._counts_revisions
        for _ in self._treasury.update:
            self._buy_and_cite()

    def _buy_and_cite(self) -> None:
        self._buy()
        if self.proposal:
            self.proposal.knowledge_access = self.knowledge_access
