"""Who takes an interest in funded research without doing any."""

from fractions import Fraction
from typing import final

from tokenspice.agents.science.dice import Dice
from tokenspice.agents.science.ledger import OCEAN
from tokenspice.agents.science.markets import MarketAgent
from tokenspice.agents.science.payments import Payment
from tokenspice.agents.science.projects import Projects
from tokenspice.agents.science.treasury import RollingTreasuryAgent
from tokenspice.agents.science.variant import CORRECTED, Variant
from tokenspice.engine import AgentBase, Amount, SimStateBase, WalletBase

__all__ = ["CommunityAgent"]

INTERESTED = 0.5  # curiosity above this buys


@final
class CommunityAgent(AgentBase):
    """When something is funded, it may become curious, buy an asset, and engage with a project.

    Its curiosity is a tenth of the impact of what is funded, give or take a half, and from 0 to 1.

    Args:
        name: of the agent.
        wallet: of the same ledger as the market's.
        treasury: whose funding it follows.
        market: where it buys.
        price: of an asset, in base units.
        projects: that it may engage with.
        dice: its own random stream.
        variant: whose rules hold where DARC-SPICE's differ.

    Attributes:
        curiosity: from 0 to 1.
        knowledge_access: the number of assets that it bought.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        *,
        treasury: RollingTreasuryAgent,
        market: MarketAgent,
        price: Amount,
        projects: Projects,
        dice: Dice,
        variant: Variant = CORRECTED,
    ) -> None:
        super().__init__(name, wallet)
        self.curiosity = 0.0
        self.knowledge_access = 0
        self._treasury = treasury
        self._market = market
        self._price = price
        self._projects = projects
        self._dice = dice
        self._variant = variant

    def takeStep(self, state: SimStateBase) -> None:
        if not self._treasury.update:
            return
        curiosity = self._treasury.quality.impact / 10 + self._dice.uniform(-0.5, 0.5)
        least = 1.0 if self._variant.curiosity_is_all_or_nothing else 0.0
        self.curiosity = 0.0 if curiosity < least else min(curiosity, 1.0)
        if self.curiosity > INTERESTED and self.wallet.balance(OCEAN) >= self._price:
            self._buy()

    def _buy(self) -> None:
        if self._variant.market_keeps_community_payments:
            self.wallet.transfer(self._market.wallet, OCEAN, self._price)
        else:
            self._market.take(Payment(self, self._price, Fraction(0)))
        self.knowledge_access += 1
        if self._projects.by_name:
            project = self._projects.by_name[self._dice.choice(list(self._projects.by_name))]
            project.engagement += 1
            project.impact += 1
