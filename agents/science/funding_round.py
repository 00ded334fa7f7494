"""Who gives to projects, who matches what is given, and the projects themselves."""

from collections.abc import Sequence
from fractions import Fraction
from typing import final

from tokenspice.agents.science.dice import Dice
from tokenspice.agents.science.ledger import OCEAN
from tokenspice.agents.science.payments import part
from tokenspice.agents.science.quadratic import MatchingFund
from tokenspice.engine import AgentBase, Amount, SimStateBase, WalletBase

__all__ = ["GiverAgent", "MatchingPoolAgent", "ProjectAgent"]


@final
class ProjectAgent(AgentBase):
    """Receives, and spends nothing.

    Attributes:
        contributions: base units given to it so far.
        matched: base units that it received of the pool.
        n_gifts: how often somebody gave.
    """

    def __init__(self, name: str, wallet: WalletBase) -> None:
        super().__init__(name, wallet)
        self.contributions: Amount = 0
        self.matched: Amount = 0
        self.n_gifts = 0

    def takeStep(self, state: SimStateBase) -> None:
        pass


@final
class MatchingPoolAgent(AgentBase):
    """Organises the rounds: takes gifts during a round, matches and pays them out at its end.

    Args:
        name: of the agent.
        wallet: of the organiser.
        fund: keeps the gifts and knows the rule.
        projects: in the fund's order.
        round_ticks: how long a round is.
        budget: of a round, in base units.

    Attributes:
        n_rounds: that have ended.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        *,
        fund: MatchingFund,
        projects: Sequence[ProjectAgent],
        round_ticks: int,
        budget: Amount,
    ) -> None:
        super().__init__(name, wallet)
        self.fund = fund
        self.n_rounds = 0
        self.projects = projects
        self._round_ticks = round_ticks
        self._budget = budget

    def take(self, giver: WalletBase, project: int, amount: Amount) -> None:
        """Receive a gift of `amount` base units for a project."""
        self.fund.contribute(giver, project, amount)
        self.projects[project].contributions += amount
        self.projects[project].n_gifts += 1

    def takeStep(self, state: SimStateBase) -> None:
        if state.tick == 0 or state.tick % self._round_ticks:
            return
        for project, matched in zip(self.projects, self.fund.finalise(self._budget), strict=True):
            project.matched += matched
        self.n_rounds += 1


@final
class GiverAgent(AgentBase):
    """Gives a part of what it holds once a round, on a day that it draws, in equal parts to the projects it likes.

    Args:
        name: of the agent.
        wallet: what it owns.
        pool: to which it gives.
        likes: the numbers of the projects.
        rate: the part of its balance that it gives.
        round_ticks: how long a round is.
        dice: its own random stream.
        identities: wallets, empty between gifts, by which it pretends to be so many; none if it gives as itself.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        *,
        pool: MatchingPoolAgent,
        likes: Sequence[int],
        rate: Fraction,
        round_ticks: int,
        dice: Dice,
        identities: Sequence[WalletBase] = (),
    ) -> None:
        super().__init__(name, wallet)
        self._pool = pool
        self._likes = likes
        self._rate = rate
        self._round_ticks = round_ticks
        self._dice = dice
        self._identities = identities
        self._due = 0

    def takeStep(self, state: SimStateBase) -> None:
        if state.tick % self._round_ticks == 0:
            self._due = state.tick + self._dice.randint(1, self._round_ticks - 1)
        if state.tick == self._due:
            self._give()

    def _give(self) -> None:
        gift = part(self.wallet.balance(OCEAN), self._rate) // len(self._likes)
        for project in self._likes:
            self._give_to(project, gift)

    def _give_to(self, project: int, gift: Amount) -> None:
        if not self._identities:
            if gift:
                self._pool.take(self.wallet, project, gift)
            return
        for identity in self._identities:
            if share := gift // len(self._identities):
                self.wallet.transfer(identity, OCEAN, share)
                self._pool.take(identity, project, share)
